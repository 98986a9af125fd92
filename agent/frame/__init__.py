"""The frame: every number of a plan from a filled brief and the knowledge base, by pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from agent.brief.model import BrandBrief
from agent.brief.said import as_said
from agent.frame.apportion import largest_remainder
from agent.frame.dates import make_dates
from agent.frame.model import DateFrame, Frame, PlatformFrame, Slot
from agent.frame.money import build_money
from agent.frame.phases import intensities, make_phases, period_of
from agent.frame.platforms import choose_platforms
from agent.frame.rates import labour_region
from agent.frame.relief import relieve
from agent.frame.reviews import make_drills, make_inspections, make_reviews
from agent.frame.rhythm import rhythm, step
from agent.frame.slots import Ground, add_buffers, add_lives, finish, set_formats, set_pillars, spread, tie_key_dates
from agent.frame.team import make_team, outside_hours
from agent.frame.trials import try_windows
from agent.frame.workdays import WorkDays, working_days
from agent.frame.workload import Effort, Part, fixed_tasks, room, workload
from agent.knowledge import Knowledge
from agent.locale import t

__all__ = ["build_frame", "pillar_shares"]


def build_frame(brief: BrandBrief, *, as_of: dt.date, knowledge: Knowledge, asked: BrandBrief | None = None) -> Frame:
    """All numbers of a plan. `brief` is the filled one (`Intake.filled`), `asked` the client's own (`Intake.brief`), against which limits are
    reported; the same input always gives the same frame.
    """
    brief = as_said(brief)
    start, end = period_of(brief, as_of)
    anchors = sorted(key.date for key in brief.key_dates if start < key.date < end)
    phases = make_phases(start, end, business=brief.business, language=brief.language, anchors=anchors)
    workdays = working_days(brief.markets, min(as_of, start), end)
    currency = brief.budget.currency or _by_market(brief, "currencies")
    usual = knowledge.norm("hours_person").value
    team = make_team(brief, outside=outside_hours(brief, phases, _hour_cost(knowledge, currency)), usual=usual)
    effort = Effort(team, knowledge, brief.accounts)
    fixed = {
        count: fixed_tasks(team, knowledge, count, paid=bool(brief.budget.total))
        for count in range(1, len(knowledge.platforms) + 1)
    }
    peak = max(1.0, max(intensities(phases).values()))
    platforms = choose_platforms(
        brief, knowledge, effort, fixed=fixed, room={count: room(team, parts, peak) for count, parts in fixed.items()},
        money_usd=_in_dollars(knowledge, brief, currency),
    )  # fmt: skip
    active = [one for one in platforms if one.role in ("primary", "support")]
    dates = make_dates(brief, knowledge, workdays, start=start, end=end, as_of=as_of, hours=team.hours)
    earliest = _earliest(as_of, start, end, workdays)
    ground = Ground(start, end, earliest, phases, dates, workdays, brief.business, knowledge, effort)
    shares = pillar_shares(team.hours)
    slots = make_slots(active, ground, shares, fixed[len(active)])
    if sum(slot.kind != "buffer" for slot in slots) < len(shares):
        shares = pillar_shares(0.0)
        slots = make_slots(active, ground, shares, fixed[len(active)])
    platforms = held(platforms, slots, start, end)
    active = [one for one in platforms if one.role in ("primary", "support")]
    load = workload(slots, effort, fixed[len(active)], start, end, earliest)
    money = build_money(
        brief,
        phases=phases,
        platforms=platforms,
        slots=slots,
        roles=load.roles,
        weeks=load.weeks,
        knowledge=knowledge,
        as_of=as_of,
        asked=asked,
        key_dates=dates.key_dates,
    )
    reviews = make_reviews(phases, workdays, team)
    reviewed = {*(one.date for one in reviews), *(one.end for one in phases)}
    slots = try_windows(slots, active, money.experiments, reviewed, ground)
    load = workload(slots, effort, fixed[len(active)], start, end, earliest)
    key_dates, slots = served(dates.key_dates, slots, brief.language)
    return Frame(
        brief=brief, as_of=as_of, start=start, end=end, timezone=brief.timezone or _by_market(brief, "timezones"),
        currency=money.budget.currency or currency, phases=phases,
        platforms=tuple(replace(one, budget_cents=money.budget.by(platform=one.id)) for one in platforms),
        pillar_shares=realised(slots, shares), key_dates=key_dates, slots=slots, roles=load.roles, weeks=load.weeks, goals=money.goals,
        kpis=money.kpis, curve=money.curve, budget=money.budget, reviews=reviews,
        drills=make_drills(start, end, workdays), inspections=make_inspections(start, end, workdays),
        experiments=money.experiments, zones=_zones(brief, knowledge, active), sources=_sources(platforms, key_dates, money.sources), shares=money.shares,
    )  # fmt: skip


def make_slots(
    active: Sequence[PlatformFrame], ground: Ground, shares: Sequence[int], fixed: Sequence[Part]
) -> tuple[Slot, ...]:
    """The calendar, step by step: days, key dates, formats, lives and events, buffers, relief of full weeks, pillars, times."""
    drafts = spread(active, ground)
    tie_key_dates(drafts, active, ground)
    set_formats(drafts, active, ground)
    add_lives(drafts, active, ground)
    add_buffers(drafts, active, ground)
    drafts = relieve(drafts, active, ground, fixed)
    set_pillars(drafts, shares)
    return finish(drafts, active, ground)


def served(
    key_dates: Sequence[DateFrame], slots: Sequence[Slot], language: str
) -> tuple[tuple[DateFrame, ...], tuple[Slot, ...]]:
    """The key dates that something happens for, renumbered, with the slots that belong to them: the market's own dates without a single piece are
    left out, since nothing would keep what their row promises. What the brief names, and what is kept quiet, stays. Where nothing is left, the first piece
    is what it all begins with."""
    tied = {slot.key_date for slot in slots if slot.kind != "buffer"}
    kept = [one for one in key_dates if one.id in tied or one.use == "quiet" or one.source.startswith("brief:")]
    first = next((slot for slot in slots if slot.kind != "buffer"), None)
    if not kept and key_dates and first:
        one = key_dates[0]
        opening = replace(
            one, date=first.date, name=t(language, "rhythm.date.opening"), kind="brand", use="post", source="calc:rhythm", end=None,
            prepare_from=min(one.prepare_from, first.deadline), deliver_by=min(one.deliver_by, first.deadline),
        )  # fmt: skip
        kept, slots = [opening], [replace(slot, key_date=opening.id) if slot is first else slot for slot in slots]
    new = {one.id: f"D{number}" for number, one in enumerate(kept, 1)}
    return (
        tuple(replace(_final(one, slots), id=new[one.id]) for one in kept),
        tuple(replace(slot, key_date=new.get(slot.key_date, "")) if slot.key_date else slot for slot in slots),
    )


def _final(one: DateFrame, slots: Sequence[Slot]) -> DateFrame:
    """The key date with its material final on the day on which that of its pieces is: of the last one that runs before it, where none runs on it."""
    mine = [slot for slot in slots if slot.key_date == one.id and slot.kind != "buffer" and slot.date <= one.date]
    last = max((slot.date for slot in mine), default=None)
    day = min((slot.deadline for slot in mine if slot.date == last), default=one.deliver_by)
    day = min(day, one.deliver_by)
    return replace(one, prepare_from=min(one.prepare_from, day), deliver_by=day)


def held(
    platforms: Sequence[PlatformFrame], slots: Sequence[Slot], start: dt.date, end: dt.date
) -> tuple[PlatformFrame, ...]:
    """Platforms whose cadence is what the calendar holds: where full weeks and free slots leave it a quarter short or more, the held rate,
    in quarters of a post a week."""
    weeks = ((end - start).days + 1) / 7
    out = []
    for one in platforms:
        rate = sum(slot.platform == one.id and slot.kind in ("post", "live") for slot in slots) / weeks
        if 0 < one.cadence <= 7 and rate < 0.75 * one.cadence:
            now = max(0.25, round(rate * 4) / 4)
            one = replace(one, cadence=now, hours=round(one.hours * now / one.cadence, 2))
        out.append(one)
    return tuple(out)


def pillar_shares(hours: float) -> tuple[int, ...]:
    """Share of the output of each pillar in per cent, sum 100: three, four or five pillars by the team's hours a week."""
    return tuple(step(rhythm()["pillars"], hours))


