"""Hours: what one piece costs whom, what stands fixed every week, and what the calendar asks of each role and person."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.brief.model import Account
from agent.frame.model import HolderWeek, RoleFrame, Slot
from agent.frame.rhythm import rhythm
from agent.frame.team import FUNCTIONS, NOBODY, Team
from agent.knowledge import Knowledge

PUBLISHING = ("operator", "community", "presenter")
"""Functions that work in the week of publishing; the others work in the week in which the material is final."""
MADE = frozenset({"design", "video", "presenter"})
"""Functions that make the picture of a piece: whoever is paid for it from outside does their work."""
FILMED = frozenset({"short_video", "long_video"})
"""Formats that are shot before they are published: who shows a face in them does so while they are made."""
_PER_WEEK: Mapping[str, float] = {"week": 1.0, "month": 7 / 30.4, "quarter": 1 / 13, "day": 5.0, "platform_week": 1.0}
_TO_HOURS: Mapping[str, float] = {"h": 1.0, "min": 1 / 60, "d": 8.0}


@dataclass(frozen=True)
class Part:
    """Hours of one function that one holder gives."""

    function: str
    holder: str
    hours: float


class Effort:
    """Hours per piece for a team, by platform and format.

    hours = (platform sheet + norms per piece for brief and approval) × lean, lean = floor + (1 − floor) × min(1, team hours ÷ full): a
    one-person shop with a phone needs less than the agency norm. Where the sheet names nobody on camera and who shows a face also writes or films,
    `part` of `on_camera` of the video hours is theirs. Where the brief tells how often the team posts now, lean is at most the
    geometric mean of that and what the pace proves: hours × (1 − fixed − slack) ÷ Σ posts a week × norm hours; half, since the present
    posts may be lighter ones. A function's hours are split among its holders. Brief and
    approval cost nothing where the writer holds them too, and the norm's lower end where who holds them has few hours (under two a week,
    or under 15 % of the team's).
    """

    def __init__(self, team: Team, knowledge: Knowledge, accounts: Sequence[Account] = ()) -> None:
        self.team = team
        self._knowledge = knowledge
        table = rhythm()["lean"]
        self.lean = table["floor"] + (1 - table["floor"]) * min(1.0, team.hours / table["full"])
        self._parts: dict[tuple[str, str], tuple[Part, ...]] = {}
        self._halves: dict[tuple[str, str, bool], tuple[dict[str, float], dict[str, float]]] = {}
        self.lean = max(table["floor"], min(self.lean, math.sqrt(self.lean * self._own_pace(accounts))))
        self._norms = [one for name in rhythm()["piece_work"] if (one := self._norm(name, knowledge))]
        days = {norm.format: norm.value for norm in knowledge.base.norms if norm.task == "lead_time" and norm.format}
        self.lead = {format: max(1, math.ceil(value)) for format, value in days.items()}
        """Format → working days from brief to ready."""

    def _own_pace(self, accounts: Sequence[Account]) -> float:
        """Hours that the team has for posts ÷ hours that its present posts would take by the norm; 1 without a record."""
        table = rhythm()
        asked = 0.0
        for account in accounts:
            sheet = self._knowledge.platforms.get(account.platform)
            if sheet and account.posts_per_week:
                planned = [name for name in sheet.formats if name in table["planned"]][: len(table["formats"])]
                weights = table["formats"][: len(planned)]
                hours = [sum(sheet.effort_hours(name).values()) for name in planned]
                mean = sum(w * h for w, h in zip(weights, hours, strict=True)) / sum(weights) if planned else 0.0
                asked += account.posts_per_week * mean
        return self.team.hours * (1 - table["fixed"] - table["slack"]) / asked if asked > 0 else 1.0

    def _norm(self, name: str, knowledge: Knowledge) -> tuple[str, float] | None:
        norm = knowledge.norm(name)
        function = norm.function or "operator"
        if self.team.shares[function] == self.team.shares["copy"]:
            return None
        hours = sum(self.team.capacity[holder] for holder, _ in self.team.shares[function] if holder)
        return function, norm.low if hours < max(2.0, 0.15 * self.team.hours) else norm.value

    def parts(self, platform: str, format: str, *, bought: bool = False) -> tuple[Part, ...]:
        """What one piece costs, by function and holder; of one that is `bought` the team does not do the making."""
        if bought:
            return tuple(part for part in self.parts(platform, format) if part.function not in MADE)
        key = (platform, format)
        if key not in self._parts:
            hours: dict[str, float] = defaultdict(float)
            for function, value in (*self._knowledge.platform(platform).effort_hours(format).items(), *self._norms):
                hours[function] += value
            if format in FILMED and not hours.get("presenter") and not filmed_only(self.team):
                hours["presenter"] = rhythm()["on_camera"]["part"] * hours["video"]
                hours["video"] -= hours["presenter"]
            self._parts[key] = tuple(
                Part(function, holder, value * self.lean * part)
                for function, value in hours.items()
                for holder, part in self.team.shares[function]
                if value > 0
            )
        return self._parts[key]

    def by_holder(self, platform: str, format: str) -> dict[str, float]:
        """Holder → hours for one piece."""
        found: dict[str, float] = defaultdict(float)
        for part in self.parts(platform, format):
            found[part.holder] += part.hours
        return dict(found)

    def weeks(
        self, format: str, published: dt.date, deadline: dt.date, first: dt.date, last: dt.date
    ) -> tuple[dt.date, list[dt.date]]:
        """Monday of publishing, and the Mondays over which a piece is made, inside the weeks from `first` to `last`.

        Publishing functions work in the week of publishing. The others work evenly over ⌈lead days ÷ 5⌉ weeks, the last of them the week
        of the deadline; weeks before the first count into it.
        """
        made = monday_of(deadline)
        count = -(-self.lead.get(format, 5) // 5)
        return min(max(monday_of(published), first), last), [
            min(max(made - dt.timedelta(weeks=n), first), last) for n in range(count)
        ]

    def weekly(
        self,
        platform: str,
        format: str,
        published: dt.date,
        deadline: dt.date,
        first: dt.date,
        last: dt.date,
        *,
        bought: bool = False,
    ) -> list[tuple[str, dt.date, float]]:
        """A piece's hours as (holder, Monday, hours), one entry a person and week."""
        out, made = self.weeks(format, published, deadline, first, last)
        key = platform, format, bought
        if key not in self._halves:
            halves: tuple[dict[str, float], dict[str, float]] = {}, {}
            for part in self.parts(platform, format, bought=bought):
                half = halves[not _publishes(part.function, format)]
                half[part.holder] = half.get(part.holder, 0.0) + part.hours
            self._halves[key] = halves
        publishing, making = self._halves[key]
        found = {(holder, out): hours for holder, hours in publishing.items()}
        for holder, hours in making.items():
            for monday in made:
                found[holder, monday] = found.get((holder, monday), 0.0) + hours / len(made)
        return [(holder, monday, hours) for (holder, monday), hours in found.items()]

    def total(self, platform: str, format: str) -> float:
        """Hours for one piece, everyone together."""
        return sum(part.hours for part in self.parts(platform, format))


