"""Money, counts, shares and hours, as clients write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brief import team
from agent.brief.numbers import chinese_number, find_numbers, find_percents, parse_count, parse_share
from agent.brief.segments import audience
from agent.brief.values import Money, find_hours, find_money, parse_money, settle

# written, amount, currency that the mark alone tells, per
SUMS = [
    ("36万", "360000", "", ""),
    ("36 萬", "360000", "", ""),
    ("五万", "50000", "", ""),
    ("三十六万元", "360000", "", ""),
    ("两千块", "2000", "", ""),
    ("两万五", "25000", "", ""),
    ("1万2", "12000", "", ""),
    ("3.5万", "35000", "", ""),
    ("一百二十万", "1200000", "", ""),
    ("36w", "360000", "", ""),
    ("RMB 860万", "8600000", "CNY", ""),
    ("人民币十万元整", "100000", "CNY", ""),
    ("100万人民币", "1000000", "CNY", ""),
    ("1.2亿元", "120000000", "", ""),
    ("¥300,000", "300000", "", ""),
    ("￥３６，０００", "36000", "", ""),
    ("¥10 million", "10000000", "", ""),
    ("£1.2k", "1200", "GBP", ""),
    ("about £450", "450", "GBP", ""),
    ("a few hundred pounds", "300", "GBP", ""),
    ("$96,000 for everything", "96000", "", ""),
    ("US$ 1.2 million", "1200000", "USD", ""),
    ("USD 54k", "54000", "USD", ""),
    ("€2.5m", "2500000", "EUR", ""),
    ("HK$80,000", "80000", "HKD", ""),
    ("NT$50萬", "500000", "TWD", ""),
    ("新台幣 18 萬", "180000", "TWD", ""),
    ("S$4,000", "4000", "SGD", ""),
    ("5,000 dollars", "5000", "", ""),
    ("3000元/月", "3000", "", "month"),
    ("每月3000元", "3000", "", "month"),
    ("about 5k a month", "5000", "", "month"),
    ("$240 a month per plant", "240", "", "month"),
    ("8.8元/瓶", "8.8", "", "瓶"),
    ("NT$280／罐", "280", "TWD", "罐"),
    ("$3,000 per creator", "3000", "", "creator"),
    ("£95 a head", "95", "GBP", "head"),
    ("零预算", "0", "", ""),
    ("沒有預算", "0", "", ""),
    ("no budget at all", "0", "", ""),
    ("$0", "0", "", ""),
    ("450", "450", "", ""),
    ("-5", "-5", "", ""),
    ("1e308", "1e308", "", ""),
]


@pytest.mark.parametrize(("written", "amount", "currency", "per"), SUMS)
def test_a_sum_is_read_with_its_currency_and_what_it_is_per(written: str, amount: str, currency: str, per: str) -> None:
    found = parse_money(written)
    assert found is not None
    assert (found.value.amount, found.value.currency, found.value.per) == (Decimal(amount), currency, per)
    assert written[found.start : found.end].strip() == found.text


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("20-30万", 200000, 300000),
        ("20万-30万元", 200000, 300000),
        ("20到30万", 200000, 300000),
        ("三千到五千元", 3000, 5000),
        ("$5,000-$8,000", 5000, 8000),
        ("£2k to £3k", 2000, 3000),
    ],
)
def test_a_range_gives_its_lower_end_and_keeps_the_upper(written: str, low: int, high: int) -> None:
    found = parse_money(written)
    assert found is not None
    assert (found.value.amount, found.value.upper) == (low, high)


@pytest.mark.parametrize(
    "written", ["粉丝 4.6万", "2027年3月1日", "12 videos", "互动率 3.1%", "n=22", "SOC 2 Type II", "IP69K"]
)
def test_a_number_without_a_currency_is_no_sum_in_running_text(written: str) -> None:
    assert find_money(written) == []


@pytest.mark.parametrize(
    ("mark", "language", "markets", "code"),
    [
        ("元", "zh-CN", [], "CNY"), ("元", "zh-TW", [], "TWD"), ("元", "zh-TW", ["HK"], "HKD"), ("$", "en", [], "USD"), ("$", "zh-TW", [], "TWD"),
        ("$", "en", ["SG"], "SGD"), ("$", "en", ["AU"], "AUD"), ("¥", "en", [], "CNY"), ("¥", "en", ["JP"], "JPY"), ("", "zh-CN", [], ""),
    ],
)  # fmt: skip
def test_an_ambiguous_mark_is_settled_by_language_and_market(
    mark: str, language: str, markets: list[str], code: str
) -> None:
    assert settle(Money(Decimal(1), mark=mark), language, markets) == code


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("2,400", 2400),
        ("1.2万", 12000),
        ("3.5k followers", 3500),
        ("11k followers", 11000),
        ("3.1 萬粉絲", 31000),
        ("两千三百", 2300),
        ("１２００", 1200),
        ("一千零五", 1005),
        (3200, 3200),
        ("twelve hundred", 1200),
    ],
)
def test_a_count_is_read(written: str | int, count: int) -> None:
    found = parse_count(written)
    assert found is not None
    assert found.value == count


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("60%", 0.6),
        ("At most 60% on ads", 0.6),
        ("六成", 0.6),
        ("三成半", 0.35),
        ("百分之六十", 0.6),
        ("60 per cent", 0.6),
        ("６０％", 0.6),
        ("half of the budget", 0.5),
        ("0.4", 0.4),
        ("3.1%", 0.031),
    ],
)
def test_a_share_is_read_as_a_fraction(written: str, share: float) -> None:
    found = parse_share(written)
    assert found is not None
    assert found.value == pytest.approx(share)


@pytest.mark.parametrize("written", ["成功案例", "成为第一", "做成品牌"])
def test_the_character_for_tenths_is_not_always_a_share(written: str) -> None:
    assert find_percents(written) == []


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("每周30小时", 30), ("每周 5 小时", 5), ("每週 8 小時", 8), ("每天2小时", 10), ("15小时/周", 15), ("18 hours a week", 18), ("perhaps 4 hours a week", 4),
        ("half an hour a week", 0.5), ("two days a week", 16), ("20h/week", 20), ("90 minutes a week", 1.5), ("全职", 40), ("full-time", 40), ("half a designer", 20), ("半职", 20),
    ],
)  # fmt: skip
def test_hours_are_a_week(written: str, hours: float) -> None:
    assert [f.value for f in find_hours(written)] == [hours]


@pytest.mark.parametrize("written", ["over 9 months", "14 days' warning", "低温冷泡八", "24-35岁"])
def test_other_lengths_are_not_working_hours(written: str) -> None:
    assert find_hours(written) == []


DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    """An independent writer of Chinese numerals below 10,000."""
    text, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + sign
            zero = False
        else:
            zero = True
    return text


@given(st.integers(1, 9999))
@settings(max_examples=300, deadline=None)
def test_every_chinese_numeral_reads_back(number: int) -> None:
    assert chinese_number(_chinese(number)) == number


@given(st.integers(0, 10**9))
@settings(deadline=None)
def test_grouped_and_plain_digits_agree(number: int) -> None:
    assert [f.value for f in find_numbers(f"{number:,}")] == [f.value for f in find_numbers(str(number))] == [number]


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_readers_and_spans_fit(text: str) -> None:
    for found in [
        *find_money(text),
        *find_money(text, bare=True),
        *find_percents(text),
        *find_hours(text),
        *find_numbers(text),
    ]:
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("My partner can hold a phone for half an hour a week", "partner"),
        ("The owner approves everything technical, 1 hour a week", "owner"),
        ("a freelance video editor 8 hours a week", "freelance video editor"),
    ],
)
def test_a_title_holds_nothing_of_what_somebody_does(told: str, title: str) -> None:
    read = team.member(told)
    assert read is not None
    assert read.title == title


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hikers and bicycle commuters aged 22-40 in the western states", "western states"), ("parents in the northern suburbs who cycle", "northern suburbs"),
        ("people around Bristol and Bath", "Bristol and Bath"), ("managers in the US Midwest", "US Midwest"), ("people in the know", ""),
    ],
)  # fmt: skip
def test_a_region_without_a_capital_is_a_place_too(text: str, place: str) -> None:
    found = audience(text)
    assert found is not None
    assert found.place == place
