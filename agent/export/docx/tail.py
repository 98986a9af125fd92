"""Keeps the end of a section together in the Word file."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from agent.export import tail
from agent.export.view import Block, Bullets, Table

_STYLED = re.compile(r'(<w:pStyle w:val="[^"]*"/>)(?!<w:keepNext/>)')
_ROW = re.compile(r"(?=<w:tr>)")
_PARAGRAPH = re.compile(r"(?=<w:p>)")
LEAST = 7.0
"""Lines that the last page of a section holds at least, two or three rows: Word breaks pages elsewhere than LibreOffice, and what moves over
in one piece leaves a hole on the page before.
"""
REMARK = 0.8
"""Lines of body text that a line of a source below a table takes."""


def together(blocks: Sequence[tuple[Block, str]], *, wide: bool) -> list[str]:
    """The blocks as they were written; what the last lines need for company is kept with what follows it, but for the end itself."""
    line = tail.letters(wide=wide)
    found: list[str] = []
    need = LEAST
    for block, written in reversed(blocks):
        found.append(_kept(block, written, need, line, last=not found) if need > 0 else written)
        need -= tail.height(block, line)
        if isinstance(block, Table):
            need -= REMARK * _below(written)
    return found[::-1]


def _kept(block: Block, written: str, need: float, line: int, *, last: bool) -> str:
    """One block kept with the next: of a table as many rows as are needed and of what stands below it as many lines, of a list as many
    items. `last`: nothing follows its end on this page.
    """
    if isinstance(block, Table):
        return _table_kept(block, written, need, line, last=last)
    if isinstance(block, Bullets):
        *items, end = _PARAGRAPH.split(written)[1:]
        count = next(
            (n for n in range(1, len(block.items)) if tail.height(Bullets(block.items[-n:]), line) >= need),
            len(items) + 1,
        )
        start = len(items) + 1 - count
        return "".join([*items[:start], *map(led, items[start:]), end if last else led(end)])
    head, mark, end = written.rpartition("<w:p>")
    return led(head) + mark + (end if last else led(end))


def _table_kept(table: Table, written: str, need: float, line: int, *, last: bool) -> str:
    before, *rows = _ROW.split(written)
    *rows, final = rows
    final, close, below = final.rpartition("</w:tbl>")
    if lines := _below(below):
        # Sources below the table are company themselves.
        count = min(lines, math.ceil(need / REMARK))
        paragraphs = _PARAGRAPH.split(below)
        start = len(paragraphs) - count - 1
        below = below if last else "".join([*paragraphs[:start], *map(led, paragraphs[start:])])
        need -= REMARK * lines
    count = tail.rows_kept(table, need, line) if need > 0 else 0
    if count:
        start = len(rows) + 1 - count
        before = led(before) if count == len(table.rows) else before
        final = final if last and not lines else led(final)
        rows = [*rows[:start], *map(led, rows[start:])]
    return before + "".join(rows) + final + close + (below if last or lines else led(below))


def _below(written: str) -> int:
    """How many lines with words stand below a table."""
    return sum("<w:t" in one for one in _PARAGRAPH.split(written.rpartition("</w:tbl>")[2]))


def led(written: str) -> str:
    """Paragraphs kept with what they lead to."""
    return _STYLED.sub(r"\1<w:keepNext/>", written)
