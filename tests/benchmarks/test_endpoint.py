"""The endpoint as real ones behave: methods, streams, faults; and what is measured from its log."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from benchmarks.endpoint import Call, Endpoint, Prefixes, Speed
from benchmarks.faultplan import KINDS, FaultPlan
from benchmarks.measure import critical_path, follows, in_flight, observed_chain

pytestmark = pytest.mark.enable_socket
SCHEMA = {"type": "object", "properties": {"item1": {"type": "object", "properties": {"line": {"type": "string"}}}}}
TALK = [
    {"role": "system", "content": "Answer in JSON."},
    {
        "role": "user",
        "content": json.dumps(
            {"item1": {"line": {"draft": "The thread is linen and the paper lies flat.", "at_most": 90}}}
        ),
    },
]
METHODS: dict[str, dict[str, Any]] = {
    "json_schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "W", "schema": SCHEMA}}},
    "tools": {
        "tools": [{"type": "function", "function": {"name": "W", "parameters": SCHEMA}}],
        "tool_choice": {"type": "function", "function": {"name": "W"}},
    },
    "json_mode": {"response_format": {"type": "json_object"}},
}


@pytest.fixture(autouse=True)
def loopback() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with Endpoint(Speed(0.0, 1e6)) as running:
        yield running


def post(server: Endpoint, **more: Any) -> tuple[int, str, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    line.request("POST", "/v1/chat/completions", json.dumps({"model": "bench", "messages": TALK, **more}))
    answer = line.getresponse()
    return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}


def said(method: str, message: dict[str, Any]) -> str:
    return str(message["tool_calls"][0]["function"]["arguments"] if method == "tools" else message["content"])


def test_all_methods_give_the_same_words_whole_and_streamed(server: Endpoint) -> None:
    texts = set()
    for method, extra in METHODS.items():
        status, body, _ = post(server, **extra)
        assert status == 200
        texts.add(said(method, json.loads(body)["choices"][0]["message"]))
        _, stream, _ = post(server, stream=True, stream_options={"include_usage": True}, **extra)
        events = [json.loads(row[6:]) for row in stream.splitlines() if row.startswith("data: {")]
        assert stream.rstrip().endswith("data: [DONE]")
        assert events[-1]["choices"] == []
        assert events[-1]["usage"]["completion_tokens"] > 0
        deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
        pieces = [d["tool_calls"][0]["function"]["arguments"] if method == "tools" else d["content"] for d in deltas if d.get("tool_calls") or d.get("content")]  # fmt: skip
        texts.add("".join(pieces))
    assert len(texts) == 1
    assert "linen" in json.loads(texts.pop())["item1"]["line"]


def test_a_method_that_is_off_is_refused_as_real_endpoints_do() -> None:
    with Endpoint(Speed(0.0, 1e6), methods=("json_mode",)) as server:
        status, body, _ = post(server, **METHODS["json_schema"])
        assert (status, json.loads(body)["error"]["param"]) == (400, "response_format")
        assert post(server, **METHODS["tools"])[0] == 400
        assert post(server, **METHODS["json_mode"])[0] == 200


def test_the_log_knows_prompt_tokens_prefixes_and_repeats(server: Endpoint) -> None:
    post(server, **METHODS["json_schema"])
    post(server, **METHODS["json_schema"])
    first, second = server.calls
    assert first.shared_tokens == 0
    assert second.shared_tokens == second.prompt_tokens == second.warm_tokens
    assert (first.attempt, second.attempt) == (0, 1)
    assert first.answer_hash == second.answer_hash != ""


@pytest.mark.parametrize("kind", ["rate", "error500", "html", "empty", "broken", "length", "refusal", "fenced"])
def test_faults_look_like_the_real_ones(kind: str) -> None:
    with Endpoint(Speed(0.0, 1e6), faults=FaultPlan(1.0, 1, (kind,))) as server:
        status, body, headers = post(server, **METHODS["json_schema"])
    if kind == "rate":
        assert (status, headers["retry-after"]) == (429, "1")
    elif kind == "error500":
        assert status == 500
    elif kind == "html":
        assert (status, headers["content-type"]) == (200, "text/html")
    else:
        choice = json.loads(body)["choices"][0]
        content = choice["message"]["content"]
        assert choice["finish_reason"] == ("length" if kind == "length" else "stop")
        assert {
            "empty": content == "",
            "refusal": bool(choice["message"]["refusal"]),
            "fenced": "```json" in content,
        }.get(kind, not content.endswith("}"))


def test_what_finds_no_place_waits_in_line_with_its_headers_sent() -> None:
    with Endpoint(Speed(0.05, 200, places=1)) as server:
        lines = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=20) for _ in range(3)]
        for line in lines:
            line.request(
                "POST", "/v1/chat/completions", json.dumps({"model": "bench", "messages": TALK, "stream": True})
            )
        answers = [line.getresponse() for line in lines]
        assert not all(call.end for call in server.calls)
        assert all(b"[DONE]" in answer.read() for answer in answers)
        begun = sorted(server.calls, key=lambda call: call.begun)
    assert all(before.end <= after.begun for before, after in pairwise(begun))
    assert begun[0].arrival <= begun[0].begun < begun[0].first_byte


def test_a_fault_plan_is_a_share_and_repeats_itself() -> None:
    plan = FaultPlan(0.3, 7)
    drawn = [plan.of(str(number), 0) for number in range(4000)]
    assert drawn == [plan.of(str(number), 0) for number in range(4000)]
    assert 0.27 < sum(map(bool, drawn)) / len(drawn) < 0.33
    assert set(drawn) == {"", *KINDS}


def test_the_longest_prefix_is_found_among_all_that_came_before() -> None:
    seen = Prefixes()
    for text in ("abcx", "abd", "zz", "abcdef"):
        seen.add(text)
    assert seen.longest("abcdz") == "abcd"
    assert seen.longest("q") == ""


def call(number: int, begin: float, end: float, text: str, body: str = "") -> Call:
    return Call(number, begin, body or str(number), end=end, status=200, turns=[{"role": "user", "content": text}])


def test_idle_time_is_what_no_call_covers() -> None:
    calls = [call(0, 1, 3, "a"), call(1, 2, 4, "b"), call(2, 6, 7, "c")]
    assert in_flight(calls, 0, 10) == 4
    assert in_flight(calls, 2.5, 6.5) == 2.0


def test_the_critical_path_counts_repairs_and_what_waits_for_them() -> None:
    market = "你会看到的草稿：任务：" + _task("market")
    calls = [
        call(0, 0, 2, market), call(1, 2.1, 3.1, market, body="0"), call(2, 0, 1, _task("personas")),
        call(3, 3.2, 5.2, _task("positioning")), call(4, 3.2, 4.2, _task("team")),
    ]  # fmt: skip
    assert follows(calls[1], calls[0])
    assert not follows(calls[3], calls[0])
    fewest, longest = critical_path(calls)
    assert longest.stages[:2] == ("market", "positioning")
    assert (fewest.calls, longest.seconds) == (3, pytest.approx(5.0))
    assert observed_chain(calls)[0] == 3


def _task(stage: str) -> str:
    """The line that only this stage's prompt holds."""
    from benchmarks.measure import _marks

    return "\n".join(_marks()[stage])
