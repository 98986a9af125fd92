"""Prose items: which text fields of a part a model may rewrite, how to read them and how to put words back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from agent.plan.base import Words, bound

_STEP = re.compile(r"([a-z_]+)(\[\*\])?")


@dataclass(frozen=True)
class Rewrite:
    """Declares prose that the model writes: the items at `path` in a part and the fields of each.

    `path` walks attributes and lists: "" is the part itself, "personas[*]" each persona, "pillars[*].topics[*]" each
    topic. `each` is the number of items in one call; `most` bounds how many items are rewritten at all (0: all).
    `size` says which models write it: a small one
    can neither keep a script's beats nor find a title.
    """

    path: str
    fields: tuple[str, ...]
    each: int = 1
    most: int = 0
    size: Literal["any", "large", "small"] = "any"


@dataclass(frozen=True)
class Item:
    """One item of a part: its place, the object itself, and the fields to be written."""

    place: str
    """Path inside the part with real indices, "personas[0]"; "" for the part itself."""
    target: BaseModel
    fields: tuple[str, ...]

    def draft(self) -> dict[str, str]:
        """The words that stand there now."""
        return {name: str(getattr(self.target, name)) for name in self.fields if getattr(self.target, name)}


def items(part: BaseModel, rewrite: Rewrite) -> list[Item]:
    """The items of a part that a declaration names, in order."""
    found: list[tuple[str, Any]] = [("", part)]
    for step in filter(None, rewrite.path.split(".")):
        match = _STEP.fullmatch(step)
        if match is None:
            raise ValueError(f"Not a path: {rewrite.path!r}")
        name, many = match.group(1), match.group(2)
        deeper: list[tuple[str, Any]] = []
        for place, node in found:
            value = getattr(node, name)
            at = f"{place}.{name}" if place else name
            deeper += [(f"{at}[{i}]", v) for i, v in enumerate(value)] if many else [(at, value)]
        found = deeper
    chosen = found[: rewrite.most] if rewrite.most else found
    return [item for place, node in chosen if (item := Item(place, node, rewrite.fields)).draft()]


def limit_of(model: type[BaseModel], name: str) -> int:
    """The field's Chinese character limit. Raises KeyError for a field that is not prose."""
    for mark in model.model_fields[name].metadata:
        if isinstance(mark, Words):
            return mark.limit
    raise KeyError(f"{model.__name__}.{name} is not prose.")


def schema_for(group: list[Item], language: str) -> type[BaseModel]:
    """The words schema of a call: one object per item, one bounded string per field, described by the plan's docstrings.

    The grammar stops a string dead at maxLength, so the bound given here is half as long again as the one asked for in
    the prompt and checked on acceptance.
    """
    shapes: dict[str, Any] = {}
    for number, item in enumerate(group, 1):
        kind = type(item.target)
        fields: dict[str, Any] = {
            name: (
                str,
                Field(
                    min_length=2,
                    max_length=round(bound(limit_of(kind, name), language) * 1.5),
                    description=kind.model_fields[name].description,
                ),
            )
            for name in item.draft()
        }
        shapes[f"item{number}"] = (create_model(f"{kind.__name__}Words{number}", **fields), ...)
    return create_model("WordsReply", **shapes)
