"""How well search finds: the labelled set of queries.yaml, with the real embedder where this machine has one.

A query is answered when one of its items is among the first five. A third of the queries, chosen by their hash, was never
looked at while anything was tuned. `python benchmarks/search.py quality` prints the table.
"""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import pytest

from agent.data import read_yaml
from agent.knowledge import Search, load, open_search
from agent.knowledge.embed import open_embedder
from agent.settings import Settings

QUERIES = read_yaml(Path(__file__).with_name("queries.yaml"))
WITHIN = {"zh-en": "en", "en-zh": "zh"}
real = pytest.mark.skipif(open_embedder() is None, reason="no embedding wheel for this machine")


@dataclass(frozen=True)
class Asked:
    group: str
    query: str
    held: bool
    rank: int
    """Place of the first right item, 1 to 10; 0 when it is further down."""


def held_out(query: str) -> bool:
    return hashlib.sha256(query.encode()).digest()[0] % 3 == 0


def ask(search: Search, group: str, row: dict) -> Asked:
    language = "zh-CN" if any(char > "\u2e80" for char in row["q"]) else "en"
    found = search.find(
        row["q"],
        language=language,
        platforms=row.get("platforms", ()),
        regions=row.get("regions", ()),
        k=10,
        within=WITHIN.get(group),
    )
    right = [
        place for place, one in enumerate(found, 1) if any(fnmatch.fnmatch(one.id, f"kb:{item}") for item in row["ids"])
    ]
    return Asked(group, row["q"], held_out(row["q"]), right[0] if right else 0)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    folder = tmp_path_factory.mktemp("search")
    search = open_search(Settings(cache_dir=folder / "cache", data_dir=folder / "data"))
    yield [ask(search, group, row) for group, rows in QUERIES.items() for row in rows]
    search.close()


def recall(asked: list[Asked]) -> float:
    return mean(0 < one.rank <= 5 for one in asked)


def mrr(asked: list[Asked]) -> float:
    return mean(1 / one.rank if one.rank else 0 for one in asked)


def test_the_set_is_large_and_names_items_that_exist() -> None:
    items = load().items
    rows = [row for rows in QUERIES.values() for row in rows]
    assert len(rows) >= 150
    assert len({row["q"] for row in rows}) == len(rows)
    assert 0.25 < mean(held_out(row["q"]) for row in rows) < 0.42
    assert [(row["q"], one) for row in rows for one in row["ids"] if not fnmatch.filter(items, one)] == []


@real
def test_open_and_held_out_queries_find_their_items(answers: list[Asked]) -> None:
    for part in (False, True):
        asked = [one for one in answers if one.held is part]
        missed = [(one.group, one.query, one.rank) for one in asked if not 0 < one.rank <= 5]
        print(
            f"\n{'held out' if part else 'open'}: {len(asked)} queries, recall@5 {recall(asked):.3f}, MRR {mrr(asked):.3f}"
        )
        for group in QUERIES:
            mine = [one for one in asked if one.group == group]
            print(f"  {group:6} {len(mine):3} recall@5 {recall(mine):.3f} MRR {mrr(mine):.3f}")
        print("  missed:", *missed, sep="\n    ")
    asked = [one for one in answers if not one.held]
    assert recall(asked) >= 0.95
