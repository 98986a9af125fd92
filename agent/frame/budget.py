"""Allocation of the money over category × platform × phase, in minor units, to the cent, inside the brief's limits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.brief.model import BrandBrief
from agent.frame.apportion import NO_LIMIT, Table, between, largest_remainder
from agent.frame.earmarks import SOURCE as EARMARKED
from agent.frame.limits import CATEGORIES, SHARED, Bound, Fixed, bounds, creator_cap, excluded, fixed_lines, span_of
from agent.frame.model import DateFrame, PlatformFrame
from agent.frame.rates import Rates, allocation, cheapness
from agent.plan.content import Phase
from agent.plan.results import Category

GIVING = ("content", "prizes", "tools", "ads", "creators", "labour", "contingency")
"""Categories in the order in which they give and take when limits move money."""


@dataclass(frozen=True)
class Cell:
    """Money of one category on one platform in one phase, before it is worded."""

    category: Category
    platform: str
    phase: str
    cents: int
    fixed: str = ""
    """The brief's purpose, when the brief tied the sum."""


@dataclass(frozen=True)
class Spread:
    """The whole allocation."""

    total: int
    size: str
    cells: tuple[Cell, ...]
    bounds: tuple[Bound, ...]
    fixed: tuple[Fixed, ...]
    step: int
    """Round step of the sums, in minor units."""
    least: int
    """Smallest sensible line, in minor units."""
    shares: Mapping[str, float]
    """Base shares by category that were aimed at."""
    first_phase: str
    """Phase of lines that cost nothing."""
    cheap: Mapping[str, float] = field(default_factory=dict)
    """Platform → how far a result of the leading goal is as cheap there as where it is cheapest (`agent.frame.rates.cheapness`)."""

    def of(self, category: str, platform: str = "") -> int:
        """Money of a category, on one platform or on all: Σ cells."""
        return sum(c.cents for c in self.cells if c.category == category and platform in ("", c.platform))


def size_of(total: int, currency: str, rates: Rates) -> str:
    """micro, small, medium or large: total ÷ 100 × planning rate to USD against the thresholds of allocation.yaml."""
    whole = total / 100
    try:
        usd = whole * float(rates.knowledge.rate(currency, "USD"))
    except KeyError:
        usd = whole
    return next(str(name) for name, limit in allocation()["sizes"].items() if usd < float(limit))


def grain(total: int, currency: str) -> tuple[int, int]:
    """(step, least) in minor units: step = currency step × 10ⁿ with at least 2,000 steps in the total; least = max(currency's, share × total).

    Below 100 steps a total is divided by the cent, so that a sum of any size still divides.
    """
    lines = allocation()["lines"]
    step = int(lines["step"].get(currency, lines["other"]["step"])) * 100
    while total // (step * 10) >= 2000:
        step *= 10
    if total // step < 100:
        step = 1
    least = max(int(lines["least"].get(currency, lines["other"]["least"])) * 100, int(total * float(lines["share"])))
    return step, min(least, max(1, total))


def shares_of(brief: BrandBrief, size: str, platforms: Sequence[PlatformFrame]) -> dict[str, float]:
    """Share of each category: table by size and business × tilt of the first objective, brought to Σ = 1.

    Categories that the sum excludes, and ads or creators without a platform for them, get 0; labour is 0 unless the brief ties a sum
    to it, because working time of the client's own team is counted in hours.
    """
    data = allocation()
    shares: dict[str, float] = {name: float(data["shares"][size][brief.business].get(name, 0)) for name in CATEGORIES}
    first = brief.objectives[0].kind if brief.objectives else "awareness"
    for name, factor in data["tilt"].get(first, {}).items():
        shares[name] *= float(factor)
    out = excluded(brief)
    for name in ("ads", "creators"):
        if name in out or not any(float(data[name].get(p.id, 0)) > 0 for p in platforms):
            shares[name] = 0.0
    for name in ("content", "tools", "prizes"):
        if name in out:
            shares[name] = 0.0
    whole = sum(shares.values())
    return {name: value / whole for name, value in shares.items()}


