"""Word documents as plain blocks: paragraphs with their style, tables as rows. What a reader would not see is left out and counted."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from agent.untrusted.bounds import MAX_CHARACTERS, MAX_ROWS
from agent.untrusted.refused import Refused

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WHITE = {"FFFFFF", "FEFEFE", "FDFDFD"}


def read_word(content: bytes, members: set[str]) -> dict[str, Any]:
    """`blocks` in order, each a paragraph (text, style) or a table (rows), with `place`; `left_out` counts what was dropped."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    left_out: Counter[str] = Counter()
    blocks: list[dict[str, Any]] = []
    size = 0
    try:
        document = docx.Document(io.BytesIO(content))
        for number, block in enumerate(document.iter_inner_content(), 1):
            if isinstance(block, Table):
                rows = _rows(block, left_out)
                size += sum(len(cell) for row in rows for cell in row)
                blocks.append({"rows": rows, "place": f"table at paragraph {number}"})
            else:
                text = _seen(block._p, left_out)
                size += len(text)
                style = (block.style.name or "") if block.style is not None else ""
                blocks.append({"text": text, "style": style, "place": f"paragraph {number}"})
            if size > MAX_CHARACTERS:
                left_out["beyond"] += 1
                break
    except (
        PackageNotFoundError,
        OSError,
        KeyError,
        ValueError,
        XMLSyntaxError,
        AttributeError,
        TypeError,
        IndexError,
        RecursionError,
    ) as error:
        raise Refused("word", kind=type(error).__name__) from None
    _count_parts(content, members, left_out)
    if not any(block.get("text", "").strip() or any(map(any, block.get("rows", []))) for block in blocks):
        raise Refused("no_text_word")
    return {"kind": "word", "blocks": blocks, "left_out": dict(left_out)}


def _rows(table: Any, left_out: Counter[str]) -> list[list[str]]:
    """Cells as text; a cell that spans columns stands once."""
    rows: list[list[str]] = []
    for row in table.rows[:MAX_ROWS]:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            if cell._tc is not previous:
                cells.append("\n".join(_seen(p, left_out) for p in cell._tc.iter(f"{_W}p")))
            previous = cell._tc
        rows.append(cells)
    return rows


def _seen(paragraph: Any, left_out: Counter[str]) -> str:
    """What a reader sees of a paragraph: without hidden, white or 1-point text and without tracked changes."""
    parts: list[str] = []
    for child in paragraph:
        if child.tag in (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo"):
            left_out["tracked_changes"] += 1
        runs = [child] if child.tag == f"{_W}r" else child.findall(f"{_W}r") if child.tag == f"{_W}hyperlink" else []
        for run in runs:
            text = _run(run)
            if text and _invisible(run, paragraph):
                left_out["hidden_text"] += 1
            else:
                parts.append(text)
    return "".join(parts)


def _run(run: Any) -> str:
    parts = []
    for child in run:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag == f"{_W}tab":
            parts.append("\t")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _invisible(run: Any, paragraph: Any) -> bool:
    look = run.find(f"{_W}rPr")
    if look is None:
        return False
    hidden = look.find(f"{_W}vanish")
    if hidden is not None and hidden.get(f"{_W}val", "1") not in ("0", "false", "off"):
        return True
    size = look.find(f"{_W}sz")
    if size is not None and (size.get(f"{_W}val") or "24").isdigit() and int(size.get(f"{_W}val") or "24") <= 4:
        return True
    color = look.find(f"{_W}color")
    white = color is not None and (
        str(color.get(f"{_W}val")).upper() in _WHITE or color.get(f"{_W}themeColor") in ("background1", "light1")
    )
    return bool(white) and not _shaded(run, paragraph)


def _shaded(run: Any, paragraph: Any) -> bool:
    """Whether something dark may lie behind: white on a coloured heading row is meant to be read."""
    if run.find(f"{_W}rPr/{_W}highlight") is not None:
        return True
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    table = next(paragraph.iterancestors(f"{_W}tbl"), None)
    places = [run.find(f"{_W}rPr/{_W}shd"), paragraph.find(f"{_W}pPr/{_W}shd")]
    places += [] if cell is None else [cell.find(f"{_W}tcPr/{_W}shd")]
    styled = table is not None and table.find(f"{_W}tblPr/{_W}tblStyle") is not None
    fills = [str(place.get(f"{_W}fill")).upper() for place in places if place is not None]
    return any(fill not in ("AUTO", "NONE", "FFFFFF") for fill in fills) or styled


def _count_parts(content: bytes, members: set[str], left_out: Counter[str]) -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in members:
            if name.startswith("word/comments") and name.endswith(".xml"):
                left_out["comments"] += archive.read(name).count(b"<w:comment ")
    if not left_out["comments"]:
        del left_out["comments"]
