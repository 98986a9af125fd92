"""How long the compliance reader takes for 10,000 characters: `python benchmarks/compliance.py`."""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agent.compliance import read, read_facts
from tests.compliance.corpus import samples

ROUNDS = 15


def text(tongue: str, length: int = 10_000) -> str:
    """Marketing copy of a length: the corpus's sentences one after another, bad and clean."""
    lines = [one.text for group in range(1, 9) for one in samples(f"{group}-{tongue}")]
    made = ""
    for line in itertools.cycle(lines):
        if len(made) >= length:
            return made[:length]
        made += line + ("。" if tongue == "zh" else " ")
    raise AssertionError("cycle ended")


def main() -> None:
    cases = (
        ("zh", "CN", "food", "xiaohongshu"),
        ("zh", "CN", "beauty", "douyin"),
        ("en", "GLOBAL", "food", "instagram"),
        ("en", "CN", "food", "xiaohongshu"),
    )
    for tongue, region, category, platform in cases:
        facts = {
            "region": region,
            "category": category,
            "platform": platform,
            "paid": False,
            "author": "brand",
            "ai_media": False,
        }
        copy = text(tongue)
        found = read(copy, **facts).findings
        times, cpu = [], []
        for _ in range(ROUNDS):
            read_facts.cache_clear()  # the text is new to the reader every time
            start, used = time.perf_counter(), time.process_time()
            read(copy, **facts)
            times.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - used) * 1000)
        sys.stdout.write(
            f"{tongue} {region:<6} {category:<6} {len(copy):,} characters, {len(found)} findings: "
            f"median {statistics.median(times):.0f} ms, of it processor {statistics.median(cpu):.0f} ms, best {min(times):.0f} ms\n"
        )


if __name__ == "__main__":
    main()
