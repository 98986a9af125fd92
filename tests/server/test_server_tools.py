"""The actions as MCP tools: the official client makes, reads, revises, checks and exports a plan."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

from agent.settings import Settings
from tests.server.conftest import BRIEF, Maker
from ui.tools import make_server

pytestmark = pytest.mark.anyio


async def test_a_plan_is_made_revised_and_exported_with_progress(workspace: Maker, home: Path) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with Client(make_server(workspace("tools"))) as client:
        tools = (await client.list_tools()).tools
        assert {"make_plan", "read_plan", "revise_plan", "check_plan", "export_plan", "search_knowledge"} <= {
            one.name for one in tools
        }
        assert all(one.output_schema for one in tools)

        async def call(name: str, **given: Any) -> dict[str, Any]:
            answer = await client.call_tool(name, given, progress_callback=heard)
            assert not answer.is_error, answer.content
            assert str(home) not in answer.model_dump_json()
            return dict(answer.structured_content)

        run = await call("make_plan", brief=BRIEF)
        assert run["state"] == "done"
        assert run["start"] == "2027-03-01"
        assert [one[0] for one in told] == sorted(one[0] for one in told)
        assert any("PlaybookDone" in (one[2] or "") for one in told)
        assert [one["id"] for one in (await call("list_plans"))["runs"]] == [run["id"]]
        assert "Harbour Lane" in (await call("read_plan", run=run["id"]))["markdown"]

        asked = await call("revise_plan", run=run["id"], instruction="Total budget is now £900", apply=False)
        assert asked["applied"] is False
        changed = await call("revise_plan", run=run["id"], instruction="Total budget is now £900")
        assert changed["applied"] is True
        assert "budget" in changed["parts"]
        checked = await call("check_plan", run=run["id"])
        assert checked["errors"] == sum(one["severity"] == "error" for one in checked["findings"])
        exported = await call("export_plan", run=run["id"], format="json")
        assert json.loads(exported["text"])["budget"]["total_cents"] == 90_000
        binary = await call("export_plan", run=run["id"], format="ics")
        (content,) = (await client.read_resource(binary["uri"])).contents
        assert len(base64.b64decode(content.blob)) == binary["size"]
        await call("undo_revision", run=run["id"])
        assert len((await call("list_versions", run=run["id"]))["versions"]) == 2
        found = await call("search_knowledge", query="Instagram caption limit", platforms=["instagram"], k=3)
        assert found["passages"]
        assert found["passages"][0]["publisher"]


@pytest.mark.parametrize("run", ["../default", "r" + "0" * 20, "/etc/passwd", "rrrr"])
async def test_a_run_is_an_id_of_the_workspace_or_nothing(workspace: Maker, made: str, run: str) -> None:
    async with Client(make_server(workspace("strangers"))) as client:
        for asked in (run, made):
            answer = await client.call_tool("read_plan", {"run": asked})
            assert answer.is_error
            assert "Harbour" not in answer.model_dump_json()
            with pytest.raises(MCPError):
                await client.read_resource(f"cehua://runs/{asked}/md")


@pytest.mark.parametrize(
    ("brief", "secret", "said"),
    [
        ("brand: Osk\nperiod: {start: 2027-02-30}\n", "2027-02-30", "period (line 2)"),
        ('{"brand": "Osk", "canary_7f3": 1, "canary_7f3": 2}', "canary_7f3", "stands twice"),
    ],
)
async def test_an_error_says_what_to_do_and_repeats_nothing_of_the_brief(
    workspace: Maker, brief: str, secret: str, said: str
) -> None:
    async with Client(make_server(workspace("tools"))) as client:
        answer = await client.call_tool("make_plan", {"brief": brief})
        assert answer.is_error
        assert secret not in answer.content[0].text
        assert said in answer.content[0].text


async def test_over_stdio(settings: Settings, tmp_path: Path) -> None:
    told = {f"CEHUA_{name.upper()}_DIR": str(getattr(settings, f"{name}_dir")) for name in ("runs", "data", "cache")}
    command = StdioServerParameters(
        command=sys.executable, args=["-c", "from agent.cli import app; app()", "mcp", "--workspace", "stdio"],
        env={**told, "CEHUA_MODEL": "playbook"}, cwd=tmp_path,
    )  # fmt: skip
    async with Client(stdio_client(command)) as client:
        answer = await client.call_tool("list_plans", {})
        assert answer.structured_content == {"runs": []}
