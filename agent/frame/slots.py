"""The calendar before it has topics: real dates and times inside each platform's windows, formats, deadlines, owners."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.frame.apportion import largest_remainder
from agent.frame.dates import Dates
from agent.frame.model import DateFrame, PlatformFrame, Slot
from agent.frame.phases import intensities, phase_at
from agent.frame.rhythm import rhythm
from agent.frame.team import Team
from agent.frame.workdays import WorkDays, days
from agent.frame.workload import Effort, monday_of
from agent.knowledge import Knowledge
from agent.knowledge.model import PlatformSheet, Window
from agent.plan.content import Phase

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKEND = frozenset({"sat", "sun"})
_VIDEO = frozenset({"short_video", "long_video", "live", "podcast"})
_TEXT = frozenset({"article", "thread", "newsletter", "document"})
TOLD = 15
"""Days after a prize draw within which its result is told."""
SHOWN = ("image_text", "carousel", "thread", "article", "short_video")
"""Formats in which rules can be read, the first that a platform has."""
GOLDEN = (math.sqrt(5) - 1) / 2
"""Spreads starting points of many platforms evenly over a week."""


@dataclass
class Draft:
    """A slot while the calendar is made."""

    date: dt.date
    platform: str
    window: int
    """Which of the day's windows it takes."""
    format: str = ""
    kind: Literal["post", "live", "event", "buffer"] = "post"
    key_date: str = ""
    pillar: int = -1
    bought: bool = False
    """Whether money that the brief set aside pays for the making."""


@dataclass(frozen=True)
class Ground:
    """What every step of slot making needs."""

    start: dt.date
    end: dt.date
    earliest: dt.date
    """First day on which material may be final."""
    phases: tuple[Phase, ...]
    dates: Dates
    workdays: WorkDays
    business: str
    knowledge: Knowledge
    effort: Effort
    _windows: dict[str, dict[int, list[Window]]] = field(default_factory=dict)

    @property
    def team(self) -> Team:
        return self.effort.team

    def sheet(self, platform: str) -> PlatformSheet:
        """The platform's sheet."""
        return self.knowledge.platform(platform)

    def windows(self, platform: str) -> dict[int, list[Window]]:
        """Weekday (0 = Monday) → windows that suit the audience, on working days where firms are addressed; all windows when none does."""
        if platform not in self._windows:
            every = self.sheet(platform).windows
            audience = ("any", "b2b") if self.business == "b2b" else ("any", "b2c")
            suited = [one for one in every if one.audience in audience] or list(every)
            if self.business == "b2b":
                suited = [one for one in suited if not _WEEKEND & set(one.days)] or suited
            table = {day: [one for one in suited if DAYS[day] in one.days] for day in range(7)}
            self._windows[platform] = {day: found for day, found in table.items() if found}
        return self._windows[platform]

    def film(self, platform: str) -> str:
        """The platform's own format for a film; "" where it has none."""
        return next((name for name in ("short_video", "long_video") if name in self.sheet(platform).formats), "")

    def first_days(self, platform: str) -> frozenset[int]:
        """Weekdays of the platform's primary window, the first that suits the audience."""
        table = self.windows(platform)
        rank = {id(one): place for place, one in enumerate(self.sheet(platform).windows)}
        best = min((one for found in table.values() for one in found), key=lambda one: rank[id(one)])
        return frozenset(day for day, found in table.items() if any(one is best for one in found))

    def times(self, platform: str, day: dt.date) -> list[Window]:
        """Windows of a day; those of the next weekday that has any, where the brand's own date falls outside them."""
        table = self.windows(platform)
        return next(table[(day.weekday() + n) % 7] for n in range(7) if (day.weekday() + n) % 7 in table)

    def open(self, platform: str, day: dt.date, *, own: bool = False) -> bool:
        """Whether the platform may get a post on the day: in the period, in a window's day (a date of the brand's own needs none), not
        quiet, and time to finish it before."""
        return (
            self.start <= day <= self.end
            and (own or day.weekday() in self.windows(platform))
            and day not in self.dates.quiet
            and self.workdays.back(day, 1) >= self.earliest
        )

    def deadline(self, day: dt.date, format: str, kind: str, key_date: str = "") -> dt.date:
        """Working days before the date by format (knowledge/rhythm.yaml `final`); a buffer is decided the working day before. What is
        published up to a key date is delivered with it: the earlier of both days. What tells of a key date behind it is final the working day
        after at the earliest, as far as its own date allows: until then nothing can be known of it."""
        count = 1 if kind == "buffer" else rhythm()["event"] if kind == "event" else rhythm()["final"][format]
        wanted = self.workdays.back(day, count)
        if wanted < self.earliest:
            wanted = max(self.workdays.back(day, 1), self.workdays.on_or_after(self.earliest))
        key = next((one for one in self.dates.key_dates if one.id == key_date), None) if key_date else None
        if key is None:
            return wanted
        if day <= key.date:
            return min(wanted, key.deliver_by)
        told = self.workdays.on_or_after(known_of(key, day) + dt.timedelta(days=1))
        return max(wanted, min(told, self.workdays.back(day, 1)))


