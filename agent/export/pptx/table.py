"""Tables that keep to their box: column widths, font size, cells and rows that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.enum.text import MSO_ANCHOR

from agent.export.pptx import fit
from agent.export.pptx.house import emu
from agent.export.pptx.ink import write

PAD = 5.0
"""Margin inside table cells and cards, left and right, in points."""
CELL_TOP = 3.5
"""Margin above and below the text of a table cell, in points."""


@dataclass(frozen=True)
class Column:
    """A table column: heading, share of the width, alignment."""

    title: str
    share: float = 1
    align: str = "left"
    bold: bool = False


def widths(
    heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column], whole: int, size: float
) -> list[int]:
    """Column widths in EMU: by their shares, but none narrower than its longest word, up to a fifth of the table."""
    shares = [whole * column.share / sum(one.share for one in columns) for column in columns]
    needs = []
    for at, column in enumerate(columns):
        words = [(word, True) for word in fit.words(heads[at])]
        words += [(word, column.bold) for row in cells for word in fit.words(row[at])]
        longest = max((fit.width(word, size, bold=bold) for word, bold in words), default=0.0)
        needs.append(min(0.2 * whole, int(emu(longest / fit.SLACK + 2 * PAD + 1))))
    narrow = [share < need for share, need in zip(shares, needs, strict=True)]
    taken = sum(need for need, tight in zip(needs, narrow, strict=True) if tight)
    free = sum(share for share, tight in zip(shares, narrow, strict=True) if not tight)
    if not free or taken > 0.7 * whole:
        return [int(share) for share in shares]
    scale = (whole - taken) / free
    return [int(need if tight else share * scale) for share, need, tight in zip(shares, needs, narrow, strict=True)]


def squeeze(
    heads: Sequence[str],
    cells: list[list[str]],
    columns: Sequence[Column],
    rooms: Sequence[float],
    tall: float,
    most: float,
    least: float,
) -> tuple[float, list[list[str]], list[float]]:
    """(font size, cells, row heights with the heading first) that keep to `tall` points."""

    def heights(size: float, rows: list[list[str]]) -> list[float]:
        line = size * fit.LEADING
        head = max(min(3, fit.count(one, size, room, bold=True)) for one, room in zip(heads, rooms, strict=True))
        body = [
            max(
                fit.count(words, size, room, bold=column.bold)
                for words, room, column in zip(row, rooms, columns, strict=True)
            )
            for row in rows
        ]
        return [lines * line + 2 * CELL_TOP for lines in (head, *body)]

    size = most
    while size > least and sum(heights(size, cells)) > tall:
        size = max(least, size - 0.5)
    kept = cells
    for lines in (6, 4, 3, 2, 1):
        found = heights(size, kept)
        if sum(found) <= tall:
            return size, kept, found
        kept = [
            [
                fit.clip(words, size, room, lines, bold=column.bold)
                for words, room, column in zip(row, rooms, columns, strict=True)
            ]
            for row in cells
        ]
        if lines == 2 and len(cells) > 1 and sum(heights(size, kept)) > tall:
            break
    while len(kept) > 1 and sum(heights(size, kept)) > tall - 20:
        kept = kept[:-1]
    return size, kept, heights(size, kept)


def fill(cell: Any, words: str, size: float, column: Column, *, head: bool) -> None:
    """One table cell: heading on the accent colour, a hair line below every row."""
    cell.margin_left = cell.margin_right = emu(PAD)
    cell.margin_top = cell.margin_bottom = emu(CELL_TOP)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE if head else MSO_ANCHOR.TOP
    cell.fill.solid()
    cell.fill.fore_color.theme_color = THEME.ACCENT_1 if head else THEME.BACKGROUND_1
    frame = cell.text_frame
    frame.word_wrap = True
    for at, part in enumerate(words.split("\n")):
        place = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        write(
            place,
            part,
            size,
            bold=head or column.bold,
            colour=THEME.BACKGROUND_1 if head else THEME.TEXT_1,
            align=column.align,
        )
    _line_below(cell)


def _line_below(cell: Any) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = etree.fromstring(
        '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="6350"><a:solidFill><a:schemeClr val="accent6"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, line)
