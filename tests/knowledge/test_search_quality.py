"""How well search finds, by the labelled set, with the real embedder where this machine has one.

`python benchmarks/search.py --quality` prints the table by group, the held-out third included.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from statistics import mean

import pytest
from labelled import (
    FIFTH,
    FOURTH,
    LATE,
    QUERIES,
    SIXTH,
    THIRD,
    Asked,
    Remembering,
    ask_all,
    held_out,
    mrr,
    recall,
    table,
)

from agent.knowledge import Search, load, open_search
from agent.knowledge.embed import open_embedder
from agent.knowledge.search import VECTORS
from agent.knowledge.space import read_prepared
from agent.resources import knowledge_dir
from agent.settings import Settings

real = pytest.mark.skipif(open_embedder() is None, reason="no embedding wheel for this machine")


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    folder = tmp_path_factory.mktemp("search")
    embedder = open_embedder()
    asking = Remembering(embedder) if embedder else None
    opened = open_search(Settings(cache_dir=folder / "cache", data_dir=folder / "data"), embedder=asking)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def answers(search: Search) -> list[Asked]:
    return ask_all(search)


def test_the_sets_are_large_and_name_items_that_exist() -> None:
    items = load().items
    rows = [row for rows in QUERIES.values() for row in rows]
    late, third, fourth, fifth, sixth = (
        [row for rows in one.values() for row in rows] for one in (LATE, THIRD, FOURTH, FIFTH, SIXTH)
    )
    assert len(rows) >= 150
    least = [(late, 60), (third, 90), (fourth, 90), (fifth, 120), (sixth, 120)]
    assert all(len(one) >= many for one, many in least)
    assert set(LATE) == set(THIRD) == set(FOURTH) == set(FIFTH) == set(SIXTH) == set(QUERIES)
    every = [*rows, *late, *third, *fourth, *fifth, *sixth]
    for one in (QUERIES, LATE, THIRD, FOURTH, FIFTH, SIXTH):
        asked = [row["q"] for rows in one.values() for row in rows]
        assert len(set(asked)) == len(asked)
    assert 0.25 < mean(held_out(row["q"]) for row in rows) < 0.42
    assert [(row["q"], one) for row in every for one in row["ids"] if not fnmatch.filter(items, one)] == []


LEAST = {
    "open": (0.97, 0.9),
    "held out": (0.97, 0.88),
    "late": (0.96, 0.92),
    "third": (0.98, 0.93),
    "fourth": (0.97, 0.93),
    "fifth": (0.93, 0.87),
    "sixth": (0.93, 0.84),
}
"""Part → least recall@5 and MRR: a little below what was measured, so that a change that makes search worse fails here."""
GROUP = {"open": 0.95, "held out": 0.95, "late": 0.85, "third": 0.95, "fourth": 0.93, "fifth": 0.85, "sixth": 0.85}
"""Part → least recall@5 of any of its groups; seven queries of one language are the smallest."""


@real
@pytest.mark.parametrize("part", list(LEAST))
def test_most_queries_find_their_item(answers: list[Asked], part: str) -> None:
    mine = [one for one in answers if one.part == part]
    assert recall(mine) >= LEAST[part][0], table(answers)
    assert mrr(mine) >= LEAST[part][1], table(answers)
    for group in QUERIES:
        assert recall([one for one in mine if one.group == group]) >= GROUP[part], table(answers)


@real
def test_the_labelled_set_as_a_whole_is_answered_in_every_group(answers: list[Asked]) -> None:
    mine = [one for one in answers if one.part in ("open", "held out")]
    assert recall(mine) >= 0.95, table(mine)
    assert mrr(mine) >= 0.85, table(mine)
    for group in QUERIES:
        assert recall([one for one in mine if one.group == group]) >= 0.9, table(mine)


@real
def test_passages_that_nobody_translated_are_found_in_most_cases(search: Search) -> None:
    """A query in one language, passages in the other alone, as in a client's documents: harder, and held where it is."""
    bare = ask_all(search, bare=True)
    assert recall(bare) >= 0.91, table(bare)
    assert mrr(bare) >= 0.8, table(bare)


@real
@pytest.mark.parametrize(
    ("query", "item"),
    [
        ("抖音二十万粉的达人拍一条多少钱", "kb:bench.creator_fee.douyin.mid"),
        ("what does an Instagram creator with 20k followers charge", "kb:bench.creator_fee.instagram.micro"),
        ("小红书3000粉博主报价", "kb:bench.creator_fee.xiaohongshu.nano"),
    ],
)
def test_a_number_of_followers_names_the_size_of_creators(search: Search, query: str, item: str) -> None:
    assert search.find(query, language="zh-CN", k=3)[0].id == item


@real
@pytest.mark.parametrize("group", ["exact"])
def test_a_group_that_is_always_answered_stays_so(answers: list[Asked], group: str) -> None:
    assert [one.query for one in answers if one.group == group and not one.answered] == []


@real
def test_vectors_that_travel_are_the_embedders_own() -> None:
    from agent.knowledge.passages import of_knowledge

    embedder = open_embedder()
    assert embedder is not None
    prepared = read_prepared(knowledge_dir() / VECTORS, embedder.name)
    assert prepared.space.turn is not None
    known = [one for one in of_knowledge(load()) if one.digest in prepared.vectors]
    sample = known[:: max(1, len(known) // 6)]
    assert sample
    for record, row in zip(sample, embedder.passages([one.embedded for one in sample]), strict=True):
        assert float(row @ prepared.vectors[record.digest]) > 0.995, record.key


@real
def test_queries_vectors_that_travel_are_the_embedders_own() -> None:
    embedder = open_embedder()
    assert embedder is not None
    asking, fresh = Remembering(embedder), Remembering(embedder, {})
    queries = [row["q"] for row in QUERIES["exact"]][::8]
    held = set(asking.known)
    for query in queries:
        assert float(asking.query(query) @ fresh.query(query)) > 0.99, query
    assert set(asking.known) == held
