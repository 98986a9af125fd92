"""The field of colour of the first page as a picture: it reaches the paper's edges, which no table in the text does."""

from __future__ import annotations

import struct
import zlib

TALL, EDGE, WIDE = 2000, 17, 4
"""Pixels: height, the strip along the lower edge, width. Tall, so that the edge stays sharp when it is stretched."""


def field(colour: str, edge: str) -> bytes:
    """A PNG of one colour with a strip of another at its foot; colours as "0F5C63"."""
    rows = b"".join(
        b"\0" + bytes.fromhex(one) * WIDE for one, count in ((colour, TALL - EDGE), (edge, EDGE)) for _ in range(count)
    )
    head = struct.pack(">IIBBBBB", WIDE, TALL, 8, 2, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_piece(kind, data) for kind, data in pieces)


def _piece(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
