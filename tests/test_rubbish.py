"""Rubbish is looked for less often while many plans are made, and as before afterwards."""

from __future__ import annotations

import gc
import weakref

from agent.rubbish import YOUNG, Rubbish


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
