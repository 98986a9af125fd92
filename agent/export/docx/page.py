"""Pages of the Word document: the first page, upright and sideways sections, running heads and page numbers."""

from __future__ import annotations

import copy
import io
import re
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from agent import locale
from agent.export.charts.canvas import fit
from agent.export.docx import styles, xml
from agent.export.docx.field import field
from agent.export.view import Document
from agent.export.words import sound

A4 = (11906, 16838)
BAND = 0.6
"""Share of the first page that the field of colour takes."""
MARGINS = {"top": 1304, "right": 1134, "bottom": 1134, "left": 1134, "header": 624, "footer": 510, "gutter": 0}
"""Twentieths of a point, as all measures here."""


class Pages:
    """Knows the page of the file and writes what stands on every page."""

    def __init__(self, file: Any, doc: Document, style: dict[str, str], *, house: bool) -> None:
        self.file, self.doc, self.style = file, doc, style
        self.house = house
        self.size, self.margins = A4, dict(MARGINS)
        found = file.element.body.find(qn("w:sectPr"))
        self.kept: list[Any] = []
        if house and found is not None:
            self._take(found)
        self.ours = {} if self.kept else {wide: self._furniture(wide=wide) for wide in (False, True)}

    def _take(self, found: Any) -> None:
        """Page size, margins and running heads of a house template."""
        size, margins = found.find(qn("w:pgSz")), found.find(qn("w:pgMar"))
        if size is not None:
            sides = sorted((int(size.get(qn("w:w"), A4[0])), int(size.get(qn("w:h"), A4[1]))))
            self.size = (sides[0], sides[1])
        if margins is not None:
            self.margins.update({name: int(margins.get(qn(f"w:{name}"), old)) for name, old in MARGINS.items()})
        tags = (qn("w:headerReference"), qn("w:footerReference"))
        self.kept = [copy.deepcopy(one) for one in found if one.tag in tags]

    def width(self, *, wide: bool) -> int:
        """Width of the text."""
        return self.size[1 if wide else 0] - self.margins["left"] - self.margins["right"]

    def _furniture(self, *, wide: bool) -> tuple[str, str]:
        """Relationship ids of a header and a footer for pages of this width."""
        face = self.doc.face
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{self.width(wide=wide)}"/></w:tabs>'
        line = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="D5DBE3"/></w:pBdr>'
        head = self._say(f"{fit(face.brand, 24, 1)} · {face.kind}") + "<w:r><w:tab/></w:r>" + self._say(face.version)
        foot = self._say(fit(face.footer.partition(". ")[0], 48, 1)) + "<w:r><w:tab/></w:r>" + self._number()
        ids = []
        for part, inner, style, extra in (
            (self.file.part.add_header_part(), head, "Header", line + tab),
            (self.file.part.add_footer_part(), foot, "Footer", tab),
        ):
            made, id_ = part
            for one in list(made.element):
                made.element.remove(one)
            made.element.append(
                parse_xml(xml.paragraph(inner, self.style[style], extra).replace("<w:p>", f"<w:p {xml.NAMESPACES}>", 1))
            )
            ids.append(id_)
        return ids[0], ids[1]

    def _say(self, words: str) -> str:
        return xml.text(sound(words, self.doc.language))

    def _number(self) -> str:
        """ "Page 3 of 40", the numbers as fields."""
        pattern = locale.t(self.doc.language, "page.number")
        fields = {"{page}": xml.field("PAGE", "2"), "{pages}": xml.field("NUMPAGES", "2")}
        return "".join(fields.get(piece) or xml.text(piece) for piece in re.split(r"(\{pages?\})", pattern) if piece)

    def _properties(self, *, wide: bool, bare: bool = False) -> str:
        """The properties of a section. `bare`: no running heads on its page."""
        w, h = self.size[::-1] if wide else self.size
        turned = ' w:orient="landscape"' if wide else ""
        margins = " ".join(f'w:{name}="{value}"' for name, value in self.margins.items())
        return (
            f'<w:sectPr>{self._references(wide=wide)}<w:type w:val="nextPage"/><w:pgSz w:w="{w}" w:h="{h}"{turned}/>'
            f"<w:pgMar {margins}/>{'<w:titlePg/>' if bare else ''}</w:sectPr>"
        )

    def _references(self, *, wide: bool) -> str:
        if self.kept:
            return "".join(
                f'<w:{one.tag.rpartition("}")[2]} w:type="{one.get(qn("w:type"))}" r:id="{one.get(qn("r:id"))}"/>'
                for one in self.kept
            )
        head, foot = self.ours[wide]
        return f'<w:headerReference w:type="default" r:id="{head}"/><w:footerReference w:type="default" r:id="{foot}"/>'

    def ends(self, *, wide: bool, bare: bool = False) -> str:
        """The end of a section, in an empty paragraph that takes no room."""
        tiny = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        return f'<w:p><w:pPr><w:pStyle w:val="{self.style["Plan Remark"]}"/>{tiny}{self._properties(wide=wide, bare=bare)}</w:pPr></w:p>'

    def last(self, *, wide: bool) -> str:
        """The properties of the last section."""
        return self._properties(wide=wide)

    def _band(self, tall: int) -> str:
        """The field of colour over the head of the first page, from edge to edge, as a picture behind the text."""
        relation, _ = self.file.part.get_or_add_image(io.BytesIO(field(styles.ACCENT, styles.WARM)))
        return xml.backdrop(relation, self.size[0] * 635, tall * 635)

    def cover(self, lines: list[tuple[str, str]]) -> str:
        """The first page: what it is on a field of colour, facts below, the note on confidence last."""
        *front, (foot_style, foot) = lines
        top, facts = front[:3], front[3:]
        width = self.width(wide=False)
        if self.house:
            band = "".join(xml.paragraph(runs, self.style[name]) for name, runs in top)
        else:
            tall = int(self.size[1] * BAND)
            air = xml.paragraph(self._band(tall), self.style["Subtitle"], '<w:spacing w:before="1500" w:after="0"/>')
            inner = "".join(xml.paragraph(runs, self.style[name]) for name, runs in top)
            # The cell has the field's colour too: it goes on under a text that is longer than the field.
            row = xml.row(xml.cell(inner, width, styles.ACCENT), least=tall - self.margins["top"] - 2400)
            band = air + xml.table(row, [width], lines=False, padding=0)
        pairs = [
            "".join(xml.paragraph(runs, self.style[name]) for name, runs in facts[at : at + 2])
            for at in range(0, len(facts), 2)
        ]
        half = width // 2
        empty = xml.paragraph("", self.style["Plan Fact"])
        rows = "".join(
            xml.row("".join(xml.cell(one, half) for one in [*pairs[at : at + 2], empty][:2]))
            for at in range(0, len(pairs), 2)
        )
        space = xml.paragraph("", self.style["Normal"], '<w:spacing w:before="400" w:after="0"/>')
        grid = xml.table(rows, [half, half], lines=False, padding=0) if rows else ""
        end = xml.paragraph(foot, self.style[foot_style], '<w:spacing w:before="900" w:after="0"/>')
        return band + space + grid + end + self.ends(wide=False, bare=True)
