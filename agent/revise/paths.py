"""Places in a plan: "personas.personas[P2].pains[0]" by id or by number, and which of them hold words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.errors import EditError
from agent.plan.base import Figure, Source, Words
from agent.plan.model import PART_IDS, MarketingPlan

_STEP = re.compile(r"(?:^|\.)([a-z][a-z0-9_]*)|(\[[^\[\]]+\])")
KEYS = ("id", "key", "platform", "kind", "aspect", "name", "date", "situation", "case", "level", "step", "criterion")
"""Fields by which the items of a list are told apart, the first that all of them hold and that differs."""
TEXTS = frozenset({
    "topic", "hook", "cta", "text", "age", "gender", "place", "occupation", "hours", "item", "holder", "duties", "when", "question", "title",
    "native", "third_party", "basis", "section", "threshold", "others", "brand", "criterion", "name", "formula", "times", "days", "output",
})  # fmt: skip
"""Fields of plain text that are words all the same: what a reader may write by hand."""
APART = frozenset({"sources", "gaps", "conflicts", "words", "findings", "meta", "phases"})
"""What stands beside the parts."""


def steps(path: str) -> list[str]:
    """A path as its names and keys. Raises EditError for one that is none."""
    found: list[str] = []
    place = 0
    for match in _STEP.finditer(path.strip()):
        if match.start() != place or (match[2] and not found):
            break
        found.append(match[1] or match[2])
        place = match.end()
    if not found or place != len(path.strip()):
        raise EditError(f"{path[:80]!r} is no place in a plan.", where=path[:80])
    return found


def item_key(items: list[Any], *, marks: bool = False) -> str:
    """The field that tells the items of a list apart; "" when none does. `marks` takes values with brackets too, which no path can hold."""
    if not items or not all(isinstance(one, BaseModel) for one in items):
        return ""
    for name in KEYS:
        values = [str(getattr(one, name, "") or "") for one in items]
        if all(values) and len(set(values)) == len(values) and (marks or not any("[" in v or "]" in v for v in values)):
            return name
    return ""


def _pick(items: list[Any], key: str, path: str) -> int:
    """The number of the item that a key names: an id before a number."""
    name = item_key(items)
    if name:
        for number, one in enumerate(items):
            if str(getattr(one, name)) == key:
                return number
    if key.isdigit() and int(key) < len(items):
        return int(key)
    raise EditError(f"There is no {path}.", hint=f"It holds {len(items)}.", where=path)


def walk(plan: MarketingPlan, path: str) -> list[tuple[Any, Any]]:
    """(holder, name or number) on the way to a place. Raises EditError when there is none."""
    node: Any = plan
    way: list[tuple[Any, Any]] = []
    for step in steps(path):
        if step.startswith("["):
            key = step[1:-1]
            if isinstance(node, dict):
                if key not in node:
                    raise EditError(f"There is no {path}.", where=path)
                way.append((node, key))
                node = node[key]
                continue
            if not isinstance(node, list):
                raise EditError(f"{path} is no list.", where=path)
            number = _pick(node, key, path)
            way.append((node, number))
            node = node[number]
            continue
        if not isinstance(node, BaseModel) or step not in type(node).model_fields:
            raise EditError(f"There is no {path}.", where=path)
        way.append((node, step))
        node = getattr(node, step)
    if not way or str(way[0][1]) not in PART_IDS:
        raise EditError(f"{path} belongs to no part of the plan.", where=path)
    return way


def at(plan: MarketingPlan, path: str) -> Any:
    """What stands at a place. Raises EditError when there is none."""
    holder, key = walk(plan, path)[-1]
    return getattr(holder, key) if isinstance(holder, BaseModel) else holder[key]


def find(plan: MarketingPlan, path: str) -> Any:
    """What stands at a place, or None."""
    try:
        return at(plan, path)
    except EditError:
        return None


def put(plan: MarketingPlan, path: str, value: Any) -> None:
    """Puts a value at a place. Raises EditError when there is none."""
    holder, key = walk(plan, path)[-1]
    if isinstance(holder, BaseModel):
        setattr(holder, key, value)
    else:
        holder[key] = value


def by_id(plan: MarketingPlan, path: str) -> str:
    """The same place with ids where items have them, so that it outlives a change of order."""
    told = ""
    for holder, key in walk(plan, path):
        if isinstance(holder, BaseModel):
            told += f".{key}" if told else str(key)
        elif isinstance(holder, list):
            name = item_key(holder)
            told += f"[{getattr(holder[key], name) if name else key}]"
        else:
            told += f"[{key}]"
    return told


def is_text(model: type[BaseModel], name: str) -> bool:
    """Whether a field holds words that a hand may write: prose, or one of the plain texts."""
    info = model.model_fields[name]
    if any(isinstance(mark, Words) for mark in info.metadata):
        return True
    inner = str(info.annotation)
    if "Words(" in inner:
        return True
    return name in TEXTS and info.annotation in (str, list[str], dict[str, str])


def leaves(node: Any, path: str, *, texts: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """(path, value, is text) of every value below a node, with ids where items have them; `texts` gives the texts alone."""
    if isinstance(node, BaseModel):
        closed = texts and isinstance(node, Figure | Source)
        for name in () if closed else type(node).model_fields:
            value, here = getattr(node, name), f"{path}.{name}" if path else name
            told = is_text(type(node), name)
            if isinstance(value, BaseModel | list | dict):
                yield from _inside(value, here, told, texts)
            elif told or not texts:
                yield here, value, told and isinstance(value, str)
    else:
        yield from _inside(node, path, False, texts)


def _inside(value: Any, path: str, told: bool, texts: bool) -> Iterator[tuple[str, Any, bool]]:
    if isinstance(value, BaseModel):
        yield from leaves(value, path, texts=texts)
        return
    rows: list[tuple[Any, Any]] = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    name = item_key(value) if isinstance(value, list) else ""
    for key, one in rows:
        here = f"{path}[{getattr(one, name) if name else key}]"
        if isinstance(one, BaseModel | list | dict):
            yield from _inside(one, here, told, texts)
        elif told or not texts:
            yield here, one, told and isinstance(one, str)


def part_of(path: str) -> str:
    """The part that a place belongs to."""
    return steps(path)[0]
