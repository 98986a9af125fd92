"""Blocks of the Word document: lists, boxed remarks, cards, tables and charts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docx.shared import Emu

from agent.export import charts
from agent.export.docx import parts, styles, xml
from agent.export.docx.cells import fitted, hanging, lines, loosened, placed
from agent.export.docx.inline import Inline
from agent.export.docx.page import Pages
from agent.export.material import Material
from agent.export.tail import ALONE, LONG_ROW, companions, height, letters, row_height, rows_kept
from agent.export.typeset import pictures
from agent.export.view import (
    Block,
    Bullets,
    Card,
    Chart,
    Heading,
    KeyValues,
    Note,
    Paragraph,
    Section,
    Table,
    Text,
    run_in,
    text,
)
from agent.export.widths import crowded, kin, shares
from agent.export.words import sound

LONG_NOTES = 20
"""Lines of body text that notes would take from which they stand below the table, to be split between pages; in their smaller type they take
about half as many.
"""
WHOLE_TABLE = {False: 16.0, True: 9.0}
"""Lines up to which a table moves to the next page as a whole (True: on a page on its side), about a third of a page."""
HEAD, FOOT = 8.0, 4.0
"""Lines that a longer table has at least on its first page, and of short rows on its last."""
WHOLE_SOURCES, SOURCE_ENDS = 10, (3, 2)
"""Sources below a table up to which they stand on one page; of more, how many stay together at the beginning and the end."""
KEEP = "<w:keepNext/>"
"""On the same page as what follows. A table's head has it: without it LibreOffice loses the rows of some tables
whose head stands last on a page with footnotes.
"""
WHOLE_CARD, PIECE = 22.0, 20.0
"""Lines up to which a card stays whole, and those of a paragraph in it up to which that does: a longer card breaks between paragraphs."""
DENSE = 8
"""Columns from which a table is set smaller."""
HOUSE_ROOM = 0.82
"""How much less fits into a line of a house template, whose typeface may run wider than ours."""
SOURCES = 5000
"""The number before the first source's bookmark."""
WIDE_PAGE = 15.0
"""Width of a chart, centimetres, on a page on its side, which is low; a broad chart takes the width of the text."""


