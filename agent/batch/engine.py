"""A batch at work: reads the rows, makes the plans that are missing, notes each as it ends, writes the indexes.

Nothing is held in memory but the plans that are being made. Stopped at any moment, the same command goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import sqlite3
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent.batch.events import BatchBegun, BatchEnded, BatchProgress, RowBegun, RowEnded
from agent.batch.indexes import write_indexes
from agent.batch.makers import LEFT_OPEN, Loop, Maker, Pool
from agent.batch.options import BatchOptions, cores
from agent.batch.place import Place
from agent.batch.purse import Purse
from agent.batch.rows import BadRow, Row, check_input, read_rows
from agent.batch.task import Made, Task, left
from agent.brief.defaults import check_defaults
from agent.errors import FULL, DiskFull, SetupError
from agent.events import Event
from agent.export import known
from agent.llm import ModelSpec
from agent.settings import Settings

BEAT = 0.25
"""Seconds after which it is looked again whether more can be begun."""
TOLD = 1.0
"""Seconds between two tellings of progress."""


@dataclass
class Batch:
    """One command's work on a batch."""

    source: Path
    options: BatchOptions
    place: Place
    as_of: dt.date
    stamp: str
    spec: ModelSpec
    purse: Purse | None
    defaults: dict[str, object]
    started: float = field(default_factory=time.monotonic)
    made: int = 0
    """Rows that this command has brought to an end."""
    plans: int = 0
    """Plans that it has made."""
    stopped: str = ""
    exit_code: int = 0
    changed: bool = False
    """Whether the indexes have to be written again."""
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    _running: dict[asyncio.Task[Made], Task] = field(default_factory=dict)
    _rows: dict[str, Row] = field(default_factory=dict)
    _told: float = 0.0
    _seen: str = ""
    """Hash of the rows as they are listed now."""

    # Reading

    def survey(self) -> BatchBegun:
        """Lists every row, and says what is to be done. Raises BriefError where the input cannot be read."""
        ledger, shard = self.place.ledger, self.options.shard
        seen = hashlib.sha256(self.stamp.encode())
        with ledger.together():
            ledger.forget_rows()
            for row in read_rows(self.source, self.defaults):
                if isinstance(row, BadRow):
                    if shard is None or row.number % shard.of == shard.part - 1:
                        ledger.list_row(row.number, row.place, "", "", "", row.reason)
                        seen.update(f"{row.number} {row.reason}".encode())
                elif shard is None or shard.holds(row.key):
                    first = ledger.list_row(row.number, row.place, row.name, row.key, row.folder, "")
                    seen.update(f"{row.number} {row.key}".encode())
                    if first is None:
                        self._adopt(row)
        self.changed = ledger.note("listed") != seen.hexdigest() or not self.place.file("index", ".csv").exists()
        ledger.keep("listed", seen.hexdigest() if not self.changed else "")
        self._seen = seen.hexdigest()
        counts = ledger.counts(self.stamp)
        todo = sum(1 for _ in self.todo())
        return BatchBegun(
            out=str(self.options.out),
            model=self.spec.label,
            rows=sum(counts.values()),
            done=counts.get("done", 0),
            failed=counts.get("failed", 0),
            bad=counts.get("bad", 0),
            duplicates=counts.get("duplicate", 0),
            todo=todo,
        )

    def _adopt(self, row: Row) -> None:
        """Takes over a plan that stands in its folder and the ledger does not know: of another part, or of a lost ledger."""
        if not self.place.ledger.state(row.key, self.stamp):
            made = left(self.options.out / row.folder, row.key, self.stamp)
            if made is not None:
                self._enter(row.key, row.folder, made)

    def _enter(self, key: str, folder: str, made: Made) -> None:
        """Enters what became of a row. The indexes that stand are no longer the ledger's, whatever happens to this process now."""
        ledger = self.place.ledger
        if ledger.note("listed"):
            ledger.keep("listed", "")
        ledger.enter(key, folder, self.stamp, made)

    def todo(self) -> Iterator[Row]:
        """The rows whose plans this command sets out to make, in the input's order."""
        again, only, ledger = self.options.retry_failed, self.options.only, self.place.ledger
        for row in read_rows(self.source, self.defaults):
            if isinstance(row, BadRow) or ledger.first_place(row.key) != row.number:
                continue
            state = ledger.state(row.key, self.stamp)
            if state == "done" or (state == "failed" and not again) or row.key in self._rows:
                continue
            if only is None or only.names(row.number, row.folder):
                yield row

    # Making

    async def run(self, maker: Maker) -> AsyncGenerator[Event, None]:
        """Makes the plans; what happens is told as it happens. Cancelling it puts down what is being made."""
        todo, over = self.todo(), False
        try:
            while not over or self._running:
                self._stop(maker.lost, 3)
                while not over and not self.stopped and maker.more(len(self._running)):
                    row = next(todo, None)
                    over = row is None
                    if row is None:
                        break
                    self._begin(maker, row)
                    await asyncio.sleep(0)  # it tells the maker that it is on its way before the next is thought of
                if self.stopped:
                    over = True
                if self._running:
                    done, _ = await asyncio.wait(self._running, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        self._end(task, maker.lost)
                elif not over:
                    await asyncio.sleep(BEAT)
                self._watch_the_clock()
                while not self.events.empty():
                    yield self.events.get_nowait()
                if time.monotonic() - self._told >= TOLD:
                    self._told = time.monotonic()
                    yield self.progress(maker)
        finally:
            await self._put_down()
        while not self.events.empty():
            yield self.events.get_nowait()
        yield self.progress(maker)

    def _begin(self, maker: Maker, row: Row) -> None:
        task = Task.of(row, self.options, self.as_of, self.stamp, self.defaults)
        self._rows[row.key] = row
        self.events.put_nowait(self._logged(RowBegun(row.number, row.place, row.name)))
        self._running[asyncio.create_task(maker.make(task, lambda _: None))] = task

    def _stop(self, reason: str, exit_code: int) -> None:
        """Begins nothing more, for the first reason that is given."""
        if reason and not self.stopped:
            self.stopped, self.exit_code = reason, exit_code

    def _end(self, done: asyncio.Task[Made], lost: str = "") -> None:
        """Notes what became of a row. Where the endpoint is `lost` to all, a row that failed is left open."""
        task = self._running.pop(done)
        made = Made("stopped", reason=LEFT_OPEN) if done.cancelled() else done.result()
        if lost and made.state == "failed":
            made = Made("stopped", reason=made.reason, seconds=made.seconds)
        row = self._rows.pop(task.key)
        self.changed = True
        self._enter(task.key, row.folder, made)
        if made.stop:
            self._stop(made.reason, 4 if made.stop == "cap" else 3)
        if made.state != "stopped":
            self.made += 1
            self.plans += made.state == "done"
        ended = RowEnded(
            row=row.number,
            place=row.place,
            name=row.name or made.brand,
            state=made.state,
            folder=row.folder,
            reason=made.reason,
            errors=made.errors,
            warnings=made.warnings,
            seconds=made.seconds,
            cost=made.cost,
            tokens=made.tokens,
        )
        self.events.put_nowait(self._logged(ended))

    def _watch_the_clock(self) -> None:
        most = self.options.max_seconds
        if most is not None and not self.stopped and time.monotonic() - self.started >= most:
            self._stop(f"The {most:.0f} s of --max-time are over.", 4)
            for task in self._running:
                task.cancel()

    async def _put_down(self) -> None:
        """Stops what is being made, and notes it."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        for task in list(self._running):
            self._end(task)

    # Telling

    def progress(self, maker: Maker) -> BatchProgress:
        """How far it is."""
        counts = self.place.ledger.counts(self.stamp)
        waiting = counts.get("todo", 0) + counts.get("stopped", 0)
        seconds = time.monotonic() - self.started
        rate = self.made / seconds if seconds > 0 else 0.0
        purse = self.purse
        return BatchProgress(
            done=counts.get("done", 0),
            failed=counts.get("failed", 0) + counts.get("bad", 0),
            left=waiting,
            active=len(self._running),
            rate=round(rate, 3),
            seconds_left=round(waiting / rate, 1) if self.made else None,
            cost=purse.cost if purse else 0.0,
            tokens=purse.meter.tokens if purse else 0,
            in_flight=maker.in_flight,
        )

    def finish(self) -> BatchEnded:
        """Writes the indexes where something has changed, and says how the batch stands."""
        index = self.place.file("index", ".html")
        if self.changed:
            write_indexes(self.place, self.stamp, self.options.reader)
            self.place.ledger.keep("listed", self._seen)
        counts = self.place.ledger.counts(self.stamp)
        purse = self.purse
        bad = counts.get("failed", 0) + counts.get("bad", 0)
        return BatchEnded(
            out=str(self.options.out),
            rows=sum(counts.values()),
            done=counts.get("done", 0),
            failed=counts.get("failed", 0),
            bad=counts.get("bad", 0),
            duplicates=counts.get("duplicate", 0),
            left=counts.get("todo", 0) + counts.get("stopped", 0),
            made=self.plans,
            seconds=round(time.monotonic() - self.started, 3),
            cost=purse.cost if purse else 0.0,
            tokens=purse.meter.tokens if purse else 0,
            stopped=self.stopped,
            exit_code=self.exit_code or (1 if bad or self._errors() else 0),
            index=str(index),
        )

    def _errors(self) -> bool:
        return any(row.made.get("errors") for row in self.place.ledger.rows(self.stamp) if row.state == "done")

    def _logged(self, event: Event) -> Event:
        self.place.log(event)
        return event


async def stream_batch(source: Path | str, options: BatchOptions | None = None) -> AsyncGenerator[Event, None]:
    """Makes the plans of a batch and tells what happens; the last event is BatchEnded.

    A row that cannot be read or planned is a RowEnded with the reason and ends nothing else. Raises BriefError where the input or
    the defaults cannot be read, and SetupError where the folder is held by another batch, cannot be written, or a model is not to be had.
    """
    options = options or BatchOptions()
    source = Path(source)
    settings = options.settings()
    spec = ModelSpec.parse(settings.model, settings)
    known(options.formats)
    check_input(source)
    defaults = check_defaults(options.defaults)
    with Place(options.out, options.shard) as place, _room(options.out):
        as_of = place.begin(dt.date.today(), options.as_of)
        purse = None if spec.kind == "playbook" else Purse(place.ledger, spec, settings, place.spent)
        stamp = options.stamp(spec.label, as_of)
        batch = Batch(source, options, place, as_of, stamp, spec, purse, defaults)
        begun = await asyncio.to_thread(batch.survey)
        place.log(begun)
        yield begun
        try:
            if begun.todo:  # a model is not opened, nor a cluster started, to find that nothing is left to do
                maker = _maker(options, spec, settings, purse)
                async with maker, contextlib.aclosing(batch.run(maker)) as events:
                    async for event in events:
                        yield event
        finally:
            if purse:
                purse.close()
            ended = await asyncio.to_thread(batch.finish)
            place.log(ended)
        yield ended


@contextlib.contextmanager
def _room(out: Path) -> Iterator[None]:
    """Tells a full disk, or one that fails, as what it is: ledger, log and indexes are the batch's own, and no row's."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        kind = DiskFull if getattr(error, "errno", 0) in FULL or "full" in reason else SetupError
        raise kind(
            f"The batch in {out} cannot be written ({reason}).",
            hint="Mend that, then run the same command again: it goes on.",
        ) from error


def _maker(options: BatchOptions, spec: ModelSpec, settings: Settings, purse: Purse | None) -> Maker:
    most = options.parallel
    if options.cluster or options.local_cluster:
        from agent.batch.cluster import Cluster

        meter = purse.meter if purse else None
        return Cluster(spec, settings, meter, most=most, address=options.cluster, workers=options.local_cluster)
    return Loop(spec, settings, purse.meter, most=most) if purse else Pool(options.workers or cores())
