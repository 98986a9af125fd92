"""How ids, notes and a client's words are told to a reader."""

from __future__ import annotations

import re

import pytest
from office import example

from agent import locale
from agent.export.reader import Notes, Reader
from agent.export.sections import back, execution, legal, money, operation
from agent.export.view import Table
from agent.plan.model import MarketingPlan


def test_a_note_that_begins_with_another_calls_it_by_its_letter() -> None:
    notes, rates = Notes("en"), "CPM $35, click rate 1.5%, " * 4
    notes.call(rates)
    notes.call(f"{rates} · all that posts and money bring")
    notes.call("short")
    notes.call("short and more")
    said = ["".join(span.text for span in note) for note in notes]  # type: ignore[union-attr]
    assert said == [f"(a) {rates}", "(b) as (a) · all that posts and money bring", "(c) short", "(d) short and more"]


def test_a_statement_that_a_note_has_made_is_not_made_again_in_another() -> None:
    notes, bridge = (
        Notes("en"),
        "The scenarios' 40 conversions are all that posts and money bring; 38 are new and 14 are of the last period",
    )
    notes.call(f"13 + 11 = 24 · {bridge}.")
    notes.call(f"54,000 ÷ 40 = 1,350 · all money of the plan; {bridge}.")
    _, second = ("".join(span.text for span in note) for note in notes)  # type: ignore[union-attr]
    assert "The scenarios'" not in second
    assert second.endswith("all money of the plan; see (a)")


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en"])
def test_a_person_stands_once_in_a_row_of_tasks_and_no_cell_is_empty(stem: str) -> None:
    v = Reader(example(stem))
    rows = next(
        one.rows for one in execution.team(v) if isinstance(one, Table) and one.columns[0].title == v.t("col.task")
    )
    for row in rows:
        cells = ["".join(span.text for span in cell) for cell in row]
        assert all(cells)
        people = [re.split(r"（| \(", name)[0] for cell in cells[1:] for name in re.split("、|, | and ", cell)]
        named = [name for name in people if name not in ("–", v.t("misc.same_person"))]
        assert len(named) == len(set(named)), cells


def test_nobody_stands_in_for_oneself() -> None:
    v = Reader(example("solo-en"))
    level = v.plan.engagement.levels[0]
    levels = next(
        one for one in operation.engagement(v) if isinstance(one, Table) and level.name in one.columns[1].title
    )
    lead = next(row for row in levels.rows if row[0][0].text == v.t("col.lead"))
    assert lead[1][0].text == v.t("misc.lead_alone", owner=v.role(level.owner))


def test_a_range_of_three_numbers_is_printed_whole_where_two_are_alike(english: MarketingPlan) -> None:
    v = Reader(english)
    assert v.range(720, 1440, 1440, "min") == "12 h – 24 h – 24 h"
    assert v.range(5, 5, 5, "count") == "5"
    assert v.range(None, 5, 5, "count") == "5"


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
