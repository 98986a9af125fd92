"""Kills runs and lets them go on: random moments and named failpoints, each held against a run that nobody killed.

    python -m tests.chaos.driver --kills 200 --times 10     (make chaos)

What must hold after every kill: plan.json, where there is one, is a whole plan; after the last resume the plan is byte for
byte the unkilled run's; no call whose answer stood in the journal was made again. A reply that had not reached the journal
may be paid twice: at most the calls that were in flight, and they are counted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.errors import SetupError
from agent.run.folder import load_plan
from benchmarks.endpoint import Call, Endpoint, Speed, value_hash
from tests.chaos.child import POINTS, forked

ROOT = Path(__file__).parents[2]
BRIEF = Path(__file__).with_name("brief.yaml")
FAST = Speed(ttft=0.02, rate=2000.0, jitter=0.4)
SERVER_POINTS = {"first-token": "first", "reply-sent": "end"}
"""Failpoints that the server notices: the child is killed when it has just sent that."""
ALL_POINTS = (*POINTS, *SERVER_POINTS)
AS_OF = "2026-11-23"
PATIENCE = 240.0
"""Seconds after which a child counts as hanging."""


@dataclass
class Outcome:
    """What a trial showed; `wrong` is empty when everything held."""

    name: str
    kills: int = 0
    calls: int = 0
    """Requests that reached the server, over all starts."""
    again: int = 0
    """Calls made again although their answer stood in the journal. Must be 0."""
    twice: int = 0
    """Calls made again because their answer had not reached the journal."""
    in_flight: int = 0
    """Calls in flight, or answered and not journalled, at the kills: the most that `twice` may be."""
    litter: int = 0
    """Half-written temporary files left in the run folder at the end."""
    wrong: list[str] = field(default_factory=list)


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.warm"])


class Child:
    """`cehua plan` as a process of its own, in a run folder, against an endpoint.

    By default forked from a server that has the imports (warm.py); with `own`, an interpreter from the start. `start`
    numbers the starts in a folder: it goes out as the key, so that the endpoint's log says which start made a call.
    """

    def __init__(
        self, folder: Path, server: Endpoint, *, point: str = "", start: int = 0, brief: Path = BRIEF, own: bool = False
    ) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("CEHUA_", "OPENAI_", "CHAOS_", "PYTHON"))}
        env |= {
            "PYTHONPATH": str(ROOT), "PYTHONNOUSERSITE": "1", "OPENAI_API_KEY": str(start), "OPENAI_BASE_URL": server.url,
            "CEHUA_CACHE_DIR": str(folder.parent / "cache"), "CEHUA_LANG": "en", "NO_PROXY": "127.0.0.1",
            "CEHUA_PASSAGES": "0",  # the search index would be built for every trial
        }  # fmt: skip
        if point:
            env["CHAOS_POINT"] = point
        arguments = ["plan", str(brief), "--model", "openai:bench", "--out", str(folder), "--as-of", AS_OF]
        self.errors = folder.parent / f"errors-{start}.txt"
        where = str(folder.parent)
        self._process: Any
        if own:
            command = [sys.executable, str(Path(__file__).with_name("child.py")), *arguments]
            with self.errors.open("w") as errors:
                self._process = subprocess.Popen(command, cwd=where, env=env, stdout=subprocess.DEVNULL, stderr=errors)
        else:
            self._process = FORKS.Process(target=forked, args=(arguments, env, where, str(self.errors)))
            self._process.start()
        self.pid: int = self._process.pid

    def send(self, number: signal.Signals) -> None:
        """A signal; nothing when the child is gone already."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send(signal.SIGKILL)

    def wait(self, patience: float = PATIENCE) -> tuple[int, str]:
        """Exit code and the end of stderr; -9 for a killed one. A hanging child is killed and told as 124."""
        if isinstance(self._process, subprocess.Popen):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
            code = self._process.returncode
        else:
            self._process.join(patience)
            code = self._process.exitcode
        if code is None:
            self.kill()
            return 124, "hung"
        return code, self.errors.read_text(encoding="utf-8")[-600:] if self.errors.exists() else ""


class Trigger:
    """Told of the server's moments; runs an action at the nth moment of a kind, a little later."""

    def __init__(self) -> None:
        self.arm("", 0, lambda: None)

    def arm(self, moment: str, nth: int, action: Callable[[], None], delay: float = 0.0) -> None:
        """Replaces what was armed."""
        self.moment, self.left, self.action, self.delay = moment, nth, action, delay

    def __call__(self, moment: str, _call: Call) -> None:
        """The server's watcher."""
        if moment != self.moment:
            return
        self.left -= 1
        if self.left == 0:
            threading.Timer(self.delay, self.action).start() if self.delay else self.action()


