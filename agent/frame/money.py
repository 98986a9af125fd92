"""The money half of the frame: budget, creators, paid media, forecasts, goals, KPIs, curve and tests, in one call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.brief.model import BrandBrief
from agent.frame.budget import spread
from agent.frame.creators import creator_plan
from agent.frame.experiments import experiments
from agent.frame.funnel import FEWEST, forecast, scenarios, shown
from agent.frame.goals import Aims, goal_frames, hands_enough, order_value, team_hours
from agent.frame.kpis import kpi_frames
from agent.frame.limits import cap_checks, creator_cap
from agent.frame.lines import budget_lines
from agent.frame.model import (
    BudgetFrame,
    DateFrame,
    ExperimentFrame,
    GoalFrame,
    HolderWeek,
    KpiFrame,
    PlatformFrame,
    RoleFrame,
    Slot,
)  # fmt: skip
from agent.frame.outlook import is_deep, other_history, own_history
from agent.frame.pace import curve, pace_of
from agent.frame.paid import paid_plan
from agent.frame.rates import Rates
from agent.frame.verdict import Setting, rivals
from agent.knowledge import Knowledge
from agent.plan.content import Phase
from agent.plan.results import CurvePoint

CURRENCY = {"CN": "CNY", "TW": "TWD", "HK": "HKD", "US": "USD", "GB": "GBP", "EU": "EUR", "SG": "SGD", "JP": "JPY"}


@dataclass(frozen=True)
class Money:
    """Everything that follows from the money."""

    budget: BudgetFrame
    goals: tuple[GoalFrame, ...]
    kpis: tuple[KpiFrame, ...]
    curve: tuple[CurvePoint, ...]
    experiments: tuple[ExperimentFrame, ...]
    sources: tuple[str, ...]
    """Knowledge item ids that a number rests on."""
    shares: tuple[float, ...] = ()
    """Part of the results reached at the end of each day."""


def build_money(
    brief: BrandBrief,
    *,
    phases: Sequence[Phase],
    platforms: Sequence[PlatformFrame],
    slots: Sequence[Slot],
    roles: Sequence[RoleFrame],
    weeks: Iterable[HolderWeek],
    knowledge: Knowledge,
    as_of: dt.date,
    assumed: Iterable[str] = (),
    asked: BrandBrief | None = None,
    key_dates: Sequence[DateFrame] = (),
) -> Money:
    """The money half, from a filled brief and the time half. Pure: the same input gives the same output.

    `platforms` may hold all considered platforms: money goes to primary and support ones only. The budget's `origin` is an assumption when
    the brief was read and holds no span for its total, or when `assumed` names "budget.total". `asked` is the brief before its contradictions
    were resolved; limits are reported against it.
    """
    active = tuple(p for p in platforms if p.role in ("primary", "support"))
    brief = with_currency(brief)
    rates = Rates(
        knowledge,
        brief.budget.currency,
        brief.business,
        "CN" if brief.markets[:1] == ["CN"] else "GLOBAL",
        brief.language,
        is_deep(brief),
    )
    spent = spread(brief, phases=phases, platforms=active, rates=rates, key_dates=key_dates)
    creators = creator_plan(spent.cells, size=spent.size, cap=creator_cap(spent.bounds), step=spent.step, rates=rates)
    paid = paid_plan(spent, brief.objectives, rates)
    found = forecast(
        brief, platforms=active, slots=slots, paid=paid, creators=creators, rates=rates, history=own_history(brief)
    )
    pace = pace_of(phases, spent.cells, slots)
    hours = round(sum(week.hours for week in weeks), 1)
    places = tuple(p.id for p in active)
    own = {name: known["own_creators"] for name, known in found.rates.items() if "own_creators" in known}
    done = shown(found.total("conversions").base)
    whole = spent.total / 100 / done if done >= FEWEST else 0.0
    setting = Setting(
        spent, places, 0, rates, rivals(brief.objectives), hands_enough(roles), own, whole, other_history(brief)
    )
    aims = Aims(
        brief, found, pace, tuple(phases), active, tuple(roles), tuple(slots), setting, as_of, tuple(key_dates), asked
    )
    goals = goal_frames(aims)
    unread = bool(brief.spans) and "budget.total" not in brief.spans
    origin = "assumption" if brief.budget.total is None or unread or "budget.total" in set(assumed) else "brief"
    span = ((phases[-1].end - phases[0].start).days + 1) / 7
    lines = budget_lines(brief, spent, creators, active, hours, rates, span, asked)
    budget = BudgetFrame(
        currency=brief.budget.currency,
        total_cents=spent.total,
        origin="assumption" if origin == "assumption" else "brief",
        lines=lines,
        creators=creators,
        paid=paid,
        scenarios=scenarios(spent.total, found, price=order_value(aims), rates=rates),
        caps=cap_checks(
            lines,
            spent.bounds,
            spent.fixed,
            max((row.fee_cents for row in creators), default=0),
            asked or brief,
            spent.total,
        ),
        labour_hours=hours,
    )
    kpis = kpi_frames(aims, goals, budget)
    return Money(
        budget,
        goals,
        kpis,
        curve(goals, pace),
        experiments(active, found, pace, rates, team_hours(roles), slots),
        tuple(rates.used),
        pace.shares,
    )


def with_currency(brief: BrandBrief) -> BrandBrief:
    """The brief with a currency: its own, else the one of its first market, else the US dollar."""
    if brief.budget.currency:
        return brief
    currency = CURRENCY.get(brief.markets[0] if brief.markets else "", "USD")
    return brief.model_copy(update={"budget": brief.budget.model_copy(update={"currency": currency})})
