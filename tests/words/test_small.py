"""How a small model is asked, sentence by sentence, and what becomes of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from agent.errors import ModelError
from agent.llm import Message
from agent.plan.base import Paragraph, Part
from agent.words import small
from agent.words.accept import Ground
from agent.words.asking import Material
from agent.words.items import Rewrite
from agent.words.pace import Pace
from agent.words.sentences import sentences
from agent.words.small import accept, broken, leaks, prefix
from agent.words.writer import REPAIRS, Setting, StageWords, StageWriter
from agent.words.writer import ended as finished

DRAFT = "冷泡龙井的好坏在过程里，过程可以拍，也可以被问。栏目名叫“八小时里发生了什么”，每周一期，周三上线。"
FIRST = "冷泡龙井的好坏在过程里，过程可以拍下来，也可以问。"
SECOND = "栏目名字叫“子”，每周出一期，周三上线。"
FAILED = "!"


class Themes(Part):
    say: Paragraph
    """What is said."""


@pytest.fixture(autouse=True)
def tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """One, two, then three answers, whatever the prompt file has come to ask for."""
    monkeypatch.setattr(small, "draws", lambda round: round + 1)


class Scripted:
    """A model that answers each draft from a list; FAILED stands for a call that fails for good."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self.answers = answers
        self.asked: list[list[Message]] = []
        self.shapes: list[str] = []

    async def complete(self, messages: Sequence[Message], schema: type[BaseModel], **_more: Any) -> Any:
        self.asked.append(list(messages))
        self.shapes.append(schema.__name__)
        text = self.answers[messages[-1].content].pop(0)
        if text == FAILED:
            raise ModelError("down")
        return SimpleNamespace(value=SimpleNamespace(text=text))


def run(model: Scripted, pace: Pace | None = None, **ground: Any) -> tuple[str, StageWords]:
    held = Ground("zh-CN", "冷泡龙井", **ground)
    setting = Setting(tuple(prefix("zh-CN")), "zh-CN", held, "local:x", "small", pace=pace or Pace())
    part = Themes(say=DRAFT)
    writer = StageWriter(Material("themes", "zh-CN"), setting, model, lambda _: "")
    words = asyncio.run(writer.write(part, Themes(say=DRAFT), [Rewrite("", ("say",))]))
    return part.say, words


def marked(draft: str = DRAFT) -> list[str]:
    return [part.marked for part in sentences(draft, marks="子丑", language="zh-CN")]


def reasons(words: StageWords) -> list[str]:
    return [one.why.told("en") for one in words.listed if one.why]


def test_sentences_are_the_models_and_quotations_come_back() -> None:
    one, two = marked()
    text, words = run(Scripted({one: [FIRST], two: [SECOND]}))
    assert text == FIRST + "栏目名字叫“八小时里发生了什么”，每周出一期，周三上线。"
    assert words.listed[0].written == len(text)
    assert reasons(words) == []


def test_a_refused_sentence_is_asked_for_afresh_and_then_stays_the_drafts() -> None:
    one, two = marked()
    drawn = sum(small.draws(round) for round in range(1 + REPAIRS))
    model = Scripted({one: [one] * drawn, two: [SECOND]})
    text, words = run(model)
    assert text.startswith("冷泡龙井的好坏在过程里，过程可以拍，也可以被问。")
    assert reasons(words) == ["strays from the draft: the draft again"]
    assert words.listed[0].written == len("栏目名字叫“八小时里发生了什么”，每周出一期，周三上线。")
    asked = [turns for turns in model.asked if turns[-1].content == one]
    assert len(asked) == drawn > 1 + REPAIRS
    assert len(set(model.shapes)) == drawn


def test_of_several_answers_that_pass_the_nearest_to_the_draft_is_taken() -> None:
    one, two = marked()
    near = "冷泡龙井的好坏在过程里，过程可以拍下来，也可以被问。"
    model = Scripted({one: [one, FIRST, near], two: [SECOND]})
    text, words = run(model)
    assert text.startswith(near)
    assert reasons(words) == []


def test_one_answer_of_a_try_may_fail() -> None:
    one, two = marked()
    model = Scripted({one: [one, FAILED, FIRST], two: [SECOND]})
    text, _ = run(model)
    assert text.startswith(FIRST)


def test_the_plans_own_acceptance_is_heeded() -> None:
    one, two = marked()
    text, words = run(
        Scripted({one: [FIRST] * sum(map(small.draws, range(1 + REPAIRS))), two: [SECOND]}), never_say=["拍下来"]
    )
    assert "拍下来" not in text
    assert reasons(words) == ["never say: 拍下来"]


