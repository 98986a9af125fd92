"""Changing one place of a plan: the plan stays as it was, the copy shares everything but the way to that place."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)
_STEP = re.compile(r"([a-z_0-9]+)((?:\[\d+\])*)")


def put(root: T, path: str, value: Any) -> T:
    """A copy with `value` at the path ("budget.lines[3].cents"). Raises ValueError for what is no path."""
    steps: list[str | int] = []
    for step in path.split("."):
        found = _STEP.fullmatch(step)
        if found is None:
            raise ValueError(f"not a path: {path}")
        steps.append(found[1])
        steps += [int(n) for n in re.findall(r"\d+", found[2])]
    return _put(root, steps, value)  # type: ignore[no-any-return]


def _put(node: Any, steps: list[str | int], value: Any) -> Any:
    if not steps:
        return value
    head, rest = steps[0], steps[1:]
    if isinstance(head, int):
        return [_put(one, rest, value) if n == head else one for n, one in enumerate(node)]
    return node.model_copy(update={head: _put(getattr(node, head), rest, value)})