def realised(slots: Sequence[Slot], shares: Sequence[int]) -> tuple[int, ...]:
    """Share of each pillar in the pieces that the calendar holds, in per cent, sum 100; the planned ones where a pillar holds none."""
    counts = [sum(slot.pillar == place for slot in slots) for place in range(len(shares))]
    return tuple(largest_remainder(100, counts)) if all(counts) else tuple(shares)


def _earliest(as_of: dt.date, start: dt.date, end: dt.date, workdays: WorkDays) -> dt.date:
    """First day of work: as_of, but no more than five working days before the period; those five for a period that lies in the past."""
    ahead = workdays.back(start, 5)
    return ahead if as_of >= end else max(as_of, ahead)


def _by_market(brief: BrandBrief, table: str) -> str:
    """The first market's entry of a table in knowledge/rhythm.yaml, GLOBAL's when it has none."""
    values = rhythm()[table]
    return str(values.get(brief.markets[0] if brief.markets else "GLOBAL", values["GLOBAL"]))


def _zones(brief: BrandBrief, knowledge: Knowledge, active: Sequence[PlatformFrame]) -> dict[str, str]:
    """Platform → time zone, for platforms of the other side of the world than the first market: China's own platforms are read in China,
    the rest in the first market outside it."""
    table = rhythm()["timezones"]
    home = brief.timezone or _by_market(brief, "timezones")
    sides: dict[str, str] = {}
    for place, market in enumerate(brief.markets):
        zone = home if place == 0 else str(table.get(market, table["GLOBAL"]))
        sides.setdefault("cn" if market == "CN" else "global", zone)
    zones = {one.id: sides.get(knowledge.platform(one.id).group, home) for one in active}
    return {platform: zone for platform, zone in zones.items() if zone != home}


def _in_dollars(knowledge: Knowledge, brief: BrandBrief, currency: str) -> float:
    return float(brief.budget.total or 0) * _rate(knowledge, currency, "USD")


def _rate(knowledge: Knowledge, have: str, want: str) -> float:
    """Planning rate; a currency that the table does not hold counts as the US dollar."""
    rates = knowledge.base.rates
    return float(knowledge.rate(have if have in rates else "USD", want))


def _hour_cost(knowledge: Knowledge, currency: str) -> float:
    """What an hour of outside work costs in the brief's currency, by the benchmark `labour_hour`; 0 when there is none."""
    row = knowledge.find_benchmark("labour_hour", region=labour_region(currency))
    return (
        row.base * _rate(knowledge, row.currency or "USD", currency if currency in knowledge.base.rates else "USD")
        if row
        else 0.0
    )


def _sources(platforms: Sequence[PlatformFrame], key_dates: Sequence[object], money: Sequence[str]) -> tuple[str, ...]:
    """Knowledge item ids that any number rests on, each once."""
    found = [score.basis for one in platforms for score in one.scores] + [
        str(getattr(key, "source", "")) for key in key_dates
    ]
    return tuple(dict.fromkeys([one.removeprefix("kb:") for one in found if one.startswith("kb:")] + list(money)))
