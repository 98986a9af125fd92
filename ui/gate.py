"""How much is at work at once: who goes in, who waits in line, and who is asked to come again later."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from agent.errors import CehuaError

Kind = Literal["playbook", "local", "hosted", "batch"]
LATER = 30
"""Seconds after which somebody who was turned away may come again."""


class Busy(CehuaError):
    """The line is full; whoever asked comes again after `LATER` seconds."""

    exit_code = 3


@dataclass(frozen=True)
class Limits:
    """How much of what, on one machine of a few cores."""

    playbook: int = 2
    """Plans computed at once: each takes a core for a second or two."""
    local: int = 1
    """Runs of the embedded model at once: each loads it."""
    hosted: int = 16
    """Runs of a hosted model at once: they mostly wait for the endpoint."""
    batch: int = 4
    """Batches at once that load no model here: each has processes of its own."""
    waiting: int = 300
    """Runs in line."""
    of_one: int = 40
    """Runs of one workspace, at work and in line."""

    def of(self, kind: Kind) -> int:
        """Runs of this kind at once."""
        return {"playbook": self.playbook, "local": self.local, "hosted": self.hosted, "batch": self.batch}[kind]


@dataclass(eq=False)
class Ticket:
    """A place in the line, then at work."""

    workspace: str
    kind: Kind
    begin: Callable[[], None]
    """Called when its turn has come."""


class Gate:
    """The line before the work. Whoever has least at work comes first, then whoever came first."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._line: list[Ticket] = []
        self._inside: list[Ticket] = []
        self._coming: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._line)

    def check(self, workspace: str) -> None:
        """Raises Busy when one more of this workspace would be too many."""
        with self._lock:
            self._check(workspace)

    @contextmanager
    def room(self, workspace: str) -> Iterator[None]:
        """Keeps a place in the line while what comes into it is made ready. Raises Busy when there is none."""
        with self._lock:
            self._check(workspace)
            self._coming[workspace] += 1
        try:
            yield
        finally:
            with self._lock:
                self._coming[workspace] -= 1

    def _check(self, workspace: str) -> None:
        mine = self._coming[workspace] + sum(one.workspace == workspace for one in (*self._line, *self._inside))
        if len(self._line) + self._coming.total() >= self.limits.waiting or mine >= self.limits.of_one:
            raise Busy("Too many plans are waiting to be written.", hint=f"Try again in {LATER} seconds.")

    def join(self, ticket: Ticket) -> None:
        """Takes it into the line; its `begin` is called once, when its turn has come."""
        with self._lock:
            self._line.append(ticket)
        self._call()

    def leave(self, ticket: Ticket, *, waiting: bool = False) -> bool:
        """Gives the place free; with `waiting`, only one in the line. True when it was still in line: then it never begins."""
        with self._lock:
            waited = ticket in self._line
            for held in (self._line,) if waiting else (self._line, self._inside):
                if ticket in held:
                    held.remove(ticket)
        self._call()
        return waited

    def place(self, ticket: Ticket) -> int:
        """How many come before it and it; 0 when it is at work or over."""
        with self._lock:
            return self._line.index(ticket) + 1 if ticket in self._line else 0

    def _call(self) -> None:
        while True:
            with self._lock:
                at_work = Counter(one.kind for one in self._inside)
                busy = Counter(one.workspace for one in self._inside)
                free = [one for one in self._line if at_work[one.kind] < self.limits.of(one.kind)]
                if not free:
                    return
                ticket = min(free, key=lambda one: busy[one.workspace])
                self._line.remove(ticket)
                self._inside.append(ticket)
            ticket.begin()
