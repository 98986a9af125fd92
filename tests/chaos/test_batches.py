"""What befalls a batch: kills, full and read-only disks, torn files, a second writer, jumping clocks. The short form of `make chaos`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.api import Result
from agent.batch.place import HIDDEN, Place
from agent.errors import SetupError
from agent.files import write_text
from tests.batch.conftest import Inline, jsonl, quick, rows, run, sample
from tests.batch.conftest import maker as maker
from tests.batch.test_kills import outcome
from tests.chaos.batches import BRANDS, Yard, at_random

__all__ = ["quick", "sample"]


@pytest.fixture
def loopback() -> None:
    """No socket at all: a batch without a model needs none."""


def test_killed_at_random_moments(sample: Result, tmp_path: Path) -> None:
    yard = Yard(tmp_path, sample)
    shown = [at_random(yard, seed, 4, tmp_path / f"seed-{seed}") for seed in (1, 2)]
    assert [one.wrong for one in shown] == [[], []]
    assert sum(one.kills for one in shown) >= 1


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; mounting one takes root."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_full_ends_the_batch_with_the_next_step(quick: Inline, tiny: Path, tmp_path: Path) -> None:
    """Whatever the last bytes are asked for by: a plan, the ledger, the log, an index. Then there is room, and the same command goes on."""
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    run(source, tmp_path / "whole")
    hog = tiny / "hog"
    for kept in (1_900_000, 1_000_000, 400_000, 100_000):
        hog.write_bytes(b"x" * min(kept, _free(tiny) - 4096))
        stopped: SetupError | None = None
        try:
            ended, _ = run(source, tiny / "out")
        except SetupError as error:
            stopped = error
        assert stopped or (ended.exit_code == 3 and ended.left > 0)
        assert not stopped or ("tiny" in stopped.message and stopped.hint)
        hog.unlink(missing_ok=True)
    whole = outcome(tmp_path / "whole")
    subprocess.run(["mount", "-o", "remount,size=40m", str(tiny)], check=True)
    again, _ = run(source, tiny / "out", retry_failed=True)
    assert again.left == 0
    assert outcome(tiny / "out") == whole


def _free(folder: Path) -> int:
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def test_a_folder_that_cannot_be_written_is_told_before_any_plan(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows("甲"))
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(SetupError, match="cannot be written"):
        run(source, tmp_path / "out" / "deeper")
    assert quick.asked == []


@pytest.mark.parametrize(
    "name", ["ledger.sqlite", "batch.json", "index.csv", "index.html", "row.json", "events.jsonl", "plan.json"]
)
@pytest.mark.parametrize("harm", ["cut", "emptied", "flipped"])
def test_a_torn_file_is_mended_or_made_again(quick: Inline, tmp_path: Path, name: str, harm: str) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙")), tmp_path / "out"
    run(source, out)
    whole = outcome(out)
    path = next(one for one in sorted(out.rglob(name)) if one.is_file())
    content = path.read_bytes()
    middle = len(content) // 2
    torn = {"cut": content[:middle], "emptied": b"", "flipped": content[:middle] + b"\xff\x00" + content[middle + 2 :]}
    path.write_bytes(torn[harm])
    quick.asked.clear()
    # The index is written again where something has changed; a row that is added is such a change.
    jsonl(source, *rows("甲", "乙", "丙"))
    ended, _ = run(source, out)
    assert ended.left == 0
    assert len(quick.asked) <= 2
    jsonl(source, *rows("甲", "乙"))
    run(source, out)
    now = outcome(out)
    if name != "plan.json":
        assert now["index"] == whole["index"]
        assert all(now["plans"][one] == content for one, content in whole["plans"].items())


def test_a_second_writer_is_told_who_writes_and_a_killed_ones_lock_is_taken_over(quick: Inline, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲")), tmp_path / "out"
    child = os.fork()
    if child == 0:
        with Place(out):
            time.sleep(60)
        os._exit(0)
    owner = out / HIDDEN / "owner"
    while not owner.exists() or not owner.read_text(encoding="ascii"):
        time.sleep(0.01)
    with pytest.raises(SetupError, match=f"being made by PID {child}"):
        run(source, out)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    ended, _ = run(source, out)
    assert ended.done == 1


def test_a_clock_that_jumps_changes_nothing(quick: Inline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    run(source, tmp_path / "whole")
    real, jumps = time.time, iter([0.0, 86_400.0, -86_400.0, 3e8, -3e8] * 100_000)
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    run(source, tmp_path / "out")
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_the_batchs_own_date_survives_a_torn_file(quick: Inline, tmp_path: Path) -> None:
    """The date is in every plan's stamp; named again, it is written again, and nothing is made twice."""
    source, out = jsonl(tmp_path / "in.jsonl", *rows("甲")), tmp_path / "out"
    run(source, out)
    write_text(out / HIDDEN / "batch.json", '{"as_of": "20')
    quick.asked.clear()
    run(source, out)
    assert quick.asked == []
    assert json.loads((out / HIDDEN / "batch.json").read_text(encoding="utf-8"))["as_of"] == "2026-11-23"
