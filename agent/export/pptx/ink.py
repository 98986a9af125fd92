"""How text is written into a frame, and the marks of PowerPoint's own sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from agent.export import inert
from agent.export.pptx import fit
from agent.export.pptx.house import emu

SIDE = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
LEAST, READ = 12.0, 12.0
"""The smallest text on a slide, in points, and the smallest that is read with ease: before a table gets smaller than this it is shortened, where
that cuts no sentence. What does not fit at the smallest size is shortened in any case.
"""
LEAD = 1.1
"""Indent of bulleted text over font size."""
SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
"""The extension that holds sections."""


def write(
    paragraph: Any,
    words: str,
    size: float,
    *,
    bold: bool = False,
    colour: Any = None,
    align: str = "",
    after: float = 0,
    lead: int = 0,
) -> None:
    """One paragraph with line height and spacing in points; line breaks stay breaks, and no sign hangs out of the box.

    `lead`: how many of the first signs are bold.
    """
    paragraph._p.get_or_add_pPr().set("hangingPunct", "0")
    paragraph.line_spacing = Pt(size * fit.LEADING)
    paragraph.space_before, paragraph.space_after = Pt(0), Pt(after)
    if align:
        paragraph.alignment = SIDE[align]
    for at, part in enumerate(words.split("\n")):
        if at:
            paragraph.add_line_break()
        for piece, heavy in ((part[:lead], True), (part[lead:], bold)) if lead and not at else ((part, bold),):
            run = paragraph.add_run()
            run.text = piece
            run.font.size, run.font.bold = Pt(size), heavy
            if isinstance(colour, RGBColor):
                run.font.color.rgb = colour
            elif colour is not None:
                run.font.color.theme_color = colour


def bullet(paragraph: Any, size: float) -> None:
    """A bullet, hanging."""
    properties = paragraph._p.get_or_add_pPr()
    indent = int(emu(size * LEAD))
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    sign = etree.SubElement(properties, qn("a:buChar"))
    sign.set("char", "•")


def mark_sections(deck: Any, sections: Sequence[tuple[str, list[int]]]) -> None:
    """PowerPoint's sections, which its slide sorter shows as marks."""
    p14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    root = deck.part._element
    listing = root.find(qn("p:extLst"))
    if listing is None:
        listing = etree.SubElement(root, qn("p:extLst"))
    for old in list(listing):
        if old.get("uri") == SECTIONS:
            listing.remove(old)
    ext = etree.SubElement(listing, qn("p:ext"), uri=SECTIONS)
    found = etree.SubElement(ext, f"{{{p14}}}sectionLst", nsmap={"p14": p14})
    for number, (name, ids) in enumerate(sections, 1):
        one = etree.SubElement(
            found,
            f"{{{p14}}}section",
            name=inert.line(name) or str(number),
            id=f"{{00000000-0000-4000-8000-{number:012d}}}",
        )
        slides = etree.SubElement(one, f"{{{p14}}}sldIdLst")
        for id_ in ids:
            etree.SubElement(slides, f"{{{p14}}}sldId", id=str(id_))


def speak(root: Any, language: str) -> None:
    """Says of every run which language it is in: programs choose by it the font of curly quotes, and spell by it."""
    for name in ("a:rPr", "a:endParaRPr"):
        for run in root.iter(qn(name)):
            run.set("lang", "en-US" if language == "en" else language)
            if language != "en":
                run.set("altLang", "en-US")
