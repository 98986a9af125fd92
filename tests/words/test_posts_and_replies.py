"""What readers of finished plans marked in posts, replies and risks: lines that say nothing, facts that belong elsewhere, requests that do not fit."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from test_playbook_content import AS_OF, context_of
from test_playbook_copy import plan, public

from agent.brief import read_brief
from agent.checks.walk import texts
from agent.knowledge import load
from agent.plan.content import Adaptation
from agent.plan.model import MarketingPlan
from agent.words.playbook.crisis import _GRAVE
from agent.words.playbook.facts import head_of
from agent.words.playbook.match import says
from agent.words.playbook.voice import _phrases

NAMES = ["tea-zh.yaml", "shop-zh-tw.md", "sentence-zh.txt", "b2b-en.md", "solo-en.txt", "contradictory-en.yaml"]
BLANK = re.compile(r"［|\[\D")


def of(made: MarketingPlan, direction: str) -> list[Adaptation]:
    pillars = {pillar.id for pillar in made.themes.pillars if pillar.direction == direction}
    return [post for post in made.adaptations.posts if post.pillar in pillars]


# Posts


@pytest.mark.parametrize(
    ("name", "line"), [("tea-zh.yaml", "不加糖，也不加香精"), ("b2b-en.md", "clamps on in ten minutes")]
)
def test_the_line_of_the_brief_stands_in_every_post(name: str, line: str) -> None:
    assert [post.id for post in plan(name).adaptations.posts if line not in post.body.casefold()] == []


def test_a_line_about_one_product_names_it_in_posts_about_another() -> None:
    posts = [post for post in plan("b2b-en.md").adaptations.posts if "Tarnwell Watch" in post.body]
    assert posts
    for post in posts:
        assert "The Tarnwell P2 sensor kit: Clamps on in ten minutes." in post.body, post.body
        assert "sanitary clamp" not in post.body, "the clamp's certificate proves nothing about text messages"


def test_a_point_goes_with_its_product_though_its_name_holds_a_forbidden_word() -> None:
    made = plan("contradictory-en.yaml")
    told = [one.text for one in texts(made) if "fits a car cup holder" in one.text and not one.path.startswith("gaps")]
    assert any("Kestrel 500" in text for text in told)
    assert not [text for text in told if "Kestrel 750" in text]
    assert "unbreakable" not in public("contradictory-en.yaml").casefold()


@pytest.mark.parametrize("name", NAMES)
def test_the_request_fits_the_post(name: str) -> None:
    made = plan(name)
    assert all(re.search(r"\bA\b|A还|A還", post.cta) for post in of(made, "interactive"))
    assert all(re.search(r"写|寫|轮到你|輪到你|[Ww]rite|[Yy]our turn", post.cta) for post in of(made, "stories"))


@pytest.mark.parametrize(
    ("name", "way"),
    [("tea-zh.yaml", "天猫"), ("shop-zh-tw.md", "官網"), ("b2b-en.md", "[Mm]essage"), ("solo-en.txt", "[Mm]essage")],
)
def test_a_post_about_the_thing_on_offer_says_how_one_comes_by_it(name: str, way: str) -> None:
    posts = of(plan(name), "product")
    assert posts
    assert all(re.search(way, post.cta) for post in posts), [post.cta for post in posts]


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_told_to_leave_a_blank_in_a_post(name: str) -> None:
    made = plan(name)
    blank = any(BLANK.search(post.body) for post in made.adaptations.posts)
    assert blank == bool(BLANK.search(made.adaptations.principle)), made.adaptations.principle


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_sentence_that_says_nothing(language: str) -> None:
    empty = r"多一个字都要有根据|写起来几个字|是这一步要讲清的三件事|你花的钱，花在这一句上|every further word would need grounds|writes down only what it can answer for|what your money goes on"
    assert not [
        text
        for key, told in _phrases(language).items()
        if key.startswith("post.")
        for text in told
        if re.search(empty, text)
    ]


def test_a_rule_of_the_house_is_said_in_its_post() -> None:
    post = next(post for post in plan("sentence-zh.txt").adaptations.posts if "可以带狗来" in post.title)
    assert "可以带狗来" in post.body


@pytest.mark.parametrize("name", NAMES)
def test_most_posts_go_out_as_they_stand(name: str) -> None:
    """A place to fill in stands where only the client knows, never where the passage stands without it."""
    posts = plan(name).adaptations.posts
    told = [post.id for post in posts if BLANK.search(post.body)]
    assert len(told) * 3 <= len(posts), told
    assert not [post.id for post in posts if BLANK.search(post.cta) and re.search("dates|日期", post.cta)]


def test_what_is_drunk_is_not_put_away() -> None:
    told = " ".join(post.body + post.cta for post in of(plan("tea-zh.yaml"), "lifestyle"))
    assert told
    assert not re.search("用不用得上|用不着的挪开|没用上|别急着买|怎么放", told), told


@pytest.mark.parametrize("name", NAMES)
def test_a_question_is_introduced_as_one(name: str) -> None:
    asked = [core.message for core in plan(name).adaptations.cores if re.search("[?？]", core.message)]
    assert not [
        text for text in asked if re.search("One point only|The core is|只讲这一件|只講這一件|核心不变|核心不變", text)
    ]


def test_an_english_brand_says_we_in_its_own_posts() -> None:
    told = " ".join(post.body for post in plan("b2b-en.md").adaptations.posts)
    assert "We make clamp-on vibration sensors" in told
    assert "Tarnwell Instruments makes" not in told


def test_a_question_for_reasons_is_not_answered_by_a_claim() -> None:
    assert "什么原因" not in " ".join(core.title for core in plan("tea-zh.yaml").adaptations.cores)


def test_posts_spread_no_fear_for_health() -> None:
    made = plan("shop-zh-tw.md")
    told = [post.body for post in made.adaptations.posts] + [f"{e.topic}{e.hook}" for e in made.calendar.entries]
    assert not [text for text in told if says("harm", text)]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_plan_keeps_no_points_apart_that_its_posts_tell_together(language: str) -> None:
    rules = _phrases(language)["production.standard.one"]
    assert not [text for text in rules if "point2" in text or "{point1}" in text]


# Replies


@pytest.mark.parametrize("name", NAMES)
def test_the_plans_own_first_question_has_an_answer_or_a_blank(name: str) -> None:
    replies = plan(name).engagement.replies
    waits = [one for one in replies if re.search(r"two working days|两个工作日|兩個工作日", one.reply)]
    assert len(waits) <= 1
    assert not [one.situation for one in waits if re.search(r"[?？]", one.situation)]
    asked = [one for one in replies if re.search(r"[?？]”|[?？]」", one.situation)]
    assert asked


def test_an_objection_gets_a_fact_that_fits_or_a_blank() -> None:
    replies = {one.situation: one.reply for one in plan("contradictory-en.yaml").engagement.replies}
    answer = next(reply for ask, reply in replies.items() if "bottled water" in ask)
    assert BLANK.search(answer)
    assert "lid" not in answer


def test_a_question_that_another_product_answers_is_answered() -> None:
    replies = {one.situation: one.reply for one in plan("shop-zh-tw.md").engagement.replies}
    assert "三入禮盒" in next(reply for ask, reply in replies.items() if "送長輩" in ask)


# Platforms, people, market


@pytest.mark.parametrize("name", ["shop-zh-tw.md", "b2b-en.md", "solo-en.txt"])
def test_a_platform_that_the_client_rules_out_gets_no_work(name: str) -> None:
    made = plan(name)
    out = [one for one in made.platforms.choices if one.role == "excluded"]
    assert out
    assert not [one.material for one in out if re.search(r"账号|帳號|简介|簡介|抄|profile|copies|saved", one.material)]
    assert "asks the client" not in made.model_dump_json()


@pytest.mark.parametrize(
    ("name", "short"),
    [("控糖的上班族", "上班族"), ("有空的人", ""), ("maintenance and reliability managers", "these managers"), ("hikers and bicycle commuters", ""), ("上班族", "")],
)  # fmt: skip
def test_long_names_of_people_have_a_short_form(name: str, short: str) -> None:
    assert head_of(name) == short


@pytest.mark.parametrize(
    ("name", "label"), [("tea-zh.yaml", "控糖的上班族"), ("b2b-en.md", "maintenance and reliability managers")]
)
def test_the_people_are_named_in_full_where_they_are_introduced(name: str, label: str) -> None:
    alone = ("budget.paid", "measurement.rules")
    """Rows of sheets of their own, with no sentence before them that says who "these managers" are."""
    told = [one for one in texts(plan(name)) if label in one.text and not one.path.startswith(alone)]
    parts = Counter(one.path.partition(".")[0] for one in told)
    assert parts["personas"]
    assert (
        sum(parts[part] for part in ("engagement", "community", "production", "platforms", "measurement", "budget"))
        <= 4
    )


def test_a_theme_is_answered_by_a_point_that_speaks_of_it() -> None:
    hot = {one.title: one.so_what for one in plan("contradictory-en.yaml").market.hot_topics}
    assert not [title for title, told in hot.items() if "cycling" in title.casefold() and "dents" in told]


def test_a_class_in_any_trade_has_the_people_of_a_class() -> None:
    told = plan("solo-en.txt").model_dump_json()
    assert not re.findall(r"Hinges are|a tenant may|about paint|joint cut open|[Hh]idden cables", told)


# Risks and crisis


@pytest.mark.parametrize(
    "case", ["狗在店里咬了人", "有人吃了中毒", "客人烫到了手", "a guest was bitten by a dog", "somebody was poisoned", "a child scalded herself"]
)  # fmt: skip
def test_somebody_harmed_is_the_gravest_level(case: str) -> None:
    assert _GRAVE.search(case)


def test_the_gravest_case_of_a_place_with_dogs_stands_at_its_level() -> None:
    levels = {one.level: f"{one.signs}{one.trigger}" for one in plan("sentence-zh.txt").engagement.levels}
    assert "咬" not in levels[1] + levels[2]
    assert any("动物" in risk.title for risk in plan("sentence-zh.txt").risks.risks)


def test_stock_risks_stand_only_where_they_can_happen() -> None:
    b2b, solo = plan("b2b-en.md").risks.risks, plan("solo-en.txt").risks.risks
    titles = " ".join(risk.title for risk in [*b2b, *solo])
    assert not re.search(r"sale weeks|Stock-out|Giveaway", titles)
    assert not [risk for risk in solo if re.search(r"creator", risk.title + " ".join(risk.response), re.I)]
    assert any("owner" in risk.title for risk in b2b), "an hour a week for everything that is technical"
    assert any(re.search("原料|收成", risk.title) for risk in plan("shop-zh-tw.md").risks.risks)


def test_a_leak_is_known_by_the_words_that_the_guardrail_lists() -> None:
    for language in ("zh-CN", "en"):
        told = _phrases(language)["risks.own.embargo.trigger"]
        assert not [text for text in told if re.search(r"问起“\{fact\}”|asks \{brand\} about “\{fact\}”", text)]


def test_a_statement_speaks_of_the_hurt_only_where_somebody_was() -> None:
    case = plan("solo-en.txt").engagement.statements[0]
    assert not (re.search(r"hospital|\[harm\]", case.text) and not re.search(r"hurt|injur|ill|bitten", case.case))


def test_a_day_of_the_ordinary_calendar_needs_no_almanac() -> None:
    days = {one.id: one for one in load().base.dates}
    assert days["date.consumer_rights"].source == ("cal.GREGORIAN",)
    assert days["date.qixi"].source == ("cn.CAL",)


def test_a_launch_promises_no_price_that_nobody_has_given() -> None:
    rows = [e for e in plan("contradictory-en.yaml").calendar.entries if "Project A" in f"{e.topic}{e.cta}"]
    assert any("[To fill in]" in row.cta for row in rows)
    assert not [row.cta for row in rows if "Terms and price for" in row.cta]


@pytest.mark.parametrize(("platform", "told"), [("小红书", False), ("抖音", False), ("公众号", True)])
def test_no_platform_that_forbids_it_leads_buyers_to_wechat(platform: str, told: bool) -> None:
    brief = {"品牌": "岫里茶", "简介": "岫里茶卖冷泡茶，在自己的微信小程序接单。", "品类": "茶饮", "产品": [{"名称": "冷泡龙井", "价格": "8.8元"}], "平台": platform,
             "预算": "6万元", "周期": "2027年3月1日至2027年5月31日", "团队": ["运营一人，每周30小时"]}  # fmt: skip
    context = context_of(read_brief(brief, as_of=AS_OF))
    asked = [post.cta for post in context.parts["adaptations"].posts]
    assert asked
    assert any("小程序" in one for one in asked) is told
