"""The content calendar to work from, and the dates prepared ahead."""

from __future__ import annotations

import datetime as dt

from agent.export.xlsx.book import PERSON, TOP, Book, Cell, Col, Formula, Sheet, cell
from agent.export.xlsx.lists import STATUSES
from agent.plan.content import Entry

COLOR = "#B7791F"
SPARE = 25
"""Empty rows below the plan's, with the same lists and colours."""
DAY, PLATFORM, FORMAT, OWNER, DEADLINE, STATUS, PHASE, KIND = 1, 4, 5, 8, 9, 10, 11, 17
TINTS = {
    "making": "#FFF0CC",
    "review": "#FCE3C5",
    "approved": "#E3EDF8",
    "scheduled": "#D8E6F5",
    "published": "#DDEFE1",
    "dropped": "#E6E6E6",
}


def calendar(book: Book) -> None:
    """Every piece with its owner, deadline and status; filters, drop-down lists, colours by status, frozen panes."""
    v, part = book.v, book.plan.calendar
    note = book.t("note.calendar", timezone=v.zones())
    sheet = book.sheet("calendar", v.t("part.calendar"), note, columns=8, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.date"), 15, "date"), Col(book.t("col.weekday"), 7, "center"),
        Col(v.t("col.when"), 7, "time"), Col(v.t("col.platform"), 13, entry=True), Col(v.t("col.format"), 11, entry=True),
        Col(v.t("col.topic"), 32), Col(v.t("col.hook"), 36), Col(v.t("col.owner"), PERSON, entry=True), Col(v.t("col.final"), 15, "date"),
        Col(book.t("col.status"), 12, entry=True), Col(v.t("col.phase"), 14), Col(v.t("col.pillar"), 18), Col(v.t("col.cta"), 26),
        Col(v.t("col.value"), 14), Col(v.t("col.goal"), 22), Col(v.t("col.occasion"), 15), Col(v.t("col.kind"), 10),
        Col(book.t("col.post_link"), 18, entry=True), Col(book.t("col.remark"), 18, entry=True),
    ]  # fmt: skip
    first = TOP + 1
    rows = [_entry(book, row, entry) for row, entry in enumerate(part.entries, first)]
    end = sheet.table(cols, rows, freeze=2, spare=SPARE, note=note)
    _choices(sheet, first, end - 1)
    _colours(book, sheet, first, end - 1, len(cols) - 1)
    _count(book, sheet, first, end - 1, len(part.entries))


def _entry(book: Book, row: int, entry: Entry) -> list[Cell]:
    """One row of the calendar."""
    v = book.v
    buffer = entry.kind == "buffer"
    topic = entry.topic or (v.t("misc.buffer_topic") if buffer else "")
    return [
        entry.id, entry.date, weekday(book, cell(row, DAY, fixed=False), entry.date), clock(entry.time), v.platform(entry.platform),
        v.format(entry.format), topic, entry.hook, v.role(entry.owner), entry.deadline, book.t("status.planned"), v.named(entry.phase),
        v.named(entry.pillar) if entry.pillar else "", entry.cta, v.label("value", entry.value), v.named(entry.goal) if entry.goal else "",
        v.plan.calendar.occasion(entry), v.t(f"entry_kind.{entry.kind}"), None, None,
    ]  # fmt: skip


def weekday(book: Book, where: str, date: dt.date) -> Formula:
    """The weekday of a date's cell, which follows when the date is moved."""
    names = book.t("weekdays").split()
    listed = ",".join(f'"{name}"' for name in names)
    return Formula(f'IF({where}="","",CHOOSE(WEEKDAY({where},2),{listed}))', names[date.weekday()])


def clock(time: str) -> Cell:
    """ "HH:MM" as a time of day; anything else as it is written."""
    try:
        return dt.time.fromisoformat(time)
    except ValueError:
        return time


