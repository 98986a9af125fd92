"""One plan of a batch: what a process is told to make, and what it answers. Both travel as JSON."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from agent.api import Options, Result, Source, stream_plan
from agent.batch.likeness import sketch_of
from agent.batch.options import BatchOptions
from agent.batch.rows import Row
from agent.errors import FULL, CapReached, CehuaError, DiskFull, EndpointLost, Locked
from agent.events import Event
from agent.files import sync_waiting, write_text
from agent.loops import beside
from agent.secrecy import traceback_of
from agent.settings import Settings

log = logging.getLogger(__name__)

ROW = "row.json"
"""In a run folder of a batch: what became of the row. Written last, so that where it stands the plan is whole."""
HELD, LOOK = 120.0, 0.5
"""Seconds for which a row that somebody else is writing is waited for, and between two looks; then it is left open."""

STOPS: dict[type[CehuaError], Literal["cap", "disk", "endpoint"]] = {
    CapReached: "cap",
    DiskFull: "disk",
    EndpointLost: "endpoint",
}
"""Errors of one row after which the whole batch cannot go on."""


@dataclass(frozen=True)
class Task:
    """A plan to be made."""

    number: int
    place: str
    key: str
    folder: str
    """Path of the run folder."""
    source: dict[str, Any] | str
    """The brief: a mapping or its text; the path of its file where `file` is set."""
    file: bool
    language: str
    formats: tuple[str, ...]
    as_of: str
    stamp: str
    defaults: dict[str, Any]

    @classmethod
    def of(cls, row: Row, options: BatchOptions, as_of: dt.date, stamp: str, defaults: dict[str, Any]) -> Task:
        """The task of a row."""
        file = isinstance(row.source, Path)
        return cls(
            row.number,
            row.place,
            row.key,
            str(options.out / row.folder),
            str(row.source) if isinstance(row.source, Path) else row.source,
            file,
            options.language,
            options.formats,
            as_of.isoformat(),
            stamp,
            defaults,
        )

    def to_json(self) -> str:
        """The task on one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_json(cls, line: str | bytes) -> Task:
        """What `to_json` wrote."""
        told = json.loads(line)
        return cls(**{**told, "formats": tuple(told["formats"])})

    @property
    def brief(self) -> Source:
        """The brief as the front door takes it; a row's text is never taken for a path."""
        if self.file:
            return Path(str(self.source))
        return self.source if isinstance(self.source, dict) else self.source.encode("utf-8", "surrogatepass")

    def options(self, model: str, settled: Settings) -> Options:
        """How the plan is made."""
        return Options(
            out=Path(self.folder),
            model=model,
            language=self.language,
            formats=self.formats,
            as_of=dt.date.fromisoformat(self.as_of),
            defaults=self.defaults,
            settled=settled,
            watched=False,
        )


