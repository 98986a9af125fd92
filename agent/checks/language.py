"""Language: the right script, no unfilled blanks, no seams, sentences that end."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.counting import URL
from agent.checks.fidelity import brief_words
from agent.checks.looks import look, suspects
from agent.checks.terms import holds_any, is_cjk
from agent.checks.walk import prose
from agent.data import read_yaml
from agent.plan.base import bound
from agent.plan.model import MarketingPlan
from agent.resources import prompts_dir

_HAN = "\u3400-\u9fff"
_CHINESE = re.compile(f"[{_HAN}]")


@functools.cache
def _only(script: str) -> re.Pattern[str]:
    """Matches characters of one script only: "simplified" or "traditional"."""
    data = read_yaml(prompts_dir() / "locales" / "characters.yaml")
    return re.compile(f"[{''.join(data[f'{script}_only'].split())}]")


def _without(text: str, quotes: Iterable[str]) -> str:
    """The text with the client's own words, addresses and handles taken out."""
    for quote in quotes:
        if quote in text:
            text = text.replace(quote, " ")
    return URL.sub(" ", text)


@look("script")
def foreign_characters(text: str, language: str) -> str:
    """Characters of the wrong script for the language: simplified in zh-TW, traditional in zh-CN, Chinese elsewhere."""
    if language == "zh-TW":
        found = _only("simplified").findall(text)
    elif language == "zh-CN":
        found = _only("traditional").findall(text)
    elif language.startswith("en"):
        found = _CHINESE.findall(text)
    else:
        return ""
    return "".join(dict.fromkeys(found))


_SIGNS = ("广告", "廣告")
"""What a paid post in Chinese has to say by law: whoever tells of it in English has to name it."""


def _names(ctx: CheckContext) -> list[str]:
    """What may stand anywhere: platform names in every language, and the signs that the law asks for in its own words."""
    return [*_SIGNS, *(name for sheet in ctx.knowledge.platforms.values() for name in (sheet.names.zh, sheet.names.en))]


def _wrong_script(plan: MarketingPlan, ctx: CheckContext, languages: set[str]) -> Iterator[Hit]:
    quotes: list[str] | None = None
    for one in suspects(plan, "script"):
        if one.language not in languages:
            continue
        quotes = quotes if quotes is not None else [*brief_words(ctx.said), *_names(ctx)]
        found = foreign_characters(_without(one.text, quotes), one.language)
        if found:
            yield at(one.path, found=found[:12], text=one.text[:40])