def test_a_field_whose_call_failed_is_not_asked_for_again() -> None:
    one, two = marked()
    model = Scripted({one: [FAILED], two: [SECOND]})
    text, words = run(model)
    assert len(model.asked) == 2
    assert "每周出一期" in text
    assert reasons(words) == ["the call failed: down"]


def test_when_the_time_is_over_each_sentence_is_asked_for_once() -> None:
    one, two = marked()
    model = Scripted({one: [one, FIRST], two: [SECOND]})
    assert run(model, pace=Pace(2, 1e-9))[0].startswith(DRAFT.split("。")[0])
    assert len(model.asked) == 2
    assert run(Scripted({one: [one, FIRST, FIRST], two: [SECOND]}))[0].startswith(FIRST)


def test_a_complaint_of_the_whole_plan_gives_the_playbook_its_word_back() -> None:
    one, two = marked()
    model = Scripted({one: [FIRST], two: [SECOND]})
    _, words = run(model)
    setting = Setting((), "zh-CN", Ground("zh-CN", ""), "local:x", "small")
    writer = StageWriter(Material("themes", "zh-CN"), setting, model, lambda _: "")
    assert asyncio.run(writer.mend(words, {"say": "说了两遍。"}))
    assert words.listed[0].item.target.say == DRAFT  # type: ignore[attr-defined]
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("栏目每周一期，名叫“八小时”。", "quotation"),
        ("栏目名字叫“子”“子”，每周出一期，周三上线。", "quotation"),
        ("栏目名字叫“子”，每周出一期，周三上线，修鞋也算。", "leaked"),
        ("栏目名字叫“子”／每周出一期，周三上线。", "seams"),
        ("栏目名字叫‘子’，每周出一期，周三上线", ""),
    ],
)
def test_an_answer_is_held_to_its_draft(answer: str, kind: str) -> None:
    part = sentences(DRAFT, marks="子丑", language="zh-CN")[1]
    text, fault = accept(answer, part, "zh-CN")
    assert (fault.kind if fault else "") == kind
    if not kind:
        assert text == "栏目名字叫“八小时里发生了什么”，每周出一期，周三上线。"


def test_traditional_plans_get_traditional_sentences() -> None:
    part = sentences("冷泡龍井的好壞在過程裡，過程可以拍。", marks="子丑", language="zh-TW")[0]
    text, fault = accept("冷泡龙井的好坏在过程里，过程可以拍下来。", part, "zh-TW")
    assert fault is None
    assert text == "冷泡龍井的好壞在過程裡，過程可以拍下來。"


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_all_calls_begin_with_the_same_turns_and_end_with_one_question(language: str) -> None:
    assert [turn.role for turn in prefix(language)] == ["system"] + ["user", "assistant"] * 4


@pytest.mark.parametrize(
    ("text", "draft", "language", "leaked"),
    [
        ("修鞋的人先看判断的办法。", "先看判断的办法。", "zh-CN", True),
        ("岫里茶把判断的办法先给出来。", "岫里茶先给办法。", "zh-CN", False),
        ("Our shoes never slip.", "Our boots never slip.", "en", True),
        ("Our shoes never slip.", "Shoes of ours never slip.", "en", False),
    ],
)
def test_the_worked_examples_do_not_leak(text: str, draft: str, language: str, leaked: bool) -> None:
    assert leaks(text, draft, language) is leaked


@pytest.mark.parametrize(
    ("text", "seams"),
    [("先看过程／再问价", True), ("只讲“低温冷泡八小时。", True), ("只讲“低温冷泡八小时”。", False), ("and/or", True)],
)
def test_seams_are_seen(text: str, seams: bool) -> None:
    assert broken(text) is seams


@pytest.mark.parametrize(
    ("draft", "language", "marked"),
    [
        (
            "只讲“低温冷泡”，别的不提。评论里答问题，不发券。",
            "zh-CN",
            ["只讲“子”，别的不提。", "评论里答问题，不发券。"],
        ),
        ("It is a record. It is “no promise” that anybody here has ever made to you.", "en", None),
    ],
)
def test_sentences_join_to_the_draft(draft: str, language: str, marked: list[str] | None) -> None:
    parts = sentences(draft, marks="子丑" if language == "zh-CN" else "AB", language=language)
    assert "".join(part.text + part.gap for part in parts) == draft
    assert all(part.put_back(part.marked) == part.text for part in parts)
    if marked:
        assert "".join(part.marked for part in parts) == "".join(marked)


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
