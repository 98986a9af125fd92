"""What is said when a file is refused: by name, with the next step."""

from __future__ import annotations

from typing import Any

from agent.errors import BriefError
from agent.untrusted import bounds

_AGAIN = "Save it again from Word or Excel."
_PLAIN = "Save it as .docx, .xlsx, .pdf, .csv, .md or .txt and run again."

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": ("The file is empty.", "Check that it was saved and uploaded whole."),
    "large": (f"The file is larger than {bounds.MAX_BYTES // bounds.MB} MB.", "Save the pages about the task as a file of their own."),
    "program": ("This is {what}, not a document.", _PLAIN),
    "markup": ("This is {what} under another name.", "Open it in Excel, Word or a browser, and save it as .xlsx, .csv, .docx or .pdf."),
    "old_office": (
        "This is an old Office or an encrypted Office file.",
        "Open it in Word or Excel, remove the password if there is one, save it as .docx or .xlsx and run again.",
    ),
    "neither": ("This archive is neither a Word nor an Excel document.", "Give the document itself as .docx, .xlsx, .pdf, .md or .txt."),
    "damaged": ("The document is damaged ({kind}).", "Open it and save it again."),
    "word": ("The Word document cannot be read ({kind}).", "Open it in Word and save it again."),
    "excel": ("The workbook cannot be read ({kind}).", "Open it in Excel and save it again."),
    "entries": (f"The document holds more than {bounds.MAX_ENTRIES:,} parts.", _AGAIN),
    "unpacked": (f"The document unpacks to more than {bounds.MAX_UNPACKED // bounds.MB} MB.", "Remove pictures, or paste the text."),
    "ratio": ("The document unpacks to {times} times its size, as only a decompression bomb does.", _AGAIN),
    "overlap": ("Parts of the archive lie inside each other, as only in a decompression bomb.", _AGAIN),
    "names": ("A part of the document has a name that leads out of it or hides what it is: “{name}”.", _AGAIN),
    "twice": ("A part of the document stands in it twice: “{name}”.", _AGAIN),
    "link": ("A part of the document is a link to a file elsewhere: “{name}”.", _AGAIN),
    "nested": ("The document holds an archive: “{name}”.", "Unpack it, and give the documents inside one by one."),
    "macros": ("The document contains macros or programs.", "Save it as .docx or .xlsx without macros."),
    "ole": ("The document contains an embedded OLE object: “{name}”.", "Delete the object, or paste a picture of it, and save again."),
    "template": ("The document draws on a file elsewhere: “{name}”.", "In Word, set the template to Normal (Developer, Document Template) and save it again."),
    "doctype": ("The document declares a DOCTYPE, which no Word or Excel file needs.", _AGAIN),
    "encrypted": ("The document is encrypted.", "Remove the password and run again."),
    "pdf_encrypted": ("The PDF is encrypted.", "Save a copy without a password and run again."),
    "pdf_empty": ("The PDF has no pages.", "Export it again."),
    "pdf_scan": ("The PDF holds no text: its pages are pictures (a scan).", "Run text recognition on it, or paste its text."),
    "pdf": ("The PDF cannot be read ({kind}).", "Export it again, or paste its text."),
    "pdf_bomb": ("A stream of the PDF unpacks beyond all bounds.", "Export it again, or paste its text."),
    "cells": (f"The workbook has more than {bounds.MAX_CELLS:,} cells.", "Keep the sheet that matters, and delete empty formatted rows and columns."),
    "no_text_word": ("The Word document holds no text.", "Text in pictures cannot be read; paste it as text."),
    "no_text_excel": ("The workbook holds no text.", "Put labels in column A and values in column B."),
    "time": (f"Reading the file took more than {bounds.CHILD_SECONDS} seconds.", "Save it again, or give the pages that matter."),
    "memory": (f"Reading the file took more than {bounds.CHILD_MEMORY // bounds.MB} MB of memory.", "Save it again, or give the pages that matter."),
    "crashed": ("The reader broke off on this file.", "Save it again from the program that made it, or paste its text."),
}  # fmt: skip


class FileRefused(BriefError):
    """A file that is not read; `reason` is its code in REFUSALS."""

    def __init__(self, reason: str, where: str, **values: str) -> None:
        message, hint = REFUSALS[reason]
        super().__init__(message.format_map(_Known(values)), hint=hint, where=where)
        self.reason = reason
        self._made = (reason, where, values)

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal may cross to another process."""
        return _again, self._made


def _again(reason: str, where: str, values: dict[str, str]) -> FileRefused:
    return FileRefused(reason, where, **values)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
