"""Actual figures of a plan's KPIs and goals, out of exports of back ends and of plain tables of KPI and value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.brief.names import find_platforms, fold, platform_name
from agent.documents import Audit, audits_of, grids_of
from agent.documents.tables import Grid
from agent.documents.values import dates, number
from agent.plan.model import MarketingPlan

SUMMED = frozenset(
    {"impressions", "reach", "views", "reads", "likes", "comments", "shares", "saves", "clicks", "engagements"}
)
"""Metrics whose totals on several platforms add up."""
VALUE_HEADS = re.compile(r"实际|實際|完成|达成|達成|数值|數值|结果|結果|actual|value|result|current|achieved", re.I)
NAME_HEADS = re.compile(r"指标|指標|kpi|目标|目標|metric|goal|name|名称|名稱|项目|項目", re.I)
DATE_HEADS = re.compile(r"日期|截至|截止|date|as of|until", re.I)


@dataclass(frozen=True)
class Actual:
    """One figure that came of the plan."""

    key: str
    """KPI id ("er.xiaohongshu") or goal id ("G1")."""
    value: float
    """In the KPI's unit; a fraction for a rate."""
    place: str
    """File and cells."""


@dataclass(frozen=True)
class Read:
    """What the files hold."""

    found: tuple[Actual, ...]
    until: dt.date | None
    """Last day that they cover; None when they have no dates."""
    unread: tuple[str, ...]
    """Rows of plain tables that name nothing of the plan."""


def read_actuals(files: Sequence[Path], plan: MarketingPlan) -> Read:
    """Reads the files. Raises BriefError for one that cannot be read; a row that names nothing of the plan is listed as unread."""
    found: dict[str, Actual] = {}
    days: list[dt.date] = []
    unread: list[str] = []
    audits = audits_of(files)
    for one in _from_audits(audits, plan):
        found[one.key] = one
    days += [dt.date.fromisoformat(metric.end) for audit in audits for metric in audit.metrics if metric.end]
    for name, grid in grids_of(files):
        rows, covered, left = _from_sheet(name, grid, plan)
        for one in rows:
            found[one.key] = one
        days += covered
        unread += left
    return Read(tuple(found.values()), max(days, default=None), tuple(dict.fromkeys(unread)))


def _from_audits(audits: Sequence[Audit], plan: MarketingPlan) -> Iterator[Actual]:
    known = {kpi.id for kpi in plan.kpis.kpis}
    sums: dict[str, list[tuple[float, str]]] = {}
    for audit in audits:
        for metric in audit.metrics:
            place = f"{metric.name} {metric.place}"
            rate = f"{metric.metric}.{audit.platform}"
            if metric.unit == "%" and rate in known:
                yield Actual(rate, metric.value, place)
            elif metric.basis == "total" and metric.metric in SUMMED | {
                "followers_gained",
                "followers_lost",
                "followers_net",
            }:
                sums.setdefault(metric.metric, []).append((metric.value, place))
                if rate in known:
                    yield Actual(rate, metric.value, place)
            elif metric.metric == "followers":
                yield from _followers(audit.platform, metric.value, place, plan)
    for key, rows in sums.items():
        if key in known:
            yield Actual(key, sum(value for value, _ in rows), "; ".join(place for _, place in rows))


def _followers(platform: str, value: float, place: str, plan: MarketingPlan) -> Iterator[Actual]:
    """A follower count: the goal of that platform, and the net gain where the count at the start is known."""
    for goal in plan.positioning.goals:
        names = (platform_name(platform, "zh-CN"), platform_name(platform, "en")) if platform else ()
        if goal.kind == "followers" and any(fold(name) in fold(goal.metric) for name in names):
            yield Actual(goal.id, value, place)
    start = next((one.followers.value for one in plan.market.audit if one.platform == platform), None)
    if start is not None and any(kpi.id == f"followers_net.{platform}" for kpi in plan.kpis.kpis):
        yield Actual(f"followers_net.{platform}", value - start, place)


def _from_sheet(name: str, grid: Grid, plan: MarketingPlan) -> tuple[list[Actual], list[dt.date], list[str]]:
    """A table with a column of names and one of values; nothing for any other table."""
    head = next(
        (row for row in grid.rows[:8] if _column(row.values, VALUE_HEADS) and _column(row.values, NAME_HEADS)), None
    )
    if head is None:
        return [], [], []
    named, valued = _column(head.values, NAME_HEADS), _column(head.values, VALUE_HEADS)
    dated = _column(head.values, DATE_HEADS)
    found, days, unread = [], [], []
    for row in grid.rows:
        label, cell = row.values.get(named), row.values.get(valued)
        if row.number <= head.number or label is None:
            continue
        read = number(cell)
        rest = " ".join(str(v) for c, v in row.values.items() if c not in (named, valued))
        key = key_of(str(label), rest, plan)
        if key is None or read is None:
            unread.append(f"{name} {grid.place(row.number, named)}: {label}")
            continue
        found.append(Actual(key, _rate(key, read, plan), f"{name} {grid.place(row.number, valued)}"))
        if dated and row.values.get(dated) is not None:
            days += [day for day in dates([row.values[dated]]) if day]
    return found, days, unread


def _column(values: dict[int, str | int | float], pattern: re.Pattern[str]) -> int:
    return next((column for column, value in values.items() if pattern.search(str(value))), 0)


def _rate(key: str, read: tuple[float, bool], plan: MarketingPlan) -> float:
    """A rate as a fraction: "4.5%", 0.045 and 4.5 are the same."""
    value, percent = read
    units = {kpi.id: kpi.unit for kpi in plan.kpis.kpis} | {
        goal.id: goal.target.unit for goal in plan.positioning.goals
    }
    return value / 100 if units.get(key) == "%" and not percent and value > 1 else value


def key_of(label: str, rest: str, plan: MarketingPlan) -> str | None:
    """The goal or KPI that a row names: by id, by its whole name, by its name and the platform beside it."""
    low = fold(label).strip()
    ids = {goal.id.lower(): goal.id for goal in plan.positioning.goals} | {
        kpi.id.lower(): kpi.id for kpi in plan.kpis.kpis
    }
    if low in ids:
        return ids[low]
    names = {fold(goal.metric): goal.id for goal in plan.positioning.goals}
    names |= {fold(kpi.name): kpi.id for kpi in plan.kpis.kpis if fold(kpi.name) not in names}
    if low in names:
        return names[low]
    for one in find_platforms(f"{label} {rest}", expected=True):
        for prefix in (platform_name(one.value, plan.meta.language), platform_name(one.value, "en")):
            joined = fold(f"{prefix}{label}"), fold(f"{prefix} {label}")
            if hit := next((names[j] for j in joined if j in names), None):
                return hit
    return next((key for name, key in names.items() if len(low) > 3 and (low in name or name in low)), None)
