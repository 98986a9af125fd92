"""Writes the plans under examples/plans/ again, and the README's excerpt: every brief by the playbook; with --local the sample also by the embedded model."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
import tempfile
from pathlib import Path

from agent import Options, plan

HERE = Path(__file__).parent
AS_OF = dt.date(2026, 11, 23)
SAMPLE = "tea-zh"


def write(brief: Path, model: str, name: str, formats: tuple[str, ...]) -> None:
    """Makes one plan in a scratch folder and keeps its exports."""
    with tempfile.TemporaryDirectory() as scratch:
        result = plan(brief, Options(out=Path(scratch) / "run", model=model, as_of=AS_OF, formats=formats))
        for path in result.exports:
            shutil.copy(path, HERE / "plans" / f"{name}{path.suffix}")
    errors = [f"{f.code} {f.where}" for f in result.plan.findings if f.severity == "error"]
    sys.stdout.write(f"{name}: {result.seconds:.1f} s, errors: {', '.join(errors) or 'none'}\n")


def excerpt() -> None:
    """Puts the idea and the verdict of the sample plan into the README, between its markers."""
    readme = HERE.parent / "README.md"
    text, plan_text = readme.read_text(encoding="utf-8"), (HERE / "plans" / f"{SAMPLE}.md").read_text(encoding="utf-8")
    shown = plan_text.partition("### 核心创意")[2].partition("### 投入")[0]
    lines = [line for line in shown.strip().splitlines() if line and not line.startswith(("- (", "### "))]
    head, mark, rest = text.partition(f"<!-- excerpt: examples/plans/{SAMPLE}.md -->\n")
    tail = rest.partition("<!-- /excerpt -->")[2]
    quoted = "> " + "\n> ".join(
        line if line.startswith("|") and before.startswith("|") else f"\n> {line}"
        for before, line in zip(["", *lines], lines, strict=False)
    ).removeprefix("\n> ")
    readme.write_text(f"{head}{mark}{quoted}\n<!-- /excerpt -->{tail}", encoding="utf-8")


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--local", action="store_true", help="also let the embedded model write the sample")
    asked = parser.parse_args()
    (HERE / "plans").mkdir(exist_ok=True)
    for brief in sorted((HERE / "briefs").iterdir()):
        write(brief, "playbook", brief.stem, ("md",))
    excerpt()
    if asked.local:
        brief = next(path for path in (HERE / "briefs").iterdir() if path.stem == SAMPLE)
        write(brief, "local", f"{SAMPLE}.local", ("md", "json"))


if __name__ == "__main__":
    main()
