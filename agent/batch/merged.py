"""What a plan gives to the workbook of its whole batch: posts, money, goals, as plain rows."""

from __future__ import annotations

from typing import Any

from agent.plan.model import MarketingPlan


def rows_of(plan: MarketingPlan) -> dict[str, list[list[Any]]]:
    """Sheet → rows, short texts and numbers only."""
    roles = {role.id: role.title for role in plan.team.roles}
    return {
        "calendar": [
            [entry.date.isoformat(), entry.time, entry.platform, entry.format, entry.topic[:300], roles.get(entry.owner, entry.owner)]
            for entry in plan.calendar.entries
        ],
        "budget": [
            [line.category, line.item[:300], line.platform, line.phase, line.cents / 100, plan.budget.currency]
            for line in plan.budget.lines
        ],
        "findings": [
            [finding.code, finding.severity, finding.where[:200], finding.message[:600]]
            for finding in plan.findings
            if finding.severity in ("error", "warning")
        ],
    }  # fmt: skip
