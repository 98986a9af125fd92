"""A six-month, two-platform plan against an endpoint of stated speed: time, tokens, idle share, prefix reuse, critical path.

    python -m benchmarks.model_run                        both briefs of benchmarks/briefs/
    python -m benchmarks.model_run BRIEF --method tools   one brief, one structured-output method
    python -m benchmarks.model_run --method all           the same plan through all three, compared word by word

The endpoint is a process of its own (endpoint.py); figures come from its log and from the run's events. Exit 1 when a
threshold is not held.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.api import Options, Result, aplan
from agent.brief.model import Intake
from agent.errors import CehuaError
from agent.llm import ModelSpec, open_model
from agent.run.finder import open_finder
from agent.settings import load_settings
from benchmarks.endpoint import METHODS, Call
from benchmarks.measure import critical_path, in_flight, observed_chain, stage_of
from benchmarks.remote import Remote

BRIEFS = sorted((Path(__file__).parent / "briefs").iterdir())
AS_OF = dt.date(2026, 11, 23)


@dataclass
class Run:
    """One run and what was seen of it."""

    brief: str
    method: str
    result: Result | None
    error: str
    calls: list[Call]
    begin: float
    end: float
    events: list[tuple[float, Any]] = field(default_factory=list)
    baseline: Counter[str] = field(default_factory=Counter)
    """Error findings of the playbook's plan, by code."""
    plan_text: str = ""


async def ready(intake: Intake) -> None:
    """What a process does once and not for every plan: makes its first request (to another server), opens the search index."""
    with Remote() as other:
        other.point()
        settings = load_settings()
        model = open_model(ModelSpec.parse("openai:bench", settings), settings)
        await model.ready()
        await model.aclose()
    await asyncio.to_thread(_open_index, intake)


def _open_index(intake: Intake) -> None:
    find = open_finder(intake, "", load_settings())
    if find:
        for query in ("social media budget", "社媒预算怎么分"):  # the second loads the Chinese dictionary
            find(query)


async def run(brief: Path, method: str, options: argparse.Namespace) -> Run:
    """Makes the plan once; the playbook's plan of the same brief first, for its findings."""
    allowed = method if method in METHODS else ",".join(METHODS)
    speed = ["--ttft", str(options.ttft), "--rate", str(options.rate)]
    with tempfile.TemporaryDirectory() as scratch, Remote("--methods", allowed, *speed) as server:
        plain = await aplan(brief, Options(out=Path(scratch, "plain"), model="playbook", as_of=AS_OF))
        await ready(plain.intake)
        server.point()
        out, events = Path(scratch, "run"), []
        begin = time.monotonic()
        result, error = None, ""
        try:
            result = await aplan(
                brief,
                Options(out=out, model="openai:bench", as_of=AS_OF),
                on_event=lambda event: events.append((time.monotonic(), event)),
            )
        except CehuaError as problem:
            error = str(problem)
        end = time.monotonic()
        errors = Counter(f.code for f in plain.plan.findings if f.severity == "error")
        text = (out / "plan.json").read_text(encoding="utf-8")
        return Run(brief.stem, method, result, error, server.calls(), begin, end, events, errors, text)


