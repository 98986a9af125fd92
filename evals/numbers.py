"""The numbers that code computes for a plan: on replay they may not move unless somebody says why."""

from __future__ import annotations

from collections import Counter

from agent.plan.model import MarketingPlan


def numbers(plan: MarketingPlan) -> dict[str, float]:
    """Money by category, forecasts, KPI targets, pieces by platform, hours, scenarios: a wrong rate moves some of them."""
    found: dict[str, float] = {"budget.total": plan.budget.total_cents / 100}
    money: Counter[str] = Counter()
    for line in plan.budget.lines:
        money[line.category] += line.cents
    found |= {f"budget.{category}": cents / 100 for category, cents in sorted(money.items())}
    for goal in plan.positioning.goals:
        for name in ("low", "base", "high"):
            value = getattr(goal.verdict, name)
            if value is not None:
                found[f"goal.{goal.id}.{name}"] = value
    for scenario in plan.budget.scenarios:
        for name in ("impressions", "clicks", "conversions", "followers"):
            found[f"scenario.{scenario.name}.{name}"] = getattr(scenario, name)
    for tier in plan.budget.creators:
        found[f"creator.{tier.id}.fee"] = tier.fee_cents / 100
    for paid in plan.budget.paid:
        if paid.cpm.value is not None:
            found[f"paid.{paid.id}.cpm"] = paid.cpm.value
    for kpi in plan.kpis.kpis:
        if kpi.target.value is not None:
            found[f"kpi.{kpi.id}"] = kpi.target.value
    pieces = Counter(entry.platform for entry in plan.calendar.entries if entry.kind != "buffer")
    found |= {f"pieces.{platform}": float(n) for platform, n in sorted(pieces.items())}
    found["hours.week"] = sum(role.load for role in plan.team.roles)
    found["risks"] = float(len(plan.risks.risks))
    found["risk_scores"] = float(sum(risk.score for risk in plan.risks.risks))
    found |= {f"phase.{phase.id}.days": float((phase.end - phase.start).days + 1) for phase in plan.phases}
    found |= {f"score.{one.platform}": one.total for one in plan.platforms.choices}
    found |= {f"sla.{n}": float(one.minutes) for n, one in enumerate(plan.engagement.service)}
    return {name: float(f"{value:.6g}") for name, value in found.items()}


def moved(before: dict[str, float], now: dict[str, float], tolerance: float = 0.005) -> list[str]:
    """Names of numbers that came, went or moved by more than the tolerance, with both values."""
    found = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old is None or new is None:
            found.append(f"{name}: {'-' if old is None else f'{old:g}'} → {'-' if new is None else f'{new:g}'}")
        elif abs(new - old) > tolerance * max(abs(old), abs(new), 1e-9):
            found.append(f"{name}: {old:g} → {new:g}")
    return found
