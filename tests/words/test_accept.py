"""Which of a model's words are taken, and why the others are not."""

from __future__ import annotations

import pytest

from agent.words.accept import Ground, refuse

DRAFT = "下午三点的工位上，冷泡龙井替掉那杯奶茶，八小时低温冷泡，喝完不涩。"
EN_DRAFT = "At three in the afternoon the cold brew replaces the milk tea; it steeps for eight hours."


def ground(language: str = "zh-CN") -> Ground:
    return Ground(
        language,
        known="冷泡龙井 8.8元 低温冷泡八小时 63% n=212 36万 Ledger 1,200 units SGS",
        never_say=["减肥", "cheapest"],
        embargoed=["桂花乌龙"],
    )


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
    ],
)
def test_chinese(text: str, why: str) -> None:
    found = refuse(text, DRAFT, 70, ground())
    assert found.startswith(why) if why else found == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Put one bottle in the drawer; when the slump comes it is already there.", ""),
        ("It is the cheapest bottle on the shelf this spring.", "never say"),
        ("Sales rose by 45 after the first month of the campaign.", "a number from nowhere"),
        ("A fleet of 1200 units stands behind every answer we give.", ""),
        ("把冷泡龙井放进抽屉里，下午就有得喝了。", "wrong language"),
    ],
)
def test_english(text: str, why: str) -> None:
    found = refuse(text, EN_DRAFT, 70, ground("en"))
    assert found.startswith(why) if why else found == ""


def test_a_near_repetition_of_an_accepted_item_is_refused() -> None:
    held = ground()
    held.taken.append("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝，不用再纠结奶茶。")
    assert (
        refuse("工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝，不用纠结奶茶。", DRAFT, 70, held)
        == "repeats another item"
    )


def test_a_heading_needs_no_full_stop() -> None:
    assert refuse("三点那一瓶", "下午茶时间", 24, ground(), heading=True) == ""
