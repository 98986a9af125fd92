"""A run's events as server-sent events: numbered, so that a client that lost its connection goes on where it was."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from ui.actions import Actions
from ui.gate import LATER, Busy

LOOK = 0.25
"""Seconds between two looks at a run."""
ALIVE = 15.0
"""Seconds of silence after which a comment keeps the connection open."""
OVER = ("stopped", "failed", "done", "interrupted")


class Streams:
    """How many listen at once; a place is free again as soon as the client is gone."""

    def __init__(self, most: int = 400, of_one: int = 60) -> None:
        self.most, self.of_one = most, of_one
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.closing = False
        """Set when the server is about to end: every stream says good-bye."""

    @property
    def open(self) -> int:
        """Streams that are open."""
        return sum(self._open.values())

    @contextmanager
    def place(self, workspace: str) -> Iterator[None]:
        """A place for one stream. Raises Busy when there is none."""
        with self._lock:
            if self.open >= self.most or self._open[workspace] >= self.of_one:
                raise Busy("Too many are listening.", hint=f"Try again in {LATER} seconds.")
            self._open[workspace] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[workspace] -= 1
                if not self._open[workspace]:
                    del self._open[workspace]


async def events(actions: Actions, run: str, after: int, streams: Streams) -> AsyncIterator[bytes]:
    """What happened in a run beyond event `after`, and what happens until it is over.

    The first event, `State`, comes at once and has no number; the last, `Over`, has none either.
    """
    workspace = actions.store.workspace
    with streams.place(workspace):
        state, place, quiet = actions.state(run), actions.desk.place(actions.store, run), 0.0
        yield sse("State", {"state": state, "place": place})
        while True:
            told = False
            over = actions.state(run) in OVER
            for number, event in actions.events(run, after):
                after, told = number, True
                yield sse(str(event.pop("event", "Event")), event, number)
            now, at = actions.state(run), actions.desk.place(actions.store, run)
            if over:
                yield sse("Over", {"state": now})
                return
            if (now, at) != (state, place):
                state, place, told = now, at, True
                yield sse("State", {"state": state, "place": place})
            if streams.closing:
                return
            quiet = 0.0 if told else quiet + LOOK
            if quiet >= ALIVE:
                quiet = 0.0
                yield b": still here\n\n"
            await asyncio.sleep(LOOK)


def sse(name: str, data: dict[str, Any], number: int | None = None) -> bytes:
    """One event as it goes over the wire."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
