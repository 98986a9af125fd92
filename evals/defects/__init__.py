"""Planted defects: how many of each class the plan's own checks find, and how often they cry on plans that are clean."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from agent.checks import run_checks
from agent.data import read_yaml
from agent.plan.model import Finding, MarketingPlan
from evals.case import Case
from evals.crew import held
from evals.defects.classes import CLASSES, Defect
from evals.results import HERE

__all__ = ["CLASSES", "PER_CLASS", "Planted", "alarms", "count_class", "measure", "noticed", "planted"]

PER_CLASS = 60
"""Defects of each class: none missed of 59 means a recall of 95 % or more, at 95 % confidence."""
SEED = 7
TRIES = 40
"""Passes over the plans in search of room for a class."""
TRUE = HERE / "defects" / "true.yaml"
"""Findings on the open briefs' plans that were read and are right, with the reason."""


@dataclass(frozen=True)
class Planted:
    """One defect in one plan."""

    defect: Defect
    case: Case
    plan: MarketingPlan


def planted(defect: Defect, cases: list[Case], count: int = PER_CLASS) -> list[Planted]:
    """Up to `count` edits of a class, spread over the plans; the same plans give the same edits."""
    rng = random.Random(f"{SEED}/{defect.id}")
    usable = [case for case in cases if case.plan is not None]
    found: list[Planted] = []
    seen: set[str] = set()
    for _ in range(TRIES):
        for case in rng.sample(usable, len(usable)):
            assert case.plan is not None
            if len(found) == count:
                return found
            made = defect.plant(case.plan, case, rng)
            key = f"{case.brief.id} {_difference(case.plan, made)}" if made else ""
            if made and key not in seen:
                seen.add(key)
                found.append(Planted(defect, case, made))
    return found


def _difference(old: MarketingPlan, new: MarketingPlan) -> str:
    """What tells two edits of a plan apart."""
    changed = [name for name in type(old).model_fields if getattr(old, name) is not getattr(new, name)]
    return hashlib.sha256("".join(repr(getattr(new, name)) for name in changed).encode()).hexdigest()


def noticed(one: Planted) -> list[Finding]:
    """Findings of the class's checks that the clean plan does not have."""
    assert one.case.plan is not None
    before = {(f.code, f.where, f.message) for f in one.case.plan.findings}
    codes = set(one.defect.codes)
    return [f for f in run_checks(one.plan, one.case.context, codes) if (f.code, f.where, f.message) not in before]


def measure(name: str, cases: list[Case], count: int = PER_CLASS) -> dict[str, int]:
    """How many defects of a class were planted, and how many were found."""
    rows = planted(CLASSES[name], cases, count)
    return {"planted": len(rows), "found": sum(bool(noticed(row)) for row in rows)}


def count_class(name: str) -> tuple[str, dict[str, int]]:
    """A class over the cases that this process holds."""
    return name, measure(name, list(held().values()))


def alarms(cases: list[Case]) -> dict[str, int]:
    """Check → plans on which it fired although nobody has found it right. Checks that tell of the brief are left out."""
    from evals.scorers.checks import TELLS

    right = {(row["code"], brief) for row in (read_yaml(TRUE) or []) for brief in row["briefs"]}
    found: dict[str, int] = {}
    for case in cases:
        assert case.plan is not None
        fired = {
            f.code
            for f in case.plan.findings
            if f.severity != "info" and f.code not in TELLS and not f.code.startswith("BRF-")
        }
        for code in fired:
            if (code, case.brief.id) not in right:
                found[code] = found.get(code, 0) + 1
    return dict(sorted(found.items()))
