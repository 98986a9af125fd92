"""`cehua` under a failpoint: the process kills itself (SIGKILL) at the nth passage of a named moment.

Run as a program with CEHUA's arguments and CHAOS_POINT=name:n. The product knows nothing of it: what is patched is the
operating system's side (opening, renaming, locking), told apart by the path.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

POINTS = (
    "lock-taken", "brief-saved", "plan-saved", "version-kept", "journal-begun", "journal-written", "journal-renamed",
    "events-torn", "export-written", "run-over",
)  # fmt: skip
"""Moments that the child itself notices; two more are seen by the server (see driver.py)."""


def die() -> None:
    """Ends this process as a power cut would: no handler, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


class Fuse:
    """Dies at the nth passage."""

    def __init__(self, passages: int) -> None:
        self.left = passages

    def pass_by(self) -> None:
        """One more passage."""
        self.left -= 1
        if self.left == 0:
            die()


def _renamed(fuse: Fuse, wanted: Callable[[Path], bool], *, before: bool) -> None:
    real = os.replace

    def replace(source: Any, target: Any, **more: Any) -> None:
        hit = wanted(Path(target))
        if hit and before:
            fuse.pass_by()
        real(source, target, **more)
        if hit and not before:
            fuse.pass_by()

    os.replace = replace


def _begun(fuse: Fuse, folder: str) -> None:
    real = tempfile.mkstemp

    def mkstemp(*args: Any, **more: Any) -> Any:
        made = real(*args, **more)
        if Path(made[1]).parent.name == folder:
            fuse.pass_by()
        return made

    tempfile.mkstemp = mkstemp


def _torn(fuse: Fuse, name: str) -> None:
    """Half a line on the disk, then death."""
    real = builtins.open

    def opened(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        stream = real(file, mode, *args, **more)
        if "a" in mode and Path(str(file)).name == name:
            if fuse.left == 1:
                half = '{"event": "StageChanged", "sta'
                stream.write(half if "b" not in mode else half.encode())
                stream.flush()
            fuse.pass_by()
        return stream

    builtins.open = opened
    io.open = opened


def _locked(fuse: Fuse) -> None:
    from filelock import BaseFileLock

    real = BaseFileLock.acquire

    def acquire(self: Any, *args: Any, **more: Any) -> Any:
        held = real(self, *args, **more)
        fuse.pass_by()
        return held

    BaseFileLock.acquire = acquire  # type: ignore[method-assign]


def arm(point: str, passages: int) -> None:
    """Lays the fuse of a failpoint. Raises KeyError for an unknown one."""
    fuse = Fuse(passages)
    in_folder = {
        name: (lambda path, name=name: path.parent.name == name and path.suffix == ".json")
        for name in ("journal", "versions")
    }
    lay: dict[str, Callable[[], None]] = {
        "lock-taken": lambda: _locked(fuse),
        "brief-saved": lambda: _renamed(fuse, lambda path: path.name == "brief.json", before=False),
        "plan-saved": lambda: _renamed(
            fuse, lambda path: path.name == "plan.json" and path.parent.name != "exports", before=False
        ),
        "version-kept": lambda: _renamed(fuse, in_folder["versions"], before=False),
        "journal-begun": lambda: _begun(fuse, "journal"),
        "journal-written": lambda: _renamed(fuse, in_folder["journal"], before=True),
        "journal-renamed": lambda: _renamed(fuse, in_folder["journal"], before=False),
        "events-torn": lambda: _torn(fuse, "events.jsonl"),
        "export-written": lambda: _renamed(fuse, lambda path: path.parent.name == "exports", before=True),
        "run-over": lambda: None,
    }
    lay[point]()


def run(arguments: list[str]) -> None:
    """The command line, armed by CHAOS_POINT; ends with SystemExit or not at all."""
    point, _, passages = os.environ.get("CHAOS_POINT", "").partition(":")
    if point:
        arm(point, int(passages or 1))
    from agent.cli import app

    try:
        app(arguments)
    finally:
        if point == "run-over":
            die()


def forked(arguments: list[str], environment: dict[str, str], folder: str, errors: str) -> None:
    """The same in a process that the fork server made: takes on its environment, folder and streams first."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in ((1, os.devnull), (2, errors)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(handle, number)
        os.close(handle)
    run(arguments)


if __name__ == "__main__":
    run(sys.argv[1:])
