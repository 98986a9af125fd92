"""A small dictionary between Chinese and English words, learned from what the base says in both.

With it the keyword side crosses languages too: 粉丝 finds "followers". It travels as `knowledge/search/lexicon.json`, made by
`make vectors`, and can be read and mended by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 6
LEAST = 0.12
"""Smallest mean of both directions' probabilities that makes a pair of words a translation."""
MOST = 3
WORDS = 40
"""Words of a unit that are looked at; longer texts say little about which word means which."""
Lexicon = Mapping[str, Sequence[tuple[str, float]]]


@lru_cache(maxsize=2)
def read_lexicon(path: Path) -> Lexicon:
    """Word → its translations with a probability, 0 to 1; empty when the file is missing or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {word: [(str(one), float(share)) for one, share in found.items()] for word, found in data.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def learn(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, dict[str, float]]:
    """The dictionary of word lists that say the same thing, Chinese and English (IBM model 1 in both directions)."""
    chinese: dict[str, int] = {}
    english: dict[str, int] = {}
    rows: list[tuple[int, int, int]] = []
    for number, (left, right) in enumerate(pairs):
        ours = [chinese.setdefault(word, len(chinese)) for word in dict.fromkeys(left[:WORDS])]
        theirs = [english.setdefault(word, len(english)) for word in dict.fromkeys(right[:WORDS])]
        rows += [(number, a, b) for a in ours for b in theirs]
    if not rows:
        return {}
    unit, a, b = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    keys, place = np.unique(a * len(english) + b, return_inverse=True)
    sources = keys // len(english), keys % len(english)
    there, count_there = _probabilities(place, _group(unit, b), sources[0])
    back, count_back = _probabilities(place, _group(unit, a), sources[1])
    share, count = np.sqrt(there * back), np.minimum(count_there, count_back)
    names = list(chinese), list(english)
    found: dict[str, dict[str, float]] = {}
    for i in np.flatnonzero((share > LEAST) & (count > 0.5)):
        one, other = names[0][sources[0][i]], names[1][sources[1][i]]
        if one != other:
            found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = round(float(share[i]), 2)
    return {
        word: dict(sorted(found[word].items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]) for word in sorted(found)
    }


def _group(unit: NDArray[np.int64], word: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for every word of every unit."""
    return np.asarray(np.unique(unit * (int(word.max()) + 1) + word, return_inverse=True)[1], dtype=np.int64)


def _probabilities(
    place: NDArray[Any], group: NDArray[np.int64], source: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p(target | source) for every pair of words, and how often the pair is expected to stand for each other."""
    chance: NDArray[np.float64] = np.ones(len(source))
    counts: NDArray[np.float64] = chance
    for _ in range(ROUNDS):
        mass = chance[place]
        counts = np.asarray(np.bincount(place, mass / np.bincount(group, mass)[group], len(source)), np.float64)
        chance = counts / np.bincount(source, counts)[source]
    return chance, counts
