"""Lengths of time and periods as people write them: "6个月", "1 Jan to 30 Jun 2027", "从三月初开始三个月"."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from dataclasses import dataclass

from agent.brief.dates import (
    CN_DIGITS,
    EN_MONTHS,
    TO,
    Days,
    calendar_day,
    coming_year,
    find_days,
    month_part,
    written_number,
)
from agent.brief.numbers import Found, chinese_number, plain


@dataclass(frozen=True)
class Span:
    """A period: start and end, or a length alone."""

    start: dt.date | None = None
    end: dt.date | None = None
    days: int | None = None
    """Length in days when no start was given."""


_DURATION = re.compile(
    rf"(?P<n>(?<!\d)\d{{1,4}}(?:\.\d{{1,3}})?|[{CN_DIGITS}半]{{1,4}}|\b(?:half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen))[\s-]*"
    r"(?P<unit>个月|個月|个季度|個季度|季度?(?!\d)|周(?!年|末|边|三|四|五|六|日|一|二)|週(?!年|末|三|四|五|六|日|一|二)|个星期|個星期|天|年(?!级|級|货|貨)|months?\b|weeks?\b|quarters?\b|days?\b|years?\b)"
    r"(?P<plus>半)?",
    re.I,
)
_SMALL = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
}
_SMALL |= {"nine": 9.0, "ten": 10.0, "twelve": 12.0, "eighteen": 18.0, "half a": 0.5, "half an": 0.5, "半": 0.5}


def find_durations(text: str) -> list[Found[tuple[float, str]]]:
    """Every length of time as (number, "month" or "day"): "6个月" → (6, month), "two quarters" → (6, month), "12 weeks" → (84, day)."""
    found = []
    clean = plain(text)
    for match in _DURATION.finditer(clean):
        words, unit = match["n"].lower(), match["unit"].lower()
        before, after = clean[max(0, match.start() - 1) : match.start()], clean[match.end() : match.end() + 2]
        if (
            before in ("第", "每", "Q")
            or after.startswith(("级", "內的", "前"))
            or (unit == "年" and (len(words) >= 4 or (words == "半" and before in ("上", "下"))))
        ):
            continue
        number = _SMALL.get(words) or float(chinese_number(words) or 0) if not words[0].isdigit() else float(words)
        number += 0.5 if match["plus"] else 0
        if words in ("a", "an") and not re.search(r"\b(?:for|over|in|within)\s+$", clean[: match.start()], re.I):
            continue
        if not 0 < number < 1000:
            continue
        if unit.startswith(("month", "个月", "個月")):
            value = (number, "month")
        elif unit.startswith(("quarter", "个季", "個季", "季")):
            value = (number * 3, "month")
        elif unit.startswith(("year", "年")):
            value = (number * 12, "month")
        else:
            value = (number * (1 if unit.startswith(("day", "天")) else 7), "day")
        found.append(Found(value, text[match.start() : match.end()], match.start(), match.end()))
    return found


def after(start: dt.date, length: tuple[float, str]) -> dt.date:
    """Last day of a period that begins at `start` and has this length (both ends included)."""
    number, unit = length
    if unit == "day":
        return start + dt.timedelta(days=max(0, round(number) - 1))
    whole = int(number)
    index = start.year * 12 + start.month - 1 + whole
    year, month = index // 12, index % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return dt.date(year, month, day) + dt.timedelta(days=round((number - whole) * 30) - 1)


_BETWEEN = re.compile(
    r"^\s*(?:开始|開始|启动|啟動|上线|开跑|起)?\s*,?\s*(?:一直)?(?:-|~|～|至|到|直到|做到|排到|持续到|to|through|till?|until|and|→|->|/)+\s*(?:the\s+)?(?:end of\s+)?$",
    re.I,
)
_BEGINS = re.compile(r"^\s*(?:开始|開始|启动|啟動|上线|上線|开跑|起)\s*,\s*$")
_CLOSES = re.compile(r"^\s*(?:收尾|结束|結束|截止|收官|为止|為止|收板)")
"""Two days in a row of which one begins and the other ends: "9月1日启动，11月30日收尾"."""
_OPEN = re.compile(r"(?:starting(?: in| from)?|beginning(?: in)?|from|since|as of|从|自)\s*$", re.I)
_OPEN_AFTER = re.compile(r"\s*(?:份)?(?:开始|開始|起(?!来)|onwards?|以后|以後)", re.I)
_ZH_SHORT = re.compile(
    rf"(?P<y>\d{{4}})?\s*年?\s*(?P<a>\d{{1,2}}|[{CN_DIGITS}]{{1,2}})\s*(?:月)?(?:份)?\s*(?:[-~～到至]|做到|排到|一直到|持续到)\s*(?:明年|今年|次年)?(?P<b>\d{{1,2}}|[{CN_DIGITS}]{{1,2}})\s*月(?!\s*\d{{1,2}}[日号])(?P<part>底|末|初|中)?"
)
_EN_SHORT = re.compile(
    r"\b(?:(?P<pa>early|mid|late|start of|beginning of|end of)[\s-]*)?(?P<a>"
    + "|".join(sorted(EN_MONTHS, key=len, reverse=True))
    + r")\b\s*(?P<ya>20\d{2})?\s*(?:-|–|to|through|until|till|(?:and|,)\s*(?:finish|end|run|stop)\w*\s*(?:at|in|by|until|till|through)?)\s*"
    r"(?:the\s+)?(?:(?P<pb>early|mid|late|start of|beginning of|end of)[\s-]*)?(?P<b>"
    + "|".join(sorted(EN_MONTHS, key=len, reverse=True))
    + r")\b(?!\s+\d{1,2}\b(?!\d))\s*(?P<y>20\d{2})?",
    re.I,
)
_DAY_SHORT = re.compile(
    rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){TO}(?P<m2>\d{{1,2}})[-/.](?P<d2>\d{{1,2}})(?![\d-])"
)


_QUARTERS = re.compile(
    r"(?i)(?P<y>20\d\d)?\s*年?\s*(?:第?(?P<a>[一二三四])(?:季度?)?\s*(?:、|到|至|和|-)\s*第?(?P<b>[一二三四])季度?|\bQ(?P<c>[1-4])\s*(?:to|through|and|[-–~]|做到|到|至|和|、)\s*Q?(?P<d>[1-4])(?!\d)\s*(?P<y2>20\d\d)?)"
)
_WHOLE_YEAR = re.compile(
    r"(?i)(?P<a>20\d\d)\s*年?\s*(?:全年|一整年|整年)|(?:all of|the whole of|throughout|calendar(?: year)?|full[- ]year)\s+(?P<b>20\d\d)|\b(?P<c>20\d\d) calendar year"
)


def _short(text: str, as_of: dt.date) -> Found[Span] | None:
    clean = plain(text)
    match = _DAY_SHORT.search(clean)
    if match:
        start = calendar_day(int(match["y"]), int(match["m"]), int(match["d"]), match[0])
        end = calendar_day(start.year + (int(match["m2"]) < start.month), int(match["m2"]), int(match["d2"]), match[0])
        return Found(Span(start, end), match[0], match.start(), match.end())
    quarters = _QUARTERS.search(clean)
    if quarters:
        names = "一二三四"
        one, two = (
            int(q) if q.isdigit() else names.index(q) + 1
            for q in (quarters["a"] or quarters["c"], quarters["b"] or quarters["d"])
        )
        told = quarters["y"] or quarters["y2"]
        year = int(told) if told else _rel_year(clean, quarters.start(), as_of) or coming_year(one * 3 - 2, 28, as_of)
        end = month_part(year + (two < one), two * 3, "", True).end
        return Found(Span(dt.date(year, one * 3 - 2, 1), end), quarters[0].strip(), quarters.start(), quarters.end())
    whole = _WHOLE_YEAR.search(clean)
    if whole:
        year = int(whole["a"] or whole["b"] or whole["c"])
        return Found(Span(dt.date(year, 1, 1), dt.date(year, 12, 31)), whole[0], whole.start(), whole.end())
    match = _ZH_SHORT.search(clean)
    if match and not re.search(r"[日号號]", match[0]):
        first, last = written_number(match["a"]), written_number(match["b"])
        if 1 <= first <= 12 and 1 <= last <= 12:
            year = (
                int(match["y"])
                if match["y"]
                else _rel_year(clean, match.start(), as_of) or coming_year(first, 28, as_of)
            )
            end = month_part(year + (last < first), last, match["part"] or "", True).end
            return Found(Span(dt.date(year, first, 1), end), match[0].strip(), match.start(), match.end())
    match = _EN_SHORT.search(clean)
    if match:
        first, last = EN_MONTHS[match["a"].lower()], EN_MONTHS[match["b"].lower()]
        told = match["y"] or match["ya"]
        year = int(told) - (last < first and bool(match["y"])) if told else coming_year(first, 28, as_of)
        start = month_part(year, first, (match["pa"] or "").split(" ")[0].lower(), True).start
        end = month_part(year + (last < first), last, (match["pb"] or "").split(" ")[0].lower(), True).end
        return Found(Span(start, end), match[0], match.start(), match.end())
    return None


def _rel_year(text: str, position: int, as_of: dt.date) -> int | None:
    before = text[max(0, position - 4) : position]
    return as_of.year + 1 if "明年" in before else as_of.year if "今年" in before else None


def parse_period(text: str, as_of: dt.date) -> Found[Span] | None:
    """The period that a text states: two dates joined, a start with a length, one wide date, or a length alone.

    An end before its start is kept as written: reporting it is the work of `conflicts`.
    """
    found = find_days(text, as_of)
    clean = plain(text)
    for one, two in itertools.pairwise(found):
        closing = _CLOSES.match(clean[two.end :]) and _BEGINS.match(clean[one.end : two.start])
        if closing or _BETWEEN.match(clean[one.end : two.start]):
            return Found(_joined(one.value, two.value), text[one.start : two.end], one.start, two.end)
    short = _short(text, as_of)
    if short:
        return short
    lengths = [f for f in find_durations(text) if not any(d.start < f.end and f.start < d.end for d in found)]
    starts = [
        f
        for f in found
        if f.value.precision in ("day", "part", "month") or (f.value.precision in ("quarter", "season") and lengths)
    ]
    if lengths and starts:
        day, length = starts[0], lengths[0]
        first, last = min(day.start, length.start), max(day.end, length.end)
        return Found(Span(day.value.start, after(day.value.start, length.value)), text[first:last], first, last)
    wide = [f for f in found if f.value.precision not in ("day", "part")]
    if wide:
        best = wide[0]
        opened = best.text.lower().startswith(("from ", "since ")) or _OPEN.search(
            clean[max(0, best.start - 14) : best.start]
        )
        if opened or _OPEN_AFTER.match(clean[best.end :]):
            return Found(Span(best.value.start, None), best.text, best.start, best.end)
        return Found(Span(best.value.start, best.value.end), best.text, best.start, best.end)
    if lengths:
        number, unit = lengths[0].value
        return Found(
            Span(None, None, round(number * (30.4 if unit == "month" else 1))),
            lengths[0].text,
            lengths[0].start,
            lengths[0].end,
        )
    if found:
        day = found[0]
        until = re.search(r"(?:until|till|by|截至|截止|到|before)\s*$", clean[: day.start], re.I)
        return Found(Span(None, day.value.end) if until else Span(day.value.start, None), day.text, day.start, day.end)
    return None


def _joined(one: Days, two: Days) -> Span:
    start, end = one.start, two.end
    if not one.year_given and two.year_given:
        year = end.year if (start.month, start.day) <= (end.month, end.day) else end.year - 1
        start = start.replace(year=year, day=min(start.day, calendar.monthrange(year, start.month)[1]))
    if not two.year_given and (one.year_given or end < start):
        year = start.year if (end.month, end.day) >= (start.month, start.day) else start.year + 1
        end = end.replace(year=year, day=min(end.day, calendar.monthrange(year, end.month)[1]))
    return Span(start, end)
