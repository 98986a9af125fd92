"""The frame: every number of the plan, before a word is written. Pure data; `build_frame` in `agent.frame` makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agent import locale
from agent.brief.model import Account, BrandBrief, Objective
from agent.plan.base import Figure
from agent.plan.content import Phase, Score
from agent.plan.insight import Verdict
from agent.plan.results import BudgetLine, CapCheck, CurvePoint, Scenario

SUMS = frozenset({
    "impressions", "reach", "views", "likes", "comments", "shares", "saves", "reads", "clicks", "visits", "leads", "inquiries", "orders", "sales",
    "followers_gained", "followers_lost", "followers_net",
})  # fmt: skip
"""KPIs that add up over the period; the others are rates, prices or times."""


CLOSED = frozenset({"xiaohongshu", "douyin", "kuaishou", "wechat_channels"})
"""Platforms whose posts and profiles carry no address that leads out: nothing there can be tagged (knowledge/platforms, link_policy)."""


@dataclass(frozen=True)
class PlatformFrame:
    """One platform with its role and resources."""

    id: str
    role: Literal["primary", "support", "listen", "excluded"]
    reason: Literal["must", "avoid", "fit", "capacity", "market"]
    """Why this role: demanded or refused by the brief, best fit, no hands for it, wrong market."""
    total: float
    """Weighted score, 1 to 5."""
    scores: tuple[Score, ...]
    cadence: float
    """Posts a week in the steady state; 0 for listen and excluded."""
    formats: tuple[tuple[str, float], ...]
    """(format id, share of this platform's posts), shares sum to 1."""
    hours: float
    """Hours a week, all roles."""
    budget_cents: int
    """Direct money over the period (lines with this platform), minor units."""
    language: str
    """Language its posts should have: "zh-CN", "zh-TW", "en"…"""
    account: Account | None = None


@dataclass(frozen=True)
class DateFrame:
    """A key date with its preparation, all real dates."""

    id: str
    date: dt.date
    name: str
    """In the plan's language."""
    kind: Literal["holiday", "commerce", "brand", "season", "close"]
    use: Literal["campaign", "post", "quiet"]
    prepare_from: dt.date
    deliver_by: dt.date
    """A working day before the date."""
    source: str
    """Source id: "kb:…" or "brief:key_dates"."""
    end: dt.date | None = None
    """Last day where the brief's own date spans several; None for a single day."""
    earmark: Literal["", "film", "prizes"] = ""
    """What money that the brief set aside puts before the public on this day: a film's first showing, or a prize draw's opening."""


@dataclass(frozen=True)
class Slot:
    """A place in the calendar, before it has a topic."""

    id: str
    kind: Literal["post", "live", "event", "buffer"]
    date: dt.date
    time: str
    phase: str
    platform: str
    format: str
    pillar: int
    """Index of the pillar, 0-based; -1 for a buffer."""
    owner: str
    """Role id."""
    deadline: dt.date
    key_date: str = ""
    trial: bool = False
    """Whether it stands in the second window, for the test of publishing times."""
    bought: bool = False
    """Whether money that the brief set aside pays for the making: the team briefs, signs and publishes it."""


@dataclass(frozen=True)
class RoleFrame:
    """A role, its holder and its hours a week."""

    id: str
    """Role id: strategist, planner, copy, design, video, operator, community, analyst, presenter, approver."""
    holder: str
    """The brief's member title, or "" when nobody holds it."""
    capacity: float
    load: float
    peak: float
    people: int = 1
    """How many people share it, where several titles do; `holder` is the first of them."""


@dataclass(frozen=True)
class HolderWeek:
    """Hours of one holder in one week."""

    week: dt.date
    """Monday."""
    holder: str
    hours: float
    capacity: float


@dataclass(frozen=True)
class GoalFrame:
    """A goal with its arithmetic and verdict."""

    id: str
    objective: Objective
    origin: Literal["brief", "assumption"]
    priority: int
    phase: str
    owner: str
    baseline: Figure
    target: Figure
    deadline: dt.date
    verdict: Verdict
    """Its text is composed by code in the plan's language."""
    bridge: str = ""
    """How the scenarios' conversions become this goal's forecast, where the two differ; in the plan's language."""

    @property
    def since(self) -> float:
        """Where it stands before anything is done: the baseline of a level or an average; 0 of a sum over the period."""
        return 0.0 if self.objective.per == "period" else self.objective.baseline or self.baseline.value or 0.0


@dataclass(frozen=True)
class KpiFrame:
    """A KPI with baseline and the range that is forecast or planned (`target`)."""

    id: str
    """KPI id in the knowledge base, plus ".platform" where it belongs to one."""
    kpi: str
    """KPI id in the knowledge base."""
    kind: Literal["exposure", "engagement", "content", "conversion", "followers", "service", "roi"]
    platform: str
    goal: str
    baseline: Figure
    target: Figure
    cadence: Literal["daily", "weekly", "monthly", "quarterly"]
    owner: str
    asked: Figure | None = None
    """The client's own target in this KPI's counting; None where the brief sets none."""


@dataclass(frozen=True)
class CreatorFrame:
    """Creators of one tier on one platform: numbers and money."""

    id: str
    role: Literal["KOL", "KOC"]
    tier: str
    platform: str
    phase: str
    number: int
    fee_cents: int
    total_cents: int
    views: Figure
    engagements: Figure


@dataclass(frozen=True)
class PaidFrame:
    """Paid media with one objective on one platform: numbers and money."""

    id: str
    platform: str
    objective: Literal["awareness", "traffic", "conversion", "followers", "boost"]
    cents: int
    cpm: Figure
    impressions: Figure
    clicks: Figure
    results: Figure
    result_label: str
    """In the plan's language."""


@dataclass(frozen=True)
class ReviewFrame:
    """A review on a real working day."""

    kind: Literal["weekly", "monthly", "quarterly", "gate"]
    date: dt.date
    phase: str
    owner: str


@dataclass(frozen=True)
class ExperimentFrame:
    """A test with its sample arithmetic."""

    id: str
    kind: Literal["cover", "hook", "window", "format", "offer", "audience"]
    metric: str
    """KPI id."""
    platform: str
    base_rate: float
    base: Figure
    """The same with its source: the brand's own, a benchmark's, or an assumption."""
    uplift_rate: float
    """The rate that would be detected."""
    sample: int
    """Per arm, 80 % power, two-sided 5 %."""
    available: int
    """Per arm in the window."""
    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class BudgetFrame:
    """The money: lines sum to the total, to the cent."""

    currency: str
    total_cents: int
    origin: Literal["brief", "assumption"]
    lines: tuple[BudgetLine, ...]
    creators: tuple[CreatorFrame, ...]
    paid: tuple[PaidFrame, ...]
    scenarios: tuple[Scenario, ...]
    """low, base, high."""
    caps: tuple[CapCheck, ...]
    labour_hours: float
    """Hours of the client's own team over the period."""

    def by(self, category: str = "", platform: str = "", phase: str = "") -> int:
        """Sum of the lines that match, in minor units; an empty argument matches all."""
        return sum(
            line.cents
            for line in self.lines
            if category in ("", line.category) and platform in ("", line.platform) and phase in ("", line.phase)
        )


@dataclass(frozen=True)
class Frame:
    """All numbers of a plan."""

    brief: BrandBrief
    """The filled brief the numbers stand on."""
    as_of: dt.date
    start: dt.date
    end: dt.date
    timezone: str
    currency: str
    phases: tuple[Phase, ...]
    platforms: tuple[PlatformFrame, ...]
    """Every platform considered, best first; excluded ones last."""
    pillar_shares: tuple[int, ...]
    """Share of each pillar in the calendar's pieces, in per cent, sum 100 (3 to 5 pillars, by capacity)."""
    key_dates: tuple[DateFrame, ...]
    slots: tuple[Slot, ...]
    roles: tuple[RoleFrame, ...]
    weeks: tuple[HolderWeek, ...]
    goals: tuple[GoalFrame, ...]
    kpis: tuple[KpiFrame, ...]
    curve: tuple[CurvePoint, ...]
    budget: BudgetFrame
    reviews: tuple[ReviewFrame, ...]
    drills: tuple[dt.date, ...]
    inspections: tuple[dt.date, ...]
    experiments: tuple[ExperimentFrame, ...]
    sources: tuple[str, ...] = field(default=())
    """Knowledge item ids used by any number."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Platform → IANA zone of its slots' times, for platforms whose audience lives in another zone than `timezone`."""
    shares: tuple[float, ...] = field(default=())
    """Part of the period's results that is in at the end of each day, by money and posts; rises to 1."""

    @property
    def active(self) -> tuple[PlatformFrame, ...]:
        """Platforms that get posts: primary, then support."""
        return tuple(p for p in self.platforms if p.role in ("primary", "support"))

    def share_at(self, date: dt.date) -> float:
        """Part of the period's results that is in at the end of `date`: 0 before the period, 1 from its last day."""
        place = (date - self.start).days
        if place < 0 or not self.shares:
            return 0.0 if place < 0 else min(1.0, (place + 1) / ((self.end - self.start).days + 1))
        return self.shares[min(place, len(self.shares) - 1)]

    def forecast_at(self, goal: str, date: dt.date) -> float | None:
        """A goal's base forecast for the end of `date`, on the curve of the plan; None for goals that have no curve.

        What is there at the start (a level, a monthly average) stands from the first day; only what the plan adds grows. Of an average it is
        the average since the start.
        """
        row = next((one for one in self.goals if one.id == goal), None)
        if row is None or row.verdict.base is None or not any(point.goal == goal for point in self.curve):
            return None
        return row.since + (row.verdict.base - row.since) * self.part_at(row, date)

    def part_at(self, goal: GoalFrame, date: dt.date) -> float:
        """Part of what the plan adds to a goal by its last day that stands at the end of `date`."""
        return min(1.0, self.share_at(date) / (self.share_at(min(goal.deadline, self.end)) or 1.0))

    def floor_at(self, kpi: KpiFrame, date: dt.date) -> float | None:
        """The low end of a KPI's target that is due by `date`: sums over the period in the part that is in by then, rates as they are."""
        low = kpi.target.low
        if low is None or kpi.kpi not in SUMS:
            return low
        goal = next((one for one in self.goals if one.id == kpi.goal), None)
        if (
            goal is not None
            and kpi.kpi in ("orders", "leads", "sales")
            and goal.objective.per in ("month", "week", "day", "level")
        ):
            return low
        return low * self.share_at(date)

    @property
    def weeks_count(self) -> int:
        """Length of the period in weeks, to the nearest: 1 March to 31 May is 13."""
        return locale.weeks(self.start, self.end)
