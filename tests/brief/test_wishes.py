"""Goals told as wishes: what they count gets a short name."""

from __future__ import annotations

import pytest

from agent.brief.goals import _wished


@pytest.mark.parametrize(
    ("wish", "metric"),
    [
        ("多一些工作日下午的客人", "工作日下午到店人数"), ("多一些客人", "到店人数"), ("多來一些平日下午的客人", "平日下午到店人數"), ("更多周末的预约", "周末的预约数"), ("增加会员", "会员数"),
        ("让更多人看到", ""), ("把小红书做起来", ""), ("get more customers on weekday afternoons", "weekday-afternoon visits"), ("more lunchtime guests", "lunchtime visits"),
        ("more customers", ""), ("grow our Instagram", ""),
    ],
)  # fmt: skip
def test_a_wish_gets_the_short_name_of_what_it_counts(wish: str, metric: str) -> None:
    assert _wished(wish) == metric
