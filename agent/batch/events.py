"""What a batch tells its faces while it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.events import Event

RowState = Literal["done", "failed", "bad", "duplicate", "stopped"]
"""done: its plan stands. failed: no plan could be made of it. bad: it could not be read. duplicate: an earlier row holds the same brief. stopped: begun or
waiting when the batch ended; the same command goes on with it."""


@dataclass(frozen=True)
class BatchBegun(Event):
    """The input was read through; the first plan may begin."""

    out: str
    model: str
    rows: int
    """Rows of the input that belong to this shard."""
    done: int
    """Of these, rows whose plans an earlier command made."""
    failed: int
    """Rows that failed before and are not tried again unasked."""
    bad: int
    duplicates: int
    todo: int
    """Rows whose plans this command sets out to make."""


@dataclass(frozen=True)
class RowBegun(Event):
    """A plan is begun."""

    row: int
    place: str
    name: str


@dataclass(frozen=True)
class RowEnded(Event):
    """A row is over, or was put down."""

    row: int
    """Number of the row in the input, from 1; files of a folder by name."""
    place: str
    """Where the row stands: "line 12", "Sheet1 row 5", "tea-zh.yaml"."""
    name: str
    """The brand as the row names it; "" where it names none."""
    state: RowState
    folder: str = ""
    """The run's folder, below the batch's."""
    reason: str = ""
    """Why there is no plan, with the next step; "" for a plan that stands."""
    errors: int = 0
    warnings: int = 0
    seconds: float = 0.0
    cost: float | None = None
    """US dollars that this command spent on the row; None when the price is not known."""
    tokens: int = 0


@dataclass(frozen=True)
class BatchProgress(Event):
    """How far the batch is; told about once a second and not kept in events.jsonl."""

    done: int
    failed: int
    left: int
    active: int
    """Plans that are being made."""
    rate: float
    """Rows ended by this command, a second."""
    seconds_left: float | None
    """At this rate; None before the first row has ended."""
    cost: float | None
    """US dollars of the whole batch so far, earlier commands included; None when the price is not known."""
    tokens: int
    in_flight: int = 0
    """Requests that the endpoint is answering."""


@dataclass(frozen=True)
class BatchEnded(Event):
    """The batch is over or was put down; the indexes are written."""

    out: str
    rows: int
    done: int
    failed: int
    bad: int
    duplicates: int
    left: int
    """Rows that the same command would go on with."""
    made: int
    """Plans that this command made."""
    seconds: float
    cost: float | None
    """US dollars of the whole batch, earlier commands included."""
    tokens: int
    stopped: str = ""
    """Why it ended early (a cap, a lost endpoint, a full disk); "" when it came to its end."""
    exit_code: int = 0
    """As the command line ends: 0 done, 1 with errors among the findings or failed rows, 3 endpoint, 4 stopped by a cap."""
    index: str = ""
    """The page that lists the plans."""
