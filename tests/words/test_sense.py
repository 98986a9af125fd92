"""The playbook's sentences make sense whatever the brief says: slots that fit, occasions that are the persona's, one promise, rules of the plan's own."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.brief.model import Account, BrandBrief, Competitor, Intake, Member, Platforms
from agent.data import read_yaml
from agent.frame import build_frame
from agent.frame.team import make_team
from agent.knowledge import load
from agent.knowledge.lookup import areas
from agent.resources import prompts_dir
from agent.words.playbook import voice
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.engagement import write_engagement
from agent.words.playbook.market import write_market
from agent.words.playbook.match import at_home, objection_kind, occasions, says
from agent.words.playbook.personas import write_personas
from agent.words.playbook.production import write_production
from agent.words.playbook.rivals import cue_of

BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"
DAY = dt.date(2026, 11, 23)


@cache
def context_of(name: str) -> Context:
    return context_from(read_brief(BRIEFS / name, as_of=DAY))


def context_from(intake: Intake) -> Context:
    knowledge = load()
    return make_context(intake, build_frame(intake.filled, as_of=DAY, knowledge=knowledge), knowledge)


def changed(name: str, **values: object) -> Context:
    intake = read_brief(BRIEFS / name, as_of=DAY)
    return context_from(
        intake.model_copy(update={one: getattr(intake, one).model_copy(update=values) for one in ("brief", "filled")})
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_is_said_in_a_crisis_names_no_selling_point_and_no_segment(language: str) -> None:
    """A selling point is no promise that was broken, and nobody is addressed by the planner's name for a segment."""
    parts = ("statement", "level", "clock", "principle", "negative", "channel")
    slots = re.compile(r"point\d|who\d?|audience\d|trait\d.*|criteria\d|tests\d|moment")
    phrases = {k: v for k, v in voice._phrases(language).items() if k.startswith("engagement.")}
    found = [
        (key, phrase)
        for key, variants in phrases.items()
        if key.split(".")[1] in parts
        for phrase in variants
        if any(slots.fullmatch(name) for name in voice.fields(phrase))
    ]
    assert found == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_reply_gives_a_selling_point_only_to_who_asks_for_it(language: str) -> None:
    asks = {"engagement.reply.point.answer", "engagement.reply.overclaim.answer"}
    named = {
        key
        for key, variants in voice._phrases(language).items()
        if key.startswith("engagement.reply.")
        if any(re.match(r"point|who|audience", name) for phrase in variants for name in voice.fields(phrase))
    }
    assert named == asks


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_step_of_the_work_can_be_filmed(language: str) -> None:
    """A meeting, an argument or a decision is no picture."""
    talk = re.compile(
        r"会议|讨论|争论|决定|否决|复盘会|早会|原因|理由|\bmeeting|\bargument|\bdecision|\bvet(?:o|oes)\b|\bvote|\bwhy\b"
    )
    for path in (prompts_dir() / "playbook" / "categories").glob(f"*.{language}.yaml"):
        assert [step for step in read_yaml(path)["steps"] if talk.search(step)] == [], path.name


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_is_footage_or_a_source_that_may_not_exist(language: str) -> None:
    """A moment is no clip, and a step of the work has neither old footage nor figures before somebody made them."""
    wrong = re.compile(
        r"一段\{scenes|\{(?:scenes|steps)\d\}的旧|旧的\{|“\{steps\d\}”的数字|是不是“\{x\}”|old footage of \{|figure on \{steps|older pieces on \{"
    )
    assert {k: p for k, v in voice._phrases(language).items() for p in v if wrong.search(p)} == {}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_rule_takes_the_plans_numbers(language: str) -> None:
    """Shares of time, numbers of creators and draws are what the plan has decided, not what a phrase says."""
    wrong = re.compile(
        r"时间(?:至少)?占[一二三四五六七八九]成|只签[一二三四五]位|先停.*(?:抽奖|互关)|tenths of the time|[Tt]hree to begin|ends giveaways"
    )
    assert {k: p for k, v in voice._phrases(language).items() for p in v if wrong.search(p)} == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("送礼送了几年，不知道还能送什么。", {"gift"}),
        ("下午开完会，脑子转不动。", {"office"}),
        ("短途出行和露营", {"outdoor"}),
        ("周末买了一堆，周三还是不知道吃什么。", {"table"}),
        ("Every present has been given already.", {"gift"}),
        ("想喝点有味道的", set()),
    ],
)
def test_occasions_are_told_by_words(text: str, wanted: set[str]) -> None:
    assert occasions(text) == wanted


@pytest.mark.parametrize("name", ["shop-zh-tw.md", "tea-zh.yaml"])
def test_a_persona_lives_its_own_occasions(name: str) -> None:
    """No phrase of a category pack about another persona's occasion stands with a persona whose words name occasions."""
    context = context_of(name)
    people = write_personas(context).personas
    words = [occasions(" ".join([one.name, *one.traits])) for one in context.brief.audience]
    assert all(words)
    for place, person in enumerate(people[: len(words)]):
        others = frozenset().union(*(one for n, one in enumerate(words) if n != place)) - words[place]
        lines = [*person.pains, *person.triggers[:2], person.interests, person.lifestyle, person.objection]
        assert [line for line in lines if occasions(line) & others and not occasions(line) & words[place]] == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("我早餐不吃面包。", "habit"),
        ("带着狗，别的客人不介意吗？", "rule"),
        ("我手笨，学不会。", "skill"),
        ("超市一罐便宜多了。", "money"),
        ("I am not good with my hands.", "skill"),
        ("I have a drawer full of bottles.", "have"),
        ("You would say so; who can confirm it?", "evidence"),
        ("They would never agree at home.", ""),
    ],
)
def test_an_objection_is_answered_in_kind(said: str, kind: str) -> None:
    assert objection_kind(said) == kind
    for language in ("zh-CN", "en"):
        assert not kind or f"personas.answer_to.{kind}" in voice._phrases(language)


