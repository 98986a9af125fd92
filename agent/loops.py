"""Event loops of programs that wait for many answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Made = TypeVar("Made")


def run(work: Coroutine[Any, Any, Made]) -> Made:
    """`asyncio.run` on uvloop, which takes less of the processor for every piece of an answer; on asyncio's own loop where there is none (Windows)."""
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop
