"""Workbooks as plain rows. Hidden sheets, rows and columns, comments and white text are left out and counted."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections import Counter
from typing import Any

from agent.untrusted.bounds import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from agent.untrusted.refused import Refused

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_WHITE = {"FFFFFFFF", "00FFFFFF", "FFFEFEFE"}


def read_excel(content: bytes, members: set[str]) -> dict[str, Any]:
    """`sheets` in order: title, whether rows were cut, and rows of (column, text or number) cells with their row numbers."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    left_out: Counter[str] = Counter()
    sheets: list[dict[str, Any]] = []
    size = 0
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    left_out["hidden_sheets"] += 1
                    sheets.append({"title": sheet.title, "hidden": True, "rows": [], "cut": False})
                    continue
                rows, cut = _rows(sheet, _hidden(archive, sheet), left_out)
                size += sum(len(str(value)) for _, cells in rows for _, value in cells)
                sheets.append(
                    {"title": sheet.title, "hidden": False, "rows": rows, "cut": cut or size > MAX_CHARACTERS}
                )
                if size > MAX_CHARACTERS:
                    break
            for name in members:
                if re.match(r"xl/(threadedComments/|comments)", name):
                    left_out["comments"] += len(
                        re.findall(rb"<(?:\w+:)?(?:comment|threadedComment)\s", archive.read(name))
                    )
        book.close()
    except (
        InvalidFileException,
        OSError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OverflowError,
        RecursionError,
    ) as error:
        raise Refused("excel", kind=type(error).__name__) from None
    if not any(sheet["rows"] for sheet in sheets):
        raise Refused("no_text_excel")
    return {"kind": "excel", "sheets": sheets, "left_out": {key: count for key, count in left_out.items() if count}}


def _hidden(archive: zipfile.ZipFile, sheet: Any) -> tuple[set[int], set[int]]:
    """Numbers of hidden rows and columns, which the streaming reader does not tell."""
    try:
        xml = archive.read(str(sheet._worksheet_path).lstrip("/"))
    except KeyError:
        return set(), set()
    rows = {_number(found[1], b"r") for found in _ROW.finditer(xml) if _HIDDEN.search(found[1])}
    columns: set[int] = set()
    for found in _COL.finditer(xml):
        if _HIDDEN.search(found[1]):
            columns |= set(range(_number(found[1], b"min"), min(_number(found[1], b"max"), MAX_COLUMNS) + 1))
    return rows, columns


def _number(attributes: bytes, name: bytes) -> int:
    found = re.search(rb"\b" + name + rb"\s*=\s*[\"'](\d{1,7})", attributes)
    return int(found[1]) if found else 0


def _rows(
    sheet: Any, hidden: tuple[set[int], set[int]], left_out: Counter[str]
) -> tuple[list[tuple[int, list[tuple[int, Any]]]], bool]:
    rows: list[tuple[int, list[tuple[int, Any]]]] = []
    last = 0
    # A sheet may claim a size that it does not have; rows are taken as they come.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), 1):
        last = number
        kept = []
        for column, cell in enumerate(cells, 1):
            value = _value(cell.value)
            if value == "":
                continue
            if number in hidden[0] or column in hidden[1]:
                left_out["hidden_cells"] += 1
            elif _white(cell):
                left_out["hidden_text"] += 1
            else:
                kept.append((column, value))
        if kept:
            rows.append((number, kept))
    return rows, last >= MAX_ROWS


def _white(cell: Any) -> bool:
    """White letters on no fill: nobody was meant to read them."""
    if not cell.has_style:
        return False
    color = cell.font.color if cell.font else None
    white = color is not None and (
        (color.type == "rgb" and str(color.rgb).upper() in _WHITE) or (color.type == "theme" and color.theme == 0)
    )
    return bool(white) and (cell.fill is None or cell.fill.fill_type is None)


def _value(value: Any) -> Any:
    """A cell as JSON holds it: text, a finite number, or a date as ISO text."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ""
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, int):
        return value if abs(value) < 10**18 else str(value)
    return str(value)[:20_000]
