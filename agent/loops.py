"""Event loops of programs that wait for many answers at once, and work that must not keep one from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

Made = TypeVar("Made")
Given = ParamSpec("Given")


def run(work: Coroutine[Any, Any, Made]) -> Made:
    """`asyncio.run` on uvloop, which takes less of the processor for every piece of an answer; on asyncio's own loop where there is none (Windows)."""
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


async def beside(work: Callable[Given, Made], *args: Given.args, **more: Given.kwargs) -> Made:
    """`asyncio.to_thread` for work that others go on with: cancelled, it comes to its end first, so that nothing is left half done."""
    running = asyncio.create_task(asyncio.to_thread(work, *args, **more))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()
        raise


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop
