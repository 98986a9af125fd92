"""The one idea that carries a plan, and two routes beside it: chosen by what this brief can back up."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.data import read_yaml
from agent.plan.base import bound
from agent.plan.content import CampaignIdea
from agent.resources import prompts_dir
from agent.words.playbook.promises import kept

if TYPE_CHECKING:
    from agent.words.playbook.context import Context


@functools.cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = read_yaml(prompts_dir() / "playbook" / "ideas.yaml")
    return rules


@dataclass(frozen=True)
class Ideas:
    """The idea that was chosen and the two alternatives."""

    chosen: CampaignIdea
    routes: tuple[CampaignIdea, CampaignIdea]
    mechanism: str
    """Key of the chosen mechanism in prompts/playbook/ideas.yaml."""

    def facts(self) -> dict[str, str]:
        """Placeholders that other chapters use."""
        return {"idea": self.chosen.name, "idea_line": self.chosen.line, "idea_id": self.chosen.id}


def score(mechanism: str, context: Context) -> float:
    """How well a mechanism suits this brief: fit to the business (0-5), 2 for a home category, 0.6 per fact at hand.

    Ties fall to a stable hash of the brand, worth less than 1, so that two brands of a category part ways. Returns -1
    when a fact that the mechanism needs is missing.
    """
    rule = _rules()[mechanism]
    names = context.facts.names
    if not all(names.get(need) for need in rule["needs"]):
        return -1.0
    lot = hashlib.blake2b(f"{context.brief.brand}|{mechanism}".encode(), digest_size=4).digest()
    home = 2.0 if context.brief.category in rule["categories"] else 0.0
    return (
        float(rule["fits"][context.brief.business])
        + home
        + 0.6 * len(rule["needs"])
        + int.from_bytes(lot, "big") / 2**32 * 0.9
    )


def choose_ideas(context: Context) -> Ideas:
    """The three best mechanisms, in words."""
    best = sorted(_rules(), key=lambda m: -score(m, context))[:3]
    chosen = _idea(context, best[0], "I0", chosen=True)
    first, second = (_idea(context, m, f"I{i}", chosen=False) for i, m in enumerate(best[1:], 1))
    return Ideas(chosen, (first, second), best[0])


def ideas_of(context: Context) -> Ideas:
    """The plan's ideas, chosen once per context."""
    if "ideas" not in context.memo:
        context.memo["ideas"] = choose_ideas(context)
    ideas: Ideas = context.memo["ideas"]
    return ideas


def _idea(context: Context, mechanism: str, idea_id: str, *, chosen: bool) -> CampaignIdea:
    key = f"idea.{mechanism}"

    def say(name: str, limit: int = 70) -> str:
        text = _say(context, f"{key}.{name}", limit)
        return kept(context, text) if chosen else text

    return CampaignIdea(
        id=idea_id,
        name=say("name", 24),
        line=say("line"),
        insight=_say(context, f"{key}.insight"),
        mechanism=say("mechanism"),
        why_ours=_say(context, f"{key}.why_ours"),
        verdict=_say(context, "strategy.idea_chosen" if chosen else f"{key}.reject"),
    )


def _say(context: Context, key: str, limit: int = 70) -> str:
    """The best variant that keeps to the length of its field; the shortest where none does."""
    options = context.voice.variants(key)
    if not options:
        return context.say(key)
    return next((o for o in options if len(o) <= bound(limit, context.language)), min(options, key=len))
