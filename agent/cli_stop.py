"""A command's work ended from outside: SIGTERM as Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import typer

from agent.loops import run

Made = TypeVar("Made")


def run_until_told(work: Coroutine[Any, Any, Made], stopped: Callable[[], None]) -> Made:
    """What `work` comes to. SIGTERM ends it as Ctrl-C does: what stands is saved, `stopped` says so, the command exits with 143 or 130."""
    try:
        return run(_listening(work))
    except (KeyboardInterrupt, asyncio.CancelledError) as stop:
        stopped()
        raise typer.Exit(130 if isinstance(stop, KeyboardInterrupt) else 143) from None


async def _listening(work: Coroutine[Any, Any, Made]) -> Made:
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError, RuntimeError):  # Windows has no such handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work
