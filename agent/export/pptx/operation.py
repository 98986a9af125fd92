"""Workload, crisis, KPIs, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pptx.enum.chart import XL_LABEL_POSITION
from pptx.enum.dml import MSO_THEME_COLOR as THEME

from agent.export.pptx.charts import chart, label
from agent.export.pptx.deck import Deck
from agent.export.pptx.flow import SPLITS, Grid, Points, Stack, beside, first_that_fits, flow, right_of
from agent.export.pptx.ink import READ
from agent.export.pptx.opening import JUDGED, assumed, how_many, month, ranked, stretched
from agent.export.pptx.table import Column
from agent.export.reader import Reader, iso_day, titled
from agent.locale import Count, half_up, percent
from agent.plan.insight import Goal
from agent.plan.results import DecisionRule

CLOSE = 0.85
"""Part of the hours at hand from which on what stands above the fullest week is moved over their line, which would run through it."""


def workload(deck: Deck) -> None:
    """Hours against hours at hand, week by week; what is missing."""
    v, part = deck.v, deck.plan.team
    weeks = sorted({one.week for one in part.weeks})
    need = {week: sum(one.hours for one in part.weeks if one.week == week) for week in weeks}
    have = {week: sum(one.capacity for one in part.weeks if one.week == week) for week in weeks}
    section = v.t("chapter.execution")
    if not weeks:
        slide = deck.slide(section, deck.t("title.gap", part=v.t("head.workload")))
        deck.gap(slide)
        return deck.speak(slide)
    peak = max(weeks, key=lambda week: need[week])
    hours, room = (float(half_up(found[peak], 1)) for found in (need, have))
    used = hours / room if room else 0.0
    title = deck.t(
        "title.workload",
        date=v.day(peak, weekday=False),
        hours=v.hours(need[peak]),
        capacity=v.hours(have[peak]),
        used=percent(used, 0),
        assumed=assumed(deck, "team"),
    )
    slide = deck.slide(section, title, part.shape, part.slack)
    said = [f"{gap.what} {gap.default}" for gap in part.gaps] or [deck.t("no_gaps")]
    lists: Stack = [Points(v.t("head.team_gaps"), said), Points(v.t("head.cut_order"), part.cut_order)]
    guessed = assumed(deck, "team")
    box = deck.heading(slide, right_of(deck, slide, deck.house.body, lists), v.t("head.workload"))
    series = {
        deck.t("needed"): [need[week] for week in weeks],
        f"{deck.t('at_hand')}{guessed}": [have[week] for week in weeks],
    }
    made = chart(
        deck,
        slide,
        box,
        "line",
        weeks,
        series,
        number="0",
        colours=(THEME.ACCENT_1, THEME.ACCENT_4),
        size=12,
    )
    near = CLOSE * have[peak] < need[peak] <= have[peak]
    told = made.plots[0].series[int(near)].points[weeks.index(peak)].data_label
    words = f"{v.day(peak, weekday=False)}{v.t('misc.colon')}{v.hours(need[peak])}"
    told.text_frame.text = f"{deck.t('needed')}\n{words}" if near else words
    told.position = XL_LABEL_POSITION.ABOVE
    return deck.speak(slide)


def crisis(deck: Deck) -> None:
    """How fast answers come, and what happens when things go wrong."""
    v, part = deck.v, deck.plan.engagement
    first = min(part.service, key=lambda one: one.minutes, default=None)
    worst = max(part.levels, key=lambda one: one.level)
    title = deck.t(
        "title.crisis", channel=label(first.channel, 24) if first else v.t("head.service"), minutes=v.minutes(first.minutes) if first else "—",
        levels=Count(len(part.levels)), first=v.minutes(worst.first_minutes),
    )  # fmt: skip
    slide = deck.slide(v.t("chapter.execution"), title, *part.principles)
    slide.notes += [f"{one.channel}{v.t('misc.colon')}{one.cover}" for one in part.service]
    slide.notes += [f"{one.name} {number}. {step}" for one in part.levels for number, step in enumerate(one.steps, 1)]
    slide.notes += [
        f"{one.name} · {v.t('col.approver')}{v.t('misc.colon')}{v.role(one.approver)}" for one in part.levels
    ]
    columns = [
        Column(deck.t("level"), bold=True), Column(v.t("col.trigger")), Column(v.t("col.first_answer"), "right"), Column(v.t("col.lead")),
        Column(v.t("col.steps")),
    ]  # fmt: skip
    levels = [
        [
            [f"{v.t(f'level.{one.level}')}{v.t('misc.colon')}{one.name}", one.trigger, v.minutes(one.first_minutes), deck.who(one.owner),
             _steps(one.steps[:most])]
            for one in sorted(part.levels, key=lambda one: one.level)
        ]
        for most in (3, 2, 1)
    ]  # fmt: skip
    service = [[one.channel, v.minutes(one.minutes), deck.who(one.owner), one.escalate] for one in part.service]
    heads = [
        Column(v.t("col.channel"), bold=True), Column(v.t("col.first_answer"), "right"), Column(v.t("col.owner")), Column(v.t("col.escalate")),
    ]  # fmt: skip
    shown = [_without_alike(Grid(v.t("head.levels"), columns, rows, most=14), 3) for rows in levels]
    answers = _without_alike(Grid(v.t("head.service"), heads, service, most=14), 2)
    brief = _without_alike(Grid(v.t("head.service"), heads[:3], [row[:3] for row in service], most=14), 2)
    across = Grid(
        v.t("head.service"),
        [Column(v.t("col.channel"), bold=True), *(Column(row[0]) for row in service)],
        [[v.t("col.first_answer"), *(row[1] for row in service)]],
        most=14,
    )
    told = Points(v.t("head.service"), [v.listed(f"{row[0]} {row[1]}" for row in service)], most=14)
    stacks: list[Stack] = [[one, below] for below in (answers, brief, across) for one in shown[:2]]
    stacks += [[shown[2], below] for below in (answers, brief, across, told)]
    stacks.append([shown[2]])
    slide.notes += [f"{row[0]}{v.t('misc.colon')}{row[1]} · {row[3]}" for row in service]
    flow(deck, slide, (deck.house.body, first_that_fits(deck.house.body, stacks, READ)))
    return deck.speak(slide)


def _without_alike(grid: Grid, at: int) -> Grid:
    """A table without a column whose cells are all the same, which its heading then says."""
    held = {row[at] for row in grid.rows}
    if len(held) != 1:
        return grid
    title = f"{grid.title} · {grid.columns[at].title} {held.pop()}"
    columns = [one for place, one in enumerate(grid.columns) if place != at]
    rows = [[cell for place, cell in enumerate(row) if place != at] for row in grid.rows]
    return replace(grid, title=title, columns=columns, rows=rows)


def _steps(steps: Sequence[str]) -> str:
    """Steps in turn; one alone needs no number."""
    return " ".join(f"({number}) {step}" for number, step in enumerate(steps, 1)) if len(steps) > 1 else "".join(steps)


def kpis(deck: Deck) -> None:
    """How much of the way to each target the forecast goes; the first goal's curve."""
    v, plan = deck.v, deck.plan
    rated = [goal for goal in ranked(deck) if goal.target.value and goal.verdict.base is not None]
    rated.sort(key=lambda goal: goal.verdict.status not in JUDGED)
    section = v.t("chapter.data")
    if not rated:
        slide = deck.slide(section, deck.t("title.gap", part=v.t("part.kpis")))
        deck.gap(slide)
        return deck.speak(slide)
    judged = [goal for goal in rated if goal.verdict.status in JUDGED]
    shares = [closed(v, goal) for goal in rated]
    first, share = rated[0], shares[0]
    met = sum(goal.verdict.status == "feasible" for goal in judged)
    known: dict[str, object] = {
        "metric": label(titled(first.metric), 30),
        "share": deck.t(
            "part_of_target" if v.from_nothing(first.baseline) else "way_to_target", share=percent(max(0.0, share), 0)
        ),
        "forecast": deck.forecast(first.verdict.base, first.target.unit),
        "n": met,
        "of": Count(len(judged)),
        "stretch": Count(stretched(judged)),
    }
    title = deck.t("title.kpis_stretch" if stretched(judged) else f"title.kpis_{how_many(met, len(judged))}", **known)
    slide = deck.slide(section, title, plan.kpis.north_star, plan.kpis.baseline_plan)
    left, right = deck.house.body.columns((1, 1.1))
    box = deck.heading(slide, left, deck.t("share_of_target"))
    asked: list[float | None] = [share if goal in judged else None for goal, share in zip(rated, shares, strict=True)]
    own: list[float | None] = [None if goal in judged else share for goal, share in zip(rated, shares, strict=True)]
    kinds = {deck.t("asked"): (asked, THEME.ACCENT_1), deck.t("proposed"): (own, THEME.ACCENT_3)}
    kinds = {name: one for name, one in kinds.items() if any(value is not None for value in one[0])}
    made = chart(
        deck,
        slide,
        box,
        "bar",
        [label(v.named(goal.id), 20) for goal in rated],
        {name: values for name, (values, _) in kinds.items()},
        number="0%",
        labels=True,
        axis=False,
        legend=True,
        colours=[colour for _, colour in kinds.values()],
    )
    made.plots[0].overlap = 100
    made.value_axis.maximum_scale = max(1.2, min(3.0, max(shares) * 1.15))
    points = sorted((point for point in plan.kpis.curve if point.goal == first.id), key=lambda one: one.month)
    rest = deck.heading(
        slide,
        right,
        deck.t("curve" if v.from_nothing(first.baseline) else "curve_level", metric=label(v.name(first.id), 30)),
    )
    if points:
        series: dict[str, list[float | None]] = {v.t("col.forecast"): [one.forecast for one in points]}
        if any(one.target is not None for one in points):
            series[v.t("col.target")] = [one.target for one in points]
        number = "0.0%" if first.target.unit == "%" else "#,##0"
        chart(
            deck,
            slide,
            rest,
            "line",
            [month(deck, one.month) for one in points],
            series,
            number=number,
            colours=(THEME.ACCENT_1, THEME.ACCENT_4),
            legend=True,
        )
    else:
        deck.gap(slide, rest)
    slide.notes += [f"{goal.id} {goal.verdict.text}" for goal in rated]
    return deck.speak(slide, [id_ for step in first.verdict.steps for id_ in step.sources])


