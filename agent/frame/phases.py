"""Cuts the period into phases: number and length by duration, edges on Mondays or months, share of the money by intensity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.brief.model import BrandBrief
from agent.frame.rhythm import rhythm, step
from agent.locale import t
from agent.plan.content import Phase

_NAMES = {1: ("one",), 2: ("first", "third"), 3: ("first", "second", "third"), 4: ("first", "growth", "peak", "close")}
DEFAULT_WEEKS = 12


def period_of(brief: BrandBrief, as_of: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day: the brief's, else from the Monday after next for twelve weeks. An end before the start keeps the length of one day."""
    start = brief.period.start or as_of + dt.timedelta(days=14 - as_of.weekday())
    end = brief.period.end or start + dt.timedelta(weeks=DEFAULT_WEEKS, days=-1)
    return start, max(start, end)


def make_phases(
    start: dt.date, end: dt.date, *, business: str, language: str, anchors: Sequence[dt.date] = ()
) -> tuple[Phase, ...]:
    """Phases without gap or overlap.

    days = end − start + 1; the table `phases` of knowledge/rhythm.yaml gives parts pᵢ and intensities iᵢ for that length.
    edge k = start + days × Σ₍ⱼ≤ₖ₎ pⱼ, moved to the brand's own date within a tenth of the period (an anchor), else to the first of
    a month (periods from 120 days) within 15 days, else to a Monday.
    share = daysₖ × iₖ ÷ Σ(days × i), rounded to four places, the last phase taking what is left.
    """
    days = (end - start).days + 1
    table = step(rhythm()["phases"], days)
    parts, intensity = table["parts"], table["intensity"]
    firsts = [start]
    for k in range(1, len(parts)):
        ideal = start + dt.timedelta(days=round(days * sum(parts[:k])))
        edge = _edge(ideal, days, anchors)
        if firsts[-1] + dt.timedelta(days=3) <= edge <= end - dt.timedelta(days=2):
            firsts.append(edge)
        elif firsts[-1] + dt.timedelta(days=3) <= ideal <= end - dt.timedelta(days=2):
            firsts.append(ideal)
    lasts = [first - dt.timedelta(days=1) for first in firsts[1:]] + [end]
    weights = [((b - a).days + 1) * i for a, b, i in zip(firsts, lasts, intensity, strict=False)]
    shares = [round(weight / sum(weights), 4) for weight in weights]
    shares[-1] = round(1 - sum(shares[:-1]), 4)
    names = _NAMES[len(firsts)]
    return tuple(
        Phase(id=f"F{n}", name=t(language, f"rhythm.phase.{business}.{name}"), start=a, end=b, share=share)
        for n, (name, a, b, share) in enumerate(zip(names, firsts, lasts, shares, strict=True), 1)
    )


def _edge(ideal: dt.date, days: int, anchors: Sequence[dt.date]) -> dt.date:
    near = [anchor for anchor in anchors if abs((anchor - ideal).days) <= days / 10]
    if near:
        return min(near, key=lambda anchor: (abs((anchor - ideal).days), anchor))
    if days >= 120:
        this = ideal.replace(day=1)
        following = (this + dt.timedelta(days=32)).replace(day=1)
        return min((this, following), key=lambda first: abs((first - ideal).days))
    monday = ideal - dt.timedelta(days=ideal.weekday())
    return monday if ideal.weekday() <= 3 else monday + dt.timedelta(days=7)


def phase_at(phases: Sequence[Phase], day: dt.date) -> Phase:
    """The phase that holds the day; the nearest one for a day outside the period."""
    for phase in phases:
        if day <= phase.end:
            return phase
    return phases[-1]


def intensities(phases: Sequence[Phase]) -> dict[str, float]:
    """Phase id → posts relative to the steady cadence: (share ÷ share of days), so that the mean over all days is 1."""
    total = sum((p.end - p.start).days + 1 for p in phases)
    return {p.id: p.share / (((p.end - p.start).days + 1) / total) for p in phases}
