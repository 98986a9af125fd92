"""The embedded model on the sample briefs: time, first text, memory, tokens, whose words; and pairs to be read side by side.

    python -m benchmarks.local_run                        both briefs, figures
    python -m benchmarks.local_run --pairs 10 --seed 7    and ten items, model beside playbook

Each brief is written in a process of its own, so that loading the model counts and the peak memory is that of one run.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from agent.checks.words import model_share
from agent.plan.model import MarketingPlan
from agent.stages import STAGES
from agent.words.items import groups_for

EXAMPLES = Path(__file__).parents[1] / "examples" / "briefs"
BRIEFS = [EXAMPLES / "tea-zh.yaml", EXAMPLES / "b2b-en.md"]
AS_OF = dt.date(2026, 11, 23)


def one_run(brief: Path, out: Path, model: str) -> dict[str, Any]:
    """Makes one plan in this process; its figures."""
    begin = time.monotonic()
    from agent.api import Options, aplan

    seen: dict[str, float] = {}
    first_record = 0.0

    def hear(event: Any) -> None:
        nonlocal first_record
        now = time.monotonic() - begin
        seen.setdefault(event.kind, now)
        share = getattr(event, "share", 0.0)
        if share and not first_record:
            first_record = now

    result = asyncio.run(aplan(brief, Options(out=out, model=model, as_of=AS_OF), on_event=hear))
    wall = time.monotonic() - begin
    started = time.time() - wall
    records = [path.stat().st_mtime - started for path in (out / "journal").rglob("*.json")]
    words = result.plan.words
    return {
        "brief": brief.stem,
        "wall_s": wall,
        "first_event_s": seen,
        "first_accepted_s": first_record or None,
        "first_record_s": min(records, default=None),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "usage": result.usage,
        "model_share": model_share(result.plan) or 0.0,
        "share_per_part": {name: one.model_share for name, one in words.items() if one.characters},
        "characters": sum(one.characters for one in words.values()),
        "rejected": sum(len(one.rejected) for one in words.values()),
        "findings": {s: sum(f.severity == s for f in result.plan.findings) for s in ("error", "warning")},
    }


def prose(plan: MarketingPlan, stage_id: str) -> dict[str, str]:
    """Place → text of a part's listed prose."""
    stage = next(one for one in STAGES if one.id == stage_id)
    part = getattr(plan, stage_id)
    return {
        f"{stage_id}.{ask.item.place}.{name}".replace("..", "."): ask.item.drafts[name]
        for group in groups_for(part, part, stage.rewrites, "small")
        for ask in group
        for name in ask.names
    }


def pairs(brief: Path, plan: MarketingPlan, count: int, seed: int) -> list[tuple[str, str, str]]:
    """Place, the playbook's text and the model's, of `count` items drawn by `seed` among those that differ."""
    from agent.api import Options, aplan

    with tempfile.TemporaryDirectory() as scratch:
        plain = asyncio.run(aplan(brief, Options(out=Path(scratch, "run"), model="playbook", as_of=AS_OF))).plan
    found = []
    for stage in STAGES:
        before, after = prose(plain, stage.id), prose(plan, stage.id)
        found += [(place, before[place], text) for place, text in after.items() if before.get(place, text) != text]
    return random.Random(seed).sample(found, min(count, len(found)))


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Threshold, measured value, held."""
    first = found["first_event_s"].get("StageText")
    tokens = found["usage"].get("completion_tokens", 0)
    shares = {name: share for name, share in found["share_per_part"].items() if share}
    lowest = min(shares, key=lambda name: shares[name], default="")
    return [
        ("under 8 minutes", f"{found['wall_s']:.0f} s", found["wall_s"] < 480),
        ("first model text within 25 s", f"{first:.1f} s" if first else "none", bool(first) and first <= 25),
        ("peak memory under 4 GB", f"{found['peak_rss_mb']:,.0f} MB", found["peak_rss_mb"] < 4096),
        ("at most 5,000 tokens written", f"{tokens:,}", 0 < tokens <= 5000),
        ("≥ 70 % of the listed prose is the model's", f"{found['model_share']:.1%}", found["model_share"] >= 0.7),
        ("every part the model wrote ≥ 40 %", f"{lowest} {shares.get(lowest, 0):.0%}; {len(shares)} of {len(found['share_per_part'])} parts", min(shares.values(), default=0) >= 0.4),
    ]  # fmt: skip


def main() -> None:
    """A child process for each brief; exit 1 when a threshold is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("briefs", nargs="*", type=Path, default=BRIEFS)
    parser.add_argument("--model", default="local")
    parser.add_argument("--pairs", type=int, default=0, help="items to print, model beside playbook")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the run folders here")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        sys.stdout.write(json.dumps(one_run(given.briefs[0], given.out, given.model), ensure_ascii=False))
        return
    held, rows = True, []
    with tempfile.TemporaryDirectory() as scratch:
        for brief in given.briefs:
            out = (given.out or Path(scratch)) / brief.stem
            command = [sys.executable, "-m", "benchmarks.local_run", str(brief.resolve()), "--child", "--out", str(out.resolve()), "--model", given.model]  # fmt: skip
            done = subprocess.run(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, check=True, text=True)
            found = json.loads(done.stdout)
            held &= all(ok for _, _, ok in verdicts(found))
            plan = MarketingPlan.model_validate_json((out / "plan.json").read_text(encoding="utf-8"))
            found["pairs"] = pairs(brief, plan, given.pairs, given.seed) if given.pairs else []
            rows.append(found)
            if not given.json:
                _tell(found)
    if given.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    raise SystemExit(0 if held else 1)


def _tell(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if name != "pairs":
            sys.stdout.write(f"{name:18} {value}\n")
    for what, value, ok in verdicts(found):
        sys.stdout.write(f"{'held    ' if ok else 'NOT HELD'} {what}: {value}\n")
    for place, before, after in found["pairs"]:
        sys.stdout.write(f"\n{place}\n  playbook: {before}\n  model:    {after}\n")


if __name__ == "__main__":
    main()
