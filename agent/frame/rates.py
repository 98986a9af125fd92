"""Rates for the money side: benchmarks and the brand's own figures, each with low, base and high and where it comes from."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.data import read_yaml
from agent.knowledge import Knowledge
from agent.locale import localise, money_value, percent, plain, t
from agent.resources import knowledge_dir

CASES = ("low", "base", "high")


@functools.cache
def allocation() -> dict[str, Any]:
    """knowledge/allocation.yaml: splits and rates that no publication gives, all of them labelled assumptions."""
    data: dict[str, Any] = read_yaml(knowledge_dir() / "allocation.yaml")
    return data


@dataclass(frozen=True)
class Span:
    """A quantity in the low, base and high case (low is always the case that brings less)."""

    low: float = 0.0
    base: float = 0.0
    high: float = 0.0

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.base + other.base, self.high + other.high)

    def __mul__(self, other: Span | float) -> Span:
        if isinstance(other, Span):
            return Span(self.low * other.low, self.base * other.base, self.high * other.high)
        return Span(self.low * other, self.base * other, self.high * other)

    def __truediv__(self, other: Span) -> Span:
        return Span(*(a / b if b else 0.0 for a, b in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.base, self.high))

    def map(self, function: Callable[[float], float]) -> Span:
        """Each case on its own through `function`."""
        return Span(function(self.low), function(self.base), function(self.high))


def kept(value: float) -> float:
    """A count as every part keeps it, rounded once, from what was reckoned: whole from ten on, to a tenth below."""
    return float(round(value)) if abs(value) >= 10 else round(value, 1)


@dataclass(frozen=True)
class Rate:
    """A rate with its source. `span.low` belongs to the low case: for a price it is the dearest, for a share the smallest."""

    span: Span
    unit: str
    sources: tuple[str, ...]
    own: bool = False
    """True when it is the brand's own figure."""
    note: str = ""
    """How it was reckoned: conversion of currency, or the arithmetic of an own cost."""

    def show(self, value: float | None = None) -> str:
        """The base value (or `value`) for a formula."""
        shown = self.span.base if value is None else value
        if self.unit == "%":
            return percent(shown, 2)
        if len(self.unit) == 3 and self.unit.isupper():
            return money_value(round(shown, 2), self.unit)
        return plain(shown, 0 if shown >= 10 else 2)

    def case(self, name: str) -> str:
        """The value of one case for a list of rates."""
        return self.show({"low": self.span.low, "base": self.span.base, "high": self.span.high}[name])

    def ends(self) -> str:
        """ "low … high" for a formula; empty when the rate has no range."""
        return "" if self.span.low == self.span.high else f"{self.case('low')} … {self.case('high')}"


@dataclass
class Rates:
    """Look-up of rates for one brief: its currency, its kind of business, its market, its language."""

    knowledge: Knowledge
    currency: str
    business: str
    region: str
    language: str
    deep: bool = False
    """Whether the plan's conversions are demo, pilot or quote requests rather than leads."""
    used: dict[str, None] = field(default_factory=dict)
    """Knowledge item ids that a number rests on."""
    _cache: dict[tuple[str, str, str, str], Rate | None] = field(default_factory=dict)

    def find(self, metric: str, platform: str = "", *, tier: str = "", format: str = "") -> Rate | None:
        """The rate for a metric, or None when nothing is known. Prices come in the brief's currency.

        Ends are moved towards the base: end = base × (benchmark end ÷ base)^(1/√3), because in a chain of three independent rates all
        three do not reach their ends together (assumption `joint`). Conversion rates are scaled by `deep` where a request is more than a
        lead, and by `elsewhere` on platforms without a rate of their own. Prices (a currency as unit) are turned round: low case = dearest.
        """
        key = (metric, platform, tier, format)
        if key not in self._cache:
            self._cache[key] = self._find(*key)
        found = self._cache[key]
        if found is not None:
            for source in found.sources:
                self.used[source.removeprefix("kb:")] = None
        return found

    def _find(self, metric: str, platform: str, tier: str, format: str) -> Rate | None:
        trade = "b2b" if self.business == "b2b" else "b2c"
        region = labour_region(self.currency) if metric == "labour_hour" else self.region
        row = self.knowledge.find_benchmark(
            metric, platform or None, None if platform else region, trade, tier=tier or None, format=format or None
        )
        if row is None:
            return None
        factor, unit, note = 1.0, row.unit, ""
        sources: tuple[str, ...] = (f"kb:{row.id}",)
        if row.currency and row.currency != self.currency:
            try:
                factor = float(self.knowledge.rate(row.currency, self.currency))
            except KeyError:
                return None
            unit, note = self.currency, f"1 {row.currency} = {factor:.4g} {self.currency}"
            sources = (*sources, f"kb:{self.knowledge.base.rates_item.id}")
        if metric == "cvr":
            factor *= constant("deep") if self.deep else 1.0
            factor *= 1.0 if row.platform else constant("elsewhere", trade)
        low, base, high = row.low * factor, row.base * factor, row.high * factor
        joint = float(allocation()["assumptions"]["joint"])
        low, high = (base * (end / base) ** joint if base > 0 and end > 0 else end for end in (low, high))
        span = Span(high, base, low) if row.currency else Span(low, base, high)
        return Rate(span, unit, sources, note=note)

    def platform(self, platform: str) -> str:
        """The platform's name in the plan's language; the id when it is unknown."""
        sheet = self.knowledge.platforms.get(platform)
        return localise(sheet.names.text(self.language), self.language) if sheet else platform

    def assumed(self, name: str) -> Span:
        """An assumption of allocation.yaml that has a range."""
        row = allocation()["assumptions"][name]
        return Span(float(row["low"]), float(row["base"]), float(row["high"]))