def known_of(key: DateFrame, day: dt.date) -> dt.date:
    """The day of a key date on which what a later day tells of it has happened: its last day, or its first while it lasts."""
    return key.end if key.end and day > key.end else key.date


def clock(window: Window, shift: int) -> str:
    """A time inside a window: half an hour after it opens, `shift` quarters later, but not after its last quarter."""
    first, last = _minutes(window.start), _minutes(window.end)
    last = last if last > first else 24 * 60 - 1
    moment = min(first + 30 + 15 * shift, max(first, last - 15))
    return f"{moment // 60:02d}:{moment % 60:02d}"


def morning(windows: Sequence[Window], shift: int) -> str:
    """A time in the day's first window where that opens before noon; else half past nine, `shift` quarters later."""
    first = min(windows, key=lambda one: one.start)
    return (
        clock(first, shift)
        if _minutes(first.start) < 12 * 60
        else f"{9 + (30 + 15 * shift) // 60:02d}:{(30 + 15 * shift) % 60:02d}"
    )


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def spread(platforms: Sequence[PlatformFrame], ground: Ground) -> list[Draft]:
    """Days for every active platform, week by week to the last.

    Posts due by the end of week w: Q(w) = cadence × Σ days × intensity(phase) ÷ 7, plus a starting fraction of its own per platform;
    week w gets ⌊Q(w)⌋ − ⌊Q(w−1)⌋ posts, set on days of the primary window that divide the week evenly; where it has too few, all of them and others evenly beside. A day holds one post of a platform,
    two only above seven a week. The last week gets a post even where the cadence would give it none.
    """
    strength = intensities(ground.phases)
    drafts: list[Draft] = []
    last = monday_of(ground.end)
    for place, platform in enumerate(platforms):
        offset, main = (place * GOLDEN) % 1, ground.first_days(platform.id)
        due, placed = offset * 0.5 + 0.25, 0
        monday = monday_of(ground.start)
        while monday <= last:
            week = [day for day in days(monday, monday + dt.timedelta(days=6)) if ground.start <= day <= ground.end]
            due += platform.cadence / 7 * sum(strength[phase_at(ground.phases, day).id] for day in week)
            free = [day for day in week if ground.open(platform.id, day)]
            wanted = max(0, math.floor(due + 1e-9) - placed)
            most = len(free) * (2 if platform.cadence > 7 else 1)
            count = min(wanted, most)
            placed += wanted
            first = [day for day in free if day.weekday() in main]
            spare = [day for day in free if day not in first]
            if len(first) >= count or count > len(free):
                chosen = _pick(first if len(first) >= count else free, count, offset)
            else:
                chosen = [(day, 0) for day in first] + _pick(spare, count - len(first), offset)
            drafts += [Draft(day, platform.id, number) for day, number in chosen]
            monday += dt.timedelta(weeks=1)
    _reach_end(drafts, platforms, ground)
    return drafts


