"""A run's log of events, read on from where it was read last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Tail:
    """Whole lines of an events.jsonl, each once; a run folder's path in them stays here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._number = 0

    def read(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """What came since, numbered from 1 by line; a line that cannot be read is passed over."""
        try:
            if self._path.stat().st_size <= self._at:
                return
            with self._path.open("rb") as file:
                file.seek(self._at)
                fresh = file.read()
        except FileNotFoundError:
            return
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._at += len(whole)
        for line in whole.splitlines():
            self._number += 1
            if line.strip():
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                event.pop("run_dir", None)
                yield self._number, event
