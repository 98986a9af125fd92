"""What the tests of the chat model ask for, and a quick way to ask it."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from agent.llm.abilities import Abilities, Memory
from agent.llm.client import ChatModel, Endpoint, Message, Reply
from agent.llm.schema import Method
from tests.llm.faults import FaultServer

SECRET = "sk-secret-0123456789"


class Persona(BaseModel):
    """A persona."""

    name: str = Field(max_length=8)
    title: str = Field(max_length=30, description="What she does.")
    mood: Literal["calm", "busy"] = "calm"


GOOD = '{"name": "小林", "title": "急诊护士", "mood": "busy"}'
ASK = [Message("system", "Write."), Message("user", "写一位画像")]


def model(
    server: FaultServer | str, *, able: Abilities | None = None, embedded: bool = False, **more: Any
) -> ChatModel:
    """A chat model at this server, which knows that JSON schema works there unless `able` says otherwise."""
    url = server if isinstance(server, str) else server.url
    endpoint = Endpoint("stub", SecretStr(SECRET), base_url=url, embedded=embedded)
    if "memory" not in more:
        more["memory"] = Memory(None)
        more["memory"].keep(url, "stub", able or Abilities(method="json_schema"))
    more = {"deadline": 10.0, "attempts": 4, "pause": 0.01, "patience": 5.0} | more
    return ChatModel("openai:stub", lambda: endpoint, **more)


_runner = asyncio.Runner()


def ask(of: ChatModel, *, max_tokens: int = 200, temperature: float | None = 0.3, **more: Any) -> Reply[Persona]:
    """One call, in an event loop that all these calls share."""
    return _runner.run(of.complete(ASK, Persona, max_tokens=max_tokens, temperature=temperature, **more))


def able(method: Method | None, **more: Any) -> Abilities:
    """What is known of an endpoint."""
    return Abilities(method=method, **more)
