"""What the brief keeps secret goes by its code name in the whole plan, before its day and after; the brief alone says what it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made
from pydantic import BaseModel

from agent.brief import read_brief
from agent.export.reader import Reader
from agent.export.sections.front import cover
from agent.knowledge import load
from agent.revise.paths import leaves
from agent.words.playbook.context import make_context
from agent.words.playbook.embargoed import hidden
from agent.words.playbook.match import says
from agent.words.playbook.topics import code_name, coded, date_name


def told(model: BaseModel) -> Iterator[tuple[str, str]]:
    """Everything that a plan says: (path, text) of its parts, sources, contradictions, questions and findings, without ids."""
    for path, value, _ in leaves(model, ""):
        if isinstance(value, str) and not path.endswith(("id", "persona", "personas", "where")):
            yield path, value


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_secret_goes_by_its_code_name(source: Path) -> None:
    plan, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    said = [(path, text) for path, text in told(plan) if ".personas" not in path]
    front = "\n".join(str(block) for block in cover(Reader(plan)))
    for place, embargo in enumerate(context.brief.embargoes):
        if says("code_name", embargo.fact):
            continue
        for word in (embargo.fact, *embargo.keywords):
            assert not [path for path, text in said if word in text]
        code = code_name(context, place)
        assert sum(code in line for line in plan.strategy.guardrails) == 1
        assert any(code in line for line in plan.production.red_lines)
        assert [one.until for one in plan.secrets if one.code == code] == [embargo.until]
        assert code in front


def test_the_posts_of_its_day_say_where_the_name_goes() -> None:
    """The plan stays workable for those who may know: the rows are there, each with the code name or a blank for the full one."""
    plan, _ = made(next(one for one in BRIEFS if one.name.startswith("tea-zh")))
    key = next(one for one in plan.calendar.key_dates if one.told)
    rows = [one for one in plan.calendar.entries if one.key_date == key.id]
    assert rows
    assert all("代号A" in row.topic for row in rows if row.kind == "post")
    assert any("［团队填：代号A的全称］" in row.cta for row in rows)
    assert plan.calendar.occasion(rows[0]) == "代号A上市"
    assert not [one for one in plan.findings if one.code in ("FID-006", "FID-010")]


@pytest.mark.parametrize(
    ("fact", "keywords", "text", "want"),
    [
        ("The P3 sensor with ATEX rating", ["P3"], "P3 launch, and a UP30 pump", "Project A launch, and a UP30 pump"),
        ("the Kestrel 1000", ["Kestrel 1000"], "Launch of the Kestrel 1000", "Launch of Project A"),
    ],
)
def test_a_code_name_takes_the_place_of_whole_words(fact: str, keywords: list[str], text: str, want: str) -> None:
    source = next(one for one in BRIEFS if one.name.startswith("b2b-en"))
    brief = read_brief(source, as_of=DAY).filled
    secret = brief.embargoes[0].model_copy(update={"fact": fact, "keywords": keywords})
    assert hidden(brief.model_copy(update={"embargoes": [secret]}), text) == want


def test_a_quoted_list_of_secret_words_is_told_once() -> None:
    brief = read_brief(next(one for one in BRIEFS if one.name.startswith("tea-zh")), as_of=DAY).filled
    text = "内容：春季新口味“冷泡桂花乌龙”；日期：2027-04-20；关键词：桂花乌龙、第四款"
    assert hidden(brief, text) == "内容：代号A；日期：2027-04-20；关键词：代号A"


def test_a_holiday_keeps_its_name_though_an_embargo_calls_by_it() -> None:
    source = next(one for one in BRIEFS if one.name.startswith("shop-zh-tw"))
    frame = made(source)[1]
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    holiday = next(one for one in frame.key_dates if one.source.startswith("kb:"))
    secret = context.brief.embargoes[0].model_copy(update={"fact": holiday.name[:3], "keywords": []})
    context.brief.embargoes[:] = [secret]
    assert coded(context, holiday.name) != holiday.name
    assert date_name(context, holiday) == holiday.name
