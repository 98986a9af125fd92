"""One request to an endpoint under all limits: breaker, meter, gate, deadline, retries; and what a refusal teaches."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from agent.errors import CehuaError, EndpointLost, Refused, SetupError
from agent.llm.abilities import Abilities
from agent.llm.breaker import Breaker
from agent.llm.faults import Empty, Fault
from agent.llm.gate import Gate
from agent.llm.learn import learn
from agent.llm.meter import Meter, Reservation
from agent.llm.retry import asked_pause, is_transient, mark_midway, retrying, translated
from agent.llm.schema import Method, format_arguments, told
from agent.llm.tokens import PER_TEXT, token_bound
from agent.llm.usage import Usage, told_usage
from agent.llm.wire import Answer, Endpoint, Heard, Wire

log = logging.getLogger(__name__)

MOST_CORRECTIONS = 8
"""Parameters that an endpoint may refuse, one after the other, before its refusal counts."""

_NO_CONNECTION = re.compile(
    r"^(ClientConnector\w*|ClientProxyConnectionError|ConnectionTimeoutError|\w*UrlClientError|InvalidURL)$"
)
"""aiohttp's errors of a request that did not leave."""


@dataclass(frozen=True)
class Request:
    """What is asked, before it is put into an endpoint's own terms."""

    turns: list[dict[str, str]]
    """Messages as they go over the wire, the same bytes for the same message."""
    schema: type[BaseModel] | None
    """None asks for plain text."""
    method: Method
    """How the form is asked for; without meaning for plain text."""
    max_tokens: int
    """The longest answer, without a reasoning model's hidden thinking."""
    temperature: float | None = None
    """None leaves it to the endpoint."""
    on_text: Callable[[str], None] | None = None
    """Told each piece of the answer as it comes."""


