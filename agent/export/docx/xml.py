"""WordprocessingML by hand: runs, paragraphs, tables, fields and bookmarks as text that is parsed once."""

from __future__ import annotations

from html import escape as escaped

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def safe(words: str) -> str:
    """Text as XML data."""
    return escaped(words, quote=True)


def text(words: str, look: str = "") -> str:
    """A run of text; newlines become line breaks. `look`: run properties."""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{safe(line)}</w:t>' for line in words.split("\n"))
    return f"<w:r>{properties}{lines}</w:r>" if words else ""


def paragraph(inner: str, style: str, extra: str = "") -> str:
    """A paragraph in a style. `extra`: further paragraph properties, in schema order after the style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{inner}</w:p>'


def bookmark(number: int, name: str, inner: str) -> str:
    """A place that links lead to. `number`: its own in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'


def inside(anchor: str, inner: str) -> str:
    """A link to a bookmark."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{inner}</w:hyperlink>'


def field(code: str, shown: str, look: str = "") -> str:
    """A field with the result that it has until it is updated."""
    return f"{begin(code)}{text(shown, look)}{end()}"


def begin(code: str) -> str:
    """The start of a field, up to its result."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {safe(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def end() -> str:
    """The end of a field."""
    return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def cell(
    inner: str,
    width: int,
    fill: str = "",
    borders: str = "",
    *,
    across: int = 1,
    close: tuple[bool, bool] = (False, False),
) -> str:
    """A table cell; it always ends with a paragraph, as Word demands. `across`: how many columns it takes; `close`: no space above, below."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    edge = f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    merged = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    bare = "".join(
        f'<w:{side} w:w="0" w:type="dxa"/>' for side, gone in zip(("top", "bottom"), close, strict=True) if gone
    )
    margins = f"<w:tcMar>{bare}</w:tcMar>" if bare else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}{edge}{shade}{margins}</w:tcPr>{inner}</w:tc>'


def row(cells: str, *, head: bool = False, whole: bool = True, least: int = 0) -> str:
    """A table row. `head` repeats on every page; `whole` is not split between pages; `least`: its least height.

    A row that brings footnotes may always be split: where such rows are whole, LibreOffice loses those that its notes leave no room for.
    """
    properties = ("<w:cantSplit/>" if whole and "<w:footnoteReference" not in cells else "") + (
        f'<w:trHeight w:val="{least}" w:hRule="atLeast"/>' if least else ""
    )
    properties += "<w:tblHeader/>" if head else ""
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{cells}</w:tr>"


def table(rows: str, widths: list[int], *, lines: bool = True, padding: int = 80, tall: int = 45) -> str:
    """A table of fixed layout, its columns in twentieths of a point. `padding`, `tall`: beside and above a cell's text."""
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    rule = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="D5DBE3"/>'
    none = '<w:{0} w:val="nil"/>'
    sides = "".join(
        (rule if lines and name in ("bottom", "insideH") else none).format(name)
        for name in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{name} w:w="{size}" w:type="dxa"/>'
        for name, size in (("top", tall), ("left", padding), ("bottom", tall), ("right", padding))
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def backdrop(relation: str, wide: int, tall: int) -> str:
    """A run with a picture behind the text, from the page's upper left corner. Measures in EMU; it says nothing to who does not see it."""
    picture = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    at = '<wp:position{0} relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:position{0}>'
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="1" '
        f'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>{at.format("H")}{at.format("V")}'
        f'<wp:extent cx="{wide}" cy="{tall}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        '<wp:docPr id="90" name="cover" descr=""/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{picture}"><pic:pic><pic:nvPicPr><pic:cNvPr id="90" name="cover"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{tall}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
