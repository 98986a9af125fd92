"""Chapter 2, strategy and content: core strategy, themes, calendar, platforms, adaptations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from agent.plan.base import Claim, Figure, Line, Paragraph, Part, Post, Sentence

Value = Literal["knowledge", "emotion", "entertainment", "practical"]
"""The value that a piece gives to its reader."""


class Phase(Part):
    """A stretch of the period with one purpose."""

    id: str
    """"F1"…"""
    name: str
    """Name, from the locale ("Foundation", "Growth", "Harvest")."""
    start: dt.date
    """First day."""
    end: dt.date
    """Last day, included."""
    share: float
    """Planned weight of the phase when posts and money are spread, a fraction; what the money comes to is in the budget's lines."""


class PhasePlan(Part):
    """What a phase is for and when it is over."""

    phase: str
    """Phase id."""
    purpose: Sentence
    """What it is for."""
    exit_test: Sentence
    """The measurable test that ends it, with a number of the frame."""


class CampaignIdea(Part):
    """The one idea that carries the campaign, or an alternative route."""

    id: str
    """"I0" carries the plan; "I1" and "I2" are the alternatives."""
    name: Line
    """The idea's name, usable as a line and hashtag."""
    line: Sentence
    """The idea in one sentence."""
    insight: Sentence
    """The truth about the audience that it stands on."""
    mechanism: Sentence
    """What people do, see or get: how it works, concretely."""
    why_ours: Sentence
    """Why no other brand could run it: the fact of the brief behind it."""
    verdict: Sentence
    """Why it was chosen, or why it was not and when it would be."""


class StrategyLine(Part):
    """One of the four strategies: content, engagement, growth, conversion."""

    kind: Literal["content", "engagement", "growth", "conversion"]
    """Which."""
    approach: Paragraph
    """The approach in this brand's terms."""
    actions: list[Sentence]
    """What is done, two to four concrete actions."""
    input_cents: int
    """Money put in, in minor units."""
    input_hours: float
    """Hours a week put in."""
    expected: Figure
    """Expected return."""
    expected_label: str
    """What the return counts."""
    trigger: Sentence
    """The measurement and date that would change the course."""
    change_to: Sentence
    """To what."""


class Choice(Part):
    """An explicit either-or: what was chosen, what was not, and why."""

    question: Sentence
    """The either-or."""
    chosen: Sentence
    """What the plan does."""
    rejected: Sentence
    """What it leaves."""
    why: Sentence
    """Why."""


class StrategyPart(Part):
    """Core strategy."""

    idea: CampaignIdea
    """The one idea that carries the plan."""
    routes: list[CampaignIdea] = Field(min_length=2, max_length=2)
    """Two alternative routes."""
    choices: list[Choice]
    """The explicit choices."""
    lines: list[StrategyLine] = Field(min_length=4, max_length=4)
    """Content, engagement, growth and conversion strategy."""
    phases: list[PhasePlan]
    """What each phase is for."""
    guardrails: list[Sentence]
    """Lines that all work keeps to, from the brief (may say, must not say, dates)."""


class Topic(Part):
    """One topic of the bank: what a piece is about."""

    id: str
    """"T1-03": pillar and number."""
    title: Sentence
    """The topic as a working title."""
    hook: Sentence
    """The first line or the first three seconds."""
    cta: Sentence
    """What the reader is asked to do."""
    value: Value
    """What the reader gets."""
    format: str
    """Format id it suits best."""
    persona: str
    """Persona id it is for."""
    sources: list[str] = Field(default_factory=list)
    """Sources of facts in it."""


class Pillar(Part):
    """A content pillar."""

    id: str
    """"T1"…"""
    name: Line
    """Its name."""
    direction: Literal["insight", "product", "stories", "lifestyle", "interactive", "help", "behind"]
    """Common direction it belongs to."""
    share: int
    """Share of the calendar's pieces in per cent; all pillars sum to 100."""
    message: Sentence
    """What it says: the message."""
    proof: Claim
    """What backs it."""
    value: Value
    """The main value to the user."""
    why_care: Sentence
    """Why anyone would care."""
    not_this: Sentence
    """What it must not turn into (no talking to oneself)."""
    formats: list[str]
    """Format ids used."""
    personas: list[str]
    """Persona ids served."""
    goals: list[str]
    """Goal ids served."""
    topics: list[Topic]
    """Topic bank, enough for the whole period."""


