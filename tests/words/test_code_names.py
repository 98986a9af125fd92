"""What must not be public yet goes by its code name in every part that is handed on; the guardrails say once what it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.checks.walk import texts
from agent.knowledge import load
from agent.words.playbook.context import make_context
from agent.words.playbook.match import says
from agent.words.playbook.topics import code_name, coded, date_name

INSIDE = ("production", "risks", "team", "summary", "engagement", "budget", "measurement")


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_secret_goes_by_its_code_name(source: Path) -> None:
    plan, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    told = [one for one in texts(plan) if one.path.partition(".")[0] in INSIDE]
    for place, embargo in enumerate(context.brief.embargoes):
        if says("code_name", embargo.fact):
            continue
        for word in (embargo.fact, *embargo.keywords):
            assert not [one.path for one in told if word in one.text]
            assert not [one.message for one in plan.conflicts if word in f"{one.message} {one.resolution}"]
        code = code_name(context, place)
        assert sum(code in line for line in plan.strategy.guardrails) == 1
        assert any(code in line for line in plan.production.red_lines)


def test_a_holiday_keeps_its_name_though_an_embargo_calls_by_it() -> None:
    source = next(one for one in BRIEFS if one.name.startswith("shop-zh-tw"))
    frame = made(source)[1]
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    holiday = next(one for one in frame.key_dates if one.source.startswith("kb:"))
    secret = context.brief.embargoes[0].model_copy(update={"fact": holiday.name[:3], "keywords": []})
    context.brief.embargoes[:] = [secret]
    assert coded(context, holiday.name) != holiday.name
    assert date_name(context, holiday) == holiday.name
