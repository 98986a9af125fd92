"""Cuts what was read into passages of a size that a search can use, and says why a part was left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from agent.brief import decode
from agent.brief.language import detect

SIZE = {"zh": 350, "en": 900}
"""Characters of a passage."""
MAX_PASSAGES = 400
"""Of one document: embedding them takes half a minute; what comes after is counted as left out."""
MAX_WORD = 300
"""A run without a space or a mark longer than this is no language: keys, base64, a damaged font."""
_LONG = re.compile(rf"[!-~]{{{MAX_WORD},}}")


def passages(parts: Iterable[tuple[str, str]], left_out: Counter[str]) -> list[dict[str, Any]]:
    """Parts (text, place) joined to passages with `text`, `place` and `language`; repeated and unreadable ones left out."""
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    held: list[str] = []
    start = ""

    def close() -> None:
        text = "\n".join(held).strip()
        held.clear()
        key = re.sub(r"\s+", " ", text)
        if not text:
            return
        if key in seen:
            left_out["repeated"] += 1
        elif len(found) >= MAX_PASSAGES:
            left_out["beyond"] += 1
        else:
            seen.add(key)
            found.append({"text": text, "place": start, "language": "zh" if detect(text).startswith("zh") else "en"})

    for text, place in parts:
        for piece in _pieces(text, left_out):
            limit = SIZE["zh"] if detect(piece).startswith("zh") else SIZE["en"]
            if held and sum(map(len, held)) + len(piece) > limit:
                close()
            if not held:
                start = place
            held.append(piece)
    close()
    return found


def _pieces(text: str, left_out: Counter[str]) -> list[str]:
    """A part as clean lines none of which is longer than a passage."""
    clean = decode.clean(text).text
    clean, unreadable = _LONG.subn(" ", clean)
    if unreadable:
        left_out["unreadable"] += unreadable
    pieces: list[str] = []
    for line in decode.lines(clean):
        rest = line.strip()
        while len(rest) > 900:
            stops = [match.end() for match in re.finditer(r"[。.!?！？;；]\s*", rest[:900]) if match.end() > 200]
            at = stops[-1] if stops else 900
            pieces.append(rest[:at])
            rest = rest[at:]
        if rest:
            pieces.append(rest)
    return pieces