@pytest.mark.parametrize("name", ["solo-en.txt", "contradictory-en.yaml"])
def test_who_buys_for_somebody_else_has_not_used_it_up(name: str) -> None:
    """What people say who use the thing themselves, "it is too heavy on long days", is no pain of whoever gives it away."""
    context = context_of(name)
    giver = next(one for one in write_personas(context).personas if says("giver", one.name))
    own = {line for key in ("pains", "triggers", "objections") for line in context.facts.pack[key]}
    assert not own & {*giver.pains, *giver.triggers, giver.objection}


def test_a_present_is_no_discount() -> None:
    gives = Competitor(name="Osric Flask", facts=["32k Instagram followers", "gives bottles to trail runners"])
    assert cue_of(gives) == ("gifts", "gives bottles to trail runners")
    quiet = Competitor(name="老灶頭果醬", facts=["百貨專櫃", "很少經營社群"])
    assert cue_of(quiet) == ("quiet", "很少經營社群")


def test_nobody_asks_for_consumables_where_the_brief_has_none() -> None:
    told = " ".join(one for entries in context_of("b2b-en.md").facts.pack.values() for one in entries)
    assert not re.search("consumable|trade-in", told, re.IGNORECASE)


def test_a_product_made_for_an_occasion_goes_to_the_persona_of_it() -> None:
    person = write_personas(context_of("shop-zh-tw.md")).personas[1]
    assert "三入禮盒" in " ".join([person.portrait, person.interests, person.lifestyle, person.answer, person.spending])


@pytest.mark.parametrize("name", sorted(path.name for path in BRIEFS.iterdir()))
def test_there_is_one_promise_of_a_reply(name: str) -> None:
    context = context_of(name)
    target = next(row.target for row in context.frame.kpis if row.kpi == "response_time")
    goals = [goal.target.value for goal in context.frame.goals if goal.objective.kind == "service"]
    service = write_engagement(context).service
    assert {row.minutes for row in service[:3]} | set(goals) == {target.value}
    assert write_engagement(context).levels[0].first_minutes <= target.value


def test_nobody_promises_an_answer_within_hours_who_looks_once_a_day() -> None:
    """Six hours a week carry one round a day, however many hours their colleagues have."""
    context = context_of("shop-zh-tw.md")
    assert next(row.target.value for row in context.frame.kpis if row.kpi == "response_time") == 1440


def test_helpers_keep_their_work_and_get_no_other() -> None:
    brief = BrandBrief(
        brand="Quill",
        team=[
            Member(title="owner", hours=6, functions=["approver", "copy"]),
            Member(title="part-time student", hours=20, functions=["community"]),
            Member(title="editor", hours=4, functions=["video"]),
        ],
    )
    team = make_team(brief)
    assert {team.holder(one) for one in ("planner", "analyst", "operator", "strategist")} == {"owner"}
    assert team.holder("community") == "part-time student"
    assert team.holder("design") in ("owner", "editor")


def test_the_gravest_level_is_not_led_by_a_helper() -> None:
    context = changed(
        "shop-zh-tw.md",
        team=[
            Member(title="老闆娘阿禾", hours=8, functions=["approver", "copy"]),
            Member(title="工讀生", hours=6, functions=["operator", "community", "planner"]),
        ],
    )
    grave = write_engagement(context).levels[2]
    assert context.holder(grave.owner) == "老闆娘阿禾"
    assert not any("工讀生帶隊" in step for step in grave.steps)


def test_hours_saved_go_to_another_platform_or_stay() -> None:
    busy = [Account(platform=one, followers=900, posts_per_week=30) for one in ("instagram", "facebook")]
    context = changed("shop-zh-tw.md", accounts=busy, platforms=Platforms(must=["instagram", "facebook"]))
    for row in write_market(context).audit:
        name = context.name(row.platform)
        assert not re.search(f"給{name}[；。，]", row.next_step), row.next_step


def test_a_wish_to_do_something_is_a_requirement_and_no_red_line() -> None:
    told = write_production(context_of("tea-zh.yaml"))
    for text in ("所有达人笔记必须走蒲公英报备", "包装图以 2027 年新版为准"):
        assert any(text in line for line in told.standards)
        assert not any(text in line for line in told.red_lines)
    assert any("不点名比较其他品牌" in line for line in told.red_lines)


@pytest.mark.parametrize("name", sorted(path.name for path in BRIEFS.iterdir()))
def test_figures_are_read_after_the_piece_is_out(name: str) -> None:
    assert write_production(context_of(name)).workflow[-1].days_before == -7


@pytest.mark.parametrize(
    ("text", "market", "wanted"),
    [
        ("付费须说明（美国 FTC）；英国建议开头写 Ad；同时用平台标签。", "TW", "付费须说明；同时用平台标签。"),
        ("付费须说明（美国 FTC）；英国建议开头写 Ad。", "GB", "付费须说明；英国建议开头写 Ad。"),
        ("State payment, gifts or employment; in the UK open with Ad.", "US", "State payment, gifts or employment."),
        (
            "Say so where nobody misses it (FTC); label as well.",
            "US",
            "Say so where nobody misses it (FTC); label as well.",
        ),
        ("逼真的 AI 图像视频须说明（欧盟 AI 法第 50 条）。", "DE", "逼真的 AI 图像视频须说明（欧盟 AI 法第 50 条）。"),
    ],
)
def test_a_rule_of_another_country_stays_out(text: str, market: str, wanted: str) -> None:
    assert at_home(text, areas(market)) == wanted
