"""Pools for the labelled set: what several different systems find for each query, mixed, so that a judge sees neither rank nor system.

`python benchmarks/pool.py > pools.txt`. A query and its pool, one item a line: the number that the judge writes down, the id, the
title and the beginning of the text. The rule of judging stands in tests/knowledge/README.md.
"""

from __future__ import annotations

import argparse
import fnmatch
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "knowledge"))

from labelled import LATE, QUERIES, WITHIN

from agent.knowledge import load, open_search
from agent.knowledge.embed import open_embedder
from agent.knowledge.index import Filter
from agent.knowledge.passages import Record
from agent.knowledge.search import VECTORS
from agent.knowledge.space import read_prepared
from agent.knowledge.terms import Glossary
from agent.resources import knowledge_dir, prompts_dir
from agent.settings import Settings

DEPTH = 5
"""Items that each system puts into the pool."""
SHOWN = 200
"""Characters of a text that the judge reads."""


def systems(settings: Settings) -> dict[str, Callable[[str, Filter], list[str]]]:
    """Name → what it finds, the best first: vectors as they are and turned, words with and without the dictionary, both fused."""
    search = open_search(settings)
    search.find("x", language="en")
    shelf, embedder = search._shelves[0], open_embedder()
    assert embedder is not None
    prepared = read_prepared(knowledge_dir() / VECTORS, embedder.name)
    raw = np.stack([prepared.vectors[one.digest] for one in shelf.records])
    turned = prepared.space.placed(raw, [one.language for one in shelf.records])

    def best(scores: Any, limit: Filter) -> list[str]:
        allowed = np.array([limit.passes(one) for one in shelf.records])
        order = np.argsort(-np.where(allowed, scores, -9), kind="stable")[:80]
        return list(dict.fromkeys(shelf.records[i].id for i in order))[:DEPTH]

    def keyword(query: str, limit: Filter) -> list[str]:
        return best(shelf._keyword(search._tokens.of(query), ()), limit)

    def bm25(query: str, limit: Filter) -> list[str]:
        words = [word for word in search._tokens.of(query) if word in shelf._bm25.vocab_dict]
        return best(shelf._bm25.get_scores(words), limit) if words else []

    def dense(query: str, limit: Filter) -> list[str]:
        return best(turned @ search._vector(query, (), None), limit)

    def plain(query: str, limit: Filter) -> list[str]:
        return best(raw @ embedder.query(query), limit)

    def fused(query: str, limit: Filter) -> list[str]:
        found = search.find(
            query, language="en", platforms=limit.platforms, regions=(), k=DEPTH, within=limit.language or None
        )
        return [one.id for one in found]

    glossary = Glossary.read(prompts_dir() / "locales" / "search_terms.yaml", search._tokens)

    def expanded(query: str, limit: Filter) -> list[str]:
        words = search._tokens.of(query)
        meant = glossary.meanings(query, words)
        more = [word for one in meant for said in one.others[:3] for word in said.words]
        longer = " ".join([query, *(one.translation() for one in meant)])
        return best(turned @ search._vector(longer, (), None) + shelf._keyword([*words, *more], ()), limit)

    return {
        "dense": dense, "plain": plain, "keyword": keyword, "bm25": bm25, "fused": fused, "expanded": expanded,
    }  # fmt: skip


def written(row: dict[str, Any], items: Sequence[str]) -> Iterator[str]:
    """What the labels name now: the first six of a `*`."""
    for label in row.get("ids", ()):
        yield from (f"kb:{one}" for one in fnmatch.filter(items, label)[:6])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        finders = systems(Settings(cache_dir=Path(folder) / "cache", data_dir=Path(folder) / "data"))
        from agent.knowledge.passages import of_knowledge

        english: dict[str, Record] = {one.id: one for one in of_knowledge(load()) if one.language == "en"}
        for group, row in [(g, row) for rows in (QUERIES, LATE) for g, some in rows.items() for row in some]:
            limit = Filter(tuple(row.get("platforms", ())), (), WITHIN.get(group, ""))
            pool = {one for finder in finders.values() for one in finder(row["q"], limit)}
            pool |= set(written(row, list(load().items)))
            mixed = sorted(pool)
            random.Random(row["q"]).shuffle(mixed)
            sys.stdout.write(f"## {group}: {row['q']}\n")
            for number, one in enumerate(mixed, 1):
                text = english[one].text.replace("\n", " ")[:SHOWN]
                sys.stdout.write(f"{number} {one.removeprefix('kb:')} | {english[one].title} | {text}\n")


if __name__ == "__main__":
    main()
