"""Sketches tell how much wording two texts share."""

from __future__ import annotations

import random

import pytest

from agent.batch.likeness import PLACES, nearest, sketch

WORDS = [f"word{number}" for number in range(4000)]


def text(seed: int, number: int = 1500) -> str:
    return " ".join(random.Random(seed).sample(WORDS, number))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_the_estimate_is_near_what_is_shared(share: float) -> None:
    common, rest = text(1, 1000), text(2, 1000)
    cut = round(len(common) * share)
    one, other = common, common[:cut] + rest[cut:]
    true = _jaccard(one, other)
    (_, found), _ = nearest(sketch(one, 18) + sketch(other, 18))  # type: ignore[misc]
    assert abs(found - true) < 0.13


def _jaccard(one: str, other: str) -> float:
    sets = [
        {plain[at : at + 18] for at in range(len(plain) - 17)} for plain in ("".join(t.split()) for t in (one, other))
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_the_nearest_is_found_among_many_blocks() -> None:
    texts = [text(seed, 300) for seed in range(150)]
    texts[140] = texts[3] + " and a little more"
    found = nearest(b"".join(sketch(one, 18) for one in texts))
    assert found[3] is not None
    assert found[3][0] == 140
    assert found[140] is not None
    assert found[140][0] == 3
    assert found[140][1] > 0.8


def test_one_alone_has_no_neighbour() -> None:
    assert nearest(b"") == []
    assert nearest(sketch(text(1), 18)) == [None]
    assert sketch("short", 18) == b""
    assert len(sketch(text(1), 18)) == 4 * PLACES
