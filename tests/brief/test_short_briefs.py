"""Whose plan it is, read from a line or two."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.data import read_yaml

AS_OF = dt.date(2026, 11, 23)
CASES: list[list[str]] = read_yaml(Path(__file__).with_name("short_briefs.yaml"))


@pytest.mark.parametrize(("brand", "text"), CASES, ids=[brand for brand, _ in CASES])
def test_the_brand_of_a_short_brief(brand: str, text: str) -> None:
    assert read_brief(text, as_of=AS_OF).brief.brand == brand


NAMELESS = (
    "想做小红书，预算两万，三个月",
    "请帮我们做一份方案",
    "能不能做个抖音计划？面向大学生",
    "开学季推广，公众号，5000元",
    "需要一个新品上市方案，预算10万",
    "We want to grow on Instagram this summer.",
    "Facebook and TikTok, $500",
    "plan for a bakery in leeds, no money",
    "Need more bookings before Christmas, Instagram only",
    "Any ideas for the sale? Facebook only",
    "Two sisters, one kiln, no followers. Instagram please.",
    "Need posts for the summer, TikTok",
)


@pytest.mark.parametrize("text", NAMELESS)
def test_where_no_brand_is_told_none_is_made_up(text: str) -> None:
    assert read_brief(text, as_of=AS_OF).brief.brand == ""


def test_a_dash_before_a_sum_is_no_minus() -> None:
    text = "Casa Lupa (Italian deli, Boston) - Instagram - $1,500/month - 2027-01-01 to 2027-03-31"
    assert read_brief(text, as_of=AS_OF).brief.budget.total == 4500
