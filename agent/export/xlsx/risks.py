"""The risk register, and a map that follows it; the dated inspections."""

from __future__ import annotations

from agent.export import inert
from agent.export.xlsx.book import PERSON, TOP, Book, Cell, Col, Formula, cell
from agent.export.xlsx.cases import name_at
from agent.plan.results import Risk

COLOR = "#A33B2E"
FIRST = TOP + 1
"""Row of the register's first risk."""
LIKELY, IMPACT, SCORE = 3, 4, 5
SCALE = range(1, 6)
MOST, LONGEST = 50, 4000
"""Risks that a formula of the map reads, and the signs that it shows: Excel ends a formula at 8,192."""


def tint(score: int) -> str:
    """The colour of likelihood × impact: red from 15, orange from 10, yellow from 5."""
    return "#EDA79E" if score >= 15 else "#F7CFA4" if score >= 10 else "#FBEBB5" if score >= 5 else "#D5EBD8"


def risks(book: Book) -> None:
    """The register; a likelihood or an impact can be changed, and the score, its colour and the map follow."""
    v, found = book.v, book.plan.risks.risks
    note = book.t("note.risks")
    sheet = book.sheet("risks", v.t("part.risks"), note, columns=8, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.risk"), 20, "bold"), Col(v.t("col.kind"), 12), Col(book.t("col.likelihood"), 10, "center", entry=True),
        Col(book.t("col.impact"), 9, "center", entry=True), Col(book.t("col.score"), 8, "center"), Col(v.t("col.owner"), PERSON),
        Col(v.t("col.trigger"), 28), Col(v.t("col.prevention"), 30), Col(v.t("col.response"), 40), Col(book.t("col.law"), 24),
        Col(book.t("col.drill"), 15, "date"), Col(book.t("col.state"), 11, entry=True), Col(book.t("col.remark"), 18, entry=True),
    ]  # fmt: skip
    end = sheet.table(cols, [_risk(book, row, one) for row, one in enumerate(found, FIRST)], freeze=2, note=note)
    sheet.choose(FIRST, end - 1, 12, "=List_Done")
    scale = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 1,
        "maximum": 5,
        "error_message": book.t("error.scale"),
    }
    sheet.ws.data_validation(FIRST, LIKELY, end - 1, IMPACT, scale)
    for least in (15, 10, 5, 1):
        rule = {
            "type": "cell",
            "criteria": ">=",
            "value": least,
            "format": book.format("center", bg_color=tint(least)),
            "stop_if_true": True,
        }
        sheet.ws.conditional_format(FIRST, SCORE, end - 1, SCORE, rule)


def _risk(book: Book, row: int, one: Risk) -> list[Cell]:
    """One row of the register."""
    v, at = book.v, name_at(row)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(one.response, 1))
    return [
        one.id, one.title, v.t(f"risk_kind.{one.kind}"), one.likelihood, one.impact,
        Formula(f"{at(LIKELY)}*{at(IMPACT)}", one.likelihood * one.impact), v.role(one.owner), one.trigger, one.prevention, steps,
        one.law, one.drill, book.t("done.open"), None,
    ]  # fmt: skip


def risk_map(book: Book) -> None:
    """Five by five; each cell joins the names of its risks by formula from the register."""
    v, found = book.v, book.plan.risks.risks
    note = book.t("note.risk_map")
    sheet = book.sheet("risk_map", v.t("head.risk_map"), note, columns=6, color=COLOR)
    cols = [
        Col(v.t("col.likelihood_impact"), 18, "label"),
        *(Col(f"{impact} {v.label('impact', str(impact))}", 26, "center") for impact in SCALE),
    ]
    sheet.columns(cols)
    sheet.height(1, note, sum(col.width for col in cols))
    sheet.head(TOP, cols)
    for row, likelihood in enumerate(reversed(SCALE), TOP + 1):
        sheet.put(row, 0, f"{likelihood} {v.label('likelihood', str(likelihood))}", "label")
        held = []
        for col, impact in enumerate(SCALE, 1):
            here = [one for one in found if (one.likelihood, one.impact) == (likelihood, impact)]
            said = "\n".join(f"{one.id} {inert.line(one.title)}" for one in here)
            names = _names(book, len(found), likelihood, impact, said)
            sheet.put(row, col, names, "text", bg_color=tint(likelihood * impact))
            held.append(said)
        sheet.fit(row, cols[1:], held, least=48)
    sheet.ws.freeze_panes(TOP + 1, 1)
    sheet.ws.print_area(sheet.paper(cols), 0, TOP + len(SCALE), len(cols) - 1)


def _names(book: Book, count: int, likelihood: int, impact: int, said: str) -> Cell:
    """The numbers and names of the risks whose likelihood and impact are these, one a line."""

    def at(row: int, col: int) -> str:
        return book.ref("risks", cell(row, col))

    pieces = [
        f'IF(AND({at(row, LIKELY)}={likelihood},{at(row, IMPACT)}={impact}),CHAR(10)&{at(row, 0)}&" "&{at(row, 1)},"")'
        for row in range(FIRST, FIRST + min(count, MOST))
    ]
    return Formula(f"MID({'&'.join(pieces)},2,{LONGEST})", said) if pieces else None


def inspections(book: Book) -> None:
    """Inspections and drills, dated."""
    v, found = book.v, sorted(book.plan.risks.inspections, key=lambda one: one.date)
    sheet = book.sheet("inspections", v.t("head.inspections"), columns=5, color=COLOR)
    cols = [
        Col(v.t("col.date"), 16, "date"), Col(v.t("col.what"), 70), Col(v.t("col.kind"), 16), Col(v.t("col.owner"), PERSON),
        Col(book.t("col.state"), 12, entry=True), Col(book.t("col.remark"), 24, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.date, one.what, v.t(f"inspection.{one.kind}"), v.role(one.owner), book.t("done.open"), None]
        for one in found
    ]
    end = sheet.table(cols, rows)
    sheet.choose(TOP + 1, end - 1, 4, "=List_Done")
