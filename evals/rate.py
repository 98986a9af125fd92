"""A blind rating sheet: plans of two writers in random order, the key to who wrote what in a file apart."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from pathlib import Path

from agent.export.markdown import to_markdown
from agent.files import write_text
from evals.case import Case

QUESTIONS = (
    "specific to this client",
    "could be carried out",
    "facts are right",
    "would show it to the client",
    "which one is better (A, B, =)",
)


def sheet(a: Mapping[str, Case], b: Mapping[str, Case], names: tuple[str, str], out: Path, seed: int) -> list[Path]:
    """Writes ratings.csv, one folder with the plans as A and B, and key.csv; the files in that order.

    Briefs that only one writer has are left out. Raises ValueError when there is none that both have.
    """
    shared = sorted(id for id in a if id in b and a[id].plan and b[id].plan)
    if not shared:
        raise ValueError("the two writers have no plan for the same brief")
    rng = random.Random(seed)
    rng.shuffle(shared)
    key: list[tuple[str, ...]] = [("brief", "A", "B")]
    ratings: list[tuple[str, ...]] = [("number", "brief", *QUESTIONS, "remarks")]
    for number, id in enumerate(shared, 1):
        sides = [(names[0], a[id]), (names[1], b[id])]
        rng.shuffle(sides)
        key.append((id, sides[0][0], sides[1][0]))
        ratings.append((str(number), id, *[""] * len(QUESTIONS), ""))
        for side, (_, case) in zip("AB", sides, strict=True):
            assert case.plan is not None
            blind = case.plan.model_copy(deep=True)
            blind.meta.model = ""
            blind.words = {}
            path = out / "plans" / f"{number:02d}-{side}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, to_markdown(blind))
        write_text(out / "plans" / f"{number:02d}-brief.txt", a[id].brief.text)
    files = []
    for name, table in (("ratings.csv", ratings), ("key.csv", key)):
        text = io.StringIO()
        csv.writer(text).writerows(table)
        write_text(out / name, text.getvalue())
        files.append(out / name)
    return [*files, out / "plans"]
