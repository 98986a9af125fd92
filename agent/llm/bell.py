"""Wakes coroutines of any event loop when something they wait for may have changed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import OrderedDict


class Bell:
    """asyncio's own conditions belong to one event loop; a model may be used from several at a time.

    Not locked: the owner calls `ticket`, `ring` and `drop` while it holds the lock of the state that is waited for.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[asyncio.Event, asyncio.AbstractEventLoop] = OrderedDict()

    def ticket(self, *, again: bool = False) -> asyncio.Event:
        """An event of the running loop that a `ring` sets; `again` for one who was woken in vain, and stays the first."""
        event = asyncio.Event()
        self._waiting[event] = asyncio.get_running_loop()
        self._waiting.move_to_end(event, last=not again)
        return event

    def drop(self, ticket: asyncio.Event) -> None:
        """Nobody waits for this ticket any more: a ring that wakes only some must not be spent on it."""
        self._waiting.pop(ticket, None)

    def ring(self, most: int | None = None) -> None:
        """Wakes everybody who holds a ticket, or the `most` who have waited longest."""
        here = _running()
        for event in list(itertools.islice(self._waiting, most)):
            loop = self._waiting.pop(event)
            if loop is here:
                event.set()
                continue
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(event.set)


def _running() -> asyncio.AbstractEventLoop | None:
    with contextlib.suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


async def heard(event: asyncio.Event, seconds: float | None) -> None:
    """Returns when the ticket's bell rings, or after `seconds`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
