"""The chat model: messages and a schema go in, a checked value and its cost come out."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from agent.errors import CutOff, ModelError, Refused, WrongFormat
from agent.llm.abilities import MOST_HEADROOM, Abilities, Memory, starting
from agent.llm.breaker import Breaker
from agent.llm.decode import BadAnswer, NoObject, decode, refusal, said
from agent.llm.gate import Gate
from agent.llm.joining import GO_ON, joined
from agent.llm.learn import MethodRefused
from agent.llm.line import Deadline, Line, Request
from agent.llm.message import Message, Reply
from agent.llm.meter import Meter
from agent.llm.probe import probe
from agent.llm.schema import METHODS, Method, told
from agent.llm.usage import Usage
from agent.llm.wire import Answer, Endpoint, HttpWire, Wire

__all__ = ["ChatModel", "Endpoint", "Message", "Reply", "Usage"]

T = TypeVar("T", bound=BaseModel)

REASK = (
    "That answer does not fit the required format: {problem}. Answer again with the whole corrected JSON object "
    "and nothing else."
)
LONGEST_SHOWN = 6000
"""Characters of its own answer that the model is shown again."""


@dataclass
class _Call(Generic[T]):
    """One call on its way."""

    turns: list[dict[str, str]]
    schema: type[T]
    max_tokens: int
    temperature: float | None
    on_text: Callable[[str], None] | None
    deadline: Deadline
    used: Usage
    first: Answer | None = None


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
        patience: float = 120.0,
        gate: Gate | None = None,
        meter: Meter | None = None,
        memory: Memory | None = None,
        method: Method | None = None,
        breaker: Breaker | None = None,
        wire: Wire | None = None,
    ) -> None:
        """`endpoint` is asked once, on the first call (it may start a server).

        `deadline` is the wall-clock limit of one call in seconds, its retries and further requests included; what a call
        waits for cehua's own limits (`gate`, `meter`, `breaker`) is not counted. `attempts` counts the tries of one
        request; `pause` is the first wait between two tries in seconds; `patience` the longest that an endpoint may ask
        for. `method` forces one way to structured answers. `wire` replaces HTTP.
        """
        self.label = label
        self.gate = gate or Gate()
        self.meter = meter or Meter()
        self.spent = Usage(cost=Decimal(0) if self.meter.price else None)
        """Everything used so far, failed calls included."""
        self._ask = endpoint
        self._deadline = deadline
        self._attempts, self._pause, self._patience = attempts, pause, patience
        self._memory = memory or Memory(None)
        self._forced = method
        self._breaker = breaker or Breaker(label)
        self._wire = wire
        self._line: Line | None = None
        self._owner = True
        self._opening = threading.Lock()
        self._refused: set[Method] = set()
        self._probing: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = weakref.WeakKeyDictionary()

    def account(self) -> ChatModel:
        """The same model with an account of its own: what is known of the endpoint, limits, caps and connections are shared, `spent` begins at nothing.

        Closing it leaves the connections to the model that it was made from.
        """
        self._open_once()
        other = copy.copy(self)
        other.spent = Usage(cost=Decimal(0) if self.meter.price else None)
        other._owner = False
        return other

    @property
    def breaker(self) -> Breaker:
        """What ends all calls when the endpoint is lost."""
        return self._breaker

    async def complete(
        self,
        messages: list[Message],
        schema: type[T],
        *,
        max_tokens: int,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> Reply[T]:
        """The model's answer as a value of `schema`; `on_text` is told each piece of text as it comes, of every try.

        `at_once` asks by the surest method before the endpoint is known to have it, and by the known one when that failed:
        for a single call that would otherwise wait for the probe beside it.

        A misfit is sent back once, with the problem. Raises Refused, CutOff (with the text), WrongFormat (misfit twice, or
        nothing usable), EndpointLost, ModelError (this call failed for good, or its deadline passed), CapReached (a cap
        would be passed; nothing was sent) and SetupError (the operator has to act).
        """
        loop = asyncio.get_running_loop()
        started, used = loop.time(), Usage()
        turns = [{"role": message.role, "content": message.content} for message in messages]
        call = _Call(turns, schema, max_tokens, temperature, on_text, Deadline(self._deadline), used)
        try:
            line = await self._open()
            found = await self._guessed(line, call) if at_once else None
            value, raw, method = found or await self._by_a_method(line, call)
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
            seconds=loop.time() - started,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            cached_tokens=used.cached_tokens,
            first_token=call.first.first_token if call.first else None,
            requests=used.requests,
            method=method,
        )

    async def ready(self) -> None:
        """Finds out which way to structured answers the endpoint has, unless that is known: calls need not wait for it then.

        Raises as `complete` does, and TimeoutError.
        """
        line = await self._open()
        if line.endpoint.embedded or self._forced:
            return
        used = Usage()
        try:
            await self._method(line, Deadline(self._deadline), used)
        finally:
            self.spent.add(used)

    async def warm(self, prefix: list[Message]) -> None:
        """Reads the messages that all coming calls begin with, so that calls side by side need not read them each.

        Only the embedded model gains from it; elsewhere it does nothing and costs nothing.
        """
        endpoint = (await self._open()).endpoint
        if endpoint.warm:
            turns = [{"role": message.role, "content": message.content} for message in prefix]
            await asyncio.to_thread(endpoint.warm, turns)

    async def aclose(self) -> None:
        """Closes the connections of the running event loop; the next call opens new ones."""
        if self._line and self._owner:
            await self._line.wire.aclose()

    async def line(self) -> Line:
        """The way to the model, with what is known of it: for `cehua model test`."""
        return await self._open()

    async def _guessed(self, line: Line, call: _Call[T]) -> tuple[T, str, Method] | None:
        """The value by the surest method; None where that is no guess, or was a wrong one."""
        if self._forced or line.abilities.method:
            return None
        try:
            return *await self._checked(line, call, METHODS[0]), METHODS[0]
        except (MethodRefused, WrongFormat):
            return None

    async def _by_a_method(self, line: Line, call: _Call[T]) -> tuple[T, str, Method]:
        """The value by the endpoint's surest method, or the next when that is refused."""
        here: Method | None = None
        for _ in METHODS:
            method = self._forced or here or await self._method(line, call.deadline, call.used)
            try:
                return *await self._checked(line, call, method), method
            except MethodRefused as problem:
                if self._forced:
                    raise WrongFormat(f"{self.label} does not give answers by {method}.") from None
                if problem.this_schema_only:
                    here = METHODS[min(METHODS.index(method) + 1, len(METHODS) - 1)]
                else:
                    self._refused.add(method)
                    if line.abilities.method == method:  # another call may have found a way meanwhile
                        line.abilities.method = None
                        self._memory.forget(line.endpoint.base_url, line.endpoint.model)
        raise WrongFormat(f"{self.label} gives structured answers by no method.", hint="Try `cehua model test`.")

    async def _method(self, line: Line, deadline: Deadline, used: Usage) -> Method:
        """The method that is known to work, found by a probe when none is; side by side calls probe once."""
        loop = asyncio.get_running_loop()
        async with self._probing.setdefault(loop, asyncio.Lock()):
            return line.abilities.method or await probe(line, deadline, used, without=frozenset(self._refused))

    async def _checked(self, line: Line, call: _Call[T], method: Method) -> tuple[T, str]:
        raw = await self._text(line, call, method, call.turns)
        try:
            return decode(raw, call.schema), raw
        except BadAnswer as misfit:
            problem = misfit
        if refusal(raw):
            raise Refused(f"{self.label} declined to answer.", hint="The playbook's words stay in this place.")
        again = REASK.format(problem=problem)
        if isinstance(problem, NoObject):
            again = f"{again}\n\n{told(call.schema)}"
        turns = [*call.turns, _turn("assistant", said(raw)[:LONGEST_SHOWN] or "{}"), _turn("user", again)]
        raw = await self._text(line, call, method, turns)
        try:
            return decode(raw, call.schema), raw
        except BadAnswer as misfit:
            raise WrongFormat(f"{self.label} did not give the required format twice ({misfit}).") from misfit

    async def _text(self, line: Line, call: _Call[T], method: Method, turns: list[dict[str, str]]) -> str:
        """The text of one whole answer, gone on with once where it was cut off."""
        request = Request(turns, call.schema, method, call.max_tokens, call.temperature, call.on_text)
        answer = await line.ask(request, call.deadline, call.used)
        if answer.finish == "length" and not said(answer.content) and self._more_room(line, answer):
            answer = await line.ask(request, call.deadline, call.used)
        call.first = call.first or answer
        if answer.finish != "length":
            return answer.content
        part = said(answer.content)
        if part and not line.endpoint.embedded:
            rest = await self._rest(line, call, turns, part)
            if rest is not None:
                return rest
        raise CutOff(
            f"{self.label} did not finish its answer within {call.max_tokens} tokens (finish_reason: length).",
            raw=part,
            hint="Ask for less in one call.",
        )

    async def _rest(self, line: Line, call: _Call[T], turns: list[dict[str, str]], part: str) -> str | None:
        """The whole answer from its first part and what the model goes on with; None when they make no whole.

        Asked for as plain text: a method would force a new object from its beginning.
        """
        turns = [*turns, _turn("assistant", part), _turn("user", GO_ON)]
        request = Request(turns, None, "json_schema", call.max_tokens, call.temperature, call.on_text)
        answer = await line.ask(request, call.deadline, call.used)
        if answer.finish == "length":
            return None
        for whole in joined(part, answer.content):
            try:
                decode(whole, call.schema, mend=False)
            except BadAnswer:
                continue
            return whole
        return None

    @staticmethod
    def _more_room(line: Line, answer: Answer) -> bool:
        """Whether a model that thought until its tokens were gone can be given more."""
        able = line.abilities
        room = min(MOST_HEADROOM, max(4096, 4 * able.headroom))
        if room <= able.headroom or not (answer.thought or "<think" in answer.text or not answer.text.strip()):
            return False
        able.headroom = room
        line.remember(able)
        return True

    async def _open(self) -> Line:
        if self._line is None:
            await asyncio.to_thread(self._open_once)
        return self._open_once()

    def _open_once(self) -> Line:
        """Calls side by side share one line, so that each learns what another was told."""
        with self._opening:
            line = self._line or self._new_line(self._ask())
            self._line = line
            return line

    def _new_line(self, endpoint: Endpoint) -> Line:
        known = None if endpoint.embedded else self._memory.recall(endpoint.base_url, endpoint.model)

        def remember(learned: Abilities) -> None:
            if not endpoint.embedded:
                learned.checked = dt.date.today()
                self._memory.keep(endpoint.base_url, endpoint.model, learned)

        return Line(
            label=self.label,
            endpoint=endpoint,
            wire=self._wire or HttpWire(endpoint, self._deadline),
            gate=self.gate,
            meter=self.meter,
            breaker=self._breaker,
            abilities=known or starting(endpoint.model, openai=endpoint.base_url is None, embedded=endpoint.embedded),
            remember=remember,
            attempts=self._attempts,
            pause=self._pause,
            patience=self._patience,
        )


def _turn(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}
