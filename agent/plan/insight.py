"""Chapter 1, insight and positioning: market, personas, brand role and goals."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.brief.model import GoalKind
from agent.plan.base import Claim, Figure, Kind, Line, Paragraph, Part, Sentence, Task


class Trend(Part):
    """One thing seen on social media in this category, and what the brand does with it."""

    id: str
    """Stable id, "hot-1"."""
    title: Line
    """What it is, as a headline."""
    what: Sentence
    """What is going on, concretely."""
    so_what: Sentence
    """What this brand does with it."""
    platform: str = ""
    """Platform id, when it belongs to one."""
    kind: Kind
    """Where it comes from."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""


class AccountAudit(Part):
    """One of the brand's own accounts as it stands."""

    platform: str
    """Platform id."""
    handle: str
    """Account name; empty when the account is still to be opened."""
    followers: Figure
    """Followers now."""
    engagement: Figure
    """Engagement rate now, a fraction."""
    posts_per_week: Figure
    """Posts a week now."""
    reading: Sentence
    """What this says."""
    next_step: Sentence
    """What to do first with the account."""


class Observation(Part):
    """One aspect of a competitor: what is known with its source, or the task that finds it out."""

    aspect: Literal[
        "positioning",
        "content_style",
        "engagement_tactics",
        "follower_growth",
        "user_feedback",
        "strengths",
        "weaknesses",
    ]
    """Which aspect."""
    text: str
    """What is known, or that it is not known."""
    kind: Kind
    """brief or knowledge when known; research when a task finds it out."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""
    task: str = ""
    """Id of the research task, when kind is research."""


class Competitor(Part):
    """A competitor, seen only through what is known."""

    id: str
    """"C1", "C2"…; "C0" is the status quo (doing without any of the brands)."""
    name: str
    """Its name."""
    status_quo: bool = False
    """True for the alternative of doing nothing or going on as before."""
    followers: Figure
    """Followers, when the brief gives them."""
    observations: list[Observation]
    """The seven aspects, each known or a research task."""
    response: Sentence
    """What this brand does in view of it."""


class ComparisonRow(Part):
    """One criterion over the brand itself and its competitors."""

    criterion: Line
    """What is compared."""
    brand: str
    """The brand itself."""
    others: dict[str, str]
    """Competitor id → what is known, or the id of the task."""


class Opening(Part):
    """A place left to differ, or a practice worth borrowing."""

    id: str
    """Stable id, "open-1", "lesson-1"."""
    title: Line
    """What it is."""
    why: Sentence
    """Why it is there."""
    how: Sentence
    """What the brand does, concretely."""
    kind: Kind = "assumption"
    """Where it comes from."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""


class MarketPart(Part):
    """Market scan and competitor analysis."""

    truth: Paragraph
    """The category truth that the plan builds on."""
    hot_topics: list[Trend]
    """Hot topics of the category."""
    discussion: list[Trend]
    """What users discuss, ask and doubt."""
    spread: list[Trend]
    """How content spreads on the chosen platforms now."""
    timing: Sentence
    """When this audience can be reached, and when not."""
    audit: list[AccountAudit]
    """The brand's own accounts, one row per chosen platform."""
    competitors: list[Competitor]
    """Main competitors and the status quo."""
    comparison: list[ComparisonRow]
    """Comparison with the brand itself in it."""
    openings: list[Opening]
    """Openings to differ."""
    lessons: list[Opening]
    """Practices worth borrowing."""
    unknowns: list[Task]
    """What is not known, and how to find out."""


class Persona(Part):
    """One audience persona: a hypothesis to be validated."""

    id: str
    """"P1"…"""
    name: Line
    """A short telling name with the situation in it."""
    priority: Literal["primary", "secondary"]
    """Primary or secondary segment."""
    age: str
    """Age range."""
    gender: str
    """Gender."""
    place: str
    """Where they live."""
    occupation: str
    """Occupation or role."""
    demographics: Kind
    """Whether age, gender and place come from the brief or are an assumption."""
    portrait: Paragraph
    """Who this is, in one scene in which the product matters."""
    interests: Sentence
    """Interests."""
    lifestyle: Sentence
    """Lifestyle."""
    values: Sentence
    """Values."""
    spending: Sentence
    """How they spend: what they compare, what they pay for, where they hesitate."""
    platforms: list[str]
    """Platform ids used."""
    formats: list[str]
    """Preferred format ids."""
    hours: str
    """When they are online (from the posting windows)."""
    interaction: Sentence
    """How they interact: save, ask, lurk, share, compare."""
    pains: list[Sentence]
    """What hurts, two or three."""
    triggers: list[Sentence]
    """The moments that set them looking, two or three."""
    objection: Sentence
    """The objection they would raise."""
    answer: Sentence
    """What answers it, from the brief's facts."""
    evidence_wanted: Sentence
    """The evidence that moves them."""
    pillars: list[str] = Field(default_factory=list)
    """Pillar ids that serve the persona."""


