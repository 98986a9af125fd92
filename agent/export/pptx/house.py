"""The deck's stationery: our own 16:9 design, or the layouts of a house template."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.util import Emu, Inches

from agent.errors import CehuaError

NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
}
WIDE, TALL = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
FONTS = {"zh-CN": "Microsoft YaHei", "zh-TW": "Microsoft JhengHei", "en": "Microsoft YaHei"}
"""The East Asian font of the theme by language."""
LATIN = "Arial"
"""The theme's font of Latin letters and figures: on every machine, in Chinese decks too."""
COLOURS = {
    "dk1": "22292C", "lt1": "FFFFFF", "dk2": "16434F", "lt2": "F1F5F6", "accent1": "1F5A6B", "accent2": "5B93A3",
    "accent3": "A9C8D1", "accent4": "B7791F", "accent5": "8A9499", "accent6": "C9D2D5", "hlink": "1F5A6B", "folHlink": "6B7478",
}  # fmt: skip
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
SMALL = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


class TemplateError(CehuaError):
    """A house template that cannot be used; whoever gave it acts."""

    exit_code = 2


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """Lower edge."""
        return self.top + self.height

    def columns(self, shares: Iterable[float], gap: int = Inches(0.3)) -> list[Box]:
        """The box side by side in parts of these shares."""
        parts = list(shares)
        free, left, found = self.width - gap * (len(parts) - 1), self.left, []
        for share in parts:
            wide = int(free * share / sum(parts))
            found.append(Box(left, self.top, wide, self.height))
            left += wide + gap
        return found

    def rows(self, shares: Iterable[float], gap: int = Inches(0.2)) -> list[Box]:
        """The box in parts one below the other."""
        parts = list(shares)
        free, top, found = self.height - gap * (len(parts) - 1), self.top, []
        for share in parts:
            tall = int(free * share / sum(parts))
            found.append(Box(self.left, top, self.width, tall))
            top += tall + gap
        return found


@dataclass(frozen=True)
class House:
    """A presentation without slides, the layouts to use, and where title and body stand."""

    deck: Any
    cover: Any
    """Layout of the first slide."""
    content: Any
    """Layout of every other slide: a title and nothing that has to be filled."""
    title: Box
    body: Box
    own: bool
    """Whether the design is ours."""


