"""The breaker: when an endpoint fails again and again, calls stop, one tries, and the run goes on or gives it up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from agent.errors import CehuaError, EndpointLost
from agent.llm.bell import Bell, heard


class Breaker:
    """Counts failed requests without an answer between them, over all calls of one model in a run."""

    def __init__(
        self,
        label: str,
        *,
        most: int = 12,
        pause: float = 10.0,
        tries: int = 2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`most` failures in a row open it; then after `pause` seconds, doubled each time, one request tries, `tries` times."""
        self._label = label
        self._most = most
        self._pause = pause
        self._tries = tries
        self._clock = clock
        self._lock = threading.Lock()
        self._bell = Bell()
        self._failures = 0
        self._tried = 0
        self._trying = False
        self._closed_until = 0.0
        self.lost: CehuaError | None = None
        """Why no further call is made; None while calls are made."""

    async def admit(self) -> None:
        """Returns when a request may be made. Raises what `lost` holds."""
        while True:
            with self._lock:
                if self.lost:
                    raise self.reason()
                now = self._clock()
                if self._failures < self._most:
                    return
                if not self._trying and now >= self._closed_until:
                    self._trying = True
                    return
                wait = None if self._trying else self._closed_until - now
                ticket = self._bell.ticket()
            await heard(ticket, wait)

    def reason(self) -> CehuaError:
        """A fresh error that says why the endpoint is lost. Only to be called when it is."""
        lost = self.lost or EndpointLost(f"{self._label} is lost.")
        return type(lost)(lost.message, hint=lost.hint, where=lost.where)

    def answered(self) -> None:
        """The endpoint works."""
        with self._lock:
            self._failures = self._tried = 0
            self._trying = False
            self._bell.ring()

    def failed(self, why: str) -> None:
        """A request failed in a way that says something about the endpoint."""
        with self._lock:
            self._failures += 1
            if self._failures < self._most:
                return
            if self._failures > self._most and not self._trying:
                return  # was under way when the breaker opened
            if self._trying:
                self._tried += 1
                self._trying = False
            if self._tried >= self._tries:
                self.lost = EndpointLost(
                    f"{self._label} failed {self._failures} times in a row ({why}).",
                    hint="Run the same command again later; finished parts are kept.",
                )
            self._closed_until = self._clock() + self._pause * 2**self._tried
            self._bell.ring()

    def unclear(self) -> None:
        """A request ended without saying anything about the endpoint (it was cancelled, or refused as such)."""
        with self._lock:
            if self._trying:
                self._trying = False
                self._bell.ring()

    def give_up(self, why: CehuaError) -> None:
        """No further call makes sense, for this reason."""
        with self._lock:
            self.lost = self.lost or why
            self._bell.ring()
