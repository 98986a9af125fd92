"""Dates as people write them: "三月底", "H1 2027", "13-15 April 2027", "next quarter"."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agent.brief.numbers import Found, chinese_number, plain
from agent.errors import BriefError


@dataclass(frozen=True)
class Days:
    """A day, or the days that an expression such as "early March" covers."""

    start: dt.date
    end: dt.date
    precision: str = "day"
    """day, days, part (of a month), month, season, quarter, half or year."""
    year_given: bool = True
    """Whether the year was written; otherwise it is the next one that is not past."""


EN_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
EN_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MON = r"(?P<mon>" + "|".join(sorted(EN_MONTHS, key=len, reverse=True)) + r")\b\.?"
CN_DIGITS = "〇零一二三四五六七八九十两兩廿"
_ZY = rf"(?:(?P<y>\d{{4}}|\d{{2}}|[{CN_DIGITS}]{{4}})\s*年|(?P<rel>今年|明年|后年|後年|去年|来年|來年))?\s*(?:的)?"
_ZM = rf"(?P<m>\d{{1,2}}|[{CN_DIGITS}]{{1,3}})\s*月(?:份)?"
_ZD = rf"(?P<d>\d{{1,2}}|[{CN_DIGITS}]{{1,3}})\s*[日号號]"
_Y = r"(?:,?\s*(?P<y>20\d{2}))?"
TO = r"\s*(?:-|~|～|至|到|to|through|until|and)\s*"


def calendar_day(year: int, month: int, day: int, words: str) -> dt.date:
    """The day, or a BriefError that names the words when the calendar does not have it."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and 1 <= year <= 9999 else 0
        why = f"{calendar.month_name[month]} {year} has {last} days." if last else "There is no such month."
        raise BriefError(
            f"“{words.strip()}” is not a date in the calendar.", hint=f"{why} Correct the date and run again."
        ) from None


def written_number(words: str) -> int:
    """A number in digits or Chinese characters; 0 when it is neither."""
    value = Decimal(words) if words.isdigit() else chinese_number(words)
    return int(value) if value is not None else 0


def _year(match: re.Match[str], as_of: dt.date) -> int | None:
    groups = match.groupdict()
    if groups.get("rel"):
        return (
            as_of.year + {"今年": 0, "明年": 1, "来年": 1, "來年": 1, "后年": 2, "後年": 2, "去年": -1}[groups["rel"]]
        )
    if not groups.get("y"):
        return None
    year = written_number(groups["y"])
    return year + 2000 if year < 100 else year


def coming_year(month: int, day: int, as_of: dt.date) -> int:
    """The first year in which month/day is not before as_of."""
    return as_of.year if (month, day) >= (as_of.month, as_of.day) else as_of.year + 1


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months(year: int, first: int, last: int, precision: str, given: bool = True) -> Days:
    return Days(dt.date(year, first, 1), _month_end(year, last), precision, given)


def _zh_day(match: re.Match[str], as_of: dt.date) -> Days:
    month, day, year = written_number(match["m"]), written_number(match["d"]), _year(match, as_of)
    first = calendar_day(year or coming_year(month, day, as_of), month, day, match[0])
    last = first
    groups = match.groupdict()
    if groups.get("d2"):
        month2 = written_number(groups["m2"]) if groups.get("m2") else month
        last = calendar_day(first.year + (month2 < month), month2, written_number(groups["d2"]), match[0])
    return Days(first, last, "day" if last == first else "days", year is not None)


def month_part(year: int, month: int, part: str, given: bool) -> Days:
    """The days of a month, or of its early, middle or late part."""
    end = _month_end(year, month)
    if part in ("初", "上旬", "early", "beginning", "start"):
        return Days(dt.date(year, month, 1), dt.date(year, month, 10), "part", given)
    if part in ("中", "中旬", "mid", "middle"):
        return Days(dt.date(year, month, 11), dt.date(year, month, 20), "part", given)
    if part in ("底", "末", "下旬", "end", "late"):
        return Days(dt.date(year, month, 21), end, "part", given)
    return Days(dt.date(year, month, 1), end, "month", given)


def _zh_month(match: re.Match[str], as_of: dt.date) -> Days | None:
    month, year = written_number(match["m"]), _year(match, as_of)
    if not 1 <= month <= 12:
        raise BriefError(f"“{match[0].strip()}” names no month.", hint="Months run from 1 to 12.")
    return month_part(year or coming_year(month, 28, as_of), month, match["part"] or "", year is not None)


