"""How ids, notes and a client's words are told to a reader."""

from __future__ import annotations

import re

import pytest
from office import example

from agent import locale
from agent.export.reader import Notes, Reader
from agent.export.sections import back, legal, money
from agent.export.view import Table
from agent.plan.model import MarketingPlan


def test_a_note_that_begins_with_another_calls_it_by_its_letter() -> None:
    notes, rates = Notes(), "CPM $35, click rate 1.5%, " * 4
    notes.call(rates)
    notes.call(f"{rates} · all that posts and money bring")
    notes.call("short")
    notes.call("short and more")
    said = ["".join(span.text for span in note) for note in notes]  # type: ignore[union-attr]
    assert said == [f"(a) {rates}", "(b) (a) · all that posts and money bring", "(c) short", "(d) short and more"]


def test_a_place_names_a_post_by_its_idea_and_platform(english: MarketingPlan) -> None:
    place = Reader(english).place("adaptations.posts[0].body")
    post = english.adaptations.posts[0]
    assert post.id == f"{post.core}-{post.platform}"
    assert place.endswith(f" · {post.core}, {Reader(english).platform(post.platform)}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("platform：Instagram；engagement_rate：1.8%", "platform: Instagram; engagement rate: 1.8%"),
        ("LinkedIn company page，1,850 followers", "LinkedIn company page, 1,850 followers"),
        ("小红书，3,200 粉丝", "小红书，3,200 粉丝"),
        ("at 10:30, utm_source kept", "at 10:30, utm_source kept"),
    ],
)
def test_a_quotation_for_a_reader_of_english_has_latin_signs(words: str, said: str) -> None:
    assert locale.latin(words) == said


def test_the_lists_of_an_english_plan_begin_with_capitals_and_quote_the_brief_in_latin_signs() -> None:
    plan = example("contradictory-en")
    v = Reader(plan)
    blocks = [*legal.approvals(v), *legal.deadlines(v), *money.budget(v), *back.assumptions(v)]
    rows = [row for block in blocks if isinstance(block, Table) for row in block.rows]
    strong = [span.text for row in rows for cell in row for span in cell if span.style == "strong"]
    fields = [span.text for row in next(one for one in blocks[::-1] if isinstance(one, Table)).rows for span in row[-1]]
    assert len(strong) > 10
    assert [words for words in [*strong, *fields] if words[:1].islower()] == []
    assert [
        one.title for one in plan.sources if one.kind == "brief" and re.search("[，；：]|engagement_rate", one.title)
    ] == []
