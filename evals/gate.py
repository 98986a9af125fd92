"""The gate: on replay everything is deterministic, so whatever was met and is not any more, or moved, has to be explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from agent.data import read_yaml
from evals.controls import FLOOR
from evals.numbers import moved
from evals.results import HERE, Results, Row

FLIPS = HERE / "flips.yaml"
ALARMS_MOST = 0.02
"""Largest share of clean plans on which a check may cry without cause."""
DROP = 0.02
"""A scorer's mean over all briefs may not fall by more, even where no criterion flips."""


@dataclass(frozen=True)
class Flip:
    """One way in which a run is worse than the baseline."""

    brief: str
    """Brief id, or "*" where it is about all."""
    criterion: str
    """What flipped."""
    note: str
    """What was found."""
    why: str = ""
    """The reason that stands in flips.yaml; empty when there is none."""


def gate(now: Results, before: Results, reasons: Path = FLIPS) -> list[Flip]:
    """Every flip, explained or not. An empty list, or one in which every flip has its reason, is green."""
    listed = (
        [(row["brief"], row["criterion"], row["why"]) for row in (read_yaml(reasons) or [])] if reasons.exists() else []
    )

    def explained(flip: Flip) -> Flip:
        why = next(
            (w for brief, one, w in listed if fnmatchcase(flip.brief, brief) and fnmatchcase(flip.criterion, one)), ""
        )
        return Flip(flip.brief, flip.criterion, flip.note, why)

    return [explained(one) for one in _flips(now, before)]


def red(flips: list[Flip]) -> list[Flip]:
    """The flips that nobody has explained."""
    return [one for one in flips if not one.why]


def _flips(now: Results, before: Results) -> Iterator[Flip]:
    for old in before.rows:
        new = now.row(old.brief)
        if new is None:
            yield Flip(old.brief, "delivery.row", "the brief was not run")
        elif not new.stale:
            yield from _of_row(new, old)
    yield from _drops(now, before)
    yield from absolute(now, before)


def _of_row(new: Row, old: Row) -> Iterator[Flip]:
    met = set(new.met)
    for criterion in old.met:
        if criterion not in met:
            yield Flip(new.brief, criterion, new.failed.get(criterion) or new.error or "it is not asked any more")
    changed = moved(old.numbers, new.numbers) if old.numbers and new.numbers else []
    if changed:
        yield Flip(new.brief, "numbers", f"{len(changed)}: " + "; ".join(changed[:4]))


def _drops(now: Results, before: Results) -> Iterator[Flip]:
    for scorer in before.scorers_used():
        old, new = before.mean(scorer), now.mean(scorer)
        if new is None:
            yield Flip("*", f"scorer.{scorer}", "the scorer is gone")
        elif old is not None and new < old - DROP:
            yield Flip("*", f"scorer.{scorer}", f"{old:.3f} → {new:.3f}")


def absolute(now: Results, before: Results) -> Iterator[Flip]:
    """What holds whatever the baseline: controls below their floor and below every plan; defects found; few false alarms."""
    for name, scores in now.controls.items():
        worst = max(scores.values(), default=0.0)
        if worst >= FLOOR:
            yield Flip("*", f"control.{name}", f"{worst:.3f}, floor {FLOOR}")
    for name in before.controls:
        if name not in now.controls:
            yield Flip("*", f"control.{name}", "the control is gone")
    for name, counts in before.defects.items():
        new = now.defects.get(name)
        if new is None:
            if now.defects:
                yield Flip("*", f"defects.{name}", "the class is gone")
        elif (
            new["planted"] - new["found"] > counts["planted"] - counts["found"]
            or new["planted"] < counts["planted"] * 0.9
        ):
            yield Flip(
                "*",
                f"defects.{name}",
                f"{new['found']} of {new['planted']}, before {counts['found']} of {counts['planted']}",
            )
    for code, count in now.alarms.items():
        if count > max(before.alarms.get(code, 0), ALARMS_MOST * now.clean):
            yield Flip("*", f"alarms.{code}", f"{count} of {now.clean} clean plans")
