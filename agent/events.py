"""What a run tells its faces while it works."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["waiting", "playbook", "writing", "model", "mixed", "failed"]


@dataclass(frozen=True)
class Event:
    """Base of all events; `kind` names the type in events.jsonl."""

    @property
    def kind(self) -> str:
        """The event's name."""
        return type(self).__name__

    def record(self) -> dict[str, Any]:
        """The event as plain values."""
        return {"event": self.kind, **asdict(self)}


@dataclass(frozen=True)
class IntakeDone(Event):
    """The brief is read."""

    brand: str
    gaps: int
    conflicts: int


@dataclass(frozen=True)
class PlaybookDone(Event):
    """A complete plan stands, in the playbook's words, saved."""

    run_dir: str
    seconds: float


@dataclass(frozen=True)
class ModelReady(Event):
    """The model answers; loading took `seconds`."""

    model: str
    seconds: float


@dataclass(frozen=True)
class StageChanged(Event):
    """A stage starts or ends."""

    stage: str
    state: State
    share: float = 0.0
    """Share of the stage's listed prose that is the model's, a fraction."""
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class RunDone(Event):
    """The run is over; everything is saved."""

    run_dir: str
    errors: int
    warnings: int
    seconds: float
