"""Keeps the end of a section and the beginning of a chapter together in the Word file.

Nobody knows here where Word ends its pages; what stays together says so by itself, wherever they end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate

from agent.export import tail
from agent.export.view import Block, Bullets, Card, Chart, Table

_STYLED = re.compile(r'(<w:pStyle w:val="[^"]*"/>)(?!<w:keepNext/>)')
_ROW = re.compile(r"(?=<w:tr>)")
_PARAGRAPH = re.compile(r"(?=<w:p>)")
_EXTENT = re.compile(r'<wp:extent cx="\d+" cy="(\d+)"')
LINE_HEIGHT = 190500
"""A line of body text, as pictures are measured."""
LEAST = 7.0
"""Lines that the last page of a section holds at least, two or three rows: Word breaks pages elsewhere than LibreOffice, and what moves over
in one piece leaves a hole on the page before.
"""
TURNED = {False: 16.0, True: 11.0}
"""The same where the paper turns behind the section (True: from its side): nothing can follow there, and a page of two rows is nearly empty.
A third of a page.
"""
OPENING = {False: 21.0, True: 12.0}
"""Lines below its headings that a chapter keeps on one page with them (True: on a page on its side). A chapter so begins a page, unless the
chapter before it fills less than about half of its last one: there it follows below.
"""
SPARE = 8.0
"""How many lines more than it needs a chapter's opening may take along."""
REMARK = 0.8
"""Lines of body text that a line of a source below a table takes."""


def opened(blocks: Sequence[tuple[Block, str]], *, wide: bool) -> list[str]:
    """The blocks of a chapter's first part as they were written, its opening kept together."""
    line = tail.letters(wide=wide)
    found: list[str] = []
    need = OPENING[wide]
    for block, written in blocks:
        tall = _drawn(written) if isinstance(block, Chart) else tail.height(block, line)
        if need <= 0:
            found.append(written)
        elif isinstance(block, Table) and tall > need:
            found.append(_begun(block, written, need, line))
        elif tall > need + SPARE:
            found.append(written)
            tall = need
        else:
            found.append(led(written))
        need -= tall
    return found


def _drawn(written: str) -> float:
    """Lines that a chart takes with its title."""
    sizes = _EXTENT.search(written)
    return int(sizes[1]) / LINE_HEIGHT + 2 if sizes else tail.PICTURE


def _begun(table: Table, written: str, need: float, line: int) -> str:
    """A table with its first rows kept together, as many as hold `need` lines."""
    before, *rows = _ROW.split(written)
    # The head is a row of the file and none of the table's.
    heights = accumulate((tail.row_height(cells, table, line) for cells in table.rows), initial=2.0)
    count = next((at for at, tall in enumerate(heights) if tall >= need), len(table.rows))
    return led(before) + "".join([*map(led, rows[:count]), *rows[count:]])


def together(blocks: Sequence[tuple[Block, str]], *, wide: bool, least: float = LEAST) -> list[str]:
    """The blocks as they were written; what the last lines need for company is kept with what follows it, but for the end itself.
    `least`: lines that the last page is to hold; more than `LEAST` of them take no picture or card along, which would leave half a page empty.
    """
    line = tail.letters(wide=wide)
    found: list[str] = []
    need = least
    for block, written in reversed(blocks):
        if isinstance(block, Chart | Card) and need <= least - LEAST:
            need = 0
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
