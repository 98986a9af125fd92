"""The test of publishing times as the calendar holds it: in four weeks of a platform half of its plain posts stand in its second window."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agent.frame.model import ExperimentFrame, PlatformFrame, Slot
from agent.frame.slots import DAYS, Ground, clock
from agent.frame.workload import monday_of
from agent.knowledge.model import Window

WEEKS = 4
LEAST = 4
"""Plain posts of a platform in the weeks of its test, two a side, from which on there is anything to compare."""


def second_window(ground: Ground, platform: str) -> Window | None:
    """The window that is tried against a platform's first one: the next of its sheet that suits the audience."""
    suited = {id(one) for found in ground.windows(platform).values() for one in found}
    own = [one for one in ground.sheet(platform).windows if id(one) in suited]
    return own[1] if len(own) > 1 else None


def weeks_of(platform: str, experiments: Iterable[ExperimentFrame], ground: Ground) -> tuple[dt.date, dt.date]:
    """First and last day of a platform's test: those of the plan's experiment on times, else the first four weeks."""
    test = next((one for one in experiments if one.kind == "window" and one.platform == platform), None)
    if test:
        return test.start, test.end
    return ground.start, min(ground.end, ground.start + dt.timedelta(days=7 * WEEKS - 1))


def try_windows(
    slots: Sequence[Slot],
    platforms: Sequence[PlatformFrame],
    experiments: Sequence[ExperimentFrame],
    reviewed: Iterable[dt.date],
    ground: Ground,
) -> tuple[Slot, ...]:
    """The slots with every other plain post of a test in the second window, in order of time.

    Posts that stand in the second window anyway belong to the test as they are: left out, they would count for the first one. Only as many others are moved
    as make half. A post keeps its day where the second window has it; else it moves to the day before or after, inside its week, where the platform has no other post
    and neither a month's end nor one of the days `reviewed` lies between. A platform on which either window has fewer than two posts is not tested.
    """
    fixed = frozenset(reviewed)
    out = list(slots)
    for place, platform in enumerate(platforms):
        window = second_window(ground, platform.id)
        if window is None:
            continue
        first, last = weeks_of(platform.id, experiments, ground)
        own = [n for n, one in enumerate(out) if one.platform == platform.id]
        plain = [n for n in own if first <= out[n].date <= last and out[n].kind == "post" and not out[n].key_date]
        taken = Counter(out[n].date for n in own)
        there = [n for n in plain if _lies_in(out[n], window)]
        others = [n for n in plain if n not in there]
        moved = {n: replace(out[n], trial=True) for n in there}
        wanted = len(plain) // 2 - len(there)
        for n in others[1::2][: max(0, wanted)] if len(plain) >= LEAST else ():
            slot = out[n]
            if taken[slot.date] > 1:
                continue
            day = _day(slot.date, window, taken, fixed, ground, platform.id, (first, last))
            if day is not None:
                taken[day] += day != slot.date
                deadline = ground.deadline(day, slot.format, slot.kind) if day != slot.date else slot.deadline
                moved[n] = replace(slot, date=day, time=clock(window, place % 3), deadline=deadline, trial=True)
        if len(moved) * 2 >= LEAST and (len(plain) - len(moved)) * 2 >= LEAST:
            for n, slot in moved.items():
                out[n] = slot
    order = {one.id: n for n, one in enumerate(platforms)}
    out.sort(key=lambda one: (one.date, one.time, order[one.platform]))
    return tuple(replace(one, id=f"E{n:03d}") for n, one in enumerate(out, 1))


def _lies_in(slot: Slot, window: Window) -> bool:
    """Whether a post stands in a window already."""
    return DAYS[slot.date.weekday()] in window.days and window.start <= slot.time < window.end


def _day(
    day: dt.date,
    window: Window,
    taken: Mapping[dt.date, int],
    fixed: frozenset[dt.date],
    ground: Ground,
    platform: str,
    weeks: tuple[dt.date, dt.date],
) -> dt.date | None:
    """The day that the second window has: the post's own, else its neighbour; None where neither will do."""
    for step in (0, 1, -1):
        other = day + dt.timedelta(days=step)
        if DAYS[other.weekday()] not in window.days:
            continue
        if not step:
            return other
        early = min(day, other)
        inside = weeks[0] <= other <= weeks[1] and monday_of(other) == monday_of(day) and other.month == day.month
        if inside and other not in taken and early not in fixed and ground.open(platform, other):
            return other
    return None
