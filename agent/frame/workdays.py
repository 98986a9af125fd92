"""Working days: Monday to Friday without the statutory holidays of the brand's markets, and the arithmetic on them."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.frame.rhythm import rhythm

ONE = dt.timedelta(days=1)


@functools.cache
def _statutory(country: str, year: int, language: str) -> dict[dt.date, str]:
    """Public holidays of one country and year by name; {} for a country that the library does not know."""
    import holidays

    try:
        found = holidays.country_holidays(country, years=year, language=language or None)
    except NotImplementedError:
        return {}
    return dict(found.items())


def _language(country: str, language: str) -> str:
    """The language in which the library names the country's holidays: the plan's where it can, else English, else the country's own."""
    wanted = {"zh-CN": "zh_CN", "zh-TW": "zh_TW"}.get(language, "en_US")
    known = _supported(country)
    return next((one for one in (wanted, "en_US") if one in known), "")


@functools.cache
def _supported(country: str) -> tuple[str, ...]:
    import holidays

    try:
        return tuple(holidays.country_holidays(country, years=()).supported_languages)
    except NotImplementedError:
        return ()


@functools.cache
def statutory(market: str, year: int, language: str = "en") -> dict[dt.date, str]:
    """Public holidays of a market in a year, named in the plan's language where the library can.

    A market of several countries (EU, SEA, GLOBAL) takes the days off that more than half of its countries in
    knowledge/rhythm.yaml take. A market code unknown to the library counts as GLOBAL.
    """
    countries: list[str] = rhythm()["countries"].get(market, [market])
    tables = [_statutory(country, year, _language(country, language)) for country in countries]
    if not any(tables):
        return statutory("GLOBAL", year, language) if market != "GLOBAL" else {}
    count = Counter(day for table in tables for day in table)
    names = {day: name for table in reversed(tables) for day, name in table.items()}
    return {day: names[day] for day in sorted(count) if count[day] * 2 > len(countries)}


@dataclass(frozen=True)
class WorkDays:
    """The working calendar of a plan."""

    holidays: frozenset[dt.date]
    _known: dict[tuple[dt.date, int], dt.date] = field(default_factory=dict, compare=False, repr=False)

    def is_working(self, day: dt.date) -> bool:
        """Whether people are at work."""
        return day.weekday() < 5 and day not in self.holidays

    def back(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day strictly before `day`; with 0 the day itself or the last working day before it."""
        key = day, count
        if key not in self._known:
            if count == 0 and self.is_working(day):
                return day
            for _ in range(max(1, count)):
                day -= ONE
                while not self.is_working(day):
                    day -= ONE
            self._known[key] = day
        return self._known[key]

    def on_or_before(self, day: dt.date) -> dt.date:
        """The day itself or the last working day before it."""
        return self.back(day, 0)

    def on_or_after(self, day: dt.date) -> dt.date:
        """The day itself or the next working day."""
        while not self.is_working(day):
            day += ONE
        return day

    def between(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Working days from first to last, both included."""
        return [day for day in days(first, last) if self.is_working(day)]


def days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    """Every day from first to last, both included."""
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))


def working_days(markets: Sequence[str], first: dt.date, last: dt.date) -> WorkDays:
    """The working calendar: a statutory holiday of any of the markets is free, make-up Saturdays are not counted as work.

    Covers from the year before `first` to the year after `last`.
    """
    found: set[dt.date] = set()
    for market in markets or ("GLOBAL",):
        for year in range(first.year - 1, last.year + 2):
            found.update(statutory(market, year))
    return WorkDays(frozenset(found))
