"""The time half of the frame by example: phases, platforms, dates, hours, reviews."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from dataclasses import replace

import pytest
from time_cases import AS_OF, CASES, LARGE, PUMPS, SOLO, TEA, TINY, member, period

from agent.brief.model import Account, BrandBrief, Embargo, KeyDate, Period, Platforms
from agent.frame import build_frame, pillar_shares
from agent.frame.carry import Row, carry, load
from agent.frame.model import Frame
from agent.frame.phases import make_phases
from agent.frame.slots import interleaved
from agent.frame.team import make_team
from agent.frame.workdays import working_days
from agent.knowledge import load as load_knowledge


def frame_of(brief: BrandBrief, **changes: object) -> Frame:
    return build_frame(brief.model_copy(update=changes), as_of=AS_OF, knowledge=load_knowledge())


@pytest.mark.parametrize(
    ("first", "last", "count"), [("2027-03-01", "2027-03-05", 1), ("2027-03-01", "2027-03-14", 2), ("2027-03-01", "2027-05-30", 3), ("2027-01-01", "2027-12-31", 4)]
)  # fmt: skip
def test_phases_follow_the_length_of_the_period(first: str, last: str, count: int) -> None:
    phases = make_phases(dt.date.fromisoformat(first), dt.date.fromisoformat(last), business="b2c", language="en")
    assert len(phases) == count
    assert round(sum(one.share for one in phases), 4) == 1


def test_a_phase_begins_with_the_launch_when_it_is_near() -> None:
    assert dt.date(2027, 4, 20) in {phase.start for phase in frame_of(TEA).phases}


def test_demanded_platforms_lead_and_refused_ones_are_out() -> None:
    roles = {one.id: (one.role, one.reason) for one in frame_of(TEA).platforms}
    assert roles["xiaohongshu"] == ("primary", "must")
    assert roles["douyin"] == ("primary", "must")
    assert roles["wechat"] == ("support", "fit")
    assert roles["kuaishou"] == ("excluded", "avoid")
    assert "instagram" not in roles


def test_a_platform_demanded_and_refused_counts_as_refused() -> None:
    frame = frame_of(SOLO, platforms=Platforms(must=["instagram", "tiktok"], avoid=["tiktok"]))
    assert {one.id for one in frame.active} == {"instagram"}


def test_a_demanded_platform_of_another_market_is_taken_all_the_same() -> None:
    frame = frame_of(TEA, platforms=Platforms(must=["instagram"]))
    assert frame.active[0].id == "instagram"
    outsider = frame_of(TEA, platforms=Platforms(must=["xiaohongshu"], may=["instagram"]))
    assert next(one for one in outsider.platforms if one.id == "instagram").reason == "market"


def test_business_decides_what_scores() -> None:
    brief = PUMPS.model_copy(update={"platforms": Platforms()})
    assert frame_of(brief).platforms[0].id == "linkedin"
    beauty = frame_of(brief, business="b2c", category="beauty", audience=[])
    assert beauty.platforms[0].id == "instagram"
    for one in beauty.platforms:
        assert abs(sum(score.weight for score in one.scores) - 1) < 0.001
        assert abs(sum(score.weight * score.score for score in one.scores) - one.total) < 0.02


def test_ties_break_by_brand_and_stay() -> None:
    assert frame_of(SOLO) == frame_of(SOLO)


@pytest.mark.parametrize(
    ("language", "markets", "platform", "expected"),
    [
        ("en", ["CN"], "xiaohongshu", "zh-CN"), ("zh-CN", ["US"], "instagram", "en"), ("zh-TW", ["TW"], "instagram", "zh-TW"),
        ("zh-CN", ["CN"], "instagram", "zh-CN"), ("en", ["GB"], "instagram", "en"), ("zh-TW", ["CN"], "douyin", "zh-CN"),
    ],
)  # fmt: skip
def test_language_of_posts(language: str, markets: list[str], platform: str, expected: str) -> None:
    frame = frame_of(SOLO, language=language, markets=markets, platforms=Platforms(must=[platform]))
    assert frame.active[0].language == expected
    told = frame_of(
        SOLO,
        language=language,
        markets=markets,
        platforms=Platforms(must=[platform]),
        content_languages={platform: "zh-TW"},
    )
    assert told.active[0].language == "zh-TW"


def test_sizes_make_sense() -> None:
    tiny, solo, tea, large = (frame_of(one) for one in (TINY, SOLO, TEA, LARGE))
    assert len(tiny.active) == 1
    assert 1 <= tiny.active[0].cadence <= 2
    assert len(solo.active) <= 2
    assert 1 <= sum(one.cadence for one in solo.active) <= 3
    assert 4 <= sum(one.cadence for one in tea.active) <= 10
    assert len(large.active) == 9
    assert len(large.slots) >= 900
    assert [len(one.pillar_shares) for one in (tiny, solo, tea, large)] == [3, 3, 5, 5]


def test_a_video_platform_stays_one() -> None:
    douyin = next(one for one in frame_of(TEA).active if one.id == "douyin")
    assert dict(douyin.formats)["short_video"] >= 0.5


def test_the_brands_dates_come_first_and_name_what_they_mean() -> None:
    dates = {one.name: one for one in frame_of(TEA).key_dates}
    assert dates["天猫 618"].date == dt.date(2027, 6, 1)
    assert dates["天猫 618"].end == dt.date(2027, 6, 18)
    assert dates["天猫 618"].kind == "commerce"
    assert sum("618" in name for name in dates) == 1
    assert dates["桂花新口味上市"].use == "campaign"
    assert dates["桂花新口味上市"].source == "brief:key_dates"


def test_what_lasts_several_days_is_ready_before_the_first_and_told_through_them() -> None:
    frame = frame_of(TEA)
    sale = next(one for one in frame.key_dates if one.name == "天猫 618")
    assert sale.prepare_from < sale.deliver_by < dt.date(2027, 6, 1)
    assert sale.end
    tied = [slot.date for slot in frame.slots if slot.key_date == sale.id]
    assert min(tied) < sale.date
    assert sum(sale.date < day <= sale.end for day in tied) >= 2
    assert max(tied) <= sale.end


def test_a_slot_that_is_kept_free_is_no_poll() -> None:
    assert all(slot.format != "poll" for slot in frame_of(TEA).slots if slot.kind == "buffer")


def test_nothing_belongs_to_a_launch_before_its_embargo_ends() -> None:
    frame = frame_of(TEA)
    launch = next(one for one in frame.key_dates if one.name == "桂花新口味上市")
    tied = [slot.date for slot in frame.slots if slot.key_date == launch.id]
    assert min(tied) == launch.date


def test_an_embargo_makes_a_date_of_its_own() -> None:
    frame = frame_of(SOLO, embargoes=[Embargo(fact="a stately home", until=dt.date(2027, 5, 4))])
    assert any(one.source == "brief:embargoes" and "a stately home" in one.name for one in frame.key_dates)


def test_firms_are_left_alone_on_holidays_and_at_the_close() -> None:
    frame = frame_of(PUMPS)
    quiet = {one.date: one for one in frame.key_dates if one.use == "quiet"}
    assert dt.date(2027, 5, 31) in quiet  # Memorial Day
    assert dt.date(2027, 3, 1) in quiet  # first working day of March: controllers close their books
    assert not any(one.kind == "commerce" for one in frame.key_dates)


def test_closed_days_of_the_brief_are_quiet_from_first_to_last() -> None:
    frame = frame_of(
        SOLO, key_dates=[KeyDate(date=dt.date(2027, 4, 5), end=dt.date(2027, 4, 18), name="Workshop closed")]
    )
    assert not [slot for slot in frame.slots if dt.date(2027, 4, 5) <= slot.date <= dt.date(2027, 4, 18)]


def test_a_date_outside_the_period_is_left_out() -> None:
    frame = frame_of(SOLO, key_dates=[KeyDate(date=dt.date(2027, 7, 4), name="Summer fair")])
    assert not [one for one in frame.key_dates if one.name == "Summer fair"]


def test_a_service_account_keeps_to_four_pushes_a_month() -> None:
    accounts = [Account(platform="wechat", followers=5000, note="服务号")]
    frame = frame_of(LARGE, accounts=accounts)
    months = Counter(slot.date.month for slot in frame.slots if slot.platform == "wechat")
    assert max(months.values()) <= 4


def test_one_person_holds_everything_and_titles_tell_the_rest() -> None:
    alone = make_team(SOLO)
    assert {alone.holder(function) for function in ("copy", "video", "approver")} == {"Nora"}
    team = make_team(PUMPS, outside=5)
    assert team.holder("video") == "video editor"
    assert team.holder("copy") == "marketing manager"
    assert team.holder("presenter") == "applications engineer"
    assert team.holder("approver") == "owner"
    assert team.holder("design") == ""
    assert make_team(PUMPS, outside=0).holder("design") == "video editor", "a craft falls to whoever has one"


def test_what_nobody_holds_falls_to_the_one_with_most_time() -> None:
    team = make_team(
        SOLO.model_copy(
            update={"team": [member("Ada", 8, "copy", "design", "operator"), member("Ben", 6, "community")]}
        )
    )
    assert team.holder("planner") == "Ben"
    assert team.holder("copy") == "Ada"


def test_a_pace_that_the_team_keeps_now_proves_its_speed() -> None:
    busy = [
        Account(platform="instagram", followers=2300, posts_per_week=3),
        Account(platform="facebook", posts_per_week=2),
    ]
    brief = SOLO.model_copy(
        update={"team": [member("Ada", 10)], "platforms": Platforms(must=["instagram", "facebook"])}
    )
    before, after = frame_of(brief), frame_of(brief, accounts=busy)
    assert sum(one.cadence for one in after.active) > sum(one.cadence for one in before.active)


def test_people_of_one_title_add_their_hours() -> None:
    team = make_team(LARGE)
    assert team.capacity["视频"] == 240
    assert team.people == 20


def test_hours_add_up() -> None:
    frame = frame_of(TEA)
    weeks = len({week.week for week in frame.weeks if week.week + dt.timedelta(days=6) >= frame.start})
    assert sum(role.load for role in frame.roles) == pytest.approx(
        sum(week.hours for week in frame.weeks) / weeks, abs=0.1
    )
    held = [role for role in frame.roles if role.holder]
    assert sum(role.capacity for role in held) == pytest.approx(71, abs=0.1)


def row(name: str, cadence: float, hours: dict[str, dict[str, float]], *, must: bool = False, rank: float = 3) -> Row:
    native = next(iter(hours))
    return Row(name, must, rank, cadence, 0.5, 0.25, {native: 1.0}, hours, native, 0.4, {})


def test_carry_takes_lighter_formats_before_fewer_posts() -> None:
    rows = [row("a", 2, {"short_video": {"x": 4}, "poll": {"x": 1}})]
    assert carry(rows, {"x": 6}) == ""
    assert rows[0].cadence == 2
    assert rows[0].mix["short_video"] < 1
    assert load(rows)["x"] <= 6


def test_carry_drops_the_weakest_platform_that_nobody_demands() -> None:
    rows = [
        row("a", 2, {"article": {"x": 4}}, must=True, rank=1),
        row("b", 2, {"article": {"x": 4}}, rank=2),
        row("c", 2, {"article": {"x": 4}}, rank=3),
    ]
    assert carry(rows, {"x": 3}) == "b"


def test_carry_keeps_what_is_demanded_at_the_floor() -> None:
    rows = [row("a", 2, {"article": {"x": 4}}, must=True)]
    assert carry(rows, {"x": 0.5}) == ""
    assert rows[0].cadence == 0.25


def test_carry_keeps_the_present_pace_of_what_is_demanded_while_others_give_way() -> None:
    kept = row("a", 3, {"article": {"x": 1}}, must=True, rank=3)
    rows = [replace(kept, now=2.5), row("b", 3, {"article": {"x": 1}}, rank=2)]
    assert carry(rows, {"x": 3.5}) == ""
    assert rows[0].cadence >= 2.5
    assert rows[1].cadence <= 1


def test_a_guest_platform_never_outpaces_a_demanded_one() -> None:
    frame = frame_of(TEA, platforms=Platforms(must=["xiaohongshu", "wechat"], may=["douyin", "weibo"]))
    demanded = min(one.cadence for one in frame.active if one.reason == "must")
    assert all(one.cadence <= demanded for one in frame.active if one.reason != "must")


def test_a_video_platform_carries_video() -> None:
    youtube = next(one for one in frame_of(PUMPS).platforms if one.id == "youtube")
    assert {name for name, _ in youtube.formats} <= {"long_video", "short_video"}
    douyin = next(one for one in frame_of(TEA).platforms if one.id == "douyin")
    assert dict(douyin.formats)["short_video"] >= 0.6


def test_firms_are_addressed_on_working_days_in_the_first_window() -> None:
    frame = frame_of(PUMPS)
    assert all(slot.date.weekday() < 5 for slot in frame.slots if not slot.key_date)
    days = Counter(slot.date.weekday() for slot in frame.slots if slot.platform == "linkedin")
    assert days[1] + days[2] > days[0] + days[3]


@pytest.mark.parametrize("name", CASES)
def test_the_promised_cadence_is_held(name: str) -> None:
    frame = frame_of(CASES[name])
    weeks = ((frame.end - frame.start).days + 1) / 7
    for one in frame.active:
        found = sum(slot.platform == one.id and slot.kind in ("post", "live") for slot in frame.slots) / weeks
        assert found >= 0.7 * one.cadence - 0.05, one.id


def test_the_brands_own_saturday_is_a_slot_on_the_leading_platform() -> None:
    frame = frame_of(SOLO)
    day = dt.date(2027, 4, 24)
    assert "instagram" in {slot.platform for slot in frame.slots if slot.date == day}


def test_days_of_filming_and_open_ended_embargoes_get_no_slot() -> None:
    frame = frame_of(
        PUMPS, key_dates=[KeyDate(date=dt.date(2027, 3, 2), name="Customer plant filming")],
        embargoes=[Embargo(fact="a lead on a dairy group", until=dt.date(2027, 4, 13))],
    )  # fmt: skip
    dates = {one.date: one for one in frame.key_dates}
    for day in (dt.date(2027, 3, 2), dt.date(2027, 4, 13)):
        assert dates[day].use == "quiet"
        assert all(slot.key_date != dates[day].id for slot in frame.slots)
    assert "signed" in dates[dt.date(2027, 4, 13)].name


def test_an_occasion_of_the_brand_is_announced_and_answered() -> None:
    frame = frame_of(TEA, key_dates=[KeyDate(date=dt.date(2027, 6, 12), name="茶园一日游")], embargoes=[])
    key = next(one for one in frame.key_dates if one.name == "茶园一日游")
    days = sorted(slot.date for slot in frame.slots if slot.key_date == key.id)
    assert days[0] < key.date < days[-1]


def test_refused_platforms_and_absent_audiences_score_low() -> None:
    rows = {one.id: {score.criterion: score.score for score in one.scores} for one in frame_of(TEA).platforms}
    assert rows["kuaishou"]["wish"] == 1
    assert rows["xiaohongshu"]["wish"] == 5
    firms = {one.id: {score.criterion: score.score for score in one.scores} for one in frame_of(PUMPS).platforms}
    assert firms["pinterest"]["conversion"] <= firms["pinterest"]["audience"]


def test_the_frame_tells_what_is_due_on_a_day() -> None:
    frame = frame_of(TEA)
    assert frame.share_at(frame.start - dt.timedelta(days=1)) == 0
    assert frame.share_at(frame.end) == 1
    goal = next(one for one in frame.goals if any(point.goal == one.id for point in frame.curve))
    for point in (one for one in frame.curve if one.goal == goal.id):
        assert frame.forecast_at(goal.id, point.month) == pytest.approx(point.forecast, abs=0.5)
    seen = next(one for one in frame.kpis if one.kpi == "impressions")
    rate = next(one for one in frame.kpis if one.kpi == "er")
    middle = frame.start + (frame.end - frame.start) / 2
    assert seen.target.low is not None
    assert 0 < (frame.floor_at(seen, middle) or 0) < seen.target.low
    assert frame.floor_at(rate, middle) == rate.target.low


def test_interleaving_spaces_evenly() -> None:
    assert interleaved([2, 2]) == [0, 1, 0, 1]
    assert Counter(interleaved([5, 3, 2])) == {0: 5, 1: 3, 2: 2}
    assert interleaved([3, 1]).index(1) in (1, 2)


@pytest.mark.parametrize("hours", [0, 2, 8, 39.5, 40, 900])
def test_pillar_shares_are_whole(hours: float) -> None:
    assert sum(pillar_shares(hours)) == 100
    assert 3 <= len(pillar_shares(hours)) <= 5


def test_reviews_have_a_rhythm() -> None:
    frame = frame_of(TEA)
    kinds = Counter(review.kind for review in frame.reviews)
    assert kinds["gate"] == len(frame.phases)
    assert 20 <= kinds["weekly"] <= 26
    assert kinds["monthly"] >= 5
    assert len({review.date for review in frame.reviews}) == len(frame.reviews)
    assert frame.drills[0] <= frame.start + dt.timedelta(days=27)
    assert {day.month for day in frame.inspections} == set(range(3, 9))


@pytest.mark.parametrize("end", ["2027-04-30", "2027-05-31", "2027-06-20", "2027-07-15", "2027-08-31"])
def test_larger_reviews_stand_apart(end: str) -> None:
    """No monthly or quarterly review on the working day beside a gate; a quarter's gate at the end stands for its quarterly review."""
    frame = frame_of(SOLO, period=period("2027-03-01", end))
    workdays = working_days(["GB"], frame.start, frame.end)
    larger = [one for one in frame.reviews if one.kind != "weekly"]
    for a, b in itertools.pairwise(larger):
        assert workdays.back(b.date, 1) > a.date, (a, b)
    length = (frame.end - frame.start).days + 1
    kinds = Counter(one.kind for one in frame.reviews)
    assert kinds["monthly"]
    assert kinds["quarterly"] or length < 112


