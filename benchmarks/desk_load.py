"""A hundred people streaming at once: time to the first event, errors, memory of the server.

    python -m benchmarks.desk_load --users 100 --seconds 60
    python -m benchmarks.desk_load --users 100 --page

Starts `cehua ui --auth` on a free port with one user a workspace, each with a token. At the same moment every user asks for a plan in the
playbook's words and listens to its events; with `--page` every user presses the page's button and watches the page. Reported: seconds from asking
for the plan to the first event (what a user feels), from opening the stream to it, from the button to the page of the run, answers that were no
success, streams that broke, plans that were done in time, memory of the server with its workers, processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx

from benchmarks.pages import Page, Visitor
from benchmarks.served import Memory, limit, served, share, spent

FIRST, MEMORY = 2.5, 600
"""Seconds to the first event, and MB of all processes together, that have to be held on two cores."""
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
    shown: list[float] = field(default_factory=list)
    """Seconds from asking to the page of the run, with its place in the line."""
    plans: list[float] = field(default_factory=list)
    """Seconds from asking to the complete plan."""
    before: list[int] = field(default_factory=list)
    """How many came before, each time that it was said."""
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
                if line.startswith("data:") and '"before"' in line:
                    seen.before.append(json.loads(line[5:])["before"])
                if line == "event: PlaybookDone":
                    seen.plans.append(now - asked)
                if line == "event: Over" or now > until:
                    return
        seen.errors.append("stream ended early")
    except httpx.HTTPError as error:
        seen.errors.append(type(error).__name__)


async def visitor(one: Visitor, number: int, until: float, seen: Seen) -> None:
    """One user before the page."""
    asked = time.monotonic()
    noted = {"heard": seen.whole, "shown": seen.shown, "done": seen.plans}
    try:
        async for what, at in one.plan(BRIEF.format(n=number), until):
            noted[what].append(at - asked)
    except (httpx.HTTPError, RuntimeError) as error:
        seen.errors.append(type(error).__name__)


async def load(address: str, tokens: list[str], seconds: float, pages: bool) -> Seen:
    """All users at once, before the page or as programs."""
    seen = Seen()
    async with AsyncExitStack() as stack:
        # A client each, as a hundred people have: one for all looks through every connection with every request, which takes seconds of the same cores.
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=address, timeout=seconds + 60, trust_env=False, verify=False)
            )
            for _ in tokens
        ]
        told = await clients[0].get("/en/config", headers={"Authorization": f"Bearer {tokens[0]}"})
        page, until = Page.of(told.json()), time.monotonic() + seconds
        each = list(enumerate(zip(clients, tokens, strict=True)))
        if pages:
            visitors = [Visitor(client, page, token, f"session{n}") for n, (client, token) in each]
            await asyncio.gather(*(visitor(one, n, until, seen) for n, one in enumerate(visitors)))
        else:
            await asyncio.gather(*(user(client, n, token, until, seen) for n, (client, token) in each))
    return seen


def main() -> None:
    """Measures and prints one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--users", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument(
        "--page", action="store_true", help="users press the page's button instead of asking as programs"
    )
    asked.add_argument("--limit", type=int, default=900, help="seconds after which it gives up")
    given = asked.parse_args()
    with limit(given.limit), served(given.users) as one:
        one.start()
        one.ready()
        at_rest = {pid: share(pid) for pid in one.processes()}
        assert one.process
        before = spent([one.process.pid]), spent(one.processes())
        with Memory(one) as memory:
            seen = asyncio.run(load(one.address, one.tokens, given.seconds, given.page))
        pids = one.processes()
        cpu = {"server": round(spent([one.process.pid]) - before[0], 1), "all": round(spent(pids) - before[1], 1)}
        code = one.end()
        time.sleep(1)
        left = one.processes()
    report = {
        "users": given.users,
        "asked_to_first_event_p50": middle(seen.whole, 0.5),
        "asked_to_first_event_p95": middle(seen.whole, 0.95),
        "stream_to_first_event_p95": middle(seen.stream, 0.95),
        "asked_to_page_p95": middle(seen.shown, 0.95),
        "longest_place_in_line": max(seen.before, default=0),
        "streams": len(seen.stream),
        "plans": len(seen.plans),
        "asked_to_plan_p50": middle(seen.plans, 0.5),
        "errors": len(seen.errors),
        "kinds": sorted(set(seen.errors)),
        "memory_mb_all_processes": round(memory.most),
        "memory_mb_of_each": [round(value) for value in memory.of.values()],
        "memory_mb_at_rest": round(sum(at_rest.values())),
        "cpu_seconds": cpu,
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "exit_code": code,
        "processes_left": len(left),
    }
    held = {
        f"first event within {FIRST} s for 95 of 100": (report["asked_to_first_event_p95"] or math.inf) <= FIRST,
        f"under {MEMORY} MB": memory.most < MEMORY,
        "no errors": not seen.errors,
        "every plan": len(seen.plans) == given.users,
    }
    report |= {name: "held" if one else "NOT HELD" for name, one in held.items()}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(0 if all(held.values()) else 1)


def middle(values: list[float], share: float) -> float | None:
    """A quantile; None of nothing."""
    if len(values) < 2:
        return round(values[0], 3) if values else None
    return round(statistics.quantiles(sorted(values), n=100, method="inclusive")[int(share * 100) - 1], 3)


if __name__ == "__main__":
    main()
