"""The risk register, and a matrix that follows it; the dated inspections."""

from __future__ import annotations

from agent.export.xlsx.book import TOP, Book, Cell, Col, Formula, Sheet, cell
from agent.export.xlsx.cases import name_at
from agent.plan.results import Risk

COLOR = "#A33B2E"
HEAD = 11
"""Row of the register's headings, below the matrix."""
LIKELY, IMPACT, SCORE = 3, 4, 5
A_LINE = 2
"""Ids that stand side by side in a cell of the matrix."""


def tint(score: int) -> str:
    """The colour of likelihood × impact: red from 15, orange from 10, yellow from 5."""
    return "#EDA79E" if score >= 15 else "#F7CFA4" if score >= 10 else "#FBEBB5" if score >= 5 else "#D5EBD8"


def risks(book: Book) -> None:
    """Matrix above, register below: change a likelihood or an impact, and the risk moves."""
    v, found = book.v, book.plan.risks.risks
    note = book.t("note.risks")
    sheet = book.sheet("risks", v.t("part.risks"), note, columns=8, color=COLOR)
    cols = [
        Col(v.t("col.no"), 10), Col(v.t("col.risk"), 18, "bold"), Col(v.t("col.kind"), 11), Col(book.t("col.likelihood"), 9, "center", entry=True),
        Col(book.t("col.impact"), 9, "center", entry=True), Col(book.t("col.score"), 9, "center"), Col(v.t("col.owner"), 11),
        Col(v.t("col.trigger"), 26), Col(v.t("col.prevention"), 28), Col(v.t("col.response"), 36), Col(book.t("col.law"), 15),
        Col(book.t("col.drill"), 13, "date"), Col(book.t("col.state"), 9, entry=True), Col(book.t("col.remark"), 11, entry=True),
    ]  # fmt: skip
    sheet.columns(cols)
    sheet.height(1, note, sum(col.width for col in cols[:8]))
    _matrix(book, sheet, found)
    sheet.head(HEAD, cols)
    first = HEAD + 1
    end = sheet.rows(first, cols, [_risk(book, row, one) for row, one in enumerate(found, first)])
    if not found:
        sheet.gap(first)
        end = first + 1
    sheet.ws.autofilter(HEAD, 0, end - 1, len(cols) - 1)
    sheet.ws.freeze_panes(HEAD + 1, 2)
    sheet.ws.repeat_rows(HEAD)
    sheet.paper(cols)
    sheet.choose(first, end - 1, 12, "=List_Done")
    scale = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 1,
        "maximum": 5,
        "error_message": book.t("error.scale"),
    }
    sheet.ws.data_validation(first, LIKELY, end - 1, IMPACT, scale)
    for least in (15, 10, 5, 1):
        rule = {
            "type": "cell",
            "criteria": ">=",
            "value": least,
            "format": book.format("center", bg_color=tint(least)),
            "stop_if_true": True,
        }
        sheet.ws.conditional_format(first, SCORE, end - 1, SCORE, rule)
    sheet.ws.print_area(0, 0, end - 1, len(cols) - 1)


def _risk(book: Book, row: int, one: Risk) -> list[Cell]:
    """One row of the register."""
    v, at = book.v, name_at(row)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(one.response, 1))
    return [
        one.id, one.title, v.t(f"risk_kind.{one.kind}"), one.likelihood, one.impact,
        Formula(f"{at(LIKELY)}*{at(IMPACT)}", one.likelihood * one.impact), v.role(one.owner), one.trigger, one.prevention, steps,
        one.law, one.drill, book.t("done.open"), None,
    ]  # fmt: skip


def _matrix(book: Book, sheet: Sheet, found: list[Risk]) -> None:
    """Five by five; each cell joins the ids of its risks by formula."""
    v, top = book.v, 3
    sheet.put(top, 0, v.t("col.likelihood_impact"), "head")
    sheet.put(top, 1, None, "head")
    sheet.ws.set_row(top, 33)
    for impact in range(1, 6):
        sheet.put(top, 1 + impact, f"{impact} {v.label('impact', str(impact))}", "head", align="center")
    for at, likelihood in enumerate(range(5, 0, -1), top + 1):
        sheet.put(at, 0, likelihood, "label", align="center")
        sheet.put(at, 1, v.label("likelihood", str(likelihood)), "label")
        fullest = max(
            sum((one.likelihood, one.impact) == (likelihood, impact) for one in found) for impact in range(1, 6)
        )
        sheet.ws.set_row(at, max(24, 14 * -(-fullest // A_LINE) + 4))
        for impact in range(1, 6):
            here = [one.id for one in found if (one.likelihood, one.impact) == (likelihood, impact)]
            said = " ".join(here)
            sheet.put(
                at,
                1 + impact,
                _ids(len(found), likelihood, impact, said),
                "mark",
                bg_color=tint(likelihood * impact),
                text_wrap=True,
            )


def _ids(count: int, likelihood: int, impact: int, said: str) -> Cell:
    """The ids whose likelihood and impact are these."""
    pieces = [
        f'IF(AND({cell(row, LIKELY)}={likelihood},{cell(row, IMPACT)}={impact}),{cell(row, 0)}&" ","")'
        for row in range(HEAD + 1, HEAD + 1 + min(count, 60))
    ]
    return Formula(f"TRIM({'&'.join(pieces)})", said) if pieces else None


def inspections(book: Book) -> None:
    """Inspections and drills, dated."""
    v, found = book.v, sorted(book.plan.risks.inspections, key=lambda one: one.date)
    sheet = book.sheet("inspections", v.t("head.inspections"), columns=5, color=COLOR)
    cols = [
        Col(v.t("col.date"), 16, "date"), Col(v.t("col.what"), 70), Col(v.t("col.kind"), 16), Col(v.t("col.owner"), 18),
        Col(book.t("col.state"), 12, entry=True), Col(book.t("col.remark"), 24, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.date, one.what, v.t(f"inspection.{one.kind}"), v.role(one.owner), book.t("done.open"), None]
        for one in found
    ]
    end = sheet.table(cols, rows)
    sheet.choose(TOP + 1, end - 1, 4, "=List_Done")
