"""What belongs to a workspace, with a canary in every kind, and everything that another could try who knows each of its ids, paths and sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

BRIEF = (
    "{name} is a bakery in Leeds. Instagram only, from 1 to 31 March 2027, £600, Mia has 6 hours a week. "
    "Goal: Instagram followers from 800 to 1500."
)
LOAVES = "sold 7310 loaves"
"""What everybody's document says: a search for it may find one's own alone."""
PAGE = "/en/gradio_api"
TURNED_AWAY = (401, 403, 404, 405)
OWN = ("list", "search", "shelf", "call")
"""Actions that are allowed and show what is one's own: their answers count by what they hold."""


class Client(Protocol):
    """A program of one user: httpx.Client, or starlette's double of it."""

    def request(self, method: str, url: str, **more: Any) -> Any:
        """An answer with `status_code` and `text`."""


@dataclass(frozen=True)
class Planted:
    """What one workspace has."""

    canary: str
    """A name that nobody else's things hold."""
    run: str
    document: str
    upload: str
    session: str
    """A session of the page in which an answer with the canary waits."""
    follow: str
    """The name under which its upload was followed."""


@dataclass
class Tally:
    """What came of the attempts."""

    actions: int = 0
    """Attempts to reach what is another's."""
    routes: set[str] = field(default_factory=set)
    crossings: list[str] = field(default_factory=list)
    """Answers that held another's canary, or were no refusal."""
    own: int = 0
    """Answers in which somebody found their own canary: proof that it would have been seen."""

    def heard(self, route: str, status: int, text: str, mine: str, canaries: list[str]) -> None:
        """Counts an answer to somebody whose canary is `mine`."""
        self.actions += 1
        self.routes.add(route)
        if any(one in text for one in canaries if one != mine):
            self.crossings.append(f"{route}: a canary of another's ({status})")
        elif route.split()[0] not in OWN and status not in TURNED_AWAY:
            self.crossings.append(f"{route}: {status}")


def canary(number: int) -> str:
    """The name of a workspace's brand: letters alone, found nowhere else."""
    letters = "".join("bdfgklmnpr"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in f"{number:03d}")
    return f"Kanari{letters}"


def plant(client: Client, number: int) -> tuple[str, str]:
    """Asks for a plan and adds a document; ids of both."""
    name = canary(number)
    made = client.request("POST", "/api/v1/runs", json={"brief": BRIEF.format(name=name)})
    assert made.status_code == 202, made.text
    content = f"{name} {LOAVES} in May.".encode()
    kept = client.request("POST", "/api/v1/documents", params={"name": f"{name}.md"}, content=content)
    assert kept.status_code == 201, kept.text
    return made.json()["id"], kept.json()["id"]


def settle(client: Client, number: int, run: str, document: str) -> Planted:
    """When the plan is done: an upload, and an answer that waits in a session of the page."""
    name, follow, session = canary(number), f"follow{number}", f"session{number}"
    client.request("GET", f"/api/v1/runs/{run}/events")
    files = {"files": ("brief.txt", f"Brand: {name}")}
    sent = client.request("POST", f"{PAGE}/upload", params={"upload_id": follow}, files=files)
    assert sent.status_code == 200, sent.text
    (upload,) = sent.json()
    joined = client.request("POST", f"{PAGE}/queue/join", json=_call(client, session, [run, "summary"]))
    assert joined.status_code == 200, joined.text
    return Planted(name, run, document, upload, session, follow)


