"""Work beside an event loop: it keeps no stream waiting, and is never left half done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.api import Options, stream_plan
from agent.loops import beside, run
from tests.batch.conftest import AS_OF, ROW


def test_the_value_and_the_error_come_through() -> None:
    assert run(beside(divmod, 7, 2)) == (3, 1)
    assert run(beside(sorted, [1, 2], reverse=True)) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        run(beside(divmod, 7, 0))


@pytest.mark.parametrize("fails", [False, True])
def test_cancelled_work_comes_to_its_end_first(*, fails: bool) -> None:
    begun, go, told = threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        begun.set()
        go.wait(30)
        told.append("whole")
        if fails:
            raise OSError

    async def cancelled() -> None:
        task = asyncio.create_task(beside(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not task.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert told == ["whole"]

    run(cancelled())


def test_reading_and_exports_do_not_keep_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import agent.api as api

    where: dict[str, int] = {}

    def watch(name: str, real: Callable[..., Any]) -> None:
        def seen(*given: Any, **more: Any) -> Any:
            where[name] = threading.get_ident()
            return real(*given, **more)

        monkeypatch.setattr(api, name, seen)

    for name in ("read_in", "draft_of", "export_plan"):
        watch(name, getattr(api, name))

    async def made() -> None:
        async for _ in stream_plan(ROW, Options(out=tmp_path / "run", model="playbook", as_of=AS_OF)):
            pass

    run(made())
    assert set(where) == {"read_in", "draft_of", "export_plan"}
    assert threading.get_ident() not in where.values()
