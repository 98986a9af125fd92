"""Scripts and terms: Taiwan, mainland and English plans, innocent compounds, sums of money, weekdays."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable

import pytest

from agent.checks import run_checks
from agent.checks.dates import weekday_claims
from agent.checks.language import foreign_characters
from agent.checks.terms import amounts, compatible, occurs, split_terms
from agent.checks.walk import texts
from agent.checks.workdays import is_working_day
from agent.locale import to_taiwan
from agent.plan.model import MarketingPlan
from tests.checks import sample
from tests.checks.sample import put

LANGUAGE = {f"LAN-{n:03d}" for n in range(1, 10)}


def rewritten(plan: MarketingPlan, change: Callable[[str], str], language: str) -> MarketingPlan:
    """The plan with every text changed, identifiers kept."""
    for one in texts(plan):
        put(plan, one.path, change(one.text))
    plan.meta.language = language  # type: ignore[assignment]
    for post in plan.adaptations.posts:
        post.language = language
    return plan


def english() -> MarketingPlan:
    """The sample's shape in English words: no two texts alike, all of them sentences."""
    words: dict[str, str] = {}
    return rewritten(sample.plan(), lambda text: words.setdefault(text, f"Bread number {len(words)} is ready."), "en")


def codes(plan: MarketingPlan) -> set[str]:
    return {f.code for f in run_checks(plan, sample.context(), only=LANGUAGE)}


def test_a_converted_plan_is_clean_taiwan_chinese() -> None:
    assert codes(rewritten(sample.plan(), to_taiwan, "zh-TW")) == set()


def test_an_unconverted_plan_is_not() -> None:
    plan = sample.plan()
    plan.meta.language = "zh-TW"
    assert "LAN-001" in codes(plan)


def test_the_clients_own_words_may_be_quoted_as_they_are() -> None:
    plan, ctx = rewritten(sample.plan(), to_taiwan, "zh-TW"), sample.context()
    plan.positioning.fit = "客戶原話：早餐赶时间。"
    assert "赶" in foreign_characters(plan.positioning.fit, "zh-TW")
    assert run_checks(plan, ctx, only={"LAN-001"}) == []


def test_an_english_plan_is_clean() -> None:
    assert codes(english()) == set()


@pytest.mark.parametrize("text", ["The loaf is 面包 fresh.", "Bake at 五点 sharp."])
def test_chinese_in_an_english_plan_is_caught(text: str) -> None:
    plan = english()
    plan.positioning.fit = text
    assert codes(plan) == {"LAN-002"}


@pytest.mark.parametrize("text", ["Post on 小红书 first.", "The 麦屿面包 way.", "Sell 海盐贝果 early."])
def test_names_may_stand_in_an_english_plan(text: str) -> None:
    plan = english()
    plan.positioning.fit = text
    assert codes(plan) == set()


@pytest.mark.parametrize("text", ["It is the the best way.", "Think of of bread."])
def test_a_doubled_word_is_caught(text: str) -> None:
    plan = english()
    plan.positioning.fit = text
    assert codes(plan) == {"LAN-009"}


@pytest.mark.parametrize(
    "text",
    [
        "None of the loaves is late.",
        "True, it rained.",
        "Wait… then bake.",
        "Really?! Yes.",
        "Open at 7.30 a.m., closed by noon.",
    ],
)
def test_ordinary_english_is_left_alone(text: str) -> None:
    plan = english()
    plan.positioning.fit = text
    assert codes(plan) == set()


@pytest.mark.parametrize(
    "text",
    [
        "后台里的台面，干净的谷物。",
        "他说“真的！”然后走了。",
        "OOTD 风格的早餐，用 iPhone 拍。",
        "什么？！还有这种事。",
        "了解一下。",
        "和睦的邻居。",
    ],
)
def test_ordinary_chinese_is_left_alone(text: str) -> None:
    plan = sample.plan()
    plan.positioning.fit = text
    assert codes(plan) == set()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("這裡", "zh-TW", ""), ("这里", "zh-TW", "这"), ("后台", "zh-TW", ""), ("這裡", "zh-CN", "這裡"), ("著名的乾坤", "zh-CN", ""),
        ("plain", "en", ""), ("plain 茶", "en", "茶"), ("なに", "ja", ""),
    ],
)  # fmt: skip
def test_foreign_characters(text: str, language: str, expected: str) -> None:
    assert foreign_characters(text, language) == expected


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("第一", "我们是第一", True), ("第一", "第一次来", False), ("第一", "第一次来就是第一", True), ("upcycling", "No Upcycling here", True),
        ("cheap", "cheaper than", False), ("best in class", "it is best  in\nclass", True), ("P3", "the P30 phone", False), ("P3", "新款P3传感器", True),
        ("zero downtime", "zero-downtime", False), ("", "anything", False),
    ],
)  # fmt: skip
def test_occurs(term: str, text: str, expected: bool) -> None:
    assert occurs(term, text) is expected


def test_split_terms() -> None:
    assert split_terms("减肥、排毒") == ["减肥", "排毒"]
    assert split_terms('"best in class"') == ["best in class"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("只要 12 元", [12]), ("¥1,200起", [1200]), ("NT$280／罐", [280]), ("£1.2k", [1200]), ("4.5万元", [45000]), ("12 个，3 天", []),
        ("$14,000 ACV", [14000]), ("25% off", []),
    ],
)  # fmt: skip
def test_amounts(text: str, expected: list[float]) -> None:
    assert [value for _, value in amounts(text)] == expected


def test_weekday_claims_in_both_languages() -> None:
    assert [claim[1:] for claim in weekday_claims("2027年3月8日（周一）和4月12日(星期天)")] == [
        (2027, 3, 8, 0),
        (None, 4, 12, 6),
    ]
    assert [claim[1:] for claim in weekday_claims("Mon 8 Mar and Sunday, 12 April 2027")] == [
        (None, 3, 8, 0),
        (2027, 4, 12, 6),
    ]


@pytest.mark.parametrize(
    ("day", "market", "expected"),
    [
        (dt.date(2027, 4, 5), "CN", False), (dt.date(2027, 4, 6), "CN", True), (dt.date(2027, 3, 6), "CN", False), (dt.date(2027, 5, 31), "US", False),
        (dt.date(2027, 3, 26), "GB", False), (dt.date(2027, 4, 5), "EU", True), (dt.date(2027, 4, 4), "GLOBAL", False), (dt.date(2027, 2, 8), "TW", False),
    ],
)  # fmt: skip
def test_working_days(day: dt.date, market: str, expected: bool) -> None:
    assert is_working_day(day, market) is expected


def test_walk_leaves_identifiers_out_and_knows_prose() -> None:
    found = {one.path: one for one in texts(sample.plan())}
    assert "calendar.entries[0].platform" not in found
    assert found["market.truth"].words == 180
    assert found["personas.personas[0].pains[0]"].words == 70
    assert found["calendar.entries[0].topic"].words == 0


@pytest.mark.parametrize("text", ["（１２）：Ａ，ｂ；！？", "ﬁne ½ ㎡", "e\u0301，a", "plain"])
def test_texts_in_the_compatible_form(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)
