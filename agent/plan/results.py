"""Chapters 4 to 6 and the summary: KPIs, measurement, risks, budget, executive summary."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.plan.base import Figure, Line, Paragraph, Part, Sentence

Category = Literal["content", "tools", "ads", "creators", "prizes", "labour", "contingency"]
"""Budget category."""


class Kpi(Part):
    """A key performance indicator tied to a goal."""

    id: str
    """KPI id in the knowledge base, with the platform where it belongs to one ("er.xiaohongshu")."""
    name: str
    """Its name."""
    kind: Literal["exposure", "engagement", "content", "conversion", "followers", "service", "roi"]
    """Family."""
    formula: str
    """How it is computed."""
    unit: str
    """Unit, as in Figure."""
    source: str
    """Back end, tool or log it is read from."""
    baseline: Figure
    """Where it stands; value None with a note on how and when it is measured."""
    target: Figure
    """Range that the plan forecasts or sets itself, over the period (or level at its end)."""
    asked: Figure | None = None
    """The client's own target in this KPI's counting; None where the brief sets none."""
    cadence: Literal["daily", "weekly", "monthly", "quarterly"]
    """How often it is read."""
    goal: str
    """Goal id it belongs to."""
    platform: str = ""
    """Platform id, when it belongs to one."""
    owner: str
    """Role id that reads it."""
    reading: Sentence
    """What a good and a bad value say, and what is done then; empty where the reading of an earlier KPI of the same kind serves."""


class CurvePoint(Part):
    """Forecast of a goal at a month's end: what has come together by then, or the average since the start."""

    goal: str
    """Goal id."""
    month: dt.date
    """Last day of the month, or of the period."""
    forecast: float
    """Base forecast: cumulative, or the average from the start up to here."""
    target: float | None = None
    """Target on the same curve."""
    average: bool = False
    """Whether the goal is an average per month, week or day."""


class KpisPart(Part):
    """KPI system."""

    north_star: Sentence
    """The one number the team looks at first, and why."""
    kpis: list[Kpi]
    """All KPIs."""
    curve: list[CurvePoint]
    """Month by month: cumulative, of an average the average so far."""
    baseline_plan: Sentence
    """How and by when missing baselines are measured."""


class PlatformTool(Part):
    """Where a platform's data come from."""

    platform: str
    """Platform id."""
    native: str
    """Back end and what it shows."""
    third_party: str
    """Third-party tool, or that none is needed."""
    caveat: Sentence
    """What the data do not show."""


class Review(Part):
    """A review on a real date."""

    kind: Literal["weekly", "monthly", "quarterly", "gate"]
    """Rhythm; a gate decides about a phase."""
    date: dt.date
    """The day (a working day)."""
    question: Sentence
    """What is decided."""
    owner: str
    """Role id."""


class DecisionRule(Part):
    """If a number does this, that happens."""

    id: str
    """"Q1"…"""
    metric: str
    """What is looked at."""
    threshold: str
    """The threshold with its number."""
    date: str
    """When it is read: a date or a rhythm."""
    then: Sentence
    """What happens."""
    owner: str
    """Role id."""


class Experiment(Part):
    """A test with its arithmetic."""

    id: str
    """"X1"…"""
    hypothesis: Sentence
    """What is believed."""
    base: Figure | None = None
    """The rate that the hypothesis starts from, with its source; None in plans made before it was kept."""
    metric: str
    """What is compared."""
    arms: Sentence
    """What differs."""
    sample: int
    """Observations needed per arm (80 % power, 5 % level)."""
    available: int
    """Observations per arm that the plan yields in the window."""
    conclusive: bool
    """Whether available ≥ sample; otherwise the result is directional."""
    start: dt.date
    """First day."""
    end: dt.date
    """Last day."""
    decision: Sentence
    """What is done with each result."""


class ReportRow(Part):
    """A row of the report template, ready to fill."""

    section: str
    """Section."""
    ask: Sentence
    """What stands there."""
    source: str
    """Where it comes from."""


class MeasurementPart(Part):
    """Monitoring, tools, review and iteration."""

    tools: list[PlatformTool]
    """Back ends and third-party tools, per platform."""
    attribution: Paragraph
    """What counts as coming from social, and what does not."""
    utm: list[str]
    """UTM scheme: the pattern and one example per platform."""
    causes: list[Sentence]
    """Looking behind results: user behaviour, content preference."""
    reviews: list[Review]
    """Weekly, monthly, quarterly reviews and gates, on real dates."""
    adjust: list[Sentence]
    """What a review changes in content, channel, interaction and resources."""
    rules: list[DecisionRule]
    """Decision rules."""
    experiments: list[Experiment]
    """Experiments."""
    report: list[ReportRow]
    """Report template."""
    loop: Sentence
    """How the loop runs through the whole period."""


