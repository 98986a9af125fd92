"""The typefaces that travel with a document: cut down to the characters it uses, so that it looks the same everywhere.

Noto Sans SC and TC hold Chinese and Latin in one design; the Noto faces of other scripts and Noto Emoji fill what they
lack. All are under the SIL Open Font License, which allows embedding and cutting; they come from two PyPI packages.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agent.errors import SetupError

REGULAR, BOLD = 400, 700
FAMILIES = {
    "Noto Sans SC": ("justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"),
    "Noto Sans TC": ("justmytype_intl_cjk", "fonts/ofl/notosanstc/NotoSansTC[wght].ttf"),
    "Noto Sans KR": ("justmytype_intl_cjk", "fonts/ofl/notosanskr/NotoSansKR[wght].ttf"),
}
"""Family → package and file in it. The other Noto faces are found by their file names."""
FIRST = {
    "zh-CN": ("Noto Sans SC", "Noto Sans TC"),
    "zh-TW": ("Noto Sans TC", "Noto Sans SC"),
    "en": ("Noto Sans", "Noto Sans SC", "Noto Sans TC"),
}
"""Language → the families tried first. Noto Sans leads in English: the Chinese faces have quotes as wide as a character."""
EMOJI = "Noto Emoji"
LEGAL = (0, 13, 14)
"""Names that a cut face keeps: copyright, licence and its address."""
MISSING = "\ufffd"
"""What stands for a character that no face has."""


@dataclass(frozen=True)
class Face:
    """One weight of a family, cut to size, as a TrueType file."""

    family: str
    weight: int
    data: bytes

    @property
    def filename(self) -> str:
        """A plain file name for it."""
        return f"{self.family.replace(' ', '')}-{self.weight}.ttf"


def order(language: str) -> tuple[str, ...]:
    """The families in which a character is looked for, the main one first."""
    first = FIRST[language]
    rest = sorted(name for name in _files() if name not in (*first, EMOJI))
    return (*first, EMOJI, *rest)


def main_family(language: str) -> str:
    """The family that the document is set in."""
    return order(language)[0]


@lru_cache(maxsize=8)
def faces(characters: frozenset[str], language: str) -> tuple[Face, ...]:
    """Regular and bold of every family that `characters` need, the main family first.

    Raises SetupError when the fonts are not installed.
    """
    found = []
    for family, wanted in _shares(characters, language).items():
        found += [Face(family, weight, _cut(family, frozenset(wanted), weight)) for weight in (REGULAR, BOLD)]
    return tuple(found)


def families(characters: frozenset[str], language: str) -> tuple[str, ...]:
    """The families that `faces` gives, in the order in which a renderer tries them."""
    return tuple(_shares(characters, language))


def printable(words: str, language: str) -> str:
    """Words with a replacement sign for every character that no face has; joiners and variation signs go."""
    return words.translate(_table(language))


@cache
def _table(language: str) -> _Shown:
    return _Shown(language)


class _Shown(dict[int, str]):
    """Code point → what is printed for it, looked up the first time it is met."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, code: int) -> str:
        one = chr(code)
        if one == "\n":
            shown = one
        elif unicodedata.category(one) in ("Cc", "Cf", "Cs") or "\ufe00" <= one <= "\ufe0f":
            shown = ""
        else:
            shown = one if home(one, self.language) else MISSING
        self[code] = shown
        return shown


@lru_cache(maxsize=20000)
def home(one: str, language: str) -> str:
    """The first family that has a character, or nothing."""
    return next((family for family in order(language) if ord(one) in _covered(family)), "")


def _shares(characters: Iterable[str], language: str) -> dict[str, set[str]]:
    """Family → the characters that it is needed for. The main family always has the basic signs."""
    main = main_family(language)
    found: dict[str, set[str]] = {main: {chr(code) for code in range(0x20, 0x7F)} | {MISSING}}
    for one in characters:
        if family := home(one, language):
            found.setdefault(family, set()).add(one)
    names = order(language)
    return dict(sorted(found.items(), key=lambda item: names.index(item[0])))


@cache
def _files() -> dict[str, Path]:
    """Family → its variable font file. Raises SetupError when the packages are not installed."""
    found = {}
    for family, (package, name) in FAMILIES.items():
        found[family] = _folder(package) / name
    for path in sorted(path for path in _folder("manimgx_fonts").glob("Noto*.ttf") if "Italic" not in path.name):
        family = path.name.split("[")[0].removesuffix(".ttf")
        found.setdefault(_spaced(family), path)
    return found


def _folder(package: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = find_spec(package)
    tools = all(find_spec(name) for name in ("fontTools", "uharfbuzz"))
    if spec is None or not spec.submodule_search_locations or not tools:
        raise SetupError(
            "The fonts of the laid-out formats are not installed.", hint='Install them: pip install "cehua[export]".'
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _spaced(name: str) -> str:
    """NotoSansThai → Noto Sans Thai."""
    return "".join(f" {one}" if one.isupper() and at else one for at, one in enumerate(name))


@cache
def _opened(family: str) -> Any:
    """The whole variable face."""
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_files()[family])))


@cache
def _covered(family: str) -> frozenset[int]:
    """The code points that a family has."""
    return frozenset(_opened(family).unicodes)


def _cut(family: str, characters: frozenset[str], weight: int) -> bytes:
    """One weight of a variable face with these characters only, named as what it now is."""
    import uharfbuzz

    face = _opened(family)
    asked = uharfbuzz.SubsetInput()
    asked.unicode_set.update({ord(one) for one in characters})
    asked.pin_axis_location(face, "wght", weight)
    asked.sets(uharfbuzz.SubsetInputSets.NAME_ID).update(LEGAL)
    return _named(bytes(uharfbuzz.subset(face, asked).blob.data), family, weight)


def _named(data: bytes, family: str, weight: int) -> bytes:
    """A font file with the names and style bits that programs match a family and its bold by."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), lazy=True, recalcTimestamp=False)
    style = "Bold" if weight == BOLD else "Regular"
    plain = family.replace(" ", "")
    table = font["name"]
    licence = [table.getDebugName(number) or "" for number in LEGAL]
    table.names = []
    names = {0: licence[0], 1: family, 2: style, 3: f"{plain}-{style}-subset", 4: f"{family} {style}", 6: f"{plain}-{style}", 13: licence[1], 14: licence[2]}  # fmt: skip
    for number, words in names.items():
        table.setName(words, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if weight == BOLD else 0x40
    font["head"].macStyle = int(weight == BOLD)
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def as_woff(face: Face) -> bytes:
    """A face packed for web pages."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(face.data), lazy=True, recalcTimestamp=False)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()
