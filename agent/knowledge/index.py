"""A shelf of passages that can be searched: vectors in Chroma, words in a BM25 index, both built from the passages alone.

A build is a folder of its own that nothing writes to once it is named in `current.json`; the builder holds a file lock. So
readers in other processes never see half an index, and a damaged one is simply built again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from agent.files import write_text
from agent.knowledge.embed import Embedder, Vectors
from agent.knowledge.lexicon import Lexicon
from agent.knowledge.passages import Record
from agent.knowledge.space import PLAIN, Prepared, read_prepared, write_prepared
from agent.knowledge.terms import Meaning
from agent.knowledge.tokens import Tokens

FORMAT = "4"
"""Raise when what a build's files hold changes."""
BATCH = 64
COLLECTION = "passages"
REMEMBERED = 400
"""Words whose places are kept at hand: some 16 MB over 10,000 passages."""
CANDIDATES = 100
"""Passages that each side brings up; what a query names by platform or market rises from well below the top."""
NOTHING = Prepared({}, PLAIN)
TRANSLATED = 0.7
"""What a word counts when only its translation stands in the passage."""
MEANT = 0.9
"""What a term counts when only another way to say it, by the glossary, stands in the passage."""
HEADED = 0.3
"""Weight of a passage's title beside its text as a whole; chosen, as WEIGHT of `search`, on the open part of the labelled set."""
EXACT = 20_000
"""Passages up to which a query is compared with all of them; beyond, Chroma's index says which are near."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Filter:
    """What a search is limited to; empty means no limit."""

    platforms: tuple[str, ...] = ()
    """Passages about one of these platforms, or about none in particular."""
    areas: tuple[str, ...] = ()
    """Markets whose passages hold."""
    language: str = ""
    """zh or en: only passages in it, or in no single language."""

    def passes(self, record: Record) -> bool:
        """Whether a passage may be found."""
        return self._platform(record) and self._area(record) and self.language in ("", record.language or self.language)

    def _platform(self, record: Record) -> bool:
        return not (self.platforms and record.platforms) or bool(set(self.platforms) & set(record.platforms))

    def _area(self, record: Record) -> bool:
        """What speaks of a platform holds wherever the platform is used; a law only in its own markets."""
        if not self.areas or record.platforms:
            return True
        return bool(set(self.areas) & set(record.regions)) or (not record.strict and "GLOBAL" in record.regions)

    def where(self) -> dict[str, Any] | None:
        """The same for Chroma, over the flags of `_flags`."""
        clauses: list[dict[str, Any]] = []
        if self.platforms:
            clauses.append({"$or": [{"tied": False}, *({f"on_{one}": True} for one in self.platforms)]})
        if self.areas:
            clauses.append({"$or": [{"tied": True}, {"anywhere": True}, *({f"in_{one}": True} for one in self.areas)]})
        if self.language:
            clauses.append({"language": {"$in": [self.language, ""]}})
        return None if not clauses else clauses[0] if len(clauses) == 1 else {"$and": clauses}


def _flags(record: Record) -> dict[str, str | bool]:
    return {
        "language": record.language,
        "tied": bool(record.platforms),
        "anywhere": not record.strict and "GLOBAL" in record.regions,
        **{f"on_{one}": True for one in record.platforms},
        **{f"in_{one}": True for one in record.regions},
    }


@dataclass(frozen=True)
class Hit:
    """A passage that one side of the search brought up."""

    record: Record
    dense: float
    """Cosine; 0 without an embedder."""
    keyword: float
    """Share of the query's weight in words that the passage holds, 0 to 1."""
    vector: Vectors | None


