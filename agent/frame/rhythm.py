"""The planning assumptions on time and hands (knowledge/rhythm.yaml), read for the modules beside."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, TypeVar

from agent.data import read_yaml
from agent.resources import knowledge_dir

Value = TypeVar("Value")


@functools.cache
def rhythm() -> Mapping[str, Any]:
    """The whole table, read once per process."""
    table: Mapping[str, Any] = read_yaml(knowledge_dir() / "rhythm.yaml")
    return table


def step(table: Mapping[Any, Value], size: float) -> Value:
    """The entry of the largest threshold that `size` reaches; the first one below all of them."""
    best = min(table, key=float)
    for threshold in sorted(table, key=float):
        if size >= float(threshold):
            best = threshold
    return table[best]
