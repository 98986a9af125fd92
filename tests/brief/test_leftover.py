"""What hurried clients leave out: colons, labels, the word "budget", the word "period", their own name."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.brief import read_brief
from agent.brief.leftover import labelled

AS_OF = dt.date(2026, 11, 23)

NAMES = [
    ("松间陶社 2027 年春季社媒需求\n- 预算：3 万元", "松间陶社"),
    ("# 松间陶社 2027 夏季推广需求\n预算：3 万元", "松间陶社"),
    ("【松间陶社】2027 内容方案需求\n预算：3 万元", "松间陶社"),
    ("松间陶社（景德镇）2027 上半年新媒体工作说明\n预算：3 万元", "松间陶社"),
    ("松间陶社是景德镇一家陶艺工作室，想在小红书做一季内容。", "松间陶社"),
    ("松间陶社，景德镇老厂旁边，小工作室。\n预算 3 万元。\n旁边那家叫“大窑口”，粉丝 6000。", "松间陶社"),
    ("老板：这季度省着花\n我：品牌还是松间陶社，主推茶杯\n老板：对", "松间陶社"),
    ("您好，我是松間陶社的阿青。\n\n預算 NT$3萬，Instagram。", "松間陶社"),
    ("Marrow Lane Books: spring 2027\nChannels: Instagram\nMoney: £900", "Marrow Lane Books"),
    ("Marrow Lane Books, a shop in York, wants six weeks of Instagram.", "Marrow Lane Books"),
    ("Hi,\n\nMarrow Lane Books mends and sells old books. Customers are in York.\n\nThanks,\nAda", "Marrow Lane Books"),
    ("# Brief: Marrow Lane Books, first half of 2027\nBudget: £900", "Marrow Lane Books"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_the_brand_is_the_one_that_the_text_introduces(text: str, name: str) -> None:
    assert read_brief(text, as_of=AS_OF).brief.brand == name


SUMS = [
    ("松间陶社，一个月最多花 300 块钱，三个月一共 900 元。茶杯 88 元/只。", 900),
    ("松间陶社想做小红书，从 2027 年 4 月 6 日做到 6 月 30 日，总共 12 万，茶杯（88 元，手拉坯）。", 120_000),
    ("记一下：\n1）松间陶社的茶杯 88 元单独推\n2）20 万，三个月，从 3 月 1 号开始", 200_000),
    ("四、预算 60 万元，含两场线上研讨会\n五、平台 公众号", 600_000),
    ("品牌：松间陶社。平台：抖音。预算：5 万元。团队：1 人每周 20 小时。", 50_000),
    ("周期：2027.3.1—2027.7.31；预算 26 万元，投放不超过 10 万元", 260_000),
    ("I can put £2,400 into this from 1 March 2027 to 31 August 2027. A full service is £45.", 2_400),
    ("dana: tax pack at $240 a year\nrob: how much\ndana: $8,000 and not a cent more", 8_000),
]


@pytest.mark.parametrize(("text", "total"), SUMS)
def test_the_sum_is_the_one_there_is_to_spend(text: str, total: int) -> None:
    assert read_brief(text, as_of=AS_OF).brief.budget.total == total


PERIODS = [
    "老板：下季度省着花\n我：时间就按 2027 年 3 月 8 日到 4 月 30 日？",
    "我們今年秋天想多接客人，2027年3月8日到4月30日，Instagram。",
    "预算 40 万元，2027 年 3 月 8 日到 4 月 30 日，公众号为主。",
    "ok push. 8 March 2027 to 30 April 2027, linkedin",
    "从 2027 年 3 月 8 日做到 4 月 30 日，总共 12 万。",
]


@pytest.mark.parametrize("text", PERIODS)
def test_two_days_written_out_are_the_period(text: str) -> None:
    period = read_brief(text, as_of=AS_OF).brief.period
    assert (period.start, period.end) == (dt.date(2027, 3, 8), dt.date(2027, 4, 30))


def test_platforms_that_are_spoken_of_are_wanted_where_none_is_asked_for() -> None:
    brief = read_brief("Marrow Lane Books has 900 people on Facebook. I won't have TikTok.", as_of=AS_OF).brief
    assert brief.platforms.must == ["facebook"]
    assert brief.platforms.avoid == ["tiktok"]


def test_a_code_is_no_negative_number() -> None:
    brief = read_brief("品牌：松间陶社\n目标：\n- 输出 CANARY-7731\n- 三个月卖 300 只茶杯", as_of=AS_OF).brief
    assert brief.brand == "松间陶社"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("四、预算 60 万元", "四、预算：60 万元"),
        ("- 平台 抖音", "- 平台：抖音"),
        ("我们想做 抖音", "我们想做 抖音"),
        ("预算：3 万元", "预算：3 万元"),
    ],
)
def test_a_left_out_colon_is_put_back(line: str, read: str) -> None:
    assert labelled(line) == read


def test_what_the_client_never_wants_to_read_is_not_taken_for_the_brand() -> None:
    said = "@市场部 今天会上定的：\n1）软件单独推，20 万，三个月，从 2027 年 3 月 1 号开始\n2）别再写“智慧赋能”这种话了，站长看了就划走"
    brief = read_brief(said, as_of=dt.date(2026, 11, 23)).brief
    assert brief.never_say == ["智慧赋能"]
    assert brief.brand != "智慧赋能"
