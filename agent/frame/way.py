"""How far a goal has come on a day: what adds up, and what is an average over the period."""

from __future__ import annotations

import datetime as dt

RHYTHMS = frozenset({"month", "week", "day"})
"""Goals that are an average over the period: what is read on the way is the average up to then."""


def on_the_way(share: float, start: dt.date, date: dt.date, last: dt.date, *, average: bool) -> float:
    """Part of what a plan adds to a goal by its `last` day that stands at the end of `date`: the share of the results that is in; of an average,
    that share over the part of the time that is gone."""
    if date >= last:
        return 1.0
    gone = ((date - start).days + 1) / max(1, (last - start).days + 1)
    return share / gone if average and gone > 0 else min(1.0, share)
