"""What the plan promises of its calendar is what the calendar holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.checks.walk import texts
from agent.knowledge import load
from agent.words.playbook.context import make_context
from agent.words.playbook.promises import HELD, claims, kept, promises, series, weeks_with


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_weekly_series_is_promised_only_where_it_is_held(source: Path) -> None:
    plan, frame = made(source)
    idea, language = plan.strategy.idea, plan.meta.language
    told = [idea.line, idea.mechanism] + [a for line in plan.strategy.lines for a in line.actions if idea.name in a]
    if weeks_with(frame, series(frame)) < HELD:
        assert not [text for text in told if claims(text, language)]
    counted = {
        int(n) for text in told for n in re.findall(r"(?:全期|拆成|runs |in )(\d+)(?:条|條|集| times| parts)", text)
    }
    assert counted <= {sum(entry.pillar == plan.themes.pillars[0].id for entry in plan.calendar.entries)}


@pytest.mark.parametrize(
    ("language", "text", "swapped"),
    [
        ("zh", "每周介绍一位熟客。", "每期介绍一位熟客。"), ("en", "Each week one step is opened up.", "Each time one step is opened up."),
        ("en", "One question a week, with the working shown.", "One question an episode, with the working shown."),
    ],
)  # fmt: skip
def test_an_idea_speaks_of_episodes_where_the_week_is_not_held(language: str, text: str, swapped: str) -> None:
    source = next(one for one in BRIEFS if one.name.startswith("sentence" if language == "zh" else "contradictory"))
    _, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    assert promises(context)["weekly"] == ""
    assert kept(context, text) == swapped


def test_a_stand_in_for_the_product_is_not_printed_in_every_line() -> None:
    source = next(one for one in BRIEFS if one.name.startswith("sentence"))
    plan, _ = made(source)
    told = [one.text for one in texts(plan)]
    long, short = "工作日下午的位子", ("店里的座位", "这个位子")
    assert sum(text.count(long) for text in told) < 70
    assert all(any(word in text for text in told) for word in short)


def test_people_are_asked_into_the_channel_that_the_brief_keeps() -> None:
    plan, _ = made(next(one for one in BRIEFS if one.name.startswith("shop")))
    asked = [entry for entry in plan.calendar.entries if "LINE" in entry.cta]
    assert len(asked) >= 3
    assert len({(entry.date.year, entry.date.month) for entry in asked}) == len(asked)
    assert all(entry.format != "poll" and entry.kind == "post" for entry in asked)
    for name in ("tea", "b2b", "solo"):
        other, _ = made(next(one for one in BRIEFS if one.name.startswith(name)))
        assert not [entry.id for entry in other.calendar.entries if "LINE" in entry.cta or "newsletter" in entry.cta]


def test_a_campaign_on_a_feast_has_a_last_call_while_an_order_still_arrives() -> None:
    plan, _ = made(next(one for one in BRIEFS if one.name.startswith("shop")))
    for key in plan.calendar.key_dates:
        if key.use == "campaign" and key.kind == "holiday":
            left = [(key.date - entry.date).days for entry in plan.calendar.entries if entry.key_date == key.id]
            assert [days for days in left if 2 <= days <= 5]
            assert 0 in left
