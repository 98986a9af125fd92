"""Reviews, gates, drills and inspections: all on real working days of the period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from agent.frame.model import ReviewFrame
from agent.frame.phases import phase_at
from agent.frame.rhythm import rhythm
from agent.frame.team import Team
from agent.frame.workdays import WorkDays
from agent.plan.content import Phase

QUARTER = 13 * 7
"""Days from which on a period has a quarterly review."""
MONTH = 28
"""Days from which on a period has a monthly review."""
CLOSED = 112
"""Days below which the gate at the end stands for a quarterly review that would fall on its day."""


def make_reviews(phases: Sequence[Phase], workdays: WorkDays, team: Team) -> tuple[ReviewFrame, ...]:
    """Weekly on the first working day of every week but the first; monthly on the fourth working day of the next month, the last one on
    the last working day; quarterly (from a period of 13 weeks) each 13 weeks and at the end; a gate on the last working day of each
    phase. A date holds one review: gate before quarterly before monthly before weekly, and no monthly one stands on the working day beside a
    larger one. Where that leaves no monthly one, or no quarterly one in a period of 16 weeks or more, it is held a week before the last gate."""
    start, end = phases[0].start, phases[-1].end
    dated: dict[dt.date, str] = {}
    for kind, found in (
        ("gate", _gates(phases, workdays)),
        ("quarterly", _quarterly(start, end, workdays)),
        ("monthly", _monthly(start, end, workdays)),
        ("weekly", _weekly(start, end, workdays)),
    ):
        for day in found:
            if start <= day <= end and not (kind == "monthly" and _beside(day, dated, workdays)):
                dated.setdefault(day, kind)
    length = (end - start).days + 1
    for kind, least in (("monthly", MONTH), ("quarterly", CLOSED)):
        if length >= least and kind not in dated.values():
            dated[_before_last(dated, workdays)] = kind
    owner = {"weekly": team.owner("analyst", "operator"), "monthly": team.owner("analyst", "operator")}
    lead = team.owner("strategist", "approver")
    return tuple(
        ReviewFrame(kind, day, phase_at(phases, day).id, owner.get(kind, lead))  # type: ignore[arg-type]
        for day, kind in sorted(dated.items())
    )


def _beside(day: dt.date, dated: Mapping[dt.date, str], workdays: WorkDays) -> bool:
    """Whether a gate or quarterly review stands on the working day before or after."""
    near = (workdays.back(day, 1), workdays.on_or_after(day + dt.timedelta(days=1)))
    return any(dated.get(one) in ("gate", "quarterly") for one in near)


def _before_last(dated: Mapping[dt.date, str], workdays: WorkDays) -> dt.date:
    """A working day a week before the last gate that neither holds a larger review nor stands beside one."""
    last = max((day for day, kind in dated.items() if kind == "gate"), default=max(dated))
    day = workdays.on_or_before(last - dt.timedelta(days=7))
    while dated.get(day, "weekly") != "weekly" or _beside(day, dated, workdays):
        day = workdays.back(day, 1)
    return day


def _gates(phases: Sequence[Phase], workdays: WorkDays) -> Iterable[dt.date]:
    return (
        max(workdays.on_or_before(phase.end), phase.start)
        for phase in phases
        if workdays.between(phase.start, phase.end)
    )


def _quarterly(start: dt.date, end: dt.date, workdays: WorkDays) -> list[dt.date]:
    if (end - start).days + 1 < QUARTER:
        return []
    days = [
        workdays.on_or_before(start + dt.timedelta(weeks=13 * n) - dt.timedelta(days=1))
        for n in range(1, (end - start).days // 91 + 1)
    ]
    return [day for day in days if (end - day).days > 21] + [workdays.on_or_before(end)]


def _monthly(start: dt.date, end: dt.date, workdays: WorkDays) -> list[dt.date]:
    found = []
    month = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while month <= end:
        day = month - dt.timedelta(days=1)
        for _ in range(4):
            day = workdays.on_or_after(day + dt.timedelta(days=1))
        if (day - start).days >= 14:
            found.append(day)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    if (end - start).days >= MONTH - 1:
        found.append(workdays.on_or_before(end))
    return found


def _weekly(start: dt.date, end: dt.date, workdays: WorkDays) -> Iterable[dt.date]:
    monday = start - dt.timedelta(days=start.weekday()) + dt.timedelta(weeks=1)
    while monday <= end:
        day = workdays.on_or_after(monday)
        if day.weekday() >= (day - monday).days and (day - monday).days < 7:
            yield day
        monday += dt.timedelta(weeks=1)


def make_drills(start: dt.date, end: dt.date, workdays: WorkDays) -> tuple[dt.date, ...]:
    """Crisis drills: the Wednesday of the third week (the middle of a shorter period), then every 13 weeks, moved to working days."""
    table = rhythm()["drill"]
    first = start - dt.timedelta(days=start.weekday()) + dt.timedelta(weeks=table["first_week"] - 1, days=2)
    if first > end:
        first = start + (end - start) / 2
    found = []
    while first <= end:
        found.append(_inside(first, start, end, workdays))
        first += dt.timedelta(weeks=table["every_weeks"])
    return tuple(dict.fromkeys(day for day in found if day is not None))


def make_inspections(start: dt.date, end: dt.date, workdays: WorkDays) -> tuple[dt.date, ...]:
    """Account and content inspections: the second Thursday of every month of the period, on a working day, at least one."""
    found = []
    month = start.replace(day=1)
    while month <= end:
        thursday = month + dt.timedelta(days=(3 - month.weekday()) % 7 + 7)
        if start <= thursday <= end:
            found.append(_inside(thursday, start, end, workdays))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    if not found:
        found.append(_inside(start + (end - start) / 2, start, end, workdays))
    return tuple(dict.fromkeys(day for day in found if day is not None))


def _inside(day: dt.date, start: dt.date, end: dt.date, workdays: WorkDays) -> dt.date | None:
    """The next working day inside the period, else the one before; None when the period has no working day."""
    later = workdays.on_or_after(day)
    if later <= end:
        return later
    earlier = workdays.on_or_before(day)
    return earlier if earlier >= start else None
