"""The chat model: messages and a schema go in, a checked value and its cost come out; imports langchain_openai."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, SecretStr

from agent.errors import ModelError
from agent.llm.decode import BadAnswer, decode
from agent.llm.retry import retrying, translated
from agent.llm.schema import response_format

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

T = TypeVar("T", bound=BaseModel)

REASK = (
    "That answer does not fit the required format: {problem}. Answer again with the whole corrected JSON object "
    "and nothing else."
)


@dataclass(frozen=True)
class Message:
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass
class Usage:
    """Tokens and requests, added up."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """Prompt tokens that the endpoint had read before; part of prompt_tokens; 0 when it does not say."""
    requests: int = 0

    def add(self, other: Usage) -> None:
        """Adds another use to this one."""
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        self.cached_tokens += other.cached_tokens
        self.requests += other.requests


@dataclass(frozen=True)
class Reply(Generic[T]):
    """A checked answer and what it cost, a second request for a misfit included."""

    value: T
    raw: str
    """The text the value was read from."""
    seconds: float
    """Wall-clock time from the call to the checked value."""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int


@dataclass(frozen=True)
class Endpoint:
    """Where and how a model is reached."""

    model: str
    api_key: SecretStr
    base_url: str | None = None
    """None is OpenAI's own address."""
    embedded: bool = False
    """Served by this process: schema bounds are enforced while writing, and proxies are not used."""
    warm: Callable[[list[dict[str, str]]], None] | None = None
    """Reads a prefix ahead for all parallel requests, where the endpoint can."""
    sampling: Mapping[str, float] = field(default_factory=dict)
    """Sampling parameters sent with each request; a call's own temperature goes before them."""


class ChatModel:
    """A language model behind an OpenAI-compatible endpoint.

    Usable from several event loops, one after another or in different threads: each gets a client of its own.
    """

    def __init__(
        self,
        label: str,
        endpoint: Callable[[], Endpoint],
        *,
        deadline: float = 180.0,
        attempts: int = 4,
        pause: float = 0.5,
    ) -> None:
        """`endpoint` is asked once, on the first call (it may start a server).

        `deadline` is the wall-clock limit of one call in seconds, retries and the second request included; `attempts`
        counts the tries of one request; `pause` is the first wait between two tries in seconds.
        """
        self.label = label
        self.spent = Usage()
        """Everything used so far, failed calls included where the endpoint told."""
        self._ask = endpoint
        self._endpoint: Endpoint | None = None
        self._deadline = deadline
        self._attempts = attempts
        self._pause = pause
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, ChatOpenAI] = weakref.WeakKeyDictionary()

    async def complete(
        self, messages: list[Message], schema: type[T], *, max_tokens: int, temperature: float | None = None
    ) -> Reply[T]:
        """The model's answer as a value of `schema`.

        A misfit is sent back once, with the problem. Raises ModelError when the endpoint fails for good, the answer is
        empty, refused, cut off or misfit twice, or the deadline passes; SetupError when the operator has to act.
        """
        started = time.monotonic()
        used = Usage()
        try:
            async with asyncio.timeout(self._deadline):
                value, raw = await self._checked(messages, schema, max_tokens, temperature, used)
        except TimeoutError:
            raise ModelError(
                f"{self.label} did not answer within {self._deadline:.0f} s.",
                hint="Run the same command again; finished parts are kept.",
            ) from None
        finally:
            self.spent.add(used)
        return Reply(
            value=value,
            raw=raw,
            seconds=time.monotonic() - started,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            cached_tokens=used.cached_tokens,
        )

    async def warm(self, prefix: list[Message]) -> None:
        """Reads the messages that all coming calls begin with, so that calls side by side need not read them each.

        Only the embedded model gains from it; elsewhere it does nothing and costs nothing.
        """
        endpoint = await self._where()
        if endpoint.warm:
            turns = [{"role": message.role, "content": message.content} for message in prefix]
            await asyncio.to_thread(endpoint.warm, turns)

    async def _checked(
        self, messages: list[Message], schema: type[T], max_tokens: int, temperature: float | None, used: Usage
    ) -> tuple[T, str]:
        raw = await self._request(messages, schema, max_tokens, temperature, used)
        try:
            return decode(raw, schema), raw
        except BadAnswer as problem:
            again = [*messages, Message("assistant", raw), Message("user", REASK.format(problem=problem))]
        raw = await self._request(again, schema, max_tokens, temperature, used)
        try:
            return decode(raw, schema), raw
        except BadAnswer as problem:
            raise ModelError(f"{self.label} did not give the required format twice ({problem}).") from problem

    async def _request(
        self, messages: list[Message], schema: type[T], max_tokens: int, temperature: float | None, used: Usage
    ) -> str:
        """The text of one answer, after retries."""
        client = await self._client()
        endpoint = await self._where()
        bound = client.bind(
            response_format=response_format(schema, strict=not endpoint.embedded),
            **_limits(endpoint, max_tokens, temperature),
        )
        turns = [(message.role, message.content) for message in messages]
        with translated(self.label, used):
            async for attempt in retrying(self._attempts, self._pause):
                with attempt:
                    used.requests += 1
                    answer = await bound.ainvoke(turns)
        _count(answer, used)
        return _finished_text(answer, self.label)

    async def _where(self) -> Endpoint:
        if self._endpoint is None:
            self._endpoint = await asyncio.to_thread(self._ask)
        return self._endpoint

    async def _client(self) -> ChatOpenAI:
        """The client of the running loop: an async client that outlives its loop fails with "Event loop is closed"."""
        endpoint = await self._where()
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = await asyncio.to_thread(_new_client, endpoint, self._deadline)
        return self._clients[loop]


