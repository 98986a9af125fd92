"""Limits and caps that hold over many processes: the batch's own process keeps them, the others ask it over one connection each.

A process asks before every request (is the endpoint up, is there money, is there a place) and tells how it went. When its connection ends,
whatever it held counts as spent in full, since nobody knows how far its requests got, and its places are free again.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import secrets
from contextlib import suppress
from decimal import Decimal
from typing import Any

from agent import errors
from agent.errors import CehuaError, EndpointLost
from agent.llm.breaker import Breaker
from agent.llm.gate import Gate, Passage
from agent.llm.meter import Meter, Reservation
from agent.llm.prices import Price

LINE = 1 << 16
HELLO = 10.0
"""Seconds in which a new connection has to say its token."""


class Keeper:
    """The batch's side: a server that lets other processes pass gate, meter and breaker. Use as an async context manager."""

    def __init__(self, gate: Gate, meter: Meter, breaker: Breaker, patience: float) -> None:
        self.gate, self.meter, self.breaker = gate, meter, breaker
        self._patience = patience
        self.token = secrets.token_urlsafe(24)
        """What a process has to say first."""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()

    async def open(self, host: str) -> None:
        """Listens on an address of this machine, at a free port."""
        self._server = await asyncio.start_server(self._guest, host, 0, limit=LINE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Lets everybody go."""
        if self._server:
            self._server.close()
        for guest in self._guests:
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)

    async def _guest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._guests.add(task)
        held: dict[int, Reservation] = {}
        inside: dict[int, Passage] = {}
        asked: set[asyncio.Task[None]] = set()
        try:
            async with asyncio.timeout(HELLO):
                hello = (await reader.readline()).strip()
            if not hmac.compare_digest(hello, self.token.encode()):
                return
            while line := await reader.readline():
                told = json.loads(line)
                if "ask" in told:
                    one = asyncio.create_task(self._answer(told, held, inside, writer))
                    asked.add(one)
                    one.add_done_callback(asked.discard)
                else:
                    self._hear(told, held, inside)
        except (ConnectionError, ValueError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            for reservation in held.values():
                self.meter.settle(reservation, reservation.prompt, reservation.completion)
            for passage in inside.values():
                self.gate.leave(passage)
            if held:
                self.breaker.unclear()
            writer.close()
            self._guests.discard(task)

    async def _answer(
        self,
        told: dict[str, Any],
        held: dict[int, Reservation],
        inside: dict[int, Passage],
        writer: asyncio.StreamWriter,
    ) -> None:
        """One of the three questions; an error travels by its class's name."""
        answer: dict[str, Any] = {"to": told["id"]}
        try:
            match told["ask"]:
                case "admit":
                    await self.breaker.admit()
                case "reserve":
                    held[told["id"]] = await self.meter.reserve(told["prompt"], told["completion"])
                case "enter":
                    inside[told["id"]] = await self.gate.enter(told["tokens"], self._patience)
        except CehuaError as error:
            answer |= {
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
                "where": error.where,
            }
        with suppress(ConnectionError):
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()

    def _hear(self, told: dict[str, Any], held: dict[int, Reservation], inside: dict[int, Passage]) -> None:
        """What a process tells without waiting for an answer."""
        match told.pop("tell"):
            case "settle" if told["id"] in held:
                self.meter.settle(held.pop(told["id"]), told["prompt"], told["completion"], told["cached"])
            case "cancel" if told["id"] in held:
                self.meter.cancel(held.pop(told["id"]))
            case "arrived" if told["id"] in inside:
                self.gate.arrived(inside[told["id"]])
            case "begun" if told["id"] in inside:
                self.gate.begun(inside[told["id"]])
            case "leave" if told["id"] in inside:
                self.gate.leave(inside.pop(told["id"]), told["tokens"])
            case "hold":
                self.gate.hold(told["seconds"])
            case "refused":
                self.gate.refused()
            case "answered":
                self.breaker.answered()
            case "failed":
                self.breaker.failed(str(told["why"]))
            case "unclear":
                self.breaker.unclear()
            case "give_up":
                self.breaker.give_up(_error(told))


def _error(told: dict[str, Any]) -> CehuaError:
    kind = getattr(errors, str(told["error"]), EndpointLost)
    known = kind if isinstance(kind, type) and issubclass(kind, CehuaError) else EndpointLost
    return known(str(told["message"]), hint=str(told["hint"]), where=str(told["where"]))


class Connection:
    """A process's way to the keeper, in one event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, host: str, port: int, token: str) -> Connection:
        """Connects. Raises EndpointLost when the batch's process is not there."""
        try:
            reader, writer = await asyncio.open_connection(host, port, limit=LINE)
        except OSError:
            raise _gone() from None
        writer.write(token.encode() + b"\n")
        return cls(reader, writer)

    @property
    def lost(self) -> bool:
        """Whether the batch's process is gone."""
        return self._listening.done()

    async def ask(self, what: str, **values: Any) -> int:
        """Waits for a yes; the number under which it was given. Raises what the keeper's side raised."""
        number = next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            if self.lost:
                raise _gone()
            self._write({"ask": what, "id": number, **values})
            told = await answer
        finally:
            self._waiting.pop(number, None)
        if "error" in told:
            raise _error(told)
        return number

    def tell(self, what: str, **values: Any) -> None:
        """Says something and goes on."""
        if not self.lost:
            self._write({"tell": what, **values})

    def close(self) -> None:
        """Ends it."""
        self._listening.cancel()
        self._writer.close()

    def _write(self, told: dict[str, Any]) -> None:
        self._writer.write(json.dumps(told).encode() + b"\n")

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                told = json.loads(line)
                answer = self._waiting.get(told["to"])
                if answer and not answer.done():
                    answer.set_result(told)
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(_gone())


def _gone() -> EndpointLost:
    return EndpointLost("The process that keeps the batch's limits is gone.", hint="Run the same command again.")


class FarMeter(Meter):
    """The batch's meter, asked over the connection."""

    def __init__(self, connection: Connection, price: Price | None) -> None:
        super().__init__(price)
        self._connection = connection
        self._numbers: dict[int, int] = {}

    async def reserve(self, prompt: int, completion: int) -> Reservation:
        """As the meter's."""
        number = await self._connection.ask("reserve", prompt=prompt, completion=completion)
        cost = self.price.cost(prompt, completion) if self.price else Decimal(0)
        held = Reservation(prompt, completion, cost)
        self._numbers[id(held)] = number
        return held

    def settle(self, held: Reservation, prompt: int, completion: int, cached: int = 0) -> Decimal:
        """As the meter's."""
        self._connection.tell(
            "settle", id=self._numbers.pop(id(held)), prompt=prompt, completion=completion, cached=cached
        )
        return self.price.cost(prompt, completion, cached) if self.price else Decimal(0)

    def cancel(self, held: Reservation) -> None:
        """As the meter's."""
        self._connection.tell("cancel", id=self._numbers.pop(id(held)))


class FarGate(Gate):
    """The batch's gate, asked over the connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._numbers: dict[int, int] = {}

    async def enter(self, tokens: int, patience: float) -> Passage:
        """As the gate's; the patience is the batch's."""
        number = await self._connection.ask("enter", tokens=tokens)
        passage = Passage(tokens)
        self._numbers[id(passage)] = number
        return passage

    def arrived(self, passage: Passage) -> None:
        """As the gate's."""
        if passage.arrived is None:
            passage.arrived = self._clock()
            self._connection.tell("arrived", id=self._numbers[id(passage)])

    def begun(self, passage: Passage) -> None:
        """As the gate's."""
        self._connection.tell("begun", id=self._numbers[id(passage)])

    def leave(self, passage: Passage, tokens: int | None = None) -> None:
        """As the gate's."""
        self._connection.tell("leave", id=self._numbers.pop(id(passage)), tokens=tokens)

    def hold(self, seconds: float) -> None:
        """As the gate's."""
        self._connection.tell("hold", seconds=seconds)

    def refused(self) -> None:
        """As the gate's."""
        self._connection.tell("refused")


class FarBreaker(Breaker):
    """The batch's breaker, asked over the connection; what ends all calls is known here as well."""

    def __init__(self, connection: Connection, label: str) -> None:
        super().__init__(label)
        self._connection = connection

    async def admit(self) -> None:
        """As the breaker's."""
        try:
            await self._connection.ask("admit")
        except CehuaError as error:
            self.lost = self.lost or error
            raise self.reason() from None

    def answered(self) -> None:
        """As the breaker's."""
        self._connection.tell("answered")

    def failed(self, why: str) -> None:
        """As the breaker's."""
        self._connection.tell("failed", why=why)

    def unclear(self) -> None:
        """As the breaker's."""
        self._connection.tell("unclear")

    def give_up(self, why: CehuaError) -> None:
        """As the breaker's."""
        self.lost = self.lost or why
        self._connection.tell("give_up", error=type(why).__name__, message=why.message, hint=why.hint, where=why.where)
