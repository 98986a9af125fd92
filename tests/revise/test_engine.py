"""Versions, the way back, locks, words by hand, clashes: nothing of the client's is ever lost."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from agent import revise
from agent.brief.model import Intake
from agent.errors import EditError, SetupError
from agent.revise import paths
from agent.revise.changes import Case, change
from agent.revise.model import (
    AudienceChange,
    BudgetLimit,
    BudgetTotal,
    CadenceChange,
    Edit,
    GoalChange,
    ItemAdd,
    ItemDrop,
    ItemRewrite,
    LanguageChange,
    PlatformChange,
    TextEdit,
    Undo,
)
from agent.revise.proposal import open_work
from agent.revise.rebuild import intake_of
from agent.run.folder import RunFolder, load_plan
from tests.revise.conftest import Take

FILES = ("plan.json", "brief.json", "revision.json")


def state_of(run: Path) -> dict[str, bytes]:
    return {name: (run / name).read_bytes() for name in FILES if (run / name).exists()}


def test_undo_restores_byte_for_byte_step_by_step(fresh: Take) -> None:
    run = fresh("b2b")
    states = [state_of(run)]
    exports = [(run / "exports" / "plan.md").read_bytes()]
    for edits in (
        [BudgetTotal(total=Decimal(40000))],
        [TextEdit(path="personas.personas[P1].objection", text="We have no time.")],
        [PlatformChange(platform="youtube", way="avoid")],
    ):
        revise.apply(run, edits, instruction="a change")
        states.append(state_of(run))
        exports.append((run / "exports" / "plan.md").read_bytes())
    for before, shown in zip(states[-2::-1], exports[-2::-1], strict=True):
        revise.undo(run)
        assert state_of(run) == before
        assert (run / "exports" / "plan.md").read_bytes() == shown
    with pytest.raises(EditError):
        revise.undo(run)
    revise.restore(run, 4)
    assert state_of(run) == states[3]
    revise.undo(run)
    assert state_of(run) == states[0], "a restored version can be undone as any other step"


def test_every_change_is_a_version_with_instruction_and_difference(fresh: Take) -> None:
    run = fresh("tea")
    made = revise.apply(run, [BudgetTotal(total=Decimal(300000))], instruction="总预算改成30万")
    rows = revise.versions(run)
    assert [(row.number, row.kind, row.current) for row in rows] == [(1, "plan", False), (2, "revise", True)]
    assert rows[1].instruction == "总预算改成30万"
    assert rows[1].edits == [BudgetTotal(total=Decimal(300000))]
    assert any(one.path == "budget.total_cents" and one.after == "30000000" for one in made.difference.changes)
    assert revise.difference(run, 1).changes == made.difference.changes
    assert load_plan(run).budget.total_cents == sum(line.cents for line in load_plan(run).budget.lines) == 30000000


def test_an_edit_that_cannot_be_made_changes_nothing(fresh: Take) -> None:
    run = fresh("b2b")
    before = state_of(run)
    for edit in (
        ItemDrop(path="calendar.entries[0]"),
        ItemDrop(path="themes.pillars[T1]"),
        TextEdit(path="budget.total_cents", text="1"),
        TextEdit(path="nothing.here", text="x"),
        ItemAdd(path="personas.personas", text="x"),
        AudienceChange(do="drop", persona=4),
    ):
        with pytest.raises(EditError):
            revise.apply(run, [BudgetTotal(total=Decimal(1000)), edit])
        assert state_of(run) == before


def test_words_by_hand_survive_a_change_of_the_brief_and_a_clash_is_asked(fresh: Take) -> None:
    run = fresh("tea")
    plan = load_plan(run)
    stable, moving = "market.truth", "kpis.north_star"
    revise.apply(run, [TextEdit(path=stable, text="茶要自己会说话。"), TextEdit(path=moving, text="只看复购。")])
    assert load_plan(run).words["market"].source == "hand"
    understood = revise.understand(run, "总预算改成20万")
    made = revise.apply(run, understood.edits, instruction=understood.instruction)
    after = load_plan(run)
    assert paths.at(after, stable) == "茶要自己会说话。"
    assert paths.at(after, moving) == "只看复购。"
    assert [one.path for one in made.clashes] == [moving] == [one.path for one in understood.clashes]
    assert made.clashes[0].yours == "只看复购。"
    assert made.clashes[0].new not in ("只看复购。", paths.at(plan, moving))
    taken = revise.apply(run, [BudgetTotal(total=Decimal(210000))], take=[moving])
    assert paths.at(load_plan(run), moving) != "只看复购。"
    assert paths.at(load_plan(run), stable) == "茶要自己会说话。"
    assert not taken.clashes


def test_a_text_taken_back_is_nobodys_hand_any_more(fresh: Take) -> None:
    run = fresh("solo")
    before = load_plan(run)
    revise.edit_item(run, "market.truth", "Chairs last.")
    revise.edit_item(run, "market.truth", before.market.truth)
    assert load_plan(run).model_dump() == before.model_dump()
    assert not revise.state(run).hand


def test_a_risk_by_hand_is_found_again_when_its_number_changed(fresh: Take) -> None:
    run = fresh("tea")
    plan = load_plan(run)
    risk = plan.risks.risks[5]
    revise.edit_item(run, f"risks.risks[{risk.id}].prevention", "每周一盘一次产能。")
    revise.apply(run, [ItemDrop(path=f"risks.risks[{plan.risks.risks[0].id}]"), BudgetTotal(total=Decimal(150000))])
    after = {one.title: one for one in load_plan(run).risks.risks}
    assert after[risk.title].prevention == "每周一盘一次产能。"
    assert sum(one.prevention == "每周一盘一次产能。" for one in after.values()) == 1
    assert plan.risks.risks[0].title not in after


def test_locked_words_stay_and_refuse_edits_until_unlocked(fresh: Take) -> None:
    run = fresh("b2b")
    before = load_plan(run)
    revise.lock(run, "kpis")
    with pytest.raises(EditError, match="locked"):
        revise.edit_item(run, "kpis.north_star", "Another.")
    with pytest.raises(EditError, match="locked"):
        revise.apply(run, [ItemRewrite(path="kpis.north_star", guidance="shorter")])
    made = revise.apply(run, [BudgetTotal(total=Decimal(20000))])
    after = load_plan(run)
    assert after.kpis.north_star == before.kpis.north_star
    readings = {one.id: one.reading for one in before.kpis.kpis}
    assert all(one.reading == readings[one.id] for one in after.kpis.kpis if one.id in readings)
    assert after.kpis.kpis[0].target.value != before.kpis.kpis[0].target.value, (
        "figures follow the frame, locked or not"
    )
    assert any(one.path == "kpis.north_star" for one in made.clashes)
    revise.unlock(run, "kpis.north_star")
    revise.edit_item(run, "kpis.north_star", "Pilots, nothing else.")
    assert load_plan(run).kpis.north_star == "Pilots, nothing else."
    with pytest.raises(EditError, match="locked"):
        revise.edit_item(run, f"kpis.kpis[{before.kpis.kpis[0].id}].reading", "Another.")


def test_dropped_and_added_items_survive_a_change_of_the_brief(fresh: Take) -> None:
    run = fresh("tea")
    plan = load_plan(run)
    gone = plan.risks.risks[2].title
    revise.apply(
        run,
        [
            ItemDrop(path="risks.risks[2]"),
            ItemAdd(path="risks.risks", text="茶园停电"),
            ItemAdd(path="production.standards", text="只用新版包装图"),
        ],
    )
    revise.apply(run, [CadenceChange(platform="xiaohongshu", per_week=3)])
    after = load_plan(run)
    titles = [one.title for one in after.risks.risks]
    assert gone not in titles
    assert titles.count("茶园停电") == 1
    assert after.production.standards[-1] == "只用新版包装图"
    assert not [one for one in after.summary.top_risks if one not in {risk.id for risk in after.risks.risks}]
    assert not [
        one
        for one in revise.apply(run, [ItemDrop(path=f"risks.risks[{after.risks.risks[-1].id}]")]).new_findings
        if one.severity == "error"
    ]
    assert "茶园停电" not in [one.title for one in load_plan(run).risks.risks]


def test_a_topic_by_hand_shows_in_the_calendar(fresh: Take) -> None:
    run = fresh("tea")
    plan = load_plan(run)
    entry = next(one for one in plan.calendar.entries if one.topic_id)
    topic = next(t for p in plan.themes.pillars for t in p.topics if t.id == entry.topic_id)
    pillar = next(p for p in plan.themes.pillars if topic in p.topics)
    made = revise.edit_item(run, f"themes.pillars[{pillar.id}].topics[{topic.id}].title", "制茶师傅的一天")
    assert set(made.changed) <= {"themes", "calendar", "adaptations"}
    rows = [one for one in load_plan(run).calendar.entries if one.topic_id == topic.id]
    assert rows
    assert all("制茶师傅的一天" in one.topic for one in rows)


def test_guidance_waits_for_a_model_and_says_so(fresh: Take) -> None:
    run = fresh("b2b")
    before = load_plan(run).model_dump()
    made = revise.apply(run, [ItemRewrite(path="themes.pillars[0]", guidance="stories from the night shift")])
    assert load_plan(run).model_dump() == before
    assert set(made.stale) == {"themes"}
    assert made.notes
    assert revise.state(run).guidance == {"themes.pillars[T1]": "stories from the night shift"}
    again = revise.rerun(run, model="playbook")
    assert again.notes
    assert set(again.stale) == {"themes"}, "nothing wrote it yet"


def test_a_persona_becomes_another_by_the_brief(fresh: Take) -> None:
    run = fresh("tea")
    before = load_plan(run)
    revise.apply(run, [AudienceChange(do="set", persona=2, name="带孩子的宝妈")])
    after = load_plan(run)
    assert "宝妈" in after.personas.personas[1].name
    assert after.personas.personas[0].name == before.personas.personas[0].name
    assert after.budget == before.budget


def test_another_language_keeps_figures_and_hands(fresh: Take) -> None:
    run = fresh("b2b")
    before = load_plan(run)
    revise.edit_item(run, "market.truth", "Pumps fail at night.")
    revise.apply(run, [LanguageChange(language="zh-CN")])
    after = load_plan(run)
    assert after.meta.language == "zh-CN"
    assert after.market.truth == "Pumps fail at night."
    assert [line.cents for line in after.budget.lines] == [line.cents for line in before.budget.lines]


def test_a_limit_that_is_passed_is_told_with_the_sum(fresh: Take) -> None:
    run = fresh("tea")
    told = [one.text for one in revise.understand(run, "把投放提高到60%").consequences]
    assert any("¥72,000" in one and "40%" in one for one in told)
    held = revise.apply(run, [BudgetLimit(scope="category", of="ads", share=0.6)])
    plan = load_plan(run)
    assert sum(one.cents for one in plan.budget.lines if one.category == "ads") == 21600000
    assert held.difference.summary


def test_a_cadence_beyond_the_hours_is_told(fresh: Take) -> None:
    told = [one.text for one in revise.understand(fresh("solo"), "post 6 times a week on Instagram").consequences]
    assert any("6" in one and "a week" in one for one in told)


def test_a_plan_made_anew_keeps_the_revised_one_as_a_version(fresh: Take) -> None:
    run = fresh("solo")
    revise.apply(run, [BudgetTotal(total=Decimal(300))], instruction="less")
    revise.edit_item(run, "market.truth", "Chairs last.")
    kept = state_of(run)
    with RunFolder(run) as folder:
        record = json.loads((run / "run.json").read_text())
        folder.begin(record["brief"], load_plan(run).meta.as_of)
    assert not (run / "revision.json").exists(), "a plan that is made anew starts without the old one's locks and hands"
    found = [row for row in revise.versions(run) if row.restorable]
    revise.restore(run, found[-2].number if found[-1].current else found[-1].number)
    assert state_of(run)["plan.json"] == kept["plan.json"]


def test_two_writers_do_not_meet(fresh: Take) -> None:
    run = fresh("solo")
    with RunFolder(run), pytest.raises(SetupError, match="locked"):
        revise.apply(run, [BudgetTotal(total=Decimal(300))])


def test_undo_is_an_edit_too(fresh: Take) -> None:
    run = fresh("solo")
    before = state_of(run)
    revise.apply(run, [BudgetTotal(total=Decimal(300))])
    made = revise.apply(run, revise.understand(run, "undo that").edits)
    assert made.version == 1
    assert state_of(run) == before
    with pytest.raises(EditError):
        revise.apply(run, [Undo(), BudgetTotal(total=Decimal(1))])


@pytest.mark.parametrize("name", ["tea", "b2b", "solo", "shop"])
def test_an_unchanged_brief_gives_the_same_intake(fresh: Take, name: str) -> None:
    run = fresh(name)
    stored = Intake.model_validate_json((run / "brief.json").read_text(encoding="utf-8"))
    assert intake_of(stored.brief, stored, load_plan(run).meta.as_of) == stored


def test_a_value_of_an_instruction_has_its_span(fresh: Take) -> None:
    work = open_work(fresh("tea"))
    brief = change(
        work.intake.brief, BudgetTotal(total=Decimal(300000)), Case(work.intake, work.plan, "总预算改成30万")
    )
    assert brief.spans["budget.total"].text == "总预算改成30万"
    assert work.intake.brief.budget.total == 360000, "the brief before it stays as it was"


@pytest.mark.parametrize(
    "edit",
    [PlatformChange(platform="douyin", way="avoid"), GoalChange(do="drop", goal=3), GoalChange(do="drop", goal=1)],
)
def test_a_goal_that_goes_leaves_the_others_their_own_words_of_the_brief(fresh: Take, edit: Edit) -> None:
    run = fresh("tea")
    revise.apply(run, [edit])
    plan = load_plan(run)
    titles = {one.id: one.title for one in plan.sources}
    told = [
        (goal.metric, titles[one])
        for goal in plan.positioning.goals
        for one in goal.target.sources
        if one.startswith("brief:objectives[")
    ]
    assert len(told) == 3
    assert all(metric.removeprefix("小红书笔记").removeprefix("天猫旗舰店") in title for metric, title in told), told
