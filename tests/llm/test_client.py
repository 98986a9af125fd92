"""The chat model against an endpoint that behaves: what it sends, accepts, mends, sends back and tells."""

from __future__ import annotations

import asyncio
import json

import pytest

from agent.errors import CutOff, Refused, WrongFormat
from agent.llm.client import ChatModel, Reply
from agent.llm.gate import Gate
from agent.llm.width import Width
from agent.llm.wire import GULP, LONGEST_GULP
from benchmarks.endpoint import Endpoint, Speed
from tests.llm.asking import ASK, GOOD, Persona, able, ask, model
from tests.llm.conftest import Serve
from tests.llm.faults import good, say


def test_a_good_answer_becomes_a_value_with_its_cost(serve: Serve) -> None:
    of = model(serve(say(GOOD)))
    reply = ask(of)
    assert reply.value == Persona(name="小林", title="急诊护士", mood="busy")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (10, 12, 6)
    assert (reply.raw, reply.requests, reply.method) == (GOOD, 1, "json_schema")
    assert reply.first_token is not None
    assert 0 < reply.first_token <= reply.seconds
    assert (of.spent.requests, of.spent.prompt_tokens, of.spent.retries, of.spent.assumed) == (1, 10, 0, 0)


def test_the_request_carries_schema_limits_and_messages(serve: Serve) -> None:
    server = serve(say(GOOD))
    ask(model(server))
    (seen,) = server.seen
    assert seen.body["messages"][1] == {"role": "user", "content": "写一位画像"}
    assert (seen.body["temperature"], seen.body["max_tokens"]) == (0.3, 200)
    assert (seen.body["stream"], seen.body["stream_options"]) == (True, {"include_usage": True})
    sent = seen.body["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["required"] == ["name", "title", "mood"]
    assert sent["schema"]["additionalProperties"] is False
    assert "maxLength" not in json.dumps(sent)
    assert sent["schema"]["properties"]["title"]["description"] == "What she does. At most 30 characters."


def test_an_embedded_model_gets_the_bounds_for_its_grammar_and_no_probe(serve: Serve) -> None:
    server = serve(say(GOOD))
    ask(model(server, embedded=True, able=able(None)), temperature=None)
    (seen,) = server.seen
    schema = seen.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["title"] == {"type": "string", "maxLength": 30}
    assert "temperature" not in seen.body


def test_text_is_told_as_it_comes_without_the_thinking(serve: Serve) -> None:
    told: list[str] = []
    reply = ask(model(serve(say(f"<think>hm, a nurse</think>{GOOD}", pieces=9))), on_text=told.append)
    assert reply.value.name == "小林"
    assert "".join(told).endswith(GOOD[20:])
    assert "hm" not in "".join(told)
    assert len(told) > 3


def test_thinking_in_a_field_of_its_own_is_no_text(serve: Serve) -> None:
    told: list[str] = []
    assert ask(model(serve(say(GOOD, think="a {nurse}?"))), on_text=told.append).raw == GOOD
    assert "".join(told) == GOOD


@pytest.mark.parametrize(
    "sent",
    [
        f"```json\n{GOOD}\n```",
        f"Here it is:\n```\n{GOOD}\n```\nAnything else?",
        f"<think>a {{nurse}}?</think>\n{GOOD}",
        f"hm, a nurse </think>{GOOD}",
        GOOD.replace('"busy"}', '"busy",}'),
        f"Sure, {{as asked}}! {GOOD} Do you like it?",
        GOOD[:-1],
    ],
)
def test_case_53_wrapping_and_slips_are_mended_without_asking_again(serve: Serve, sent: str) -> None:
    server = serve(say(sent))
    assert ask(model(server)).value.name == "小林"
    assert len(server.seen) == 1


def test_case_53_a_misfit_is_sent_back_once_with_its_problem(serve: Serve) -> None:
    wrong = GOOD.replace("小林", "一个非常非常长的名字啊")
    server = serve(say(wrong), say(GOOD))
    of = model(server)
    reply = ask(of)
    assert reply.value.name == "小林"
    first, again = (seen.body["messages"] for seen in server.seen)
    assert again[:2] == first
    assert again[2] == {"role": "assistant", "content": wrong}
    assert "name: String should have at most 8 characters" in again[3]["content"]
    assert (reply.prompt_tokens, reply.requests, of.spent.retries) == (20, 2, 0)


def test_case_53_a_second_misfit_is_an_error(serve: Serve) -> None:
    server = serve(say(GOOD.replace("busy", "angry")))
    with pytest.raises(WrongFormat, match=r"twice.*mood"):
        ask(model(server))
    assert len(server.seen) == 2


def test_talk_without_json_is_told_the_schema(serve: Serve) -> None:
    server = serve(say("A nurse would do well."), say(GOOD))
    assert ask(model(server)).value.name == "小林"
    assert '"mood"' in server.seen[1].body["messages"][-1]["content"]


def test_case_54_a_cut_off_answer_is_gone_on_with(serve: Serve) -> None:
    server = serve(say(GOOD[:20], finish="length"), say(GOOD[20:]))
    reply = ask(model(server))
    assert (reply.raw, reply.requests) == (GOOD, 2)
    assert server.seen[1].body["messages"][2] == {"role": "assistant", "content": GOOD[:20]}
    assert "response_format" not in server.seen[1].body


@pytest.mark.parametrize("rest", [GOOD[12:], f"```json\n{GOOD}\n```", GOOD])
def test_case_54_a_rest_that_repeats_is_joined(serve: Serve, rest: str) -> None:
    assert ask(model(serve(say(GOOD[:20], finish="length"), say(rest)))).value.title == "急诊护士"


def test_case_54_what_stays_cut_off_is_handed_over_and_counted(serve: Serve) -> None:
    of = model(serve(say(GOOD[:20], finish="length")))
    with pytest.raises(CutOff, match="finish_reason: length") as caught:
        ask(of)
    assert caught.value.raw == GOOD[:20]
    assert (of.spent.completion_tokens, of.spent.requests) == (24, 2)


def test_case_54_an_embedded_model_is_not_asked_to_go_on(serve: Serve) -> None:
    server = serve(say(GOOD, finish="length"))
    with pytest.raises(CutOff):
        ask(model(server, embedded=True))
    assert len(server.seen) == 1


def test_a_model_that_thinks_its_tokens_away_gets_more_and_this_is_kept(serve: Serve) -> None:
    server = serve(say("", finish="length", think="long thoughts"), say(GOOD))
    of = model(server)
    assert ask(of).value.name == "小林"
    ask(of)
    assert [seen.body["max_tokens"] for seen in server.seen] == [200, 4296, 4296]


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that request.",
        "I’m really sorry, but I am unable to write this.",
        "As an AI language model, I cannot create such claims.",
        "I cannot assist with that.",
        "Unfortunately, this is something I won't do.",
        "抱歉，我无法满足您的请求。",
        "对不起，这个内容我不能提供。",
        "很抱歉，作为人工智能助手，我无法协助撰写。",
        "我無法協助撰寫這類內容。",
        "您的请求涉嫌违反相关规定。",
    ],
)
def test_case_56_a_refusal_in_words_is_known(serve: Serve, text: str) -> None:
    server = serve(say(text))
    with pytest.raises(Refused):
        ask(model(server))
    assert len(server.seen) == 1