def column_weights(
    category: str, platforms: Sequence[PlatformFrame], size: str, cheap: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Weight of each platform inside a category: role weight × score (× suitability for ads and creators, × `cheap` for ads); content keeps a shared part,
    and is shared as a whole where a micro budget buys no more than materials.
    """
    data = allocation()
    base = {p.id: float(data["roles"].get(p.role, 0)) * max(p.total, 0.1) for p in platforms}
    if category in ("ads", "creators"):
        lean = cheap or {} if category == "ads" else {}
        return {
            name: weight * float(data[category].get(name, 0)) * lean.get(name, 1.0) for name, weight in base.items()
        }
    if category == "content" and base and size != "micro":
        shared = float(data["shared_content"][min(len(base), 4)])
        return {**base, SHARED: sum(base.values()) * shared / (1 - shared)}
    return {SHARED: 1.0}


def spread(
    brief: BrandBrief,
    *,
    phases: Sequence[Phase],
    platforms: Sequence[PlatformFrame],
    rates: Rates,
    key_dates: Sequence[DateFrame] = (),
) -> Spread:
    """The allocation of `brief.budget`: fixed sums first, then shares by category, platform and phase, moved only as limits ask.

    Σ cells = total, to the cent. Platforms are those that get posts.
    """
    total = max(0, int((brief.budget.total or 0) * 100))
    size = size_of(total, brief.budget.currency, rates)
    shares = shares_of(brief, size, platforms)
    step, least = grain(total, brief.budget.currency)
    found, fixed = bounds(brief, total), fixed_lines(brief, total)
    lead = brief.objectives[0] if brief.objectives else None
    cheap = cheapness(lead.kind, [p.id for p in platforms], rates) if lead and not lead.platform else {}
    free = total - sum(row.cents for row in fixed)
    grid = _grid(brief, shares, platforms, fixed, found, free, total, step, least, size, cheap)
    cells = [
        Cell(row.category, row.platform, _phase_of(row.purpose, brief, phases, key_dates), row.cents, row.purpose)
        for row in fixed
        if row.cents
    ]
    pull = _pull(brief, phases)
    for (category, platform), cents in grid.items():
        cells += _over_phases(
            category, platform, cents, phases, step, least, pull if category in ("ads", "creators") else {}
        )
    order = {name: n for n, name in enumerate([p.id for p in platforms])}
    when = {phase.id: n for n, phase in enumerate(phases)}
    cells.sort(
        key=lambda c: (CATEGORIES.index(c.category), order.get(c.platform, len(order)), not c.fixed, when[c.phase])
    )
    return Spread(total, size, tuple(cells), found, fixed, step, least, shares, phases[0].id, cheap)


def _grid(
    brief: BrandBrief,
    shares: Mapping[str, float],
    platforms: Sequence[PlatformFrame],
    fixed: Sequence[Fixed],
    found: Sequence[Bound],
    free: int,
    total: int,
    step: int,
    least: int,
    size: str,
    cheap: Mapping[str, float],
) -> dict[tuple[Category, str], int]:
    """Category × platform for the money that is not fixed. Tries round sums with contingency in its band, then lets go of one after the other."""
    tries = dict.fromkeys(((step, True), (1, True), (step, False), (1, False)))
    values: dict[tuple[str, str], int] = {}
    for unit, band in tries:
        table, kept = _settled(brief, shares, platforms, fixed, found, free, total, unit, least, band, size, cheap)
        values = {key: cents for key, cents in table.items() if cents}
        if kept:
            break
    return {
        (category, platform): values[category, platform]
        for category in CATEGORIES
        for c, platform in values
        if c == category
    }


def _settled(
    brief: BrandBrief,
    shares: Mapping[str, float],
    platforms: Sequence[PlatformFrame],
    fixed: Sequence[Fixed],
    found: Sequence[Bound],
    free: int,
    total: int,
    unit: int,
    least: int,
    band: bool,
    size: str,
    cheap: Mapping[str, float],
) -> tuple[dict[tuple[str, str], int], bool]:
    """One attempt: shares → bounds by category → columns → `Table.settle` → small cells merged; in minor units, with whether all is kept."""
    units, rest = divmod(free, unit)
    rows = _row_bounds(brief, fixed, found, total, unit, band)
    wanted = _wanted(shares, fixed, total, unit)
    parts = between(units, wanted, {k: v[0] for k, v in rows.items()}, {k: v[1] for k, v in rows.items()})
    small = [
        name for name, part in parts.items() if part * unit < least and not rows[name][0] and name != "contingency"
    ]
    for name in small:
        target = max((other for other in parts if other != name), key=lambda other: (wanted[other], parts[other]))
        if parts[target] + parts[name] <= rows[target][1]:
            parts[target] += parts[name]
            parts[name] = 0
    cells: dict[tuple[str, str], int] = {}
    for category in CATEGORIES:
        weights = column_weights(category, platforms, size, cheap)
        weights = {name: weight for name, weight in weights.items() if weight > 0} or {SHARED: 1.0}
        cells |= {(category, p.id): 0 for p in platforms if category in ("content", "prizes")}
        cells[category, SHARED] = 0
        cells |= {
            (category, p): v
            for p, v in zip(weights, largest_remainder(parts[category], list(weights.values())), strict=True)
        }
        if category in ("ads", "creators") and SHARED not in weights:
            del cells[category, SHARED]
    table = Table(cells, units)
    for name, arc in table.rows.items():
        arc.low, arc.high = rows[name]
    for name, arc in table.columns.items():
        arc.low, arc.high = _minus(
            span_of(found, "platform", name), sum(f.cents for f in fixed if f.platform == name), unit
        )
    kept = table.settle(GIVING)
    _merge_small(table, max(1, least // unit))
    out = {key: value * unit for key, value in table.values().items()}
    kept = _place_rest(out, rest, fixed, found) and kept
    return out, kept


def _minus(span: tuple[int, int], taken: int, unit: int) -> tuple[int, int]:
    """Bounds for what is not fixed, in units: floor rounded up, cap down, neither below 0."""
    low, high = span
    return max(0, -((taken - low) // unit)), NO_LIMIT if high >= NO_LIMIT else max(0, (high - taken) // unit)


def _row_bounds(
    brief: BrandBrief, fixed: Sequence[Fixed], found: Sequence[Bound], total: int, unit: int, band: bool
) -> dict[str, tuple[int, int]]:
    out: dict[str, tuple[int, int]] = {}
    banned = excluded(brief)
    for name in CATEGORIES:
        low, high = span_of(found, "category", name)
        taken = sum(row.cents for row in fixed if row.category == name)
        if name == "contingency" and band and low == 0 and high == NO_LIMIT and not taken:
            part = allocation()["contingency"]
            low, high = int(total * float(part["low"])), int(total * float(part["high"]))
        elif name == "creators" and creator_cap(found) == 0:
            high = taken
        elif band and not low and not taken and (name == "labour" or name in banned):
            high = 0
        out[name] = _minus((low, high), taken, unit)
    return out


def _wanted(shares: Mapping[str, float], fixed: Sequence[Fixed], total: int, unit: int) -> dict[str, float]:
    """What a category still wants beside its fixed sums, in units; a category wholly covered by fixed sums wants nothing more."""
    out: dict[str, float] = {
        name: max(0.0, shares[name] * total - sum(f.cents for f in fixed if f.category == name)) / unit
        for name in CATEGORIES
    }
    return out if any(out.values()) else dict(shares)


def _merge_small(table: Table, least: int) -> None:
    """Cells below the smallest sensible sum go into the largest cell of their category, where both platforms' bounds allow it."""
    for (category, platform), arc in table.cells.items():
        if category == "contingency" or not 0 < arc.flow < least * int(allocation()["lines"]["merge"][category]):
            continue
        others = [
            (other.flow, name)
            for (c, name), other in table.cells.items()
            if c == category and name != platform and other.flow
        ]
        for size, name in sorted(others, reverse=True):
            if size < arc.flow:
                break
            here, there = table.columns[platform], table.columns[name]
            if here.flow - arc.flow >= here.low and there.flow + arc.flow <= there.high:
                table.cells[category, name].flow += arc.flow
                here.flow, there.flow, arc.flow = here.flow - arc.flow, there.flow + arc.flow, 0
                break


def _place_rest(out: dict[tuple[str, str], int], rest: int, fixed: Sequence[Fixed], found: Sequence[Bound]) -> bool:
    """Puts what is left below one step where no cap minds: contingency first, then shared content, then anything. False when nothing can."""
    if not rest:
        return True
    keys = sorted(out, key=lambda key: (key != ("contingency", SHARED), key != ("content", SHARED), not out[key]))
    for key in keys:
        room = True
        for scope, place in (("category", 0), ("platform", 1)):
            _, high = span_of(found, scope, key[place])
            spent = sum(v for k, v in out.items() if k[place] == key[place])
            tied = sum(f.cents for f in fixed if (f.category if place == 0 else f.platform) == key[place])
            room = room and spent + tied + rest <= high
        if room:
            out[key] += rest
            return True
    out[keys[0]] += rest
    return False


def _over_phases(
    category: Category,
    platform: str,
    cents: int,
    phases: Sequence[Phase],
    step: int,
    least: int,
    pull: Mapping[str, float],
) -> Iterator[Cell]:
    """One cell over the phases by their share of the budget; no more phases than leave each a sensible line.

    Ads and creators follow the goals that end on a date (`_pull`). Contingency stays out of the first phase; tools follow the days of each phase. Where tools or content do not
    reach every phase, they come in the first ones.
    """
    chosen = list(phases[1:] if category == "contingency" and len(phases) > 1 else phases)
    weight = {
        p.id: float((p.end - p.start).days + 1) if category == "tools" else max(p.share, 1e-6) * pull.get(p.id, 1.0)
        for p in chosen
    }
    worth = {"creators": 10, "contingency": 4, "tools": 4, "prizes": 4}.get(category, 2)
    wanted = max(1, min(len(chosen), cents // (worth * least)))
    ranked = chosen if category in ("tools", "content") else sorted(chosen, key=lambda p: -weight[p.id])
    keep = {p.id for p in ranked[:wanted]}
    chosen = [p for p in chosen if p.id in keep]
    units, rest = divmod(cents, step)
    parts = largest_remainder(units, [weight[p.id] for p in chosen])
    for n, (phase, part) in enumerate(zip(chosen, parts, strict=True)):
        value = part * step + (rest if n == len(chosen) - 1 else 0)
        if value:
            yield Cell(category, platform, phase.id, value)


def _pull(brief: BrandBrief, phases: Sequence[Phase]) -> dict[str, float]:
    """Factor on a phase's share for each conversion goal that ends on a key date of the brief: 1 + `dated` × part of the phase's days that lie
    in the six weeks before the date.
    """
    out: dict[str, float] = {}
    for objective in brief.objectives:
        text = f"{objective.text} {objective.metric}".casefold()
        named = [key.date for key in brief.key_dates if len(key.name) > 1 and key.name.casefold() in text]
        last = objective.deadline or next(iter(named), None)
        if objective.kind != "conversion" or last is None:
            continue
        for phase in phases:
            first, until = max(phase.start, last - dt.timedelta(weeks=6)), min(phase.end, last)
            part = max(0, (until - first).days + 1) / ((phase.end - phase.start).days + 1)
            out[phase.id] = out.get(phase.id, 1.0) * (1 + float(allocation()["dated"]) * part)
    return out


def _phase_of(purpose: str, brief: BrandBrief, phases: Sequence[Phase], key_dates: Sequence[DateFrame] = ()) -> str:
    """The phase of a fixed sum: of the key date it names, of the month it names, of the day on which what it buys is there, else the first."""
    for key in brief.key_dates:
        if key.name and (key.name in purpose or purpose in key.name):
            return _phase_at(key.date, phases)
    months = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    spoken = re.search(rf"(\d{{1,2}})\s*月|\b({'|'.join(months)})[a-z]*\b", purpose.lower())
    if spoken:
        month = int(spoken[1]) if spoken[1] else months.index(spoken[2]) + 1
        for phase in phases:
            day = phase.start
            while day <= phase.end:
                if day.month == month:
                    return phase.id
                day += dt.timedelta(days=7)
    for place, row in enumerate(brief.budget.fixed):
        bought = next((key for key in key_dates if key.source == f"{EARMARKED}[{place}]"), None)
        if row.purpose == purpose and bought:
            return _phase_at(bought.prepare_from if bought.earmark == "film" else bought.deliver_by, phases)
    return phases[0].id


def _phase_at(date: dt.date, phases: Sequence[Phase]) -> str:
    return next((p.id for p in phases if date <= p.end), phases[-1].id)
