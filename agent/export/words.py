"""The words of a document for the laid-out formats: every character it uses, and text that is safe to set."""

from __future__ import annotations

from collections.abc import Iterator

from agent.export import charts, escape, fonts
from agent.export.view import (
    Block,
    Bullets,
    Card,
    Chart,
    Document,
    Heading,
    KeyValues,
    Note,
    Paragraph,
    Section,
    Table,
    Text,
)

FURNITURE = "0123456789 .,:·…–—→•▲—()[]（）［］〔〕：，。、%¥$£€"
"""Signs that a layout adds by itself."""


def sound(words: str, language: str) -> str:
    """Text without control characters, and with a sign for every character that no face has."""
    return fonts.printable(escape.clean(words), language)


def characters(doc: Document) -> frozenset[str]:
    """Every character that the document shows, furniture included."""
    from agent import locale

    found = set(FURNITURE)
    for key in ("page.number", "page.about", "page.gap"):
        found.update(locale.t(doc.language, key))
    for words in _texts(doc):
        found.update(words)
    return frozenset(found - {"\n", "\t", "\r"})


def _texts(doc: Document) -> Iterator[str]:
    face = doc.face
    yield from (
        doc.title,
        doc.about_title,
        doc.contents_title,
        face.brand,
        face.kind,
        face.line,
        face.footer,
        face.version,
    )
    for label, value in face.facts:
        yield label + value
    for section in (Section("cover", 1, "", "", doc.cover), doc.summary, *doc.sections):
        yield section.heading
        for block in section.blocks:
            yield from _block_texts(block)


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=words):
            yield words
        case Paragraph(text=inline) | Note(text=inline):
            yield from _plain(inline)
        case Bullets(items=items):
            for item in items:
                yield from _plain(item)
        case KeyValues(pairs=pairs):
            yield from _pair_texts(pairs)
        case Card(header=header, title=title, body=body, pairs=pairs):
            yield from (title, *body, *_plain(header), *_pair_texts(pairs))
        case Table(columns=columns, rows=rows, caption=caption, notes=notes):
            yield caption
            yield from (column.title for column in columns)
            for cell in (*notes, *(cell for row in rows for cell in row)):
                yield from _plain(cell)
        case Chart():
            yield from (block.title, charts.svg(block))


def _pair_texts(pairs: tuple[tuple[str, Text], ...]) -> Iterator[str]:
    for label, value in pairs:
        yield label
        yield from _plain(value)


def _plain(inline: Text) -> Iterator[str]:
    return (span.text for span in inline)
