"""The knowledge base in memory: read once per process; what was parsed is kept, since YAML is slow to read."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.errors import SetupError
from agent.knowledge.lookup import Knowledge
from agent.knowledge.model import Base
from agent.knowledge.read import files_of, read
from agent.resources import knowledge_dir

FORMAT = "6"
"""Raise when `read` or `model` change what the cached data looks like."""


@lru_cache(maxsize=1)
def load() -> Knowledge:
    """The project's own knowledge base, read once per process.

    Raises SetupError naming the file or the item when something in knowledge/ is not in order.
    """
    return load_from(knowledge_dir())


def load_from(place: Path, cache: Path | None = None) -> Knowledge:
    """The knowledge base in a folder. What was parsed is kept under a hash of the files, since YAML is slow to read."""
    digest = hashlib.sha256(FORMAT.encode())
    for name in files_of(place):
        digest.update(name.encode() + b"\0" + (place / name).read_bytes() + b"\0")
    kept = (cache or _cache_folder()) / f"knowledge-{digest.hexdigest()[:24]}.json"
    data = _kept(kept)
    if data is None:
        base = _validated(read(place))
        _keep(kept, base.model_dump_json())
        return Knowledge(base)
    return Knowledge(_validated(data))


def _validated(data: dict[str, Any]) -> Base:
    try:
        return Base.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SetupError(
            f"The knowledge base is not in order: {where}: {first['msg']}.",
            hint="Mend the item; knowledge/README.md shows the shape.",
            where=where,
        ) from error


def _cache_folder() -> Path:
    """Where parsed data is kept: the cache folder of the settings."""
    from agent.settings import load_settings

    return load_settings().cache_dir


def _kept(path: Path) -> dict[str, Any] | None:
    """The kept data; None when there is none or it cannot be read, which only costs time."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _keep(path: Path, text: str) -> None:
    """Writes beside the target and renames, so that no other process sees half a file; a read-only disk is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(path)
    except OSError:
        return
