"""Which requests an endpoint spoils, and how: a seeded plan, so that a run with faults can be repeated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

KINDS = (
    "rate",  # 429 with Retry-After: 1
    "rate_date",  # 429 with Retry-After as an HTTP date
    "error500",
    "busy503",
    "reset",  # the connection is reset before the first byte
    "cut",  # reset in the middle of the answer
    "torn",  # the stream ends in good order without finish_reason
    "empty",
    "broken",  # half of the JSON, finish_reason stop
    "fenced",  # right JSON inside a Markdown fence, with talk around it
    "foreign",  # the right shape in the wrong language
    "length",  # cut off, finish_reason length
    "no_usage",
    "drip",  # one token a second
    "html",  # a proxy's page with status 200
    "refusal",
)
"""Every kind of fault, in the order of the plan."""
HARMLESS = frozenset({"fenced", "no_usage"})
"""Faults that still hold the whole answer."""


@dataclass(frozen=True)
class FaultPlan:
    """A share of requests answered with a fault, drawn by a seed."""

    share: float = 0.0
    """Fraction of requests, 0 to 1."""
    seed: int = 0
    kinds: tuple[str, ...] = KINDS

    def of(self, body_hash: str, attempt: int) -> str:
        """The fault of a body's nth attempt (from 0); "" for none. Does not depend on what else is in flight."""
        digest = hashlib.sha256(f"{self.seed}|{body_hash}|{attempt}".encode()).digest()
        if int.from_bytes(digest[:8]) / 2**64 >= self.share:
            return ""
        return self.kinds[int.from_bytes(digest[8:16]) % len(self.kinds)]
