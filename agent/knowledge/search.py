"""Search: what a stage is shown. Meaning and words each bring up candidates; they are fused, filtered and spread out."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from agent.brief import names
from agent.brief.numbers import find_numbers
from agent.data import read_yaml
from agent.errors import SetupError
from agent.knowledge.embed import Embedder, Vectors, open_embedder
from agent.knowledge.index import NOTHING, Filter, Hit, Progress, Shelf, damage
from agent.knowledge.lexicon import read_lexicon
from agent.knowledge.load import load
from agent.knowledge.lookup import areas
from agent.knowledge.passages import LANGUAGES, Passage, Record, Tongue, found, of_knowledge
from agent.knowledge.private import Private
from agent.knowledge.read import files_of
from agent.knowledge.space import PLAIN, Prepared, Space, read_prepared
from agent.knowledge.terms import Glossary, Meaning
from agent.knowledge.tokens import Tokens
from agent.resources import knowledge_dir, prompts_dir
from agent.settings import Settings

log = logging.getLogger(__name__)

VECTORS = "search/vectors.npz"
LEXICON = "search/lexicon.json"
TERMS = "search_terms.yaml"

SPAN = 0.8
"""Cosine in the space of `space.Space` that counts as a full match; nothing in common is 0."""
WEIGHT = 0.25
"""Weight of the keyword side; the rest is the dense side's."""
TWIN = 0.2
"""Weight of an item's passage in the other language beside its better one; chosen, as WEIGHT, on the open part of the labelled set."""
NAMED_PLATFORM, NAMED_MARKET = 0.15, 0.1
"""Added to what speaks of a platform or market that the query names, taken from what speaks of another."""
NAMED_TIER = 0.1
"""Added to what speaks of creators of the size that the query names, taken from what speaks of another size."""
UNNAMED = 0.04
"""Taken from what speaks of one platform when neither query nor filter names any."""
FAMILY = 2
"""Items of one kind in an answer (one metric's benchmarks, one section of many platforms), unless a platform is asked for."""
PER_DOCUMENT = 2
"""Passages of one document in an answer: one long document, or many copies of it, never fill it."""
ALIKE = 0.985
"""Cosine above which two passages of documents say the same thing."""