class Blocks(Inline):
    """Writes blocks as WordprocessingML."""

    def __init__(self, material: Material, file: Any, *, house: bool) -> None:
        super().__init__(material, file, house=house)
        self.lists = parts.Lists(file)
        self.pages = Pages(file, self.doc, self.style, house=house)
        drawn = material.drawings
        self.pictures = dict(zip(drawn, pictures(list(drawn.values()), self.faces), strict=True))

    def block(self, block: Block, section: Section) -> str:
        """One block."""
        match block:
            case Heading(level=level, text=words):
                close = '<w:spacing w:before="80" w:after="10"/>' if section.level == 1 else ""
                return xml.paragraph(self.runs(words), self.style[f"Heading {max(level, 3)}"], close)
            case Paragraph(text=inline):
                return xml.paragraph(self.inline(inline), self.style["Normal"])
            case Bullets(items=items, ordered=ordered):
                return self.source_list(items) if section.id == "sources" and ordered else self.bullets(items, ordered)
            case KeyValues(pairs=pairs):
                return self.pairs(pairs)
            case Note(text=inline):
                return self.callout(inline)
            case Card():
                return self.card(block, section)
            case Table():
                return self.table(block, section)
            case Chart():
                return self.chart(block, wide=section.wide)

    def bullets(self, items: Iterable[Text], ordered: bool) -> str:
        """A list; neither its first item nor its last stands alone on a page."""
        extra = self.lists.numbered() if ordered else self.lists.bulleted()
        style = self.style["List Number" if ordered else "List Bullet"]
        written = [self.inline(item) for item in items]
        kept = {0, len(written) - 2} if len(written) > 1 else set()
        return "".join(
            xml.paragraph(inner, style, (KEEP if at in kept else "") + extra) for at, inner in enumerate(written)
        )

    def source_list(self, items: Iterable[Text]) -> str:
        """The list of sources, every one a place that citations lead to."""
        indent = '<w:tabs><w:tab w:val="left" w:pos="560"/></w:tabs><w:ind w:left="560" w:hanging="560"/>'
        listed = list(items)
        return "".join(
            xml.paragraph(
                xml.bookmark(SOURCES + at, f"source_{at}", xml.text(f"[{at}]"))
                + "<w:r><w:tab/></w:r>"
                + self.inline(item),
                self.style["Plan Source"],
                (KEEP if at in (1, len(listed) - 1) else "") + indent,
            )
            for at, item in enumerate(listed, 1)
        )

    def pairs(self, pairs: Iterable[tuple[str, Text]], style: str = "Plan Pair", extra: str = "") -> str:
        """Labelled statements, one a paragraph. `extra`: paragraph properties."""
        colon = "：" if self.doc.language.startswith("zh") else ": "
        label = f'<w:b/><w:color w:val="{styles.MUTED}"/>'
        return "".join(
            xml.paragraph(self.runs(name + colon, label) + self.inline(value), self.style[style], extra)
            for name, value in pairs
        )

    def callout(self, inline: Text) -> str:
        """A boxed remark: a paragraph and no table, which LibreOffice would not keep with what follows. Its edges are air in the box's colour."""
        air = '<w:{} w:val="single" w:sz="48" w:space="0" w:color="' + styles.SOFT + '"/>'
        bar = f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{styles.ACCENT}"/>'
        box = f"<w:keepLines/><w:pBdr>{air.format('top')}{bar}{air.format('bottom')}</w:pBdr>"
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{styles.SOFT}"/><w:spacing w:before="160" w:after="200"/><w:ind w:left="200"/>'
        return xml.paragraph(self.inline(inline), self.style["Plan Note"], box + shade)

    def card(self, card: Card, section: Section) -> str:
        """A finished piece: header on a shade, then the piece, then how it is published. A longer one breaks between its paragraphs, its
        header repeated.
        """
        line = letters(wide=False)
        if height(card, line) < WHOLE_CARD:
            return self.boxed(card, section)
        width = min(self.pages.width(wide=section.wide), self.pages.width(wide=False))
        head = xml.cell(
            xml.paragraph(self.inline(card.header), self.style["Plan Pair"], KEEP),
            width,
            styles.SOFT,
            _edge(("top", "left", "bottom", "right")),
        )
        pieces = [
            (xml.paragraph(self.runs(one), self.style["Plan Post"]), height(Paragraph(text(one)), line))
            for one in card.body
        ]
        pieces = pieces or [(xml.paragraph("", self.style["Plan Post"]), 1.0)]
        if card.title:
            title = xml.paragraph(self.runs(card.title, "<w:b/>"), self.style["Plan Post"])
            pieces[0] = (title + pieces[0][0], pieces[0][1] + 1)
        # The last words and all that goes with them are one row: no line of it stands alone on a page.
        words, tall = pieces[-1]
        pieces[-1] = (words + self.pairs(card.pairs, "Plan Source"), tall + height(KeyValues(card.pairs), line))
        last = len(pieces) - 1
        rows = "".join(
            xml.row(
                xml.cell(
                    words,
                    width,
                    "",
                    _edge(("left", "bottom", "right") if at == last else ("left", "right")),
                    close=(at > 0, at < last),
                ),
                whole=tall < PIECE,
            )
            for at, (words, tall) in enumerate(pieces)
        )
        return xml.table(xml.row(head, head=True) + rows, [width], lines=False, padding=140) + self.gap()

    def boxed(self, card: Card, section: Section) -> str:
        """A short card as paragraphs in one box: kept together where a row with footnotes would be torn."""
        spare = max(0, self.pages.width(wide=section.wide) - self.pages.width(wide=False))
        sides = _edge(("top", "left", "bottom", "right"), space=6)
        box = f'<w:pBdr>{sides}</w:pBdr>{{}}<w:ind w:left="140" w:right="{140 + spare}" w:firstLine="0"/>'
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{styles.SOFT}"/>'
        plain = box.format("")
        pieces = [xml.paragraph(self.inline(card.header), self.style["Plan Pair"], KEEP + box.format(shade))]
        if card.title:
            pieces.append(xml.paragraph(self.runs(card.title, "<w:b/>"), self.style["Plan Post"], KEEP + plain))
        for at, piece in enumerate(card.body):
            keep = KEEP if card.pairs or at < len(card.body) - 1 else ""
            pieces.append(xml.paragraph(self.runs(piece), self.style["Plan Post"], keep + plain))
        pieces.append(self.pairs(card.pairs[:-1], "Plan Source", KEEP + plain))
        pieces.append(self.pairs(card.pairs[-1:], "Plan Source", plain))
        return "".join(pieces) + self.gap()

    def table(self, table: Table, section: Section) -> str:
        """A table that repeats its head, with its caption above, its notes and its sources below."""
        self.owed = []
        whole = self.pages.width(wide=section.wide)
        points = whole / 20 * (HOUSE_ROOM if self.house else 1)
        measured = kin(table, section)
        small = len(table.columns) > DENSE or crowded(measured, points / styles.LOOKS["Plan Cell"][0])
        name = "Plan Cell Small" if small else "Plan Cell"
        style, top = self.style[name], self.style["Plan Head Small" if small else "Plan Head"]
        room = points / styles.LOOKS[name][0]
        every = crowded(measured, room)
        table = loosened(table, every=every)
        widths = [int(share * whole) for share in shares(loosened(measured, every=every), room)]
        table = fitted(table, [one / whole * room for one in widths])
        sides = [placed(table, at) for at in range(len(widths))]
        body = len(table.rows) - table.totals
        head = "".join(
            xml.cell(
                xml.paragraph(self.runs(one.title), top, KEEP + place),
                width,
                styles.SOFT,
                _under(),
            )
            for one, width, place in zip(table.columns, widths, sides, strict=True)
        )
        rows = [xml.row(head, head=True)]
        line, last = letters(wide=section.wide), len(table.rows) - 1
        together = companions(table, line) | _company(table, line, wide=section.wide)
        written = [
            [[(hanging(line), self.inline(line)) for line in lines(words)] for words in cells] for cells in table.rows
        ]
        said = run_in(table.notes)
        notes = [self.inline(note) for note in said]
        sources = self.paid()
        inside = bool(notes) and sum(height(Paragraph(note), line) for note in said) < LONG_NOTES
        for at, cells in enumerate(written):
            shade = styles.SOFT if at >= body else ""
            # Sums stand below at least one of the rows that they add up; no row stands alone at the beginning or the end of a page.
            keep = KEEP if at in together or body - 1 <= at < last or (at == last and (notes or sources)) else ""
            inner = "".join(
                xml.cell(
                    "".join(xml.paragraph(words, style, keep + lead + place) for lead, words in pieces),
                    width,
                    shade,
                )
                for place, width, pieces in zip(sides, widths, cells, strict=True)
            )
            rows.append(xml.row(inner, whole=row_height(table.rows[at], table, line) < LONG_ROW))
        caption = xml.paragraph(self.runs(table.caption), self.style["Caption"]) if table.caption else ""
        below = "".join(xml.paragraph(note, self.style["Plan Remark"], KEEP if sources else "") for note in notes)
        if inside:
            rows.append(_notes(below, sum(widths), across=len(widths)))
            below = ""
        return (
            caption
            + xml.table("".join(rows), widths, padding=70, tall=20 if section.level == 1 else 45)
            + below
            + sources
            + self.gap()
        )

    def paid(self) -> str:
        """The lines below a table that tell its sources, in one block where they are not many."""
        owed, self.owed = self.owed or [], None
        first, last = SOURCE_ENDS if len(owed) > WHOLE_SOURCES else (len(owed), 0)
        return "".join(
            xml.paragraph(
                self.runs(f"[{number}] {self.source(number)}"),
                self.style["Plan Remark"],
                KEEP if at < len(owed) and (at < first or at > len(owed) - last) else "",
            )
            for at, number in enumerate(owed, 1)
        )

    def chart(self, chart: Chart, *, wide: bool) -> str:
        """A chart under its title, which is its text for those who do not see it."""
        image = self.pictures[chart.id]
        room = self.pages.width(wide=wide) * 635
        full = not wide or charts.broad(chart)
        width = Emu(room if full else min(room, int(WIDE_PAGE * 360000)))
        inline = self.file.part.new_pic_inline(io.BytesIO(image), width, None)
        for side in ("distT", "distB", "distL", "distR"):
            # Without it LibreOffice sets the picture off from the margin.
            inline.set(side, "0")
        inline.docPr.set("descr", sound(chart.title, self.doc.language))
        inline.docPr.set("name", chart.id)
        inline.docPr.set("id", str(100 + list(self.pictures).index(chart.id)))
        drawing = f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
        return xml.paragraph(self.runs(chart.title), self.style["Caption"]) + xml.paragraph(
            drawing, self.style["Normal"]
        )

    def gap(self) -> str:
        """The space after a table; without a paragraph between them Word joins two tables."""
        return xml.paragraph(
            "", self.style["Normal"], '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>'
        )


def _company(table: Table, line: int, *, wide: bool) -> set[int]:
    """Rows that stay with the next one: all of a short table, of a longer one some at its beginning and short ones at its end."""
    last = len(table.rows) - 1
    if height(table, line) < WHOLE_TABLE[wide]:
        return set(range(last))
    heights = [row_height(cells, table, line) for cells in table.rows]
    begins = {at for at in range(2) if sum(heights[: at + 1]) < HEAD and sum(heights[: at + 2]) < 2 * HEAD}
    ends = range(len(heights) - rows_kept(table, FOOT, line), last)
    return begins | set(ends) if all(heights[at] < ALONE for at in ends) else begins


def _edge(sides: Iterable[str], space: int = 0) -> str:
    """The thin line around a card, on these sides."""
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="{space}" w:color="D5DBE3"/>' for side in sides)


def _notes(notes: str, width: int, *, across: int) -> str:
    """Short notes as the table's last row, on the page of the row before."""
    bare = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right"))
    return xml.row(xml.cell(notes, width, "", bare, across=across))


def _under() -> str:
    """The line below a table's head."""
    return f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{styles.ACCENT}"/>'
