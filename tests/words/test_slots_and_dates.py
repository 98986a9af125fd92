"""What a plan promises has its day: finished posts their row, approvals their order, reviews their experiment; and a goal has one verdict."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.export.reader import Reader
from agent.export.sections.publishing import _slot
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.content import Entry
from agent.plan.model import MarketingPlan
from agent.words.playbook.calendar import REMADE
from agent.words.playbook.voice import _phrases


def example(name: str) -> MarketingPlan:
    return made(next(one for one in BRIEFS if one.name.startswith(name)))[0]


def published(plan: MarketingPlan) -> dict[str, list[Entry]]:
    """Finished post → the rows of the calendar that publish it."""
    topics = {core.id: core.topic_id for core in plan.adaptations.cores}
    return {
        post.id: [e for e in plan.calendar.entries if (e.topic_id, e.platform) == (topics[post.core], post.platform)]
        for post in plan.adaptations.posts
    }


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_nearly_every_finished_post_has_a_row_and_its_platforms_take_turns(source: Path) -> None:
    plan, _ = made(source)
    rows = published(plan)
    assert sum(bool(found) for found in rows.values()) >= 0.8 * len(rows)
    for core in plan.adaptations.cores:
        days = sorted(found[0].date for id_, found in rows.items() if found and id_.startswith(f"{core.id}-"))
        assert all((b - a).days >= REMADE for a, b in pairwise(days))


def test_a_post_tells_its_row_or_that_it_has_none() -> None:
    for name in ("shop", "b2b"):
        plan = example(name)
        reader, rows = Reader(plan), published(plan)
        for post in plan.adaptations.posts:
            said = _slot(reader, post)
            assert rows[post.id][0].id in said if rows[post.id] else "E0" not in said


def test_a_piece_made_for_another_platform_is_told_as_one() -> None:
    plan = example("b2b")
    told = [entry.topic for entry in plan.calendar.entries if "rewritten for" in entry.topic]
    assert len(told) >= len(plan.adaptations.cores) - 1


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_is_approved_before_the_first_draft_is_no_draft(language: str) -> None:
    for phrase in _phrases(language)["summary.step.approve"]:
        assert not re.search(r"头两周的稿|首批内容|开头几条定稿|weeks of posts|first posts|opening posts", phrase)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_review_asks_for_the_result_of_a_test_that_is_over(source: Path) -> None:
    plan, _ = made(source)
    tests = {one.id: one for one in plan.measurement.experiments}
    for review in plan.measurement.reviews:
        for id_ in re.findall(r"\bX\d+|X\d+(?=跑|正)", review.question):
            running = re.search(r"is running|正在跑", review.question)
            assert tests[id_].start < review.date <= tests[id_].end if running else tests[id_].end < review.date


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_gate_among_the_first_steps_is_called_one(source: Path) -> None:
    plan, _ = made(source)
    kinds = {one.date: one.kind for one in plan.measurement.reviews}
    for step in plan.summary.first_30_days:
        if kinds.get(step.date) == "gate":
            assert not re.search(r"onthly review|月度评审|月度評審", step.action)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_the_last_gate_speaks_of_no_next_phase(source: Path) -> None:
    plan, _ = made(source)
    last = max((one for one in plan.measurement.reviews if one.kind == "gate"), key=lambda one: one.date)
    assert not re.search(r"下一阶段|下一階段|再进下一段|再進下一段", last.question)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_goal_has_one_verdict_in_all_parts(source: Path) -> None:
    """Where money would close the gap, every part names the sum; where it would not, none does."""
    plan, _ = made(source)
    reader = Reader(plan)
    for goal in plan.positioning.goals:
        if goal.verdict.status != "infeasible":
            continue
        asked = [one for one in (*plan.summary.decisions, plan.summary.verdict) if goal.id in one or goal.metric in one]
        cost = reader.money(goal.verdict.target_cost_cents) if goal.verdict.target_cost_cents else ""
        if cost:
            assert cost in goal.verdict.text
            assert all(cost in one for one in asked)
            assert goal.verdict.target_cost_cents <= plan.budget.total_cents / 2
        else:
            assert not any(
                re.search(r"补足约需|追加约|加投约|about [£$€]|[£$€][\d,]+ more", one)
                for one in asked
                if one != plan.summary.verdict
            )
            assert not re.search(r"大约还要|would take about [£$€]", goal.verdict.text)


def test_the_count_of_goals_leaves_out_what_cannot_be_judged() -> None:
    """One goal of the contradictory brief is judged, the other only held."""
    said = example("contradictory").summary.verdict
    assert "2 goals" not in said.split("G1")[0]


def test_a_result_of_the_clients_own_stands_beside_the_benchmark() -> None:
    b2b, tea = example("b2b"), example("tea")
    text = b2b.positioning.goals[0].verdict.text
    assert "22 leads, about $141 each" in text
    assert "$517" in text
    notes = {kpi.id: kpi.target.note for kpi in (*b2b.kpis.kpis, *tea.kpis.kpis)}
    assert "$141" in notes["cpl"]
    assert "¥45" in notes["cpa"]


def test_an_owner_is_told_by_name_where_one_person_holds_several_roles() -> None:
    tea, contra = Reader(example("tea")), Reader(example("contradictory"))
    assert tea.role("analyst") == "运营小周（数据分析）"
    assert tea.role("design") == "设计"
    assert tea.roles(["planner", "operator", "copy", "design"]) == "运营小周、设计"
    assert contra.role("strategist") == "Founder"
    assert contra.title("strategist") == "Strategist"


def test_a_sum_that_was_cut_is_not_told_as_the_briefs() -> None:
    intake = read_brief(next(one for one in BRIEFS if one.name.startswith("contradictory")), as_of=DAY)
    frame = build_frame(intake.filled, as_of=DAY, knowledge=load(), asked=intake.brief)
    film = next(line for line in frame.budget.lines if line.fixed and "film" in line.item)
    assert "$4,000" in film.basis
    plan = example("contradictory")
    told = [one for one in plan.production.standards if "$2,560" in one]
    assert told
    assert all("$4,000" in one for one in told)


def test_a_freelancers_bill_belongs_in_a_total_without_salaries() -> None:
    plan = example("b2b")
    said = next(one for one in plan.summary.decisions if "freelance" in one)
    assert "on top of" not in said
    assert "no salary" in next(line.basis for line in plan.budget.lines if line.category == "labour")


def test_the_drill_of_a_day_has_one_case() -> None:
    """The team's ritual names none of its own beside the risk table's."""
    for language in ("zh-CN", "en"):
        for phrase in _phrases(language)["team.ritual.drill.output_crew"]:
            assert not re.search(r"\{crisis\d\}|\{platform1\}", phrase)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_cost_that_loses_money_is_no_dearer_than_forecast_before_it_stops(source: Path) -> None:
    plan, frame = made(source)
    base = next(one for one in frame.budget.scenarios if one.name == "base")
    row = next((kpi for kpi in frame.kpis if kpi.kpi == "cpa"), None)
    if row is None or base.roi is None or base.roi >= 1:
        return
    high = Reader(plan).money(round((row.target.high or 0) * 100))
    assert not any(high in rule.threshold for rule in plan.measurement.rules)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_hours_are_told_alike(source: Path) -> None:
    plan, _ = made(source)
    line = next(line for line in plan.budget.lines if line.category == "labour")
    hours = re.search(r"([\d,]+)\s*(?:小时|小時|hours)", line.basis)
    assert hours is None or hours[1] in plan.budget.labour_note


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_no_source_is_read_after_the_plan_is_dated(source: Path) -> None:
    plan, _ = made(source)
    days = [day for one in plan.sources for day in re.findall(r"(?:read |，)(\d{4}-\d\d-\d\d)", one.date)]
    assert days
    assert max(days) <= plan.meta.as_of.isoformat()


def test_what_is_sold_for_a_day_has_its_material_before_the_last_order() -> None:
    plan, frame = made(next(one for one in BRIEFS if one.name.startswith("shop-zh-tw")))
    day = next(one for one in frame.key_dates if one.name == "母親節")
    goal = next(one for one in plan.positioning.goals if "母親節" in one.metric)
    assert goal.deadline < day.date
    assert day.deliver_by < goal.deadline
