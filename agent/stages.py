"""Start reading here: the seventeen stages of a plan, as data.

A stage is one part of the plan. `write` fills it from the brief, the frame and the knowledge base (the playbook);
`rewrites` names the prose that a model may then put into its own words, with the prompt `prompts/<id>.md`; what a small
model cannot do well is listed for a large one only. The list is
in writing order; `depends_on` is what a model's prompt is told of, and what makes a part stale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.knowledge import Knowledge
from agent.plan.model import MarketingPlan
from agent.words.items import Rewrite
from agent.words.playbook.adaptations import recount_limits, write_adaptations
from agent.words.playbook.budget import write_budget
from agent.words.playbook.calendar import refresh_topics, write_calendar
from agent.words.playbook.community import write_community
from agent.words.playbook.context import Context
from agent.words.playbook.engagement import write_engagement
from agent.words.playbook.kpis import write_kpis
from agent.words.playbook.market import write_market
from agent.words.playbook.measurement import write_measurement
from agent.words.playbook.personas import write_personas
from agent.words.playbook.platforms import write_platforms
from agent.words.playbook.positioning import write_positioning
from agent.words.playbook.production import write_production
from agent.words.playbook.risks import write_risks
from agent.words.playbook.strategy import write_strategy
from agent.words.playbook.summary import write_summary
from agent.words.playbook.team import write_team
from agent.words.playbook.themes import write_themes


@dataclass(frozen=True)
class Stage:
    """One part of the plan: what it needs, who writes it, which prose a model may rewrite."""

    id: str
    depends_on: tuple[str, ...]
    write: Callable[[Context], Any]
    rewrites: tuple[Rewrite, ...]
    settle: Callable[[MarketingPlan, Knowledge], None] | None = None
    """Brings what code derives from this part's words in line with new ones."""

    @property
    def prompt(self) -> str:
        """The prompt file's name, without its ending."""
        return self.id


STAGES: tuple[Stage, ...] = (
    Stage(
        "market",
        (),
        write_market,
        (Rewrite("", ("truth",), size="large"), Rewrite("openings[*]", ("how",), each=3, most=3)),
    ),
    Stage("personas", (), write_personas, (Rewrite("personas[*]", ("portrait", "objection", "answer")),)),
    Stage(
        "positioning",
        ("market", "personas"),
        write_positioning,
        (Rewrite("", ("statement", "memory_point")), Rewrite("role", ("why",), size="large")),
    ),
    Stage(
        "strategy",
        ("positioning",),
        write_strategy,
        (
            Rewrite("idea", ("line", "insight", "mechanism"), size="large"),
            Rewrite("lines[*]", ("approach",), each=2, size="large"),
        ),
    ),
    Stage("platforms", ("positioning",), write_platforms, (Rewrite("", ("logic",), size="large"),)),
    Stage(
        "themes",
        ("personas", "strategy"),
        write_themes,
        (
            Rewrite("pillars[*]", ("message", "why_care"), each=2, size="large"),
            Rewrite("pillars[*].topics[*]", ("title", "hook"), each=4, most=8, size="large"),
        ),
        settle=refresh_topics,
    ),
    Stage(
        "calendar",
        ("themes",),
        write_calendar,
        (Rewrite("", ("rhythm", "buffer_rule"), size="large"), Rewrite("", ("buffer_rule",), size="small")),
    ),
    Stage(
        "adaptations",
        ("strategy", "themes"),
        write_adaptations,
        (Rewrite("posts[*]", ("body", "first_frame"), most=36, size="large"),),
        settle=recount_limits,
    ),
    Stage(
        "team",
        (),
        write_team,
        (Rewrite("", ("shape", "slack"), size="large"), Rewrite("", ("slack",), size="small")),
    ),
    Stage("production", ("positioning",), write_production, (Rewrite("", ("archive",), size="large"),)),
    Stage(
        "engagement",
        ("positioning",),
        write_engagement,
        (Rewrite("replies[*]", ("reply",), each=3, most=6, size="large"),),
    ),
    Stage(
        "community",
        ("strategy",),
        write_community,
        (Rewrite("", ("readiness", "home")), Rewrite("ugc", ("call", "mechanics"))),
    ),
    Stage("kpis", ("positioning",), write_kpis, (Rewrite("", ("north_star",), size="large"),)),
    Stage("measurement", ("kpis",), write_measurement, (Rewrite("", ("attribution", "loop")),)),
    Stage(
        "risks",
        ("strategy",),
        write_risks,
        (Rewrite("", ("reading",), size="large"), Rewrite("risks[*]", ("prevention",), each=3, most=3, size="large")),
    ),
    Stage(
        "budget",
        ("strategy",),
        write_budget,
        (Rewrite("", ("labour_note", "break_even"), size="large"),),
    ),
    Stage(
        "summary",
        ("strategy", "themes", "kpis", "risks"),
        write_summary,
        (Rewrite("", ("headline", "situation", "idea"), size="large"),),
    ),
)
"""All stages in the order in which the playbook writes them."""

BY_ID = {stage.id: stage for stage in STAGES}


def in_starting_order() -> list[str]:
    """The ids of all stages, those first that can start first."""
    level: dict[str, int] = {}
    for stage in STAGES:
        level[stage.id] = max((1 + level[one] for one in stage.depends_on), default=0)
    return sorted(level, key=lambda one: level[one])
