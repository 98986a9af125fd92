"""How many requests an endpoint takes at once, found out while it works: more while it keeps up, fewer when it says no or lets wait."""

from __future__ import annotations

from collections import deque

FIRST = 16
"""Requests at once to begin with."""
KEPT = 32
"""Latest waits by which queueing is told."""
LEAST_TOLD = 16
"""Waits that have to be known before they say anything."""
QUEUED = (2.5, 0.5)
"""Waits count as queueing when their lower quartile is above this many times the shortest such quartile, plus so many seconds."""
BACK = 0.7
"""What is left of the width after a refusal."""


class Width:
    """Doubles with every round of answers at first; after the first refusal or queue it grows by one a round.

    Not locked: its gate calls it while it holds its own lock.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        """Never more at once than this."""
        self._now = float(min(FIRST, most))
        self._waits: deque[float] = deque(maxlen=KEPT)
        self._shortest = float("inf")
        self._steep = True
        self._since = most
        """Answers since the width was last cut: those in flight then say nothing new by being refused as well."""

    @property
    def now(self) -> int:
        """Requests at once."""
        return max(1, int(self._now))

    def begun(self, wait: float, *, full: bool) -> None:
        """An answer began `wait` seconds after its request left; `full` says whether others were kept waiting here."""
        self._waits.append(wait)
        self._since += 1
        if self._queued():
            self._steep = False
            self._now = max(1.0, self._now - 1 / self._now)
        elif full:
            self._now = min(float(self.most), self._now + (1.0 if self._steep else 1 / self._now))

    def refused(self) -> None:
        """The endpoint had no room for a request (429, 503)."""
        self._steep = False
        if self._since >= self.now:
            self._now = max(1.0, self._now * BACK)
            self._since = 0

    def _queued(self) -> bool:
        if len(self._waits) < LEAST_TOLD:
            return False
        quartile = sorted(self._waits)[len(self._waits) // 4]
        self._shortest = min(self._shortest, quartile)
        return quartile > QUEUED[0] * self._shortest + QUEUED[1]
