"""What comes in: the brand brief, as a client writes it, with the span every value was read from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh-CN", "zh-TW", "en"]
GoalKind = Literal["awareness", "engagement", "traffic", "conversion", "service", "followers"]


class BriefPart(BaseModel):
    """Base of everything a brief holds: strict keys, docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, validate_assignment=True)


class Span(BriefPart):
    """Where a value was read: the words themselves and their place."""

    text: str
    """The words as the client wrote them, at most 200 characters."""
    place: str = ""
    """Where they stand: a line ("line 12"), a key ("budget.total"), a sheet cell ("Budget!B4") or a page ("page 3")."""
    reader: Literal["key", "text", "model", "argument", "document"] = "key"
    """What read it: a structured key, the deterministic text reader, a model, a command-line argument, or the reader of a further document."""


class Product(BriefPart):
    """One product or service that the brand sells."""

    name: str
    """The product's name, as the brand writes it."""
    price: Decimal | None = None
    """Price in whole currency units (for example 39.9), or None when unknown."""
    price_note: str = ""
    """The price as written when it is more than a number ("39.9元/瓶", "$14,000 ACV", "from £18")."""
    selling_points: list[str] = Field(default_factory=list)
    """What it is good for, one point an entry, in the client's words."""
    proof: list[str] = Field(default_factory=list)
    """Evidence that the brief gives for it: tests, surveys with n, certificates, reviews."""
    margin: float | None = None
    """Gross margin as a fraction in [0, 1], or None when unknown."""


class Competitor(BriefPart):
    """A competitor and whatever the brief knows of it. Nothing here is ever invented."""

    name: str
    """The competitor's name."""
    facts: list[str] = Field(default_factory=list)
    """What the brief says of it, one fact an entry, in the client's words."""
    platforms: list[str] = Field(default_factory=list)
    """Platform ids where the brief says it is active."""
    followers: int | None = None
    """Its followers as the brief gives them, or None."""


class Account(BriefPart):
    """One of the brand's own accounts."""

    platform: str
    """Platform id."""
    handle: str = ""
    """Account name or handle."""
    followers: int | None = None
    """Followers at the brief's date, or None when unknown."""
    engagement_rate: float | None = None
    """Interactions divided by impressions or followers (see rate_basis), a fraction in [0, 1]."""
    rate_basis: Literal["impressions", "followers", "reach", "views", "unknown"] = "unknown"
    """The denominator of the engagement rate."""
    posts_per_week: float | None = None
    """Posts a week at present."""
    average_views: int | None = None
    """Average views or reads per post."""
    note: str = ""
    """Anything else the brief says of the account."""


class Objective(BriefPart):
    """A goal as the client states it."""

    text: str
    """The client's own words."""
    kind: GoalKind
    """awareness (reach, exposure), engagement, traffic (visits), conversion (sales, leads, bookings, downloads), service, followers."""
    metric: str = ""
    """What is counted ("demo requests", "小红书粉丝", "月销售额")."""
    baseline: float | None = None
    """Where the metric stands today, in the metric's own unit."""
    target: float | None = None
    """Where the client wants it, in the metric's own unit; for a rate, a fraction in [0, 1]."""
    unit: str = ""
    """The metric's unit: "count", "followers", "%" (value as a fraction), or a currency code for sales."""
    per: Literal["period", "month", "week", "day", "level"] = "period"
    """Whether baseline and target count over the whole period, a month, a week or a day, or are a level reached (followers)."""
    platform: str = ""
    """Platform id when the goal belongs to one platform."""
    deadline: dt.date | None = None
    """When the target is due; the period's end when None."""


class FixedLine(BriefPart):
    """A sum that the brief ties to a purpose."""

    purpose: str
    """What the brief says it is for, in the client's words."""
    category: str = ""
    """Budget category id when it can be told: content, tools, ads, creators, prizes, labour, contingency."""
    platform: str = ""
    """Platform id when the sum belongs to one platform."""
    amount: Decimal
    """Whole currency units in the budget's currency."""


