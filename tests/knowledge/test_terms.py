"""The glossary: a term is found in either language and any inflection, the longer one before the shorter one inside it."""

from __future__ import annotations

import pytest

from agent.data import read_yaml
from agent.knowledge.terms import Glossary
from agent.knowledge.tokens import Tokens
from agent.resources import prompts_dir

TERMS = prompts_dir() / "locales" / "search_terms.yaml"


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return Tokens(tmp_path_factory.mktemp("words"))


@pytest.mark.parametrize(
    ("query", "said", "translation"),
    [
        ("完播率低说明什么", "完播率", "completion rate"),
        ("粉絲流失率怎麼看", "流失率", "followers lost"),
        ("what click-through rates are usual", "click-through rate", "点击率"),
        ("the account was hacked", "hacked", "被盗"),
        ("preparing for Singles' Day", "singles' day", "双11"),
    ],
)
def test_a_term_is_found_with_its_other_names(query: str, said: str, translation: str, tokens: Tokens) -> None:
    found = Glossary.read(TERMS, tokens).meanings(query, tokens.of(query))
    assert translation in [one.translation() for one in found if one.said.text == said]


def test_the_longer_term_counts_and_not_the_one_inside_it(tokens: Tokens) -> None:
    glossary = Glossary([["预算", "budget"], ["总预算表", "budget sheet"]], tokens)
    query = "总预算表在哪"
    assert [one.said.text for one in glossary.meanings(query, tokens.of(query))] == ["总预算表"]


def test_nothing_is_found_in_part_of_a_word(tokens: Tokens) -> None:
    glossary = Glossary([["ads", "广告"]], tokens)
    assert glossary.meanings("adsorption of loads", tokens.of("adsorption of loads")) == []


def test_every_line_says_its_term_in_both_languages(tokens: Tokens) -> None:
    rows = read_yaml(TERMS)["terms"]
    assert len(rows) > 100
    assert [row for row in rows if not (row["zh"] and row["en"])] == []
    assert all(isinstance(word, str) for row in rows for word in [*row["zh"], *row["en"]])