def _publishes(function: str, format: str) -> bool:
    """Whether a function's hours for a piece fall into the week in which it is published."""
    return function in PUBLISHING and not (function == "presenter" and format in FILMED)


def fixed_tasks(team: Team, knowledge: Knowledge, platforms: int, *, paid: bool) -> tuple[Part, ...]:
    """Weekly hours that do not depend on the number of posts: replies, ads, reports, reviews, planning.

    Σ norms with a function and a rhythm (work on ads only where there is money; week, month × 7/30.4, quarter ÷ 13, platform_week × active platforms). Where a holder's fixed
    tasks would take more than the part `fixed` of the hours, they are scaled down to it: fewer reply rounds, shorter reports.
    """
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    left_out = {*rhythm()["not_work"], *(() if paid else rhythm()["paid_work"])}
    for norm in knowledge.base.norms:
        if (
            norm.task in left_out
            or not norm.function
            or norm.format
            or norm.per not in _PER_WEEK
            or norm.unit not in _TO_HOURS
        ):
            continue
        times = _PER_WEEK[norm.per] * (platforms if norm.per == "platform_week" else 1)
        for holder, part in team.shares[norm.function]:
            wanted[norm.function, holder] += norm.value * _TO_HOURS[norm.unit] * times * part
    asked: dict[str, float] = defaultdict(float)
    for (_, holder), hours in wanted.items():
        asked[holder] += hours
    scale = {
        holder: min(1.0, rhythm()["fixed"] * (team.capacity[holder] if holder else team.outside) / hours)
        if hours > 0
        else 1.0
        for holder, hours in asked.items()
    }
    return tuple(Part(function, holder, hours * scale[holder]) for (function, holder), hours in wanted.items())


def room(team: Team, fixed: Iterable[Part], peak: float) -> dict[str, float]:
    """Holder → hours a week for posts at the steady cadence; "" → what money can buy outside.

    min(capacity × (1 − slack) − fixed, (capacity − fixed) ÷ peak), at least 0: slack on average, and a week of intensity `peak` still fits.
    """
    slack = rhythm()["slack"]
    used: dict[str, float] = defaultdict(float)
    for part in fixed:
        used[part.holder] += part.hours
    left = {
        holder: max(0.0, min(hours * (1 - slack) - used[holder], (hours - used[holder]) / peak))
        for holder, hours in team.capacity.items()
    }
    left[NOBODY] = max(0.0, team.outside - used[NOBODY])
    return left


@dataclass(frozen=True)
class Workload:
    """Hours by role and week, and by person and week."""

    roles: tuple[RoleFrame, ...]
    weeks: tuple[HolderWeek, ...]


