"""The document model that every export format renders: spans, blocks, sections, and nothing of any one format."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from agent.export.plots import Bars, Data, Heat, Matrix, Ranges, Strips, Timeline
from agent.locale import spread
from agent.plan.base import Source

Align = Literal["left", "center", "right"]


class Span(NamedTuple):
    """A run of text in one style. `target`: an address (link), or the numbers of the sources cited (cite: "2,5")."""

    text: str
    style: Literal["plain", "strong", "tag", "link", "code", "cite"] = "plain"
    target: str = ""


Text = tuple[Span, ...]
"""Inline text; newlines inside a span are line breaks."""
Inline = str | Span | Text | None
Row = Sequence[Inline]
"""The cells of a table row, before they are made inline text."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section: level 2 in a chapter-level section, 3 and 4 in a part."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running prose."""

    text: Text


@dataclass(frozen=True)
class Bullets:
    """A list; numbered when the order matters."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Column:
    """A table column: its header, alignment and relative width."""

    title: str
    align: Align = "left"
    width: int = 1


@dataclass(frozen=True)
class Table:
    """A table. `totals`: how many of the last rows are sums. `notes` stand under it, called by "(a)" in cells."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str = ""
    notes: tuple[Text, ...] = ()
    totals: int = 0


@dataclass(frozen=True)
class KeyValues:
    """Labelled statements, one a line."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Note:
    """A boxed remark that a reader must not miss."""

    text: Text


@dataclass(frozen=True)
class Card:
    """A finished piece (a post, a statement): header, its own text by paragraphs, and what goes with it."""

    header: Text
    title: str
    body: tuple[str, ...]
    pairs: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart. `title` says what is to be seen in it; `instead` stands for it where there are no pictures."""

    id: str
    title: str
    data: Data
    instead: Table | None = None


Block = Heading | Paragraph | Bullets | Table | KeyValues | Note | Card | Chart

WIDE = 20
"""Sum of column widths from which a table wants a page on its side."""
MANY = 11
"""Columns above which it wants one however narrow they are."""


@dataclass(frozen=True)
class Section:
    """A chapter or the summary (level 1), a part or an appendix (level 2)."""

    id: str
    level: Literal[1, 2]
    number: str
    title: str
    blocks: tuple[Block, ...] = ()

    @property
    def heading(self) -> str:
        """Number and title as they are printed."""
        return f"{self.number} {self.title}".strip()

    @property
    def wide(self) -> bool:
        """Whether one of its tables is too wide for an upright page."""
        tables = (block for block in self.blocks if isinstance(block, Table))
        return any(sum(column.width for column in one.columns) >= WIDE or len(one.columns) > MANY for one in tables)


@dataclass(frozen=True)
class Face:
    """What stands on the first page."""

    brand: str
    kind: str
    """What the document is: "Social media marketing and execution plan"."""
    line: str
    """The plan in one sentence."""
    facts: tuple[tuple[str, str], ...]
    """Period, version and the like: label and value."""
    version: str
    """The version in running heads."""
    footer: str


@dataclass(frozen=True)
class Document:
    """A whole plan for readers: cover, summary, contents (made by the renderer), then the sections."""

    language: str
    title: str
    face: Face
    about_title: str
    """Heading over the cover's blocks where the first page shows only the face."""
    contents_title: str
    cover: tuple[Block, ...]
    summary: Section
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    """What it cites: the first is number 1. Every other format numbers its sources by this list."""


