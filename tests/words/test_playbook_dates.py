"""Posts round a date of the brand's own: what they ask for, and that nothing is told before it can be known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.frame.slots import known_of
from agent.frame.workdays import WorkDays
from agent.knowledge import load
from agent.plan.content import Entry, KeyDate
from agent.words.playbook.calendar import launched
from agent.words.playbook.context import make_context
from agent.words.playbook.topics import HEARD, TRIED
from agent.words.playbook.voice import Voice, _phrases

BROUGHT = {
    "tea": "［团队填：代号A的全称］",
    "b2b": "[to fill in: the full name of Project A]",
    "shop": "［店主填：代號A的全稱］",
    "contra": "[to fill in: the full name of Project A]",
}
"""What each example brief brings out on the day of its embargo: its name is filled in when the post goes out."""


def dated(source: Path) -> Iterator[tuple[Entry, KeyDate]]:
    plan, _ = made(source)
    dates = {one.id: one for one in plan.calendar.key_dates}
    for entry in plan.calendar.entries:
        if entry.key_date:
            yield entry, dates[entry.key_date]


@pytest.mark.parametrize("source", [one for one in BRIEFS if one.name.startswith(tuple(BROUGHT))], ids=lambda p: p.name)
def test_posts_of_a_release_ask_for_what_it_brings_out(source: Path) -> None:
    _, frame = made(source)
    context = make_context(read_brief(source, as_of=DAY), frame, load())
    brought, hero = BROUGHT[source.name.partition("-")[0][:6].removesuffix("dictory")], context.facts.names["hero"]
    rows = [(entry, key) for entry, key in dated(source) if key.told]
    assert rows
    assert not [entry.cta for entry, _ in rows if hero in entry.cta]
    first = [entry for entry, key in rows if entry.date == key.date and entry.format != "poll"]
    assert first
    assert all(brought.casefold() in entry.cta.casefold() for entry in first)


def test_a_date_that_brings_out_nothing_has_nothing_to_ask_for() -> None:
    for name in ("shop", "b2b", "tea"):
        source = next(one for one in BRIEFS if one.name.startswith(name))
        _, frame = made(source)
        context = make_context(read_brief(source, as_of=DAY), frame, load())
        found = {key.name: launched(context, key) for key in frame.key_dates if key.kind == "brand"}
        assert [one.casefold() for one in found.values() if one is not None] == [BROUGHT[name].casefold()]
        assert len(found) > 1


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_what_tells_of_a_date_is_final_after_it(source: Path) -> None:
    _, frame = made(source)
    intake = read_brief(source, as_of=DAY)
    workdays = WorkDays(intake.filled.markets)
    keys = {one.id: one for one in frame.key_dates}
    for slot in frame.slots:
        if slot.key_date and slot.date > keys[slot.key_date].date:
            known = known_of(keys[slot.key_date], slot.date)
            assert slot.deadline > known or slot.deadline == workdays.back(slot.date, 1)


def reports(language: str, mark: str) -> list[re.Pattern[str]]:
    """Phrases that report what was asked or said, as they stand in a row."""
    return [
        re.compile(r"\S.*".join(re.escape(part) for part in re.split(r"\{\w+\}", line) if part))
        for key, lines in _phrases(language).items()
        if key.startswith("topics.date.")
        for phrase in lines
        if f"{{{mark}}}" in phrase
        for line in phrase.replace(f"{{{mark}}}", "").split("|")
    ]


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_nothing_is_reported_of_a_date_before_it_can_be_known(source: Path) -> None:
    language = made(source)[0].meta.language
    marks = {"heard": (HEARD, reports(language, "heard")), "tried": (TRIED, reports(language, "tried"))}
    assert all(len(found) > 5 for _, found in marks.values())
    for entry, key in dated(source):
        last = key.end if key.end and entry.date > key.end else key.date
        for days, found in marks.values():
            told = [one.pattern for one in found if one.search(entry.topic) or one.search(entry.hook)]
            if (entry.deadline - last).days < days:
                assert told == [], (entry.id, entry.topic, entry.hook)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_something_can_be_said_of_a_date_that_nobody_could_report_on_yet(language: str) -> None:
    voice = Voice(language, "seed", {"brand": "Osk"})
    for kind in ("brand", "release", "release_product", "release_version", "release_collab", "release_opening"):
        told = voice.variants(f"topics.date.{kind}_after.title", name="N", day="D")
        assert len(told) >= 1, kind
        assert not [line for line in told if re.search(r"asked|opinions|问得多|意见", line)]


def test_a_seller_of_food_keeps_quiet_on_the_day_of_the_dead() -> None:
    plan, _ = made(next(one for one in BRIEFS if one.name == "shop-zh-tw.md"))
    day = next(one for one in plan.calendar.key_dates if one.name == "清明節")
    assert day.use == "quiet"
    assert not [
        one.id
        for one in plan.calendar.entries
        if day.date <= one.date <= (day.end or day.date) and one.kind != "buffer"
    ]
    assert not [one.id for pillar in plan.themes.pillars for one in pillar.topics if "清明" in one.title]
