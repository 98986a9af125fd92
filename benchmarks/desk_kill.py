"""Kills the server in the middle of everybody's work, starts it again, and sees every run done; then `gradio_client` makes, revises and exports a plan.

python -m benchmarks.desk_kill --users 3 --runs 2
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.desk_load import BRIEF
from ui.members import add_token, add_user

WAIT = 1800.0
"""Seconds that a busy machine may take."""


def start(home: Path) -> tuple[subprocess.Popen[str], str]:
    """A server over the folder, and its address."""
    places = {f"CEHUA_{name}_DIR": str(home / name.lower()) for name in ("RUNS", "DATA", "CACHE")}
    command = [
        sys.executable,
        "-c",
        "from agent.cli import app; app()",
        "ui",
        "--port",
        "0",
        "--auth",
        str(home / "users.yaml"),
    ]
    env = {**os.environ, **places, "CEHUA_MODEL": "playbook"}
    server = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    assert server.stderr
    found = re.search(r"http://[\d.]+:\d+", server.stderr.readline())
    assert found
    return server, found[0]


def ask(address: str, token: str, path: str, method: str = "GET", **more: Any) -> Any:
    """A request; its answer's JSON."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.request(method, f"{address}/api/v1{path}", headers=headers, timeout=WAIT, trust_env=False, **more)
    answer.raise_for_status()
    return answer.json()


def until_done(address: str, runs: dict[str, str]) -> dict[str, str]:
    """Run → where it stands at the end. `runs`: run → its user's token."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        states = {run: str(ask(address, token, f"/runs/{run}")["state"]) for run, token in runs.items()}
        if all(state in ("done", "failed", "stopped") for state in states.values()):
            return states
        time.sleep(1)
    return states


def with_gradio(address: str, token: str) -> dict[str, Any]:
    """A plan over Gradio's own API."""
    from gradio_client import Client

    client = Client(f"{address}/en/", headers={"Authorization": f"Bearer {token}"}, verbose=False)
    run = client.predict(BRIEF.format(n="G"), api_name="/make_plan")["id"]
    until_done(address, {run: token})
    changed = client.predict(run, "Total budget is now £900", api_name="/revise_plan")
    made = client.predict(run, "md", api_name="/export_plan")
    return {"applied": changed["applied"], "version": changed["version"], "export_bytes": made["size"]}


def main() -> None:
    """Runs it and prints one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--users", type=int, default=3)
    asked.add_argument("--runs", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        tokens = []
        for number in range(given.users):
            add_user(home / "users.yaml", f"user{number}", "")
            tokens.append(add_token(home / "users.yaml", f"user{number}", "kill"))
        server, address = start(home)
        runs = {}
        for number in range(given.runs):
            for place, token in enumerate(tokens):
                brief = BRIEF.format(n=f"{place}-{number}")
                runs[ask(address, token, "/runs", "POST", json={"brief": brief})["id"]] = token
        before = [str(ask(address, token, f"/runs/{run}")["state"]) for run, token in runs.items()]
        server.send_signal(signal.SIGKILL)
        server.wait()
        server, address = start(home)
        states = until_done(address, runs)
        gradio = with_gradio(address, tokens[0])
        server.send_signal(signal.SIGTERM)
        code = server.wait(120)
    report = {
        "runs": len(runs),
        "at_the_kill": {state: before.count(state) for state in sorted(set(before))},
        "after_the_restart": {state: list(states.values()).count(state) for state in sorted(set(states.values()))},
        "gradio_client": gradio,
        "exit_code_of_sigterm": code,
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
