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
class Estimated(Event):
    """What the model's part is likely to take, said before its first call."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None = None
    """Likely cost in US dollars; None when the price is not known."""
    most_cost: float | None = None
    """Cost if every text had to be asked for again as often as is allowed, and nothing were cached."""


@dataclass(frozen=True)
class CallDone(Event):
    """One call ended; the totals are the run's so far."""

    stage: str
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    first_token: float | None
    """Seconds to the first text; None when the journal answered or the endpoint does not stream."""
    journal: bool
    """Whether the journal answered."""
    calls: int
    """Calls made in this run so far."""
    tokens: int
    """Tokens read and written in this run so far."""
    cost: float | None
    """US dollars spent in this run so far; None when the price is not known."""


@dataclass(frozen=True)
class StageText(Event):
    """Text as the model writes it; for the eye alone, not kept in events.jsonl."""

    stage: str
    text: str


@dataclass(frozen=True)
class SentBack(Event):
    """A check of the whole plan sends a part back to the model, once."""

    stage: str
    reasons: int
    """Texts that are asked for again."""


@dataclass(frozen=True)
class RunDone(Event):
    """The run is over; everything is saved."""

    run_dir: str
    errors: int
    warnings: int
    seconds: float
