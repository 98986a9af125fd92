"""PDFs as the text of their pages. White and microscopic text is left out and counted; pypdf bounds what a stream unpacks to (75 MB)."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import Any

from agent.untrusted.bounds import MAX_CHARACTERS, MAX_PAGES
from agent.untrusted.refused import Refused

_SUSPECT = re.compile(
    rb"(?:\b1(?:\.0*)?\s+){3}(?:rg|scn?)\b|\b1(?:\.0*)?\s+g\b|\b(?:0\s+){4}k\b|/\S+\s+[012](?:\.\d+)?\s+Tf|\b3\s+Tr\b"
)
_READ_ERRORS = (
    OSError,
    RecursionError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    OverflowError,
    ZeroDivisionError,
)


def read_pdf(content: bytes) -> dict[str, Any]:
    """`pages` as text, how many there are in all, and what was left out."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    left_out: Counter[str] = Counter()
    pages: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("pdf_encrypted")
        count = len(reader.pages)
        if not count:
            raise Refused("pdf_empty")
        size = 0
        for number in range(min(count, MAX_PAGES)):
            text = _text(reader.pages[number], left_out)
            size += len(text)
            if size > MAX_CHARACTERS:
                break
            pages.append(text)
        for name, what in (("/JavaScript", "scripts"), ("/EmbeddedFiles", "attachments")):
            if name in (reader.root_object.get("/Names") or {}):
                left_out[what] += 1
    except DependencyError:
        raise Refused("pdf_encrypted") from None
    except LimitReachedError:
        raise Refused("pdf_bomb") from None
    except (PyPdfError, *_READ_ERRORS) as error:
        raise Refused("pdf", kind=type(error).__name__) from None
    if not any(text.strip() for text in pages):
        raise Refused("pdf_scan")
    return {"kind": "pdf", "pages": pages, "all": count, "left_out": dict(left_out)}


def _text(page: Any, left_out: Counter[str]) -> str:
    contents = page.get_contents()
    if contents is None or not _SUSPECT.search(contents.get_data()):
        return page.extract_text() or ""
    return _visible(page, left_out)


def _visible(page: Any, left_out: Counter[str]) -> str:
    """The page's text without what is white or smaller than two points."""
    white, stack, parts = [False], [], []

    def operand(operator: bytes, operands: Any, *_: Any) -> None:
        values = [float(one) for one in operands if isinstance(one, int | float)]
        if operator == b"q":
            stack.append(white[0])
        elif operator == b"Q" and stack:
            white[0] = stack.pop()
        elif operator in (b"g", b"rg", b"sc", b"scn") and values:
            white[0] = all(one >= 0.98 for one in values)
        elif operator == b"k" and values:
            white[0] = all(one <= 0.02 for one in values)

    def text(piece: str, matrix: Any, place: Any, _: Any, size: Any) -> None:
        scale = max(abs(place[0]), abs(place[1]), 0.001) * max(abs(matrix[0]), abs(matrix[1]), 0.001)
        if piece.strip() and (white[0] or float(size or 12) * scale < 2):
            left_out["hidden_text"] += 1
        else:
            parts.append(piece)

    page.extract_text(visitor_operand_before=operand, visitor_text=text)
    return "".join(parts)
