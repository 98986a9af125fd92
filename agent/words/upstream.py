"""What a stage's prompt tells of the parts it depends on: a few lines each, in declared order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.knowledge import Knowledge
from agent.locale import t
from agent.plan.content import Adaptation, PlatformChoice
from agent.plan.model import MarketingPlan
from agent.words.items import Item
from agent.words.playbook.facts import platform_name

_DIGESTS: dict[str, Callable[[MarketingPlan], list[str]]] = {
    "market": lambda plan: [plan.market.truth],
    "personas": lambda plan: [f"{p.name}: {p.pains[0]}" for p in plan.personas.personas],
    "positioning": lambda plan: [plan.positioning.statement, plan.positioning.memory_point],
    "strategy": lambda plan: [f"{plan.strategy.idea.name}: {plan.strategy.idea.line} {plan.strategy.idea.mechanism}"],
    "themes": lambda plan: [f"{p.name}: {p.message}" for p in plan.themes.pillars],
    "platforms": lambda plan: [
        f"{platform_name(c.platform, plan.meta.language)}: {c.why}"
        for c in plan.platforms.choices
        if c.role in ("primary", "support")
    ],
    "calendar": lambda plan: [plan.calendar.rhythm],
    "team": lambda plan: [plan.team.shape],
    "kpis": lambda plan: [plan.kpis.north_star],
    "risks": lambda plan: [r.title for r in plan.risks.risks[:3]],
    "budget": lambda plan: plan.budget.reasons[:2],
}


def upstream(plan: MarketingPlan, stages: Sequence[str]) -> str:
    """The dependencies' essence, one block a part."""
    language = plan.meta.language
    blocks = [
        f"[{t(language, f'part.{stage}')}]\n" + "\n".join(_DIGESTS[stage](plan))
        for stage in stages
        if stage in _DIGESTS
    ]
    return "\n".join(blocks)


def platform_passages(knowledge: Knowledge, language: str) -> Callable[[Sequence[Item]], str]:
    """Passages for items that belong to a platform: how a post sounds there, by the platform's own sheet."""

    def passages(group: Sequence[Item]) -> str:
        ids = dict.fromkeys(
            item.target.platform for item in group if isinstance(item.target, Adaptation | PlatformChoice)
        )
        return "\n".join(f"{platform_name(p, language)}: {knowledge.platform(p).style.text(language)}" for p in ids)

    return passages
