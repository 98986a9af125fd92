"""Chapter 3, execution and operation: team, production, engagement and crisis, community."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.plan.base import Line, Paragraph, Part, Post, Sentence


class Role(Part):
    """A role and who holds it."""

    id: str
    """Role id: strategist, planner, copy, design, video, operator, community, analyst, presenter, approver."""
    title: str
    """Title, from the locale."""
    holder: str
    """Who holds it, in the brief's words; empty when nobody does."""
    people: int = 1
    """How many people share it; `holder` is the first of them."""
    duties: Sentence
    """What it does in this plan."""
    capacity: float
    """Hours a week at hand."""
    load: float
    """Hours a week needed on average, from the calendar and the fixed tasks."""
    peak: float
    """Hours needed in the fullest week."""
    cover: Sentence
    """Who steps in for absence, evenings and weekends."""


class WeekLoad(Part):
    """Hours of one holder in one week."""

    week: dt.date
    """Monday of the week."""
    holder: str
    """Person as in the brief, or role title when unfilled."""
    hours: float
    """Hours needed."""
    capacity: float
    """Hours at hand."""


class Raci(Part):
    """One task and who is responsible, accountable, consulted, informed. Values are role ids."""

    task: str
    """The task."""
    responsible: str
    """Does it."""
    accountable: str
    """Answers for it; exactly one."""
    consulted: list[str]
    """Asked before."""
    informed: list[str]
    """Told after."""


class Ritual(Part):
    """A meeting or hand-over."""

    name: Line
    """Its name."""
    when: str
    """When, as a rule ("Monday 10:00, 30 min")."""
    who: list[str]
    """Role ids."""
    output: Sentence
    """What is there afterwards."""
    tool: str
    """Where it is kept."""


class TeamGap(Part):
    """Something the team lacks."""

    what: Sentence
    """Which role or hours are missing."""
    hours: float
    """Hours a week missing."""
    options: Sentence
    """How to fill it: reassign, freelance, cut; with cost when known."""
    default: Sentence
    """What the plan does until decided."""


class TeamPart(Part):
    """Team and division of work."""

    shape: Paragraph
    """How this team is organised and why."""
    roles: list[Role]
    """All roles, held or missing."""
    raci: list[Raci]
    """Who does what."""
    weeks: list[WeekLoad]
    """Workload against capacity, week by week."""
    rituals: list[Ritual]
    """Meetings, tools, hand-overs."""
    gaps: list[TeamGap]
    """Who is missing."""
    cut_order: list[Sentence]
    """What goes first when hours fall short; never the review, replies or tracking."""
    slack: Sentence
    """How much slack is kept, and how absences and evenings are covered."""


class WorkStep(Part):
    """One step of the workflow."""

    id: str
    """"W1"…"""
    name: Line
    """Its name."""
    owner: str
    """Role id."""
    days_before: int
    """Working days before publishing; below zero, days after it."""
    output: Sentence
    """What it hands on."""


class ReviewGate(Part):
    """A review step."""

    kind: Literal["professionalism", "accuracy", "compliance", "tone"]
    """What it looks at."""
    owner: str
    """Role id that signs; never the author."""
    checks: list[Sentence]
    """Yes/no questions; one no stops the post."""


class Turnaround(Part):
    """How long a format takes."""

    format: str
    """Format id."""
    days: int
    """Working days from brief to ready."""
    hours: float
    """Hours of work."""
    rush: Sentence
    """What can be done faster for a hot topic, and what never."""


class ProductionPart(Part):
    """Production and quality gate."""

    standards: list[Sentence]
    """Creation standards."""
    workflow: list[WorkStep]
    """From the calendar to the published post."""
    gates: list[ReviewGate]
    """Review for professionalism, accuracy, compliance, tone."""
    turnaround: list[Turnaround]
    """Turnaround per format."""
    freedom: list[Sentence]
    """Room for creativity."""
    red_lines: list[Sentence]
    """Lines not to cross."""
    archive: Sentence
    """What is kept, how long, why (records the law wants)."""


class Window(Part):
    """When to publish on a platform."""

    platform: str
    """Platform id."""
    days: str
    """Days."""
    times: str
    """Times in the audience's time zone."""
    source: str
    """Id in the plan's list of sources."""
    test: Sentence
    """How the window is tested."""


class ToolUse(Part):
    """A tool and what it is used for."""

    platform: str
    """Platform id, or empty for all."""
    tool: str
    """The tool."""
    use: Sentence
    """What for."""
    kind: Literal["native", "third_party", "own"]
    """Platform back end, third party, or the brand's own."""


