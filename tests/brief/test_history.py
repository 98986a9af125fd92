"""Past results in figures: what was paid, through which channel, and how many results came."""

from __future__ import annotations

import pytest

from agent.brief.history import campaigns
from agent.brief.model import BrandBrief, Budget


def read(text: str, currency: str = "CNY") -> list[tuple[str, str, float, float, str]]:
    brief = BrandBrief(
        brand="x", past_results=["抖音短视频最高一条 4.2 万播放", text], budget=Budget(currency=currency)
    )
    found = campaigns(brief)
    assert all(one.place == 1 for one in found)
    return [(one.channel, one.platform, one.spent, one.results, one.kind) for one in found]


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("2026 年夏天找了 12 位小红书 KOC，花了 1.4 万，带来 310 单", "CNY", ("creators", "xiaohongshu", 14_000, 310, "sale")),
        ("去年找達人花了 NT$60,000，帶來 180 筆訂單", "TWD", ("creators", "", 60_000, 180, "sale")),
        ("去年投放信息流 5 万元，收到 400 条线索", "CNY", ("paid", "", 50_000, 400, "lead")),
        ("A 2026 LinkedIn lead form campaign spent $3,100 and brought 22 leads, 6 of them became pilots", "USD", ("paid", "linkedin", 3_100, 22, "lead")),
        ("LinkedIn ads at $4,200 brought 41 demo requests", "USD", ("paid", "linkedin", 4_200, 41, "lead")),
        ("We spent £3,000 on Instagram creators and got 220 orders", "GBP", ("creators", "instagram", 3_000, 220, "sale")),
        ("Boosted TikTok posts cost $900 and brought 1,800 followers", "USD", ("paid", "tiktok", 900, 1_800, "followers")),
    ],
)  # fmt: skip
def test_a_campaign_is_read(text: str, currency: str, expected: tuple[str, str, float, float, str]) -> None:
    assert read(text, currency) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2026 年小红书 KOC 带来 310 单",
        "花了 1.4 万，带来 310 单",
        "12 位 KOC，花了 1.4 万，带来 6 单",
        "12 位 KOC，花了 $14,000，带来 310 单",
        "小红书和抖音的达人花了 1.4 万，带来 310 单",
        "找达人和投流花了 1.4 万，带来 310 单",
        "春天达人花了 1 万元、夏天花了 2 万元，带来 310 单",
        "达人花了 1 万元，春天带来 110 单、夏天带来 310 单",
        "达人 45元/单，带来 310 单",
    ],
    ids=["no sum", "no channel", "too few", "other currency", "two platforms", "two channels", "two sums", "two counts", "price"],
)  # fmt: skip
def test_what_does_not_tell_the_cost_of_a_result_is_left_out(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "currency", "unit", "further"),
    [
        ("LinkedIn lead forms cost $3,100 and brought 22 leads, 6 of them became pilots", "USD", "leads", 6),
        ("去年投放信息流花了 5 万元，收到 400 条线索，其中 35 条成交", "CNY", "条线索", 35),
        ("LinkedIn ads at $4,200 brought 41 demo requests", "USD", "demo requests", 0),
    ],
)
def test_results_keep_their_word_and_how_many_went_further(text: str, currency: str, unit: str, further: int) -> None:
    brief = BrandBrief(brand="x", past_results=[text], budget=Budget(currency=currency))
    (found,) = campaigns(brief)
    assert (found.unit, found.further) == (unit, further)