class Search:
    """The base and one workspace's documents, searched together. Safe to share between threads."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        tokens: Tokens,
        embedder: Embedder | None,
        space: Space = PLAIN,
        glossary: Glossary | None = None,
    ) -> None:
        self._glossary = glossary
        self._shelves = shelves
        self._space = space
        self._tokens = tokens
        self._embedder = embedder
        self._lock = threading.Lock()

    @property
    def mode(self) -> str:
        """hybrid, or keyword where no embedding model is."""
        return "hybrid" if self._embedder else "keyword"

    def find(
        self,
        query: str,
        *,
        language: str,
        regions: Sequence[str] = (),
        platforms: Sequence[str] = (),
        k: int = 6,
        within: Tongue | None = None,
        progress: Progress | None = None,
    ) -> list[Passage]:
        """The `k` best passages, the best first; fewer when fewer fit, none for a query without words.

        `language` is the plan's (zh-CN, zh-TW, en): an item found in either language is shown in it. `regions` are market
        codes, `platforms` ids; both leave in what holds everywhere. `within` searches passages of one language only.
        The first search builds the index, telling `progress(done, all)`. Raises SetupError when its folder cannot be written.
        """
        words = self._tokens.of(query)
        if not words or k < 1:
            return []
        places = tuple(sorted({place for region in regions for place in areas(region)}))
        limit = Filter(tuple(platforms), places, within or "")
        with self._lock:
            self._ready(progress)
            meanings = self._glossary.meanings(query, words) if self._glossary else []
            asked = Asked(words, self._vector(query, meanings, within), limit, meanings)
            hits = [hit for shelf in self._shelves for hit in _hits(shelf, asked, progress)]
            meant = Meant.of(query, filtered=bool(platforms))
            dense = asked.vector is not None
            scored = [Scored(hit, fused(hit, dense=dense) + meant.nudge(hit.record)) for hit in hits]
            if not within:
                known = {one.hit.record.key: one.score for one in scored}
                scored = [both(one, known) for one in scored]
            ranked = sorted(scored, key=lambda one: (-one.score, one.hit.record.key))
            chosen = spread(ranked, k, family=not platforms)
            return [self._shown(one, language, within) for one in chosen]

    def close(self) -> None:
        """Lets go of the index files; the next search opens them again."""
        with self._lock:
            for shelf in self._shelves:
                shelf.close()

    def _ready(self, progress: Progress | None) -> None:
        if self._embedder is None:
            _say_once()
        for shelf in self._shelves:
            if not shelf.current:
                shelf.close()
                try:
                    shelf.open(progress)
                except OSError as error:
                    raise SetupError(
                        f"The search index cannot be written ({type(error).__name__}).",
                        hint="Free some space, or name a folder that can be written.", where="CEHUA_CACHE_DIR, CEHUA_DATA_DIR",
                    ) from error  # fmt: skip

    def _vector(self, query: str, meanings: Sequence[Meaning], within: Tongue | None) -> Vectors | None:
        """The query as a vector; with its terms in the other language as well when only that one is searched."""
        if self._embedder is None:
            return None
        text = query[:400]
        language = "zh" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"
        if within and within != language:
            text = " ".join([text, *(one.translation() for one in meanings)])
        rows = self._space.placed(self._embedder.query(text)[None, :], [language])
        return np.asarray(rows[0], dtype=np.float32)

    def _shown(self, one: Scored, language: str, within: Tongue | None) -> Passage:
        """The hit in the language of the plan, where the item has it."""
        hit = one.hit
        wanted: Tongue = "zh" if language.startswith("zh") else "en"
        record = hit.record
        if record.language in LANGUAGES and record.language != (within or wanted):
            record = next((r for s in self._shelves if (r := s.record(f"{record.id}#{wanted}")) is not None), record)
        score = round(min(1.0, max(0.0, one.score)), 4)
        return found(record, language, score=score, dense=round(hit.dense, 4), keyword=round(hit.keyword, 4))


@dataclass(frozen=True)
class Asked:
    """A query as shelves understand it."""

    words: Sequence[str]
    vector: Vectors | None
    limit: Filter
    meanings: Sequence[Meaning]


def _hits(shelf: Shelf, asked: Asked, progress: Progress | None) -> list[Hit]:
    """What a shelf brings up. Another process may have built it again, or its files have been damaged, since it was opened:
    then it is opened once more, and if that does not help built anew."""
    for anew in (False, True):
        try:
            return shelf.hits(asked.words, asked.vector, asked.limit, asked.meanings)
        except damage():
            shelf.close()
            shelf.open(progress, anew=anew)
    return shelf.hits(asked.words, asked.vector, asked.limit, asked.meanings)


@dataclass(frozen=True)
class Scored:
    """A hit with its score."""

    hit: Hit
    score: float


@dataclass(frozen=True)
class Meant:
    """Platforms and markets that a query names."""

    platforms: frozenset[str]
    markets: frozenset[str]
    filtered: bool
    """Whether a filter says which platforms are meant."""
    tier: str = ""
    """The size of creators that a number of followers names."""

    @classmethod
    def of(cls, query: str, *, filtered: bool = False) -> Meant:
        """What the query names, by the names that briefs use and a few more."""
        folded = names.fold(query)
        more = _more_names()
        platforms = {hit.value for hit in names.find_platforms(query)}
        platforms |= {key for key, pattern in more["platforms"].items() if pattern.search(folded)}
        markets = set(names.markets_of(query)) | {
            key for key, pattern in more["markets"].items() if pattern.search(folded)
        }
        return cls(frozenset(platforms), frozenset(markets), filtered, _tier_of(query))

    def nudge(self, record: Record) -> float:
        """What is added for the platform, market or size of creators that is meant, or taken off for another."""
        return self._place(record) + (self._size(record) if self.tier else 0.0)

    def _size(self, record: Record) -> float:
        size = record.id.rpartition(".")[2]
        if size not in _tiers():
            return 0.0
        return NAMED_TIER if size == self.tier else -NAMED_TIER

    def _place(self, record: Record) -> float:
        if record.platforms:
            if not self.platforms:
                return 0.0 if self.filtered else -UNNAMED
            return NAMED_PLATFORM if self.platforms & set(record.platforms) else -NAMED_PLATFORM
        if not self.markets or ("GLOBAL" in record.regions and not record.strict):
            return 0.0
        return NAMED_MARKET if self.markets & set(record.regions) else -NAMED_MARKET


_FANS = re.compile(r"\s*[个個位名]?\s*(?:粉|(?:followers?|fans|subs(?:cribers)?)\b)", re.IGNORECASE)


def _tier_of(query: str) -> str:
    """The tier of the first number of followers that a query names ("二十万粉", "20k followers"); empty when it names none."""
    for one in find_numbers(query):
        if _FANS.match(query, one.end):
            return next((name for name, (low, high) in _tiers().items() if low <= one.value < high), "")
    return ""


@lru_cache(maxsize=1)
def _tiers() -> dict[str, tuple[int, int]]:
    """Name of a tier → its followers, from and up to."""
    return {one.id.removeprefix("tier."): (one.followers_low, one.followers_high) for one in load().tiers}


@lru_cache(maxsize=1)
def _more_names() -> dict[str, dict[str, re.Pattern[str]]]:
    data = read_yaml(prompts_dir() / "locales" / "search_names.yaml")
    return {
        kind: {key: names.matcher([names.fold(word) for word in words]) for key, words in data[kind].items()}
        for kind in ("platforms", "markets")
    }


def fused(hit: Hit, *, dense: bool) -> float:
    """One score, 0 to 1, of the two sides; the keyword score alone without an embedder."""
    if not dense:
        return hit.keyword
    return (1 - WEIGHT) * min(1.0, max(0.0, hit.dense / SPAN)) + WEIGHT * hit.keyword


def both(one: Scored, known: Mapping[str, float]) -> Scored:
    """A hit of an item that stands in both languages, scored by both passages: the better one counts most, and one that only the
    words of a single translation speak for falls behind one that both speak for. `known`: scores by key.
    """
    record = one.hit.record
    if record.language not in LANGUAGES or not record.id.startswith("kb:"):
        return one
    other = known.get(f"{record.id}#{'en' if record.language == 'zh' else 'zh'}", 0.0)
    return Scored(one.hit, (1 - TWIN) * max(one.score, other) + TWIN * min(one.score, other))


def spread(ranked: Iterable[Scored], k: int, *, family: bool) -> list[Scored]:
    """The best `k`: each item once, FAMILY of a kind, PER_DOCUMENT passages of a document, and no document's copy of another."""
    taken: list[Scored] = []
    count: dict[str, int] = {}
    for one in ranked:
        record = one.hit.record
        own = not record.id.startswith("kb:")
        kind = _family(record.id) if family else record.id
        if count.get(record.id, 0) >= (PER_DOCUMENT if own else 1) or (
            kind != record.id and count.get(kind, 0) >= FAMILY
        ):
            continue
        if own and any(_alike(one.hit, other.hit) for other in taken if not other.hit.record.id.startswith("kb:")):
            continue
        taken.append(one)
        count[record.id] = count.get(record.id, 0) + 1
        if kind != record.id:
            count[kind] = count.get(kind, 0) + 1
        if len(taken) == k:
            break
    return taken


