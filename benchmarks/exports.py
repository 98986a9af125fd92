"""How long all formats of a plan take together, and how much memory: a process of its own for every example plan and a large one.

`python -m benchmarks.exports [RUNS]`: medians of RUNS (three unless told otherwise). The clock runs from the start of the process to its
end: interpreter, imports, reading plan.json, ten formats, writing. Ends with 1 when a threshold is not held.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.playbook import AS_OF, BRIEFS, LARGE

SECONDS, MEGABYTES = 10.0, 600.0
"""Thresholds for an example plan on two cores; the large one has none."""


def plan_of(brief: Path | dict[str, object], folder: Path) -> Path:
    """The run folder of the playbook's plan for a brief."""
    from agent import Options
    from agent import plan as make_plan

    return make_plan(brief, Options(out=folder, model="playbook", as_of=AS_OF, formats=("json",))).run_dir


def exported(run: Path) -> tuple[float, float, float]:
    """Wall-clock seconds, seconds of processor time and peak megabytes of one `cehua export RUN --all`."""
    command = [str(Path(sys.executable).with_name("cehua")), "export", str(run), "--all"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    peak = _peak(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak


def _peak(process: subprocess.Popen[bytes]) -> float:
    """Waits for a process; its peak resident memory in megabytes. Raises SystemExit when it failed."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{process.args!r} ended with {process.returncode}")
    return usage.ru_maxrss / 1024


def measured(name: str, run: Path, runs: int) -> bool:
    """Prints one line; whether the thresholds are held."""
    wall, work, peak = (statistics.median(column) for column in zip(*(exported(run) for _ in range(runs)), strict=True))
    held = name == "large" or (wall < SECONDS and peak < MEGABYTES)
    mark = "" if name == "large" else "  held" if held else "  NOT HELD"
    sys.stdout.write(f"{name:18} wall {wall:5.1f} s   processor {work:5.1f} s   peak {peak:4.0f} MB{mark}\n")
    sys.stdout.flush()
    return held


def main(runs: int) -> None:
    """Prints one line a plan."""
    with tempfile.TemporaryDirectory() as scratch:
        briefs: dict[str, Path | dict[str, object]] = {one.stem: one for one in BRIEFS}
        briefs["large"] = LARGE
        made = {name: plan_of(brief, Path(scratch) / name) for name, brief in briefs.items()}
        held = [measured(name, run, runs) for name, run in made.items()]
    raise SystemExit(not all(held))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
