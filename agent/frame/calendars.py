"""When a rule of the knowledge base falls: fixed days, weekdays, lunar and Islamic months, solar terms, Easter, the holiday library."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import Any

from agent.knowledge.model import DateRule, Rule

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HIJRI_EPOCH = 227014
"""Proleptic Gregorian ordinal of the day before 1 Muharram 1 AH, civil reckoning."""


def days_of(rule: DateRule, rules: Mapping[str, DateRule], year: int) -> list[dt.date]:
    """The days on which a rule falls in a Gregorian year: one as a rule, none or two for lunar and Islamic dates.

    Raises KeyError when a relative rule names an unknown date.
    """
    one = rule.rule
    if one.type == "relative":
        other = rules[one.to]
        moved = [
            day + dt.timedelta(days=one.offset) for y in (year - 1, year, year + 1) for day in days_of(other, rules, y)
        ]
        return [day for day in moved if day.year == year]
    return (
        [day + dt.timedelta(days=one.offset) for day in _FINDERS[one.type](one, year)]
        if one.type != "easter"
        else _easter(one, year)
    )


def _fixed(rule: Rule, year: int) -> list[dt.date]:
    month, day = rule.month or 1, rule.day or 1
    return [dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))]


def _nth_weekday(rule: Rule, year: int) -> list[dt.date]:
    month, nth = rule.month or 1, rule.nth or 1
    wanted = _WEEKDAYS.index(rule.weekday or "mon")
    found = [
        day for day in calendar.Calendar().itermonthdates(year, month) if day.month == month and day.weekday() == wanted
    ]
    place = nth - 1 if nth > 0 else len(found) + nth
    return [found[place]] if 0 <= place < len(found) else []


def _lunar(rule: Rule, year: int) -> list[dt.date]:
    found = [lunar_day(lunar_year, rule.month or 1, rule.day or 1) for lunar_year in (year - 1, year)]
    return [day for day in found if day is not None and day.year == year]


@functools.cache
def lunar_day(lunar_year: int, month: int, day: int) -> dt.date | None:
    """The Gregorian day of a day in the Chinese calendar (no leap month); None when the month has no such day."""
    from lunar_python import Lunar, LunarMonth

    length = LunarMonth.fromYm(lunar_year, month).getDayCount()
    if day > length:
        return None
    solar: Any = Lunar.fromYmd(lunar_year, month, day).getSolar()
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())


@functools.cache
def _terms(year: int) -> dict[str, dt.date]:
    from lunar_python import Lunar

    table: Mapping[str, Any] = Lunar.fromYmd(year, 5, 5).getJieQiTable()
    found = {name: dt.date(solar.getYear(), solar.getMonth(), solar.getDay()) for name, solar in table.items()}
    return {name: day for name, day in found.items() if day.year == year}


def _solar_term(rule: Rule, year: int) -> list[dt.date]:
    day = _terms(year).get(rule.name)
    return [day] if day else []


def easter_sunday(year: int) -> dt.date:
    """Easter Sunday, Gregorian (the anonymous computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def _easter(rule: Rule, year: int) -> list[dt.date]:
    return [easter_sunday(year) + dt.timedelta(days=rule.offset)]


def hijri_day(hijri_year: int, month: int, day: int) -> dt.date:
    """The Gregorian day of an Islamic date in the civil (tabular) reckoning; sightings may differ by a day or two."""
    before = (hijri_year - 1) * 354 + (3 + 11 * hijri_year) // 30
    return dt.date.fromordinal(_HIJRI_EPOCH + before + 29 * (month - 1) + month // 2 + day)


def _hijri(rule: Rule, year: int) -> list[dt.date]:
    first = (year - 622) * 33 // 32
    found = [hijri_day(hijri_year, rule.month or 1, rule.day or 1) for hijri_year in range(first - 1, first + 3)]
    return [day for day in found if day.year == year]


def _library(rule: Rule, year: int) -> list[dt.date]:
    from agent.frame.workdays import statutory

    names = statutory(rule.country, year)
    wanted = rule.name.casefold()
    found = [day for day, name in names.items() if wanted in name.casefold() and "observed" not in name.casefold()]
    return found[:1]


_FINDERS: dict[str, Callable[[Rule, int], list[dt.date]]] = {
    "fixed": _fixed,
    "nth_weekday": _nth_weekday,
    "lunar": _lunar,
    "solar_term": _solar_term,
    "hijri": _hijri,
    "library": _library,
}
