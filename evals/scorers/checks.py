"""Schema, and the plan's own checks: one criterion a code, so that a check that goes missing is missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from agent.checks import registry
from agent.plan.model import PART_IDS, MarketingPlan
from evals.scorers.base import Criterion, Subject, scorer, yes

TELLS = frozenset({"FEA-001", "FEA-002", "FEA-003", "CPL-005", "WRD-001"})
"""Codes that tell of the brief or of the run, not of a fault in the plan."""


@scorer("schema", "The plan survives its own JSON and holds all seventeen parts")
def schema(subject: Subject) -> Iterator[Criterion]:
    """Round trip, parts, words."""
    plan = subject.plan
    try:
        again = MarketingPlan.model_validate_json(plan.model_dump_json())
        yield yes("round_trip", again == plan, "the plan changes on its way through JSON")
    except ValidationError as error:
        yield yes("round_trip", False, str(error)[:200])
    missing = set(PART_IDS) - set(plan.words)
    yield yes("parts", not missing, f"no words for {', '.join(sorted(missing))}")


@scorer("checks", "Each check of the plan, by code: nothing of severity error or warning")
def checks(subject: Subject) -> Iterator[Criterion]:
    """Codes that tell of the brief rather than of the plan are left out."""
    found = Counter(one.code for one in subject.plan.findings if one.severity != "info")
    first = {one.code: one for one in reversed(subject.plan.findings)}
    for code in registry():
        if code not in TELLS:
            note = f"{found[code]}, first at {first[code].where}: {first[code].message}" if found[code] else ""
            yield yes(code, not found[code], note)
