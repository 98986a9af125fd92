"""The KPI tracker: actuals month by month against the plan, and each goal's curve."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import Literal

from agent.export import inert
from agent.export.reader import Reader, by_case
from agent.export.sections.results import averages
from agent.export.xlsx.book import ACCENT, PERSON, TOP, Book, Cell, Col, Formula, Sheet, Styled, cell, span
from agent.export.xlsx.cases import change, name_at
from agent.frame.pace import pace_of
from agent.frame.way import rest_of_the_way
from agent.plan.base import Figure
from agent.plan.insight import Goal
from agent.plan.model import MarketingPlan
from agent.plan.results import CurvePoint, Kpi

COLOR = "#2F7D5B"
KpiKind = Literal["exposure", "engagement", "content", "conversion", "followers", "service", "roi"]
ASKED, LOW, BASE, HIGH, MODE, DONE, WANTED, VARIANCE, STATE, FIRST_MONTH = range(9, 19)
"""Columns of the tracker behind the KPI's own."""
ONE_PAGE = 26
"""Rows of the curves' table that stand on one page of paper."""
CHART = (490, 212)
"""Width and height of a goal's chart, pixels; six of them stand on a page."""
PITCH = 11
"""Rows from one chart to the one below it."""
MODES = ("sum", "to_date", "mean")
"""How months come together."""
FAMILY: dict[str, KpiKind] = {
    "awareness": "exposure", "engagement": "engagement", "traffic": "conversion", "conversion": "conversion", "followers": "followers",
    "service": "service",
}  # fmt: skip
"""Kind of goal → the kind of KPI beside which it is read."""
STYLES = {"%": "percent", "x": "ratio", "h": "hours", "min": "minutes", "count": "int", "followers": "int"}


def style_of(unit: str, *values: float | None) -> str:
    """The number style of a KPI's unit: small sums and counts get decimals."""
    known = [abs(value) for value in values if value is not None]
    small = bool(known) and max(known) < 100 and any(value != int(value) for value in known)
    if len(unit) == 3 and unit.isascii() and unit.isupper():
        return "price" if small else "money"
    style = STYLES.get(unit, "decimal")
    return "decimal" if style == "int" and small else style


def long(value: float | None, unit: str, *, proposed: bool = False) -> Styled:
    """A value in a cell of its own style: two hours and more as hours, decimals only where there are some."""
    if value is not None and unit == "min" and value >= 120:
        value, unit = value / 60, "h"
    style = style_of(unit, value)
    whole = style == "hours" and value is not None and value == int(value)
    return Styled(value, "whole_hours" if whole else style, proposed)


def periods(plan: MarketingPlan) -> list[tuple[dt.date, float]]:
    """The months of the period: (first day, share of the period's results that the plan expects in it), by money and posts as the goal curves
    have them; by days where the plan holds no phases."""
    start, end = plan.meta.start, plan.meta.end
    found: list[tuple[dt.date, float]] = []
    pace = pace_of(plan.phases, plan.budget.lines, plan.calendar.entries) if plan.phases else None
    days, month, before = (end - start).days + 1, start.replace(day=1), 0.0
    while month <= end and len(found) < 36:
        last = month.replace(day=months.monthrange(month.year, month.month)[1])
        inside = (min(last, end) - start).days + 1
        upto = inside / max(1, days) if pace is None or last >= end else pace.upto(last)
        found.append((month, max(0.0, upto - before)))
        month, before = last + dt.timedelta(days=1), max(before, upto)
    return found


