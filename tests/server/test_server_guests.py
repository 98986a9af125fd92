"""Many at once, and guests who leave, lie or crash the place."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.settings import Settings
from benchmarks.pages import Page
from tests.server.conftest import BRIEF
from tests.server.site import Site, events
from ui import stream
from ui.actions import Actions
from ui.gate import Busy, Limits
from ui.results import Asked
from ui.sessions import Lean
from ui.store import Store
from ui.stream import Streams
from ui.work import Desk

SECRET = "sk-canary-0123456789"


@pytest.fixture
def full(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """A desk at which nobody's turn ever comes."""
    desk = Desk(Limits(playbook=0))
    yield desk
    desk.close()


async def heard(actions: Actions, run: str, streams: Streams, most: int = 1) -> list[dict[str, Any]]:
    """The first events of a stream."""
    found = []
    async with aclosing(stream.events(actions, run, 0, streams)) as told:
        async for piece in told:
            found += [data for _, _, data in events(piece.decode())]
            if len(found) >= most:
                break
    return found


def test_a_hundred_listen_at_once_and_each_is_told_how_many_come_before(
    full: Desk, settings: Settings, tmp_path: Path
) -> None:
    """Case 83; the seconds are measured by `python -m benchmarks.desk_load`."""
    people = [Actions(Store(tmp_path / "desk", f"user{number}"), full, settings) for number in range(100)]
    runs = [one.make(Asked(brief=BRIEF)).id for one in people]
    streams = Streams()

    async def all_at_once() -> list[list[dict[str, Any]]]:
        return await asyncio.gather(*(heard(*pair, streams) for pair in zip(people, runs, strict=True)))

    first = [one[0] for one in asyncio.run(all_at_once())]
    assert [one["before"] for one in first] == list(range(100))
    assert {one["state"] for one in first} == {"waiting"}
    assert streams.open == 0


def test_the_load_benchmark_knows_its_way_about_the_page(site: Site) -> None:
    page = Page.of(site.program("anna").get("/en/config").json())
    assert page.fields == 12
    assert len({page.run, page.timer, page.board}) == 3


def test_while_others_wait_a_brief_is_taken_in_unread_and_its_run_says_what_is_wrong(
    settings: Settings, tmp_path: Path
) -> None:
    wrong = "brand: Osk\nperiod: {start: 2027-02-30}\n"
    desk = Desk(Limits(playbook=0))
    actions = Actions(Store(tmp_path / "desk"), desk, settings)
    actions.make(Asked(brief=BRIEF))
    run = actions.make(Asked(brief=wrong)).id
    desk.close()
    open_ = Desk()
    after = Actions(Store(tmp_path / "desk"), open_, settings)
    assert run in open_.take_up(after.store, settings)
    said = asyncio.run(heard(after, run, Streams(), 100))
    open_.close()
    assert said[-1]["state"] == "failed"
    assert "period" in said[-1]["problem"] or "2027-02-30" in said[-1]["problem"]
    assert after.info(run).problem == said[-1]["problem"]


