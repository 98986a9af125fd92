"""Writes the document model as a Word file."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.shared import Emu

from agent.errors import BriefError
from agent.export import charts, fonts
from agent.export.document import document
from agent.export.docx import parts, styles, xml
from agent.export.docx.page import Pages
from agent.export.typeset import pictures
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
from agent.export.widths import shares
from agent.export.words import characters, sound
from agent.plan.model import MarketingPlan

LONG_ROW = 900
"""Characters in a row from which it may be split between pages."""
DENSE = 8
"""Columns from which a table is set smaller."""
_LINK = re.compile(r"https://[^\s<>\"']+")
CHART_WIDTH = 17.0
"""Width of a chart, centimetres; a narrower page narrows it."""


def to_docx(plan: MarketingPlan, template: Path | None = None) -> bytes:
    """The whole plan as DOCX. `template`: a Word file whose styles, page and running heads are taken.

    Raises SetupError when fonts or typesetter are not installed, BriefError for a template that cannot be read.
    """
    doc = document(plan)
    file = _opened(template)
    writer = Writer(doc, file, house=template is not None)
    writer.write()
    _about(file, doc, plan)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _opened(template: Path | None) -> Any:
    """A new document, or the template without its text."""
    if template is None:
        return docx.Document()
    try:
        file = docx.Document(str(template))
    except (OSError, ValueError, KeyError, OpcError) as error:
        raise BriefError(
            f"{template} cannot be read as a Word file.", hint="Give --template a .docx file.", where="--template"
        ) from error
    body = file.element.body
    for one in list(body)[:-1]:
        body.remove(one)
    return file


def _about(file: Any, doc: Document, plan: MarketingPlan) -> None:
    """What the file says of itself."""
    about = file.core_properties
    title, brand = (sound(words, doc.language)[:250] for words in (doc.title, plan.meta.brand))
    about.title, about.author, about.subject = title, brand, doc.face.kind
    about.language, about.comments, about.keywords = doc.language, "", ""
    about.created = about.modified = dt.datetime.combine(plan.meta.as_of, dt.time())
    about.last_modified_by = "cehua"


class Writer:
    """Writes one document into one file."""

    def __init__(self, doc: Document, file: Any, *, house: bool) -> None:
        self.doc, self.file, self.house = doc, file, house
        used = characters(doc)
        self.faces = fonts.faces(used, doc.language)
        self.names = fonts.families(used, doc.language)
        self.latin = self.names[0]
        self.chinese = next((name for name in self.names if name in ("Noto Sans SC", "Noto Sans TC")), "Noto Sans SC")
        styles.prepare(file, self.latin, self.chinese, doc.language, house=house)
        self.style = {name: styles.id_of(file, name) for name in (*styles.LOOKS, "footnote reference")}
        self.lists = parts.Lists(file)
        self.pages = Pages(file, doc, self.style, house=house)
        self.pictures = self._pictures()
        self.sources = self._sources()
        self.noted: list[int] = []
        self.marks = 0
        self.out: list[str] = []

    def _pictures(self) -> dict[str, bytes]:
        """The charts as PNG, all in one go."""
        found = [one for part in self.doc.sections for one in part.blocks if isinstance(one, Chart)]
        drawn = [sound(charts.svg(one, self.names), self.doc.language) for one in found]
        return dict(zip((one.id for one in found), pictures(drawn, self.faces), strict=True))

    def _sources(self) -> dict[int, Text]:
        """Number → source, as the appendix lists them."""
        blocks = next((part.blocks for part in self.doc.sections if part.id == "sources"), ())
        items = next((one.items for one in blocks if isinstance(one, Bullets)), ())
        return dict(enumerate(items, 1))

    def write(self) -> None:
        """Everything, in reading order."""
        self.out.append(self.pages.cover(self._cover()))
        self._contents()
        wide = False
        chapter = ""
        first = True
        for section in (self.doc.summary, *self.doc.sections):
            if section.level == 1 and not section.blocks:
                chapter = section.heading
                continue
            if section.wide != wide:
                self.out.append(self.pages.ends(wide=wide))
                wide, fresh = section.wide, True
            else:
                fresh = False
            breaks = "" if fresh or not (first or chapter or wide) else "<w:pageBreakBefore/>"
            if chapter:
                self.heading(1, chapter, breaks)
                breaks = ""
            self.heading(section.level, section.heading, breaks)
            chapter, first = "", False
            for block in section.blocks:
                self.out.append(self.block(block, section))
        self._close(wide)

    def _close(self, wide: bool) -> None:
        """Puts body, footnotes and fonts into the file."""
        body = self.file.element.body
        last = body[-1] if len(body) else None
        if last is not None:
            body.remove(last)
        for one in parse_xml(f"<w:body {xml.NAMESPACES}>{''.join(self.out)}{self.pages.last(wide=wide)}</w:body>"):
            body.append(one)
        notes = [(number, self._note(number)) for number in self.noted]
        parts.footnotes(self.file, notes, self.style["footnote text"])
        parts.embed(self.file, self.faces)
        parts.modern(self.file)

    def _note(self, number: int) -> str:
        """A source as a footnote."""
        item = [span for span in self.sources.get(number, ()) if span.style != "code"]
        words = "".join(span.text for span in item).rstrip(" ·")
        mark = f'<w:r><w:rPr><w:rStyle w:val="{self.style["footnote reference"]}"/></w:rPr><w:footnoteRef/></w:r>'
        return mark + self.runs(f" {words}")

    # Front matter

    def _cover(self) -> list[tuple[str, str]]:
        """The first page's lines: style and runs."""
        face = self.doc.face
        return [
            ("Subtitle", self.runs(face.kind)),
            ("Title", self.runs(face.brand)),
            ("Subtitle", self.runs(face.line)),
            *(
                line
                for label, value in face.facts
                for line in (("Plan Remark", self.runs(label)), ("Plan Fact", self.runs(value)))
            ),
            ("Plan Remark", self.runs(face.footer)),
        ]

    def _contents(self) -> None:
        """The contents: a field that is already filled, every entry a link; then what the document is."""
        self.out.append(xml.paragraph(self.runs(self.doc.contents_title), self.style["TOC Heading"]))
        entries = [(one.level, one.heading) for one in (self.doc.summary, *self.doc.sections)]
        for at, (level, heading) in enumerate(entries):
            start = xml.begin('TOC \\o "1-2" \\h \\z \\u') if at == 0 else ""
            stop = xml.end() if at == len(entries) - 1 else ""
            link = xml.inside(_mark(at), self.runs(heading))
            self.out.append(xml.paragraph(start + link + stop, self.style[f"toc {level}"]))
        self.out.append(xml.paragraph(self.runs(self.doc.about_title), self.style["Heading 4"]))
        about = Section("about", 1, "", self.doc.about_title, self.doc.cover)
        for block in self.doc.cover:
            small = self.pairs(block.pairs, "Plan Source") if isinstance(block, KeyValues) else ""
            self.out.append(small or self.block(block, about))

    def heading(self, level: int, words: str, extra: str = "") -> None:
        """A heading that the contents name; marks count in the order of the contents."""
        inner = xml.bookmark(_mark(self.marks), self.runs(words))
        self.marks += 1
        self.out.append(xml.paragraph(inner, self.style[f"Heading {level}"], extra))

    # Blocks

    def block(self, block: Block, section: Section) -> str:
        """One block."""
        match block:
            case Heading(level=level, text=words):
                return xml.paragraph(self.runs(words), self.style[f"Heading {max(level, 3)}"])
            case Paragraph(text=inline):
                return xml.paragraph(self.inline(inline), self.style["Normal"])
            case Bullets(items=items, ordered=ordered):
                return self.source_list(items) if section.id == "sources" and ordered else self.bullets(items, ordered)
            case KeyValues(pairs=pairs):
                return self.pairs(pairs)
            case Note(text=inline):
                return self.callout(inline, section)
            case Card():
                return self.card(block, section)
            case Table():
                return self.table(block, section)
            case Chart():
                return self.chart(block)

    def bullets(self, items: Iterable[Text], ordered: bool) -> str:
        """A list."""
        extra = self.lists.numbered() if ordered else self.lists.bulleted()
        style = self.style["List Number" if ordered else "List Bullet"]
        return "".join(xml.paragraph(self.inline(item), style, extra) for item in items)

    def source_list(self, items: Iterable[Text]) -> str:
        """The list of sources, every one a place that citations lead to."""
        indent = '<w:tabs><w:tab w:val="left" w:pos="560"/></w:tabs><w:ind w:left="560" w:hanging="560"/>'
        return "".join(
            xml.paragraph(
                xml.bookmark(f"source_{at}", xml.text(f"[{at}]")) + "<w:r><w:tab/></w:r>" + self.inline(item),
                self.style["Plan Source"],
                indent,
            )
            for at, item in enumerate(items, 1)
        )

    def pairs(self, pairs: Iterable[tuple[str, Text]], style: str = "Plan Pair") -> str:
        """Labelled statements, one a paragraph."""
        colon = "：" if self.doc.language.startswith("zh") else ": "
        label = f'<w:b/><w:color w:val="{styles.MUTED}"/>'
        return "".join(
            xml.paragraph(self.runs(name + colon, label) + self.inline(value), self.style[style])
            for name, value in pairs
        )

    def callout(self, inline: Text, section: Section) -> str:
        """A boxed remark."""
        width = self.pages.width(wide=section.wide)
        bar = f'<w:left w:val="single" w:sz="24" w:space="0" w:color="{styles.ACCENT}"/>'
        inner = xml.cell(xml.paragraph(self.inline(inline), self.style["Plan Note"]), width, styles.SOFT, bar)
        return xml.table(xml.row(inner), [width], lines=False, padding=160) + self.gap()

    def card(self, card: Card, section: Section) -> str:
        """A finished piece: header on a shade, then the piece, then how it is published."""
        width = min(self.pages.width(wide=section.wide), self.pages.width(wide=False))
        edge = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="D5DBE3"/>'
            for side in ("top", "left", "bottom", "right")
        )
        keep = "<w:keepNext/>"
        head = xml.cell(
            xml.paragraph(self.inline(card.header), self.style["Plan Pair"], keep), width, styles.SOFT, edge
        )
        title = xml.paragraph(self.runs(card.title, "<w:b/>"), self.style["Normal"], keep) if card.title else ""
        body = "".join(xml.paragraph(self.runs(piece), self.style["Normal"]) for piece in card.body)
        rest = self.pairs(card.pairs, "Plan Source")
        size = sum(map(len, card.body)) + sum(len(span.text) for _, value in card.pairs for span in value)
        inner = (title + body + rest) or xml.paragraph("", self.style["Normal"])
        rows = xml.row(head) + xml.row(xml.cell(inner, width, "", edge), whole=size < LONG_ROW)
        return xml.table(rows, [width], lines=False, padding=140) + self.gap()

    def table(self, table: Table, section: Section) -> str:
        """A table that repeats its head, with its caption above and its notes below."""
        whole = self.pages.width(wide=section.wide)
        name = "Plan Cell Small" if len(table.columns) > DENSE else "Plan Cell"
        style = self.style[name]
        widths = [int(share * whole) for share in shares(table, whole / 20 / styles.LOOKS[name][0])]
        body = len(table.rows) - table.totals
        head = "".join(
            xml.cell(
                xml.paragraph(self.runs(one.title), self.style["Plan Head"], _side(one.align)),
                width,
                styles.SOFT,
                _under(),
            )
            for one, width in zip(table.columns, widths, strict=True)
        )
        rows = [xml.row(head, head=True)]
        for at, cells in enumerate(table.rows):
            inner = "".join(
                xml.cell(
                    xml.paragraph(self.inline(words), style, _side(one.align)), width, styles.SOFT if at >= body else ""
                )
                for one, width, words in zip(table.columns, widths, cells, strict=True)
            )
            rows.append(xml.row(inner, whole=sum(len(span.text) for cell in cells for span in cell) < LONG_ROW))
        caption = xml.paragraph(self.runs(table.caption), self.style["Caption"]) if table.caption else ""
        notes = "".join(xml.paragraph(self.inline(note), self.style["Plan Remark"]) for note in table.notes)
        return caption + xml.table("".join(rows), widths, padding=70) + notes + self.gap()

    def chart(self, chart: Chart) -> str:
        """A chart under its title, which is its text for those who do not see it."""
        image = self.pictures[chart.id]
        width = min(Emu(int(CHART_WIDTH * 360000)), Emu(self.pages.width(wide=False) * 635))
        inline = self.file.part.new_pic_inline(io.BytesIO(image), width, None)
        inline.docPr.set("descr", sound(chart.title, self.doc.language))
        inline.docPr.set("name", chart.id)
        drawing = f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
        return xml.paragraph(self.runs(chart.title), self.style["Caption"]) + xml.paragraph(
            drawing, self.style["Normal"]
        )

    def gap(self) -> str:
        """The space after a table; without a paragraph between them Word joins two tables."""
        return xml.paragraph(
            "", self.style["Normal"], '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>'
        )

    # Words

    def inline(self, words: Text) -> str:
        """Spans as runs."""
        return "".join(self.span(span) for span in words)

    def span(self, span: Span) -> str:
        """One span in its style."""
        small = f'<w:color w:val="{styles.MUTED}"/><w:sz w:val="15"/>'
        match span.style:
            case "strong":
                return self.runs(span.text, "<w:b/>")
            case "tag" | "code":
                return self.runs(span.text, small)
            case "link" if _LINK.fullmatch(span.target):
                id_ = self.file.part.relate_to(span.target, RT.HYPERLINK, is_external=True)
                shown = self.runs(span.text, f'<w:color w:val="{styles.ACCENT}"/><w:u w:val="single"/>')
                return f'<w:hyperlink r:id="{id_}">{shown}</w:hyperlink>'
            case "cite":
                return "".join(self.citation(piece, span) for piece in re.split(r"(\d+)", span.text))
            case _:
                return self.runs(span.text)

    def citation(self, piece: str, span: Span) -> str:
        """A piece of "[2, 5]": a number is a footnote the first time and a link to the list of sources after that.

        Word counts its footnotes itself: one that would not get the source's number is a link from the start.
        """
        look = f'<w:color w:val="{styles.ACCENT}"/><w:sz w:val="15"/>'
        if piece not in span.target.split(","):
            return self.runs(piece, look)
        number = int(piece)
        if number != len(self.noted) + 1:
            return xml.inside(f"source_{number}", self.runs(piece, look))
        self.noted.append(number)
        return (
            f'<w:r><w:rPr><w:rStyle w:val="{self.style["footnote reference"]}"/>{look}<w:vertAlign w:val="baseline"/></w:rPr>'
            f'<w:footnoteReference w:id="{number}"/></w:r>'
        )

    def runs(self, words: str, look: str = "") -> str:
        """Text as runs, each in a face that has its characters."""
        words = sound(words, self.doc.language)
        return "".join(self._run(family, piece, look) for family, piece in self._pieces(words))

    def _run(self, family: str, piece: str, look: str) -> str:
        """One run; the document's own faces need no mention."""
        if family in ("", self.latin, self.chinese):
            return xml.text(piece, look)
        sides = " ".join(f'w:{side}="{family}"' for side in ("ascii", "hAnsi", "cs", "eastAsia"))
        return xml.text(piece, f"<w:rFonts {sides}/>{look}")

    def _pieces(self, words: str) -> Iterator[tuple[str, str]]:
        """Words in stretches of one face."""
        for family, found in groupby(words, lambda one: self._family(one)):
            yield family, "".join(found)

    def _family(self, one: str) -> str:
        home = fonts.home(one, self.doc.language)
        return "" if home in ("", self.latin, self.chinese) else home


def _mark(at: int) -> str:
    """The bookmark of the heading at a place in the contents."""
    return f"_Toc{260000000 + at}"


def _side(align: str) -> str:
    return "" if align == "left" else f'<w:jc w:val="{align}"/>'


def _under() -> str:
    """The line below a table's head."""
    return f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{styles.ACCENT}"/>'
