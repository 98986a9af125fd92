"""Vectors that travel with the base: embedding a thousand items takes minutes, reading them back takes none.

The file is an accelerator, never a truth: a passage whose text has changed since is embedded on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.files import write_atomically
from agent.knowledge.embed import Vectors

FILE = "vectors.npz"


def read_vectors(path: Path, model: str) -> dict[str, Vectors]:
    """Digest of the embedded text → vector of length 1. Empty when the file is missing, damaged or another model's."""
    try:
        with np.load(path, allow_pickle=False) as data:
            if str(data["model"]) != model:
                return {}
            rows = _unit(data["values"].astype(np.float32))
            return dict(zip((bytes(one).hex() for one in data["digests"]), rows, strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def write_vectors(path: Path, model: str, vectors: Mapping[str, Vectors]) -> None:
    """Writes vectors as bytes (384 each; a cosine moves by less than 0.001), in the order of their digests."""
    import io

    digests = sorted(vectors)
    rows = np.stack([vectors[one] for one in digests]) if digests else np.zeros((0, 1), np.float32)
    values = np.round(rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9) * 127).astype(np.int8)
    out = io.BytesIO()
    keys = np.frombuffer(b"".join(bytes.fromhex(one) for one in digests), dtype=np.uint8).reshape(len(digests), -1)
    np.savez_compressed(out, model=np.array(model), digests=keys, values=values)
    write_atomically(path, out.getvalue())


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
