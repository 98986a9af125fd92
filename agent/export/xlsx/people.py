"""Who does what, and whether the hours suffice."""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent.export.xlsx.book import ACCENT, TOP, Book, Cell, Col, Formula, Sheet, cell, span
from agent.export.xlsx.cases import ratio
from agent.plan.execution import Raci

COLOR = "#6B4E8A"
CHART = (700, 300)
"""Width and height of the chart, pixels."""
LOW = 160
"""Its height below a table that fills most of a page."""
ONE_PAGE = 14
"""Weeks up to which the chart below the table is of full height."""
ONE_TABLE = 28
"""Weeks up to which the table and its chart stand on one page, and its headings are not repeated."""
LETTERS = {"R": "#DCE9F7", "A": "#F9D8B8", "C": "#EFEAF5", "I": "#F0F2F3"}


def raci(book: Book) -> None:
    """Tasks by roles, one letter a cell, coloured."""
    v, part = book.v, book.plan.team
    sheet = book.sheet("raci", v.t("head.raci"), v.t("misc.raci_key"), color=COLOR)
    named = [id_ for row in part.raci for id_ in (row.responsible, row.accountable, *row.consulted, *row.informed)]
    roles = list(dict.fromkeys([role.id for role in part.roles if role.id in named] + named))
    cols = [
        Col(v.t("col.task"), 40),
        *(Col(v.title(id_), 12.5, "mark", entry=True) for id_ in roles),
        Col(book.t("col.one_a"), 10, "center"),
    ]
    rows: list[list[Cell]] = []
    for at, task in enumerate(part.raci, TOP + 1):
        letters = [_letters(task, id_) for id_ in roles]
        here = span(at, at, 1, len(roles))
        good = "✓" if sum("A" in one for one in letters) == 1 else "✗"
        check = Formula(f'IF(SUMPRODUCT(ISNUMBER(SEARCH("A",{here}))*1)=1,"✓","✗")', good)
        rows.append([task.task, *letters, check])
    end = sheet.table(cols, rows)
    for letter, tint in LETTERS.items():
        rule = {"type": "text", "criteria": "containing", "value": letter, "format": book.format("mark", bg_color=tint)}
        sheet.ws.conditional_format(TOP + 1, 1, end - 1, max(1, len(roles)), rule)
    if roles:
        for col in range(1, len(roles) + 1):
            sheet.choose(TOP + 1, end - 1, col, ["R", "A", "C", "I", "A/R"])


def _letters(task: Raci, id_: str) -> str:
    """A role's letters for a task, the weightiest first."""
    found = [
        letter
        for letter, holds in (
            ("A", task.accountable == id_),
            ("R", task.responsible == id_),
            ("C", id_ in task.consulted),
            ("I", id_ in task.informed),
        )
        if holds
    ]
    return "/".join(found[:2])


