"""What the plan stands on: sources, assumptions and open questions, contradictions, findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from agent.export.xlsx.book import PERSON, TOP, Book, Cell, Col, Link, cell, dated
from agent.plan.base import Source

COLOR = "#6B7478"
RANK = {"error": 0, "warning": 1, "info": 2}
TINTS = {"error": "#F8D9D4", "warning": "#FFF0CC", "info": "#F0F2F3"}


def sources(book: Book) -> None:
    """What the document cites, under the document's numbers; the ids by which the plan's data cite them stay there."""
    v = book.v
    sheet = book.sheet("sources", v.t("appendix.sources"), book.t("note.sources"), columns=6, color=COLOR)
    cols = [
        Col(v.t("col.no"), 6, "center"), Col(v.t("col.kind"), 18), Col(book.t("col.source_title"), 38), Col(book.t("col.publisher"), 32),
        Col(v.t("col.date"), 14), Col(book.t("col.confidence"), 11), Col(book.t("col.address"), 46),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [Link(number, one.url), *_source(book, one)] for number, one in enumerate(book.sources, 1)
    ]
    end = sheet.table(cols, rows, freeze=3, note=book.t("note.sources"))
    low = {
        "type": "cell",
        "criteria": "==",
        "value": f'"{v.t("confidence.low")}"',
        "format": book.format("text", bg_color=TINTS["warning"]),
    }
    sheet.ws.conditional_format(TOP + 1, 5, end - 1, 5, low)


def _source(book: Book, one: Source) -> list[Cell]:
    v = book.v
    sure = v.t(f"confidence.{one.confidence}") if one.confidence else ""
    return [
        v.t(f"source_kind.{one.kind}"),
        one.title,
        one.publisher,
        v.dated(one.date),
        sure,
        one.url,
    ]


def assumptions(book: Book) -> None:
    """What is assumed and asked, what is to be found out, and where the brief contradicts itself; with room for answers."""
    v, plan = book.v, book.plan
    note = book.t("note.assumptions" if plan.gaps or plan.conflicts else "note.assumptions_own")
    sheet = book.sheet("assumptions", v.t("appendix.assumptions"), note, columns=6, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.kind"), 12), Col(v.t("col.question"), 33), Col(book.t("col.assumed"), 33), Col(v.t("col.why"), 25),
        Col(v.t("col.owner"), PERSON), Col(v.t("col.due"), 15, "date"), Col(book.t("col.answer"), 24, entry=True),
        Col(book.t("col.state"), 10, entry=True),
    ]  # fmt: skip
    open_, client, wanted = book.t("done.open"), book.t("client"), _answer_by(book)
    rows: list[list[Cell]] = [
        [f"B{number}", book.t("open.conflict"), one.message, one.resolution, v.listed(dict.fromkeys(map(v.brief_field, one.fields))), client,
         wanted, None, open_]
        for number, one in enumerate(plan.conflicts, 1)
    ]  # fmt: skip
    rows += [
        [gap.id, book.t("open.gap"), gap.question, gap.assumption, gap.why, client, wanted, None, open_]
        for gap in plan.gaps
    ]
    rows += [
        [task.id, book.t("open.task"), task.question, _lines([task.where, task.how]), task.decision, v.role(task.owner), dated(task.due), None,
         open_]
        for task in plan.market.unknowns
    ]  # fmt: skip
    end = sheet.table(cols, rows, note=note)
    sheet.choose(TOP + 1, end - 1, 8, "=List_Done")
    due, state = (f"${cell(TOP + 1, col, fixed=False)}" for col in (6, 8))
    over = book.t("done.done").replace('"', '""')
    late = {
        "type": "formula",
        "criteria": f'=AND(ISNUMBER({due}),{due}<TODAY(),{state}<>"{over}")',
        "format": book.format("date", font_color="#B3261E", bold=True),
    }
    sheet.ws.conditional_format(TOP + 1, 6, end - 1, 6, late)


def _answer_by(book: Book) -> dt.date:
    """The day by which the client's answers are wanted: before the first piece is final, else before the period begins; not before the plan."""
    plan = book.plan
    first = min([one.deadline for one in plan.calendar.entries if one.kind != "buffer"], default=plan.meta.start)
    day = min(first, plan.meta.start) - dt.timedelta(days=1)
    return max(plan.meta.as_of, day - dt.timedelta(days=max(0, day.weekday() - 4)))


def findings(book: Book) -> None:
    """What the plan's own checks found, the gravest first."""
    v = book.v
    found = sorted(v.open_findings(), key=lambda one: RANK[one.severity])
    note = v.t("doc.findings_intro", n=len(found)) if found else v.t("doc.no_findings")
    sheet = book.sheet("findings", v.t("appendix.findings"), note, columns=5, color=COLOR)
    cols = [
        Col(v.t("col.severity"), 12), Col(v.t("col.code"), 12), Col(v.t("col.place"), 32), Col(book.t("col.found"), 62), Col(v.t("col.fix"), 46),
        Col(book.t("col.state"), 11, entry=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [v.t(f"severity.{one.severity}"), one.code, v.place(one.where), one.message, one.fix, book.t("done.open")]
        for one in found
    ]
    end = sheet.table(cols, rows, note=note)
    sheet.choose(TOP + 1, end - 1, 5, "=List_Done")
    for severity, tint in TINTS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{v.t(f"severity.{severity}")}"',
            "format": book.format("text", bg_color=tint),
        }
        sheet.ws.conditional_format(TOP + 1, 0, end - 1, 0, rule)


def _lines(pieces: Iterable[str]) -> str:
    return "\n".join(piece for piece in pieces if piece)
