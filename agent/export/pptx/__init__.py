"""The plan as a deck to present: twenty slides at most, one message each, with native charts and tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.export.material import Material
from agent.export.pptx import closing, content, insight, money, opening, operation
from agent.export.pptx.deck import Deck
from agent.export.pptx.house import TemplateError, own_house, template_house
from agent.export.reader import Reader
from agent.plan.model import MarketingPlan

SLIDES: tuple[Callable[[Deck], None], ...] = (
    opening.cover,
    opening.summary,
    opening.goals,
    insight.market,
    insight.competitors,
    insight.personas,
    insight.positioning,
    content.idea,
    content.pillars,
    content.calendar,
    content.platforms,
    content.posts,
    operation.workload,
    operation.crisis,
    operation.kpis,
    operation.reviews,
    money.risks,
    money.budget,
    money.scenarios,
    closing.contradictions,
    closing.next_steps,
)
"""One function a slide, in the order of the deck; that of the contradictions makes none where there are none."""
GIVES_WAY = insight.market
"""Left out where the brief contradicts itself: the topics are assumptions until they are checked, the contradictions need an answer now."""


def to_pptx(plan: MarketingPlan, template: Path | bytes | None = None, material: Material | None = None) -> bytes:
    """The plan as a PowerPoint file in the plan's language; with the layouts of `template` (a .pptx) where one is given.

    Raises TemplateError when the template cannot be used.
    """
    reader = Reader(plan)
    house = own_house(reader.language) if template is None else template_house(template)
    material = material or Material(plan)
    deck = Deck(reader, house, material.numbers, material.doc.sources)
    for build in SLIDES:
        if build is not GIVES_WAY or not plan.conflicts:
            build(deck)
    return deck.finish()


__all__ = ["TemplateError", "to_pptx"]