def tracker(book: Book) -> None:
    """All KPIs, and the goals that none of them counts; a month's actual is typed in, variances and the state follow."""
    v, plan = book.v, book.plan
    note = book.t("note.kpis")
    sheet = book.sheet("kpis", v.t("part.kpis"), note, columns=8, color=COLOR)
    found = periods(plan)
    cols = [
        Col(v.t("col.kpi"), 27, "bold"), Col(v.t("col.kind"), 20), Col(v.t("col.platform"), 12), Col(v.t("col.formula"), 34),
        Col(v.t("col.data_source"), 22), Col(book.t("col.cadence"), 9), Col(v.t("col.owner"), PERSON + 7), Col(v.t("col.goal"), 26),
        Col(v.t("col.baseline"), 13, "int", entry=True), Col(v.t("col.target"), 13, "int", joined=True),
        *(Col(f"{v.t('col.forecast_range')}\n{v.t(f'col.{end}')}", 13, "int", joined=True) for end in ("low", "base", "high")),
        Col(book.t("col.mode"), 9, "center", entry=True, joined=True), Col(book.t("col.so_far"), 13, "int", joined=True),
        Col(book.t("col.wanted"), 13, "int", joined=True), Col(book.t("col.variance"), 10, "change", joined=True),
        Col(book.t("col.judgement"), 12, "center", joined=True),
    ]  # fmt: skip
    for month, _ in found:
        cols += [
            Col(f"{v.month(month)}\n{book.t('col.actual')}", 12, "int", entry=True),
            Col(book.t("col.variance"), 10, "change", joined=True),
        ]
    kpis = measured(book)
    first, last = TOP + 1, TOP + max(1, len(kpis))
    rows = [_kpi(book, row, one, found) for row, one in enumerate(kpis, first)]
    sheet.table(cols, rows, freeze=1, note=note)
    sheet.put(2, 0, book.t("share_of_period"), "note")
    for at, (_, share) in enumerate(found):
        sheet.put(2, FIRST_MONTH + 2 * at, share, "percent")
    sheet.choose(first, last, MODE, [book.t(f"mode.{name}") for name in MODES])
    _judge(book, sheet, first, last)


@dataclass(frozen=True)
class Measured:
    """A row of the tracker: a KPI, with the target that stands for its goal."""

    kpi: Kpi
    target: float | None
    proposed: bool
    """Whether the plan set the target and not the client."""
    counts: Goal | None = None
    """The goal whose own figure the row is."""


def measured(book: Book) -> list[Measured]:
    """The plan's KPIs, each with the target of the goal that it counts; then, with the KPIs of its kind, every goal that none of them counts."""
    plan = book.plan
    told: dict[str, Kpi] = {}
    for goal in plan.positioning.goals:
        own = [one for one in plan.kpis.kpis if one.goal == goal.id and one.unit in (goal.target.unit, "count")]
        asked = [one for one in own if one.asked]
        same = [one for one in own if goal.target.unit == one.unit and _same(one, goal)]
        if asked or same:
            told[goal.id] = (asked or same)[0]
    goals = {goal.id: goal for goal in plan.positioning.goals}
    rows = []
    for one in plan.kpis.kpis:
        goal_of = goals[one.goal] if told.get(one.goal) is one else None
        ours = goal_of is not None and one.asked is None
        value = one.asked.value if one.asked else goal_of.target.value if goal_of else None
        rows.append(Measured(one, value, ours, goal_of))
    for goal in plan.positioning.goals:
        if goal.id in told:
            continue
        kind = FAMILY[goal.kind]
        peers = [at for at, row in enumerate(rows) if row.kpi.kind == kind]
        at = peers[0] if peers else len(rows)
        rows.insert(
            at,
            Measured(
                _as_kpi(goal, rows[at].kpi if peers else None, kind), goal.target.value, goal.origin != "brief", goal
            ),
        )
    return rows


def _same(one: Kpi, goal: Goal) -> bool:
    """Whether a KPI without a target of the client counts just what a goal does: its forecast is the goal's, and a reply time is one thing."""
    if goal.kind == "service":
        return one.id == "response_time"
    return goal.verdict.base is not None and one.target.value == goal.verdict.base


def _as_kpi(goal: Goal, peer: Kpi | None, kind: KpiKind) -> Kpi:
    """A goal as a row of its own, read where and when a KPI of its kind is."""
    verdict = goal.verdict
    forecast = Figure(value=verdict.base, low=verdict.low, high=verdict.high, unit=goal.target.unit, kind="computed")
    return Kpi(
        id=goal.id, name=goal.metric, kind=kind, formula=goal.metric, unit=goal.target.unit, source=peer.source if peer else "",
        baseline=goal.baseline, target=forecast, cadence=peer.cadence if peer else "monthly", goal=goal.id, owner=goal.owner, reading="",
    )  # fmt: skip


