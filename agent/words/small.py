"""The shape of a call for a small model: points instead of drafts, facts without targets or bans, one worked turn."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from agent.brief.model import BrandBrief
from agent.data import read_yaml
from agent.llm import Message
from agent.locale import base_language, localise, t
from agent.plan.base import bound
from agent.resources import prompts_dir
from agent.words.items import Item, limit_of
from agent.words.playbook.voice import clip, join
from agent.words.prompts import load_prompt

_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")
_HIDE = {ord(mark): 0xE000 + place for place, mark in enumerate("，。；：！？!?;,.:")}
_SHOW = {code: mark for mark, code in _HIDE.items()}
_CLAUSE = re.compile(r"[，。；：！？!?;\n]+|[,.:](?=\s|$)")


@functools.cache
def _example(language: str) -> dict[str, Any]:
    table: Any = read_yaml(prompts_dir() / "small_example.yaml")
    entry = table[base_language(language)]
    return {
        "user": localise(entry["user"], language),
        "assistant": localise(entry["assistant"], language),
        "tells": tuple(localise(word, language) for word in entry["tells"]),
    }


def prefix(language: str, brief: BrandBrief) -> list[Message]:
    """The turns that all calls of a run begin with: the same bytes for every stage, so that they are read once."""
    example = _example(language)
    return [
        Message("system", f"{load_prompt('small').render({'language': language})}\n{facts(brief)}"),
        Message("user", example["user"]),
        Message("assistant", example["assistant"]),
    ]


def facts(brief: BrandBrief) -> str:
    """The brand, its products and its audience in a few lines; no targets, no bans: a small model quotes what it sees."""
    language = brief.language
    wide = 1 if language.startswith("zh") else 3
    lines = [f"{brief.brand}: {clip(brief.about or brief.category_text, 60 * wide)}"]
    lines += [
        f"- {p.name} {p.price_note} {join([clip(s, 30 * wide) for s in p.selling_points[:2]], language, last=False)}".rstrip()
        for p in brief.products[:3]
    ]
    lines += [f"- {clip(a.name, 40 * wide)}" for a in brief.audience[:2]]
    return f"# {t(language, 'digest.facts')}\n" + "\n".join(lines)


def points(text: str) -> list[str]:
    """A draft as points: its clauses in their order, quotations whole.

    Out of order was tried, so that copying would be no way to answer: the model glued the clauses together as they came
    and lost what they meant.
    """
    held = _QUOTED.sub(lambda m: m.group(0).translate(_HIDE), text)
    return [c.translate(_SHOW).strip() for c in _CLAUSE.split(held) if len(c.strip()) > 1]


def ask(stage_id: str, group: Sequence[Item], language: str) -> Message:
    """The task of one call: points per field."""
    slash = "／" if language.startswith("zh") else " / "
    lines = [
        f"- item{number}.{name}{_within(type(item.target), name, language)}: {slash.join(points(text))}"
        for number, item in enumerate(group, 1)
        for name, text in item.draft().items()
    ]
    heads = ("任务", "要点") if language.startswith("zh") else ("Task", "Points")
    return Message("user", f"# {heads[0]}\n{t(language, f'part.{stage_id}')}\n# {heads[1]}\n" + "\n".join(lines))


def _within(model: type[BaseModel], name: str, language: str) -> str:
    """The length asked for: well under the bound, since a small model overruns."""
    if language.startswith("zh"):
        return f"（{round(bound(limit_of(model, name), language) * 0.8)}字以内）"
    return f" (at most {round(bound(limit_of(model, name), language) * 0.8 / 6)} words)"


def leaks(text: str, language: str) -> bool:
    """Whether an answer holds a word that only the worked example has, or eight characters (four words) of it in a row."""
    example = _example(language)
    if any(word in text.casefold() for word in example["tells"]):
        return True
    answer = example["assistant"]
    if language.startswith("zh"):
        return any(text[i : i + 8] in answer for i in range(len(text) - 7))
    words = text.split()
    return any(" ".join(words[i : i + 4]) in answer for i in range(len(words) - 3))


def broken(text: str) -> bool:
    """Whether an answer shows its seams: a slash between points, or quotation marks that do not pair."""
    return bool(re.search(r"[／/]", text)) or any(
        text.count(left) != text.count(right) for left, right in ("“”", "「」", "（）", "()")
    )


def strays(text: str, draft: str, known: str) -> str:
    """Why an answer strays from its points, or "": it may say little that they and the facts do not, and must keep half of them.

    Counted in pairs of characters (Chinese) or in words (English): at least 70 % of the answer's stand in the points or the
    facts, at least 50 % of the draft's stand in the answer. A small model without this bound invents friends and journeys.
    """
    said, drafted = _units(text), _units(draft)
    if not said or not drafted:
        return "empty"
    if len(said & (drafted | _units(known))) / len(said) < 0.7:
        return "says what the points do not"
    return "leaves out half of the points" if len(said & drafted) / len(drafted) < 0.5 else ""


def _units(text: str) -> set[str]:
    words = {w.casefold() for w in re.findall(r"[A-Za-z0-9][\w'’-]*", text)}
    runs = re.findall(r"[一-鿿]+", text)
    return words | {run[i : i + 2] for run in runs for i in range(max(len(run) - 1, 1))}


def numbers_with_units(text: str) -> set[str]:
    """Every number with what follows it: "两小时" is not "两天", "18 days" is not "18 hours"."""
    found = re.findall(r"(\d+(?:[.,]\d+)*)\s*([%％]|[A-Za-z]+|[一-鿿])?", text)
    return {f"{number.replace(',', '')}{unit.casefold()}" for number, unit in found}