@dataclass(frozen=True)
class Reference:
    """The run that nobody killed."""

    plan: bytes
    calls: int
    seconds: float


def reference(scratch: Path, server: Endpoint) -> Reference:
    """Makes it. Raises RuntimeError when it does not finish."""
    scratch.mkdir(parents=True, exist_ok=True)
    since, started = len(server.calls), time.monotonic()
    code, err = Child(scratch / "run", server).wait()
    if code not in (0, 1):
        raise RuntimeError(f"The unkilled run ended with {code}: {err}")
    plan = (scratch / "run" / "plan.json").read_bytes()
    return Reference(plan, len(server.calls) - since, time.monotonic() - started)


def journalled(folder: Path) -> Counter[str]:
    """Hashes of every JSON value that stands whole in the journal, at any depth, or as text inside it, each with the number of records
    in which it stands.
    """
    found: Counter[str] = Counter()
    for path in (folder / "journal").rglob("*.json"):
        try:
            found.update(set(_hashes(json.loads(path.read_text(encoding="utf-8")))))
        except (json.JSONDecodeError, UnicodeDecodeError):
            continue
    return found


def kept_bodies(calls: Iterable[Call], records: Counter[str]) -> set[str]:
    """The requests whose answers stand in the journal for certain: two requests may have the same answer, and where fewer records hold it
    than requests got it, nobody can tell whose it is.
    """
    asked: dict[str, set[str]] = {}
    for call in calls:
        if call.answer_hash:
            asked.setdefault(call.answer_hash, set()).add(call.body_hash)
    return {body for answer, bodies in asked.items() if records[answer] >= len(bodies) for body in bodies}


def _hashes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield value_hash(value)
        for one in value.values():
            yield from _hashes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _hashes(one)
    elif isinstance(value, str) and value.startswith("{"):
        try:
            yield value_hash(json.loads(value))
        except json.JSONDecodeError:
            return


class Trial:
    """One run folder, its endpoint, and what is done to it."""

    def __init__(self, name: str, scratch: Path, known: Reference) -> None:
        self.folder = scratch / "run"
        scratch.mkdir(parents=True, exist_ok=True)
        self.known = known
        self.trigger = Trigger()
        self.server = Endpoint(FAST, watch=self.trigger)
        self.outcome = Outcome(name)
        self.kept: list[set[str]] = []
        """After each start: the bodies whose answers stood in the journal."""

    def look(self) -> None:
        """After a child ended: what stands in the journal now, and whether the plan is whole."""
        self.kept.append(kept_bodies(self.server.calls, journalled(self.folder)))
        if (self.folder / "plan.json").exists():
            try:
                load_plan(self.folder)
            except SetupError as error:
                self.outcome.wrong.append(f"plan.json after a kill: {error}")

    def start(self, point: str = "", *, own: bool = False) -> Child:
        """The next child in this folder."""
        return Child(self.folder, self.server, point=point, start=len(self.kept), own=own)

    def killed(
        self, *, point: str = "", after: float = 0.0, moment: tuple[str, int, float] | None = None, own: bool = False
    ) -> bool:
        """Starts a child and lets it die; whether it did."""
        if moment:
            self.trigger.arm(moment[0], moment[1], lambda: child.kill(), moment[2])
        child = self.start(point, own=own)
        if after:
            threading.Timer(after, child.kill).start()
        code, err = child.wait()
        self.trigger.arm("", 0, lambda: None)
        if code not in (0, 1, -signal.SIGKILL):
            self.outcome.wrong.append(f"exit {code}: {err}")
        self.look()
        self.outcome.kills += code == -signal.SIGKILL
        return code == -signal.SIGKILL

    def count(self) -> None:
        """Goes through the log, start by start: what was asked again, and what may have been paid for twice."""
        before: set[str] = set()
        for number in range(len(self.kept)):
            asked = [call.body_hash for call in self.server.calls if call.key == str(number)]
            known = self.kept[number - 1] if number else set()
            self.outcome.again += sum(body in known for body in asked)
            self.outcome.twice += sum(body in before and body not in known for body in asked)
            if number < len(self.kept) - 1:
                self.outcome.in_flight += len(set(asked) - self.kept[number])
            before |= set(asked)

    def finish(self) -> Outcome:
        """Resumes until the end and compares."""
        outcome = self.outcome
        code, err = self.start().wait()
        if code not in (0, 1):
            outcome.wrong.append(f"resume ended with {code}: {err}")
        self.look()
        self.count()
        outcome.calls = len(self.server.calls)
        outcome.litter = sum(1 for path in self.folder.rglob("*.part") if path.is_file())
        if outcome.again:
            outcome.wrong.append(f"{outcome.again} journalled calls were made again")
        if outcome.twice > outcome.in_flight:
            outcome.wrong.append(f"{outcome.twice} calls paid twice, {outcome.in_flight} were in flight")
        if not (self.folder / "plan.json").exists() or (self.folder / "plan.json").read_bytes() != self.known.plan:
            outcome.wrong.append("the plan differs from the unkilled run's")
        return outcome