def test_who_leaves_gives_the_place_free_and_the_run_goes_on(site: Site, made_by_anna: str) -> None:
    """Case 91."""
    anna = site.program("anna")
    run = anna.post("/api/v1/runs", json={"brief": BRIEF + " Hero: rye."}).json()["id"]
    streams: Streams = site.app.state.streams
    before = streams.open
    scope = {
        "type": "http", "method": "GET", "path": f"/api/v1/runs/{run}/events", "raw_path": b"", "query_string": b"",
        "headers": [(b"authorization", f"Bearer {site.tokens['anna']}".encode()), (b"host", b"desk.example")],
        "client": ("10.0.0.1", 1), "server": ("desk.example", 80), "scheme": "http", "http_version": "1.1", "root_path": "",
        "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def visit() -> None:
        begun = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                assert streams.open == before + 1
                begun.set()

        await asyncio.wait_for(site.app(scope, receive, send), 600)

    asyncio.run(visit())
    assert streams.open == before
    assert events(anna.get(f"/api/v1/runs/{run}/events").text)[-1][2] == {"state": "done"}


def test_a_line_that_is_full_is_a_polite_refusal(settings: Settings, tmp_path: Path) -> None:
    """Case 92; over HTTP it is 503 with Retry-After."""
    desk = Desk(Limits(playbook=0, waiting=1))
    actions = Actions(Store(tmp_path / "desk"), desk, settings)
    actions.make(Asked(brief=BRIEF))
    with pytest.raises(Busy, match="Try again in 30 seconds"):
        actions.make(Asked(brief=BRIEF + " Hero: rye."))
    assert len(actions.runs()) == 1
    desk.close()


def test_two_clicks_at_the_same_moment_are_one_run(full: Desk, settings: Settings, tmp_path: Path) -> None:
    """Case 90."""
    actions = Actions(Store(tmp_path / "desk"), full, settings)

    async def clicks() -> set[str]:
        made = await asyncio.gather(*(asyncio.to_thread(actions.make, Asked(brief=BRIEF)) for _ in range(12)))
        return {one.id for one in made}

    assert len(asyncio.run(clicks())) == 1
    assert len(actions.runs()) == 1


def test_three_hundred_megabytes_are_refused_unread(site: Site) -> None:
    """Case 86."""
    anna = site.browser("anna")
    for path in ("/en/gradio_api/upload", "/api/v1/documents?name=a.md"):
        answer = anna.post(path, content=b"a", headers={"Content-Length": str(300 * 2**20)})
        assert answer.status_code == 413, path


@pytest.mark.parametrize(
    "forged",
    [
        {"path": "/etc/passwd"},
        {"path": "../../etc/passwd"},
        {"path": "", "url": "file:///etc/passwd"},
        {"path": None, "url": "http://169.254.169.254/"},
        {"path": "/etc/passwd", "is_stream": True},
    ],
)
def test_a_file_that_was_not_uploaded_is_refused(site: Site, forged: dict[str, Any]) -> None:
    """Case 88."""
    page = site.browser("anna")
    told = {"meta": {"_type": "gradio.FileData"}, "orig_name": "brief.txt", **forged}
    for data in ([told], [[told]], [{"deep": {"er": told}}]):
        asked = {"fn_index": 0, "session_hash": "forger", "data": data}
        answer = page.post("/en/gradio_api/queue/join", json=asked)
        assert answer.status_code == 404
        assert "root:" not in answer.text


def test_the_pages_calls_have_no_other_door(site: Site, made_by_anna: str) -> None:
    """Case 89."""
    for name, status in (("", 401), ("bert", 404), ("anna", 404)):
        client = site.program(name)
        for path in ("call/read_plan", "call/v2/read_plan", "run/read_plan", "api/read_plan", "predict"):
            answer = client.post(f"/en/gradio_api/{path}", json={"data": [made_by_anna, "summary"]})
            assert answer.status_code == status, path


def test_an_open_page_keeps_its_state_and_nothing_that_it_shows(site: Site, made_by_anna: str) -> None:
    """Gradio would keep a copy of every component for each page, and in it the plan that the page shows."""
    anna = site.browser("anna")
    page = Page.of(anna.get("/en/config").json())
    for session in ("one", "two"):
        asked = {"fn_index": page.tick, "session_hash": session, "data": [made_by_anna, None]}
        assert anna.post("/en/gradio_api/queue/join", json=asked).status_code == 200
        told = anna.get("/en/gradio_api/queue/data", params={"session_hash": session}).text
        assert "process_completed" in told
        assert "Harbour Lane" in told
    (mounted,) = (route.app for route in site.app.routes if getattr(route, "path", "") == "/en")
    kept = {name: mounted.state_holder.session_data[name] for name in ("one", "two")}
    assert all(isinstance(one, Lean) for one in kept.values())
    assert all(not one.config_values for one in kept.values())
    assert kept["one"].state_data is not kept["two"].state_data


def test_what_breaks_inside_tells_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 95."""

    def breaks(*_: object) -> None:
        raise RuntimeError(f"{SECRET} in {Path.home()}/users.yaml")

    for name in ("info", "runs", "documents"):
        monkeypatch.setattr(Actions, name, breaks)
    anna: TestClient = site.program("anna")
    for path in (f"/api/v1/runs/r{'0' * 20}", "/api/v1/runs", "/api/v1/documents"):
        answer = anna.get(path)
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:cehua:problem:error"
        for word in (SECRET, str(Path.home()), "Traceback", ".py"):
            assert word not in answer.text


def test_a_key_stands_in_no_process_list_state_or_file(settings: Settings, tmp_path: Path) -> None:
    """Case 96, for workers: a key that was entered reaches them through a pipe."""
    from ui.workers import Workers

    held = settings.model_copy(update={"openai_base_url": "http://127.0.0.1:9/v1", "passages": 0})
    held = type(held)(**{**held.model_dump(), "openai_api_key": SECRET}, _env_file=None)
    crew = Workers(1)
    desk = Desk(hands=crew)
    actions = Actions(Store(tmp_path / "desk"), desk, held)
    run = actions.make(Asked(brief=BRIEF, model="openai:any", max_tokens=1)).id
    deadline = time.monotonic() + 900
    while actions.state(run) not in ("failed", "done") and time.monotonic() < deadline:
        for pid in crew.pids:
            for name in ("cmdline", "environ"):
                assert SECRET.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
        time.sleep(0.2)
    told = actions.info(run)
    desk.close()
    assert told.state == "failed"
    assert SECRET not in json.dumps(told.model_dump(mode="json"))
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert SECRET not in os.environ.values()
