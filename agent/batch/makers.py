"""Who makes a batch's plans: processes for what takes the processor, one event loop for what waits for an endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

from agent.apart import Hands, without_keys
from agent.batch.options import MOST_REQUESTS, cores
from agent.batch.task import Made, Task, make
from agent.events import Event, ModelReady
from agent.llm import ChatModel, Gate, ModelSpec, Width, open_model
from agent.llm.meter import Meter
from agent.rubbish import Rubbish
from agent.settings import Settings

RECYCLED = 600
"""Plans after which a process makes room for a new one: what libraries keep for good must not add up."""
TRIES = 3
"""Processes that a row may bring down before it has failed."""
LINE = 64 * 2**20
"""Bytes of one answer."""
MOST_PLANS = 96
"""Plans that are made side by side with a model."""
WARMING = 2
"""Plans that may be on their way to their first call: until then they take the processor."""
LATE, LOOK = 0.3, 0.2
"""Seconds by which this process comes too late to its own appointments, in the mean, when it has more to do than its core can; how often it looks."""
HANDS = 2
"""Processes beside this one that draft, check and render for its plans, at most: two of them do what one loop can have asked for."""
FEW = 12
"""Plans that are made side by side however late it is: more would take memory and make each of them slower, and none of them quicker."""

LEFT_OPEN = "stopped with the batch; the same command goes on with this row"
Tell = Callable[[Event], None]
"""Hears a plan's own events."""


class Maker(Protocol):
    """Makes plans, several at once."""

    @property
    def in_flight(self) -> int:
        """Requests that an endpoint is answering."""

    @property
    def lost(self) -> str:
        """Why no further plan can be made, with the next step; "" while plans can."""

    def more(self, active: int) -> bool:
        """Whether one more plan should be begun beside the `active` ones."""

    async def make(self, task: Task, tell: Tell) -> Made:
        """Makes one. Raises nothing but cancellation."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...


def room(late: float) -> int:
    """Plans that may be made side by side by a process that comes `late` seconds too late: the fewer the later, so that a core that others
    use as well for a moment does not leave places empty.
    """
    return MOST_PLANS if late <= LATE else max(FEW, int(MOST_PLANS * LATE / late))


class Child:
    """One process of the pool."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.made = 0

    @classmethod
    async def start(cls) -> Child:
        """Starts one. It is told no key: it asks no model."""
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "agent.batch.worker", stdin=pipe, stdout=pipe, env=without_keys(), limit=LINE
            )
        )

    async def ask(self, task: Task) -> Made | None:
        """The answer; None when the process has died over it."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        self.made += 1
        try:
            stdin.write(task.to_json().encode("ascii") + b"\n")
            await stdin.drain()
            line = await stdout.readline()
            return Made.from_json(line) if line.endswith(b"\n") else None
        except (ConnectionError, ValueError):
            return None

    async def end(self, *, at_once: bool = False) -> None:
        """Lets it go; `at_once` does not wait for the plan that it is writing."""
        with contextlib.suppress(ProcessLookupError, ConnectionError):
            if at_once:
                self.process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            elif self.process.stdin:
                self.process.stdin.close()
        await self.process.wait()


class Pool:
    """Processes that write plans in the playbook's words, one a core."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._free = asyncio.Semaphore(workers)

    @property
    def in_flight(self) -> int:
        """None: nothing is asked."""
        return 0

    @property
    def lost(self) -> str:
        """Never: a process that died is replaced."""
        return ""

    def more(self, active: int) -> bool:
        """One more than processes, so that none waits while a plan is noted."""
        return active <= self.workers

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(child.end() for child in self._all))

    async def make(self, task: Task, tell: Tell) -> Made:
        """Makes one plan; a process that dies over it is replaced, three times at most."""
        async with self._free:
            return await self._made(task)

    async def _made(self, task: Task) -> Made:
        for _ in range(TRIES):
            child = self._idle.pop() if self._idle else await Child.start()
            self._all.add(child)
            try:
                made = await child.ask(task)
            except asyncio.CancelledError:
                self._all.discard(child)
                await asyncio.shield(child.end(at_once=True))
                raise
            if made is not None and child.made < RECYCLED:
                self._idle.append(child)
            else:
                self._all.discard(child)
                await child.end(at_once=made is None)
            if made is not None:
                return made
        return Made(
            "failed", reason=f"{TRIES} processes died while they wrote this plan; try the row with `cehua plan`."
        )


class Loop:
    """Plans written by one shared model: its limits, caps, pauses and breaker hold for all of them."""

    def __init__(self, spec: ModelSpec, settings: Settings, meter: Meter, *, most: int) -> None:
        """`most` requests at once, MOST_REQUESTS with 0. Raises SetupError when a key, a file or a package is missing."""
        gate = Gate(rpm=settings.rpm, tpm=settings.tpm, width=Width(most or MOST_REQUESTS))
        self.model: ChatModel = open_model(spec, settings, meter=meter, gate=gate)
        self._settings, self._spec = settings, spec
        self._warming: set[str] = set()
        self._rubbish = Rubbish()
        self._hands = Hands(min(cores() - 1, HANDS))
        self._late = 0.0
        self._looking: asyncio.Task[None] | None = None

    @property
    def in_flight(self) -> int:
        """Requests that the endpoint is answering."""
        return self.model.gate.in_flight

    @property
    def lost(self) -> str:
        """What the breaker says."""
        return str(self.model.breaker.lost or "")

    def more(self, active: int) -> bool:
        """Whether the endpoint would take more than is asked of it, and the processor has room to prepare it."""
        gate = self.model.gate
        return active < room(self._late) and len(self._warming) < WARMING and gate.waiting * 2 <= gate.parallel

    async def _look(self) -> None:
        """Keeps an eye on how late this process is."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + LOOK
            await asyncio.sleep(LOOK)
            self._late += (clock() - due - self._late) / 10

    async def __aenter__(self) -> Loop:
        self._rubbish.__enter__()
        self._hands.__enter__()
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._rubbish.__exit__()
        self._hands.__exit__()
        if self._looking:
            self._looking.cancel()
        await self.model.aclose()

    async def make(self, task: Task, tell: Tell) -> Made:
        """Makes one plan."""
        options = replace(task.options(self._spec.label, self._settings), shared=self.model)
        self._warming.add(task.key)
        try:
            async for said in make(task, options):
                if isinstance(said, Made):
                    self._rubbish.plan_made()
                    return said
                if isinstance(said, ModelReady):
                    self._warming.discard(task.key)
                tell(said)
        finally:
            self._warming.discard(task.key)
        raise AssertionError("make ends with its answer")
