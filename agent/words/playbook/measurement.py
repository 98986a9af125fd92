"""The measurement part: where data come from, what counts, when it is reviewed, which number decides what."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from agent.frame.model import ExperimentFrame, GoalFrame, KpiFrame, ReviewFrame
from agent.locale import day, number, percent
from agent.plan.results import DecisionRule, Experiment, MeasurementPart, PlatformTool, ReportRow, Review
from agent.words.playbook.context import Context
from agent.words.playbook.crew import who
from agent.words.playbook.figures import amount, rough
from agent.words.playbook.kpis import LOWER_IS_BETTER, bounds, main_goal
from agent.words.playbook.named import names, say, say_paragraph, some, visited
from agent.words.playbook.voice import join

QUESTIONS = {"weekly": 13, "monthly": 5, "quarterly": 3, "gate": 4}
"""Questions of one kind that a plan goes through before the first comes back."""
REPORT = ("result", "gap", "cause", "content", "channel", "interaction", "resources", "next")
CHINESE = frozenset({"xiaohongshu", "douyin", "wechat_channels", "wechat", "weibo", "bilibili", "zhihu", "kuaishou"})


def write_measurement(context: Context) -> MeasurementPart:
    """Tools, attribution, reviews on real dates, decision rules with the frame's numbers, experiments, report template."""
    return MeasurementPart(
        tools=[_tool(context, p.id) for p in context.frame.active],
        attribution=say_paragraph(context, f"measurement.attribution.{_way(context)}", metric=_metric(context)),
        utm=_utm(context),
        causes=[say(context, f"measurement.causes.{kind}") for kind in ("reading", "behaviour", "preference", "comments")],
        reviews=_reviews(context),
        adjust=[say(context, f"measurement.adjust.{kind}") for kind in ("content", "channel", "interaction", "resources")],
        rules=_rules(context),
        experiments=[_experiment(context, found) for found in context.frame.experiments],
        report=[ReportRow(section=say(context, f"measurement.report.{row}.section"), ask=say(context, f"measurement.report.{row}.ask", metric=_metric(context)), source=say(context, f"measurement.report.{row}.source")) for row in REPORT],
        loop=say(context, "measurement.loop", lead=who(context, context.frame.reviews[0].owner), metric=_metric(context), reviews=len(context.frame.reviews), first=day(context.frame.reviews[0].date, context.language)) if context.frame.reviews else say(context, "measurement.loop_short"),
    )  # fmt: skip


def _metric(context: Context) -> str:
    goal = next((g for g in context.frame.goals if g.objective.kind == "conversion"), main_goal(context))
    return goal.objective.metric or goal.objective.text


def _way(context: Context) -> str:
    """How a result is traced: by form (B2B), at the counter (local), by gift record (non-profit), by store order (else)."""
    if context.brief.business == "b2c" and any(p.id in CHINESE for p in context.frame.active):
        return "closed"
    if context.brief.business == "local" and not visited(context):
        return "order"
    return {"b2b": "form", "local": "counter", "nonprofit": "gift", "b2c": "order"}[context.brief.business]


def _tool(context: Context, platform: str) -> PlatformTool:
    sheet = context.knowledge.platform(platform)
    context.sources.cite(f"kb:{context.knowledge.kpi('er').id}")
    native = join([m.text(context.language) for m in sheet.metrics], context.language, last=False)
    helpers = [
        tool
        for tool in context.knowledge.base.tools
        if platform in tool.platforms and not tool.native and {"analytics", "listening"} & set(tool.purpose)
    ]
    tools = join([tool.title.text(context.language) for tool in helpers[:2]], context.language)
    context.sources.cite(*(f"kb:{tool.id}" for tool in helpers[:2]))
    return PlatformTool(
        platform=platform,
        native=native,
        third_party=say(context, "measurement.third_party", tools=tools)
        if tools
        else say(context, "measurement.no_third_party"),
        caveat=say(context, "measurement.caveat", platform=context.name(platform)),
    )


def _utm(context: Context) -> list[str]:
    """The pattern and one example a platform; only the query string, since the address is the client's."""
    slug = _slug(context.brief.brand)
    campaign = f"{slug}-{context.frame.start:%Y%m}"
    pattern = "?utm_source={platform}&utm_medium={organic|paid|creator}&utm_campaign={campaign}&utm_content={entry}"
    first = {entry.platform: entry.id for entry in reversed(context.parts["calendar"].entries) if entry.kind == "post"}
    return [pattern.replace("{", "<").replace("}", ">")] + [
        f"?utm_source={p.id}&utm_medium=organic&utm_campaign={campaign}&utm_content={first.get(p.id, 'e001').lower()}"
        for p in context.frame.active
    ]


def _slug(brand: str) -> str:
    """ASCII letters of the brand's name; "brand" where it has none, since a UTM must survive every tool."""
    ascii_part = re.sub(r"[^a-z0-9]+", "-", brand.casefold()).strip("-")
    return ascii_part if len(ascii_part) >= 3 else "brand"


def _reviews(context: Context) -> list[Review]:
    """Each on its day with its own question: the variants rotate, and so do the pillar, persona, platform and test in them."""
    counts: Counter[str] = Counter()
    out = []
    for row in context.frame.reviews:
        place = counts[row.kind]
        counts[row.kind] += 1
        questions = _questions(context, row, place)
        out.append(Review(kind=row.kind, date=row.date, question=questions[place % len(questions)], owner=row.owner))
    return out


