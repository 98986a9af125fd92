"""Word and Excel briefs: what the child read, as lines or as a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.brief import decode, names
from agent.brief.readers import Line, Note, Raw, mapping_raw
from agent.untrusted.reader import read

MAX_ROWS = 2_000
MAX_COLUMNS = 60


def read_office(content: bytes, where: str) -> Raw:
    """A .docx or .xlsx, told apart by what the archive holds. Raises BriefError for anything else or unsafe."""
    found = read(content, where)
    raw = _word(found["blocks"]) if found["kind"] == "word" else _excel(found["sheets"])
    raw.notes += left_out(found["left_out"])
    return raw


def left_out(counts: dict[str, int]) -> list[Note]:
    """Notes on what a reader of the document would not have seen, and what was therefore not read."""
    return [(f"left_out_{what}", {"count": str(count)}) for what, count in counts.items() if what != "hidden_sheets"]


def _word(blocks: list[dict[str, Any]]) -> Raw:
    lines: list[Line] = []
    for block in blocks:
        if "rows" in block:
            lines.extend(Line(row, block["place"]) for row in _table_lines(block["rows"][:MAX_ROWS]))
            continue
        style = block["style"]
        mark = "## " if style.startswith(("Heading", "Title", "标题")) else "- " if style.startswith("List") else ""
        text = decode.clean(block["text"]).text
        lines.extend(Line(mark + part if part.strip() else "", block["place"]) for part in decode.lines(text))
    return Raw("text", lines=lines)


def _table_lines(table: list[list[str]]) -> Iterator[str]:
    """Two columns read as "label: value"; more columns as one line a row, headed by the first row."""
    rows = [[" ".join(decode.clean(cell).text.split()) for cell in row] for row in table]
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


def _excel(sheets: list[dict[str, Any]]) -> Raw:
    data: dict[str, Any] = {}
    places: dict[str, str] = {}
    notes: list[Note] = []
    loose: list[Line] = []
    for sheet in sheets:
        if sheet["hidden"]:
            notes.append(("sheet_hidden", {"sheet": sheet["title"]}))
            continue
        rows = _rows(sheet["rows"])
        if sheet["cut"] or len(sheet["rows"]) > len(rows) >= MAX_ROWS:
            notes.append(("sheet_cut", {"sheet": sheet["title"], "rows": str(MAX_ROWS)}))
        _sheet(sheet["title"], rows, data, places, loose)
    if not data:
        return Raw("text", lines=loose, notes=notes)
    if loose and isinstance(data.setdefault("notes", []), list):
        data["notes"].extend(line.text for line in loose)
    raw = mapping_raw(data, places)
    raw.notes = notes
    return raw


Row = list[tuple[str, str]]


def _rows(found: list[Any]) -> list[Row]:
    """Rows as (column letter + row number, text) cells from column A on, within the bounds of a brief."""
    rows: list[Row] = []
    for number, cells in found[:MAX_ROWS]:
        held = {column: decode.clean(str(value)).text.strip() for column, value in cells if column <= MAX_COLUMNS}
        if any(held.values()):
            last = max(held)
            rows.append([(f"{letter(column)}{number}", held.get(column, "")) for column in range(1, last + 1)])
    return rows


def letter(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


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
