"""What a batch would take, without a call and without a trace: some of its rows are drafted, the rest counted like them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


def estimate_batch(source: Path, options: BatchOptions) -> BatchEstimated:
    """Counts the rows to do and estimates their calls. Raises BriefError and SetupError."""
    settings = options.settings()
    spec = ModelSpec.parse(settings.model, settings)
    defaults = check_defaults(options.defaults)
    as_of = options.as_of or stored_date(options.out) or dt.date.today()
    stamp = options.stamp(spec.label, as_of)
    rows, todo = _count(source, options, stamp, defaults)
    if spec.kind == "playbook":
        return BatchEstimated(rows, len(todo), 0, 0, 0, 0, 0.0, 0.0)
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
        rows=rows,
        todo=len(todo),
        drafted=len(found),
        calls=round(sum(one.calls for one in found) * scale),
        prompt_tokens=round(sum(one.prompt_tokens for one in found) * scale),
        completion_tokens=round(sum(one.completion_tokens for one in found) * scale),
        cost=sum(costs) * scale if len(costs) == len(found) else None,
        most_cost=sum(most) * scale if len(most) == len(found) else None,
    )


def _count(source: Path, options: BatchOptions, stamp: str, defaults: dict[str, object]) -> tuple[int, list[int]]:
    """How many rows there are, and the numbers of those whose plans are missing."""
    rows, todo, seen = 0, [], set[str]()
    for row in read_rows(source, defaults):
        rows += 1
        if isinstance(row, BadRow) or row.key in seen or not (options.shard is None or options.shard.holds(row.key)):
            continue
        seen.add(row.key)
        wanted = options.only is None or options.only.names(row.number, row.folder)
        if wanted and left(options.out / row.folder, row.key, stamp) is None:
            todo.append(row.number)
    return rows, todo


def _some(source: Path, defaults: dict[str, object], todo: Sequence[int]) -> list[Row]:
    """A few of the rows to do, from the first to the last."""
    step = max(1, len(todo) // DRAFTED)
    wanted = set(todo[::step][:DRAFTED])
    return [row for row in read_rows(source, defaults) if isinstance(row, Row) and row.number in wanted]
