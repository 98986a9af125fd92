"""A brief of one sentence: what it says of the place, its guests and its quiet hours is what the plan is about."""

from __future__ import annotations

import functools
import re

import pytest
from example_plans import BRIEFS, DAY

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan
from agent.words.playbook.facts import wanted_time
from agent.words.playbook.voice import stand_in

ZH = next(one for one in BRIEFS if one.name == "sentence-zh.txt").read_text(encoding="utf-8")
TW = "我們在台南開了一家可以帶狗來的社區咖啡館，叫「慢半拍」，想從明年三月開始把 Instagram 做起來，多一些平日下午的客人。"
EN = (
    "We run a dog-friendly coffee shop in Bristol called Half Beat, and from next March we'd like to get Instagram going "
    "and have more guests on weekday afternoons."
)
SAID = {
    "zh-CN": (ZH, "工作日下午的位子", "店里的饮品", "下午有空的人", "出门带着狗的人", "狗|宠物"),
    "zh-TW": (TW, "平日下午的位子", "店裡的飲品", "下午有空的人", "出門帶著狗的人", "狗|寵物"),
    "en": (EN, "a weekday afternoon table", "what the shop sells", "people with free weekday afternoons", "dog owners", r"\b(?:dog|pet)s?\b"),
}  # fmt: skip


@functools.cache
def plan(text: str) -> MarketingPlan:
    taken = read_brief(text.encode(), as_of=DAY)
    knowledge = load()
    return build_plan(taken, knowledge, build_frame(taken.filled, as_of=DAY, knowledge=knowledge), model="playbook")


@pytest.mark.parametrize("language", SAID)
def test_what_a_place_sells_is_the_hour_that_it_wants_to_fill(language: str) -> None:
    text, hero, other, *_ = SAID[language]
    told = plan(text).model_dump_json()
    assert plan(text).meta.language == language
    assert told.count(hero) > 20
    assert other not in told


@pytest.mark.parametrize("language", SAID)
def test_personas_are_whom_the_sentence_means(language: str) -> None:
    text, _, _, free, dogs, pets = SAID[language]
    first, second = plan(text).personas.personas
    assert free in first.name
    assert dogs in second.name
    told = " ".join(
        [second.interests, second.lifestyle, second.values, *second.pains, *second.triggers, second.objection]
    )
    assert len(re.findall(pets, told)) >= 3
    others = " ".join([first.interests, first.values, *first.pains, *first.triggers, first.objection]).replace(
        "dog-friendly", ""
    )
    assert not re.search(pets, others), "each of them is somebody else"
    assert "The brief" not in told, "what is assumed is nobody's word"


@pytest.mark.parametrize("language", SAID)
def test_the_dogs_of_the_sentence_are_in_posts_and_topics(language: str) -> None:
    text, *_, pets = SAID[language]
    made = plan(text)
    rows = [f"{e.topic} {e.hook}" for e in made.calendar.entries if e.kind != "buffer"]
    assert sum(bool(re.search(pets, row)) for row in rows) >= 3
    assert any(re.search(pets, post.body) for post in made.adaptations.posts)


@pytest.mark.parametrize("language", SAID)
def test_a_question_that_the_sentence_answers_is_answered(language: str) -> None:
    text, *_, pets = SAID[language]
    asked = [one for one in plan(text).engagement.replies if re.search(pets, one.situation)]
    assert asked
    assert not [one.reply for one in asked if re.search(r"two working days|两个工作日|兩個工作日", one.reply)]
    assert any(re.search(r"可以带狗来|可以帶狗來|dog-friendly", one.reply) for one in asked)


@pytest.mark.parametrize(
    ("text", "time"),
    [(ZH, "工作日下午"), ("我们在厦门开了一家小馆子，叫“剪影”，想做小红书，多一些午餐的客人。", "午餐"), ("我们在厦门开了一家小馆子，叫“剪影”，想做小红书。", ""),
     (EN, "weekday afternoon")],
)  # fmt: skip
def test_the_hour_is_read_from_the_wish(text: str, time: str) -> None:
    assert wanted_time(read_brief(text.encode(), as_of=DAY).filled) == time


def test_a_place_that_names_no_hour_offers_what_it_serves() -> None:
    assert stand_in("cafe", "zh-CN") == "店里的饮品"
    assert stand_in("cafe", "zh-CN", time="晚上") == "晚上的位子"
    assert stand_in("fitness", "en", time="evening") == "an evening class"
    assert stand_in("beverage", "en", time="evening") == ""


@pytest.mark.parametrize("language", SAID)
def test_an_assumed_audience_and_team_are_told_as_assumptions(language: str) -> None:
    made = plan(SAID[language][0])
    said = [
        one
        for one in made.market.discussion
        if any(i.startswith(("brief:audience", "brief:team")) for i in one.sources)
    ]
    assert not said
    supposed = [one for one in made.market.discussion if "assume:audience" in one.sources]
    assert supposed
    assert {one.kind for one in supposed} == {"assumption"}
    assert "brief:team" not in {i for one in made.risks.risks for i in one.sources}


@pytest.mark.parametrize("language", SAID)
def test_the_one_platform_that_a_sentence_names_is_the_only_one_on_assumed_hours(language: str) -> None:
    named = "xiaohongshu" if language == "zh-CN" else "instagram"
    assert [
        one.platform for one in plan(SAID[language][0]).platforms.choices if one.role in ("primary", "support")
    ] == [named]


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_a_permission_is_not_told_as_something_made(language: str) -> None:
    told = [f"{one.title} {one.hook}" for pillar in plan(SAID[language][0]).themes.pillars for one in pillar.topics]
    assert any(re.search("可以[带帶]狗", row) for row in told)
    assert not [
        row for row in told if re.search("狗[来來]”?」?(?:是怎[么麼][来來]的|，现场看|，現場看)|[从從]成品往回退", row)
    ]
