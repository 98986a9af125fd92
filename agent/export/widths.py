"""How wide each column of a table is: its given weight, bent towards what stands in it, so that nothing has to overflow."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.export.charts.canvas import width
from agent.export.view import Section, Table, Text

PADDING = 1.1
"""Ems beside the text of a cell."""
APART = 0.6
"""Ems more between a column of figures and one of words."""
LEAST = 0.045
"""The least share of the table's width that a column gets."""
_UNITS = re.compile(r"(?:\d+年)?\d+月\d+日(?:（[周週].）)?|(?:[A-Za-z0-9.,%+−×=¥$£€'’@#/_:\[\]-]|\u00a0\u2013?)+")
"""What is not broken inside: dates, words and numbers, and what hard spaces hold together."""
LONGEST = 13.0
"""Ems at which the longest piece of a column counts at most, so that an endless word does not starve the others."""
HEAD = 1.15
"""How much larger a head may be set than the cells below it."""
SAFE = 1.05
"""How much wider a typeface may run than its letters are counted."""
HEAD_LINES = 2.5
"""Lines that a head takes at most, where there is room: a column of short numbers does not stack up the words over it."""
SHORT = 5
"""Chinese characters of a line up to which it is not broken: a role's title, a table's head."""
_SEAMS = re.compile(r"\d(?=[年月日])|[年月](?=\d)")


def shares(table: Table, room: float) -> list[float]:
    """The columns' shares of the width, which add up to 1. `room`: the table's width in ems of its type.

    Partly from the weights of the document model, partly from how much text a column holds (its square root, so that
    long prose does not starve the rest), never less than the longest word or number needs beside the others, and no more
    than the longest line takes: what is left goes to the columns whose lines break.
    """
    columns = range(len(table.columns))
    weights = [float(one.width) for one in table.columns]
    loads = [max(_load([row[at] for row in table.rows]), width(table.columns[at].title, 1.0)) ** 0.5 for at in columns]
    mixed = [0.4 * w / sum(weights) + 0.6 * load / (sum(loads) or 1) for w, load in zip(weights, loads, strict=True)]
    floors = [max(LEAST, need / room) for need in _needs(table)]
    if sum(floors) > 1:
        floors = [one / sum(floors) for one in floors]
    heads = [_head(table.columns[at].title) + _padding(table, at) for at in columns]
    eased = [max(floor, head / room) for floor, head in zip(floors, heads, strict=True)]
    floors = eased if sum(eased) <= 1 else floors
    ceilings = [max(floors[at], _widest(table, at) / room) for at in columns]
    return _within(mixed, floors, ceilings if sum(ceilings) > 1 else [1.0] * len(ceilings))


def kin(table: Table, section: Section) -> Table:
    """All rows of a section's tables with the same columns, as one table: tables that belong together have columns of the same width."""
    same = [one for one in section.blocks if isinstance(one, Table) and one.columns == table.columns]
    return replace(table, rows=tuple(row for one in same for row in one.rows)) if len(same) > 1 else table


def _head(title: str) -> float:
    """The width that a head wants: a few lines, or one where a Chinese head would leave a character alone on the second."""
    whole = width(title, HEAD, bold=True)
    return whole if SHORT < len(title) <= SHORT + 2 and not title.isascii() else whole / HEAD_LINES


def crowded(table: Table, room: float) -> bool:
    """Whether the longest words of the columns do not fit beside each other in type of this size."""
    return sum(_needs(table)) > room


def _needs(table: Table) -> list[float]:
    """The least width of every column, in ems."""
    return [_longest(table, at) for at in range(len(table.columns))]


def _pieces(words: str) -> list[str]:
    """What is not broken inside, short lines of Chinese included."""
    return [*_UNITS.findall(words), *(line for line in words.split("\n") if len(line) <= SHORT)]


def _within(wanted: list[float], floors: list[float], ceilings: list[float]) -> list[float]:
    """`wanted` scaled to add up to 1, each between its floor and its ceiling; the others give or take what is left."""
    found: dict[int, float] = {}
    while len(found) < len(wanted):
        free = [at for at in range(len(wanted)) if at not in found]
        scale = (1.0 - sum(found.values())) / sum(wanted[at] for at in free)
        held = {at: min(max(wanted[at] * scale, floors[at]), ceilings[at]) for at in free}
        moved = sum(held[at] - wanted[at] * scale for at in free)
        # Those on the side that weighs more stay where they are; the rest is shared anew.
        stay = [at for at in free if (held[at] - wanted[at] * scale) * moved > 0] if abs(moved) > 1e-9 else free
        found |= {at: held[at] for at in stay}
    return [round(found[at] / sum(found.values()), 4) for at in range(len(wanted))]


def _load(cells: list[Text]) -> float:
    """How much text a column holds: the mean of its cells and its fullest one, in ems."""
    sizes = [width("".join(span.text for span in cell), 1.0) for cell in cells]
    return (sum(sizes) / len(sizes) + max(sizes)) / 2 if sizes else 1.0


def _longest(table: Table, at: int) -> float:
    """The longest unbreakable piece in a column, in ems, with room for the cell's padding."""
    words = [(table.columns[at].title, True, HEAD)]
    for row in table.rows:
        words.append(("".join(span.text for span in row[at]), any(span.style == "strong" for span in row[at]), SAFE))
    pieces = ((piece, bold, size) for text, bold, size in words for piece in _pieces(text))
    # Between a figure and a Chinese character a quarter of an em is set.
    found = (width(piece, size, bold=bold) + 0.25 * len(_SEAMS.findall(piece)) for piece, bold, size in pieces)
    return min(max(found, default=1.0), LONGEST) + _padding(table, at)


def _widest(table: Table, at: int) -> float:
    """The longest line of a column, in ems, with room for the cell's padding."""
    cells = (
        ("".join(span.text for span in row[at]), any(span.style == "strong" for span in row[at])) for row in table.rows
    )
    found = [width(line, SAFE, bold=bold) for words, bold in cells for line in words.split("\n")]
    return max([width(table.columns[at].title, HEAD, bold=True), *found]) + _padding(table, at)


def apart(table: Table, at: int) -> bool:
    """Whether a column of figures stands before words, from which it is set off."""
    aligns = [one.align for one in table.columns[at : at + 2]]
    return aligns == ["right", "left"]


def _padding(table: Table, at: int) -> float:
    return PADDING + (APART if apart(table, at) else 0)
