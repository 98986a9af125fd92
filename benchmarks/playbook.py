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


LARGE = {
    "brand": "Nine Rivers", "language": "en", "markets": ["CN", "US"], "budget": "RMB 10m", "period": "1 Jan 2027 to 31 Dec 2027",
    "platforms": {"must": ["xiaohongshu", "douyin", "wechat", "weibo", "bilibili", "instagram", "tiktok", "youtube", "linkedin"]},
    "team": [f"specialist {number}, 40 hours a week" for number in range(1, 21)],
}  # fmt: skip
"""Twelve months, nine platforms, twenty people."""


def frame_milliseconds(brief: Path | dict[str, object]) -> float:
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
    large = statistics.median(frame_milliseconds(LARGE) for _ in range(RUNS))
    sys.stdout.write(f"{'12 months, 9 platforms, 20 people':40} frame {large:5.1f} ms\n")


if __name__ == "__main__":
    main()
