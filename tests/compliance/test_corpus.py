"""The reader on texts written from the law: nothing missed in the open part, totals for the held-out part, no alarm on harmless phrases."""

from __future__ import annotations

import pytest

from tests.compliance import marked
from tests.compliance.corpus import HANDS, NAMES, UNWORKED, everything, later, samples, second
from tests.compliance.measure import figures, rates, reading, right
from tests.compliance.mutate import run


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_is_as_large_as_it_has_to_be(name: str) -> None:
    texts = samples(name)
    assert sum(one.bad for one in texts) >= 59
    assert sum(not one.bad for one in texts) >= 40
    assert len({one.text for one in texts}) == len(texts)


def test_a_third_is_held_out() -> None:
    held = sum(one.held_out for one in everything())
    assert 0.29 < held / len(everything()) < 0.38


@pytest.mark.parametrize("name", NAMES)
def test_no_open_text_is_missed_and_few_clean_ones_are_marked(name: str) -> None:
    chosen = [one for one in samples(name) if not one.held_out]
    assert [one.text for one in chosen if one.bad and not right(one)] == []
    assert rates(figures(chosen))[1] >= 0.98


def test_the_held_out_part_is_read_as_well() -> None:
    recall, precision = rates(figures(one for one in everything() if one.held_out))
    assert recall >= 0.95
    assert precision >= 0.95


def test_the_open_part_of_the_later_texts_is_read_without_a_miss() -> None:
    chosen = [one for hand in HANDS if hand not in UNWORKED for one in later(hand) if not one.held_out]
    assert [one.text for one in chosen if not right(one)] == []


def test_harmless_phrases_raise_nothing() -> None:
    traps = samples("traps")
    assert len(traps) >= 200
    assert [(one.text, f.rule) for one in traps for f in reading(one).findings] == []


def test_every_text_is_marked_as_it_was_when_somebody_last_looked() -> None:
    """After a deliberate change: python -m tests.compliance.marked, and read the difference."""
    stored = marked.FILE.read_text(encoding="utf-8").splitlines()
    now = [marked.line(one) for one in marked.texts()]
    assert len(now) == len(stored)
    changed = [text.text for text, old, new in zip(marked.texts(), stored, now, strict=True) if old != new]
    held = {one.text for one in [*everything(), *second()] if one.held_out}
    assert not changed, f"{len(changed)} texts are read otherwise: {[text for text in changed if text not in held][:5]}"


def test_a_damaged_rule_is_noticed() -> None:
    """A seeded sample; the whole of it: python -m tests.compliance.mutate."""
    tried, noticed, _ = run(count=10, seed=11)
    assert noticed / tried >= 0.85
