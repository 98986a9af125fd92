"""What is filled in where a brief is silent."""

from __future__ import annotations

import pytest

from agent.brief.segments import offers, whereabouts


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


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("我们在成都玉林开了一家可以带狗来的社区咖啡馆", ["可以带狗来"]),
        (
            "A dog-friendly café where you can stay all afternoon, in Leeds",
            ["dog-friendly", "you can stay all afternoon"],
        ),
        ("可能的话想多一些客人", []),
        ("We sell tea.", []),
    ],
)
def test_what_a_business_says_of_itself_in_passing_is_a_point(about: str, said: list[str]) -> None:
    assert offers(about) == said
