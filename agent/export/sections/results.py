"""Chapter 4, data and optimisation: KPIs, monitoring, review, iteration."""

from __future__ import annotations

from agent.export.reader import Notes, Reader, by_case, titled
from agent.export.sections import plots
from agent.export.view import Block, Column, Heading, Row, Text, bullets, lines, paragraph, strong, table, text
from agent.frame.way import rest_of_the_way
from agent.locale import percent
from agent.plan.results import Experiment, Kpi, Review

FAMILIES = ("exposure", "engagement", "content", "conversion", "followers", "service", "roi")


def kpis(v: Reader) -> list[Block]:
    """KPI system: the first number, then one table a family."""
    part = v.plan.kpis
    return [
        paragraph(strong(v.t("misc.north_star")), v.t("misc.colon"), part.north_star),
        paragraph(strong(v.t("misc.baseline_plan")), v.t("misc.colon"), part.baseline_plan),
        plots.goal_ranges(v),
        *(block for kind in FAMILIES for block in _family(v, [one for one in part.kpis if one.kind == kind])),
        v.head("curve"),
        _curve(v),
        *map(paragraph, averages(v)),
    ]


def _family(v: Reader, kpis: list[Kpi]) -> list[Block]:
    """The KPIs of one kind, and how to read them; the client's target stands in a column of its own beside the forecast."""
    if not kpis:
        return []
    notes = Notes(v.language)
    asked = any(one.asked for one in kpis)
    rows: list[Row] = [
        [
            lines([strong(one.name), v.platform(one.platform) if one.platform else None]),
            text(one.formula, v.t("misc.aside", text=v.label("kpi_unit", one.unit))),
            one.source,
            v.figure(one.baseline, notes),
            *([v.figure(one.asked, notes) if one.asked else "–"] if asked else []),
            v.figure(by_case(one), notes),
            lines([v.t(f"cadence.{one.cadence}"), v.role(one.owner)]),
            one.goal,
        ]
        for one in kpis
    ]
    ranges = (">target*2", ">forecast_range*3") if asked else (">planned_range*3",)
    columns = v.cols("kpi*2", "formula*3", "data_source*2", ">baseline*2", *ranges, "read_by*2", "goal")
    readings = [text(strong(one.name), v.t("misc.colon"), one.reading) for one in kpis if one.reading]
    blocks: list[Block] = [Heading(3, v.t(f"kpi_kind.{kpis[0].kind}")), table(columns, rows, notes=notes)]
    return [*blocks, Heading(4, v.t("col.kpi_reading")), bullets(readings)] if readings else blocks


def _curve(v: Reader) -> Block:
    """Forecast and target of each goal, month by month."""
    points = v.plan.kpis.curve
    units = {goal.id: goal.target.unit for goal in v.plan.positioning.goals}
    months = sorted({point.month for point in points})
    rows: list[Row] = []
    for goal in dict.fromkeys(point.goal for point in points):
        found = {point.month: point for point in points if point.goal == goal}
        unit = units.get(goal, "count")
        forecasts = [v.estimate(found[month].forecast, unit) if month in found else "" for month in months]
        rows.append([f"{v.named(goal)} · {v.t('col.forecast')}", *forecasts])
        wanted = [found[month].target if month in found else None for month in months]
        if any(value is not None for value in wanted):
            shown = ["" if value is None else v.amount(value, unit) for value in wanted]
            rows.append([f"{v.named(goal)} · {v.t('col.target')}", *shown])
    long = bool(months) and (months[-1] - months[0]).days > 366
    columns = [*v.cols("goal*5"), *(Column(v.day(month, weekday=False, year=long), "right", 2) for month in months)]
    return table(columns, rows)


def averages(v: Reader) -> list[str]:
    """Of each goal that is an average how its curve is read: since when it averages, and what the last stretch has to bring by itself, which is
    more than the target of an average that climbs."""
    said = []
    for goal in v.plan.positioning.goals:
        points = [one for one in v.plan.kpis.curve if one.goal == goal.id and one.average]
        ends = [(one.month, one.forecast if one.target is None else one.target) for one in points]
        if len(ends) < 2:
            continue
        start, (before, last), unit = v.plan.meta.start, ends[-2:], goal.target.unit
        said.append(
            v.t(
                "misc.average_way", goal=v.named(goal.id), start=v.day(start, weekday=False), before=v.day(before[0], weekday=False),
                end=v.day(last[0], weekday=False), baseline=v.amount(goal.baseline.value or 0.0, unit), last=v.amount(last[1], unit),
                rest=v.estimate(float(round(rest_of_the_way(start, before, last))), unit),
            )
        )  # fmt: skip
    return said


