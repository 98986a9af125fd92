"""A batch that is killed at named moments, or put down, ends with the same files as one that nothing befell."""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.batch import BatchOptions, RowEnded, stream_batch
from agent.batch.cluster import Cluster
from agent.batch.task import Task
from agent.llm import ModelSpec
from agent.run.folder import RunFolder
from agent.settings import load_settings
from tests.batch.conftest import AS_OF, Inline, jsonl, rows, run

BRANDS = ("甲", "乙", "丙", "!丁", "戊")


def outcome(out: Path) -> dict[str, Any]:
    """Everything that a client gets: plans byte by byte, the index without its times."""
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        index = [{key: cell for key, cell in row.items() if key != "seconds"} for row in csv.DictReader(file)]
    plans = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/plan.json"))}
    exports = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/exports/*"))}
    return {"index": index, "plans": plans, "exports": exports}


def renamed(wanted: Callable[[Path], bool], passage: int, *, before: bool) -> None:
    """Kills this process at the nth renaming of such a file."""
    real, left = os.replace, [passage]

    def replace(source: Any, target: Any, **more: Any) -> None:
        hit = wanted(Path(target))
        left[0] -= hit
        if hit and before and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target, **more)
        if hit and not before and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = replace


def entered(passage: int, *, before: bool) -> None:
    """Kills this process around the nth entry into the ledger."""
    from agent.batch.ledger import Ledger

    real, left = Ledger.enter, [passage]

    def enter(self: Ledger, *given: Any) -> None:
        left[0] -= 1
        if before and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(self, *given)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    Ledger.enter = enter  # type: ignore[method-assign]


POINTS: dict[str, Callable[[], None]] = {
    "row about to be done": lambda: renamed(lambda path: path.name == "row.json", 2, before=True),
    "row done, not entered": lambda: entered(2, before=True),
    "row entered": lambda: entered(3, before=False),
    # Two rows are made at once, each writes two files of that name: with the fifth one row is done.
    "plan saved": lambda: renamed(lambda path: path.name == "plan.json", 5, before=False),
    "index about to stand": lambda: renamed(lambda path: path.name == "index.csv", 1, before=True),
    "page about to stand": lambda: renamed(lambda path: path.name == "index.html", 1, before=True),
    "workbook about to stand": lambda: renamed(lambda path: path.name == "batch.xlsx", 1, before=True),
}


def killed(arm: Callable[[], None], source: Path, out: Path) -> None:
    """A batch in a child process that dies at the point."""
    child = os.fork()
    if child == 0:
        try:
            arm()
            run(source, out)
        finally:
            os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point(quick: Inline, tmp_path: Path, point: str) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS), "{", *rows("甲"))
    run(source, tmp_path / "whole")
    killed(POINTS[point], source, tmp_path / "out")
    quick.asked.clear()
    done, _ = run(source, tmp_path / "out")
    assert done.left == 0
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")
    assert len(quick.asked) < len(BRANDS)
    assert not list((tmp_path / "out").rglob("*.part"))


def test_killed_again_and_again(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    run(source, tmp_path / "whole")
    for point in POINTS.values():
        child = os.fork()
        if child == 0:
            point()
            run(source, tmp_path / "out")
            os._exit(0)
        os.waitpid(child, 0)
    run(source, tmp_path / "out")
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


async def _until(source: Path, out: Path, most: int) -> None:
    """Leaves a batch after so many rows, as Ctrl-C does."""
    ended = 0
    events = stream_batch(source, BatchOptions(out=out, model="playbook", as_of=AS_OF))
    async for event in events:
        ended += isinstance(event, RowEnded)
        if ended >= most:
            break
    await events.aclose()


def test_a_row_that_a_worker_of_a_killed_batch_still_writes_is_waited_for(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙"))
    first, _ = run(source, tmp_path / "whole")
    folder = tmp_path / "out" / next(tmp_path.glob("whole/甲*")).name
    child = os.fork()
    if child == 0:
        with RunFolder(folder):
            time.sleep(1.5)
        os._exit(0)
    while not (folder / ".owner").exists():
        time.sleep(0.01)
    done, _ = run(source, tmp_path / "out")
    os.waitpid(child, 0)
    assert (done.done, done.failed, done.left) == (first.done, 0, 0)
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_a_row_that_stays_held_is_left_open(quick: Inline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.batch.task.HELD", 0.0)
    source = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙"))
    run(source, tmp_path / "whole")
    folder = tmp_path / "out" / next(tmp_path.glob("whole/甲*")).name
    with RunFolder(folder):
        held, _ = run(source, tmp_path / "out")
    assert (held.done, held.failed, held.left, held.stopped) == (1, 0, 1, "")
    again, _ = run(source, tmp_path / "out")
    assert (again.done, again.left) == (2, 0)


def test_put_down_and_taken_up(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    quick.most = 1
    run(source, tmp_path / "whole")
    quick.asked.clear()
    asyncio.run(_until(source, tmp_path / "out", 2))
    assert (tmp_path / "out" / "index.csv").is_file()
    assert len(quick.asked) < len(BRANDS)
    done, _ = run(source, tmp_path / "out")
    assert done.left == 0
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_an_index_of_a_batch_that_was_put_down_is_written_anew_though_the_next_one_was_killed_before_it(
    quick: Inline, tmp_path: Path
) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    quick.most = 1
    run(source, tmp_path / "whole")
    asyncio.run(_until(source, tmp_path / "out", 2))
    killed(POINTS["index about to stand"], source, tmp_path / "out")
    quick.asked.clear()
    run(source, tmp_path / "out")
    assert quick.asked == []
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_a_plan_that_another_has_left_beside_an_index_comes_into_the_index(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows("甲", "乙"))
    quick.most = 1
    run(source, tmp_path / "whole")
    asyncio.run(_until(source, tmp_path / "out", 1))
    for folder in tmp_path.glob("whole/乙*"):
        shutil.copytree(folder, tmp_path / "out" / folder.name, dirs_exist_ok=True)
    quick.asked.clear()
    run(source, tmp_path / "out")
    assert quick.asked == []
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_the_clock_ends_it_and_the_same_command_goes_on(quick: Inline, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *rows(*BRANDS))
    done, _ = run(source, tmp_path / "out", max_seconds=0.0)
    assert done.exit_code == 4
    assert "max-time" in done.stopped
    assert done.left >= 3
    again, _ = run(source, tmp_path / "out")
    assert again.left == 0


@pytest.mark.anyio
async def test_a_row_over_which_worker_after_worker_died_is_left_open_and_not_called_failed(tmp_path: Path) -> None:
    from distributed import KilledWorker

    class Client:
        """Gives every task up, as Dask does after some dead workers."""

        def submit(self, *_: Any, **__: Any) -> Any:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(KilledWorker("task", SimpleNamespace(address="tcp://127.0.0.1:1"), 3))  # type: ignore[arg-type]
            future.release = lambda: None
            return future

    settings = load_settings(model="playbook")
    cluster = Cluster(ModelSpec.parse("playbook", settings), settings, None, most=1, address="tcp://127.0.0.1:1")
    cluster._client = Client()
    task = Task(1, "line 1", "key", str(tmp_path), {}, False, "", ("md",), "2026-11-23", "stamp", {})
    made = await cluster.make(task, lambda _: None)
    assert (made.state, made.stop) == ("stopped", "")
    assert "the same command" in made.reason
