"""How much of one plan's wording stands in another: MinHash sketches of what a client would recognise, and each plan's nearest other.

Two sketches agree in a place as often as the two texts share their pieces (Jaccard similarity); with 128 places the estimate is within
about ±0.08. Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from agent.plan.model import MarketingPlan

PLACES = 128
"""Minima that a sketch holds."""
PIECE = {"zh": 6, "en": 18}
"""Characters of a piece: about three words in either script."""
PARTS = ("positioning", "strategy", "themes", "adaptations")
"""Parts whose wording should be a brand's own."""
BLOCK = 64
"""Sketches that are held against all others at a time."""
_SEEDS = np.random.default_rng(20261123)
_FACTORS = _SEEDS.integers(1, 2**63, size=PLACES, dtype=np.uint64) | np.uint64(1)
_TERMS = _SEEDS.integers(0, 2**63, size=PLACES, dtype=np.uint64)
_BASE = np.uint64(1_099_511_628_211)


def sketch_of(plan: MarketingPlan) -> bytes:
    """The sketch of a plan's wording: PLACES numbers of 32 bits."""
    told = (text for part in PARTS for text in _texts(getattr(plan, part)))
    return sketch("\n".join(told), PIECE["zh" if plan.meta.language.startswith("zh") else "en"])


def sketch(text: str, piece: int) -> bytes:
    """The sketch of a text by its pieces of so many characters; empty for a text shorter than one."""
    letters = np.frombuffer("".join(text.lower().split()).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(letters) < piece:
        return b""
    letters64 = letters.astype(np.uint64)
    hashes = np.zeros(len(letters) - piece + 1, dtype=np.uint64)
    for at in range(piece):
        hashes = hashes * _BASE + letters64[at : at + len(hashes)]
    hashes ^= hashes >> np.uint64(29)
    minima = np.empty(PLACES, dtype=np.uint64)
    mixed = np.empty_like(hashes)
    for place, (a, b) in enumerate(zip(_FACTORS, _TERMS, strict=True)):
        np.multiply(hashes, a, out=mixed)
        np.add(mixed, b, out=mixed)
        minima[place] = mixed.min()
    return (minima >> np.uint64(32)).astype(np.uint32).tobytes()


def nearest(sketches: bytes) -> list[tuple[int, float] | None]:
    """For each sketch the place of the one most like it among the others and their similarity, 0 to 1; None where it is alone.

    Every pair is held against each other: seconds for ten thousand plans, minutes for a hundred thousand.
    """
    held: NDArray[np.uint32] = np.frombuffer(sketches, dtype=np.uint32).reshape(-1, PLACES)
    if len(held) < 2:
        return [None] * len(held)
    found: list[tuple[int, float] | None] = []
    columns = np.ascontiguousarray(held.T)
    for begin in range(0, len(held), BLOCK):
        block = held[begin : begin + BLOCK]
        agree = np.zeros((len(block), len(held)), dtype=np.uint8)
        for place, column in enumerate(columns):
            agree += block[:, place, None] == column[None, :]
        same = agree.astype(np.int16)
        same[np.arange(len(block)), np.arange(begin, begin + len(block))] = -1
        best = same.argmax(axis=1)
        found += [(int(at), int(same[row, at]) / PLACES) for row, at in enumerate(best)]
    return found


def _texts(node: Any) -> Iterator[str]:
    """Every text that is prose and no id, in the fields' order."""
    if isinstance(node, str):
        if len(node) > 12:
            yield node
    elif isinstance(node, BaseModel):
        for _, value in node:
            yield from _texts(value)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)
