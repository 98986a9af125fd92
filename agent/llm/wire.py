"""One request over HTTP and its answer, piece by piece.

The request goes through the openai client inside ChatOpenAI, not through ChatOpenAI's own stream: that drops the fields for
refusals and for a reasoning model's thinking, and raises at finish_reason "length" without the text that had come.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from agent.llm.faults import NotACompletion, Runaway, Unfinished
from agent.secrecy import scrub

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI
    from openai import AsyncStream

BYTES_PER_TOKEN = 16
"""More than any tokenizer's average on prose; an answer longer than this many bytes a token does not obey its limit."""
SPARE_BYTES = 4096
REPEATED = 480
"""Characters that have to consist of one piece over and over before an answer counts as stuck."""
LONGEST_PIECE = 160
GULP, LONGEST_GULP = 0.2, 1.0
"""Seconds that a stream nobody listens to is left to fill up after what has come of it was read: waking up for each piece costs more than the piece."""
WORTH = 8
"""Pieces that such a pause is meant to bring, as the stream has written so far."""
AT_ONCE = 0.01
"""Pieces within so many seconds had come together."""


@dataclass(frozen=True)
class Endpoint:
    """Where and how a model is reached."""

    model: str
    """The name that the endpoint knows it by."""
    api_key: SecretStr
    """Never written anywhere."""
    base_url: str | None = None
    """None is OpenAI's own address."""
    embedded: bool = False
    """Served by this process: schema bounds are enforced while writing, and proxies are not used."""
    warm: Callable[[list[dict[str, str]]], None] | None = None
    """Reads a prefix ahead for all parallel requests, where the endpoint can."""
    sampling: Mapping[str, float] = field(default_factory=dict)
    """Sampling parameters sent with each request; a call's own temperature goes before them."""


@dataclass
class Answer:
    """What has come so far of one answer."""

    text: str = ""
    """The message's content."""
    arguments: str = ""
    """The tool call's arguments, JSON."""
    refusal: str = ""
    """What the endpoint put into its field for refusals."""
    thought: int = 0
    """Characters of thinking that came in a field of its own."""
    finish: str | None = None
    """Why the answer ended: "stop", "length", "tool_calls", "content_filter"."""
    usage: dict[str, Any] | None = None
    """Tokens as the endpoint told them, not yet believed."""
    first_token: float | None = None
    """Seconds from sending to the first text of the answer."""
    last_token: float | None = None
    """Seconds from sending to the last text."""
    streamed: bool = False
    """Whether it came piece by piece."""

    @property
    def content(self) -> str:
        """The answer itself, from whichever field holds it."""
        return self.arguments if self.arguments.strip() else self.text


@dataclass(frozen=True)
class Heard:
    """Who is told how far a request has come."""

    arrived: Callable[[], None]
    """The endpoint has it: its headers came."""
    begun: Callable[[], None] = lambda: None
    """The endpoint works at it: the answer's first piece came. Servers that keep requests in line send the headers at once."""
    text: Callable[[str], None] | None = None
    """Told each piece of text as it comes."""


class Wire(Protocol):
    """Sends one request."""

    async def send(self, body: dict[str, Any], *, limit: int, heard: Heard) -> Answer:
        """The finished answer to `body`; `limit` is the number of tokens that the answer may have."""

    async def aclose(self) -> None:
        """Closes what belongs to the running event loop."""


class HttpWire:
    """The openai client of each event loop: one that outlives its loop fails with "Event loop is closed"."""

    def __init__(self, endpoint: Endpoint, deadline: float) -> None:
        self._endpoint = endpoint
        self._deadline = deadline
        self._clients: dict[asyncio.AbstractEventLoop, asyncio.Task[ChatOpenAI]] = {}

    async def send(self, body: dict[str, Any], *, limit: int, heard: Heard) -> Answer:
        """See Wire. Raises the openai client's errors, Unfinished, Runaway and NotACompletion."""
        from openai import AsyncStream

        client = (await self._client()).root_async_client
        reader = Reader(limit, heard)
        stream: AsyncStream[Any] = await client.post(
            "/chat/completions", cast_to=object, body=body, stream=True, stream_cls=AsyncStream[Any]
        )
        try:
            heard.arrived()
            kind = stream.response.headers.get("content-type", "").lower()
            if "event-stream" in kind or ("json" not in kind and "html" not in kind):
                await _read_stream(stream, reader, gulps=heard.text is None)
            else:
                reader.whole(await stream.response.aread(), kind)
        finally:
            await stream.close()
        return reader.finished()

    async def aclose(self) -> None:
        """Closes the connections of the running event loop."""
        opening = self._clients.pop(asyncio.get_running_loop(), None)
        if opening is not None:
            await (await opening).root_async_client.close()

    async def _client(self) -> ChatOpenAI:
        """One for all calls of a loop, also of those that come while it is made."""
        loop = asyncio.get_running_loop()
        opening = self._clients.get(loop)
        if opening is None or (opening.done() and (opening.cancelled() or opening.exception())):
            self._clients = {one: client for one, client in self._clients.items() if not one.is_closed()}
            self._clients[loop] = asyncio.create_task(asyncio.to_thread(_new_client, self._endpoint, self._deadline))
        return await asyncio.shield(self._clients[loop])


