"""Search at work: what is filtered, what is built again, two processes at once, damage, and life without an embedder."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.data import read_yaml
from agent.knowledge import Search, load, open_search
from agent.knowledge.embed import Vectors
from agent.knowledge.index import Filter, Shelf
from agent.knowledge.passages import Origin, Record, asked
from agent.knowledge.search import spread
from agent.knowledge.tokens import Tokens, stem
from agent.resources import prompts_dir
from agent.settings import Settings

chromadb = pytest.importorskip("chromadb", reason="the extra `search` is not installed")


class Counting:
    """A small embedder: the letters of a text as a vector. Counts what it is asked for."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Vectors:
        row = np.zeros(64, np.float32)
        for char in text.lower():
            row[ord(char) % 64] += 1
        return row / max(1e-9, float(np.linalg.norm(row)))


def record(name: str, text: str, **more: object) -> Record:
    return Record(f"{name}#en", name, "en", name, text, Origin("us"), **more)  # type: ignore[arg-type]


BASE = [
    record("kb:a", "tea brewed cold for eight hours"),
    record("kb:b", "a notice about milk", platforms=("weibo",)),
    record("kb:c", "advertising rule for milk", regions=("EU",), strict=True),
    record("kb:d", "advertising rule of platforms", regions=("GLOBAL",), strict=True),
]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return Tokens(tmp_path_factory.mktemp("words"), ["小红书"])


def shelf(
    folder: Path, records: list[Record], tokens: Tokens, embedder: Counting | None, lexicon: dict | None = None
) -> Shelf:
    return Shelf(
        folder,
        lambda: "\n".join(one.key + one.text for one in records),
        lambda: records,
        tokens,
        embedder,
        lexicon=lexicon,
    )


def names(found: Shelf, words: str, tokens: Tokens, limit: Filter = Filter()) -> set[str]:  # noqa: B008
    return {hit.record.id for hit in found.hits(tokens.of(words), None, limit)}


def test_filters_leave_in_what_holds_everywhere(tmp_path: Path, tokens: Tokens) -> None:
    with_words = shelf(tmp_path, BASE, tokens, Counting())
    with_words.open()
    everything = "tea milk notice advertising rule"
    assert names(with_words, everything, tokens) == {"kb:a", "kb:b", "kb:c", "kb:d"}
    assert names(with_words, everything, tokens, Filter(platforms=("douyin",))) == {"kb:a", "kb:c", "kb:d"}
    assert names(with_words, everything, tokens, Filter(areas=("CN",))) == {"kb:a", "kb:b"}
    assert names(with_words, everything, tokens, Filter(areas=("EU", "GLOBAL"))) == {"kb:a", "kb:b", "kb:c", "kb:d"}
    assert names(with_words, everything, tokens, Filter(language="zh")) == set()


