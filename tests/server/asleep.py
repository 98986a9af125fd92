"""Work that takes its time, in a module that a worker can load quickly."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from agent.errors import BriefError
from agent.events import IntakeDone
from ui.hands import Hear


@dataclass(frozen=True)
class Sleeps:
    """Work that takes its time, and notes which process does it."""

    note: Path
    seconds: float = 60.0
    fails: bool = False

    async def done(self, hear: Hear) -> None:
        """Sleeps."""
        with self.note.open("a") as file:
            file.write(f"{os.getpid()}\n")
        if self.fails:
            raise BriefError("It cannot be read.", hint="Write it anew.")
        hear(IntakeDone("Osk", 0, 0))
        await asyncio.sleep(self.seconds)