class Deadline:
    """Seconds that a call may still spend on requests and the pauses between them; waiting for cehua's own limits is free."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes the time inside off what is left. Raises TimeoutError when nothing is."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self.left):
                yield
        finally:
            self.left -= loop.time() - started

    async def sleep(self, seconds: float) -> None:
        """A pause on this time."""
        async with self.running():
            await asyncio.sleep(seconds)


@dataclass
class Line:
    """The way to one model. Several calls use it at once."""

    label: str
    endpoint: Endpoint
    wire: Wire
    gate: Gate
    meter: Meter
    breaker: Breaker
    abilities: Abilities
    remember: Callable[[Abilities], None]
    """Called when a refusal taught something."""
    attempts: int = 4
    """Tries of one request."""
    pause: float = 0.5
    """The first wait between two tries, in seconds."""
    patience: float = 120.0
    """Seconds that the endpoint may ask to wait."""
    _answered: bool = field(default=False, init=False)

    async def ask(self, request: Request, deadline: Deadline, used: Usage) -> Answer:
        """The finished answer, its text not yet read.

        Raises MethodRefused when the endpoint does not take the request's method, TimeoutError at the deadline, Refused,
        and cehua's errors for all that is not worth another try.
        """
        import openai

        for _ in range(MOST_CORRECTIONS):
            body, limit = self._body(request)
            try:
                return await self._tried(body, limit, request, deadline, used)
            except openai.APIStatusError as error:
                if not learn(error, body, request.method if request.schema else None, self.abilities):
                    raise self._final(error) from None
                self.remember(self.abilities)
            except (openai.APIError, Fault) as error:
                raise self._final(error) from None
        raise SetupError(f"{self.label} refuses one parameter after the other.", hint="Try `cehua model test`.")

    def _final(self, error: Exception) -> CehuaError:
        if self.breaker.lost:
            return self.breaker.reason()
        reached = self._answered or not never_sent(error)
        final = translated(error, self.label, self.endpoint.api_key.get_secret_value(), ever_reached=reached)
        if isinstance(final, EndpointLost | SetupError):
            self.breaker.give_up(final)
        return final

    async def _tried(
        self, body: dict[str, Any], limit: int, request: Request, deadline: Deadline, used: Usage
    ) -> Answer:
        async for attempt in retrying(self.attempts, self.pause, lambda: deadline.left, deadline.sleep):
            with attempt:
                used.retries += attempt.retry_state.attempt_number > 1
                return await self._once(body, limit, request, deadline, used)
        raise AssertionError("tenacity ends with a result or an exception")

    async def _once(
        self, body: dict[str, Any], limit: int, request: Request, deadline: Deadline, used: Usage
    ) -> Answer:
        """One request, from its reservation to its settlement."""
        await self.breaker.admit()
        try:
            held = await self.meter.reserve(prompt_bound(body), limit)
            try:
                passage = await self.gate.enter(held.tokens, self.patience)
            except BaseException:
                self.meter.cancel(held)
                raise
        except BaseException:
            self.breaker.unclear()
            raise
        tokens: int | None = None
        used.requests += 1
        try:
            async with deadline.running():
                heard = Heard(lambda: self.gate.arrived(passage), lambda: self.gate.begun(passage), request.on_text)
                answer = await self.wire.send(body, limit=limit, heard=heard)
            tokens = self._settle(held, answer, used)
        except BaseException as error:
            tokens = self._failed(error, held, passage.arrived is not None, used)
            raise
        finally:
            self.gate.leave(passage, tokens)
        self.breaker.answered()
        self._answered = True
        if answer.refusal or answer.finish == "content_filter":
            raise Refused(f"{self.label} declined to answer.", hint="The playbook's words stay in this place.")
        if not answer.content.strip() and answer.finish != "length":
            raise Empty("an empty answer")
        return answer

    def _settle(self, held: Reservation, answer: Answer, used: Usage) -> int:
        """Charges what the endpoint says, or the most that it can have been; the tokens charged."""
        said = told_usage(answer, held)
        prompt, completion, cached = said or (held.prompt, held.completion, 0)
        if said is None:
            used.assumed += 1
            log.info("%s told no credible usage; the most it can have been is counted", self.label)
        self._charge(self.meter.settle(held, prompt, completion, cached), prompt, completion, cached, used)
        return prompt + completion

    def _failed(self, error: BaseException, held: Reservation, arrived: bool, used: Usage) -> int | None:
        """Charges a request that gave no answer: nothing where the endpoint cannot have worked, else the most."""
        import openai

        self._judge(error, arrived)
        if isinstance(error, openai.APIStatusError) or (not arrived and never_sent(error)):
            self.meter.cancel(held)
            return None if isinstance(error, openai.APIStatusError) else 0
        used.assumed += 1
        self._charge(self.meter.settle(held, held.prompt, held.completion), held.prompt, held.completion, 0, used)
        return held.tokens

    def _charge(self, cost: Decimal, prompt: int, completion: int, cached: int, used: Usage) -> None:
        price = self.meter.price
        used.add(Usage(prompt, completion, cached, cost=cost if price else None))

    def _judge(self, error: BaseException, arrived: bool) -> None:
        """Tells breaker and gate what a failure says about the endpoint."""
        import openai

        if arrived and isinstance(error, openai.APIError):
            mark_midway(error)
        if isinstance(error, Exception) and (is_transient(error) or isinstance(error, TimeoutError)):
            self.breaker.failed(type(error).__name__)
        else:
            self.breaker.unclear()
        if getattr(error, "status_code", 0) in (429, 503):
            self.gate.refused()
        pause = asked_pause(error) if isinstance(error, openai.APIStatusError) and is_transient(error) else 0.0
        if pause:
            self.gate.hold(pause)

    def _body(self, request: Request) -> tuple[dict[str, Any], int]:
        """The request in this endpoint's terms, and the tokens that its answer may have, hidden thinking included."""
        able, endpoint = self.abilities, self.endpoint
        limit = min(request.max_tokens + able.headroom, able.longest or 10**9)
        body: dict[str, Any] = {"model": endpoint.model, "messages": request.turns}
        if request.schema:
            if request.method == "json_mode":
                *before, last = request.turns
                body["messages"] = [*before, {**last, "content": f"{last['content']}\n\n{told(request.schema)}"}]
            if request.method != "json_mode" or able.json_object:
                body |= format_arguments(
                    request.schema, request.method, strict=not endpoint.embedded, choice=able.tool_choice
                )
        body |= endpoint.sampling
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if not able.temperature:
            body.pop("temperature", None)
        body[able.length_field] = limit
        body["stream"] = able.stream
        if able.stream and able.stream_options:
            body["stream_options"] = {"include_usage": True}
        return body, limit


def prompt_bound(body: dict[str, Any]) -> int:
    """The most tokens that a request's prompt can be, its schema included however a template prints it."""
    texts = sum(token_bound(turn["content"]) for turn in body["messages"])
    formats = {name: body[name] for name in ("response_format", "tools", "tool_choice") if name in body}
    return texts + (token_bound(json.dumps(formats, indent=4)) + 4 * PER_TEXT if formats else 0)


def never_sent(error: BaseException) -> bool:
    """Whether the request cannot have reached the endpoint: no connection was made.

    Below openai's error stands httpx's, below that the transport's own. aiohttp's decides where there is one: a connection that broke after the
    request had left goes by the name of ConnectTimeout above it.
    """
    cause = error.__cause__
    below = cause.__cause__ if cause else None
    if below is not None and type(below).__module__.startswith("aiohttp"):
        return _NO_CONNECTION.search(type(below).__name__) is not None
    return (
        cause is not None
        and re.fullmatch(r"Connect(Error|Timeout)|UnsupportedProtocol|PoolTimeout", type(cause).__name__) is not None
    )
