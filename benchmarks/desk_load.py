"""A hundred people streaming at once: time to the first event, errors, memory of the server.

    python -m benchmarks.desk_load --users 100 --seconds 60

Starts `cehua ui --auth` on a free port with one user a workspace, each with a token. At the same moment every user asks for a plan in the
playbook's words and listens to its events. Reported: seconds from opening the stream to its first event, from the request to the stream's first event,
answers that were no success, streams that broke, plans that were done in time, the server's largest memory, its CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ui.members import add_token, add_user

BRIEF = (
    "Harbour Lane {n} is a bakery in Leeds. Instagram only, from 1 to 31 March 2027, £600, Mia has 6 hours a week. "
    "Goal: Instagram followers from 800 to 1500."
)


@dataclass
class Seen:
    """What the users saw."""

    stream: list[float] = field(default_factory=list)
    """Seconds from opening the stream to its first event."""
    whole: list[float] = field(default_factory=list)
    """Seconds from asking for the plan to the first event."""
    plans: list[float] = field(default_factory=list)
    """Seconds from asking to the complete plan."""
    errors: list[str] = field(default_factory=list)


async def user(client: httpx.AsyncClient, number: int, token: str, until: float, seen: Seen) -> None:
    """One user: asks, listens until the plan is done or the time is up."""
    headers = {"Authorization": f"Bearer {token}"}
    asked = time.monotonic()
    try:
        made = await client.post("/api/v1/runs", json={"brief": BRIEF.format(n=number)}, headers=headers)
        if made.status_code != 202:
            seen.errors.append(f"POST {made.status_code}")
            return
        opened, first = time.monotonic(), True
        async with client.stream("GET", f"{made.headers['location']}/events", headers=headers) as stream:
            if stream.status_code != 200:
                seen.errors.append(f"GET {stream.status_code}")
                return
            async for line in stream.aiter_lines():
                now = time.monotonic()
                if first and line.startswith("event:"):
                    seen.stream.append(now - opened)
                    seen.whole.append(now - asked)
                    first = False
                if line == "event: PlaybookDone":
                    seen.plans.append(now - asked)
                if line == "event: Over" or now > until:
                    return
        seen.errors.append("stream ended early")
    except httpx.HTTPError as error:
        seen.errors.append(type(error).__name__)


async def load(address: str, tokens: list[str], seconds: float) -> Seen:
    """All users at once."""
    seen = Seen()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=seconds + 60, trust_env=False) as client:
        until = time.monotonic() + seconds
        await asyncio.gather(*(user(client, n, token, until, seen) for n, token in enumerate(tokens)))
    return seen


def main() -> None:
    """Measures and prints one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--users", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=120)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        users = home / "users.yaml"
        tokens = []
        for number in range(given.users):
            add_user(users, f"user{number}", "")
            tokens.append(add_token(users, f"user{number}", "load"))
        places = {f"CEHUA_{name}_DIR": str(home / name.lower()) for name in ("RUNS", "DATA", "CACHE")}
        command = [sys.executable, "-c", "from agent.cli import app; app()", "ui", "--port", "0", "--auth", str(users)]
        env = {**os.environ, **places, "CEHUA_MODEL": "playbook"}
        server = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
        assert server.stderr
        found = re.search(r"http://[\d.]+:\d+", server.stderr.readline())
        assert found
        while httpx.get(f"{found[0]}/readyz", timeout=60, trust_env=False).status_code != 200:
            time.sleep(0.5)
        seen = asyncio.run(load(found[0], tokens, given.seconds))
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
        times = Path(f"/proc/{server.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        server.send_signal(signal.SIGTERM)
        code = server.wait(120)
    memory = re.search(r"VmHWM:\s+(\d+)", status)
    assert memory
    report = {
        "users": given.users,
        "first_event_p50": middle(seen.stream, 0.5),
        "first_event_p95": middle(seen.stream, 0.95),
        "asked_to_first_event_p95": middle(seen.whole, 0.95),
        "streams": len(seen.stream),
        "plans": len(seen.plans),
        "asked_to_plan_p50": middle(seen.plans, 0.5),
        "errors": len(seen.errors),
        "kinds": sorted(set(seen.errors)),
        "memory_mb": int(memory[1]) // 1024,
        "cpu_seconds": round((int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), 1),
        "load_average": [round(one, 1) for one in os.getloadavg()],
        "exit_code": code,
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def middle(values: list[float], share: float) -> float | None:
    """A quantile; None of nothing."""
    if len(values) < 2:
        return round(values[0], 3) if values else None
    return round(statistics.quantiles(sorted(values), n=100, method="inclusive")[int(share * 100) - 1], 3)


if __name__ == "__main__":
    main()
