"""Measurable thresholds for strategy, phases and platforms: a metric, a value out of the frame, and the day it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.frame.model import GoalFrame, KpiFrame
from agent.frame.pace import ENOUGH
from agent.frame.way import RHYTHMS
from agent.locale import day
from agent.plan.content import Phase
from agent.words.playbook.context import Context
from agent.words.playbook.figures import amount, read_doubt, rough
from agent.words.playbook.voice import clip

SWING = 0.1
"""Part by which a monthly rhythm moves on its own, as its forecast assumes (agent.frame.outlook): less growth than that cannot be read off it."""
DRIFT = 0.01
"""The same of a level such as followers."""
FEWEST = 10
"""Results below which a floor is met or missed by chance."""
EARNED = ("orders", "leads", "sales")
"""KPIs of which a share comes without the plan."""


@dataclass(frozen=True)
class Gauge:
    """A threshold in words, with where it comes from."""

    metric: str
    value: str
    source: str

    def facts(self, date: str) -> dict[str, str]:
        """As placeholders."""
        return {"metric": self.metric, "value": self.value, "date": date}


@dataclass(frozen=True)
class Reading:
    """A goal on one day, as exits, decision rules and reviews all tell it."""

    since: float
    """Where a level or an average starts; 0 for a sum over the period."""
    forecast: float
    floor: float
    """What has to be there: the pace of the client's target where the forecast keeps it, else four fifths of the forecast (of the growth,
    where something stands already). Always above `since`."""
    kind: Literal["target", "level", "threshold", "brought"]
    """Which of them it is, as measurement.pace_KIND tells it."""
    metric: str
    """What is read: the goal's own metric, or the results that can be traced to the plan."""
    unit: str


def reading(context: Context, goal: GoalFrame, date: dt.date) -> Reading | None:
    """The one place that says what a goal should be on a day; None where it has no curve, would ask for no more than today's figure, or
    counts so few by then that a floor could not fail.

    A monthly rhythm whose growth disappears in its usual swing (`SWING`) is read by what can be traced to the plan instead.
    """
    forecast = context.frame.forecast_at(goal.id, date)
    if not forecast:
        return None
    frame, objective = context.frame, goal.objective
    since = goal.since
    floor = since + (forecast - since) * ENOUGH
    kind: Literal["target", "level", "threshold", "brought"] = "level" if since else "threshold"
    metric, unit = objective.metric or objective.text, goal.target.unit
    if objective.kind == "conversion" and objective.per in RHYTHMS and floor - since < SWING * since:
        brought = frame.budget.scenarios[1].conversions * frame.share_at(date)
        metric, unit = context.say("measurement.brought"), "count"
        since, forecast, floor, kind = 0.0, brought, brought * ENOUGH, "brought"
    elif goal.origin == "brief" and objective.target and goal.verdict.base and objective.target <= goal.verdict.base:
        floor, kind = since + (objective.target - since) * frame.part_at(goal, date), "target"
    if (
        kind in ("threshold", "brought")
        and objective.kind in ("conversion", "traffic")
        and floor < FEWEST
        and date < frame.end
    ):
        return None
    # What is counted over the period comes in whole ones; a part of one is nothing to steer by.
    shown = float(round(floor)) if objective.per == "period" and floor < 10 else rough(floor)
    idle = 0.0 if kind == "brought" else _idle(context, goal, date)
    return Reading(since, rough(forecast), shown, kind, metric, unit) if shown > rough(idle) else None


def _idle(context: Context, goal: GoalFrame, date: dt.date) -> float:
    """What the goal may show on the day with nothing done, at the upper end of its usual swing: today's level or average, or the last
    period's result in the days gone by. A floor below that passes by itself."""
    objective, frame = goal.objective, context.frame
    gone = 1.0
    if objective.per == "period":
        last = min(goal.deadline, frame.end)
        gone = min(1.0, ((date - frame.start).days + 1) / max(1, (last - frame.start).days + 1))
    return (objective.baseline or 0.0) * gone * (1 + (DRIFT if objective.per == "level" else SWING))


