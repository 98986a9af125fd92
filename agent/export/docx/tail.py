"""Keeps the end of a section together in the Word file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.export import tail
from agent.export.view import Block, Table

_STYLED = re.compile(r'(<w:pStyle w:val="[^"]*"/>)(?!<w:keepNext/>)')
_ROW = re.compile(r"(?=<w:tr>)")


def together(blocks: Sequence[tuple[Block, str]], *, wide: bool) -> list[str]:
    """The blocks as they were written; what the last lines need for company is kept with what follows it, but for the end itself."""
    line = tail.letters(wide=wide)
    found: list[str] = []
    need = tail.LEAST
    for block, written in reversed(blocks):
        found.append(_kept(block, written, need, line, last=not found) if need > 0 else written)
        need -= tail.height(block, line)
    return found[::-1]


def _kept(block: Block, written: str, need: float, line: int, *, last: bool) -> str:
    """One block kept with the next, of a table as many rows as are needed. `last`: nothing follows its end on this page."""
    if not isinstance(block, Table):
        head, mark, end = written.rpartition("<w:p>")
        return led(head) + mark + (end if last else led(end))
    before, *rows = _ROW.split(written)
    count = tail.rows_kept(block, need, line)
    start, stop = len(rows) - count, len(rows) - 1 if last else len(rows)
    before = led(before) if count == len(block.rows) else before
    return before + "".join(led(row) if start <= at < stop else row for at, row in enumerate(rows))


def led(written: str) -> str:
    """Paragraphs kept with what they lead to."""
    return _STYLED.sub(r"\1<w:keepNext/>", written)
