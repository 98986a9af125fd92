"""American spelling: every British word that the house uses has its American one, and only plans for the United States get it."""

from __future__ import annotations

import re

import pytest
from office import material

from agent.data import read_yaml
from agent.export import FORMATS
from agent.resources import prompts_dir
from agent.spelling import american, is_american

WORDS: dict[str, str] = read_yaml(prompts_dir() / "locales" / "american.yaml")
BRITISH = re.compile(
    r"[a-z]*(?:(?:[^aeiourpv]|[aeiou][rnlmt])is(?:e[sd]?|ing|ation|ations)|[bdlmv]our(?:s|ed|ing|ite|ites|able|ful|hood)?|[a-z]tres?|[a-z]gramme|[a-z]ogues?"
    r"|(?:abe|ave|ode|nce|rave)ll(?:ed|ing))"
)
NOT_BRITISH = frozenset(
    "advertise advertised advertises advertising advertiser exercise exercised exercises raising rising arise arises arising "
    "otherwise likewise expertise franchise noise noises poise wise disguise disguises disguised paradise revise revised revises revising "
    "four dour tour tours detour detours devour hour hours velour bour flour mise precise promise promised promises promising rogue".split()
)


def house_words() -> set[str]:
    """Every lower-case word of the English phrases and labels."""
    files = [*(prompts_dir() / "playbook").rglob("*.yaml"), *(prompts_dir() / "locales").glob("*.en.yaml")]
    english = [path for path in files if "zh-CN" not in str(path)]
    return {word for path in english for word in re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower())}


def test_every_british_word_of_the_house_has_its_american_one() -> None:
    found = {word for word in house_words() if BRITISH.fullmatch(word)} - NOT_BRITISH
    assert len(found) >= 40
    assert sorted(found - WORDS.keys()) == []


def test_an_american_word_is_not_respelled_again() -> None:
    assert [new for new in WORDS.values() if american(new) != new] == []


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Colour and colours, COLOUR.", "Color and colors, COLOR."),
        ("A fortnight later, every fortnight", "Two weeks later, every two weeks"),
        ("Organiser’s programme: judgement", "Organizer’s program: judgment"),
        ("armour, hours, ours, advertise", "armour, hours, ours, advertise"),
        ("", ""),
    ],
)
def test_words_keep_their_case_and_others_stay(said: str, read: str) -> None:
    assert american(said) == read


def test_a_word_of_the_brief_stays_as_the_client_writes_it() -> None:
    assert american("The Grey Centre, a grey colour", keep={"grey", "centre"}) == "The Grey Centre, a grey color"


@pytest.mark.parametrize(
    ("language", "markets", "american_"),
    [
        ("en", ["US"], True),
        ("en", ["GB"], False),
        ("en", ["US", "GB"], False),
        ("zh-CN", ["US"], False),
        ("en", [], False),
    ],
)
def test_only_plans_for_the_united_states_alone(language: str, markets: list[str], american_: bool) -> None:
    assert is_american(language, markets) is american_


def british_in(stem: str) -> set[str]:
    """House words in British spelling in a plan's document, the titles of its sources left out: they are as their authors wrote them."""
    document = FORMATS["md"].render(material(stem)).decode("utf-8").partition("## ")[2]
    own = document.partition("### C ")[0]
    return {word for word in re.findall(r"[a-z]+", own.lower()) if word in WORDS}


def test_a_plan_for_the_united_states_has_no_british_word() -> None:
    assert british_in("b2b-en") == set()


def test_a_plan_for_britain_keeps_them() -> None:
    assert {"optimisation", "judgement"} <= british_in("solo-en")