@pytest.mark.parametrize("exact", [0, 100])
@pytest.mark.parametrize(
    "limit",
    [
        Filter(),
        Filter(platforms=("weibo",)),
        Filter(areas=("CN",)),
        Filter(areas=("EU",), platforms=("x",)),
        Filter(language="en"),
    ],
)
def test_chroma_filters_as_we_do(
    limit: Filter, exact: int, tmp_path: Path, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large shelf asks Chroma, a small one compares with all: both let the same through."""
    monkeypatch.setattr("agent.knowledge.index.EXACT", exact)
    embedder = Counting()
    one = shelf(tmp_path, BASE, tokens, embedder)
    one.open()
    found = {hit.record.id for hit in one.hits([], embedder.query("milk"), limit)}
    assert found == {record.id for record in BASE if limit.passes(record)}


def test_only_what_changed_is_embedded_again(tmp_path: Path, tokens: Tokens) -> None:
    first = Counting()
    shelf(tmp_path, BASE, tokens, first).open()
    assert sorted(first.asked) == sorted([one.embedded for one in BASE] + [one.title for one in BASE])
    again = Counting()
    shelf(tmp_path, BASE, tokens, again).open()
    assert again.asked == []
    changed = Counting()
    one = shelf(tmp_path, [*BASE[:3], record("kb:d", "a new rule")], tokens, changed)
    one.open()
    assert changed.asked == ["kb:d\na new rule"]
    assert names(one, "new rule platforms", tokens) >= {"kb:d"}
    assert [path.name for path in tmp_path.glob("build-*")] == [
        json.loads((tmp_path / "current.json").read_text())["folder"]
    ]


def damage(build: Path, what: str) -> None:
    if what == "no build":
        shutil.rmtree(build)
    elif what == "pointer":
        (build.parent / "current.json").write_text("{")
    elif what == "records":
        (build / "records.json").write_bytes(b"\x00" * 50)
    elif what == "words":
        for path in (build / "words").iterdir():
            path.write_bytes(b"x")
    elif what == "vectors cut":
        path = build / "vectors" / "chroma.sqlite3"
        path.write_bytes(path.read_bytes()[:3000])
    elif what == "vectors gone":
        shutil.rmtree(build / "vectors")
    elif what == "placed":
        (build / "placed.npy").write_bytes(b"\x93NUMPY")
    elif what == "raw":
        (build / "raw.npz").write_bytes(b"PK\x03\x04")


@pytest.mark.parametrize(
    "what", ["no build", "pointer", "records", "words", "vectors cut", "vectors gone", "placed", "raw"]
)
def test_39_a_damaged_index_is_built_again(what: str, tmp_path: Path, tokens: Tokens) -> None:
    one = shelf(tmp_path, BASE, tokens, Counting())
    one.open()
    one.close()
    (build,) = tmp_path.glob("build-*")
    damage(build, what)
    embedder = Counting()
    healed = shelf(tmp_path, BASE, tokens, embedder)
    healed.open()
    hits = healed.hits(tokens.of("cold tea"), embedder.query("cold tea"), Filter())
    assert hits[0].record.id == "kb:a"
    assert {hit.record.id for hit in hits} == {"kb:a", "kb:b", "kb:c", "kb:d"}


def test_damage_under_an_open_search_is_mended(tmp_path: Path, tokens: Tokens) -> None:
    embedder = Counting()
    one = shelf(tmp_path, BASE, tokens, embedder)
    search = Search([one], tokens, embedder)
    assert search.find("cold tea", language="en")[0].id == "kb:a"
    one._chroma.delete(where={"tied": False})
    one._client.delete_collection("passages")
    assert {hit.id for hit in search.find("cold tea milk rule", language="en")} == {"kb:a", "kb:b", "kb:c", "kb:d"}
    search.close()


def _open(folder: str, words: str, out: multiprocessing.Queue) -> None:
    tokens = Tokens(Path(words), [])
    embedder = Counting()
    one = shelf(Path(folder), BASE, tokens, embedder)
    one.open()
    out.put((len(embedder.asked), len(one.hits(tokens.of("tea"), embedder.query("tea"), Filter()))))


def test_two_processes_that_start_at_once_build_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    both = [
        context.Process(target=_open, args=(str(tmp_path / "index"), str(tmp_path / "words"), out)) for _ in range(2)
    ]
    for one in both:
        one.start()
    results = sorted(out.get(timeout=120) for _ in both)
    for one in both:
        one.join(timeout=60)
    assert [asked for asked, _ in results] == [0, 2 * len(BASE)]
    assert [found for _, found in results] == [4, 4]


def test_a_word_finds_its_translation(tmp_path: Path, tokens: Tokens) -> None:
    one = shelf(tmp_path, BASE, tokens, None, {"牛奶": [("milk", 0.6)]})
    one.open()
    found = one.hits(tokens.of("牛奶"), None, Filter())
    assert {hit.record.id for hit in found} == {"kb:b", "kb:c"}
    assert all(0.5 < hit.keyword < 0.7 for hit in found)


def test_35_copies_of_a_document_never_fill_an_answer(tmp_path: Path, tokens: Tokens) -> None:
    from agent.knowledge.search import Scored

    copies = [
        Record(f"doc:x#{n}", f"doc:{n % 3}", "en", "copy", "buy our tea now", Origin("client")) for n in range(500)
    ]
    one = shelf(tmp_path, [*BASE, *copies], tokens, Counting())
    one.open()
    hits = one.hits(tokens.of("buy our tea now"), Counting().query("buy our tea now"), Filter())
    taken = spread(sorted((Scored(hit, hit.dense) for hit in hits), key=lambda s: -s.score), 6, family=True)
    assert [one.hit.record.text for one in taken].count("buy our tea now") == 1


# The whole search, without an embedder: it works wherever the core is installed


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    folder = tmp_path_factory.mktemp("plain")
    search = open_search(Settings(cache_dir=folder / "cache", data_dir=folder / "data"), embedder=None)
    yield search
    search.close()


def test_keywords_alone_find_exact_terms_and_say_so(plain: Search) -> None:
    assert plain.mode == "keyword"
    for query, item in {
        "广告法第9条": "law.cn.ad_9",
        "16 CFR 465": "law.us.reviews",
        "SOSTAC": "framework.sostac",
        "蒲公英": "tool.pugongying",
    }.items():
        found = plain.find(query, language="en")
        assert f"kb:{item}" in [one.id for one in found[:3]], query
        assert all(one.dense == 0 for one in found)


def test_an_item_is_shown_in_the_language_of_the_plan(plain: Search) -> None:
    texts = {language: plain.find("CPE", language=language)[0] for language in ("zh-CN", "zh-TW", "en")}
    assert {one.id for one in texts.values()} == {"kb:kpi.cpe"}
    assert texts["zh-CN"].title == "单次互动成本"
    assert texts["zh-TW"].title == "單次互動成本"
    assert texts["en"].language == "en"


def test_a_passage_says_who_says_it(plain: Search) -> None:
    one = plain.find("Socialinsider engagement rate studies", language="en")[0]
    assert one.source.publisher
    assert one.source.confidence in ("high", "medium", "low")
    assert "://" not in one.source.url


def test_region_and_platform_narrow_the_answer(plain: Search) -> None:
    laws = plain.find("advertising law", language="en", regions=["EU"], k=20)
    assert not [one.id for one in laws if one.id.startswith(("kb:law.cn", "kb:law.us"))]
    only = plain.find("title limit", language="en", platforms=["zhihu"], k=20)
    assert {one.platform for one in only} <= {"", "zhihu"}
    assert only[0].platform == "zhihu"


@pytest.mark.parametrize("query", ["", "   ", "？！", "\0", "的", "🙂"])
def test_a_query_without_words_finds_little_or_nothing_and_breaks_nothing(query: str, plain: Search) -> None:
    assert len(plain.find(query, language="en", k=3)) <= 3


def test_traditional_and_simplified_meet(plain: Search) -> None:
    assert plain.find("廣告法第9條", language="zh-TW")[0].id == plain.find("广告法第9条", language="zh-CN")[0].id


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("ads", "ad"),
        ("policies", "policy"),
        ("labelling", "labell"),
        ("posting", "post"),
        ("business", "business"),
        ("us", "us"),
        ("c2", "c2"),
    ],
)
def test_stems(word: str, root: str) -> None:
    assert stem(word) == root


def test_what_people_ask_is_told_of_items_sections_and_tables_that_exist_in_both_languages() -> None:
    data, base = read_yaml(prompts_dir() / "locales" / "search_asked.yaml"), load()
    assert set(data["items"]) <= set(base.items)
    assert set(data["metrics"]) == {row.metric for row in base.base.benchmarks}
    assert set(data["limits"]) == {limit.field for sheet in base.platforms.values() for limit in sheet.limits}
    said = [row for rows in data.values() for row in rows.values()]
    assert all(set(row) == {"zh", "en"} and row["en"].isascii() and not row["zh"].isascii() for row in said)
    law = base.item("law.cn.ad_33_38")
    assert "代言人" in asked(law, "zh")
    assert asked(base.item("bench.cpm.reddit"), "en") == data["metrics"]["cpm"]["en"]
    assert asked(base.item("platform.zhihu.distribution.1"), "zh") == data["sections"]["distribution"]["zh"]