class Shelf:
    """Passages of one origin (the base, or one workspace) and their index."""

    def __init__(
        self,
        folder: Path,
        fingerprint: Callable[[], str],
        records: Callable[[], Sequence[Record]],
        tokens: Tokens,
        embedder: Embedder | None,
        prepared: Prepared = NOTHING,
        lexicon: Lexicon | None = None,
    ) -> None:
        """`fingerprint` changes whenever `records` would; `prepared` holds known vectors and the space."""
        self._folder = folder
        self._maker = f"{FORMAT}\n{embedder.name if embedder else 'keywords'}\n{prepared.space.name}"
        self._fingerprint = fingerprint
        self._made = self._want = ""
        self._records_of = records
        self._tokens = tokens
        self._embedder = embedder
        self._prepared = prepared
        self._lexicon = lexicon or {}
        self.records: tuple[Record, ...] = ()
        self._place: dict[str, int] = {}
        self._masks: dict[Filter, NDArray[np.bool_]] = {}
        self._bm25: Any = None
        self._client: Any = None
        self._chroma: Any = None
        self._placed: Any = None
        self._words: dict[str, tuple[NDArray[np.float32], float]] = {}

    def open(self, progress: Progress | None = None, *, anew: bool = False) -> None:
        """Loads the index, building what is missing or damaged, or everything `anew`. Raises OSError when the folder cannot be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "lock"):
            self._want = self._wanted()
            build = self._current()
            if build is None or anew or not self._load(build):
                self.close()
                build = self._build(build, progress)
                if not self._load(build):
                    raise OSError(f"The search index in {self._folder} cannot be read back.")

    @property
    def current(self) -> bool:
        """Whether what is open was built from what the passages are now."""
        return bool(self._made) and self._made == self._wanted()

    def _wanted(self) -> str:
        return hashlib.sha256(f"{self._maker}\n{self._fingerprint()}".encode()).hexdigest()[:32]

    def close(self) -> None:
        """Lets go of the files."""
        self._made = ""
        self.records = ()
        if self._client is not None:
            self._client.close()
        self._client = self._chroma = self._bm25 = self._placed = None
        self._words.clear()

    def record(self, key: str) -> Record | None:
        """A passage by its key; None when the shelf does not hold it."""
        place = self._place.get(key)
        return None if place is None else self.records[place]

    def hits(
        self,
        words: Sequence[str],
        vector: Vectors | None,
        limit: Filter,
        meanings: Sequence[Meaning] = (),
        most: int = CANDIDATES,
    ) -> list[Hit]:
        """The best passages of either side with both scores, at most `most` a side.

        `meanings` are the terms that the query holds, with the other ways to say them.
        """
        if not self.records:
            return []
        allowed = self._allowed(limit)
        keyword = self._keyword(words, meanings) * allowed
        chosen = [i for i in _highest(keyword, most) if keyword[i] > 0]
        if vector is None or self._chroma is None:
            return [Hit(self.records[i], 0.0, float(keyword[i]), None) for i in chosen]
        places = list(dict.fromkeys([*chosen, *self._near(vector, limit, allowed, most)]))
        rows = np.asarray(self._placed[places])
        cosines = rows @ vector
        return [
            Hit(self.records[i], float(cosine), float(keyword[i]), row)
            for i, cosine, row in zip(places, cosines, rows, strict=True)
        ]

    def _allowed(self, limit: Filter) -> NDArray[np.bool_]:
        """Which passages a filter lets through; the last few filters are remembered, since stages repeat them."""
        if limit not in self._masks:
            if len(self._masks) >= 64:
                self._masks.clear()
            self._masks[limit] = np.fromiter((limit.passes(one) for one in self.records), bool, len(self.records))
        return self._masks[limit]

    def _near(self, vector: Vectors, limit: Filter, allowed: NDArray[np.bool_], most: int) -> list[int]:
        """Places of the nearest passages that the filter lets through."""
        if len(self.records) <= EXACT:
            found = np.where(allowed, self._placed @ vector, np.float32(-np.inf))
            return [i for i in _highest(found, most) if allowed[i]]
        answer = self._chroma.query(
            query_embeddings=[vector],
            n_results=min(most, len(self.records)),
            where=limit.where(),
            include=["distances"],
        )
        return [self._place[key] for key in answer["ids"][0]]

    def _keyword(self, words: Sequence[str], meanings: Sequence[Meaning]) -> NDArray[np.float32]:
        """Per passage the share of the query's weight that it holds; rare words weigh more, unknown ones as the rarest."""
        size = len(self.records)
        total, ideal, rarest = np.zeros(size, np.float32), 0.0, float(np.log(1 + size))
        terms = self._terms(meanings)
        for word in dict.fromkeys(words):
            held, weight = self._word(word)
            for other, share in self._lexicon.get(word, ()):
                meant, top = self._word(other)
                held = np.maximum(held, TRANSLATED * min(1.0, 1.5 * share) * meant)
                weight = max(weight, top)
            if word in terms:
                held, weight = np.maximum(held, MEANT * terms[word][0]), max(weight, terms[word][1])
            weight = weight or rarest
            ideal += weight
            total += weight * held
        return total / ideal if ideal else total

    def _terms(self, meanings: Sequence[Meaning]) -> dict[str, tuple[NDArray[np.float32], float]]:
        """Word of a term → per passage how much of another way to say the term it holds, and the weight of that."""
        found: dict[str, tuple[NDArray[np.float32], float]] = {}
        for meaning in meanings:
            best, weight = np.zeros(len(self.records), np.float32), 0.0
            for said in meaning.others:
                parts = [self._word(word) for word in said.words]
                whole = sum(top for _, top in parts)
                if whole:
                    best = np.maximum(best, sum(held * top for held, top in parts) / whole)
                    weight = max(weight, *(top for _, top in parts))
            for word in meaning.said.words:
                held, top = found.get(word, (best, weight))
                found[word] = np.maximum(held, best), max(top, weight)
        return found

    def _word(self, word: str) -> tuple[NDArray[np.float32], float]:
        """Per passage how much of a word it holds, 0 to 1, and the word's weight; 0 for a word that none holds.

        The last few hundred words are remembered: a stage's queries repeat them.
        """
        if word not in self._words:
            if len(self._words) >= REMEMBERED:
                self._words.clear()
            self._words[word] = self._scored(word)
        return self._words[word]

    def _scored(self, word: str) -> tuple[NDArray[np.float32], float]:
        if word not in self._bm25.vocab_dict:
            return np.zeros(len(self.records), np.float32), 0.0
        scores = np.asarray(self._bm25.get_scores([word]), np.float32)
        top = float(scores.max())
        return (scores / top if top > 0 else scores), top

    def _current(self) -> Path | None:
        """The folder of the build in force, whatever it was built from; None when there is none."""
        try:
            state = json.loads((self._folder / "current.json").read_text(encoding="utf-8"))
            place = self._folder / Path(str(state["folder"])).name
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return place if place.is_dir() else None

    def _load(self, build: Path) -> bool:
        """Loads a build; False when it holds other passages or cannot be read."""
        try:
            data = json.loads((build / "records.json").read_text(encoding="utf-8"))
            if data["made"] != self._want:
                return False
            records = tuple(Record.from_dict(one) for one in data["records"])
            if records:
                import bm25s

                self._bm25 = bm25s.BM25.load(str(build / "words"), load_corpus=False)
                if self._bm25.scores["num_docs"] != len(records):
                    return False
            if records and self._embedder is not None:
                self._open_chroma(build)
                self._placed = np.load(build / "placed.npy", allow_pickle=False)
                if self._chroma.count() != len(records) or len(self._placed) != len(records):
                    return False
        except damage():
            return False
        self.records = records
        self._made = self._want
        self._masks.clear()
        self._words.clear()
        self._place = {one.key: i for i, one in enumerate(records)}
        return True

    def _open_chroma(self, build: Path, *, make: bool = False) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(path=str(build / "vectors"), settings=settings)
        # No embedding function on purpose: vectors are always given, so that Chroma never fetches a model of its own.
        if make:
            self._chroma = self._client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "ip"}}
            )
        else:
            self._chroma = self._client.get_collection(COLLECTION, embedding_function=None)

    def _build(self, old: Path | None, progress: Progress | None) -> Path:
        """A new build beside the old one; vectors of unchanged passages are taken over."""
        known = self._known(old)
        build = self._folder / f"build-{uuid.uuid4().hex[:12]}"
        build.mkdir()
        records = list(self._records_of())
        if records:
            import bm25s

            words = bm25s.BM25()
            texts = [f"{one.title} {one.title} {one.text} {one.keywords} {one.asked}" for one in records]
            words.index([self._tokens.of(text) for text in texts], show_progress=False)
            words.save(str(build / "words"), show_progress=False)
        if records and self._embedder:
            self._embed(build, records, known, self._embedder, progress)
        data = {"made": self._want, "records": [one.as_dict() for one in records]}
        write_text(build / "records.json", json.dumps(data, ensure_ascii=False))
        write_text(self._folder / "current.json", json.dumps({"folder": build.name}))
        for other in self._folder.glob("build-*"):
            if other != build:
                shutil.rmtree(other, ignore_errors=True)
        return build

    def _embed(
        self,
        build: Path,
        records: list[Record],
        known: dict[str, Vectors],
        embedder: Embedder,
        progress: Progress | None,
    ) -> None:
        wanted = wanted_vectors(records)
        missing = [(digest, text) for digest, text in wanted.items() if digest not in known]
        for start in range(0, len(missing), BATCH):
            if progress:
                progress(start, len(missing))
            part = missing[start : start + BATCH]
            rows = embedder.passages([text for _, text in part])
            known.update(zip((digest for digest, _ in part), rows, strict=True))
        if progress and missing:
            progress(len(missing), len(missing))
        write_prepared(build / "raw.npz", embedder.name, {digest: known[digest] for digest in wanted}, None)
        placed = self._where([known[one.digest] for one in records], records)
        heads = [known[one.headed[0] if one.headed else one.digest] for one in records]
        # A query is compared with text and title in one product: the two cosines, weighted, are one of their weighted sum.
        placed = ((1 - HEADED) * placed + HEADED * self._where(heads, records)).astype(np.float32)
        np.save(build / "placed.npy", placed)
        self._open_chroma(build, make=True)
        for start in range(0, len(records), 1000):
            some = slice(start, start + 1000)
            self._chroma.add(
                ids=[one.key for one in records[some]],
                embeddings=placed[some],
                metadatas=[_flags(one) for one in records[some]],
            )
        self.close()

    def _where(self, rows: list[Vectors], records: list[Record]) -> Vectors:
        """Vectors in the space in which they are compared."""
        return self._prepared.space.placed(np.stack(rows), [one.language for one in records])

    def _known(self, old: Path | None) -> dict[str, Vectors]:
        """Vectors that need no embedding: those that came with the base, and those of the build before."""
        if self._embedder is None:
            return {}
        kept = read_prepared(old / "raw.npz", self._embedder.name).vectors if old else {}
        return {**kept, **self._prepared.vectors}


def wanted_vectors(records: Sequence[Record]) -> dict[str, str]:
    """Digest → text of everything that has to be embedded: passages and the titles that say what they are about."""
    texts = {one.digest: one.embedded for one in records}
    return texts | dict(one.headed for one in records if one.headed)


def _highest(scores: NDArray[Any], most: int) -> list[int]:
    """Places of the highest scores, the highest first, equal ones in their order."""
    if len(scores) > most:
        least = np.partition(scores, len(scores) - most)[len(scores) - most]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    return [int(i) for i in places[np.argsort(-scores[places], kind="stable")][:most]]


def damage() -> tuple[type[Exception], ...]:
    """What reading a damaged build raises, Chroma's own errors included."""
    plain: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
        sqlite3.Error,
    )
    try:
        from chromadb.errors import ChromaError
    except ImportError:
        return plain
    return (*plain, ChromaError)
