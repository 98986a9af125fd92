"""The plan: seventeen parts, what they rest on, and whose words they hold."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.brief.model import Conflict, Gap, Language
from agent.plan.base import Part, Source
from agent.plan.content import AdaptationsPart, CalendarPart, Phase, PlatformsPart, StrategyPart, ThemesPart
from agent.plan.execution import CommunityPart, EngagementPart, ProductionPart, TeamPart
from agent.plan.insight import MarketPart, PersonasPart, PositioningPart
from agent.plan.legal import Approval, Declined, Statute
from agent.plan.results import BudgetPart, KpisPart, MeasurementPart, RisksPart, SummaryPart

SCHEMA_VERSION = "1.0"

PART_IDS = (
    "market",
    "personas",
    "positioning",
    "strategy",
    "themes",
    "calendar",
    "platforms",
    "adaptations",
    "team",
    "production",
    "engagement",
    "community",
    "kpis",
    "measurement",
    "risks",
    "budget",
    "summary",
)
"""The seventeen parts; the summary is shown first and written last."""


class Finding(Part):
    """What a check found: code, severity, place, message, fix."""

    code: str
    """Stable code, "BUD-001"."""
    severity: Literal["error", "warning", "info"]
    """error: must be mended before use; warning: look at it; info: good to know."""
    where: str
    """Path in the plan, "calendar.entries[3].date"."""
    message: str
    """What is wrong, in the plan's language."""
    fix: str = ""
    """What to do about it, in the plan's language."""


class PartWords(Part):
    """Whose words a part holds."""

    source: Literal["playbook", "model", "mixed", "hand"]
    """playbook: none of the model's; model: all listed prose is the model's; mixed: some."""
    model_share: float = 0.0
    """Share of the characters in the part's listed prose that the model wrote, a fraction."""
    characters: int = 0
    """Characters of the listed prose as it stands, when a model was asked."""
    model: str = ""
    """The model that wrote, when one did."""
    prompt: str = ""
    """Prompt id, version and hash, when a model wrote."""
    cites: list[str] = Field(default_factory=list)
    """Sources that the model's words were written from, ids in the plan's list."""
    rejected: list[str] = Field(default_factory=list)
    """Items of the model's that were not taken, with the reason."""


class Secret(Part):
    """Something that the brief keeps under embargo: the plan knows its code name only."""

    code: str
    """What the whole plan calls it, "Project A"."""
    place: int
    """Its place in the brief's list of embargoes, from 1: there stands the full name."""
    until: dt.date
    """The day from which it may be told."""


class Meta(Part):
    """What the plan is about and how it was made."""

    schema_version: str = SCHEMA_VERSION
    """Version of this schema."""
    brand: str
    """The brand."""
    language: Language
    """The plan's language."""
    as_of: dt.date
    """The day the run was made; everything dated follows from it."""
    start: dt.date
    """First day of the period."""
    end: dt.date
    """Last day of the period."""
    timezone: str
    """The audience's IANA time zone."""
    currency: str
    """ISO 4217 code."""
    category: str
    """Category id."""
    markets: list[str]
    """Market codes."""
    model: str
    """The model asked for: "playbook", "local", "openai:NAME"."""
    version: str
    """cehua's version."""


class MarketingPlan(Part):
    """A complete social media marketing and execution plan."""

    meta: Meta
    """What the plan is about."""
    phases: list[Phase]
    """The phases of the period."""
    summary: SummaryPart
    """Executive summary."""
    market: MarketPart
    """Market scan and competitor analysis."""
    personas: PersonasPart
    """Audience personas."""
    positioning: PositioningPart
    """Brand role and SMART goals."""
    strategy: StrategyPart
    """Core strategy."""
    themes: ThemesPart
    """Content themes."""
    calendar: CalendarPart
    """Content calendar."""
    platforms: PlatformsPart
    """Platform choice and mix."""
    adaptations: AdaptationsPart
    """Per-platform adaptations."""
    team: TeamPart
    """Team and division of work."""
    production: ProductionPart
    """Production and quality gate."""
    engagement: EngagementPart
    """Publishing, interaction and crisis response."""
    community: CommunityPart
    """Community and incentives."""
    kpis: KpisPart
    """KPI system."""
    measurement: MeasurementPart
    """Monitoring, tools, review and iteration."""
    risks: RisksPart
    """Risks and contingency."""
    budget: BudgetPart
    """Budget and resources."""
    sources: list[Source]
    """Everything that is cited, once."""
    gaps: list[Gap]
    """Assumptions and the questions that would replace them, the most consequential first."""
    conflicts: list[Conflict]
    """Contradictions in the brief with the resolution taken."""
    declined: list[Declined] = Field(default_factory=list)
    """What the plan will not do, and why; no legal advice."""
    approvals: list[Approval] = Field(default_factory=list)
    """What has to be obtained, shown or kept by law, the earliest due first."""
    laws: list[Statute] = Field(default_factory=list)
    """Laws of the markets for which there are no automatic rules, as far as the plan cites them: for counsel to read it against."""
    secrets: list[Secret] = Field(default_factory=list)
    """Code names in this plan, and from when on their full names, which stand in the brief only, may be put in their place."""
    words: dict[str, PartWords]
    """Part id → whose words it holds."""
    findings: list[Finding] = Field(default_factory=list)
    """What the checks found."""


def to_json(plan: MarketingPlan) -> str:
    """The plan as JSON, in the order of its models, unescaped: as it stands in a run and as it is exported."""
    return plan.model_dump_json(indent=2) + "\n"
