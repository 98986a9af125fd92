"""A plan of a year for nine platforms and twenty people of one description, in three languages: what only shows at this size."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import defaultdict
from itertools import pairwise

import pytest

from agent.brief import read_brief
from agent.export.reader import Reader
from agent.frame import build_frame
from agent.frame.team import CRAFTS, FUNCTIONS
from agent.knowledge import load
from agent.plan.content import CalendarPart, Entry
from agent.stages import STAGES
from agent.words.playbook.calendar import APART, SLIDING
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.crew import busy, with_the
from agent.words.playbook.facts import plain_who, short_name
from agent.words.playbook.match import says
from agent.words.playbook.summary import ACCOUNTS, APPROVAL, KICK_OFF, LINKS, set_up
from agent.words.playbook.voice import clip
from benchmarks.playbook import LARGE

AS_OF = dt.date(2026, 11, 23)
TEAM = {"en": "specialist", "zh-CN": "专员", "zh-TW": "專員"}
LANGUAGES = tuple(TEAM)


@functools.cache
def written(language: str) -> Context:
    marks = range(1, 21) if language == "en" else "ABCDEFGHIJKLMNOPQRST"
    people = [f"{TEAM[language]} {mark}, 40 hours a week" for mark in marks]
    intake = read_brief({**LARGE, "language": language, "team": people}, as_of=AS_OF)
    knowledge = load()
    context = make_context(intake, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    for stage in STAGES:
        context.parts[stage.id] = stage.write(context)
    return context


def entries(language: str) -> list[Entry]:
    part = written(language).parts["calendar"]
    assert isinstance(part, CalendarPart)
    return part.entries


def prose(language: str) -> str:
    return "\n".join(part.model_dump_json() for part in written(language).parts.values())


# Names


def test_a_name_ends_where_it_still_names_somebody() -> None:
    name = "people comparing this category before they buy"
    assert plain_who(name, 42, "these buyers") == "people comparing this category"
    assert short_name(name, 66, "these buyers") == name
    assert short_name("people who weigh everything twice over and then some more", 30, "these buyers") == "these buyers"
    assert plain_who("每周三次以上在家里做饭并且认真比较食材来源的年轻上班族", 14, "这群买家") == "年轻上班族"
    assert plain_who("每周三次以上在家里做饭并且认真比较食材来源之人群", 14, "这群买家") == "这群买家"


@pytest.mark.parametrize("limit", range(20, 120))
def test_a_cut_leaves_no_joint_at_the_end(limit: int) -> None:
    text = "Paid posts start with the word for an ad and are reported through the platform before they run on it"
    assert not re.search(r" (?:the|and|are|for|an|through|before|they|on|with)$", clip(text, limit))


def test_no_segment_is_cut_at_a_preposition() -> None:
    assert "category before before" not in prose("en")
    assert not re.search(r"comparing this category before(?! they buy| the way)", prose("en"))


def test_a_numbered_name_takes_no_article() -> None:
    assert with_the("specialist 3") == "specialist 3"
    assert with_the("designer") == "the designer"
    assert not re.search(r"(?i)\bthe specialist \d", prose("en"))


def test_a_placeholder_for_a_product_is_not_printed() -> None:
    assert "lead product" not in prose("en")
    assert "主推产品" not in prose("zh-CN")
    assert not any("lead product" in gap.assumption for gap in written("en").intake.gaps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_in_prose_have_their_separator(language: str) -> None:
    pieces = sum(slot.kind != "buffer" for slot in written(language).frame.slots)
    assert pieces > 1000
    assert not re.search(rf"(?<![\dE]){pieces}(?!\d)", prose(language))


# People


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_of_one_description_share_the_roles_out(language: str) -> None:
    context = written(language)
    roles = {role.id: role for role in context.parts["team"].roles}
    assert all(role.holder for role in roles.values())
    assert len({role.holder for role in roles.values()}) >= 6
    assert roles["copy"].holder != roles["approver"].holder
    assert sum(role.people for role in roles.values()) >= 20
    assert max(role.capacity for role in roles.values()) <= 40 * max(role.people for role in roles.values())
    assert all(role.capacity <= 40 * role.people + 0.01 for role in roles.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_idle_team_is_not_told_to_be_short_of_hands(language: str) -> None:
    context = written(language)
    assert not busy(context)
    assert "few" not in context.voice.facts
    shape, slack = context.parts["team"].shape, context.parts["team"].slack
    assert "16" in shape
    assert not re.search(r"lacks the hands|has not the hands|Few hands|人手顾不全|人手和预算有限", prose(language))
    free = round(800 - sum(role.load for role in context.frame.roles), 1)
    assert f"{free:g}" in slack


def test_a_role_that_nobody_holds_does_no_task() -> None:
    intake = read_brief(
        {"brand": "Kiln", "budget": "USD 40k", "team": ["marketing manager, 20 hours a week"] * 1, "language": "en"},
        as_of=AS_OF,
    )
    knowledge = load()
    context = make_context(intake, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    stage = next(one for one in STAGES if one.id == "team")
    team = stage.write(context)
    held = {role.id for role in team.roles if role.holder}
    assert all({row.responsible, *row.consulted, *row.informed} <= held for row in team.raci)


def test_a_small_team_keeps_its_crafts_for_hire() -> None:
    people = [f"specialist {number}, 10 hours a week" for number in range(1, 4)]
    intake = read_brief({**LARGE, "team": people}, as_of=AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load())
    roles = {role.id: role.holder for role in frame.roles}
    assert all(not roles[craft] for craft in CRAFTS)
    assert all(roles[one] for one in FUNCTIONS if one not in CRAFTS)
    assert len(set(roles.values()) - {""}) == 3
    assert roles["copy"] != roles["approver"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_meetings_say_how_many_dates_are_left_out(language: str) -> None:
    context = written(language)
    monthly = sum(review.kind == "monthly" for review in context.frame.reviews)
    when = next(
        one.when
        for one in context.parts["team"].rituals
        if "10:00" in one.when and one.when.count(",") + one.when.count("、") >= 6
    )
    assert str(monthly - 6) in when


def test_reviews_are_led_by_whoever_holds_the_role() -> None:
    context = written("en")
    analyst = context.holder(context.frame.reviews[0].owner)
    assert analyst.lower() in context.parts["measurement"].loop.lower()


# Goals


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_goal_has_the_figure_of_its_metric(language: str) -> None:
    frame = written(language).frame
    goal = next(one for one in frame.goals if one.objective.kind == "awareness")
    kpis = {row.kpi: row.target.value for row in frame.kpis if not row.platform}
    people = goal.objective.metric == "reach"
    assert goal.verdict.base == pytest.approx(kpis["reach" if people else "impressions"], abs=1)
    if people:
        assert goal.verdict.base < kpis["impressions"]
        assert "impressions" not in goal.verdict.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_goal_with_our_target_says_that_we_propose_it(language: str) -> None:
    context = written(language)
    for goal in context.parts["positioning"].goals:
        if goal.origin == "brief" and goal.target.value is not None:
            assert (
                re.search("propose|proposal", goal.statement)
                if language == "en"
                else "建议" in goal.statement or "建議" in goal.statement
            )
            assert goal.verdict.status == "proposed"
    told = context.parts["summary"].verdict
    assert not re.search(r"no number given|not judged|lack a target|未给数字，只报|未給數字，只報", told)
    assert "G1" in told


# Time


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_house_is_in_order_before_the_first_post(language: str) -> None:
    context = written(language)
    steps = context.parts["summary"].first_30_days
    first = next(step.date for step in steps if step.date == entries(language)[0].date)
    early = [step for step in steps if step.date < first]
    assert len(early) >= 4
    assert all(AS_OF <= step.date < context.frame.start for step in early)
    said = " ".join(step.action for step in early)
    assert re.search(r"9 platforms|9 个平台|9 個平台", said)


def test_a_plan_made_the_day_before_starts_in_its_period() -> None:
    intake = read_brief({**LARGE, "period": "24 Nov 2026 to 20 Feb 2027"}, as_of=AS_OF)
    knowledge = load()
    context = make_context(intake, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    days = [set_up(context, turn) for turn in (KICK_OFF, ACCOUNTS, LINKS, APPROVAL)]
    assert days == sorted(days)
    assert days[0] == dt.date(2026, 11, 24)


def own_days(context: Context) -> set[dt.date]:
    """Days of the key dates, whose pieces come in the morning."""
    return {key.date for key in context.frame.key_dates}


def test_the_main_window_is_filled_before_the_spare_one() -> None:
    context = written("en")
    weeks: dict[dt.date, set[int]] = defaultdict(set)
    for slot in context.frame.slots:
        if slot.platform == "xiaohongshu":
            weeks[slot.date - dt.timedelta(days=slot.date.weekday())].add(slot.date.weekday())
    full = [days for days in weeks.values() if len(days) >= 4]
    assert sum({2, 6} <= days for days in full) >= 0.9 * len(full)
    times = {
        slot.time
        for slot in context.frame.slots
        if slot.platform == "xiaohongshu" and slot.date.weekday() in (2, 6) and slot.date not in own_days(context)
    }
    assert times == {"19:30"}


def test_a_platform_read_elsewhere_says_whose_time_it_is() -> None:
    part = written("en").parts["calendar"]
    assert part.timezone == "Asia/Shanghai"
    assert part.zone("tiktok") == "America/New_York"
    assert part.zone("douyin") == "Asia/Shanghai"
    shown = Reader.zones(_reader(part))
    assert shown.startswith("China time (UTC+8); ")
    assert "TikTok" in shown
    assert shown.endswith("US Eastern time (UTC−5 / UTC−4)")
    winter = next(one for one in part.entries if one.platform == "tiktok")
    assert Reader.clock(_reader(part), winter).endswith(" EST")


def _reader(part: CalendarPart) -> Reader:
    reader = object.__new__(Reader)
    reader.language, reader.chinese, reader.comma, reader._american = "en", False, ", ", False
    year = type("Meta", (), {"start": dt.date(2027, 1, 1), "end": dt.date(2027, 12, 31)})
    reader.plan = type("Plan", (), {"calendar": part, "meta": year})()  # type: ignore[assignment]
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_dates_run_through_the_year_and_crowd_no_month(language: str) -> None:
    dates = written(language).frame.key_dates
    sources = {one.source for one in dates}
    for name in ("sale_618", "national_day", "sale_1111", "black_friday", "christmas"):
        assert f"kb:date.{name}" in sources
    months = [one.date.month for one in dates]
    assert max(map(months.count, months)) <= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phase_names_no_occasion_of_another(language: str) -> None:
    context = written(language)
    phases = {phase.id: phase for phase in context.frame.phases}
    for plan in context.parts["strategy"].phases:
        phase = phases[plan.phase]
        names = {one.name for one in context.frame.key_dates if phase.start <= one.date <= phase.end}
        others = {one.name for one in context.frame.key_dates} - names
        assert not any(name in plan.purpose for name in others)


# Calendar


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_come_back_late_and_open_otherwise(language: str) -> None:
    days: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries(language):
        if entry.topic_id:
            days[entry.topic_id].append(entry)
    gaps = [(later.date - sooner.date).days for found in days.values() for sooner, later in pairwise(found)]
    assert sum(gap >= APART for gap in gaps) >= 0.94 * len(gaps)
    same = sum(_bare(a.hook) == _bare(b.hook) for found in days.values() for a, b in pairwise(found))
    assert same <= 0.02 * len(gaps)


def _bare(hook: str) -> str:
    return re.split(r"[:：]\s*", hook, maxsplit=1)[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_keep_to_what_platform_and_format_allow(language: str) -> None:
    closed = [entry for entry in entries(language) if entry.platform in ("xiaohongshu", "douyin")]
    assert not [entry.cta for entry in closed if says("link", entry.cta)]
    assert not [e.hook for e in entries(language) if says("slides", _bare(e.hook)) and e.format not in SLIDING]


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_stand_in_calendar_and_list_and_cost_what_their_phase_holds(language: str) -> None:
    context = written(language)
    listed = {event.date: event for event in context.parts["community"].events}
    held = [entry for entry in entries(language) if entry.kind == "event"]
    assert held
    assert all(entry.date in listed and listed[entry.date].place == "online" for entry in held)
    spent: dict[str, int] = defaultdict(int)
    for event in listed.values():
        phase = next(one for one in context.frame.phases if event.date <= one.end)
        spent[phase.id] += event.budget_cents
    assert any(spent.values())
    assert all(cents <= context.frame.budget.by("prizes", phase=phase) for phase, cents in spent.items())


# Money


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_on_money_claims_nothing_that_the_lines_do_not_hold(language: str) -> None:
    context = written(language)
    budget = context.frame.budget
    words = " ".join(
        context.some("budget.reason.ads", 9, sum="s", share="9%")
        + context.some("budget.reason.tools", 9, sum="s", share="9%")
    )
    assert not re.search(r"in a year|and no more|一年才|够\S{1,12}用即可", words)
    from agent.words.playbook.budget import _later

    facts = _later(context)
    creators = [line for line in budget.lines if line.category == "creators"]
    first = min(creators, key=lambda line: line.phase).phase
    assert (
        facts["later"]
        .replace(",", "")
        .endswith(f"{sum(line.cents for line in creators if line.phase != first) // 100}")
    )


def test_the_client_is_asked_for_the_missing_hands_by_their_hours() -> None:
    people = [f"specialist {number}, 10 hours a week" for number in range(1, 4)]
    intake = read_brief({**LARGE, "team": people}, as_of=AS_OF)
    knowledge = load()
    context = make_context(intake, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), knowledge)
    for stage in STAGES:
        context.parts[stage.id] = stage.write(context)
    decisions = context.parts["summary"].decisions
    missing = sorted(
        (role for role in context.frame.roles if not role.holder and role.load > 0), key=lambda role: -role.load
    )
    asked = [text for text in decisions if any(f"{role.load:.1f}" in text for role in missing)]
    assert len(asked) == len(missing) == 2
    assert f"{missing[0].load:.1f}" in asked[0]


@pytest.mark.parametrize("limit", [8, 10, 16, 24])
def test_a_segment_is_told_by_whom_it_names_first(limit: int) -> None:
    told = plain_who("多是在附近租房的年轻人，还有备考的", limit, "这群买家")
    assert told.endswith("年轻人")
    assert "备考" not in told
