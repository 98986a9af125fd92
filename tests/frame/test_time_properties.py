"""What holds for every frame, whatever the brief: markets, periods, money and teams at random."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_cases import AS_OF, CASES, objective

from agent.brief.model import BrandBrief, Budget, Embargo, KeyDate, Member, Period, Platforms
from agent.frame import build_frame
from agent.frame.apportion import largest_remainder
from agent.frame.model import Frame
from agent.frame.phases import phase_at
from agent.frame.team import FUNCTIONS
from agent.frame.workdays import working_days
from agent.knowledge import load

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARKETS = ["CN", "TW", "HK", "US", "GB", "SG", "EU", "DE", "FR", "GLOBAL"]
CATEGORIES = ["food", "beauty", "software", "b2b_industrial", "local_service", "travel", "nonprofit", "general"]
NAMES = ["Product launch", "Spring fair", "Office closed", "母亲节", "新品上市", "Team day"]


@st.composite
def briefs(draw: st.DrawFn) -> BrandBrief:
    start = AS_OF + dt.timedelta(days=draw(st.integers(-40, 400)))
    end = start + dt.timedelta(days=draw(st.one_of(st.integers(6, 40), st.integers(41, 366))))
    platforms = sorted(load().platforms)
    chosen = draw(st.lists(st.sampled_from(platforms), max_size=9, unique=True))
    cut = draw(st.integers(0, len(chosen)))
    team = [
        Member(
            title=f"{draw(st.sampled_from(['运营', 'designer', 'owner', 'video editor', 'marketing manager', 'assistant']))} {n}",
            hours=draw(st.one_of(st.none(), st.floats(0.5, 45).map(lambda value: round(value, 1)))),
            functions=draw(st.lists(st.sampled_from(FUNCTIONS), max_size=4, unique=True)),
            count=draw(st.integers(1, 5)),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    days = st.integers(0, (end - start).days).map(lambda n: start + dt.timedelta(days=n))
    return BrandBrief(
        brand=draw(st.text(min_size=1, max_size=8)),
        business=draw(st.sampled_from(["b2c", "b2b", "local", "nonprofit"])),
        category=draw(st.sampled_from(CATEGORIES)),
        markets=draw(st.lists(st.sampled_from(MARKETS), min_size=1, max_size=3, unique=True)),
        language=draw(st.sampled_from(["zh-CN", "zh-TW", "en"])),
        objectives=[objective(kind) for kind in draw(st.lists(st.sampled_from(["awareness", "conversion", "followers", "traffic"]), max_size=3))],
        platforms=Platforms(must=chosen[:cut], may=chosen[cut:], avoid=draw(st.lists(st.sampled_from(platforms), max_size=3, unique=True))),
        budget=Budget(total=draw(st.one_of(st.none(), st.just(0), st.integers(100, 10_000_000))), currency=draw(st.sampled_from(["CNY", "USD", "GBP", "TWD"]))),
        period=Period(start=start, end=end),
        team=team,
        key_dates=[KeyDate(date=draw(days), name=draw(st.sampled_from(NAMES))) for _ in range(draw(st.integers(0, 3)))],
        embargoes=[Embargo(fact="the secret", until=draw(days))] if draw(st.booleans()) else [],
    )  # fmt: skip


def assert_sound(frame: Frame) -> None:
    brief, knowledge = frame.brief, load()
    work = working_days(brief.markets, min(AS_OF, frame.start), frame.end)
    quiet = {one.date for one in frame.key_dates if one.use == "quiet"}
    assert frame.active
    assert len(frame.phases) >= 1
    assert frame.phases[0].start == frame.start
    assert frame.phases[-1].end == frame.end
    for before, after in zip(frame.phases, frame.phases[1:], strict=False):
        assert after.start == before.end + dt.timedelta(days=1)

    def inside_window(platform: str, day: dt.date, time: str) -> bool:
        return any(
            DAYS[day.weekday()] in one.days and one.start <= time <= max(one.end, one.start)
            for one in knowledge.platform(platform).windows
        )

    assert len({slot.id for slot in frame.slots}) == len(frame.slots)
    assert len({(slot.platform, slot.date, slot.time) for slot in frame.slots}) == len(frame.slots)
    assert list(frame.slots) == sorted(frame.slots, key=lambda slot: (slot.date, slot.time))
    cadence = {one.id: one.cadence for one in frame.active}
    ids = {one.id: one for one in frame.key_dates}
    for slot in frame.slots:
        assert frame.start <= slot.date <= frame.end
        assert slot.date not in quiet
        own = slot.key_date and ids[slot.key_date].date == slot.date  # comes in the morning, whatever the windows
        assert own or inside_window(slot.platform, slot.date, slot.time)
        assert slot.deadline < slot.date
        assert work.is_working(slot.deadline)
        assert slot.deadline >= AS_OF or frame.end <= AS_OF
        assert slot.phase == phase_at(frame.phases, slot.date).id
        assert slot.format in knowledge.platform(slot.platform).formats
        assert slot.platform in cadence
        assert slot.owner in FUNCTIONS
        assert (slot.pillar == -1) == (slot.kind == "buffer")
        assert slot.key_date == "" or ids[slot.key_date].use != "quiet"
    per_day = Counter((slot.platform, slot.date) for slot in frame.slots)
    assert all(count == 1 or (count == 2 and cadence[platform] > 7) for (platform, _), count in per_day.items())
    pillars = Counter(slot.pillar for slot in frame.slots if slot.pillar >= 0)
    counts = [pillars[index] for index in range(len(frame.pillar_shares))]
    assert list(frame.pillar_shares) == largest_remainder(100, counts) or not all(counts)
    assert_dates(frame)
    assert_hours(frame)
    assert_buffers(frame)
    for day in (*[review.date for review in frame.reviews], *frame.drills, *frame.inspections):
        assert frame.start <= day <= frame.end
        assert work.is_working(day)


def assert_dates(frame: Frame) -> None:
    work = working_days(frame.brief.markets, min(AS_OF, frame.start), frame.end)
    for one in frame.key_dates:
        assert frame.start <= one.date <= frame.end
        assert one.prepare_from <= one.deliver_by < one.date
        assert work.is_working(one.deliver_by)
    assert [one.date for one in frame.key_dates] == sorted(one.date for one in frame.key_dates)
    for embargo in frame.brief.embargoes:
        own = {one.id for one in frame.key_dates if one.date == embargo.until and one.source.startswith("brief:")}
        assert all(slot.date >= embargo.until for slot in frame.slots if slot.key_date in own)


def mondays(frame: Frame) -> int:
    """Number of calendar weeks that the period touches."""
    return (frame.end - frame.start + dt.timedelta(days=frame.start.weekday())).days // 7 + 1


def assert_hours(frame: Frame) -> None:
    hours: dict[str, float] = defaultdict(float)
    capacity: dict[str, float] = {}
    for week in frame.weeks:
        hours[week.holder] += week.hours
        capacity[week.holder] = week.capacity
    weeks = mondays(frame)
    lowest = all(one.cadence <= 0.25 for one in frame.active)
    demanded = {one.id for one in frame.active} <= set(frame.brief.platforms.must)
    if not (lowest or demanded):
        for holder, total in hours.items():
            assert total / weeks <= capacity[holder] + 0.5 / weeks + 0.05
    for role in frame.roles:
        assert role.peak >= role.load - 0.01
    assert {role.id for role in frame.roles} == set(FUNCTIONS)


def assert_buffers(frame: Frame) -> None:
    buffers = sum(slot.kind == "buffer" for slot in frame.slots)
    if len(frame.slots) >= 6 and sum(not slot.key_date for slot in frame.slots) >= 6:
        assert buffers >= 1
    assert buffers <= max(1 + 2 * 13, 0.2 * len(frame.slots))


@pytest.mark.parametrize("name", CASES)
def test_frames_of_every_size_are_sound(name: str) -> None:
    frame = build_frame(CASES[name], as_of=AS_OF, knowledge=load())
    assert_sound(frame)
    assert max(slot.date for slot in frame.slots) >= frame.end - dt.timedelta(days=6)
    over = [week for week in frame.weeks if week.hours > week.capacity + 0.05]
    assert not over
    means: dict[str, float] = defaultdict(float)
    for week in frame.weeks:
        means[week.holder] += week.hours / mondays(frame)
    for week in frame.weeks:
        assert means[week.holder] <= 0.9 * week.capacity


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(brief=briefs())
def test_any_frame_is_sound(brief: BrandBrief) -> None:
    frame = build_frame(brief, as_of=AS_OF, knowledge=load())
    assert_sound(frame)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(brief=briefs())
def test_the_last_week_has_a_post_unless_nothing_may_be_published(brief: BrandBrief) -> None:
    frame = build_frame(brief, as_of=AS_OF, knowledge=load())
    quiet = {one.date for one in frame.key_dates if one.use == "quiet"}
    closed = any(one.kind == "close" or one.use == "quiet" for one in frame.key_dates)
    last = [frame.end - dt.timedelta(days=n) for n in range(7)]
    work = working_days(brief.markets, min(AS_OF, frame.start), frame.end)
    possible = [
        day for day in last if day not in quiet and day >= frame.start and work.back(day, 1) >= AS_OF
        and any(DAYS[day.weekday()] in window.days and window.audience == "any" for one in frame.active for window in load().platform(one.id).windows)
    ]  # fmt: skip
    if possible and not closed:
        assert max(slot.date for slot in frame.slots) >= last[-1]
