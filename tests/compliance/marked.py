"""What every text of the corpus is read as, written down: `python -m tests.compliance.marked` renews marked.txt after a change was looked at."""

from __future__ import annotations

import hashlib
from pathlib import Path

from agent.compliance import RuleBook
from tests.compliance.corpus import Sample, everything, samples, second
from tests.compliance.measure import reading

FILE = Path(__file__).parent / "marked.txt"


def texts() -> list[Sample]:
    return [*everything(), *second(), *samples("traps")]


def line(sample: Sample, book: RuleBook | None = None) -> str:
    """The text's hash, its marks (rule, span, severity, provision) and the questions it leaves."""
    found = reading(sample, book)
    key = hashlib.sha256(f"{sample.text}{sample.facts}".encode()).hexdigest()[:12]
    marks = " ".join(f"{f.rule}@{f.start}-{f.end}:{f.severity}" for f in found.findings)
    asks = " ".join(f"{q.fact}({','.join(q.rules)})" for q in found.questions)
    return f"{key} | {marks} | {asks}"


def main() -> None:
    FILE.write_text("\n".join(line(one) for one in texts()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