def _pick(free: Sequence[dt.date], count: int, offset: float) -> list[tuple[dt.date, int]]:
    """`count` days out of `free`, evenly divided from an offset; beyond their number a second round."""
    if not free:
        return []
    first = min(count, len(free))
    chosen = [(free[int((number + offset) * len(free) / first) % len(free)], 0) for number in range(first)]
    rest = count - first
    if rest > 0:
        chosen += [(free[int((number + offset) * len(free) / rest) % len(free)], 1) for number in range(rest)]
    return sorted(chosen)


def _reach_end(drafts: list[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> None:
    """A post in the last calendar week and in the last seven days, on the best platform that has an open day there."""
    for first in (max(ground.start, ground.end - dt.timedelta(days=6)), max(ground.start, monday_of(ground.end))):
        if any(draft.date >= first for draft in drafts):
            continue
        options = [(day, one.id) for one in platforms for day in days(first, ground.end) if ground.open(one.id, day)]
        if options:
            day, platform = options[0]
            drafts.append(Draft(day, platform, 0))


def tie_key_dates(drafts: list[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> None:
    """Gives every key date its posts by moving and naming existing ones, so that the cadence stays.

    A post falls on the date itself: the platform's own post of that day, else its nearest free one within a week is moved there; where
    the day is not open, the nearest post at most ten days before it, or after it where an embargo ends. A campaign takes all primary
    platforms, and on them up to three posts each of its warm-up (of the ten days after it, where an embargo ends); a post takes the best
    platform that can publish on the day, and one before and after it for an occasion that the brief names. What lasts several days gets up to
    three posts more on each of these platforms, spread over its days.
    """
    primary = [one.id for one in platforms if one.role == "primary"]
    every = [one.id for one in platforms]
    by_platform: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_platform[draft.platform].append(draft)
    loud = [key for key in ground.dates.key_dates if key.use != "quiet"]
    films = {key.id: [one for one in every if ground.film(one)] for key in loud if key.earmark == "film"}
    loud.sort(key=lambda one: (one.use != "campaign", not one.source.startswith("brief:"), one.date))
    fits = {
        key.id: films.get(key.id) or [one for one in every if ground.sheet(one).group in ground.dates.groups[key.id]]
        for key in loud
    }
    done: dict[str, list[str]] = {key.id: [] for key in loud}
    for key in loud:
        main = [one for one in fits[key.id] if one in primary] if key.use == "campaign" else []
        done[key.id] = [one for one in main if _tie(by_platform[one], one, key, ground)]
        if not done[key.id]:
            done[key.id] = next(([one] for one in fits[key.id] if _tie(by_platform[one], one, key, ground)), [])
    for key in loud:
        if key.use == "post" and key.source == "brief:key_dates" and key.id not in ground.dates.sealed:
            for platform in done[key.id][:1]:
                _accompany(by_platform[platform], key)
        campaign = key.use == "campaign"
        before = ground.dates.warmup.get(key.id, 10)
        if key.earmark and done[key.id]:
            _put_to_use([one for platform in fits[key.id] for one in by_platform[platform]], key)
            continue
        for platform in dict.fromkeys(done[key.id]):
            _sustain(by_platform[platform], key)
        if campaign and key.kind in ("holiday", "commerce") and key.id not in ground.dates.sealed:
            _call_last(by_platform, [one for one in fits[key.id] if one in primary], key, ground)
        for platform in fits[key.id]:
            if (campaign and platform not in primary) or (not campaign and done[key.id]):
                continue
            near = [one for one in by_platform[platform] if not one.key_date]
            near = [one for one in near if _near(one.date, key.date, before, key.id in ground.dates.sealed)]
            for draft in sorted(near, key=lambda one: (abs((one.date - key.date).days), one.date))[
                : 3 if campaign else 1
            ]:
                draft.key_date = key.id
                done[key.id].append(platform)


def _accompany(own: list[Draft], key: DateFrame) -> None:
    """One post that announces an occasion of the brand's own, at most two weeks before, and one that answers after it, within a week."""
    long = (key.end - key.date).days if key.end else 0
    for first, last in ((-14, -3), (long + 1, long + 7)):
        near = [one for one in own if not one.key_date and first <= (one.date - key.date).days <= last]
        if near:
            min(near, key=lambda one: (abs((one.date - key.date).days), one.date)).key_date = key.id


def _put_to_use(able: Sequence[Draft], key: DateFrame) -> None:
    """The pieces that follow the first one of what the brief has paid for: those cut from a film, spread over the weeks after it; of a prize
    draw the last free piece before it closes, and the first one after it."""
    free = sorted((one for one in able if not one.key_date), key=lambda one: one.date)
    if key.earmark == "film":
        cuts = rhythm()["earmarks"]["cuts"]
        after = [one for one in free if 2 <= (one.date - key.date).days <= cuts["days"]]
        for number in range(min(cuts["count"], len(after))):
            after[(2 * number + 1) * len(after) // (2 * cuts["count"])].key_date = key.id
        return
    last = key.end or key.date
    inside = [one for one in free if key.date < one.date <= last]
    if inside:
        inside[-1].key_date = key.id
    later = [one for one in free if 1 <= (one.date - last).days <= TOLD and not one.key_date]
    if later:
        later[0].key_date = key.id


def _call_last(by_platform: Mapping[str, Sequence[Draft]], able: Sequence[str], key: DateFrame, ground: Ground) -> None:
    """A piece while there is still time to buy: on the last open day on which an order arrives before a campaign's date (`last_call` days before it, or
    a day or two earlier), the nearest free one of a leading platform, moved there."""
    for ahead in rhythm()["last_call"]:
        day = key.date - dt.timedelta(days=ahead)
        for platform in able:
            own = by_platform[platform]
            if not ground.open(platform, day):
                continue
            near = [one for one in own if not one.key_date and abs((one.date - day).days) <= 6 and one.date < key.date]
            here = [one for one in near if one.date == day]
            if here or (near and all(one.date != day for one in own)):
                draft = min(here or near, key=lambda one: (abs((one.date - day).days), one.date))
                draft.date, draft.key_date = day, key.id
                return


def _sustain(own: list[Draft], key: DateFrame) -> None:
    """Up to three of a platform's posts inside a span of days, the last of them among these."""
    inside = [one for one in own if key.end and not one.key_date and key.date < one.date <= key.end]
    for place in {len(inside) * part // 3 - 1 for part in (1, 2, 3)} - {-1}:
        inside[place].key_date = key.id


def _near(day: dt.date, date: dt.date, before: int, sealed: bool) -> bool:
    return 0 < (day - date).days <= 10 if sealed else 0 < (date - day).days <= before


def _tie(own: list[Draft], platform: str, key: DateFrame, ground: Ground) -> bool:
    """A free post of the platform on the open day itself, moved there when it has to be, but never out of the last seven days; False
    when there is none."""
    day, last = key.date, ground.end - dt.timedelta(days=6)
    near = [one for one in own if not one.key_date and abs((one.date - day).days) <= 7 and not day < last <= one.date]
    taken = any(one.date == day for one in own)
    if (
        not ground.open(platform, day, own=key.source.startswith("brief:"))
        or not near
        or (taken and all(one.date != day for one in near))
    ):
        return False
    draft = min(near, key=lambda one: (abs((one.date - day).days), one.date))
    draft.date, draft.key_date = day, key.id
    return True


def set_formats(drafts: Sequence[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> None:
    """Formats by the platform's shares: largest remainder over its posts, each format spaced evenly.

    A piece that cannot be ready in time from the first working day on (lead days of its format) changes places with the next later one
    of the platform that can, else takes the quickest format. What shows a film that the brief has paid for is a film, whoever may have the hours to
    make one, and what announces prizes is no poll.
    """
    for platform in platforms:
        own = sorted((one for one in drafts if one.platform == platform.id), key=lambda one: (one.date, one.window))
        names = [name for name, _ in platform.formats]
        counts = largest_remainder(len(own), [share for _, share in platform.formats])
        order = [names[place] for place in interleaved(counts)]
        for number, draft in enumerate(own):
            if not _in_time(draft, order[number], ground):
                later = next((n for n in range(number + 1, len(own)) if _in_time(draft, order[n], ground)), None)
                if later is None:
                    order[number] = min(names, key=lambda name: (ground.effort.lead.get(name, 5), names.index(name)))
                else:
                    order[number], order[later] = order[later], order[number]
            draft.format = order[number]
    show = {key.id: key.earmark for key in ground.dates.key_dates if key.earmark}
    for draft in drafts:
        film = ground.film(draft.platform) if show.get(draft.key_date) == "film" else ""
        draft.format, draft.bought = film or draft.format, bool(film)
        if show.get(draft.key_date) == "prizes" and draft.format == "poll":
            draft.format = next((name for name in SHOWN if name in ground.sheet(draft.platform).formats), "poll")


def _in_time(draft: Draft, format: str, ground: Ground) -> bool:
    first = ground.earliest + dt.timedelta(days=60)
    return draft.date > first or ground.workdays.back(draft.date, ground.effort.lead.get(format, 5)) >= ground.earliest


def interleaved(counts: Sequence[int]) -> list[int]:
    """Indices 0…n−1, each as often as its count, evenly spaced: item k of index i stands at (k + ½) ÷ counts[i]."""
    places = [((k + 0.5) / count, index) for index, count in enumerate(counts) for k in range(count)]
    return [index for _, index in sorted(places)]


def add_lives(drafts: Sequence[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> None:
    """Turns posts into lives and community events where the platform has them natively and the hours allow.

    Lives (from `live.hours` a week): one a campaign, else one a phase, never two within three weeks, on the best primary platform with
    lives. Events (from `event_hours`): one a phase from the second on, an answer round or a call for users' own
    pieces, on platforms with at least a post a week.
    """
    hours = ground.team.hours
    live = next((one.id for one in platforms if one.role == "primary" and "live" in ground.sheet(one.id).formats), "")
    if live and hours >= rhythm()["live"]["hours"]:
        campaigns = [one for one in ground.dates.key_dates if one.use == "campaign"]
        moments = [(one.date, one.id) for one in campaigns] or [
            (phase.end - (phase.end - phase.start) / 2, "") for phase in ground.phases
        ]
        done: list[dt.date] = []
        for moment, key in moments:
            own = [
                one
                for one in drafts
                if one.platform == live and one.kind == "post" and one.date <= moment and one.key_date == key
            ]
            fit = [one for one in own if _in_time(one, "live", ground)]
            if fit and all(abs((moment - day).days) >= 21 for day in done):
                draft = max(fit, key=lambda one: one.date)
                draft.kind, draft.format = "live", "live"
                done.append(moment)
    if hours < rhythm()["event_hours"]:
        return
    often = {one.id for one in platforms if one.cadence >= 1}
    for place, phase in enumerate(ground.phases[1:]):
        options = [
            (one, name)
            for one in drafts
            for name in (("ugc_call", "qa") if place % 2 == 0 else ("qa", "ugc_call"))
            if one.kind == "post" and one.platform in often and not one.key_date and phase.start <= one.date <= phase.end
            and name in ground.sheet(one.platform).formats
            and _in_time(one, name, ground)
        ]  # fmt: skip
        if options:
            middle = phase.start + (phase.end - phase.start) / 2
            rank = {one.id: n for n, one in enumerate(platforms)}
            draft, name = min(
                options,
                key=lambda pair: (
                    rank[pair[0].platform] > 0,
                    abs((pair[0].date - middle).days),
                    rank[pair[0].platform],
                ),
            )
            draft.kind, draft.format = "event", name


def add_buffers(drafts: Sequence[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> None:
    """Frees a part `buffer` of the slots for what cannot be foreseen: first one in each month and platform group with three plain posts,
    then evenly over the rest; never one that belongs to a key date, nor the last one, nor one of a platform with less than a post a week. They
    take the quickest format, but no poll: what nobody has asked yet cannot be voted on."""
    ordered = sorted(drafts, key=lambda one: (one.date, one.platform))
    plain = [one for one in ordered[:-1] if one.kind == "post" and not one.key_date]
    wanted = round(len(ordered) * rhythm()["buffer"])
    often = {one.id for one in platforms if one.cadence >= 1}
    plain = [one for one in plain if one.platform in often or len(ordered) < 10] or plain
    groups: dict[tuple[int, int, str], list[Draft]] = defaultdict(list)
    for draft in plain:
        groups[draft.date.year, draft.date.month, ground.sheet(draft.platform).group].append(draft)
    chosen = [own[len(own) // 2] for own in groups.values() if len(own) >= 3]
    if not chosen and plain and len(ordered) >= 3:
        chosen = [plain[len(plain) // 2]]
    picked = {id(one) for one in chosen}
    rest = [one for one in plain if id(one) not in picked]
    more = min(max(0, wanted - len(chosen)), len(rest))
    chosen += [rest[int((number + 0.5) * len(rest) / more)] for number in range(more)]
    quick = {
        one.id: min(
            (name for name, _ in one.formats),
            key=lambda name: (name == "poll", ground.effort.total(one.id, name), name),
        )
        for one in platforms
    }
    for draft in chosen:
        draft.kind, draft.format = "buffer", quick[draft.platform]


def set_pillars(drafts: Sequence[Draft], shares: Sequence[int]) -> None:
    """Pillars over everything but buffers: counts by largest remainder, evenly spaced along platform after platform, so that each
    platform gets every pillar in about its share, and each platform opens on the first one, which carries the idea. No pillar goes without while
    there are slots enough for all."""
    order = {platform: n for n, platform in enumerate(dict.fromkeys(one.platform for one in drafts))}
    own = sorted(
        (one for one in drafts if one.kind != "buffer"), key=lambda one: (order[one.platform], one.date, one.window)
    )
    counts = list(largest_remainder(len(own), shares))
    while 0 in counts and max(counts) > 1:
        counts[counts.index(max(counts))] -= 1
        counts[counts.index(0)] += 1
    for draft, pillar in zip(own, interleaved(counts), strict=True):
        draft.pillar = pillar
    for platform in order:
        mine = [one for one in own if one.platform == platform and not one.key_date]
        opening = next((one for one in mine if one.pillar == 0), None)
        if opening is not None:
            mine[0].pillar, opening.pillar = opening.pillar, mine[0].pillar


def _owner(kind: str, format: str, team: Team) -> str:
    """Who answers for the piece: by kind and format, among the functions that somebody holds."""
    if kind == "live":
        return team.owner("presenter", "operator")
    if kind == "event":
        return team.owner("community", "operator")
    if kind == "buffer" or format in ("poll", "qa"):
        return team.owner("operator", "community")
    if format in _VIDEO:
        return team.owner("video", "operator")
    return team.owner("copy" if format in _TEXT else "operator", "planner")


def finish(drafts: Sequence[Draft], platforms: Sequence[PlatformFrame], ground: Ground) -> tuple[Slot, ...]:
    """Slots in order of time, with ids, times and deadlines; platforms of a day stand a quarter of an hour apart. A key date's own piece comes in the
    morning of the day: in the evening it is over."""
    place = {one.id: n for n, one in enumerate(platforms)}
    seen: Counter[tuple[str, dt.date]] = Counter()
    days_of = {key.id: key.date for key in ground.dates.key_dates}
    rows = []
    for draft in sorted(drafts, key=lambda one: (one.date, place[one.platform], one.window)):
        windows = ground.times(draft.platform, draft.date)
        number = seen[draft.platform, draft.date]
        seen[draft.platform, draft.date] += 1
        shift = place[draft.platform] % 3 + 4 * (number // len(windows))
        time = clock(windows[number % len(windows)], shift)
        if draft.key_date and draft.date == days_of[draft.key_date] and not number:
            time = morning(windows, shift)
        rows.append((draft.date, time, place[draft.platform], draft))
    rows.sort(key=lambda row: row[:3])
    owners = {(one.kind, one.format): _owner(one.kind, one.format, ground.team) for one in drafts}
    return tuple(
        Slot(
            id=f"E{number:03d}", kind=draft.kind, date=draft.date, time=time, phase=phase_at(ground.phases, draft.date).id,
            platform=draft.platform, format=draft.format, pillar=draft.pillar, owner=owners[draft.kind, draft.format],
            deadline=ground.deadline(draft.date, draft.format, draft.kind, draft.key_date), key_date=draft.key_date, bought=draft.bought,
        )
        for number, (_, time, _, draft) in enumerate(rows, 1)
    )  # fmt: skip
