"""Kills the server in the middle of everybody's work, starts it again, and sees every run done; then `gradio_client` makes, revises and exports a plan.

    python -m benchmarks.desk_kill --users 3 --runs 2
    python -m benchmarks.desk_kill --users 3 --runs 2 --model

SIGKILL goes to the server alone: its workers have to notice by themselves. Without a model it comes as soon as everybody has asked; with `--model`
when a model (`benchmarks.endpoint`) has answered for every run, and no answer that had come whole may be asked for again. Gives up after
`--limit` seconds and takes all its processes along.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import ExitStack
from typing import Any

import httpx

from benchmarks.desk_load import BRIEF
from benchmarks.remote import Remote
from benchmarks.served import limit, served

ANSWERS = 3
"""Answers of the model for each run before the kill."""
KEPT = 0.5
"""Seconds from the end of an answer until it counts as kept: it has to reach the journal on the disk."""
WAIT = 1800.0
"""Seconds that one request may take on a busy machine."""


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


def answered(endpoint: Remote | None) -> dict[str, float]:
    """Requests that were answered whole → when, on the machine's monotonic clock."""
    calls = endpoint.calls() if endpoint else []
    return {one.body_hash: one.end for one in calls if one.status == 200 and one.end and not one.lost}


def until_written(endpoint: Remote, runs: int) -> None:
    """Waits until the model has answered a few times for every run."""
    while len(answered(endpoint)) < runs * ANSWERS:
        time.sleep(0.2)


def main() -> None:
    """Runs it and prints one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--users", type=int, default=3)
    asked.add_argument("--runs", type=int, default=2)
    asked.add_argument("--limit", type=int, default=600, help="seconds after which it gives up")
    asked.add_argument("--model", action="store_true", help="a model writes the plans")
    given = asked.parse_args()
    with ExitStack() as held:
        held.enter_context(limit(given.limit))
        endpoint = held.enter_context(Remote("--ttft", "0.4", "--rate", "120")) if given.model else None
        one = held.enter_context(served(given.users))
        if endpoint:
            one.environment = {"OPENAI_API_KEY": "bench", "OPENAI_BASE_URL": endpoint.url, "NO_PROXY": "127.0.0.1"}
        one.start()
        one.ready()
        runs = {}
        for number in range(given.runs):
            for place, token in enumerate(one.tokens):
                told = {
                    "brief": BRIEF.format(n=f"{place}-{number}"),
                    "model": "openai:bench" if endpoint else "playbook",
                }
                runs[ask(one.address, token, "/runs", "POST", json=told)["id"]] = token
        if endpoint:
            until_written(endpoint, len(runs))
        before = [str(ask(one.address, token, f"/runs/{run}")["state"]) for run, token in runs.items()]
        assert one.process
        one.process.kill()
        one.process.wait()
        killed = time.monotonic()
        whole = {key for key, end in answered(endpoint).items() if end < killed - KEPT}
        asked_before = len(endpoint.calls()) if endpoint else 0
        while one.processes():
            time.sleep(0.05)
        gone = time.monotonic() - killed
        one.start()
        states = until_done(one.address, runs)
        again = {call.body_hash for call in endpoint.calls()[asked_before:]} & whole if endpoint else set()
        gradio = with_gradio(one.address, one.tokens[0])
        code = one.end()
    report = {
        "runs": len(runs),
        "at_the_kill": {state: before.count(state) for state in sorted(set(before))},
        "seconds_until_its_workers_were_gone": round(gone, 2),
        "after_the_restart": {state: list(states.values()).count(state) for state in sorted(set(states.values()))},
        **({"answered_before": len(whole), "asked_again_of_these": len(again)} if endpoint else {}),
        "gradio_client": gradio,
        "exit_code_of_sigterm": code,
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(0 if set(states.values()) == {"done"} and gradio["applied"] and not again else 1)


if __name__ == "__main__":
    main()
