"""The numbers that a text may hold: the brief's, the plan's own, the house's, and those of the items it cites."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from agent.brief.model import BrandBrief
from agent.knowledge.model import Benchmark, Item
from agent.plan.base import Figure
from agent.plan.model import PART_IDS, MarketingPlan
from agent.quantities import CLOCK, COUNT, DATE, PERCENT, Quantity, quantities
from agent.resources import prompts_dir

ANY = ""
"""Kind of a number whose unit is not known: it grounds a count, not a share or a sum."""

_UNITS = {
    "%": PERCENT,
    "h": "hour",
    "min": "minute",
    "d": "day",
    "x": "times",
    "s": "second",
    "count": COUNT,
    "followers": COUNT,
}
_FIELDS = {
    "hours": "hour", "input_hours": "hour", "capacity": "hour", "load": "hour", "peak": "hour", "minutes": "minute",
    "first_minutes": "minute", "days": "day", "days_before": "day", "share": PERCENT, "weight": PERCENT, "roi": "times",
}  # fmt: skip
"""Field name of a plan → what its number measures; other numbers are counts."""


@dataclass
class Pool:
    """Numbers by kind, looked up by value."""

    values: dict[str, set[float]] = field(default_factory=lambda: defaultdict(set))
    _sorted: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, *values: float) -> None:
        """Adds numbers of a kind."""
        self.values[kind].update(abs(float(value)) for value in values)
        self._sorted.pop(kind, None)

    def update(self, other: Pool) -> None:
        """Adds another pool."""
        for kind, values in other.values.items():
            self.add(kind, *values)

    def holds(self, one: Quantity) -> bool:
        """Whether a number that is shown comes from a number of the pool, rounded as the house rounds."""
        return any(self._near(kind, one) for kind in _kinds(one.kind))

    def _near(self, kind: str, one: Quantity) -> bool:
        if kind not in self.values:
            return False
        if kind not in self._sorted:
            self._sorted[kind] = sorted(self.values[kind])
        known = self._sorted[kind]
        most = max(_reach(one), 1e-9)
        place = bisect.bisect_left(known, one.value - most)
        return any(_shows(one, value) for value in _until(known, place, one.value + most))


def _until(known: list[float], place: int, most: float) -> Iterator[float]:
    while place < len(known) and known[place] <= most:
        yield known[place]
        place += 1


def _kinds(kind: str) -> tuple[str, ...]:
    return (kind, ANY) if kind in (COUNT, "times") else (kind,)


def _reach(one: Quantity) -> float:
    """Farthest that a value can lie from what is shown."""
    return 0.0 if one.kind in (DATE, CLOCK, "article") else max(one.step, abs(one.value) * 0.05)


def _shows(one: Quantity, value: float) -> bool:
    """Whether the shown number is this value: as it is, to the digits shown, or to two or three figures."""
    if abs(one.value - value) < 1e-6:
        return True
    if one.kind in (DATE, CLOCK, "article"):
        return False
    if one.step != 1 or abs(value) >= 10 or one.kind == PERCENT:
        if abs(one.value - value) <= one.step / 2 + 1e-9 and (one.step == 1 or abs(value) >= one.step):
            return True
    return abs(value) >= 1000 and one.value in (_figures(value, 3), _figures(value, 2))


def _figures(value: float, count: int) -> float:
    magnitude = 10.0 ** (len(str(int(abs(value)))) - count)
    return round(value / magnitude) * magnitude


# What the brief, an item and the house's phrases say


def of_texts(texts: Iterable[str]) -> Pool:
    """The numbers that stand in texts."""
    pool = Pool()
    for text in texts:
        for one in quantities(text):
            _say(pool, one)
    return pool


def _say(pool: Pool, one: Quantity) -> None:
    pool.add(one.kind, one.value)
    if one.kind == DATE:
        year, rest = divmod(int(one.value), 10000)
        pool.add(DATE, *([year * 10000, rest] if year else [rest]))
        if rest % 100:
            pool.add(DATE, rest - rest % 100)
    elif one.kind == "hour":
        pool.add("minute", one.value * 60)
    elif one.kind == "minute" and one.value % 60 == 0:
        pool.add("hour", one.value / 60)
    elif one.kind == "year":
        pool.add("month", one.value * 12)


def of_day(pool: Pool, day: dt.date) -> None:
    """A date in all the ways it is written."""
    rest = day.month * 100 + day.day
    pool.add(DATE, day.year * 10000 + rest, rest, day.year * 10000, day.month * 100, day.year * 10000 + day.month * 100)


_KIND_OF_BRIEF = {"price": "money", "amount": "money", "total": "money", "margin": PERCENT, "share": PERCENT,
                  "engagement_rate": PERCENT, "hours": "hour", "days": "day"}  # fmt: skip


def of_brief(brief: BrandBrief) -> Pool:
    """Every number that the client gave, in words or in fields."""
    pool = Pool()
    currency = brief.budget.currency

    def walk(value: Any, name: str, unit: str) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, str):
            for one in quantities(value):
                _say(pool, one)
                if one.kind == COUNT:
                    pool.add(ANY, one.value)
        elif isinstance(value, dt.date):
            of_day(pool, value)
        elif isinstance(value, BaseModel):
            own = str(getattr(value, "unit", "") or "")
            for inner, content in value:
                if inner != "documents":
                    walk(content, inner, own)
        elif isinstance(value, list | dict):
            for content in value.values() if isinstance(value, dict) else value:
                walk(content, name, unit)
        elif isinstance(value, int | float) or hasattr(value, "as_tuple"):
            kind = _KIND_OF_BRIEF.get(name, "")
            if name in ("baseline", "target"):
                kind = PERCENT if unit == "%" else "money" if len(unit) == 3 and unit.isupper() else ""
            if kind == "money":
                pool.add(currency, float(value))
            elif kind == PERCENT:
                pool.add(PERCENT, float(value) * 100)
            else:
                pool.add(kind or COUNT, float(value))
                if not kind:
                    pool.add(ANY, float(value))

    walk(brief, "", "")
    return pool


def of_item(item: Item) -> Pool:
    """Every number that an item of the knowledge base holds, in its words, rows and fields."""
    pool = Pool()
    unit = _UNITS.get(str(getattr(item, "unit", "")), "") or str(getattr(item, "unit", ""))
    factor = 100.0 if unit == PERCENT else 1.0

    def walk(value: Any, name: str) -> None:
        if isinstance(value, str):
            for one in quantities(value):
                _say(pool, one)
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int | float):
            if name in ("low", "base", "high", "value", "max", "min") and unit:
                pool.add(unit if unit not in ("chars",) else COUNT, value * factor)
            elif name.endswith("minutes"):
                pool.add("minute", value)
                pool.add("hour", value / 60)
            elif name in ("warmup", "span", "strategy", "creators", "creative", "approvals"):
                pool.add("day", value)
            elif name == "hours":
                pool.add("hour", value)
            pool.add(COUNT, value)
        elif isinstance(value, dt.date):
            return
        elif isinstance(value, BaseModel):
            for inner, content in value:
                if inner not in ("verified_at", "id", "source"):
                    walk(content, inner)
        elif isinstance(value, tuple | list):
            for content in value:
                walk(content, name)
        elif isinstance(value, dict):
            for key, content in value.items():
                walk(content, str(key))

    walk(item, "")
    return pool


@functools.cache
def of_house(part: str, language: str, category: str) -> Pool:
    """Numbers of the house's own phrases for a part: sample sizes, look-back windows, drill lengths that the playbook sets."""
    base = "zh-CN" if language.startswith("zh") else "en"
    folder = prompts_dir() / "playbook"
    names = [folder / base / f"{part}.yaml", folder / base / "ideas.yaml", folder / base / "topics.yaml",
             folder / "categories" / f"{category}.{base}.yaml", prompts_dir() / "locales" / f"frame.{base}.yaml"]  # fmt: skip
    pool = Pool()
    for name in names:
        if name.is_file():
            text = re.sub(r"\{[^{}]*\}", "\0", name.read_text(encoding="utf-8"))
            pool.update(of_texts(text.splitlines()))
    return pool


