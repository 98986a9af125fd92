"""Measurable thresholds for strategy, phases and platforms: a metric, a value out of the frame, and the day it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from agent.frame.model import KpiFrame
from agent.locale import day
from agent.words.playbook.context import Context
from agent.words.playbook.figures import amount, read_doubt
from agent.words.playbook.voice import clip


@dataclass(frozen=True)
class Gauge:
    """A threshold in words, with where it comes from."""

    metric: str
    value: str
    source: str

    def facts(self, date: str) -> dict[str, str]:
        """As placeholders."""
        return {"metric": self.metric, "value": self.value, "date": date}


def gate(context: Context, place: int = 0) -> dt.date:
    """The date of a gate review; the last day of the phase where there is none."""
    gates = [review.date for review in context.frame.reviews if review.kind == "gate"]
    phases = context.frame.phases
    return gates[min(place, len(gates) - 1)] if gates else phases[min(place, len(phases) - 1)].end


def date_text(context: Context, date: dt.date) -> str:
    """A date in prose, with its weekday."""
    return day(date, context.language, weekday=True)


def kpi_gauge(context: Context, kpis: Sequence[str], date: dt.date, platform: str = "") -> Gauge | None:
    """The low end of a KPI's target on a day: rates as they stand, sums in the part that the goal's curve or the days give."""
    for name in kpis:
        row = next(
            (k for k in context.frame.kpis if k.kpi.removeprefix("kpi.") == name and k.platform == platform), None
        )
        if row is None:
            continue
        value = row.target.low if row.target.low is not None else row.target.value
        if value:
            part = 1.0 if row.target.unit == "%" else _elapsed(context, row, date)
            return Gauge(
                _name(context, row),
                amount(_round(value * part, row.target.unit), row.target.unit, context.language)
                + read_doubt(context, row.target),
                f"calc:kpi.{row.id}",
            )
    return None


def goal_gauge(context: Context, date: dt.date, kind: str = "") -> Gauge | None:
    """The cumulative base forecast of the first goal that has a curve, at the month's end nearest before the date."""
    for goal in context.frame.goals:
        if kind and goal.objective.kind != kind:
            continue
        points = sorted((p for p in context.frame.curve if p.goal == goal.id), key=lambda p: p.month)
        near = min(points, key=lambda p: abs((p.month - date).days), default=None)
        if near is None or abs((near.month - date).days) > 21 or near.forecast <= 0:
            continue
        unit = goal.target.unit
        metric = goal.objective.metric or goal.objective.text
        return Gauge(
            short(metric, context.zh), amount(_round(near.forecast, unit), unit, context.language), "calc:curve"
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


def _elapsed(context: Context, row: KpiFrame, date: dt.date) -> float:
    """Part of the goal's curve that is reached by a date; the part of the days where there is no curve."""
    frame = context.frame
    return min(1.0, max(0.05, ((date - frame.start).days + 1) / ((frame.end - frame.start).days + 1)))


def _round(value: float, unit: str) -> float:
    """Three figures are enough for a threshold; rates keep a tenth of a per cent."""
    if unit == "%":
        return round(value, 3) if value >= 0.005 else round(value, 4)
    if value < 10:
        return max(1.0, round(value))
    size = 10.0 ** max(len(str(int(value))) - 3, 0)
    return float(round(value / size) * size)
