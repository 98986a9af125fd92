"""Tables of any origin (workbook, CSV) in one shape: a head, rows, and where every cell stands."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.brief import names
from agent.brief.office import letter
from agent.data import read_yaml
from agent.resources import prompts_dir
from agent.untrusted import bounds
from agent.untrusted.refusal import FileRefused

Value = str | int | float
HEAD_ROWS = 15
"""Rows in which a head is looked for: exports begin with a title, an account, a period."""
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class Row:
    """A row below the head."""

    number: int
    """Its number in the file, 1 for the first line."""
    values: dict[int, Value]
    """Column number → value; empty cells are absent."""


@dataclass(frozen=True)
class Grid:
    """A sheet, before anybody asked what it is."""

    title: str
    rows: tuple[Row, ...]
    cells: bool
    """Whether places are cells (a workbook) or lines (a text file)."""

    def place(self, row: int, column: int) -> str:
        """Where a value stands: "Data!B7", or "line 7"."""
        return f"{self.title}!{letter(column)}{row}" if self.cells else f"line {row}"


@dataclass(frozen=True)
class Table:
    """A grid whose head was understood."""

    grid: Grid
    columns: dict[str, int]
    """Field → column number."""
    percent: frozenset[str]
    """Fields whose head says that the numbers are percentages."""
    rows: tuple[Row, ...]

    def value(self, row: Row, field: str) -> Value | None:
        """A row's value of a field; None when the column or the cell is missing."""
        column = self.columns.get(field)
        return None if column is None else row.values.get(column)

    def place(self, row: Row, field: str) -> str:
        """Where that value stands."""
        return self.grid.place(row.number, self.columns[field])

    def span(self, field: str) -> str:
        """The column's cells from the first row to the last: "Data!B2:B31", or "lines 2-31"."""
        first, last = self.rows[0].number, self.rows[-1].number
        if not self.grid.cells:
            return f"lines {first}-{last}"
        column = letter(self.columns[field])
        return f"{self.grid.title}!{column}{first}:{column}{last}"


def of_sheets(sheets: Iterable[dict[str, Any]]) -> list[Grid]:
    """The visible sheets of a workbook."""
    return [
        Grid(
            sheet["title"],
            tuple(Row(number, dict(cells)) for number, cells in sheet["rows"]),
            True,
        )
        for sheet in sheets
        if sheet["rows"]
    ]


def of_csv(text: str, name: str) -> Grid | None:
    """A CSV or TSV text as a grid; None when it is no table. Raises FileRefused beyond the bounds."""
    sample = text[:20_000]
    head = [line for line in sample.splitlines() if line.strip()][:30]
    marks = {mark: sorted(line.count(mark) for line in head) for mark in ",\t;|"}
    mark = max(marks, key=lambda one: (marks[one][len(head) // 2], one == ",")) if head else ","
    if not head or marks[mark][len(head) // 2] < 1 or (len(head) > 3 and marks[mark][len(head) // 4] < 1):
        return None
    rows: list[Row] = []
    cells = 0
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1):
            values: dict[int, Value] = {
                column: one.strip() for column, one in enumerate(line[: bounds.MAX_COLUMNS], 1) if one.strip()
            }
            cells += len(line)
            if cells > bounds.MAX_CELLS or number > bounds.MAX_ROWS * 5:
                raise FileRefused("cells", name)
            if values:
                rows.append(Row(number, values))
    except csv.Error as error:
        raise FileRefused("damaged", name, kind=str(error)[:60]) from None
    return Grid(name.rsplit(".", 1)[0][:80], tuple(rows), False) if rows else None


@functools.cache
def vocabulary(section: str) -> dict[str, str]:
    """Folded head → field."""
    data = read_yaml(prompts_dir() / "locales" / "exports.yaml")[section]
    return {_folded(label): field for field, labels in data.items() for label in labels}


@functools.cache
def words(section: str) -> tuple[str, ...]:
    """A plain list of the file, folded."""
    return tuple(names.fold(str(one)).strip() for one in read_yaml(prompts_dir() / "locales" / "exports.yaml")[section])


def understood(grid: Grid, section: str, *, least: int = 2) -> Table | None:
    """The table below the row that holds the most known heads; None when no row holds at least `least`."""
    known = vocabulary(section)
    best: tuple[int, int] | None = None
    for index, row in enumerate(grid.rows[:HEAD_ROWS]):
        hits = len({known[key] for key in map(_folded, row.values.values()) if key in known})
        if hits >= least and (best is None or hits > best[0]):
            best = hits, index
    if best is None:
        return None
    head = grid.rows[best[1]]
    columns: dict[str, int] = {}
    percent: set[str] = set()
    for column, label in head.values.items():
        field = known.get(_folded(label))
        if field and field not in columns:
            columns[field] = column
            if "%" in str(label) or "％" in str(label):
                percent.add(field)
    rows = tuple(row for row in grid.rows[best[1] + 1 :] if any(column in row.values for column in columns.values()))
    return Table(grid, columns, frozenset(percent), rows) if rows else None


def _folded(label: object) -> str:
    return names.squeeze(_BRACKETS.sub("", str(label)).replace("%", "").replace("％", ""))


def as_lines(grid: Grid, most: int) -> Sequence[tuple[str, str]]:
    """Every row as (words, place) with the first row's labels, for search."""
    if not grid.rows:
        return []
    head = grid.rows[0].values
    lines = []
    for row in grid.rows[1 : most + 1] or grid.rows[:1]:
        pairs = [f"{head[column]}: {value}" if column in head else str(value) for column, value in row.values.items()]
        lines.append(("; ".join(pairs), grid.place(row.number, min(row.values))))
    return lines
