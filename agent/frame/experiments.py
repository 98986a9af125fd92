"""Tests that the plan can afford: sample per arm by formula, against what the posts and ads yield in the window."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from agent.frame.funnel import Forecast, Metric
from agent.frame.model import ExperimentFrame, PlatformFrame, Slot
from agent.frame.pace import Pace
from agent.frame.rates import Rate, Rates, allocation
from agent.frame.workload import FILMED
from agent.knowledge.model import Benchmark
from agent.plan.base import Figure, Kind

TestKind = Literal["cover", "hook", "window", "format", "offer", "audience"]
Z_LEVEL = 1.959964
"""Two-sided 5 %."""
Z_POWER = 0.841621
"""80 % power."""
SMALL = 12.0
"""A team with fewer hours a week makes `FEW` tests."""
FEW = 2
MOST = 5
"""A team learns from at most this many tests in a period."""
ARM = 2
"""Posts that the calendar has to hold for each arm of a test on the brand's own posts."""
LONGER = (1, 1.5, 2)
"""Such a test runs for up to twice the usual days until it has its posts."""


def sample_size(base: float, uplift: float) -> int:
    """Observations per arm to tell two proportions apart: n = (z₀.₉₇₅ + z₀.₈)² × (p₁(1−p₁) + p₂(1−p₂)) ÷ (p₂ − p₁)², rounded up.

    Both are fractions in (0, 1) and differ. Raises ValueError otherwise.
    """
    if not (0 < base < 1 and 0 < uplift < 1) or base == uplift:
        raise ValueError(f"two different fractions between 0 and 1 are needed, not {base} and {uplift}")
    spread = base * (1 - base) + uplift * (1 - uplift)
    return math.ceil((Z_LEVEL + Z_POWER) ** 2 * spread / (uplift - base) ** 2)


def detectable(base: float, step: float, available: int) -> float:
    """The finest difference that the sample can show: base × (1 + step × 1, 2 or 4); the widest when none of them suffices."""
    wider: list[float] = [
        round(min(0.95, base * (1 + step * factor)), 5) for factor in allocation()["experiments"]["wider"]
    ]
    return next((rate for rate in wider if rate != base and sample_size(base, rate) <= available), float(wider[-1]))


