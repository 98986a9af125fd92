"""Search: what a stage is shown. Meaning and words each bring up candidates; they are fused, filtered and spread out."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from agent.knowledge.embed import Embedder, open_embedder
from agent.knowledge.index import Filter, Hit, Progress, Shelf
from agent.knowledge.load import load
from agent.knowledge.lookup import areas
from agent.knowledge.passages import LANGUAGES, Passage, Record, Tongue, found, of_knowledge
from agent.knowledge.private import Private
from agent.knowledge.read import files_of
from agent.knowledge.tokens import Tokens
from agent.knowledge.vectors import FILE, read_vectors
from agent.resources import knowledge_dir, prompts_dir
from agent.settings import Settings

log = logging.getLogger(__name__)

DENSE_FLOOR, DENSE_SPAN = 0.75, 0.17
"""e5's cosines crowd between 0.75 (nothing in common) and 0.92; they are spread over 0 to 1."""
WEIGHT = 0.5
"""Weight of the keyword side; the rest is the dense side's."""
PER_DOCUMENT = 2
"""Passages of one document in an answer: one long document, or many copies of it, never fill it."""
ALIKE = 0.985
"""Cosine above which two passages of documents say the same thing."""


class Search:
    """The base and one workspace's documents, searched together. Safe to share between threads."""

    def __init__(self, shelves: Sequence[Shelf], tokens: Tokens, embedder: Embedder | None) -> None:
        self._shelves = shelves
        self._tokens = tokens
        self._embedder = embedder
        self._lock = threading.Lock()
        self._open = False

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
        The first search builds the index, telling `progress(done, all)`. Raises OSError when no folder can be written.
        """
        words = self._tokens.of(query)
        if not words or k < 1:
            return []
        places = tuple(sorted({place for region in regions for place in areas(region)}))
        limit = Filter(tuple(platforms), places, within or "")
        with self._lock:
            self._ready(progress)
            vector = self._embedder.query(query[:400]) if self._embedder else None
            hits = [hit for shelf in self._shelves for hit in shelf.hits(words, vector, limit)]
            ranked = sorted(hits, key=lambda hit: (-fused(hit, dense=vector is not None), hit.record.key))
            return [self._shown(hit, language, within, vector is not None) for hit in spread(ranked, k)]

    def close(self) -> None:
        """Lets go of the index files; the next search opens them again."""
        with self._lock:
            for shelf in self._shelves:
                shelf.close()
            self._open = False

    def _ready(self, progress: Progress | None) -> None:
        if not self._open:
            if self._embedder is None:
                _say_once()
            for shelf in self._shelves:
                shelf.open(progress)
            self._open = True

    def _shown(self, hit: Hit, language: str, within: Tongue | None, dense: bool) -> Passage:
        """The hit in the language of the plan, where the item has it."""
        wanted: Tongue = "zh" if language.startswith("zh") else "en"
        record = hit.record
        if record.language in LANGUAGES and record.language != (within or wanted):
            record = next((r for s in self._shelves if (r := s.record(f"{record.id}#{wanted}")) is not None), record)
        score = round(fused(hit, dense=dense), 4)
        return found(record, language, score=score, dense=round(hit.dense, 4), keyword=round(hit.keyword, 4))


def fused(hit: Hit, *, dense: bool) -> float:
    """One score, 0 to 1, of the two sides; the keyword score alone without an embedder."""
    if not dense:
        return hit.keyword
    meaning = min(1.0, max(0.0, (hit.dense - DENSE_FLOOR) / DENSE_SPAN))
    return (1 - WEIGHT) * meaning + WEIGHT * hit.keyword


def spread(ranked: Iterable[Hit], k: int) -> list[Hit]:
    """The best `k`, each item once, at most PER_DOCUMENT passages of a document, and no document's copy of another."""
    taken: list[Hit] = []
    count: dict[str, int] = {}
    for hit in ranked:
        own = not hit.record.id.startswith("kb:")
        document = hit.record.id
        if count.get(document, 0) >= (PER_DOCUMENT if own else 1):
            continue
        if own and any(_alike(hit, other) for other in taken if not other.record.id.startswith("kb:")):
            continue
        taken.append(hit)
        count[document] = count.get(document, 0) + 1
        if len(taken) == k:
            break
    return taken


def _alike(one: Hit, other: Hit) -> bool:
    if one.record.text == other.record.text:
        return True
    return one.vector is not None and other.vector is not None and float(np.dot(one.vector, other.vector)) > ALIKE


@lru_cache(maxsize=1)
def _say_once() -> None:
    from agent.locale import t
    from agent.settings import load_settings

    log.warning(t(load_settings().lang or "en", "search.keyword_only"))


def open_search(settings: Settings, *, workspace: str = "default", embedder: Embedder | None | str = "auto") -> Search:
    """The search of a workspace: the base, and the documents that were added to the workspace.

    Nothing is read or built before the first `find`. `embedder` is for tests; None searches by keywords alone.
    """
    model = open_embedder() if isinstance(embedder, str) else embedder
    cache = settings.cache_dir / "search"
    tokens = _tokens(cache / "words")
    private = Private(settings.data_dir, workspace)
    shelves = [
        Shelf(cache / f"base-{_short(str(knowledge_dir()))}", _base_fingerprint(), _base_records, tokens, model,
              lambda: read_vectors(knowledge_dir() / FILE, model.name) if model else {}),
        Shelf(private.index, private.fingerprint(), private.records, tokens, model),
    ]  # fmt: skip
    return Search(shelves, tokens, model)


@lru_cache(maxsize=4)
def _tokens(cache: Path) -> Tokens:
    base = load()
    names = {sheet.names.zh for sheet in base.platforms.values()}
    names |= {item.title.zh for item in base.items.values() if item.id.startswith(("kpi.", "tool."))}
    return Tokens(cache, (part for name in names for part in _parts(name)))


def _parts(name: str) -> list[str]:
    return [part for part in "".join(c if "\u3400" <= c <= "\u9fff" else " " for c in name).split() if len(part) > 1]


def _base_records() -> Sequence[Record]:
    return of_knowledge(load())


def _base_fingerprint() -> str:
    """Changes with any file that a passage of the base is written from."""
    digest = hashlib.sha256()
    place = knowledge_dir()
    files = [place / name for name in files_of(place)]
    files += sorted((prompts_dir() / "locales").glob("search.*.yaml")) + sorted((prompts_dir() / "locales").glob("labels.*.yaml"))
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