def test_case_56_a_refusal_in_its_field_or_by_a_filter_is_known(serve: Serve) -> None:
    for step in (
        say("", refusal="I cannot help with that."),
        say("", refusal="no", stream=False),
        say("x", finish="content_filter"),
    ):
        server = serve(step)
        with pytest.raises(Refused):
            ask(model(server))
        assert len(server.seen) == 1


def test_case_56_a_post_that_says_sorry_is_no_refusal(serve: Serve) -> None:
    sorry = GOOD.replace("急诊护士", "抱歉，我们无法再便宜了")
    assert ask(model(serve(say(sorry)))).value.title.startswith("抱歉")


def test_messages_stay_the_same_bytes(serve: Serve) -> None:
    server = serve(say(GOOD))
    of = model(server)
    ask(of)
    ask(of)
    first, second = (json.dumps(seen.body, ensure_ascii=False) for seen in server.seen)
    assert first == second


def test_an_answer_that_is_not_streamed_is_read_too(serve: Serve) -> None:
    reply = ask(model(serve(say(GOOD, stream=False))))
    assert (reply.value.name, reply.prompt_tokens) == ("小林", 10)


def test_one_model_serves_several_event_loops(serve: Serve) -> None:
    of = model(serve(say(GOOD)))

    async def once() -> str:
        reply = await of.complete(ASK, Persona, max_tokens=50)
        await of.aclose()
        return reply.value.name

    assert [asyncio.run(once()) for _ in range(3)] == ["小林"] * 3


async def _several(of: ChatModel, count: int) -> list[Reply[Persona]]:
    return await asyncio.gather(*(of.complete(ASK, Persona, max_tokens=50) for _ in range(count)))


def test_a_server_s_queue_is_told_by_its_first_pieces_and_not_by_its_headers(serve: Serve) -> None:
    waits: list[float] = []

    class Watched(Width):
        def begun(self, wait: float, *, full: bool) -> None:
            waits.append(wait)

    with Endpoint(Speed(0.0, 200, places=1)) as server:
        of = model(server.url, gate=Gate(width=Watched(8)))

        async def both() -> None:
            await asyncio.gather(*(of.complete(ASK, Persona, max_tokens=200) for _ in range(2)))
            await of.aclose()

        asyncio.run(both())
        first, second = sorted(server.calls, key=lambda call: call.begun)
    assert len(waits) == 2
    assert max(waits) >= second.first_byte - second.arrival > first.first_byte - first.arrival


def test_a_stream_that_nobody_listens_to_is_read_in_gulps(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        paused.append(seconds)
        await real(seconds)

    monkeypatch.setattr("agent.llm.wire.asyncio.sleep", sleep)
    with Endpoint(Speed(0.02, 100)) as server:
        of = model(server.url)
        assert ask(of).value == ask(of, on_text=lambda _: None).value
        quiet, heard = server.calls
    assert quiet.answer_hash == heard.answer_hash
    gulps = [seconds for seconds in paused if seconds >= GULP]
    assert gulps[0] == GULP
    assert max(gulps) <= LONGEST_GULP
    assert len(gulps) <= (quiet.end - quiet.first_byte) / GULP + 2


def test_calls_run_side_by_side_up_to_their_limit(serve: Serve) -> None:
    server = serve(say(GOOD, pause=0.05))
    asyncio.run(_several(model(server, gate=Gate(parallel=3)), 7))
    assert server.most_in_flight == 3
    assert len(server.seen) == 7


def test_a_value_is_made_for_any_schema(serve: Serve) -> None:
    assert ask(model(serve(good))).value == Persona(name="word", title="word", mood="calm")
