"""Which fields of a model lead to something: a walk that looks for figures need not look below those that hold none."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

Wanted = Callable[[type[BaseModel], str, Any], bool]
"""Whether a field of a model, by its name and a type that may stand in it, holds what a walk looks for."""


@functools.cache
def fields_towards(model: type[BaseModel], wanted: Wanted) -> tuple[str, ...]:
    """The fields of a model in which, or somewhere below which, something wanted may stand; in their order."""
    return tuple(
        name
        for name, info in model.model_fields.items()
        if any(_leads(model, name, atom, wanted) for atom in _atoms(info.annotation))
    )


def _leads(model: type[BaseModel], name: str, atom: Any, wanted: Wanted) -> bool:
    if atom is Any or wanted(model, name, atom):
        return True
    return isinstance(atom, type) and issubclass(atom, BaseModel) and bool(fields_towards(atom, wanted))


def _atoms(annotation: Any) -> Iterator[Any]:
    """The types of the values that an annotation allows, taken out of lists, mappings, unions and marks."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield from {type(value) for value in get_args(annotation)}
    elif origin is Annotated:
        yield from _atoms(get_args(annotation)[0])
    elif origin is not None:
        for argument in get_args(annotation):
            yield from _atoms(argument)
    else:
        yield annotation
