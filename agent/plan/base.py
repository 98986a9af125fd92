"""The atoms of a plan: part, figure, claim, source, and the marker for prose that a writer may replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["brief", "knowledge", "computed", "assumption", "research"]
"""Where a statement comes from. `research`: not known yet, a task finds it out."""


class Part(BaseModel):
    """Base of everything in a plan: strict keys; attribute docstrings are the only descriptions."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, validate_assignment=False)


@dataclass(frozen=True)
class Words:
    """Marks a text field as prose: the model may rewrite it, up to `limit` characters of Chinese.

    English gets three times as many characters, which holds about the same content.
    """

    limit: int


def bound(limit: int, language: str) -> int:
    """Longest prose, in characters, for a field whose Chinese limit is `limit`."""
    return limit if language.startswith("zh") else limit * 3


Line = Annotated[str, Words(24)]
"""A name or a heading: at most 24 Chinese characters."""
Sentence = Annotated[str, Words(70)]
"""One or two sentences: at most 70 Chinese characters."""
Paragraph = Annotated[str, Words(180)]
"""A short paragraph: at most 180 Chinese characters."""
Post = Annotated[str, Words(400)]
"""The body of a finished post: at most 400 Chinese characters, and the platform's own limit."""


class Source(Part):
    """Where facts come from: one row of the plan's list of sources."""

    id: str
    """`brief:FIELD`, `kb:ITEM`, `law:PROVISION`, `calc:NAME` or `assume:GAP`."""
    kind: Kind
    """What it is."""
    title: str
    """What a reader calls it, in the plan's language."""
    publisher: str = ""
    """Who published it; empty for the brief and for computations."""
    date: str = ""
    """Publication date or year as the source gives it."""
    url: str = ""
    """Address of the source, when it has one."""
    confidence: Literal["high", "medium", "low", ""] = ""
    """How far the source can be relied on; low must be labelled wherever it shows."""


class Figure(Part):
    """A number that says what it is and where it comes from."""

    value: float | None = None
    """The number, or the middle of the range; None when not known yet (see `note`)."""
    low: float | None = None
    """Lower end of the range."""
    high: float | None = None
    """Upper end of the range."""
    unit: str
    """"count", "%" (value as a fraction in [0, 1]), "h", "min", "x" (a ratio), or an ISO currency code (whole units)."""
    kind: Kind
    """Where it comes from."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""
    formula: str = ""
    """How it was computed, with the numbers in it, when kind is computed."""
    note: str = ""
    """What a reader has to know: how to measure it when unknown, what the assumption is."""


class Claim(Part):
    """A statement and what it stands on."""

    text: Sentence
    """The statement, in the plan's language."""
    kind: Kind
    """Where it comes from."""
    sources: list[str] = Field(default_factory=list)
    """Ids in the plan's list of sources."""


class Task(Part):
    """Something to find out: what, where, how, by whom, by when, and which decision waits for it."""

    id: str
    """"R1", "R2"…"""
    question: Sentence
    """What is not known."""
    where: Sentence
    """Where to look."""
    how: Sentence
    """How to find out, step by step in one sentence."""
    owner: str
    """Role id that does it."""
    due: str
    """ISO date."""
    decision: Sentence
    """Which decision waits for the answer."""
