"""Paid media behind the ads lines: objectives per platform, and what the money buys in impressions, clicks and results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.brief.model import Objective
from agent.frame.apportion import largest_remainder
from agent.frame.budget import Spread
from agent.frame.model import PaidFrame
from agent.frame.rates import Rate, Rates, Span, allocation, constant
from agent.locale import money, number, t
from agent.plan.base import Figure

Aim = Literal["awareness", "traffic", "conversion", "followers", "boost"]
AIM: dict[str, Aim] = {
    "awareness": "awareness", "engagement": "boost", "traffic": "traffic", "conversion": "conversion", "followers": "followers",
}  # fmt: skip


@dataclass(frozen=True)
class Bought:
    """What one paid line brings, in three cases, with the arithmetic of the base case."""

    impressions: Span
    clicks: Span
    results: Span
    formulas: tuple[str, str, str]
    sources: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def paid_plan(spread: Spread, objectives: Sequence[Objective], rates: Rates) -> tuple[PaidFrame, ...]:
    """Paid lines per platform and objective; per platform Σ lines = Σ its ads lines, to the cent."""
    out: list[PaidFrame] = []
    for platform in dict.fromkeys(cell.platform for cell in spread.cells if cell.category == "ads"):
        money_here = spread.of("ads", platform)
        for aim, cents in objectives_of(platform, money_here, objectives, spread):
            bought = buys(platform, aim, cents, rates)
            cpm = rates.find("cpm", platform)
            out.append(
                PaidFrame(
                    id=f"AD{len(out) + 1}", platform=platform, objective=aim, cents=cents, cpm=_price(cpm, rates.currency),
                    impressions=_figure(bought, 0), clicks=_figure(bought, 1), results=_figure(bought, 2),
                    result_label=t(rates.language, f"paid.result.{aim}"),
                )
            )  # fmt: skip
    return tuple(out)


def objectives_of(platform: str, cents: int, objectives: Sequence[Objective], spread: Spread) -> list[tuple[Aim, int]]:
    """How a platform's ad money is divided: weight of each objective of the brief by rank, plus lifting the best organic posts.

    The leading goal's part shrinks where its results are dear and the platform has a goal of its own. One objective only while the money is below
    six sensible lines; none below two.
    """
    data = allocation()["paid"]
    weights: dict[Aim, float] = {}
    rank = 0
    for objective in objectives:
        aim = AIM.get(objective.kind)
        if aim is None or objective.platform not in ("", platform):
            continue
        weights[aim] = weights.get(aim, 0.0) + float(data["ranks"][min(rank, len(data["ranks"]) - 1)])
        rank += 1
    lead = AIM.get(objectives[0].kind) if objectives else None
    if lead in weights and any(one.platform == platform for one in objectives):
        weights[lead] *= spread.cheap.get(platform, 1.0)
    weights["boost"] = weights.get("boost", 0.0) + float(data["boost"])
    ordered = sorted(weights, key=lambda aim: -weights[aim])
    if cents < 6 * spread.least:
        return [(ordered[0], cents)]
    while len(ordered) > 1 and cents * weights[ordered[-1]] / sum(weights[a] for a in ordered) < 2 * spread.least:
        ordered.pop()
    units, rest = divmod(cents, spread.step)
    parts = largest_remainder(units, [weights[aim] for aim in ordered])
    sums = [part * spread.step + (rest if n == 0 else 0) for n, part in enumerate(parts)]
    return [(aim, value) for aim, value in zip(ordered, sums, strict=True) if value]


def buys(platform: str, aim: Aim, cents: int, rates: Rates) -> Bought:
    """impressions = money ÷ CPM × 1000; clicks = impressions × CTR; results by aim: conversion = clicks × CVR, traffic = clicks,
    boost = impressions × ER × `paid_er`, followers = money ÷ cost per follower, awareness = impressions. What follows from an unknown rate is unknown.
    """
    cpm = rates.find("cpm", platform)
    ctr = rates.find("ctr", platform) if cpm else None
    whole, shown = cents / 100, money(cents, rates.currency)
    impressions = cpm.span.map(lambda price: whole / price * 1000 if price else 0.0) if cpm else Span()
    clicks = impressions * ctr.span if ctr else Span()
    one = f"{shown} ÷ {cpm.show()} × 1,000 = {number(impressions.base)}" if cpm else ""
    two = f"{number(impressions.base)} × {ctr.show()} = {number(clicks.base)}" if ctr else ""
    first = cpm.sources if cpm else ()
    second = (*first, *(ctr.sources if ctr else ()))
    results, three, third = impressions, one, first
    if aim == "traffic":
        results, three, third = clicks, two, second
    elif aim in ("conversion", "boost"):
        known = ctr if aim == "conversion" else cpm
        rate = rates.find("cvr" if aim == "conversion" else "er", platform) if known else None
        before = clicks if aim == "conversion" else impressions
        part = 1.0 if aim == "conversion" else constant("paid_er")
        results = before * rate.span * part if rate else Span()
        scale = "" if part == 1 else f" × {part:g}"
        three = f"{number(before.base)} × {rate.show()}{scale} = {_small(results.base)}" if rate else ""
        third = (*(second if aim == "conversion" else first), *(rate.sources if rate else ()))
    elif aim == "followers":
        price = rates.find("cost_per_follower", platform)
        results = price.span.map(lambda each: whole / each if each else 0.0) if price else Span()
        three = f"{shown} ÷ {price.show()} = {number(results.base)}" if price else ""
        third = price.sources if price else ()
    return Bought(impressions, clicks, results, (one, two, three), (first, second, third))


def _small(value: float) -> str:
    return number(value, 1 if value < 10 else 0)


def _price(rate: Rate | None, currency: str) -> Figure:
    if rate is None:
        return Figure(unit=currency, kind="assumption")
    low, high = sorted((rate.span.low, rate.span.high))
    return Figure(
        value=round(rate.span.base, 2), low=round(low, 2), high=round(high, 2), unit=currency, kind="knowledge",
        sources=list(rate.sources), note=rate.note,
    )  # fmt: skip


def _figure(bought: Bought, place: int) -> Figure:
    span = (bought.impressions, bought.clicks, bought.results)[place]
    if not bought.formulas[place]:
        return Figure(unit="count", kind="assumption")
    # Few results keep what a price per result is divided by: 23,800 ÷ 6.04, not ÷ 6.
    digits = 4 if span.base < 100 else 0
    low, base, high = (round(value, digits) for value in span)
    return Figure(
        value=base, low=low, high=high, unit="count", kind="computed",
        sources=list(dict.fromkeys(bought.sources[place])), formula=bought.formulas[place],
    )  # fmt: skip
