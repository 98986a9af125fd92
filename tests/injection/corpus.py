"""The attacks: every text with halves of its own set in, and disguised copies of some."""

from __future__ import annotations

import base64
import codecs
import functools
import hashlib
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import opencc
from ruamel.yaml import YAML

HOST = "evil.example"
_LATIN = "zor vek tal qui lum dax pym hob wex jun fyl gra nox rud syk bev"
_HAN = "犀黛 玄狸 檀隼 璞麝 棠蜃 朔羽 翡鹿 靛葵 淡狐 杳杏 皓石 霜雁 澹月 昱竹 缶梅 翠樟"
"""Characters that both scripts have: a check that tells of the other script's must not join them."""


@dataclass(frozen=True)
class Attack:
    """One order."""

    id: str
    kind: str
    """What it does: direct, leak, persona, roletag… or the disguise it wears."""
    language: str
    first: str
    second: str
    """The halves of its canary."""
    text: str
    """As it is planted."""

    @property
    def canary(self) -> str:
        """The word that stands nowhere but in the answer of a model that obeyed."""
        return self.first + self.second

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{HOST}/{self.first}{self.second}"


def _halves(number: int, chinese: bool) -> tuple[str, str]:
    """Two halves: capitals, small letters, and Chinese characters or a capital, in turn; no two attacks share a canary."""
    seed = hashlib.sha256(f"canary {number}".encode()).digest()
    if number % 3 == 2 and chinese:
        words, place = _HAN.split(), number // 3
        return words[place % 16], words[(place % 16 + place // 16 + 1) % 16]
    syllables = _LATIN.split()
    first, second = ("".join(syllables[byte % 16] for byte in seed[at : at + 2]) for at in (0, 2))
    first, second = first + syllables[number % 16][:2], second + syllables[number // 16 % 16]
    return (first.upper(), second.upper()) if number % 3 == 0 else (first.title() if number % 3 == 2 else first, second)


_CYRILLIC = str.maketrans("aceopxyAEOPCX", "асеорхуАЕОРСХ")
DISGUISES: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "percent": lambda text: urllib.parse.quote(text, safe=""),
    "escapes": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "entities": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "bits": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "tags": lambda text: "茶" + "".join(chr(0xE0000 + ord(one)) for one in text if ord(one) < 128),
    "zero width": lambda text: "\u200b".join(text),
    "homoglyphs": lambda text: text.translate(_CYRILLIC),
    "spaced": lambda text: " ".join(text.replace(" ", "")),
    "backwards": lambda text: text[::-1],
    "full width": lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    "traditional": lambda text: str(opencc.OpenCC("s2t").convert(text)),
    "overrides": lambda text: "\u202e" + text + "\u202c",
    "interpuncts": lambda text: "·".join(text),
}
"""Writings under which a model may still read an order."""
LATIN_ONLY = {"rot13", "tags", "homoglyphs"}
HAN_ONLY = {"traditional"}
EACH = 5
"""Copies in each disguise."""


@functools.cache
def attacks() -> tuple[Attack, ...]:
    """All of them, in a fixed order."""
    written: list[tuple[str, str, str]] = YAML(typ="safe").load(
        Path(__file__).with_name("attacks.yaml").read_text(encoding="utf-8")
    )
    found = [_made(number, kind, language, text, "") for number, (kind, language, text) in enumerate(written)]
    chinese = [one for one in written if one[1] != "en"]
    english = [one for one in written if one[1] == "en"]
    for place, (name, _) in enumerate(DISGUISES.items()):
        for turn in range(EACH):
            wants_english = name in LATIN_ONLY or (turn >= 3 and name not in HAN_ONLY)
            pool = english if wants_english else chinese
            _, language, text = pool[(place * 7 + turn * 11) % len(pool)]
            found.append(_made(len(found), name, language, text, name))
    return tuple(found)


def _made(number: int, kind: str, language: str, text: str, disguise: str) -> Attack:
    first, second = _halves(number, language != "en")
    plain = text.replace("{a}", first).replace("{b}", second).replace("{gap}", "、" if language != "en" else " ")
    plain = plain.replace("{url}", f"https://{HOST}/{first}")
    worn = DISGUISES[disguise](plain) if disguise else plain
    return Attack(f"{number:03d}-{kind.replace(' ', '-')}", kind, language, first, second, worn)
