"""What goes to a model and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from agent.llm.schema import Method

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Message:
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Reply(Generic[T]):
    """A checked answer and what it cost, further requests for it included."""

    value: T
    raw: str
    """The text the value was read from."""
    seconds: float
    """Wall-clock time from the call to the checked value, waiting for limits included."""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    first_token: float | None = None
    """Seconds from sending the first request that was answered to the first text of its answer."""
    requests: int = 1
    method: Method = "json_schema"
    """How the form of the answer was asked for."""
