"""Kills what a batch over Dask consists of, its scheduler, workers and own process, and holds the end against a batch that nobody killed.

    python -m tests.chaos.clusters --kills 345 --written 24     (make chaos)

Most kills fall while plans are given, not made (tests/batch/conftest.py): what is tried is who takes up which row. Some fall while a model
writes real plans: then no call whose answer stood in a journal may be made again, and the plans are byte for byte the unkilled batch's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import Scheduler, Worker
from ruamel.yaml import YAML

from agent.run.folder import load_plan
from benchmarks.remote import Remote
from tests.batch.conftest import jsonl, run
from tests.chaos.batches import Shown, Yard, sample
from tests.chaos.driver import BRIEF, journalled, kept_bodies

BRANDS = ("Tern & Tide", "Alder Paper", "Kestrel Bindery")
ROLES = ("worker", "worker", "worker", "batch", "scheduler")
"""Whom a kill meets, as often as it is named."""
WORKERS = 2
PATIENCE = 600.0
"""Seconds after which a batch counts as hanging."""


class Crew:
    """A scheduler, workers and a batch over them, each a process of its own, forked from this one, which has the imports."""

    def __init__(self, work: Callable[[str], int], *, threads: int = 1) -> None:
        """`work` is the batch: it is given the scheduler's address and returns an exit code."""
        self._work, self._threads = work, threads
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.pids: dict[str, list[int]] = {"scheduler": [], "worker": [], "batch": []}

    def start(self, role: str) -> None:
        """Starts one."""
        child = os.fork()
        if child:
            self.pids[role].append(child)
            return
        code = 70
        try:
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 2)
                if role == "scheduler":
                    asyncio.run(_scheduler(self.port))
                elif role == "worker":
                    asyncio.run(_worker(self.address, self._threads))
                else:
                    code = self._work(self.address)
        finally:
            os._exit(code)

    def all(self) -> None:
        """Starts whoever is missing."""
        for role, most in (("scheduler", 1), ("worker", WORKERS), ("batch", 1)):
            for _ in range(most - len(self.pids[role])):
                self.start(role)

    def kill(self, role: str, dice: random.Random) -> bool:
        """SIGKILL for one of them; whether it was there to be killed. Without a scheduler workers serve nobody and go as well."""
        if not self.pids[role]:
            return False
        pid = dice.choice(self.pids[role])
        self.pids[role].remove(pid)
        killed = _end(pid)
        if role == "scheduler":
            self.wait()
            self.leave("worker")
        return killed

    def ended(self) -> int | None:
        """The exit code of the batch; None while it works."""
        for pid in self.pids["batch"]:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self.pids["batch"].remove(pid)
                return os.waitstatus_to_exitcode(status)
        return None

    def wait(self) -> int:
        """Waits for the batch; 124 where it hangs, and is killed."""
        until = time.monotonic() + PATIENCE
        while self.pids["batch"] and time.monotonic() < until:
            code = self.ended()
            if code is not None:
                return code
            time.sleep(0.02)
        hung = bool(self.pids["batch"])
        self.leave("batch")
        return 124 if hung else 0

    def leave(self, *some: str) -> None:
        """Ends these, or all."""
        for role in some or tuple(self.pids):
            for pid in self.pids[role]:
                _end(pid)
            self.pids[role].clear()


