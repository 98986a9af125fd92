"""A finding's button: the edit it proposes is typed, shown, tried on the plan, and changes nothing by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import revise
from agent.errors import EditError
from agent.plan.model import Finding
from agent.revise.model import GoalChange, TextEdit
from agent.run.folder import load_plan
from tests.revise.conftest import Take

POST = "adaptations.posts[0].body"


@pytest.fixture
def tea_run(fresh: Take) -> Path:
    return fresh("tea")


def test_a_goal_out_of_reach_becomes_what_the_forecast_reaches(tea_run: Path) -> None:
    stood = (tea_run / "plan.json").read_bytes()
    finding = next(one for one in load_plan(tea_run).findings if one.code == "FEA-001")
    found = revise.mend(tea_run, finding.code, finding.where)
    assert found.kind == "edit"
    assert isinstance(found.edits[0], GoalChange)
    assert found.preview
    assert (tea_run / "plan.json").read_bytes() == stood, "nothing is changed before it is applied"
    made = revise.apply(tea_run, found.edits, instruction=found.instruction)
    assert not [one for one in made.findings if (one.code, one.where) == (finding.code, finding.where)]
    assert not [one for one in made.new_findings if one.severity == "error"]


def test_a_forbidden_word_written_by_hand_is_taken_back(tea_run: Path) -> None:
    before = load_plan(tea_run).adaptations.posts[0].body
    revise.edit_item(tea_run, POST, before + "\n全网最低价，全国第一。")
    finding = next(one for one in load_plan(tea_run).findings if one.code == "CPL-002")
    found = revise.mend(tea_run, finding.code, finding.where)
    assert isinstance(found.edits[0], TextEdit)
    made = revise.apply(tea_run, found.edits, instruction=found.instruction)
    assert not [one for one in made.findings if one.code == "CPL-002"]
    assert load_plan(tea_run).adaptations.posts[0].body == before


def test_what_no_known_edit_mends_gets_its_advice_back(tea_run: Path) -> None:
    plan = load_plan(tea_run)
    open_ = Finding(code="WRD-001", severity="error", where="words.themes", message="Too little.", fix="Ask again.")
    plan.findings.append(open_)
    (tea_run / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    found = revise.mend(tea_run, open_.code, open_.where)
    assert found.kind == "unclear"
    assert not found.edits
    assert found.questions[0].text == "Ask again."


def test_a_finding_that_is_not_there_is_an_error(tea_run: Path) -> None:
    with pytest.raises(EditError):
        revise.mend(tea_run, "BUD-001", "budget.total_cents")
