"""Plans for owners who ask for the unlawful: each declines, cites, offers something else, and plans the approvals with their days."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.brief.model import Intake
from agent.checks import CheckContext, run_checks
from agent.checks.walk import published, texts
from agent.compliance import demands_of
from agent.compliance.lawful import lawful
from agent.export.ics import to_ics
from agent.export.markdown import to_markdown
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan
from agent.words.digest import declined_digest

BRIEFS = Path(__file__).parent / "briefs"
AS_OF = dt.date(2026, 11, 23)
NAMES = sorted(path.stem for path in BRIEFS.glob("*.yaml"))
LEGAL = {"LEG-001", "LEG-002", "LEG-003", "LEG-004", "LEG-005"}


@functools.cache
def made(name: str, as_of: dt.date = AS_OF) -> tuple[Intake, MarketingPlan]:
    intake = lawful(read_brief(BRIEFS / f"{name}.yaml", as_of=as_of), as_of)
    knowledge = load()
    frame = build_frame(intake.filled, as_of=as_of, knowledge=knowledge, asked=intake.brief)
    return intake, build_plan(intake, knowledge, frame, model="playbook")


def codes(intake: Intake, plan: MarketingPlan, only: set[str] = LEGAL) -> list[tuple[str, str]]:
    ctx = CheckContext(intake.filled, load(), intake)
    return [(one.code, one.where) for one in run_checks(plan, ctx, only)]


@pytest.mark.parametrize("name", NAMES)
def test_every_demand_is_declined_or_held_with_law_date_source_reason_and_offer(name: str) -> None:
    intake, plan = made(name)
    wanted = {(one.where, one.rule): one for one in demands_of(intake)}
    assert wanted
    assert {(one.where, one.rule) for one in plan.declined} == set(wanted)
    known = {source.id: source for source in plan.sources}
    for one in plan.declined:
        assert one.status == ("declined" if wanted[one.where, one.rule].declined else "held")
        assert one.law
        assert one.why
        assert one.instead
        assert one.answer
        assert one.effective <= plan.meta.start
        assert all(known[id_].publisher and known[id_].url and known[id_].date for id_ in one.sources)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_declined_is_told_and_the_plan_has_no_errors(name: str) -> None:
    intake, plan = made(name)
    assert [(f.code, f.where, f.message) for f in plan.findings if f.severity == "error"] == []
    gone = {one.text for one in plan.declined}
    told = [
        one.path
        for one in texts(plan)
        if not one.path.startswith(("declined", "gaps")) and any(text in one.text for text in gone)
    ]
    assert told == []
    assert gone.isdisjoint(
        [
            *intake.filled.must_say,
            *intake.filled.constraints,
            *(p for one in intake.filled.products for p in one.selling_points),
        ]
    )
    assert intake.said.must_say != intake.filled.must_say or intake.said.constraints != intake.filled.constraints


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_meets_it_in_the_summary_and_in_full_in_the_risk_part(name: str) -> None:
    _, plan = made(name)
    text = to_markdown(plan)
    head = {
        "zh-CN": ("本方案不做什么，为什么", "不采纳与暂缓的要求", "不是法律意见"),
        "en": ("What this plan does not do, and why", "Declined and held points of the brief", "No legal advice"),
    }
    first, full, advice = head[plan.meta.language]
    summary = text.split("\n## ", 2)[1]
    assert first in summary
    assert advice in summary
    # The summary is one page: the gravest in full, all of them by number where they are put to the client, and all in the risk part.
    assert plan.declined[0].law in summary
    assert plan.declined[0].instead[0] in summary
    assert re.search(rf"{plan.declined[0].id}\b.*\b{plan.declined[-1].id}\b", summary)
    risks = text[text.index(f"#### {full}") :].split("\n#### ", 1)[0]
    assert all(one.id in risks and one.law in risks for one in plan.declined)
    assert plan.risks.risks[0].law == plan.declined[0].law


PLANNED = {
    "health-food-cn": ("cn.hf.review", "本品不能代替药物"),
    "alcohol-uk": ("uk.alcohol.audience", "Please drink responsibly. 18+"),
    "skincare-koc-cn": ("cn.beauty.record", ""),
    "green-us": ("us.green.file", ""),
    "training-cn": ("cn.education", ""),
}


@pytest.mark.parametrize("name", NAMES)
def test_approvals_get_days_owner_money_and_a_risk(name: str) -> None:
    _, plan = made(name)
    need, words = PLANNED[name]
    one = next(one for one in plan.approvals if one.requirement == need)
    days = [row for row in plan.calendar.deadlines if row.approval == one.id]
    day = f"DTSTART;VALUE=DATE:{one.hand_in:%Y%m%d}"
    assert days
    assert all(row.date >= AS_OF and row.owner for row in days)
    assert AS_OF <= one.hand_in <= plan.meta.start <= one.public_from
    assert one.owner
    assert one.money
    assert one.law
    assert one.sources
    assert any(step.date == one.hand_in for step in plan.summary.first_30_days)
    assert sum(risk.kind == "compliance" and bool(risk.drill or risk.trigger) for risk in plan.risks.risks) >= 2
    assert all(words in post.label for post in plan.adaptations.posts)
    assert to_ics(plan).count(day.encode()) >= 1


def test_the_workflow_waits_for_the_authority_and_every_month_has_its_hand_in() -> None:
    _, plan = made("health-food-cn")
    steps = plan.production.workflow
    place = next(n for n, step in enumerate(steps) if step.name == "合规送审")
    assert steps[place].days_before >= 15
    assert all(step.days_before >= steps[place].days_before for step in steps[:place])
    assert [step.id for step in steps] == [f"W{n}" for n in range(1, len(steps) + 1)]
    months = {(entry.date.year, entry.date.month) for entry in plan.calendar.entries if entry.kind != "buffer"}
    assert len([row for row in plan.calendar.deadlines if row.kind == "hand_in" and row.approval == "L2"]) == len(
        months
    )
    gate = next(gate for gate in plan.production.gates if gate.kind == "compliance")
    assert any("本品不能代替药物" in check for check in gate.checks)


def test_nobody_is_paid_to_recommend_a_health_food() -> None:
    intake, plan = made("health-food-cn")
    assert plan.budget.creators == []
    assert any(one.code == "BRF-C32" for one in intake.conflicts)
    assert all(one.direction != "stories" for one in plan.themes.pillars)


def test_an_audience_under_age_gives_way_to_adults_and_a_question() -> None:
    intake, plan = made("alcohol-uk")
    assert [one.age for one in intake.filled.audience] == ["25 and over"]
    assert "student" not in "".join(one.text for one in published(plan)).lower()
    assert any(gap.field == "audience" and "17-20" in gap.question for gap in plan.gaps)
    assert all("18 and over" in line.audience for line in plan.budget.paid)


def test_an_approval_that_comes_late_moves_the_start() -> None:
    late = dt.date(2027, 2, 22)
    intake, plan = made("health-food-cn", late)
    conflict = next(one for one in intake.conflicts if one.code == "BRF-C30")
    review = next(one for one in plan.approvals if one.requirement == "cn.hf.review")
    assert plan.meta.start == review.public_from == dt.date(2027, 3, 15)
    assert plan.meta.end == dt.date(2027, 5, 31)
    assert conflict.severity == "error"
    assert "不提产品" in conflict.resolution
    assert min(entry.date for entry in plan.calendar.entries) >= review.public_from
    assert review.hand_in == late


def test_declined_points_are_told_to_a_model_and_forbidden_to_it() -> None:
    from agent.llm import ModelSpec
    from agent.run.setting import setting_for
    from agent.settings import load_settings
    from agent.words.accept import refuse

    intake, plan = made("training-cn")
    knowledge = load()
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge, asked=intake.brief)
    setting = setting_for(plan, intake, frame, knowledge, ModelSpec.parse("openai:some", load_settings()))
    assert declined_digest(plan) in setting.prefix[0].content
    refused = refuse("报了名就安心，签约包过，通过率98%。", "每晚答疑，问到没有下一问。", 70, setting.ground)
    assert refused is not None


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("LEG-001", lambda plan: plan.declined.pop(0)),
        ("LEG-001", lambda plan: plan.declined[0].instead.clear()),
        ("LEG-002", lambda plan: plan.declined.remove(next(one for one in plan.declined if one.status == "held"))),
        ("LEG-002", lambda plan: [setattr(one, "answer", "") for one in plan.declined if one.status == "held"]),
        ("LEG-003", lambda plan: setattr(plan.themes.pillars[0].topics[0], "title", plan.declined[0].text)),
        ("LEG-003", lambda plan: setattr(plan.summary, "idea", f"“{plan.declined[0].text}”")),
        ("LEG-004", lambda plan: plan.approvals.pop(0)),
        ("LEG-004", lambda plan: plan.calendar.deadlines.clear()),
    ],
)  # fmt: skip
def test_planted_defects_are_caught(code: str, change: object) -> None:
    intake, plan = made("skincare-koc-cn")
    broken = plan.model_copy(deep=True)
    change(broken)  # type: ignore[operator]
    assert code in {found for found, _ in codes(intake, broken)}
    assert codes(intake, plan) == []


def test_a_piece_before_its_approval_and_a_post_without_its_notice_are_caught() -> None:
    intake, plan = made("health-food-cn")
    broken = plan.model_copy(deep=True)
    broken.approvals[1].public_from = dt.date(2027, 4, 1)
    broken.adaptations.posts[0].label = ""
    broken.adaptations.posts[1].label = broken.adaptations.posts[1].label.replace("不能代替", "胜过")
    found = [one for one, _ in codes(intake, broken)]
    assert "LEG-004" in found
    assert found.count("LEG-005") == 2


def test_taking_a_brief_up_twice_changes_nothing_and_a_lawful_one_stays_as_it_is() -> None:
    intake, _ = made("green-us")
    assert lawful(intake, AS_OF) == intake
    example = Path(__file__).resolve().parents[2] / "examples" / "briefs" / "tea-zh.yaml"
    tea = read_brief(example, as_of=AS_OF)
    taken = lawful(tea, AS_OF)
    assert taken.asked is None
    assert taken.filled == tea.filled
    assert taken.conflicts == tea.conflicts


def test_a_guardrail_may_repeat_a_word_to_bar_it_and_no_other_part_may() -> None:
    example = Path(__file__).resolve().parents[2] / "examples" / "briefs" / "contradictory-en.yaml"
    intake = lawful(read_brief(example, as_of=AS_OF), AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load(), asked=intake.brief)
    plan = build_plan(intake, load(), frame, model="playbook", checked=False)
    assert any("unbreakable" in line for line in plan.strategy.guardrails)
    assert codes(intake, plan, {"LEG-003"}) == []
    plan.summary.idea = "The unbreakable bottle"
    assert codes(intake, plan, {"LEG-003"}) == [("LEG-003", "summary.idea")]
