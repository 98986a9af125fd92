"""Writes files so that a reader sees the old content or the new, never half of either."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from agent.secrecy import scrub_bytes

_TOGETHER: ContextVar[dict[Path, None] | None] = ContextVar("together", default=None)
"""Files and folders that wait to be brought onto the disk together; None where each is brought there at once."""
UNFINISHED = ".*.part"
"""What a kill in the middle of a write leaves behind."""


def write_atomically(path: Path, content: bytes) -> Path:
    """Replaces `path` by `content` in one step, on the disk before it is visible."""
    with replacing(path) as stream:
        stream.write(scrub_bytes(content))
    return path


def write_new(path: Path, content: bytes) -> Path:
    """Writes a file that nobody looks for yet, on the disk before it returns; for a folder whose last file says that it is complete."""
    with path.open("xb") as stream:
        stream.write(scrub_bytes(content))
        stream.flush()
        os.fsync(stream.fileno())
    return path


@contextmanager
def synced_together() -> Iterator[None]:
    """Brings what is replaced inside onto the disk at the end, all at once, instead of file by file: for a folder that nobody takes for
    complete before a last file says so; `sync_waiting` comes before that file. After a loss of power before it, files may be torn.
    """
    token = _TOGETHER.set({})
    try:
        yield
        sync_waiting()
    finally:
        _TOGETHER.reset(token)


def sync_waiting() -> None:
    """Brings what has been replaced so far onto the disk, where it waits for that."""
    waiting = _TOGETHER.get() or {}
    for path in waiting:
        if path.exists():
            _sync(path)
    waiting.clear()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content replaces `path` in one step at the end; an error inside leaves `path` as it was."""
    with replaced_by(path) as part, part.open("wb") as stream:
        yield stream
        stream.flush()
        if _TOGETHER.get() is None:
            os.fsync(stream.fileno())


@contextmanager
def replaced_by(path: Path) -> Iterator[Path]:
    """The path of an empty file beside `path` that takes its place at the end; for writers that want a name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o666 & ~_umask())
        part.replace(path)
        waiting = _TOGETHER.get()
        if waiting is None:
            _sync_folder(path.parent)
        else:
            waiting |= {path: None, path.parent: None}
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Brings a new name onto the disk; Windows has no handles of folders and needs none."""
    if os.name != "nt":
        _sync(folder)


def _sync(path: Path) -> None:
    """Brings a file or a folder onto the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> Path:
    """Replaces `path` by `text` in UTF-8, making its folder when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_atomically(path, text.encode("utf-8"))


def mend_lines(path: Path) -> None:
    """Takes off the half line that a kill may have left at the end of a log; only the file's end is read."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = whole = file.seek(0, os.SEEK_END)
        while whole:
            begin = max(0, whole - 65536)
            file.seek(begin)
            found = file.read(whole - begin).rfind(b"\n")
            whole = begin + found + 1 if found >= 0 else begin
            if found >= 0:
                break
        if whole != end:
            file.truncate(whole)


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
