"""Briefs and stand-in models for whole runs."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agent.errors import ModelError
from agent.llm import Message

CHARACTERS = "山水日月风云春夏秋冬花草树木石田土火光早晚左右上下前后里外东西南北合关坐立行走来去看听说想问答"
MUST = "不加糖，也不加香精"
"""What the tea brief wants said."""
SMALL = """
品牌: 岫里茶
品类: 茶饮
产品:
  - 名称: 冷泡龙井
    价格: 8.8元/包
    卖点: [明前龙井原叶, 低温冷泡八小时]
必须说: [不加糖，也不加香精]
目标: [小红书粉丝从3200到6000]
预算: 6万元
周期: 2027年3月1日至2027年4月11日
平台: [小红书, 抖音]
团队: [运营一人，每周30小时]
"""
BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"


@dataclass
class FakeReply:
    value: BaseModel
    prompt_tokens: int = 100
    completion_tokens: int = 50
    cached_tokens: int = 0
    seconds: float = 0.0
    first_token: float | None = None


@dataclass
class FakeUsage:
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: Decimal | None = None


@dataclass
class FakeModel:
    """Answers every field with a sentence that passes the acceptance; `spoil` may change an answer before it is given."""

    label: str = "openai:fake"
    brand: str = "岫里茶"
    """Named in every answer whose draft is about the brand, so that a text stays specific."""
    fail: bool = False
    delay: float = 0.0
    marks: tuple[str, ...] = ()
    """Marks of passages that every answer cites."""
    spoil: Callable[[list[Message], dict[str, dict[str, str]]], None] = lambda _messages, _values: None
    asked: list[list[Message]] = field(default_factory=list)
    spent: FakeUsage = field(default_factory=FakeUsage)

    async def ready(self) -> None: ...

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Nothing to read ahead."""

    async def aclose(self) -> None:
        """Nothing to close."""

    def _reworded(self, seed: str, draft: str) -> str:
        """A sentence of its own for every field: no number, no Latin letter, nothing said twice, what must be said kept."""
        marks = "".join(CHARACTERS[byte % len(CHARACTERS)] for byte in hashlib.sha256(seed.encode()).digest()[:24])
        kept = MUST if MUST in draft else ""
        return f"{self.brand}{marks[:12]}重新写了一遍{marks[12:]}{kept}。"

    def _drafts(self, messages: list[Message]) -> str:
        return next(m.content for m in messages if m.role == "user")

    async def complete(
        self,
        messages: list[Message],
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: Any = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> FakeReply:
        """One reworded answer, or a failure. The answer follows from the request alone."""
        self.asked.append(list(messages))
        await asyncio.sleep(self.delay)
        if self.fail:
            raise ModelError("openai:fake is down.")
        values: dict[str, dict[str, str]] = {}
        seed = "".join(message.content for message in messages)
        for name, info in schema.model_fields.items():
            item = info.annotation
            assert item is not None
            if name == "sources":
                continue
            values[name] = {
                key: self._reworded(f"{seed}{name}{key}", self._drafts(messages)) for key in item.model_fields
            }
        self.spoil(list(messages), values)
        if "sources" in schema.model_fields:
            values["sources"] = list(self.marks)  # type: ignore[assignment]
        self.spent.prompt_tokens += 100
        if on_text:
            on_text(json.dumps(values, ensure_ascii=False))
        return FakeReply(schema.model_validate(values))


@pytest.fixture
def tea() -> Path:
    return BRIEFS / "tea-zh.yaml"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """A model behind `openai:fake`, no key and no socket."""
    model = FakeModel()
    monkeypatch.setattr("agent.door.open_model", lambda spec, settings: model)
    monkeypatch.setattr("agent.door.open_finder", lambda *given: None)
    return model


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    """A small brief: two platforms, six weeks."""
    path = tmp_path / "brief.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path
