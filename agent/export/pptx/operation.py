"""Workload, crisis, KPIs, reviews."""

from __future__ import annotations

from pptx.enum.dml import MSO_THEME_COLOR as THEME

from agent.export.pptx.charts import chart, label
from agent.export.pptx.deck import Deck
from agent.export.pptx.opening import month, ranked
from agent.export.pptx.table import Column
from agent.locale import percent


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
    used = need[peak] / have[peak] if have[peak] else 0.0
    title = deck.t(
        "title.workload",
        date=v.day(peak, weekday=False),
        hours=v.hours(need[peak]),
        capacity=v.hours(have[peak]),
        used=percent(used, 0),
    )
    slide = deck.slide(section, title, part.shape, part.slack)
    left, right = deck.house.body.columns((1.6, 1))
    box = deck.heading(slide, left, v.t("head.workload"))
    series = {deck.t("needed"): [need[week] for week in weeks], deck.t("at_hand"): [have[week] for week in weeks]}
    chart(
        deck,
        slide,
        box,
        "line",
        [f"{week.month}/{week.day}" for week in weeks],
        series,
        number="0",
        colours=(THEME.ACCENT_1, THEME.ACCENT_4),
    )
    said = [f"{gap.what} {gap.default}" for gap in part.gaps] or [deck.t("no_gaps")]
    rest = deck.heading(slide, right, v.t("head.team_gaps"))
    upper, lower = rest.rows((1, 1.5))
    deck.text(slide, upper, said, most=13, bullets=True)
    deck.text(slide, deck.heading(slide, lower, v.t("head.cut_order")), part.cut_order, most=13, bullets=True)
    return deck.speak(slide)


def crisis(deck: Deck) -> None:
    """How fast answers come, and what happens when things go wrong."""
    v, part = deck.v, deck.plan.engagement
    first = min(part.service, key=lambda one: one.minutes, default=None)
    worst = max(part.levels, key=lambda one: one.level)
    title = deck.t(
        "title.crisis", channel=label(first.channel, 24) if first else v.t("head.service"), minutes=v.minutes(first.minutes) if first else "—",
        levels=len(part.levels), first=v.minutes(worst.first_minutes),
    )  # fmt: skip
    slide = deck.slide(v.t("chapter.execution"), title, *part.principles)
    slide.notes += [f"{one.channel}{v.t('misc.colon')}{one.cover}" for one in part.service]
    slide.notes += [f"{one.name} {number}. {step}" for one in part.levels for number, step in enumerate(one.steps, 1)]
    upper, lower = deck.house.body.rows((1.7, 1))
    columns = [
        Column(deck.t("level"), 1.3, bold=True), Column(v.t("col.trigger"), 3), Column(v.t("col.first_answer"), 1, "right"), Column(v.t("col.lead"), 1.2),
        Column(v.t("col.approver"), 1.1), Column(v.t("col.steps"), 4.4),
    ]  # fmt: skip
    rows = [
        [f"{v.t(f'level.{one.level}')} {one.name}", one.trigger, v.minutes(one.first_minutes), v.role(one.owner), v.role(one.approver),
         " ".join(f"{number}. {step}" for number, step in enumerate(one.steps[:3], 1))]
        for one in sorted(part.levels, key=lambda one: one.level)
    ]  # fmt: skip
    deck.table(slide, deck.heading(slide, upper, v.t("head.levels")), columns, rows)
    service = [[one.channel, v.minutes(one.minutes), v.role(one.owner), one.escalate] for one in part.service]
    columns = [
        Column(v.t("col.channel"), 1.6, bold=True), Column(v.t("col.first_answer"), 1, "right"), Column(v.t("col.owner"), 1.2),
        Column(v.t("col.escalate"), 4),
    ]  # fmt: skip
    deck.table(slide, deck.heading(slide, lower, v.t("head.service")), columns, service)
    return deck.speak(slide)


def kpis(deck: Deck) -> None:
    """How much of each target the forecast brings; the first goal's curve."""
    v, plan = deck.v, deck.plan
    rated = [goal for goal in ranked(deck) if goal.target.value and goal.verdict.base is not None]
    section = v.t("chapter.data")
    if not rated:
        slide = deck.slide(section, deck.t("title.gap", part=v.t("part.kpis")))
        deck.gap(slide)
        return deck.speak(slide)
    judged = [goal for goal in rated if goal.verdict.status in ("feasible", "stretch", "infeasible")]
    shares = [(goal.verdict.base or 0) / (goal.target.value or 1) for goal in rated]
    first, share = rated[0], shares[0]
    met = sum(goal.verdict.status == "feasible" for goal in judged)
    known: dict[str, object] = {
        "metric": label(first.metric, 30),
        "share": percent(share, 0),
        "n": met,
        "of": len(judged),
    }
    title = deck.t("title.kpis" if judged else "title.kpis_own", **known)
    slide = deck.slide(section, title, plan.kpis.north_star, plan.kpis.baseline_plan)
    left, right = deck.house.body.columns((1, 1.1))
    box = deck.heading(slide, left, deck.t("share_of_target"))
    made = chart(
        deck,
        slide,
        box,
        "bar",
        [label(v.named(goal.id), 20) for goal in rated],
        {deck.t("share_of_target"): shares},
        number="0%",
        labels=True,
        axis=False,
    )
    made.value_axis.maximum_scale = max(1.2, min(3.0, max(shares) * 1.15))
    points = sorted((point for point in plan.kpis.curve if point.goal == first.id), key=lambda one: one.month)
    rest = deck.heading(slide, right, deck.t("curve", metric=label(v.name(first.id), 30)))
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
            [month(deck, one.month, first=at == 0) for at, one in enumerate(points)],
            series,
            number=number,
            colours=(THEME.ACCENT_1, THEME.ACCENT_4),
            legend=True,
        )
    else:
        deck.gap(slide, rest)
    slide.notes += [f"{goal.id} {goal.verdict.text}" for goal in rated]
    return deck.speak(slide, [id_ for step in first.verdict.steps for id_ in step.sources])


def reviews(deck: Deck) -> None:
    """The dated decisions, and the rules that lead to them."""
    v, part = deck.v, deck.plan.measurement
    weekly = sum(one.kind == "weekly" for one in part.reviews)
    gates = sorted((one for one in part.reviews if one.kind != "weekly"), key=lambda one: one.date)
    first = next((one for one in gates if one.kind == "gate"), gates[0] if gates else None)
    if first is None:
        title = deck.t("title.gap", part=v.t("head.reviews"))
    else:
        title = deck.t(
            "title.reviews", n=len(part.reviews), date=v.day(first.date, weekday=False, year=True), weekly=weekly
        )
    slide = deck.slide(v.t("chapter.data"), title, part.loop, part.attribution)
    left, right = deck.house.body.columns((1.1, 1))
    columns = [
        Column(v.t("col.date"), 1),
        Column(v.t("col.review"), 1, bold=True),
        Column(v.t("col.review_question"), 4),
        Column(v.t("col.owner"), 1),
    ]
    rows = [
        [v.day(one.date, weekday=False), v.t(f"review.{one.kind}"), one.question, v.role(one.owner)] for one in gates
    ]
    deck.table(slide, deck.heading(slide, left, v.t("head.reviews")), columns, rows)
    columns = [Column(v.t("col.metric"), 1.4, bold=True), Column(v.t("col.threshold"), 1.3), Column(v.t("col.then"), 3)]
    told = [[one.metric, one.threshold, one.then] for one in part.rules]
    deck.table(slide, deck.heading(slide, right, v.t("head.rules")), columns, told)
    return deck.speak(slide)
