"""The short form of `make chaos`: one run killed at three moments, each of another kind, and taken to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.driver import Reference, Trial

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
