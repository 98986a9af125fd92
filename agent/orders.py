"""Passages that speak to a machine: "ignore the above", a fake system turn, a tool call, a blob that only a program reads.

Whatever reaches a prompt goes through here. Such a passage stays what it is, the client's words, and may be shown to people; no
model is shown it, so that not even one that obeys everything can obey it. The signs stand in prompts/orders.yaml. They find most
of what is known, not all that can be thought of: behind them stand acceptance, typed edits and escaping (SECURITY.md).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import contextlib
import functools
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import ahocorasick_rs

from agent.compliance.pattern import anchors
from agent.data import read_yaml
from agent.resources import prompts_dir

LEAST = 8
"""Letters from which on a piece of a passage is known again elsewhere."""
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
FEW, MANY = 3, 16
"""Signs written for a program: from how many on they are read, and from how many on nobody writes them for people."""
_GAP = r"[\W_]*"
_HAN = "\u3400-\u9fff"
_BETWEEN = re.compile(f"(?<=[{_HAN}])(?=[{_HAN}])")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_BLOB = re.compile(
    r"(?<![\w+/=.-])(?:[A-Za-z0-9+/_-]{20,}={0,2}|(?:[0-9A-Fa-f]{2}[\s:,]?){16,}|(?:[01]{8}\s?){6,})(?![\w+/=])"
)
"""Base64, hexadecimal, bits."""
_ESCAPES = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{2,6};")
"""Signs written for a program."""
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_SPACED = re.compile(r"(?<!\w)(?:\w[^\w\n]{1,3}){6,}\w(?!\w)")
"""Letters set apart: i-g-n-o-r-e."""
_SPREAD = re.compile(r"(?<!\w)(?:[^\W\d_][^\w\n]{1,3}){15,}[^\W\d_](?!\w)")
"""So many of them that it is no way to set a name."""
_LEET = str.maketrans("013457@$", "oieastas")
_LEETED = re.compile(r"[a-z][013457@$]+[a-z]")
_MARKS = re.compile(r"[\W_]+")
_SENTENCES = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*|\n")
_PIECES = re.compile(r"[。！？!?；;，,、.:：\n]+")


@dataclass(frozen=True)
class _Rule:
    """One sign of an order."""

    pattern: re.Pattern[str]
    anchors: frozenset[str]
    """Letters of which every match holds some; empty where it has to be tried always."""


@dataclass(frozen=True)
class _Signs:
    """All of them, and what tells at a glance which are worth trying."""

    always: tuple[re.Pattern[str], ...]
    automaton: ahocorasick_rs.AhoCorasick
    behind: tuple[tuple[re.Pattern[str], ...], ...]
    """Patterns behind each of the automaton's literals."""
    alike: dict[int, str]
    backwards: re.Pattern[str]
    """A telling word, from its end to its beginning."""
    further: re.Pattern[str]
    """A telling word, each letter thirteen on."""


@functools.cache
def _signs() -> _Signs:
    table: Any = read_yaml(prompts_dir() / "orders.yaml")
    rules = [_rule(one, table["groups"]) for one in table["rules"]]
    literals = sorted({word for rule in rules for word in rule.anchors})
    behind = tuple(tuple(rule.pattern for rule in rules if word in rule.anchors) for word in literals)
    pairs = {ord(pair[0]): pair[1] for pair in table["alike"].split()}
    always = tuple(rule.pattern for rule in rules if not rule.anchors)
    told = table["telling"].split()
    backwards = re.compile("|".join(one[::-1] for one in told))
    further = re.compile("|".join(codecs.encode(one, "rot13") for one in told if one.isascii()))
    return _Signs(always, ahocorasick_rs.AhoCorasick(literals), behind, pairs, backwards, further)


def _rule(written: str, groups: dict[str, str]) -> _Rule:
    """A rule as it is tried: ".." for a stretch, a blank for whatever may stand between words, marks between Chinese characters."""
    whole = written
    for _ in range(2):  # a group may stand inside a group
        whole = re.sub(r"\{([a-z]+)\}", lambda name: f"(?:{groups[name[1]]})", whole)
    whole = re.sub(r"(?<!\.)\.\.(?!\.)", ".{0,40}?", whole)
    words = {_squeezed(one) for one in anchors(whole) or ()}
    pieces = re.split(r"(\[[^\]]*\])", whole)  # what stands in a class stays as it is
    pieces[::2] = [_BETWEEN.sub(lambda _: r"[^\w\n]{0,2}", one).replace(" ", _GAP) for one in pieces[::2]]
    spaced = "".join(pieces)
    return _Rule(re.compile(spaced, re.DOTALL), frozenset(words if all(words) else ()))


def _found(reading: str) -> bool:
    """Whether a folded text holds a sign."""
    signs = _signs()
    if any(one.search(reading) for one in signs.always):
        return True
    hits = {hit[0] for hit in signs.automaton.find_matches_as_indexes(_squeezed(reading), overlapping=True)}
    tried = dict.fromkeys(one for hit in sorted(hits) for one in signs.behind[hit])
    return any(one.search(reading) for one in tried)


