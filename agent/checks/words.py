"""Words: whose they are. A model that was asked for and hardly wrote is told, not papered over."""

from __future__ import annotations

from collections.abc import Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.plan.model import MarketingPlan

LEAST = 0.5
"""Share of the listed prose below which a model that was asked for has not done its part."""


def model_share(plan: MarketingPlan) -> float | None:
    """Share of all listed prose that a model wrote, a fraction; None when no model was asked."""
    listed = sum(words.characters for words in plan.words.values())
    if not listed:
        return None
    return sum(words.model_share * words.characters for words in plan.words.values()) / listed


@check("WRD-001", "error", "A model that was asked for wrote at least half of the prose it was asked for")
def model_wrote(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Counted in characters over all parts; where no model was asked there is nothing to count."""
    share = model_share(plan)
    if share is not None and share < LEAST:
        yield at("words", model=plan.meta.model, share=f"{share:.0%}", least=f"{LEAST:.0%}")
