"""The embedded model itself: loads, answers under a schema, keeps a prefix. Runs with `-m local` where its file is."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import BaseModel, Field
from pytest_socket import enable_socket, socket_allow_hosts

from agent.llm.client import ChatModel, Message, Reply
from agent.llm.fetch import find
from agent.llm.open import open_model
from agent.llm.spec import ModelSpec


class Answer(BaseModel):
    city: str = Field(max_length=20)
    reason: str = Field(max_length=40)


FACTS = "事实：上海咖啡店最多；杭州有龙井茶园；成都人爱喝盖碗茶。品牌卖冷萃咖啡液，只在线下试饮，预算很少。" * 5


async def _two(model: ChatModel) -> list[Reply[Answer]]:
    replies = []
    for question in ("哪个城市先试饮？", "哪个城市最不合适？"):
        messages = [Message("system", FACTS), Message("user", f"{question}用 JSON 回答：city、reason。")]
        replies.append(await model.complete(messages, Answer, max_tokens=120))
    return replies


@pytest.mark.local
def test_the_embedded_model_answers_and_reads_a_shared_prefix_once() -> None:
    pytest.importorskip("xllamacpp")
    if find() is None:
        pytest.skip("the model's file is not here: cehua model fetch")
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
    first, second = asyncio.run(_two(open_model(ModelSpec.parse("local"))))
    assert first.value.city
    assert len(first.value.reason) <= 40
    assert second.cached_tokens > first.prompt_tokens // 2
