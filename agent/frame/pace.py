"""How results come in over the period: by the money of each phase and the posts of each day."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.frame.budget import Cell
from agent.frame.model import GoalFrame, Slot
from agent.frame.rates import kept
from agent.frame.way import RHYTHMS
from agent.plan.content import Entry, Phase
from agent.plan.results import BudgetLine, CurvePoint

ENOUGH = 0.8
"""Part of a goal's forecast, or of the growth it holds, from which on nothing changes."""


@dataclass(frozen=True)
class Pace:
    """Cumulative share of the results by day; rises from 0 to exactly 1."""

    start: dt.date
    shares: tuple[float, ...]
    """Share reached at the end of each day of the period."""

    @property
    def end(self) -> dt.date:
        """Last day."""
        return self.start + dt.timedelta(days=len(self.shares) - 1)

    def upto(self, date: dt.date) -> float:
        """Share reached at the end of `date`: 0 before the period, 1 from its last day."""
        place = (date - self.start).days
        return 0.0 if place < 0 else self.shares[min(place, len(self.shares) - 1)]

    def part(self, date: dt.date, last: dt.date) -> float:
        """Share of the results up to the `last` day that is in at the end of `date`."""
        return min(1.0, self.upto(min(date, last)) / (self.upto(last) or 1.0))

    def month_ends(self) -> list[dt.date]:
        """Last day of each month of the period; the period's own end for the last."""
        out: list[dt.date] = []
        day = self.start
        while True:
            last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            if last >= self.end:
                return [*out, self.end]
            out.append(last)
            day = last + dt.timedelta(days=1)


def pace_of(phases: Sequence[Phase], cells: Iterable[Cell | BudgetLine], slots: Iterable[Slot | Entry]) -> Pace:
    """Day weight = ½ × its phase's ads and creators money ÷ days of the phase ÷ all such money + ½ × its posts ÷ all posts.

    Without money the posts count whole, without posts the money; without both every day counts alike.
    """
    start, end = phases[0].start, phases[-1].end
    days = (end - start).days + 1
    spent: dict[str, int] = {}
    for cell in cells:
        if cell.category in ("ads", "creators"):
            spent[cell.phase] = spent.get(cell.phase, 0) + cell.cents
    posts = [0.0] * days
    for slot in slots:
        place = (slot.date - start).days
        if slot.kind != "buffer" and 0 <= place < days:
            posts[place] += 1
    total, published = sum(spent.values()), sum(posts)
    weights = [0.0 if total or published else 1.0] * days
    for phase in phases:
        first, last = max(0, (phase.start - start).days), min(days - 1, (phase.end - start).days)
        for place in range(first, last + 1):
            weights[place] += (0.5 if published else 1.0) * spent.get(phase.id, 0) / max(1, total) / (last - first + 1)
    for place, count in enumerate(posts):
        weights[place] += (0.5 if total else 1.0) * count / max(1.0, published)
    whole, reached, shares = sum(weights) or 1.0, 0.0, []
    for weight in weights:
        reached += weight / whole
        shares.append(min(1.0, reached))
    return Pace(start, (*shares[:-1], 1.0))


def curve(goals: Iterable[GoalFrame], pace: Pace) -> tuple[CurvePoint, ...]:
    """Month by month: forecast = from + (base forecast − from) × part of the results that is in by then, and the target likewise.

    `from` is the baseline of a level or an average (followers, a monthly rate of sales), 0 of a sum over the period; the last point is exactly
    the verdict's base forecast and the target. An average climbs the same way from its baseline: read as results over time gone it would stand
    at its end from the first month of a plan that begins with much, and fall from there. Rates and service goals, which do not add up, have no
    curve.
    """
    out = []
    for goal in goals:
        verdict, objective = goal.verdict, goal.objective
        if verdict.base is None or objective.unit == "%" or objective.kind == "service":
            continue
        since = goal.since
        last, target, average = min(goal.deadline, pace.end), objective.target, objective.per in RHYTHMS
        for month in [day for day in pace.month_ends() if day < last] + [last]:
            part = pace.part(month, last)
            out.append(
                CurvePoint(
                    goal=goal.id, month=month, average=average,
                    forecast=verdict.base if month == last else kept(since + (verdict.base - since) * part),
                    target=target if target is None or month == last else kept(since + (target - since) * part),
                )
            )  # fmt: skip
    return tuple(out)
