"""The rules as data: complete passports, patterns that can match, no name left over."""

from __future__ import annotations

import datetime as dt
import re

from agent.compliance import load_rules
from agent.compliance.regulated import _table
from agent.data import read_yaml
from agent.resources import knowledge_dir

FOLDER = knowledge_dir() / "compliance"


def test_all_eight_groups_and_all_regions_have_rules() -> None:
    rules = load_rules().rules
    assert {rule.group for rule in rules} == set(range(1, 9))
    assert {region for rule in rules for region in rule.region} == {"CN", "US", "UK", "EU", "IN"}


def test_every_provision_says_since_when_and_from_where() -> None:
    book = load_rules()
    for law in book.laws.values():
        source = book.publications[law.source]
        assert law.effective <= dt.date(2027, 12, 31)
        assert source.publisher
        assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]+(/\S+)?", source.address), source.address


def test_no_provision_source_class_or_context_is_left_over() -> None:
    book = load_rules()
    used = {law for rule in book.rules for law in (rule.law, *rule.law_on.values(), *rule.law_in.values())} | {
        law for row in _table().requirements for law in (row.law, *row.law_in.values())
    }
    assert set(book.laws) == used
    assert set(book.publications) == {law.source for law in book.laws.values()}
    assert set(book.contexts) == {name for rule in book.rules for name in rule.exempt}
    assert set(book.disclosures) == {name for rule in book.rules for name in (*rule.lacks, *rule.lacks_only)}
    patterns = " ".join(p for rule in book.rules for p in (*rule.zh, *rule.en, *rule.about))
    named = set(re.findall(r"<([a-z]+)>", patterns))
    lexicon = read_yaml(FOLDER / "lexicon.yaml")
    assert named == set(lexicon["zh"]) | set(lexicon["en"])


def test_both_languages_are_in_their_own_script() -> None:
    for rule in load_rules().rules:
        assert re.search("[\u4e00-\u9fff]", rule.why.zh)
        assert not re.search("[\u4e00-\u9fff]", re.sub("广告|本品不能代替药物", "", rule.why.en))
        assert len(rule.suggest.zh) >= 1
        assert len(rule.suggest.en) >= 1


def test_what_regulated_categories_need_names_a_provision_and_a_part_of_the_plan() -> None:
    from agent.plan.model import PART_IDS

    rows, signs = _table().requirements, _table().signs
    assert len({row.id for row in rows}) == len(rows)
    assert all(set(row.parts) <= set(PART_IDS) and row.law in load_rules().laws for row in rows)
    assert {category for row in rows for category in row.categories} >= {
        "alcohol",
        "health_food",
        "beauty",
        "education",
    }
    assert set(signs) >= {"alcohol", "beauty"}
