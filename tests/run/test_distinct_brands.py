"""Two brands of one category, size and platform mix do not get the same plan with another name on it."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Any

import pytest

from agent.brief import read_brief
from agent.checks.walk import prose
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan

AS_OF = dt.date(2026, 11, 23)
MOST = 0.30

ZH_A: dict[str, Any] = {
    "brand": "雾岭咖啡", "category": "瓶装冷萃咖啡", "language": "zh-CN", "markets": ["CN"],
    "products": [{"name": "原味冷萃", "price": "12元/瓶", "selling_points": ["云南小粒豆低温慢萃二十小时", "不加糖不加奶精"]}],
    "audience": [{"name": "上海的年轻设计师", "age": "23-32岁", "traits": ["早会前来不及排队买咖啡", "在意包装好不好看"]}],
    "competitors": [{"name": "早八咖啡", "facts": ["抖音日播带货"]}],
    "objectives": ["小红书粉丝从 2000 增长到 6000"], "platforms": {"must": ["小红书", "抖音"]},
    "budget": "20万", "period": "2027年3月1日至5月31日", "team": ["运营 1 人，每周 30 小时", "设计 1 人，每周 15 小时"],
}  # fmt: skip
ZH_B: dict[str, Any] = {
    "brand": "半亩气泡", "category": "果味气泡水", "language": "zh-CN", "markets": ["CN"],
    "products": [{"name": "青梅气泡水", "price": "6元/罐", "selling_points": ["诏安青梅整颗压榨", "每罐含汁百分之八"]}],
    "audience": [{"name": "成都爱聚餐的大学生", "age": "19-24岁", "traits": ["火锅后想解辣", "喜欢和室友囤货"]}],
    "competitors": [{"name": "咕噜汽水", "facts": ["校园地推很多"]}],
    "objectives": ["小红书粉丝从 1500 增长到 5000"], "platforms": {"must": ["小红书", "抖音"]},
    "budget": "20万", "period": "2027年3月1日至5月31日", "team": ["运营 1 人，每周 30 小时", "设计 1 人，每周 15 小时"],
}  # fmt: skip
EN_A: dict[str, Any] = {
    "brand": "Corvale", "category": "rota software for care homes", "language": "en", "markets": ["GB"], "business": "b2b",
    "products": [{"name": "Corvale Rota", "price": "£6 per employee a month", "selling_points": ["fills a sick shift in nine minutes", "works without a smartphone"]}],
    "audience": [{"name": "registered managers of care homes", "traits": ["ring round for cover on Sunday night", "inspected every year"]}],
    "competitors": [{"name": "ShiftWell", "facts": ["posts daily on LinkedIn"]}],
    "objectives": ["60 demo requests"], "platforms": {"must": ["LinkedIn", "YouTube"]},
    "budget": "£30,000", "period": "1 Mar 2027 to 31 May 2027", "team": ["content marketer, 30 hours a week", "designer, 15 hours a week"],
}  # fmt: skip
EN_B: dict[str, Any] = {
    "brand": "Brightlock", "category": "key and access software for property managers", "language": "en", "markets": ["GB"], "business": "b2b",
    "products": [{"name": "Brightlock Console", "price": "£90 per building a month", "selling_points": ["revokes a lost fob from any phone", "keeps a seven-year log"]}],
    "audience": [{"name": "block managers in city centres", "traits": ["chase contractors for keys", "called out at night"]}],
    "competitors": [{"name": "FobCloud", "facts": ["sponsors trade shows"]}],
    "objectives": ["60 demo requests"], "platforms": {"must": ["LinkedIn", "YouTube"]},
    "budget": "£30,000", "period": "1 Mar 2027 to 31 May 2027", "team": ["content marketer, 30 hours a week", "designer, 15 hours a week"],
}  # fmt: skip


def made(brief: dict[str, Any]) -> MarketingPlan:
    knowledge = load()
    intake = read_brief(brief, as_of=AS_OF)
    return build_plan(intake, knowledge, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), model="playbook")


def grams(text: str, brief: dict[str, Any]) -> set[tuple[str, ...]]:
    """8-grams of a text without the brand's own names: characters in Chinese, words in English."""
    names = [brief["brand"], *(p["name"] for p in brief["products"]), *(c["name"] for c in brief["competitors"])]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    if brief["language"] == "en":
        units: list[str] = re.findall(r"[a-z0-9']+", text.lower())
    else:
        units = re.findall(r"[一-鿿a-zA-Z0-9]", text)
    return {tuple(units[i : i + 8]) for i in range(len(units) - 7)}


def shared(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> float:
    """Share of the smaller plan's 8-grams that stand in the other too."""
    return len(a & b) / min(len(a), len(b))


@functools.cache
def sourced(language: str) -> frozenset[tuple[str, ...]]:
    """8-grams of the knowledge base: a sourced fact about a platform reads the same in every plan, and should."""
    known: set[tuple[str, ...]] = set()
    texts = re.findall(r'"(?:zh|en)":\s*"((?:[^"\\\\]|\\\\.)*)"', load().base.model_dump_json())
    for text in texts:
        known |= grams(text, {"brand": "\0", "products": [], "competitors": [], "language": language})
    return frozenset(known)


def own_prose(brief: dict[str, Any]) -> set[tuple[str, ...]]:
    """8-grams of everything the playbook wrote in sentences, sourced facts left out."""
    found: set[tuple[str, ...]] = set()
    for one in prose(made(brief)):
        found |= grams(one.text, brief)
    return found - sourced(brief["language"])


@pytest.mark.parametrize(("first", "second"), [(ZH_A, ZH_B), (EN_A, EN_B)], ids=["zh", "en"])
def test_two_brands_share_little_prose(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert shared(own_prose(first), own_prose(second)) <= MOST
