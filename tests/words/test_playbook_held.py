"""What a plan sets out to do, its calendar and its people's hours hold; what it calls passed can fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_plans import BRIEFS, made

from agent.brief import read_brief
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.crew import main_person, with_the
from agent.words.playbook.gauges import gate_of, reading
from agent.words.playbook.positioning import write_positioning
from agent.words.playbook.topics import guard_of
from agent.words.playbook.voice import tidy


def named(name: str) -> tuple[MarketingPlan, Frame]:
    return made(next(path for path in BRIEFS if path.name == name))


def context_of(name: str, **values: object) -> Context:
    intake = read_brief(next(path for path in BRIEFS if path.name == name), as_of=named(name)[1].as_of)
    intake = intake.model_copy(
        update={one: getattr(intake, one).model_copy(update=values) for one in ("brief", "filled")}
    )
    knowledge = load()
    return make_context(intake, build_frame(intake.filled, as_of=named(name)[1].as_of, knowledge=knowledge), knowledge)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_a_window_is_tested_by_posts_that_the_calendar_sets_there(source: Path) -> None:
    plan, _ = made(source)
    entries = {entry.id: entry for entry in plan.calendar.entries}
    for window in plan.engagement.windows:
        for number in re.findall(r"\bE\d{3}\b", window.test):
            assert entries[number].platform == window.platform


@pytest.mark.parametrize("name", ["solo-en.txt", "contradictory-en.yaml"])
def test_no_phase_passes_by_doing_nothing(name: str) -> None:
    """Ten places instead of six with £450, 40,000 orders instead of 600: the forecast hardly leaves what is there, so the exits ask for something else."""
    context = context_of(name)
    goal = context.frame.goals[0]
    plan, frame = named(name)
    assert all(reading(context, goal, gate_of(context, phase)) is None for phase in frame.phases)
    metric = (goal.objective.metric or goal.objective.text).lower()
    assert not [phase.exit_test for phase in plan.strategy.phases if f"{metric}:" in phase.exit_test.lower()]


def test_a_goal_that_grows_keeps_its_gates() -> None:
    plan, _ = named("b2b-en.md")
    assert all("ilot requests" in phase.exit_test for phase in plan.strategy.phases)


def test_a_product_without_wires_has_none_to_count() -> None:
    plan, _ = named("b2b-en.md")
    assert not re.search(r"\bwires?\b", plan.model_dump_json())


def test_a_rule_of_the_client_is_not_told_as_a_word() -> None:
    context = context_of("b2b-en.md", never_say=["zero downtime", "Do not name customers without a signed release"])
    assert guard_of(context).words == ("zero downtime",)
    told = write_positioning(context).tone_dont
    assert [line for line in told if "Do not name customers" in line and "draft with" not in line]


def test_half_a_post_is_told_as_one() -> None:
    assert with_the("half a designer") == "the half-time designer"
    assert with_the("designer") == "the designer"


def test_the_one_who_carries_the_daily_work_does_it() -> None:
    """Hours alone do not make a designer the one who writes, reports and decides."""
    team = context_of("b2b-en.md").brief.team
    designer = team[0].model_copy(update={"title": "designer", "functions": ["design"], "hours": 60.0})
    assert main_person(context_of("b2b-en.md", team=[*team, designer])) == "the marketing manager"


def test_one_of_a_thing_takes_no_plural() -> None:
    assert tidy("1 working days at the fastest; 11 days, 1.1 hours and 1 free slots.", "en") == (
        "1 working day at the fastest; 11 days, 1.1 hours and 1 free slot."
    )
