"""What a log of calls says about a run: idle time, prefix reuse, which stage made which call, the critical path."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.resources import prompts_dir
from agent.stages import STAGES
from benchmarks.answers import json_objects
from benchmarks.endpoint import Call

START = "start"
"""Stands for what is asked before any stage begins: a probe, a second reading of the brief."""
_HOMES = {"topics": "themes", "bank": "themes", "reader": START}
"""Prompts that are not called after their stage."""


def in_flight(calls: Iterable[Call], begin: float, end: float) -> float:
    """Seconds between `begin` and `end` in which at least one call was in flight."""
    total, reached = 0.0, begin
    for call in sorted(calls, key=lambda one: one.arrival):
        left, right = max(call.arrival, reached), min(call.end, end)
        if right > left:
            total += right - left
            reached = right
    return total


@functools.cache
def _marks() -> dict[str, tuple[str, ...]]:
    """Prompt file → its lines that stand in no other prompt file: by these a request is known."""
    lines = {
        path.stem: {
            piece.strip()
            for line in path.read_text(encoding="utf-8").splitlines()
            for piece in re.split(r"\{[{%].*?[%}]\}", line)
            if len(piece.strip()) > 12
        }
        for path in prompts_dir().glob("*.md")
    }
    count: dict[str, int] = defaultdict(int)
    for found in lines.values():
        for line in found:
            count[line] += 1
    return {stem: tuple(sorted(line for line in found if count[line] == 1)) for stem, found in lines.items()}


def stage_of(call: Call) -> str:
    """The stage whose prompt a request holds; START for other prompts and for none."""
    text = "\n".join(turn["content"] for turn in call.turns if turn["role"] == "user")
    ids = [stage.id for stage in STAGES]
    best, hits = START, 0
    for stem, lines in _marks().items():
        found = sum(len(line) for line in lines if line in text)
        home = _HOMES.get(stem) or next((i for i in ids if stem == i or stem.startswith((f"{i}_", f"{i}-"))), "")
        if home and found > hits:
            best, hits = home, found
    return best


def _drafts(call: Call) -> frozenset[str]:
    """The longer texts that a request asks to have rewritten."""
    turns = [turn["content"] for turn in call.turns if turn["role"] == "user"]
    return frozenset(text for turn in turns for one in json_objects(turn) for text in _texts(one) if len(text) > 12)


def _texts(value: Any) -> Iterator[str]:
    """What stands under "draft", at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "draft" and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def follows(later: Call, earlier: Call) -> bool:
    """Whether a call can only have been made after another: a retry, a second request in the same talk, a repair of the same drafts."""
    if later.arrival < earlier.end:
        return False
    if later.body_hash == earlier.body_hash:
        return True
    begins = later.turns[: len(earlier.turns)] == earlier.turns
    return (begins and len(later.turns) > len(earlier.turns)) or bool(_drafts(later) & _drafts(earlier))


@dataclass(frozen=True)
class Path:
    """A chain of stages that wait for each other."""

    stages: tuple[str, ...] = ()
    calls: int = 0
    seconds: float = 0.0


def within(calls: Sequence[Call]) -> Path:
    """A stage's own longest chain: its calls run side by side unless one follows from another."""
    ordered = sorted(calls, key=lambda one: one.arrival)
    best: list[tuple[int, float]] = []
    for place, call in enumerate(ordered):
        before = [best[n] for n in range(place) if follows(call, ordered[n])]
        count = max((c for c, _ in before), default=0)
        best.append((count + 1, max((s for _, s in before), default=0.0) + call.end - call.arrival))
    return Path((), max((c for c, _ in best), default=0), max((s for _, s in best), default=0.0))


def critical_path(calls: Sequence[Call]) -> tuple[Path, Path]:
    """The path of the stage graph with most calls and the one with most seconds, measured calls in both.

    What is asked before any stage counts before all of them.
    """
    own: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        own[stage_of(call)].append(call)
    first = within(own[START])
    by_calls: dict[str, Path] = {}
    by_seconds: dict[str, Path] = {}
    for stage in STAGES:
        mine = within(own[stage.id])
        for table, key in ((by_calls, "calls"), (by_seconds, "seconds")):
            before = max((table[name] for name in stage.depends_on), key=lambda p: getattr(p, key), default=first)
            table[stage.id] = Path((*before.stages, stage.id), before.calls + mine.calls, before.seconds + mine.seconds)
    return max(by_calls.values(), key=lambda p: p.calls), max(by_seconds.values(), key=lambda p: p.seconds)


def observed_chain(calls: Sequence[Call]) -> tuple[int, float]:
    """Calls and seconds of the chain that ends last, each link being the call that ended last before the next began.

    This is what happened, waiting for a free place included; the critical path is what had to happen.
    """
    if not calls:
        return 0, 0.0
    link = max(calls, key=lambda one: one.end)
    count, seconds = 1, link.end - link.arrival
    while before := [one for one in calls if one.end <= link.arrival + 0.005 and one is not link]:
        link = max(before, key=lambda one: one.end)
        count, seconds = count + 1, seconds + link.end - link.arrival
    return count, seconds
