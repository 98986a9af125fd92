"""Generated schedules of calls against a pretended endpoint, on an event loop whose clock jumps to the next event.

The whole client runs, HTTP apart: retries, second requests, probes, reservations. `benchmarks/schedules.py` runs many.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from pydantic import SecretStr

from agent.errors import CapReached, CehuaError
from agent.llm.abilities import Abilities, Memory
from agent.llm.breaker import Breaker
from agent.llm.client import ChatModel, Endpoint, Message
from agent.llm.faults import Unfinished
from agent.llm.gate import Gate
from agent.llm.meter import Meter
from agent.llm.prices import Price, read_price
from agent.llm.wire import Answer, Heard
from tests.llm.asking import GOOD, Persona

T = TypeVar("T")


class _NoWaiting(selectors.DefaultSelector):
    """Looks for events without waiting, and tells how long it would have waited."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        super().__init__()
        self._passed = passed

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout:
            self._passed(timeout)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes only when everybody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_NoWaiting(self._pass))

    def _pass(self, seconds: float) -> None:
        self.now += seconds

    def time(self) -> float:
        return self.now


def virtual(main: Coroutine[Any, Any, T]) -> T:
    """Runs to the end on a clock of its own."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main)


@dataclass(frozen=True)
class Plan:
    """One schedule: the limits, and when which calls begin."""

    seed: int
    calls: tuple[tuple[float, int, int], ...]
    """Start in seconds, characters of the prompt, most tokens of the answer."""
    max_tokens: int | None
    max_cost: Decimal | None
    rpm: int | None
    tpm: int | None
    parallel: int
    faults: float
    """Share of requests that go wrong."""


def schedules() -> st.SearchStrategy[Plan]:
    """All kinds of plans: tight and wide caps, bursts and trickles."""
    call = st.tuples(st.floats(0, 90), st.integers(1, 3000), st.integers(10, 900))
    return st.builds(
        Plan,
        seed=st.integers(0, 2**32),
        calls=st.lists(call, min_size=1, max_size=24).map(tuple),
        max_tokens=st.none() | st.integers(1000, 60_000),
        max_cost=st.none() | st.decimals("0.001", "0.08", places=4),
        rpm=st.none() | st.integers(1, 30),
        tpm=st.none() | st.integers(12_000, 80_000),
        parallel=st.integers(1, 12),
        faults=st.sampled_from([0.0, 0.1, 0.3, 0.6]),
    )


@dataclass
class Ledger:
    """What the endpoint saw, and what it charges."""

    price: Price
    requests: list[tuple[float, float, int]] = field(default_factory=list)
    """Arrival, end, tokens."""
    tokens: int = 0
    cost: Decimal = Decimal(0)
    outcomes: list[str] = field(default_factory=list)
    metered_tokens: int = 0
    metered_cost: Decimal = Decimal(0)

    def charge(self, arrived: float, ended: float, prompt: int, completion: int) -> None:
        """Writes one request down."""
        self.requests.append((arrived, ended, prompt + completion))
        self.tokens += prompt + completion
        self.cost += self.price.cost(prompt, completion)

    def check(self, plan: Plan) -> None:
        """Raises AssertionError when a cap or a rate was passed."""
        for most, metered, charged in (
            (plan.max_tokens, self.metered_tokens, self.tokens),
            (plan.max_cost, self.metered_cost, self.cost),
        ):
            assert charged <= metered, "the meter counts less than the endpoint charges"
            assert most is None or metered <= most, f"{metered} over {most}"
        for arrived, _, _ in self.requests:
            inside = [tokens for at, _, tokens in self.requests if arrived <= at < arrived + 60]
            assert plan.rpm is None or len(inside) <= plan.rpm
            assert plan.tpm is None or sum(inside) <= plan.tpm
        assert len(self.outcomes) == len(plan.calls)


class PretendedWire:
    """Answers, fails, forgets its usage or tells nonsense, as chance has it."""

    def __init__(self, plan: Plan, ledger: Ledger) -> None:
        self._chance = random.Random(plan.seed)
        self._faults = plan.faults
        self._ledger = ledger

    async def send(self, body: dict[str, Any], *, limit: int, heard: Heard) -> Answer:
        """One request: a while to arrive, a while to answer; charged for what it really used."""
        chance, loop = self._chance, asyncio.get_running_loop()
        await asyncio.sleep(chance.uniform(0, 5))
        arrived = loop.time()
        size = sum(len(turn["content"].encode()) for turn in body["messages"])
        most = size + 16 * len(body["messages"]) + (200 if "response_format" in body else 0)
        prompt, completion = chance.randint(max(1, size // 5), most), chance.randint(min(8, limit), limit)
        try:
            await asyncio.sleep(chance.uniform(0, 2))
            heard.arrived()
            await asyncio.sleep(chance.uniform(0, 40))
            if chance.random() < self._faults / 2:
                raise Unfinished("nothing")
        finally:
            self._ledger.charge(arrived, loop.time(), prompt, completion)
        text = GOOD if chance.random() >= self._faults / 2 else chance.choice(["", GOOD[:9], "no", '{"name": 7}'])
        finish = "length" if chance.random() < self._faults / 4 else "stop"
        told: Any = {"prompt_tokens": prompt, "completion_tokens": completion}
        if chance.random() < 0.25:
            told = chance.choice([None, {}, {"prompt_tokens": -1, "completion_tokens": 10**9}, {"prompt_tokens": "x"}])
        return Answer(text=text, finish=finish, usage=told)

    async def aclose(self) -> None:
        """Nothing to close."""


def run(plan: Plan) -> Ledger:
    """Plays one schedule to its end."""
    price = read_price("0.5/2")
    ledger = Ledger(price)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        meter = Meter(price, max_cost=plan.max_cost, max_tokens=plan.max_tokens)
        memory = Memory(None)
        memory.keep("http://pretended", "pretended", Abilities(method="json_schema"))
        endpoint = Endpoint("pretended", SecretStr("none"), base_url="http://pretended")
        of = ChatModel(
            "openai:pretended",
            lambda: endpoint,
            deadline=60.0,
            gate=Gate(rpm=plan.rpm, tpm=plan.tpm, parallel=plan.parallel, clock=loop.time),
            meter=meter,
            memory=memory,
            breaker=Breaker("openai:pretended", clock=loop.time),
            wire=PretendedWire(plan, ledger),
        )
        await of.line()

        async def call(start: float, characters: int, most: int) -> None:
            await asyncio.sleep(start)
            words = Message("user", "茶" * (characters // 3) + "t" * (characters % 3 + 1))
            try:
                await of.complete([words], Persona, max_tokens=most)
                ledger.outcomes.append("done")
            except CapReached:
                ledger.outcomes.append("cap")
            except CehuaError as error:
                ledger.outcomes.append(type(error).__name__)

        await asyncio.gather(*(call(*one) for one in plan.calls))
        ledger.metered_tokens, ledger.metered_cost = meter.tokens, meter.cost
        assert of.spent.cost == meter.cost

    virtual(main())
    return ledger
