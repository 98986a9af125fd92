"""The registry as data: codes, messages, the checklist and the generated table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from agent.checks import check, registry
from agent.checks.complete import checklist, missing
from agent.checks.table import markdown
from agent.data import read_yaml
from agent.plan.model import PART_IDS
from agent.resources import prompts_dir
from tests.checks import sample

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh-CN", "en")


def messages(language: str) -> dict[str, dict[str, str]]:
    return read_yaml(prompts_dir() / "locales" / f"checks.{language}.yaml")["check"]  # type: ignore[no-any-return]


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_has_message_and_fix_and_no_message_is_left_over(language: str) -> None:
    assert set(messages(language)) == set(registry())
    assert all(entry["message"] and entry["fix"] for entry in messages(language).values())


def test_both_languages_say_the_same_with_the_same_facts() -> None:
    chinese, english = (messages(language) for language in LANGUAGES)
    for code, entry in english.items():
        assert entry.keys() == chinese[code].keys()
        for name, text in entry.items():
            assert blanks(text) == blanks(chinese[code][name]), f"{code}.{name}"


def test_a_code_is_registered_once() -> None:
    with pytest.raises(ValueError, match="BUD-001"):
        check("BUD-001", "error", "again")(lambda plan, ctx: iter(()))


def test_codes_follow_one_form() -> None:
    assert all(re.fullmatch(r"[A-Z]{3}-\d{3}", code) for code in registry())


def test_the_table_in_the_docs_is_current() -> None:
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == markdown(), (
        "run: python -m agent.checks.table > docs/checks.md"
    )


def test_the_checklist_walks_every_part_and_its_ids_are_unique() -> None:
    items = checklist()
    assert {item.part for item in items} == set(PART_IDS)
    assert len({item.id for item in items}) == len(items)
    assert all(item.paths and item.id.startswith(item.part) for item in items)


def test_every_path_of_the_checklist_exists_and_is_filled_in_the_sample() -> None:
    plan = sample.plan()
    assert [(item.id, where) for item in checklist() for path in item.paths for where in missing(plan, path)] == []


def test_a_wrong_path_is_an_error_of_the_data() -> None:
    with pytest.raises(AttributeError):
        list(missing(sample.plan(), "market.nothing"))
    with pytest.raises(AttributeError):
        list(missing(sample.plan(), "market..truth"))


def test_severities() -> None:
    from agent.checks.base import Severity

    assert {one.severity for one in registry().values()} == set(get_args(Severity))
