"""Looks: texts are looked through once, and what no look finds is not checked."""

from __future__ import annotations

import pytest

from agent.checks.looks import _LOOKS, look, suspects
from agent.checks.walk import texts, walked_once
from tests.checks.test_grounding import made


@pytest.mark.parametrize("brief", ["tea-zh.yaml", "b2b-en.md"])
def test_suspects_are_the_texts_in_which_a_look_finds_something(brief: str) -> None:
    plan = made(brief)[1].model_copy(deep=True)
    plan.strategy.idea.line = "2027年3月8日（周二）  [TBD] None，，已经达到 4.2 万 the the"
    with walked_once():
        for name, finds in _LOOKS.items():
            assert suspects(plan, name) == [one for one in texts(plan) if finds(one.text, one.language)]
        named = {name for name in _LOOKS if "strategy.idea.line" in [one.path for one in suspects(plan, name)]}
    assert named >= {"blank", "value", "seam", "weekday", "number", "success"}


def test_a_look_has_a_name_of_its_own() -> None:
    with pytest.raises(ValueError, match="twice"):
        look("weekday")(lambda text, language: True)
