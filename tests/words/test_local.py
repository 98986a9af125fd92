"""Whose people a figure counts: a plan for one country is not described by the adults of another."""

from __future__ import annotations

import re

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.words.playbook.context import make_context
from agent.words.playbook.local import audience_in
from agent.words.playbook.match import countries
from agent.words.playbook.platforms import write_platforms

US = re.compile("US adults|美国成年人|美國成年人")


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_only_plans_for_the_united_states_count_its_adults(source: object) -> None:
    plan, _ = made(source)  # type: ignore[arg-type]
    markets = read_brief(source, as_of=DAY).filled.markets  # type: ignore[arg-type]
    told = [choice.audience.text for choice in plan.platforms.choices] + [one.text for one in plan.personas.evidence]
    assert told
    assert any(US.search(text) for text in told) == ("US" in markets)


def test_a_plan_for_taiwan_has_taiwans_figures() -> None:
    plan, _ = made(next(one for one in BRIEFS if one.name.startswith("shop")))
    shares = {choice.platform: choice.audience for choice in plan.platforms.choices}
    for platform, share in (("instagram", "44.7%"), ("facebook", "72.1%"), ("threads", "17.5%"), ("youtube", "72.3%")):
        assert share in shares[platform].text
        assert "台灣" in shares[platform].text
        assert shares[platform].kind == "knowledge"
        assert shares[platform].sources
    assert shares["reddit"].kind == "research", "what nobody has counted is a task, not a figure of another country"
    assert shares["pinterest"].text.startswith("月活"), "what holds for the whole world stays"


@pytest.mark.parametrize(("market", "told"), [("GB", "the United Kingdom"), ("AU", "Australia"), ("US", "")])
def test_where_nothing_is_known_it_says_so(market: str, told: str) -> None:
    brief = {"brand": "Osk", "about": "Osk makes folding knives.", "category": "outdoor gear", "market": market, "language": "en",
             "platforms": {"must": ["Instagram"]}, "budget": "20000", "period": "1 March 2027 to 31 May 2027"}  # fmt: skip
    taken, knowledge = read_brief(brief, as_of=DAY), load()
    context = make_context(taken, build_frame(taken.filled, as_of=DAY, knowledge=knowledge), knowledge)
    found = audience_in(context, "instagram", knowledge.platform("instagram").audience)
    assert (found is None) == (market == "US")
    if found:
        assert told in found[0]
        assert found[1:] == ("research", "")
    row = next(one for one in write_platforms(context).choices if one.platform == "instagram")
    assert ("US adults" in row.audience.text) == (market == "US")


def test_countries_are_told_by_whose_adults_are_counted() -> None:
    assert countries("About 30% of US adults (2023)") == {"US"}
    assert countries("美国成年人中 26% 使用") == {"US"}
    assert countries("619m monthly users") == frozenset()