def _end(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def _scheduler(port: int) -> None:
    async with Scheduler(host="127.0.0.1", port=port, dashboard=False, dashboard_address=None) as scheduler:
        await scheduler.finished()


async def _worker(address: str, threads: int) -> None:
    with TemporaryDirectory(prefix="cehua-worker-") as folder:
        async with Worker(address, nthreads=threads, dashboard=False, local_directory=folder) as worker:
            await worker.finished()


def whole(out: Path, shown: Shown) -> set[str]:
    """The folders of rows that are done; each has to hold a whole plan."""
    stood = set()
    for told in out.glob("*/row.json"):
        try:
            json.loads(told.read_text(encoding="utf-8"))
            load_plan(told.parent)
            stood.add(told.parent.name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row was called done and is not
            shown.wrong.append(f"{told.parent.name}: {type(error).__name__}")
    return stood


def through(
    crew: Crew,
    out: Path,
    dice: random.Random,
    kills: int,
    seconds: float,
    shown: Shown,
    look: Callable[[], None] = bool,
) -> None:
    """Kills one after the other at random moments, starts what is missing, and lets the batch come to its end."""
    try:
        for _ in range(kills):
            crew.all()
            time.sleep(dice.uniform(0.05, seconds))
            if crew.ended() in (0, 1):
                return
            shown.kills += crew.kill(dice.choice(ROLES), dice)
            whole(out, shown)
            look()
        for _ in range(kills + 2):
            crew.all()
            code = crew.wait()
            if code in (0, 1):
                return
            if code == 124:
                shown.wrong.append("a batch hung")
        shown.wrong.append(f"the batch ends with {code}")
    finally:
        crew.leave()


def given(yard: Yard, seed: int, kills: int, scratch: Path) -> Shown:
    """Plans are given: a scheduler, two workers and the batch are killed at random."""
    dice, shown, out = random.Random(seed), Shown(f"given, seed {seed}"), scratch / "out"

    def work(address: str) -> int:
        return run(yard.source, out, cluster=address)[0].exit_code

    began = time.monotonic()
    with yard.quickly():
        through(Crew(work), out, dice, kills, yard.reach, shown)
    if not shown.kills:  # as below: the machine is quicker than it was
        yard.reach = min(yard.reach, time.monotonic() - began)
    return yard.finish(out, shown)


# Plans that a model writes


class Written:
    """A batch of three plans by a model, and what comes of it when nobody is killed."""

    def __init__(self, scratch: Path, server: Remote) -> None:
        self.scratch, self.server = scratch, server
        brief = YAML(typ="safe").load(BRIEF.read_text(encoding="utf-8"))
        self.source = jsonl(scratch / "written.jsonl", *({**brief, "brand": name} for name in BRANDS))
        shown = Shown("unkilled")
        started = time.monotonic()
        self.run(scratch / "unkilled", shown, random.Random(0), 0, 0.1)
        self.seconds = time.monotonic() - started
        self.plans = plans(scratch / "unkilled")
        if shown.wrong or len(self.plans) < len(BRANDS):
            raise RuntimeError(f"The unkilled batch: {'; '.join(shown.wrong) or 'plans are missing'}")

    def run(
        self, out: Path, shown: Shown, dice: random.Random, kills: int, seconds: float, look: Callable[[], None] = bool
    ) -> None:
        """The batch over a cluster, and its kills."""

        def work(address: str) -> int:
            more = {"model": "openai:bench", "price": "1/1", "max_cost": Decimal(50)}
            return run(self.source, out, cluster=address, **more)[0].exit_code

        through(Crew(work, threads=4), out, dice, kills, seconds, shown, look)

    def trial(self, seed: int, kills: int) -> Shown:
        """Kills at random moments; at each it is noted what stands in the journals."""
        shown, out, stood = Shown(f"written, seed {seed}"), self.scratch / f"written-{seed}", []
        since = len(self.server.calls())

        def look() -> None:
            records: Counter[str] = Counter()
            for folder in out.glob("*/"):
                records += journalled(folder)
            stood.append((time.monotonic(), records))

        began = time.monotonic()
        self.run(out, shown, random.Random(seed), kills, self.seconds * 0.7, look)
        if not shown.kills:  # it ended before the first kill: the machine is quicker than when it was measured
            self.seconds = min(self.seconds, time.monotonic() - began)
        calls = self.server.calls()[since:]
        for moment, records in stood:
            kept = kept_bodies((call for call in calls if call.end and call.end < moment), records)
            shown.again += sum(call.arrival > moment and call.body_hash in kept for call in calls)
        if shown.again:
            shown.wrong.append(f"{shown.again} journalled calls made again")
        if plans(out) != self.plans:
            shown.wrong.append("another outcome")
        return shown


def plans(out: Path) -> dict[str, bytes]:
    """Every plan of a batch, byte by byte."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/plan.json"))}


def main() -> None:
    """The long form, with a line a trial and a summary; exit 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=345, help="kills while plans are given")
    parser.add_argument("--written", type=int, default=24, help="kills while a model writes")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started, shown = time.monotonic(), list[Shown]()
    with TemporaryDirectory(prefix="cehua-clusters-") as held:
        scratch = Path(held)
        yard = Yard(scratch, sample(scratch / "sample"))
        shown += _until(asked.kills, asked.seed, lambda seed: given(yard, seed, 5, scratch / f"given-{seed}"))
        with Remote("--ttft", "0.02", "--rate", "2000") as server:
            server.point()
            os.environ |= {"CEHUA_CACHE_DIR": str(scratch / "cache"), "CEHUA_PASSAGES": "0", "NO_PROXY": "127.0.0.1"}
            written = Written(scratch, server)
            shown += _until(asked.written, asked.seed, lambda seed: written.trial(seed, 3))
    wrong = [one for one in shown if one.wrong]
    sys.stdout.write(
        f"{len(shown)} batches over a cluster, {sum(one.kills for one in shown)} kills in {time.monotonic() - started:.0f} s: "
        f"{len(wrong)} wrong, {sum(one.again for one in shown)} made again\n"
    )
    raise SystemExit(1 if wrong else 0)


def _until(kills: int, seed: int, trial: Callable[[int], Shown]) -> list[Shown]:
    shown: list[Shown] = []
    while sum(one.kills for one in shown) < kills:
        one = trial(seed + len(shown))
        sys.stdout.write(f"{one.name}: {one.kills} kills, {'; '.join(one.wrong) or 'ok'}\n")
        sys.stdout.flush()
        shown.append(one)
    return shown


if __name__ == "__main__":
    main()
