"""The worker processes of a server: a fixed number, each replaced when it dies or has worked long enough."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize

from ui.hands import End, Hear, Work
from ui.worker import LEAVE, Order, Told, main

log = logging.getLogger(__name__)
TRIES = 3
"""Processes that one piece of work may bring down before it has failed."""
RECYCLED = 300
"""Pieces of work after which a process makes room for a new one: what libraries keep for good must not add up."""
LEAVING = 5.0
"""Seconds that a process gets to leave."""


@dataclass(eq=False)
class Call:
    """Some work that was asked for."""

    key: str
    work: Work
    hear: Hear
    over: Callable[[End], None]
    tries: int = 0
    """Processes that have died over it."""
    stopped: bool = False


@dataclass(eq=False)
class Worker:
    """One process and the thread that listens to it."""

    calls: dict[str, Call] = field(default_factory=dict)
    """What it has at work, by key."""
    begun: int = 0
    process: BaseProcess | None = None
    gone: threading.Event = field(default_factory=threading.Event)
    pipe: Connection | None = None
    """None until the process is there."""
    waiting: list[Order] = field(default_factory=list)
    """Orders until then."""
    leaves: bool = False
    """Whether it was told to go."""
    writing: threading.Lock = field(default_factory=threading.Lock)

    def send(self, order: Order) -> None:
        """Hands it an order; one that has died is noticed by whoever listens."""
        with self.writing:
            self.leaves |= order == LEAVE
            if self.pipe is None:
                self.waiting.append(order)
                return
            try:
                self.pipe.send(order)
            except OSError:
                log.info("a worker is gone")

    def takes(self, pipe: Connection) -> None:
        """The process is there: it gets what was waiting for it."""
        with self.writing:
            self.pipe = pipe
            for order in self.waiting:
                pipe.send(order)
            self.waiting.clear()


class Workers:
    """Workers that are forked from a process in which everything is loaded (where there is no fork: started anew)."""

    def __init__(self, size: int, level: int = logging.ERROR) -> None:
        """`size` processes at most; they start when there is work, or with `open`. `level`: of their logs."""
        self.size = size
        self._level = level
        self._workers: list[Worker] = []
        self._lock = threading.Lock()
        self._closing = False
        self._context = _context()
        self.up = threading.Event()
        """Set when the first worker is there."""
        # Python waits for the processes at its own end: before that they are told to go.
        self._leave = Finalize(None, self.close, exitpriority=10)

    def open(self) -> None:
        """Starts the first process before there is work, and with it the one that all are forked from; the others come when they are needed."""
        with self._lock:
            if not self._workers and not self._closing:
                self._start()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            return [one.process.pid for one in self._workers if one.process and one.process.pid]

    def begin(self, key: str, work: Work, hear: Hear, over: Callable[[End], None]) -> None:
        """Gives it to the worker that has least to do."""
        self._give(Call(key, work, hear, over))

    def stop(self, key: str) -> None:
        """Tells whoever has it."""
        with self._lock:
            worker = next((one for one in self._workers if key in one.calls), None)
            if worker:
                worker.calls[key].stopped = True
        if worker:
            worker.send(Order(key))

    def close(self) -> None:
        """Sends everybody away, whatever they have at work."""
        self._leave.cancel()
        with self._lock:
            self._closing = True
            workers = list(self._workers)
        for worker in workers:
            worker.send(LEAVE)
        for worker in workers:
            if not worker.gone.wait(LEAVING) and worker.process:
                worker.process.kill()
                worker.gone.wait(LEAVING)

    def _give(self, call: Call) -> None:
        with self._lock:
            if self._closing:
                worker = None
            else:
                fresh = [one for one in self._workers if one.begun < RECYCLED]
                if len(fresh) < self.size and all(one.calls for one in fresh):
                    fresh.append(self._start())
                worker = min(fresh, key=lambda one: len(one.calls))
                worker.calls[call.key] = call
                worker.begun += 1
        if worker is None:
            call.over(End("stopped"))
            return
        worker.send(Order(call.key, call.work))
        if call.stopped:
            worker.send(Order(call.key))

    def _start(self) -> Worker:
        worker = Worker()
        self._workers.append(worker)
        threading.Thread(target=self._follow, args=(worker,), name="worker", daemon=True).start()
        return worker

    def _follow(self, worker: Worker) -> None:
        """Starts the process and listens to it until it is gone."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=main, args=(theirs, self._level), name="cehua-worker", daemon=True)
        try:
            process.start()
            worker.process = process
            theirs.close()
            worker.takes(ours)
            self.up.set()
            while True:
                self._hear(worker, ours.recv())
        except (EOFError, OSError) as error:
            if not worker.leaves:
                log.error("a worker died (%s)", type(error).__name__)
        if worker.process:
            process.join()
        worker.gone.set()
        self._lost(worker)

    def _hear(self, worker: Worker, told: Told) -> None:
        call = worker.calls.get(told.key)
        if call is None:
            return
        if not isinstance(told.what, End):
            call.hear(told.what)
            return
        with self._lock:
            del worker.calls[told.key]
            leaves = worker.begun >= RECYCLED and not worker.calls
        if leaves:
            worker.send(LEAVE)
        call.over(told.what)

    def _lost(self, worker: Worker) -> None:
        """What a process that died had at work is begun again in another; the runs go on from what stands on disk."""
        with self._lock:
            self._workers.remove(worker)
            left = list(worker.calls.values())
        for call in left:
            call.tries += 1
            if call.stopped or self._closing:
                call.over(End("stopped"))
            elif call.tries >= TRIES:
                log.error("run %s brought down %d processes", call.key, TRIES)
                call.over(End("failed", f"{TRIES} processes died over this plan.", "The server's log may say more."))
            else:
                self._give(call)


def _context() -> ForkServerContext | SpawnContext:
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["ui.ready"])
        return context
    return multiprocessing.get_context("spawn")


def cores() -> int:
    """Processor cores that this process may use, at most 8: a worker each."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, count)
