"""Numbers in running text, with what they measure: "3.2 万条", "$1.4m", "41%", "two" is not one, "12 Apr" is a date."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.data import read_yaml
from agent.resources import prompts_dir

DATE = "date"
CLOCK = "clock"
COUNT = "count"
PERCENT = "percent"


class Quantity(NamedTuple):
    """One number of a text."""

    words: str
    """As it stands in the text, with its unit."""
    value: float
    """With its scale: "4.2 万" is 42000; a percentage in points; a date as its ordinal, or month × 100 + day without a year."""
    kind: str
    """count, percent, an ISO currency code, hour, minute, second, day, week, month, year, age, times, article, date, clock."""
    step: float
    """Worth of the last digit shown."""
    start: int
    """Where it stands."""


@functools.cache
def _data() -> dict[str, dict[str, list[str]]]:
    data: dict[str, dict[str, list[str]]] = read_yaml(prompts_dir() / "locales" / "quantities.yaml")
    return data


def _either(words: list[str]) -> str:
    """Any of the words, the longest first; a Latin one ends where a word ends, and a week is no weekend ("2/4 周末")."""
    ordered = sorted(map(str, words), key=len, reverse=True)
    return "|".join(
        re.escape(one)
        + (r"(?![A-Za-z])" if one[-1].isascii() and one[-1].isalpha() else "(?!末)" if one in ("周", "週") else "")
        for one in ordered
    )


_DIGITS = re.compile(r"(?<![\d.,A-Za-z_])(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
_ARTICLE = re.compile(
    r"(?:第|\bArts?\.|\bArticles?|§|\bSections?|\bRule)\s*((?:[\d.]+\s*(?:[、,–-]|and|和)\s*)*)$", re.IGNORECASE
)


_ARTICLE_WORD = re.compile(r"第|Art|§|Section|Rule", re.IGNORECASE)


@functools.cache
def _before() -> re.Pattern[str]:
    """A currency sign in front of a number."""
    signs = (f"(?P<{code}>{'|'.join(map(re.escape, words))})" for code, words in _data()["signs"].items())
    return re.compile(rf"(?:{'|'.join(signs)})\s?$")


@functools.cache
def _sign_ends() -> frozenset[str]:
    """The last characters of all currency signs: what has none of them in front is no sum of money by its sign."""
    return frozenset(word[-1] for words in _data()["signs"].values() for word in words)


@functools.cache
def _after() -> re.Pattern[str]:
    """Scale and unit behind a number."""
    data = _data()
    kinds = "|".join(
        f"(?P<{name}>{_either(words)})" for name, words in [*data["units"].items(), *data["money"].items()]
    )
    return re.compile(rf"\s?(?P<scale>{_either(list(data['scales']))})?(?:\s?-?(?:{kinds}))?", re.IGNORECASE)


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    "|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?![A-Za-z])"
)
_DATES = re.compile(
    r"(?P<iso>(?<!\d)20\d\d-\d\d-\d\d)"
    r"|(?:(?P<zy>20\d\d)\s?年\s?)?(?<!\d)(?P<zm>\d{1,2})\s?月\s?(?P<zd>\d{1,2})\s?(?:日|号|號)"
    r"|(?P<ym>20\d\d)\s?年(?:\s?(?P<mm>\d{1,2})\s?月)?"
    rf"|(?<!\d)(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<em>{_MONTH})(?:,?\s(?P<ey>20\d\d))?"
    rf"|(?P<fm>{_MONTH})\s(?P<fd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s(?P<fy>20\d\d))?"
    rf"|(?P<gm>{_MONTH})\s(?P<gy>20\d\d)"
    r"|(?<![A-Za-z\d])(?P<hm>\d{1,2})\s?月(?!\d)"
    r"|(?<![\d.,$¥£€])(?P<y>20(?:0[1-9]|[1-4]\d))(?![\d,.]\d|\d|\s?(?:万|萬|%|条|篇|位|次|单|份|元|字|个|人|名|粉|px|×|x))"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")
_RANGE = re.compile(r"\s?(?:[–—~～-]|至|到|to|and|或|or)\s?")
_HAN = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}
_TENTHS = re.compile(
    r"(?P<tenths>[二两兩三四五六七八九]|(?<=[约約近占佔有仅僅到过過于於])一)成(?P<half>半)?(?![为為长長员員本功交果熟品分立都绩績就])"
)
_PER = re.compile(r"百分之(?P<han>[零一二两三四五六七八九十]{1,3})")
_IN = re.compile(
    r"(?<!\d)(?P<part>\d{1,2}|one|two|three|four|five|six|seven|eight|nine)\s(?:in|out of)\s(?P<whole>10|ten|five|four|100)(?!\d)",
    re.I,
)
_WORDS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten".split())} | {
    "100": 100,
    "10": 10,
}


def may_hold(text: str) -> bool:
    """Whether a text may hold a number at all."""
    return _DIGIT.search(text) is not None or _SHARE.search(text) is not None


@functools.lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text, dates and times of day first taken out; numbers that are part of a name ("P2", "4K") are none.

    Remembered: a plan is checked several times, and many of its texts stand in other plans as well.
    """
    digits = _DIGIT.search(text) is not None
    found = list(_spelled(text)) if _SHARE.search(text) else []
    if digits:
        found += _dates(text) if _CALENDAR.search(text) else ()
        found += _clocks(text) if ":" in text or "：" in text else ()
    elif not found:
        return ()
    if not found:
        return tuple(sorted(_numbers(text), key=_START))
    blank = list(text)
    for one in found:
        blank[one.start : one.start + len(one.words)] = " " * len(one.words)
    return tuple(sorted([*found, *_numbers("".join(blank))], key=_START))