def _en_day(match: re.Match[str], as_of: dt.date) -> Days:
    month, day, year = EN_MONTHS[match["mon"].lower()], int(match["d"]), _year(match, as_of)
    first = calendar_day(year or coming_year(month, day, as_of), month, day, match[0])
    second = match.groupdict().get("d2")
    last = calendar_day(first.year, month, int(second), match[0]) if second else first
    return Days(first, last, "days" if second else "day", year is not None)


def _en_week(match: re.Match[str], as_of: dt.date) -> Days:
    day = _en_day(match, as_of).start
    return Days(day, day + dt.timedelta(days=6), "days", bool(match["y"]))


def _en_month(match: re.Match[str], as_of: dt.date) -> Days:
    month, year = EN_MONTHS[match["mon"].lower()], _year(match, as_of)
    return month_part(year or coming_year(month, 28, as_of), month, (match["part"] or "").lower(), year is not None)


def _iso(match: re.Match[str], as_of: dt.date) -> Days:
    first = calendar_day(int(match["y"]), int(match["m"]), int(match["d"]), match[0])
    return Days(first, first)


def _slash(match: re.Match[str], as_of: dt.date) -> Days:
    one, two, year = int(match["a"]), int(match["b"]), int(match["y"])
    day, month = (two, one) if two > 12 else (one, two)
    return Days(calendar_day(year, month, day, match[0]), calendar_day(year, month, day, match[0]))


def _quarter(match: re.Match[str], as_of: dt.date) -> Days:
    number, year = written_number(match["q"]), _year(match, as_of)
    if not 1 <= number <= 4:
        raise BriefError(f"“{match[0].strip()}” names no quarter.", hint="Quarters run from 1 to 4.")
    last = number * 3
    return _months(year or coming_year(last, 28, as_of), last - 2, last, "quarter", year is not None)


def _half(match: re.Match[str], as_of: dt.date) -> Days:
    word, year = match["h"].lower(), _year(match, as_of)
    second = word in ("2", "下", "second")
    return _months(
        year or coming_year(12 if second else 6, 28, as_of),
        7 if second else 1,
        12 if second else 6,
        "half",
        year is not None,
    )


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "春": 3, "夏": 6, "秋": 9}


def _season(match: re.Match[str], as_of: dt.date) -> Days:
    first, year = _SEASONS[match["s"].lower()], _year(match, as_of)
    return _months(year or coming_year(first + 2, 28, as_of), first, first + 2, "season", year is not None)


