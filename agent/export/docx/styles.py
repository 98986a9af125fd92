"""The styles of the Word document: Word's own names, so that a house template can give them another look."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

ACCENT, INK, MUTED = "0F5C63", "1D2733", "5F6B7A"
SOFT, WHITE, WARM = "F1F5F6", "FFFFFF", "D8A13A"

# name: size in points, colour, bold, space before, space after, line spacing
LOOKS: dict[str, tuple[float, str, bool, float, float, float]] = {
    "Normal": (10, INK, False, 0, 6, 1.1),
    "Title": (34, WHITE, True, 6, 16, 0.95),
    "Subtitle": (13, WHITE, False, 0, 6, 1.1),
    "Heading 1": (21, ACCENT, True, 0, 14, 1.0),
    "Heading 2": (15, INK, True, 20, 8, 1.0),
    "Heading 3": (12, ACCENT, True, 12, 5, 1.0),
    "Heading 4": (10.5, INK, True, 11, 4, 1.0),
    "List Bullet": (10, INK, False, 0, 3, 1.1),
    "List Number": (10, INK, False, 0, 3, 1.1),
    "Caption": (9.5, ACCENT, True, 8, 5, 1.0),
    "Header": (8, MUTED, False, 0, 0, 1.0),
    "Footer": (8, MUTED, False, 0, 0, 1.0),
    "TOC Heading": (21, ACCENT, True, 0, 10, 1.0),
    "toc 1": (10, INK, True, 6, 1, 0.95),
    "toc 2": (9.5, INK, False, 0, 1, 0.95),
    "footnote text": (7.5, MUTED, False, 0, 0, 0.9),
    "Plan Note": (9.5, INK, False, 5, 6, 1.05),
    "Plan Post": (9, INK, False, 0, 1.5, 1.0),
    "Plan Brief": (8.6, INK, False, 0, 1.5, 0.92),
    "Plan Pair": (10, INK, False, 0, 3, 1.05),
    "Plan Cell": (8.5, INK, False, 0, 0, 0.92),
    "Plan Cell Small": (7.5, INK, False, 0, 0, 0.93),
    "Plan Head": (8.5, ACCENT, True, 0, 0, 0.95),
    "Plan Head Small": (7.5, ACCENT, True, 0, 0, 0.95),
    "Plan Source": (8.5, INK, False, 0, 1.5, 0.95),
    "Plan Remark": (7.5, MUTED, False, 0, 1, 0.95),
    "Plan Fact": (11.5, INK, True, 0, 8, 1.0),
}
"""The faces are tall by nature (1.45 em), so that a spacing of 1 is already open."""


def prepare(document: Any, latin: str, chinese: str, language: str, *, house: bool) -> dict[str, str]:
    """Makes every style that the document uses; name → style id. In a house template only what it lacks is made,
    in the typefaces of its own Normal style.
    """
    styles = document.styles
    known = {style.name: style for style in styles}
    for name in LOOKS:
        if house and (name in known or _word(name) in known):
            continue
        style = known.get(name) or styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _make(style, name, None if name in known or name == "Normal" else styles["Normal"], on_white=house)
        if not house:
            _family(style, latin, chinese)
    if "footnote reference" not in known:
        mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        level = OxmlElement("w:vertAlign")
        level.set(qn("w:val"), "baseline")  # said in so many words: else LibreOffice sets the mark as small as its own
        mark.element.get_or_add_rPr().append(level)
    _language(document, language)
    ids = {style.name: str(style.style_id) for style in reversed(list(styles))}
    return {name: ids.get(name) or ids.get(_word(name)) or "Normal" for name in (*LOOKS, "footnote reference")}


def _word(name: str) -> str:
    """python-docx says "Heading 1" where Word stores "heading 1"."""
    return name.lower() if name.startswith(("Heading", "Caption", "Header", "Footer")) else name


def _make(style: Any, name: str, base: Any, *, on_white: bool) -> None:
    """One paragraph style, made or made over; a new one follows `base`. `on_white`: the first page has no field of colour under white words."""
    size, colour, bold, before, after, spacing = LOOKS[name]
    if on_white and colour == WHITE:
        colour = ACCENT
    if base is not None:
        style.base_style = base
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.MULTIPLE, spacing
    if name.startswith("Heading") or name in ("Caption", "TOC Heading"):
        layout.keep_with_next = True
    for tag in ("w:pBdr", "w:tabs", "w:numPr", "w:contextualSpacing"):
        for old in style.element.findall(f".//{qn(tag)}"):
            old.getparent().remove(old)
    for letters in style.element.findall(f".//{qn('w:spacing')}"):
        if letters.getparent().tag == qn("w:rPr"):
            letters.getparent().remove(letters)
    if name == "toc 2":
        layout.left_indent = Pt(14)


def _family(style: Any, latin: str, chinese: str) -> None:
    """The typefaces of a style, in place of the theme's."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for side, family in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{side}"), family)


def _language(document: Any, language: str) -> None:
    """The language that spelling and line breaking go by."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    # Latin words break as English ones do, in Chinese text too; else numbers are cut at the line's end.
    lang.set(qn("w:val"), "en-GB")
    lang.set(qn("w:eastAsia"), "zh-CN" if language == "en" else language)
    properties.append(lang)