def _choices(sheet: Sheet, first: int, last: int) -> None:
    """Drop-down lists, and a check that dates are dates."""
    for col, source in ((PLATFORM, "Platform"), (FORMAT, "Format"), (PHASE, "Phase"), (OWNER, "Owner")):
        sheet.choose(first, last, col, f"=List_{source}", strict=False)
    sheet.choose(first, last, STATUS, "=List_Status")
    for col in (DAY, DEADLINE):
        sheet.ws.data_validation(
            first,
            col,
            last,
            col,
            {"validate": "date", "criteria": ">=", "value": dt.date(2020, 1, 1), "ignore_blank": True},
        )


def _colours(book: Book, sheet: Sheet, first: int, last: int, width: int) -> None:
    """Late deadlines red; buffers grey; the status cell, and what is over, in the status's colour."""
    v, status = book.v, f"${cell(first, STATUS, fixed=False)}"
    due, day = (f"${cell(first, col, fixed=False)}" for col in (DEADLINE, DAY))
    said = {name: book.t(f"status.{name}").replace('"', '""') for name in STATUSES}
    ready = ",".join(f'{status}="{said[name]}"' for name in ("approved", "scheduled", "published", "dropped"))
    late = {"type": "formula", "criteria": f'=AND({due}<>"",{due}<TODAY(),{day}<>"",NOT(OR({ready})))',
            "format": book.format("date", font_color="#B3261E", bold=True)}  # fmt: skip
    sheet.ws.conditional_format(first, DEADLINE, last, DEADLINE, late)
    for name, tint in TINTS.items():
        rule = {
            "type": "formula",
            "criteria": f'={status}="{said[name]}"',
            "format": book.format("text", bg_color=tint),
        }
        sheet.ws.conditional_format(first, STATUS, last, STATUS, rule)
    buffer = v.t("entry_kind.buffer").replace('"', '""')
    kind = f"${cell(first, KIND, fixed=False)}"
    grey = {
        "type": "formula",
        "criteria": f'={kind}="{buffer}"',
        "format": book.format("text", italic=True, font_color="#6B7478"),
    }
    for start, end in ((0, STATUS - 1), (STATUS + 1, width)):
        sheet.ws.conditional_format(first, start, last, end, grey)


def _count(book: Book, sheet: Sheet, first: int, last: int, pieces: int) -> None:
    """How many pieces there are in all and in the filter, and how many are published."""
    ids = f"{cell(first, 0)}:{cell(last, 0)}"
    states = f"{cell(first, STATUS)}:{cell(last, STATUS)}"
    published = book.t("status.published").replace('"', '""')
    sheet.put(2, FORMAT, Formula(f"SUBTOTAL(103,{ids})", pieces), "int", bold=True)
    sheet.put(2, FORMAT + 1, book.t("pieces_shown"), "note")
    sheet.put(2, STATUS - 1, book.t("pieces_out"), "note")
    sheet.put(2, STATUS, Formula(f'COUNTIF({states},"{published}")', 0), "int", bold=True)


def key_dates(book: Book) -> None:
    """Dates prepared ahead."""
    v = book.v
    sheet = book.sheet("key_dates", v.t("head.key_dates"), "", color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.date"), 15, "date"), Col(book.t("col.weekday"), 8, "center"), Col(v.t("col.occasion"), 24),
        Col(v.t("col.kind"), 12), Col(v.t("col.use"), 12), Col(v.t("col.prepare_from"), 15, "date"),
        Col(v.t("col.deliver_by"), 15, "date"), Col(v.t("col.plan"), 50), Col(book.t("col.state"), 11, entry=True),
    ]  # fmt: skip
    found = sorted(book.plan.calendar.key_dates, key=lambda one: one.date)
    rows: list[list[Cell]] = [
        [
            one.id, one.date, weekday(book, cell(row, 1, fixed=False), one.date), one.name, v.t(f"date_kind.{one.kind}"),
            v.t(f"date_use.{one.use}"), one.prepare_from, one.deliver_by, one.plan, book.t("done.open"),
        ]
        for row, one in enumerate(found, TOP + 1)
    ]  # fmt: skip
    end = sheet.table(cols, rows, freeze=2)
    sheet.choose(TOP + 1, end - 1, 9, "=List_Done")