def _questions(context: Context, row: ReviewFrame, place: int) -> list[str]:
    phase = next(p for p in context.frame.phases if p.id == row.phase)
    goal = main_goal(context)
    forecast = expected(context, goal, row.date)
    test = next((e for e in context.frame.experiments if e.start <= row.date <= e.end), None)
    pillars = [name for key, name in sorted(names(context).items()) if key.startswith("pillar")] or [""]
    personas = [name for key, name in sorted(names(context).items()) if key.startswith("persona")] or [""]
    active = context.frame.active
    return some(
        context, f"measurement.review.{row.kind}", QUESTIONS[row.kind], phase=phase.name, metric=goal.objective.metric or goal.objective.text,
        forecast=amount(rough(forecast), goal.target.unit, context.language) if forecast else None, test=test.id if test else None,
        pillar=pillars[place % len(pillars)], other=pillars[(place + 1) % len(pillars)], persona=personas[place % len(personas)],
        platform=context.name(active[place % len(active)].id) if active else None,
    )  # fmt: skip


def _rules(context: Context) -> list[DecisionRule]:
    """One rule per KPI family that has a floor, plus pace and cost: threshold and date from the frame."""
    rules: list[DecisionRule] = []
    seen: set[str] = set()
    for row in context.frame.kpis:
        lowest = row.target.low
        if (
            row.kind in seen
            or lowest is None
            or lowest <= 0
            or row.kpi == "budget_pace"
            or not context.voice.has(f"measurement.rule.{row.kind}")
        ):
            continue
        if (row.kind == "roi" and row.kpi not in LOWER_IS_BETTER) or not bounds(context, row)["floor"]:
            continue
        seen.add(row.kind)
        rules.append(_rule(context, row, len(rules) + 1))
    pace = _pace(context, len(rules) + 1)
    return [*rules, pace] if pace else rules


def _rule(context: Context, row: KpiFrame, place: int) -> DecisionRule:
    kpi = next(k for k in context.parts["kpis"].kpis if k.id == row.id)
    over = row.kpi in LOWER_IS_BETTER
    found = bounds(context, row)
    floor = found["ceiling" if over else "floor"]
    return DecisionRule(
        id=f"Q{place}",
        metric=kpi.name,
        threshold=say(context, "measurement.above" if over else "measurement.below", floor=floor),
        date=say(context, f"measurement.rhythm.{row.cadence}"),
        then=say(
            context,
            f"measurement.rule.{'cost' if over and row.kind != 'service' else row.kind}",
            name=kpi.name,
            floor=floor,
            platform=context.name(row.platform) if row.platform else None,
        ),
        owner=row.owner,
    )


def _pace(context: Context, place: int) -> DecisionRule | None:
    """The first gate against the main goal's curve: at 80 % of the forecast, or of the growth where the goal is a level, nothing changes."""
    goal = main_goal(context)
    reviews = context.frame.reviews
    gate = next((r for kind in ("gate", "quarterly", "monthly") for r in reviews if r.kind == kind), None)
    forecast = expected(context, goal, gate.date) if gate else None
    if gate is None or not forecast:
        return None
    since = _since(goal)
    shown = round if since >= 100 else rough
    unit, language = goal.target.unit, context.language
    return DecisionRule(
        id=f"Q{place}",
        metric=goal.objective.metric or goal.objective.text,
        threshold=say(
            context, "measurement.pace_level" if since else "measurement.pace_threshold", floor=amount(shown(since + (forecast - since) * 0.8), unit, language),
            forecast=amount(shown(forecast), unit, language), since=amount(since, unit, language) if since else None,
        ),
        date=gate.date.isoformat(),
        then=say(context, "measurement.pace_then"),
        owner=gate.owner,
    )  # fmt: skip


def _since(goal: GoalFrame) -> float:
    """Where a level starts; 0 for a sum over the period."""
    return (goal.objective.baseline or 0.0) if goal.objective.per != "period" else 0.0


def expected(context: Context, goal: GoalFrame, date: dt.date) -> float | None:
    """The forecast on a day, between the two nearest points of the curve; None where the goal has no curve."""
    before, reached = context.frame.start, _since(goal)
    points = sorted((p for p in context.frame.curve if p.goal == goal.id), key=lambda p: p.month)
    for point in points:
        if point.month >= date:
            part = (date - before).days / max(1, (point.month - before).days)
            return reached + (point.forecast - reached) * max(0.0, part)
        before, reached = point.month, point.forecast
    return points[-1].forecast if points else None


def _experiment(context: Context, found: ExperimentFrame) -> Experiment:
    facts = {
        "platform": context.name(found.platform),
        "base": percent(found.base_rate, 2),
        "uplift": percent(found.uplift_rate, 2),
        "sample": number(found.sample),
        "available": number(found.available),
    }
    conclusive = found.available >= found.sample
    definition = context.knowledge.kpi(found.metric)
    return Experiment(
        id=found.id,
        hypothesis=say(context, f"measurement.experiment.{found.kind}.hypothesis", **facts),
        base=found.base,
        metric=definition.title.text(context.language),
        arms=say(context, f"measurement.experiment.{found.kind}.arms", **facts),
        sample=found.sample,
        available=found.available,
        conclusive=conclusive,
        start=found.start,
        end=found.end,
        decision=say(context, "measurement.decide_firm" if conclusive else "measurement.decide_soft", **facts),
    )
