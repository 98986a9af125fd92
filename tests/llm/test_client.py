"""The chat model against a scripted endpoint: what it accepts, tries again, sends back and gives up on."""

from __future__ import annotations

import asyncio
import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from agent.errors import CehuaError, ModelError, SetupError
from agent.llm.client import ChatModel, Message, Reply
from tests.llm.conftest import Stub


class Persona(BaseModel):
    """A persona."""

    name: str = Field(max_length=8)
    title: str = Field(max_length=30, description="What she does.")
    mood: Literal["calm", "busy"] = "calm"


GOOD = '{"name": "小林", "title": "急诊护士", "mood": "busy"}'
ASK = [Message("system", "Write."), Message("user", "写一位画像")]


def ask(model: ChatModel) -> Reply[Persona]:
    return asyncio.run(model.complete(ASK, Persona, max_tokens=50, temperature=0.3))


def test_a_good_answer_becomes_a_value_with_its_cost(stub: Stub) -> None:
    model = stub.say(GOOD).model()
    reply = ask(model)
    assert reply.value == Persona(name="小林", title="急诊护士", mood="busy")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (100, 20, 60)
    assert reply.raw == GOOD
    assert reply.seconds > 0
    assert (model.spent.requests, model.spent.prompt_tokens) == (1, 100)


def test_the_request_carries_schema_limits_and_messages(stub: Stub) -> None:
    ask(stub.say(GOOD).model())
    (asked,) = stub.asked
    assert asked["messages"][1] == {"role": "user", "content": "写一位画像"}
    assert asked["temperature"] == 0.3
    assert asked["max_tokens"] == 50
    sent = asked["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["required"] == ["name", "title", "mood"]
    assert sent["schema"]["additionalProperties"] is False
    assert "maxLength" not in json.dumps(sent)
    assert sent["schema"]["properties"]["title"]["description"] == "What she does. At most 30 characters."


def test_an_embedded_model_gets_the_bounds_for_its_grammar(stub: Stub) -> None:
    ask(stub.say(GOOD).model(embedded=True))
    schema = stub.asked[0]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["title"] == {"type": "string", "maxLength": 30}
    assert schema["required"] == ["name", "title", "mood"]


@pytest.mark.parametrize(
    "sent",
    [
        f"```json\n{GOOD}\n```",
        f"Here it is:\n```\n{GOOD}\n```\nAnything else?",
        f"<think>a {{nurse}}?</think>\n{GOOD}",
        f"hm, a nurse </think>{GOOD}",
        GOOD.replace('"busy"}', '"busy",}'),
        f"Sure! {GOOD}",
    ],
)
def test_wrapping_and_small_slips_are_mended_without_asking_again(stub: Stub, sent: str) -> None:
    assert ask(stub.say(sent).model()).value.name == "小林"
    assert len(stub.asked) == 1


@pytest.mark.parametrize("failure", [429, 500, 503, 408])
def test_a_passing_failure_is_tried_again(stub: Stub, failure: int) -> None:
    assert ask(stub.fail(failure).say(GOOD).model()).value.name == "小林"
    assert len(stub.asked) == 2


def test_retry_after_is_honoured(stub: Stub) -> None:
    reply = ask(stub.fail(429, headers={"retry-after": "0.4"}).say(GOOD).model())
    assert reply.seconds >= 0.4


def test_retries_end(stub: Stub) -> None:
    with pytest.raises(ModelError, match="503"):
        ask(stub.fail(503).model())
    assert len(stub.asked) == 3


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "invalid_api_key", SetupError),
        (403, "forbidden", SetupError),
        (404, "model_not_found", SetupError),
        (400, "bad", ModelError),
        (429, "insufficient_quota", ModelError),
    ],
)
def test_a_lasting_failure_is_not_tried_again(stub: Stub, status: int, code: str, kind: type[CehuaError]) -> None:
    with pytest.raises(kind) as caught:
        ask(stub.fail(status, code=code, message="key sk-secret refused" if status == 401 else "no").model())
    assert len(stub.asked) == 1
    assert "sk-secret" not in str(caught.value)
    assert caught.value.hint


def test_a_misfit_is_sent_back_once_with_its_problem(stub: Stub) -> None:
    wrong = GOOD.replace("小林", "一个非常非常长的名字啊")
    model = stub.say(wrong).say(GOOD).model()
    reply = ask(model)
    assert reply.value.name == "小林"
    again = stub.asked[1]["messages"]
    assert again[2] == {"role": "assistant", "content": wrong}
    assert "name: String should have at most 8 characters" in again[3]["content"]
    assert (reply.prompt_tokens, model.spent.requests) == (200, 2)


def test_a_second_misfit_is_an_error(stub: Stub) -> None:
    with pytest.raises(ModelError, match=r"twice.*mood"):
        ask(stub.say(GOOD.replace("busy", "angry")).model())
    assert len(stub.asked) == 2


def test_talk_without_json_is_a_misfit(stub: Stub) -> None:
    assert ask(stub.say("I would rather not use JSON.").say(GOOD).model()).value.name == "小林"


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_an_unfinished_answer_is_never_accepted(stub: Stub, finish: str | None) -> None:
    model = stub.say(GOOD, finish=finish).model()
    with pytest.raises(ModelError, match=f"finish_reason: {finish or 'none'}"):
        ask(model)
    assert len(stub.asked) == 1


def test_a_cut_off_answer_is_still_counted(stub: Stub) -> None:
    model = stub.say(GOOD[:20], finish="length").model()
    with pytest.raises(ModelError):
        ask(model)
    assert model.spent.completion_tokens == 20


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_an_empty_answer_is_an_error(stub: Stub, content: str | None) -> None:
    with pytest.raises(ModelError, match="empty"):
        ask(stub.say(content).model())


def test_a_refusal_is_an_error(stub: Stub) -> None:
    with pytest.raises(ModelError, match="refused"):
        ask(stub.say(None, refusal="I cannot help with that.").model())


@pytest.mark.parametrize("body", ["<html>login</html>", "{}", "null", '{"choices": []}'])
def test_a_page_that_is_no_completion_is_an_error(stub: Stub, body: str) -> None:
    with pytest.raises(ModelError):
        ask(stub.body(body).model())


def test_the_deadline_ends_a_slow_call(stub: Stub) -> None:
    model = stub.say(GOOD, delay=1.5).model(deadline=0.3)
    with pytest.raises(ModelError, match="did not answer within"):
        ask(model)


def test_nobody_there_is_an_error_with_the_next_step(stub: Stub) -> None:
    stub.url = "http://127.0.0.1:9/v1"
    with pytest.raises(ModelError, match=r"cannot be reached.*OPENAI_BASE_URL"):
        ask(stub.model())


def test_one_model_serves_several_event_loops(stub: Stub) -> None:
    model = stub.say(GOOD).model()
    assert [ask(model).value.name for _ in range(3)] == ["小林"] * 3


def test_calls_run_side_by_side(stub: Stub) -> None:
    model = stub.say(GOOD, delay=0.5).model()

    async def four() -> list[Reply[Persona]]:
        return await asyncio.gather(*(model.complete(ASK, Persona, max_tokens=50) for _ in range(4)))

    replies = asyncio.run(four())
    assert max(reply.seconds for reply in replies) < 1.6
    assert model.spent.requests == 4
