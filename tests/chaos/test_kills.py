"""The short form of `make chaos`: one run killed at three moments, each of another kind, and taken to its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.endpoint import Call, value_hash
from tests.chaos.driver import Reference, Trial, journalled, kept_bodies

pytestmark = pytest.mark.enable_socket


def test_a_run_killed_again_and_again_ends_with_the_same_plan(known: Reference, tmp_path: Path) -> None:
    trial = Trial("short", tmp_path, known)
    with trial.server:
        assert trial.killed(point="plan-saved:1")
        assert trial.killed(moment=("first", 4, 0.0))
        assert trial.killed(point="journal-written:5")
        outcome = trial.finish()
    assert outcome.wrong == []
    assert outcome.again == 0
    assert outcome.kills == 3


def test_whose_answer_is_kept_is_told_only_where_it_can_be(tmp_path: Path) -> None:
    """A worker died between an answer and its record, and another row's record held the same words: no call was made again for it."""
    own, common = value_hash({"words": "one"}), value_hash({"fine": True})
    calls = [
        Call(1, 0.0, "first", answer_hash=own),
        Call(2, 0.0, "second", answer_hash=common),
        Call(3, 0.0, "third", answer_hash=common),
        Call(4, 0.0, "lost"),
    ]
    journal = tmp_path / "journal"
    journal.mkdir()
    for name, value in (("a", {"words": "one"}), ("b", {"fine": True})):
        (journal / f"{name}.json").write_text(json.dumps({"value": value}), encoding="utf-8")
    assert kept_bodies(calls, journalled(tmp_path)) == {"first"}
    (journal / "c.json").write_text(json.dumps({"value": {"fine": True}}), encoding="utf-8")
    assert kept_bodies(calls, journalled(tmp_path)) == {"first", "second", "third"}
