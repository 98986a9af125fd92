"""batch.xlsx: the plans, posts, money and findings of a whole batch; text is only ever text."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from agent import locale
from agent.batch.task import ROW
from agent.export import inert
from agent.files import replaced_by

if TYPE_CHECKING:
    from agent.batch.indexes import Entry
    from agent.batch.place import Place

MOST_ROWS = 1_000_000
"""Rows of a sheet; Excel holds 1,048,576. What does not fit is told in the sheet's last row."""
SHEETS = {
    "plans": ("row", "brand", "state", "folder", "idea", "start", "end", "budget", "currency", "errors", "warnings", "near", "likeness", "cost", "reason"),
    "calendar": ("plan", "date", "time", "platform", "format", "topic", "owner"),
    "budget": ("plan", "category", "item", "platform", "phase", "sum", "currency"),
    "findings": ("plan", "code", "severity", "where", "message"),
}  # fmt: skip
"""Sheet → its columns, by their labels' names."""
WIDTHS = {
    "idea": 50,
    "reason": 60,
    "topic": 50,
    "item": 40,
    "message": 80,
    "plan": 24,
    "folder": 28,
    "near": 28,
    "where": 36,
}


def write_book(place: Place, entries: Callable[[], Iterator[Entry]], language: str) -> None:
    """Writes the workbook; rows go to the disk as they come."""
    with replaced_by(place.file("batch", ".xlsx")) as part, _disk():
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": str(part.parent),
        }
        with xlsxwriter.Workbook(str(part), options) as book:
            bold = book.add_format({"bold": True, "bottom": 1})
            for name, columns in SHEETS.items():
                sheet = Sheet(book.add_worksheet(locale.t(language, f"batch.sheet.{name}")), language)
                sheet.head(columns, bold)
                for entry in entries():
                    if name == "plans":
                        sheet.add(_plan(entry))
                    elif entry.row.state == "done":
                        sheet.extend(entry.row.folder, _rows(place.path / entry.row.folder, name))
                sheet.end()


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """What the disk says, without the library's own exception around it. Raises OSError."""
    try:
        yield
    except FileCreateError as error:
        if isinstance(error.args[0], OSError):
            raise error.args[0] from error
        raise


class Sheet:
    """One sheet, filled from the top."""

    def __init__(self, sheet: Worksheet, language: str) -> None:
        self._sheet, self._language = sheet, language
        self._at = 0
        self._left_out = 0

    def head(self, columns: Sequence[str], form: Any) -> None:
        """Headings, widths, and the first row kept in view."""
        for at, name in enumerate(columns):
            self._sheet.set_column(at, at, WIDTHS.get(name, 14))
            self._sheet.write_string(0, at, locale.t(self._language, f"batch.column.{name}"), form)
        self._sheet.freeze_panes(1, 0)
        self._at = 1

    def add(self, cells: Sequence[Any]) -> None:
        """One more row: numbers as numbers, all else as text that no spreadsheet acts on."""
        if self._at >= MOST_ROWS:
            self._left_out += 1
            return
        for at, cell in enumerate(cells):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                self._sheet.write_number(self._at, at, cell)
            elif cell:
                self._sheet.write_string(self._at, at, _plain(str(cell)))
        self._at += 1

    def extend(self, plan: str, rows: Sequence[Sequence[Any]]) -> None:
        """The rows of one plan."""
        for row in rows:
            self.add([plan, *row])

    def end(self) -> None:
        """Says what did not fit."""
        if self._left_out:
            self._sheet.write_string(self._at, 0, locale.t(self._language, "batch.left_out", rows=self._left_out))


@functools.lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    """Text as a cell takes it; platforms, formats and a plan's name come again in row after row."""
    return inert.plain(words)[:2000]


def _plan(entry: Entry) -> list[Any]:
    row, made = entry.row, entry.row.made
    return [
        row.number, row.name or made.get("brand", ""), row.state, row.folder, made.get("title", ""), made.get("start", ""), made.get("end", ""),
        made["budget"] / 100 if made.get("budget") else "", made.get("currency", ""), made.get("errors", ""), made.get("warnings", ""),
        entry.near, "" if entry.likeness is None else round(entry.likeness, 2), made.get("cost") or "", row.reason,
    ]  # fmt: skip


def _rows(folder: Path, name: str) -> list[list[Any]]:
    """What a plan gave to a sheet; nothing where its folder was taken away."""
    try:
        told = json.loads((folder / ROW).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    rows = told.get(name, [])
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
