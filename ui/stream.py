"""A run's events as server-sent events: numbered, so that a client that lost its connection goes on where it was."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from ui.actions import Actions, NotFound
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

    The first event, `State`, comes at once and has no number: where the run stands, its place in the line and how many come before it. It
    comes again when that changes. The last, `Over`, has no number either; it says why a run failed.
    """
    with streams.place(actions.store.workspace):
        told, tail, quiet = actions.glimpse(run), actions.tail(run), 0.0
        yield _state(*told)
        while True:
            try:
                now = actions.glimpse(run)  # before the events are read: what is over has written its last
            except NotFound:  # somebody has deleted it
                return
            heard = False
            for number, event in tail.read():
                if number > after:
                    heard = True
                    yield sse(str(event.pop("event", "Event")), event, number)
            if now[0] in OVER:
                problem, hint = actions.problem(run)
                yield sse("Over", {"state": now[0]} | ({"problem": problem, "hint": hint} if problem else {}))
                return
            if now != told:
                told, heard = now, True
                yield _state(*told)
            if streams.closing:
                return
            quiet = 0.0 if heard else quiet + LOOK
            if quiet >= ALIVE:
                quiet = 0.0
                yield b": still here\n\n"
            await asyncio.sleep(LOOK)


def _state(state: str, place: int) -> bytes:
    return sse("State", {"state": state, "place": place, "before": max(0, place - 1)})


def sse(name: str, data: dict[str, Any], number: int | None = None) -> bytes:
    """One event as it goes over the wire."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