def _threshold(deck: Deck, one: DecisionRule) -> str:
    """What a rule waits for, with the day where it is read on one: "that day" in its words has no column of its own on the slide."""
    day = iso_day(one.date)
    return f"{deck.v.day(day, weekday=False)}{deck.v.t('misc.colon')}{one.threshold}" if day else one.threshold


def closed(v: Reader, goal: Goal) -> float:
    """The part of the way from now to the target that the forecast goes: (forecast − now) ÷ (target − now), of the target alone where the count
    starts from nothing or where it is no more than what is there.
    """
    now = 0.0 if v.from_nothing(goal.baseline) else goal.baseline.value or 0.0
    target, forecast = goal.target.value or 0.0, goal.verdict.base or 0.0
    return (forecast - now) / (target - now) if target > now else forecast / (target or 1.0)


def reviews(deck: Deck) -> None:
    """The dated decisions, and the rules that lead to them."""
    v, part = deck.v, deck.plan.measurement
    weekly = sum(one.kind == "weekly" for one in part.reviews)
    dated = sorted((one for one in part.reviews if one.kind != "weekly"), key=lambda one: one.date)
    gates = [one for one in dated if one.kind == "gate"]
    first = next(iter(gates or dated), None)
    if first is None:
        title = deck.t("title.gap", part=v.t("head.reviews"))
    else:
        title = deck.t(
            "title.reviews", gates=Count(max(1, len(gates))), date=v.day(first.date, weekday=False, year=True), rules=Count(len(part.rules)),
            weekly=Count(weekly),
        )  # fmt: skip
    slide = deck.slide(v.t("chapter.data"), title, part.loop, part.attribution)
    columns = [
        Column(v.t("col.date")), Column(v.t("col.review"), bold=True), Column(v.t("col.review_question")), Column(v.t("col.owner")),
    ]  # fmt: skip
    slide.notes += [
        " · ".join([v.day(one.date, weekday=False), v.t(f"review.{one.kind}"), one.question, deck.who(one.owner)])
        for one in dated
    ]
    heads = [Column(v.t("col.metric"), bold=True), Column(v.t("col.threshold")), Column(v.t("col.then"))]
    rules = [[titled(one.metric), _threshold(deck, one), one.then] for one in part.rules]
    right: list[Stack] = [[Grid(v.t("head.rules"), heads, rules)]]
    lefts: list[Stack] = []
    for without in ((), ("monthly",), ("monthly", "quarterly")):
        rows = [
            [v.day(one.date, weekday=False), v.t(f"review.{one.kind}"), one.question, deck.who(one.owner)]
            for one in dated
            if one.kind not in without
        ]
        whole = _without_alike(Grid(v.t("head.reviews"), columns, rows), 3)
        lefts += [[whole], [Grid(v.t("head.reviews"), columns[:3], [row[:3] for row in rows])]]
    left, _ = deck.house.body.columns((SPLITS[0], 1 - SPLITS[0]))
    beside(deck, slide, deck.house.body, first_that_fits(left, lefts), *right)
    return deck.speak(slide)
