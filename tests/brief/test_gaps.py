"""What is filled in where a brief is silent."""

from __future__ import annotations

import pytest

from agent.brief.segments import whereabouts


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ("我们在成都玉林开了一家可以带狗来的社区咖啡馆", "成都玉林"),
        ("我們在台南開了一間選物店", "台南"),
        ("We run a small coffee shop in Leeds, open since 2019", "Leeds"),
        ("在线上开了一家店", ""),
        ("Our studio opens in March", ""),
        ("在找一家供应商", ""),
    ],
)
def test_a_shop_is_where_it_says_it_is(about: str, place: str) -> None:
    assert whereabouts(about) == place
