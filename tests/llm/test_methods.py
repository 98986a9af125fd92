"""The ways to a structured answer: found by a probe, remembered, left when they are refused; what endpoints do not take."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path

import pytest

from agent.errors import ModelError, WrongFormat
from agent.llm.abilities import Memory, starting
from agent.llm.schema import METHODS, Method
from tests.llm.asking import ASK, GOOD, Persona, able, ask, model
from tests.llm.conftest import Serve
from tests.llm.faults import Exchange, Step, good, ignoring_format, say, status, without


def prose_for(*names: str) -> Step:
    """Ignores these formats without a word, as some servers do, and answers in prose."""

    def answer(to: Exchange) -> None:
        form = to.body.get("response_format", {}).get("type")
        choice = to.body.get("tool_choice")
        ignored = form in names or ("tools" in names and choice) or ("named" in names and isinstance(choice, dict))
        return ignoring_format()(to) if ignored else good(to)

    return answer


@pytest.mark.parametrize("method", METHODS)
def test_the_same_answer_comes_by_every_method(serve: Serve, method: Method) -> None:
    server = serve(good)
    reply = ask(model(server, method=method))
    assert (reply.value, reply.method) == (Persona(name="word", title="word", mood="calm"), method)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("step", "method", "requests"),
    [
        (good, "json_schema", 1),
        (without("json_schema"), "tools", 2),
        (prose_for("json_schema"), "tools", 2),
        (without("json_schema", "tools"), "json_mode", 3),
        (prose_for("json_schema", "tools"), "json_mode", 4),
        (without("response_format", "tools"), "json_mode", 4),
        (say(stream=False), "json_schema", 1),
    ],
)
def test_a_probe_finds_the_surest_method(serve: Serve, step: Step, method: str, requests: int) -> None:
    server = serve(step)
    of = model(server, able=able(None))
    assert ask(of).method == method
    assert ask(of).value.name == "word"
    assert len(server.seen) == requests + 2


def test_a_server_that_ignores_the_named_tool_is_asked_for_a_required_one(serve: Serve) -> None:
    server = serve(prose_for("json_schema", "named"))
    reply = ask(model(server, able=able(None)))
    assert reply.method == "tools"
    assert server.seen[-1].body["tool_choice"] == "required"


def test_calls_side_by_side_probe_once(serve: Serve) -> None:
    server = serve(good)
    of = model(server, able=able(None))

    async def four() -> None:
        await asyncio.gather(*(of.complete(ASK, Persona, max_tokens=99) for _ in range(4)))

    asyncio.run(four())
    assert len(server.seen) == 5


def test_what_was_found_is_remembered_on_disk(serve: Serve, tmp_path: Path) -> None:
    server = serve(without("json_schema"))
    ask(model(server, memory=Memory(tmp_path)))
    seen = len(server.seen)
    assert ask(model(server, memory=Memory(tmp_path))).method == "tools"
    assert len(server.seen) == seen + 1
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text())
    assert (kept["method"], kept["checked"]) == ("tools", dt.date.today().isoformat())


def test_what_is_old_or_damaged_is_asked_again(serve: Serve, tmp_path: Path) -> None:
    server = serve(good)
    ask(model(server, memory=Memory(tmp_path)))
    (path,) = tmp_path.iterdir()
    for text in (path.read_text().replace(str(dt.date.today().year), "2020"), "{", "[]"):
        path.write_text(text)
        assert Memory(tmp_path).recall(server.url, "stub") is None


def test_without_a_writable_cache_it_is_kept_in_memory(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server = serve(good)
    memory = Memory(tmp_path / "file" / "endpoints")
    ask(model(server, memory=memory))
    ask(model(server, memory=memory))
    assert len(server.seen) == 3


def test_an_endpoint_that_starts_to_refuse_is_probed_again(serve: Serve, tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    server = serve(without("json_schema"))
    memory.keep(server.url, "stub", able("json_schema"))
    of = model(server, memory=memory)
    assert [ask(of).method for _ in range(2)] == ["tools", "tools"]
    assert len(server.seen) == 1 + 1 + 2
    recalled = Memory(tmp_path).recall(server.url, "stub")
    assert recalled is not None
    assert recalled.method == "tools"


def test_a_schema_that_is_refused_goes_another_way_once(serve: Serve) -> None:
    bad = status(
        400, "Invalid schema for response_format 'Persona'", param="response_format", code="invalid_json_schema"
    )
    server = serve(bad, good)
    of = model(server)
    assert [ask(of).method for _ in range(2)] == ["tools", "json_schema"]


def test_a_forced_method_is_not_left(serve: Serve) -> None:
    with pytest.raises(WrongFormat, match="by json_schema"):
        ask(model(serve(without("json_schema")), method="json_schema"))


@pytest.mark.parametrize(
    ("step", "gone", "there"),
    [
        (without("temperature"), "temperature", "max_tokens"),
        (without("stream_options"), "stream_options", "stream"),
        (without("max_tokens"), "max_tokens", "max_completion_tokens"),
    ],
)
def test_a_parameter_that_is_refused_is_left_out_from_then_on(serve: Serve, step: Step, gone: str, there: str) -> None:
    server = serve(step)
    of = model(server)
    assert [ask(of).value.name for _ in range(2)] == ["word", "word"]
    assert len(server.seen) == 3
    assert gone in server.seen[0].body
    assert all(gone not in seen.body and there in seen.body for seen in server.seen[1:])
    assert of.spent.assumed == (2 if gone == "stream_options" else 0)


def test_all_refusals_together_are_overcome(serve: Serve) -> None:
    server = serve(without("max_tokens", "temperature", "stream_options", "json_schema", "tools", "json_object"))
    reply = ask(model(server, able=able(None)))
    assert (reply.value.name, reply.method) == ("word", "json_mode")
    assert "JSON schema" in server.seen[-1].body["messages"][-1]["content"]


def test_the_longest_answer_is_learned(serve: Serve) -> None:
    def strict(to: Exchange) -> None:
        if to.body["max_tokens"] > 128:
            return status(400, "Invalid max_tokens value, the valid range of max_tokens is [1, 128]")(to)
        return good(to)

    server = serve(strict)
    of = model(server)
    ask(of)
    ask(of)
    assert [seen.body["max_tokens"] for seen in server.seen] == [200, 128, 128]


def test_a_prompt_beyond_the_context_is_said_as_the_endpoint_says_it(serve: Serve) -> None:
    long = "This model's maximum context length is 4096 tokens, your request has 5000 input tokens, max_tokens 200"
    server = serve(status(400, long))
    with pytest.raises(ModelError, match="4096 tokens"):
        ask(model(server))
    assert len(server.seen) == 1


def test_json_mode_tells_the_schema_behind_all_shared_text(serve: Serve) -> None:
    server = serve(say(GOOD))
    ask(model(server, method="json_mode"))
    first, last = server.seen[0].body["messages"]
    assert first == {"role": "system", "content": "Write."}
    assert last["content"].startswith("写一位画像\n\nAnswer with one JSON object")


@pytest.mark.parametrize(
    ("name", "thinks"),
    [("gpt-5-mini", True), ("o3", True), ("deepseek-reasoner", True), ("gpt-4.1", False), ("gpt-5-chat-latest", False)],
)
def test_what_a_name_says_is_assumed(name: str, thinks: bool) -> None:
    begin = starting(name, openai=True, embedded=False)
    assert (begin.headroom > 0, begin.temperature) == (thinks, not thinks)
    assert begin.length_field == "max_completion_tokens"
