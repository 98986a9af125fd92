"""The eval briefs are what the README says of them, and what stands beside them is in them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from agent.knowledge import load
from evals.brief import Brief, all_briefs, briefs
from evals.document import plain
from evals.scorers.said import sums

EVERY = all_briefs()
EXAMPLES = Path(__file__).parents[2] / "examples" / "briefs"


def test_there_are_enough_of_every_kind() -> None:
    assert len(EVERY) >= 60
    held = [one for one in EVERY if one.held_out]
    assert 0.28 < len(held) / len(EVERY) < 0.4
    assert not {one.brand for one in held} & {one.brand for one in EVERY if not one.held_out}
    languages = Counter(one.language for one in EVERY)
    assert languages["zh-TW"] >= 4
    assert 0.5 <= (languages["zh-CN"] + languages["zh-TW"]) / len(EVERY) <= 0.7
    assert languages["en"] / len(EVERY) >= 0.3
    tags = Counter(tag for one in EVERY for tag in one.tags)
    assert all(tags[kind] >= 3 for kind in ("b2b", "nonprofit", "regulated", "infeasible", "hostile", "mixed"))
    assert len(Counter(one.brand for one in EVERY)) < len(EVERY) / 2
    sums = [one.expect.budget for one in EVERY if one.expect.budget is not None]
    assert min(sums) == 0
    assert max(sums) == 10_000_000


def test_no_example_is_among_them() -> None:
    shown = [plain(path.read_text(encoding="utf-8")) for path in EXAMPLES.iterdir()]
    for one in EVERY:
        names = [part for part in one.brand.split() if len(part) > 3] or [one.brand]
        assert not any(plain(one.brand) in text for text in shown), names


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_what_is_expected_stands_in_the_brief(one: Brief) -> None:
    text = plain(one.text).replace(",", "")
    for word in (*one.expect.facts, *one.expect.never, *(one.expect.secret.words if one.expect.secret else ())):
        assert plain(word).replace(",", "") in text, word
    if one.expect.budget:
        known = [one_way.replace(" ", "") for one_way in sums(one.expect.budget)]
        assert any(way in text.replace(" ", "") for way in known) or "个月" in text, one.expect.budget
    for platform in (*one.expect.must, *one.expect.avoid):
        assert platform in load().platforms


def test_unknown_brief_is_told() -> None:
    with pytest.raises(KeyError, match="no such brief: nowhere"):
        briefs(only=("nowhere",))
    assert not re.search(r"held", " ".join(one.id for one in briefs()))
