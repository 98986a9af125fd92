"""Small inputs, and a maker that writes plans at once: most of a batch can be tested without planning anything."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from agent.api import Options, Result, Source, plan
from agent.batch import BatchEnded, BatchOptions, RowEnded, batch
from agent.batch import task as tasks
from agent.batch.makers import Tell
from agent.batch.task import Made, Task, make
from agent.brief.intake import take_in
from agent.errors import CehuaError
from agent.events import Event
from agent.export import export
from agent.run.folder import RunFolder

AS_OF = dt.date(2026, 11, 23)
ROW = {"品牌": "岫里茶", "平台": "小红书", "预算": "3万元", "周期": "2027年3月1日至3月28日"}


def rows(*brands: str) -> list[dict[str, Any]]:
    """Briefs that differ by their brand."""
    return [{**ROW, "品牌": brand} for brand in brands]


def jsonl(path: Path, *lines: dict[str, Any] | str) -> Path:
    """A file with a line for each brief; a text stands as it is."""
    told = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in lines)
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    return path


class Inline:
    """Makes plans in this process, `most` at once; knows what it was asked to make."""

    asked: list[str]

    def __init__(self, most: int = 2) -> None:
        self.most = most
        self.in_flight = 0
        self.lost = ""
        self.asked = []
        self.before: Callable[[Task], None] = lambda _: None

    def more(self, active: int) -> bool:
        return active < self.most

    async def __aenter__(self) -> Inline:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def make(self, task: Task, tell: Tell) -> Made:
        self.asked.append(task.place)
        self.before(task)
        await asyncio.sleep(0)
        async for said in make(task, task.options("playbook", BatchOptions(model="playbook").settings())):
            if isinstance(said, Made):
                return said
        raise AssertionError


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One real plan."""
    return plan(ROW, Options(out=tmp_path_factory.mktemp("sample") / "run", model="playbook", as_of=AS_OF))


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Inline:
    """Batches without a model are made in this process."""
    made = Inline()
    monkeypatch.setattr("agent.batch.engine.Pool", lambda workers: made)
    return made


def stream_of(sample: Result) -> Callable[[Source, Options], AsyncIterator[Event | Result]]:
    """Makes plans without planning: every row gets the sample's plan under its own brand. A brand that begins with ! fails."""

    async def stream(source: Source, options: Options) -> AsyncIterator[Event | Result]:
        intake = take_in(source, as_of=AS_OF)
        assert options.out is not None
        if intake.brief.brand.startswith("!"):
            raise CehuaError("It was not to be.")
        made = sample.plan.model_copy(deep=True)
        made.meta.brand = intake.brief.brand
        with RunFolder(options.out) as folder:
            folder.save_plan(made)
            paths = export(made, options.out / "exports", options.formats)
        yield Result(made, options.out, intake, exports=paths)

    return stream


@pytest.fixture
def quick(maker: Inline, sample: Result, monkeypatch: pytest.MonkeyPatch) -> Inline:
    """The same without planning, see `stream_of`."""
    monkeypatch.setattr(tasks, "stream_plan", stream_of(sample))
    return maker


def run(source: Path, out: Path, **more: Any) -> tuple[BatchEnded, list[Event]]:
    """A batch without a model, and what it told."""
    events: list[Event] = []
    options = BatchOptions(out=out, **{"model": "playbook", "as_of": AS_OF, **more})
    return batch(source, options, on_event=events.append), events


def ended(events: list[Event]) -> list[RowEnded]:
    """The rows that came to an end."""
    return [one for one in events if isinstance(one, RowEnded)]
