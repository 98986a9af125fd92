"""The playbook's phrases as data: both languages say the same things, every placeholder is well formed."""

from __future__ import annotations

import re

import pytest

from agent.words.playbook.voice import Voice, _phrases, fields, tidy

ALWAYS = {"brand", "category", "hero", "audience1", "platform1", "platforms", "weeks", "idea", "idea_line"}


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_braces_only_name_facts(language: str) -> None:
    for key, variants in _phrases(language).items():
        for variant in variants:
            rest = re.sub(r"\{[a-z_0-9]+\}", "", variant)
            assert not set("{}") & set(rest), f"{key}: {variant}"


def test_both_languages_hold_the_same_keys() -> None:
    assert set(_phrases("zh-CN")) == set(_phrases("en"))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_key_says_a_phrase_twice(language: str) -> None:
    doubled = {key for key, variants in _phrases(language).items() if len(set(variants)) < len(variants)}
    assert doubled == set()


def test_a_variant_is_passed_over_when_one_of_its_facts_is_missing() -> None:
    voice = Voice("en", "Quill", {"brand": "Quill", "hero": "ink", "weeks": "12"})
    assert fields("{point1} and {hero}") == {"point1", "hero"}
    assert all("point" not in said for said in voice.variants("idea.hands.why_ours"))


def test_a_variant_is_not_repeated_while_others_are_left() -> None:
    voice = Voice("en", "Quill", {"brand": "Quill", "hero": "ink"})
    said = [voice.say("measurement.caveat", platform=name) for name in ("A1", "B2", "C3")]
    assert len({re.sub("A1|B2|C3", "", text) for text in said}) == 3


def test_two_brands_choose_different_variants_somewhere() -> None:
    first, second = (Voice("en", name, {"brand": "X", "hero": "ink"}) for name in ("Quill", "Pennant"))
    keys = [
        "measurement.review.weekly",
        "measurement.causes.reading",
        "measurement.adjust.content",
        "measurement.loop_short",
    ]
    assert [first.say(k, metric="m") for k in keys] != [second.say(k, metric="m") for k in keys]


@pytest.mark.parametrize(
    ("language", "raw", "mended"),
    [
        ("zh-CN", "先看评论。。再看价。", "先看评论。再看价。"),
        ("zh-CN", "“甲“乙”丙”要讲清", "“甲‘乙’丙”要讲清"),
        ("en", 'Price as “a "rescue a chair" workshop”.', "Price as “a ‘rescue a chair’ workshop”."),
        ("en", "Instruments's reply", "Instruments' reply"),
        ("zh-CN", "用 一句话 说清", "用一句话说清"),
        ("en", "the owner decides. the rest waits", "The owner decides. The rest waits"),
        ("en", "It works .", "It works."),
        ("en", "eBay sellers first.", "eBay sellers first."),
    ],
)
def test_seams_are_mended(language: str, raw: str, mended: str) -> None:
    assert tidy(raw, language) == mended
