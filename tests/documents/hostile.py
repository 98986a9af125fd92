"""Hostile files, made here: each with the reason for which it has to be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
DOCUMENT = f'<?xml version="1.0"?><w:document {W}><w:body><w:p><w:r><w:t>Hello</w:t></w:r></w:p></w:body></w:document>'.encode()
WORKBOOK = b'<?xml version="1.0"?><workbook/>'


@dataclass(frozen=True)
class Hostile:
    """A file that nobody should be able to hand in."""

    id: str
    content: bytes
    reason: str

    @property
    def case(self) -> int:
        """Number of the case that it belongs to: 40-41 bombs, 42 nesting, 43-44 DTDs, 45-46 PDF, 47 disguise, 48 programs, 49 names, 51 cells."""
        book = self.id.startswith("xlsx")
        of_archives = {
            "unpacked": 40 + book,
            "ratio": 40 + book,
            "damaged": 40 + book,
            "overlap": 40 + book,
            "doctype": 43 + book,
        }
        if self.reason in of_archives:
            return 47 if self.id.endswith("as_document") else of_archives[self.reason]
        return next(case for case, reasons in CASES.items() if self.reason in reasons)


CASES = {
    42: {"entries", "nested"},
    45: {"pdf_bomb", "pdf"},
    46: {"encrypted", "pdf_scan", "pdf_empty"},
    47: {"program", "markup", "old_office", "empty", "neither", "word", "excel"},
    48: {"macros", "ole", "template"},
    49: {"names", "link", "twice"},
    51: {"cells"},
}
"""Case → reasons for which its files are refused, where the kind of archive makes no difference."""


def zipped(members: dict[str, bytes], *, deflate: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(**more: bytes) -> dict[str, bytes]:
    return {"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT, **more}


def excel(**more: bytes) -> dict[str, bytes]:
    return {"[Content_Types].xml": TYPES, "xl/workbook.xml": WORKBOOK, **more}


def rels(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


def disguised() -> Iterator[Hostile]:
    """Cases 46-47: what is no document at all, whatever its name says."""
    heads = {
        "exe": b"MZ\x90\0", "elf": b"\x7fELF\x02", "java": b"\xca\xfe\xba\xbe", "macho": b"\xcf\xfa\xed\xfe", "script": b"#!/bin/sh\nrm -rf /",
        "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff\xe0", "gif": b"GIF89a", "tiff": b"II*\0", "tiff_be": b"MM\0*", "rtf": b"{\\rtf1\\ansi",
        "gzip": b"\x1f\x8b\x08", "bzip2": b"BZh91AY", "xz": b"\xfd7zXZ\0", "zstd": b"\x28\xb5\x2f\xfd", "rar": b"Rar!\x1a\x07", "7z": b"7z\xbc\xaf\x27\x1c",
        "cab": b"MSCF\0\0\0\0", "sqlite": b"SQLite format 3\0", "wave": b"RIFF\0\0\0\0WAVE", "ogg": b"OggS\0", "mp3": b"ID3\x03\0", "wasm": b"\0asm\x01",
        "gguf": b"GGUF\x03", "pickle": b"\x80\x04\x95\x10", "postscript": b"%!PS-Adobe-3.0", "font": b"wOFF\0\x01",
    }  # fmt: skip
    for name, head in heads.items():
        yield Hostile(f"{name}_as_document", head + b"\0" * 600, "program")
    yield Hostile("tar", b"brief.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300, "program")
    yield Hostile("old_office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office")
    pages = {
        "html": b"<!DOCTYPE html><html><body><table>", "html_bom": b"\xef\xbb\xbf  <HTML>", "svg": b'<?xml version="1.0"?><svg onload="x()">',
        "excel_xml": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "script_tag": b"<script>alert(1)</script>",
        "doctype": b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    }  # fmt: skip
    for name, content in pages.items():
        yield Hostile(f"{name}_as_document", content, "markup")
    for name, content in {"nothing": b"", "blanks": b" \n\t ", "zeros": b"\0" * 4096}.items():
        yield Hostile(name, content, "empty")


def archives() -> Iterator[Hostile]:
    """Cases 40-44, 48-49: bombs, nesting, DTDs, macros, foreign templates, names."""
    for kind, base, part in (("docx", word, "word/document.xml"), ("xlsx", excel, "xl/workbook.xml")):
        dtd = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
        yield Hostile(f"{kind}_doctype", zipped({**base(), part: dtd}), "doctype")
        yield Hostile(f"{kind}_doctype_lower", zipped({**base(), part: dtd.lower()}), "doctype")
        yield Hostile(f"{kind}_doctype_utf16", zipped({**base(), part: dtd.decode().encode("utf-16")}), "doctype")
        yield Hostile(f"{kind}_doctype_elsewhere", zipped(base(**{"docProps/core.xml": dtd})), "doctype")
        yield Hostile(f"{kind}_doctype_in_rels", zipped(base(**{"_rels/.rels": dtd})), "doctype")
        late = b"<x>" + b" " * ((1 << 16) - 5) + b"<!DOCTYPE y>"
        yield Hostile(f"{kind}_doctype_across_a_chunk", zipped({**base(), part: late}), "doctype")
        yield Hostile(
            f"{kind}_entity_alone", zipped({**base(), part: b'<x><!ENTITY % p SYSTEM "http://x.test/">'}), "doctype"
        )
        yield Hostile(f"{kind}_unpacks_to_60_mb", zipped(base(big=b"a1b2c3d4" * (60 << 17))), "unpacked")
        yield Hostile(f"{kind}_1000_times_its_size", zipped(base(big=b"0" * (20 << 20))), "ratio")
        yield Hostile(f"{kind}_parts", zipped(base(**{f"x/{i}": b"" for i in range(2500)})), "entries")
        yield Hostile(f"{kind}_says_it_is_small", understated(zipped(base(big=b"0" * (60 << 20)))), "damaged")
        yield Hostile(
            f"{kind}_overlaps", overlapping(zipped(base(big=bytes(range(256)) * 64), deflate=False)), "overlap"
        )
        yield Hostile(f"{kind}_encrypted", flagged(zipped(base())), "encrypted")
        yield Hostile(f"{kind}_cut_off", zipped(base())[:-40], "damaged")
        yield Hostile(f"{kind}_bad_checksum", spoilt(zipped(base(), deflate=False)), "damaged")
        yield Hostile(f"{kind}_unknown_compression", method(zipped(base())), "damaged")
        for name, head in {
            "zip": zipped({"a": b"b"}),
            "rar": b"Rar!\x1a\x07\0",
            "7z": b"7z\xbc\xaf\x27\x1c",
            "gz": b"\x1f\x8b\x08\0",
        }.items():
            yield Hostile(
                f"{kind}_holds_{name}_by_content", zipped(base(**{"media/image1.png": head + b"\0" * 40})), "nested"
            )
            yield Hostile(f"{kind}_holds_{name}_by_name", zipped(base(**{f"media/more.{name}": b"x"})), "nested")
        inner = zipped({"xl/embeddings/deeper.xlsx": b"x"})
        yield Hostile(f"{kind}_embedded_in_embedded", zipped(base(**{"word/embeddings/sheet.xlsx": inner})), "nested")
        for name in (
            "word/vbaProject.bin",
            "xl/vbaProject.bin",
            "word/activeX/activeX1.xml",
            "xl/macrosheets/sheet1.xml",
            "xl/dialogsheets/sheet1.xml",
        ):
            yield Hostile(f"{kind}_macros_{name}", zipped(base(**{name: b"x"})), "macros")
        for ending in ("exe", "dll", "js", "vbs", "ps1", "hta", "lnk", "bat", "jar"):
            yield Hostile(f"{kind}_program_{ending}", zipped(base(**{f"media/run.{ending}": b"x"})), "macros")
        enabled = TYPES.replace(
            b"/>", b'><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
        )
        yield Hostile(f"{kind}_says_macro_enabled", zipped({**base(), "[Content_Types].xml": enabled}), "macros")
        yield Hostile(
            f"{kind}_program_as_picture", zipped(base(**{"media/image1.png": b"MZ\x90\0" + b"\0" * 60})), "macros"
        )
        for name in ("word/embeddings/oleObject1.bin", "xl/embeddings/package.bin"):
            yield Hostile(f"{kind}_ole_{name}", zipped(base(**{name: b"\xd0\xcf\x11\xe0" + b"\0" * 600})), "ole")
        for link in ("attachedTemplate", "subDocument", "frame", "oleObject"):
            yield Hostile(
                f"{kind}_{link}",
                zipped(base(**{"word/_rels/settings.xml.rels": rels(link, "http://x.test/t.dotm")})),
                "template",
            )
        for target in ("file:///etc/passwd", "\\\\x.test\\share\\t.dotm"):
            yield Hostile(
                f"{kind}_template_{target}",
                zipped(base(**{"word/_rels/settings.xml.rels": rels("attachedTemplate", target)})),
                "template",
            )
        for name in ("../../etc/cron.d/x", "..\\x", "/etc/passwd", "C:\\x", "a/../../x", "bell\x07", "n" * 300):
            yield Hostile(f"{kind}_name_{name[:12]!r}", zipped(base(**{name: b"x"})), "names")
        yield Hostile(f"{kind}_name_with_nul", zipped(base(nulXname=b"x")).replace(b"nulXname", b"nul\0name"), "names")
        yield Hostile(f"{kind}_link", linked(base()), "link")
        yield Hostile(f"{kind}_part_twice", zipped(base(**{part.upper(): b"x"})), "twice")
    for name in ("ppt/presentation.xml", "content.opf", "a.txt"):
        yield Hostile(f"archive_of_{name}", zipped({name: b"<x/>"}), "neither")
    yield Hostile("docx_broken_xml", zipped({**word(), "word/document.xml": b"<w:document"}), "word")
    yield Hostile("xlsx_broken_xml", zipped({**excel(), "xl/workbook.xml": b"<workbook"}), "excel")
    row = b"<row r='1'>" + b"<c r='A1'><v>1</v></c>" * 210_000 + b"</row>"
    numbers = b"".join(b"<c><v>%d</v></c>" % (i * 7919 % 99991) for i in range(210_000))
    yield Hostile(
        "xlsx_cells",
        zipped(
            excel(**{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + numbers + b"</sheetData></worksheet>"})
        ),
        "cells",
    )
    yield Hostile("xlsx_equal_cells", zipped(excel(**{"xl/worksheets/sheet1.xml": row})), "cells")


def pdfs() -> Iterator[Hostile]:
    """Cases 45-46."""
    yield Hostile("pdf_no_pages", pdf("<< /Type /Pages /Kids [] /Count 0 >>"), "pdf_empty")
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    yield Hostile("pdf_scan", pdf("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page), "pdf_scan")
    yield Hostile("pdf_circle", pdf("<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), "pdf")
    yield Hostile("pdf_nonsense", b"%PDF-1.4\nnonsense", "pdf")
    yield Hostile("pdf_cut_off", pdf("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page)[:60], "pdf")
    bomb = zlib.compress(b" " * (90 << 20), 9)
    contents = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(bomb), bomb)
    yield Hostile("pdf_bomb", pdf("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", contents, stream), "pdf_bomb")


def pdf(*objects: str | bytes) -> bytes:
    """A PDF of these objects behind its catalogue."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        *(one if isinstance(one, bytes) else one.encode() for one in objects),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(bodies) + 1, table, len(bodies) + 1, len(out),
    )  # fmt: skip