class Validation(Part):
    """A way to test the personas."""

    method: Line
    """Survey, analytics, watching existing followers, interviews, reading comments."""
    how: Sentence
    """How, with a number and what is asked."""
    sample: int
    """How many people, posts or comments."""
    owner: str
    """Role id."""
    due: dt.date
    """When it is done."""
    changes: Sentence
    """What would change if it says otherwise."""


class PersonasPart(Part):
    """Audience personas."""

    personas: list[Persona] = Field(min_length=2, max_length=4)
    """Two to four personas."""
    evidence: list[Claim]
    """What was used to draw them."""
    validation: list[Validation]
    """What to do to validate them."""
    not_for: Sentence
    """Whom this plan deliberately does not address, and why."""


class RoleOption(Part):
    """A brand role on social media that was considered."""

    role: Literal["expert", "companion", "trendsetter", "insider", "organiser", "witness"]
    """Kind of role."""
    title: Line
    """The role in this brand's words."""
    why: Sentence
    """Why it was chosen, or why not."""


class FunnelStep(Part):
    """One step of the arithmetic behind a goal."""

    label: str
    """What is computed."""
    low: float
    """Low case."""
    base: float
    """Base case."""
    high: float
    """High case."""
    unit: str
    """Unit, as in Figure."""
    formula: str
    """The arithmetic with its numbers (base case)."""
    sources: list[str] = Field(default_factory=list)
    """Ids of the rates used."""


class Verdict(Part):
    """Whether a goal can be reached with this money and these hands."""

    status: Literal["feasible", "stretch", "infeasible", "unknown", "proposed"]
    """feasible: base forecast reaches the target; stretch: only the high case does; infeasible: not even that; unknown: no target or no rate;
    proposed: the plan's own target, which is its forecast and therefore not judged."""
    low: float | None = None
    """Forecast of the goal's metric, low case."""
    base: float | None = None
    """Forecast, base case."""
    high: float | None = None
    """Forecast, high case."""
    target_cost_cents: int | None = None
    """What reaching the target would cost on top of the budget at base rates, in minor units and two significant figures; None when not
    computable, or when it is more than half of the whole budget: then money does not close the gap."""
    steps: list[FunnelStep] = Field(default_factory=list)
    """The arithmetic."""
    text: str
    """The verdict in words, composed by code: what the money buys, what the target would cost."""


class Goal(Part):
    """A SMART goal."""

    id: str
    """"G1"…"""
    kind: GoalKind
    """Kind of goal."""
    statement: Sentence
    """The goal in one sentence: specific, measurable, with a date."""
    metric: str
    """What is counted."""
    baseline: Figure
    """Where it stands."""
    target: Figure
    """Floor, forecast or target, as low, value, high."""
    deadline: dt.date
    """When."""
    owner: str
    """Role id."""
    phase: str
    """Phase id in which it weighs most."""
    priority: int
    """1 is the first."""
    origin: Kind
    """brief when the client set it, assumption when the plan proposes it."""
    relevance: Sentence
    """Why this goal serves the business."""
    verdict: Verdict
    """Feasibility."""


class PhaseEmphasis(Part):
    """What counts in a phase."""

    phase: str
    """Phase id."""
    goals: list[str]
    """Goal ids in order of weight."""
    emphasis: Sentence
    """What counts now and what waits."""


class PositioningPart(Part):
    """Brand role and SMART goals."""

    role: RoleOption
    """The role chosen."""
    alternatives: list[RoleOption]
    """Roles considered and not taken, with the reason."""
    statement: Paragraph
    """Positioning statement: for whom, against what, which benefit, why believe it."""
    fit: Sentence
    """How this follows from the overall brand strategy."""
    memory_point: Sentence
    """What people shall remember among all accounts of the category."""
    proof: list[Claim]
    """Why anyone should believe it, from the brief."""
    tone_do: list[Sentence]
    """How the brand speaks, three or four."""
    tone_dont: list[Sentence]
    """How it does not speak, three or four."""
    goals: list[Goal]
    """SMART goals over awareness, engagement, traffic, conversion, service, followers."""
    emphasis: list[PhaseEmphasis]
    """Different phases, different emphasis."""
