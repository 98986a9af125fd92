"""References: every id that the plan names exists, and every source it cites stands in its list of sources."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.towards import fields_towards
from agent.checks.walk import once
from agent.plan.model import MarketingPlan

ROLE_FIELDS = frozenset({"owner", "backup", "approver", "responsible", "accountable", "consulted", "informed", "who"})
FIELDS = {
    "pillar": "pillar", "pillars": "pillar", "goal": "goal", "goals": "goal", "persona": "persona", "personas": "persona",
    "phase": "phase", "topic_id": "topic", "key_date": "date", "core": "core", "platform": "platform",
    "platforms": "platform", "channels": "platform", "top_risks": "risk", "questions": "gap",
}  # fmt: skip
"""Field name → what its ids name. Fields of the same name that hold objects are walked, not looked up."""


def _known(plan: MarketingPlan, ctx: CheckContext) -> dict[str, set[str]]:
    """Kind of thing → ids that exist."""
    return {
        "role": {role.id for role in plan.team.roles},
        "pillar": {pillar.id for pillar in plan.themes.pillars},
        "goal": {goal.id for goal in plan.positioning.goals},
        "persona": {persona.id for persona in plan.personas.personas},
        "phase": {phase.id for phase in plan.phases},
        "topic": {topic.id for pillar in plan.themes.pillars for topic in pillar.topics},
        "date": {key.id for key in plan.calendar.key_dates},
        "core": {core.id for core in plan.adaptations.cores},
        "platform": {*ctx.knowledge.platforms, "shared"},
        "risk": {risk.id for risk in plan.risks.risks},
        "gap": {gap.id for gap in plan.gaps},
        "task": {task.id for task in plan.market.unknowns},
        "source": {source.id for source in plan.sources},
    }


BESIDE = frozenset({"gaps", "conflicts"})
"""Parts whose ids name things of the brief; their sources are the plan's."""


def _all(plan: MarketingPlan) -> tuple[tuple[str, str, str], ...]:
    """Every reference of the plan; see `_references`."""

    def walk() -> tuple[tuple[str, str, str], ...]:
        found: list[tuple[str, str, str]] = []
        for part, value in plan:
            if part not in ("words", "findings", "sources", "meta"):
                _references(found, value, part, "")
        return tuple(found)

    return once(plan, "references", walk)


def _references(found: list[tuple[str, str, str]], value: Any, path: str, kind: str) -> None:
    """Adds (path, kind of thing, id) for every reference below a value."""
    if isinstance(value, BaseModel):
        model = type(value).__name__
        held = vars(value)
        for field in fields_towards(type(value), _is_reference):
            if inner := held[field]:
                _references(found, inner, f"{path}.{field}", _kind(model, field))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _references(found, inner, f"{path}[{place}]", kind)
    elif isinstance(value, str) and kind and value:
        found.append((path, kind, value))


def _is_reference(model: type[BaseModel], name: str, atom: Any) -> bool:
    return atom is str and bool(_kind(model.__name__, name))


@functools.cache
def _kind(model: str, field: str) -> str:
    if field in ROLE_FIELDS:
        return "role"
    if field == "task":
        return "task" if model == "Observation" else ""
    if field == "sources" or (field == "source" and model in ("Window", "LimitCheck")):
        return "source"
    return FIELDS.get(field, "")


@check(
    "REF-001",
    "error",
    "Every id that the plan names exists: pillars, goals, personas, phases, topics, roles, risks, gaps, tasks",
)
def ids_resolve(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Walks the whole plan by field names."""
    known = _known(plan, ctx)
    for where, kind, name in _all(plan):
        if kind != "source" and name not in known[kind] and where.partition(".")[0].partition("[")[0] not in BESIDE:
            yield at(where, kind=kind, id=name)


@check("REF-002", "error", "Every source that is cited stands in the list of sources")
def sources_resolve(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """`brief:`, `kb:`, `calc:` and `assume:` ids alike."""
    known = _known(plan, ctx)["source"]
    for where, kind, name in _all(plan):
        if kind == "source" and name not in known:
            yield at(where, id=name)


@check("REF-003", "error", "No id is given twice within a list")
def ids_unique(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Calendar rows, goals, pillars, topics, risks, budget lines, sources…"""
    topics = [topic for pillar in plan.themes.pillars for topic in pillar.topics]
    lists: dict[str, list[Any]] = {
        "calendar.entries": [*plan.calendar.entries], "calendar.key_dates": [*plan.calendar.key_dates],
        "positioning.goals": [*plan.positioning.goals], "themes.pillars": [*plan.themes.pillars], "themes.topics": [*topics],
        "personas.personas": [*plan.personas.personas], "risks.risks": [*plan.risks.risks],
        "budget.lines": [*plan.budget.lines], "market.unknowns": [*plan.market.unknowns], "kpis.kpis": [*plan.kpis.kpis],
        "adaptations.posts": [*plan.adaptations.posts], "sources": [*plan.sources],
    }  # fmt: skip
    for where, rows in lists.items():
        seen: set[str] = set()
        for row in rows:
            if row.id in seen:
                yield at(where, id=row.id)
            seen.add(row.id)


@check(
    "REF-004",
    "error",
    "A figure or claim says where it comes from: known ones cite a source, computed ones show their formula",
)
def grounded(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """kind brief or knowledge needs a source; a computed figure with a value needs its formula; an unknown one its note."""
    for part, value in plan:
        if part not in ("words", "findings", "sources", "gaps", "conflicts", "meta"):
            yield from _grounded(value, part)


_SOURCED = frozenset({"Figure", "Claim", "Observation", "Trend"})
"""What says where it comes from."""


def _is_sourced(model: type[BaseModel], name: str, atom: Any) -> bool:
    return getattr(atom, "__name__", "") in _SOURCED


def _grounded(value: Any, path: str) -> Iterator[Hit]:
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _grounded(inner, f"{path}[{place}]")
    elif isinstance(value, BaseModel):
        name = type(value).__name__
        kind = getattr(value, "kind", "")
        if name in _SOURCED and kind in ("brief", "knowledge") and not value.sources:  # type: ignore[attr-defined]
            yield at(path, kind=kind)
        if name == "Figure":
            if kind == "computed" and value.value is not None and not value.formula:  # type: ignore[attr-defined]
                yield at(path, "formula")
            elif value.value is None and value.low is None and not value.note:  # type: ignore[attr-defined]
                yield at(path, "note")
        for field in fields_towards(type(value), _is_sourced):
            yield from _grounded(getattr(value, field), f"{path}.{field}")
