"""The labelled set at work: asked once, scored by recall at five and mean reciprocal rank. README.md has the rules."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Literal, get_args

from agent.data import read_yaml
from agent.knowledge import Search, load
from agent.knowledge.embed import Embedder, Vectors
from agent.knowledge.passages import Tongue
from agent.knowledge.space import read_prepared, write_prepared

QUERIES: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries.yaml"))
LATE: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_late.yaml"))
THIRD: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_third.yaml"))
FOURTH: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_fourth.yaml"))
FIFTH: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_fifth.yaml"))
SIXTH: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("queries_sixth.yaml"))
REMEMBERED = Path(__file__).with_name("query_vectors.npz")
CROSS: dict[str, tuple[str, Tongue]] = {"zh-en": ("en", "en"), "en-zh": ("zh-CN", "zh")}
"""Groups in which query and plan have different languages: the plan's, and that of the passages that it wants to see."""


Part = Literal["open", "held out", "late", "third", "fourth", "fifth", "sixth"]


class Remembering:
    """The embedder with the vectors of the labelled queries at hand: embedding them is most of what asking them costs.

    A query that the file does not hold is embedded. `python benchmarks/search.py --quality --remember` writes the file.
    """

    def __init__(self, embedder: Embedder, known: Mapping[str, Vectors] | None = None) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self.known = dict(read_prepared(REMEMBERED, embedder.name).vectors if known is None else known)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.passages(texts)

    def query(self, text: str) -> Vectors:
        key = hashlib.sha256(text.encode()).hexdigest()[:32]
        if key not in self.known:
            self.known[key] = self._embedder.query(text)
        return self.known[key]

    def write(self) -> None:
        write_prepared(REMEMBERED, self.name, self.known, None)


@dataclass(frozen=True)
class Asked:
    """A query and how far down its answer stands."""

    group: str
    query: str
    part: Part
    """open: search is tuned on it; held out: a third of queries.yaml; late, third, fourth, fifth and sixth: the files of that name."""
    rank: int
    """Place of the first right item, 1 to 10; 0 when it is further down."""
    share: float
    """Of its right items, five at most, how many are among the first five."""

    @property
    def answered(self) -> bool:
        return 0 < self.rank <= 5


def held_out(query: str) -> bool:
    return hashlib.sha256(query.encode()).digest()[0] % 3 == 0


def ask(search: Search, group: str, row: dict[str, Any], part: Part, *, bare: bool = False) -> Asked:
    """Asks a query as a stage does, which wants passages in the plan's language. `bare`: the cross groups search passages of one
    language only, as in documents that nobody translated."""
    own = "zh-CN" if any(char > "\u2e80" for char in row["q"]) else "en"
    language, tongue = CROSS.get(group, (own, None))
    found = search.find(
        row["q"], language=language, platforms=row.get("platforms", ()), k=10, within=tongue if bare else None
    )
    if tongue and any(one.language != tongue for one in found):
        raise AssertionError(f"{row['q']}: a passage in the wrong language")
    right = [n for n, one in enumerate(found, 1) if any(fnmatch.fnmatch(one.id, f"kb:{item}") for item in row["ids"])]
    most = min(5, sum(any(fnmatch.fnmatch(item, label) for label in row["ids"]) for item in load().items))
    return Asked(group, row["q"], part, right[0] if right else 0, sum(n <= 5 for n in right) / most)


def ask_all(search: Search, *, bare: bool = False) -> list[Asked]:
    """Every query of the six files; with `bare` only those of the cross groups, in passages of one language."""
    asked = [
        ask(search, group, row, "held out" if held_out(row["q"]) else "open", bare=bare)
        for group, rows in QUERIES.items()
        for row in rows
        if group in CROSS or not bare
    ]
    later: tuple[tuple[Part, dict[str, list[dict[str, Any]]]], ...] = (
        ("late", LATE),
        ("third", THIRD),
        ("fourth", FOURTH),
        ("fifth", FIFTH),
        ("sixth", SIXTH),
    )
    return asked + [
        ask(search, group, row, part, bare=bare)
        for part, groups in later
        for group, rows in groups.items()
        for row in rows
        if group in CROSS or not bare
    ]


def recall(asked: Sequence[Asked]) -> float:
    """Share of queries with a right item among the first five."""
    return mean(one.answered for one in asked)


def mrr(asked: Sequence[Asked]) -> float:
    """Mean of 1 / rank; 0 where nothing right is among the first ten."""
    return mean(1 / one.rank if one.rank else 0 for one in asked)


def table(asked: Sequence[Asked]) -> str:
    """Every part by group, and what was missed."""
    lines = []
    for name in get_args(Part):
        part = [one for one in asked if one.part == name]
        lines.append(_line(f"{name:8}", part))
        for group in dict.fromkeys(one.group for one in part):
            lines.append(_line(f"  {group:6}", [one for one in part if one.group == group]))
        lines += [f"    missed: {one.group} {one.query} (rank {one.rank or '>10'})" for one in part if not one.answered]
    return "\n".join(lines)


def _line(name: str, asked: Sequence[Asked]) -> str:
    share = mean(one.share for one in asked)
    return f"{name} {len(asked):3} queries  recall@5 {recall(asked):.3f}  MRR {mrr(asked):.3f}  share of right items {share:.3f}"
