"""Renders the document as GitHub-flavoured Markdown."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.export import escape
from agent.export.document import document
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
    Span,
    Table,
    Text,
)
from agent.plan.model import MarketingPlan

EMPTY = "—"
"""What an empty cell shows."""
_RULES = {"left": "---", "right": "---:", "center": ":---:"}


def to_markdown(plan: MarketingPlan, doc: Document | None = None) -> str:
    """The whole plan as Markdown, in the plan's language."""
    doc = doc or document(plan)
    pen = Pen(Anchors(), "：" if doc.language.startswith("zh") else ": ")
    pen.anchors.add(doc.title)
    body: list[str] = []
    entries: list[str] = []
    contents = f"## {escape.inline(doc.contents_title)}"
    head = [f"# {_line(doc.title)}", *_blocks(doc.cover, pen), *_section(doc.summary, pen), contents]
    pen.anchors.add(doc.contents_title)
    for section in doc.sections:
        title = _line(section.heading)
        indent = "  " * (section.level - 1)
        entries.append(f"{indent}- [{title}](#{pen.anchors.peek(section.heading)})")
        body += _section(section, pen)
    return "\n\n".join([*head, "\n".join(entries), *body]) + "\n"


def part_markdown(plan: MarketingPlan, part: str) -> str:
    """One part of the plan as Markdown, or one appendix. Raises KeyError for an id that there is not."""
    doc = document(plan)
    found = {one.id: one for one in (doc.summary, *doc.sections)}[part]
    pen = Pen(Anchors(), "：" if doc.language.startswith("zh") else ": ")
    return "\n\n".join(_section(found, pen)) + "\n"


class Anchors:
    """The anchors that renderers give to headings: the slug, with a number when it was there before."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def peek(self, heading: str) -> str:
        """The anchor that `heading` gets if it comes next."""
        slug = _slug(heading)
        count = self._seen.get(slug, 0)
        return f"{slug}-{count}" if count else slug

    def add(self, heading: str) -> str:
        """The anchor of `heading`, which is printed now."""
        anchor = self.peek(heading)
        slug = _slug(heading)
        self._seen[slug] = self._seen.get(slug, 0) + 1
        return anchor


@dataclass
class Pen:
    """What the writing of one document goes on with: anchors given so far, and the language's colon."""

    anchors: Anchors
    colon: str


def _slug(heading: str) -> str:
    """A heading's letters, digits, hyphens and underscores in lower case, hyphens for spaces."""
    line = escape.clean(heading).replace("\n", " ").strip().lower()
    return re.sub(r"[^\w\- ]", "", line).replace(" ", "-")


def _section(section: Section, pen: Pen) -> list[str]:
    """A chapter or a part with everything in it."""
    pen.anchors.add(section.heading)
    return [
        f"{'#' * (section.level + 1)} {_line(section.heading)}",
        *_blocks(section.blocks, pen),
    ]


def _blocks(blocks: Iterable[Block], pen: Pen) -> list[str]:
    """Blocks as Markdown, one string a block; a chart gives way to its table, or to the tables around it."""
    return [found for block in blocks if (found := _block(block, pen))]


def _block(block: Block, pen: Pen) -> str:
    """One block."""
    match block:
        case Heading(level=level, text=words):
            pen.anchors.add(words)
            return f"{'#' * (level + 1)} {_line(words)}"
        case Paragraph(text=words):
            return _prose(words)
        case Bullets(items=items, ordered=ordered):
            marks = (f"{number}. " if ordered else "- " for number in range(1, len(items) + 1))
            return "\n".join(mark + _item(item) for mark, item in zip(marks, items, strict=True))
        case KeyValues(pairs=pairs):
            return _pairs(pairs, pen)
        case Note(text=words):
            return _quote(_prose(words))
        case Card():
            return _card(block, pen)
        case Table():
            return _table(block)
        case Chart(instead=table):
            return _table(table) if table else ""


def _line(words: str) -> str:
    """Text of a heading, on one line."""
    return escape.inline(words).replace("\n", " ").strip()


def _prose(words: Text) -> str:
    """Inline text as the start of a block."""
    return escape.block(_inline(words)).replace("\n", "  \n")


def _item(words: Text) -> str:
    """Inline text as one line of a list."""
    return escape.block(_inline(words)).replace("\n", "<br>")


def _pairs(pairs: Iterable[tuple[str, Text]], pen: Pen) -> str:
    """Labelled statements as a list."""
    return "\n".join(f"- **{escape.inline(label)}**{pen.colon}{_item(value)}" for label, value in pairs)


def _inline(words: Text) -> str:
    """Spans as Markdown; hard spaces are for lines that are set, here they would only hinder a search."""
    return "".join(map(_span, words)).replace("\u00a0", " ")


def _span(span: Span) -> str:
    """One span in its style."""
    if span.style == "plain":
        return escape.inline(span.text)
    match span.style:
        case "strong":
            return _wrap(escape.inline(span.text), "**")
        case "code":
            return escape.code(span.text)
        case "link":
            return f"[{escape.inline(span.text)}]({span.target})"
        case _:
            return escape.inline(span.text)


def _wrap(words: str, mark: str) -> str:
    """Every line between marks, the spaces outside them."""
    wrapped = []
    for line in words.split("\n"):
        inner = line.strip()
        wrapped.append(line.replace(inner, f"{mark}{inner}{mark}", 1) if inner else line)
    return "\n".join(wrapped)


def _quote(words: str) -> str:
    """A quote block."""
    return "\n".join(f"> {line}".rstrip() for line in words.split("\n"))


def _card(card: Card, pen: Pen) -> str:
    """A finished piece: header, the piece in a quote, what goes with it."""
    title = [escape.block(_wrap(escape.inline(card.title), "**"))] if card.title else []
    body = [escape.block(escape.inline(piece)) for piece in card.body]
    parts = [_prose(card.header), _quote("\n\n".join([*title, *body])), _pairs(card.pairs, pen)]
    return "\n\n".join(part for part in parts if part)


def _cell(words: Text) -> str:
    """Inline text in a cell of a table; most cells are words and nothing else, and many stand in other plans as well."""
    return _plain(words[0].text) if len(words) == 1 and words[0].style == "plain" else escape.cell(_inline(words))


@functools.lru_cache(maxsize=8192)
def _plain(words: str) -> str:
    return escape.cell(escape.anew(words).replace("\u00a0", " "))


def _table(table: Table) -> str:
    """A table, its caption above and its notes below."""
    head = [escape.cell(escape.inline(column.title)) or EMPTY for column in table.columns]
    rules = [_RULES[column.align] for column in table.columns]
    body = len(table.rows) - table.totals
    rows = [[_cell(words) or (EMPTY if at < body else "") for words in row] for at, row in enumerate(table.rows)]
    grid = "\n".join(f"| {' | '.join(row)} |" for row in [head, rules, *rows])
    notes = "\n".join(f"- {_item(note)}" for note in table.notes)
    caption = f"**{escape.inline(table.caption)}**" if table.caption else ""
    return "\n\n".join(part for part in (caption, grid, notes) if part)
