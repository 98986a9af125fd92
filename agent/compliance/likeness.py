"""What a text is made of for the learned reader: pieces of its words, of both languages, and the facts that are known of it."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from agent.compliance.model import Facts

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z']+|0+|[%$£€#@!?]")
_ZH = (1, 2, 3)
"""Lengths of the pieces of Chinese text, in characters."""
_EN = (2, 3, 4, 5)
"""Lengths of the pieces of an English word and the blanks around it."""
_APART = (2, 3, 4)
"""How far apart two English words may stand to count as a pair: "no … needed"."""

Piece = tuple[str, int, int]
"""A piece, and where it begins and ends in the levelled text."""


def tongue_of(text: str) -> str:
    """zh or en: what a levelled text is mostly written in; a Chinese character says as much as two letters. Empty for neither."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return "" if not han and not latin else "zh" if 2 * han >= latin else "en"


def pieces(text: str, tongue: str) -> Iterator[Piece]:
    """The pieces of a levelled text with their places; every digit counts as 0."""
    text = _DIGIT.sub("0", text)
    if tongue == "zh":
        for length in _ZH:
            for start in range(len(text) - length + 1):
                yield text[start : start + length], start, start + length
        return
    words = [(found.group(), *found.span()) for found in _WORD.finditer(text)]
    for place, (word, start, end) in enumerate(words):
        for piece in _parts(word):
            yield piece, start, end
        for far in (1, *_APART):
            if place + far < len(words):
                other = words[place + far]
                yield f"{word}{' ' if far == 1 else '_'}{other[0]}", start, other[2]


def kinds(text: str, tongue: str) -> set[str]:
    """The pieces of a levelled text, each once and without its places: what `pieces` gives, quicker."""
    text = _DIGIT.sub("0", text)
    if tongue == "zh":
        return {text[start : start + length] for length in _ZH for start in range(len(text) - length + 1)}
    words = _WORD.findall(text)
    found = {f"{one} {other}" for one, other in itertools.pairwise(words)}
    for far in _APART:
        found.update(f"{one}_{other}" for one, other in zip(words, words[far:], strict=False))
    return found.union(*map(_parts, set(words)))


@functools.lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    """An English word and the pieces of it, told from words by a tilde."""
    edged = f" {word} "
    cut = (edged[start : start + length] for length in _EN for start in range(max(1, len(edged) - length + 1)))
    return (word, *(f"~{one}" for one in cut))


def known(facts: Facts) -> dict[str, float]:
    """The facts of a text as features: one each for what is known, shared among regions where there are several."""
    found = {f"=region={one}": 1 / len(facts.regions) for one in facts.regions}
    for name in ("category", "paid", "author", "ai_media", "platform", "minors"):
        value = getattr(facts, name)
        if value not in (None, ""):
            found[f"={name}={value}"] = 1.0
    return found
