"""The model writer: one part, a scripted model; what is asked, taken, asked again, divided, given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from agent.errors import CutOff, ModelError, Refused
from agent.llm import Message
from agent.plan.base import Part, Sentence
from agent.words.accept import Ground
from agent.words.asking import Material
from agent.words.items import Rewrite
from agent.words.writer import Setting, StageWords, StageWriter

GOOD = {
    "item1.message": "工位抽屉里放一瓶冷泡龙井，犯困那会儿拧开就喝。",
    "item1.why_care": "不想再喝奶茶的人，缺的只是手边有别的选择。",
    "item2.message": "低温冷泡写在瓶身上，谁问都能答得出来。",
    "item2.why_care": "配料表只有两行，读完的人心里有底。",
}
Say = Callable[[int, str, str], str]


class Pillar(Part):
    message: Sentence
    """What it says."""
    why_care: Sentence
    """Why anyone would care."""


class Themes(Part):
    pillars: list[Pillar]
    """The pillars."""


def themes() -> Themes:
    return Themes(
        pillars=[
            Pillar(message="第一根支柱讲过程，过程可以拍。", why_care="看过程的人不用猜。"),
            Pillar(message="第二根支柱讲配料，配料可以查。", why_care="查配料的人不用问。"),
        ]
    )


@dataclass
class Scripted:
    """Answers field by field: `say(call, label, name)`; an exception is raised instead."""

    say: Say
    asked: list[tuple[list[Message], list[str], float | None]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def complete(
        self,
        messages: Sequence[Message],
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> Any:
        fields = [
            (label, name)
            for label, info in schema.model_fields.items()
            for name in info.annotation.model_fields  # type: ignore[union-attr]
        ]
        number = len(self.asked)
        self.asked.append((list(messages), [f"{label}.{name}" for label, name in fields], temperature))
        values: dict[str, dict[str, str]] = {}
        for label, name in fields:
            values.setdefault(label, {})[name] = self.say(number, label, name)

        @dataclass
        class Reply:
            value: BaseModel

        return Reply(schema.model_validate(values))


def write(
    say: Say, *, each: int = 2, part: Themes | None = None, passages: Callable[[Any], str] = lambda _: ""
) -> tuple[Themes, StageWords, Scripted]:
    setting = Setting((Message("system", "冷泡龙井 63%"),), "zh-CN", Ground("zh-CN", "冷泡龙井 奶茶"), "openai:x")
    part, model = part or themes(), Scripted(say)
    writer = StageWriter(Material("themes", "zh-CN", "已经定下的事"), setting, model, passages)
    words = asyncio.run(writer.write(part, themes(), [Rewrite("pillars[*]", ("message", "why_care"), each=each)]))
    return part, words, model


def good(_call: int, label: str, name: str) -> str:
    return GOOD[f"{label}.{name}"]


def test_good_words_are_taken_in_one_call() -> None:
    part, words, model = write(good)
    assert [asked for _, asked, _ in model.asked] == [list(GOOD)]
    assert part.pillars[1].why_care == GOOD["item2.why_care"]
    summary = words.summary(Setting((), "zh-CN", Ground("zh-CN", ""), "openai:x"))
    assert (summary.source, summary.model_share, summary.model) == ("model", 1.0, "openai:x")
    assert summary.characters == sum(map(len, GOOD.values()))
    assert summary.prompt.startswith("themes v")


def test_a_refused_field_alone_is_asked_for_again_with_the_answer_and_the_reason() -> None:
    def say(call: int, label: str, name: str) -> str:
        wrong = call == 0 and (label, name) == ("item2", "message")
        return "销量已经涨到 900 单，大家都在喝冷泡龙井。" if wrong else good(call, label, name)

    part, words, model = write(say)
    (first, _, hot), (again, asked, cool) = model.asked
    assert asked == ["item2.message"]
    assert again[: len(first)] == first
    assert "900 单" in again[len(first)].content
    assert "item2.message: 出现了没有来源的数字：900" in again[-1].content
    assert hot is not None
    assert cool is not None
    assert cool < hot
    assert part.pillars[1].message == GOOD["item2.message"]
    assert all(one.text for one in words.listed)


def test_after_two_repairs_the_playbooks_words_stay() -> None:
    def say(call: int, label: str, name: str) -> str:
        return "没有写完，" + "又一次，" * call if (label, name) == ("item1", "why_care") else good(call, label, name)

    part, words, model = write(say)
    assert [asked for _, asked, _ in model.asked][1:] == [["item1.why_care"], ["item1.why_care"]]
    assert part.pillars[0].why_care == "看过程的人不用猜。"
    assert [one.place for one in words.listed if one.why] == ["pillars[0].why_care"]


def test_a_call_that_fails_leaves_its_group_alone_and_is_not_repaired() -> None:
    def say(call: int, label: str, name: str) -> str:
        if call == 0:
            raise Refused("the model refused")
        return good(call, "item2", name)

    part, words, model = write(say, each=1)
    assert len(model.asked) == 2
    assert part.pillars[0].message == "第一根支柱讲过程，过程可以拍。"
    assert part.pillars[1].message == GOOD["item2.message"]
    assert {one.why.code for one in words.listed if one.why} == {"failed"}


def test_a_cut_off_answer_is_asked_for_in_halves() -> None:
    def say(call: int, label: str, name: str) -> str:
        if call == 0:
            raise CutOff("not finished", raw='{"item1": {"message": "工')
        return good(call, label, name)

    part, _, model = write(say)
    assert [asked for _, asked, _ in model.asked[1:]] == [
        ["item1.message", "item1.why_care"], ["item2.message", "item2.why_care"],
    ]  # fmt: skip
    assert part.pillars[0].message == GOOD["item1.message"]
    assert part.pillars[1].why_care == GOOD["item2.why_care"]


def test_halves_end_at_a_single_field() -> None:
    def say(_call: int, _label: str, _name: str) -> str:
        raise CutOff("not finished")

    part, words, model = write(say)
    assert len(model.asked) == 7
    assert part == themes()
    assert all(one.why and one.why.code == "failed" for one in words.listed)


def test_two_items_of_a_part_never_say_the_same() -> None:
    def say(call: int, label: str, name: str) -> str:
        return good(call, "item1" if call == 0 else label, name)

    _, words, model = write(say)
    assert model.asked[1][1] == ["item2.message", "item2.why_care"]
    assert all(one.text for one in words.listed)


def test_what_is_accepted_does_not_depend_on_which_call_comes_back_first() -> None:
    def same(_call: int, _label: str, name: str) -> str:
        return GOOD[f"item1.{name}"]

    part, _, _ = write(same, each=1)
    assert part.pillars[0].message == GOOD["item1.message"]
    assert part.pillars[1].message == "第二根支柱讲配料，配料可以查。"


def test_drafts_are_the_playbooks_even_where_a_model_has_written_before() -> None:
    part = themes()
    part.pillars[0].message = "上一次的模型写过的话。"
    _, _, model = write(good, part=part)
    assert "第一根支柱讲过程" in model.asked[0][0][-1].content
    assert "上一次的模型" not in model.asked[0][0][-1].content


def test_messages_are_prefix_then_upstream_then_passages_then_drafts() -> None:
    _, _, model = write(good, passages=lambda _: "小红书：像朋友说话")
    messages = model.asked[0][0]
    assert messages[0] == Message("system", "冷泡龙井 63%")
    order = [messages[1].content.index(text) for text in ("已经定下的事", "小红书：像朋友说话", "任务", "第一根支柱")]
    assert order == sorted(order)


@pytest.mark.parametrize("outcome", ["better", "refused", "failed"])
def test_a_complaint_of_the_whole_plan_asks_once_and_keeps_what_passes(outcome: str) -> None:
    part, words, _ = write(good)
    better = "看见茶叶怎么泡出来的人，不用再猜瓶子里是什么。"
    answers: dict[str, Callable[[], str]] = {"better": lambda: better, "refused": lambda: "断在这里，"}

    def say(_call: int, _label: str, _name: str) -> str:
        if outcome not in answers:
            raise ModelError("down")
        return answers[outcome]()

    model = Scripted(say)
    setting = Setting((), "zh-CN", Ground("zh-CN", "冷泡龙井"), "openai:x")
    writer = StageWriter(Material("themes", "zh-CN"), setting, model, lambda _: "")
    changed = asyncio.run(writer.mend(words, {"pillars[0].why_care": "和另一条几乎一样。"}))
    assert [asked for _, asked, _ in model.asked] == [["item1.why_care"]]
    assert "和另一条几乎一样" in model.asked[0][0][-1].content
    assert changed is (outcome == "better")
    assert part.pillars[0].why_care == (better if changed else GOOD["item1.why_care"])
    assert part.pillars[0].message == GOOD["item1.message"]