class ServiceLevel(Part):
    """How fast an answer comes."""

    channel: Line
    """Comments, direct messages, mentions, reviews…"""
    platforms: list[str]
    """Platform ids."""
    minutes: int
    """First answer within, in minutes of cover time."""
    cover: str
    """Cover hours."""
    owner: str
    """Role id."""
    escalate: Sentence
    """When and to whom it goes on."""


class Reply(Part):
    """A prepared answer."""

    situation: Line
    """What someone says or asks."""
    reply: Sentence
    """The answer, in the brand's voice, from the brief's facts only."""
    owner: str
    """Role id."""


class CrisisLevel(Part):
    """A crisis level."""

    level: Literal[1, 2, 3]
    """1 is the mildest."""
    name: Line
    """Its name."""
    signs: Sentence
    """How it is recognised, for this brand."""
    trigger: Sentence
    """The measurable threshold."""
    first_minutes: int
    """First response within, in minutes."""
    owner: str
    """Role id that leads."""
    backup: str
    """Role id that leads in absence."""
    approver: str
    """Role id that approves statements."""
    steps: list[Sentence]
    """Response steps."""
    stop_publishing: bool
    """Whether all scheduled posts and ads are paused."""


class ClockStep(Part):
    """One step of the response clock."""

    minutes: int
    """Minutes after discovery."""
    action: Sentence
    """What has happened by then."""
    owner: str
    """Role id."""


class Statement(Part):
    """A holding statement."""

    case: Line
    """For which case."""
    text: Post
    """The statement with its blanks in [brackets]."""
    channels: list[str]
    """Platform ids."""


class EngagementPart(Part):
    """Publishing, interaction and crisis response."""

    windows: list[Window]
    """Publishing when the audience is active."""
    tools: list[ToolUse]
    """Platform or third-party scheduling tools."""
    service: list[ServiceLevel]
    """Replies to comments and messages in time."""
    outreach: list[Sentence]
    """Interaction that the brand starts itself, with numbers."""
    replies: list[Reply]
    """Reply bank."""
    feedback: list[Sentence]
    """How feedback is taken seriously and passed on."""
    negative: list[Sentence]
    """How negative feelings are handled."""
    principles: list[Sentence]
    """Crisis principles."""
    levels: list[CrisisLevel] = Field(min_length=3, max_length=3)
    """Crisis levels."""
    watch: str = ""
    """Who sees a case first, in the cover hours and outside them, when the response clock starts, and which level its steps are timed for."""
    clock: list[ClockStep]
    """Response clock."""
    statements: list[Statement]
    """Holding statements."""
    drill: dt.date
    """First crisis drill."""


class JourneyStep(Part):
    """One step of the member journey."""

    step: Line
    """Newcomer, regular, contributor, advocate…"""
    entry: Sentence
    """What brings someone here."""
    we_do: Sentence
    """What the brand does."""
    benefit: Sentence
    """What the member gets."""
    metric: Sentence
    """How it is measured."""


class CommunityEvent(Part):
    """A community event."""

    name: Line
    """Its name."""
    date: dt.date
    """When."""
    place: Literal["online", "offline"]
    """Where."""
    what: Sentence
    """What happens, for whom."""
    owner: str
    """Role id."""
    budget_cents: int
    """Money from the prizes line, in minor units; all events and UGC prizes stay within it."""
    announced: str = ""
    """Id of the calendar's row whose post announces it; empty where the calendar has rows of the event's own, or none in the two weeks before."""


class UgcProgramme(Part):
    """Users' own content, with rights."""

    call: Sentence
    """What users are asked to make."""
    mechanics: Sentence
    """How it works."""
    reward: Sentence
    """What they get."""
    budget_cents: int
    """Money from the prizes line, in minor units."""
    rights: Sentence
    """How permission is obtained: scope, duration, edits, credit, withdrawal."""
    disclosure: Sentence
    """What has to be labelled."""
    moderation: Sentence
    """What is not shown, and who decides."""
    metric: Sentence
    """How it is measured."""


class CommunityPart(Part):
    """Community and incentives."""

    ready: Literal["ready", "prepare", "not_yet"]
    """Whether this brand is ready for a community."""
    readiness: Paragraph
    """Why, and what comes first if it is not."""
    home: Sentence
    """Where the community lives, and who may join."""
    journey: list[JourneyStep]
    """Member journey."""
    events: list[CommunityEvent]
    """Online and offline events."""
    exclusive: list[Sentence]
    """Exclusive content."""
    benefits: list[Sentence]
    """Member benefits."""
    ugc: UgcProgramme
    """UGC programme."""
    belonging: list[Sentence]
    """How belonging and participation are measured."""
    rules: list[Sentence]
    """House rules."""