def measurement(v: Reader) -> list[Block]:
    """Monitoring, tools, review and iteration."""
    part = v.plan.measurement
    return [
        paragraph(part.loop),
        v.head("data_tools"),
        table(
            v.cols("platform*2", "native*4", "third_party*3", "caveat*4"),
            [[v.platform(one.platform), one.native, one.third_party, one.caveat] for one in part.tools],
        ),
        v.head("attribution"),
        paragraph(part.attribution),
        bullets(part.utm),
        v.head("causes"),
        bullets(part.causes),
        v.head("reviews"),
        *_reviews(v, part.reviews),
        v.head("adjust"),
        bullets(part.adjust),
        v.head("rules"),
        table(
            v.cols("no", "metric*3", "threshold*3", "read_when*2", "then*5", "owner*2"),
            [[one.id, titled(one.metric), one.threshold, v.due(one.date), one.then, v.role(one.owner)] for one in part.rules],
        ),
        v.head("experiments"),
        table(
            [*v.cols("no", "hypothesis*5", "arms*3"), v.both("kpi", "dates"), *v.cols("sample*3", "experiment_decision*4")],
            [
                [
                    one.id, _hypothesis(v, one), one.arms,
                    lines([one.metric, f"{v.day(one.start, weekday=False)} – {v.day(one.end, weekday=False)}"]),
                    _sample(v, one), one.decision,
                ]
                for one in part.experiments
            ],
            notes=[v.t("misc.sample_note")],
        ),
        v.head("report"),
        table(
            v.cols("report_section*2", "report_ask*5", "data_source*3", "fill*3"),
            [[one.section, one.ask, one.source, v.t("misc.blank")] for one in part.report],
        ),
    ]  # fmt: skip


def _hypothesis(v: Reader, one: Experiment) -> Text:
    """What is believed, and what it starts from with its source: the rate to two decimals, as the hypothesis tells it, since its sample follows from it."""
    if one.base is None:
        return text(one.hypothesis)
    exact = one.base.unit == "%" and one.base.value is not None
    shown = (
        text(percent(one.base.value or 0.0, 2), v.origin(one.base.kind, one.base.sources))
        if exact
        else v.figure(one.base)
    )
    return text(one.hypothesis, "\n", v.t("misc.starts_from"), shown)


def _sample(v: Reader, one: Experiment) -> Text:
    """How many an arm needs and has, and whether that decides anything."""
    counts = ((v.t("col.sample_need"), one.sample), (v.t("col.sample_have"), one.available))
    said = [f"{label}{v.t('misc.colon')}{v.amount(count, 'count')}" for label, count in counts]
    return lines([*said, strong(v.t("misc.conclusive" if one.conclusive else "misc.directional"))])


def _reviews(v: Reader, reviews: list[Review]) -> list[Block]:
    """Weekly reviews that ask the same as a rule with its dates; all others one row each."""
    weekly: dict[tuple[str, str], list[Review]] = {}
    for review in reviews:
        if review.kind == "weekly":
            weekly.setdefault((review.question, review.owner), []).append(review)
    rules = {key: found for key, found in weekly.items() if len(found) > 1}
    rule: list[Text] = [
        text(
            strong(v.t("review.weekly")),
            v.t("misc.aside", text=v.post(owner)),
            v.t("misc.colon"),
            question,
            v.t("misc.on_dates", n=len(found), dates=v.listed(v.day(one.date, weekday=False) for one in found)),
        )
        for (question, owner), found in rules.items()
    ]
    others = [one for one in reviews if one.kind != "weekly" or (one.question, one.owner) not in rules]
    return [
        bullets(rule),
        table(
            v.cols("date*2", "review*2", "review_question*6", "owner*2"),
            [
                [v.day(one.date, year=True), v.t(f"review.{one.kind}"), one.question, v.role(one.owner)]
                for one in sorted(others, key=lambda one: one.date)
            ],
        ),
    ]