def _new_client(endpoint: Endpoint, deadline: float) -> ChatOpenAI:
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient, Timeout

    timeout = Timeout(deadline, connect=5.0)
    return ChatOpenAI(
        model_name=endpoint.model,
        openai_api_key=endpoint.api_key,
        openai_api_base=endpoint.base_url,
        http_async_client=DefaultAsyncHttpxClient(timeout=timeout, trust_env=not endpoint.embedded),
        request_timeout=timeout,
        max_retries=0,
        openai_proxy="",
        use_responses_api=False,
    )


def _limits(endpoint: Endpoint, max_tokens: int, temperature: float | None) -> dict[str, Any]:
    """Length and sampling as the endpoint takes them: OpenAI knows max_completion_tokens, most others max_tokens."""
    sampling = dict(endpoint.sampling)
    if temperature is not None:
        sampling["temperature"] = temperature
    limits: dict[str, Any] = {}
    if "temperature" in sampling:
        limits["temperature"] = sampling.pop("temperature")
    if endpoint.base_url is None:
        limits["max_completion_tokens"] = max_tokens
    else:
        sampling["max_tokens"] = max_tokens
    if sampling:
        limits["extra_body"] = sampling
    return limits


def _count(answer: AIMessage, used: Usage) -> None:
    tokens = answer.usage_metadata
    if tokens:
        used.prompt_tokens += tokens["input_tokens"]
        used.completion_tokens += tokens["output_tokens"]
        used.cached_tokens += tokens.get("input_token_details", {}).get("cache_read") or 0


def _finished_text(answer: AIMessage, label: str) -> str:
    """The text of an answer that was completed; raises ModelError for a refusal, a cut-off or an empty answer."""
    if answer.additional_kwargs.get("refusal"):
        raise ModelError(f"{label} refused to answer.")
    reason = answer.response_metadata.get("finish_reason")
    if reason != "stop":
        raise ModelError(f"{label} did not finish its answer (finish_reason: {reason or 'none'}).")
    text = answer.content if isinstance(answer.content, str) else ""
    if not text.strip():
        raise ModelError(f"{label} sent an empty answer.")
    return text
