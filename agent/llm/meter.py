"""The meter: takes the most a request can cost before it leaves, gives back what it did not cost, and stops at a cap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agent.errors import CapReached
from agent.llm.bell import Bell, heard
from agent.llm.prices import Price


@dataclass(frozen=True)
class Reservation:
    """The most that one request can use."""

    prompt: int
    """Tokens."""
    completion: int
    """Tokens."""
    cost: Decimal
    """USD; 0 when the price is not known."""

    @property
    def tokens(self) -> int:
        """Prompt and answer together."""
        return self.prompt + self.completion


class Meter:
    """Money and tokens of a run. Spent and reserved together never pass a cap; safe in threads and event loops.

    It relies on the endpoint keeping to the length it is given (max_tokens); one that writes more can cost more.
    """

    def __init__(
        self,
        price: Price | None = None,
        *,
        max_cost: Decimal | None = None,
        max_tokens: int | None = None,
        secure: Callable[[Decimal, int], None] | None = None,
    ) -> None:
        """`secure` is told, before a request is let go, the most USD and tokens that will then have been spent: it may note them durably."""
        if max_cost is not None and price is None:
            raise ValueError("A cap on money needs a price.")
        self.price = price
        """None when nobody knows it; then no cost is counted."""
        self.max_cost = max_cost
        """USD; None is no cap."""
        self.max_tokens = max_tokens
        """Prompt and completion tokens of the whole run; None is no cap."""
        self.cost = Decimal(0)
        """USD spent so far."""
        self.tokens = 0
        """Tokens spent so far."""
        self._secure = secure
        self._held: dict[int, Reservation] = {}
        """By identity: two requests may have reserved the same."""
        self._reserved = Decimal(0), 0
        """USD and tokens of all of them."""
        self._lock = threading.Lock()
        self._bell = Bell()

    async def reserve(self, prompt: int, completion: int) -> Reservation:
        """Sets aside what a request can use at most; waits while requests in flight may still give something back.

        Raises CapReached when the request would pass a cap even if those in flight cost nothing.
        """
        cost = self.price.cost(prompt, completion) if self.price else Decimal(0)
        wanted = Reservation(prompt, completion, cost)
        while True:
            with self._lock:
                alone = self.cost + cost, self.tokens + wanted.tokens
                if not self._allowed(*alone):
                    raise self._reached(wanted)
                most = alone[0] + self._reserved[0], alone[1] + self._reserved[1]
                if self._allowed(*most):
                    if self._secure:
                        self._secure(*most)
                    self._held[id(wanted)] = wanted
                    self._reserved = self._reserved[0] + cost, self._reserved[1] + wanted.tokens
                    return wanted
                ticket = self._bell.ticket()
            await heard(ticket, None)

    def settle(self, held: Reservation, prompt: int, completion: int, cached: int = 0) -> Decimal:
        """Replaces a reservation by what was used; the money it cost, in USD."""
        cost = self.price.cost(prompt, completion, cached) if self.price else Decimal(0)
        with self._lock:
            self._drop(held)
            self.cost += cost
            self.tokens += prompt + completion
            self._bell.ring()
        return cost

    def cancel(self, held: Reservation) -> None:
        """Gives a reservation back: nothing was used."""
        with self._lock:
            self._drop(held)
            self._bell.ring()

    def _drop(self, held: Reservation) -> None:
        if self._held.pop(id(held), None):
            self._reserved = self._reserved[0] - held.cost, self._reserved[1] - held.tokens

    def _allowed(self, money: Decimal, tokens: int) -> bool:
        """Whether so much may be spent."""
        return (self.max_cost is None or money <= self.max_cost) and (
            self.max_tokens is None or tokens <= self.max_tokens
        )

    def _reached(self, wanted: Reservation) -> CapReached:
        if self.max_tokens is not None and self.tokens + wanted.tokens > self.max_tokens:
            text = (
                f"{self.tokens} of {self.max_tokens} tokens are used; the next request may take up to {wanted.tokens}."
            )
            return CapReached(text, hint="Raise --max-tokens (CEHUA_MAX_TOKENS); finished parts are kept.")
        text = f"${self.cost:.4f} of ${self.max_cost} are spent; the next request may cost up to ${wanted.cost:.4f}."
        return CapReached(text, hint="Raise --max-cost (CEHUA_MAX_COST); finished parts are kept.")
