"""Limits and caps: the gate, the meter, and both together in schedules on a clock of their own."""

from __future__ import annotations

import asyncio
import json
import random
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from agent.errors import CapReached, CehuaError, EndpointLost, SetupError
from agent.llm.client import ChatModel
from agent.llm.gate import Gate
from agent.llm.meter import Meter
from agent.llm.prices import read_price
from agent.llm.tokens import likely_tokens, token_bound
from tests.llm.asking import ASK, GOOD, Persona, ask, model
from tests.llm.conftest import Serve
from tests.llm.faults import say, status
from tests.llm.schedules import Plan, run, schedules, virtual


def test_no_minute_holds_too_many_requests_as_the_server_counts_them() -> None:
    """Requests need 0 to 9 seconds to arrive: leaving times a minute apart would not be enough."""

    async def many() -> list[float]:
        loop = asyncio.get_running_loop()
        gate = Gate(rpm=5, parallel=50, clock=loop.time)
        chance = random.Random(7)
        arrivals = []

        async def one() -> None:
            passage = await gate.enter(10, 1e9)
            await asyncio.sleep(chance.uniform(0, 9))
            arrivals.append(loop.time())
            await asyncio.sleep(chance.uniform(0, 1))
            gate.arrived(passage)
            await asyncio.sleep(chance.uniform(0, 20))
            gate.leave(passage, 10)

        await asyncio.gather(*(one() for _ in range(40)))
        return sorted(arrivals)

    arrivals = virtual(many())
    assert len(arrivals) == 40
    assert all(sum(at <= other < at + 60 for other in arrivals) <= 5 for at in arrivals)


def test_tokens_of_a_minute_are_given_back_when_less_was_used() -> None:
    async def three() -> float:
        loop = asyncio.get_running_loop()
        gate = Gate(tpm=100, clock=loop.time)
        for _ in range(3):
            gate.leave(await gate.enter(90, 0), 5)
        return loop.time()

    assert virtual(three()) == 1000


def test_a_request_above_the_minute_is_refused_with_the_setting() -> None:
    with pytest.raises(SetupError, match="CEHUA_TPM"):
        asyncio.run(Gate(tpm=100).enter(101, 0))


def test_a_pause_holds_all_and_patience_ends() -> None:
    async def paused() -> tuple[float, str]:
        loop = asyncio.get_running_loop()
        gate = Gate(clock=loop.time)
        gate.hold(30)
        begin = loop.time()
        await gate.enter(1, 60)
        waited = loop.time() - begin
        gate.hold(61)
        with pytest.raises(EndpointLost) as caught:
            await gate.enter(1, 60)
        return waited, str(caught.value)

    waited, told = virtual(paused())
    assert 30 <= waited < 31
    assert "61 s" in told


def test_a_place_that_gets_free_wakes_the_one_who_waited_longest() -> None:
    async def served() -> tuple[list[int], int]:
        gate, order, woken = Gate(parallel=2), list[int](), 0
        looked = gate._wait

        def counted(now: float, tokens: int) -> float | None:
            nonlocal woken
            woken += 1
            return looked(now, tokens)

        gate._wait = counted  # type: ignore[method-assign]

        async def one(number: int) -> None:
            passage = await gate.enter(1, 0)
            order.append(number)
            await asyncio.sleep(1)
            gate.leave(passage)

        await asyncio.gather(*(one(number) for number in range(40)))
        return order, woken

    order, woken = virtual(served())
    assert order == list(range(40))
    assert woken < 3 * 40, "each looks when it comes and when it is woken; waking all at each place would be 800 looks"


