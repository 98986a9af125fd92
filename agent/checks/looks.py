"""Looks: what a text is looked through for before any check goes into it. Most texts have nothing, and plans have many texts in common: each is
looked through once, for all looks together.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from agent.checks.walk import Text, once, texts
from agent.plan.model import MarketingPlan

Look = Callable[[str, str], object]
"""Whether a check may find something in a text of a language; what it gives is true or false."""
Looks = TypeVar("Looks", bound=Look)
_LOOKS: dict[str, Look] = {}


def look(name: str) -> Callable[[Looks], Looks]:
    """Registers a look, which depends on text and language alone. Raises ValueError when a name is used twice."""

    def register(looks: Looks) -> Looks:
        if name in _LOOKS:
            raise ValueError(f"The look {name} is registered twice.")
        _LOOKS[name] = looks
        return looks

    return register


def suspects(plan: MarketingPlan, name: str) -> list[Text]:
    """The texts of a plan in which a look finds something, in their order."""

    def read() -> dict[str, list[Text]]:
        found: dict[str, list[Text]] = {known: [] for known in _LOOKS}
        for one in texts(plan):
            for known in _suspicions(one.text, one.language):
                found[known].append(one)
        return found

    return once(plan, "suspects", read)[name]


@functools.lru_cache(maxsize=24576)
def _suspicions(text: str, language: str) -> tuple[str, ...]:
    """The looks that find something in a text."""
    return tuple([name for name, finds in _LOOKS.items() if finds(text, language)])
