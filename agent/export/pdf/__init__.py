"""The plan as PDF, set by Typst: embedded fonts, bookmarks, links from contents and citations.

The layout is `template.typ`; the plan goes into it as JSON, so that no word of a plan is ever read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from agent import locale
from agent.export import tail
from agent.export.charts import broad
from agent.export.charts.canvas import fit, width
from agent.export.material import Material
from agent.export.pdf.air import Air
from agent.export.tail import ends_page
from agent.export.typeset import fitted
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
    run_in,
)
from agent.export.widths import apart, crowded, kin, shares
from agent.export.words import sound
from agent.plan.model import MarketingPlan

TEMPLATE = Path(__file__).with_name("template.typ")
DENSE = 8
"""Columns from which a table is set smaller."""
LAST_CARD = 30
"""Lines from which the last card of a section may break between pages."""
NOTES_KEPT = 12
"""Lines of notes up to which they stay with the table's last row."""
LABELS = {True: (6.0, 11.0), False: (11.0, 13.0)}
"""The least and the greatest width of a column of labels, in ems; True: in Chinese."""
_LONG = re.compile(r"[!-~]{19,}")
"""Latin runs that may be longer than a column is wide."""
_COMPOUND = re.compile(r"[(\"'\[]*[A-Za-z]{1,16}(?:-[A-Za-z]{1,16})+[.,;:!?)\"'\]]*")
"""An ordinary word with hyphens, as long as an address: its line ends behind a hyphen like that of any other word."""
_SEAM = re.compile(r"[/&=.:?\[\]](?=.)|[^\W_]{5,11}_(?=\w)|\w{12}(?=\w)|\w(?=-.)")
BREAK = "\u200b"
"""Where a line may end inside such a run; the template sets no sign for it, so that what is copied is clean."""
REGIONS = {"zh-CN": ("zh", "cn"), "zh-TW": ("zh", "tw"), "en": ("en", "gb")}


def to_pdf(plan: MarketingPlan, material: Material | None = None) -> bytes:
    """The whole plan as PDF. Raises SetupError when typesetter or fonts are not installed."""
    made = material or Material(plan)
    files = {f"{id_}.svg": drawn.encode("utf-8") for id_, drawn in made.drawings.items()}
    data = Words(made.doc.language).data(made.doc, made.families)
    files["doc.json"] = json.dumps(data, ensure_ascii=False).encode("utf-8")
    air = Air([one["ends"] for one in data["sections"]])

    def spaces() -> dict[str, bytes]:
        return {"air.json": json.dumps(air.sections()).encode("ascii")}

    return fitted(
        TEMPLATE.read_text(encoding="utf-8"),
        {**files, **spaces()},
        made.faces,
        lambda places: spaces() if air.refit(places) else {},
    )


def _eased(found: re.Match[str]) -> str:
    """A long address, path or word with places where a line may end: after its signs and before its hyphens, since whoever copies a hyphen at
    the end of a line loses it; else every twelve letters. A compound word has the places of any word.
    """
    if _COMPOUND.fullmatch(found[0]):
        return found[0]
    return _SEAM.sub(lambda one: one[0] + BREAK, found[0])


def _lowered(block: dict[str, Any]) -> dict[str, Any]:
    """A block of the summary with its headings a step down, those inside a group too."""
    if block["kind"] == "group":
        return {**block, "blocks": [_lowered(one) for one in block["blocks"]]}
    return {**block, "level": 3} if block["kind"] == "heading" and block["level"] == 2 else block


