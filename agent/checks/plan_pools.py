"""The numbers that a plan itself holds: in its fields, and what follows from them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from agent import locale
from agent.checks.pools import UNITS, Pool, of_day, of_texts, rounded, told
from agent.checks.towards import fields_towards
from agent.checks.walk import once
from agent.frame.pace import ENOUGH, Pace, pace_of
from agent.plan.base import Figure
from agent.plan.model import PART_IDS, MarketingPlan
from agent.quantities import COUNT, DATE, PERCENT

_FIELDS = {
    "hours": "hour", "input_hours": "hour", "capacity": "hour", "load": "hour", "peak": "hour", "minutes": "minute",
    "first_minutes": "minute", "days": "day", "days_before": "day", "share": PERCENT, "weight": PERCENT, "roi": "times",
}  # fmt: skip
"""Field name of a plan → what its number measures; other numbers are counts."""


_TOLD = frozenset({"time", "due", "date"})
"""Fields that tell a day or a time of day in words."""

_MARKS = frozenset({"score", "likelihood", "impact", "priority", "count", "limit", "level"})
"""Fields that hold marks and measurements of the plan itself, which no text tells as a count of something."""


_OBJECT = re.compile(
    r"(kpis\.kpis|positioning\.goals|measurement\.experiments)\[(\d+)\]\.(?:reading|statement|decision|hypothesis)$"
)


def of_plan(value: Any, currency: str, name: str = "") -> Pool:
    """Every number in the fields of a part (not in its texts), by what it measures."""
    pool = Pool()
    _walk(pool, value, name, currency)
    return pool


def _is_number(model: type[BaseModel], name: str, atom: Any) -> bool:
    if atom is str:
        return name in _TOLD
    return atom is Figure or atom is int or atom is float or (isinstance(atom, type) and issubclass(atom, dt.date))


def _walk(pool: Pool, value: Any, name: str, currency: str) -> None:
    if isinstance(value, Figure):
        for one in (value.value, value.low, value.high):
            if one is not None:
                _figure(pool, one, value.unit)
    elif isinstance(value, BaseModel):
        held = vars(value)
        unit = held.get("unit")
        for inner in fields_towards(type(value), _is_number):
            content = held[inner]
            if isinstance(unit, str) and inner in ("low", "base", "high", "value") and isinstance(content, int | float):
                _figure(pool, content, unit)
            else:
                _walk(pool, content, inner, currency)
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        if isinstance(value, str) and name in _TOLD:
            told(pool, value)
    elif isinstance(value, dt.date):
        of_day(pool, value)
    elif isinstance(value, int | float) and name not in _MARKS:
        if name.endswith("cents"):
            pool.add(currency, value / 100)
        else:
            kind = _FIELDS.get(name, COUNT)
            pool.add(kind, value * 100 if kind == PERCENT and 0 <= value <= 1 else value)
            if kind == "minute" and value >= 60:
                pool.add("hour", value / 60)
    elif isinstance(value, list | tuple):
        for content in value:
            _walk(pool, content, name, currency)
    elif isinstance(value, dict):
        for content in value.values():
            _walk(pool, content, name, currency)


def _figure(pool: Pool, value: float, unit: str) -> None:
    kind = UNITS.get(unit, unit or COUNT)
    pool.add(kind, value * 100 if kind == PERCENT else value)
    if kind == "minute":
        pool.add("hour", value / 60)


def outline(plan: MarketingPlan, own: Mapping[str, Pool]) -> Pool:
    """What even a post may repeat: the plan's days, its length, the hours of its events, how much comes out. `own`: see `parts`."""
    pool = Pool()
    _walk(pool, plan.calendar.key_dates, "", plan.meta.currency)
    for day in (plan.meta.as_of, plan.meta.start, plan.meta.end):
        of_day(pool, day)
    days = (plan.meta.end - plan.meta.start).days + 1
    pool.add("day", days)
    pool.add("week", days // 7, -(-days // 7), locale.weeks(plan.meta.start, plan.meta.end))
    pool.add("month", round(days / 30.4))
    _output(pool, plan)
    pool.update(of_texts([entry.time for entry in plan.calendar.entries if entry.kind == "event"]))
    for part in PART_IDS:
        if part in ("calendar", "team"):  # every other day of the period stands there
            continue
        pool.add(DATE, *own[part].values.get(DATE, ()))
    return pool


def headline(plan: MarketingPlan) -> Pool:
    """What every internal part may repeat: goals and forecasts, money by line, phase and platform, hours, creators, ads and how many times over
    these bring back their cost."""
    pool = Pool()
    for kpi in plan.kpis.kpis:
        for value in (kpi.target.low, kpi.target.value, kpi.target.high) if kpi.target.unit == "x" else ():
            if value is not None:
                _figure(pool, value, "x")
    for choice in plan.platforms.choices:
        pool.add(COUNT, choice.total, choice.cadence, choice.cadence / 2, choice.cadence * 1.5, choice.hours)
        pool.add("hour", choice.hours)
    for part in (plan.phases, plan.positioning.goals, plan.kpis.curve, plan.team.roles, plan.budget.creators, plan.budget.paid,
                 plan.budget.scenarios, plan.engagement.service, plan.market.unknowns):  # fmt: skip
        _walk(pool, part, "", plan.meta.currency)
    _money(pool, plan)
    _goals(pool, plan)
    pool.add("hour", round(plan.budget.labour_hours))
    return pool


def _goals(pool: Pool, plan: MarketingPlan) -> None:
    """How far target, forecast and baseline lie apart, and what is reached on the way, in full and rounded as a text tells it."""
    for goal in plan.positioning.goals:
        if goal.target.unit == "%":
            continue
        proposed = (goal.target.value, goal.target.low, goal.verdict.base)
        pool.add(COUNT, *(rounded(value, 2) for value in proposed if value and abs(value) >= 100))
        for point in plan.kpis.curve:
            if point.goal == goal.id:
                _figure(pool, point.forecast, goal.target.unit)
        points = [goal.baseline.value, goal.target.value, goal.verdict.low, goal.verdict.base, goal.verdict.high]
        known = [one for one in points if one is not None]
        for one in known:
            for other in known:
                if one > other:
                    _figure(pool, one - other, goal.target.unit)
        for point in plan.kpis.curve:
            if point.goal == goal.id:
                _figure(pool, point.forecast, goal.target.unit)
                _figure(pool, rounded(point.forecast, 3), goal.target.unit)


def _money(pool: Pool, plan: MarketingPlan) -> None:
    """Sums of the budget by category, platform and phase, and what the later phases of the creators hold."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in plan.budget.lines:
        for key in (("all", ""), ("category", line.category), ("platform", line.platform), ("phase", line.phase),
                    ("both", f"{line.category}/{line.platform}"), ("third", f"{line.category}/{line.phase}")):  # fmt: skip
            sums[key] += line.cents
    for (sort, _), cents in sums.items():
        pool.add(plan.meta.currency, cents / 100)
        if sort == "category":
            pool.add(plan.meta.currency, cents / 200)
    creators = [phase.id for phase in plan.phases if sums.get(("third", f"creators/{phase.id}"))]
    later = sum(sums["third", f"creators/{phase}"] for phase in creators[1:])
    pool.add(plan.meta.currency, later / 100)
    for row in plan.budget.caps:
        pool.add(
            plan.meta.currency,
            row.limit_cents / 100,
            row.actual_cents / 100,
            (row.limit_cents - row.actual_cents) / 100,
        )


def shares(plan: MarketingPlan) -> Pool:
    """Parts of the budget by category, platform and phase."""
    pool = Pool()
    total = max(plan.budget.total_cents, 1)
    for name in ("category", "platform", "phase"):
        sums: dict[str, int] = defaultdict(int)
        for line in plan.budget.lines:
            sums[getattr(line, name)] += line.cents
        pool.add(PERCENT, *(cents / total * 100 for cents in sums.values()))
    return pool


def hours_in_use(plan: MarketingPlan) -> Pool:
    """Parts of the hours that are in use and that are free, and the hours left in the fullest week."""
    pool = Pool()
    capacity = sum({week.holder: week.capacity for week in plan.team.weeks}.values())
    held = sum(role.load for role in plan.team.roles if role.holder)
    weeks = max(len({week.week for week in plan.team.weeks}), 1)
    if capacity:
        most = max((week.capacity for week in plan.team.weeks), default=capacity)
        counted = sum({week.holder: week.capacity for week in plan.team.weeks if week.capacity >= 1}.values())
        pool.add("hour", most - held, counted - held)
        used = (held / most, held / capacity, sum(week.hours for week in plan.team.weeks) / weeks / capacity)
        pool.add(PERCENT, *(part * 100 for part in used), *((1 - part) * 100 for part in used if part < 1))
    return pool


def split(plan: MarketingPlan) -> Pool:
    """The budget and its categories, as sums and as shares."""
    pool = Pool()
    sums: dict[str, int] = defaultdict(int)
    for line in plan.budget.lines:
        sums[line.category] += line.cents
    total = plan.budget.total_cents
    pool.add(plan.meta.currency, total / 100, *(cents / 100 for cents in sums.values()))
    pool.add(PERCENT, *(cents / max(total, 1) * 100 for cents in sums.values()))
    return pool


GATE_DAYS = 4
"""Days before a phase's last piece, that day included, on which what was published until then may be counted: a weekend, or a holiday beside it."""


def _output(pool: Pool, plan: MarketingPlan) -> None:
    """How many pieces, by platform, phase, pillar and format; how many topics and people; hours a week and in all."""
    entries = plan.calendar.entries
    real = [one for one in entries if one.kind != "buffer"]
    tallies: dict[tuple[str, str], int] = defaultdict(int)
    for one in entries:
        for name in ("platform", "phase", "pillar", "format", "kind"):
            tallies[name, str(getattr(one, name))] += 1
            if one.kind != "buffer":
                tallies[f"real-{name}", str(getattr(one, name))] += 1
    pool.add(COUNT, len(entries), len(real), *tallies.values())
    ends = {one.phase: one.date for one in sorted(real, key=lambda one: one.date)}
    for end in ends.values():  # a phase is judged on one of its last days
        days = (end - dt.timedelta(days=back) for back in range(GATE_DAYS))
        pool.add(COUNT, *(sum(one.date <= day for one in real) for day in days))
    pool.add(COUNT, sum(choice.cadence for choice in plan.platforms.choices if choice.role in ("primary", "support")))
    pool.add(COUNT, sum(tier.number for tier in plan.budget.creators))
    pool.add(COUNT, sum(audit.followers.value or 0 for audit in plan.market.audit))
    pool.add(PERCENT, (len(entries) - len(real)) / max(len(entries), 1) * 100)
    _hours(pool, plan)


def _hours(pool: Pool, plan: MarketingPlan) -> None:
    """Hours of all together: what there is, what is used, what is left, as a week's worth."""
    capacity = sum({week.holder: week.capacity for week in plan.team.weeks}.values())
    load = sum(role.load for role in plan.team.roles)
    held = sum(role.load for role in plan.team.roles if role.holder)
    weeks = max(len({week.week for week in plan.team.weeks}), 1)
    pool.add(COUNT, capacity, load, held)
    pool.add(
        "hour",
        capacity,
        load,
        held,
        capacity - load,
        capacity - held,
        sum(week.hours for week in plan.team.weeks),
        load * weeks,
    )
    pool.add("hour", sum(week.hours for week in plan.team.weeks) / weeks)
    pool.add(
        "hour",
        capacity - sum(week.hours for week in plan.team.weeks) / weeks,
        *(choice.hours / 2 for choice in plan.platforms.choices),
    )


def rates(plan: MarketingPlan) -> Pool:
    """KPI targets as a week's or a month's worth, and in the part that a gate reads."""
    pool = Pool()
    for place in range(len(plan.kpis.kpis)):
        pool.update(rate(plan, place))
    return pool


def rate(plan: MarketingPlan, place: int) -> Pool:
    """The same for one KPI."""
    return once(plan, f"rate {place}", lambda: _rate(plan, place))


def _rate(plan: MarketingPlan, place: int) -> Pool:
    pool = Pool()
    days = (plan.meta.end - plan.meta.start).days + 1
    kpi = plan.kpis.kpis[place]
    parts_read = [_pace(plan).upto(day) for day in _gates(plan)]
    for value in (kpi.target.low, kpi.target.value, kpi.target.high):
        if value is None:
            continue
        _figure(pool, value, kpi.target.unit)
        if kpi.target.unit == "%":
            continue
        for part in parts_read:
            _figure(pool, value * part, kpi.target.unit)
        for length in (7, 30.4, 30.44, days / max(round(days / 30.4), 1), days / max(days // 7, 1), 91):
            worth = value * length / days
            _figure(pool, worth, kpi.target.unit)
            if worth < 10:  # the playbook writes an estimate below ten with one decimal
                _figure(pool, round(worth, 1), kpi.target.unit)
    return pool


def named(plan: MarketingPlan, path: str) -> Pool | None:
    """The numbers of the object that a text speaks of, where it speaks of nothing else: a KPI's reading, a goal's statement, a test.

    None for other texts.
    """
    found = _OBJECT.match(path)
    if not found:
        return None
    kind, place = found[1], int(found[2])
    if kind == "kpis.kpis":
        pool = of_plan(plan.kpis.kpis[place], plan.meta.currency)
        pool.update(rate(plan, place))
        return pool
    if kind == "positioning.goals":
        return of_plan(plan.positioning.goals[place], plan.meta.currency)
    return of_plan(plan.measurement.experiments[place], plan.meta.currency)


def on_the_way(plan: MarketingPlan, *, gates_only: bool = False) -> Pool:
    """What a goal should be on the days on which it is judged, as a text tells it: the forecast, four fifths of the way to it, and
    the client's target at the same pace; and what the plan itself brings by then, whole and in four fifths. `gates_only`: on the days of gates and at the ends of phases alone.
    """
    pool, pace = Pool(), _pace(plan)
    days = _gates(plan)
    if not gates_only:
        days |= {review.date for review in plan.measurement.reviews if review.kind != "weekly"}
    for goal in plan.positioning.goals:
        if not any(point.goal == goal.id for point in plan.kpis.curve):
            continue
        last = min(goal.deadline, plan.meta.end)
        ways = [(goal.verdict.base, 1.0), (goal.verdict.base, ENOUGH), (goal.target.value, 1.0)]
        for day in days:
            share = pace.part(day, last)
            for since in {0.0, goal.baseline.value or 0.0}:
                for end, part in ways:
                    reached = since + ((end or 0.0) - since) * share * part
                    _figure(pool, rounded(reached, 3) if reached >= 10 else round(reached, 1), goal.target.unit)
                    if reached < 10:
                        _figure(pool, round(reached), goal.target.unit)
    if plan.budget.scenarios:
        for day in days:
            brought = plan.budget.scenarios[len(plan.budget.scenarios) // 2].conversions * pace.upto(day)
            for part in (1.0, ENOUGH):
                _figure(pool, rounded(brought * part, 3), "count")
    return pool


def _pace(plan: MarketingPlan) -> Pace:
    """How the plan's results come in, by its own lines and entries."""
    return once(
        plan, "pace", lambda: pace_of(plan.phases, plan.budget.lines, plan.calendar.entries) if plan.phases else Pace(plan.meta.start, (1.0,))
    )  # fmt: skip


def _gates(plan: MarketingPlan) -> set[dt.date]:
    """Days on which a target is read in part."""
    return {review.date for review in plan.measurement.reviews if review.kind == "gate"} | {
        phase.end for phase in plan.phases
    }


def calendar_pools(plan: MarketingPlan) -> dict[str, Pool]:
    """Dates and days that follow from the calendar: whole weeks for tests, sign-up before an event, days left to a key date, and how often a format
    comes: pieces a week, or weeks a piece.
    """
    found: dict[str, Pool] = defaultdict(Pool)
    for ahead in range((plan.meta.end - plan.meta.start).days + 1):
        day = plan.meta.start + dt.timedelta(days=ahead)
        if day.weekday() in (0, 6) or ahead % 7 in (0, 6):
            of_day(found["engagement"], day)
    of_day(found["kpis"], plan.meta.start + dt.timedelta(days=27))
    for event in plan.community.events:
        of_day(found["community"], event.date - dt.timedelta(days=14))
    key_dates = {key.id: key.date for key in plan.calendar.key_dates}
    for entry in plan.calendar.entries:
        if entry.key_date in key_dates:
            left = abs((key_dates[entry.key_date] - entry.date).days)
            for part in ("calendar", "themes", "adaptations"):
                found[part].add("day", left)
    weeks = ((plan.meta.end - plan.meta.start).days + 1) / 7
    for row in plan.themes.mix:
        if row.pieces:
            found["themes"].add("week", round(weeks / row.pieces))
            found["themes"].add("count", round(row.pieces / weeks))
    return found


def parts(plan: MarketingPlan) -> dict[str, Pool]:
    """Part id → the numbers in its own fields."""
    found = {}
    for part in PART_IDS:
        pool = of_plan(getattr(plan, part), plan.meta.currency, part)
        pool.add(COUNT, *(len(value) for _, value in getattr(plan, part) if isinstance(value, list)))
        found[part] = pool
    return found