def own_house(language: str) -> House:
    """Our own design: white, one accent colour, a rule under the title, a dark cover."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, TALL
    master = deck.slide_master
    for holder in (master, *deck.slide_layouts):
        for shape in holder.shapes:
            if shape.element.find(".//a:xfrm", NS) is not None:
                shape.left, shape.width = int(shape.left * WIDE / 9144000), int(shape.width * WIDE / 9144000)
                shape.top, shape.height = int(shape.top * TALL / 6858000), int(shape.height * TALL / 6858000)
    _theme(master, language)
    title = Box(MARGIN, Inches(0.52), WIDE - 2 * MARGIN, Inches(0.86))
    _title_style(master, title)
    _rule(master, Box(MARGIN, Inches(1.44), Inches(0.9), Inches(0.045)))
    _small(master)
    for layout in deck.slide_layouts:
        _small(layout)
    _dark_cover(deck.slide_layouts[0])
    body = Box(MARGIN, Inches(1.68), WIDE - 2 * MARGIN, Inches(5.1))
    return House(deck, deck.slide_layouts[0], deck.slide_layouts[5], title, body, own=True)


def template_house(template: Path | bytes) -> House:
    """A house template: its slides are dropped, its masters, layouts, theme and slide size kept. Raises TemplateError."""
    try:
        content = template if isinstance(template, bytes) else template.read_bytes()
        deck = Presentation(io.BytesIO(content))
    except Exception as error:
        raise TemplateError(
            "The template is not a PowerPoint file that can be read.", hint="Give a .pptx saved by PowerPoint."
        ) from error
    ids = deck.slides._sldIdLst
    for one in list(ids):
        deck.part.drop_rel(one.rId)
        ids.remove(one)
    layouts = list(deck.slide_layouts)
    titled = [layout for layout in layouts if _of(layout, TITLES)]
    if not titled:
        raise TemplateError(
            "The template has no layout with a title.", hint="Add a layout with a title placeholder to it."
        )
    cover = next((one for one in titled if _of(one, (PP_PLACEHOLDER.CENTER_TITLE,))), titled[0])
    content_layout = min((one for one in titled if one is not cover), key=_weight, default=cover)
    wide, tall = int(deck.slide_width or WIDE), int(deck.slide_height or TALL)
    shape = _of(content_layout, TITLES)[0]
    margin = max(Inches(0.3), min(int(shape.left), wide // 12))
    title = Box(int(shape.left), int(shape.top), int(shape.width), int(shape.height))
    top = min(title.bottom + Inches(0.15), tall // 2)
    feet = [int(one.top) for one in _of(content_layout, SMALL) if int(one.top) > tall * 3 // 4]
    bottom = min([*feet, tall - Inches(0.4)]) - Inches(0.08)
    return House(deck, cover, content_layout, title, Box(margin, top, wide - 2 * margin, bottom - top), own=False)


def _of(layout: Any, kinds: tuple[Any, ...]) -> list[Any]:
    return [shape for shape in layout.placeholders if shape.placeholder_format.type in kinds]


def _weight(layout: Any) -> int:
    """How many placeholders a layout wants filled beside its title."""
    return sum(shape.placeholder_format.type not in (*TITLES, *SMALL) for shape in layout.placeholders)


def _theme(master: Any, language: str) -> None:
    """Our colours and fonts in the theme, so that whoever edits the deck has them at hand."""
    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    root = etree.fromstring(part.blob)
    scheme = root.find(".//a:clrScheme", NS)
    for name, value in COLOURS.items():
        slot = scheme.find(f"a:{name}", NS)
        slot.clear()
        etree.SubElement(slot, f"{{{NS['a']}}}srgbClr", val=value)
    for kind in ("majorFont", "minorFont"):
        font = root.find(f".//a:{kind}", NS)
        font.find("a:latin", NS).set("typeface", LATIN)
        font.find("a:ea", NS).set("typeface", FONTS[language])
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _title_style(master: Any, box: Box) -> None:
    """Title at the top left, bold, in the dark accent; it stands at the bottom of its box, on the rule."""
    shape = next(one for one in master.placeholders if one.placeholder_format.type == PP_PLACEHOLDER.TITLE)
    shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height
    body = shape.element.find(".//a:bodyPr", NS)
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.set(side, "0")
    body.set("anchor", "b")
    for child in list(body):
        body.remove(child)
    level = master.element.find(".//p:titleStyle/a:lvl1pPr", NS)
    level.set("algn", "l")
    run = level.find("a:defRPr", NS)
    run.set("sz", "2400")
    run.set("b", "1")
    colour = run.find(".//a:schemeClr", NS)
    colour.set("val", "tx2")


def _rule(master: Any, box: Box) -> None:
    """The short accent rule under every title."""
    master.shapes._spTree.append(_rectangle(box, "accent4", 900))


def _rectangle(box: Box, colour: str, id_: int) -> Any:
    return etree.fromstring(
        f'<p:sp xmlns:p="{NS["p"]}" xmlns:a="{NS["a"]}"><p:nvSpPr><p:cNvPr id="{id_}" name="Rule {id_}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{int(box.left)}" y="{int(box.top)}"/><a:ext cx="{int(box.width)}" cy="{int(box.height)}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        "</p:sp>"
    )


def _small(holder: Any) -> None:
    """Footer left, slide number right, small and grey, on one line at the bottom."""
    for shape in holder.placeholders:
        kind = shape.placeholder_format.type
        if kind not in SMALL:
            continue
        right = kind == PP_PLACEHOLDER.SLIDE_NUMBER
        shape.left = WIDE - MARGIN - Inches(1.2) if right else MARGIN if kind == PP_PLACEHOLDER.FOOTER else Inches(9)
        shape.top, shape.height = Inches(6.98), Inches(0.3)
        shape.width = Inches(1.2) if right else Inches(8)
        body = shape.element.find(".//a:bodyPr", NS)
        for side in ("lIns", "rIns"):
            body.set(side, "0")
        for style in shape.element.iterfind(".//a:lstStyle/a:lvl1pPr", NS):
            style.set("algn", "r" if right else "l")
            run = style.find("a:defRPr", NS)
            if run is not None:
                run.set("sz", "1000")


def _dark_cover(layout: Any) -> None:
    """The first slide: dark ground, title and subtitle left in white."""
    ground = f'<p:bg xmlns:p="{NS["p"]}" xmlns:a="{NS["a"]}"><p:bgPr><a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    layout.element.find("p:cSld", NS).insert(0, etree.fromstring(ground))
    layout.element.set("showMasterSp", "0")
    boxes = {PP_PLACEHOLDER.CENTER_TITLE: Box(Inches(0.9), Inches(1.7), Inches(11.5), Inches(1.9)),
             PP_PLACEHOLDER.SUBTITLE: Box(Inches(0.9), Inches(3.95), Inches(11.5), Inches(2.4))}  # fmt: skip
    for shape in layout.placeholders:
        box = boxes.get(shape.placeholder_format.type)
        if box is None:
            continue
        shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height
        body = shape.element.find(".//a:bodyPr", NS)
        body.set("anchor", "b" if shape.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE else "t")
        for child in list(body):
            body.remove(child)
        style = shape.element.find(".//a:lstStyle", NS)
        style.clear()
        style.append(
            etree.fromstring(
                f'<a:lvl1pPr xmlns:a="{NS["a"]}" marL="0" indent="0" algn="l"><a:buNone/><a:defRPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:defRPr></a:lvl1pPr>'
            )
        )
    layout.shapes._spTree.append(_rectangle(Box(Inches(0.9), Inches(3.72), Inches(1.2), Inches(0.06)), "accent4", 901))


def emu(points: float) -> Emu:
    """Points as EMU."""
    return Emu(int(points * 12700))


def points(length: int) -> float:
    """EMU as points."""
    return length / 12700


__all__ = ["Box", "House", "TemplateError", "emu", "own_house", "points", "template_house"]
