"""KPIs, dates, laws, risks, crisis handling, frameworks, workload and tools: the shapes of the libraries."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.knowledge.atoms import Bi, Day, Entry, Filled, FunctionId, Item, Score


class Measure(Entry):
    """A number that a study or a note reports, told so that others can be held against it."""

    metric: Filled
    """Metric id, as in the benchmarks where one exists there."""
    low: float
    """Lower end; the number itself when there is one."""
    high: float
    """Upper end."""
    unit: Filled
    """"%" (fraction), "count", "min", "day" or an ISO currency code."""
    definition: Bi
    """What is counted or divided by what."""
    platform: str = ""
    """Platform id; empty for none in particular."""
    region: str = ""
    """Market code; the item's own when empty."""
    business: str = ""
    """b2c or b2b."""
    tier: str = ""
    """Creator tier id."""
    format: str = ""
    """Format id."""
    group: str = ""
    """Whom it counts, when not everybody: an age group, an industry."""
    sample: str = ""
    """Sample as the source gives it."""
    period: str = ""
    """Period of the data."""


class Study(Item):
    """A study quoted as it stands."""

    measures: tuple[Measure, ...] = ()
    """Its numbers."""


class Note(Study):
    """A fact, practice or norm that belongs to no table: what a planner looks up and a reader can follow to its source."""

    topic: Literal[
        "audience", "content", "distribution", "limits", "timing", "ads", "creators", "metrics", "penalties", "budget",
        "law", "commerce", "kpi", "production", "review", "service", "community", "crisis", "team", "research",
        "measurement", "tools", "plan",
    ]  # fmt: skip
    """What it is about."""


class KpiDef(Item):
    """A KPI: what it means, how it is computed, where it is read."""

    group: Literal["exposure", "engagement", "content", "conversion", "followers", "service", "roi"]
    """Kind of KPI."""
    formula: Bi
    """How it is computed."""
    unit: Filled
    """"count", "%", "min", "s", "x" or "money"."""
    origin: Bi
    """Where the data comes from."""
    caveat: Bi
    """What goes wrong when it is read carelessly."""
    cadence: Literal["daily", "weekly", "monthly", "quarterly", "campaign"]
    """How often it is read."""


class Rule(Entry):
    """How a date is found in a given year."""

    type: Literal["fixed", "nth_weekday", "lunar", "solar_term", "easter", "hijri", "library", "relative"]
    """fixed: month+day; nth_weekday: month+weekday+nth (−1 is the last); lunar: Chinese lunar month+day;
    solar_term: name; easter: offset from Easter Sunday; hijri: Islamic month+day; library: name in `holidays` for
    `country`; relative: days from `to`."""
    month: int | None = None
    """Month (of the calendar that the type names)."""
    day: int | None = None
    """Day of that month."""
    weekday: Day | None = None
    """Weekday for nth_weekday."""
    nth: int | None = None
    """Which one; −1 for the last."""
    name: str = ""
    """Solar term, or the library's holiday name."""
    country: str = ""
    """Country code in the holiday library."""
    to: str = ""
    """Id of the date it is relative to."""
    offset: int = 0
    """Days added to what the rule finds."""


class Lead(Entry):
    """Days before the date at which preparation has to start."""

    strategy: int
    """Strategy and offer settled."""
    creators: int
    """Creators approached and booked."""
    creative: int
    """Production of content starts."""
    approvals: int = 21
    """Legal and platform approvals handed in."""


class DateRule(Item):
    """A date of the marketing year: how it is found, when to prepare, whom it suits."""

    kind_of_day: Literal["commerce", "holiday", "season", "awareness"]
    """What sort of date it is."""
    regions: tuple[str, ...] = Field(min_length=1)
    """Market codes where it matters."""
    rule: Rule
    """How it is found."""
    span: int = 1
    """Days that it lasts, from the date on."""
    warmup: int
    """Days before the date at which public warm-up usually starts."""
    lead: Lead
    """Preparation."""
    categories: tuple[str, ...] = ()
    """Category ids with most affinity; empty means all."""
    weight: Score
    """How much it matters commercially where it applies: 1 to 5 (a planner's judgement)."""