def gate(context: Context, place: int = 0) -> dt.date:
    """The date of a gate review; the last day of the phase where there is none."""
    gates = [review.date for review in context.frame.reviews if review.kind == "gate"]
    phases = context.frame.phases
    return gates[min(place, len(gates) - 1)] if gates else phases[min(place, len(phases) - 1)].end


def gate_of(context: Context, phase: Phase) -> dt.date:
    """The date of a phase's gate review, else its last day."""
    gates = [review.date for review in context.frame.reviews if review.kind == "gate" and review.phase == phase.id]
    return gates[0] if gates else phase.end


def date_text(context: Context, date: dt.date) -> str:
    """A date in prose, with its weekday."""
    return day(date, context.language, weekday=True)


def kpi_gauge(context: Context, kpis: Sequence[str], date: dt.date, platform: str = "") -> Gauge | None:
    """The low end of a KPI's target on a day: rates as they stand, sums in the part that is in by then."""
    for name in kpis:
        row = next(
            (k for k in context.frame.kpis if k.kpi.removeprefix("kpi.") == name and k.platform == platform), None
        )
        if row is None or (name in EARNED and _still(context, row, date)):
            continue
        low = row.target.low if row.target.low is not None else row.target.value
        row = replace(row, target=row.target.model_copy(update={"low": low}))
        value = context.frame.floor_at(row, date)
        if value:
            return Gauge(
                _name(context, row),
                amount(_round(value, row.target.unit), row.target.unit, context.language)
                + read_doubt(context, row.target),
                f"calc:kpi.{row.id}",
            )
    return None


def _still(context: Context, row: KpiFrame, date: dt.date) -> bool:
    """Whether the KPI counts what a goal already has without the plan, and that goal asks for nothing more on the day."""
    goal = next((one for one in context.frame.goals if one.id == row.goal), None)
    return goal is not None and goal.objective.baseline is not None and reading(context, goal, date) is None


def goal_gauge(context: Context, date: dt.date, kind: str = "") -> Gauge | None:
    """The floor, on the day, of the first goal that has a curve (`reading`)."""
    for goal in context.frame.goals:
        if kind and goal.objective.kind != kind:
            continue
        if found := reading(context, goal, date):
            return Gauge(
                short(found.metric, context.zh), amount(found.floor, found.unit, context.language), "calc:curve"
            )
    return None


def pace_gauge(context: Context, date: dt.date, kinds: Sequence[str]) -> Gauge | None:
    """What a target that the forecast keeps has on the day, the first goal of these kinds that counts over the period: an exit below the target's own
    pace would be passed by a plan that misses it."""
    ranked = sorted(
        context.frame.goals,
        key=lambda one: kinds.index(one.objective.kind) if one.objective.kind in kinds else len(kinds),
    )
    for goal in ranked:
        aim, base = goal.objective, goal.verdict.base
        if aim.kind not in kinds or aim.per != "period" or not aim.target or base is None or aim.target > base:
            continue
        value = aim.target * context.frame.part_at(goal, date)
        if value >= FEWEST:
            metric = short(aim.metric or aim.text, context.zh)
            return Gauge(
                metric, amount(_round(value, goal.target.unit), goal.target.unit, context.language), "calc:curve"
            )
    return None


def short(text: str, zh: bool) -> str:
    """A metric's name short enough to stand in a sentence."""
    name = clip(text, 20 if zh else 60)
    return name if zh or not name[1:2].islower() else name[:1].lower() + name[1:]


def _name(context: Context, row: KpiFrame) -> str:
    name = context.knowledge.kpi(row.kpi).title.text(context.language)
    if not context.zh and not name.isupper():
        name = name if name[:2].isupper() else name[:1].lower() + name[1:]
    platform = context.name(row.platform) if row.platform else ""
    return f"{platform}{name}" if context.zh else f"{platform} {name}".strip()


def _round(value: float, unit: str) -> float:
    """Three figures are enough for a threshold; rates keep a tenth of a per cent."""
    if unit == "%":
        return round(value, 3) if value >= 0.005 else round(value, 4)
    if value < 10:
        return max(1.0, round(value))
    size = 10.0 ** max(len(str(int(value))) - 3, 0)
    return float(round(value / size) * size)
