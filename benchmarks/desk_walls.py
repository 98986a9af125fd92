"""A hundred workspaces with canaries: everybody tries to reach what another has, over every route.

    python -m benchmarks.desk_walls --workspaces 100

Starts a server with a user a workspace. Each makes a plan, adds a document, uploads a file and leaves an answer waiting in a session of the
page, all with a name that nobody else uses. Then each tries everything on another's (`benchmarks.walls`) over the HTTP API, the page's exports,
Gradio's file, upload, call, queue and heartbeat routes and MCP. Reported: attempts, crossings, and how often somebody saw their own name.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import Any

import httpx

from agent.settings import Settings
from benchmarks.served import Served, limit, served
from benchmarks.walls import Client, plant, settle, try_all
from ui.actions import Actions
from ui.store import Store
from ui.tools import make_server
from ui.work import Desk


def programs(one: Served) -> list[Client]:
    """A client with each user's token."""
    return [
        httpx.Client(base_url=one.address, headers={"Authorization": f"Bearer {token}"}, timeout=600, trust_env=False)
        for token in one.tokens
    ]


def servers(one: Served) -> list[Any]:
    """An MCP server over each workspace's folder, as `cehua mcp` opens it."""
    home = one.home
    settings = Settings(
        _env_file=None, model="playbook", openai_api_key=None, runs_dir=home / "runs", data_dir=home / "data",
        cache_dir=home / "cache",
    )  # fmt: skip
    desk = Desk()
    return [
        make_server(Actions(Store(settings.runs_dir / "desk", f"user{n}"), desk, settings))
        for n in range(len(one.tokens))
    ]


def main() -> None:
    """Runs it and prints one JSON object; exit code 1 when anything crossed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--workspaces", type=int, default=100)
    asked.add_argument("--limit", type=int, default=3600, help="seconds after which it gives up")
    given = asked.parse_args()
    logging.basicConfig(level=logging.ERROR)
    with limit(given.limit), served(given.workspaces) as one:
        one.start()
        one.ready()
        clients = programs(one)
        asked_for = [plant(client, number) for number, client in enumerate(clients)]
        planted = [settle(client, number, *asked_for[number]) for number, client in enumerate(clients)]
        tally = try_all(clients, planted, servers(one))
        code = one.end()
    report = {
        "workspaces": given.workspaces,
        "actions": tally.actions,
        "actions_of_each": tally.actions // given.workspaces,
        "routes": len(tally.routes),
        "crossings": len(tally.crossings),
        "which": tally.crossings[:20],
        "own_seen": tally.own,
        "exit_code": code,
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(1 if tally.crossings else 0)


if __name__ == "__main__":
    main()
