"""The KPI part: what is counted, how, from where, against which baseline and target."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable

from agent.frame.model import GoalFrame, KpiFrame
from agent.frame.outlook import price_of
from agent.locale import day, t
from agent.plan.results import Kpi, KpisPart
from agent.words.playbook.calendar import named_products
from agent.words.playbook.context import Context
from agent.words.playbook.crew import who
from agent.words.playbook.facts import with_article
from agent.words.playbook.figures import amount, figure, read_doubt, rough
from agent.words.playbook.match import says
from agent.words.playbook.named import say, visited
from agent.words.playbook.voice import clip

LOWER_IS_BETTER = frozenset(
    {
        "cpm",
        "cpc",
        "cpe",
        "cpl",
        "cpa",
        "cost_per_follower",
        "followers_lost",
        "follower_loss_rate",
        "response_time",
        "frequency",
    }
)
"""KPIs whose upper end is the one to watch."""
FEW = 10
"""Results a week or a month, out of a sum over the period, below which a tenth of one is told of nobody."""
TOLD = 2
"""KPIs of one kind whose reading is spelt out."""


def write_kpis(context: Context) -> KpisPart:
    """Every KPI of the frame in words, the number to look at first, and how missing baselines are measured."""
    told: Counter[str] = Counter()
    return KpisPart(
        north_star=_north_star(context),
        kpis=[_kpi(context, row, told) for row in context.frame.kpis],
        curve=list(context.frame.curve),
        baseline_plan=_baseline_plan(context),
    )


def main_goal(context: Context) -> GoalFrame:
    """The goal of the highest priority."""
    return min(context.frame.goals, key=lambda goal: goal.priority)


def _kpi(context: Context, row: KpiFrame, told: Counter[str]) -> Kpi:
    definition = context.knowledge.kpi(row.kpi)
    platform = context.name(row.platform) if row.platform else ""
    title, formula = definition.title.text(context.language), definition.formula.text(context.language)
    origin = definition.origin.text(context.language)
    if row.kpi == "orders" and visited(context) and says("visits", _metric(context, row)):
        title, formula, origin = (t(context.language, f"kpi.counted.{part}") for part in ("title", "formula", "origin"))
    if row.kpi == "sales" and not _counts_goal(context, row):
        title = t(context.language, "kpi.sales_of_plan")
    wish = next(
        (
            g.objective.metric
            for g in context.frame.goals
            if g.id == row.goal and row.id != row.kpi and not row.platform
        ),
        "",
    )
    title = f"{title}（{wish}）" if wish and context.zh else f"{title} ({wish})" if wish else title
    name = (
        f"{platform} {title[:1].lower() + title[1:] if title[1:2].islower() else title}"
        if platform and not context.zh
        else f"{platform}{title}"
    )
    asked = row.asked.sources if row.asked else ()
    context.sources.cite(f"kb:{definition.id}", *row.target.sources, *row.baseline.sources, *asked)
    return Kpi(
        id=row.id,
        name=name,
        kind=row.kind,
        formula=formula,
        unit=row.target.unit,
        source=origin,
        baseline=row.baseline,
        target=row.target,
        asked=row.asked,
        cadence=row.cadence,
        goal=row.goal,
        platform=row.platform,
        owner=row.owner,
        reading=_reading(context, row, told),
    )


def _metric(context: Context, row: KpiFrame) -> str:
    """What the row's goal counts, in the client's words."""
    goal = next((g for g in context.frame.goals if g.id == row.goal), None)
    return (goal.objective.metric or goal.objective.text) if goal else ""


def _reading(context: Context, row: KpiFrame, told: Counter[str]) -> str:
    """How to read it, for the first KPIs of each kind; the same rule said of every row helps nobody, so the rest stay without."""
    way, facts = _way(row), bounds(context, row)
    if way == "unpriced" and price_of(context.brief) is not None:
        way = "unmargined"
    if not any(facts.values()) and way not in ("unpriced", "unmargined", "unearned"):
        way = "loss_few" if way == "loss" else "single"
    told[way] += 1
    if told[way] > TOLD:
        return ""
    platform = context.name(row.platform) if row.platform else None
    goal = next((one for one in context.frame.goals if one.id == row.goal), None)
    sold = named_products(context, goal) if goal else []
    own = {"hero": with_article(sold[0])} if sold else {}
    told_so = say(context, f"kpis.reading.{way}", platform=platform, **own, **facts)
    return told_so + (read_doubt(context, row.target) if any(facts.values()) else "")


def bounds(context: Context, row: KpiFrame) -> dict[str, str | None]:
    """The forecast's range, its middle and its two ends in words. A sum over the period is told a week (a month where few come), since that
    is how it is read, in whole ones; less than one of what is counted is none.
    """
    found = row.target
    rhythm, parts = _rhythm(context, row)

    def each(value: float, whole: Callable[[float], int] = round) -> float:
        part = value / parts
        small = FEW if parts > 1 else 1
        return float(whole(part)) if part < small and found.unit == "count" else rough(part)

    def told(value: float | None, whole: Callable[[float], int] = round) -> str | None:
        if not value:
            return None
        if not rhythm:
            return amount(value, found.unit, context.language)
        shown = max(1.0, each(value, whole)) if found.unit == "count" else each(value)
        return context.say(f"kpis.per.{rhythm}", value=amount(shown, found.unit, context.language)) if shown else None

    few = bool(rhythm) and found.unit == "count" and 0 < (found.low or 0.0) < parts
    ends = {
        "floor": context.say(f"kpis.none.{rhythm}") if few else told(found.low, math.floor),
        "middle": told(found.value),
        "ceiling": told(found.high),
    }
    if row.kpi == "cpa" and _loses(context):
        # Where not even the forecast cost pays, nothing dearer is waited for.
        ends["ceiling"] = ends["middle"]
    if not rhythm:
        if row.kpi == "response_time":
            # A reply time has one promise, the goal's: nothing is late before it, everything is after it.
            ends["ceiling"] = told(found.value)
        return {"target": figure(found, context.language) or None, **ends}
    shown = {
        end: each(value)
        for end, value in (("low", found.low), ("high", found.high), ("value", found.value))
        if value is not None
    }
    whole = figure(found.model_copy(update=shown), context.language)
    return {"target": context.say(f"kpis.per.{rhythm}", value=whole) if any(shown.values()) else None, **ends}


def _loses(context: Context) -> bool:
    """Whether the base case brings back less than the plan costs."""
    base = next((one for one in context.frame.budget.scenarios if one.name == "base"), None)
    return base is not None and base.roi is not None and base.roi < 1


def _rhythm(context: Context, row: KpiFrame) -> tuple[str, float]:
    """("week", number of weeks) for a sum over the period; the rhythm alone where the goal itself is a monthly, weekly or daily figure; ("", 1) for rates."""
    if row.target.unit != "count" and row.kpi != "sales":
        return "", 1.0
    goal = next((g for g in context.frame.goals if g.id == row.goal), None)
    if (
        goal
        and goal.origin == "brief"
        and _counts_goal(context, row)
        and goal.objective.per in ("month", "week", "day")
    ):
        return goal.objective.per, 1.0
    days = (context.frame.end - context.frame.start).days + 1
    low = row.target.low if row.target.low is not None else row.target.value or 0.0
    return ("week", max(1.0, days / 7)) if low / (days / 7) >= 3 else ("month", max(1.0, days / 30.44))


def _counts_goal(context: Context, row: KpiFrame) -> bool:
    """Whether the row is its goal's own figure and not one derived from it, as turnover is from orders."""
    goal = next((g for g in context.frame.goals if g.id == row.goal), None)
    return row.kpi in ("orders", "leads") or (row.kpi == "sales" and goal is not None and goal.objective.unit.isupper())


