"""How far a goal has come on a day: what adds up, and what is an average over the period."""

from __future__ import annotations

import datetime as dt

RHYTHMS = frozenset({"month", "week", "day"})
"""Goals that are an average over the period: what is read on the way is the average since the start."""


def rest_of_the_way(start: dt.date, before: tuple[dt.date, float], last: tuple[dt.date, float]) -> float:
    """What the days after `before` have to bring by themselves, in the average's rhythm, so that the average since the start comes from its value
    then to the one of the `last` day. An average that climbs ends above itself, which nobody sees who reads the average alone."""
    gone, whole = ((date - start).days + 1 for date, _ in (before, last))
    return (last[1] * whole - before[1] * gone) / max(1, whole - gone)
