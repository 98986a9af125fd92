"""Tables that keep to their box: column widths that follow the words, the largest type, cells and rows that fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.enum.text import MSO_ANCHOR

from agent.export.pptx import fit
from agent.export.pptx.house import emu
from agent.export.pptx.ink import LEAST, READ, write

PAD = 6.0
"""Margin inside table cells, left and right, in points."""
APART = 9.0
"""Points more between a number on the right of its column and words on the left of the next."""
CELL_TOP = 3.5
"""Margin above and below the text of a table cell, in points."""
SHORT, DATES, FIGURES = 0.15, 0.2, 0.3
"""Parts of the table's width up to which a column stays on one line: words; dates and short figures; figures where it costs no height."""
NAME = 6
"""Signs of a cell that are not parted, Chinese ones neither."""
WORD = 0.35
"""Part of the table's width up to which a column keeps its longest word whole."""
BENT = 0.7
"""Power of what a column holds by which it gets width: less than 1, since narrow columns lose more at the ends of lines."""
STEP = 0.5
"""Points between the sizes that are tried."""
FEW = 4
"""Rows of a table up to which none is left out so that the others can be larger."""
MORE = 20.0
"""Points below a table for the line that says what it leaves out."""


@dataclass(frozen=True)
class Column:
    """A table column: heading, alignment."""

    title: str
    align: str = "left"
    bold: bool = False


