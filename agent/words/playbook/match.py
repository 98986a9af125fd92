"""Tells facts, seasons and forms apart by the patterns of prompts/playbook/match.yaml: which proof is a certificate, which hook needs a film."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from agent.data import read_yaml
from agent.resources import prompts_dir

MOVING = frozenset({"short_video", "long_video", "live", "podcast", "story"})
"""Formats that have moving pictures or sound."""


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(prompts_dir() / "playbook" / "match.yaml")
    return table


@functools.cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def says(name: str, *texts: str) -> bool:
    """Whether one of the texts matches the named pattern."""
    pattern = _pattern(_table()[name])
    return any(pattern.search(text) for text in texts)


def proof_kind(text: str) -> str:
    """What a piece of evidence is: certificate, rating, repeat, figure or listing."""
    found = next((kind for kind, pattern in _table()["proofs"].items() if _pattern(pattern).search(text)), "")
    return found or ("figure" if re.search(r"\d", text) else "listing")


def wish(text: str) -> str:
    """What is wished for, in the client's words without "what I'd like is to", to the end of the first sentence."""
    bare = _pattern(_table()["wish"]).sub("", text.strip(), count=1)
    return re.split(r"(?<=[a-z)])\.\s|[。；;]", bare)[0].strip() or text.strip()


@functools.cache
def months_of(season: str) -> frozenset[int]:
    """Months in which a season may be told; all of them when its name says none."""
    return next(
        (frozenset(months) for pattern, months in _table()["months"] if _pattern(pattern).search(season)),
        frozenset(range(1, 13)),
    )


def unit_of(price_note: str) -> str:
    """What a price is paid for, "month" or "head"; "" when it is paid once."""
    found = _pattern(_table()["unit"]).search(price_note)
    return found.group(1).lower() if found else ""


def broken(quiet: str, moments: Iterable[tuple[int, int]]) -> bool:
    """Whether something is published in a quiet time that comes every week ("Monday mornings", "lunch"); moments: (weekday, 0 = Monday; hour).
    A time that comes now and then, and one that names neither weekday nor hour, is never broken."""
    if says("rare", quiet):
        return False
    days = {day for pattern, found in _table()["quiet_days"] if _pattern(pattern).search(quiet) for day in found}
    hours = next((found for pattern, found in _table()["quiet_hours"] if _pattern(pattern).search(quiet)), None)
    if not days and hours is None:
        return False
    first, last = hours or (0, 24)
    return any((not days or day in days) and first <= hour < last for day, hour in moments)


def finer_pack(category: str, *texts: str) -> str:
    """The pack of a kind within a category, a café among restaurants, where the texts say so; "" where the category's own serves."""
    rows = (row for row in _table()["packs"] if row[0] == category)
    return next((name for _, pattern, name in rows if any(_pattern(pattern).search(text) for text in texts)), "")