def _new_client(endpoint: Endpoint, deadline: float) -> ChatOpenAI:
    from langchain_openai import ChatOpenAI
    from openai import DefaultAioHttpClient, DefaultAsyncHttpxClient, DefaultHttpxClient, Timeout

    timeout = Timeout(deadline, connect=min(10.0, deadline))
    plain = (endpoint.base_url or "").startswith("http://")
    # Reading the root certificates takes longer than a short answer; without encryption an empty, distrusting store will do.
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True
    trust = not endpoint.embedded
    # aiohttp reads a stream's pieces with a third less of the processor. It takes no credentials in an address beside the key, and
    # what the embedded model says is recorded below httpx.
    by_httpx = endpoint.embedded or urlsplit(endpoint.base_url or "").username is not None
    reading = DefaultAsyncHttpxClient if by_httpx else DefaultAioHttpClient
    return ChatOpenAI(
        model_name=endpoint.model,
        openai_api_key=endpoint.api_key,
        openai_api_base=endpoint.base_url,
        http_client=DefaultHttpxClient(timeout=timeout, trust_env=trust, verify=verify),
        http_async_client=reading(timeout=timeout, trust_env=trust, verify=verify),
        request_timeout=timeout,
        max_retries=0,
        openai_proxy="",
        use_responses_api=False,
    )


def client_of(endpoint: Endpoint, deadline: float, longest: int) -> ChatOpenAI:
    """LangChain's client for one event loop; `longest` is the number of tokens that an answer may have."""
    client = _new_client(endpoint, deadline)
    client.max_tokens = longest
    return client


async def _read_stream(stream: AsyncStream[Any], reader: Reader, *, gulps: bool) -> None:
    clock = asyncio.get_running_loop().time
    read = clock()
    paused, pieces = 0.0, 0
    try:
        async for piece in stream:
            reader.take(piece)
            pieces += 1
            if gulps and reader.answer.finish is None and (now := clock()) - read > AT_ONCE:
                pause = min(LONGEST_GULP, max(GULP, WORTH * (now - paused) / pieces)) if paused else GULP
                paused, pieces = now, 0
                await asyncio.sleep(pause)
                read = clock()
    except json.JSONDecodeError:
        raise Unfinished("a stream with a piece that is no JSON") from None


class Reader:
    """Puts an answer together from the pieces of a stream, and ends one that runs away."""

    def __init__(self, limit: int, heard: Heard | None = None) -> None:
        self.answer = Answer()
        self._most = limit * BYTES_PER_TOKEN + SPARE_BYTES
        self._bytes = 0
        self._looked_at = 0
        self._begun = heard.begun if heard else None
        self._on_text = heard.text if heard else None
        self._started = time.monotonic()

    def take(self, piece: object) -> None:
        """One piece. Raises Runaway when the answer is far longer than allowed or repeats itself."""
        if not isinstance(piece, dict):
            raise NotACompletion("a stream with a piece that is no object")
        self.answer.streamed = True
        if self._begun:
            self._begun()
            self._begun = None
        self._usage(piece.get("usage"))
        for choice in _dicts(piece.get("choices"))[:1]:
            self._usage(choice.get("usage"))
            self._delta(choice.get("delta") or choice.get("message"))
            self.answer.finish = _text(choice.get("finish_reason")) or self.answer.finish

    def whole(self, data: bytes, kind: str) -> None:
        """The whole answer of an endpoint that does not stream. Raises NotACompletion for anything else."""
        if "html" in kind or data.lstrip()[:1] == b"<":
            raise NotACompletion("a web page instead of an answer")
        try:
            body = json.loads(data)
        except ValueError:
            raise NotACompletion("a body that is no JSON") from None
        if not isinstance(body, dict) or "choices" not in body:
            raise NotACompletion("a body without choices")
        self.take(body)
        self.answer.streamed = False

    def finished(self) -> Answer:
        """The answer, a key that it repeats taken out. Raises Unfinished when it stopped without saying why."""
        answer = self.answer
        answer.text, answer.arguments, answer.refusal = map(scrub, (answer.text, answer.arguments, answer.refusal))
        if answer.finish is None and not answer.refusal:
            empty = not (answer.content or answer.thought)
            raise Unfinished(
                "an empty answer" if empty else "an answer that stopped in the middle (finish_reason: none)"
            )
        return answer

    def _usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            self.answer.usage = usage

    def _delta(self, delta: object) -> None:
        if not isinstance(delta, dict):
            return
        answer = self.answer
        thought = _text(delta.get("reasoning_content")) or _text(delta.get("reasoning"))
        answer.thought += len(thought)
        answer.refusal += _text(delta.get("refusal"))
        text = _text(delta.get("content"))
        answer.text += text
        arguments = _arguments(delta)
        answer.arguments += arguments
        self._bytes += len((thought + text + arguments).encode("utf-8", "surrogatepass"))
        new = arguments or text
        if new:
            answer.last_token = time.monotonic() - self._started
            answer.first_token = answer.last_token if answer.first_token is None else answer.first_token
            if self._on_text and "<think" not in answer.text.rpartition("</think")[2]:
                self._on_text(new)
        self._watch()

    def _watch(self) -> None:
        if self._bytes > self._most:
            raise Runaway(f"an answer longer than {self._most} bytes")
        content = self.answer.content
        if len(content) - self._looked_at >= REPEATED // 2:
            self._looked_at = len(content)
            if stuck(content):
                raise Runaway("an answer that repeats itself without end")


def stuck(text: str) -> bool:
    """Whether the end of a text is one piece of at most 160 characters, over and over."""
    tail = text[-REPEATED:]
    return len(tail) == REPEATED and any(tail[size:] == tail[:-size] for size in range(1, LONGEST_PIECE + 1))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _arguments(delta: dict[str, Any]) -> str:
    """Of the first call: one answer is asked for."""
    for call in _dicts(delta.get("tool_calls"))[:1]:
        function = call.get("function")
        if isinstance(function, dict) and call.get("index") in (None, 0):
            return _text(function.get("arguments"))
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
