"""Gives the sources of a finished document their final numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.export.view import (
    Block,
    Bullets,
    Card,
    Chart,
    Document,
    KeyValues,
    Note,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)

Numbers = Mapping[int, int]
"""Number of a source as it was cited → its final number."""


def renumbered(doc: Document, numbers: Numbers) -> Document:
    """The document with every citation under its final number. Raises KeyError for a number that has none."""
    return replace(
        doc,
        cover=_blocks(doc.cover, numbers),
        summary=_section(doc.summary, numbers),
        sections=tuple(_section(one, numbers) for one in doc.sections),
    )


def _section(section: Section, numbers: Numbers) -> Section:
    return replace(section, blocks=_blocks(section.blocks, numbers))


def _blocks(blocks: tuple[Block, ...], numbers: Numbers) -> tuple[Block, ...]:
    return tuple(_block(one, numbers) for one in blocks)


def _block(block: Block, numbers: Numbers) -> Block:
    match block:
        case Paragraph() | Note():
            return replace(block, text=_text(block.text, numbers))
        case Bullets():
            return replace(block, items=tuple(_text(item, numbers) for item in block.items))
        case KeyValues():
            return replace(block, pairs=_pairs(block.pairs, numbers))
        case Card():
            return replace(block, header=_text(block.header, numbers), pairs=_pairs(block.pairs, numbers))
        case Table():
            return _table(block, numbers)
        case Chart(instead=Table() as table):
            return replace(block, instead=_table(table, numbers))
        case _:
            return block


def _table(table: Table, numbers: Numbers) -> Table:
    return replace(
        table,
        rows=tuple([tuple([_text(cell, numbers) for cell in row]) for row in table.rows]),
        notes=tuple(_text(note, numbers) for note in table.notes),
    )


def _pairs(pairs: tuple[tuple[str, Text], ...], numbers: Numbers) -> tuple[tuple[str, Text], ...]:
    return tuple((label, _text(value, numbers)) for label, value in pairs)


def _text(words: Text, numbers: Numbers) -> Text:
    for span in words:
        if span.style == "cite":
            return tuple(_cite(span, numbers) if span.style == "cite" else span for span in words)
    return words


def _cite(span: Span, numbers: Numbers) -> Span:
    """A citation: "[2, 5]" with the numbers in their order, and after them the ids of what has no number."""
    before, _, marks = span.text.partition("[")
    cited = sorted(numbers[int(one)] for one in span.target.split(","))
    unknown = marks.removesuffix("]").split(", ")[len(cited) :]
    shown = list(map(str, cited))
    return span._replace(text=f"{before}[{', '.join([*shown, *unknown])}]", target=",".join(shown))
