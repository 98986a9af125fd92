"""What a part of the plan announces, another one carries: tests of times, the idea, gates that can fail, faces, inspections."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.frame.workload import FILMED
from agent.knowledge import load
from agent.words.playbook.context import make_context
from agent.words.playbook.gauges import FEWEST, RHYTHMS, SWING, gate_of, reading
from agent.words.playbook.topics import EPISODES, LEAD
from agent.words.playbook.voice import _phrases

TEA = next(one for one in BRIEFS if one.name.startswith("tea"))


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_test_of_times_stands_in_the_calendar(source: Path) -> None:
    """The pieces that the publishing windows name stand in the other window, and as many of the platform in the first one."""
    plan, frame = made(source)
    told = {window.platform: window.test for window in plan.engagement.windows}
    entries = {entry.id: entry for entry in plan.calendar.entries}
    for platform, text in told.items():
        tried = [slot for slot in frame.slots if slot.platform == platform and slot.trial]
        assert len(tried) != 1
        for slot in tried:
            assert slot.id in text
            assert (entries[slot.id].date, entries[slot.id].time) == (slot.date, slot.time)
            assert slot.kind == "post"
            assert not slot.key_date


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_days_moved_for_a_test_leave_a_platform_one_post_a_day_and_its_deadline_before(source: Path) -> None:
    _, frame = made(source)
    for slot in frame.slots:
        if slot.trial:
            assert sum(one.platform == slot.platform and one.date == slot.date for one in frame.slots) == 1
            assert slot.deadline <= slot.date


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_each_platform_opens_on_the_pillar_of_the_idea(source: Path) -> None:
    _, frame = made(source)
    for platform in frame.active:
        plain = [one for one in frame.slots if one.platform == platform.id and one.pillar >= 0 and not one.key_date]
        if any(one.pillar == 0 for one in plain):
            assert plain[0].pillar == 0


def test_the_pillar_of_the_idea_runs_its_episodes() -> None:
    plan, _ = made(TEA)
    titles = [topic.title for topic in plan.themes.pillars[0].topics]
    assert plan.themes.pillars[0].id == LEAD
    assert plan.strategy.idea.name in titles[0]
    assert sum("格" in title for title in titles) >= EPISODES


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_belief_and_its_arms_stand_in_one_phrase(language: str) -> None:
    for key, variants in _phrases(language).items():
        if key.startswith("measurement.experiment."):
            assert all(variant.count("|") == 1 for variant in variants), key


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_gate_can_fail(source: Path) -> None:
    """No gate asks for a change that the figure's own swing hides, nor for a handful of results."""
    _, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    for phase in frame.phases:
        for goal in frame.goals:
            found = reading(context, goal, gate_of(context, phase))
            if found is None or found.kind == "target":
                continue
            assert found.floor > found.since
            if goal.objective.kind == "conversion" and goal.objective.per in RHYTHMS:
                assert found.kind == "brought" or found.floor - found.since >= SWING * found.since - 1
            if found.kind == "brought" and phase is not frame.phases[-1]:
                assert found.floor >= FEWEST - 1


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_who_shows_a_face_in_films_has_hours_for_it(source: Path) -> None:
    _, frame = made(source)
    presenter = next(role for role in frame.roles if role.id == "presenter")
    assert (presenter.load > 0) == any(
        slot.format in {*FILMED, "live", "podcast"} and not slot.bought for slot in frame.slots
    )


def test_a_secret_is_inspected_until_it_is_told() -> None:
    plan, _ = made(TEA)
    until = max(one.until for one in read_brief(TEA, as_of=DAY).brief.embargoes)
    secret = next(risk.title for risk in plan.risks.risks if str(until.year) in risk.title or "桂花" in risk.title)
    assert not [one for one in plan.risks.inspections if one.date > until and secret in one.what]


def test_a_result_is_not_looked_for_in_old_comments() -> None:
    """What is looked at fits the risk: a missed target in the figures, hands in the hours."""
    plan, _ = made(TEA)
    missed = [risk.title for risk in plan.risks.risks if risk.id in ("S1", "S2")]
    for one in plan.risks.inspections:
        if one.kind == "inspection" and any(title in one.what for title in missed):
            assert "预测" in one.what or "累计" in one.what
