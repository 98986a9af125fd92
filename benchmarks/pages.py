"""What a browser does with the desk's page, without the browser: presses "Make the plan", then ticks until it stands."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

API = "/en/gradio_api"
STORED = "cehua-run"
"""Key under which the page keeps the run that is open."""


@dataclass(frozen=True)
class Page:
    """Numbers of the page's calls and places of what they give, as its own description has them."""

    begin: int
    fields: int
    """Fields that go along with "Make the plan"."""
    tick: int
    run: int
    timer: int
    board: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> Page:
        """Reads `/en/config`."""
        parts = {one["id"]: one for one in config["components"]}

        def component(name: str, value: str) -> int:
            return next(int(key) for key, one in parts.items() if one["props"].get(name) == value)

        def call(target: int, event: str) -> dict[str, Any]:
            return next(one for one in config["dependencies"] if [target, event] in one["targets"])

        run, begin = component("storage_key", STORED), call(component("elem_id", "begin"), "click")
        ticks = [one for one in config["dependencies"] if one["targets"] and one["targets"][0][1] == "tick"]
        tick = next(one for one in ticks if run in one["inputs"])
        shown = begin["outputs"]
        return cls(
            begin=begin["id"],
            fields=len(begin["inputs"]),
            tick=tick["id"],
            run=shown.index(run),
            timer=shown.index(tick["targets"][0][0]),
            board=shown.index(component("elem_id", "board")),
        )


class Visitor:
    """One open page."""

    def __init__(self, client: httpx.AsyncClient, page: Page, token: str, session: str) -> None:
        self._client, self._page, self._session = client, page, session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def call(self, number: int, data: list[Any]) -> AsyncIterator[dict[str, Any]]:
        """The messages of one call, the last of which has its output. Raises httpx.HTTPStatusError."""
        asked = {"fn_index": number, "session_hash": self._session, "data": data}
        (await self._client.post(f"{API}/queue/join", json=asked, headers=self._headers)).raise_for_status()
        named = {"session_hash": self._session}
        async with self._client.stream("GET", f"{API}/queue/data", params=named, headers=self._headers) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])

    async def plan(self, brief: str, until: float) -> AsyncIterator[tuple[str, float]]:
        """What happens and when, in seconds on the clock: heard (the first message), shown (the page of the run), done, unless it is `until` before.

        Raises RuntimeError for a call that failed.
        """
        page = self._page
        heard, run = False, None
        fields = [brief, None, "{}", "playbook", "", "", "", "", None, None, "", False]
        assert len(fields) == page.fields
        async for told in self.call(page.begin, fields):
            if not heard:
                heard = True
                yield "heard", time.monotonic()
            if told["msg"] == "process_completed":
                run = _output(told)[page.run]
        yield "shown", time.monotonic()
        if not isinstance(run, str):
            raise RuntimeError("no run was begun")
        live = True
        while live and time.monotonic() < until:
            async for told in self.call(page.tick, [run, None]):
                if told["msg"] == "process_completed":
                    timer = _output(told)[page.timer]
                    live = not (isinstance(timer, dict) and timer.get("active") is False)
        if not live:
            yield "done", time.monotonic()


def _output(told: dict[str, Any]) -> list[Any]:
    if not told.get("success"):
        raise RuntimeError(f"a call failed: {told.get('title') or told.get('output')}")
    return list(told["output"]["data"])
