"""The processes that write plans: their answers, their deaths, what they are not told."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from agent.batch import RowEnded
from agent.batch.makers import FEW, LATE, MOST_PLANS, Child, Pool, room
from agent.batch.task import Made, Task
from tests.batch.conftest import AS_OF, ROW, jsonl, run


def task(out: Path, **more: object) -> Task:
    told = {
        "number": 1,
        "place": "line 1",
        "key": "0" * 64,
        "folder": str(out),
        "source": ROW,
        "file": False,
        "language": "",
        "formats": ("md",),
    }
    return Task(**{**told, "as_of": AS_OF.isoformat(), "stamp": "s", "defaults": {}, **more})  # type: ignore[arg-type]


def test_tasks_and_answers_travel_whole(tmp_path: Path) -> None:
    one = task(tmp_path, source={"品牌": "\ud800 lone", "n": 1.5})
    assert Task.from_json(one.to_json()) == one
    made = Made("done", brand="岫", codes={"A": 2}, sketch=bytes(range(256)), cost=0.5)
    assert Made.from_json(made.to_json()) == made
    with pytest.raises(ValueError, match="unexpected"):
        Made.of({"state": "done", "other": 1})


def test_a_process_that_dies_is_replaced_and_its_row_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    ask = Child.ask

    async def dying(self: Child, one: Task) -> Made | None:
        if not killed:
            killed.append(self.process.pid)
            os.kill(self.process.pid, signal.SIGKILL)
        return await ask(self, one)

    monkeypatch.setattr(Child, "ask", dying)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-told")
    source = jsonl(tmp_path / "in.jsonl", ROW, '"A bakery in Leeds, Instagram, £600"')
    done, events = run(source, tmp_path / "out", workers=1)
    assert len(killed) == 1
    assert (done.done, done.failed) == (2, 0)
    assert {one.name for one in events if isinstance(one, RowEnded)} >= {"岫里茶"}


def test_a_row_that_brings_every_process_down_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(*_: object) -> None:
        return None

    async def start() -> Child:
        process = await asyncio.create_subprocess_exec(
            "true", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        return Child(process)

    monkeypatch.setattr(Child, "ask", none)
    monkeypatch.setattr(Child, "start", start)

    async def make() -> Made:
        async with Pool(1) as pool:
            return await pool.make(task(tmp_path), lambda _: None)

    made = asyncio.run(make())
    assert made.state == "failed"
    assert "3 processes" in made.reason


def test_the_later_a_process_is_the_fewer_plans_it_begins_but_never_less_than_a_dozen() -> None:
    assert room(0.0) == room(LATE) == MOST_PLANS
    assert MOST_PLANS > room(2 * LATE) > room(4 * LATE) > FEW
    assert room(100 * LATE) == FEW