def test_a_pause_beyond_patience_ends_all_who_wait_and_not_only_the_first() -> None:
    async def served() -> list[object]:
        gate = Gate(parallel=1, clock=asyncio.get_running_loop().time)
        first = await gate.enter(1, 0)
        waiting = [asyncio.create_task(gate.enter(1, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        gate.hold(61)
        gate.leave(first)
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)

    assert [type(one) for one in virtual(served())] == [EndpointLost] * 3


def test_a_place_offered_to_one_who_was_cancelled_goes_to_the_next() -> None:
    async def served() -> bool:
        gate = Gate(parallel=1)
        first = await gate.enter(1, 0)
        second, third = asyncio.create_task(gate.enter(1, 0)), asyncio.create_task(gate.enter(1, 0))
        await asyncio.sleep(0)
        gate.leave(first)
        second.cancel()
        await asyncio.wait_for(third, 5)
        return second.cancelled()

    assert virtual(served())


def test_a_waiter_whose_pause_has_ended_takes_no_ring_from_another() -> None:
    async def served() -> int:
        gate = Gate(parallel=3, clock=asyncio.get_running_loop().time)
        gate.hold(5)
        passages = await asyncio.gather(*(gate.enter(1, 60) for _ in range(3)))
        waiting = [asyncio.create_task(gate.enter(1, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        for passage in passages:
            gate.leave(passage)
        return len(await asyncio.wait_for(asyncio.gather(*waiting), 5))

    assert virtual(served()) == 3


def test_a_reservation_waits_for_what_is_in_flight_and_only_for_that() -> None:
    async def two() -> Decimal:
        meter = Meter(read_price("1000000/0"), max_cost=Decimal(10))
        first = await meter.reserve(8, 0)
        second = asyncio.create_task(meter.reserve(5, 0))
        await asyncio.sleep(1)
        assert not second.done()
        meter.settle(first, 2, 0)
        await second
        with pytest.raises(CapReached, match=r"\$2.0000 of \$10"):
            await meter.reserve(9, 0)
        return meter.cost

    assert virtual(two()) == 2


def until_it_stops(of: ChatModel) -> list[CehuaError]:
    """Asks again and again; the errors, the last of which is a cap."""
    errors: list[CehuaError] = []
    while not (errors and isinstance(errors[-1], CapReached)):
        try:
            ask(of)
        except CehuaError as error:
            errors.append(error)
    return errors


def test_a_cap_is_kept_and_nothing_is_sent_beyond(serve: Serve) -> None:
    server = serve(say(GOOD))
    of = model(server, meter=Meter(max_tokens=1500))
    (stopped,) = until_it_stops(of)
    assert stopped.exit_code == 4
    assert of.meter.tokens == 22 * len(server.seen) <= 1500
    assert len(server.seen) > 2


def test_retries_are_metered_too(serve: Serve) -> None:
    server = serve(say(GOOD, finish=None))
    of = model(server, meter=Meter(max_tokens=4500))
    until_it_stops(of)
    assert of.meter.tokens <= 4500
    assert of.spent.assumed == len(server.seen)


def test_a_cap_on_money_needs_a_price() -> None:
    with pytest.raises(ValueError, match="price"):
        Meter(None, max_cost=Decimal(1))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedules())
def test_generated_schedules_never_pass_a_cap_or_a_rate(plan: Plan) -> None:
    run(plan).check(plan)


def test_requests_in_a_window_hold_over_http_with_failures(serve: Serve) -> None:
    server = serve(*[status(500), say(GOOD)] * 10)
    of = model(server, gate=Gate(rpm=8, window=0.6), pause=0.001, attempts=20)

    async def six() -> None:
        await asyncio.gather(*(of.complete(ASK, Persona, max_tokens=9) for _ in range(6)))

    asyncio.run(six())
    at = [seen.at for seen in server.seen]
    assert len(at) >= 12
    assert all(sum(one <= other < one + 0.6 for other in at) <= 8 for one in at)


@pytest.mark.parametrize(
    "text", ["", "Tea is made of leaves.", "冷泡龙井，犯困那会儿拧开就喝", "🍵" * 50, "a\nb\t  c" * 40]
)
def test_the_bound_holds_and_the_guess_is_below_it(text: str) -> None:
    assert token_bound(text) >= len(text.encode())
    assert likely_tokens(text) <= token_bound(text)


def test_the_prompt_bound_covers_the_schema(serve: Serve) -> None:
    server = serve(say(GOOD, usage=None))
    reply = ask(model(server))
    assert reply.prompt_tokens >= len(json.dumps(server.seen[0].body["response_format"], indent=4))
