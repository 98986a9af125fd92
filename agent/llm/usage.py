"""What calls used: tokens, requests, money; and whether an endpoint's own figures can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.llm.meter import Reservation
    from agent.llm.wire import Answer

LONGEST_TOKEN = 64
"""Bytes of text to a token, on average, above which a count of written tokens is not believed."""


@dataclass
class Usage:
    """Tokens, requests and money, added up."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Prompt tokens that the endpoint had read before; part of prompt_tokens; 0 when it does not say."""
    requests: int = 0
    retries: int = 0
    """Requests that repeated a failed one; part of requests."""
    cost: Decimal | None = None
    """USD; None when the price is not known."""
    assumed: int = 0
    """Requests whose usage the endpoint did not tell credibly: the most that they can have been is counted."""

    def add(self, other: Usage) -> None:
        """Adds another use to this one."""
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        self.cached_tokens += other.cached_tokens
        self.requests += other.requests
        self.retries += other.retries
        self.assumed += other.assumed
        if other.cost is not None:
            self.cost = (self.cost or Decimal(0)) + other.cost


def told_usage(answer: Answer, most: Reservation) -> tuple[int, int, int] | None:
    """(prompt, completion, cached) tokens as the endpoint told them; None when it told none or what cannot be.

    Not believed: anything but whole numbers, more than the request could use, no prompt, or far less than was written.
    """
    usage = answer.usage or {}
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if type(prompt) is not int or type(completion) is not int:
        return None
    written = len((answer.text + answer.arguments).encode("utf-8", "surrogatepass"))
    if not (0 < prompt <= most.prompt and written / LONGEST_TOKEN <= completion <= most.completion):
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else usage.get("prompt_cache_hit_tokens")
    return prompt, completion, cached if type(cached) is int and 0 <= cached <= prompt else 0
