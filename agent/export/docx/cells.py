"""The cells of a table of the Word file: where their lines end in a column of its width, and how they stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.export.charts.canvas import width
from agent.export.view import Span, Table, Text
from agent.export.widths import PADDING, apart

_ITEM = re.compile(r"(?:\d{1,2}\.|[□•·]) ")
_DAYS = re.compile(r"(\d+年\d+月\d+日)[ \u00a0]\u2013[ \u00a0](?=\d)")
TIED, MARK = 12.0, 20
"""Ems of a column from which a mark such as "[low confidence]" stays in one piece there, and how long such a mark is at most."""


def lines(words: Text) -> list[Text]:
    """The lines of a cell, each on its own where one of them is an item of a list; else the cell as it is."""
    lines: list[list[Span]] = [[]]
    for span in words:
        first, *rest = span.text.split("\n")
        lines[-1].append(span._replace(text=first))
        lines += [[span._replace(text=line)] for line in rest]
    return [tuple(line) for line in lines] if any(hanging(tuple(line)) for line in lines) else [words]


def hanging(line: Text) -> str:
    """The hanging indent of an item of a list in a cell, so that its further lines stand below its words; "" for any other line."""
    return '<w:ind w:left="210" w:hanging="210"/>' if _ITEM.match("".join(span.text for span in line)) else ""


def loosened(table: Table, *, every: bool) -> Table:
    """A table in which lines end after the dash of a range where a column is too narrow for it, or a Chinese label
    leads it: there the figures themselves would be cut.
    """
    return replace(
        table,
        rows=tuple(
            tuple(
                tuple(one._replace(text=one.text.replace("\u2013\u00a0", "\u2013 ")) for one in cell)
                if every or any("：" in one.text for one in cell)
                else cell
                for cell in row
            )
            for row in table.rows
        ),
    )


def fitted(table: Table, room: Sequence[float]) -> Table:
    """A table whose lines end where a reader expects it in columns of so many ems: between the days of a span and not inside one, before a
    mark and not inside it.
    """
    return replace(
        table,
        rows=tuple(
            tuple(tuple(_ended(span, ems - PADDING) for span in cell) for cell, ems in zip(row, room, strict=True))
            for row in table.rows
        ),
    )


def _ended(span: Span, room: float) -> Span:
    if span.style == "tag" and room >= TIED:
        return tied(span)
    if _DAYS.search(span.text) and any(width(line, 1.0) > room for line in span.text.split("\n")):
        return span._replace(text=_DAYS.sub("\\1 \u2013\n", span.text))
    return span


def tied(span: Span) -> Span:
    """A short mark on one line with what stands before it."""
    return span._replace(text=span.text.replace(" ", "\u00a0")) if len(span.text) <= MARK else span


def placed(table: Table, at: int) -> str:
    """The alignment of a column; figures before words stand a little off them."""
    align = table.columns[at].align
    off = '<w:ind w:right="90"/>' if apart(table, at) else ""
    return "" if align == "left" else f'{off}<w:jc w:val="{align}"/>'
