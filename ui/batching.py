"""Batches at work on the server: one thread a batch, whoever watches; a page that comes back finds it again."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Literal

from agent.batch import BatchBegun, BatchEnded, BatchProgress, RowBegun, RowEnded, stream_batch
from agent.batch.estimate import estimate_batch
from agent.batch.options import cores
from agent.errors import CehuaError
from agent.events import Event
from agent.settings import Settings
from ui.batches import Batch, BatchCard, Batches
from ui.gate import Gate, Kind, Ticket

log = logging.getLogger(__name__)
Status = Literal["waiting", "reading", "working", "stopping", "stopped", "failed", "done"]
LIVE: tuple[Status, ...] = ("waiting", "reading", "working", "stopping")
LATEST = 12
"""Rows of those that ended last that are shown while it works."""
FAILED = 200
"""Failed rows that are kept in memory; the index has all."""


@dataclass
class Standing:
    """What a batch has come to; `tick` grows with every change."""

    status: Status = "waiting"
    tick: int = 0
    begun: BatchBegun | None = None
    now: BatchProgress | None = None
    ended: BatchEnded | None = None
    latest: deque[RowEnded] = field(default_factory=lambda: deque(maxlen=LATEST))
    failed: deque[RowEnded] = field(default_factory=lambda: deque(maxlen=FAILED))
    writing: dict[int, str] = field(default_factory=dict)
    """Rows that are being made → the brand."""
    message: str = ""
    hint: str = ""

    @property
    def live(self) -> bool:
        """Whether work goes on."""
        return self.status in LIVE

    def hear(self, event: Event) -> None:
        """Takes an event in."""
        self.tick += 1
        match event:
            case BatchBegun():
                self.begun = event
                self.status = "working" if self.status == "reading" else self.status
            case BatchProgress():
                self.now = event
            case RowBegun(row=row, name=name, place=place):
                self.writing[row] = name or place
            case RowEnded(row=row, state=state):
                self.writing.pop(row, None)
                self.latest.appendleft(event)
                if state in ("failed", "bad"):
                    self.failed.append(event)
            case BatchEnded():
                self.ended = event

    def end(self, status: Status, message: str = "", hint: str = "") -> None:
        """The work is over."""
        self.status, self.message, self.hint = status, message, hint
        self.writing.clear()
        self.tick += 1


class Work:
    """One batch at work, in a thread with an event loop of its own."""

    def __init__(self, held: Batches, batch: Batch, settings: Settings, gate: Gate, *, retry_failed: bool) -> None:
        self.standing = Standing()
        self._held, self.batch, self._settings, self._gate = held, batch, settings, gate
        self._again = retry_failed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self.closing = False
        self.thread = threading.Thread(target=self._work, name=f"batch-{batch.id}", daemon=True)
        kind: Kind = "local" if batch.card.model.startswith("local") else "batch"
        self._ticket = Ticket(held.store.workspace, kind, self.thread.start)

    def start(self) -> None:
        """Begins as soon as there is room."""
        self._gate.join(self._ticket)

    @property
    def place(self) -> int:
        """Its place in the line; 0 when it is at work or over."""
        return self._gate.place(self._ticket)

    def stop(self) -> None:
        """Ends the work as soon as it can; finished rows stand, the indexes are written."""
        self._stop.set()
        if self._gate.leave(self._ticket):
            self._end("stopped")
            return
        if self.standing.live:
            self.standing.status = "stopping"
            self.standing.tick += 1
        if self._loop and self._task:
            with suppress(RuntimeError):  # the loop is closed: the work ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)

    def join(self, seconds: float) -> None:
        """Waits until the work has ended."""
        if self.thread.ident is not None:
            self.thread.join(timeout=seconds)

    def _work(self) -> None:
        self.standing.status = "stopping" if self._stop.is_set() else "reading"
        self.standing.tick += 1
        try:
            asyncio.run(self._all())
        except asyncio.CancelledError:
            self._end("stopped")
        except CehuaError as error:
            self._end("failed", error.message, error.hint)
        except Exception as error:
            log.exception("batch %s broke off", self.batch.id)
            self._end("failed", type(error).__name__)
        else:
            ended = self.standing.ended
            self._end("failed" if ended and ended.stopped else "done", ended.stopped if ended else "")
        finally:
            self._gate.leave(self._ticket)

    async def _all(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._stop.is_set():
            raise asyncio.CancelledError
        workers = max(1, cores() // 2)
        options = self.batch.options(self._settings, workers=workers, retry_failed=self._again)
        async with aclosing(stream_batch(self.batch.source, options)) as events:
            async for event in events:
                self.standing.hear(event)

    def _end(self, status: Status, message: str = "", hint: str = "") -> None:
        """The card remembers how it ended, for the day the server is another; a server that ends leaves it as unfinished."""
        if not (self.closing and status == "stopped") and (self.batch.path / "batch.json").is_file():
            ended = self.standing.ended
            over = ended.record() if ended and status == "done" else {}
            stopped = {"stopped": "stopped", "failed": message}.get(status, "")
            self._held.keep(self._held.get(self.batch.id), over=over, stopped=stopped, hint=hint)
        self.standing.end(status, message, hint)


class Crew:
    """All batches of a server. The same input with the same choices, handed in a moment ago, is not handed in twice."""

    TWICE = 4.0
    """Seconds within which the same input is the same click."""
    REMEMBERED = 200
    """Batches that are over whose standing is still remembered."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._works: dict[tuple[str, str], Work] = {}
        self._handed: dict[str, tuple[float, str]] = {}
        self._clicks: dict[str, threading.Lock] = {}
        """What was handed in → held while it is read, so that a second click waits for the first."""
        self._lock = threading.RLock()

    def hand_in(self, held: Batches, files: Sequence[tuple[str, bytes]], card: BatchCard, settings: Settings) -> Batch:
        """Keeps an input and estimates what it would take; nothing is made. Raises BriefError and SetupError: then nothing is kept."""
        digest = hashlib.sha256(f"{held.store.workspace}|{card.model_dump_json()}".encode())
        for name, content in files:
            digest.update(f"|{name}|{len(content)}|".encode("utf-8", "replace") + content)
        made_of = digest.hexdigest()
        with self._lock:
            one = self._clicks.setdefault(made_of, threading.Lock())
        with one:
            at, known = self._handed.get(made_of, (0.0, ""))
            if time.monotonic() - at < self.TWICE:
                with suppress(CehuaError):
                    return held.get(known)
            batch = held.new(files, card)
            try:
                found = estimate_batch(batch.source, batch.options(settings, workers=1))
            except BaseException:
                held.delete(batch.id)
                raise
            with self._lock:
                self._handed[made_of] = (time.monotonic(), batch.id)
                self._forget_clicks()
            return held.keep(batch, estimate=found.record())

    def start(self, held: Batches, batch: Batch, settings: Settings, *, retry_failed: bool = False) -> None:
        """Begins or goes on with a batch; nothing happens when it is at work. Raises Busy."""
        with self._lock:
            work = self._works.get((held.store.workspace, batch.id))
            if work and work.standing.live:
                return
            self._gate.check(held.store.workspace)
            batch = held.keep(batch, begun=True, over={}, stopped="", hint="")
            self._prune()
            work = Work(held, batch, settings, self._gate, retry_failed=retry_failed)
            self._works[held.store.workspace, batch.id] = work
            work.start()

    def take_up(self, held: Batches, settings: Settings) -> list[str]:
        """Goes on with what a server that ended left unfinished in a workspace; the batches' ids."""
        left = [one for one in held.all() if one.unfinished and (held.store.workspace, one.id) not in self._works]
        for batch in left:
            self.start(held, batch, settings)
        return [one.id for one in left]

    def stop(self, held: Batches, batch_id: str) -> None:
        """Stops a batch that is at work."""
        if work := self._works.get((held.store.workspace, batch_id)):
            work.stop()

    def standing(self, held: Batches, batch_id: str) -> Standing | None:
        """What a batch that this server works on has come to; None for one of an earlier day."""
        work = self._works.get((held.store.workspace, batch_id))
        return work.standing if work else None

    def place(self, held: Batches, batch_id: str) -> int:
        """A batch's place in the line; 0 when it does not wait."""
        work = self._works.get((held.store.workspace, batch_id))
        return work.place if work else 0

    def forget(self, held: Batches, batch_id: str) -> None:
        """Stops a batch and waits until its thread is gone, so that its folder can be removed."""
        if work := self._works.pop((held.store.workspace, batch_id), None):
            work.stop()
            work.join(30)

    def close(self) -> None:
        """Stops everything; finished rows stand, and the next server goes on with the rest."""
        works = list(self._works.values())
        for work in works:
            work.closing = True
            work.stop()
        for work in works:
            work.join(10)

    def _forget_clicks(self) -> None:
        """Forgets what can be no second click any more."""
        late = [key for key, (at, _) in self._handed.items() if time.monotonic() - at >= self.TWICE]
        for key in late:
            del self._handed[key]
            self._clicks.pop(key, None)

    def _prune(self) -> None:
        """Forgets the standing of the oldest batches that are over."""
        over = [key for key, work in self._works.items() if not work.standing.live]
        for key in over[: max(0, len(over) - self.REMEMBERED)]:
            del self._works[key]
