"""Wakes coroutines of any event loop when something they wait for may have changed."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """asyncio's own conditions belong to one event loop; a model may be used from several at a time.

    Not locked: the owner calls `ticket` and `ring` while it holds the lock of the state that is waited for.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def ticket(self) -> asyncio.Event:
        """An event of the running loop that the next `ring` sets."""
        event = asyncio.Event()
        self._waiting.append((asyncio.get_running_loop(), event))
        return event

    def ring(self) -> None:
        """Wakes everybody who holds a ticket."""
        waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(event.set)


async def heard(event: asyncio.Event, seconds: float | None) -> None:
    """Returns when the ticket's bell rings, or after `seconds`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
