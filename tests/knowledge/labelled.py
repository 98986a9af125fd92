"""The labelled set of queries.yaml at work: asked once, scored by recall at five and mean reciprocal rank."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from agent.data import read_yaml
from agent.knowledge import Search

QUERIES: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries.yaml"))
LATE: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_late.yaml"))
WITHIN = {"zh-en": "en", "en-zh": "zh"}
"""Groups that may only find passages in the other language."""


@dataclass(frozen=True)
class Asked:
    """A query and how far down its answer stands."""

    group: str
    query: str
    held: bool
    """Whether it is of the third that nothing was tuned on."""
    rank: int
    """Place of the first right item, 1 to 10; 0 when it is further down."""

    @property
    def answered(self) -> bool:
        return 0 < self.rank <= 5


def held_out(query: str) -> bool:
    return hashlib.sha256(query.encode()).digest()[0] % 3 == 0


def ask(search: Search, group: str, row: dict[str, Any]) -> Asked:
    language = "zh-CN" if any(char > "\u2e80" for char in row["q"]) else "en"
    found = search.find(row["q"], language=language, platforms=row.get("platforms", ()), k=10, within=WITHIN.get(group))
    right = [n for n, one in enumerate(found, 1) if any(fnmatch.fnmatch(one.id, f"kb:{item}") for item in row["ids"])]
    return Asked(group, row["q"], held_out(row["q"]), right[0] if right else 0)


def ask_all(search: Search) -> list[Asked]:
    return [ask(search, group, row) for group, rows in QUERIES.items() for row in rows]


def recall(asked: Sequence[Asked]) -> float:
    """Share of queries with a right item among the first five."""
    return mean(one.answered for one in asked)


def mrr(asked: Sequence[Asked]) -> float:
    """Mean of 1 / rank; 0 where nothing right is among the first ten."""
    return mean(1 / one.rank if one.rank else 0 for one in asked)


def table(asked: Sequence[Asked]) -> str:
    """Both parts by group, and what was missed."""
    lines = []
    for held in (False, True):
        part = [one for one in asked if one.held is held]
        lines.append(
            f"{'held out' if held else 'open':8} {len(part):3} queries  recall@5 {recall(part):.3f}  MRR {mrr(part):.3f}"
        )
        for group in QUERIES:
            mine = [one for one in part if one.group == group]
            lines.append(f"  {group:6} {len(mine):3} queries  recall@5 {recall(mine):.3f}  MRR {mrr(mine):.3f}")
        lines += [f"    missed: {one.group} {one.query} (rank {one.rank or '>10'})" for one in part if not one.answered]
    return "\n".join(lines)
