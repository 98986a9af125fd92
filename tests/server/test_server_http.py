"""The HTTP API: a plan is made, listened to, revised, checked and exported; what is wrong is said and never breaks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.server.conftest import BRIEF, WAIT
from tests.server.site import Site, events

EXAMPLES = int(os.environ.get("CEHUA_API_EXAMPLES", "2"))
"""Generated requests an operation; a longer run is asked for by hand."""
QUICK = ("md", "json", "csv", "ics")


@pytest.fixture(scope="module")
def anna(site: Site) -> TestClient:
    return site.program("anna")


def test_a_plan_is_made_listened_to_revised_and_exported(anna: TestClient) -> None:
    asked = anna.post("/api/v1/runs", json={"brief": BRIEF})
    assert asked.status_code == 202
    address = asked.headers["location"]
    heard = events(anna.get(f"{address}/events").text)
    assert heard[0][1] == "State"
    assert heard[-1][1:] == ("Over", {"state": "done"})
    numbered = [one for one in heard if one[0]]
    assert [one[0] for one in numbered] == [str(n) for n in range(1, len(numbered) + 1)]
    assert "run_dir" not in json.dumps(heard)

    again = events(anna.get(f"{address}/events", headers={"Last-Event-ID": "1"}).text)
    assert [one for one in again if one[0]] == numbered[1:]

    told = anna.post(f"{address}/revisions", json={"instruction": "Total budget is now £900"}).json()
    assert told["applied"]
    assert told["version"] == 2
    assert anna.get(f"{address}/plan", params={"part": "budget"}).json()["plan"]["total_cents"] == 90_000
    assert anna.get(f"{address}/findings").json()["run"] == asked.json()["id"]
    file = anna.get(f"{address}/exports/md")
    assert "Harbour Lane" in file.text
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert anna.post(f"{address}/undo").json()["version"] == 1
    assert anna.delete(address).status_code == 204
    assert anna.get(address).status_code == 404


def test_documents_come_and_go(anna: TestClient) -> None:
    kept = anna.post(
        "/api/v1/documents", params={"name": "report.md"}, content=b"Saves doubled after we showed the oven."
    )
    assert kept.status_code == 201
    assert [one["id"] for one in anna.get("/api/v1/documents").json()] == [kept.json()["id"]]
    assert anna.delete(f"/api/v1/documents/{kept.json()['id']}").status_code == 204
    assert anna.get("/api/v1/documents").json() == []


@pytest.mark.parametrize(
    ("asked", "status", "code", "secret"),
    [
        ({"brief": "brand: Osk\nperiod: {start: 2027-02-30}\n"}, 422, "brief", "2027-02-30"),
        ({"brief": BRIEF, "model": "local:/etc/passwd"}, 422, "request", "passwd"),
        ({"brief": BRIEF, "canary_7f3": 1}, 422, "request", "canary_7f3"),
        ({"brief": BRIEF, "model": "openai:gpt-5-mini"}, 503, "set-up", "Harbour"),
        ({"brief": BRIEF, "answers": {"canary_7f3": "x"}}, 422, "brief", "canary_7f3"),
    ],
)
def test_what_is_wrong_is_said_without_words_of_the_brief(
    anna: TestClient, asked: dict[str, Any], status: int, code: str, secret: str
) -> None:
    answer = anna.post("/api/v1/runs", json=asked)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"urn:cehua:problem:{code}"
    assert told["request"] == answer.headers["x-request-id"]
    assert secret not in answer.text


@pytest.mark.parametrize("length", ["said", "not said"])
def test_what_is_too_large_is_refused_before_it_is_read(anna: TestClient, length: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(200):
            yield b"a" * 2**15

    for path in ("/api/v1/runs", "/en/gradio_api/queue/join"):
        content: Any = b"a" * (200 * 2**15) if length == "said" else pieces()
        answer = anna.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


def test_no_place_to_listen_is_a_polite_refusal(site: Site, anna: TestClient, made_by_anna: str) -> None:
    streams = site.app.state.streams
    kept, streams.most = streams.most, 0
    try:
        answer = anna.get(f"/api/v1/runs/{made_by_anna}/events")
    finally:
        streams.most = kept
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert anna.get(f"/api/v1/runs/{made_by_anna}/events").status_code == 200
    assert streams.open == 0


# Whatever the schema allows, and what it does not


@pytest.fixture(scope="module")
def described(site: Site) -> Any:
    async def without_lifespan(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{stage}.complete"})
            return
        await site.app(scope, receive, send)

    headers = {"Authorization": f"Bearer {site.tokens['anna']}"}
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", without_lifespan, headers=headers)


CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


def test_a_plan_is_made_revised_and_exported_as_the_description_has_it(described: Any, site: Site) -> None:
    named = {"Authorization": f"Bearer {site.tokens['anna']}"}

    def does(path: str, method: str, status: int, body: Any = None, **at: str) -> Any:
        sent = {} if body is None else {"body": body, "media_type": "application/json"}
        case = described[path][method].Case(path_parameters=at, **sent)
        answer = case.call(headers=named, timeout=WAIT)
        assert answer.status_code == status, answer.text
        case.validate_response(answer, checks=CHECKS)
        return answer

    run = does("/runs", "POST", 202, {"brief": BRIEF + " Hero: seeded loaf."}).json()["id"]
    assert '"state": "done"' in does("/runs/{run}/events", "GET", 200, run=run).text
    told = does("/runs/{run}/revisions", "POST", 200, {"instruction": "Total budget is now £900"}, run=run).json()
    assert (told["applied"], told["version"]) == (True, 2)
    assert b'"total_cents":90000' in does("/runs/{run}/exports/{form}", "GET", 200, run=run, form="json").content.replace(b" ", b"")  # fmt: skip
    does("/runs/{run}", "DELETE", 204, run=run)


def test_no_request_breaks_the_server(described: Any, site: Site, made_by_anna: str) -> None:
    named = {"Authorization": f"Bearer {site.tokens['anna']}"}
    asked = 0

    def holds(case: Any) -> None:
        nonlocal asked
        asked += 1
        if case.path_parameters and "run" in case.path_parameters and case.method != "DELETE":
            case.path_parameters["run"] = made_by_anna
            if "form" in case.path_parameters:
                case.path_parameters["form"] = QUICK[hash(str(case.query)) % len(QUICK)]
        answer = case.call(headers=named, timeout=WAIT)
        if answer.status_code == 503:  # a hosted model without a key
            assert "set-up" in answer.text
            return
        case.validate_response(answer, checks=CHECKS)

    operations = [one.ok() for one in described.get_all_operations()]
    for operation in operations:
        some = settings(
            max_examples=EXAMPLES,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        some(given(case=operation.as_strategy())(holds))()
    assert len(operations) > 10
    assert asked >= len(operations)
