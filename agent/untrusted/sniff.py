"""What bytes are, by their first few; a name proves nothing."""

from __future__ import annotations

import re

from agent.untrusted.refused import Refused

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program"), (b"\x7fELF", "a program"), (b"\xca\xfe\xba\xbe", "a program"), (b"\xcf\xfa\xed\xfe", "a program"),
    (b"#!", "a script"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"II*\0", "a picture"), (b"MM\0*", "a picture"), (b"{\\rtf", "an RTF file"), (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"), (b"\xfd7zXZ", "a compressed file"), (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"Rar!", "an archive"), (b"7z\xbc\xaf", "an archive"), (b"MSCF", "an archive"), (b"SQLite format", "a database"),
    (b"RIFF", "a sound or picture file"), (b"OggS", "a sound file"), (b"ID3\x03", "a sound file"), (b"ID3\x04", "a sound file"), (b"\x00asm", "a program"),
    (b"GGUF", "a model file"), (b"\x80\x04\x95", "a pickle"), (b"%!PS", "a PostScript program"), (b"wOFF", "a font"),
)  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(!doctype\s+html|html|svg|!doctype|\?mso|workbook|script)\b",
    re.I | re.S,
)


def kind_of(content: bytes) -> str:
    """pdf, archive or text. Raises Refused for what is none of them: programs, pictures, old Office files, disguised web pages."""
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("empty")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "archive"
    if content.startswith(_OLD_OFFICE[:4]):
        raise Refused("old_office")
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise Refused("program", what=what)
    if content[257:262] == b"ustar":
        raise Refused("program", what="an archive")
    found = _MARKUP.match(content[:4096])
    if found:
        raise Refused("markup", what="an SVG drawing" if found[1].lower() == b"svg" else "a web page or XML")
    return "text"