def _leading(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, with a lead-in kept with what it leads to, as `tail.leads` has it."""
    found = []
    for at, one in enumerate(blocks):
        before, after = blocks[at - 1] if at else None, blocks[at + 1] if at + 1 < len(blocks) else None
        opens = before is None or before["kind"] == "heading"
        sticks = opens and after is not None and one["kind"] in ("paragraph", "pairs") and _led(before, after)
        found.append({**one, "sticky": True} if sticks else one)
    return found


def _led(before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    """Whether what stands between a heading (None: the section's own) and `after` leads to it."""
    if after["kind"] == "heading":
        return before is None or before["level"] < after["level"]
    return after["kind"] not in ("paragraph", "pairs", "note")


def _opening(rows: Sequence[dict[str, Any]]) -> list[dict[str, int]]:
    """The first two rows, to be kept on one page, where they are not long."""
    return [{"first": 0, "count": 2}] if len(rows) > 1 and _paired(rows[0], rows[1]) else []


def _paired(alone: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a row that would be alone on a page stays with another."""
    return bool(alone["lines"] < tail.ALONE and alone["lines"] + other["lines"] < tail.PAIR)


def _ends(rows: Sequence[dict[str, Any]]) -> list[dict[str, int]]:
    """Which rows stay together, as first row and count: the first two and the last two, so that none stands alone on a page."""
    if len(rows) < 4:
        whole = len(rows) > 1 and sum(row["lines"] for row in rows) < tail.PAIR
        return [{"first": 0, "count": len(rows)}] if whole else _opening(rows)
    return [*_opening(rows), *([{"first": len(rows) - 2, "count": 2}] if _paired(rows[-1], rows[-2]) else [])]


class Words:
    """Turns the document into what the template reads."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.part = Section("", 2, "", "")
        """The section that is being set."""
        self.wide = False
        self.brief = False
        """Whether the summary is being set, which has to do with a page."""

    def __call__(self, words: str) -> str:
        """Text without control characters and without characters that no face has."""
        return _LONG.sub(_eased, sound(words, self.language))

    def data(self, doc: Document, names: tuple[str, ...]) -> dict[str, Any]:
        """Everything that the template prints."""
        face, (lang, region) = doc.face, REGIONS[doc.language]
        return {
            "lang": lang,
            "region": region,
            "fonts": list(names),
            "title": self(doc.title),
            "brand": self(face.brand),
            "brand-size": 40 if len(face.brand) <= 14 else 30 if len(face.brand) <= 40 else 20,
            "running": self(f"{fit(face.brand, 30, 1)}  ·  {face.kind}"),
            "kind": self(face.kind),
            "line": self(face.line),
            "facts": [{"label": label, "value": self(value)} for label, value in face.facts],
            "footer": self(face.footer),
            "version": self(face.version),
            "page": locale.t(doc.language, "page.number"),
            "contents": doc.contents_title,
            "about": self.section(Section("about", 2, "", doc.about_title, doc.cover)),
            "sections": list(self.sections(doc)),
        }

    def sections(self, doc: Document) -> Iterable[dict[str, Any]]:
        """Summary, then the parts; a chapter's heading goes with its first part."""
        after = doc.sections[0] if doc.sections else None
        yield {**self.section(doc.summary, ends=ends_page(doc.summary, after)), "chapter": None, "break": True}
        chapter = None
        for section, after in zip_longest(doc.sections, doc.sections[1:]):
            if section.level == 1 and not section.blocks:
                chapter = self(section.heading)
                continue
            yield {
                **self.section(section, ends=ends_page(section, after)),
                "chapter": chapter,
                "break": chapter is not None,
            }
            chapter = None

    def section(self, section: Section, *, ends: bool = False) -> dict[str, Any]:
        """One section. `ends`: a new page begins behind it, so that its last lines stay together."""
        self.part, self.wide, self.brief = section, section.wide, section.level == 1
        # The summary has to do with a page: what runs over it is not made more by company.
        kept = ends and not self.brief
        blocks = self.kept(section.blocks) if kept else [self.block(block) for block in section.blocks]
        if section.level == 1:
            # The contents name parts; what stands inside the summary is a step below them.
            blocks = [_lowered(one) for one in blocks]
        if section.id == "sources":
            blocks = [{**one, "kind": "sources"} if one["kind"] == "bullets" else one for one in blocks]
        return {
            "level": section.level,
            "heading": self(section.heading),
            "wide": section.wide,
            "ends": ends,
            "blocks": _leading(blocks),
        }

    def kept(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        """The blocks of a section, its end as one group that does not break; a table gives it as many of its last rows as it needs."""
        line, need, at = tail.letters(wide=self.wide), tail.LEAST, len(blocks)
        while at and need > 0 and not isinstance(blocks[at - 1], Card | Chart):
            at -= 1
            if isinstance(block := blocks[at], Table):
                count = tail.rows_kept(block, need, line)
                if count == len(block.rows) - 1 > 2:
                    count -= 1  # the first row does not stand alone on the page before
                if count < len(block.rows):
                    first, rest = self.parted(block, len(block.rows) - count)
                    return [
                        *map(self.block, blocks[:at]),
                        first,
                        {"kind": "group", "blocks": [rest, *map(self.block, blocks[at + 1 :])]},
                    ]
            need -= tail.height(block, line)
        if at == len(blocks) and at and isinstance(last := blocks[-1], Card) and tail.height(last, line) < LAST_CARD:
            return [*map(self.block, blocks[:-1]), {**self.block(last), "whole": True}]
        group = {"kind": "group", "blocks": [self.block(block) for block in blocks[at:]]}
        return [*map(self.block, blocks[:at]), *([group] if at < len(blocks) else [])]

    def parted(self, table: Table, at: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """A table cut in two at a row, both with the columns of the whole."""
        whole = self.table(table)
        rows = whole["rows"]
        return (
            {**whole, "rows": rows[:at], "totals": 0, "notes": [], "goes_on": True, "kept": _opening(rows[:at])},
            {**whole, "rows": rows[at:], "caption": "", "continued": True, "kept": []},
        )

    def block(self, block: Block) -> dict[str, Any]:
        """One block."""
        match block:
            case Heading(level=level, text=words):
                return {"kind": "heading", "level": level, "text": self(words)}
            case Paragraph(text=inline):
                return {"kind": "paragraph", "text": self.spans(inline)}
            case Bullets(items=items, ordered=ordered):
                return {"kind": "bullets", "ordered": ordered, "items": [self.spans(item) for item in items]}
            case KeyValues(pairs=pairs):
                return {"kind": "pairs", "pairs": self.pairs(pairs), "labels": self.labels(pairs)}
            case Note(text=inline):
                return {"kind": "note", "text": self.spans(inline)}
            case Card(header=header, title=title, body=body, pairs=pairs):
                return {
                    "kind": "card", "header": self.spans(header), "title": self(title),
                    "body": [self(piece) for piece in body], "pairs": self.pairs(pairs),
                    "labels": self.labels(pairs), "whole": tail.height(block, tail.letters(wide=self.wide)) < tail.LONG_CARD,
                }  # fmt: skip
            case Table(rows=rows, totals=totals) if totals and len(rows) > totals + 2:
                # Sums stand below at least one of the rows that they add up.
                first, rest = self.parted(block, len(rows) - totals - 1)
                return {"kind": "pieces", "blocks": [first, {"kind": "group", "blocks": [rest]}]}
            case Table(rows=rows, notes=notes) if 0 < len(run_in(notes)) <= NOTES_KEPT:
                # Notes stand on the page of the last row.
                if len(rows) < 3:
                    return {"kind": "group", "blocks": [self.table(block)]}
                ends = self.table(block)["kept"]
                first, rest = self.parted(block, ends[-1]["first"] if len(ends) > 1 else len(rows) - 1)
                return {"kind": "pieces", "blocks": [first, {"kind": "group", "blocks": [rest]}]}
            case Table():
                return self.table(block)
            case Chart(id=id_, title=title):
                return {"kind": "chart", "title": self(title), "file": f"{id_}.svg", "broad": broad(block)}

    def pairs(self, pairs: Iterable[tuple[str, Text]]) -> list[dict[str, Any]]:
        """Labelled statements."""
        return [{"label": self(label), "value": self.spans(value)} for label, value in pairs]

    def labels(self, pairs: Iterable[tuple[str, Text]]) -> float:
        """Width of the labels, in ems: one width for most, wider where a long one would break."""
        least, most = LABELS[self.language != "en"]
        return min(most, max([least, *(width(label, 1.0) + 0.2 for label, _ in pairs)]))

    def room(self, *, dense: bool) -> float:
        """Width of a table in ems of its type: A4 upright or on its side."""
        return (737.0 if self.wide else 482.0) / (7.4 if dense else 8.2)

    def table(self, table: Table) -> dict[str, Any]:
        """A table; rows that are not very long stay whole."""
        line = tail.letters(wide=self.wide)
        rows = [
            {
                "cells": [self.spans(cell) for cell in row],
                "lines": (lines := tail.row_height(row, table, line)),
                "whole": lines < tail.LONG_ROW,
            }
            for row in table.rows
        ]
        measured = kin(table, self.part)
        dense = self.brief or len(table.columns) > DENSE or crowded(measured, self.room(dense=False))
        return {
            "kind": "table", "caption": self(table.caption), "rows": rows, "totals": table.totals,
            "columns": [{"title": self(one.title), "align": one.align, "apart": apart(table, at)} for at, one in enumerate(table.columns)],
            "widths": shares(measured, self.room(dense=dense)), "dense": dense, "brief": self.brief,
            "notes": [self.spans(note) for note in run_in(table.notes)], "goes_on": False, "continued": False,
            "kept": _ends(rows),
        }  # fmt: skip

    def spans(self, words: Text) -> list[dict[str, str]]:
        """Inline text; a citation links to the first source that it names."""
        return [self.span(span) for span in words]

    def span(self, span: Span) -> dict[str, str]:
        """One span."""
        target = span.target.split(",")[0] if span.style == "cite" else span.target
        return {"t": self(span.text), "s": span.style, "to": target}