def text(*parts: Inline) -> Text:
    """Inline text from strings, spans and other inline text; empty pieces vanish."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                spans.append(Span(part))
        elif isinstance(part, Span):
            if part.text:
                spans.append(part)
        elif part:
            spans.extend([span for span in part if span.text])
    return tuple(spans)


def strong(words: str) -> Span:
    """Words that carry weight."""
    return Span(words, "strong")


def join(pieces: Iterable[Inline], between: str) -> Text:
    """Inline pieces with `between` between those that are not empty."""
    found: list[Span] = []
    for piece in (text(piece) for piece in pieces):
        if piece:
            found.extend([Span(between), *piece] if found else piece)
    return tuple(found)


def lines(pieces: Iterable[Inline]) -> Text:
    """Inline pieces, one a line."""
    return join(pieces, "\n")


def steps(pieces: Iterable[str]) -> Text:
    """Numbered lines in one cell."""
    return lines(f"{number}. {piece}" for number, piece in enumerate(pieces, 1))


def paragraph(*parts: Inline) -> Paragraph:
    """A paragraph from inline pieces."""
    return Paragraph(text(*parts))


def bullets(items: Iterable[Inline], *, ordered: bool = False) -> Bullets:
    """A list from inline pieces."""
    return Bullets(tuple(text(item) for item in items), ordered)


def pairs(*items: tuple[str, Inline]) -> KeyValues:
    """Labelled statements from inline pieces."""
    return KeyValues(tuple((label, unled(label, text(value))) for label, value in items if text(value)))


def unled(label: str, words: Text) -> Text:
    """Words that stand after a label, without the same label in front of them: "Proof: Proof: a test" says it twice."""
    for lead in dict.fromkeys((label, re.split("[/／]", label)[-1])):
        if words and (found := re.match(re.escape(lead) + r"\s*[:：]\s*(?=\S)", words[0].text)):
            return (words[0]._replace(text=words[0].text[found.end() :]), *words[1:])
    return words


_RANGE = re.compile(r"[^\n\u2013]*\d[^\n\u2013]*(?: \u2013 [^\n\u2013]*\d[^\n\u2013]*){1,2}")
_DAY = re.compile(
    r"(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
)
_DIGIT = re.compile(r"\d")
_TIMES = re.compile(r"\d+ × [^\s]+(?: = \d+)?")
HELD = 22
"""Longest range, in letters, that stands on one line; of a longer one each number keeps its dash."""


def held(span: Span) -> Span:
    """A span of a cell in which lines do not end inside "2,451 – 2,938 – 3,897" or "Fri 5 Feb"."""
    words, style, target = span
    if " " not in words or not _DIGIT.search(words) or (kept := _held(words)) == words:
        return span
    return Span(kept, style, target)


@functools.lru_cache(maxsize=4096)
def _held(words: str) -> str:
    words = _DAY.sub(lambda day: day[0].replace(" ", "\u00a0"), words)
    if _TIMES.fullmatch(words):
        words = words.replace(" ", "\u00a0")
    elif _RANGE.fullmatch(words):
        words = words.replace(" ", "\u00a0")
        if spread(words) > HELD:
            words = words.replace("\u2013\u00a0", "\u2013 ")
    return words


def _cell(cell: Inline) -> Text:
    """Inline text of a cell."""
    if isinstance(cell, str):
        return (held(Span(cell)),) if cell else ()
    return tuple(map(held, text(cell)))


def table(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    caption: str = "",
    notes: Iterable[Inline] = (),
    totals: int = 0,
    once: str = "",
) -> Table:
    """A table from inline cells, without the columns that nothing stands in.

    Rows are drawn before notes, so that a row may add to the notes. `once`: the language's colon; with it, what stands the same
    in every row of a column is said below the table instead.
    """
    body = [[_cell(cell) for cell in row] for row in rows]
    alike = [at for at in range(1, len(columns)) if once and len(body) > 2 and len({row[at] for row in body}) == 1]
    used = [at for at in range(len(columns)) if not at or (at not in alike and any(row[at] for row in body))]
    said = [text(f"{columns[at].title}{once}", body[0][at]) for at in alike if body[0][at]]
    return Table(
        tuple(columns[at] for at in used),
        tuple(map(tuple, body) if len(used) == len(columns) else (tuple([row[at] for at in used]) for row in body)),
        caption,
        (*(text(note) for note in notes), *said),
        totals,
    )


SHORT, NOTE_LINE = 60, 150
"""Letters of a note that stands beside others, and of the line that they fill together; a Chinese character counts as two."""


def run_in(notes: Iterable[Text]) -> list[Text]:
    """Notes under a table for pages of paper: short ones, such as sums, stand one after the other and not one a line."""
    found: list[Text] = []
    room = 0
    for note in notes:
        size = sum(spread(span.text) for span in note)
        if size <= min(SHORT, room):
            found[-1] = join([found[-1], note], "\u2003")
            room -= size + 4
        else:
            found.append(note)
            room = NOTE_LINE - size if size <= SHORT else 0
    return found


def tidy(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks without the empty ones, and without headings that nothing follows."""
    kept: list[Block] = []
    for block in reversed([block for block in blocks if not _empty(block)]):
        under_nothing = not kept or (
            isinstance(kept[-1], Heading) and isinstance(block, Heading) and kept[-1].level <= block.level
        )
        if not (isinstance(block, Heading) and under_nothing):
            kept.append(block)
    return tuple(reversed(kept))


def _empty(block: Block) -> bool:
    match block:
        case Paragraph(text=words) | Note(text=words):
            return not words
        case Bullets(items=items):
            return not any(items)
        case Table(rows=rows):
            return not rows
        case KeyValues(pairs=pairs_):
            return not pairs_
        case Chart(data=data):
            return not _shows_something(data)
        case _:
            return False


def _shows_something(data: Data) -> bool:
    """Whether there is anything to draw."""
    match data:
        case Bars(series=series):
            return any(value for one in series for value in one.values)
        case Heat(values=rows):
            return any(any(row) for row in rows)
        case Ranges(rows=found):
            return bool(found)
        case Matrix(marks=marks):
            return bool(marks)
        case Strips(strips=strips):
            return bool(strips)
        case Timeline(bars=bars):
            return bool(bars)