def _way(row: KpiFrame) -> str:
    """Which kind of reading fits: a price is watched at its upper end, a return below zero is no rule to steer by."""
    if row.kpi in ("followers_lost", "follower_loss_rate"):
        return "loss"
    if row.kpi in ("clicks", "visits", "ctr"):
        return "click" if row.target.low else "single"
    if row.kpi in LOWER_IS_BETTER:
        return "lower" if row.kind != "service" else "fast"
    if row.kpi == "budget_pace":
        return "pace"
    if row.kind == "roi":
        high = row.target.high if row.target.high is not None else row.target.value
        if high is None:
            return "unpriced" if row.target.kind == "research" else "unearned"
        return "negative" if high < (1.0 if row.kpi == "roas" else 0.0) else "roi"
    return row.kind if row.target.low else "single"


def _north_star(context: Context) -> str:
    goal = main_goal(context)
    if not figure(goal.target, context.language):
        return say(
            context,
            "kpis.north_star.open",
            metric=goal.objective.metric or clip(goal.objective.text, 60),
            deadline=day(goal.deadline, context.language),
        )
    asked = goal.target.value if goal.objective.target is None else goal.objective.target
    target = (
        figure(goal.target, context.language) if asked is None else amount(asked, goal.target.unit, context.language)
    )
    forecast = amount(goal.verdict.base, goal.target.unit, context.language) if goal.verdict.base is not None else None
    return say(
        context, f"kpis.north_star.{goal.objective.kind}", metric=goal.objective.metric or goal.objective.text, target=target, forecast=forecast,
        deadline=day(goal.deadline, context.language),
    )  # fmt: skip


def _baseline_plan(context: Context) -> str:
    unknown = [row for row in context.frame.kpis if row.baseline.value is None]
    until = min(context.frame.start + dt.timedelta(days=27), context.frame.end)
    if not unknown:
        return say(context, "kpis.baselines_known")
    return say(
        context, "kpis.baseline_plan", count=len(unknown), total=len(context.frame.kpis), from_day=day(context.frame.start, context.language), until=day(until, context.language),
        owner=who(context, unknown[0].owner),
    )  # fmt: skip
