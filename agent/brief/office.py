"""Word and Excel briefs: the archive is measured before it is opened, then read as lines or as a mapping."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from agent.brief import decode, names
from agent.brief.readers import Line, Raw, mapping_raw
from agent.errors import BriefError

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_ROWS = 2_000
MAX_COLUMNS = 60
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)


def read_office(content: bytes, where: str) -> Raw:
    """A .docx or .xlsx, told apart by what the archive holds. Raises BriefError for anything else or unsafe."""
    members = check_archive(content, where)
    if "word/document.xml" in members:
        return _word(content, where)
    if "xl/workbook.xml" in members:
        return _excel(content, where)
    raise BriefError(
        "This archive is neither a Word nor an Excel document.",
        hint="Give the brief itself as .docx, .xlsx, .pdf, .md or .txt.",
        where=where,
    )


def check_archive(content: bytes, where: str) -> set[str]:
    """Names in the archive, after its size, entry count, macros and DTDs were checked without unpacking it whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise BriefError(
                    f"The document holds more than {MAX_ENTRIES:,} parts.",
                    hint="Save it again from Word or Excel.",
                    where=where,
                )
            if any(e.flag_bits & 1 for e in entries):
                raise BriefError("The document is encrypted.", hint="Remove the password and run again.", where=where)
            _check_members(archive, entries, where)
            return {e.filename for e in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise BriefError(
            f"The document is damaged ({error.__class__.__name__}).", hint="Open it and save it again.", where=where
        ) from None


def _check_members(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], where: str) -> None:
    """Unpacks piece by piece, counting real bytes: sizes that the archive declares are not believed."""
    import zlib

    unpacked = 0
    if sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _too_large(where)
    for entry in entries:
        low = entry.filename.lower()
        if "vbaproject" in low or low.endswith((".exe", ".dll", ".js", ".vbs")):
            raise BriefError(
                "The document contains macros or programs.",
                hint="Save it as .docx or .xlsx without macros.",
                where=where,
            )
        xml = low.endswith((".xml", ".rels"))
        try:
            with archive.open(entry) as stream:
                tail = b""
                while piece := stream.read(1 << 16):
                    unpacked += len(piece)
                    if unpacked > MAX_UNPACKED:
                        raise _too_large(where)
                    if xml and _DTD.search(tail + piece.replace(b"\0", b"")):
                        raise BriefError(
                            "The document declares a DOCTYPE, which no Word or Excel file needs.",
                            hint="Save it again from Word or Excel.",
                            where=where,
                        )
                    tail = piece[-32:].replace(b"\0", b"")
        except zlib.error:
            raise BriefError("The document is damaged.", hint="Open it and save it again.", where=where) from None


def _too_large(where: str) -> BriefError:
    return BriefError(
        f"The document unpacks to more than {MAX_UNPACKED // 2**20} MB.",
        hint="Remove pictures, or paste the text.",
        where=where,
    )


def _word(content: bytes, where: str) -> Raw:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    lines: list[Line] = []
    try:
        document = docx.Document(io.BytesIO(content))
        for number, block in enumerate(document.iter_inner_content(), 1):
            if isinstance(block, Table):
                lines.extend(Line(row, f"table at paragraph {number}") for row in _table_lines(block))
                continue
            style = (block.style.name or "") if block.style is not None else ""
            mark = "## " if style.startswith(("Heading", "Title", "标题")) else "- " if style.startswith("List") else ""
            text = decode.clean(block.text).text
            lines.extend(
                Line(mark + part if part.strip() else "", f"paragraph {number}") for part in decode.lines(text)
            )
    except (PackageNotFoundError, KeyError, ValueError, XMLSyntaxError, AttributeError, TypeError, IndexError) as error:
        raise BriefError(
            f"The Word document cannot be read ({error.__class__.__name__}).",
            hint="Open it in Word and save it again.",
            where=where,
        ) from None
    if not any(line.text.strip() for line in lines):
        raise BriefError(
            "The Word document holds no text.", hint="Text in pictures cannot be read; paste it as text.", where=where
        )
    return Raw("text", lines=lines)


