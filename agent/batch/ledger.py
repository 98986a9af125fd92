"""What a batch knows of its rows and plans, on disk: memory stays flat and a repeated command is quick.

The truth about a plan lies in its run folder (`row.json`); the ledger can be lost and is then made again from there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.batch.task import Made
from agent.secrecy import scrub

_TABLES = """
create table if not exists notes (name text primary key, value text not null);
create table if not exists plans (key text primary key, folder text, stamp text, state text, record text, sketch blob);
create table if not exists rows (number integer primary key, place text, name text, key text, folder text, reason text, first integer);
create index if not exists rows_key on rows (key);
"""
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
"""What SQLite says of a file that is no ledger any more; of a full disk it says something else."""
_JOINED = """
select rows.number, rows.place, rows.name, rows.folder, rows.reason, rows.first, plans.state, plans.record, rows.key
from rows left join plans on plans.key = rows.key and plans.stamp = ? order by rows.number
"""


@dataclass(frozen=True)
class Listed:
    """A row of the input with what became of it."""

    number: int
    place: str
    name: str
    folder: str
    state: str
    """A RowState, or "todo"."""
    reason: str
    first: int | None
    """The row that holds the same brief, for a duplicate."""
    key: str
    made: dict[str, Any]
    """The plan's record (`Made`); empty where there is none."""


class Ledger:
    """One SQLite file. Only the holder of the batch's lock writes it."""

    def __init__(self, path: Path) -> None:
        """Opens it; one that is damaged is put aside and begun anew. Raises sqlite3.Error where the disk takes nothing more."""
        try:
            self._base = _opened(path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) not in DAMAGED:
                raise
            path.replace(path.with_suffix(".damaged"))
            path.with_name(path.name + "-journal").unlink(missing_ok=True)
            self._base = _opened(path)

    def close(self) -> None:
        """Lets the file go."""
        self._base.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything inside is written in one step, or not at all."""
        self._base.execute("begin")
        try:
            yield
        except BaseException:
            self._base.execute("rollback")
            raise
        self._base.execute("commit")

    def note(self, name: str) -> str:
        """What is kept under a name; "" for nothing."""
        found = self._base.execute("select value from notes where name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def keep(self, name: str, value: str) -> None:
        """Keeps a value under a name."""
        self._base.execute("insert or replace into notes values (?, ?)", (name, value))

    def forget_rows(self) -> None:
        """The input is about to be listed anew; what is known of plans stays."""
        self._base.execute("delete from rows")

    def list_row(self, number: int, place: str, name: str, key: str, folder: str, reason: str) -> int | None:
        """Enters a row of the input; the number of the earlier row with the same brief, if there is one."""
        found = self._base.execute("select min(number) from rows where key = ?", (key,)).fetchone() if key else None
        first = found[0] if found else None
        row = (number, place, name, key or None, folder, reason, first)
        self._base.execute("insert or replace into rows values (?, ?, ?, ?, ?, ?, ?)", row)
        return None if first is None else int(first)

    def first_place(self, key: str) -> int | None:
        """The first row of a brief."""
        found = self._base.execute("select min(number) from rows where key = ?", (key,)).fetchone()
        return None if found is None or found[0] is None else int(found[0])

    def state(self, key: str, stamp: str) -> str:
        """What became of a brief's plan under a stamp; "" where nothing is known."""
        found = self._base.execute("select state from plans where key = ? and stamp = ?", (key, stamp)).fetchone()
        return str(found[0]) if found else ""

    def enter(self, key: str, folder: str, stamp: str, made: Made) -> None:
        """Enters what became of a plan."""
        row = (key, folder, stamp, made.state, scrub(json.dumps(made.record(), ensure_ascii=False)), made.sketch)
        self._base.execute("insert or replace into plans values (?, ?, ?, ?, ?, ?)", row)

    def rows(self, stamp: str) -> Iterator[Listed]:
        """The input's rows in order, with what became of them under a stamp."""
        for number, place, name, folder, reason, first, state, record, key in self._base.execute(_JOINED, (stamp,)):
            made = json.loads(record) if record else {}
            now = "bad" if key is None else "duplicate" if first is not None else state or "todo"
            yield Listed(
                number, place, name, folder or "", now, reason or made.get("reason", ""), first, key or "", made
            )

    def sketches(self, stamp: str) -> tuple[list[str], bytes]:
        """Keys of the finished plans that the input lists, and their sketches one after another."""
        found = self._base.execute(
            "select distinct plans.key, plans.sketch from plans join rows on rows.key = plans.key "
            "where plans.stamp = ? and plans.state = 'done' and length(plans.sketch) > 0 order by plans.key",
            (stamp,),
        )
        keys, sketches = [], bytearray()
        for key, sketch in found:
            keys.append(str(key))
            sketches += sketch
        return keys, bytes(sketches)

    def counts(self, stamp: str) -> dict[str, int]:
        """How many rows stand how."""
        found: dict[str, int] = {}
        for key, first, state, number in self._base.execute(
            "select rows.key is null, rows.first is not null, plans.state, count(*) from rows left join plans "
            "on plans.key = rows.key and plans.stamp = ? group by 1, 2, 3",
            (stamp,),
        ):
            name = "bad" if key else "duplicate" if first else state or "todo"
            found[name] = found.get(name, 0) + number
        return found


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        base.executescript(_TABLES)
        if base.execute("pragma quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        for _ in base.execute("select record from plans"):
            pass  # a changed byte may leave the tables whole and a text unreadable
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base
