"""The journal: every answer of a model kept under the hash of all that made it, so that nothing is paid for twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from agent.files import write_text

if TYPE_CHECKING:
    from agent.llm import ChatModel
    from agent.llm.client import Message


@dataclass(frozen=True)
class Kept:
    """An answer from the journal: its value; it costs nothing now."""

    value: BaseModel
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Journal:
    """A model with a memory: asks the journal first, the model otherwise, and writes (fsync) before it answers."""

    def __init__(self, model: ChatModel, folder: Path, *, fresh: bool = False) -> None:
        """`fresh` forgets what the journal holds."""
        self.model = model
        self.folder = folder
        self.calls = 0
        """Calls that went to the model."""
        self.hits = 0
        """Calls that the journal answered."""
        if fresh:
            for path in folder.glob("*.json"):
                path.unlink()

    def key(self, messages: Sequence[Message], schema: type[BaseModel], max_tokens: int) -> str:
        """Hash of the rendered messages, the words schema, the model and its parameters."""
        made_of = {
            "messages": [[m.role, m.content] for m in messages],
            "schema": schema.model_json_schema(),
            "model": self.model.label,
            "max_tokens": max_tokens,
        }
        return hashlib.sha256(json.dumps(made_of, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    async def complete(self, messages: Sequence[Message], schema: type[BaseModel], *, max_tokens: int) -> Any:
        """The journal's answer, or the model's. Raises what the model raises."""
        path = self.folder / f"{self.key(messages, schema, max_tokens)}.json"
        if path.exists():
            try:
                value = schema.model_validate(json.loads(path.read_text(encoding="utf-8"))["value"])
            except (ValidationError, json.JSONDecodeError, KeyError):
                path.unlink()
            else:
                self.hits += 1
                return Kept(value)
        self.calls += 1
        reply = await self.model.complete(list(messages), schema, max_tokens=max_tokens)
        record = {
            "model": self.model.label,
            "value": reply.value.model_dump(),
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
        }
        write_text(path, json.dumps(record, ensure_ascii=False, indent=1))
        return reply