_START = operator.attrgetter("start")


_ENDS = frozenset(["", *"，。、；：！？）」』”’》,.;:!?)–—…=+/\n"])
"""Signs right behind a number that has neither scale nor unit: with none of them does one begin."""
_NEXT = re.compile(r"\d|[¥$£€]|NT\$|HK\$")
_CLAUSE = re.compile(r"\s?[条條款项項、,，–-]")
_OFTEN = re.compile(r"\s(?:a|an|per|each|every|in (?:a|an|all|the|one))\b")
_DIGIT = re.compile(r"\d")
_SHARE = re.compile(r"成|百分之|\s(?:in|out of)\s(?:10|ten|five|four|100)\b")
_CALENDAR = re.compile(r"[年月]|20\d\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")


def _dates(text: str) -> Iterator[Quantity]:
    for hit in _DATES.finditer(text):
        part = hit.groupdict()
        year = part["zy"] or part["ym"] or part["ey"] or part["fy"] or part["gy"] or part["y"]
        month = part["zm"] or part["mm"] or part["hm"]
        name = part["em"] or part["fm"] or part["gm"]
        if name:
            month = str(_MONTHS.index(name[:3].lower()) + 1)
        day = part["zd"] or part["ed"] or part["fd"]
        if part["iso"]:
            year, month, day = part["iso"].split("-")
        value = int(year or 0) * 10000 + int(month or 0) * 100 + int(day or 0)
        yield Quantity(hit.group(), value, DATE, 1, hit.start())


def _clocks(text: str) -> Iterator[Quantity]:
    for hit in _CLOCK.finditer(text):
        yield Quantity(hit.group(), int(hit[1]) * 60 + int(hit[2]), CLOCK, 1, hit.start())


def _spelled(text: str) -> Iterator[Quantity]:
    """Shares in words: 七成, 百分之三十, seven in ten."""
    for hit in _TENTHS.finditer(text):
        yield Quantity(hit.group(), _HAN[hit["tenths"]] * 10 + (5 if hit["half"] else 0), PERCENT, 10, hit.start())
    for hit in _PER.finditer(text):
        tens, _, ones = hit["han"].rpartition("十")
        value = (_HAN.get(tens, 1) * 10 if "十" in hit["han"] else 0) + _HAN.get(ones, 0)
        yield Quantity(hit.group(), value, PERCENT, 1, hit.start())
    for hit in _IN.finditer(text):
        part, whole = (_WORDS[w] if (w := hit[g].lower()) in _WORDS else int(w) for g in ("part", "whole"))
        yield Quantity(hit.group(), part / whole * 100, PERCENT, 1, hit.start())


class _Bare(NamedTuple):
    """A number as it was matched, before ranges are resolved."""

    start: int
    end: int
    words: str
    value: float
    scale: float
    step: float
    kind: str


def _numbers(text: str) -> Iterator[Quantity]:
    """Numbers with their units; in a range ("3–5%", "100 to 200 万") the first takes unit and scale of the last."""
    open_range: _Bare | None = None
    for one in _bare(text):
        if open_range:
            near = one.start - open_range.end <= 5
            grown = one.scale if near and open_range.scale == 1 and open_range.value * one.scale < one.value else 1.0
            kind = one.kind or COUNT if near else COUNT
            yield Quantity(open_range.words, open_range.value * grown, kind, open_range.step * grown, open_range.start)
            open_range = None
        if not one.kind and (gap := _RANGE.match(text, one.end)) and _NEXT.match(text, gap.end()):
            open_range = one
            continue
        yield Quantity(one.words, one.value, one.kind or COUNT, one.step, one.start)
    if open_range:
        yield Quantity(open_range.words, open_range.value, COUNT, open_range.step, open_range.start)


def _bare(text: str) -> Iterator[_Bare]:
    scales, before, signs, behind = _data()["scales"], _before(), _sign_ends(), _after()
    lawful = _ARTICLE_WORD.search(text) is not None
    for hit in _DIGITS.finditer(text):
        head = text[max(0, hit.start() - 24) : hit.start()]
        sign = before.search(head) if head.rstrip()[-1:] in signs else None
        article = _ARTICLE.search(head) if lawful else None
        tail = None if text[hit.end() : hit.end() + 1] in _ENDS else behind.match(text, hit.end())
        last = tail.lastgroup if tail else None
        unit = last if last and last != "scale" else ""
        kind = (sign.lastgroup or "" if sign else "") or unit or ("article" if article else "")
        end = tail.end() if tail and last else hit.end()
        after = text[end : end + 1]
        if not kind and after.isascii() and after.isalpha():
            continue
        if kind == "article" and head.rstrip().endswith("第") and not _CLAUSE.match(text, end):
            continue
        if kind == "times" and _OFTEN.match(text, end):
            kind = COUNT
        digits = hit.group().replace(",", "")
        scale = float(scales[tail["scale"].lower()]) if tail and tail["scale"] else 1.0  # type: ignore[arg-type]
        start = hit.start() - (len(sign.group()) if sign else 0)
        step = 10.0 ** -len(digits.partition(".")[2]) * scale
        yield _Bare(start, end, text[start:end].rstrip(), float(digits) * scale, scale, step, kind)
