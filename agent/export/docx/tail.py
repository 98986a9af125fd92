"""Company for the end of a section: a line or two alone on the page before a break take what stands before them along."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.export.view import Block, Bullets, Card, Chart, Heading, KeyValues, Note, Paragraph, Table, Text

LEAST = 13.0
"""Lines that the last page of a section holds at least, about a quarter of an upright page."""
PICTURE = 20.0
"""Lines that a chart takes."""
LINE, WIDE_LINE = 88, 136
"""Latin letters in a line of an upright page and of one on its side; a Chinese character takes the room of two."""
_STYLED = re.compile(r'(<w:pStyle w:val="[^"]*"/>)(?!<w:keepNext/>)')
_ROW = re.compile(r"(?=<w:tr>)")


def together(blocks: Sequence[tuple[Block, str]], *, wide: bool) -> list[str]:
    """The blocks as they were written; what `LEAST` lines before the end hold is kept with what follows it, but for the last line."""
    line = WIDE_LINE if wide else LINE
    found: list[str] = []
    need = LEAST
    for block, written in reversed(blocks):
        if need <= 0:
            found.append(written)
            continue
        found.append(_kept(block, written, need, line, last=not found))
        need -= height(block, line)
    return found[::-1]


def _kept(block: Block, written: str, need: float, line: int, *, last: bool) -> str:
    """One block kept with the next, of a table as many rows as are needed. `last`: nothing follows its end on this page."""
    if not isinstance(block, Table):
        head, mark, end = written.rpartition("<w:p>")
        return _keep(head) + mark + (end if last else _keep(end))
    before, *rows = _ROW.split(written)
    start = len(rows)
    for cells in reversed(block.rows):
        if need <= 0:
            break
        start, need = start - 1, need - _row(cells, block, line)
    if need > 0:
        before, start = _keep(before), 0
    stop = len(rows) - 1 if last else len(rows)
    return before + "".join(_keep(row) if start <= at < stop else row for at, row in enumerate(rows))


def _keep(written: str) -> str:
    return _STYLED.sub(r"\1<w:keepNext/>", written)


def led(written: str) -> str:
    """A lead-in, kept with what it leads to."""
    return _keep(written)


def height(block: Block, line: int) -> float:
    """About how many lines of body text a block takes."""
    match block:
        case Heading():
            return 2.5
        case Chart():
            return PICTURE
        case Paragraph(text=words) | Note(text=words):
            return _lines(words, line) + 0.5
        case Bullets(items=items):
            return sum(_lines(item, line) + 0.2 for item in items)
        case KeyValues(pairs=pairs):
            return sum(_lines(value, line, len(label)) for label, value in pairs)
        case Card(body=body, pairs=pairs):
            return (
                2.5 + sum(-(-_size(piece) // line) for piece in body) + sum(_lines(value, line) for _, value in pairs)
            )
        case Table(rows=rows):
            return 2.0 + sum(_row(cells, block, line) for cells in rows)


def _row(cells: Sequence[Text], table: Table, line: int) -> float:
    """Lines of a row: of its fullest cell, in smaller type."""
    whole = sum(column.width for column in table.columns)
    rooms = [max(4, int(line * 1.15 * column.width / whole)) for column in table.columns]
    return 0.85 * max((_lines(words, room) for words, room in zip(cells, rooms, strict=True)), default=1) + 0.3


def _lines(words: Text, line: int, more: int = 0) -> int:
    pieces = "".join(span.text for span in words).split("\n")
    return sum(max(1, -(-(_size(piece) + more) // line)) for piece in pieces)


def _size(words: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in words)
