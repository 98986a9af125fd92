"""A batch over many machines: Dask sends each task to a worker; the batch's own process keeps limits, caps and ledger.

Workers see the batch's folder on shared storage and have cehua installed; for a hosted model they hold its key and address in their own
environment: neither travels. A worker that dies loses nothing but what it was writing: Dask gives its tasks to another, which goes on from the journals.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from agent.batch.far import Connection, FarBreaker, FarGate, FarMeter, Keeper
from agent.batch.makers import LEFT_OPEN, Tell
from agent.batch.options import MOST_REQUESTS
from agent.batch.task import Made, Task, make
from agent.errors import CehuaError, SetupError
from agent.llm import Breaker, ChatModel, Gate, ModelSpec, Price, Width, open_model, price_of
from agent.llm.abilities import Abilities
from agent.llm.meter import Meter
from agent.rubbish import Rubbish
from agent.settings import Settings, load_settings

FAILURES = 10
"""Workers of a cluster on this machine that may die over a task before Dask gives it up: they are killed for other reasons than the task.
Of a cluster of one's own its configuration decides (distributed.scheduler.allowed-failures)."""
OWN = {
    "distributed.scheduler.allowed-failures": FAILURES,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.tick.interval": "500ms",
    **({"distributed.admin.event-loop": "uvloop"} if find_spec("uvloop") else {}),
}
"""Settings of a cluster on this machine: its workers wait for an endpoint, and a profile taken a hundred times a second is nobody's to look at.
Nor are the clocks by which Dask watches itself, fifty times a second in every scheduler, nanny and worker."""
SLOTS = 16
"""Threads of a worker on this machine when plans are written with a model. Such a plan takes a place of the worker's and no thread,
since it waits for the endpoint most of the time; Dask gives a worker as many tasks at once as it has threads."""
BEGUN = 0.75
"""Share of the workers' places for which plans are begun. When one of four dies, its plans go on in the free places of the others at once,
and need not wait for its successor: that cost a twelve-minute batch 52 s."""
DIED = "One worker after the other died while it wrote this plan; the same command tries it again."
COMING = 60.0
"""Seconds that a cluster's first worker may take to come."""


@dataclass(frozen=True)
class Terms:
    """What a worker is told beside its task. No key, no address of an endpoint."""

    model: str
    price: Price | None
    host: str = ""
    """Where the batch's limits are kept; "" without a model."""
    port: int = 0
    token: str = ""
    abilities: str = ""
    """What the batch's process found out of the endpoint, as JSON: workers need not ask for it, each for itself. "" where it holds no key."""


