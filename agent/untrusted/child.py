"""The child: takes limits on itself, reads a file from standard input, writes JSON to standard output. Trusts nothing it reads."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

from agent.untrusted import archive, bounds, sniff
from agent.untrusted.refused import Refused


def main() -> None:
    """Writes {"content": …} or {"refused": code, "values": {…}}; exits 0 in both cases."""
    _limit()
    # openpyxl would import numpy for types that no file here holds, at the cost of a second and of memory.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        answer: dict[str, Any] = {"content": read(sys.stdin.buffer.read(bounds.MAX_BYTES + 1))}
    except Refused as refused:
        answer = {"refused": refused.code, "values": refused.values}
    except MemoryError:
        answer = {"refused": "memory", "values": {}}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def read(content: bytes) -> dict[str, Any]:
    """What a PDF, Word or Excel file holds, as plain values with `kind`. Raises Refused by name."""
    if len(content) > bounds.MAX_BYTES:
        raise Refused("large")
    if sniff.kind_of(content) == "pdf":
        from agent.untrusted.pdf import read_pdf

        return read_pdf(content)
    members, embedded = archive.check(content)
    if "word/document.xml" in members:
        from agent.untrusted.word import read_word

        found = read_word(content, members)
    elif "xl/workbook.xml" in members:
        from agent.untrusted.excel import read_excel

        found = read_excel(content, members)
    else:
        raise Refused("neither")
    if embedded:
        found["left_out"]["embedded"] = embedded
    return found


def _limit() -> None:
    """Memory, processor time, output, open files; no core dump. Where the system has no such limits, the parent's clock is left."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_AS", bounds.CHILD_MEMORY),
        ("RLIMIT_CPU", bounds.CHILD_SECONDS),
        ("RLIMIT_FSIZE", bounds.CHILD_OUTPUT),
        ("RLIMIT_NOFILE", bounds.CHILD_FILES),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            # Some systems know a limit and do not take it (macOS and address space); the other limits and the clock stay.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (value, value))
