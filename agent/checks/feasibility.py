"""Feasibility: goals that this money and these hands do not reach are named, with what they would cost."""

from __future__ import annotations

from collections.abc import Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.locale import compact, money, number
from agent.plan.insight import Goal
from agent.plan.model import MarketingPlan


def _facts(goal: Goal, plan: MarketingPlan) -> dict[str, object]:
    verdict, cost = goal.verdict, goal.verdict.target_cost_cents
    return {
        "id": goal.id,
        "metric": goal.metric,
        "low": _shown(verdict.low, goal.target.unit),
        "high": _shown(verdict.high, goal.target.unit),
        "cost": money(cost, plan.budget.currency) if cost is not None else "",
    }


def _shown(value: float | None, unit: str) -> str:
    """A forecast as people read it."""
    if value is None:
        return "?"
    return f"{value:.1%}" if unit == "%" else compact(value) if abs(value) >= 10 else number(value, 1)


@check("FEA-001", "warning", "A target out of reach is named, with what reaching it would cost")
def out_of_reach(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Goals whose verdict is infeasible."""
    for place, goal in enumerate(plan.positioning.goals):
        if goal.verdict.status == "infeasible":
            facts = _facts(goal, plan)
            yield at(f"positioning.goals[{place}].verdict", "" if facts["cost"] else "unpriced", **facts)


@check("FEA-002", "info", "A target that only the high case reaches is named")
def stretch(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Goals whose verdict is stretch."""
    for place, goal in enumerate(plan.positioning.goals):
        if goal.verdict.status == "stretch":
            yield at(f"positioning.goals[{place}].verdict", **_facts(goal, plan))


@check("FEA-003", "warning", "A goal that cannot be judged is named")
def unjudged(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A target of the brief without a baseline, a rate or a number."""
    for place, goal in enumerate(plan.positioning.goals):
        if goal.verdict.status == "unknown" and goal.origin == "brief":
            yield at(f"positioning.goals[{place}].verdict", id=goal.id, metric=goal.metric)
