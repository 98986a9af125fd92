"""Finding a client's words in a text: word boundaries for Latin letters, innocent compounds for Chinese."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from agent.data import read_yaml
from agent.resources import prompts_dir

_QUOTES = "\"'“”‘’「」『』《》 \t"
_CJK = re.compile(r"[\u3400-\u9fff]")

_ASIDE = re.compile(r"\s(?:for|with|including)\s")


def is_cjk(text: str) -> bool:
    """Whether the text holds Chinese characters."""
    return _CJK.search(text) is not None


def holds_any(text: str, signs: Sequence[str]) -> bool:
    """Whether one of the signs stands in the text."""
    for sign in signs:  # noqa: SIM110 - asked of every text of every plan: a generator takes twice the time
        if sign in text:
            return True
    return False


@functools.cache
def _innocent() -> dict[str, tuple[str, ...]]:
    """Term → compounds in which it means something else ("第一" in "第一次")."""
    data = read_yaml(prompts_dir() / "locales" / "innocent.yaml")
    return {term: tuple(compounds) for term, compounds in data.items()}


@functools.lru_cache(maxsize=2000)
def _pattern(term: str) -> re.Pattern[str]:
    left = r"(?<![A-Za-z0-9])" if term[:1].isascii() else ""
    right = r"(?![A-Za-z0-9])" if term[-1:].isascii() else ""
    body = r"\s+".join(re.escape(word) for word in term.split())
    return re.compile(left + body + right, re.IGNORECASE)


def split_terms(entry: str) -> list[str]:
    """The words of one entry of a list of prohibitions: "减肥、排毒" are two."""
    parts = re.split(r"[、；;/|]", entry) if is_cjk(entry) else re.split(r"[;|]", entry)
    return [part.strip(_QUOTES).rstrip(".。") for part in parts if part.strip(_QUOTES)]


def bare_name(name: str) -> str:
    """A product's English name without whom or what it is for: "one-day workshop for six people" → "one-day workshop"."""
    return _ASIDE.split(name)[0]


def occurs(term: str, text: str) -> bool:
    """Whether the term stands in the text: as whole words in Latin script, and not only inside an innocent compound."""
    if not term:
        return False
    for compound in _innocent().get(term, ()):
        text = text.replace(compound, "\0")
    plain = compatible(text)
    return _pattern(term).search(plain) is not None or (plain != text and _pattern(term).search(text) is not None)


@functools.lru_cache(maxsize=20_000)
def squeezed(text: str) -> str:
    """Letters, digits and characters alone, in lower case: for comparing words whatever the punctuation."""
    plain = compatible(text).casefold()
    return (
        "".join(filter(str.isalnum, plain)) if " " in plain else _MARKS.sub("", plain)
    )  # the quicker way for each script


_MARKS = re.compile(r"[\W_]+")


def compatible(text: str) -> str:
    """Unicode's form NFKC. Chinese punctuation is replaced before, as NFKC has it: where nothing else is left to do that takes a tenth of the time."""
    if not text.isascii():
        for wide, narrow in _WIDE_MARKS:
            text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


_WIDE_MARKS = tuple(zip("，：；！？（）", ",:;!?()", strict=True))


_AMOUNT = re.compile(
    r"(?:NT\$|HK\$|S\$|US\$|[¥￥$£€])\s?(\d[\d,]*(?:\.\d+)?)\s?(k|K|万|萬|m|M)?(?![A-Za-z%])"
    r"|(\d[\d,]*(?:\.\d+)?)\s?(万|萬|千)?(?:元|块钱|塊錢|人民币|英镑|美元|歐元|欧元)"
)
_SCALE = {"k": 1000, "K": 1000, "千": 1000, "万": 10000, "萬": 10000, "m": 1e6, "M": 1e6, None: 1, "": 1}


def amounts(text: str) -> Iterator[tuple[str, float]]:
    """Sums of money told in a text: the words, and the sum in whole units."""
    for found in _AMOUNT.finditer(text):
        digits, scale = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
        yield found.group(), float(digits.replace(",", "")) * _SCALE[scale]


_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(k|K|万|萬|千)?")


def numbers(text: str) -> Iterator[float]:
    """All numbers in a text, with their scale ("4.5万" is 45000) and without it."""
    for digits, scale in _NUMBER.findall(text):
        value = float(digits.replace(",", ""))
        yield value
        if scale:
            yield value * _SCALE[scale]
