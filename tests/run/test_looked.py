"""Competitors that were looked up: cited with address and day where the endpoint is set, research tasks where it is not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from agent.api import Options, Result
from agent.api import plan as make_plan
from tests.run.conftest import SMALL
from tests.standin import served

AS_OF = dt.date(2026, 11, 23)
RIVALS = """
竞品:
  - 名称: 半山茶事
  - 名称: 云里茶舍
"""
RESULTS = [
    {
        "url": "https://example.org/a",
        "title": "半山茶事的口碑",
        "content": "半山茶事评价不错，有 37% 的顾客写到礼盒{x}",
    },
    {"url": "https://example.org/b", "title": "别家茶店", "content": "这一条没有说到竞品"},
]


class Stand(BaseHTTPRequestHandler):
    """Answers every query alike and keeps what it was asked."""

    asked: ClassVar[list[str]] = []
    body: ClassVar[bytes] = json.dumps({"results": RESULTS}).encode()

    def do_GET(self) -> None:
        type(self).asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Stand, "asked", [])
    with served(Stand) as address:
        yield f"{address}/search"


def made(tmp_path: Path, **more: object) -> Result:
    brief = tmp_path / "brief.yaml"
    brief.write_text(SMALL + RIVALS, encoding="utf-8")
    return make_plan(brief, Options(out=tmp_path / "run", model="playbook", as_of=AS_OF, **more))  # type: ignore[arg-type]


@pytest.mark.enable_socket
def test_what_is_found_is_cited_and_the_rest_stays_a_task(tmp_path: Path, stand: str) -> None:
    result = made(tmp_path, search_url=stand)
    known, unknown = (one for one in result.plan.market.competitors if not one.status_quo)
    (told,) = (one for one in known.observations if one.kind == "knowledge")
    assert "example.org" in told.text
    assert "2026-11-23" in told.text
    assert "37%" in told.text
    assert "{" not in told.text
    assert told.task
    (source,) = (one for one in result.plan.sources if one.id == told.sources[0])
    assert (source.publisher, source.date, source.url, source.confidence) == (
        "example.org", "2026-11-23", "example.org/a", "low",
    )  # fmt: skip
    assert {one.kind for one in unknown.observations} == {"research"}
    assert len(Stand.asked) == 2
    assert all(name in query for name, query in zip(("半山茶事", "云里茶舍"), Stand.asked, strict=True))
    assert "example.org/a" in (tmp_path / "run" / "exports" / "plan.md").read_text(encoding="utf-8")
    assert [f for f in result.plan.findings if f.severity == "error"] == []

    again = made(tmp_path, search_url=stand)
    assert len(Stand.asked) == 2
    assert again.plan.market == result.plan.market


def test_nothing_is_asked_without_an_address(tmp_path: Path) -> None:
    plan = made(tmp_path).plan
    rivals = [one for one in plan.market.competitors if not one.status_quo]
    assert {seen.kind for one in rivals for seen in one.observations} == {"research"}
    assert not (tmp_path / "run" / "lookups.json").exists()


@pytest.mark.enable_socket
def test_an_endpoint_that_is_away_costs_the_facts_and_not_the_plan(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = made(tmp_path, search_url="http://127.0.0.1:9/search").plan
    rivals = [one for one in plan.market.competitors if not one.status_quo]
    assert {seen.kind for one in rivals for seen in one.observations} == {"research"}
    assert "not looked up" in caplog.text
