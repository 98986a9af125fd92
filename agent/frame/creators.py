"""Creators behind the creator lines: tiers, numbers and fees that multiply out to each line exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.frame.budget import Cell
from agent.frame.model import CreatorFrame
from agent.frame.rates import Rate, Rates, Span, allocation
from agent.plan.base import Figure


@dataclass(frozen=True)
class Offer:
    """A tier at the fee that is planned for it, in minor units."""

    tier: str
    role: str
    fee: int
    share: float


def offers(platform: str, size: str, cap: int | None, step: int, rates: Rates) -> tuple[Offer, ...]:
    """Tiers that the brief's cap allows on a platform, the largest first: fee = min(base fee, cap), rounded down to the step.

    A tier is out when even its lowest fee is above the cap.
    """
    shares = allocation()["tiers"][size]
    roles = {tier.id.removeprefix("tier."): tier.role for tier in rates.knowledge.tiers}
    out = []
    for tier in reversed(list(roles)):
        rate = rates.find("creator_fee", platform, tier=tier) if tier in shares else None
        if rate is None:
            continue
        cheapest, fee = int(rate.span.high * 100), int(rate.span.base * 100)
        if cap is not None and cheapest > cap:
            continue
        fee = fee if cap is None else min(fee, cap)
        out.append(Offer(tier, roles[tier], fee // step * step or fee, float(shares[tier])))
    return tuple(out)


def split(cents: int, found: Sequence[Offer], cap: int | None) -> list[tuple[Offer, int, int]]:
    """(offer, number, fee) rows with Σ number × fee = cents, exactly, and no fee above the cap.

    Larger tiers get number = share × money ÷ fee, rounded, as far as the money goes; the smallest that fits takes what is left and its fee gives way: money ÷ number,
    with the number moved by up to a third when that makes the fee a round sum, else two rows that differ by one unit.
    """
    rows: list[tuple[Offer, int, int]] = []
    usable = [offer for offer in found if offer.fee <= cents] or list(found[-1:])
    left, weight = cents, sum(offer.share for offer in usable)
    for offer in usable[:-1]:
        number = round(cents * offer.share / weight / offer.fee) if weight else 0
        number = min(number, left // offer.fee)
        while number and 0 < left - number * offer.fee < usable[-1].fee:
            number -= 1
        if number:
            rows.append((offer, number, offer.fee))
            left -= number * offer.fee
    last = usable[-1]
    if left == 0:
        return rows
    wish = max(1, round(left / last.fee))
    least = -(-left // cap) if cap else 1
    number, play = max(wish, least), min(wish // 3, 60)
    near = sorted(range(max(least, number - play), number + play + 1), key=lambda n: (abs(n - wish), n))
    for unit in (10_000, 5_000, 1_000, 100):
        for n in near:
            if left % (n * unit) == 0:
                return [*rows, (last, n, left // n)]
    unit = 1 if left % 100 else 100
    low, more = divmod(left // unit, number)
    if cap is not None and (low + 1) * unit > cap:
        unit = 1
        low, more = divmod(left, number)
    if more:
        rows.append((last, more, (low + 1) * unit))
    if low:
        rows.append((last, number - more, low * unit))
    return rows


def creator_plan(
    cells: Iterable[Cell], *, size: str, cap: int | None, step: int, rates: Rates
) -> tuple[CreatorFrame, ...]:
    """Creators for every creator line; per line Σ number × fee = the line. views = number × views per post; engagements = views × rate."""
    out: list[CreatorFrame] = []
    for cell in cells:
        if cell.category != "creators" or cell.cents <= 0:
            continue
        found = offers(cell.platform, size, cap, step, rates) or (
            Offer("nano", "KOC", min(cell.cents, cap or cell.cents), 1.0),
        )
        for offer, number, fee in split(cell.cents, found, cap):
            views, engagements = reach_of(cell.platform, offer.tier, number, rates)
            out.append(
                CreatorFrame(
                    id=f"CR{len(out) + 1}",
                    role="KOL" if offer.role == "KOL" else "KOC",
                    tier=offer.tier,
                    platform=cell.platform,
                    phase=cell.phase,
                    number=number,
                    fee_cents=fee,
                    total_cents=number * fee,
                    views=views,
                    engagements=engagements,
                )
            )
    return tuple(out)


def reach_of(platform: str, tier: str, number: int, rates: Rates) -> tuple[Figure, Figure]:
    """Views and engagements of `number` creators of a tier: number × views per post; × engagement rate. None where no rate is known."""
    per = views_per_post(platform, tier, rates)
    er = rates.find("creator_er", platform, tier=tier) or rates.find("er", platform)
    if per is None:
        return Figure(unit="count", kind="assumption"), Figure(unit="count", kind="assumption")
    views = per.span * float(number)
    seen = Figure(
        value=round(views.base), low=round(views.low), high=round(views.high), unit="count", kind="computed",
        sources=list(per.sources), formula=f"{number} × {per.show()} = {views.base:,.0f}",
    )  # fmt: skip
    if er is None:
        return seen, Figure(unit="count", kind="assumption")
    done = views * er.span
    return seen, Figure(
        value=round(done.base), low=round(done.low), high=round(done.high), unit="count", kind="computed",
        sources=[*per.sources, *er.sources], formula=f"{views.base:,.0f} × {er.show()} = {done.base:,.0f}",
    )  # fmt: skip


def views_per_post(platform: str, tier: str, rates: Rates) -> Rate | None:
    """Views of one post by a creator of the tier; a rate per follower is multiplied by the middle of the tier's following (√(low × high))."""
    rate = rates.find("creator_views", platform, tier=tier)
    if rate is None or rate.unit != "%":
        return rate
    size = next((one for one in rates.knowledge.tiers if one.id == f"tier.{tier}"), None)
    if size is None:
        return None
    middle = (max(1, size.followers_low) * size.followers_high) ** 0.5
    return Rate(rate.span * middle, "count", (*rate.sources, f"kb:{size.id}"))


def total_views(creators: Iterable[CreatorFrame], platform: str) -> tuple[Span, Span]:
    """Views and engagements of all creators on a platform: Σ of their rows."""
    views, done = Span(), Span()
    for row in creators:
        if row.platform == platform:
            views += Span(row.views.low or 0, row.views.value or 0, row.views.high or 0)
            done += Span(row.engagements.low or 0, row.engagements.value or 0, row.engagements.high or 0)
    return views, done
