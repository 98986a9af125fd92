"""What two places of a plan say of one thing fits together: dates and their pieces, drills and risks, leaders and stand-ins, ranges and sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.brief.team import member
from agent.export.reader import Reader
from agent.export.sections.execution import _holder, _needed
from agent.export.sections.operation import _lead
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan


def plan(name: str) -> MarketingPlan:
    return made(next(one for one in BRIEFS if one.name.startswith(name)))[0]


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_drill_plays_the_one_risk_that_bears_its_date(source: Path) -> None:
    part = made(source)[0].risks
    drills = {one.date: one.what for one in part.inspections if one.kind == "drill"}
    for date, what in drills.items():
        assert [risk.title in what for risk in part.risks if risk.drill == date] == [True]
    assert {risk.drill for risk in part.risks if risk.drill} == set(drills)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_material_of_a_date_is_due_before_its_last_piece(source: Path) -> None:
    calendar = made(source)[0].calendar
    for one in calendar.key_dates:
        rows = [row for row in calendar.entries if row.key_date == one.id and row.kind != "buffer"]
        if rows and max(row.date for row in rows) < one.date:
            assert one.deliver_by <= max(row.deadline for row in rows)
            assert one.prepare_from <= one.deliver_by
        if re.search(r"起先发|起先發|的预告从|的預告從|The build-up to", one.plan):
            assert any(row.date < one.date for row in rows), one.plan


def test_a_date_pushes_what_its_pieces_sell() -> None:
    shop = plan("shop")
    for key in shop.calendar.key_dates:
        rows = " ".join(row.topic + row.cta for row in shop.calendar.entries if row.key_date == key.id)
        if "三入禮盒" in rows and "鳳梨百香果醬" not in rows:
            assert "只推鳳梨百香果醬" not in key.plan
            assert "三入禮盒不上頭圖" not in key.plan


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_crisis_is_led_by_another_person_where_the_leader_is_away(source: Path) -> None:
    """Nobody stands in for himself; where there is nobody else the table says so."""
    made_plan = made(source)[0]
    holders = {role.id: role.holder for role in made_plan.team.roles}
    people = {holder for holder in holders.values() if holder}
    for level in made_plan.engagement.levels:
        if len(people) > 1:
            assert holders[level.owner] != holders[level.backup]
        else:
            assert re.search("nobody stands in|无人代替|無人代替", _lead(Reader(made_plan), level))


def test_who_shares_a_role_is_not_told_as_two_of_one_name() -> None:
    shop = plan("shop")
    film = next(role for role in shop.team.roles if role.id == "video")
    assert film.people == 2
    assert _holder(Reader(shop), film) == f"{film.holder}（2 人分擔）"
    cafe = plan("sentence")
    assert not {"video", "presenter"} & {role.id for role in cafe.team.roles if _needed(role)}


def test_one_reference_range_is_told_of_a_rate() -> None:
    """The audit quotes the source's range; the verdict of the goal quotes the same, though the plan reckons with a narrower one."""
    tea = plan("tea")
    audit = next(one.reading for one in tea.market.audit if one.platform == "xiaohongshu")
    goal = next(one for one in tea.positioning.goals if one.target.unit == "%")
    span = re.search(r"\d[\d.]*%–\d[\d.]*%", audit)
    assert span
    assert span[0] in goal.verdict.text


def test_sessions_are_counted_only_where_the_brand_has_a_page() -> None:
    assert not [one for one in plan("tea").kpis.kpis if one.id == "visits"]
    assert [one for one in plan("shop").kpis.kpis if one.id == "visits"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("平面设计师半个，每周 16 小时", "平面设计师（半职）"),
        ("短视频剪辑兼拍摄 1 人，每周 20 小时", "短视频剪辑兼拍摄"),
        ("設計半個", "設計（半職）"),
    ],
)
def test_a_title_is_no_head_count(text: str, title: str) -> None:
    found = member(text)
    assert found is not None
    assert found.title == title


def test_where_the_targets_are_ours_the_summary_says_what_a_result_costs() -> None:
    cafe = plan("sentence")
    cost = next(one.target for one in cafe.kpis.kpis if one.id in ("cpa", "cpl"))
    assert cost.value is not None
    assert f"¥{cost.value:,.0f}" in cafe.summary.verdict


def test_a_bill_that_no_line_holds_is_an_open_question() -> None:
    b2b = plan("b2b")
    asked = [one for one in b2b.gaps if one.field == "budget.fixed"]
    assert len(asked) == 1
    assert "video editor" in asked[0].question
    assert len({one.id for one in b2b.gaps}) == len(b2b.gaps)


def test_an_event_outside_the_calendar_is_announced_in_it() -> None:
    cafe = plan("sentence")
    rows = {one.id: one for one in cafe.calendar.entries}
    for event in cafe.community.events:
        assert event.announced
        assert 1 <= (event.date - rows[event.announced].date).days <= 14


def test_a_plan_of_pictures_asks_for_no_sound() -> None:
    cafe = plan("sentence")
    assert not any("video" in one.format for one in cafe.calendar.entries)
    topics = [topic for pillar in cafe.themes.pillars for topic in pillar.topics]
    assert not [one.hook for one in topics if re.search("旁白|听声音|镜头", one.title + one.hook)]


def test_three_kinds_are_tried_only_where_there_is_room() -> None:
    for source in BRIEFS:
        frame = build_frame(read_brief(source, as_of=DAY).filled, as_of=DAY, knowledge=load())
        for phase, told in zip(frame.phases, made(source)[0].strategy.phases, strict=True):
            if re.search("各发三条|three times each", told.purpose):
                assert sum(slot.phase == phase.id and slot.pillar >= 0 for slot in frame.slots) >= 9
