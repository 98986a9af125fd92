"""Copy-fitting: runs of pages whose last one would be nearly empty are set a little closer, so that they end a page earlier."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

AIRS = (1.0, 0.8, 0.6)
"""Shares of the usual space between lines and blocks, from as usual to as close as it may be."""
GAINS = (0.0, 0.07, 0.15)
"""What part of its length a run of pages loses at each."""
THIN = 0.4
"""Share of a page below which it is worth while to do without it."""


class Air:
    """Chooses the space of every run of pages, from where the runs ended when they were laid out before."""

    def __init__(self, ends: Sequence[bool]) -> None:
        """`ends`: for every section, whether a page ends behind it."""
        self.ends = ends
        self.steps = [0] * sum(ends)
        self.usual: list[int] = []
        """Pages of the runs at the usual space."""

    def sections(self) -> list[float]:
        """The space of every section."""
        found, run = [], 0
        for ends in self.ends:
            found.append(AIRS[self.steps[run]])
            run += ends
        return found

    def refit(self, places: Sequence[tuple[int, float]]) -> bool:
        """Whether the space of a run changes. `places`: the last page of what stands before the first run and of every run, and its filled share."""
        pages = [place[0] - before[0] for before, place in pairwise(places)]
        before = list(self.steps)
        if not self.usual:
            self.usual = pages
            self.steps = [_step(count, filled) for count, (_, filled) in zip(pages, places[1:], strict=True)]
        else:
            self.steps = [
                step if count < usual or not step else (step + 1) % len(AIRS)
                for step, count, usual in zip(self.steps, pages, self.usual, strict=True)
            ]
        return self.steps != before


def _step(pages: int, filled: float) -> int:
    """The least step that saves the last page of a run, 0 where none does or the page is well filled."""
    length = pages - 1 + filled
    saves = (at for at, gain in enumerate(GAINS) if gain * length >= filled)
    return next(saves, 0) if pages > 1 and filled < THIN else 0
