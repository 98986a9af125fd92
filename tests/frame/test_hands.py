"""What the calendar and the hours hold: tests on own posts, people who are only filmed, people with an hour or two."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.frame.team import make_team
from agent.knowledge import load

BRIEFS = sorted((Path(__file__).parents[2] / "examples" / "briefs").iterdir())
DAY = dt.date(2026, 11, 23)


@cache
def frame_of(source: Path) -> Frame:
    return build_frame(read_brief(source, as_of=DAY).filled, as_of=DAY, knowledge=load())


@pytest.mark.parametrize("source", BRIEFS, ids=lambda path: path.name)
def test_a_test_on_own_posts_has_posts_in_the_calendar(source: Path) -> None:
    frame = frame_of(source)
    for test in frame.experiments:
        if test.kind in ("cover", "offer", "audience"):
            continue
        posts = [
            slot
            for slot in frame.slots
            if slot.platform == test.platform and slot.kind != "buffer" and test.start <= slot.date <= test.end
        ]
        assert len(posts) >= 2, (test.id, test.kind)
        if test.kind == "window":
            assert len({slot.time for slot in posts}) > 1


def test_who_is_only_filmed_has_hours_for_it_and_no_more_than_they_give() -> None:
    frame = frame_of(next(path for path in BRIEFS if path.name == "b2b-en.md"))
    weeks = [week for week in frame.weeks if week.holder == "applications engineer"]
    assert sum(week.hours for week in weeks) > 0
    assert all(week.hours <= week.capacity for week in weeks)


def test_who_decides_in_an_hour_signs_and_does_not_plan() -> None:
    brief = read_brief(
        "Brand: Osk Tools. Team: one content writer, 12 hours a week; the CEO, 1 hour a week.", as_of=DAY
    ).filled
    team = make_team(brief)
    assert "CEO" in team.holder("approver")
    assert "writer" in team.holder("strategist")
