"""Working days of a market, from the holidays library."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any


@functools.lru_cache(maxsize=64)
def _calendar(market: str, year: int) -> Any:
    """The market's statutory holidays in a year; None where the library has none for it (EU, GLOBAL)."""
    import holidays

    if market not in holidays.list_supported_countries():
        return None
    return holidays.country_holidays(market, years=[year])


def is_working_day(date: dt.date, market: str) -> bool:
    """Whether people work on that day: no weekend, no statutory holiday; a weekend that the state made a working day is one."""
    calendar = _calendar(market, date.year)
    return date.weekday() < 5 if calendar is None else bool(calendar.is_working_day(date))
