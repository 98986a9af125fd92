"""A target told as reached is found; an aim, a duty and a condition are none."""

from __future__ import annotations

import pytest

from agent.checks.targets import told_as_reached


@pytest.mark.parametrize(
    "text", ["The account reached 40,000 orders in spring.", "月销已经达到了 40,000 单。", "It now has 40,000 orders."]
)
def test_what_is_told_as_reached(text: str) -> None:
    assert told_as_reached(text, ["40000"]) == "40000"


@pytest.mark.parametrize(
    "text",
    [
        "What has to be reached: 40,000 orders, up from 600.",
        "40,000 orders are to be reached by May.",
        "目标是达到了 40,000 单才算。",
        "The plan has 40,000 words.",
    ],
)
def test_what_is_an_aim(text: str) -> None:
    assert told_as_reached(text, ["40000"]) == ""
