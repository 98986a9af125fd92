"""A batch over Dask: the same files as without it, and after its scheduler, a worker or its own process was killed. The short form of `make chaos`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from agent.api import Result
from tests.batch.conftest import Inline, jsonl, quick, rows, run, sample
from tests.batch.conftest import maker as maker
from tests.batch.test_kills import outcome
from tests.chaos.batches import Shown, Yard
from tests.chaos.clusters import Crew, given, through

__all__ = ["quick", "sample"]
pytestmark = pytest.mark.enable_socket


@pytest.fixture(autouse=True)
def loopback() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


def test_a_cluster_makes_what_processes_make(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows("甲", "!乙", "丙"), "{")
    run(source, tmp_path / "whole")
    shown = Shown("nobody is killed")

    def work(address: str) -> int:
        return run(source, tmp_path / "out", cluster=address)[0].exit_code

    through(Crew(work), tmp_path / "out", random.Random(1), 0, 0.1, shown)
    assert shown.wrong == []
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


@pytest.mark.parametrize("role", ["scheduler", "worker", "batch"])
def test_whoever_is_killed_the_same_command_ends_it(
    sample: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr("tests.chaos.clusters.ROLES", (role,))
    yard, kills = Yard(tmp_path, sample), 0
    for seed in range(3, 15):  # on a quick machine a batch may end before its first kill; the next one is met sooner
        shown = given(yard, seed, 2, tmp_path / f"killed-{seed}")
        assert shown.wrong == []
        kills += shown.kills
        if kills:
            break
    assert kills