class Law(Item):
    """A rule that a plan has to respect and name."""

    article: str = ""
    """Article or section."""
    asks: Bi
    """What it asks, in our own words."""
    applies_to: tuple[str, ...] = ("all",)
    """Category ids, or `all`."""
    contexts: tuple[
        Literal[
            "paid", "creator", "ai", "price", "giveaway", "ugc", "data", "health", "green", "review", "live", "claims",
            "minors", "music",
        ],
        ...,
    ] = Field(min_length=1)  # fmt: skip
    """Situations in which it matters."""
    effective: str = ""
    """Since when it is in force."""
    sanction: str = ""
    """Penalty, as the source gives it."""
    nature: Literal["law", "guide", "code", "platform_rule"] = "law"
    """What sort of rule it is."""


class RiskItem(Item):
    """A risk that a plan may have to carry."""

    family: Literal[
        "compliance", "opinion", "account", "performance", "capacity", "supply", "partner", "data", "platform"
    ]
    """Kind of risk."""
    likelihood: Score
    """Base likelihood, a planner's judgement."""
    impact: Score
    """Base impact, a planner's judgement."""
    conditions: tuple[str, ...] = ("all",)
    """Where it applies: `all`, category ids, or tags (b2b, b2c, creators, live, small_team, paid, ugc, giveaway, ai,
    ecommerce, local, cross_border, cn, tw, global, seasonal, sale_weeks, goods, regulated, community, tight_budget). One is enough."""
    trigger: Bi
    """Observable signal with a threshold."""
    prevention: Bi
    """What keeps it from happening."""
    response: tuple[Bi, ...] = Field(min_length=3)
    """Steps when it happens, in order."""
    owner: FunctionId
    """Function that owns it by default."""
    laws: tuple[str, ...] = ()
    """Law ids that stand behind it."""


class CrisisLevel(Item):
    """One level of a public-opinion crisis."""

    level: Literal["L1", "L2", "L3"]
    """L1 mildest."""
    signals: tuple[Bi, ...] = Field(min_length=1)
    """What it looks like."""
    trigger: Bi
    """Threshold that raises it to this level."""
    first_response_minutes: int
    """Minutes to the first public or private reaction."""
    clock: tuple[Bi, ...] = Field(min_length=1)
    """What is done by when."""
    owner: FunctionId
    """Function that leads."""
    stop_publishing: bool
    """Whether scheduled posts and advertising pause."""


class Crisis(Entry):
    """Crisis handling: levels, principles, and what a holding statement says."""

    levels: tuple[CrisisLevel, ...] = Field(min_length=3)
    """From mild to severe."""
    principles: tuple[Item, ...] = Field(min_length=1)
    """How to behave."""
    holding: tuple[Item, ...] = Field(min_length=1)
    """Elements of a holding statement, in order."""
    roles: tuple[Item, ...] = Field(min_length=1)
    """Who does what."""


class Framework(Item):
    """A planning framework and when it fits."""

    fits: Bi
    """Situation that it fits."""
    inputs: Bi
    """What it needs."""
    tags: tuple[str, ...] = ()
    """Words for choosing: cn, global, b2c, b2b, ecommerce, launch, seeding, app, campaign, always_on, search."""


class Norm(Item):
    """A workload norm: hours or days for a task."""

    task: Filled
    """Task id."""
    value: float
    """Base value."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""
    unit: Literal["h", "d", "min", "count", "%"]
    """h: hours, d: working days, min: minutes, count, %: fraction."""
    per: Literal[
        "week", "month", "piece", "event", "platform_week", "creator", "hundred_comments", "quarter", "once", "day"
    ]  # fmt: skip
    """What it is counted for."""
    function: FunctionId | Literal[""] = ""
    """Function that does it; empty when it is shared."""
    format: str = ""
    """Format id for norms of a format."""


class TeamSize(Item):
    """Roles that a team of a size usually holds."""

    people_low: int
    """Fewest people."""
    people_high: int
    """Most people."""
    roles: tuple[tuple[FunctionId, ...], ...] = Field(min_length=1)
    """One entry per person: the functions that this person holds."""


class ReviewStep(Item):
    """One step of the review before publication."""

    order: int
    """1 is first."""
    function: FunctionId
    """Who does it."""
    checks: tuple[Bi, ...] = Field(min_length=1)
    """What is looked at."""
    hours: float
    """Working hours until the step is done."""


class Tool(Item):
    """A platform or third-party tool."""

    purpose: tuple[Literal["analytics", "scheduling", "listening", "design", "link_tracking", "ads", "creators", "crm",
                           "video", "project"], ...] = Field(min_length=1)  # fmt: skip
    """What it is for."""
    native: bool
    """Whether it belongs to the platform itself."""