class Limit(BriefPart):
    """A cap or floor that the brief sets on part of the budget."""

    kind: Literal["cap", "floor"]
    """cap: at most; floor: at least."""
    scope: Literal["category", "platform", "creator"]
    """A budget category, a platform, or the fee of a single creator."""
    of: str = ""
    """Category or platform id that it binds; empty for scope creator."""
    share: float | None = None
    """Fraction of the total in [0, 1], when the limit is relative."""
    amount: Decimal | None = None
    """Whole currency units, when the limit is absolute."""
    text: str = ""
    """The client's words."""


class Budget(BriefPart):
    """The money: total, currency and what the brief ties down."""

    total: Decimal | None = None
    """Whole currency units over the whole period; None when the brief does not say; 0 means organic only."""
    currency: str = ""
    """ISO 4217 code (CNY, USD, GBP, TWD, EUR…); empty when unknown."""
    fixed: list[FixedLine] = Field(default_factory=list)
    """Sums tied to a purpose."""
    limits: list[Limit] = Field(default_factory=list)
    """Caps and floors."""
    excludes: list[str] = Field(default_factory=list)
    """What the sum does not cover ("salaries", "media")."""


class Period(BriefPart):
    """The time the plan covers."""

    start: dt.date | None = None
    """First day."""
    end: dt.date | None = None
    """Last day, included."""
    days: int | None = None
    """Length in days, when the brief gives a length ("six months") and no start."""


class Member(BriefPart):
    """A person or a role in the client's team."""

    title: str
    """Who it is, in the client's words ("content marketer", "运营小王", "the CEO")."""
    functions: list[str] = Field(default_factory=list)
    """Function ids held: strategist, planner, copy, design, video, operator, community, analyst, presenter, approver."""
    hours: float | None = None
    """Hours a week for this work; None when the brief does not say."""
    count: int = 1
    """Number of people with this title."""


class Embargo(BriefPart):
    """A fact that must not be public before a date."""

    fact: str
    """What must stay unsaid."""
    until: dt.date
    """First day on which it may be said."""
    keywords: list[str] = Field(default_factory=list)
    """Words that would give it away; used by the check."""


class KeyDate(BriefPart):
    """A date that matters to the client."""

    date: dt.date
    """The day, or the first of several."""
    name: str
    """What happens."""
    end: dt.date | None = None
    """Last day when it spans several."""


class Platforms(BriefPart):
    """Platforms that the client asks for, allows or refuses. Every entry is a platform id."""

    must: list[str] = Field(default_factory=list)
    """Platforms the plan has to use."""
    may: list[str] = Field(default_factory=list)
    """Platforms the client is open to."""
    avoid: list[str] = Field(default_factory=list)
    """Platforms the plan must not use."""


class Audience(BriefPart):
    """Whom the client wants to reach: one segment."""

    name: str
    """The segment in the client's words ("一线城市养猫的年轻人", "CFOs at contractors with 50-500 employees")."""
    age: str = ""
    """Age range as written ("25-35岁")."""
    gender: str = ""
    """As written."""
    place: str = ""
    """As written."""
    traits: list[str] = Field(default_factory=list)
    """Interests, habits, values, worries, as written."""
    primary: bool = True
    """Whether it is a primary segment."""


