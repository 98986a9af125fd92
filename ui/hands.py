"""What is done for a run, and who does it: threads of this process here, processes of their own in `ui.workers`."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from agent.api import Options, Result, stream_plan
from agent.errors import CehuaError
from agent.events import Event
from agent.revise.engine import arewrite
from agent.revise.model import Revised
from agent.settings import Settings
from ui.logs import RUN

log = logging.getLogger(__name__)
Hear = Callable[[Event], None]


class Work(Protocol):
    """Something that is done for a run; it can be sent to another process."""

    async def done(self, hear: Hear) -> Revised | None:
        """Does it and tells what happens. Cancelled, it leaves a valid plan. Raises what went wrong."""


@dataclass(frozen=True)
class Writing:
    """A plan to make, or to go on with."""

    source: Path
    """Where the brief lies as it was handed in."""
    options: Options
    """How; `out` is the run's folder."""

    async def done(self, hear: Hear) -> Revised | None:
        """Makes it."""
        async with aclosing(stream_plan(self.source.read_bytes(), self.options)) as events:
            async for event in events:
                if not isinstance(event, Result):
                    hear(event)
                await asyncio.sleep(0)
        return None


@dataclass(frozen=True)
class Again:
    """Parts of a finished plan to write again."""

    path: Path
    """The run's folder."""
    parts: tuple[str, ...]
    """Which; all that is stale when empty."""
    model: str
    """Who writes."""
    settings: Settings
    """With the key and the caps of this run."""

    async def done(self, hear: Hear) -> Revised | None:
        """Writes them; the version that came of it."""
        return await arewrite(self.path, self.parts, model=self.model, on_event=hear, settings=self.settings)


@dataclass(frozen=True)
class End:
    """How work ended."""

    status: Literal["done", "stopped", "failed"]
    message: str = ""
    """What went wrong, for the one whose run it is."""
    hint: str = ""
    """The next step."""
    made: Revised | None = None
    """The version that writing again has made."""


async def ended(key: str, work: Work, hear: Hear) -> End:
    """Does some work; raises nothing. `key`: the run's id, for the log."""
    RUN.set(key)
    try:
        return End("done", made=await work.done(hear))
    except asyncio.CancelledError:
        return End("stopped")
    except CehuaError as error:
        place = f"{error.where}: " if error.where else ""
        return End("failed", place + error.message, error.hint)
    except Exception as error:
        log.exception("run %s broke off", key)
        return End("failed", type(error).__name__)


class Hands(Protocol):
    """Whoever does work, several at once."""

    def begin(self, key: str, work: Work, hear: Hear, over: Callable[[End], None]) -> None:
        """Begins some work and comes back at once; `hear` and `over` are called from another thread. `key` is nobody else's until it is over."""

    def stop(self, key: str) -> None:
        """Ends it as soon as that can be; what stands is saved. Nothing happens when it is over."""

    def close(self) -> None:
        """Lets everybody go; nothing is at work any more."""


class Threads:
    """A thread with an event loop of its own for everything that is done: for one person, or a program that speaks over a pipe."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[End]]] = {}
        self._lock = threading.Lock()

    def begin(self, key: str, work: Work, hear: Hear, over: Callable[[End], None]) -> None:
        """Begins a thread."""
        known = threading.Event()

        async def all_of_it() -> End:
            task = asyncio.create_task(ended(key, work, hear))
            with self._lock:
                self._tasks[key] = asyncio.get_running_loop(), task
            known.set()
            try:
                return await task
            except asyncio.CancelledError:  # before its first step
                return End("stopped")
            finally:
                with self._lock:
                    del self._tasks[key]

        def lived() -> None:
            over(asyncio.run(all_of_it()))

        threading.Thread(target=lived, name=f"run-{key}", daemon=True).start()
        known.wait()

    def stop(self, key: str) -> None:
        """Cancels it."""
        with self._lock:
            found = self._tasks.get(key)
        if found:
            loop, task = found
            with suppress(RuntimeError):  # the loop is closed: the work ended by itself
                loop.call_soon_threadsafe(task.cancel)

    def close(self) -> None:
        """Nobody to let go: a thread ends with its work."""