def figures(run: Run) -> dict[str, Any]:
    """Everything that is printed, by name."""
    calls, wall = run.calls, run.end - run.begin
    good = [call for call in calls if call.status == 200]
    first, last = min((c.arrival for c in calls), default=run.begin), max((c.end for c in calls), default=run.begin)
    fewest, longest = critical_path(good)
    chain, chain_seconds = observed_chain(good)
    prompt = sum(c.prompt_tokens for c in good)
    busy = in_flight(good, run.begin, run.end)
    plan = run.result.plan if run.result else None
    errors = Counter(f.code for f in plan.findings if f.severity == "error") if plan else Counter()
    return {
        "brief": run.brief,
        "method": run.method,
        "error": run.error,
        "wall_s": wall,
        "model_part_s": last - first,
        "before_first_call_s": first - run.begin,
        "after_last_call_s": run.end - last,
        "calls": len(good),
        "calls_by_status": dict(Counter(str(c.status) for c in calls)),
        "calls_by_stage": dict(Counter(stage_of(c) for c in good)),
        "tokens_written": sum(c.tokens for c in good),
        "prompt_tokens": prompt,
        "shared_prefix": sum(c.shared_tokens for c in good) / max(prompt, 1),
        "warm_prefix": sum(c.warm_tokens for c in good) / max(prompt, 1),
        "idle_of_run": 1 - busy / wall,
        "idle_of_model_part": 1 - busy / max(last - first, 1e-9),
        "critical_calls": fewest.calls,
        "critical_calls_path": list(fewest.stages),
        "critical_s": longest.seconds,
        "critical_path": list(longest.stages),
        "wall_over_critical": wall / longest.seconds if longest.seconds else float("inf"),
        "model_part_over_critical": (last - first) / longest.seconds if longest.seconds else float("inf"),
        "observed_chain": [chain, chain_seconds],
        "model_share": {name: words.model_share for name, words in plan.words.items()} if plan else {},
        "rejected": sum(len(words.rejected) for words in plan.words.values()) if plan else 0,
        "findings": dict(Counter(f.severity for f in plan.findings)) if plan else {},
        "new_errors": dict(errors - run.baseline),
    }


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Threshold, measured value, held."""
    return [
        ("run finished", found["error"] or "yes", not found["error"]),
        ("all stages in under 35 s", f"{found['wall_s']:.1f} s", found["wall_s"] < 35),
        ("under 10,000 tokens written", f"{found['tokens_written']:,}", 0 < found["tokens_written"] < 10_000),
        (
            "no call in flight: under 5 % of the run",
            f"{found['idle_of_run']:.1%} (between first and last call {found['idle_of_model_part']:.1%})",
            found["idle_of_run"] < 0.05,
        ),
        (
            "wall under 1.1 × the critical path",
            f"{found['wall_over_critical']:.2f} (first to last call {found['model_part_over_critical']:.2f})",
            found["wall_over_critical"] < 1.1,
        ),
        ("critical path of at most six calls", str(found["critical_calls"]), 0 < found["critical_calls"] <= 6),
        ("≥ 60 % of prompt tokens in a shared prefix", f"{found['shared_prefix']:.1%}", found["shared_prefix"] >= 0.6),
        (
            "no error finding that the playbook's plan lacks",
            str(found["new_errors"] or "none"),
            not found["new_errors"],
        ),
    ]


def told(found: dict[str, Any]) -> str:
    """The figures for a reader."""
    shares = found["model_share"]
    low = sorted(shares, key=lambda name: shares[name])[:4]
    lines = [
        f"{found['brief']} · {found['method']}",
        f"  wall {found['wall_s']:.1f} s: {found['before_first_call_s']:.1f} s before the first call, "
        f"{found['model_part_s']:.1f} s from first to last, {found['after_last_call_s']:.1f} s after it",
        f"  {found['calls']} calls {found['calls_by_stage']}; by status {found['calls_by_status']}",
        f"  {found['tokens_written']:,} tokens written, {found['prompt_tokens']:,} read; in a prefix shared with an earlier call "
        f"{found['shared_prefix']:.1%}, with one whose first token was out {found['warm_prefix']:.1%}",
        f"  idle {found['idle_of_run']:.1%} of the run, {found['idle_of_model_part']:.1%} between first and last call",
        f"  critical path {found['critical_s']:.1f} s ({' → '.join(found['critical_path'])}); most calls {found['critical_calls']} "
        f"({' → '.join(found['critical_calls_path'])})",
        f"  observed chain {found['observed_chain'][0]} calls, {found['observed_chain'][1]:.1f} s; wall ÷ critical path "
        f"{found['wall_over_critical']:.2f}, model part ÷ critical path {found['model_part_over_critical']:.2f}",
        f"  model share {min(shares.values(), default=0):.0%} to {max(shares.values(), default=0):.0%} "
        f"(least: {', '.join(f'{name} {shares[name]:.0%}' for name in low)}); {found['rejected']} texts not taken; findings {found['findings']}",
    ]
    lines += [f"  {'held    ' if held else 'NOT HELD'} {what}: {value}" for what, value, held in verdicts(found)]
    return "\n".join(lines)


def main() -> None:
    """Runs, prints, compares; exit 1 when a threshold is not held or the methods differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("briefs", nargs="*", type=Path, default=BRIEFS)
    parser.add_argument("--method", choices=[*METHODS, "all", "any"], default="any")
    parser.add_argument("--ttft", type=float, default=0.4, help="seconds to the first token")
    parser.add_argument("--rate", type=float, default=60.0, help="tokens a second after it")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows, held = [], True
    for brief in options.briefs:
        plans = {}
        for method in METHODS if options.method == "all" else [options.method]:
            one = asyncio.run(run(brief, method, options))
            found = figures(one)
            rows.append(found)
            plans[method] = one.plan_text
            held &= all(row[2] for row in verdicts(found)) if options.method != "all" else not one.error
            if not options.json:
                sys.stdout.write(told(found) + "\n")
        if options.method == "all":
            same = len(set(plans.values())) == 1
            held &= same
            rows.append({"brief": brief.stem, "same_plan_through_all_methods": same})
            if not options.json:
                sys.stdout.write(
                    f"{brief.stem}: plan.json through {', '.join(plans)}: {'identical' if same else 'DIFFERENT'}\n"
                )
    if options.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
