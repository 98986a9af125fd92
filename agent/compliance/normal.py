"""A text levelled for matching: width, case, script, spacing, look-alikes; every character knows where it came from."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import opencc

_HAN = "\u3400-\u9fff"
_STUFFING = r"·•.*_~^|/\\\-—– +="
"""Marks that dodgers put between the characters of a Chinese word."""


@dataclass(frozen=True)
class Levelled:
    """The levelled text, and for each of its characters the span of the original that it stands for."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

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


def _fold(char: str) -> str:
    """What one character is levelled to: half width, small, simplified; nothing for marks that cannot be seen."""
    if "\u3400" <= char <= "\u9fff":
        made: str = _to_simplified().convert(char)
        return made if len(made) == 1 else char
    if unicodedata.category(char) in ("Cf", "Mn"):
        return ""
    return "".join(_PLAIN.get(one, one) for one in unicodedata.normalize("NFKC", char).lower())


_PLAIN = {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "\t": " ", "\u00a0": " ", "➕": "+"}


@dataclass
class _Cells:
    """A text on its way: characters and the span of the original behind each."""

    chars: list[str]
    starts: list[int]
    ends: list[int]

    def kept(self, drop: set[int]) -> _Cells:
        """Without the cells at these places."""
        if not drop:
            return self
        stay = [place for place in range(len(self.chars)) if place not in drop]
        return _Cells(*([row[place] for place in stay] for row in (self.chars, self.starts, self.ends)))  # type: ignore[arg-type]


def level(text: str, variants: Variants) -> Levelled:
    """Full-width to half, capitals to small, traditional to simplified, stuffing and look-alikes undone."""
    made = text.translate(_FOLDS)
    if _FOLDS.odd.isdisjoint(text) and not _touched(made, variants):
        return Levelled(made, range(len(made)), range(1, len(made) + 1))
    cells = _folded(text, made)
    cells = _latin(cells, variants)
    cells = _unstuffed(cells)
    cells = _respelled(cells, variants.inside)
    return Levelled("".join(cells.chars), tuple(cells.starts), tuple(cells.ends))


def _touched(made: str, variants: Variants) -> bool:
    """Whether a text that is folded has anything that one of the further steps works on: most texts have nothing."""
    latin = (_FOREIGN, _LEET, _HYPHEN, _SPELLED)
    return (
        _STUFFED.search(made) is not None
        or any(wrong in made for wrong in variants.inside)
        or any(pattern.search(made) for pattern in latin)
    )


class _Folds(dict[int, str]):
    """What each character is levelled to, worked out when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: set[str] = set()
        """Characters met so far that are levelled to none or to several."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _fold(chr(code))
        if len(made) != 1:
            self.odd.add(chr(code))
        return made


_FOLDS = _Folds()


def _folded(text: str, made: str) -> _Cells:
    """A text and what its characters are levelled to."""
    if _FOLDS.odd.isdisjoint(text):
        starts = list(range(len(text)))
    else:
        starts = [place for place, char in enumerate(text) for _ in _FOLDS[ord(char)]]
    return _Cells(list(made), starts, [place + 1 for place in starts])


_WORD = re.compile(r"[a-z\u0370-\u03ff\u0400-\u04ff]{2,}")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_LEET = re.compile(r"(?<=[a-z])[013@$5](?=[a-z])")
_HYPHEN = re.compile(r"(?<=[a-z0-9])[-\u2010-\u2015](?=[a-z0-9])")
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][ .*_]){2,}[a-z](?![a-z])")


def _latin(cells: _Cells, variants: Variants) -> _Cells:
    """Cyrillic look-alikes and digits inside Latin words; hyphens between words; letters spelled out with blanks."""
    made = cells.chars
    text = "".join(made)
    if _FOREIGN.search(text):
        for word in _WORD.finditer(text):
            if re.search("[a-z]", word.group()) or all(c in variants.homoglyphs for c in word.group()):
                for place in range(*word.span()):
                    made[place] = variants.homoglyphs.get(made[place], made[place])
        text = "".join(made)
    for found in _LEET.finditer(text):
        made[found.start()] = variants.leet.get(found.group(), found.group())
    for found in _HYPHEN.finditer(text):
        made[found.start()] = " "
    drop = {
        place for found in _SPELLED.finditer(text) for place in range(*found.span()) if not "a" <= made[place] <= "z"
    }
    return cells.kept(drop)


_STUFFED = re.compile(f"(?<=[{_HAN}])[{_STUFFING}]+(?=[{_HAN}])| {{2,}}")


def _unstuffed(cells: _Cells) -> _Cells:
    """Runs of blanks become one; marks and blanks between two Chinese characters go."""
    drop: set[int] = set()
    for found in _STUFFED.finditer("".join(cells.chars)):
        start, end = found.span()
        blanks = start == 0 or (found.group().isspace() and not re.match(f"[{_HAN}]", cells.chars[start - 1]))
        drop.update(range(start + 1 if blanks else start, end))
    return cells.kept(drop)


def _respelled(cells: _Cells, inside: Mapping[str, str]) -> _Cells:
    """Half-pinyin spellings beside a Chinese character ("zui好")."""
    text = "".join(cells.chars)
    for wrong, right in inside.items():
        if wrong not in text:
            continue
        for found in reversed(list(re.finditer(re.escape(wrong), text))):
            start, end = found.span()
            if re.search(f"[{_HAN}]", text[max(0, start - 1) : end + 1]):
                first, last = cells.starts[start], cells.ends[end - 1]
                cells.chars[start:end] = list(right)
                cells.starts[start:end] = [first] * len(right)
                cells.ends[start:end] = [last] * len(right)
                text = "".join(cells.chars)
    return cells
