"""Generated schedules of model calls that must never pass a cap or a rate: `python benchmarks/schedules.py [COUNT]`.

The suite runs a few of them; this runs 2,000 unless told otherwise, each on a clock of its own, and prints what happened.
"""

from __future__ import annotations

import collections
import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, given, settings

from tests.llm.schedules import Plan, run, schedules


def main(count: int) -> None:
    """Plays the schedules; ends with an AssertionError and the smallest failing one when a limit is passed."""
    logging.disable()
    seen: collections.Counter[str] = collections.Counter()

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(schedules())
    def play(plan: Plan) -> None:
        ledger = run(plan)
        ledger.check(plan)
        seen.update(ledger.outcomes)
        seen.update(schedules=1, requests=len(ledger.requests))

    play()
    sys.stdout.write("".join(f"{name:<14} {number}\n" for name, number in seen.most_common()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