def _squeezed(text: str) -> str:
    """Letters and digits alone."""
    return _MARKS.sub("", text)


def spoken_to_people(text: str) -> str:
    """A text without its sentences that speak to a machine; the whole of it where it has no others."""
    parts = _SENTENCES.findall(text)
    kept = "".join(one for one in parts if not one.strip() or not addressed(one)).strip()
    return kept or text


@functools.lru_cache(maxsize=8192)
def addressed(text: str) -> bool:
    """Whether a text holds something that speaks to a machine, in whatever disguise."""
    return len(text) >= 4 and (_encoded(text) or any(map(_found, _readings(text))))


def _readings(text: str) -> Iterator[str]:
    """A text as a machine could read it: plainly, with digits for letters, pulled together, backwards, each letter thirteen on."""
    plain = fold(text)
    yield plain
    if hidden := "".join(chr(ord(one) - 0xE0000) for run in _TAGS.findall(text) for one in run):
        yield fold(hidden)
    if _LEETED.search(plain):
        yield plain.translate(_LEET)
    if _SPACED.search(plain):
        close = _squeezed(plain)
        yield close
        yield close.translate(_LEET)
    if _signs().further.search(plain):
        yield codecs.encode(plain, "rot13")
    if _signs().backwards.search(plain):
        yield plain[::-1]


def fold(text: str) -> str:
    """Lower case without accents and unseen signs, look-alikes as Latin letters, Chinese in simplified characters."""
    plain = unescape(text) if "&" in text else text
    if not plain.isascii():
        plain = _UNSEEN.sub("", plain).encode("utf-8", "replace").decode("utf-8")  # halves of characters are none
        plain = unicodedata.normalize("NFKD", plain)
        plain = unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
        plain = str(_simplified().convert(plain)).casefold().translate(_signs().alike)
    return plain.casefold()


@functools.cache
def _simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def _encoded(text: str) -> bool:
    """Whether a text holds another text in a writing for machines."""
    escapes = _ESCAPES.findall(text)
    if len(escapes) >= FEW and (len(escapes) >= MANY or _found(fold(_unescaped(text)))):
        return True
    if len("".join(_TAGS.findall(text))) >= LEAST or _SPREAD.search(text):
        return True
    return any(_decoded(run) for run in _BLOB.findall(text))


def _unescaped(text: str) -> str:
    text = re.sub(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})", lambda one: chr(int(one[1] or one[2], 16)), text)
    return unescape(urllib.parse.unquote(text, errors="replace"))


def _decoded(run: str) -> str:
    """The words behind a run of base64, hexadecimal or bits; "" where it hides none."""
    plain = re.sub(r"[\s:,]", "", run)
    tries = []
    if re.fullmatch("[01]+", plain):
        tries.append(bytes(int(plain[at : at + 8], 2) for at in range(0, len(plain) - 7, 8)))
    elif re.fullmatch("[0-9A-Fa-f]+", plain) and len(plain) % 2 == 0:
        tries.append(bytes.fromhex(plain))
    with contextlib.suppress(binascii.Error, ValueError):
        padded = plain.replace("-", "+").replace("_", "/") + "=" * (-len(plain) % 4)
        tries.append(base64.b64decode(padded, validate=True))
    for content in tries:
        try:
            words = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
        letters = sum(one.isalpha() or one.isspace() for one in words)
        if len(words) >= 6 and letters >= 0.7 * len(words) and all(one.isprintable() or one.isspace() for one in words):
            return words
    return ""


@dataclass(frozen=True)
class Orders:
    """What a brief's passages of this kind consist of, so that they are known wherever their words come up again."""

    pieces: frozenset[str] = frozenset()
    """Their clauses, letters and digits alone."""

    @classmethod
    def of(cls, passages: Sequence[str]) -> Orders:
        """Of passages that speak to a machine."""
        pieces = {_letters(piece) for one in passages for piece in (*_PIECES.split(one), one)}
        return cls(frozenset(piece for piece in pieces if len(piece) >= LEAST))

    def hold(self, text: str) -> bool:
        """Whether a text speaks to a machine, or repeats a clause of a passage that does."""
        if addressed(text):
            return True
        return bool(self.pieces) and any(piece in _letters(text) for piece in self.pieces)

    def quiet(self, text: str) -> str:
        """The text without the lines that do."""
        if not text or not self.hold(text):
            return text
        return "\n".join(line for line in text.split("\n") if not self.hold(line))


NONE = Orders()


def quoted(text: str, most: int = 60) -> str:
    """The first sentence of a text that speaks to a machine, shortened, for telling people of it; the beginning where it takes all of it."""
    found = next((one for one in _SENTENCES.findall(text) if addressed(one)), text)
    plain = " ".join(_UNSEEN.sub("", found).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


@functools.lru_cache(maxsize=8192)
def _letters(text: str) -> str:
    return "".join(one for one in fold(text) if one.isalnum())
