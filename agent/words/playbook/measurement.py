"""The measurement part: where data come from, what counts, when it is reviewed, which number decides what."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter

from agent.frame.model import CLOSED, ExperimentFrame, KpiFrame, ReviewFrame
from agent.locale import day, number, percent
from agent.plan.base import bound
from agent.plan.results import DecisionRule, Experiment, MeasurementPart, PlatformTool, ReportRow, Review
from agent.words.playbook.context import Context
from agent.words.playbook.crew import who
from agent.words.playbook.figures import amount
from agent.words.playbook.fit import metric_words
from agent.words.playbook.gauges import reading
from agent.words.playbook.kpis import LOWER_IS_BETTER, bounds, main_goal
from agent.words.playbook.named import names, say, say_paragraph, some, spelt, visited
from agent.words.playbook.voice import join

QUESTIONS = {"weekly": 13, "monthly": 5, "quarterly": 3, "gate": 4}
"""Questions of one kind that a plan goes through before the first comes back."""
NO_TEST = "\x00"
"""Stands in a question for a test that there is none of."""
WHOLE = 60
"""Characters, in English three times as many, to which a metric's name is cut: in effect it stands whole."""
SETTLED = 7
"""Days that a test runs before its numbers are asked for."""
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
    return metric_words(context, goal.objective.metric or goal.objective.text, WHOLE)


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
    """One example a platform that can lead out, and one for ads and one for creators where there are any; only the query string, since
    the address is the client's.
    """
    places = [p.id for p in context.frame.active if p.id not in CLOSED]
    if not places:
        return [
            say(
                context,
                "measurement.utm_none",
                places=join([context.name(p.id) for p in context.frame.active], context.language),
            )
        ]
    campaign = f"{_slug(context)}-{context.frame.start:%Y%m}"
    budget = context.frame.budget
    bought = [("paid", row.platform) for row in budget.paid if row.platform not in CLOSED][:1]
    bought += [("creator", row.platform) for row in budget.creators if row.platform not in CLOSED][:1]
    first = {entry.platform: entry.id for entry in reversed(context.parts["calendar"].entries) if entry.kind == "post"}
    return [
        f"?utm_source={platform}&utm_medium={medium}&utm_campaign={campaign}&utm_content={first.get(platform, 'e001').lower()}"
        for medium, platform in [*(("organic", id_) for id_ in places), *bought]
    ]


def _slug(context: Context) -> str:
    """What tells this brand's campaign in any tool: ASCII letters of its name, else of an account's handle, else an id made of the name."""
    names = [context.brief.brand, *(account.handle for account in context.brief.accounts)]
    plain = (re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") for name in names)
    return next(
        (one for one in plain if len(one) >= 3),
        f"plan-{hashlib.blake2b(context.brief.brand.encode(), digest_size=3).hexdigest()}",
    )


def _reviews(context: Context) -> list[Review]:
    """Each on its day with its own question: the variants rotate, and so do the pillar, persona, platform and test in them. One on a test is passed
    over on a day that has none."""
    counts: Counter[str] = Counter()
    out = []
    for row in context.frame.reviews:
        questions = _questions(context, row, counts[row.kind])
        while NO_TEST in questions[counts[row.kind] % len(questions)]:
            counts[row.kind] += 1
        question = questions[counts[row.kind] % len(questions)]
        counts[row.kind] += 1
        out.append(Review(kind=row.kind, date=row.date, question=question, owner=row.owner))
    return out


def _questions(context: Context, row: ReviewFrame, place: int) -> list[str]:
    phase = next(p for p in context.frame.phases if p.id == row.phase)
    goal = main_goal(context)
    found = reading(context, goal, row.date)
    own = metric_words(context, goal.objective.metric or goal.objective.text, WHOLE)
    tests = context.frame.experiments
    running = next((e for e in tests if e.start + dt.timedelta(days=SETTLED) <= row.date <= e.end), None)
    ended = max((e for e in tests if e.end < row.date), key=lambda e: e.end, default=None)
    last = row.kind == "gate" and row.date == max(one.date for one in context.frame.reviews if one.kind == "gate")
    pillars = [name for key, name in sorted(names(context).items()) if key.startswith("pillar")] or [""]
    personas = [name for key, name in sorted(names(context).items()) if key.startswith("persona")] or [""]
    active = context.frame.active
    return some(
        context, f"measurement.review.{'last' if last else row.kind}", QUESTIONS[row.kind], phase=phase.name, metric=own, read=found.metric if found else None,
        forecast=amount(found.forecast, found.unit, context.language) if found else None,
        floor=amount(found.floor, found.unit, context.language) if found else None, running=running.id if running else NO_TEST,
        ended=ended.id if ended else NO_TEST,
        pillar=pillars[place % len(pillars)], other=pillars[(place + 1) % len(pillars)], persona=personas[place % len(personas)],
        platform=context.name(active[0 if last else place % len(active)].id) if active else None,
        **{what: context.name(ids[0 if last else place % len(ids)]) if ids else None for what, ids in _paid_for(context).items()},
    )  # fmt: skip


def _paid_for(context: Context) -> dict[str, list[str]]:
    """Platforms on which there are ads, ads and creators, or either: nobody is asked what an ad brought where none runs."""
    budget = context.frame.budget
    ads, people = {row.platform for row in budget.paid}, {row.platform for row in budget.creators}
    found = {"advertised": ads, "both": ads & people, "spent": ads | people}
    return {what: [one.id for one in context.frame.active if one.id in ids] for what, ids in found.items()}


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
            **spelt(context),
        ),
        owner=row.owner,
    )


