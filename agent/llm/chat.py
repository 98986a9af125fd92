"""LangChain's agent on a model with tools, under the caps of a run: each of its requests is reserved and settled like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from agent.errors import ModelError, SetupError
from agent.llm.abilities import Memory
from agent.llm.message import Message
from agent.llm.meter import Meter, Reservation
from agent.llm.open import open_meter, remote
from agent.llm.spec import ModelSpec
from agent.llm.tokens import token_bound
from agent.llm.wire import client_of
from agent.secrecy import scrub
from agent.settings import Settings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

ROOM = 1500
"""Tokens that one answer of a conversation may have."""
STEPS = 8
"""Requests that one turn may take: a question, some looking up, an answer."""


def has_tools(spec: ModelSpec, settings: Settings) -> bool:
    """Whether LangChain's agent can be used: it is installed, and the endpoint is not known to be without tools."""
    import importlib.util

    if spec.kind != "openai" or importlib.util.find_spec("langchain") is None:
        return False
    known = Memory(settings.cache_dir / "endpoints").recall(settings.openai_base_url or None, spec.name)
    return known is None or known.method in ("json_schema", "tools", None)


async def converse(
    spec: ModelSpec,
    settings: Settings,
    system: str,
    messages: Sequence[Message],
    tools: Sequence[Callable[..., str]],
) -> str:
    """The agent's last words after it used the tools it wanted; every tool is a function with a docstring.

    Raises CapReached before a request that would pass a cap, ModelError when the endpoint fails or goes round in circles, and
    SetupError when the packages are missing.
    """
    try:
        from langchain.agents import create_agent
        from langgraph.errors import GraphRecursionError
    except ModuleNotFoundError as error:
        raise SetupError(f"The chat needs the package {error.name}.", hint="Install cehua[chat].") from error
    from openai import OpenAIError

    meter = open_meter(spec, settings)
    client = client_of(remote(spec, settings), settings.call_timeout, ROOM)
    agent: Any = create_agent(client, tools=list(tools), system_prompt=system)
    turns = [{"role": one.role, "content": one.content} for one in messages]
    try:
        async with asyncio.timeout(settings.call_timeout):
            found = await agent.ainvoke(
                {"messages": turns}, config={"callbacks": [_metered(meter)], "recursion_limit": 2 * STEPS}
            )
    except (OpenAIError, TimeoutError, GraphRecursionError) as error:
        raise ModelError(
            f"{spec.label} did not answer ({type(error).__name__}).", hint="Try again, or say it in other words."
        ) from error
    finally:
        await client.root_async_client.close()
    last: BaseMessage = found["messages"][-1]
    return scrub(last.content) if isinstance(last.content, str) else ""


def _metered(meter: Meter) -> Any:
    """A callback that reserves before a request and settles after it."""
    from langchain_core.callbacks import AsyncCallbackHandler

    class Metered(AsyncCallbackHandler):
        """One reservation for each request in flight."""

        raise_error = True

        def __init__(self) -> None:
            self._held: dict[Any, Reservation] = {}

        async def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: Any, **_: Any) -> None:
            """Reserves what the request can use at most."""
            prompt = sum(token_bound(str(one.content)) for turn in messages for one in turn)
            self._held[run_id] = await meter.reserve(prompt, ROOM)

        async def on_llm_end(self, response: Any, *, run_id: Any, **_: Any) -> None:
            """Settles by the usage that the endpoint tells, or by the reservation where it tells none."""
            held = self._held.pop(run_id)
            usage = getattr(response.generations[0][0].message, "usage_metadata", None) or {}
            meter.settle(held, usage.get("input_tokens", held.prompt), usage.get("output_tokens", held.completion))

        async def on_llm_error(self, error: BaseException, *, run_id: Any, **_: Any) -> None:
            """Gives the reservation back."""
            if run_id in self._held:
                meter.cancel(self._held.pop(run_id))

    return Metered()
