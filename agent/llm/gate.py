"""One endpoint's gate: calls in flight, requests and tokens a minute, and the pauses that it asked for.

pyrate-limiter and aiolimiter count when a request is let go. An endpoint counts when the request arrives, which may be
later; two requests that left more than a minute apart can arrive within one. So a request is counted here from before it
leaves until a minute after the endpoint was seen to have it, and no window of a minute at the endpoint holds too many.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from agent.errors import EndpointLost, SetupError
from agent.llm.bell import Bell, heard
from agent.llm.width import Width

MINUTE = 60.0
MARGIN = 0.05
"""Seconds that clocks may run apart within a minute."""


@dataclass
class Passage:
    """One request between its admission and the end of its minute."""

    tokens: int
    """Prompt and answer: the most they can be until the request is over, then what they were."""
    arrived: float | None = None
    """When the endpoint was seen to have the request; None while that is not known."""
    over: float | None = None
    left: float = 0.0
    """When it was admitted."""


class Gate:
    """Admits requests to one endpoint; shared by all that talk to it in this process, from any thread or event loop."""

    def __init__(
        self,
        *,
        parallel: int = 8,
        rpm: int | None = None,
        tpm: int | None = None,
        window: float = MINUTE,
        clock: Callable[[], float] = time.monotonic,
        width: Width | None = None,
    ) -> None:
        """`window` is the length of a minute in seconds; `width` finds out how many requests at once are worth making."""
        self._parallel = parallel
        self._width = width
        self.rpm = rpm
        """Requests in any 60 seconds; None is no limit."""
        self.tpm = tpm
        """Tokens of prompts and answers in any 60 seconds; None is no limit."""
        self._window = window + MARGIN
        self._clock = clock
        self._lock = threading.Lock()
        self._bell = Bell()
        self._passages: list[Passage] = []
        self._not_before = 0.0
        self.in_flight = 0
        """Requests that the endpoint has and has not answered yet."""
        self.waiting = 0
        """Requests that are kept waiting here."""

    @property
    def parallel(self) -> int:
        """Requests in flight at once."""
        return self._width.now if self._width else self._parallel

    async def enter(self, tokens: int, patience: float) -> Passage:
        """Waits until one more request of at most `tokens` may leave.

        Raises EndpointLost when the endpoint asked for a pause that ends later than `patience` seconds from now, and
        SetupError when the request alone is above the tokens of a minute.
        """
        if self.tpm and tokens > self.tpm:
            raise SetupError(
                f"One request may use up to {tokens} tokens, and {self.tpm} a minute are allowed.",
                hint="Raise CEHUA_TPM.",
                where="CEHUA_TPM",
            )
        with self._lock:
            self.waiting += 1
        try:
            return await self._admitted(tokens, patience)
        finally:
            with self._lock:
                self.waiting -= 1

    async def _admitted(self, tokens: int, patience: float) -> Passage:
        woken = False
        while True:
            with self._lock:
                now = self._clock()
                self._forget(now)
                pause = self._not_before - now
                if pause > patience:
                    self._bell.ring()  # others wait for a place that nobody gives back any more
                    raise EndpointLost(
                        f"The endpoint asks to wait {pause:.0f} s, longer than the patience of {patience:.0f} s.",
                        hint="Run the same command again later, or raise CEHUA_PATIENCE; finished parts are kept.",
                    )
                wait = self._wait(now, tokens)
                if wait == 0.0:
                    passage = Passage(tokens, left=now)
                    self.in_flight += 1
                    if self.rpm or self.tpm:
                        self._passages.append(passage)
                    return passage
                ticket = self._bell.ticket(again=woken)
            try:
                await heard(ticket, wait)
            except BaseException:
                with self._lock:
                    if ticket.is_set():  # a place was offered to one who takes it no more
                        self._ring()
                raise
            finally:
                with self._lock:
                    self._bell.drop(ticket)
                woken = ticket.is_set()

    def arrived(self, passage: Passage) -> None:
        """The endpoint has the request: its headers came, or it failed there."""
        with self._lock:
            if passage.arrived is None:
                passage.arrived = self._clock()
                self._ring()

    def begun(self, passage: Passage) -> None:
        """The endpoint works at the request: the first piece of its answer came."""
        with self._lock:
            if self._width:
                self._width.begun(self._clock() - passage.left, full=self.waiting > 0)
                self._ring()

    def refused(self) -> None:
        """The endpoint had no room for a request."""
        with self._lock:
            if self._width:
                self._width.refused()

    def leave(self, passage: Passage, tokens: int | None = None) -> None:
        """The request is over; `tokens` is what it used, None when that is not known."""
        with self._lock:
            passage.over = self._clock()
            self.in_flight -= 1
            passage.arrived = passage.over if passage.arrived is None else passage.arrived
            passage.tokens = passage.tokens if tokens is None else tokens
            self._ring()

    def hold(self, seconds: float) -> None:
        """No request leaves for `seconds`: the endpoint asked for it."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + seconds)

    def _ring(self) -> None:
        """Wakes as many as there are places, in the order in which they came.

        Where a minute's requests or tokens are limited everybody is woken: what one of them may not send, another may.
        """
        self._bell.ring(None if self.rpm or self.tpm else max(0, self.parallel - self.in_flight))

    def _forget(self, now: float) -> None:
        self._passages = [p for p in self._passages if p.over is None or now < p.over + self._window]

    def _wait(self, now: float, tokens: int) -> float | None:
        """Seconds until it is worth asking again; 0 is now, None is "when somebody leaves"."""
        if self.in_flight >= self.parallel:
            return None
        waits = [0.0]
        if self._not_before > now:
            waits.append(self._not_before - now + random.uniform(0.0, 0.05))
        if self.rpm:
            starts = [p.arrived for p in self._passages if p.arrived is None or now < p.arrived + self._window]
            if len(starts) >= self.rpm:
                known = [start for start in starts if start is not None]
                if not known:
                    return None
                waits.append(min(known) + self._window - now)
        if self.tpm and sum(p.tokens for p in self._passages) + tokens > self.tpm:
            ended = [p.over for p in self._passages if p.over is not None]
            if not ended:
                return None
            waits.append(min(ended) + self._window - now)
        return max(waits)
