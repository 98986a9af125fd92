"""The category packs: complete, each entry in its grammar class, nothing said twice, no figures passed off as facts."""

from __future__ import annotations

import re

import pytest

from agent.data import read_yaml
from agent.locale import localise
from agent.resources import prompts_dir

FOLDER = prompts_dir() / "playbook" / "categories"
CATEGORIES = """general beverage software food beauty local_service restaurant b2b_industrial pet home education nonprofit apparel fitness baby
electronics travel culture health_food finance medical auto alcohol cafe""".split()
LEAST = {
    "category_word": 1, "tension": 6, "truth": 6, "scenes": 10, "questions": 12, "doubts": 8, "criteria": 8, "myths": 8, "mistakes": 8, "steps": 8,
    "tests": 6, "pains": 8, "triggers": 8, "interests": 6, "lifestyle": 6, "values": 6, "spending": 6, "interaction": 6, "hot": 8, "spread": 5,
    "seasons": 6, "quiet": 3, "events_online": 5, "events_offline": 5, "ugc": 6, "proof_forms": 6, "crisis": 5, "objections": 6, "vocabulary": 10,
}  # fmt: skip
SENTENCES = {"pains", "triggers", "lifestyle", "values", "spending", "interaction", "spread", "objections"}
LONGEST = {
    "scenes": 14,
    "questions": 24,
    "doubts": 18,
    "criteria": 16,
    "myths": 22,
    "mistakes": 16,
    "steps": 18,
    "tests": 26,
    "vocabulary": 8,
    "seasons": 16,
}
"""Chinese characters an entry may have so that a working title around it stays short; English has three times as many and a half."""
_PERCENT = re.compile(r"[%％‰]|per ?cent|百分之|成的人|(?<![\w])\d+\s*(?:倍|人|万|times|people)", re.IGNORECASE)
_ABSOLUTE = re.compile(r"最|第一(?![次步口周天批条])|唯一|国家级|顶级")
_EFFICACY = re.compile(
    r"治愈|根治|疗效|包过|保本|稳赚|\b(?:cures?|guaranteed returns?|risk-free|clinically proven)\b", re.IGNORECASE
)

PACKS = sorted(path.name.removesuffix(".yaml") for path in FOLDER.glob("*.yaml"))


def pack(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_yaml(FOLDER / f"{name}.yaml")
    return found


def entries(name: str) -> list[tuple[str, str]]:
    return [(key, entry) for key, values in pack(name).items() for entry in values]


def wrong_class(key: str, entry: str, zh: bool) -> bool:
    """Whether the entry's ending or opening does not suit its key."""
    ends = "。！？" if zh else ".!?"
    if key == "questions":
        return not entry.endswith("？" if zh else "?")
    if key in SENTENCES:
        return entry[-1] not in ends
    if key == "myths" and not entry.startswith("以为" if zh else "that "):
        return True
    return entry[-1] in ends + ",;:，；：、"


def test_every_category_has_both_languages() -> None:
    assert set(PACKS) == {f"{category}.{language}" for category in CATEGORIES for language in ("zh-CN", "en")}


@pytest.mark.parametrize("name", PACKS)
def test_complete(name: str) -> None:
    found = pack(name)
    assert set(found) == set(LEAST)
    assert {key: len(found[key]) for key in LEAST if len(found[key]) < LEAST[key]} == {}
    assert [
        entry for _, entry in entries(name) if not isinstance(entry, str) or entry != entry.strip() or not entry
    ] == []


@pytest.mark.parametrize("name", PACKS)
def test_grammar_class(name: str) -> None:
    zh = name.endswith("zh-CN")
    assert [(key, entry) for key, entry in entries(name) if wrong_class(key, entry, zh)] == []


@pytest.mark.parametrize("name", PACKS)
def test_nothing_twice(name: str) -> None:
    seen = [entry.casefold().rstrip("。.？?") for _, entry in entries(name)]
    assert sorted({entry for entry in seen if seen.count(entry) > 1}) == []


@pytest.mark.parametrize("name", PACKS)
def test_short_enough_for_a_title(name: str) -> None:
    wide = 1.0 if name.endswith("zh-CN") else 3.5
    assert [(key, entry) for key, entry in entries(name) if len(entry) > LONGEST.get(key, 40) * wide] == []


@pytest.mark.parametrize("name", PACKS)
def test_no_figures_and_no_promises(name: str) -> None:
    """Clients often forbid superlatives, so the packs of a category do without; the fallback keeps to them in speaking of people, not of products."""
    found = [entry for _, entry in entries(name)]
    assert [entry for entry in found if _PERCENT.search(entry) or _EFFICACY.search(entry)] == []
    assert name.startswith("general.") or [entry for entry in found if _ABSOLUTE.search(entry)] == []


@pytest.mark.parametrize("name", [name for name in PACKS if name.endswith("zh-CN")])
def test_chinese_is_chinese(name: str) -> None:
    """No Latin letters, no digits, no half-width punctuation; and nothing that the conversion to Taiwan's wording empties or merges."""
    found = [entry for _, entry in entries(name)]
    assert [entry for entry in found if re.search(r"[A-Za-z0-9,.?!:;]", entry)] == []
    for values in pack(name).values():
        assert len({localise(value, "zh-TW") for value in values}) == len(values)


@pytest.mark.parametrize("name", [name for name in PACKS if name.endswith(".en")])
def test_english_is_english(name: str) -> None:
    assert [entry for _, entry in entries(name) if re.search(r"[\u3000-\u9fff\uff00-\uffef]", entry)] == []
    assert [entry for key, entry in entries(name) if key in SENTENCES | {"questions"} and entry[0].islower()] == []


@pytest.mark.parametrize(
    ("key", "entry", "zh", "wrong"),
    [
        ("questions", "怎么选", True, True), ("questions", "怎么选？", True, False), ("pains", "They wait", False, True),
        ("pains", "They wait.", False, False), ("myths", "dear is good", False, True), ("scenes", "出门前。", True, True), ("scenes", "出门前", True, False),
    ],
)  # fmt: skip
def test_the_rule_itself(key: str, entry: str, zh: bool, wrong: bool) -> None:
    assert wrong_class(key, entry, zh) is wrong
