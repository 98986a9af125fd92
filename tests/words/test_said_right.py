"""What a strict reader found said wrong: moments dropped in bare, one platform told as several, people and reasons that do not fit."""

from __future__ import annotations

import re

import pytest
from example_plans import BRIEFS, made

from agent.plan.model import MarketingPlan
from agent.words.playbook import voice


def _plan(name: str) -> MarketingPlan:
    return made(next(one for one in BRIEFS if one.name == name))[0]


def _all(name: str) -> str:
    """Everything that an example's plan says, in one text."""
    return _plan(name).model_dump_json()


def test_a_moment_out_of_a_buyers_day_is_said_to_be_one() -> None:
    assert not re.search(
        r"with a red light|, (?:a|the) [^,“]{5,40}(?<! and) the subject", _all("contradictory-en.yaml")
    )


def test_a_target_out_of_reach_is_no_reason() -> None:
    plan = _plan("contradictory-en.yaml")
    assert "40,000" not in plan.strategy.model_dump_json()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_plan_without_films_speaks_of_filming_last(language: str) -> None:
    still = voice.Voice(language, "Quill", {"brand": "Quill", "hero": "ink", "who": "readers"})
    still.filmless = True
    for key in ("idea.hands.why_ours", "production.standard.access"):
        if still.has(key):
            said = [bool(voice._FILM.search(text)) for text in still.variants(key, **{"idea": "Ink"})]
            assert said == sorted(said), key


def test_a_plan_without_films_has_no_persona_for_films() -> None:
    plan = _plan("solo-en.txt")
    planned = {entry.format for entry in plan.calendar.entries}
    assert all(set(one.formats) <= planned for one in plan.personas.personas)


def test_one_platform_is_not_spoken_of_as_several() -> None:
    plan = _plan("contradictory-en.yaml")
    parts = (plan.themes, plan.adaptations, plan.measurement.adjust, plan.platforms.interplay)
    said = " ".join(str(one) for one in parts)
    assert not re.search(r"(?:each|every|another) platform|one platform to another|handed on", said)


def test_people_described_in_passing_stand_without_quotation_marks() -> None:
    assert "“these managers”" not in _all("b2b-en.md")
    assert "Pilot requests did it bring" not in _all("b2b-en.md")


def test_nobody_stands_in_where_there_is_one_person() -> None:
    for name in ("solo-en.txt", "contradictory-en.yaml"):
        assert not re.search(r"the stand-in|somebody other than the author|'s approver", _all(name)), name