def _kpi(book: Book, row: int, found: Measured, periods: list[tuple[dt.date, float]]) -> list[Cell]:
    """One KPI with its formulas."""
    v, at, one, count = book.v, name_at(row), found.kpi, len(periods)
    style, whole = style_of(one.unit, one.target.low, one.target.value, one.target.high, found.target), 1
    most = max((abs(end) for end in (one.target.low, one.target.value, one.target.high) if end is not None), default=0)
    if one.unit == "min" and most >= 120:
        # A day's reply time is read and typed in as hours.
        style, whole = "in_hours", 60

    def shown(value: float | Formula | None, *, proposed: bool = False) -> Styled:
        return Styled(value / whole if isinstance(value, int | float) else value, style, proposed)

    last = FIRST_MONTH + 2 * count - 2
    here, share = span(row, row, FIRST_MONTH, last + 1), span(2, 2, FIRST_MONTH, last + 1)
    summed, dated = book.t("mode.sum"), book.t("mode.to_date")
    entered = f"SUMPRODUCT(({share}>0)*ISNUMBER({here}))"
    actuals = ",".join(at(FIRST_MONTH + 2 * month) for month in range(count))
    so_far = Formula(
        f'IF({entered}=0,"",IF({at(MODE)}="{summed}",SUM({actuals}),IF({at(MODE)}="{dated}",MAX({actuals}),SUM({actuals})/{entered})))',
        "",
    )
    weights, level = _weights(book, found, periods), _level(book, found, periods)
    until = f"MAX(ISNUMBER({here})*({share}>0)*COLUMN({share}))"
    part = (
        f'IF({at(MODE)}="{summed}",SUMPRODUCT({_listed(weights) if weights else share},ISNUMBER({here})*1),'
        f'IF({at(MODE)}="{dated}",SUMPRODUCT({share}*(COLUMN({share})<={until})),'
        f"{f'SUMPRODUCT({_listed(level)},ISNUMBER({here})*1)/{entered}' if level else '1'}))"
    )
    wanted = Formula(f'IF(OR({at(DONE)}="",{at(BASE)}=""),"",{at(BASE)}*{part})', "")
    due = f"{at(WANTED)}/{at(BASE)}"
    state = Formula(
        f'IF(OR({at(DONE)}="",{at(LOW)}="",N({at(BASE)})=0),"",IF({at(DONE)}<MIN({at(LOW)},{at(HIGH)})*{due},"{book.t("judge.below")}",'
        f'IF({at(DONE)}>MAX({at(LOW)},{at(HIGH)})*{due},"{book.t("judge.above")}","{book.t("judge.within")}")))', "",
    )  # fmt: skip
    told = by_case(one)
    target = (told.low, told.value, told.high)
    low, high = (target[1] if end is None else end for end in (target[0], target[2]))
    cells: list[Cell] = [
        one.name, v.t(f"kpi_kind.{one.kind}"), v.platform(one.platform) if one.platform else "", one.formula, one.source,
        v.t(f"cadence.{one.cadence}"), v.role(one.owner), v.named(one.goal) if one.goal else "", shown(one.baseline.value),
        shown(found.target, proposed=found.proposed), shown(low), shown(one.target.value), shown(high), book.t(f"mode.{mode(v, one)}"),
        shown(so_far), shown(wanted), change(at(DONE), at(WANTED)), state,
    ]  # fmt: skip
    for month in range(count):
        col = FIRST_MONTH + 2 * month
        actual = at(col)
        own = f"{weights[month]:.6f}" if weights else cell(2, col)
        mean = f"{level[month]:.6f}" if level else "1"
        plan = f'({at(BASE)}*IF({at(MODE)}="{summed}",{own},IF({at(MODE)}="{dated}",SUM({span(2, 2, FIRST_MONTH, col)}),{mean})))'
        cells += [shown(None), Formula(f'IF(OR({actual}="",N({at(BASE)})=0,N{plan}=0),"",{actual}/{plan}-1)', "")]
    return cells


