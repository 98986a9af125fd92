"""What the stages of a run look things up in: the knowledge base, the run's own documents, a workspace's where one is named."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.brief.model import Intake
from agent.errors import SetupError
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.knowledge import Passage
    from agent.knowledge.private import Private
    from agent.plan.model import MarketingPlan
    from agent.words.evidence import Find

log = logging.getLogger(__name__)

NO_WORKSPACE = "none"
"""The workspace of runs that name none: it holds no documents."""


def open_finder(intake: Intake, workspace: str, settings: Settings, own: Private | None = None) -> Find | None:
    """Searches the base, the run's `own` documents, and the workspace's where one is named, for the brief's markets and platforms; None when nothing is to be shown.

    What is of low confidence is left out: its numbers would be told as facts. An index that cannot be written leaves the stages without passages; the plan has its own sources all the same.
    """
    if not settings.passages:
        return None
    from agent.knowledge import open_search

    brief = intake.filled
    search = open_search(settings, workspace=workspace or NO_WORKSPACE, beside=own)
    used = [*brief.platforms.must, *brief.platforms.may]

    def find(query: str) -> Sequence[Passage]:
        try:
            found = search.find(
                query, language=brief.language, regions=brief.markets, platforms=used, k=3 * settings.passages
            )
        except SetupError as error:
            log.warning("nothing was looked up: %s", error)
            return ()
        return [one for one in found if one.source.confidence != "low"][: settings.passages]

    return find


def in_use(plan: MarketingPlan) -> list[str]:
    """The platforms that the queries name."""
    return [one.platform for one in plan.platforms.choices if one.role in ("primary", "support")]
