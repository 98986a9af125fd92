"""Cells to values: counts with 万, k and separators, rates with and without a percent sign, dates as exports write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from agent.brief import names
from agent.brief.numbers import plain
from agent.documents.tables import Value, words

_NUMBER = re.compile(
    r"([+-]?\d+(?:,\d{3})*(?:\.\d+)?|[+-]?\.\d+)\s*(万|萬|亿|億|千|w|k|m|mn|bn)?\s*\+?\s*(%)?\s*(?:人|次|个|篇|条|个人)?",
    re.I,
)
_SCALES = {"万": 1e4, "萬": 1e4, "w": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9}
_YEAR_FIRST = re.compile(r"(20\d{2}|19\d{2})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?")
_PACKED = re.compile(r"\b(20\d{2})(\d{2})(\d{2})\b")
_YEAR_LAST = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](20\d{2})\b")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDY = re.compile(
    r"\b(\d{1,2})?\s*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(\d{1,2})?(?:st|nd|rd|th)?,?\s*(20\d{2})\b",
    re.I,
)


def number(value: Value | None) -> tuple[float, bool] | None:
    """A cell's number, and whether it carried a percent sign (then as a fraction); None when it holds none.

    "1.2万" → 12000, "3,400" → 3400, "4.5%" → 0.045, "--" → None.
    """
    if value is None or isinstance(value, int | float):
        return None if value is None else (float(value), False)
    text = plain(value).strip()
    if names.fold(text) in words("none"):
        return None
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    amount = float(match[1].replace(",", "")) * _SCALES.get((match[2] or "").lower(), 1)
    return (amount / 100, True) if match[3] else (amount, False)


def rates(cells: Sequence[Value | None], *, percent: bool) -> list[float | None]:
    """A column of rates as fractions. Without signs, `percent` (the head says %) or values above 1 make them percentages."""
    read = [number(cell) for cell in cells]
    bare = [one[0] for one in read if one is not None and not one[1]]
    as_percent = percent or any(one > 1 for one in bare)
    # A workbook keeps 4.5 % as 0.045 under a percent format, whatever the head says.
    if (
        percent
        and bare
        and all(one <= 0.2 for one in bare)
        and all(not isinstance(cell, str) for cell in cells if cell is not None)
    ):
        as_percent = False
    result = [None if one is None else one[0] if one[1] or not as_percent else one[0] / 100 for one in read]
    return [one if one is None or 0 <= one <= 1 else None for one in result]


def dates(cells: Iterable[Value | None]) -> list[dt.date | None]:
    """A column of dates; month first or day first as the whole column allows, month first when it allows both."""
    texts = ["" if cell is None else plain(str(cell)).strip() for cell in cells]
    day_first = any(int(match[1]) > 12 for text in texts if (match := _YEAR_LAST.search(text)))
    return [_date(text, day_first) for text in texts]


def _date(text: str, day_first: bool) -> dt.date | None:
    if match := _YEAR_FIRST.search(text):
        return _day(match[1], match[2], match[3] or "1")
    if match := _YEAR_LAST.search(text):
        return _day(match[3], match[2], match[1]) if day_first else _day(match[3], match[1], match[2])
    if match := _PACKED.search(text):
        return _day(match[1], match[2], match[3])
    if match := _WORDY.search(text):
        return _day(match[4], str(_MONTHS.index(match[2][:3].lower()) + 1), match[1] or match[3] or "1")
    return None


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def platform(*texts: object) -> str:
    """The platform id that the first of these texts names; empty when none does."""
    for text in texts:
        found = names.find_platforms(str(text), expected=True) if text else []
        if found:
            return str(found[0].value)
    return ""


def bare_url(value: Value | None) -> str:
    """host/path of a web address; empty for anything else, scripts and files included."""
    match = re.match(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>\"']*)?)\Z", str(value or "").strip(), re.I)
    return match[1][:300] if match else ""
