"""How much of the end of a section has to stay together, so that the page before a break does not hold a line or two alone."""

from __future__ import annotations

from collections.abc import Sequence

from agent.export.view import Block, Bullets, Card, Chart, Heading, KeyValues, Note, Paragraph, Section, Table, Text
from agent.locale import spread

LEAST = 13.0
"""Lines that the last page of a section holds at least, about a quarter of an upright page."""
PICTURE = 20.0
"""Lines that a chart takes."""
LONG_ROW, LONG_CARD = 24.0, 32.0
"""Lines from which a table's row and a card may break between pages: longer ones leave half a page empty where they stay whole. A card is
copied out as a whole, so that an article of the usual length is not torn.
"""
PAIR = 12.0
"""Lines up to which two rows stay together at the beginning and at the end of a table."""
ALONE = 3.5
"""Lines from which a row may begin or end a table alone on a page: it is no stub there."""
LEAD = 3.0
"""Lines from which what stands over a lower heading may end a page."""
LINE, WIDE_LINE = 88, 136
"""Latin letters in a line of an upright page and of one on its side; a Chinese character takes the room of two."""


def letters(*, wide: bool) -> int:
    """Letters in a line of such a page."""
    return WIDE_LINE if wide else LINE


def ends_page(section: Section, after: Section | None) -> bool:
    """Whether a new page begins behind a section: a chapter, a page turned the other way, a part on its side."""
    return after is None or after.level == 1 or section.wide != after.wide


def leads(block: Block, after: Block, before: Block | None) -> bool:
    """Whether a block is a lead-in that stays with what it leads to: under a heading with a list, a card, a table or a chart, or with the
    heading of a lower level that it stands over. `before`: what stands above it, None under the section's own heading.
    """
    if not isinstance(block, Paragraph | KeyValues) or not (before is None or isinstance(before, Heading)):
        return False
    if isinstance(after, Heading):
        return (before is None or before.level < after.level) and height(block, LINE) < LEAD
    return isinstance(after, Bullets | Card | Table | Chart)


def companions(table: Table, line: int) -> set[int]:
    """Rows that stay with the next one: the first and the last but one, where a short row would else begin or end the table alone on a page."""
    last = len(table.rows) - 1
    heights = [row_height(cells, table, line) for cells in table.rows]
    return {
        at
        for at, alone in ((0, 0), (last - 1, last))
        if 0 <= at < last and heights[alone] < ALONE and heights[at] + heights[at + 1] < PAIR
    }


def rows_kept(table: Table, need: float, line: int) -> int:
    """How many of a table's last rows hold `need` lines; all of them where they do not suffice."""
    for count, cells in enumerate(reversed(table.rows), 1):
        need -= row_height(cells, table, line)
        if need <= 0:
            return count
    return len(table.rows)


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
                2.5 + sum(-(-spread(piece) // line) for piece in body) + sum(_lines(value, line) for _, value in pairs)
            )
        case Table(rows=rows):
            return 2.0 + sum(row_height(cells, block, line) for cells in rows)


def row_height(cells: Sequence[Text], table: Table, line: int) -> float:
    """Lines of a row: of its fullest cell, in smaller type."""
    whole = sum(column.width for column in table.columns)
    rooms = [max(4, int(line * 1.15 * column.width / whole)) for column in table.columns]
    return 0.85 * max((_lines(words, room) for words, room in zip(cells, rooms, strict=True)), default=1) + 0.3


def _lines(words: Text, line: int, more: int = 0) -> int:
    pieces = "".join(span.text for span in words).split("\n")
    return sum(max(1, -(-(spread(piece) + more) // line)) for piece in pieces)