class BrandBrief(BriefPart):
    """A brand brief: everything the client said, typed, each value with the span it came from."""

    brand: str
    """The brand's name."""
    strategy: str = ""
    """The overall brand strategy or long-term aim, in the client's words."""
    about: str = ""
    """What the brand is and does, one to three sentences."""
    category: str = "general"
    """Category id: food, beverage, beauty, apparel, home, pet, baby, electronics, education, software, b2b_industrial, health_food, medical, fitness, travel, local_service, restaurant, finance, auto, culture, nonprofit, general."""
    category_text: str = ""
    """The category in the client's words."""
    regulated: bool | None = None
    """Whether advertising it is specially regulated; None when unknown."""
    business: Literal["b2c", "b2b", "nonprofit", "local"] = "b2c"
    """Who buys."""
    products: list[Product] = Field(default_factory=list)
    """Products, the most important first."""
    proof: list[str] = Field(default_factory=list)
    """Evidence for the brand as a whole."""
    markets: list[str] = Field(default_factory=list)
    """Market codes: CN, TW, HK, US, GB, EU, SG, GLOBAL…"""
    language: Language = "en"
    """The plan's language."""
    content_languages: dict[str, str] = Field(default_factory=dict)
    """Platform id → language of its posts, where it differs from the plan's."""
    timezone: str = ""
    """The audience's IANA time zone; derived from the first market when empty."""
    tone: list[str] = Field(default_factory=list)
    """Tone of voice, as asked for."""
    must_say: list[str] = Field(default_factory=list)
    """Messages or words that have to appear."""
    never_say: list[str] = Field(default_factory=list)
    """Words, claims or subjects that must not appear."""
    embargoes: list[Embargo] = Field(default_factory=list)
    """Facts with the date before which they stay unsaid."""
    objectives: list[Objective] = Field(default_factory=list)
    """Goals, the most important first."""
    audience: list[Audience] = Field(default_factory=list)
    """Segments, the most important first."""
    competitors: list[Competitor] = Field(default_factory=list)
    """Competitors, with whatever is known."""
    accounts: list[Account] = Field(default_factory=list)
    """The brand's own accounts."""
    platforms: Platforms = Field(default_factory=Platforms)
    """Required, allowed and refused platforms."""
    cadence: dict[str, float] = Field(default_factory=dict)
    """Platform id → posts a week that the client asks for; the plan chooses the others."""
    budget: Budget = Field(default_factory=Budget)
    """The money."""
    period: Period = Field(default_factory=Period)
    """First and last day."""
    team: list[Member] = Field(default_factory=list)
    """The people who will carry it out."""
    agencies: list[str] = Field(default_factory=list)
    """Agencies and freelancers already engaged."""
    key_dates: list[KeyDate] = Field(default_factory=list)
    """Launches, fairs, holidays that the client names."""
    past_results: list[str] = Field(default_factory=list)
    """What earlier work brought, in the client's words."""
    constraints: list[str] = Field(default_factory=list)
    """Other conditions, in the client's words."""
    documents: list[str] = Field(default_factory=list)
    """Paths of further documents that the client names."""
    spans: dict[str, Span] = Field(default_factory=dict)
    """Field path ("budget.total", "products[0].price") → where it was read."""

    @property
    def trade(self) -> str:
        """What the brand sells, for looking things up: the category or the products in the client's words, else the category's id."""
        return self.category_text or " ".join(one.name for one in self.products[:2]) or self.category.replace("_", " ")


class Gap(BriefPart):
    """Something the brief does not say, what is assumed instead, and the question it makes."""

    id: str
    """"A1", "A2"… in order of consequence, the most consequential first."""
    field: str
    """Field path that is empty."""
    assumption: str
    """What the plan assumes, in the plan's language."""
    question: str
    """What to ask the client, in the plan's language."""
    why: str
    """What would change with another answer, in the plan's language."""
    weight: int
    """Consequence, 1 (little) to 100 (the whole plan)."""


class Conflict(BriefPart):
    """A contradiction in the brief and the resolution that the plan takes until told otherwise."""

    code: str
    """Stable code, "BRF-C01"…"""
    fields: list[str]
    """Field paths involved."""
    message: str
    """What contradicts what, in the plan's language."""
    resolution: str
    """What the plan does about it, in the plan's language."""
    severity: Literal["error", "warning"] = "warning"
    """error: the client has to decide; the plan goes on with the resolution."""


class Intake(BriefPart):
    """The result of reading a brief: the brief with defaults filled, and everything that was noticed."""

    brief: BrandBrief
    """What the client said, without the points that the plan declines (see `asked`)."""
    filled: BrandBrief
    """The same with every gap filled by its labelled assumption; what the frame works on."""
    gaps: list[Gap] = Field(default_factory=list)
    """What is assumed, the most consequential first."""
    conflicts: list[Conflict] = Field(default_factory=list)
    """Contradictions, with the resolution taken."""
    notes: list[str] = Field(default_factory=list)
    """What the reader did: encoding decoded, text cut, pages skipped."""
    addressed: list[str] = Field(default_factory=list)
    """Passages that speak to a machine and not about the brand, with what stands close to them: no model is shown them."""
    asked: BrandBrief | None = None
    """What the client said, unchanged, where the plan declines some of it; None where it declines nothing."""

    @property
    def said(self) -> BrandBrief:
        """What the client said, unchanged."""
        return self.asked or self.brief