def monday_of(day: dt.date) -> dt.date:
    """Monday of the day's week."""
    return day - dt.timedelta(days=day.weekday())


def workload(
    slots: Sequence[Slot], effort: Effort, fixed: Sequence[Part], start: dt.date, end: dt.date, earliest: dt.date
) -> Workload:
    """Hours of roles and people, week by week, from the week of the first preparation (`earliest`) on.

    hours(holder, week) = Σ slots (hours per piece) + fixed tasks. Role load = hours ÷ weeks of the period; role peak = the role's hours in the
    fullest week of its holder, at least the load. A holder's capacity is split over the roles by their peaks, so that it adds up. Whoever is
    only filmed gets the hours in front of the camera in the first week in which a piece is made, as far as that week's hours go
    (`_filmed`).
    """
    team = effort.team
    begin, last = monday_of(start), monday_of(end)
    first = min(begin, monday_of(earliest))
    mondays = [first + dt.timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    hours: dict[tuple[str, str, dt.date], float] = defaultdict(float)
    for part in fixed:
        for monday in mondays:
            if monday >= begin:
                hours[part.function, part.holder, monday] += part.hours
    for slot in slots:
        out, made = effort.weeks(slot.format, slot.date, slot.deadline, first, last)
        for part in effort.parts(slot.platform, slot.format, bought=slot.bought):
            if _publishes(part.function, slot.format):
                hours[part.function, part.holder, out] += part.hours
                continue
            for monday in made:
                hours[part.function, part.holder, monday] += part.hours / len(made)
    by_week: dict[tuple[str, dt.date], float] = defaultdict(float)
    for (_, holder, monday), value in hours.items():
        by_week[holder, monday] += value
    for holder, monday, value in list(_filmed(slots, effort, by_week, first, last)):
        hours["presenter", holder, monday] += value
        by_week[holder, monday] += value
    weeks = tuple(
        HolderWeek(monday, holder, round(by_week[holder, monday], 2), round(capacity, 2))
        for monday in mondays
        for holder, capacity in team.capacity.items()
    )
    return Workload(_roles(team, hours, by_week, mondays, (last - begin).days // 7 + 1), weeks)


def filmed_only(team: Team) -> bool:
    """Whether who shows a face is somebody who neither writes nor films."""
    return bool(team.holder("presenter")) and team.shares["presenter"] not in (
        team.shares["copy"],
        team.shares["video"],
    )


def _filmed(
    slots: Sequence[Slot], effort: Effort, used: Mapping[tuple[str, dt.date], float], first: dt.date, last: dt.date
) -> Iterator[tuple[str, dt.date, float]]:
    """(holder, Monday, hours) in front of the camera, for a presenter who neither writes nor films: knowledge/rhythm.yaml `on_camera`
    × lean for each video; one that no longer fits into the week's hours is filmed without them."""
    team, table = effort.team, rhythm()["on_camera"]
    holder = team.holder("presenter")
    if not filmed_only(team):
        return
    left: dict[dt.date, float] = {}
    for slot in slots:
        if slot.kind == "buffer" or slot.bought or slot.format not in table:
            continue
        monday = effort.weeks(slot.format, slot.date, slot.deadline, first, last)[1][-1]
        value = table[slot.format] * effort.lean
        free = left.setdefault(monday, team.capacity[holder] - used.get((holder, monday), 0.0))
        if value <= free:
            left[monday] = free - value
            yield holder, monday, value


def _roles(
    team: Team,
    hours: Mapping[tuple[str, str, dt.date], float],
    by_week: Mapping[tuple[str, dt.date], float],
    mondays: Sequence[dt.date],
    weeks: int,
) -> tuple[RoleFrame, ...]:
    load: dict[tuple[str, str], float] = {}
    peak: dict[tuple[str, str], float] = {}
    for function in FUNCTIONS:
        for holder, _ in team.shares[function]:
            fullest = max(mondays, key=lambda monday: (by_week.get((holder, monday), 0.0), -monday.toordinal()))
            load[function, holder] = sum(hours.get((function, holder, monday), 0.0) for monday in mondays) / weeks
            peak[function, holder] = max(load[function, holder], hours.get((function, holder, fullest), 0.0))
    total: dict[str, float] = defaultdict(float)
    held: dict[str, int] = defaultdict(int)
    for (_, holder), value in peak.items():
        total[holder] += value
        held[holder] += 1
    found = []
    for function in FUNCTIONS:
        keys = [(function, holder) for holder, _ in team.shares[function]]
        capacity = sum(
            team.capacity[holder] * (peak[function, holder] / total[holder] if total[holder] > 0 else 1 / held[holder])
            for _, holder in keys
            if holder
        )
        found.append(
            RoleFrame(
                function, team.holder(function), round(capacity, 2),
                round(sum(load[key] for key in keys), 2), round(sum(peak[key] for key in keys), 2), team.sharing(function),
            )
        )  # fmt: skip
    return tuple(found)
