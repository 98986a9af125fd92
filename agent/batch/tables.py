"""Rows of CSV and Excel files as mappings: the first row holds the headings, a cell may hold several lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agent.brief import names
from agent.brief.structured import LISTED
from agent.errors import BriefError, CehuaError
from agent.untrusted.reader import read

LONGEST_CELL = 1_000_000
"""Characters of one cell."""
SAMPLE = 1 << 20
"""Bytes by which the encoding and the separator are told."""
Record = tuple[str, dict[str, Any] | CehuaError]


def csv_records(path: Path) -> Iterator[Record]:
    """The rows of a CSV file below its headings: UTF-8 or GB18030, separated by commas, semicolons or tabs."""
    encoding = _encoding(path)
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        first = file.readline(SAMPLE)
        file.seek(0)
        reader = csv.reader(file, delimiter=max(",;\t", key=first.count), strict=True)
        headings: list[str] | None = None
        while True:
            place = f"line {reader.line_num + 1}"
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if headings is None:
                    raise BriefError(f"The headings cannot be read ({error}).", hint=_START, where=path.name) from None
                yield place, BriefError(f"The row cannot be read as CSV ({error}).", hint="Check its quotation marks.")
                continue
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if headings is None:
                headings = _headings(cells, path.name)
            else:
                yield place, record(headings, cells)


def excel_records(path: Path) -> Iterator[Record]:
    """The rows of a workbook's first visible sheet below its headings, read in a child process with limits."""
    try:
        found = read(path.read_bytes(), path.name[:120])
    except CehuaError as error:
        raise BriefError(error.message, hint=error.hint, where=path.name[:120]) from None
    sheets = [sheet for sheet in found.get("sheets", ()) if not sheet["hidden"] and sheet["rows"]]
    if not sheets:
        raise BriefError("The workbook holds no table.", hint=_START, where=path.name[:120])
    sheet = sheets[0]
    if sheet["cut"]:
        raise BriefError(
            "The sheet is longer than is read of one workbook.", hint="Save it as CSV.", where=path.name[:120]
        )
    (_, head), *rows = sheet["rows"]
    headings = _headings(_cells(head), path.name)
    for number, cells in rows:
        yield f"{sheet['title']} row {number}"[:120], record(headings, _cells(cells))


_START = "`cehua batch --template FILE` writes a table to start from."


def record(headings: Sequence[str], cells: Sequence[str]) -> dict[str, Any] | CehuaError:
    """A row's cells under their headings; a cell with several lines in a field that lists things becomes a list."""
    if any(cell.strip() for cell in cells[len(headings) :]):
        return BriefError(
            f"The row has {len(cells)} cells under {len(headings)} headings.", hint="Put texts with commas in quotes."
        )
    if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
        return BriefError("The row holds bytes that are no text.", hint="Save the file as UTF-8.")
    pairs = ((heading, cell.strip()) for heading, cell in zip(headings, cells, strict=False))
    return {heading: _value(heading, cell) for heading, cell in pairs if heading and cell}


def _value(heading: str, cell: str) -> str | list[str]:
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    return lines if len(lines) > 1 and names.field_of(heading) in LISTED else cell


def _headings(cells: Sequence[str], where: str) -> list[str]:
    """The headings of a table of briefs. Raises BriefError where none of them names a field, or one stands twice."""
    headings = [" ".join(cell.split()) for cell in cells]
    named = [one for one in headings if one]
    if not any(names.field_of(one) for one in named):
        raise BriefError("No heading names a field of a brief.", hint=_START, where=where[:120])
    for one in named:
        if named.count(one) > 1:
            raise BriefError(f"The heading “{one[:60]}” stands twice.", hint="Keep one of the two.", where=where[:120])
    return headings


def _cells(found: Sequence[Sequence[Any]]) -> list[str]:
    """(column, value) pairs as texts from column A on."""
    held = {int(column): str(value) for column, value in found}
    return [held.get(column, "") for column in range(1, max(held, default=0) + 1)]


def _encoding(path: Path) -> str:
    """The encoding of the file's beginning: a mark, UTF-8 where it fits, else GB18030, as Excel in China saves."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
