"""What a revised run remembers beside brief and plan: hand-written texts, locks, guidance, dropped and added items, stale parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from agent.errors import SetupError
from agent.revise.model import RevisePart
from agent.run.folder import REVISION

FILE = REVISION
"""Its file in the run folder; a run that was never revised has none."""


class Hand(RevisePart):
    """A text that the client wrote, or that a model wrote at the client's word outside what it writes by itself."""

    text: str
    """What the client wrote."""
    draft: str
    """What stood there before: while the plan would still say the same, nothing has to be asked."""
    by: Literal["hand", "model"] = "hand"
    """Who wrote it."""


class Dropped(RevisePart):
    """An item that the client took out."""

    label: str
    """Its name or first words, by which it is known again after its number changed."""


class Added(RevisePart):
    """An item that the client put in."""

    list: str
    """Path of the list."""
    item: Any
    """The item as plain values: a text, or an object of the list's kind."""


class State(RevisePart):
    """The memory of a run's revisions."""

    hand: dict[str, Hand] = Field(default_factory=dict)
    """Path → text by hand."""
    locks: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Locked path → the texts below it as they were locked, by path."""
    guidance: dict[str, str] = Field(default_factory=dict)
    """Path → what the writer of the item is told."""
    dropped: dict[str, Dropped] = Field(default_factory=dict)
    """Path → what was taken out there."""
    added: list[Added] = Field(default_factory=list)
    """What was put in."""
    anchors: dict[str, str] = Field(default_factory=dict)
    """Path of an item that a remembered place lies in → its name or first words, by which it is found after its number changed."""
    stale: dict[str, str] = Field(default_factory=dict)
    """Part → why its words wait for a model, in the plan's language."""
    waiting: dict[str, list[str]] = Field(default_factory=dict)
    """Stale part → paths of the texts to write again; empty for all that a model writes there."""

    def locked(self, path: str) -> str:
        """The lock that covers a place, or ""."""
        return next((lock for lock in self.locks if covers(lock, path)), "")

    def kept(self, path: str) -> bool:
        """Whether the client's word stands at a place: by hand or by lock."""
        return path in self.hand or bool(self.locked(path))


def covers(outer: str, inner: str) -> bool:
    """Whether a place is another or lies below it."""
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def load_state(run: Path) -> State:
    """The run's memory; an empty one for a run that was never revised. Raises SetupError when its file is damaged."""
    path = run / FILE
    if not path.exists():
        return State()
    try:
        return State.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError, json.JSONDecodeError):
        raise SetupError(
            f"{path} is damaged.", hint="Restore an earlier version: `cehua revise RUN --restore N`."
        ) from None


def dump_state(state: State) -> str:
    """The memory as it is written."""
    return state.model_dump_json(indent=1)
