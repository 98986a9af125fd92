"""What a partial plan lacks, part by part, so that nobody takes a gap for a decision."""

from __future__ import annotations

from agent.export.reader import Reader

HELD: dict[str, tuple[tuple[str, str], ...]] = {
    "summary": (("first_30_days", "head.first_30_days"),),
    "market": (("openings", "head.openings"),),
    "personas": (("personas", "head.persona_table"),),
    "positioning": (("goals", "head.smart_goals"), ("proof", "head.proof")),
    "strategy": (("routes", "head.routes"), ("lines", "head.strategy_lines"), ("phases", "head.phases")),
    "themes": (("pillars", "head.pillars"), ("mix", "head.format_mix")),
    "calendar": (("entries", "part.calendar"), ("key_dates", "head.key_dates")),
    "platforms": (("choices", "head.platform_table"),),
    "adaptations": (("posts", "part.adaptations"),),
    "team": (("roles", "head.roles"), ("raci", "head.raci"), ("weeks", "head.workload")),
    "production": (("workflow", "head.workflow"), ("gates", "head.gates")),
    "engagement": (("service", "head.service"), ("levels", "head.levels"), ("clock", "head.clock")),
    "community": (("journey", "head.journey"), ("events", "head.events")),
    "kpis": (("kpis", "part.kpis"), ("curve", "head.curve")),
    "measurement": (("reviews", "head.reviews"), ("rules", "head.rules"), ("report", "head.report")),
    "risks": (("risks", "part.risks"),),
    "budget": (("lines", "head.by_platform"), ("scenarios", "head.scenarios")),
}
"""Part → the lists that a whole plan fills there, each with the label of what it holds. Lists that may rightly be empty are not named."""


def lacking(v: Reader, part: str) -> str:
    """What the part does not hold yet, in the plan's words; nothing when it is whole."""
    owner = getattr(v.plan, part)
    return v.listed(v.t(label) for name, label in HELD[part] if not getattr(owner, name))
