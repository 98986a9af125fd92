"""The desk in Chromium: from paste to the first readable plan, from an instruction to its proposal and to the new version.

    python -m benchmarks.desk --rounds 5

starts a desk of its own on a free port, without a model, and prints medians: seconds on the clock as the browser sees them, and the
server's own processor seconds. Needs Debian's Chromium.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BRIEFS = {
    "zh-CN": ("岫里茶是一个冷泡茶品牌，主打冷泡龙井，8.8元一包。要做小红书和抖音，三个月，预算20万元，运营一人每周30小时。目标：小红书粉丝从3200到12000。", "总预算改成25万"),
    "en": ("Harbour Lane is a bakery in Leeds. Spring plan for Instagram and TikTok, three months, £600, one person with 6 hours a week. Goal: 30 pre-orders a week.", "Total budget is now £900"),
}  # fmt: skip
"""Language of the page → a brief and an instruction."""
WAIT = 120_000
"""Milliseconds after which the browser gives up."""
PLAN, REVISION = 4.0, 2.0
"""Seconds on the clock within which a plan and a revision, shown and applied, have to be there."""
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A desk of its own: address and process id."""
    home = Path(tempfile.mkdtemp(prefix="cehua-desk-bench-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CEHUA_", "OPENAI_", "GRADIO_"))}
    told = {f"CEHUA_{name.upper()}_DIR": str(home / name) for name in ("runs", "data")}
    process = subprocess.Popen(
        [sys.executable, "-c", "from agent.cli import app; app()", "ui", "--port", "0"],
        env={**kept, **told, "CEHUA_MODEL": "playbook"}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        line = process.stderr.readline() if process.stderr else ""
        found = re.search(r"http://[\d.]+:\d+", line)
        if not found:
            raise SystemExit(f"The desk did not start: {line}")
        yield found[0], process.pid
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def spent(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


WATCH = """([press, shown]) => new Promise((done) => {
  const from = performance.now();
  const there = () => new Function("return " + shown)();
  const watch = new MutationObserver(() => { if (there()) { watch.disconnect(); done((performance.now() - from) / 1000); } });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  document.querySelector(press).click();
})"""
"""Seconds from a press to what then shows, as the page itself sees it: a driver that asks again and again takes time from the page."""


class Clock:
    """Seconds by name, on the clock and of the server's processor."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.wall: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def time(self, name: str, page: Any, press: str, shown: str) -> None:
        """Measures from a press of a button to the moment at which an expression of the page holds."""
        cpu = spent(self._pid)
        self.wall.setdefault(name, []).append(page.evaluate(WATCH, [press, shown]))
        self.cpu.setdefault(name, []).append(spent(self._pid) - cpu)


def once(page: Any, clock: Clock, language: str) -> None:
    """A brief, its plan, an instruction, its application."""
    brief, instruction = BRIEFS[language]
    page.fill("#brief-text textarea", brief)
    page.wait_for_timeout(300)
    clock.time(
        f"{language}: paste to plan",
        page,
        "#begin",
        "document.querySelector('.plan-page > article p')?.offsetHeight > 0",
    )
    page.wait_for_selector("#send:not([disabled])")
    page.fill("#say textarea", instruction)
    page.wait_for_timeout(300)
    proposed = "document.querySelector('.theirs [data-do=apply]')"
    clock.time(f"{language}: instruction to proposal", page, "#send", proposed)
    page.wait_for_timeout(300)
    changed = "document.querySelectorAll('#versions .versions > li').length === 2"
    clock.time(f"{language}: apply to new version", page, ".theirs [data-do=apply]", changed)


def main() -> None:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--languages", default="zh-CN,en")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with served() as (address, pid), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        clock = Clock(pid)
        for _ in range(options.rounds):
            for language in options.languages.split(","):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.set_default_timeout(WAIT)
                page.goto(f"{address}/{language}/")
                page.wait_for_selector("#understood .brief-form")
                once(page, clock, language)
                page.close()
        browser.close()
    raise SystemExit(0 if told(clock, options.languages.split(",")) else 1)


def told(clock: Clock, languages: list[str]) -> bool:
    """Prints the medians, the first round's beside them, and says whether all was held."""
    sys.stdout.write(f"{'median (first)':34} {'clock, s':>16} {'server CPU, s':>16}\n")
    middle = {name: statistics.median(wall) for name, wall in clock.wall.items()}
    for name, wall in clock.wall.items():
        cpu = clock.cpu[name]
        sys.stdout.write(
            f"{name:34} {middle[name]:8.2f} ({wall[0]:.2f}) {statistics.median(cpu):8.2f} ({cpu[0]:.2f})\n"
        )
    held = True
    for one in languages:
        revision = middle[f"{one}: instruction to proposal"] + middle[f"{one}: apply to new version"]
        for what, value, most in (("plan", middle[f"{one}: paste to plan"], PLAN), ("revision", revision, REVISION)):
            held &= value < most
            sys.stdout.write(
                f"{one} {what}: {value:.2f} s, under {most:g} s: {'held' if value < most else 'NOT HELD'}\n"
            )
    return held


if __name__ == "__main__":
    main()