def attempts(client: Client, victim: Planted, number: int) -> Iterator[tuple[str, int, str]]:
    """Route, status and text of everything that user `number` tries."""
    run, mine = victim.run, f"mine{number}"

    def tried(route: str, method: str, path: str, **more: Any) -> tuple[str, int, str]:
        answer = client.request(method, path, **more)
        return route, answer.status_code, answer.text

    for path in ("", "/plan", "/text", "/findings", "/versions", "/events", "/exports/md", "/exports/zip"):
        yield tried(f"http GET{path}", "GET", f"/api/v1/runs/{run}{path}")
    for path in ("/stop", "/go-on", "/undo", "/versions/1/restore"):
        yield tried(f"http POST{path}", "POST", f"/api/v1/runs/{run}{path}")
    told = {"instruction": "Total budget is now £900"}
    yield tried("http POST/revisions", "POST", f"/api/v1/runs/{run}/revisions", json=told)
    yield tried("http DELETE", "DELETE", f"/api/v1/runs/{run}")
    yield tried("http DELETE document", "DELETE", f"/api/v1/documents/{victim.document}")
    yield tried("list runs", "GET", "/api/v1/runs")
    yield tried("list documents", "GET", "/api/v1/documents")
    yield tried("search http", "GET", "/api/v1/knowledge", params={"q": LOAVES})
    yield tried("page export", "GET", f"/desk/export/{run}/md")
    yield tried("gradio file", "GET", f"{PAGE}/file={victim.upload}")
    yield tried("gradio file again", "GET", f"{PAGE}/file/{victim.upload}")
    yield tried("gradio queue/data", "GET", f"{PAGE}/queue/data", params={"session_hash": victim.session})
    yield tried("gradio heartbeat", "GET", f"{PAGE}/heartbeat/{victim.session}")
    yield tried("gradio upload", "POST", f"{PAGE}/upload", params={"upload_id": victim.follow}, files={"files": ("a.txt", "a")})  # fmt: skip
    yield tried("gradio upload_progress", "GET", f"{PAGE}/upload_progress", params={"upload_id": victim.follow})
    yield tried("gradio call", "POST", f"{PAGE}/call/read_plan", json={"data": [run, "summary"]})
    upload = {"path": victim.upload, "orig_name": "brief.txt", "meta": {"_type": "gradio.FileData"}}
    yield tried("gradio queue/join file", "POST", f"{PAGE}/queue/join", json=_call(client, mine, [upload, ""]))
    yield tried("gradio queue/join session", "POST", f"{PAGE}/queue/join", json=_call(client, victim.session, [run, ""]))  # fmt: skip
    joined = client.request("POST", f"{PAGE}/queue/join", json=_call(client, mine, [run, "summary"]))
    assert joined.status_code == 200, joined.text
    yield tried("call queue", "GET", f"{PAGE}/queue/data", params={"session_hash": mine})


async def over_mcp(server: Any, victim: Planted) -> list[tuple[str, int, str]]:
    """The same over MCP tools and resources of another workspace: 404 stands for a refusal."""
    from mcp import Client as Program
    from mcp.shared.exceptions import MCPError

    found = []
    async with Program(server) as program:
        for tool in ("plan_status", "read_plan", "check_plan", "list_versions", "export_plan", "undo_revision"):
            answer = await program.call_tool(tool, {"run": victim.run})
            found.append((f"mcp {tool}", 404 if answer.is_error else 200, answer.model_dump_json()))
        told = {"run": victim.run, "instruction": "Total budget is now £900"}
        answer = await program.call_tool("revise_plan", told)
        found.append(("mcp revise_plan", 404 if answer.is_error else 200, answer.model_dump_json()))
        for tool, given in (("list_plans", {}), ("search_knowledge", {"query": LOAVES})):
            answer = await program.call_tool(tool, given)
            found.append((f"{'list' if tool == 'list_plans' else 'search'} mcp", 200, answer.model_dump_json()))
        try:
            read = await program.read_resource(f"cehua://runs/{victim.run}/md")
            found.append(("mcp resource", 200, read.model_dump_json()))
        except MCPError as error:
            found.append(("mcp resource", 404, str(error)))
    return found


def try_all(clients: list[Client], planted: list[Planted], servers: list[Any], shift: int = 1) -> Tally:
    """Everybody tries everything on somebody else's; afterwards everybody finds their own as it was."""
    tally, canaries = Tally(), [one.canary for one in planted]
    for number, client in enumerate(clients):
        mine, victim = planted[number].canary, planted[(number + shift) % len(planted)]
        for route, status, text in (
            *attempts(client, victim, number),
            *asyncio.run(over_mcp(servers[number], victim)),
        ):
            tally.heard(route, status, text, mine, canaries)
            tally.own += mine in text
    for client, one in zip(clients, planted, strict=True):
        _as_it_was(client, one, tally)
    return tally


def _as_it_was(client: Client, one: Planted, tally: Tally) -> None:
    stands = client.request("GET", f"/api/v1/runs/{one.run}").json()
    if (stands["state"], stands["version"]) != ("done", 1):
        tally.crossings.append(f"a run of {one.canary} was changed: {stands['state']}, version {stands['version']}")
    for path in (f"/api/v1/runs/{one.run}/text", "/api/v1/documents", f"{PAGE}/file={one.upload}"):
        tally.own += one.canary in client.request("GET", path).text
    waits = client.request("GET", f"{PAGE}/queue/data", params={"session_hash": one.session}).text
    tally.own += one.canary in waits


def _call(client: Client, session: str, data: list[Any]) -> dict[str, Any]:
    """A call of `read_plan` as the page's own protocol has it."""
    number = CALLS.get("read_plan")
    if number is None:
        dependencies = client.request("GET", "/en/config").json()["dependencies"]
        number = CALLS["read_plan"] = next(one["id"] for one in dependencies if one["api_name"] == "read_plan")
    return {"fn_index": number, "session_hash": session, "data": data}


CALLS: dict[str, int] = {}
"""Name of a call → its number, as the page's description has it."""
