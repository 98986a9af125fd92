"""Which of a model's words are taken, and why the others are not."""

from __future__ import annotations

import re

import pytest

from agent.checks.targets import target_numbers
from agent.words.accept import Ground, Refusal, refuse

DRAFT = "下午三点的工位上，冷泡龙井替掉那杯奶茶，八小时低温冷泡，喝完不涩。"
EN_DRAFT = "At three in the afternoon the cold brew replaces the milk tea; it steeps for eight hours."


def ground(language: str = "zh-CN") -> Ground:
    return Ground(
        language,
        known="冷泡龙井 8.8元 低温冷泡八小时 63% n=212 36万 Ledger 1,200 units SGS 4,200单 12,000粉 1.2万",
        never_say=["减肥", "cheapest"],
        embargoed=["桂花乌龙"],
        targets=["4200", "12000", "1.2"],
    )


def told(found: Refusal | None) -> str:
    return found.told("en") if found else ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝，不用再纠结奶茶。", ""),
        ("冷泡龙井 8.8元 一瓶，63% 的人盲测后更愿意再买，检测报告由 SGS 出具。", ""),
        ("", "empty"),
        ("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝", "not a complete sentence"),
        ("喝了三个月，月销已经从 900 单涨到三千单，效果看得见。", "a number from nowhere"),
        ("冷泡龙井帮你轻松减肥，下午不再犯困，工位常备。", "never say"),
        ("四月的桂花乌龙也会一起上，先来占个座位吧。", "under embargo"),
        ("详情看 www.example.com 的介绍，现在就能买到。", "a link outside its field"),
        ("**冷泡龙井**，下午三点的工位上最合适的那一瓶茶。", "markup"),
        ("This bottle belongs on every desk in the afternoon.", "wrong language"),
        (DRAFT, "the draft again"),
        ("冷泡龙井" * 40 + "。", "too long"),
        ("天猫月销已经做到了4,200单，工位上的人都在喝冷泡龙井。", "a target told as reached: 4200"),
        ("目标是天猫月销做到4,200单，现在还达不到。", ""),
        ("小红书粉丝突破了1.2万，评论区每天都有人来问冷泡龙井。", "a target told as reached: 1.2"),
        ("喝过的人里销量翻番，工位上人手一瓶冷泡龙井。", "a number from nowhere: 翻番"),
        ("冷泡龙井放工位，犯睏的時候擰開就喝，不再糾結。", "characters of another script"),
        ("冷泡龙井\u200b放在工位，犯困那会儿拧开就喝，不用再想。", "markup"),
        ("下午犯困拧开冷泡龙井喝一口就不困了真好，下午犯困拧开冷泡龙井喝一口就不困了真好。", "says the same twice"),
    ],
)
def test_chinese(text: str, why: str) -> None:
    assert told(refuse(text, DRAFT, 70, ground())).startswith(why) if why else refuse(text, DRAFT, 70, ground()) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Put one bottle in the drawer; when the slump comes it is already there.", ""),
        ("It is the cheapest bottle on the shelf this spring.", "never say"),
        ("Sales rose by 45 after the first month of the campaign.", "a number from nowhere"),
        ("A fleet of 1200 units stands behind every answer we give.", ""),
        ("The shop reached 4,200 orders a month and keeps the shelf full.", "a target told as reached: 4200"),
        ("The shop aims for 4,200 orders a month by the end of August.", ""),
        ("Thousands of people already keep a bottle in the drawer.", "a number from nowhere: Thousands"),
        ("把冷泡龙井放进抽屉里，下午就有得喝了。", "wrong language"),
    ],
)
def test_english(text: str, why: str) -> None:
    found = refuse(text, EN_DRAFT, 70, ground("en"))
    assert told(found).startswith(why) if why else found is None


def test_a_near_repetition_of_an_accepted_item_is_refused() -> None:
    held = ground()
    held.taken.append(("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝，不用再纠结奶茶。", "另一条草稿说的是另一件事。"))
    again = refuse("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝，不用纠结奶茶。", DRAFT, 70, held)
    assert told(again) == "repeats another item"


def test_a_heading_needs_no_full_stop() -> None:
    assert refuse("三点那一瓶", "下午茶时间", 24, ground(), heading=True) is None


def test_a_call_may_use_the_numbers_it_was_shown() -> None:
    text = "冷泡龙井要泡足 480 分钟，工位上等得起的人才配喝。"
    assert told(refuse(text, DRAFT, 70, ground())) == "a number from nowhere: 480"
    assert refuse(text, DRAFT, 70, ground().showing("480 分钟")) is None


def test_the_numbers_of_targets_are_told_as_a_text_would_tell_them() -> None:
    objectives = [
        {"target": 12000.0, "baseline": 3200.0}, {"target": 0.045, "baseline": 0.031}, {"target": 5.0, "baseline": 5.0},
        {"target": None, "baseline": None},
    ]  # fmt: skip
    assert target_numbers(objectives) == ["12000", "1.2", "0.045", "4.5"]


def test_a_text_that_lost_what_ties_it_to_the_brief_is_refused() -> None:
    held = ground()
    held.names = re.compile("冷泡龙井|工位")
    assert told(refuse("下午犯困的时候喝一口，人会清醒许多，别的不用多想。", DRAFT, 70, held)).startswith(
        "names no product"
    )
    assert refuse("下午犯困的时候在工位上喝一口，人会清醒许多。", DRAFT, 70, held) is None


def test_a_message_that_has_to_appear_is_kept_where_the_draft_has_it() -> None:
    held = ground()
    held.must_say = ["不加糖"]
    draft = "冷泡龙井不加糖，下午三点的工位上拧开就喝。"
    assert told(refuse("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝。", draft, 70, held)).endswith("was lost: 不加糖")
    assert refuse("工位抽屉里放一瓶冷泡龙井，不加糖，犯困那会儿就喝。", draft, 70, held) is None


def test_quoting_the_same_fact_is_no_repetition() -> None:
    held = ground()
    quote = "“2026 年 9 月盲测：63% 的人更愿意复购（n=212）”"
    held.known += " 2026 年 9 月"
    held.taken.append((f"先把{quote}念一遍，再问为什么。", "另一条草稿说的是另一件事。"))
    assert refuse(f"工位上的人听完{quote}，第一句总问瓶子在哪。", DRAFT, 70, held) is None
    assert told(refuse(f"先把{quote}念一遍，再问问为什么。", DRAFT, 70, held)) == "repeats another item"


def test_marks_that_stand_in_the_draft_may_stay() -> None:
    draft = "冷泡龙井[大瓶]下午三点放在工位上，喝完不涩。"
    assert refuse("工位上常备一瓶冷泡龙井[大瓶]，喝完嘴里不涩。", draft, 70, ground()) is None
    assert told(refuse("工位上常备一瓶冷泡龙井[大瓶]，**喝完**不涩。", draft, 70, ground())) == "markup"


def test_items_may_be_as_alike_as_their_drafts_are() -> None:
    held = ground()
    held.taken.append(("首图拍冷泡龙井，左上角写大字，不超过两行。", "首图：实拍冷泡龙井，左上大字，不超过两行。"))
    draft = "首图：实拍冷泡龙井，左上大字，不超过两行！"
    assert refuse("首图拍冷泡龙井，左上角写大字，最多不超过两行。", draft, 70, held) is None
