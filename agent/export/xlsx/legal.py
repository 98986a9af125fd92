"""What has to be obtained, shown or kept by law, with its days and state, and the laws to read; what the plan declines of the brief."""

from __future__ import annotations

from agent.export.sections.legal import dated_law, takes
from agent.export.xlsx.book import PERSON, TOP, Book, Cell, Col

COLOR = "#A33B2E"


def legal(book: Book) -> None:
    """Approvals with room for their state and number; then the laws of markets without rules, for counsel to read the plan against."""
    v, found, laws = book.v, book.plan.approvals, book.plan.laws
    note = book.t("note.legal_unruled" if laws else "note.legal", markets=_markets(book))
    sheet = book.sheet("legal", book.tab("legal"), note, columns=10, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.required"), 28), Col(v.t("col.kind"), 11), Col(v.t("col.legal_law"), 22), Col(v.t("col.takes"), 15),
        Col(v.t("col.hand_in"), 15, "date"), Col(v.t("col.public_from"), 15, "date"), Col(v.t("col.owner"), PERSON), Col(v.t("col.paid_how"), 22),
        Col(book.t("col.state"), 10, entry=True), Col(book.t("col.remark"), 13, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.id, one.text, v.t(f"approval_kind.{one.kind}"), dated_law(v, one.law, one.effective), takes(v, one), one.hand_in, one.public_from,
         v.role(one.owner), one.money, book.t("done.open"), None]
        for one in found
    ]  # fmt: skip
    rows += [
        [
            f"W{number}",
            one.asks,
            book.t("statute"),
            one.law,
            "",
            None,
            None,
            book.t("counsel"),
            "",
            book.t("done.open"),
            None,
        ]
        for number, one in enumerate(laws, 1)
    ]
    end = sheet.table(cols, rows, note=note)
    if rows:
        sheet.choose(TOP + 1, end - 1, 9, "=List_Done")


def _markets(book: Book) -> str:
    """The markets without rules of their own, in words."""
    v = book.v
    return v.listed(dict.fromkeys(v.label("market", one.market) for one in book.plan.laws))


def declined(book: Book) -> None:
    """The declined and held points."""
    v, found = book.v, book.plan.declined
    sheet = book.sheet("declined", v.t("head.declined_table"), book.t("note.declined"), columns=7, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.client_words"), 38), Col(v.t("col.answered"), 12), Col(v.t("col.legal_law"), 24),
        Col(v.t("col.brief_field"), 15), Col(v.t("col.legal_why"), 38), Col(v.t("col.offered"), 46),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.id, one.text, v.t(f"declined_status.{one.status}"), dated_law(v, one.law, one.effective), v.brief_field(one.where), one.why,
         v.t("legal.or").join(one.instead)]
        for one in found
    ]  # fmt: skip
    sheet.table(cols, rows, note=book.t("note.declined"))