class Risk(Part):
    """A risk with its owner, trigger and answer."""

    id: str
    """"S1"…"""
    kind: Literal[
        "compliance", "opinion", "account", "performance", "capacity", "supply", "partner", "data", "platform", "brief"
    ]
    """Family; brief: this brief adds it."""
    title: Line
    """What may happen."""
    likelihood: int
    """1 to 5."""
    impact: int
    """1 to 5."""
    score: int
    """likelihood × impact."""
    trigger: Sentence
    """The observable sign with its threshold."""
    prevention: Sentence
    """What is done before."""
    response: list[Sentence]
    """What is done then, step by step."""
    owner: str
    """Role id."""
    law: str = ""
    """Law or rule with article, where there is one."""
    drill: dt.date | None = None
    """When it is rehearsed."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""


class Inspection(Part):
    """A regular inspection or drill on a date."""

    date: dt.date
    """The day."""
    kind: Literal["inspection", "drill"]
    """What it is."""
    what: Sentence
    """What is looked at or rehearsed."""
    owner: str
    """Role id."""


class RisksPart(Part):
    """Risks and contingency."""

    reading: Paragraph
    """Which risks decide this plan."""
    risks: list[Risk]
    """All risks, the highest score first."""
    inspections: list[Inspection]
    """Inspections and drills, dated."""


class BudgetLine(Part):
    """One sum: category × platform × phase."""

    id: str
    """"B01"…"""
    category: Category
    """Category."""
    item: str
    """What it buys."""
    platform: str
    """Platform id, or "shared"."""
    phase: str
    """Phase id."""
    cents: int
    """Minor units, ≥ 0."""
    fixed: bool = False
    """True when the brief tied it down."""
    basis: str = ""
    """How it was arrived at."""


class CreatorTier(Part):
    """Creators of one size, hired on one platform."""

    id: str
    """"CR1"…"""
    role: Literal["KOL", "KOC"]
    """KOL lends reach and authority; KOC lends everyday credibility."""
    tier: str
    """Size: nano, micro, mid, macro."""
    platform: str
    """Platform id."""
    phase: str
    """Phase id in which most of them post."""
    number: int
    """How many."""
    fee_cents: int
    """Fee of one creator, all in, in minor units."""
    total_cents: int
    """number × fee_cents, in minor units."""
    views: Figure
    """Expected views in all."""
    engagements: Figure
    """Expected likes, comments, saves and shares in all."""
    choose: Sentence
    """How they are chosen."""
    brief: Sentence
    """What they are asked for, and what has to be labelled."""


class PaidLine(Part):
    """Paid media with one objective on one platform."""

    id: str
    """"AD1"…"""
    platform: str
    """Platform id."""
    objective: Literal["awareness", "traffic", "conversion", "followers", "boost"]
    """Objective."""
    format: str
    """Ad format."""
    audience: Sentence
    """Who sees it."""
    cents: int
    """Spend, in minor units."""
    cpm: Figure
    """Cost per thousand impressions."""
    impressions: Figure
    """Impressions bought."""
    clicks: Figure
    """Clicks."""
    results: Figure
    """Results of the objective (leads, orders, followers); value None where there is no rate."""
    result_label: str
    """What a result is."""


class Scenario(Part):
    """Low, base or high: the same money at its own rates, or another sum."""

    name: Literal["low", "base", "high"]
    """Which."""
    total_cents: int
    """Money, in minor units."""
    rates: str
    """The rates it stands on."""
    impressions: float
    """Impressions, paid and organic."""
    engagements: float
    """Interactions."""
    clicks: float
    """Clicks to the destination."""
    conversions: float
    """Orders, leads or bookings."""
    followers: float
    """Followers gained, net."""
    revenue_cents: int | None = None
    """Attributed revenue where a price is known, in minor units."""
    roi: float | None = None
    """revenue ÷ total money; None where revenue is unknown."""
    cost_per_result_cents: int | None = None
    """Money ÷ conversions, in minor units."""


class CapCheck(Part):
    """A cap, floor or fixed sum of the brief, and whether it is kept."""

    text: str
    """The client's words."""
    limit_cents: int
    """The limit that the client asked for, in minor units."""
    actual_cents: int
    """What the plan spends there, in minor units."""
    kept: bool
    """Whether what the client asked for is kept."""
    lowered_cents: int | None = None
    """The bound that the plan works with where limits contradict each other and this one had to give way; None when it is as asked."""


class BudgetPart(Part):
    """Budget and resources."""

    currency: str
    """ISO 4217 code."""
    total_cents: int
    """All money, in minor units; equals the sum of the lines."""
    origin: Literal["brief", "assumption"]
    """Whether the client gave the sum."""
    lines: list[BudgetLine]
    """Category × platform × phase."""
    creators: list[CreatorTier]
    """Creator plan behind the creator lines."""
    paid: list[PaidLine]
    """Paid-media plan behind the ads lines."""
    scenarios: list[Scenario] = Field(min_length=3, max_length=3)
    """Low, base, high."""
    caps: list[CapCheck]
    """Caps, floors and fixed sums of the brief."""
    reasons: list[Sentence]
    """Why the money is spread this way."""
    cut_first: list[Sentence]
    """What is cut first, in order, with the sum it frees."""
    labour_hours: float
    """Hours of the client's own team over the period."""
    labour_note: Sentence
    """How labour is counted (inside or outside the sum)."""
    break_even: Sentence
    """What it takes for the money to come back, or why that cannot be said."""
    bridge: str = ""
    """How the scenarios' conversions become the forecast of the conversion goal, where the two differ; composed by code."""


class Step(Part):
    """A first step."""

    date: dt.date
    """When."""
    action: Sentence
    """What."""
    owner: str
    """Role id."""


class SummaryPart(Part):
    """Executive summary: one page that a decision-maker can act on."""

    headline: Sentence
    """The plan in one sentence."""
    situation: Paragraph
    """Where the brand stands and what is asked."""
    idea: Paragraph
    """The one idea and how it works."""
    verdict: Paragraph
    """Which goals the money reaches, and which not."""
    money: Paragraph
    """What it costs, where it goes, and whether ads pay for themselves."""
    goals: list[str]
    """Goal ids, most important first."""
    first_30_days: list[Step]
    """First 30 days."""
    top_risks: list[str]
    """Risk ids, the three highest."""
    decisions: list[Sentence]
    """What the client has to decide."""
    questions: list[str]
    """Gap ids: the open questions that matter most."""
