"""Completeness: every line of what a professional plan holds, in the fields that carry it and in the words that show it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.checks.complete import checklist, missing
from agent.data import read_yaml
from evals.document import plain
from evals.scorers.base import Criterion, Subject, scorer, yes

FILE = Path(__file__).parents[1] / "contents.yaml"


@dataclass(frozen=True)
class Row:
    """One line of the contents checklist."""

    id: str
    part: str
    text: str
    items: tuple[str, ...]
    """Line items of knowledge/contents.yaml, which name the fields."""
    checks: tuple[str, ...]
    """Checks that carry what no field can."""
    zh: str
    """A word that shows it in a Chinese document, as a regular expression."""
    en: str
    """The same in English."""


@functools.cache
def rows() -> tuple[Row, ...]:
    """All lines, from evals/contents.yaml. Raises ValueError for an id used twice."""
    found = [
        Row(f"{part}.{line['id']}", part, line["text"], tuple(line.get("items", ())), tuple(line.get("checks", ())),
            line["zh"], line["en"])
        for part, lines in read_yaml(FILE).items()
        for line in lines
    ]  # fmt: skip
    if len({one.id for one in found}) != len(found):
        raise ValueError("evals/contents.yaml uses an id twice")
    return tuple(found)


@scorer("fields", "Every line of the contents checklist is in its field, and its check is silent")
def fields(subject: Subject) -> Iterator[Criterion]:
    """By the paths of knowledge/contents.yaml and the findings of the plan's checks."""
    paths = {item.id: item.paths for item in checklist()}
    fired = {one.code for one in subject.plan.findings if one.severity != "info"}
    for row in rows():
        lost = [next(missing(subject.plan, path), "") for item in row.items for path in paths.get(item, ())]
        gone = [item for item in row.items if item not in paths]
        wrong = gone + [one for one in lost if one] + [code for code in row.checks if code in fired]
        yield yes(row.id, not wrong, ", ".join(wrong[:3]))


@scorer("completeness", "Every line of the contents checklist shows in the words", words=True)
def completeness(subject: Subject) -> Iterator[Criterion]:
    """A sign of each line stands in its part; in a document without parts, anywhere."""
    every = plain(subject.document.text)
    text = {part: plain("\n".join(texts)) for part, texts in subject.document.parts.items()}
    parted = "" not in text
    for row in rows():
        shown = text.get(row.part, "") if parted else every
        sign = _taiwan(row.zh) if subject.brief.language == "zh-TW" else row.zh if subject.brief.zh else row.en
        yield yes(row.id, re.search(sign, shown) is not None, f"no sign of: {row.text}")


@functools.cache
def _taiwan(sign: str) -> str:
    """A Chinese sign in either script."""
    from agent.locale import localise

    return f"{sign}|{localise(sign, 'zh-TW')}"
