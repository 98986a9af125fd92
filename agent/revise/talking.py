"""A conversation about a run: what was said before helps to understand what is said next."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent.revise.model import Understood
from agent.revise.understanding import understand

if TYPE_CHECKING:
    from agent.settings import Settings

KEPT = 12
"""Turns that are remembered."""


@dataclass
class Conversation:
    """One talk about one run. It remembers what was said in this process alone; nothing of it is written."""

    run: Path
    model: str | None = None
    settings: Settings | None = None
    said: list[str] = field(default_factory=list)

    def understand(self, instruction: str) -> Understood:
        """As `understand`; a model is told what was said before."""
        found = understand(self.run, instruction, model=self.model, settings=self.settings, said=self.said)
        reply = found.preview or found.answer or " ".join(one.text for one in found.questions)
        self.said = [*self.said, f"> {instruction}", reply][-KEPT:]
        return found


def conversation(run: Path, *, model: str | None = None, settings: Settings | None = None) -> Conversation:
    """A conversation about a run."""
    return Conversation(run, model, settings)
