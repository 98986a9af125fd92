"""Numbers in running text: value, unit, and what is none."""

from __future__ import annotations

import pytest

from agent.quantities import _ENDS, _data, quantities


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("粉丝 4.6万，互动率 3.1%", [(46000, "count"), (3.1, "percent")]),
        ("花了 1.4 万，8.8元/瓶，¥360,000", [(14000, "count"), (8.8, "CNY"), (360000, "CNY")]),
        (
            "24-35岁，2.5% 到 7%，1–10 万",
            [(24, "age"), (35, "age"), (2.5, "percent"), (7, "percent"), (10000, "count"), (100000, "count")],
        ),
        ("女性约七成，百分之三十，统一成一种", [(70, "percent"), (30, "percent")]),
        ("27 周、43小时、第12周", [(27, "week"), (43, "hour"), (12, "week")]),
        ("《广告法》第9条、第3、5、8条", [(9, "article"), (3, "article"), (5, "article"), (8, "article")]),
        ("2/4 周末烤箱边，週末 3 週", [(2, "count"), (4, "count"), (3, "week")]),
        ("第2名，第3步", []),
        ("$1.2m over 9 months, £300k, NT$3,600", [(1200000, "USD"), (9, "month"), (300000, "GBP"), (3600, "TWD")]),
        ("seven in ten, 6 out of 10", [(70, "percent"), (60, "percent")]),
        (
            "a 48-hour test, 2–3 h, 1.8 times a week, 6.5 times longer",
            [(48, "hour"), (2, "hour"), (3, "hour"), (1.8, "count"), (6.5, "times")],
        ),
        ("the P2 kit, rated IP69K, a 3D view", []),
        ("14,000 followers (n=17 plants)", [(14000, "count"), (17, "count")]),
        ("2,000 yuan", [(2000, "CNY")]),
        ("00:40 Decided? 5 Marketing people", [(40, "clock"), (5, "count")]),
    ],
)
def test_value_and_unit(text: str, told: list[tuple[float, str]]) -> None:
    assert [(one.value, one.kind) for one in quantities(text)] == told


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4月20日", 420),
        ("2027年4月20日", 20270420),
        ("12 Apr", 412),
        ("3 Sept 2027", 20270903),
        ("April 12, 2027", 20270412),
        ("2027-03-05", 20270305),
        ("2026 年夏天", 20260000),
        ("the 2026 log", 20260000),
    ],
)
def test_dates_are_dates(text: str, value: int) -> None:
    assert [(one.value, one.kind) for one in quantities(text)] == [(value, "date")]


def test_a_number_knows_where_it_stands_and_how_fine_it_is() -> None:
    one = quantities("约 4.2 万播放")[0]
    assert (one.words, one.start, one.step) == ("4.2 万", 2, 1000)
    assert [q.words for q in quantities("Tue 10:00–12:00")] == ["10:00", "12:00"]


def test_no_scale_and_no_unit_begins_with_a_sign_that_ends_a_number() -> None:
    data = _data()
    words = [*data["scales"], *(word for name in ("units", "money") for words in data[name].values() for word in words)]
    assert words
    assert not {str(word)[0] for word in words} & _ENDS
