"""What a batch would take, without a call and without a trace: some of its rows are drafted, the rest counted like them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.api import dry_run
from agent.batch.options import BatchOptions
from agent.batch.place import stored_date
from agent.batch.rows import BadRow, Row, read_rows
from agent.batch.task import Task, left
from agent.brief.defaults import check_defaults
from agent.errors import BriefError
from agent.events import Estimated, Event
from agent.llm import ModelSpec

DRAFTED = 5
"""Rows that are drafted, spread over the input."""
NAMED = 20
"""Unreadable rows that are named."""


@dataclass(frozen=True)
class BatchEstimated(Event):
    """What a batch is likely to take."""

    rows: int
    todo: int
    """Plans that would be made."""
    drafted: int
    """Rows that the figures were counted on."""
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """Likely US dollars; None when the price is not known."""
    most_cost: float | None
    """US dollars if every text had to be asked for again as often as is allowed."""
    bad: int = 0
    """Rows that cannot be read."""
    duplicates: int = 0
    """Rows that repeat an earlier one."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Place and reason of the first rows that cannot be read."""


def estimate_batch(source: Path, options: BatchOptions) -> BatchEstimated:
    """Counts the rows to do and estimates their calls. Raises BriefError and SetupError."""
    settings = options.settings()
    spec = ModelSpec.parse(settings.model, settings)
    defaults = check_defaults(options.defaults)
    as_of = options.as_of or stored_date(options.out) or dt.date.today()
    stamp = options.stamp(spec.label, as_of)
    count = _count(source, options, stamp, defaults)
    todo = count.todo
    told: dict[str, Any] = {"bad": count.bad, "duplicates": count.duplicates, "unreadable": tuple(count.unreadable)}
    if spec.kind == "playbook":
        return BatchEstimated(count.rows, len(todo), 0, 0, 0, 0, 0.0, 0.0, **told)
    found: list[Estimated] = []
    for row in _some(source, defaults, todo):
        task = Task.of(row, options, as_of, stamp, defaults)
        try:
            found.append(dry_run(task.brief, task.options(spec.label, settings)))
        except BriefError:
            continue
    scale = len(todo) / len(found) if found else 0.0
    costs = [one.cost for one in found if one.cost is not None]
    most = [one.most_cost for one in found if one.most_cost is not None]
    return BatchEstimated(
        rows=count.rows,
        todo=len(todo),
        drafted=len(found),
        calls=round(sum(one.calls for one in found) * scale),
        prompt_tokens=round(sum(one.prompt_tokens for one in found) * scale),
        completion_tokens=round(sum(one.completion_tokens for one in found) * scale),
        cost=sum(costs) * scale if len(costs) == len(found) else None,
        most_cost=sum(most) * scale if len(most) == len(found) else None,
        **told,
    )


@dataclass
class _Count:
    """What an input holds."""

    rows: int = 0
    bad: int = 0
    duplicates: int = 0
    todo: list[int] = field(default_factory=list)
    """Numbers of the rows whose plans are missing."""
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def _count(source: Path, options: BatchOptions, stamp: str, defaults: dict[str, object]) -> _Count:
    """Reads the input through once."""
    found, seen = _Count(), set[str]()
    for row in read_rows(source, defaults):
        found.rows += 1
        if isinstance(row, BadRow):
            found.bad += 1
            if len(found.unreadable) < NAMED:
                found.unreadable.append((row.place, row.reason))
        elif row.key in seen:
            found.duplicates += 1
        elif options.shard is None or options.shard.holds(row.key):
            seen.add(row.key)
            wanted = options.only is None or options.only.names(row.number, row.folder)
            if wanted and left(options.out / row.folder, row.key, stamp) is None:
                found.todo.append(row.number)
    return found


def _some(source: Path, defaults: dict[str, object], todo: Sequence[int]) -> list[Row]:
    """A few of the rows to do, from the first to the last."""
    step = max(1, len(todo) // DRAFTED)
    wanted = set(todo[::step][:DRAFTED])
    return [row for row in read_rows(source, defaults) if isinstance(row, Row) and row.number in wanted]
