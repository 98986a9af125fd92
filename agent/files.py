"""Writes files so that a reader sees the old content or the new, never half of either."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

UNFINISHED = ".*.part"
"""What a kill in the middle of a write leaves behind."""


def write_atomically(path: Path, content: bytes) -> Path:
    """Replaces `path` by `content` in one step, on the disk before it is visible."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def _sync_folder(folder: Path) -> None:
    """Brings a new name onto the disk; Windows has no handles of folders and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> Path:
    """Replaces `path` by `text` in UTF-8, making its folder when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_atomically(path, text.encode("utf-8"))


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
