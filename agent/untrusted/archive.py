"""A zip archive is measured before anything parses it: names, sizes, links, nesting, macros, DTDs."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from agent.untrusted.bounds import MAX_CELLS, MAX_ENTRIES, MAX_NAME, MAX_RATIO, MAX_UNPACKED, MB
from agent.untrusted.refused import Refused

_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.I)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External", re.I)
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)", re.I)
_HARMLESS = re.compile(rb"/(?:hyperlink|image|externalLinkPath|externalLink|video|audio|media)[\"']", re.I)
_PROGRAMS = (
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".bat",
    ".cmd",
    ".ps1",
    ".scr",
    ".com",
    ".jar",
    ".msi",
    ".hta",
    ".lnk",
    ".wsf",
    ".so",
    ".sh",
    ".py",
)
_MACROS = ("vbaproject", "/activex/", "/macrosheets/", "/dialogsheets/", "vbadata")
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
_ARCHIVE_NAMES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".xz", ".bz2", ".cab", ".iso", ".zst")
_PACKAGES = (".xlsx", ".docx", ".pptx")


def check(content: bytes) -> tuple[set[str], int]:
    """Names of the members, and how many embedded documents were left aside. Raises Refused by name.

    Members are unpacked piece by piece and real bytes counted: sizes that an archive declares are not believed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _directory(entries, len(content))
            embedded = sum(_member(archive, entry) for entry in _bounded(archive, entries))
            return {entry.filename for entry in entries}, embedded
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "encrypted" in str(error):
            raise Refused("encrypted") from None
        raise Refused("damaged", kind=type(error).__name__) from None


def _directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    """What the archive says of itself, before a byte is unpacked."""
    if len(entries) > MAX_ENTRIES:
        raise Refused("entries")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        low = name.lower().replace("\\", "/")
        shown = name[:60].encode("ascii", "backslashreplace").decode()
        if entry.flag_bits & 1:
            raise Refused("encrypted")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("link", name=shown)
        if (
            len(name) > MAX_NAME
            or "\0" in name
            or low.startswith("/")
            or ".." in low.split("/")
            or re.match(r"[a-z]:", low)
            or any(ord(c) < 32 for c in name)
        ):
            raise Refused("names", name=shown)
        if low in seen:
            raise Refused("twice", name=shown)
        seen.add(low)
        if any(mark in f"/{low}" for mark in _MACROS) or low.endswith(_PROGRAMS):
            raise Refused("macros")
        if low.endswith(_ARCHIVE_NAMES):
            raise Refused("nested", name=shown)
    if sum(entry.compress_size for entry in entries) > size:
        raise Refused("overlap")
    declared = sum(entry.file_size for entry in entries)
    if declared > MAX_UNPACKED:
        raise Refused("unpacked")
    if declared > 10 * MB and declared > MAX_RATIO * size:
        raise Refused("ratio", times=f"{declared // max(1, size):,}")


def _bounded(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The members, after all of them together were unpacked within the bound and XML was searched for DTDs and cells."""
    unpacked = cells = 0
    for entry in entries:
        low = entry.filename.lower()
        xml = low.endswith((".xml", ".rels", ".vml"))
        with archive.open(entry) as stream:
            tail = b""
            while piece := stream.read(1 << 16):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED:
                    raise Refused("unpacked")
                if xml and _DTD.search(tail + piece.replace(b"\0", b"")):
                    raise Refused("doctype")
                if low.startswith("xl/worksheets/"):
                    cells += len(_CELL.findall(piece))
                    if cells > MAX_CELLS:
                        raise Refused("cells")
                tail = piece[-32:].replace(b"\0", b"")
    return entries


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """1 for an embedded Office document, which is left aside; raises Refused for what a document must not hold."""
    low = entry.filename.lower()
    shown = entry.filename[:60]
    with archive.open(entry) as stream:
        head = stream.read(16)
        if low.endswith(".rels"):
            _relations(head + stream.read())
        elif low == "[content_types].xml" and b"macroenabled" in (head + stream.read()).lower():
            raise Refused("macros")
        elif low.endswith(".bin") and head.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("ole", name=shown)
        elif head.startswith(b"MZ") or head.startswith(b"\x7fELF"):
            raise Refused("macros")
        elif head.startswith(_ARCHIVES):
            if "/embeddings/" in low and low.endswith(_PACKAGES) and not _holds_archive(head + stream.read()):
                return 1
            raise Refused("nested", name=shown)
        elif "oleobject" in low and not low.endswith(".rels"):
            raise Refused("ole", name=shown)
    return 0


def _relations(xml: bytes) -> None:
    """Refuses what would be fetched or run from elsewhere; links that a reader clicks stay."""
    for relation in _RELATION.findall(xml.replace(b"\0", b"")):
        if _EXTERNAL.search(relation) and not _HARMLESS.search(relation):
            target = _TARGET.search(relation)
            raise Refused("template", name=(target[1] if target else b"?")[:60].decode("utf-8", "replace"))


def _holds_archive(content: bytes) -> bool:
    """Whether an embedded package holds yet another one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            return any(one.filename.lower().endswith((*_PACKAGES, *_ARCHIVE_NAMES, ".bin")) for one in inner.infolist())
    except zipfile.BadZipFile:
        return True
