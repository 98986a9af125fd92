"""How much room text takes, without any font at hand, and how it is made to fit: smaller, then shortened to whole sentences.

Latin letters are as wide as in DejaVu Sans, which is wider than the fonts that a deck names and stands in for them where they are
missing; a Chinese sign is a full square. Line heights are set in points on the slide, the same in every program and font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

LEADING = 1.32
"""Line height over font size, for any script."""
GAP = 0.45
"""Space after a paragraph over font size."""
SLACK = 0.98
"""Part of a box's width that lines are measured against."""
BETWEEN = 0.38
"""Ems that some programs put between Chinese and Latin signs."""

_SIGNS = "".join(map(chr, range(33, 127))) + "£¥€·•–—‘’“”…×→↑ "


def _metrics(table: str) -> dict[str, float]:
    """Widths in thousandths of an em, by sign."""
    return {sign: int(wide) / 1000 for sign, wide in zip(_SIGNS, table.split(), strict=True)}


_REGULAR = _metrics("""
401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 838 838 838 531 1000
684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 500
613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838 636 636
636 318 590 500 1000 318 318 518 518 1000 838 838 838 318
""")
_BOLD = _metrics("""
456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 696 400 400 838 838 838 580
1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 770 720 682 812 774 1103 771 724 725 457 365 457 838
500 500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838
696 696 696 380 639 500 1000 380 380 657 657 1000 838 838 838 348
""")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\uffef]")
_OPEN = "“‘（【《「『〔("
_CLOSE = "，。、；：！？）】》」』”’…〕,.;:!?)]}%"
_PIECE = re.compile(
    rf"[^\S\u00a0]+|[{_OPEN}]*(?:[\u0021-\u024f\u0370-\u04ff\u2010-\u2015]+|[^\s])[{re.escape(_CLOSE)}]*", re.DOTALL
)
_LATIN_PIECE = re.compile(r"[^\S\u00a0]+|(?:\u00a0|[^\s\-/–—])+[\-/–—]*|[\-/–—]+")
_SENTENCE = re.compile(r"[。！？!?]+[”’」』）)]*|(?<!\d)\.[”’)]*(?=\s|$)")
_CLAUSE = re.compile(r"[，、,：:；;]")


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in points."""
    return sum(wide for wide, _ in _pieces(words, bold)) * size


@lru_cache(maxsize=30_000)
def _pieces(words: str, bold: bool) -> tuple[tuple[float, bool], ...]:
    """What a line does not break, in turn: (width in ems, whether it is a space)."""
    chinese = bool(_CHINESE.search(words))
    found: list[tuple[float, bool]] = []
    latin: bool | None = None
    for piece in (_PIECE if chinese else _LATIN_PIECE).findall(words):
        wide = sum((_advance(sign, bold, chinese) for sign in piece), 0.0)
        for sign in piece if chinese else "":
            if not sign.isspace():
                wide += BETWEEN if latin is not None and latin is not (sign < "\u0250") else 0.0
                latin = sign < "\u0250"
        found.append((wide, piece.isspace()))
    return tuple(found)


@cache
def _advance(sign: str, bold: bool, chinese: bool) -> float:
    code, sign = ord(sign), " " if sign == "\u00a0" else sign
    known = (_BOLD if bold else _REGULAR).get(sign)
    if known is not None and (code < 0x250 or not chinese):
        return known
    if unicodedata.combining(sign) or code in (0x200B, 0x200D, 0xFE0F):
        return 0.0
    if code < 0x2000:
        return 0.75 if bold else 0.68
    return 1.35 if code > 0x1F000 else 1.0


def longest(words: str, size: float, *, bold: bool = False) -> float:
    """Width in points of the widest piece that a line does not break."""
    return max((wide for wide, _ in _pieces(words, bold)), default=0.0) * size


def halved(words: str, *, bold: bool = False) -> float:
    """Width in ems of the narrowest column in which a text stands on two lines."""
    pieces = _pieces(words, bold)
    widths = [
        max(sum(wide for wide, _ in pieces[:at]), sum(wide for wide, _ in pieces[at:])) for at in range(len(pieces) + 1)
    ]
    return min(widths)


def wrap(words: str, size: float, room: float, *, bold: bool = False) -> int:
    """Lines that one paragraph takes in `room` points of width."""
    room, lines, used = max(room * SLACK / size, 1.0), 1, 0.0
    for wide, space in _pieces(words, bold):
        if space:
            used += wide if used else 0.0
        elif used + wide <= room:
            used += wide
        elif wide <= room:
            lines, used = lines + 1, wide
        else:
            step = max(room - 0.8, 0.4)
            more = int(wide / step)
            lines, used = lines + bool(used) + more, wide - more * step
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


def sentences(words: str, size: float, room: float, lines: int, *, bold: bool = False) -> str:
    """As many whole sentences as `lines` lines hold, the first one in any case."""
    ends = [found.end() for found in _SENTENCE.finditer(words)]
    heads = [words[:end].strip() for end in ends] or [words]
    fitting = [head for head in heads if count(head, size, room, bold=bold) <= lines]
    return words if count(words, size, room, bold=bold) <= lines else (fitting or heads[:1])[-1]


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

    `lead`: width in ems that a bullet takes from every line.
    """
    wanted = [words for words in (one.strip() for one in paragraphs) if words]
    size = most
    while size > least and height(wanted, size, room - lead * size, bold=bold) > tall:
        size = max(least, size - 0.5)
    room -= lead * size
    whole = height(wanted, size, room, bold=bold)
    if whole <= tall:
        return Fitted(size, tuple(wanted), whole)
    kept = _cut(wanted, size, room, tall, bold=bold)
    return Fitted(size, tuple(kept), height(kept, size, room, bold=bold), cut=True)


def _cut(wanted: list[str], size: float, room: float, tall: float, *, bold: bool) -> list[str]:
    """Every paragraph down to the same number of lines, then fewer paragraphs."""
    line = size * LEADING
    for number in range(len(wanted), 0, -1):
        free = tall - (number - 1) * size * GAP
        lines = int(free // line)
        if lines < number:
            continue
        needs = [count(words, size, room, bold=bold) for words in wanted[:number]]
        share = [int(one) for one in shares(needs, lines)]
        if min(share) >= min(2, *needs) or number == 1:
            return [
                clip(words, size, room, most, bold=bold) for words, most in zip(wanted[:number], share, strict=True)
            ]
    return [clip(wanted[0], size, room, max(1, int(tall // line)), bold=bold)]


def shares(needs: Sequence[float], room: float) -> list[float]:
    """Room for each: the small ones get what they need, the large ones share the rest; of lines, whole ones."""
    share, left, order = [0.0] * len(needs), room, sorted(range(len(needs)), key=lambda at: needs[at])
    for done, at in enumerate(order):
        share[at] = min(needs[at], max(1, left // (len(order) - done)))
        left -= share[at]
    return share
