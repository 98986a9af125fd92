"""Many briefs, many plans: a folder and an index out of one input, on one machine or many."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from agent.batch.engine import stream_batch
from agent.batch.events import BatchBegun, BatchEnded, BatchProgress, RowBegun, RowEnded
from agent.batch.options import BatchOptions, Only, Shard
from agent.events import Event
from agent.loops import run

__all__ = [
    "BatchBegun",
    "BatchEnded",
    "BatchOptions",
    "BatchProgress",
    "Only",
    "RowBegun",
    "RowEnded",
    "Shard",
    "abatch",
    "batch",
    "stream_batch",
]


async def abatch(
    source: Path | str, options: BatchOptions | None = None, *, on_event: Callable[[Event], None] | None = None
) -> BatchEnded:
    """Makes the plans of a batch; `on_event` hears what happens. Raises as `stream_batch` does."""
    async with aclosing(stream_batch(source, options)) as events:
        async for event in events:
            if on_event:
                on_event(event)
            if isinstance(event, BatchEnded):
                return event
    raise AssertionError("stream_batch ends with BatchEnded")


def batch(
    source: Path | str, options: BatchOptions | None = None, *, on_event: Callable[[Event], None] | None = None
) -> BatchEnded:
    """`abatch` for programs without an event loop."""
    return run(abatch(source, options, on_event=on_event))