def test_nothing_is_prepared_before_the_kick_off() -> None:
    frame = frame_of(TEA, period=period("2027-03-01", "2027-08-31"))
    first = working_days(["CN"], AS_OF, frame.end).back(frame.start, 10)
    assert min(one.prepare_from for one in frame.key_dates) >= first


def test_who_has_half_an_hour_helps_and_does_not_carry() -> None:
    frame = frame_of(
        SOLO, team=[member("Nora", 4, "copy", "video", "operator", "approver"), member("partner", 0.5, "video")]
    )
    assert next(role.holder for role in frame.roles if role.id == "video") == "Nora"


def test_a_period_that_has_begun_gets_no_work_in_the_past() -> None:
    running = TEA.model_copy(update={"period": period("2026-11-01", "2027-01-31")})
    frame = frame_of(running)
    assert min(slot.deadline for slot in frame.slots) >= AS_OF
    assert min(one.prepare_from for one in frame.key_dates) >= AS_OF


def test_a_quarter_is_told_as_thirteen_weeks() -> None:
    assert frame_of(SOLO, period=period("2027-03-01", "2027-05-31")).weeks_count == 13


def test_without_a_period_twelve_weeks_are_planned() -> None:
    frame = frame_of(SOLO, period=Period())
    assert frame.start == dt.date(2026, 12, 7)
    assert frame.weeks_count == 12


def test_a_team_without_hours_is_still_planned_for() -> None:
    frame = frame_of(SOLO, team=[member("nobody yet", 0)])
    assert frame.slots
