"""How fast search builds and answers, and (`--quality`) how well it finds. `python benchmarks/search.py`; offline.

Five thousand items are the base and items generated from it: titles and texts with other words put in. The generated ones get
vectors mixed from two of the base's instead of being embedded, since only time is measured on them; what embedding costs is
measured apart, on a sample.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "knowledge"))

from labelled import QUERIES, Remembering, ask_all, table

from agent.knowledge import load, open_search
from agent.knowledge.embed import open_embedder
from agent.knowledge.index import Shelf, wanted_vectors
from agent.knowledge.lexicon import read_lexicon
from agent.knowledge.passages import Record, of_knowledge
from agent.knowledge.search import LEXICON, VECTORS, Search, open_glossary, open_tokens
from agent.knowledge.space import Prepared, read_prepared, unit
from agent.resources import knowledge_dir
from agent.settings import Settings


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def grown(records: list[Record], items: int, seed: int = 7) -> list[Record]:
    """The records, and generated ones until there are `items` items in two languages each."""
    chance = random.Random(seed)
    made = list(records)
    number = 0
    while len(made) < items * 2:
        number += 1
        for language in ("zh", "en"):
            one, other = (chance.choice([r for r in records if r.language == language]) for _ in range(2))
            text = one.text[: len(one.text) // 2] + other.text[len(other.text) // 2 :] + f" {number}"
            made.append(
                replace(
                    one,
                    key=f"kb:gen.{number}#{language}",
                    id=f"kb:gen.{number}",
                    title=f"{other.title} {number}",
                    text=text,
                )
            )
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--quality", action="store_true", help="ask the labelled set instead")
    parser.add_argument(
        "--remember", action="store_true", help="with --quality: write the queries' vectors for the tests"
    )
    args = parser.parse_args()
    embedder = open_embedder()
    say(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; embedder {embedder.name if embedder else 'none: keywords alone'}"
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(cache_dir=Path(folder) / "cache", data_dir=Path(folder) / "data")
        load()
        start, busy = time.perf_counter(), time.process_time()
        search = open_search(settings)
        search.find("抖音达人报价", language="zh-CN")
        took, used = time.perf_counter() - start, time.process_time() - busy
        say(
            f"first search over the base ({len(load().items)} items, both languages), index built: {took:.1f} s, {used:.1f} s of processor time"
        )
        if args.quality:
            asking = Remembering(embedder, {}) if embedder else None
            asked = open_search(settings, embedder=asking)
            say(table(ask_all(asked)))
            say("\nIn passages of one language only, as in documents that nobody translated:")
            say(table(ask_all(asked, bare=True)))
            if args.remember and asking:
                asking.write()
            return
        search.close()
        start = time.perf_counter()
        open_search(settings).find("抖音达人报价", language="zh-CN")
        say(f"first search of a process, index there: {time.perf_counter() - start:.2f} s")
        base = of_knowledge(load())
        if embedder:
            sample = list(wanted_vectors(base[::40]).values())
            start, busy = time.perf_counter(), time.process_time()
            embedder.passages(sample)
            rate, cost = len(sample) / (time.perf_counter() - start), (time.process_time() - busy) / len(sample)
            say(f"embedding texts and titles: {rate:.1f} a second, {cost * 1000:.0f} ms of processor time each")
        records = grown(base, args.items)
        prepared = (
            read_prepared(knowledge_dir() / VECTORS, embedder.name)
            if embedder
            else Prepared({}, read_prepared(Path("none"), "").space)
        )
        rows = list(prepared.vectors.values())
        chance = random.Random(1)
        known = (
            {one: unit(np.asarray(chance.choice(rows) + 0.5 * chance.choice(rows))) for one in wanted_vectors(records)}
            if rows
            else {}
        )
        large = Shelf(
            Path(folder) / "large", lambda: "large", lambda: records, open_tokens(settings), embedder,
            Prepared({**known, **prepared.vectors}, prepared.space), read_lexicon(knowledge_dir() / LEXICON),
        )  # fmt: skip
        start, busy = time.perf_counter(), time.process_time()
        large.open()
        took, used = time.perf_counter() - start, time.process_time() - busy
        say(
            f"build of {args.items} items ({len(records)} passages), vectors given: {took:.1f} s, {used:.1f} s of processor time"
        )
        tokens = open_tokens(settings)
        many = Search([large], tokens, embedder, prepared.space, open_glossary(tokens))
        times, spent = [], []
        for row in [row for rows in QUERIES.values() for row in rows]:
            start, busy = time.perf_counter(), time.process_time()
            many.find(row["q"], language="zh-CN", platforms=row.get("platforms", ()), k=6)
            times.append(time.perf_counter() - start)
            spent.append(time.process_time() - busy)
        nine = statistics.quantiles(times, n=10)[-1]
        say(
            f"{len(times)} queries over {args.items} items: median {statistics.median(times) * 1000:.0f} ms, 90th percentile {nine * 1000:.0f} ms"
        )
        say(f"  of that processor time: median {statistics.median(spent) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