def experiments(
    platforms: Sequence[PlatformFrame],
    found: Forecast,
    pace: Pace,
    rates: Rates,
    hours: float = 40.0,
    slots: Sequence[Slot] = (),
) -> tuple[ExperimentFrame, ...]:
    """Up to five tests (two for a team of under twelve hours a week), one after the other; what could not gather a tenth of its sample, or
    has too few posts in the calendar, is not tested, except for one: hook and window by engagement, cover by clicks, format by completion, then ads.

    available per arm = observations of the metric on the platform × share of the results that fall in the window ÷ 2.
    """
    out: list[ExperimentFrame] = []
    data = allocation()["experiments"]
    days = min(int(data["days"]), max(7, (pace.end - pace.start).days // 3))
    begin = pace.start + dt.timedelta(days=min(7, days // 2))
    candidates = list(_candidates(platforms, found, rates))
    tested = [one for one in candidates if any(_dated(one[0], one[2], slots, begin, days, pace))]
    for kind, metric, platform, rate, seen in tested or candidates[:1]:
        base = rate.span.base if rate else 0.0
        if rate is None or len(out) == (MOST if hours >= SMALL else FEW) or not 0 < base < 0.7:
            continue
        window = next(_dated(kind, platform, slots, begin, days, pace), None if tested else (pace.start, pace.end))
        if window is None:
            continue
        start, end = window
        share = pace.upto(end) - pace.upto(start - dt.timedelta(days=1))
        base, available = round(base, 5), int(seen * share / 2)
        uplift = detectable(base, float(data[kind]), available)
        if uplift == base or (out and 10 * available < sample_size(base, uplift)):
            continue
        begin = end + dt.timedelta(days=1)
        out.append(
            ExperimentFrame(
                id=f"X{len(out) + 1}", kind=kind, metric=metric, platform=platform, base_rate=base, base=_sourced(rate, rates),
                uplift_rate=uplift, sample=sample_size(base, uplift), available=available, start=start, end=end,
            )
        )  # fmt: skip
    return tuple(out)


def _dated(
    kind: TestKind, platform: str, slots: Sequence[Slot], begin: dt.date, days: int, pace: Pace
) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last days on which the test can run, from `begin` on or, near the end, the last ones of the period; the shortest first."""
    for factor in LONGER if kind in ("hook", "window", "format") else LONGER[:1]:
        length = dt.timedelta(days=round(days * factor))
        start = begin if begin + length <= pace.end else max(pace.start, pace.end - length)
        end = min(pace.end, start + length - dt.timedelta(days=1))
        if _posts_enough(kind, platform, slots, start, end):
            yield start, end


def _posts_enough(kind: TestKind, platform: str, slots: Sequence[Slot], start: dt.date, end: dt.date) -> bool:
    """Whether the calendar holds the posts that a test on own posts compares: two an arm, for the window at two different times. Ads need none."""
    if kind not in ("hook", "window", "format"):
        return True
    posts = [
        slot for slot in slots if slot.platform == platform and slot.kind != "buffer" and start <= slot.date <= end
    ]
    if kind == "window":
        return sum(count >= ARM for count in Counter(slot.time for slot in posts).values()) >= 2
    return sum(kind == "hook" or slot.format in FILMED for slot in posts) >= 2 * ARM


def _candidates(
    platforms: Sequence[PlatformFrame], found: Forecast, rates: Rates
) -> Iterator[tuple[TestKind, str, str, Rate | None, float]]:
    """(kind, KPI id, platform, rate today, observations in the period), the most useful first."""
    bought = [s for s in found.streams if s.source == "paid"]
    bought.sort(key=lambda s: -s.values["impressions"].base if "impressions" in s.values else 0)
    lead = platforms[0].id if platforms else ""
    second = platforms[1].id if len(platforms) > 1 else lead
    if lead:
        yield "hook", "er", lead, _base(found, lead, "er"), _seen(found, lead, "organic")
    for stream in bought[:1]:
        seen = _seen(found, stream.platform, "paid")
        yield "cover", "ctr", stream.platform, _base(found, stream.platform, "ctr"), seen
    video = next((p.id for p in platforms if any(name in FILMED for name, _ in p.formats)), "")
    completion = rates.find("completion", video, format="short_video") if video else None
    if completion:
        yield "format", "completion", video, completion, _seen(found, video, "organic")
    for stream in bought[:1]:
        clicks = _seen(found, stream.platform, "paid", "clicks")
        if clicks:
            yield "offer", "cvr", stream.platform, _base(found, stream.platform, "cvr"), clicks
    if second:
        yield "window", "er", second, _base(found, second, "er"), _seen(found, second, "organic")
    for stream in bought[1:2]:
        yield (
            "audience",
            "ctr",
            stream.platform,
            _base(found, stream.platform, "ctr"),
            _seen(found, stream.platform, "paid"),
        )


def _base(found: Forecast, platform: str, name: str) -> Rate | None:
    return found.rates.get(platform, {}).get(name)


def _sourced(rate: Rate, rates: Rates) -> Figure:
    """The rate as a figure; a benchmark that was scaled to the brief, or that nothing is published behind, is an assumption."""
    value = round(rate.span.base, 5)
    items = [rates.knowledge.items[one.removeprefix("kb:")] for one in rate.sources if one.startswith("kb:")]
    read = any(isinstance(one, Benchmark) and one.kind == "knowledge" and round(one.base, 5) == value for one in items)
    kind: Kind = "brief" if rate.own else "knowledge" if read else "assumption"
    return Figure(value=value, unit="%", kind=kind, sources=list(rate.sources))


def _seen(found: Forecast, platform: str, source: str, metric: Metric = "impressions") -> float:
    return found.total(metric, platform, source).base