# What the plan itself holds


def of_plan(value: Any, currency: str, name: str = "") -> Pool:
    """Every number in the fields of a part (not in its texts), by what it measures."""
    pool = Pool()
    _walk(pool, value, name, currency)
    return pool


def _walk(pool: Pool, value: Any, name: str, currency: str) -> None:
    if isinstance(value, Figure):
        for one in (value.value, value.low, value.high):
            if one is not None:
                _figure(pool, one, value.unit)
    elif isinstance(value, BaseModel):
        unit = getattr(value, "unit", None)
        for inner, content in value:
            if isinstance(unit, str) and inner in ("low", "base", "high", "value") and isinstance(content, int | float):
                _figure(pool, content, unit)
            else:
                _walk(pool, content, inner, currency)
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        if isinstance(value, str) and name in ("time", "due", "date"):
            pool.update(of_texts([value]))
    elif isinstance(value, dt.date):
        of_day(pool, value)
    elif isinstance(value, int | float):
        if name.endswith("cents"):
            pool.add(currency, value / 100)
        else:
            kind = _FIELDS.get(name, COUNT)
            pool.add(kind, value * 100 if kind == PERCENT and 0 <= value <= 1 else value)
            if kind == "minute" and value >= 60:
                pool.add("hour", value / 60)
    elif isinstance(value, list | tuple):
        pool.add(COUNT, len(value))
        for content in value:
            _walk(pool, content, name, currency)
    elif isinstance(value, dict):
        for content in value.values():
            _walk(pool, content, name, currency)