def _pace(context: Context, place: int) -> DecisionRule | None:
    """The first gate at which the main goal, else another one, can tell whether the plan keeps pace: from its floor (`reading`) on nothing
    changes.
    """
    reviews, main = context.frame.reviews, main_goal(context)
    gates = [review for kind in ("gate", "quarterly", "monthly") for review in reviews if review.kind == kind]
    goals = [main, *(goal for goal in context.frame.goals if goal is not main)]
    read = ((gate, goal, found) for gate in gates for goal in goals if (found := reading(context, goal, gate.date)))
    gate, goal, found = next(read, (None, main, None))
    if gate is None or found is None:
        return None
    unit, language = found.unit, context.language
    return DecisionRule(
        id=f"Q{place}",
        metric=found.metric,
        threshold=say(
            context, f"measurement.pace_{found.kind}", target=amount(goal.objective.target or 0.0, unit, language), floor=amount(found.floor, unit, language),
            forecast=amount(found.forecast, unit, language), since=amount(found.since, unit, language) if found.since else None,
        ),
        date=gate.date.isoformat(),
        then=say(context, "measurement.pace_then", **spelt(context)),
        owner=gate.owner,
    )  # fmt: skip


def _experiment(context: Context, found: ExperimentFrame) -> Experiment:
    facts = {
        "platform": context.name(found.platform),
        "base": percent(found.base_rate, 2),
        "uplift": percent(found.uplift_rate, 2),
        "sample": number(found.sample),
        "available": number(found.available),
    }
    conclusive = found.available >= found.sample
    hypothesis, arms = _believed(context, f"measurement.experiment.{found.kind}", facts)
    definition = context.knowledge.kpi(found.metric)
    return Experiment(
        id=found.id,
        hypothesis=hypothesis,
        base=found.base,
        metric=definition.title.text(context.language),
        arms=arms,
        sample=found.sample,
        available=found.available,
        conclusive=conclusive,
        start=found.start,
        end=found.end,
        decision=say(context, "measurement.decide_firm" if conclusive else "measurement.decide_soft", **facts),
    )


def _believed(context: Context, key: str, facts: dict[str, str]) -> tuple[str, str]:
    """What a test believes and the two arms that try just that: they stand in one phrase, divided by |, since any other pair proves nothing."""
    most = bound(70, context.language)
    pairs = [one.partition("|")[::2] for one in some(context, key, 99, **facts)]
    return next(
        (pair for pair in pairs if max(map(len, pair)) <= most), min(pairs, key=lambda pair: max(map(len, pair)))
    )
