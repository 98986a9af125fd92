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