class FormatShare(Part):
    """One format's share of the output."""

    format: str
    """Format id."""
    pieces: int
    """Pieces in the calendar."""
    role: Sentence
    """What the format is used for here."""


class ThemesPart(Part):
    """Content themes."""

    say: Sentence
    """What do we say?"""
    form: Sentence
    """In what form?"""
    care: Sentence
    """Why would anyone care?"""
    pillars: list[Pillar] = Field(min_length=3, max_length=5)
    """The pillars."""
    mix: list[FormatShare]
    """Formats beyond image-text."""
    ugc_call: Sentence
    """The standing call for users' own content."""


class KeyDate(Part):
    """A date prepared ahead."""

    id: str
    """"D1"…"""
    date: dt.date
    """The day, the first of several."""
    end: dt.date | None = None
    """Last day where it spans several."""
    name: str
    """What it is, under its code name where it is secret until its day."""
    told: str = ""
    """What rows call it from its day on, where it is secret before: by its code name too, "Project A launch" for "Embargo ends: Project A". Empty
    where it is no secret, or the brief gives no name to put in the code name's place."""
    kind: Literal["holiday", "commerce", "brand", "season", "close"]
    """Public holiday, commerce node, the brand's own date, season, or a time to stay quiet."""
    use: Literal["campaign", "post", "quiet"]
    """What is done: a campaign, a post, or nothing is published."""
    prepare_from: dt.date
    """When preparation starts."""
    deliver_by: dt.date
    """When material has to be ready: a working day before the date."""
    plan: Sentence
    """What the brand does with it."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""

    def name_on(self, day: dt.date) -> str:
        """The name that stands in schedules for a day: before the date itself the date's, from then on what comes out on it."""
        return self.told if self.told and day >= self.date else self.name


class Deadline(Part):
    """A day that an approval, a proof or a review sets before publication."""

    id: str
    """"DL1"…"""
    date: dt.date
    """The day."""
    kind: Literal["hand_in", "public_from"]
    """The last day to hand something in, or the first on which what needs it may run."""
    what: Sentence
    """What is done or becomes possible."""
    owner: str
    """Role id."""
    approval: str
    """Id in the plan's list of approvals."""


class Entry(Part):
    """One row of the content calendar."""

    id: str
    """"E001"…"""
    kind: Literal["post", "live", "event", "buffer"]
    """A planned post, a live, an event, or a slot kept free for hot topics."""
    date: dt.date
    """Publishing day in the audience's time zone."""
    time: str
    """"HH:MM" in the audience's time zone."""
    phase: str
    """Phase id."""
    platform: str
    """Platform id."""
    pillar: str
    """Pillar id; empty for a buffer."""
    topic_id: str
    """Topic id in the bank; empty for a buffer."""
    format: str
    """Format id."""
    topic: str
    """The topic, from the bank (round is told when a topic returns in a new angle)."""
    hook: str
    """The hook."""
    cta: str
    """The call to action."""
    value: Value
    """What the reader gets."""
    owner: str
    """Role id that is responsible."""
    deadline: dt.date
    """Material is final on this working day."""
    key_date: str = ""
    """Key date id it belongs to."""
    goal: str = ""
    """Goal id it serves."""


class CalendarPart(Part):
    """Content calendar."""

    timezone: str
    """IANA time zone of the times, but for those of `zones`."""
    zones: dict[str, str] = Field(default_factory=dict)
    """Platform id → IANA time zone, for platforms whose readers live in another one."""
    rhythm: Paragraph
    """How a normal week looks and why."""
    key_dates: list[KeyDate]
    """Important dates, prepared ahead."""
    deadlines: list[Deadline] = Field(default_factory=list)
    """Days that approvals and proofs set before publication, the earliest first."""
    entries: list[Entry]
    """Every piece to the last week of the period."""
    buffer_rule: Sentence
    """How the free slots are used, by whom, within what time."""
    topics_used: int
    """How many different topics the calendar uses."""

    def occasion(self, entry: Entry) -> str:
        """The name of the key date that an entry belongs to, as it is called on the entry's day; empty for none."""
        one = next((key for key in self.key_dates if key.id == entry.key_date), None)
        return entry.key_date if one is None else one.name_on(entry.date)

    def zone(self, platform: str) -> str:
        """The IANA time zone of a platform's times."""
        return self.zones.get(platform, self.timezone)


