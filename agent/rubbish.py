"""How often a process that makes many plans looks for rubbish: what is loaded for all of them is not gone through again and again."""

from __future__ import annotations

import ctypes
import functools
import gc
from collections.abc import Callable
from typing import Any, Self

from agent.pages import larger_as_it_grows

YOUNG = 50_000
"""Objects made and not given back after which the young ones are looked through; 700 is Python's own, for programs that make fewer."""
ROUNDS = (20, 100)
"""Such looks before the middle generation is looked through, and those before the oldest is."""


class Rubbish:
    """Inside, rubbish is collected less often; a sixth of a model batch's processor time went into it. Use as a context manager."""

    def __enter__(self) -> Self:
        self._before = gc.get_threshold()
        gc.set_threshold(YOUNG, *ROUNDS)
        self._plans = 0
        return self

    def __exit__(self, *_: object) -> None:
        gc.set_threshold(*self._before)
        if self._plans:
            gc.unfreeze()

    def plan_made(self) -> None:
        """After the first plan, what is there is taken for what stays: knowledge, rules, patterns. As plans are made it moves into large pages."""
        if not self._plans:
            gc.freeze()
        self._plans += 1
        larger_as_it_grows(self._plans)


def give_back() -> None:
    """What glibc holds of memory that was given back to it goes back to the system; other C libraries do as they do."""
    if trim := _trim():
        trim(0)


@functools.cache
def _trim() -> Callable[[int], Any] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # no glibc; Windows has no such library to ask
        return None
