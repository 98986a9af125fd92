"""How much room text takes, without any font at hand, and how it is made to fit: smaller, then cut at a sentence's end.

Widths are those of a wide sans-serif (DejaVu for Latin, a full square for Chinese), so that narrower fonts have room to spare. Line
heights are set in points on the slide, which makes them the same in every program and font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

LEADING = 1.32
"""Line height over font size, for any script."""
GAP = 0.45
"""Space after a paragraph over font size."""
SLACK = 0.97
"""Part of a box's width that lines are measured against."""

_TOKEN = re.compile(r"\s+|[\u0021-\u024f\u0370-\u04ff\u2010-\u2015\u2026]+|.", re.DOTALL)
_SENTENCE = re.compile(r"[。！？!?]+[”’」』）)]*|(?<!\d)\.(?=\s|$)")
_CLAUSE = re.compile(r"[，、,：:；;]")
_NEVER_FIRST = "，。、；：！？）】》」』”’…,.;:!?)]}%"


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in points."""
    return sum(map(_advance, words)) * size * (1.1 if bold else 1.0)


@cache
def _advance(sign: str) -> float:
    code = ord(sign)
    if code < 0x250:
        if sign in "ijl'|.,:;! `":
            return 0.33
        if sign in 'ftr()[]{}/\\-"I':
            return 0.41
        if sign in "mwMW@%&":
            return 0.97
        return 0.73 if sign.isupper() else 0.62
    if unicodedata.combining(sign) or code in (0x200B, 0x200D, 0xFE0F):
        return 0.0
    return 1.35 if code > 0x1F000 else 1.0 if code > 0x2000 else 0.68


def words(text: str) -> list[str]:
    """The pieces of a text that a line does not break."""
    return [token for token in _TOKEN.findall(text) if not token.isspace()]


def wrap(words: str, size: float, room: float, *, bold: bool = False) -> int:
    """Lines that one paragraph takes in `room` points of width."""
    room, lines, used = max(room * SLACK, size), 1, 0.0
    tokens = _TOKEN.findall(words)
    for place, token in enumerate(tokens):
        if token.isspace():
            used += width(token, size, bold=bold) if used else 0.0
            continue
        wide = width(token, size, bold=bold)
        follower = tokens[place + 1] if place + 1 < len(tokens) else ""
        hang = width(follower, size) if len(token) == 1 and follower and follower in _NEVER_FIRST else 0.0
        if used + wide + hang <= room:
            used += wide
        elif wide <= room:
            lines, used = lines + 1, wide
        else:
            lines, used = lines + bool(used), 0.0
            for sign in token:
                step = width(sign, size, bold=bold)
                if used + step > room:
                    lines, used = lines + 1, 0.0
                used += step
    return lines


def count(words: str, size: float, room: float, *, bold: bool = False) -> int:
    """Lines of a text that may hold line breaks."""
    return sum(wrap(part, size, room, bold=bold) for part in words.split("\n"))


def height(paragraphs: Sequence[str], size: float, room: float, *, bold: bool = False) -> float:
    """Height of paragraphs in points."""
    lines = sum(count(words, size, room, bold=bold) for words in paragraphs)
    return lines * size * LEADING + max(0, len(paragraphs) - 1) * size * GAP


def clip(words: str, size: float, room: float, lines: int, *, bold: bool = False) -> str:
    """As much of a text as `lines` lines hold, up to the end of a sentence, else of a clause, else with an ellipsis."""
    if count(words, size, room, bold=bold) <= lines:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = count(words[:middle].rstrip() + "…", size, room, bold=bold) <= lines
        low, high = (middle, high) if fits else (low, middle - 1)
    head = words[:low]
    ends = [found.end() for found in _SENTENCE.finditer(head)]
    if ends and ends[-1] >= low * 0.45:
        return head[: ends[-1]].strip()
    clauses = [found.start() for found in _CLAUSE.finditer(head) if found.start() >= low * 0.6]
    cut = clauses[-1] if clauses else low
    if not clauses and low < len(words) and words[low - 1 : low + 1].isascii() and " " in head[int(low * 0.6) :]:
        cut = head.rindex(" ")
    return head[:cut].rstrip(" ，、,;；:：") + "…"


@dataclass(frozen=True)
class Fitted:
    """Text that fits its box: the font size in points, the paragraphs, their height, and whether anything was left out."""

    size: float
    paragraphs: tuple[str, ...]
    height: float
    cut: bool = False


def fit(
    paragraphs: Sequence[str],
    room: float,
    tall: float,
    *,
    most: float,
    least: float,
    bold: bool = False,
    lead: float = 0,
) -> Fitted:
    """The largest size from `most` down to `least` points at which the paragraphs fit, else cut at `least`.

    `lead`: width in points that a bullet takes from every line.
    """
    wanted = [words for words in (one.strip() for one in paragraphs) if words]
    size = most
    while size > least and height(wanted, size, room - lead, bold=bold) > tall:
        size = max(least, size - 0.5)
    whole = height(wanted, size, room - lead, bold=bold)
    if whole <= tall:
        return Fitted(size, tuple(wanted), whole)
    kept = _cut(wanted, size, room - lead, tall, bold=bold)
    return Fitted(size, tuple(kept), height(kept, size, room - lead, bold=bold), cut=True)


def _cut(wanted: list[str], size: float, room: float, tall: float, *, bold: bool) -> list[str]:
    """Every paragraph down to the same number of lines, then fewer paragraphs."""
    line = size * LEADING
    for number in range(len(wanted), 0, -1):
        free = tall - (number - 1) * size * GAP
        lines = int(free // line)
        if lines < number:
            continue
        needs = [count(words, size, room, bold=bold) for words in wanted[:number]]
        share = _shares(needs, lines)
        if min(share) >= min(2, *needs) or number == 1:
            return [
                clip(words, size, room, most, bold=bold) for words, most in zip(wanted[:number], share, strict=True)
            ]
    return [clip(wanted[0], size, room, max(1, int(tall // line)), bold=bold)]


def _shares(needs: Sequence[int], lines: int) -> list[int]:
    """Lines for each paragraph: the short ones get what they need, the long ones share the rest."""
    share, left, order = [0] * len(needs), lines, sorted(range(len(needs)), key=lambda at: needs[at])
    for done, at in enumerate(order):
        share[at] = min(needs[at], max(1, left // (len(order) - done)))
        left -= share[at]
    return share
