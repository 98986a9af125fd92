"""Competitor sheets: every filled cell about a competitor becomes one fact with its source."""

from __future__ import annotations

from collections.abc import Iterator

from agent.brief import names
from agent.documents.facts import RivalFact
from agent.documents.tables import Grid, Row, Table, understood, words
from agent.documents.values import bare_url, dates, number, platform, rates

MAX_NOTE = 400


def names_competitors(grid: Grid) -> bool:
    """Whether a head in the grid says that it lists competitors."""
    marks = words("rival_words")
    return any(
        len(text) <= 20 and any(mark in text for mark in marks)
        for row in grid.rows[:5]
        for text in (names.fold(str(value)) for value in row.values.values())
    )


def facts(grid: Grid, document: str, file: str) -> list[RivalFact]:
    """The facts of a competitor sheet; none when the grid is no such sheet."""
    table = understood(grid, "rivals")
    if table is None or "name" not in table.columns:
        return []
    titled = names.fold(f"{grid.title} {file}")
    named = names_competitors(grid) or any(word in titled for word in words("rival_words"))
    sourced = {"source", "note"} <= set(table.columns)
    if not named and not sourced:
        return []
    return list(_facts(table, document, file))


def _facts(table: Table, document: str, file: str) -> Iterator[RivalFact]:
    days = dates(table.value(row, "date") for row in table.rows)
    er = rates([table.value(row, "er") for row in table.rows], percent="er" in table.percent)
    # A sheet may have several columns that are notes (tactics, feedback); each is a fact of its own.
    notes = [column for column in _note_columns(table) if column != table.columns.get("note")]
    last = ""
    for row, day, rate in zip(table.rows, days, er, strict=True):
        last = str(table.value(row, "name") or last)[:80].strip()
        if not last:
            continue
        where = platform(table.value(row, "platform") or "")
        shared = {
            "document": document, "name": file, "competitor": last, "platform": where,
            "url": bare_url(table.value(row, "source")), "date": day.isoformat() if day else "",
        }  # fmt: skip
        yield from _numbers(table, row, rate, shared)
        for column in [table.columns["note"], *notes] if "note" in table.columns else notes:
            text = " ".join(str(row.values.get(column, "")).split())[:MAX_NOTE]
            if text and names.fold(text) not in words("none"):
                place = table.grid.place(row.number, column)
                yield RivalFact.model_validate({**shared, "field": "note", "text": text, "place": place})


def _numbers(table: Table, row: Row, rate: float | None, shared: dict[str, str]) -> Iterator[RivalFact]:
    for field in ("followers", "posts_per_week"):
        read = number(table.value(row, field))
        if read is not None and read[0] >= 0 and not read[1]:
            text = str(table.value(row, field))[:80]
            yield RivalFact.model_validate(
                {**shared, "field": field, "value": read[0], "text": text, "place": table.place(row, field)}
            )
    if rate is not None:
        text = str(table.value(row, "er"))[:80]
        yield RivalFact.model_validate(
            {**shared, "field": "er", "value": rate, "text": text, "place": table.place(row, "er")}
        )


def _note_columns(table: Table) -> list[int]:
    """Every column whose head is one of the labels for notes."""
    from agent.documents.tables import _folded, vocabulary

    first = table.rows[0].number
    head = next((row for row in reversed(table.grid.rows) if row.number < first), None)
    known = vocabulary("rivals")
    return (
        [] if head is None else [column for column, label in head.values.items() if known.get(_folded(label)) == "note"]
    )