def _weights(book: Book, found: Measured, periods: list[tuple[dt.date, float]]) -> list[float]:
    """Each month's share of a goal that ends before the period does; empty where the period's own shares hold."""
    goal = next((one for one in book.plan.positioning.goals if one.id == found.kpi.goal), None)
    if goal is None or goal.deadline >= book.plan.meta.end or (found.counts is None and not found.kpi.asked):
        return []
    points, since = _ways(book, goal), goal.baseline.value or 0.0 if goal.kind == "followers" else 0.0
    if not points or points[-1].forecast <= since:
        return []
    reached = {(one.month.year, one.month.month): one.forecast for one in points}
    out, before = [], since
    for month, _ in periods:
        upto = max(before, reached.get((month.year, month.month), before))
        out.append((upto - before) / (points[-1].forecast - since))
        before = upto
    return out


def _level(book: Book, found: Measured, periods: list[tuple[dt.date, float]]) -> list[float]:
    """What each month by itself is to bring, as part of the forecast, of a goal that is an average: the curve tells the average since the start."""
    goal = next((one for one in book.plan.positioning.goals if one.id == found.kpi.goal), None)
    points = _ways(book, goal) if goal and (found.counts or found.kpi.asked) else []
    if goal is None or found.kpi.unit != goal.target.unit or not points or points[-1].forecast <= 0:
        return []
    base, out, start = points[-1].forecast, [], book.plan.meta.start
    if not points[-1].average:
        if goal.kind != "followers" or mode(book.v, found.kpi) != "mean":
            return []
        out = [one.forecast / base for one in points]
    else:
        before = (start - dt.timedelta(days=1), 0.0)
        for one in points:
            out.append(rest_of_the_way(start, before, (one.month, one.forecast)) / base)
            before = (one.month, one.forecast)
    return [*out, *[out[-1]] * len(periods)][: len(periods)]


def _ways(book: Book, goal: Goal) -> list[CurvePoint]:
    """The points of a goal's curve, in order."""
    return sorted((one for one in book.plan.kpis.curve if one.goal == goal.id), key=lambda one: one.month)


def _listed(values: list[float]) -> str:
    """A row of the months' numbers in a formula, nothing under the variances between them."""
    return "{" + ",".join(f"{value:.6f},0" for value in values) + "}"


def mode(v: Reader, one: Kpi) -> str:
    """How months come together: a count that starts from nothing adds up, as revenue does; people reached are counted once over all months, so the
    figure is read to date; a level, a rate, a cost is a mean."""
    if one.id.split(".")[0] == "reach":
        return "to_date"
    if one.unit in ("count", "followers"):
        return "sum" if v.from_nothing(one.baseline) else "mean"
    return (
        "sum"
        if one.kind == "conversion" and len(one.unit) == 3 and one.id.split(".")[0] in ("sales", "revenue")
        else "mean"
    )


def _judge(book: Book, sheet: Sheet, first: int, last: int) -> None:
    """Colours what lies outside the forecast range."""
    for name, tint in (("below", "#F8D9D4"), ("within", "#DDEFE1"), ("above", "#FFF0CC")):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{book.t(f"judge.{name}")}"',
            "format": book.format("center", bg_color=tint),
        }
        sheet.ws.conditional_format(first, STATE, last, STATE, rule)


