"""Inline text of the Word document: runs in faces that have their characters, links, citations as footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT

from agent import locale
from agent.export import fonts
from agent.export.docx import styles, xml
from agent.export.docx.cells import tied
from agent.export.material import Material
from agent.export.view import Bullets, Span, Text
from agent.export.words import sound

_LINK = re.compile(r"https://[^\s<>\"']+")
CHINESE = ("Noto Sans SC", "Noto Sans TC")


class Inline:
    """Writes inline text into one file, and remembers which sources have their footnote."""

    def __init__(self, material: Material, file: Any, *, house: bool) -> None:
        self.doc, self.file, self.house = material.doc, file, house
        self.faces = material.faces
        self.latin = material.families[0]
        self.chinese = next((name for name in material.families if name in CHINESE), CHINESE[0])
        self.style = styles.prepare(file, self.latin, self.chinese, self.doc.language, house=house)
        self.sources = self._sources()
        mark = locale.t(self.doc.language, "tag.knowledge")
        self.published = frozenset(at for at, words in self.sources.items() if words and words[0].text == mark)
        """Numbers of the sources that somebody published: a reader wants them on the page. They come first in the list."""
        self.told: set[int] = set()
        """Those that a footnote or a line below a table has told."""
        self.noted: list[int] = []
        """Those with a footnote."""
        self.owed: list[int] | None = None
        """Inside a table: the sources that the lines below it are to tell; None outside."""

    def _sources(self) -> dict[int, Text]:
        """Number → source, as the appendix lists them."""
        blocks = next((part.blocks for part in self.doc.sections if part.id == "sources"), ())
        items = next((one.items for one in blocks if isinstance(one, Bullets)), ())
        return dict(enumerate(items, 1))

    def source(self, number: int) -> str:
        """A source as it is told beside the text."""
        return "".join(span.text for span in self.sources.get(number, ()))

    def inline(self, words: Text) -> str:
        """Spans as runs."""
        return "".join(self.span(span) for span in words)

    def span(self, span: Span) -> str:
        """One span in its style."""
        small = f'<w:color w:val="{styles.MUTED}"/><w:sz w:val="15"/>'
        match span.style:
            case "strong":
                return self.runs(span.text, "<w:b/>")
            case "tag" if self.owed is None:
                return self.runs(tied(span).text, small)
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
        """A piece of "[2, 5]": the number of a published source is a footnote the first time, all else a link to the list of sources.

        Word counts its footnotes itself; the sources that text cites first come first in the list. One that a table cites first
        is told below it, and is a link everywhere: a row with footnotes would be torn, and those of a whole table leave a page no room.
        """
        look = f'<w:color w:val="{styles.ACCENT}"/><w:sz w:val="15"/>'
        if piece not in span.target.split(","):
            return self.runs(piece, look)
        number = int(piece)
        if number in self.published and number not in self.told and self.owed is not None:
            self.told.add(number)
            self.owed.append(number)
        elif number not in self.told and number in self.published and number == len(self.noted) + 1:
            self.told.add(number)
            self.noted.append(number)
            return (
                f'<w:r><w:rPr><w:rStyle w:val="{self.style["footnote reference"]}"/>{look}<w:vertAlign w:val="baseline"/></w:rPr>'
                f'<w:footnoteReference w:id="{number}"/></w:r>'
            )
        return xml.inside(f"source_{number}", self.runs(piece, look))

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
