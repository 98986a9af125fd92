"""Holds what was understood of an instruction against what it means; which instructions are held out, by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agent.errors import EditError
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.model import EDIT, Edit, Understood

HERE = Path(__file__).parent / "instructions"
BRIEFS = {"tea": "tea-zh.yaml", "shop": "shop-zh-tw.md", "b2b": "b2b-en.md", "solo": "solo-en.txt"}
LOOSE = frozenset({"name", "guidance", "title"})
"""Free texts that are right when they hold the expected words."""


@dataclass(frozen=True)
class Row:
    """One instruction."""

    plan: str
    say: str
    means: tuple[tuple[dict[str, Any], ...], ...] = ()
    """Readings of which any is right; empty for a question and for what is unclear."""
    asks: bool = False
    about: str = ""
    held_out: bool = field(default=False)


def rows(language: str) -> Iterator[Row]:
    """The instructions of a language."""
    for one in YAML(typ="safe").load((HERE / f"{language}.yaml").read_text(encoding="utf-8")):
        means = one.get("means", [])
        readings = means if means and isinstance(means[0], list) else [means] if means else []
        yield Row(
            one["plan"],
            one["say"],
            tuple(tuple(reading) for reading in readings),
            bool(one.get("asks")),
            one.get("about", ""),
            int(hashlib.sha256(one["say"].encode()).hexdigest(), 16) % 3 == 0,
        )


def right(row: Row, found: Understood, plan: MarketingPlan) -> bool:
    """Whether the typed edits are those that the instruction means; whether a question names what it is about."""
    if row.asks:
        places = " ".join(f"{one.path} {one.source}" for one in found.citations)
        return found.kind == "question" and bool(found.answer) and row.about in places
    if not row.means:
        return found.kind == "unclear" and bool(found.questions)
    return found.kind == "edit" and any(
        len(reading) == len(found.edits)
        and all(_same(got, want, plan) for got, want in zip(found.edits, reading, strict=True))
        for reading in row.means
    )


def _same(got: Edit, want: dict[str, Any], plan: MarketingPlan) -> bool:
    expected, actual = EDIT.validate_python(want).model_dump(), got.model_dump()
    if got.kind != want["kind"]:
        return False
    for name in {*want, *({"start", "end"} & set(expected))}:
        wanted, value = expected[name], actual[name]
        if name == "path":
            if _place(plan, wanted) != _place(plan, value):
                return False
        elif name in LOOSE or (name == "text" and got.kind == "goal"):
            if str(wanted).lower() not in str(value).lower():
                return False
        elif isinstance(wanted, float) and isinstance(value, float | int):
            if abs(wanted - value) > 0.01 * max(1.0, abs(wanted)):
                return False
        elif wanted != value:
            return False
    return True


def _place(plan: MarketingPlan, path: str) -> str:
    try:
        return paths.by_id(plan, path)
    except EditError:
        return path
