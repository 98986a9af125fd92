"""Scorers see what they are for, controls stay below their floor, and a run says the same twice."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable

import pytest

from agent.plan.model import MarketingPlan
from evals.brief import briefs
from evals.case import Case, draft
from evals.controls import CONTROLS, FLOOR, control
from evals.document import Document
from evals.run import run_playbook, subject
from evals.scorers import Criterion, score, scorers, words_score
from evals.scorers.completeness import rows
from tests.evals.conftest import made


def failed(case: Case, edit: Callable[[MarketingPlan], MarketingPlan]) -> set[str]:
    """Criteria that an edited plan does not meet although the plan itself does."""
    assert case.plan is not None
    new = dataclasses.replace(case, plan=edit(case.plan))
    assert new.plan is not None
    new.document = Document.of_plan(new.plan)
    return _unmet(new) - _unmet(case)


def _unmet(case: Case) -> set[str]:
    found = score(subject(case.brief, case.document, {}, case))
    return {f"{id}.{one.name}" for id, criteria in found.items() for one in criteria if not one.ok}


def test_every_scorer_says_something_of_a_plan(walk: Case) -> None:
    found = score(subject(walk.brief, walk.document, {"beimai-impossible": made("beimai-impossible").document}, walk))
    assert set(found) == set(scorers())
    assert all(criteria for criteria in found.values())
    assert all(0 <= one.score <= 1 for criteria in found.values() for one in criteria)


def test_a_document_alone_is_read_by_the_document_scorers(walk: Case) -> None:
    found = score(subject(walk.brief, Document.of_text("Northshore Hospice asks for walkers."), {}))
    assert set(found) == set(scorers(words=True))


def test_a_brand_that_nobody_names_is_missed(walk: Case) -> None:
    def nameless(plan: MarketingPlan) -> MarketingPlan:
        return MarketingPlan.model_validate_json(plan.model_dump_json().replace("Northshore Hospice", "the brand"))

    lost = failed(walk, nameless)
    assert {"reading.brand", "fidelity.brand_named"} <= lost


def test_another_budget_is_missed(walk: Case) -> None:
    lost = failed(walk, lambda p: p.model_copy(update={"budget": p.budget.model_copy(update={"total_cents": 12_300})}))
    assert "reading.budget" in lost


def test_a_part_that_is_not_rendered_is_missed(walk: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    composed = importlib.import_module("agent.export.document")  # the package has a function of that name too
    kept = tuple((name, tuple(row for row in parts if row[0] != "risks")) for name, parts in composed.CHAPTERS)
    monkeypatch.setattr(composed, "CHAPTERS", kept)
    assert {"delivery.md.risks", "delivery.html.risks"} <= _unmet(walk)


def test_a_post_that_is_not_in_the_calendar_file_is_missed(walk: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines and reviews, of which there are plenty, do not stand for it."""
    from agent.export import ics

    real = ics._entries
    monkeypatch.setattr(
        ics, "_entries", lambda reader: (one for one in real(reader) if not one.key.startswith("entry:"))
    )
    assert "delivery.ics.events" in _unmet(walk)
    monkeypatch.undo()
    assert "delivery.ics.events" not in _unmet(walk)


def test_controls_stay_below_the_floor_and_the_playbook_above() -> None:
    cases = [made("northshore-walk"), made("larkfield-ebike")]
    documents = {case.brief.id: case.document for case in cases}
    assert set(CONTROLS) == {"empty", "copied", "stuffed"}
    case = cases[0]
    for name in CONTROLS:
        worthless = {one.brief.id: control(name, one) for one in cases}
        assert words_score(score(subject(case.brief, worthless[case.brief.id], worthless))) < FLOOR, name
    assert words_score(score(subject(case.brief, case.document, documents))) > FLOOR


def test_the_words_score_does_not_let_one_failure_be_made_up_for() -> None:
    good = {id: [Criterion("x", 1.0)] for id in scorers(words=True)}
    assert words_score(good) == pytest.approx(1.0)
    assert words_score({**good, "own_words": [Criterion("x", 0.0)]}) < FLOOR


def test_a_refused_brief_is_a_failed_row_and_not_dropped() -> None:
    brief = briefs(only=("northshore-walk",))[0]
    run = run_playbook([brief.model_copy(update={"text": ""})], defects=False)
    assert run.results.rows[0].failed.keys() == {"delivery.plan"}
    assert draft(brief.model_copy(update={"text": ""})).error.startswith("BriefError")


def test_two_runs_are_the_same_to_the_byte() -> None:
    chosen = briefs(only=("beimai-impossible",))
    alone, together = (run_playbook(chosen, defects=False, jobs=jobs).results.model_dump_json() for jobs in (1, 2))
    assert alone == together


def test_every_line_of_the_checklist_is_tied_to_a_field_or_a_check() -> None:
    assert len(rows()) > 60
    assert [row.id for row in rows() if not row.items and not row.checks] == []
