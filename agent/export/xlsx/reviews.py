"""Reviews on their dates with room for what was decided, and the report to fill in."""

from __future__ import annotations

from agent.export.xlsx.book import PERSON, TOP, Book, Cell, Col, Formula, cell, dated
from agent.export.xlsx.calendar import weekday

COLOR = "#2F7D5B"


def reviews(book: Book) -> None:
    """Every review, with state, decision and who does what."""
    v, part = book.v, book.plan.measurement
    sheet = book.sheet("reviews", v.t("head.reviews"), part.loop, columns=6, color=COLOR)
    cols = [
        Col(v.t("col.date"), 15, "date"), Col(book.t("col.weekday"), 8, "center"), Col(v.t("col.review"), 13), Col(v.t("col.review_question"), 56),
        Col(v.t("col.owner"), PERSON), Col(book.t("col.state"), 11, entry=True), Col(book.t("col.decided"), 34, entry=True),
        Col(book.t("col.follow_up"), 22, entry=True),
    ]  # fmt: skip
    found = sorted(part.reviews, key=lambda one: one.date)
    rows: list[list[Cell]] = [
        [one.date, weekday(book, cell(row, 0, fixed=False), one.date), v.t(f"review.{one.kind}"), one.question, v.role(one.owner),
         book.t("done.open"), None, None]
        for row, one in enumerate(found, TOP + 1)
    ]  # fmt: skip
    end = sheet.table(cols, rows, note=part.loop)
    sheet.choose(TOP + 1, end - 1, 5, "=List_Done")
    for kind, tint in (("gate", "#F9D8B8"), ("quarterly", "#DCE9F7"), ("monthly", "#E4EEF1")):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{v.t(f"review.{kind}")}"',
            "format": book.format("text", bg_color=tint),
        }
        sheet.ws.conditional_format(TOP + 1, 2, end - 1, 2, rule)


def rules(book: Book) -> None:
    """The decision rules: when a number says so, what is done and by whom."""
    v = book.v
    sheet = book.sheet("rules", v.t("head.rules"), columns=6, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.read_when"), 15, "date"), Col(v.t("col.metric"), 20), Col(f"{v.t('col.threshold')} → {v.t('col.then')}", 56),
        Col(v.t("col.owner"), PERSON), Col(book.t("col.state"), 11, entry=True), Col(book.t("col.decided"), 30, entry=True),
        Col(book.t("col.follow_up"), 20, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.id, dated(one.date), one.metric, f"{one.threshold} → {one.then}", v.role(one.owner), book.t("done.open"), None, None]
        for one in book.plan.measurement.rules
    ]  # fmt: skip
    end = sheet.table(cols, rows)
    sheet.choose(TOP + 1, end - 1, 5, "=List_Done")


def tests(book: Book) -> None:
    """The tests that reviews and the report ask about: what differs, when it runs, what it needs, and room for what came out."""
    v, found = book.v, book.plan.measurement.experiments
    note = book.t("note.tests")
    sheet = book.sheet("tests", v.t("head.experiments"), note, columns=6, color=COLOR)
    cols = [
        Col(v.t("col.no"), 6), Col(v.t("col.hypothesis"), 36), Col(v.t("col.arms"), 24), Col(v.t("col.metric"), 13),
        Col(book.t("col.start"), 15, "date"), Col(book.t("col.until"), 15, "date"), Col(v.t("col.sample_need"), 10, "int"),
        Col(v.t("col.sample_have"), 10, "int"), Col(v.t("col.experiment_decision"), 32), Col(book.t("col.outcome"), 20, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.id,
            one.hypothesis,
            one.arms,
            one.metric,
            one.start,
            one.end,
            one.sample,
            one.available,
            one.decision,
            None,
        ]
        for one in found
    ]
    sheet.table(cols, rows, note=note)


def report(book: Book) -> None:
    """The report of one period: the goals' numbers come from the tracker, the rest is filled in."""
    v, plan = book.v, book.plan
    note = book.t("note.report")
    sheet = book.sheet("report", v.t("head.report"), note, columns=5, color=COLOR)
    cols = [
        Col(v.t("col.report_section"), 20, "bold"),
        Col(v.t("col.report_ask"), 48),
        Col(v.t("col.data_source"), 22),
        Col(v.t("col.fill"), 56, entry=True),
        Col(v.t("col.owner"), 15, entry=True),
    ]
    sheet.columns(cols)
    sheet.height(1, note, sum(col.width for col in cols))
    row = 3
    for label, value in ((book.t("report.period"), None), (book.t("report.author"), None)):
        sheet.put(row, 0, label, "label")
        sheet.put(row, 1, value, "text", bg_color="#FFF9E8")
        row += 1
    spent = Formula('IF(BudgetTotal=0,"",BudgetSpent/BudgetTotal)', 0.0 if plan.budget.lines else "")
    sheet.put(row, 0, book.t("report.spent"), "label")
    sheet.put(row, 1, spent, "percent", align="left", indent=1)
    sheet.head(row + 2, cols)
    rows: list[list[Cell]] = [[one.section, one.ask, one.source, None, None] for one in plan.measurement.report]
    end = sheet.rows(row + 3, cols, rows)
    for at in range(row + 3, end):
        sheet.ws.set_row(at, 54)
    if not rows:
        sheet.gap(row + 3)
        end = row + 4
    sheet.ws.freeze_panes(row + 3, 1)
    sheet.ws.repeat_rows(row + 2)
    sheet.ws.print_area(0, 0, end - 1, len(cols) - 1)