Rows = list[list[str]]
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Words:
    """The words of a table: what widths and heights they want at a size, in points."""

    columns: Sequence[Column]
    rows: Rows

    @cached_property
    def _ems(self) -> list[tuple[float, float, float, float, bool]]:
        """For each column in ems: its longest word, its longest line, its heading, what it holds; and whether that is figures."""
        found = []
        for at, column in enumerate(self.columns):
            cells = [row[at] for row in self.rows]
            lines = [part for cell in cells for part in cell.split("\n")]
            wide = [fit.width(one, 1, bold=column.bold) for one in lines]
            words = [
                line if len(one) <= NAME else fit.longest(one, 1, bold=column.bold)
                for one, line in zip(lines, wide, strict=True)
            ]
            word = max([fit.halved(column.title, bold=True), *words])
            held = [fit.width(cell, 1, bold=column.bold) for cell in cells]
            load = ((sum(held) / max(1, len(held)) + max(held, default=0.0)) / 2 + 1) ** BENT
            figures = sum(len(_DIGIT.findall(cell)) > 0.15 * len(cell) for cell in cells) * 2 > len(cells)
            found.append((word, max([word, *wide]), fit.width(column.title, 1, bold=True), load, figures))
        return found

    def margins(self, at: int) -> tuple[float, float]:
        """Room to the left and to the right of a column's text."""
        towards = (
            self.columns[at].align == "right" and at + 1 < len(self.columns) and self.columns[at + 1].align != "right"
        )
        return PAD, PAD + APART * towards

    def inner(self, widths: Sequence[float]) -> list[float]:
        """What the margins leave of columns."""
        return [wide - sum(self.margins(at)) for at, wide in enumerate(widths)]

    def widths(self, room: float, size: float) -> list[float]:
        """Short columns on one line, the others by how much they hold, none narrower than its longest word.

        Figures stay on one line where that costs the other columns no height.
        """
        tried = [self._widths(room, size, figures) for figures in (FIGURES, DATES)]
        return min(tried, key=lambda found: sum(self.heights(found, size)))

    def roomy(self, room: float, size: float) -> bool:
        """Whether every column can be as wide as its longest word."""
        return sum(self._floors(room, size, DATES)[0]) < room

    def _floors(self, room: float, size: float, figures: float) -> tuple[list[float], list[float]]:
        """What each column needs at least, and what it wants to stay on one line."""
        floors, lines = [], []
        for at, (word, wide, head, _, counted) in enumerate(self._ems):
            line = self._room(at, wide, size)
            short = line <= (figures if counted else SHORT) * room
            floor = line if short else min(self._room(at, word, size), WORD * room)
            title = self._room(at, head, size)
            floors.append(max(floor, title) if title <= 0.8 * SHORT * room else floor)
            lines.append(max(line, floors[-1]))
        return floors, lines

    def _widths(self, room: float, size: float, figures: float) -> list[float]:
        floors, lines = self._floors(room, size, figures)
        if sum(floors) >= room:
            return [one * room / sum(floors) for one in floors]
        return _spread(floors, lines, [load for _, _, _, load, _ in self._ems], room)

    def _room(self, at: int, ems: float, size: float) -> float:
        return ems * size / fit.SLACK + sum(self.margins(at)) + 1

    def heights(self, widths: Sequence[float], size: float, rows: Rows | None = None) -> list[float]:
        """Row heights, the heading first."""
        rooms = self.inner(widths)
        head = max(
            min(3, fit.count(one.title, size, room, bold=True)) for one, room in zip(self.columns, rooms, strict=True)
        )
        body = [
            max(
                fit.count(words, size, room, bold=column.bold)
                for words, room, column in zip(row, rooms, self.columns, strict=True)
            )
            for row in (self.rows if rows is None else rows)
        ]
        return [lines * size * fit.LEADING + 2 * CELL_TOP for lines in (head, *body)]

    def height(self, room: float, size: float) -> float:
        """Height of the whole table."""
        return sum(self.heights(self.widths(room, size), size))

    def squeeze(self, room: float, tall: float, most: float) -> tuple[float, list[float], Rows, list[float]]:
        """(font size, column widths, cells, row heights) that keep to `tall` points.

        Smaller type first; then cells of whole sentences and fewer rows; then, where a sentence alone is too long, a cut one.
        """
        easy = self._easy(room, tall, most)
        if easy:
            return easy
        size = most
        while size > LEAST and self.height(room, size) > tall:
            size = max(LEAST, size - STEP)
        widths = self.widths(room, size)
        whole = self.heights(widths, size)
        if sum(whole) <= tall:
            return size, widths, self.rows, whole
        short = self._shortened(widths, size, 3)
        for rows, part in ((self._shortened(widths, size, 4), 1), (short, 1), (self.rows, 0.8), (short, 0.4), (self._cut(widths, size, 4), 0.5),
                           (self._cut(widths, size, 2), 0)):  # fmt: skip
            kept = self._fewer(rows, widths, size, tall)
            if len(kept) >= max(1, part * len(rows)):
                break
        return size, widths, kept, self.heights(widths, size, kept)

    def _easy(self, room: float, tall: float, most: float) -> tuple[float, list[float], Rows, list[float]] | None:
        """The same for a table that can be read with ease once its cells are shortened to whole sentences; None for one that would be cut or
        lose too much.
        """
        size = max(most, READ)
        while size > READ and self.height(room, size) > tall:
            size = max(READ, size - STEP)
        widths = self.widths(room, size)
        least = len(self.rows) if len(self.rows) <= FEW else -(-len(self.rows) // 2)
        for rows in (self.rows, *(self._shortened(widths, size, lines) for lines in (6, 4, 3))):
            kept = self._fewer(rows, widths, size, tall)
            if len(kept) >= least and not any(cell.endswith("…") for row in kept for cell in row):
                return size, widths, kept, self.heights(widths, size, kept)
        return None

    def _fewer(self, rows: Rows, widths: list[float], size: float, tall: float) -> Rows:
        """The first rows that fit, with room for the line that says how many more there are."""
        heights = self.heights(widths, size, rows)
        if sum(heights) <= tall:
            return rows
        kept, used = 0, heights[0] + MORE
        while kept < len(rows) and used + heights[kept + 1] <= tall:
            used += heights[kept + 1]
            kept += 1
        return rows[:kept]

    def _shortened(self, widths: list[float], size: float, lines: int) -> Rows:
        """Cells of whole sentences."""
        return [
            [
                fit.sentences(words, size, room, lines, bold=column.bold)
                for words, room, column in zip(row, self.inner(widths), self.columns, strict=True)
            ]
            for row in self.rows
        ]

    def _cut(self, widths: list[float], size: float, lines: int) -> Rows:
        """Cells of so many lines."""
        return [
            [
                fit.clip(words, size, room, lines, bold=column.bold)
                for words, room, column in zip(row, self.inner(widths), self.columns, strict=True)
            ]
            for row in self.rows
        ]


def _spread(floors: list[float], wants: list[float], loads: list[float], room: float) -> list[float]:
    """`floors` and the rest of the room by load, no column wider than it wants until all have what they want."""
    found, left = list(floors), room - sum(floors)
    open_ = {at for at in range(len(floors)) if wants[at] > floors[at] + 0.5}
    while open_ and left > 0.5:
        whole = sum(found[at] for at in open_) + left
        load = sum(loads[at] for at in open_)
        aims = {at: min(wants[at], max(found[at], whole * loads[at] / load)) for at in open_}
        grown = sum(aims[at] - found[at] for at in open_)
        scale = min(1.0, left / grown) if grown else 0.0
        for at in open_:
            found[at] += (aims[at] - found[at]) * scale
        left -= grown * scale
        full = {at for at in open_ if found[at] >= wants[at] - 0.5}
        if not full:
            break
        open_ -= full
    return [one + left * one / sum(found) for one in found]


def fill(
    cell: Any, words: str, size: float, column: Column, margins: tuple[float, float], *, head: bool, air: float = 0
) -> None:
    """One table cell: heading on the accent colour, a hair line below every row. `air`: points more above and below the text."""
    cell.margin_left, cell.margin_right = map(emu, margins)
    cell.margin_top = cell.margin_bottom = emu(CELL_TOP + air)
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
