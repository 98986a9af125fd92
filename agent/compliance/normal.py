"""A text levelled for matching: width, case, script, spacing, look-alikes; every character knows where it came from."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import opencc

_HAN = "\u3400-\u9fff"
_STUFFING = frozenset("·•.*_~^|/\\-—– \t\u3000+=")
"""Marks that dodgers put between the characters of a Chinese word."""


@dataclass(frozen=True)
class Levelled:
    """The levelled text, and for each of its characters the span of the original that it stands for."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original for a slice of the levelled text."""
        return (self.starts[start], self.ends[end - 1]) if end > start else (0, 0)


@dataclass(frozen=True)
class Variants:
    """Spellings that dodge a list, from variants.yaml."""

    inside: Mapping[str, str]
    homoglyphs: Mapping[str, str]
    leet: Mapping[str, str]


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=30_000)
def _simple(char: str) -> str:
    """One character in simplified script; itself when the conversion is longer or empty."""
    made: str = _to_simplified().convert(char)
    return made if len(made) == 1 else char


Cells = list[tuple[str, int, int]]


def level(text: str, variants: Variants) -> Levelled:
    """Full-width to half, capitals to small, traditional to simplified, stuffing and look-alikes undone."""
    cells = _folded(text)
    cells = _latin(cells, variants)
    cells = _unstuffed(cells)
    cells = _respelled(cells, variants.inside)
    return Levelled("".join(c for c, _, _ in cells), tuple(s for _, s, _ in cells), tuple(e for _, _, e in cells))


def _folded(text: str) -> Cells:
    cells: Cells = []
    for place, char in enumerate(text):
        if unicodedata.category(char) in ("Cf", "Mn"):
            continue
        if "\u3400" <= char <= "\u9fff":
            cells.append((_simple(char), place, place + 1))
            continue
        for made in unicodedata.normalize("NFKC", char).lower():
            cells.append((_PLAIN.get(made, made), place, place + 1))
    return cells


_PLAIN = {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "\t": " ", "\u00a0": " ", "，": ",", "➕": "+"}


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z"


def _latin(cells: Cells, variants: Variants) -> Cells:
    """Cyrillic look-alikes and digits inside Latin words; hyphens between words; letters spelled out with blanks."""
    chars = "".join(c for c, _, _ in cells)
    made = list(chars)
    for word in re.finditer(r"[a-z\u0370-\u03ff\u0400-\u04ff]{2,}", chars):
        if any(_is_latin(c) for c in word.group()) or all(c in variants.homoglyphs for c in word.group()):
            for place in range(*word.span()):
                made[place] = variants.homoglyphs.get(made[place], made[place])
    for found in re.finditer(r"(?<=[a-z])[013@$5](?=[a-z])", "".join(made)):
        made[found.start()] = variants.leet.get(found.group(), found.group())
    for found in re.finditer(r"(?<=[a-z0-9])[-\u2010-\u2015](?=[a-z0-9])", "".join(made)):
        made[found.start()] = " "
    drop = {
        place
        for found in re.finditer(r"(?<![a-z])(?:[a-z][ .*_]){2,}[a-z](?![a-z])", "".join(made))
        for place in range(*found.span())
        if not _is_latin(made[place])
    }
    return [(made[i], s, e) for i, (_, s, e) in enumerate(cells) if i not in drop]


def _unstuffed(cells: Cells) -> Cells:
    """Runs of blanks become one; marks and blanks between two Chinese characters go."""
    kept: Cells = []
    place = 0
    while place < len(cells):
        char = cells[place][0]
        if char not in _STUFFING:
            kept.append(cells[place])
            place += 1
            continue
        end = place
        while end < len(cells) and cells[end][0] in _STUFFING:
            end += 1
        between = place and end < len(cells) and _is_han(cells[place - 1][0]) and _is_han(cells[end][0])
        if not between:
            run = cells[place:end]
            kept.extend([c for i, c in enumerate(run) if not (c[0] == " " and i and run[i - 1][0] == " ")])
        place = end
    return kept


def _respelled(cells: Cells, inside: Mapping[str, str]) -> Cells:
    """Half-pinyin spellings beside a Chinese character ("zui好")."""
    text = "".join(c for c, _, _ in cells)
    for wrong, right in inside.items():
        if wrong not in text:
            continue
        made: Cells = []
        done = 0
        for found in re.finditer(re.escape(wrong), text):
            start, end = found.span()
            if re.search(f"[{_HAN}]", text[max(0, start - 1) : end + 1]) is None:
                continue
            made += cells[done:start] + [(char, cells[start][1], cells[end - 1][2]) for char in right]
            done = end
        cells = made + cells[done:]
        text = "".join(c for c, _, _ in cells)
    return cells