def _family(item: str) -> str:
    """What an item is one of many of; itself when it is not."""
    parts = item.removeprefix("kb:").split(".")
    if parts[0] == "platform" and len(parts) > 2:
        return item if parts[2] == "limits" else f"platform.{parts[2]}"
    return ".".join(parts[:2]) if parts[0] == "bench" or parts[:2] == ["norm", "lead_time"] else item


def _alike(one: Hit, other: Hit) -> bool:
    if one.record.text == other.record.text:
        return True
    return one.vector is not None and other.vector is not None and float(np.dot(one.vector, other.vector)) > ALIKE


@lru_cache(maxsize=1)
def _say_once() -> None:
    from agent.locale import t
    from agent.settings import load_settings

    log.warning(t(load_settings().lang or "en", "search.keyword_only"))


def open_search(
    settings: Settings,
    *,
    workspace: str = "default",
    beside: Private | None = None,
    embedder: Embedder | str | None = "auto",
) -> Search:
    """The search of a workspace: the base, the documents that were added to the workspace, and those `beside` it (a run's own).

    Nothing is read or built before the first `find`. `embedder` is for tests; None searches by keywords alone.
    """
    model = open_embedder() if isinstance(embedder, str) else embedder
    cache = settings.cache_dir / "search"
    tokens = open_tokens(settings)
    place = knowledge_dir()
    ready = _prepared(place / VECTORS, model.name) if model else NOTHING
    words = read_lexicon(place / LEXICON)
    base = Shelf(cache / f"base-{_short(str(place))}", _base_fingerprint, _base_records, tokens, model, ready, words)
    own = [
        Shelf(one.index, one.fingerprint, one.records, tokens, model, Prepared({}, ready.space), words)
        for one in (Private(settings.data_dir, workspace), beside)
        if one is not None
    ]
    return Search([base, *own], tokens, model, ready.space, open_glossary(tokens))


@lru_cache(maxsize=2)
def _prepared(path: Path, model: str) -> Prepared:
    return read_prepared(path, model)


@lru_cache(maxsize=4)
def open_glossary(tokens: Tokens) -> Glossary:
    """The glossary of the trade, its terms cut as queries are."""
    return Glossary.read(prompts_dir() / "locales" / TERMS, tokens)


def open_tokens(settings: Settings) -> Tokens:
    """The words of this base's language: the dictionary, and the names that items bring."""
    return _tokens(settings.cache_dir / "search" / "words")


@lru_cache(maxsize=4)
def _tokens(cache: Path) -> Tokens:
    base = load()
    said = {sheet.names.zh for sheet in base.platforms.values()}
    said |= {item.title.zh for item in base.items.values() if item.id.startswith(("kpi.", "tool."))}
    return Tokens(cache, (part for name in said for part in _parts(name)))


def _parts(name: str) -> list[str]:
    return [part for part in "".join(c if "\u3400" <= c <= "\u9fff" else " " for c in name).split() if len(part) > 1]


def _base_records() -> Sequence[Record]:
    return of_knowledge(load())


@lru_cache(maxsize=1)
def _base_fingerprint() -> str:
    """Changes with any file that a passage of the base is written from."""
    digest = hashlib.sha256()
    place = knowledge_dir()
    files = [place / name for name in files_of(place)]
    files += sorted(one for one in (prompts_dir() / "locales").glob("search*.yaml") if one.name != TERMS) + sorted(
        (prompts_dir() / "locales").glob("labels.*.yaml")
    )
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