@dataclass
class Made:
    """What became of a task."""

    state: Literal["done", "failed", "stopped"]
    brand: str = ""
    title: str = ""
    """The plan's leading idea, in one line."""
    language: str = ""
    currency: str = ""
    budget: int = 0
    """Cents."""
    start: str = ""
    end: str = ""
    errors: int = 0
    warnings: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    """Finding code → how often, errors and warnings."""
    exports: list[str] = field(default_factory=list)
    """File names below the run folder's exports/."""
    seconds: float = 0.0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    reason: str = ""
    stop: Literal["", "cap", "endpoint", "disk"] = ""
    """Why the whole batch cannot go on, where this row has met the reason."""
    sketch: bytes = b""
    """What likeness is told by (agent.batch.likeness)."""

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.prompt_tokens + self.completion_tokens

    def record(self) -> dict[str, Any]:
        """Everything but the sketch, as plain values."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "sketch"}

    def to_json(self) -> str:
        """The answer on one line."""
        sketch = base64.b64encode(self.sketch).decode("ascii")
        return json.dumps({**self.record(), "sketch": sketch}, ensure_ascii=True)

    @classmethod
    def from_json(cls, line: str | bytes) -> Made:
        """What `to_json` wrote. Raises ValueError for anything else."""
        return cls.of(json.loads(line))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Made:
        """From plain values. Raises ValueError."""
        try:
            return cls(**{**told, "sketch": base64.b64decode(told.get("sketch", ""))})
        except TypeError as error:
            raise ValueError(str(error)) from None


async def make(task: Task, options: Options) -> AsyncIterator[Event | Made]:
    """Makes one plan; the last thing it yields is the Made. Raises nothing but cancellation: one row never ends the others.

    A row that somebody else is writing is waited for: a worker may still be at it whose batch was killed. What it leaves is taken.
    """
    started, made = time.monotonic(), Made("failed")
    while True:
        try:
            async with aclosing(stream_plan(task.brief, options)) as events:
                async for event in events:
                    if not isinstance(event, Result):
                        yield event
                        continue
                    made = await beside(_noted, task, event, started)
        except Locked as error:
            made = Made("stopped", reason=str(error))
            if time.monotonic() - started < HELD:
                await asyncio.sleep(LOOK)
                other = left(Path(task.folder), task.key, task.stamp)
                if other is None:
                    continue
                made = other
        except (CapReached, DiskFull, EndpointLost) as error:
            made = Made(
                "stopped", reason=str(error), stop=next(stop for kind, stop in STOPS.items() if isinstance(error, kind))
            )
        except CehuaError as error:
            made = Made("failed", reason=_reason(error))
        except OSError as error:
            full = error.errno in FULL
            made = Made("stopped" if full else "failed", reason=_system(error), stop="disk" if full else "")
        except Exception as error:  # noqa: BLE001 - whatever a stranger's row brings about is that row's failure; its traceback is kept
            made = Made("failed", reason=_unexpected(task, error))
        break
    made.seconds = round(time.monotonic() - started, 3)
    yield made


def _reason(error: CehuaError) -> str:
    return " ".join(str(error).split())[:600]


def _system(error: OSError) -> str:
    return f"{error.strerror or type(error).__name__} ({Path(str(error.filename or '')).name})."[:300]


def _unexpected(task: Task, error: Exception) -> str:
    """Keeps the traceback in the run folder; what the index says of it."""
    log.warning("row %s: %s", task.place, type(error).__name__)
    with suppress(OSError):
        write_text(Path(task.folder) / "error.txt", traceback_of(error))
        return f"An error inside cehua ({type(error).__name__}); its traceback is in error.txt in the row's folder."
    return f"An error inside cehua ({type(error).__name__})."


def _noted(task: Task, result: Result, started: float) -> Made:
    """What became of a task whose plan stands, noted beside it."""
    made = _done(result)
    made.seconds = round(time.monotonic() - started, 3)
    _leave(task, made, result)
    return made


def _done(result: Result) -> Made:
    plan = result.plan
    codes: dict[str, int] = {}
    for finding in plan.findings:
        if finding.severity in ("error", "warning"):
            codes[finding.code] = codes.get(finding.code, 0) + 1
    usage = result.usage
    return Made(
        "done",
        brand=plan.meta.brand[:200],
        title=plan.strategy.idea.line[:300],
        language=plan.meta.language,
        currency=plan.meta.currency,
        budget=plan.budget.total_cents,
        start=plan.meta.start.isoformat(),
        end=plan.meta.end.isoformat(),
        errors=sum(finding.severity == "error" for finding in plan.findings),
        warnings=sum(finding.severity == "warning" for finding in plan.findings),
        codes=codes,
        exports=[path.name for path in result.exports],
        calls=int(usage.get("calls") or 0),
        prompt_tokens=int(usage.get("prompt_tokens") or 0),
        completion_tokens=int(usage.get("completion_tokens") or 0),
        cost=usage.get("cost"),
        sketch=sketch_of(plan),
    )


def _leave(task: Task, made: Made, result: Result) -> None:
    """Writes row.json: from now on the row is done, whatever happens to the batch."""
    from agent.batch.merged import rows_of

    sync_waiting()
    told = {"key": task.key, "stamp": task.stamp, "made": json.loads(made.to_json()), **rows_of(result.plan)}
    write_text(Path(task.folder) / ROW, json.dumps(told, ensure_ascii=False))


def left(folder: Path, key: str, stamp: str) -> Made | None:
    """What a run folder says of a row that was made before, perhaps by another machine; None where it is not whole."""
    try:
        told = json.loads((folder / ROW).read_text(encoding="utf-8"))
        made = Made.of(told["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if (told.get("key"), told.get("stamp")) == (key, stamp) and (folder / "plan.json").is_file() else None
