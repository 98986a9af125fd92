"""What brings the two languages together: the space fitted to pairs, the dictionary learned from them, their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.knowledge.lexicon import learn, read_lexicon
from agent.knowledge.space import PLAIN, Space, fit, read_prepared, unit, write_prepared


def pairs(count: int = 400, size: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Meanings said twice: each language adds its own offset and its own noise in a few directions."""
    chance = np.random.default_rng(5)
    meaning = chance.normal(size=(count, size)).astype(np.float32)
    meaning[:, :4] = 0
    said = []
    for offset in (6.0, -6.0):
        noise = np.zeros_like(meaning)
        noise[:, :4] = chance.normal(scale=4, size=(count, 4))
        noise[:, 0] += offset
        said.append(unit(meaning + noise))
    return said[0], said[1]


def first_hits(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.mean(np.argmax(left @ right.T, axis=1) == np.arange(len(left))))


def test_the_space_puts_what_means_the_same_side_by_side() -> None:
    chinese, english = pairs()
    centres, turn = fit(chinese[:200], english[:200])
    space = Space("test", centres, turn)
    before = first_hits(chinese[200:], english[200:])
    after = first_hits(space.placed(chinese[200:], ["zh"] * 200), space.placed(english[200:], ["en"] * 200))
    assert before < 0.6
    assert after > 0.95


def test_vectors_and_space_come_back_from_their_file(tmp_path: Path) -> None:
    chinese, english = pairs(20)
    fitted = fit(chinese, english)
    vectors = {f"{n:032x}": row for n, row in enumerate(chinese)}
    write_prepared(tmp_path / "v.npz", "model", vectors, fitted)
    back = read_prepared(tmp_path / "v.npz", "model")
    assert set(back.vectors) == set(vectors)
    assert all(float(back.vectors[key] @ row) > 0.999 for key, row in vectors.items())
    placed = back.space.placed(english, ["en"] * 20)
    assert np.allclose(placed, Space("", *fitted).placed(english, ["en"] * 20), atol=0.01)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense"])
def test_a_damaged_or_foreign_file_only_costs_time(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    path.write_bytes(content)
    assert read_prepared(path, "model").space is PLAIN
    assert read_prepared(tmp_path / "none.npz", "model").vectors == {}
    write_prepared(path, "one model", {"0" * 32: np.ones(4, np.float32)}, None)
    assert read_prepared(path, "another").vectors == {}
    (tmp_path / "l.json").write_bytes(content)
    assert read_lexicon(tmp_path / "l.json") == {}


def test_the_dictionary_learns_which_word_means_which() -> None:
    said = [
        ("粉丝 增长", "follower growth"), ("粉丝 流失", "follower loss"), ("流失 率", "loss rate"), ("增长 目标", "growth goal"),
        ("粉丝 目标", "follower goal"), ("互动 率", "engagement rate"), ("互动 目标", "engagement goal"),
    ]  # fmt: skip
    found = learn((left.split(), right.split()) for left, right in said)
    best = {word: next(iter(others)) for word, others in found.items()}
    assert {
        "粉丝": "follower",
        "流失": "loss",
        "率": "rate",
        "互动": "engagement",
        "follower": "粉丝",
        "goal": "目标",
    }.items() <= best.items()
    assert learn([]) == {}
