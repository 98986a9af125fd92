"""Numbers by kind, and where they come from: texts, a brief, a knowledge item, the house's own phrases."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agent.brief.model import BrandBrief, Competitor
from agent.compliance import RulesUnreadable, reasons
from agent.data import read_yaml
from agent.knowledge.model import Benchmark, Item
from agent.quantities import CLOCK, COUNT, DATE, PERCENT, Quantity, quantities
from agent.resources import prompts_dir

ANY = ""
"""Kind of a number whose unit is not known: it grounds a count, not a share or a sum."""

UNITS = {
    "%": PERCENT,
    "h": "hour",
    "min": "minute",
    "d": "day",
    "x": "times",
    "s": "second",
    "count": COUNT,
    "followers": COUNT,
}
"""Unit of a figure or item → what it measures."""


@dataclass
class Pool:
    """Numbers by kind, looked up by value."""

    values: dict[str, set[float]] = field(default_factory=lambda: defaultdict(set))
    _sorted: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, *values: float) -> None:
        """Adds numbers of a kind; what is no number is left out, since nothing can be found in an order with it."""
        held = self.values[kind]
        for value in values:
            if math.isfinite(value):
                held.add(abs(float(value)))
        self._sorted.pop(kind, None)

    def update(self, other: Pool) -> None:
        """Adds another pool."""
        for kind, values in other.values.items():
            self.values[kind] |= values
            self._sorted.pop(kind, None)

    def without(self, *kinds: str) -> Pool:
        """The same without numbers of some kinds."""
        pool = Pool()
        for kind, values in self.values.items():
            if kind not in kinds:
                pool.values[kind] |= values
        return pool

    def holds(self, one: Quantity) -> bool:
        """Whether a number that is shown comes from a number of the pool, rounded as the house rounds."""
        return self._near(one.kind, one) or (one.kind == COUNT and self._near(ANY, one))

    def _near(self, kind: str, one: Quantity) -> bool:
        if kind not in self.values:
            return False
        known = self._sorted.get(kind)
        if known is None:
            known = self._sorted[kind] = sorted(self.values[kind])
        most = max(_reach(one), 1e-9)
        first = bisect.bisect_left(known, one.value - most)
        last = bisect.bisect_right(known, one.value + most)
        return any(_shows(one, value) for value in known[first:last])


def _reach(one: Quantity) -> float:
    """Farthest that a value can lie from what is shown."""
    return 0.0 if one.kind in (DATE, CLOCK, "article") else max(one.step, abs(one.value) * 0.05)


def _shows(one: Quantity, value: float) -> bool:
    """Whether the shown number is this value: as it is, to the digits shown, or to three figures."""
    if abs(one.value - value) < 1e-6:
        return True
    if one.kind in (DATE, CLOCK, "article"):
        return False
    rounds = one.step != 1 or abs(value) >= 10 or one.kind in (PERCENT, "hour")
    if (
        rounds
        and abs(one.value - value) <= one.step / 2 + 1e-9
        and (one.step == 1 or abs(value) >= one.step or not one.value)
    ):
        return True
    return abs(value) >= 1000 and one.value == rounded(value, 3)


def rounded(value: float, count: int) -> float:
    """A number to so many figures: the house writes estimates with three, targets it proposes and guesses at a price with two."""
    magnitude = 10.0 ** (len(str(int(abs(value)))) - count)
    return round(value / magnitude) * magnitude


def of_texts(texts: Iterable[str]) -> Pool:
    """The numbers that stand in texts."""
    pool = Pool()
    for text in texts:
        told(pool, text)
    return pool


def told(pool: Pool, text: str) -> None:
    """Adds the numbers that stand in a text."""
    for one in quantities(text):
        _say(pool, one)


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


def of_brief(brief: BrandBrief | Competitor, currency: str) -> Pool:
    """Every number that the client gave, of everything or of one competitor, in words or in fields."""
    pool = Pool()

    def walk(value: Any, name: str, unit: str) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, str):
            for one in quantities(value):
                _say(pool, one)
                if one.kind in (COUNT, "age"):
                    pool.add(ANY, one.value)
        elif isinstance(value, dt.date):
            of_day(pool, value)
        elif isinstance(value, BaseModel):
            own = str(getattr(value, "unit", "") or "")
            for inner, content in vars(value).items():
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
    unit = UNITS.get(str(getattr(item, "unit", "")), "") or str(getattr(item, "unit", ""))
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
            elif name not in ("likelihood", "impact", "weight", "order"):
                pool.add(COUNT, value)
        elif isinstance(value, dt.date):
            return
        elif isinstance(value, BaseModel):
            for inner, content in vars(value).items():
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
def _finer_packs() -> tuple[tuple[str, str], ...]:
    """Categories that have packs for a kind within them, each with that pack's name."""
    return tuple((home, name) for home, _, name in read_yaml(prompts_dir() / "playbook" / "match.yaml")["packs"])


@functools.cache
def of_house(part: str, language: str, category: str) -> Pool:
    """Numbers of the house's own phrases for a part: sample sizes, look-back windows, drill lengths that the playbook sets."""
    base = "zh-CN" if language.startswith("zh") else "en"
    folder = prompts_dir() / "playbook"
    finer = [name for home, name in _finer_packs() if home == category]
    names = [folder / base / f"{part}.yaml", folder / base / "ideas.yaml", folder / base / "topics.yaml",
             *(folder / "categories" / f"{name}.{base}.yaml" for name in (category, *finer)), prompts_dir() / "locales" / f"frame.{base}.yaml"]  # fmt: skip
    pool = Pool()
    for name in names:
        pool.update(_of_phrases(name))
    return pool


@functools.cache
def of_law() -> Pool:
    """Numbers in the reasons that the compliance rules give; none where they cannot be read, which is told elsewhere."""
    try:
        return of_texts(reasons())
    except RulesUnreadable:
        return Pool()


@functools.cache
def _of_phrases(path: Path) -> Pool:
    """Numbers of a file of phrases; none where there is no such file."""
    if not path.is_file():
        return Pool()
    return of_texts(re.sub(r"\{[^{}]*\}", "\0", path.read_text(encoding="utf-8")).splitlines())


def says(pool: Pool, items: Iterable[Item], value: float, unit: str, rate: Callable[[str, str], Decimal]) -> bool:
    """Whether items say a figure: the number in its unit, or a range of the same unit that it lies in; money by the planning rate."""
    kind = UNITS.get(unit, unit)
    shown = value * 100 if kind == PERCENT else value
    if any(abs(shown - known) <= 1e-6 + 1e-4 * abs(known) for known in pool.values.get(kind, ())):
        return True
    ranges = [one for one in items if isinstance(one, Benchmark)]
    if any(one.low <= value <= one.high for one in ranges if UNITS.get(one.unit, one.unit) == kind):
        return True
    foreign = [one for one in ranges if one.currency and one.currency != unit and len(unit) == 3]
    return any(one.low <= value / float(rate(one.currency, unit)) <= one.high for one in foreign)


class Shelf:
    """The numbers of knowledge items, each read once."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = items
        self._pools: dict[str, Pool] = {}
        self.titles = of_texts(
            text for name, item in items.items() if name.startswith("date.") for text in (item.title.zh, item.title.en)
        )
        """Numbers in the names of key dates."""
        self.listed = {
            name: item
            for name, item in items.items()
            if name.startswith(("law.", "norm.")) or ".disclosure." in name or ".windows." in name
        }
        """Items that a plan's parts may repeat whether or not they cite them."""

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