class Cluster:
    """Plans made by the workers of a Dask cluster; `address` names its scheduler, or `workers` starts one on this machine."""

    def __init__(
        self,
        spec: ModelSpec,
        settings: Settings,
        meter: Meter | None,
        *,
        most: int,
        address: str = "",
        workers: int = 0,
    ) -> None:
        """`most` requests at once over all workers; with 0 MOST_REQUESTS for each of them.

        Raises SetupError when the extra `cluster` is not installed.
        """
        try:
            import distributed  # noqa: F401
        except ModuleNotFoundError:
            raise SetupError("A batch over many machines needs Dask.", hint="Install cehua[cluster].") from None
        self._spec, self._settings = spec, settings
        self._address, self._workers = address, workers
        self._most, self._width = most, Width(most or MOST_REQUESTS)
        self._gate = Gate(rpm=settings.rpm, tpm=settings.tpm, width=self._width)
        self._keeper = Keeper(self._gate, meter, Breaker(spec.label), settings.patience) if meter else None
        self._terms = Terms(spec.label, price_of(spec, settings) if meter else None)
        self._client: Any = None
        self._cluster: Any = None
        self._numbers = itertools.count()

    @property
    def in_flight(self) -> int:
        """Requests that the endpoint is answering."""
        return self._gate.in_flight

    @property
    def lost(self) -> str:
        """What the breaker says, and whether the scheduler is there."""
        if self._client is not None and self._client.status in ("closed", "closing"):
            return "The scheduler of the cluster is gone. Run the same command again."
        return str((self._keeper and self._keeper.breaker.lost) or "")

    def more(self, active: int) -> bool:
        """Without a model two tasks a thread, so that none waits for the next; with one as many plans as keep the gate busy, within BEGUN of the threads."""
        totals = self._client.scheduler_info()  # as the client last heard it, a few seconds ago at most
        threads = max(1, int(totals.get("total_threads", 1)))
        if not self._most:
            self._width.most = MOST_REQUESTS * max(1, int(totals.get("n_workers", 1)))
        if not self._keeper:
            return active < 2 * threads
        return active < max(1, int(threads * BEGUN)) and self._gate.waiting * 2 <= self._gate.parallel

    async def __aenter__(self) -> Cluster:
        """Raises SetupError when the cluster cannot be reached or has no worker."""
        import dask
        from distributed import Client, LocalCluster

        if not self._address:
            dask.config.set(OWN)
            self._cluster = await LocalCluster(
                n_workers=self._workers,
                threads_per_worker=SLOTS if self._keeper else 1,
                processes=True,
                asynchronous=True,
                dashboard_address=None,
                silence_logs=50,
            )
        try:
            self._client = await Client(self._cluster or self._address, asynchronous=True, timeout=COMING)
            await self._client.wait_for_workers(1, timeout=COMING)
        except (OSError, TimeoutError) as error:
            await self._leave()
            raise SetupError(
                f"The cluster at {self._address} has no worker ({type(error).__name__}).",
                hint="Check the address and the workers.",
            ) from None
        if self._keeper:
            host = _own_address(self._address)
            await self._keeper.open(host)
            found = await self._abilities(self._keeper)
            self._terms = replace(
                self._terms, host=host, port=self._keeper.port, token=self._keeper.token, abilities=found
            )
        return self

    async def _abilities(self, keeper: Keeper) -> str:
        """Asks the endpoint once for all workers, where this process can."""
        with contextlib.suppress(CehuaError, TimeoutError):  # workers meet the same reason, and tell it with a row
            model = open_model(self._spec, self._settings, meter=keeper.meter, gate=keeper.gate, breaker=keeper.breaker)
            try:
                await model.ready()
                return (await model.line()).abilities.model_dump_json()
            finally:
                await model.aclose()
        return ""

    async def __aexit__(self, *_: object) -> None:
        await self._leave()

    async def _leave(self) -> None:
        if self._keeper:
            await self._keeper.close()
        if self._client:
            await self._client.close()
        if self._cluster:
            await self._cluster.close()

    async def make(self, task: Task, tell: Tell) -> Made:
        """Makes one plan on some worker."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        submit: Callable[..., Any] = self._client.submit
        work = _with_model if self._keeper else _without_model
        future = submit(work, task.to_json(), self._terms, pure=False, key=f"cehua-{task.key}-{next(self._numbers)}")
        try:
            return Made.from_json(await future)
        except KilledWorker:  # no fault of the row is known: machines are taken away for reasons of their own
            return Made("stopped", reason=DIED)
        except (FutureCancelledError, OSError):
            return Made("stopped", reason=LEFT_OPEN, stop="endpoint")
        finally:
            future.release()


def _own_address(scheduler: str) -> str:
    """This machine's address on the way to the scheduler: the one under which workers reach it."""
    host = urlsplit(scheduler).hostname or "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, 9))
        return str(probe.getsockname()[0])


def _without_model(line: str, terms: Terms) -> str:
    """On a worker's thread."""
    task = Task.from_json(line)

    async def made() -> Made:
        async for said in make(task, task.options(terms.model, load_settings(model=terms.model))):
            if isinstance(said, Made):
                return said
        raise AssertionError("make ends with its answer")

    return asyncio.run(made()).to_json()


_rubbish = Rubbish()
_models: dict[Terms, tuple[Connection, ChatModel]] = {}
_opening = asyncio.Lock()


async def _model(terms: Terms, settings: Settings) -> ChatModel:
    """The worker's model for this batch; its limits and caps are the batch's."""
    async with _opening:
        known = _models.get(terms)
        if known and not known[0].lost:
            return known[1]
        for old in [one for one, (line, _) in _models.items() if line.lost]:
            await _models.pop(old)[1].aclose()
        connection = await Connection.open(terms.host, terms.port, terms.token)
        spec = ModelSpec.parse(terms.model, settings)
        model = open_model(
            spec,
            settings,
            meter=FarMeter(connection, terms.price),
            gate=FarGate(connection),
            breaker=FarBreaker(connection, spec.label),
        )
        line = await model.line()
        if terms.abilities and not line.abilities.method:
            line.abilities = Abilities.model_validate_json(terms.abilities)
        if not _models:
            _rubbish.__enter__()
        _models[terms] = connection, model
        return model


async def _with_model(line: str, terms: Terms) -> str:
    """On a worker's event loop: many plans side by side."""
    task, settings = Task.from_json(line), load_settings(model=terms.model)
    options = replace(task.options(terms.model, settings), shared=await _model(terms, settings))
    async for said in make(task, options):
        if isinstance(said, Made):
            _rubbish.plan_made()
            return said.to_json()
    raise AssertionError("make ends with its answer")
