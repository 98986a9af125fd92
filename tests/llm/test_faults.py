"""The chat model against an endpoint that misbehaves, by the numbers of the threat cases."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import logging
from pathlib import Path

import pytest

from agent.errors import CehuaError, EndpointLost, ModelError, Refused, SetupError, WrongFormat
from agent.llm.abilities import Memory
from agent.llm.breaker import Breaker
from agent.llm.client import ChatModel
from agent.llm.meter import Meter
from agent.llm.prices import read_price
from agent.llm.retry import pause_in
from agent.llm.wire import stuck
from tests.llm.asking import ASK, GOOD, SECRET, Persona, able, ask, model
from tests.llm.conftest import Serve
from tests.llm.faults import (
    Step,
    body,
    cut_midway,
    drip,
    hang,
    repeat,
    reset_at_once,
    reset_midway,
    say,
    status,
    without,
)

answer = say(GOOD)


@pytest.mark.parametrize(
    "failure", [status(code) for code in (408, 409, 425, 429, 500, 502, 503, 529)] + [reset_at_once]
)
def test_a_passing_failure_is_tried_again(serve: Serve, failure: Step) -> None:
    server = serve(failure, failure, answer)
    of = model(server)
    assert ask(of).value.name == "小林"
    assert (len(server.seen), of.spent.retries) == (3, 2)


@pytest.mark.parametrize("step", [cut_midway, say(GOOD, finish=None), reset_midway])
def test_cases_55_and_65_a_stream_that_breaks_is_begun_once_more(serve: Serve, step: Step) -> None:
    server = serve(step, answer)
    of = model(server)
    assert ask(of).value.name == "小林"
    assert (of.spent.requests, of.spent.retries, of.spent.assumed) == (2, 1, 1)
    server = serve(step)
    with pytest.raises(ModelError):
        ask(model(server))
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "step",
    [
        say(""),
        say("  \n"),
        say("", stream=False),
        say("<think>so much to think about</think>"),
        body('{"choices": []}'),
        body("null"),
        body("{}"),
        body('{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}'),
        body("data: [DONE]\n\n", kind="text/event-stream"),
        body('data: {"choices": []}\n\ndata: [DONE]\n\n', kind="text/event-stream"),
        body('data: {"choices": nonsense\n\n', kind="text/event-stream"),
        body("data: 7\n\n", kind="text/event-stream"),
    ],
)
def test_case_57_nothing_is_asked_for_once_more(serve: Serve, step: Step) -> None:
    server = serve(step, answer)
    assert ask(model(server)).value.name == "小林"
    assert len(server.seen) == 2
    server = serve(step)
    with pytest.raises(WrongFormat):
        ask(model(server))
    assert len(server.seen) == 2


@pytest.mark.parametrize("piece", ["很好", "\n", '{"a": "b"}, ', "the same again and again, "])
def test_case_59_an_endless_answer_is_ended_while_it_streams(serve: Serve, piece: str) -> None:
    server = serve(repeat(piece))
    with pytest.raises(WrongFormat, match="repeats itself"):
        ask(model(server), max_tokens=100_000)
    assert len(server.seen) == 2


def test_case_59_an_answer_beyond_its_limit_is_ended(serve: Serve) -> None:
    long = "".join(f"{number} bottles; " for number in range(9000))
    with pytest.raises(WrongFormat, match="longer than"):
        ask(model(serve(say(long, pieces=3000))), max_tokens=50)


def test_a_text_that_only_rhymes_is_not_stuck() -> None:
    assert not stuck("".join(f"第{number}条：保持冷静，保持微笑。" for number in range(200)))
    assert stuck("今天天气" * 200)


@pytest.mark.parametrize("step", [drip(9.0), hang(9.0), say(GOOD, pause=5.0)])
def test_case_60_no_drip_or_hang_outlives_the_deadline(serve: Serve, step: Step) -> None:
    server = serve(step)
    of = model(server, deadline=1.0)
    with pytest.raises(ModelError, match="did not answer within"):
        ask(of)
    assert (len(server.seen), of.spent.assumed) == (1, 1)


def test_case_60_retries_do_not_lengthen_the_deadline(serve: Serve) -> None:
    server = serve(status(500))
    with pytest.raises(ModelError, match="did not answer within"):
        ask(model(server, deadline=0.3, pause=20.0, attempts=50))
    assert len(server.seen) < 50


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "1"},
        {"retry-after": "0.4"},
        {"retry-after-ms": "300"},
        {"retry-after-ms": "250", "retry-after": "60"},
    ],
)
def test_case_61_no_request_comes_earlier_than_asked(serve: Serve, headers: dict[str, str]) -> None:
    server = serve(status(429, headers=headers), answer)
    assert ask(model(server)).value.name == "小林"
    first, second = (seen.at for seen in server.seen)
    assert second - first >= pause_in(headers)


def test_case_61_other_calls_wait_as_well(serve: Serve) -> None:
    server = serve(status(429, headers={"retry-after": "0.5"}), answer)
    of = model(server)

    async def both() -> None:
        first = asyncio.create_task(of.complete(ASK, Persona, max_tokens=50))
        while not server.seen:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await asyncio.gather(first, *(of.complete(ASK, Persona, max_tokens=50) for _ in range(3)))

    asyncio.run(both())
    first, *later = (seen.at for seen in server.seen)
    assert len(later) == 4
    assert min(later) - first >= 0.5


def test_case_61_a_pause_beyond_patience_is_said_at_once(serve: Serve) -> None:
    server = serve(status(429, headers={"retry-after": "600"}), answer)
    of = model(server)
    for _ in range(2):
        with pytest.raises(EndpointLost, match="asks to wait 600 s"):
            ask(of)
    assert len(server.seen) == 1


NOW = dt.datetime(2026, 11, 28, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": email.utils.format_datetime(NOW + dt.timedelta(seconds=30), usegmt=True)}, 30.0),
        ({"retry-after": email.utils.format_datetime(NOW - dt.timedelta(seconds=30), usegmt=True)}, 0.0),
        (
            {
                "retry-after": email.utils.format_datetime(NOW + dt.timedelta(hours=1, seconds=9), usegmt=True),
                "date": email.utils.format_datetime(NOW + dt.timedelta(hours=1), usegmt=True),
            },
            9.0,
        ),
        ({"retry-after-ms": "1200"}, 1.2),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "inf"}, 0.0),
        ({"retry-after": "nan"}, 0.0),
        ({"retry-after": ""}, 0.0),
        ({}, 0.0),
    ],
)
def test_case_61_every_form_of_retry_after_is_read(headers: dict[str, str], seconds: float) -> None:
    assert pause_in(headers, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "step",
    [
        status(429, "You exceeded your current quota", code="insufficient_quota"),
        status(402, "Insufficient Balance"),
        status(400, "Access denied, please make sure your account is in good standing.", code="Arrearage"),
        body('data: {"error": {"message": "quota", "code": "insufficient_quota"}}\n\n', kind="text/event-stream"),
    ],
)
def test_case_62_an_empty_purse_ends_the_run(serve: Serve, step: Step) -> None:
    server = serve(step)
    of = model(server)
    for _ in range(3):
        with pytest.raises(EndpointLost, match="no credit left"):
            ask(of)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [(401, SetupError), (403, SetupError), (404, SetupError), (400, ModelError), (413, ModelError), (501, ModelError)],
)
def test_case_63_a_lasting_failure_is_not_tried_again(serve: Serve, code: int, kind: type[CehuaError]) -> None:
    server = serve(status(code, f"Incorrect key {SECRET} for Bearer abc"))
    of = model(server)
    with pytest.raises(kind) as caught:
        ask(of)
    assert len(server.seen) == 1
    assert SECRET not in str(caught.value)
    assert caught.value.hint
    if kind is SetupError:
        with pytest.raises(SetupError):
            ask(of)
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    "step",
    [
        status(400, "Input data may contain inappropriate content.", code="data_inspection_failed"),
        status(400, "The response was filtered", code="content_filter"),
        status(400, "The request was rejected because it was considered high risk", type="content_filter"),
    ],
)
def test_case_56_a_filter_on_the_prompt_is_a_refusal_and_the_next_call_goes_on(serve: Serve, step: Step) -> None:
    server = serve(step, answer)
    of = model(server)
    with pytest.raises(Refused):
        ask(of)
    assert ask(of).value.name == "小林"
    assert len(server.seen) == 2


def test_a_break_in_the_first_answer_does_not_lose_the_endpoint(serve: Serve) -> None:
    of = model(serve(reset_midway, reset_midway, answer))
    with pytest.raises(ModelError, match="in the middle of an answer"):
        ask(of)
    assert ask(of).value.name == "小林"


def test_a_rate_limit_without_a_word_on_time_is_given_longer(serve: Serve) -> None:
    server = serve(*[status(429)] * 5, answer)
    assert ask(model(server)).value.name == "小林"
    server = serve(status(429))
    with pytest.raises(ModelError, match="429"):
        ask(model(server))
    assert len(server.seen) == 6


def test_case_64_three_failures_are_survived(serve: Serve) -> None:
    server = serve(status(500), status(500), status(500), answer)
    assert ask(model(server)).value.name == "小林"


def test_case_64_a_storm_opens_the_breaker_and_one_request_tries(serve: Serve) -> None:
    server = serve(status(503))
    of = model(server, breaker=Breaker("openai:stub", most=6, pause=0.05, tries=2))
    failures: list[Exception] = []
    for _ in range(6):
        with pytest.raises(ModelError) as caught:
            ask(of)
        failures.append(caught.value)
    assert isinstance(failures[0], ModelError)
    assert not isinstance(failures[0], EndpointLost)
    assert "503" in str(failures[0])
    assert all(isinstance(failure, EndpointLost) for failure in failures[1:])
    assert len(server.seen) == 6 + 2


def test_case_64_the_breaker_closes_when_the_storm_is_over(serve: Serve) -> None:
    server = serve(*[status(503)] * 6, answer)
    of = model(server, breaker=Breaker("openai:stub", most=6, pause=0.05, tries=2))
    with pytest.raises(ModelError, match="503"):
        ask(of)
    assert [ask(of).value.name for _ in range(3)] == ["小林"] * 3


def test_nobody_there_is_said_with_the_next_step(serve: Serve) -> None:
    serve()
    of = model("http://127.0.0.1:9/v1")
    with pytest.raises(EndpointLost, match=r"cannot be reached.*OPENAI_BASE_URL"):
        ask(of)
    assert (of.spent.prompt_tokens, of.spent.assumed) == (0, 0)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "text/plain"])
def test_case_66_a_web_page_is_known(serve: Serve, kind: str) -> None:
    server = serve(body("<html><body>Please log in</body></html>", kind=kind))
    with pytest.raises(WrongFormat, match=r"web page|empty answer"):
        ask(model(server))
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": -5, "completion_tokens": 3},
        {"prompt_tokens": 10**9, "completion_tokens": 3},
        {"prompt_tokens": 10, "completion_tokens": 201},
        {"prompt_tokens": 10, "completion_tokens": 0},
        {"prompt_tokens": 0, "completion_tokens": 9},
        {"prompt_tokens": "ten", "completion_tokens": 9},
        {"prompt_tokens": 10.5, "completion_tokens": 9},
    ],
)
def test_case_67_missing_or_absurd_usage_is_charged_at_its_most(serve: Serve, usage: dict[str, object] | None) -> None:
    meter = Meter(read_price("1/2"))
    of = model(serve(say(GOOD, usage=usage)), meter=meter)
    reply = ask(of)
    assert reply.completion_tokens == 200
    assert reply.prompt_tokens > sum(len(message.content.encode()) for message in ASK)
    assert (of.spent.assumed, of.spent.cost) == (1, meter.cost)
    assert meter.cost == (reply.prompt_tokens + 2 * 200) / meter.cost.__class__(10**6)


def test_no_secret_is_in_any_error_log_or_file(serve: Serve, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG, logger="agent")
    leaky = f"key {SECRET}, {SECRET[:12]}********, Bearer {SECRET}"
    told: list[str] = []
    steps = (status(401, leaky), status(400, leaky), status(500, leaky), body(leaky), say(GOOD, usage=None))
    for step in steps:
        server = serve(without("json_schema", then=step))
        of = model(server.url.replace("://", f"://user:{SECRET}@"), memory=Memory(tmp_path), attempts=1)
        told.append(_told(of))
    assert all(SECRET[3:] not in text for text in told)
    assert SECRET[3:] not in caplog.text
    assert all(SECRET[3:] not in path.read_text() + path.name for path in tmp_path.iterdir())


def _told(of: ChatModel) -> str:
    try:
        return repr(ask(of))
    except CehuaError as error:
        return f"{error!r} {error} {error.__cause__!r}"


def test_cancelled_calls_are_charged_and_leave_no_reservation(serve: Serve) -> None:
    of: ChatModel = model(serve(hang(1.0)), able=able("json_schema"))

    async def cancelled() -> None:
        task = asyncio.create_task(of.complete(ASK, Persona, max_tokens=50))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert of.spent.assumed == 1
    assert of.meter.tokens == of.spent.prompt_tokens + of.spent.completion_tokens