def _table_lines(table: Any) -> Iterator[str]:
    """Two columns read as "label: value"; more columns as one line a row, headed by the first row."""
    rows: list[list[str]] = []
    for row in table.rows[:MAX_ROWS]:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            if cell._tc is not previous:
                cells.append(" ".join(decode.clean(cell.text).text.split()))
            previous = cell._tc
        rows.append(cells)
    if not rows:
        return
    if max(len(r) for r in rows) == 2:
        for row in rows:
            yield f"{row[0]}: {row[-1]}" if len(row) == 2 else row[0]
        return
    head = rows[0]
    for row in rows[1:]:
        pairs = [f"{h}: {c}" if h else c for h, c in zip(head, row, strict=False) if c]
        yield "- " + "; ".join(pairs)


def _excel(content: bytes, where: str) -> Raw:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    data: dict[str, Any] = {}
    places: dict[str, str] = {}
    notes: list[tuple[str, dict[str, str]]] = []
    loose: list[Line] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                notes.append(("sheet_hidden", {"sheet": sheet.title}))
                continue
            rows = _rows(sheet)
            if len(rows) >= MAX_ROWS:
                notes.append(("sheet_cut", {"sheet": sheet.title, "rows": str(MAX_ROWS)}))
            _sheet(sheet.title, rows, data, places, loose)
        book.close()
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise BriefError(
            f"The workbook cannot be read ({error.__class__.__name__}).",
            hint="Open it in Excel and save it again.",
            where=where,
        ) from None
    if not data and not loose:
        raise BriefError(
            "The workbook holds no text.", hint="Put labels in column A and values in column B.", where=where
        )
    if not data:
        return Raw("text", lines=loose, notes=notes)
    if loose:
        data.setdefault("notes", []).extend(line.text for line in loose) if isinstance(
            data.get("notes", []), list
        ) else None
    raw = mapping_raw(data, places)
    raw.notes = notes
    return raw


Row = list[tuple[str, str]]


def _rows(sheet: Any) -> list[Row]:
    """Non-empty rows as (column letter + row number, text) cells, within the bounds."""
    from openpyxl.utils import get_column_letter

    rows: list[Row] = []
    for number, values in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True), 1):
        cells = [(f"{get_column_letter(i)}{number}", _cell(v)) for i, v in enumerate(values, 1)]
        if any(text for _, text in cells):
            rows.append(cells)
    return rows


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return decode.clean(str(value)).text.strip()


def _sheet(title: str, rows: list[Row], data: dict[str, Any], places: dict[str, str], loose: list[Line]) -> None:
    filled = [[cell for cell in row if cell[1]] for row in rows]
    if not filled:
        return
    labelled = sum(len(row) >= 2 and names.field_of(row[0][1]) is not None for row in filled)
    field = names.field_of(title)
    if labelled and (labelled * 2 >= len(filled) or field is None):
        last = ""
        for row in filled:
            label = row[0][1]
            if len(row) == 1 and last and rows and not rows[0][0][1]:
                _add(data, places, last, row[0][1], f"{title}!{row[0][0]}")
            elif len(row) == 1:
                loose.append(Line(label, f"{title}!{row[0][0]}"))
            elif row[0][0].startswith("A"):
                last = label
                for place, text in row[1:]:
                    _add(data, places, label, text, f"{title}!{place}")
            else:
                _add(data, places, last or title, " ".join(text for _, text in row), f"{title}!{row[0][0]}")
        return
    head = [text for _, text in rows[0]]
    if field and len(rows) > 1 and sum(bool(h) for h in head) >= 2:
        items = [{h: text for h, (_, text) in zip(head, row, strict=False) if h and text} for row in rows[1:]]
        base = len(data.get(title, []))
        data.setdefault(title, []).extend(items)
        places |= {f"{title}[{base + i}]": f"{title}!{row[0][0]}" for i, row in enumerate(rows[1:])}
        return
    loose.extend(Line(" ".join(text for _, text in row), f"{title}!{row[0][0]}") for row in filled)


def _add(data: dict[str, Any], places: dict[str, str], label: str, text: str, place: str) -> None:
    if label in data:
        held = data[label] if isinstance(data[label], list) else [data[label]]
        data[label] = [*held, text]
        places[f"{label}[{len(held)}]"] = place
    else:
        data[label] = text
        places[label] = place