class Score(Part):
    """A platform's score on one criterion."""

    criterion: str
    """Criterion id."""
    weight: float
    """Weight, all weights of a platform sum to 1."""
    score: float
    """1 to 5."""
    basis: str
    """What the score rests on."""


class PlatformChoice(Part):
    """One platform: what it is, what it is for, what it gets."""

    platform: str
    """Platform id."""
    role: Literal["primary", "support", "listen", "excluded"]
    """Cultivated, added for reach, only watched, or left out."""
    total: float
    """Weighted score, 1 to 5."""
    scores: list[Score]
    """Scores by criterion."""
    audience: Claim
    """Who is there."""
    ecology: Claim
    """Its content ecology."""
    spread: Claim
    """How things spread on it."""
    strength: Claim
    """What it is strong at."""
    why: Sentence
    """Why this role for this brand."""
    cadence: float
    """Posts a week in the steady state."""
    hours: float
    """Hours a week."""
    budget_cents: int
    """Direct money over the period, in minor units."""
    material: Sentence
    """Material it needs."""
    language: str
    """Language of its posts."""
    gate: Sentence
    """The test and date that would change its role."""


class PlatformsPart(Part):
    """Platform choice and mix."""

    logic: Paragraph
    """The logic of the mix."""
    choices: list[PlatformChoice]
    """Every platform considered, best first."""
    interplay: list[Sentence]
    """How the platforms hand people over to each other."""


class LimitCheck(Part):
    """A hard limit and how much of it a post uses."""

    field: str
    """title, body, hashtags, images…"""
    count: float
    """Used, in the platform's own counting unit."""
    limit: float
    """Allowed."""
    unit: str
    """Counting unit."""
    source: str
    """Id in the plan's list of sources."""


class CoreIdea(Part):
    """A core content that is remade per platform."""

    id: str
    """"K1"…"""
    pillar: str
    """Pillar id."""
    topic_id: str
    """Topic id in the bank."""
    title: str
    """The topic."""
    message: Sentence
    """What stays the same on every platform."""


class Adaptation(Part):
    """A finished post: one core idea remade for one platform."""

    id: str
    """"K1-xiaohongshu"."""
    core: str
    """Core idea id."""
    pillar: str
    """Pillar id."""
    platform: str
    """Platform id."""
    format: str
    """Format id."""
    language: str
    """Language of the post."""
    title: Line
    """Title, or empty where the platform has none."""
    body: Post
    """The post itself: text, or the script with its beats."""
    hashtags: list[str]
    """Hashtags without #."""
    first_frame: Sentence
    """Cover or first frame: what is seen, what stands on it."""
    cta: Sentence
    """Call to action that the platform allows."""
    link_policy: Sentence
    """Where a link may stand here, from the platform's rules."""
    label: str
    """Disclosure that law and platform want when the piece is paid, gifted or AI-made."""
    limits: list[LimitCheck] = Field(default_factory=list)
    """Hard limits with the space used."""
    transcreate: str = ""
    """Language to be written in by a native writer, when it differs from `language`."""


class AdaptationsPart(Part):
    """Per-platform adaptations."""

    principle: Sentence
    """What changes from platform to platform, and what stays."""
    cores: list[CoreIdea]
    """Core ideas, one per pillar."""
    posts: list[Adaptation]
    """Finished posts, at least one per pillar and platform."""

    def rows(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """Post id → the calendar's row that publishes it, the first post of its topic on its platform in its format; a post that waits for a free
        slot has none."""
        first: dict[tuple[str, str, str], Entry] = {}
        for entry in entries:
            if entry.kind == "post" and entry.topic_id:
                first.setdefault((entry.topic_id, entry.platform, entry.format), entry)
        topics = {core.id: core.topic_id for core in self.cores}
        found = {post.id: first.get((topics.get(post.core, ""), post.platform, post.format)) for post in self.posts}
        return {id_: row for id_, row in found.items() if row}
