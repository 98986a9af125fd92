"""What one plan says in several places agrees: days, gate values, units, samples, who reads, what is secret."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.brief.model import Account
from agent.export.reader import Reader
from agent.export.sections import publishing
from agent.frame import build_frame
from agent.frame.model import CLOSED
from agent.knowledge import load
from agent.plan.content import Entry
from agent.stages import STAGES
from agent.words.playbook.context import make_context
from agent.words.playbook.gauges import gate_of, reading
from agent.words.playbook.kpis import main_goal
from agent.words.playbook.match import broken
from agent.words.playbook.measurement import _slug
from agent.words.playbook.topics import guard_of
from agent.words.playbook.voice import _phrases


def brief(name: str) -> Path:
    return next(one for one in BRIEFS if one.name.startswith(name))


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_posts_of_a_key_date_are_final_on_its_day_of_delivery(source: Path) -> None:
    plan, _ = made(source)
    dates = {one.id: one for one in plan.calendar.key_dates}
    for entry in plan.calendar.entries:
        if entry.key_date and entry.date <= dates[entry.key_date].date:
            assert entry.deadline <= dates[entry.key_date].deliver_by


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_key_date_promises_only_pieces_that_the_calendar_holds(source: Path) -> None:
    plan, _ = made(source)
    for one in plan.calendar.key_dates:
        told = re.search(r"(\d+) before and (\d+) after|前(\d+)条、后(\d+)条|前(\d+)條、後(\d+)條", one.plan)
        days = [entry.date for entry in plan.calendar.entries if entry.key_date == one.id and entry.kind != "buffer"]
        if told:
            before, after = (int(number) for number in told.groups() if number)
            assert (before, after) == (sum(day < one.date for day in days), sum(day > one.date for day in days))


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_exits_rule_and_trigger_of_a_day_tell_one_value_above_todays(source: Path) -> None:
    plan, frame = made(source)
    goal = min(frame.goals, key=lambda one: one.priority)
    intake = read_brief(source, as_of=DAY)
    context = make_context(intake, frame, load())
    for phase in frame.phases:
        found = reading(context, goal, gate_of(context, phase))
        if found:
            assert found.floor > found.since
            assert found.floor == int(found.floor) or goal.objective.per != "period"
            assert found.floor <= found.forecast or found.kind == "target"
    told = plan.measurement.rules[-1]
    gate = next((p for p in frame.phases if gate_of(context, p).isoformat() == told.date), None)
    if gate is None or not (found := reading(context, main_goal(context), dt.date.fromisoformat(told.date))):
        return
    shown = f"{found.floor:,.10g}"
    exit_ = next(one.exit_test for one in plan.strategy.phases if one.phase == gate.id)
    assert shown in told.threshold
    assert shown in exit_


def test_a_target_that_the_forecast_keeps_is_read_at_its_own_pace() -> None:
    _, frame = made(brief("b2b"))
    context = make_context(read_brief(brief("b2b"), as_of=DAY), frame, load())
    goal = main_goal(context)
    for point in frame.curve:
        if point.goal == goal.id and point.target is not None:
            found = reading(context, goal, point.month)
            assert found
            assert found.kind == "target"
            assert found.floor == pytest.approx(point.target, abs=0.5)


def test_break_even_counts_whole_units_of_the_price() -> None:
    solo, b2b = made(brief("solo"))[0].budget, made(brief("b2b"))[0].budget
    assert "5 places" in solo.break_even
    assert f"{math.ceil(54_000 / 1_900)} units" in b2b.break_even


@pytest.mark.parametrize("name", ["solo", "b2b"])
def test_a_known_price_is_not_called_unknown(name: str) -> None:
    plan, _ = made(brief(name))
    roi = next(one for one in plan.kpis.kpis if one.id == "roi")
    told = f"{roi.reading} {roi.target.note}"
    assert "margin" in told
    assert not re.search(r"without price|price (?:and|or) margin of|no sales price", told, re.IGNORECASE)


def test_two_figures_of_one_result_are_led_into_each_other() -> None:
    plan, frame = made(brief("b2b"))
    base = next(one for one in plan.budget.scenarios if one.name == "base").conversions
    goal = plan.positioning.goals[0]
    assert f"{base:.0f}" in plan.budget.bridge
    assert f"{goal.verdict.base:.0f}" in plan.budget.bridge
    for name in ("leads", "cpl"):
        assert plan.budget.bridge in next(one for one in plan.kpis.kpis if one.id == name).target.note
    assert frame.goals[0].bridge == plan.budget.bridge


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_sample_from_a_new_account_is_there_on_its_day(source: Path) -> None:
    plan, frame = made(source)
    intake = read_brief(source, as_of=DAY)
    first = frame.active[0].id
    if any(a.platform == first and (a.followers or a.posts_per_week) for a in intake.filled.accounts):
        return
    posts, comments = plan.personas.validation[2], plan.personas.validation[3]
    out = sum(slot.platform == first and slot.kind != "buffer" and slot.date <= posts.due for slot in frame.slots)
    assert posts.sample <= max(1, out)
    row = next(one for one in frame.kpis if one.kpi == "comments")
    assert comments.sample <= max(1.0, (row.target.value or 0.0) * frame.share_at(comments.due))


@pytest.mark.parametrize(
    ("quiet", "moment", "late"),
    [("Saturday mid-morning", (5, 10), True), ("Saturday mid-morning", (5, 18), False), ("周一的休息日", (0, 12), True), ("週一早上", (1, 9), False),
     ("午休时间", (2, 12), True), ("a day of storms", (2, 12), False), ("春节前后", (0, 9), False), ("the first morning of a holiday", (0, 9), False)],
)  # fmt: skip
def test_a_quiet_time_of_every_week_is_told_only_where_it_is_kept(
    quiet: str, moment: tuple[int, int], late: bool
) -> None:
    assert broken(quiet, [moment]) == late


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_secret_key_date_goes_by_its_code_name(source: Path) -> None:
    plan, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    secret = guard_of(context).secret
    told = [one.name for one in plan.calendar.key_dates] + [row.task for row in plan.team.raci]
    told += [step.action for step in plan.summary.first_30_days]
    assert not [name for name in told for word in secret if word in name.casefold()]


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_secret_keeps_its_code_name_from_its_day_on(source: Path) -> None:
    plan, frame = made(source)
    secret = guard_of(make_context(read_brief(source, as_of=DAY), frame, load())).secret
    view = Reader(plan)
    rows = [row for month in publishing._months(plan.calendar.entries) for row in _rows(view, month)]
    assert len(rows) == len(plan.calendar.entries)
    assert not [row for row in rows if any(word in row.casefold() for word in secret if len(word) > 2)]
    for one in plan.calendar.key_dates:
        if one.told:
            assert one.name_on(one.date - dt.timedelta(days=1)) == one.name
            assert one.name_on(one.date) == one.told
            assert any(one.told in row for row in rows)
    expected = {"tea": "代号A上市", "b2b": "Project A launch", "shop": "代號A", "contra": "Launch of Project A"}
    wanted = [told for name, told in expected.items() if source.name.startswith(name)]
    assert [one.told for one in plan.calendar.key_dates if one.told] == wanted


def _rows(view: Reader, month: list[Entry]) -> list[str]:
    return [repr(publishing._entry(view, entry)) for entry in month]


HERON = {
    "brand": "Marlow & Finch", "about": "Marlow & Finch makes linen bedding in Leeds.", "category": "home textiles", "market": "GB",
    "products": ["Washed linen duvet set, £149"], "platforms": {"must": ["Instagram"]}, "budget": "£20,000",
    "period": "1 August 2027 to 31 October 2027", "team": ["marketing manager 20 hours a week"],
    "embargo": ["Our second line must stay secret until 1 September 2027", "Project Heron must not be mentioned before 5 October 2027"],
    "key_dates": ["2027-09-01 Launch of the second line", "2027-10-05 Project Heron goes live"],
}  # fmt: skip


def test_a_code_name_of_the_clients_own_is_kept_and_never_told() -> None:
    intake = read_brief(HERON, as_of=DAY)
    assert [one.fact for one in intake.brief.embargoes] == ["Our second line", "Project Heron"]
    context = make_context(intake, build_frame(intake.filled, as_of=DAY, knowledge=load()), load())
    for stage in STAGES:
        context.parts[stage.id] = stage.write(context)
    calendar = context.parts["calendar"]
    line, heron = (one for one in calendar.key_dates if one.kind == "brand")
    assert (line.name, line.told) == ("Launch of Project A", "Launch of Project A")
    assert (heron.name, heron.told) == ("Project Heron goes live", "")
    assert [entry for entry in calendar.entries if entry.key_date == heron.id]
    assert not [entry for entry in calendar.entries if "Heron" in f"{entry.topic}{entry.hook}{entry.cta}"]
    guards = " ".join(context.parts["strategy"].guardrails)
    assert "the name for the public is settled" in guards
    assert "Project B" not in guards


def test_the_outside_reader_is_said_to_be_missing_where_one_signs() -> None:
    plan, _ = made(brief("solo"))
    assert "to be named" in plan.team.shape
    assert any("outside reader" in gap.what for gap in plan.team.gaps)
    assert any("外部读者" in gap.what for gap in made(brief("sentence"))[0].team.gaps)
    assert "法务" not in " ".join(risk.prevention for risk in made(brief("sentence"))[0].risks.risks)


def test_nothing_is_tagged_where_no_post_leads_out() -> None:
    plan, frame = made(brief("sentence"))
    assert {one.id for one in frame.active} <= CLOSED
    assert not [one for one in plan.kpis.kpis if one.id.startswith("visits")]
    assert not [line for line in plan.measurement.utm if "utm_" in line]
    assert any(one.id == "visits" for one in made(brief("b2b"))[0].kpis.kpis)


def test_a_campaign_without_latin_letters_gets_a_name_of_its_own() -> None:
    _, frame = made(brief("sentence"))
    intake = read_brief(brief("sentence"), as_of=DAY)
    context = make_context(intake, frame, load())
    assert re.fullmatch(r"plan-[0-9a-f]{6}", _slug(context))
    context.brief.accounts.append(Account(platform="instagram", handle="@manbanpai.cafe"))
    assert _slug(context) == "manbanpai-cafe"


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_the_crisis_clock_says_who_watches_and_when_it_starts(source: Path) -> None:
    """Steps by the minute and one round a day hold together only where the clock starts when somebody has seen the case."""
    plan, frame = made(source)
    part = plan.engagement
    assert re.search(r"(?:starts|is) when|算起|看到起|才开始计时|才開始計時|knows", part.watch)
    assert re.search(r"phone|手机|手機", part.watch)
    assert re.search(
        r"[Nn]o one watches at night|Nobody is on duty at night|Nights are not covered|夜[里裡]", part.watch
    )
    holders = {role.id: role.holder for role in frame.roles}
    watcher, signer = holders["community"], holders["approver"]
    if not plan.meta.language.startswith("zh") and watcher == signer:
        assert "calls" not in part.watch, "nobody calls himself"
    level2, level1 = part.levels[1].first_minutes, part.levels[0].first_minutes
    told = [int(number) * (60 if unit in ("hours", "hour", "小时", "小時") else 1)
            for number, unit in re.findall(r"(\d+) ?(hours?|minutes|小时|小時|分钟|分鐘)", part.watch)]  # fmt: skip
    assert told == [level2, level1]
    assert next(one for one in part.clock if one.minutes == 30).action, (
        "the first sentence of level 3 falls into its time"
    )
    assert part.levels[2].first_minutes >= 30


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_half_an_hour_in_the_first_sentence_is_out(language: str) -> None:
    steps = _phrases(language)["engagement.clock.m30"]
    assert all(
        re.search(r"“(?:seen|being checked|seen, being checked)”|“(?:已看到|在查|看到了)", step) for step in steps
    )


def test_no_helper_is_rung_up_out_of_hours() -> None:
    plan, _ = made(brief("shop"))
    assert re.search("老闆娘阿禾的?手機", plan.engagement.watch)
    assert not re.search("工讀生的?手機", plan.engagement.watch)
