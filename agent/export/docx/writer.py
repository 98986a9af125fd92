"""Writes the document model as a Word file."""

from __future__ import annotations

import datetime as dt
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml

from agent.errors import BriefError
from agent.export.docx import parts, xml
from agent.export.docx.blocks import Blocks
from agent.export.docx.tail import LEAST, TURNED, led, opened, together
from agent.export.material import Material
from agent.export.tail import leads
from agent.export.view import Bullets, Document, KeyValues, Paragraph, Section, Table
from agent.export.words import sound
from agent.plan.model import MarketingPlan


def to_docx(plan: MarketingPlan, template: Path | None = None, material: Material | None = None) -> bytes:
    """The whole plan as DOCX. `template`: a Word file whose styles, page and running heads are taken.

    Raises SetupError when fonts or typesetter are not installed, BriefError for a template that cannot be read.
    """
    made = material or Material(plan)
    file = _opened(template)
    Writer(made, file, house=template is not None).write()
    _about(file, made.doc, plan)
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


HEADINGS = 1000
"""The number of the first heading's bookmark; those of sources are counted from `blocks.SOURCES`."""
BRIEF = {
    "Normal": "Plan Brief",
    "List Bullet": "Plan Brief",
    "List Number": "Plan Brief",
    "Plan Cell": "Plan Cell Small",
    "Plan Head": "Plan Head Small",
}
"""The styles of the summary, which has to do with a page."""


BREAK = "<w:pageBreakBefore/>"
CHAPTER = '<w:spacing w:before="640"/>'
"""The space over a chapter that follows on the page of the chapter before it."""


AIR = '<w:spacing w:after="140"/>'
"""The space between a list and a table."""


def _parts(doc: Document) -> list[tuple[str, Section]]:
    """The summary and every part, each with the heading of the chapter that it opens."""
    found: list[tuple[str, Section]] = []
    chapter = ""
    for section in (doc.summary, *doc.sections):
        if section.level == 1 and not section.blocks:
            chapter = section.heading
        else:
            found.append((chapter, section))
            chapter = ""
    return found


class Writer(Blocks):
    """Writes one document into one file."""

    def __init__(self, material: Material, file: Any, *, house: bool) -> None:
        super().__init__(material, file, house=house)
        self.marks = 0
        self.out: list[str] = []

    def write(self) -> None:
        """Everything, in reading order."""
        self.out.append(self.pages.cover(self._cover()))
        self._contents()
        wide = False
        before: Section | None = None
        told = _parts(self.doc)
        for at, (chapter, section) in enumerate(told, 1):
            over, after = told[at] if at < len(told) else ("", None)
            turned, wide = section.wide != wide, section.wide
            if turned:
                self.out.append(self.pages.ends(wide=not wide))
            # The summary has its page for itself; a later chapter finds its own, see `tail.OPENING`.
            forced = before is None or (chapter and before is self.doc.summary)
            breaks = "" if turned else BREAK if forced else CHAPTER if chapter else ""
            if chapter:
                self.heading(1, chapter, breaks)
            self.heading(section.level, section.heading, "" if chapter else breaks)
            ends = after is None or bool(over) or after.wide != wide
            least = TURNED[wide] if after is not None and after.wide != wide else LEAST
            self.out.extend(self._blocks(section, least if ends else 0, opens=breaks == CHAPTER))
            before = section
        self._close(wide)

    def _blocks(self, section: Section, least: float, *, opens: bool) -> list[str]:
        """The blocks of a section, those of the summary in its smaller styles. `least`: lines that its last page holds, 0 where no page ends
        behind it; `opens`: it is the first part of a chapter that finds its own page.
        """
        usual = self.style
        if section.level == 1:
            self.style = {**usual, **{name: usual[smaller] for name, smaller in BRIEF.items()}}
        written = [(block, self.block(block, section)) for block in section.blocks]
        self.style = usual
        for at, (block, follows) in enumerate(pairwise(section.blocks)):
            if leads(block, follows, section.blocks[at - 1] if at else None):
                written[at] = (block, led(written[at][1]))
            if isinstance(block, Bullets) and isinstance(follows, Table) and not follows.caption and section.level != 1:
                # A table's head stands closer to what is above it than a line of text.
                head, mark, last = written[at][1].rpartition("</w:numPr>")
                written[at] = (block, f"{head}{mark}{mark and AIR}{last}")
        if least and written:
            # The space after a table would run over a full page and leave an empty one before the break.
            block, words = written[-1]
            written[-1] = (block, words.removesuffix(self.gap()))
            # The summary has to do with a page: what runs over it is not made more by company.
            if section.level != 1:
                found = together(written, wide=section.wide, least=least)
                written = [(block, words) for (block, _), words in zip(written, found, strict=True)]
        return opened(written, wide=section.wide) if opens else [words for _, words in written]

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
        if not self.house:
            parts.embed(self.file, self.faces)
        parts.modern(self.file)

    def _note(self, number: int) -> str:
        """A source as a footnote, under its number in the list."""
        mark = f'<w:r><w:rPr><w:rStyle w:val="{self.style["footnote reference"]}"/></w:rPr><w:footnoteRef/></w:r>'
        return mark + self.runs(f" {self.source(number)}")

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
        """The contents, every entry a link with its page as a field that fills itself when the file is opened; then what the document is.

        No field holds the whole: LibreOffice prints what such a field holds and never counts the pages in it.
        """
        self.out.append(xml.paragraph(self.runs(self.doc.contents_title), self.style["TOC Heading"]))
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{self.pages.width(wide=False)}"/></w:tabs>'
        entries = [(one.level, one.heading) for one in (self.doc.summary, *self.doc.sections)]
        for at, (level, heading) in enumerate(entries):
            page = "<w:r><w:tab/></w:r>" + xml.field(f"PAGEREF {_mark(at)} \\h", "")
            link = xml.inside(_mark(at), self.runs(heading) + page)
            self.out.append(xml.paragraph(link, self.style[f"toc {level}"], tab))
        self.out.append(xml.paragraph(self.runs(self.doc.about_title), self.style["Heading 4"]))
        about = Section("about", 1, "", self.doc.about_title, self.doc.cover)
        for block in self.doc.cover:
            match block:
                case KeyValues(pairs=pairs):
                    self.out.append(self.pairs(pairs, "Plan Source"))
                case Paragraph(text=words):
                    self.out.append(xml.paragraph(self.inline(words), self.style["Plan Source"]))
                case _:
                    self.out.append(self.gap() + self.block(block, about))

    def heading(self, level: int, words: str, extra: str = "") -> None:
        """A heading that the contents name; marks count in the order of the contents."""
        inner = xml.bookmark(HEADINGS + self.marks, _mark(self.marks), self.runs(words))
        self.marks += 1
        self.out.append(xml.paragraph(inner, self.style[f"Heading {level}"], extra))


def _mark(at: int) -> str:
    """The bookmark of the heading at a place in the contents."""
    return f"_Toc{260000000 + at}"
