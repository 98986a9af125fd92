"""The registry of scorers: a scorer is a pure function from a subject to criteria, each of which a plan meets or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.checks import CheckContext
from agent.plan.model import MarketingPlan
from evals.brief import Brief
from evals.case import Case
from evals.document import Document


@dataclass(frozen=True)
class Criterion:
    """One thing that was asked of a plan."""

    name: str
    """ "budget", "CMP-001"; with its scorer before it the id by which the baseline knows it."""
    score: float
    """From 0 to 1."""
    least: float = 1.0
    """Score from which it counts as met."""
    note: str = ""
    """What was found, for whoever looks into a failure."""

    @property
    def ok(self) -> bool:
        """Whether it is met."""
        return self.score >= self.least - 1e-9


def yes(name: str, met: bool, note: str = "") -> Criterion:
    """A criterion that is met or not."""
    return Criterion(name, float(met), note="" if met else note)


def at_most(name: str, value: float, most: float, note: str = "") -> Criterion:
    """A share that has to stay small: 1 minus the share, met up to `most`."""
    return Criterion(name, 1 - min(max(value, 0.0), 1.0), 1 - most, note or f"{value:.3f}, at most {most}")


def at_least(name: str, value: float, least: float, note: str = "") -> Criterion:
    """A share that has to be large."""
    return Criterion(name, min(max(value, 0.0), 1.0), least, note or f"{value:.3f}, at least {least}")


@dataclass
class Subject:
    """What is scored: a typed plan with its brief, or a document alone."""

    brief: Brief
    document: Document
    case: Case | None = None
    """The case of a typed plan; None for a document alone."""
    others: dict[str, Document] = field(default_factory=dict)
    """Brief id → document by the same writer for other brands in the same language."""
    names: tuple[str, ...] = ()
    """Names of this and of the other briefs' brands, products and competitors, taken out before plans are compared."""

    @property
    def plan(self) -> MarketingPlan:
        """The typed plan. Raises ValueError for a document alone."""
        if self.case is None or self.case.plan is None:
            raise ValueError(f"{self.brief.id} has no typed plan")
        return self.case.plan

    @property
    def context(self) -> CheckContext:
        """What the typed plan is checked against."""
        if self.case is None:
            raise ValueError(f"{self.brief.id} has no typed plan")
        return self.case.context


Run = Callable[[Subject], Iterator[Criterion]]


@dataclass(frozen=True)
class Scorer:
    """A registered scorer."""

    id: str
    about: str
    """What it asks, in one line."""
    words: bool
    """Whether it reads documents, so that answers without structure and controls are scored by it too."""
    run: Run


_REGISTRY: dict[str, Scorer] = {}


def scorer(id: str, about: str, *, words: bool = False) -> Callable[[Run], Run]:
    """Registers a scorer. Raises ValueError when the id is taken."""

    def register(run: Run) -> Run:
        if id in _REGISTRY:
            raise ValueError(f"The scorer {id} is registered twice.")
        _REGISTRY[id] = Scorer(id, about, words, run)
        return run

    return register


def scorers(*, words: bool | None = None) -> dict[str, Scorer]:
    """All scorers by id; `words` chooses those that read documents, or those that need a typed plan."""
    return {id: one for id, one in sorted(_REGISTRY.items()) if words is None or one.words == words}


def score(subject: Subject) -> dict[str, list[Criterion]]:
    """Scorer id → criteria. A typed scorer finds nothing in a document alone, and is left out."""
    typed = subject.case is not None and subject.case.plan is not None
    return {id: list(one.run(subject)) for id, one in scorers().items() if one.words or typed}


def mean(criteria: list[Criterion]) -> float:
    """Mean score of criteria, 0 where there are none."""
    return sum(one.score for one in criteria) / len(criteria) if criteria else 0.0


LEAST_FACTOR = 0.05
"""What a scorer that gives 0 counts in the words score."""


def words_score(scored: dict[str, list[Criterion]]) -> float:
    """Harmonic mean of the document scorers: who fails one thing altogether cannot make up for it elsewhere."""
    means = [max(mean(scored[id]), LEAST_FACTOR) for id in scorers(words=True) if id in scored]
    return len(means) / sum(1 / one for one in means) if means else 0.0
