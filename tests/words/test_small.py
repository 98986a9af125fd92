"""What a small model is shown, and what it may answer."""

from __future__ import annotations

import pytest

from agent.words.small import broken, leaks, numbers_with_units, strays
from agent.words.writer import ended as finished

DRAFT = "冷泡龙井的好坏在过程里，过程可以拍，也可以被问。"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("冷泡龙井好坏在过程里，可以拍下这个过程，也可以被人问。", ""),
        ("用冷泡龙井的是我朋友小李，他是个经常出差的白领，对工作和饮食都很关心。", "says what the draft does not"),
        ("冷泡龙井的好坏。", "leaves out half of the draft"),
        ("冷泡龙井的好坏不在过程里，过程可以拍，也可以被问。", "a negation lost or added"),
    ],
)
def test_an_answer_keeps_to_its_draft(answer: str, why: str) -> None:
    assert strays(answer, DRAFT) == why


def test_a_quotation_stays_as_it_is() -> None:
    draft = "栏目名叫“八小时里发生了什么”，每周一期。"
    assert strays("栏目每周一期，名叫“八小时里的事情是什么”。", draft) == "a quotation lost or changed"
    assert strays("每周一期，栏目名叫“八小时里发生了什么”。", draft) == ""


def test_english_negations_are_counted() -> None:
    assert strays("We answer and we push.", "We answer and we do not push.") == "a negation lost or added"


@pytest.mark.parametrize(
    ("answer", "language", "leaked"),
    [
        ("周六去灵岩山的人先看判断的办法。", "zh-CN", True),
        ("岫里茶把判断的办法先给出来。", "zh-CN", False),
        ("她穿的是羊毛襪。", "zh-TW", True),
        ("They ask how it keeps its shape in the wash.", "en", False),
        ("Other cups cost less than £18 a pair.", "en", True),
    ],
)
def test_the_worked_example_does_not_leak(answer: str, language: str, leaked: bool) -> None:
    assert leaks(answer, language) is leaked


@pytest.mark.parametrize(
    ("text", "seams"),
    [("先看过程／再问价", True), ("只讲“低温冷泡八小时。", True), ("只讲“低温冷泡八小时”。", False), ("and/or", True)],
)
def test_seams_are_seen(text: str, seams: bool) -> None:
    assert broken(text) is seams


def test_a_number_is_the_same_only_with_its_unit() -> None:
    assert numbers_with_units("两杯 18 days, 8.8元") == {"18days", "8.8元"}
    assert numbers_with_units("18 hours") != numbers_with_units("18 days")


@pytest.mark.parametrize(
    ("text", "limit", "ended"),
    [
        ("先看过程", 70, "先看过程。"),
        ("先看过程。", 70, "先看过程。"),
        ("长" * 105, 70, "长" * 105),
        ("三点那一瓶", 24, "三点那一瓶"),
    ],
)
def test_a_forgotten_full_stop_is_added_unless_the_text_was_cut_off(text: str, limit: int, ended: str) -> None:
    assert finished(text, limit, "zh-CN") == ended
