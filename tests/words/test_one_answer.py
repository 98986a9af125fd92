"""A plan does not contradict itself or the brief: one name for a product, one day for a date's material, one figure for a quantity."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.brief.model import Intake
from agent.checks import CheckContext, run_checks
from agent.export.reader import Reader
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan

KESTREL = next(path for path in BRIEFS if path.name == "contradictory-en.yaml")
SOLO = next(path for path in BRIEFS if path.name == "solo-en.txt")


@cache
def whole(source: Path) -> tuple[MarketingPlan, Frame, Intake]:
    """The plan as a run makes it, with the client's own brief beside the filled one."""
    intake, knowledge = read_brief(source, as_of=DAY), load()
    frame = build_frame(intake.filled, as_of=DAY, knowledge=knowledge, asked=intake.brief)
    return build_plan(intake, knowledge, frame, model="playbook"), frame, intake


def test_a_product_has_one_name() -> None:
    plan, _, intake = whole(KESTREL)
    told = plan.model_copy(update={"conflicts": [], "findings": [], "sources": []}).model_dump_json()
    assert "Kestrel 500" in told
    assert "Kestrel Unbreakable" not in told
    found = run_checks(plan, CheckContext(brief=intake.filled, knowledge=load(), intake=intake))
    assert "FID-010" not in {one.code for one in found}


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_a_piece_on_one_product_asks_for_that_product(source: Path) -> None:
    """A title that names another product than the leading one never sends people to the leading one."""
    plan, _ = made(source)
    names = [one.name for one in read_brief(source, as_of=DAY).brief.products]
    names = ["Kestrel 500" if name == "Kestrel Unbreakable 500" else name for name in names]
    for entry in plan.calendar.entries:
        if names[1:] and any(name in entry.topic for name in names[1:]) and names[0] not in entry.topic:
            assert names[0] not in entry.cta, entry.id


def test_a_question_is_answered_for_the_product_that_answers_it() -> None:
    plan, _ = made(KESTREL)
    told = [one.so_what for one in plan.market.discussion if "cup holder" in one.title]
    assert told
    assert all("Kestrel 750" not in text for text in told)


def test_a_platform_wanted_and_refused_waits_for_the_client() -> None:
    plan, _, _ = whole(KESTREL)
    rows = {one.platform: one for one in plan.platforms.choices}
    assert re.search("answer|answered", rows["tiktok"].why)
    assert "client does not want" not in rows["tiktok"].why
    assert not re.search("until the client", rows["linkedin"].why)


def test_a_line_that_is_forbidden_and_unproved_waits_for_both() -> None:
    plan, _, _ = whole(KESTREL)
    assert "forbids “unbreakable”" in plan.declined[0].answer
    assert "without “unbreakable”" in plan.declined[0].instead[0]


def test_today_s_figure_that_is_only_held_is_the_plan_s() -> None:
    plan, frame, _ = whole(KESTREL)
    goal = next(one for one in plan.positioning.goals if one.id == "G2")
    assert (goal.target.kind, goal.target.value) == ("assumption", 9000)
    assert "held" in goal.statement.casefold() or "holds" in goal.statement
    assert not [row for row in frame.kpis if row.goal == "G2" and row.asked]


def test_growth_that_is_only_read_is_no_proposal() -> None:
    plan, _, _ = whole(SOLO)
    reader = Reader(plan)
    read = [one for one in plan.positioning.goals if one.target.value is None and one.verdict.status == "proposed"]
    assert read
    assert {reader.status(one) for one in read} == {"read, not aimed at"}


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_a_date_s_material_is_final_with_its_piece(source: Path) -> None:
    _, frame = made(source)
    for key in frame.key_dates:
        mine = [one for one in frame.slots if one.key_date == key.id and one.kind != "buffer" and one.date <= key.date]
        if mine:
            last = max(one.date for one in mine)
            assert key.deliver_by <= min(one.deadline for one in mine if one.date == last)
        assert key.prepare_from <= key.deliver_by


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_nobody_is_asked_what_ads_brought_where_none_run(source: Path) -> None:
    plan, _ = made(source)
    reader = Reader(plan)
    paid = {reader.platform(row.platform) for row in plan.budget.paid}
    for review in plan.measurement.reviews:
        asked = re.match(r"On (.+?): which piece gets ad money", review.question)
        assert not asked or asked[1] in paid


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_rounds_take_no_longer_than_the_hours_for_replies(source: Path) -> None:
    plan, _ = made(source)
    planned = sum(role.load for role in plan.team.roles if role.id == "community")
    for level in plan.engagement.service:
        found = re.search(r"(\d+) ?(?:min|分钟|分鐘)", level.cover)
        if found:
            rounds = (
                2 if re.search("two rounds|rounds at|Daily rounds|两轮|各一轮|兩輪|各一輪", level.cover, re.I) else 1
            )
            assert int(found[1]) * rounds * 5 / 60 <= max(planned, rounds * 5 * 5 / 60) + 0.01


def test_an_exit_is_not_below_the_target_s_pace() -> None:
    plan, frame, _ = whole(SOLO)
    goal = next(one for one in frame.goals if one.objective.kind == "traffic")
    last = plan.strategy.phases[-1].exit_test
    value = float(re.search(r"(\d[\d,]*) or more|at least (\d[\d,]*)", last)[1].replace(",", ""))  # type: ignore[index]
    assert value >= 0.9 * (goal.objective.target or 0)
