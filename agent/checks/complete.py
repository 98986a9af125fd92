"""Completeness: every line item of what a professional plan holds is walked, by its paths in the plan."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agent.checks.base import CheckContext, Hit, at, check
from agent.data import read_yaml
from agent.plan.base import Claim, Figure
from agent.plan.model import MarketingPlan
from agent.resources import knowledge_dir

_STEP = re.compile(r"([a-z_0-9]+)(?:\[([^\]]*)\])?")


@dataclass(frozen=True)
class Item:
    """One line item of the checklist."""

    id: str
    part: str
    text: str
    """What a reader looks for."""
    paths: tuple[str, ...]
    """Dotted paths; `[*]` stands for every item of a list that may not be empty, `[kind=roi]` for at least one such item."""


@functools.cache
def checklist() -> tuple[Item, ...]:
    """All line items, from knowledge/contents.yaml."""
    rows = read_yaml(knowledge_dir() / "contents.yaml")["items"]
    return tuple(Item(row["id"], row["part"], row["text"], tuple(row["paths"])) for row in rows)


def empty(value: Any) -> bool:
    """Whether nothing stands there: no text, no rows, a figure without number and note, a claim without words."""
    if isinstance(value, Figure):
        return value.value is None and value.low is None and not value.note
    if isinstance(value, Claim):
        return not value.text.strip()
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict) and not value)


@functools.cache
def _parted(path: str) -> tuple[str, str | None, str]:
    """The first field of a path, what is chosen of its list, and the rest of the path."""
    step, _, rest = path.partition(".")
    found = _STEP.fullmatch(step)
    if found is None:
        raise AttributeError(f"not a path: {path}")
    name, choice = found.groups()
    return name, choice, rest


def whole(value: Any, path: str) -> bool:
    """Whether `missing` has nothing to tell, without the places."""
    name, choice, rest = _parted(path)
    rows = getattr(value, name)
    if choice is None:
        rows = [rows]
    elif choice != "*":
        key, _, wanted = choice.partition("=")
        rows = [row for row in rows if str(getattr(row, key)) == wanted]
    return bool(rows) and (all(whole(row, rest) for row in rows) if rest else not any(map(empty, rows)))


def missing(value: Any, path: str, walked: str = "") -> Iterator[str]:
    """The places below `value` where a path of the checklist finds nothing.

    Raises AttributeError when the path names a field that the model does not have: an error of the data.
    """
    name, choice, rest = _parted(path)
    inner = getattr(value, name)
    here = f"{walked}.{name}" if walked else name
    if choice is None:
        targets = [(here, inner)]
    else:
        targets = [(f"{here}[{n}]", row) for n, row in enumerate(inner)]
        if choice != "*":
            key, _, wanted = choice.partition("=")
            targets = [(where, row) for where, row in targets if str(getattr(row, key)) == wanted]
        if not targets:
            yield f"{here}[{choice}]"
    for where, row in targets:
        if rest:
            yield from missing(row, rest, where)
        elif empty(row):
            yield where


@check("CMP-001", "error", "Every line item of the contents checklist is in the plan")
def contents_complete(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """One finding per line item, at the first place where nothing stands."""
    for item in checklist():
        for path in item.paths:
            where = None if whole(plan, path) else next(missing(plan, path), None)
            if where is not None:
                yield at(where, id=item.id, text=item.text)
                break
