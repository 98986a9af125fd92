"""Bytes to text, and text to clean text: encodings found and named, invisible and broken characters normalised."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from agent.errors import BriefError

_COMMON = frozenset(
    "的是不我一有大在人了中到要以可这个你会好为上来学交也用能如时文没说他看那问生提下过请们天所多么小想得之还出工对都机自后子而就"
    "这個你會為來學交時沒說問過請們還對機後發經當動實現開關員國間業種產從體長樣點張書電話題氣無讓給達質據價優惠預算目標受眾競爭"
    "品牌产品客户预算目标平台账号粉丝增长市场内容推广团队周期元万月日年"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
Note = tuple[str, dict[str, str]]


def decode(content: bytes, where: str) -> tuple[str, list[Note]]:
    """Text of the bytes, with a note when it was not UTF-8. Raises BriefError when no known encoding fits."""
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            return _strict(content, codec, name or "UTF-8", where), [_note(name)] if name else []
    try:
        return content.decode("utf-8", "surrogatepass"), []
    except UnicodeDecodeError as error:
        place = error.start
    wide = _wide(content)
    if wide:
        return _strict(content, wide, "UTF-16", where), [_note("UTF-16")]
    best: tuple[float, str, str] | None = None
    wide_too = ("utf-16-be", "utf-16-le") if b"\0" in content and len(content) % 2 == 0 else ()
    for codec in ("gb18030", "big5hkscs", *wide_too):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        score = _likeness(text)
        if best is None or score > best[0]:
            best = (score, text, codec)
    if best and best[0] >= 0.15:
        return best[1], [_note({"gb18030": "GB18030", "big5hkscs": "Big5"}.get(best[2], "UTF-16"))]
    if _latin(content):
        return content.decode("cp1252", "replace"), [_note("Windows-1252")]
    raise BriefError(
        f"The text is in no encoding that is known here (byte {place}).",
        hint="Save it as UTF-8 and run again.",
        where=where,
    )


def _note(name: str) -> Note:
    return ("encoding", {"name": name})


def _strict(content: bytes, codec: str, name: str, where: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise BriefError(
            f"The text says it is {name} but breaks off at byte {error.start}.",
            hint="Save it as UTF-8 and run again.",
            where=where,
        ) from None


def _wide(content: bytes) -> str:
    sample = content[:4000]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    half = max(1, len(sample) // 2)
    if odd / half > 0.3 and even / half < 0.05:
        return "utf-16-le"
    if even / half > 0.3 and odd / half < 0.05:
        return "utf-16-be"
    return ""


def _likeness(text: str) -> float:
    """Share of the Chinese characters that are among the commonest; 0 without any."""
    han = [c for c in text if "\u3400" <= c <= "\u9fff"]
    if not han or any("\ue000" <= c <= "\uf8ff" for c in text):
        return 0.0
    return sum(c in _COMMON for c in han) / len(han)


def _latin(content: bytes) -> bool:
    high = sum(byte >= 0x80 for byte in content)
    control = sum(byte < 0x20 and byte not in (9, 10, 13) for byte in content)
    return high / len(content) < 0.2 and control == 0


@dataclass(frozen=True)
class Clean:
    """Text made safe to keep, and how many characters that took."""

    text: str
    changed: int


_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_JOINERS = re.compile(
    "(?<![\u0600-\u0dff\u200d\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff\u2640\u2642\u2600-\u27bf\U0001f000-\U0001faff])"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> Clean:
    """NFC text without NUL, controls, direction overrides, zero-width characters, tags and lone surrogates.

    Joiners inside emoji and Indic scripts stay. Line ends become \\n.
    """
    try:
        paired = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        paired = text
    unified = (
        paired.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\x0c", "\n")
        .replace("\u0085", "\n")
    )
    result, surrogates = _SURROGATE.subn("\ufffd", unified)
    result, bad = _BAD.subn("", result)
    result, joiners = _JOINERS.subn("", result)
    return Clean(unicodedata.normalize("NFC", result), surrogates + bad + joiners)


MAX_LINE = 3_000
_SPACES = re.compile(r"[ \t\u3000\xa0]{20,}")
_RUN = re.compile(r"([^\w\s])\1{20,}")
_STOP = re.compile(r"[。.!?！？;；,，、\s]")


def lines(text: str) -> list[str]:
    """Lines of a text, runs of blanks and marks shortened, lines beyond 3,000 characters broken at a mark or a blank."""
    result: list[str] = []
    for line in text.split("\n"):
        rest = _RUN.sub(lambda m: m[1] * 20, _SPACES.sub(" ", line))
        while len(rest) > MAX_LINE:
            stops = [m.end() for m in _STOP.finditer(rest, MAX_LINE // 2, MAX_LINE)]
            at = stops[-1] if stops else MAX_LINE
            result.append(rest[:at])
            rest = rest[at:]
        result.append(rest)
    return result