def workload(book: Book) -> None:
    """Hours needed and at hand per week and person; red where they do not suffice."""
    v, found = book.v, book.plan.team.weeks
    note = book.t("note.workload")
    sheet = book.sheet("workload", v.t("head.workload"), note, columns=6, color=COLOR)
    people, weeks = list(dict.fromkeys(one.holder for one in found)), sorted({one.week for one in found})
    known = {(one.week, one.holder): one for one in found}
    count = len(people)
    cols = [
        Col(v.t("col.week"), 16, "date"), Col(book.t("col.hours_needed"), 12, "hours"), Col(book.t("col.hours_at_hand"), 12, "hours"),
        Col(book.t("col.used"), 10, "percent"), *(Col(name, 14, "hours", entry=True) for name in people),
        *(Col(f"{name}\n{book.t('col.at_hand')}", 14, "hours", entry=True) for name in people),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for row, week in enumerate(weeks, TOP + 1):
        cells = [known.get((week, name)) for name in people]
        hours = [None if one is None else one.hours for one in cells]
        at_hand = [None if one is None else one.capacity for one in cells]
        need, have = sum(one or 0 for one in hours), sum(one or 0 for one in at_hand)
        rows.append(
            [week, Formula(f"SUM({span(row, row, 4, 3 + count)})", need), Formula(f"SUM({span(row, row, 4 + count, 3 + 2 * count)})", have),
             ratio(cell(row, 1, fixed=False), cell(row, 2, fixed=False), need / have if have else None), *hours, *at_hand]
        )  # fmt: skip
    end = sheet.table(cols, rows, freeze=4, note=note, repeat=len(weeks) > ONE_TABLE)
    if rows:
        _marks(book, sheet, TOP + 1, end - 1, count)
        _chart(book, sheet, end + 1, len(rows))
        _printed(sheet, end, len(rows), cols)


def _printed(sheet: Sheet, end: int, weeks: int, cols: Sequence[Col]) -> None:
    """Prints the whole chart: as far to the right as it reaches, on the page of its table or on one of its own."""
    short = CHART[0] - sum(col.pixels for col in cols)
    deep = 2 + math.ceil(_height(weeks) / 20)
    sheet.ws.print_area(sheet.paper(cols), 0, end + deep, len(cols) - 1 + max(0, math.ceil(short / 64)))
    if weeks > ONE_TABLE:
        sheet.turn([end + 1], cols)
    elif weeks > ONE_PAGE:
        sheet.turn([], cols, tall=weeks + deep)


def _height(weeks: int) -> int:
    """How high the chart is, pixels: lower where it has to stand below many weeks."""
    return LOW if ONE_PAGE < weeks <= ONE_TABLE else CHART[1]


def _marks(book: Book, sheet: Sheet, first: int, last: int, count: int) -> None:
    """Colours of hours against hours at hand."""
    need, have = cell(first, 4, fixed=False), cell(first, 4 + count, fixed=False)
    rules = (
        (f"=AND({need}<>\"\",{need}>{have}+0.001)", "#F8D9D4", "hours", 4, 3 + count),
        (f"=AND({need}<>\"\",{need}>{have}*0.85)", "#FFF0CC", "hours", 4, 3 + count),
        (f"={cell(first, 3, fixed=False)}>1", "#F8D9D4", "percent", 3, 3),
        (f"={cell(first, 3, fixed=False)}>0.85", "#FFF0CC", "percent", 3, 3),
    )  # fmt: skip
    for formula, tint, style, start, end in rules:
        rule = {
            "type": "formula",
            "criteria": formula,
            "format": book.format(style, bg_color=tint),
            "stop_if_true": True,
        }
        sheet.ws.conditional_format(first, start, last, end, rule)


def _chart(book: Book, sheet: Sheet, row: int, weeks: int) -> None:
    """Hours needed as columns, hours at hand as a line."""
    v, tab, first, last = book.v, book.tab("workload"), TOP + 1, TOP + weeks
    font = {"name": book.format("text").font_name, "size": 9}
    chart, line = book.chart("column"), book.chart("line")
    dates = [tab, first, 0, last, 0]
    chart.add_series(
        {
            "name": [tab, TOP, 1],
            "categories": dates,
            "values": [tab, first, 1, last, 1],
            "fill": {"color": ACCENT},
            "gap": 40,
        }
    )
    line.add_series(
        {
            "name": [tab, TOP, 2],
            "categories": dates,
            "values": [tab, first, 2, last, 2],
            "line": {"color": "#B7791F", "width": 2.25},
        }
    )
    chart.combine(line)
    low = _height(weeks) == LOW
    if low:
        # The sheet's own title stands close above it, and every line counts.
        chart.set_title({"none": True})
    else:
        chart.set_title({"name": v.t("head.workload"), "name_font": {**font, "size": 11}})
    chart.set_x_axis({"num_font": font, "num_format": "m/d", "date_axis": False, "text_axis": True})
    chart.set_y_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#E3E7E9"}}})
    chart.set_legend({"position": "right" if low else "bottom", "font": font})
    chart.set_size({"width": CHART[0], "height": _height(weeks)})
    sheet.ws.insert_chart(row, 0, chart, {"x_offset": 4, "y_offset": 6, "description": v.t("head.workload")})
