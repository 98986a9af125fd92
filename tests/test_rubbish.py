"""Rubbish is looked for less often while many plans are made, and as before afterwards."""

from __future__ import annotations

import gc
import os
import platform
import weakref
from pathlib import Path

import pytest

from agent.rubbish import YOUNG, Rubbish, give_back


class Ring:
    """Something that keeps itself alive."""

    def __init__(self) -> None:
        self.itself = self


def test_thresholds_are_raised_inside_and_put_back() -> None:
    before = gc.get_threshold()
    with Rubbish() as rubbish:
        assert gc.get_threshold()[0] == YOUNG
        frozen = gc.get_freeze_count()
        rubbish.plan_made()
        assert gc.get_freeze_count() > frozen
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() <= frozen


def test_what_a_plan_leaves_behind_is_still_found() -> None:
    with Rubbish() as rubbish:
        rubbish.plan_made()
        ring = Ring()
        gone = weakref.ref(ring)
        del ring
        assert gone() is not None
        kept = [[] for _ in range(2 * YOUNG)]
        assert gone() is None
        del kept


def test_large_pages_are_asked_for_as_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("agent.rubbish.larger_as_it_grows", told.append)
    with Rubbish() as rubbish:
        for _ in range(3):
            rubbish.plan_made()
    assert told == [1, 2, 3]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back as they do")
def test_memory_that_was_let_go_goes_back_to_the_system() -> None:
    give_back()
    before = _resident()
    held = [bytes(2000) for _ in range(20_000)]
    last = held[-1]  # at the end of the heap: without it the heap would shrink by itself
    full = _resident()
    del held
    give_back()
    assert full - before > 30 * 2**20
    assert _resident() - before < 10 * 2**20
    assert len(last) == 2000


def _resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