def goals(book: Book) -> None:
    """Every goal month by month: forecast, target, what was reached, and how far off that is."""
    v, plan = book.v, book.plan
    note = "\n".join([book.t("note.goals"), *averages(v)])
    sheet = book.sheet("goals", v.t("head.curve"), note, columns=8, color=COLOR)
    units = {goal.id: goal.target.unit for goal in plan.positioning.goals}
    points = _points(book)
    cols = [
        Col(v.t("col.goal"), 36, "bold"), Col(book.t("col.until"), 15, "date"), Col(v.t("col.forecast"), 13, "int"),
        Col(v.t("col.target"), 13, "int"), Col(book.t("col.actual"), 13, "int", entry=True),
        Col(book.t("col.against_forecast"), 13, "change"), Col(book.t("col.against_target"), 13, "change"), Col(book.t("col.remark"), 30, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for row, one in enumerate(points, TOP + 1):
        at, style = name_at(row), style_of(units.get(one.goal, "count"), one.forecast, one.target)
        rows.append(
            [v.named(one.goal), one.month, Styled(one.forecast, style), Styled(one.target, style), Styled(None, style),
             change(at(4), at(2)), change(at(4), at(3)), None]
        )  # fmt: skip
    sheet.table(cols, rows, freeze=2, note=note)
    signs = [("<", "#F8D9D4"), (">=", "#DDEFE1")]
    for sign, tint in signs:
        for col in (5, 6):
            first = cell(TOP + 1, col, fixed=False)
            rule = {
                "type": "formula",
                "criteria": f"=AND(ISNUMBER({first}),{first}{sign}0)",
                "format": book.format("change", bg_color=tint),
            }
            sheet.ws.conditional_format(TOP + 1, col, TOP + max(1, len(rows)), col, rule)
    turns = _turns([one.goal for one in points])
    if turns:
        sheet.turn(turns, cols)


def _points(book: Book) -> list[CurvePoint]:
    """The curves' points, goal by goal."""
    order = [goal.id for goal in book.plan.positioning.goals]
    return sorted(
        book.plan.kpis.curve, key=lambda one: (order.index(one.goal) if one.goal in order else len(order), one.month)
    )


def charts(book: Book) -> None:
    """A line chart a goal, two beside each other: forecast, target, actual."""
    order = [one.goal for one in _points(book)]
    sheet = book.sheet("charts", book.tab("charts"), book.t("note.charts"), color=COLOR)
    rates = {goal.id for goal in book.plan.positioning.goals if goal.target.unit == "%"}
    v, colours = book.v, ("#A9B4B8", "#B7791F", ACCENT)
    font = {"name": book.format("text").font_name, "size": 9}
    goals = list(dict.fromkeys(order))[:6]
    for place, goal in enumerate(goals):
        first, last = TOP + 1 + order.index(goal), TOP + len(order) - order[::-1].index(goal)
        chart = book.chart("line")
        for col, colour in zip((2, 3, 4), colours, strict=True):
            chart.add_series(
                {
                    "name": [book.tab("goals"), TOP, col],
                    "categories": [book.tab("goals"), first, 1, last, 1],
                    "values": [book.tab("goals"), first, col, last, col],
                    "line": {"color": colour, "width": 2.25},
                    "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
                }
            )
        chart.set_title({"name": [book.tab("goals"), first, 0], "name_font": {**font, "size": 11}})
        chart.set_x_axis({"num_font": font, "num_format": "yyyy-mm", "date_axis": False})
        lines = {"visible": True, "line": {"color": "#E3E7E9"}}
        chart.set_y_axis({"num_font": font, "num_format": "0%" if goal in rates else "#,##0", "major_gridlines": lines})
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_size({"width": CHART[0], "height": CHART[1]})
        place_in = {
            "description": inert.line(v.named(goal))[:200],
            "object_position": 3,
            "x_offset": (CHART[0] + 10) * (place % 2),
        }
        sheet.ws.insert_chart(TOP + PITCH * (place // 2), 0, chart, place_in)
    if not goals:
        sheet.gap(TOP)
    sheet.ws.print_area(0, 0, TOP + PITCH * max(1, -(-len(goals) // 2)), 2 * CHART[0] // Col("", 8.43).pixels)
    sheet.ws.fit_to_pages(1, 1)


def _turns(order: list[str]) -> list[int]:
    """Rows of the curves' table with which a page begins: a goal's months stay together, and the pages are about as full as each other."""
    months = {goal: order.count(goal) for goal in dict.fromkeys(order)}
    full = len(order) / max(1, -(-len(order) // ONE_PAGE))
    found, used, row = [], 0, TOP + 1
    for count in months.values():
        if used and used + count > max(full + count / 2, 1):
            found.append(row)
            used = 0
        used += count
        row += count
    return found
