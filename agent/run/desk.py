"""Where a stage's calls pass: the journal behind it, the events of the run before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from agent.events import CallDone, Event
from agent.run.journal import Journal, Kept

if TYPE_CHECKING:
    from agent.llm import Message


@dataclass(frozen=True)
class Desk:
    """A journalled model that tells what every call took."""

    stage: str
    journal: Journal
    tell: Callable[[Event], None]
    begin: Callable[[], None] = lambda: None
    """Called when a call starts."""

    async def complete(
        self,
        messages: Sequence[Message],
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> Any:
        """As the journal's; a CallDone follows an answer."""
        started = time.monotonic()
        self.begin()
        reply = await self.journal.complete(
            messages, schema, max_tokens=max_tokens, temperature=temperature, on_text=on_text, at_once=at_once
        )
        spent = self.journal.model.spent
        self.tell(
            CallDone(
                stage=self.stage,
                seconds=round(time.monotonic() - started, 3),
                prompt_tokens=reply.prompt_tokens,
                completion_tokens=reply.completion_tokens,
                cached_tokens=reply.cached_tokens,
                first_token=reply.first_token,
                journal=isinstance(reply, Kept),
                calls=self.journal.calls,
                tokens=spent.prompt_tokens + spent.completion_tokens,
                cost=None if spent.cost is None else float(spent.cost),
            )
        )
        return reply
