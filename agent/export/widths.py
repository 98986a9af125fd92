"""How wide each column of a table is: its given weight, bent towards what stands in it, so that nothing has to overflow."""

from __future__ import annotations

import re

from agent.export.charts.canvas import width
from agent.export.view import Table, Text

PADDING = 1.1
"""Ems beside the text of a cell."""
LEAST = 0.045
"""The least share of the table's width that a column gets."""
_UNITS = re.compile(r"(?:\d+年)?\d+月\d+日(?:（[周週].）)?|(?:[A-Za-z0-9.,%+−×=¥$£€'’@#/_:-]|\u00a0\u2013?)+")
"""What is not broken inside: dates, words and numbers, and what hard spaces hold together."""
LONGEST = 13.0
"""Ems at which the longest piece of a column counts at most, so that an endless word does not starve the others."""
HEAD = 1.15
"""How much larger a head may be set than the cells below it."""
SAFE = 1.05
"""How much wider a typeface may run than its letters are counted."""
SHORT = 5
"""Chinese characters of a line up to which it is not broken: a role's title, a table's head."""
_SEAMS = re.compile(r"\d(?=[年月日])|[年月](?=\d)")


def shares(table: Table, room: float) -> list[float]:
    """The columns' shares of the width, which add up to 1. `room`: the table's width in ems of its type.

    Partly from the weights of the document model, partly from how much text a column holds (its square root, so that
    long prose does not starve the rest), and never less than the longest word or number needs beside the others.
    """
    count = len(table.columns)
    weights = [float(one.width) for one in table.columns]
    loads = [
        max(_load([row[at] for row in table.rows]), width(table.columns[at].title, 1.0)) ** 0.5 for at in range(count)
    ]
    mixed = [0.4 * w / sum(weights) + 0.6 * load / (sum(loads) or 1) for w, load in zip(weights, loads, strict=True)]
    floors = [max(LEAST, need / room) for need in _needs(table)]
    if sum(floors) > 1:
        floors = [one / sum(floors) for one in floors]
    return _raised(mixed, floors)


def crowded(table: Table, room: float) -> bool:
    """Whether the longest words of the columns do not fit beside each other in type of this size."""
    return sum(_needs(table)) > room


def _needs(table: Table) -> list[float]:
    """The least width of every column, in ems."""
    return [_longest(table, at) for at in range(len(table.columns))]


def _pieces(words: str) -> list[str]:
    """What is not broken inside, short lines of Chinese included."""
    return [*_UNITS.findall(words), *(line for line in words.split("\n") if len(line) <= SHORT)]


def _raised(wanted: list[float], floors: list[float]) -> list[float]:
    """`wanted` with nothing below its floor; the others give what is needed."""
    low = {at for at, one in enumerate(wanted) if one < floors[at]}
    while True:
        left = 1.0 - sum(floors[at] for at in low)
        rest = sum(one for at, one in enumerate(wanted) if at not in low)
        found = [floors[at] if at in low else one / rest * left for at, one in enumerate(wanted)]
        short = {at for at, one in enumerate(found) if one < floors[at] - 1e-9 and at not in low}
        if not short or len(low | short) == len(wanted):
            return [round(one / sum(found), 4) for one in found]
        low |= short


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
    return min(max(found, default=1.0), LONGEST) + PADDING
