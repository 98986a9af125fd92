"""A folder that one process writes at a time: a lock, and a file beside it that says whose it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from agent.errors import FULL, DiskFull, SetupError

WAIT = 1.5
"""Seconds that a second process waits for the lock before it says who holds it."""


class Holding:
    """Use as a context manager: the folder is held inside, by nobody else on this machine or any that shares its file locks."""

    def __init__(self, folder: Path, lock: Path, owner: Path, taken: Callable[[str], SetupError]) -> None:
        """`taken` makes the error for whoever comes second, from the holder's name."""
        self._folder, self._owner, self._taken = folder, owner, taken
        self._lock = FileLock(lock, timeout=WAIT)

    def take(self, unfinished: Callable[[], Iterable[Path]]) -> None:
        """Makes the folder, takes the lock, writes whose it is and sweeps up what a kill left half written.

        Raises what `taken` makes when another process holds it, SetupError when the folder cannot be written.
        """
        try:
            self._owner.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._owner.write_text(str(os.getpid()), encoding="ascii")
            for part in unfinished():
                part.unlink(missing_ok=True)
        except Timeout:
            raise self._taken(self._holder()) from None
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: Exception) -> SetupError:
        """Lets go, and gives the error for a folder that cannot be written."""
        self._lock.release()
        reason = getattr(error, "strerror", "") or str(error)
        told = f"The folder {self._folder} cannot be written ({reason})."
        if getattr(error, "errno", 0) in FULL:
            return DiskFull(told, hint="Free some space, then run the same command again.")
        return SetupError(told, hint="Choose another --out.")

    def let_go(self) -> None:
        """Takes the name off and frees the lock."""
        self._owner.unlink(missing_ok=True)
        self._lock.release()

    def _holder(self) -> str:
        """Who holds the lock: its process id, where it could be read."""
        try:
            return f"PID {int(self._owner.read_text(encoding='ascii'))}"
        except (OSError, ValueError):
            return "another process"


def held(lock: Path) -> bool:
    """Whether somebody, in this process or another, holds a lock."""
    if not lock.exists():
        return False
    trial = FileLock(lock, timeout=0)
    try:
        trial.acquire()
    except (Timeout, OSError):
        return True
    trial.release()
    return False
