"""Grounding: numbers, sources and competitors. Planted ones are found; clean plans stay quiet."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.brief import read_brief
from agent.brief.model import Intake
from agent.checks import CheckContext, registry, run_checks
from agent.checks.traced import read_texts
from agent.frame import build_frame
from agent.frame.limits import CATEGORIES
from agent.knowledge import load
from agent.plan.base import Figure
from agent.plan.model import Finding, MarketingPlan
from agent.quantities import quantities
from agent.run.build import build_plan
from tests.checks.sample import put

AS_OF = dt.date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[2] / "examples" / "briefs"
FURTHER = Path(__file__).parent / "briefs"
CODES = {code for code in registry() if code.startswith("GRD")}
Edit = Callable[[Any], Any]


@functools.cache
def made(name: str) -> tuple[Intake, MarketingPlan]:
    folder = EXAMPLES if (EXAMPLES / name).is_file() else FURTHER
    intake = read_brief(folder / name, as_of=AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load())
    return intake, build_plan(intake, load(), frame, model="playbook", checked=False)


@functools.cache
def doubted(name: str) -> tuple[Finding, ...]:
    """What grounding finds in the plan as it was written; the other families are tested elsewhere and cost the most."""
    return tuple(found(name, made(name)[1]))


def found(name: str, plan: MarketingPlan) -> list[Finding]:
    return run_checks(plan, CheckContext(brief=made(name)[0].filled, knowledge=load()), only=CODES)


def swap(old: str, new: str) -> Edit:
    """One number in a text becomes another."""

    def edit(text: str) -> str:
        assert old in text, f"{old} is not in {text}"
        return text.replace(old, new, 1)

    return edit


def add(words: str) -> Edit:
    """A sentence more."""
    return lambda text: f"{text}{'' if words[0] > 'z' else ' '}{words}"


def times(factor: float) -> Edit:
    """A figure that is not what its item says."""
    return lambda figure: figure.model_copy(
        update={
            name: value * factor for name in ("value", "low", "high") if (value := getattr(figure, name)) is not None
        }
    )


def unit(name: str) -> Edit:
    return lambda figure: figure.model_copy(update={"unit": name})


def stale(figure_or_claim: Any) -> Any:
    """The first knowledge item that is cited has been renamed."""
    ids = figure_or_claim.sources
    first = next(one for one in ids if one.startswith("kb:"))
    return figure_or_claim.model_copy(update={"sources": [one + "_old" if one == first else one for one in ids]})


# brief, path, edit: a changed digit, an invented share, something about a competitor, a wrong unit, a stale source
ZH: list[tuple[str, str, Edit]] = [
    ("tea-zh.yaml", "summary.situation", swap("2,600", "2,930")),
    ("tea-zh.yaml", "summary.verdict", swap("¥50,000", "¥58,000")),
    ("tea-zh.yaml", "summary.money", swap("¥136,400", "¥186,400")),
    ("tea-zh.yaml", "production.standards[2]", swap("63%", "68%")),
    ("tea-zh.yaml", "market.audit[0].reading", swap("3.1%", "6.1%")),
    ("tea-zh.yaml", "market.audit[2].reading", swap("5,400", "7,430")),
    ("tea-zh.yaml", "market.comparison[0].brand", swap("1,100", "1,700")),
    ("tea-zh.yaml", "market.lessons[0].why", swap("310", "370")),
    ("tea-zh.yaml", "market.lessons[1].why", swap("4.2 万", "6.2 万")),
    ("tea-zh.yaml", "personas.evidence[2].text", swap("54.2%", "84.2%")),
    ("tea-zh.yaml", "positioning.role.why", swap("63%", "93%")),
    ("tea-zh.yaml", "positioning.proof[2].text", swap("1.8 万", "3.8 万")),
    ("tea-zh.yaml", "positioning.goals[0].statement", swap("4,200", "4,700")),
    ("tea-zh.yaml", "strategy.choices[3].chosen", swap("¥136,400", "¥236,400")),
    ("tea-zh.yaml", "strategy.lines[0].trigger", swap("15.5%", "19.5%")),
    ("tea-zh.yaml", "strategy.lines[2].trigger", swap("247", "867")),
    ("tea-zh.yaml", "kpis.north_star", swap("2,831", "9,280")),
    ("tea-zh.yaml", "measurement.experiments[0].hypothesis", swap("5.58%", "6.58%")),
    ("tea-zh.yaml", "measurement.experiments[0].hypothesis", add("有 2,010% 的人会看。")),
    ("tea-zh.yaml", "budget.reasons[1]", swap("¥86,500", "¥96,500")),
    ("tea-zh.yaml", "budget.labour_note", swap("1,092", "1,792")),
    ("tea-zh.yaml", "engagement.replies[0].reply", swap("8.8元", "6.8元")),
    ("pet-zh.yaml", "summary.situation", swap("5,800", "7,100")),
    ("pet-zh.yaml", "positioning.statement", swap("78%", "88%")),
    ("pet-zh.yaml", "personas.personas[0].evidence_wanted", swap("146", "746")),
    ("pet-zh.yaml", "themes.pillars[0].proof.text", swap("78%", "98%")),
    ("pet-zh.yaml", "strategy.choices[3].chosen", swap("¥62,520", "¥62,920")),
    ("tea-zh.yaml", "market.truth", add("有调查说，73% 的上班族每周买两次无糖茶。")),
    ("tea-zh.yaml", "personas.personas[0].portrait", add("这群人里 67% 会先看配料表。")),
    ("tea-zh.yaml", "positioning.statement", add("同类品牌的复购率只有 22.7%。")),
    ("tea-zh.yaml", "strategy.lines[0].approach", add("这样做能把收藏率提高 46%。")),
    ("tea-zh.yaml", "themes.pillars[0].why_care", add("近九成的人因此下单。")),
    ("tea-zh.yaml", "platforms.logic", add("小红书贡献了行业 58.3% 的种草成交。")),
    ("tea-zh.yaml", "adaptations.posts[0].body", add("每天已有 86,000 人在喝。")),
    ("tea-zh.yaml", "adaptations.posts[1].body", add("喝过的人里 91% 会再买。")),
    ("tea-zh.yaml", "engagement.principles[0]", add("一小时内回应能减少 77% 的投诉。")),
    ("tea-zh.yaml", "community.ugc.call", add("已有 13,700 人投稿。")),
    ("tea-zh.yaml", "market.hot_topics[0].what", add("话题阅读量已达 3.7 亿。")),
    ("tea-zh.yaml", "risks.reading", add("这类风险平均造成 ¥273,000 的损失。")),
    ("pet-zh.yaml", "market.truth", add("百分之三十七的猫主人换过三种以上的砂。")),
    ("pet-zh.yaml", "adaptations.posts[0].body", add("除臭力是普通猫砂的 6.5 倍。")),
    ("pet-zh.yaml", "themes.pillars[1].message", add("能省下 ¥730 一年。")),
    ("tea-zh.yaml", "market.competitors[0].observations[0].text", add("市占率 23%。")),
    ("tea-zh.yaml", "market.competitors[0].observations[1].text", swap("5 篇", "35 篇")),
    ("tea-zh.yaml", "market.competitors[1].observations[3].text", swap("210,000", "310,000")),
    ("tea-zh.yaml", "market.competitors[0].response", add("半山茶事去年销售额 ¥36,000,000。")),
    ("tea-zh.yaml", "market.openings[0].why", add("一泡清的差评占了 41%。")),
    ("tea-zh.yaml", "market.comparison[0].others[C1]", swap("46,000", "86,000")),
    ("tea-zh.yaml", "market.competitors[0].followers", times(1.5)),
    ("pet-zh.yaml", "market.competitors[0].observations[3].text", add("每月涨粉 9,300。")),
    ("tea-zh.yaml", "market.competitors[0].observations[5]", lambda seen: seen.model_copy(update={"text": "品控稳定。", "kind": "assumption"})),
    ("tea-zh.yaml", "market.competitors[1].observations[6]", lambda seen: seen.model_copy(
        update={"text": "售后慢，常被投诉。", "kind": "brief", "sources": ["brief:competitors[1].facts"]})),
    ("tea-zh.yaml", "production.standards[2]", swap("63%", "63 倍")),
    ("tea-zh.yaml", "positioning.goals[3].statement", swap("3.1%", "3.1 倍")),
    ("tea-zh.yaml", "summary.money", swap("¥360,000", "$360,000")),
    ("tea-zh.yaml", "market.lessons[0].why", swap("310 单", "310%")),
    ("tea-zh.yaml", "engagement.replies[0].reply", swap("8.8元", "8.8%")),
    ("tea-zh.yaml", "budget.labour_note", swap("1,092小时", "1,092分钟")),
    ("tea-zh.yaml", "summary.headline", swap("26 周", "27 个月")),
    ("tea-zh.yaml", "budget.paid[0].cpm", times(4)),
    ("tea-zh.yaml", "kpis.kpis[10].target", times(3)),
    ("tea-zh.yaml", "budget.paid[0].cpm", unit("%")),
    ("tea-zh.yaml", "kpis.kpis[10].target", stale),
    ("tea-zh.yaml", "kpis.kpis[14].target", stale),
    ("tea-zh.yaml", "budget.paid[0].cpm", stale),
    ("tea-zh.yaml", "personas.evidence[2]", stale),
    ("tea-zh.yaml", "team.roles[0].cover", add("这样能省下 46.3% 的时间。")),
    ("tea-zh.yaml", "approvals[0].money", add("约为同行的 46.3%。")),
    ("tea-zh.yaml", "platforms.choices[0].audience", stale),
    ("pet-zh.yaml", "platforms.choices[0].spread", stale),
    ("pet-zh.yaml", "budget.paid[0].cpm", stale),
]  # fmt: skip
EN: list[tuple[str, str, Edit]] = [
    ("b2b-en.md", "summary.headline", swap("$54,000", "$58,000")),
    ("b2b-en.md", "summary.situation", swap("1,850", "7,350")),
    ("b2b-en.md", "summary.idea", swap("41%", "71%")),
    ("b2b-en.md", "summary.verdict", swap("$8,100", "$9,700")),
    ("b2b-en.md", "summary.money", swap("$14,510", "$19,510")),
    ("b2b-en.md", "market.discussion[2].so_what", swap("41%", "61%")),
    ("b2b-en.md", "market.audit[0].reading", swap("2.4%", "7.4%")),
    ("b2b-en.md", "market.audit[1].reading", swap("260", "960")),
    ("b2b-en.md", "market.lessons[0].why", swap("$3,100", "$8,300")),
    ("b2b-en.md", "market.lessons[1].why", swap("19,000", "79,000")),
    ("b2b-en.md", "personas.evidence[2].text", swap("30%", "80%")),
    ("b2b-en.md", "positioning.proof[0].text", swap("41%", "47%")),
    ("b2b-en.md", "positioning.goals[1].statement", swap("4,000", "7,000")),
    ("b2b-en.md", "strategy.choices[3].question", swap("$27,000", "$37,000")),
    ("b2b-en.md", "strategy.lines[0].trigger", swap("1.9%", "6.9%")),
    ("b2b-en.md", "strategy.lines[2].trigger", swap("152", "9,694")),
    ("b2b-en.md", "themes.pillars[2].topics[2].title", swap("$240", "$247")),
    ("b2b-en.md", "measurement.experiments[0].hypothesis", swap("4.32%", "7.32%")),
    ("b2b-en.md", "budget.reasons[0]", swap("$27,000", "$29,000")),
    ("b2b-en.md", "engagement.replies[0].reply", swap("$1,900", "$900")),
    ("b2b-en.md", "kpis.north_star", swap("45", "75")),
    ("skincare-en.yaml", "summary.situation", swap("12,800", "18,800")),
    ("skincare-en.yaml", "summary.money", swap("$25,500", "$27,900")),
    ("skincare-en.yaml", "market.discussion[2].so_what", swap("81%", "91%")),
    ("skincare-en.yaml", "positioning.role.why", swap("240", "7,340")),
    ("skincare-en.yaml", "strategy.choices[3].question", swap("$29,600", "$49,600")),
    ("b2b-en.md", "market.truth", add("A survey found that 73% of plants run to failure.")),
    ("b2b-en.md", "personas.personas[0].portrait", add("Some 67% of them decide alone.")),
    ("b2b-en.md", "positioning.statement", add("Rivals hold only 22.7% of their customers.")),
    ("b2b-en.md", "strategy.lines[0].approach", add("This lifts saves by 46%.")),
    ("b2b-en.md", "themes.pillars[0].why_care", add("Seven in ten would pay more for it.")),
    ("b2b-en.md", "platforms.logic", add("LinkedIn brings 58.3% of the trade's leads.")),
    ("b2b-en.md", "adaptations.posts[0].body", add("Trusted by 86,000 engineers.")),
    ("b2b-en.md", "adaptations.posts[1].body", add("91% of users renew.")),
    ("b2b-en.md", "engagement.principles[0]", add("Answering within the hour saves 77% of complaints.")),
    ("b2b-en.md", "community.ugc.call", add("More than 13,700 pictures so far.")),
    ("b2b-en.md", "market.hot_topics[0].what", add("It has 3.7m views.")),
    ("b2b-en.md", "risks.reading", add("The usual damage is $273,000.")),
    ("skincare-en.yaml", "market.truth", add("Nine out of 10 people give up on a lotion.")),
    ("skincare-en.yaml", "adaptations.posts[0].body", add("It holds moisture 6.5 times longer.")),
    ("skincare-en.yaml", "themes.pillars[1].message", add("It saves $730 a year.")),
    ("b2b-en.md", "market.competitors[0].observations[0].text", add("It holds 23% of the market.")),
    ("b2b-en.md", "market.competitors[0].observations[3].text", swap("14,000", "44,000")),
    ("b2b-en.md", "market.competitors[1].observations[3].text", swap("6,200", "8,200")),
    ("b2b-en.md", "market.competitors[0].response", add("Corrigan Pulse turned over $36,000,000 last year.")),
    ("b2b-en.md", "market.openings[0].why", add("41.5% of the reviews of Vantry Reliability are bad.")),
    ("b2b-en.md", "market.comparison[0].others[C1]", swap("14,000", "84,000")),
    ("b2b-en.md", "market.competitors[0].followers", times(1.5)),
    ("skincare-en.yaml", "market.competitors[0].observations[3].text", add("It gains 9,300 a month.")),
    ("b2b-en.md", "market.competitors[0].observations[5]", lambda seen: seen.model_copy(update={"text": "Strong support.", "kind": "assumption"})),
    ("b2b-en.md", "market.competitors[1].observations[6]", lambda seen: seen.model_copy(
        update={"text": "Slow to ship and hard to reach.", "kind": "brief", "sources": ["brief:competitors[1].facts"]})),
    ("b2b-en.md", "market.discussion[2].so_what", swap("41%", "41 times")),
    ("b2b-en.md", "market.audit[0].reading", swap("2.4%", "2.4 times")),
    ("b2b-en.md", "summary.headline", swap("$54,000", "£54,000")),
    ("b2b-en.md", "market.lessons[0].why", swap("22 leads", "22% leads")),
    ("b2b-en.md", "engagement.replies[0].reply", swap("$1,900", "1,900%")),
    ("b2b-en.md", "summary.idea", swap("9 months", "9 years")),
    ("b2b-en.md", "market.audit[0].reading", swap("9.8%", "$9.8")),
    ("b2b-en.md", "budget.paid[0].cpm", times(4)),
    ("b2b-en.md", "kpis.kpis[9].target", times(3)),
    ("b2b-en.md", "budget.paid[0].cpm", unit("%")),
    ("b2b-en.md", "kpis.kpis[9].target", stale),
    ("b2b-en.md", "kpis.kpis[12].target", stale),
    ("b2b-en.md", "budget.paid[0].cpm", stale),
    ("b2b-en.md", "personas.evidence[2]", stale),
    ("b2b-en.md", "team.roles[0].cover", add("This saves 46.3% of the days.")),
    ("b2b-en.md", "approvals[0].money", add("That is 46.3% of what others pay.")),
    ("b2b-en.md", "platforms.choices[0].audience", stale),
    ("skincare-en.yaml", "platforms.choices[0].spread", stale),
    ("skincare-en.yaml", "budget.paid[0].cpm", stale),
]  # fmt: skip


def test_enough_is_planted_in_each_language() -> None:
    assert min(len(ZH), len(EN)) >= 59


FIGURES = ("target", "cpm", "followers")


def rounds(planted: list[tuple[str, str, Edit]]) -> list[tuple[str, list[tuple[str, Edit]]]]:
    """Edits of one plan that do not touch the same object are looked for together: (brief, edits). A changed figure is a number of the
    plan, which might ground a planted one, so figures go apart."""
    out: list[tuple[str, list[tuple[str, Edit]]]] = []
    for name, path, edit in planted:
        home = path.rpartition(".")[0]
        for brief, edits in out:
            alike = path.endswith(FIGURES) == edits[0][0].endswith(FIGURES)
            if (
                brief == name
                and alike
                and not any(other.startswith(home) or path.startswith(other.rpartition(".")[0]) for other, _ in edits)
            ):
                edits.append((path, edit))
                break
        else:
            out.append((name, [(path, edit)]))
    return out


@pytest.mark.parametrize(("name", "edits"), rounds(ZH) + rounds(EN))
def test_every_planted_number_is_found(name: str, edits: list[tuple[str, Edit]]) -> None:
    """Each edit brings a finding at its own place that was not there before."""
    plan = made(name)[1]
    changed = plan.model_copy(deep=True)
    for path, edit in edits:
        put(changed, path, edit)
    before = {(one.code, one.where, one.message) for one in doubted(name)}
    new = [one for one in found(name, changed) if (one.code, one.where, one.message) not in before]
    missed = [
        path for path, _ in edits if not any(one.where.startswith((path, path.rpartition(".")[0])) for one in new)
    ]
    assert missed == []


CLEAN = sorted(path.name for folder in (EXAMPLES, FURTHER) for path in folder.iterdir())


def test_clean_plans_are_many_and_mixed() -> None:
    assert len(list(EXAMPLES.iterdir())) >= 6
    assert len(list(FURTHER.iterdir())) >= 10
    assert {made(name)[1].meta.language for name in CLEAN} == {"zh-CN", "zh-TW", "en"}


def test_of_the_numbers_of_clean_plans_hardly_any_is_doubted() -> None:
    """At most two in a hundred, and one in a hundred of any plan."""
    said = wrongly = 0
    for name in CLEAN:
        plan = made(name)[1]
        here = sum(len(quantities(text.text)) for text in read_texts(plan))
        wrong = doubted(name)
        assert len(wrong) <= 0.02 * here, (name, [(one.where, one.message) for one in wrong])
        said, wrongly = said + here, wrongly + len(wrong)
    assert said > 5000
    assert wrongly <= 0.02 * said


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir()))
def test_an_example_plan_cites_many_items_that_exist(name: str) -> None:
    plan = made(name)[1]
    body = plan.model_dump_json(exclude={"sources", "findings", "words", "gaps", "conflicts"})
    cited = {one.id for one in plan.sources if one.id.startswith("kb:") and f'"{one.id}"' in body}
    assert len(cited) >= 25
    assert {one.removeprefix("kb:") for one in cited} <= set(load().items)
    assert all(one.publisher and (one.date or one.kind == "assumption") for one in plan.sources if one.id in cited)


def test_a_part_of_the_money_is_no_part_of_the_hours() -> None:
    """A share of the budget grounds no share in what the team does."""
    name = "b2b-en.md"
    plan = made(name)[1].model_copy(deep=True)
    sums = [sum(line.cents for line in plan.budget.lines if line.category == one) for one in CATEGORIES]
    part = next(one / plan.budget.total_cents for one in sums if one * 100 % plan.budget.total_cents)
    told = f"{part:.1%} of them agree."
    for path in ("team.shape", "budget.labour_note"):
        put(plan, path, add(told))
    doubted_at = {one.where for one in found(name, plan)}
    assert "team.shape" in doubted_at
    assert "budget.labour_note" not in doubted_at


def test_an_assumption_may_carry_a_number_when_it_says_so() -> None:
    name, path = "tea-zh.yaml", "community.readiness"
    plan = made(name)[1].model_copy(deep=True)
    put(plan, path, add("预计有 437 人参加（假设）。"))
    assert not [one for one in found(name, plan) if one.where == path]
    put(plan, path, swap("437 人参加（假设）", "437 人参加"))
    assert [one.code for one in found(name, plan) if one.where == path] == ["GRD-004"]


def test_a_document_that_is_neither_brief_nor_knowledge_may_speak_of_a_competitor() -> None:
    """What an upload holds cannot be seen here; that it is cited is what counts."""
    name, path = "tea-zh.yaml", "market.competitors[0].observations[5]"
    plan = made(name)[1].model_copy(deep=True)
    put(
        plan,
        path,
        lambda seen: seen.model_copy(
            update={"text": "好评率 97%。", "kind": "knowledge", "sources": ["doc:rivals.xlsx"]}
        ),
    )
    assert not [one for one in found(name, plan) if one.where.startswith(path)]


def test_a_figure_in_another_currency_is_held_against_the_planning_rate() -> None:
    plan = made("solo-en.txt")[1]
    cpm = plan.budget.paid[0].cpm
    assert isinstance(cpm, Figure)
    assert cpm.unit == "GBP"
    assert not [one for one in found("solo-en.txt", plan) if one.code == "GRD-002"]
