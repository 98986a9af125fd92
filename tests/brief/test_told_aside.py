"""What Chinese prose tells in passing: a goal by what is sold, a rival by a name in quotes, who comes without "mostly", nobody out of a follower count."""

from __future__ import annotations

import datetime as dt

from agent.brief import read_brief
from agent.brief.model import BrandBrief

DAY = dt.date(2026, 11, 23)


def read(text: str) -> BrandBrief:
    return read_brief(text, as_of=DAY).brief


SHOP = (
    "青石书店在泉州，一楼卖书。我们想从 2027 年 3 月 1 日到 8 月 31 日做小红书和公众号，一共 3 万元。\n"
    "想卖的是夜读卡，88 元一个月，现在每个月大概卖 70 张，希望到 150 张。公众号有 3,400 个读者，店长每周 3 个小时。\n"
    "来的人多是在附近租房的年轻人，还有备考的。旁边的“拾页”有 1.8 万粉，拍得很好看。"
)


def test_what_is_sold_is_a_conversion_and_has_a_name() -> None:
    goal = read(SHOP).objectives[0]
    assert (goal.kind, goal.metric, goal.baseline, goal.target, goal.per) == (
        "conversion",
        "月销量（张）",
        70,
        150,
        "month",
    )


def test_the_shop_next_door_is_called_by_its_name() -> None:
    rival = read(SHOP).competitors[0]
    assert (rival.name, rival.followers) == ("拾页", 18000)


def test_who_comes_is_told_without_how_many() -> None:
    assert [one.name for one in read(SHOP).audience] == ["在附近租房的年轻人", "备考的人"]


def test_readers_are_nobody_of_the_team() -> None:
    assert [one.title for one in read(SHOP).team] == ["店长"]


def test_inquiries_are_results_and_an_instrument_is_no_food() -> None:
    brief = read(
        "海岬仪器 2027 年上半年内容营销需求（B2B）\n一、我们做水质在线监测仪，客户是食品园区的污水站。\n"
        "二、目标：有效询盘半年 180 条，去年下半年 74 条；公众号关注从 5,200 到 9,000\n三、平台 公众号、知乎"
    )
    assert brief.category == "b2b_industrial"
    assert [one.kind for one in brief.objectives] == ["conversion", "followers"]
