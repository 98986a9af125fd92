"""Briefs and stand-in models for whole runs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agent.errors import ModelError
from agent.llm import Message

BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"


@dataclass
class FakeReply:
    value: BaseModel
    prompt_tokens: int = 100
    completion_tokens: int = 50
    cached_tokens: int = 0


@dataclass
class FakeUsage:
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


@dataclass
class FakeModel:
    """Answers every field with a sentence that passes the acceptance."""

    label: str = "openai:fake"
    fail: bool = False
    delay: float = 0.0
    asked: list[list[Message]] = field(default_factory=list)
    spent: FakeUsage = field(default_factory=FakeUsage)

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Nothing to read ahead."""

    def _reworded(self, seed: str) -> str:
        """A sentence of its own for every field: no number, no Latin letter, nothing said twice."""
        marks = "".join(
            chr(0x5000 + byte * 7 + place) for place, byte in enumerate(hashlib.sha256(seed.encode()).digest()[:8])
        )
        return f"{marks[:4]}重新写了一遍{marks[4:]}。"

    async def complete(
        self, messages: list[Message], schema: type[BaseModel], *, max_tokens: int, temperature: Any = None
    ) -> FakeReply:
        """One reworded answer, or a failure."""
        self.asked.append(list(messages))
        await asyncio.sleep(self.delay)
        if self.fail:
            raise ModelError("openai:fake is down.")
        values: dict[str, dict[str, str]] = {}
        for name, info in schema.model_fields.items():
            item = info.annotation
            assert item is not None
            values[name] = {key: self._reworded(f"{len(self.asked)}{name}{key}") for key in item.model_fields}
        self.spent.prompt_tokens += 100
        return FakeReply(schema.model_validate(values))


@pytest.fixture
def tea() -> Path:
    return BRIEFS / "tea-zh.yaml"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """A model behind `openai:fake`, no key and no socket."""
    model = FakeModel()
    monkeypatch.setattr("agent.api.open_model", lambda spec, settings: model)
    return model
