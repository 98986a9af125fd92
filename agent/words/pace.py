"""How a small model's run ends in time: a machine that is behind draws fewer answers, and at last none but the first."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

LEFT_OPEN = 0.5
"""Share of the sentences whose first answer cannot be used: half of them on the sample briefs (`benchmarks.local_run`)."""


class Pace:
    """The time of one run, shared by all its stages.

    One answer to every sentence is always asked for. What is left after the first answers that are still to come, at the rate so far, is
    shared out between the sentences that are open now and those that will be.
    """

    def __init__(
        self,
        planned: int = 1,
        seconds: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        told: Mapping[str, int] | None = None,
    ) -> None:
        """`planned`: sentences of the run that are worth asking for; `seconds`: for all their tries together, from the first one on, without end as a default.

        `told`: what an earlier run of the same words decided; it stands whatever the clock says, so that the run can be repeated.
        """
        self._planned, self._seconds, self._clock = planned, seconds, clock
        self._told = told or {}
        self.decided: dict[str, int] = {}
        """Try → answers that it was let draw."""
        self._since: float | None = None
        self._answers = self._begun = self._open = 0

    def begin(self, sentences: int) -> None:
        """So many more sentences are asked for, from now on."""
        self._since = self._clock() if self._since is None else self._since
        self._begun += sentences
        self._open += sentences

    def answered(self) -> None:
        """One more answer is there, of whatever use."""
        self._answers += 1

    def settled(self, sentences: int) -> None:
        """So many sentences need no further answer."""
        self._open -= sentences

    def knowing(self, told: Mapping[str, int]) -> Pace:
        """The same pace for a run that repeats an earlier one's decisions."""
        return Pace(self._planned, self._seconds, self._clock, told)

    def draws(self, wanted: int, attempt: str = "") -> int:
        """How many of `wanted` answers a try may draw for a sentence: all in time, fewer when behind, 0 when the time is over.

        `attempt` names the try: part, field and round.
        """
        while attempt in self.decided:  # a part that is written again
            attempt += "'"
        self.decided[attempt] = self._told[attempt] if attempt in self._told else self._in_time(wanted)
        return self.decided[attempt]

    def _in_time(self, wanted: int) -> int:
        if self._since is None or not self._answers:
            return wanted
        over = self._clock() - self._since
        if over >= self._seconds:
            return 0
        first = max(self._planned - self._begun, 0)
        spare = (self._seconds - over) * self._answers / max(over, 1e-9) - first
        return int(min(wanted, max(0.0, spare / max(self._open + first * LEFT_OPEN, 1) + 0.5)))