def _relative(match: re.Match[str], as_of: dt.date) -> Days:
    word = match["unit"].lower()
    ahead = 0 if match["which"].lower() in ("this", "本", "这个", "這個", "今") else 1
    if word.startswith("quarter") or word.startswith("季"):
        index = as_of.year * 4 + (as_of.month - 1) // 3 + ahead
        return _months(index // 4, index % 4 * 3 + 1, index % 4 * 3 + 3, "quarter")
    if word in ("year", "年"):
        return _months(as_of.year + ahead, 1, 12, "year")
    if word in ("week", "周", "週", "星期"):
        monday = as_of + dt.timedelta(days=7 * ahead - as_of.weekday())
        return Days(monday, monday + dt.timedelta(days=6), "days")
    index = as_of.year * 12 + as_of.month - 1 + ahead
    return _months(index // 12, index % 12 + 1, index % 12 + 1, "month")


def _whole_year(match: re.Match[str], as_of: dt.date) -> Days:
    return _months(_year(match, as_of) or as_of.year, 1, 12, "year")


Reader = Callable[[re.Match[str], dt.date], Days | None]
_EN_PART = r"(?:(?P<part>early|mid|late|end|beginning|start|middle)[\s-]*(?:of\s+|in\s+)?)?"
_RULES: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(r"(?<!\d)(?P<y>\d{4})\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})(?![\d])", re.I), _iso),
    (
        re.compile(
            rf"{_ZY}{_ZM}\s*{_ZD}(?:\s*[-~～至到]\s*(?:(?P<m2>\d{{1,2}})\s*月)?\s*(?P<d2>\d{{1,2}})\s*[日号號])?"
        ),
        _zh_day,
    ),
    (re.compile(rf"\bweek (?:of|commencing|beginning) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MON}{_Y}", re.I), _en_week),
    (
        re.compile(
            rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*(?:-|to|and|&)\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)?\s+(?:of\s+)?{_MON}{_Y}",
            re.I,
        ),
        _en_day,
    ),
    (
        re.compile(
            rf"\b{_MON}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*(?:-|to|and|&)\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)?(?![\d%,.]\d|\d|%){_Y}",
            re.I,
        ),
        _en_day,
    ),
    (re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>20\d{2})(?!\d)"), _slash),
    (re.compile(rf"{_ZY}第?(?P<q>[1-9一二三四])\s*季度?"), _quarter),
    (re.compile(r"\bQ(?P<q>[1-9])(?:\s*(?:of\s+)?(?P<y>20\d{2}))?", re.I), _quarter),
    (re.compile(r"(?P<y>20\d{2})\s*年?\s*Q(?P<q>[1-9])", re.I), _quarter),
    (re.compile(r"(?P<y>20\d{2})\s*年?\s*H(?P<h>[12])\b", re.I), _half),
    (re.compile(r"\bH(?P<h>[12])\b(?:\s*(?:of\s+)?(?P<y>20\d{2}))?", re.I), _half),
    (re.compile(r"\b(?P<h>first|second) half of (?P<y>20\d{2})", re.I), _half),
    (re.compile(rf"{_ZY}(?P<h>[上下])半年"), _half),
    (re.compile(rf"{_ZY}{_ZM}\s*(?P<part>初|上旬|中旬|中(?!秋)|下旬|底|末)?"), _zh_month),
    (re.compile(rf"\b{_EN_PART}{_MON}(?:\s+(?P<y>20\d{{2}}))", re.I), _en_month),
    (
        re.compile(r"\b(?P<part>early|mid|late|end|beginning|start|middle)[\s-]*(?:of\s+|in\s+)?" + _MON, re.I),
        _en_month,
    ),
    (
        re.compile(
            r"\b(?:in|from|by|until|since|to|through|of|and|this|next)\s+(?P<part>)(?P<mon>"
            + "|".join(sorted((m for m in EN_MONTHS if m not in ("may", "mar")), key=len, reverse=True))
            + r")\b(?!\s*\d)",
            re.I,
        ),
        _en_month,
    ),
    (re.compile(r"\b(?P<s>spring|summer|autumn|fall)\s+(?:of\s+)?(?P<y>20\d{2})", re.I), _season),
    (re.compile(r"\bnext (?P<s>spring|summer|autumn|fall)\b", re.I), _season),
    (re.compile(r"(?:(?P<y>20\d{2})\s*年|(?P<rel>今年|明年))(?P<s>[春夏秋])(?:天|季)?"), _season),
    (re.compile(r"\b(?P<which>next|this)\s+(?P<unit>quarter|month|year|week)\b", re.I), _relative),
    (re.compile(r"(?P<which>下一?个?|下個|本|这个|這個)(?P<unit>季度?|月|周|週|星期)"), _relative),
    (re.compile(r"(?P<y>20\d{2})\s*年(?!\s*\d{1,2}\s*月)|(?P<rel>明年|今年)"), _whole_year),
]


def find_days(text: str, as_of: dt.date) -> list[Found[Days]]:
    """Every date expression in the text, in order, the most exact reading first.

    Raises BriefError for a date that the calendar does not have ("29 Feb 2027").
    """
    clean = plain(text)
    taken: list[tuple[int, int]] = []
    found: list[Found[Days]] = []
    for pattern, reader in _RULES:
        for match in pattern.finditer(clean):
            if any(a < match.end() and match.start() < b for a, b in taken) or not match[0].strip():
                continue
            value = reader(match, as_of)
            if value is not None:
                lead = len(match[0]) - len(match[0].lstrip())
                taken.append((match.start(), match.end()))
                found.append(Found(value, text[match.start() : match.end()].strip(), match.start() + lead, match.end()))
    return sorted(found, key=lambda f: f.start)


def parse_day(text: str | dt.date, as_of: dt.date) -> Found[dt.date] | None:
    """The first day in a text; the first day of a wider expression ("三月" → 1 March)."""
    if isinstance(text, dt.date):
        return Found(text, text.isoformat(), 0, 10)
    found = find_days(text, as_of)
    return Found(found[0].value.start, found[0].text, found[0].start, found[0].end) if found else None
