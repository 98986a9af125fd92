"""What has to be obtained, shown or kept by law, with its days and state; what the plan declines of the brief."""

from __future__ import annotations

from agent.export.sections.legal import dated_law, takes
from agent.export.xlsx.book import TOP, Book, Cell, Col, Sheet

COLOR = "#A33B2E"


def legal(book: Book) -> None:
    """Approvals above, with room for their state and number; declined points below."""
    v, found = book.v, book.plan.approvals
    sheet = book.sheet("legal", book.tab("legal"), book.t("note.legal"), columns=10, color=COLOR)
    cols = [
        Col(v.t("col.no"), 8), Col(v.t("col.required"), 52), Col(v.t("col.kind"), 13), Col(v.t("col.legal_law"), 28), Col(v.t("col.takes"), 18),
        Col(v.t("col.hand_in"), 14, "date"), Col(v.t("col.public_from"), 14, "date"), Col(v.t("col.owner"), 14), Col(v.t("col.paid_how"), 40),
        Col(book.t("col.state"), 12, entry=True), Col(book.t("col.remark"), 24, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.id, one.text, v.t(f"approval_kind.{one.kind}"), dated_law(v, one.law, one.effective), takes(v, one), one.hand_in, one.public_from,
         v.role(one.owner), one.money, book.t("done.open"), None]
        for one in found
    ]  # fmt: skip
    end = sheet.table(cols, rows, note=book.t("note.legal"))
    if found:
        sheet.choose(TOP + 1, end - 1, 9, "=List_Done")
    last = _declined(book, sheet, end + 1)
    sheet.ws.print_area(0, 0, last - 1, len(cols) - 1)


def _declined(book: Book, sheet: Sheet, row: int) -> int:
    """The declined and held points, below the approvals; the row after the last."""
    v, found = book.v, book.plan.declined
    if not found:
        return row
    sheet.put(row, 0, v.t("head.declined_table"), "section")
    cols = [
        Col(v.t("col.no"), 8), Col(v.t("col.client_words"), 52), Col(v.t("col.answered"), 13), Col(v.t("col.legal_law"), 28), Col(v.t("col.brief_field"), 18),
        Col(v.t("col.legal_why"), 42, over=3), Col(v.t("col.offered"), 76, over=3),
    ]  # fmt: skip
    sheet.head(row + 1, cols)
    rows: list[list[Cell]] = [
        [one.id, one.text, v.t(f"declined_status.{one.status}"), dated_law(v, one.law, one.effective), one.where, one.why,
         v.t("legal.or").join(one.instead)]
        for one in found
    ]  # fmt: skip
    return sheet.rows(row + 2, cols, rows)