def _figure(pool: Pool, value: float, unit: str) -> None:
    kind = _UNITS.get(unit, unit or COUNT)
    pool.add(kind, value * 100 if kind == PERCENT else value)
    if kind == "minute":
        pool.add("hour", value / 60)


def outline(plan: MarketingPlan) -> Pool:
    """What even a post may repeat: the plan's days, its length, how much comes out."""
    pool = Pool()
    _walk(pool, plan.calendar.key_dates, "", plan.meta.currency)
    for day in (plan.meta.as_of, plan.meta.start, plan.meta.end):
        of_day(pool, day)
    days = (plan.meta.end - plan.meta.start).days + 1
    pool.add("day", days)
    pool.add("week", days // 7, -(-days // 7))
    pool.add("month", round(days / 30.4))
    _output(pool, plan)
    for part in PART_IDS:
        if part in ("calendar", "team"):  # every other day of the period stands there
            continue
        pool.add(DATE, *of_plan(getattr(plan, part), plan.meta.currency, part).values[DATE])
    return pool


def headline(plan: MarketingPlan) -> Pool:
    """What every internal part may repeat: goals and forecasts, money by line, phase and platform, hours, creators, ads."""
    pool = outline(plan)
    for choice in plan.platforms.choices:
        pool.add(COUNT, choice.total, choice.cadence)
        pool.add("hour", choice.hours)
    for part in (plan.phases, plan.positioning.goals, plan.kpis.curve, plan.team.roles, plan.budget.creators, plan.budget.paid,
                 plan.budget.scenarios, plan.engagement.service, plan.market.unknowns):  # fmt: skip
        _walk(pool, part, "", plan.meta.currency)
    _money(pool, plan)
    _goals(pool, plan)
    return pool


def _goals(pool: Pool, plan: MarketingPlan) -> None:
    """How far target, forecast and baseline lie apart."""
    for goal in plan.positioning.goals:
        if goal.target.unit == "%":
            continue
        points = [goal.baseline.value, goal.target.value, goal.verdict.low, goal.verdict.base, goal.verdict.high]
        known = [one for one in points if one is not None]
        for one in known:
            for other in known:
                if one > other:
                    _figure(pool, one - other, goal.target.unit)


def _money(pool: Pool, plan: MarketingPlan) -> None:
    """Sums of the budget by category, platform and phase, and their shares."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in plan.budget.lines:
        for key in (("all", ""), ("category", line.category), ("platform", line.platform), ("phase", line.phase),
                    ("both", f"{line.category}/{line.platform}"), ("third", f"{line.category}/{line.phase}")):  # fmt: skip
            sums[key] += line.cents
    for (sort, _), cents in sums.items():
        pool.add(plan.meta.currency, cents / 100)
        if sort == "category":
            pool.add(plan.meta.currency, cents / 200)
    for row in plan.budget.caps:
        pool.add(
            plan.meta.currency,
            row.limit_cents / 100,
            row.actual_cents / 100,
            (row.limit_cents - row.actual_cents) / 100,
        )


def shares(plan: MarketingPlan) -> Pool:
    """Parts of the budget by category, platform and phase; parts of the hours in use."""
    pool = Pool()
    total = max(plan.budget.total_cents, 1)
    for name in ("category", "platform", "phase"):
        sums: dict[str, int] = defaultdict(int)
        for line in plan.budget.lines:
            sums[getattr(line, name)] += line.cents
        pool.add(PERCENT, *(cents / total * 100 for cents in sums.values()))
    capacity = sum({week.holder: week.capacity for week in plan.team.weeks}.values())
    held = sum(role.load for role in plan.team.roles if role.holder)
    weeks = max(len({week.week for week in plan.team.weeks}), 1)
    if capacity:
        pool.add(PERCENT, held / capacity * 100, sum(week.hours for week in plan.team.weeks) / weeks / capacity * 100)
    return pool


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
    """KPI targets as a week's or a month's worth."""
    pool = Pool()
    days = (plan.meta.end - plan.meta.start).days + 1
    for kpi in plan.kpis.kpis:
        for value in (kpi.target.low, kpi.target.value, kpi.target.high):
            if value is not None:
                _figure(pool, value, kpi.target.unit)
                if kpi.target.unit != "%":
                    for day in _gates(plan):
                        part = min(1.0, max(0.05, ((day - plan.meta.start).days + 1) / days))
                        _figure(pool, value * part, kpi.target.unit)
                if kpi.target.unit == "%":
                    continue
                for length in (7, 30.4, days / max(round(days / 30.4), 1), days / max(days // 7, 1), 91):
                    _figure(pool, value * length / days, kpi.target.unit)
    return pool


def _gates(plan: MarketingPlan) -> set[dt.date]:
    """Days on which a target is read in part."""
    return {review.date for review in plan.measurement.reviews if review.kind == "gate"} | {
        phase.end for phase in plan.phases
    }


def calendar_pools(plan: MarketingPlan) -> dict[str, Pool]:
    """Dates and days that follow from the calendar: whole weeks for tests, sign-up before an event, days left to a key date."""
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
    return found


def parts(plan: MarketingPlan) -> dict[str, Pool]:
    """Part id → the numbers in its own fields."""
    return {part: of_plan(getattr(plan, part), plan.meta.currency, part) for part in PART_IDS}


def says(pool: Pool, items: Iterable[Item], value: float, unit: str, rate: Callable[[str, str], Decimal]) -> bool:
    """Whether items say a figure: the number in its unit, or a range of the same unit that it lies in; money by the planning rate."""
    kind = _UNITS.get(unit, unit)
    shown = value * 100 if kind == PERCENT else value
    if any(abs(shown - known) <= 1e-6 + 1e-4 * abs(known) for known in pool.values.get(kind, ())):
        return True
    ranges = [one for one in items if isinstance(one, Benchmark)]
    if any(one.low <= value <= one.high for one in ranges if _UNITS.get(one.unit, one.unit) == kind):
        return True
    foreign = [one for one in ranges if one.currency and one.currency != unit and len(unit) == 3]
    return any(one.low <= value / float(rate(one.currency, unit)) <= one.high for one in foreign)


class Shelf:
    """The numbers of knowledge items, each read once."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self._pools: dict[str, Pool] = {}

    def pool(self, source: str) -> Pool:
        """Numbers of the item behind a source id; none for a source that is no item."""
        if source not in self._pools:
            item = self.items.get(source.removeprefix("kb:")) if source.startswith("kb:") else None
            self._pools[source] = of_item(item) if item is not None else Pool()
        return self._pools[source]

    def pools(self, sources: Iterable[str]) -> Pool:
        """Numbers of several."""
        pool = Pool()
        for one in sources:
            pool.update(self.pool(one))
        return pool


_last: list[Shelf] = []


def shelf_of(items: Mapping[str, Item]) -> Shelf:
    """The shelf of these items; the last one is kept, since a process checks many plans against one knowledge base."""
    if not _last or _last[0].items is not items:
        _last[:] = [Shelf(items)]
    return _last[0]