def _entries(content: bytearray) -> list[int]:
    """Offsets of the central directory's entries."""
    places, at = [], content.find(b"PK\x01\x02")
    while at >= 0:
        places.append(at)
        at = content.find(b"PK\x01\x02", at + 4)
    return places


def understated(archive: bytes) -> bytes:
    """Every size in the directory says 100 bytes."""
    content = bytearray(archive)
    for place in _entries(content):
        struct.pack_into("<I", content, place + 24, 100)
    return bytes(content)


def overlapping(archive: bytes) -> bytes:
    """Parts claim each other's bytes."""
    content = bytearray(archive)
    for place in _entries(content):
        struct.pack_into("<I", content, place + 20, len(content) - 10)
    return bytes(content)


def flagged(archive: bytes) -> bytes:
    """Every part is marked as encrypted."""
    content = bytearray(archive)
    for place in _entries(content):
        content[place + 8] |= 1
    return bytes(content)


def method(archive: bytes) -> bytes:
    """Parts are packed in a way that nobody knows."""
    content = bytearray(archive)
    for place in _entries(content):
        struct.pack_into("<H", content, place + 10, 77)
    return bytes(content)


def spoilt(archive: bytes) -> bytes:
    return archive.replace(b"Hello", b"Hollo").replace(b"<workbook/>", b"<workbooks>")


def linked(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO(zipped(members))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/media/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


ALL = [*disguised(), *archives(), *pdfs()]
