"""The space in which passages and queries are compared: the model's vectors, with what only tells the languages apart taken out.

The model puts Chinese beside Chinese first and meaning second. The base says every item in both languages, and so shows
which directions differ between two ways of saying one thing; those are weighted down (within-class covariance
normalisation). The result travels with the base in `knowledge/search/vectors.npz`, made by `make vectors`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.files import write_atomically
from agent.knowledge.embed import Vectors

SHRINKAGE = 1.0
"""Of the within-item covariance towards a sphere; chosen on the open part of the labelled set."""
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """Where to put the middle of each language, and how to turn."""

    name: str
    """Changes with the file it came from; an index of another space is built again."""
    centres: Mapping[str, Vectors]
    """Language (zh, en) → mean passage."""
    turn: Matrix | None
    """Square matrix; None leaves vectors as they are."""

    def placed(self, rows: Matrix, languages: Sequence[str]) -> Matrix:
        """Vectors of passages or queries in this space, of length 1; `languages` says zh or en for each row."""
        if self.turn is None:
            return rows
        middle = sum(self.centres.values()) / len(self.centres)
        moved = rows - np.stack([self.centres.get(one, middle) for one in languages])
        return unit(moved @ self.turn)


PLAIN = Space("plain", {}, None)


@dataclass(frozen=True)
class Prepared:
    """What the file holds: known vectors by digest of the embedded text, and the space."""

    vectors: Mapping[str, Vectors]
    space: Space


def fit(chinese: Matrix, english: Matrix) -> tuple[dict[str, Vectors], Matrix]:
    """Centres and turn from passages that say the same thing, row by row."""
    centres = {"zh": chinese.mean(axis=0), "en": english.mean(axis=0)}
    apart = (chinese - centres["zh"]) - (english - centres["en"])
    within = apart.T @ apart / len(apart) / 2
    values, axes = np.linalg.eigh(within)
    scale = (values + SHRINKAGE * np.trace(within) / len(within)) ** -0.5
    turn = (axes * scale) @ axes.T
    return centres, (turn / np.abs(turn).max()).astype(np.float32)


def read_prepared(path: Path, model: str) -> Prepared:
    """The file's vectors and space; neither when it is missing, damaged or another model's: then everything is embedded here."""
    try:
        raw = path.read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as data:
            if str(data["model"]) != model:
                return Prepared({}, PLAIN)
            rows = unit(data["values"].astype(np.float32))
            known = dict(zip((one.tobytes().hex() for one in data["digests"]), rows, strict=True))
            if "turn" not in data:
                return Prepared(known, PLAIN)
            centres = {name: data[f"centre_{name}"].astype(np.float32) for name in ("zh", "en")}
            return Prepared(known, Space(_name(data["turn"]), centres, data["turn"].astype(np.float32)))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return Prepared({}, PLAIN)


def write_prepared(
    path: Path, model: str, vectors: Mapping[str, Vectors], fitted: tuple[dict[str, Vectors], Matrix] | None
) -> None:
    """Writes vectors as bytes (384 each; a cosine moves by less than 0.01), in the order of their digests."""
    digests = sorted(vectors)
    rows = np.stack([vectors[one] for one in digests]) if digests else np.zeros((0, 1), np.float32)
    values = np.round(rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) * 127).astype(np.int8)
    keys = np.frombuffer(b"".join(bytes.fromhex(one) for one in digests), dtype=np.uint8).reshape(len(digests), -1)
    extra: dict[str, Any] = {}
    if fitted is not None:
        centres, turn = fitted
        extra = {
            "turn": turn.astype(np.float16),
            **{f"centre_{name}": row.astype(np.float16) for name, row in centres.items()},
        }
    out = io.BytesIO()
    np.savez_compressed(out, model=np.array(model), digests=keys, values=values, **extra)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, out.getvalue())


def unit(rows: Matrix) -> Matrix:
    """Rows of length 1."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def _name(turn: NDArray[np.float16]) -> str:
    import hashlib

    return hashlib.sha256(turn.tobytes()).hexdigest()[:12]
