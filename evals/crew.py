"""Work spread over processes: every piece depends on its input alone, so the results are the same for any number of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Self, TypeVar

from evals.offline import closed

A = TypeVar("A")
B = TypeVar("B")
MOST = 4
"""Processes by default at most: each holds the knowledge base, the rules and all plans, about half a gigabyte."""

_held: Any = None


def held() -> Any:
    """What the crew was given to hold."""
    return _held


def _hold(value: Any, offline: bool) -> None:
    global _held
    _held = value
    if offline:
        closed().__enter__()


def processes(asked: int = 0) -> int:
    """How many processes to use: what was asked, else one a core."""
    return asked or min(os.cpu_count() or 1, MOST)


class Crew:
    """Maps a function over pieces of work and keeps their order. One process works in this one, so that patches reach it."""

    def __init__(self, jobs: int, value: Any = None, *, offline: bool = True) -> None:
        """`value` is what every process holds, sent once; `offline` closes the sockets of the others."""
        self._jobs, self._value, self._offline = jobs, value, offline
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._jobs > 1:
            self._pool = ProcessPoolExecutor(
                self._jobs, get_context("spawn"), initializer=_hold, initargs=(self._value, self._offline)
            )
        else:
            _hold(self._value, offline=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        _hold(None, offline=False)

    def map(self, work: Callable[[A], B], pieces: Iterable[A]) -> Iterator[B]:
        """Results in the order of the pieces. Raises what a piece raised."""
        return map(work, pieces) if self._pool is None else self._pool.map(work, pieces)
