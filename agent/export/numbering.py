"""Gives the sources of a finished document their final numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def _renumbered(doc: Document, numbers: Numbers) -> Document:
    """The document with every citation under its final number. Raises KeyError for a number that has none."""
    return replace(
        doc,
        cover=_blocks(doc.cover, numbers),
        summary=_section(doc.summary, numbers),
        sections=tuple(_section(one, numbers) for one in doc.sections),
    )


def in_order_of_place(doc: Document, published: int, numbers: Numbers) -> Document:
    """The document with its sources, which it cites under other `numbers`, in order: of the first `published` ones, those that running text cites
    first, whose footnotes Word counts itself, then those that a table cites first, which are told below it; then the rest.
    """
    first: dict[int, bool] = {}
    for blocks in (doc.cover, doc.summary.blocks, *(one.blocks for one in doc.sections)):
        for block in blocks:
            for cited in _citations(block):
                for number in sorted(numbers[int(one)] for one in cited.split(",")):
                    first.setdefault(number, isinstance(block, Table))
    lists = (one for part in doc.sections if part.id == "sources" for one in part.blocks if isinstance(one, Bullets))
    listed = next(lists, None)
    if listed is None:
        return _renumbered(doc, numbers)
    places = [*first, *(at for at in range(1, published + 1) if at not in first)]
    told = sorted((at for at in places if at <= published), key=lambda at: first.get(at, True))
    order = [*told, *range(published + 1, len(listed.items) + 1)]
    ordered = replace(listed, items=tuple(listed.items[at - 1] for at in order))
    sections = tuple(
        replace(part, blocks=tuple(ordered if one is listed else one for one in part.blocks)) for part in doc.sections
    )
    found = replace(doc, sections=sections, sources=tuple(doc.sources[at - 1] for at in order if doc.sources))
    places_of = {at: place for place, at in enumerate(order, 1)}
    return _renumbered(found, {at: places_of[number] for at, number in numbers.items() if number in places_of})


def _citations(block: Block) -> list[str]:
    """What a block cites, in reading order, each as "2,5"."""
    return [span.target for words in _words(block) for span in words if span.style == "cite"]


def _words(block: Block) -> Iterator[Text]:
    """The inline text of a block."""
    match block:
        case Paragraph() | Note():
            yield block.text
        case Bullets():
            yield from block.items
        case KeyValues():
            yield from (value for _, value in block.pairs)
        case Card():
            yield block.header
            yield from (value for _, value in block.pairs)
        case Table():
            yield from (cell for row in block.rows for cell in row)
            yield from block.notes


def _section(section: Section, numbers: Numbers) -> Section:
    return replace(section, blocks=_blocks(section.blocks, numbers))


def _blocks(blocks: tuple[Block, ...], numbers: Numbers) -> tuple[Block, ...]:
    return tuple(_block(one, numbers) for one in blocks)


def _block(block: Block, numbers: Numbers) -> Block:
    if not isinstance(block, Chart) and not _citations(block):
        return block
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
