"""PDF briefs: text by page, and plain words for what cannot be read (encrypted, scanned, empty, oversized)."""

from __future__ import annotations

import io

from agent.brief import decode
from agent.brief.readers import Line, Raw
from agent.errors import BriefError

MAX_PAGES = 400
MAX_CHARACTERS = 3_000_000


def read_pdf(content: bytes, where: str) -> Raw:
    """Lines of every page with the page as their place. Raises BriefError when there is no text to read."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    lines: list[Line] = []
    notes: list[tuple[str, dict[str, str]]] = []
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BriefError("The PDF is encrypted.", hint="Save a copy without a password and run again.", where=where)
        pages = len(reader.pages)
        if not pages:
            raise BriefError("The PDF has no pages.", hint="Export it again.", where=where)
        if pages > MAX_PAGES:
            notes.append(("pdf_cut", {"pages": str(MAX_PAGES), "all": str(pages)}))
        total = 0
        for number in range(min(pages, MAX_PAGES)):
            text = decode.clean(reader.pages[number].extract_text() or "").text
            total += len(text)
            if total > MAX_CHARACTERS:
                notes.append(("pdf_cut", {"pages": str(number), "all": str(pages)}))
                break
            lines.extend(
                Line(line, f"page {number + 1}")
                for line in [part for whole in _unwrap(text) for part in decode.lines(whole)]
            )
    except DependencyError:
        raise BriefError(
            "The PDF is encrypted.", hint="Save a copy without a password and run again.", where=where
        ) from None
    except (
        PdfReadError,
        PyPdfError,
        RecursionError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
        OverflowError,
    ) as error:
        raise BriefError(
            f"The PDF cannot be read ({error.__class__.__name__}).",
            hint="Export it again, or paste its text.",
            where=where,
        ) from None
    if not any(line.text.strip() for line in lines):
        raise BriefError(
            "The PDF holds no text: its pages are pictures (a scan).",
            hint="Run text recognition on it, or paste its text.",
            where=where,
        )
    return Raw("text", lines=lines, notes=notes)


def _unwrap(text: str) -> list[str]:
    """Lines as they stand, except that a line broken in mid-sentence is joined with the next."""
    joined: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if joined and line and joined[-1] and _goes_on(joined[-1], line):
            joined[-1] += ("" if joined[-1][-1] > "\u2e80" else " ") + line
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, line: str) -> bool:
    if len(before) < 50 and not (before[-1] > "\u2e80" and len(before) > 25):
        return False
    if before[-1] in "。！？.!?:：;；" or line[0] in "-•*#0123456789":
        return False
    head = line.split(":")[0].split("：")[0]
    return not (len(head) < 25 and head != line)
