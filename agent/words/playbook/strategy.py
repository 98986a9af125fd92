"""Core strategy: the idea with its alternatives, explicit choices, the four lines with input and return, phases, guardrails."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Literal

from agent.locale import day, money, number, t
from agent.plan.base import Figure
from agent.plan.content import Choice, Phase, PhasePlan, StrategyLine, StrategyPart
from agent.plan.results import Scenario
from agent.words.playbook.context import Context
from agent.words.playbook.crew import hours, planned_hours
from agent.words.playbook.engagement import outreach
from agent.words.playbook.figures import amount
from agent.words.playbook.gauges import Gauge, date_text, gate, gate_of, goal_gauge, kpi_gauge, pace_gauge, reading
from agent.words.playbook.ideas import ideas_of
from agent.words.playbook.match import says
from agent.words.playbook.pick import pick
from agent.words.playbook.promises import promises
from agent.words.playbook.topics import code_name, guard_of
from agent.words.playbook.voice import MARK, clip, join

LineKind = Literal["content", "engagement", "growth", "conversion"]
FUNCTIONS: dict[LineKind, tuple[str, ...]] = {
    "content": ("planner", "copy", "design", "video", "presenter", "approver"), "engagement": ("community",),
    "growth": ("operator",), "conversion": ("strategist", "analyst"),
}  # fmt: skip
"""Roles whose hours count as the input of a line; together they are all of them."""
GAUGES: dict[LineKind, tuple[str, ...]] = {
    "content": ("completion", "er"), "engagement": ("er", "comments"), "growth": ("followers_net",), "conversion": ("orders", "leads", "clicks"),
}  # fmt: skip
PARAGRAPH = 180
"""Length of a paragraph in Chinese characters (agent.plan.base)."""
REACH = ("followers", "awareness", "boost")
"""Objectives of paid media that serve growth; the others serve conversion."""


def write_strategy(context: Context) -> StrategyPart:
    """The strategy part."""
    ideas = ideas_of(context)
    return StrategyPart(
        idea=ideas.chosen,
        routes=list(ideas.routes),
        choices=[_choice(context, key) for key in _choices(context)],
        lines=[_line(context, kind) for kind in FUNCTIONS],
        phases=[_phase(context, place) for place in range(len(context.frame.phases))],
        guardrails=_guardrails(context),
    )


def situation(context: Context) -> dict[str, str]:
    """Numbers and names that strategy phrases use."""
    frame, language = context.frame, context.language
    budget = frame.budget
    campaigns = _campaigns(context)
    excluded = [context.name(p.id) for p in frame.platforms if p.role == "excluded"]
    reply = next((k.target.value for k in frame.kpis if k.kpi.removeprefix("kpi.") == "response_time"), None)
    return {
        "hours": hours(planned_hours(context)),
        "count": str(len(frame.active)),
        "active": join([context.name(p.id) for p in frame.active], language),
        "primary": join([context.name(p.id) for p in frame.active if p.role == "primary"], language),
        "excluded": join(excluded, language),
        "ads": money(budget.by("ads"), frame.currency) if budget.by("ads") else "",
        "creators": number(sum(c.number for c in budget.creators)) if budget.creators else "",
        "creator_money": money(budget.by("creators"), frame.currency) if budget.by("creators") else "",
        "phase_last": frame.phases[-1].name,
        "dates": join(campaigns[:2], language),
        "pieces": number(sum(slot.kind != "buffer" for slot in frame.slots)),
        "no_draw": "" if any(key.earmark == "prizes" for key in frame.key_dates) else MARK,
        **promises(context),
        "reply": amount(reply / 60, "h", language) if reply else amount(24, "h", language),
        "owner": context.holder(context.role("operator", "planner", "community")),
        "outreach": str(outreach(context)),
        "paid_line": context.say(
            "strategy.paid_line" if budget.by("ads") else "strategy.no_paid_line",
            ads=money(budget.by("ads"), frame.currency),
        ),
    }


def _campaigns(context: Context, phase: Phase | None = None) -> list[str]:
    """Names of the dates that carry a campaign, those of the phase alone where one is given; of those with a post where none does."""
    open_ = [
        one
        for one in context.frame.key_dates
        if guard_of(context).ok(one.name) and (phase is None or phase.start <= one.date <= phase.end)
    ]
    return [one.name for one in open_ if one.use == "campaign"] or [one.name for one in open_ if one.use == "post"]


def _choices(context: Context) -> list[str]:
    budget = context.frame.budget
    focus = "focus" if len(context.frame.active) > 1 else "focus_one"
    keys = ["authority", "demo" if context.brief.business == "b2b" else "community", focus]
    keys.append("paid" if budget.by("ads") else "organic")
    return [*keys, "creators"] if budget.creators else keys


def _choice(context: Context, key: str) -> Choice:
    facts = situation(context)

    def say(name: str) -> str:
        return pick(context, f"strategy.choice.{key}.{name}", **facts)

    return Choice(question=say("question"), chosen=say("chosen"), rejected=say("rejected"), why=say("why"))


def _line(context: Context, kind: LineKind) -> StrategyLine:
    facts = situation(context)
    paid = bool(context.frame.budget.by("ads"))
    actions = ["a1", "a2" if kind != "growth" or context.frame.budget.by("ads") else "a2_free"]
    if kind != "growth" or context.frame.budget.creators:
        actions.append("a3")
    date = gate(context)
    gauge = _gauge(context, kind)
    change = f"strategy.line.change.{kind}" + ("_free" if kind == "growth" and not paid else "")
    return StrategyLine(
        kind=kind,
        approach=pick(context, f"strategy.line.{kind}.approach", PARAGRAPH, **facts),
        actions=[pick(context, f"strategy.line.{kind}.{name}", **facts) for name in actions],
        input_cents=_money(context, kind),
        input_hours=round(sum(role.load for role in context.frame.roles if role.id in FUNCTIONS[kind]), 1),
        expected=_expected(context, kind),
        expected_label=context.say(f"strategy.expected.{kind}"),
        trigger=pick(context, f"strategy.line.trigger.{kind}", **facts | gauge.facts(date_text(context, date))),
        change_to=pick(context, change, **facts),
    )


def _gauge(context: Context, kind: LineKind) -> Gauge:
    date = gate(context)
    if kind == "conversion" and (aim := goal_gauge(context, date, "conversion")):
        return aim
    first = context.frame.active[0].id
    for platform in (first, ""):
        found = kpi_gauge(context, GAUGES[kind], date, platform)
        if found:
            return found
    return goal_gauge(context, date) or _published(context, date.isoformat())


def _published(context: Context, until: str) -> Gauge:
    """The last resort, always there: the number of pieces published."""
    count = sum(slot.kind != "buffer" and slot.date.isoformat() <= until for slot in context.frame.slots)
    return Gauge(t(context.language, "col.pieces"), number(count), "calc:calendar")


def _money(context: Context, kind: LineKind) -> int:
    """Money of a line: content with tools, prizes, creators with reach ads, conversion ads; contingency belongs to none."""
    budget = context.frame.budget
    reach = sum(paid.cents for paid in budget.paid if paid.objective in REACH)
    return {
        "content": budget.by("content") + budget.by("tools") + budget.by("labour"),
        "engagement": budget.by("prizes"),
        "growth": budget.by("creators") + reach,
        "conversion": budget.by("ads") - reach,
    }[kind]


def _expected(context: Context, kind: LineKind) -> Figure:
    low, base, high = (_value(s, kind) for s in context.frame.budget.scenarios)
    return Figure(
        value=base, low=min(low, base), high=max(high, base), unit="count", kind="computed", sources=context.sources.cite("calc:scenarios"),
        formula=context.frame.budget.scenarios[1].rates,
        note=next((goal.bridge for goal in context.frame.goals if goal.bridge), "") if kind == "conversion" else "",
    )  # fmt: skip


def _value(scenario: Scenario, kind: LineKind) -> float:
    return {
        "content": scenario.impressions, "engagement": scenario.engagements, "growth": scenario.followers, "conversion": scenario.conversions,
    }[kind]  # fmt: skip


def _phase(context: Context, place: int) -> PhasePlan:
    phases = context.frame.phases
    phase, facts = phases[place], situation(context)
    facts["dates"] = join(_campaigns(context, phase)[:2], context.language)
    facts |= _room(context, phase)
    stage = "one" if len(phases) == 1 else "first" if place == 0 else "last" if place == len(phases) - 1 else "middle"
    date = gate_of(context, phase)
    read = day(date, context.language)
    gauge = _exit(context, date)
    if gauge and place:
        test = pick(context, "strategy.phase.exit", **facts | gauge.facts(read))
    else:
        pieces = _published(context, date.isoformat()).value
        test = pick(
            context,
            "strategy.phase.exit_pieces",
            34,
            pieces=pieces,
            date=read,
            owner=facts["owner"],
        )
        if gauge:
            test = f"{test}{'' if context.zh else ' '}{pick(context, 'strategy.phase.exit', 34, **facts | gauge.facts(read))}"
    return PhasePlan(phase=phase.id, purpose=pick(context, f"strategy.phase.{stage}", **facts), exit_test=test)


def _room(context: Context, phase: Phase) -> dict[str, str]:
    """What a phase has posts enough for: {nine} where three of three kinds can be tried, {ten} where ten questions find an answer, {threes} where
    every pillar gets three."""
    pillars = Counter(one.pillar for one in context.frame.slots if one.phase == phase.id and one.pillar >= 0)
    every = len(pillars) == len(context.frame.pillar_shares) and min(pillars.values(), default=0) >= 3
    return {
        "nine": MARK if pillars.total() >= 9 else "",
        "ten": MARK if pillars.total() >= 10 else "",
        "threes": MARK if every else "",
    }


def _exit(context: Context, date: dt.date) -> Gauge | None:
    """What a phase has to reach: the first goal that asks for something on the day; where the client's sales or bookings do not, the clicks that lead
    there, at the pace of the target that the plan sets for them."""
    first = context.frame.goals[0] if context.frame.goals else None
    steps = ("clicks", "impressions")
    if first and first.objective.kind == "conversion" and reading(context, first, date) is None:
        return (
            pace_gauge(context, date, ("traffic", "awareness"))
            or kpi_gauge(context, steps, date)
            or goal_gauge(context, date)
        )
    return goal_gauge(context, date) or kpi_gauge(context, ("orders", "leads", *steps), date)


def _guardrails(context: Context) -> list[str]:
    brief, zh, owner = context.brief, context.zh, situation(context)["owner"]
    lines = [pick(context, "strategy.guard.must", must=clip(text, 40 if zh else 120)) for text in brief.must_say[:2]]
    words = [f"「{word}」" if context.language == "zh-TW" else f"“{word}”" for word in guard_of(context).words]
    if words:
        lines.append(pick(context, "strategy.guard.never", never=join(words[:6], context.language, last=False)))
    for place, embargo in enumerate(brief.embargoes[:3]):
        lines.append(
            pick(
                context,
                "strategy.guard.coded" if says("code_name", embargo.fact) else "strategy.guard.embargo",
                fact=clip(embargo.fact, 24 if zh else 80),
                code=code_name(context, place),
                date=day(embargo.until, context.language, year=True),
            )
        )
    proofs = [proof.text for proof in context.facts.proofs if any(c.isdigit() for c in proof.text)]
    if proofs:
        lines.append(pick(context, "strategy.guard.proof", proof=clip(proofs[0], 44 if zh else 130)))
    if brief.competitors:
        lines.append(
            pick(
                context, "strategy.guard.rivals", rivals=join([c.name for c in brief.competitors[:3]], context.language)
            )
        )
    return [
        *lines,
        pick(context, "strategy.guard.paid", owner=owner),
        pick(context, "strategy.guard.scope", owner=owner),
    ]
