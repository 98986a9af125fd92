"""Kills batches and lets them go on: named failpoints and random moments, each held against a batch that nobody killed.

    python -m tests.chaos.batches --kills 300 --times 5     (make chaos)

Plans are given, not made (tests/batch/conftest.py): what is tried is the batch's own machinery: ledger, run folders, events, indexes,
workbook. After every kill each row.json stands beside a whole plan; after the last resume index and plans are byte for byte the
unkilled batch's, no finished row was made again, and no half file is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from agent.api import Options, Result, plan
from agent.run.folder import load_plan
from tests.batch.conftest import AS_OF, ROW, Inline, jsonl, rows, run, stream_of
from tests.batch.test_kills import POINTS, outcome

BRANDS = ("甲", "乙", "丙", "!丁", "戊", "己", "庚", "辛")
BROKEN = ("{", '{"品牌": "甲"')
"""Lines that are no briefs, one of them torn."""


@dataclass
class Shown:
    """What a trial showed; `wrong` is empty when everything held."""

    name: str
    kills: int = 0
    again: int = 0
    """Rows made again although their row.json stood. Must be 0."""
    wrong: list[str] = field(default_factory=list)


class Yard:
    """A batch, and the outcome that it has when nobody kills it."""

    def __init__(self, scratch: Path, sample: Result) -> None:
        self.sample = sample
        self.source = jsonl(scratch / "in.jsonl", *rows(*BRANDS), *BROKEN, *rows("甲"))
        with self.quickly():
            started = time.monotonic()
            run(self.source, scratch / "whole")
            self.seconds = time.monotonic() - started
        self.reach = self.seconds + 1.5
        """Seconds in which a kill still meets the batch over a cluster, whose processes have to find each other first."""
        self.whole = outcome(scratch / "whole")

    @contextmanager
    def quickly(self) -> Iterator[Inline]:
        """Inside, plans are given in this process, two at a time."""
        maker = Inline()
        with (
            patch("agent.batch.engine.Pool", lambda workers: maker),
            patch("agent.batch.task.stream_plan", stream_of(self.sample)),
        ):
            yield maker

    def killed(self, out: Path, shown: Shown, *, arm: Callable[[], None] | None = None, after: float = 0.0) -> None:
        """A batch in a child that dies at a point, or after some seconds; then looks at what it left."""
        child = os.fork()
        if child == 0:
            try:
                with self.quickly(), Path(os.devnull).open("w") as nowhere:
                    sys.stderr = nowhere
                    if arm:
                        arm()
                    run(self.source, out)
            finally:
                os._exit(0)
        if arm is None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        shown.kills += os.WIFSIGNALED(status)
        for told in out.glob("*/row.json"):
            try:
                json.loads(told.read_text(encoding="utf-8"))
                load_plan(told.parent)
            except Exception as error:  # noqa: BLE001 - whatever it is, the row was called done and is not
                shown.wrong.append(f"{told.parent.name}: {type(error).__name__}")

    def finish(self, out: Path, shown: Shown) -> Shown:
        """Goes on to the end and compares."""
        stood = {path.parent.name for path in out.glob("*/row.json")}
        with self.quickly() as maker:
            ended, events = run(self.source, out)
        made = {one.folder for one in events if getattr(one, "state", "") == "done"}
        shown.again = len(stood & made)
        if ended.left:
            shown.wrong.append(f"{ended.left} rows left")
        if outcome(out) != self.whole:
            shown.wrong.append("another outcome")
        shown.wrong += [f"litter {path.name}" for path in out.rglob("*.part")]
        for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines():
            json.loads(line)
        with self.quickly() as maker:
            run(self.source, out)
        if maker.asked:
            shown.wrong.append("a repeated command made plans")
        if shown.again:
            shown.wrong.append(f"{shown.again} finished rows made again")
        return shown


def at_point(yard: Yard, name: str, scratch: Path) -> Shown:
    """Dies at a named moment, then goes on."""
    shown = Shown(name)
    yard.killed(scratch / "out", shown, arm=POINTS[name])
    if not shown.kills:
        shown.wrong.append("the failpoint was not reached")
    return yard.finish(scratch / "out", shown)


def at_random(yard: Yard, seed: int, kills: int, scratch: Path) -> Shown:
    """Dies several times at random moments of its life, then goes on to the end."""
    dice, shown = random.Random(seed), Shown(f"seed {seed}")
    for _ in range(kills):
        yard.killed(scratch / "out", shown, after=dice.uniform(0.0, yard.seconds * 1.1))
    return yard.finish(scratch / "out", shown)


def sample(folder: Path) -> Result:
    """One real plan, which every row is given."""
    return plan(ROW, Options(out=folder, model="playbook", as_of=AS_OF))


def main() -> None:
    """The long form, with a line a trial and a summary; exit 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300, help="kills at random moments")
    parser.add_argument("--times", type=int, default=5, help="tries of each of the seven failpoints")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    with TemporaryDirectory(prefix="cehua-batches-") as held:
        scratch = Path(held)
        yard = Yard(scratch, sample(scratch / "sample"))
        shown: list[Shown] = []
        for turn in range(given.times):
            for name in POINTS:
                shown.append(_told(at_point(yard, name, scratch / f"{name}-{turn}".replace(" ", "-"))))
        seed, dead = given.seed, 0
        while dead < given.kills:
            one = _told(at_random(yard, seed, 6, scratch / f"seed-{seed}"))
            shown.append(one)
            dead, seed = dead + one.kills, seed + 1
    wrong = [one for one in shown if one.wrong]
    totals: dict[str, Any] = {name: sum(getattr(one, name) for one in shown) for name in ("kills", "again")}
    sys.stdout.write(
        f"{len(shown)} batches, {totals['kills']} kills in {time.monotonic() - started:.0f} s: {len(wrong)} wrong, "
        f"{totals['again']} finished rows made again\n"
    )
    raise SystemExit(1 if wrong else 0)


def _told(one: Shown) -> Shown:
    sys.stdout.write(f"{one.name}: {one.kills} kills, {'; '.join(one.wrong) or 'ok'}\n")
    sys.stdout.flush()
    return one


if __name__ == "__main__":
    main()