@check("LAN-001", "error", "A Taiwan text holds no simplified characters, a mainland text no traditional ones")
def one_script(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The client's own words may be quoted as they are."""
    yield from _wrong_script(plan, ctx, {"zh-CN", "zh-TW"})


@check("LAN-002", "error", "An English text holds no Chinese characters, save names and the client's own words")
def english_stays_english(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Posts in another content language are held against that language."""
    yield from _wrong_script(plan, ctx, {"en"})


_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,]+[A-Za-z][A-Za-z'’-]*){5,}")


@look("latin")
def _latin(text: str, language: str) -> bool:
    return language.startswith("zh") and (_LATIN_RUN.search(text) is not None or not is_cjk(text))


@check("LAN-003", "error", "A Chinese text holds no run of English prose")
def chinese_stays_chinese(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Six English words in a row, outside addresses and the client's own words; prose without any Chinese."""
    quotes: list[str] | None = None
    for one in suspects(plan, "latin"):
        run = _LATIN_RUN.search(one.text)
        bare = one.words > 24 and len(one.text) > 12 and not is_cjk(one.text)
        if not run and not bare:
            continue
        quotes = quotes if quotes is not None else brief_words(ctx.said)
        rest = _without(one.text, quotes)
        run = _LATIN_RUN.search(rest)
        if run or (bare and re.search("[A-Za-z]{3}", rest)):
            yield at(one.path, text=(run.group() if run else one.text)[:40])


_BLANK_SIGNS = ("{", "}}", "[", "<", "XX", "TBD", "TODO", "Lorem")
_VALUE_SIGNS = (
    "None",
    "nan",
    "NaN",
    "True",
    "False",
    "null",
    "undefined",
    "datetime.",
    "Decimal(",
    " object",
    "['",
    "']",
    "{'",
    "': ",
)
_ZH_TWICE_SIGNS = ("的的", "了了", "和和", "与与", "在在", "和与", "、和、")
_HALF_SIGNS = (",", ";", "?", "!")
_SEAM_SIGN = re.compile(r"[。，；：！？、.,;:][。，；：！？、.,;]|[(（][\s)）]|「」|“”|  ")
"""What the patterns below never find anything without: quicker to look for, and most texts have none of it."""


_BLANK = re.compile(
    r"\{[a-z_0-9.]*\}|\{\{|\}\}|\[(?:TBD|TODO|XX+|待定|待补|待填|待補)\]|\b(?:TBD|TODO|Lorem ipsum)\b|<[A-Z_]{3,}>|(?<![A-Za-z])XX+(?![A-Za-z])"
)
_REPR = re.compile(
    r"(?<![A-Za-z])(?:None|nan|NaN|True|False|null|undefined)(?![A-Za-z])(?! of| the| such| taken)"
    r"|datetime\.|Decimal\(|<[a-z_.]+ object|\['|'\]|\{'|'\w+': "
)


@look("blank")
def _blank(text: str, language: str) -> object:
    return holds_any(text, _BLANK_SIGNS) and _BLANK.search(text)


@look("value")
def _value(text: str, language: str) -> object:
    return holds_any(text, _VALUE_SIGNS) and _REPR.search(text)


@check("LAN-004", "error", "No blank is left unfilled")
def no_blanks(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Placeholders of templates, TBD, TODO. The [brackets] of holding statements are meant to be filled on the day."""
    for one in suspects(plan, "blank"):
        found = _BLANK.search(one.text)
        if found and one.name != "utm":
            yield at(one.path, found=found.group(), text=one.text[:40])


@check("LAN-005", "error", "No value of the program stands in the text")
def no_program_values(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """None, nan, True, lists and dates as Python prints them."""
    for one in suspects(plan, "value"):
        found = _REPR.search(one.text)
        if found and not (found.group() in ("None", "True", "False") and _sentence_word(one.text, found)):
            yield at(one.path, found=found.group(), text=one.text[:40])


def _sentence_word(text: str, found: re.Match[str]) -> bool:
    """ "None." and "True, …" at the start of an English sentence are words."""
    before = text[: found.start()].rstrip()
    return not is_cjk(text) and (not before or before[-1] in '.!?:"“')


_DOUBLED = re.compile(
    r"[。，；：！？、]{2,}|(?<![.…])\.\.(?!\.)|,,|;;|[,;:][.]|(?<![A-Za-z]\.[A-Za-z])(?<!etc)(?<!Inc)(?<!Ltd)(?<!Co)[.][,;](?!\w)|[，。；、][,.;]|[,;][，。；、]|！。|？。|\( *\)|（\s*）|「」|“”|(?<=\S)  +(?=\S)"
)
_ALLOWED_DOUBLES = {"！！", "？？", "！？", "？！"}


@look("seam")
def _seamed(text: str, language: str) -> object:
    return _SEAM_SIGN.search(text) and _seam(text)


@check("LAN-006", "error", "No seams: doubled punctuation, empty brackets, doubled blanks")
def no_seams(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """What filling a template leaves behind."""
    for one in suspects(plan, "seam"):
        found = _seam(one.text)
        if found:
            yield at(one.path, found=found.group(), text=one.text[max(0, found.start() - 15) : found.end() + 10])


def _seam(text: str) -> re.Match[str] | None:
    """The first seam of a text."""
    return next((one for one in _DOUBLED.finditer(text) if one.group() not in _ALLOWED_DOUBLES), None)


_ENDS = "。！？…”』」）)】].!?\"'’:：;~～%"
_STOP = re.compile(r"[。！？]|[.!?] ")
_UNENDED = frozenset({"headline", "name", "line", "title", "hook", "cta", "action", "metric"})
"""Fields that read like a label or a line of copy and may end without a stop."""


@check("LAN-007", "warning", "Paragraphs and sentences of the plan end like sentences")
def sentences_end(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Paragraphs always; shorter prose only when it holds a stop inside, and so is a sentence that broke off."""
    for one in prose(plan):
        if one.name in _UNENDED or one.path.startswith("adaptations.posts"):
            continue
        text = one.text.rstrip()
        last = text[-1]
        broken = last in "，、,（(“「-–—和与及" or (
            last not in _ENDS and (one.words >= 180 or _STOP.search(text[:-1]) is not None)
        )
        if broken and not _emoji_end(text):
            yield at(one.path, text=text[-30:])


def _emoji_end(text: str) -> bool:
    return ord(text[-1]) > 0x2600 and not is_cjk(text[-1]) and text[-1] not in "，、（“「"


@check("LAN-008", "warning", "Prose keeps within its field's length")
def within_length(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The limit of the field, three times as many characters in English, and a fifth more before it is told."""
    for one in prose(plan):
        limit = bound(one.words, one.language)
        if len(one.text) > limit * 1.2:
            yield at(one.path, count=len(one.text), limit=limit)


_HALF = re.compile(f"(?<=[{_HAN}])[,;?!](?=[{_HAN}])")
_WORD_TWICE = re.compile(r"\b(the|a|an|of|to|and|in|is|for|with|on|at|by|that)\s+\1\b", re.IGNORECASE)
_ZH_TWICE = re.compile(r"的的(?!确)|(?<!不)了了(?!解|之)|和和(?!气|睦|美)|与与|在在|和与|、和、")


@check("LAN-009", "warning", "Punctuation fits the script, and no small word stands twice")
def small_slips(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Half-width marks between Chinese characters; "the the", "的的"."""
    for one in suspects(plan, "slip"):
        for found in _slips(one.text, one.language):
            yield at(one.path, found=found.group(), text=one.text[max(0, found.start() - 10) : found.end() + 10])


@look("slip")
def _slips(text: str, language: str) -> list[re.Match[str]]:
    """The first slip of each kind in a text."""
    if language.startswith("zh"):
        twice = _ZH_TWICE.search(text) if holds_any(text, _ZH_TWICE_SIGNS) else None
        half = _HALF.search(text) if holds_any(text, _HALF_SIGNS) else None
        return [found for found in (half, twice) if found]
    found = _WORD_TWICE.search(text)
    return [found] if found else []
