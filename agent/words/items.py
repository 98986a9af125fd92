"""Prose items: which text fields of a part a model may rewrite, how to read them and how to put words back."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from agent.plan.base import Words, bound
from agent.plan.content import Adaptation

_STEP = re.compile(r"([a-z_]+)(\[\*\])?")
HEADING_LIMIT = 24
"""Prose up to this Chinese limit is a name or a heading: it needs no full stop."""
SLACK = 1.5
"""How much longer than its limit a text may be written before the grammar stops it dead; what is longer than the limit is refused."""


@dataclass(frozen=True)
class Rewrite:
    """Declares prose that the model writes: the items at `path` in a part and the fields of each.

    `path` walks attributes and lists: "" is the part itself, "personas[*]" each persona, "pillars[*].topics[*]" each
    topic. `each` is the number of items in one call, which never holds items of two parents (two pillars); `most` bounds
    how many items of one parent are rewritten at all (0: all). `size` says which models write it: a small one can neither
    keep a script's beats nor find a title.
    """

    path: str
    fields: tuple[str, ...]
    each: int = 1
    most: int = 0
    size: Literal["any", "large", "small"] = "any"


@dataclass(frozen=True, eq=False)
class Item:
    """One item of a part: its place, the object that takes the words, and the playbook's words for its fields."""

    place: str
    """Path inside the part with real indices, "personas[0]"; "" for the part itself."""
    target: BaseModel
    drafts: Mapping[str, str]
    """Field → what the playbook wrote there; empty fields are left out."""

    def limit(self, name: str) -> int:
        """A field's Chinese character limit."""
        return limit_of(type(self.target), name)

    def language(self, plans: str) -> str:
        """The language of its texts: the plan's, save for posts, which have their own."""
        return self.target.language if isinstance(self.target, Adaptation) else plans

    def bound(self, name: str, plans: str) -> int:
        """A field's limit in characters of its own language."""
        return bound(self.limit(name), self.language(plans))


@dataclass(frozen=True, eq=False)
class Ask:
    """An item as one call names it, and the fields asked for."""

    label: str
    """"item1"…, the same in a first call and in its repairs."""
    item: Item
    names: tuple[str, ...]


Group = tuple[Ask, ...]
"""What one call asks for."""


def groups(part: BaseModel, drafts: BaseModel, rewrite: Rewrite) -> list[Group]:
    """The calls that a declaration makes of a part, in order. `drafts` is the same part in the playbook's words."""
    found: list[Group] = []
    for nodes in _by_parent(part, drafts, rewrite.path):
        some = [item for place, node, draft in nodes if (item := _item(place, node, draft, rewrite.fields)).drafts]
        chosen = some[: rewrite.most] if rewrite.most else some
        found += [_group(chosen[n : n + rewrite.each]) for n in range(0, len(chosen), rewrite.each)]
    return found


def groups_for(part: BaseModel, drafts: BaseModel, rewrites: Sequence[Rewrite], size: str) -> list[Group]:
    """The calls that all of a stage's declarations make for a model of a size, "large" or "small", in order."""
    return [group for one in rewrites if one.size in ("any", size) for group in groups(part, drafts, one)]


def _group(chosen: Sequence[Item]) -> Group:
    return tuple(Ask(f"item{number}", item, tuple(item.drafts)) for number, item in enumerate(chosen, 1))


def _item(place: str, node: BaseModel, draft: BaseModel, fields: tuple[str, ...]) -> Item:
    return Item(place, node, {name: str(text) for name in fields if (text := getattr(draft, name))})


_Node = tuple[str, Any, Any]


def _by_parent(part: BaseModel, drafts: BaseModel, path: str) -> list[list[_Node]]:
    """The nodes at a path, those of one parent together."""
    found: list[list[_Node]] = [[("", part, drafts)]]
    for step in filter(None, path.split(".")):
        match = _STEP.fullmatch(step)
        if match is None:
            raise ValueError(f"Not a path: {path!r}")
        name, many = match.group(1), match.group(2)
        deeper: list[list[_Node]] = []
        for place, node, draft in [one for family in found for one in family]:
            at = f"{place}.{name}" if place else name
            value, written = getattr(node, name), getattr(draft, name)
            pairs = zip(value, written, strict=True) if many else [(value, written)]
            deeper.append([(f"{at}[{i}]" if many else at, one, other) for i, (one, other) in enumerate(pairs)])
        found = deeper
    return found


def limit_of(model: type[BaseModel], name: str) -> int:
    """The field's Chinese character limit. Raises KeyError for a field that is not prose."""
    for mark in model.model_fields[name].metadata:
        if isinstance(mark, Words):
            return mark.limit
    raise KeyError(f"{model.__name__}.{name} is not prose.")


MARKS = 6
"""Marks of passages that one answer may name at most."""


def schema_for(group: Group, language: str, *, citing: bool = False) -> type[BaseModel]:
    """The words schema of a call: one object per item, one bounded string per field, described by the plan's docstrings.

    `citing` adds `sources`: the marks of the passages whose facts were used.
    """
    return _schema(
        tuple(
            (
                ask.label,
                type(ask.item.target),
                tuple((name, round(ask.item.bound(name, language) * SLACK)) for name in ask.names),
            )
            for ask in group
        ),
        citing,
    )


@functools.lru_cache(maxsize=256)
def _schema(
    shapes: tuple[tuple[str, type[BaseModel], tuple[tuple[str, int], ...]], ...], citing: bool
) -> type[BaseModel]:
    """One class a shape: calls of the same shape share it, and its JSON schema with it."""
    found: dict[str, Any] = {}
    for label, kind, bounds in shapes:
        fields: dict[str, Any] = {
            name: (str, Field(min_length=2, max_length=longest, description=kind.model_fields[name].description))
            for name, longest in bounds
        }
        found[label] = (create_model(f"{kind.__name__}Words{label[4:]}", **fields), ...)
    if citing:
        marks = Field(
            max_length=MARKS, description="Marks (S1, S2) of the passages whose facts these words use; may be empty."
        )
        found["sources"] = (list[str], marks)
    return create_model("WordsReply", **found)


def room(group: Group, language: str) -> int:
    """Tokens that a call's answer may take: every field at its bound (about 1 token per Chinese character, 1 per 3 in English) and JSON around it."""
    fields = [(ask.item, name) for ask in group for name in ask.names]
    tokens = sum(
        item.bound(name, language) * SLACK / (1 if item.language(language).startswith("zh") else 3)
        for item, name in fields
    )
    return round(tokens * 1.2) + 40 * len(fields)
