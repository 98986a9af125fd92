"""A batch's folder: one batch at a time, its date, its ledger, its event log."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

from agent.batch.ledger import Ledger
from agent.batch.options import Shard
from agent.errors import SetupError
from agent.events import Event
from agent.files import UNFINISHED, mend_lines, write_text
from agent.holding import Holding
from agent.secrecy import scrub

HIDDEN = ".batch"
"""Below the batch's folder: lock, ledger, date."""
BEGUN = "batch.json"


def stored_date(path: Path) -> dt.date | None:
    """The date that the batch in a folder was begun with."""
    try:
        return dt.date.fromisoformat(json.loads((path / HIDDEN / BEGUN).read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Place:
    """Use as a context manager: the lock is held inside. Parts of one batch (shards) have locks, ledgers and indexes of their own."""

    def __init__(self, path: Path, shard: Shard | None = None) -> None:
        self.path = path
        self._suffix = shard.suffix if shard else ""
        self._hidden = path / HIDDEN
        lock, owner = self._hidden / f"lock{self._suffix}", self._hidden / f"owner{self._suffix}"
        self._holding = Holding(path, lock, owner, self._taken)
        self.ledger: Ledger

    def __enter__(self) -> Place:
        """Raises SetupError when the folder cannot be written or another batch holds it."""
        self._holding.take(lambda: (*self.path.glob(UNFINISHED), *self._hidden.glob(UNFINISHED)))
        try:
            mend_lines(self.events)
            self.ledger = Ledger(self._hidden / f"ledger{self._suffix}.sqlite")
        except (OSError, sqlite3.Error) as error:
            raise self._holding.unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()
        self._holding.let_go()

    def _taken(self, holder: str) -> SetupError:
        return SetupError(
            f"The batch in {self.path} is being made by {holder}.", hint="Wait for it, or choose another --out."
        )

    @property
    def events(self) -> Path:
        """The event log."""
        return self.path / f"events{self._suffix}.jsonl"

    @property
    def spent(self) -> Path:
        """What was spent, beside the ledger: it must not be lost with it."""
        return self._hidden / f"spent{self._suffix}.json"

    def file(self, stem: str, ending: str) -> Path:
        """An index file: index.csv, or index.2-of-4.csv of a part."""
        return self.path / f"{stem}{self._suffix}{ending}"

    def begin(self, today: dt.date, given: dt.date | None) -> dt.date:
        """The date of the batch's plans: the given one, else the one that it was begun with, so that a resume tomorrow changes nothing."""
        stored = stored_date(self.path)
        as_of = given or stored or today
        if as_of != stored:
            write_text(self._hidden / BEGUN, json.dumps({"as_of": as_of.isoformat()}))
        return as_of

    def log(self, event: Event) -> None:
        """Appends an event to the log, with the time."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        with self.events.open("a", encoding="utf-8") as file:
            file.write(scrub(json.dumps({"at": now, **event.record()}, ensure_ascii=False)) + "\n")
