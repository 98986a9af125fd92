"""How long a playbook plan takes, process start to exit, and the pure frame inside it: medians of five, per example brief."""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load

BRIEFS = sorted((Path(__file__).parents[1] / "examples" / "briefs").iterdir())
AS_OF = dt.date(2026, 11, 23)
RUNS = 5


def process_seconds(brief: Path) -> float:
    """Wall-clock seconds of one `cehua plan … --model playbook --json`."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [str(Path(sys.executable).with_name("cehua")), "plan", str(brief), "--model", "playbook", "--json"]
        started = time.perf_counter()
        done = subprocess.run(
            [*command, "--as-of", AS_OF.isoformat(), "--out", f"{scratch}/run"], capture_output=True, check=False
        )
        took = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return took


def frame_milliseconds(brief: Path) -> float:
    """Milliseconds of the frame alone, everything imported."""
    knowledge = load()
    filled = read_brief(brief, as_of=AS_OF).filled
    build_frame(filled, as_of=AS_OF, knowledge=knowledge)
    started = time.perf_counter()
    build_frame(filled, as_of=AS_OF, knowledge=knowledge)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Prints one line a brief."""
    for brief in BRIEFS:
        whole = statistics.median(process_seconds(brief) for _ in range(RUNS))
        frame = statistics.median(frame_milliseconds(brief) for _ in range(RUNS))
        sys.stdout.write(f"{brief.stem:18} process {whole:5.2f} s   frame {frame:5.1f} ms\n")


if __name__ == "__main__":
    main()
