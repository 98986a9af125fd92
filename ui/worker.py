"""A process that does work for the server: orders come through a pipe, what happens goes back through it.

Several at once on one event loop, since most wait for an endpoint. When the pipe closes, the server is gone, and the process ends at once, as if
it were killed: what stands on disk is whole, and the locks of its runs are free for the next server.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from agent.api import Options, plan
from agent.data import read_yaml
from agent.events import Event
from agent.resources import prompts_dir
from ui import logs
from ui.hands import End, Work, ended

BEHIND = 12
"""How much nicer than the server a worker is: whoever answers comes first."""
COLLECTED = 10
"""Pieces of work after which rubbish is collected."""


@dataclass(frozen=True)
class Order:
    """Work to begin; `work` is None for work to stop."""

    key: str
    work: Work | None = None


LEAVE = Order("")
"""The last order: to go."""


@dataclass(frozen=True)
class Told:
    """Something happened; End is the last that happens."""

    key: str
    what: Event | End


def main(pipe: Connection, level: int) -> None:
    """Works until the pipe closes. `level`: of the log."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)  # the server hears them and says what to stop
    if hasattr(os, "nice"):
        os.nice(BEHIND)
    logs.begin(level)
    gc.freeze()
    asyncio.run(_Worker(pipe).live())


class _Worker:
    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._done = 0

    async def live(self) -> None:
        """Listens in a thread, works on the loop."""
        loop = asyncio.get_running_loop()

        def listen() -> None:
            while True:
                try:
                    order: Order = self._pipe.recv()
                except (EOFError, OSError):
                    os._exit(0)
                if order == LEAVE:
                    os._exit(0)
                loop.call_soon_threadsafe(self._take, order)

        threading.Thread(target=listen, name="orders", daemon=True).start()
        await asyncio.Event().wait()

    def _take(self, order: Order) -> None:
        if order.work is not None:
            self._tasks[order.key] = asyncio.create_task(self._do(order.key, order.work))
        elif task := self._tasks.get(order.key):
            task.cancel()

    async def _do(self, key: str, work: Work) -> None:
        try:
            end = await ended(key, work, lambda event: self._tell(key, event))
        except asyncio.CancelledError:  # before its first step
            end = End("stopped")
        del self._tasks[key]
        self._done += 1
        if self._done % COLLECTED == 0:
            gc.collect()
        self._tell(key, end)

    def _tell(self, key: str, what: Event | End) -> None:
        try:
            self._pipe.send(Told(key, what))
        except OSError:
            os._exit(0)


def warm() -> None:
    """Makes a plan in the two languages before anybody asks for one: what a process reads once is read then."""
    samples = read_yaml(prompts_dir() / "ui_samples.yaml")
    for texts in samples.values():
        with tempfile.TemporaryDirectory(prefix="cehua-desk-warm-", ignore_cleanup_errors=True) as scratch:
            plan(next(iter(texts.values())).encode(), Options(model="playbook", out=Path(scratch)))