def at_point(point: str, nth: int, scratch: Path, known: Reference) -> Outcome:
    """Dies at a failpoint, then goes on. version-kept needs an earlier plan: the run is finished once before it."""
    trial = Trial(f"{point}:{nth}", scratch, known)
    with trial.server:
        if point == "version-kept":
            trial.start().wait()
            trial.look()
        if point in SERVER_POINTS:
            died = trial.killed(moment=(SERVER_POINTS[point], nth, 0.0))
        else:
            died = trial.killed(point=f"{point}:{nth}")
        if not died:
            trial.outcome.wrong.append("the failpoint was not reached")
        return trial.finish()


def at_random(seed: int, kills: int, scratch: Path, known: Reference) -> Outcome:
    """Dies several times at random moments: anywhere in its life, or around one of its calls; then goes on to the end."""
    dice = random.Random(seed)
    trial = Trial(f"seed {seed}", scratch, known)
    with trial.server:
        for _ in range(kills):
            left = max(known.calls - len(trial.kept[-1] if trial.kept else ()), 0)
            if left and dice.random() < 0.75:
                moment = dice.choice(("arrival", "first", "end"))
                trial.killed(moment=(moment, dice.randint(1, left), dice.choice((0.0, dice.uniform(0.001, 0.08)))))
            else:
                trial.killed(after=dice.uniform(0.02, known.seconds), own=dice.random() < 0.3)
        return trial.finish()


LARGEST = {"lock-taken": 1, "brief-saved": 1, "plan-saved": 6, "version-kept": 1, "events-torn": 8, "export-written": 2, "run-over": 1}  # fmt: skip
"""Up to which passage a failpoint is tried; the others up to a third of the calls, so that every run reaches it."""


def nth_for(point: str, turn: int, known: Reference) -> int:
    """Which passage the nth try of a failpoint dies at."""
    return 1 + turn % max(LARGEST.get(point, known.calls // 3), 1)


def main() -> None:
    """The long form, with a line a trial and a summary; exit 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="kills at random moments")
    parser.add_argument("--times", type=int, default=10, help="tries of each of the twelve failpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    started = time.monotonic()
    with TemporaryDirectory(prefix="cehua-chaos-") as scratch, ThreadPoolExecutor(given.workers) as pool:
        with Endpoint(FAST) as server:
            reference(Path(scratch) / "warming", server)
            known = reference(Path(scratch) / "reference", server)
        sys.stdout.write(f"unkilled: {known.calls} calls, {known.seconds:.1f} s\n")
        jobs = [
            pool.submit(at_point, point, nth_for(point, turn, known), Path(scratch) / f"{point}-{turn}", known)
            for turn in range(given.times)
            for point in ALL_POINTS
        ]
        outcomes = [_told(job.result(), number, len(jobs)) for number, job in enumerate(jobs, 1)]
        dead, seed = 0, given.seed
        while dead < given.kills:
            batch = [
                pool.submit(at_random, seed + n, min(4, given.kills - dead), Path(scratch) / f"r{seed + n}", known)
                for n in range(min(given.workers, -(-(given.kills - dead) // 4)))
            ]
            seed += len(batch)
            for job in batch:
                dead += job.result().kills
                outcomes.append(_told(job.result(), dead, given.kills))
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    total = Counter()
    for outcome in outcomes:
        total.update(
            {key: getattr(outcome, key) for key in ("kills", "calls", "again", "twice", "in_flight", "litter")}
        )
    sys.stdout.write(
        f"{len(outcomes)} trials, {total['kills']} kills, {total['calls']} calls in {time.monotonic() - started:.0f} s: "
        f"{len(wrong)} trials wrong, {total['again']} journalled calls made again, {total['twice']} calls paid twice "
        f"({total['in_flight']} were in flight), {total['litter']} temporary files left\n"
    )
    raise SystemExit(1 if wrong else 0)


def _told(outcome: Outcome, number: int, of: int) -> Outcome:
    state = "ok" if not outcome.wrong else "WRONG: " + "; ".join(outcome.wrong)
    sys.stdout.write(
        f"[{number}/{of}] {outcome.name}: {outcome.kills} kills, {outcome.calls} calls, {outcome.twice} twice, {state}\n"
    )
    sys.stdout.flush()
    return outcome


if __name__ == "__main__":
    main()
