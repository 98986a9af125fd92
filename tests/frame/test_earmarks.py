"""Money that the brief sets aside: a film and prizes get their days, their pieces and their deadline."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from agent.brief.model import BrandBrief, FixedLine, KeyDate
from agent.frame import build_frame
from agent.frame.earmarks import SOURCE, earmarks, sort_of, trimmed
from agent.frame.model import DateFrame, Frame, Slot
from agent.frame.workdays import working_days
from agent.knowledge import load
from tests.frame.time_cases import AS_OF, PUMPS, SOLO, TEA

FILM = FixedLine(purpose="product film", category="content", amount=Decimal(4000))
PRIZES = FixedLine(purpose="giveaway prizes", category="prizes", amount=Decimal(2000))


def paid(brief: BrandBrief, *rows: FixedLine, **more: object) -> BrandBrief:
    return brief.model_copy(update={"budget": brief.budget.model_copy(update={"fixed": list(rows)}), **more})


def frame_of(brief: BrandBrief) -> Frame:
    return build_frame(brief, as_of=AS_OF, knowledge=load())


def used(frame: Frame, sort: str) -> tuple[DateFrame, list[Slot]]:
    key = next(one for one in frame.key_dates if one.earmark == sort)
    return key, [slot for slot in frame.slots if slot.key_date == key.id]


@pytest.mark.parametrize(
    ("purpose", "sort"),
    [
        ("product film", "film"), ("filming at two customer plants", "film"), ("春茶季产品主图与短片拍摄", "film"), ("形象影片製作", "film"),
        ("giveaway prizes", "prizes"), ("抽獎獎品", "prizes"), ("產品拍攝", "shoot"), ("photo shoot", "shoot"),
        ("杭州茶园一日游活动", ""), ("tools", ""),
    ],
)  # fmt: skip
def test_a_purpose_shows_what_it_buys(purpose: str, sort: str) -> None:
    assert sort_of(purpose) == sort


def test_the_name_of_what_is_bought_has_no_making_in_it() -> None:
    assert trimmed("春茶季产品主图与短片拍摄") == "春茶季产品主图与短片"
    assert trimmed("filming at two customer plants") == "film at two customer plants"


def test_a_film_is_shown_and_cut_and_is_final_a_week_before() -> None:
    frame = frame_of(paid(PUMPS, FILM))
    key, pieces = used(frame, "film")
    assert key.source == f"{SOURCE}[0]"
    assert pieces[0].date == key.date
    assert len(pieces) == 3
    assert all(slot.format in ("short_video", "long_video") and slot.bought for slot in pieces)
    assert key.prepare_from < key.deliver_by <= key.date - dt.timedelta(days=7)
    assert pieces[0].deadline <= key.deliver_by


def test_what_is_bought_costs_the_team_no_hours_of_making() -> None:
    film, own = frame_of(paid(SOLO, FILM)), frame_of(SOLO)
    made = {role.id: role.load for role in film.roles}
    assert made["video"] <= {role.id: role.load for role in own.roles}["video"] + 0.05
    assert used(film, "film")[1]


def test_a_draw_opens_closes_and_its_result_is_told() -> None:
    frame = frame_of(paid(TEA, PRIZES))
    key, pieces = used(frame, "prizes")
    assert key.end is not None
    assert key.end - key.date == dt.timedelta(days=13)
    days = [slot.date for slot in pieces]
    assert days[0] == key.date
    assert key.date < days[1] <= key.end < days[2]
    assert all(slot.format != "poll" for slot in pieces)
    line = next(one for one in frame.budget.lines if one.fixed)
    phase = next(one for one in frame.phases if one.id == line.phase)
    assert phase.start <= key.deliver_by <= phase.end


def test_a_film_waits_for_the_day_of_filming() -> None:
    day = dt.date(2027, 5, 10)
    frame = frame_of(paid(PUMPS, FILM, key_dates=[KeyDate(date=day, name="Plant filming")]))
    assert used(frame, "film")[0].date >= day + dt.timedelta(days=21)


@pytest.mark.parametrize(
    ("row", "more"),
    [
        (FixedLine(purpose="product film", category="content", amount=Decimal(0)), {}),
        (FixedLine(purpose="Summer film night", amount=Decimal(900)), {"key_dates": [KeyDate(date=dt.date(2027, 4, 3), name="Summer film night")]}),
    ],
)  # fmt: skip
def test_a_sum_of_nothing_and_one_with_a_date_of_its_own_get_none(row: FixedLine, more: dict[str, object]) -> None:
    assert not any(one.earmark for one in frame_of(paid(PUMPS, row, **more)).key_dates)


def test_a_period_without_room_has_no_day_for_it() -> None:
    start, end = dt.date(2027, 3, 1), dt.date(2027, 3, 12)
    brief = paid(PUMPS, PRIZES)
    assert not list(earmarks(brief, working_days(["US"], start, end), start=start, end=end, as_of=AS_OF))


def test_dates_without_a_piece_are_left_out_and_the_others_renumbered() -> None:
    frame = frame_of(SOLO)
    tied = {slot.key_date for slot in frame.slots}
    loud = [key for key in frame.key_dates if key.use != "quiet" and key.source.startswith("kb:")]
    assert all(key.id in tied for key in loud)
    assert [key.id for key in frame.key_dates] == [f"D{n}" for n in range(1, len(frame.key_dates) + 1)]


def test_a_dates_own_piece_comes_in_the_morning() -> None:
    found = 0
    for brief in (TEA, SOLO, PUMPS):
        frame = frame_of(brief)
        day = {key.id: key.date for key in frame.key_dates}
        own: dict[tuple[str, dt.date], str] = {}
        for slot in frame.slots:
            if slot.key_date and slot.date == day[slot.key_date]:
                own.setdefault((slot.platform, slot.date), slot.time)
        found += len(own)
        assert all(time < "12:00" for time in own.values())
    assert found > 3


def test_where_no_date_has_a_piece_the_first_piece_opens_the_period() -> None:
    brief = SOLO.model_copy(update={"start": dt.date(2027, 9, 13), "end": dt.date(2027, 9, 30), "key_dates": []})
    frame = frame_of(brief)
    first = next(slot for slot in frame.slots if slot.kind != "buffer")
    (key,) = frame.key_dates
    assert (key.date, key.kind, first.key_date) == (first.date, "brand", key.id)
    assert key.prepare_from <= key.deliver_by < key.date
