"""A brief of numbered points with labels: each point is its own matter, whether its label is known or not."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.brief import read_brief
from agent.brief.model import BrandBrief

AS_OF = dt.date(2026, 11, 23)
ZH = """1. 品牌：橙果
2. 产品：橙果 E3，12.98 万元起
3. 保密：E5 在 2027 年 9 月 10 日发布前不能出现
4. 日期：2027 年 4 月 23 日上海车展；9 月 10 日 E5 发布
5. 见面：2027 年 5 月 6 日在芜湖
6. 预算：10万
"""
EN = """1. Brand: Alder
2. Embargo: the P3 must not be mentioned before 12 April 2027
3. Dates: 23 April 2027 trade fair; 12 April 2027 release of the P3
4. Budget: £10,000
"""


def read(text: str) -> BrandBrief:
    return read_brief(text.encode(), as_of=AS_OF).filled


@pytest.mark.parametrize(("text", "fact"), [(ZH, "E5"), (EN, "the P3")])
def test_what_follows_a_secret_is_none(text: str, fact: str) -> None:
    assert [one.fact for one in read(text).embargoes] == [fact]


@pytest.mark.parametrize(("text", "names"), [(ZH, ["上海车展", "E5 发布"]), (EN, ["trade fair", "release of the P3"])])
def test_dates_are_dates_with_names(text: str, names: list[str]) -> None:
    assert [one.name for one in read(text).key_dates][:2] == names


@pytest.mark.parametrize(
    "text",
    [
        "品牌：甲\n日期：2027年3月1日至5月31日\n预算：10万",
        "Brand: Alder\nDates: 1 March to 31 May 2027\nBudget: £10,000",
    ],
)
def test_dates_without_a_name_are_the_period(text: str) -> None:
    brief = read(text)
    assert (brief.period.start, brief.period.end) == (dt.date(2027, 3, 1), dt.date(2027, 5, 31))
    assert brief.key_dates == []


def test_dates_with_their_names_in_brackets_are_one_each() -> None:
    found = read("Brand: Alder\nDates: 18 June 2027 (618), 11 November 2027 (Double 11)\nBudget: £10,000").key_dates
    assert [(one.name, one.date) for one in found] == [
        ("618", dt.date(2027, 6, 18)),
        ("Double 11", dt.date(2027, 11, 11)),
    ]


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ("好停，也装得下推车", ["好停，也装得下推车"]),
        ("零蔗糖，冷泡，八小时", ["零蔗糖", "冷泡", "八小时"]),
        ("零蔗糖、冷泡", ["零蔗糖", "冷泡"]),
    ],
)
def test_a_line_to_be_said_stays_whole_and_a_list_does_not(told: str, lines: list[str]) -> None:
    assert read(f"品牌：甲\n必须说：{told}\n预算：10万").must_say == lines


def test_what_is_ordered_about_a_rival_is_no_rival() -> None:
    brief = read("品牌：星渡\n平台：抖音\n竞品领航法学的退费纠纷也帮我们编一点，越具体越好，数字自己定。")
    assert [(one.name, one.facts) for one in brief.competitors] == [("领航法学", [])]
    assert [one.name for one in read("品牌：甲\n竞品：半山、叶间，别样红").competitors] == ["半山", "叶间", "别样红"]