def labour_region(currency: str) -> str:
    """Whose cost of an hour of work holds for a sum in this currency."""
    return {"CNY": "CN", "TWD": "TW"}.get(currency, "GLOBAL")


def constant(name: str, part: str = "") -> float:
    """An assumption of allocation.yaml that is one number."""
    row = allocation()["assumptions"][name]
    return float(row[part] if part else row)


def unit_cost(kind: str, platforms: Iterable[str], rates: Rates) -> tuple[float, str] | None:
    """Base cost of one more result by media on the first of `platforms` with known rates: (whole units, platform); None without any.

    conversion = CPM ÷ 1000 ÷ CTR ÷ CVR; traffic = CPM ÷ 1000 ÷ CTR; awareness = CPM ÷ 1000; engagement = CPM ÷ 1000 ÷ ER ÷ `paid_er`;
    followers = cost per follower.
    """
    names = {"followers": ("cost_per_follower",), "awareness": ("cpm",), "traffic": ("cpm", "ctr"),
             "engagement": ("cpm", "er"), "conversion": ("cpm", "ctr", "cvr")}[kind]  # fmt: skip
    for platform in platforms:
        if float(allocation()["ads"].get(platform, 0)) <= 0:
            continue
        found = [rates.find(name, platform) for name in names]
        known = [rate.span.base for rate in found if rate is not None and rate.span.base > 0]
        if len(known) != len(found):
            continue
        cost = known[0] / (1 if kind == "followers" else 1000)
        for share in known[1:]:
            cost /= share
        return (cost / constant("paid_er") if kind == "engagement" else cost), platform
    return None


def cheapness(kind: str, platforms: Iterable[str], rates: Rates) -> dict[str, float]:
    """Platform → (price of a result on the cheapest ÷ price here) ^ `ads_by_cost`, by which money for one kind of result leans towards where it buys
    more; {} for a kind without a price of its own on two platforms at least.
    """
    if kind not in ("awareness", "traffic", "engagement", "conversion"):
        return {}
    prices = {name: price[0] for name in platforms if (price := unit_cost(kind, [name], rates))}
    least = min(prices.values(), default=0.0)
    return (
        {name: (least / price) ** constant("ads_by_cost") for name, price in prices.items()} if len(prices) > 1 else {}
    )


def compared(language: str, own: str, bench: str) -> str:
    """How a rate is come by: the account's own, the published range, or both; what is missing is not spoken of."""
    key = "rate_formula" if own and bench else "rate_own" if own else "rate_bench"
    return t(language, f"funnel.{key}", own=own, bench=bench)


def about(value: float) -> str:
    """An operand of a formula, in four figures."""
    return plain(value, _digits(value))


def equals(*operands: float) -> str:
    """The sign before a formula's result: "≈" where rounding changed an operand (`about`), so that who reckons with it again expects to come near."""
    exact = all(abs(one) >= 1000 or abs(round(one, _digits(one)) - one) <= 1e-9 * abs(one) for one in operands)
    return "=" if exact else "≈"


def _digits(value: float) -> int:
    return max(0, 3 - math.floor(math.log10(abs(value)))) if 0 < abs(value) < 1000 else 0


def chained(formula: str) -> str:
    """A formula of several steps: "a × b → c × d → e", since "a × b = c × d = e" states what is not so. Single steps keep their "="."""
    parts = formula.split("; ")
    return "; ".join(part.replace(" = ", " → ") if part.count(" = ") > 1 else part for part in parts)
