"""A batch with a model: one account for all plans, caps over all commands, the same brief paid once."""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from agent.apart import Hand
from agent.batch.far import Connection, FarBreaker, FarGate, FarMeter, Keeper
from agent.batch.ledger import Ledger
from agent.batch.makers import FEW, LOOK, MOST_PLANS, WARMING, Loop, Tell
from agent.batch.purse import Purse
from agent.batch.task import Made, Task
from agent.errors import CapReached, EndpointLost, SetupError
from agent.llm import Breaker, Gate, ModelSpec, Width
from agent.llm.meter import Meter
from agent.llm.prices import read_price
from agent.settings import Settings
from benchmarks.endpoint import Endpoint, Speed
from tests.batch.conftest import ROW, jsonl, run
from tests.standin import served

pytestmark = pytest.mark.enable_socket


@pytest.fixture(autouse=True)
def loopback() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Endpoint]:
    """A fast endpoint, named by the settings."""
    for name in [name for name in os.environ if name.startswith(("CEHUA_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    with Endpoint(Speed(0.0, 100_000)) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-bench-secret")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("CEHUA_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("CEHUA_PASSAGES", "0")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server


def test_caps_hold_over_commands_and_nothing_is_paid_twice(endpoint: Endpoint, tmp_path: Path) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", ROW, {**ROW, "品牌": "半山"}, ROW), tmp_path / "out"
    more = {"model": "openai:bench", "price": "1/1"}
    stopped, _ = run(source, out, max_cost=Decimal("0.05"), **more)
    assert stopped.exit_code == 4
    assert "spent" in stopped.stopped
    assert stopped.left >= 1
    assert 0 < spent(endpoint) <= 0.05
    again, _ = run(source, out, max_cost=Decimal("0.05"), **more)
    assert again.exit_code == 4
    assert spent(endpoint) <= 0.05
    done, _ = run(source, out, max_cost=Decimal(5), **more)
    assert (done.done, done.duplicates, done.left) == (2, 1, 0)
    answered = [call.body_hash for call in endpoint.calls if call.answer_hash]
    assert len(answered) == len(set(answered))
    assert done.cost == pytest.approx(spent(endpoint), rel=0.2)
    calls = len(endpoint.calls)
    run(source, out, max_cost=Decimal(5), **more)
    assert len(endpoint.calls) == calls
    for path in out.rglob("*"):
        assert not path.is_file() or b"sk-bench-secret" not in path.read_bytes()


def spent(endpoint: Endpoint) -> float:
    """US dollars by the endpoint's own count, at one dollar a million tokens."""
    return sum(call.prompt_tokens + call.tokens for call in endpoint.calls) / 1e6


def test_without_a_key_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(SetupError, match="No API key"):
        run(jsonl(tmp_path / "in.jsonl", ROW), tmp_path / "out", model="openai:bench")


class Refusing(BaseHTTPRequestHandler):
    """An endpoint that knows no key."""

    def do_POST(self) -> None:
        body = b'{"error": {"message": "Incorrect API key provided.", "type": "invalid_request_error"}}'
        self.send_response(401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_a_refused_key_stops_the_batch_and_leaves_its_rows_open(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = jsonl(tmp_path / "in.jsonl", ROW, {**ROW, "品牌": "半山"}, {**ROW, "品牌": "叶间"}), tmp_path / "out"
    with served(Refusing) as address:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{address}/v1")
        done, _ = run(source, out, model="openai:bench")
    assert done.exit_code == 3
    assert "refused the key" in done.stopped
    assert (done.failed, done.left) == (0, 3)


def test_a_kill_counts_too_much_rather_than_too_little(tmp_path: Path) -> None:
    asyncio.run(_a_kill_counts_too_much_rather_than_too_little(tmp_path))


async def _a_kill_counts_too_much_rather_than_too_little(tmp_path: Path) -> None:
    settings = Settings(model="openai:x", price="1/1", max_cost=Decimal(1), openai_api_key="k")
    spec, ledger = ModelSpec("openai", "x"), Ledger(tmp_path / "ledger")
    purse = Purse(ledger, spec, settings, tmp_path / "spent.json")
    await purse.meter.reserve(200_000, 100_000)
    after_a_kill = Purse(ledger, spec, settings, tmp_path / "spent.json")
    assert Decimal("0.3") <= after_a_kill.meter.cost <= Decimal("0.31")
    assert after_a_kill.meter.tokens >= 300_000
    with pytest.raises(CapReached):
        await after_a_kill.meter.reserve(700_000, 100_000)
    held = await after_a_kill.meter.reserve(100_000, 100_000)
    after_a_kill.meter.settle(held, 1000, 1000)
    after_a_kill.close()
    assert Purse(ledger, spec, settings, tmp_path / "spent.json").meter.cost == after_a_kill.meter.cost


# Limits that are kept in one process and asked for in another


def test_far_processes_pass_the_same_gate_and_meter() -> None:
    asyncio.run(_far_processes_pass_the_same_gate_and_meter())


async def _far_processes_pass_the_same_gate_and_meter() -> None:
    meter, gate = Meter(read_price("1/1"), max_cost=Decimal(1)), Gate(width=Width(2))
    keeper = Keeper(gate, meter, Breaker("x"), patience=1.0)
    await keeper.open("127.0.0.1")
    one, two = [await Connection.open("127.0.0.1", keeper.port, keeper.token) for _ in range(2)]
    meters = [FarMeter(line, meter.price) for line in (one, two)]
    gates = [FarGate(line) for line in (one, two)]
    held = await meters[0].reserve(300_000, 100_000)
    passage = await gates[0].enter(1000, 1.0)
    await gates[1].enter(1000, 1.0)
    assert gate.in_flight == 2
    waiting = asyncio.create_task(gates[1].enter(1000, 1.0))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    gates[0].arrived(passage)
    gates[0].leave(passage, 10)
    await asyncio.wait_for(waiting, 5)
    meters[0].settle(held, 100_000, 0)
    again = await meters[1].reserve(100_000, 500_000)
    with pytest.raises(CapReached):
        await meters[0].reserve(900_000, 100_000)
    assert meter.cost == Decimal("0.1")
    assert again.tokens == 600_000
    two.close()
    await _until(lambda: meter.cost == Decimal("0.7") and gate.in_flight == 0)
    one.close()
    await keeper.close()


async def _until(true: object) -> None:
    async with asyncio.timeout(5):
        while not true():  # type: ignore[operator]
            await asyncio.sleep(0.01)


def test_a_lost_endpoint_is_lost_for_all_and_a_stranger_is_not_heard() -> None:
    asyncio.run(_a_lost_endpoint_is_lost_for_all_and_a_stranger_is_not_heard())


async def _a_lost_endpoint_is_lost_for_all_and_a_stranger_is_not_heard() -> None:
    breaker = Breaker("x")
    keeper = Keeper(Gate(), Meter(), breaker, patience=1.0)
    await keeper.open("127.0.0.1")
    lines = [await Connection.open("127.0.0.1", keeper.port, keeper.token) for _ in range(2)]
    far = [FarBreaker(line, "x") for line in lines]
    await far[0].admit()
    far[0].give_up(SetupError("The endpoint refused the key.", hint="Check it."))
    await _until(lambda: breaker.lost is not None)
    with pytest.raises(SetupError, match="refused the key"):
        await far[1].admit()
    assert far[1].lost is not None
    stranger = await Connection.open("127.0.0.1", keeper.port, "guess")
    with pytest.raises(EndpointLost):
        await stranger.ask("reserve", prompt=1, completion=1)
    for line in (*lines, stranger):
        line.close()
    await keeper.close()


def test_the_width_doubles_until_it_is_refused_and_then_feels_its_way() -> None:
    width = Width(200)
    for _ in range(48):
        width.begun(0.5, full=True)
    assert width.now == 64
    width.refused()
    width.refused()
    assert width.now == 44
    for _ in range(44):
        width.begun(0.5, full=True)
    assert width.now == 45
    for _ in range(120):
        width.begun(5.0, full=True)
    assert width.now < 45
    assert Width(3).now == 3


@pytest.mark.parametrize(("named", "allowed"), [(0, [256, 1024, 512]), (100, [100, 100, 100])])
def test_over_a_cluster_the_ceiling_of_requests_follows_its_workers_unless_it_is_named(
    named: int, allowed: list[int]
) -> None:
    pytest.importorskip("distributed")
    from agent.batch.cluster import Cluster

    spec, settings, seen = ModelSpec.parse("playbook", Settings(_env_file=None)), Settings(_env_file=None), []
    cluster = Cluster(spec, settings, Meter(), most=named, address="tcp://127.0.0.1:1")
    for workers in (0, 4, 2):
        told = {"n_workers": workers, "total_threads": 12 * workers}
        cluster._client = SimpleNamespace(scheduler_info=lambda told=told: told)
        assert cluster.more(9 * workers) is (workers == 0)  # a quarter stays free; the first worker may yet come
        assert cluster.more(9 * workers - 1)
        for _ in range(2000):
            cluster._width.begun(0.5, full=True)
        seen.append(cluster._width.now)
    assert seen == allowed


def test_a_process_that_comes_late_begins_fewer_plans(endpoint: Endpoint) -> None:
    async def begun() -> list[bool]:
        settings = Settings(model="openai:bench", _env_file=None)
        async with Loop(ModelSpec.parse("openai:bench", settings), settings, Meter(), most=64) as loop:
            asked = [loop.more(MOST_PLANS - 1)]
            await asyncio.sleep(0)
            for _ in range(2):
                time.sleep(2.0)  # something that leaves the event loop no time
                await asyncio.sleep(LOOK)
            return [*asked, loop.more(MOST_PLANS - 1), loop.more(FEW - 1)]

    assert asyncio.run(begun()) == [True, False, True]


def test_only_two_plans_at_once_are_on_their_way_to_their_first_call(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warming: list[int] = []
    make = Loop.make

    async def watched(self: Loop, task: Task, tell: Tell) -> Made:
        warming.append(len(self._warming))
        return await make(self, task, tell)

    monkeypatch.setattr(Loop, "make", watched)
    rows = [{**ROW, "品牌": name} for name in ("半山", "叶间", "云岫", "松汀", "竹溪")]
    done, _ = run(jsonl(tmp_path / "in.jsonl", *rows), tmp_path / "out", model="openai:bench", price="1/1")
    assert done.done == len(warming) == 5
    assert max(warming) < WARMING


def test_drafts_checks_and_exports_of_a_batch_are_done_in_another_process(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, apart = run(jsonl(tmp_path / "in.jsonl", ROW), tmp_path / "here", model="openai:bench", price="1/1"), Hand.do
    orders: list[str] = []

    def watched(self: Hand, order: bytes) -> tuple[bool, object]:
        orders.append(pickle.loads(order)[0].__name__)
        return apart(self, order)

    monkeypatch.setattr(Hand, "do", watched)
    monkeypatch.setattr("agent.batch.makers.cores", lambda: 2)
    there = run(jsonl(tmp_path / "in.jsonl", ROW), tmp_path / "there", model="openai:bench", price="1/1")
    assert here[0].done == there[0].done == 1
    assert {"draft_of", "find", "rendered"} <= set(orders)
    first, second = (next((tmp_path / name).rglob("plan.md")).read_bytes() for name in ("here", "there"))
    assert first == second


def test_a_lost_ledger_does_not_lose_what_was_spent(tmp_path: Path) -> None:
    settings = Settings(max_cost=Decimal(10), price="1/2", _env_file=None)
    spec = ModelSpec.parse("openai:any", settings)
    first = Ledger(tmp_path / "ledger.sqlite")
    purse = Purse(first, spec, settings, tmp_path / "spent.json")
    purse.meter.cost = Decimal(7)
    purse.close()
    first.close()
    (tmp_path / "ledger.sqlite").write_bytes(b"no ledger any more" * 99)
    again = Ledger(tmp_path / "ledger.sqlite")
    assert Purse(again, spec, settings, tmp_path / "spent.json").meter.cost == 7
    (tmp_path / "spent.json").write_text("[", encoding="utf-8")
    again.keep("spent", '["5", 0]')
    assert Purse(again, spec, settings, tmp_path / "spent.json").meter.cost == 5
    again.close()
