"""Parts of the package that python-docx does not make: footnotes, embedded fonts, list numbering, settings."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from agent.export.docx import xml
from agent.export.fonts import BOLD, Face

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
FONT_TABLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
HIDDEN_FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
ALIASES = {"Noto Sans SC": "Microsoft YaHei", "Noto Sans TC": "Microsoft JhengHei", "Noto Sans": "Segoe UI"}
"""What Word may take where it ignores embedded fonts."""
_AFTER_COMPAT = {qn(f"w:{name}") for name in ("docVars", "rsids", "themeFontLang", "clrSchemeMapping", "shapeDefaults", "decimalSymbol", "listSeparator")} | {"{http://schemas.openxmlformats.org/officeDocument/2006/math}mathPr"}  # fmt: skip
_AFTER_FIELDS = _AFTER_COMPAT | {qn(f"w:{name}") for name in ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat")}
"""What stands behind the compatibility settings, and behind the order to fill fields, in a file of settings."""
BULLET, NUMBER = 90, 91
"""Ids of the two list definitions."""


def footnotes(document: Any, notes: Sequence[tuple[int, str]], style: str) -> None:
    """The footnotes of the document: id and the runs of its text."""
    bars = "".join(
        f'<w:footnote w:type="{kind}" w:id="{id_}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:r><w:{sign}/></w:r></w:p></w:footnote>"
        for kind, id_, sign in (("separator", -1, "separator"), ("continuationSeparator", 0, "continuationSeparator"))
    )
    body = "".join(f'<w:footnote w:id="{id_}">{xml.paragraph(runs, style)}</w:footnote>' for id_, runs in notes)
    content = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {xml.NAMESPACES}>{bars}{body}</w:footnotes>'
    _replace(document.part, RT.FOOTNOTES, "/word/footnotes.xml", FOOTNOTES, content.encode("utf-8"))


def embed(document: Any, faces: Sequence[Face]) -> None:
    """Puts the faces into the package, hidden as the standard asks, and names them in the font table."""
    entries: dict[str, str] = {}
    parts: list[tuple[str, Part]] = []
    for number, face in enumerate(faces, 1):
        key = uuid.UUID(bytes=hashlib.sha256(face.data).digest()[:16])
        name = PackURI(f"/word/fonts/font{number}.odttf")
        parts.append((f"rId{number}", Part(name, HIDDEN_FONT, _hidden(face.data, key), document.part.package)))
        role = "embedBold" if face.weight == BOLD else "embedRegular"
        entries[face.family] = (
            entries.get(face.family, "") + f'<w:{role} r:id="rId{number}" w:fontKey="{{{str(key).upper()}}}"/>'
        )
    body = "".join(
        f'<w:font w:name="{family}">{_alias(family)}<w:family w:val="swiss"/><w:pitch w:val="variable"/>{links}</w:font>'
        for family, links in entries.items()
    )
    content = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {xml.NAMESPACES}>{body}</w:fonts>'
    table = _replace(document.part, RT.FONT_TABLE, "/word/fontTable.xml", FONT_TABLE, content.encode("utf-8"))
    for id_, part in parts:
        table.rels.add_relationship(RT.FONT, part, id_)
    settings = document.settings.element
    for tag in ("w:saveSubsetFonts", "w:embedTrueTypeFonts"):
        for old in settings.findall(qn(tag)):
            settings.remove(old)
        settings.insert(_after_view(settings), OxmlElement(tag))


def modern(document: Any) -> None:
    """Says that the file is of today's Word, which else opens it in its compatibility mode, and that its fields, the pages of the contents,
    are to be filled when it is opened.
    """
    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is None:
        fill = OxmlElement("w:updateFields")
        fill.set(qn("w:val"), "true")
        after = next((one for one in settings if one.tag in _AFTER_FIELDS), None)
        if after is None:
            settings.append(fill)
        else:
            after.addprevious(fill)
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        before = next((one for one in settings if one.tag in _AFTER_COMPAT), None)
        if before is None:
            settings.append(compat)
        else:
            before.addprevious(compat)
    for old in compat.findall(qn("w:compatSetting")):
        if old.get(qn("w:name")) == "compatibilityMode":
            compat.remove(old)
    made = OxmlElement("w:compatSetting")
    for name, value in (
        ("name", "compatibilityMode"),
        ("uri", "http://schemas.microsoft.com/office/word"),
        ("val", "15"),
    ):
        made.set(qn(f"w:{name}"), value)
    compat.append(made)


def _after_view(settings: Any) -> int:
    """Where the font settings stand: after the view and zoom settings that come before them in the schema."""
    before = {qn(f"w:{name}") for name in ("writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime", "doNotDisplayPageBoundaries", "displayBackgroundShape", "printPostScriptOverText", "printFractionalCharacterWidth", "printFormsData")}  # fmt: skip
    return next((at for at, one in enumerate(settings) if one.tag not in before), len(settings))


def _alias(family: str) -> str:
    return f'<w:altName w:val="{ALIASES[family]}"/>' if family in ALIASES else ""


def _hidden(data: bytes, key: uuid.UUID) -> bytes:
    """A font whose first 32 bytes are combined with the key, as ECMA-376 part 4 (font embedding) describes."""
    mask = bytes.fromhex(key.hex)[::-1]
    return bytes(one ^ mask[at % 16] for at, one in enumerate(data[:32])) + data[32:]


def _replace(owner: Any, kind: str, name: str, content_type: str, blob: bytes) -> Part:
    """A part related to `owner` by `kind`, in place of one that a template brought."""
    for id_ in [id_ for id_, rel in owner.rels.items() if rel.reltype == kind]:
        del owner.rels[id_]
    part = Part(PackURI(name), content_type, blob, owner.package)
    owner.relate_to(part, kind)
    return part


class Lists:
    """Bullets and numbers that are the document's own; every numbered list starts at 1."""

    def __init__(self, document: Any) -> None:
        self._numbering = document.part.numbering_part.element
        self._next = max([int(one.get(qn("w:numId"))) for one in self._numbering.findall(qn("w:num"))], default=0) + 1
        first = self._numbering.find(qn("w:num"))
        for id_, form, sign, room in ((BULLET, "bullet", "•", 340), (NUMBER, "decimal", "%1.", 440)):
            made = parse_xml(
                f'<w:abstractNum {xml.NAMESPACES} w:abstractNumId="{id_}"><w:multiLevelType w:val="singleLevel"/>'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
                f'<w:pPr><w:ind w:left="{room}" w:hanging="{room}"/></w:pPr><w:rPr><w:b/><w:color w:val="0F5C63"/></w:rPr></w:lvl></w:abstractNum>'
            )
            if first is None:
                self._numbering.append(made)
            else:
                first.addprevious(made)
        self.bullet = self._add(BULLET, restart=False)

    def numbered(self) -> str:
        """Paragraph properties of a new numbered list."""
        return _in_list(self._add(NUMBER, restart=True))

    def bulleted(self) -> str:
        """Paragraph properties of a bullet."""
        return _in_list(self.bullet)

    def _add(self, definition: int, *, restart: bool) -> int:
        number, self._next = self._next, self._next + 1
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
        self._numbering.append(
            parse_xml(
                f'<w:num {xml.NAMESPACES} w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{again}</w:num>'
            )
        )
        return number


def _in_list(number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
