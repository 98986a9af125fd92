"""The shape of a call for a small model: say each draft in other words, after one worked turn; and what its answer must keep."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from typing import Any

from agent.data import read_yaml
from agent.llm import Message
from agent.locale import base_language, localise
from agent.resources import prompts_dir
from agent.words.accept import Refusal
from agent.words.items import Ask, Group, room
from agent.words.prompts import load_prompt
from agent.words.shape import Material, Words

_QUOTED = re.compile(r"“([^”]*)”|「([^」]*)」")
_NEGATION = re.compile(r"[不没沒未无無别別非勿]|\b(?:no|not|never|none|nothing|nobody|without|cannot)\b|n['’]t\b", re.I)


@functools.cache
def _example(language: str) -> dict[str, Any]:
    table: Any = read_yaml(prompts_dir() / "small_example.yaml")
    entry = table[base_language(language)]
    return {
        "user": localise(entry["user"], language),
        "assistant": localise(entry["assistant"], language),
        "tells": tuple(localise(word, language) for word in entry["tells"]),
    }


def prefix(language: str) -> list[Message]:
    """The turns that all calls of a run begin with: the same bytes for every stage, so that they are read once."""
    example = _example(language)
    return [
        Message("system", load_prompt("small").render({"language": language})),
        Message("user", example["user"]),
        Message("assistant", example["assistant"]),
    ]


class Small:
    """A model that only says drafts in other words, and is held to the draft's own facts."""

    def first(self, prefix: Sequence[Message], group: Group, material: Material) -> list[Message]:
        """The drafts, to be said in other words."""
        drafts = {ask.label: {name: ask.item.drafts[name] for name in ask.names} for ask in group}
        return [*prefix, Message("user", json.dumps(drafts, ensure_ascii=False))]

    def again(
        self, asked: Sequence[Message], words: Words, refusals: Sequence[tuple[Ask, str, Refusal]], language: str
    ) -> list[Message]:
        """The refused fields as a fresh task: a small model copies whatever answer it is shown."""
        drafts: dict[str, dict[str, str]] = {}
        for ask, name, _ in refusals:
            drafts.setdefault(ask.label, {})[name] = ask.item.drafts[name]
        return [*asked[:-1], Message("user", json.dumps(drafts, ensure_ascii=False))]

    def room(self, group: Group, language: str) -> int:
        """Every field at its bound."""
        return room(group, language)

    def temperature(self, round: int) -> float | None:
        """As the prompt file says."""
        return load_prompt("small").temperature(round)

    def stray(self, new: str, draft: str, language: str) -> Refusal | None:
        """What shows its seams, leaks the example, or says something else than the draft."""
        if leaks(new, language):
            return Refusal("astray", "the example leaked")
        if broken(new):
            return Refusal("astray", "shows its seams")
        if astray := strays(new, draft):
            return Refusal("astray", astray)
        strange = numbers_with_units(new) - numbers_with_units(draft)
        return Refusal("astray", f"a number with another unit: {sorted(strange)[0]}") if strange else None


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


def strays(text: str, draft: str) -> str:
    """Why an answer strays from its draft, or "": it may say little that the draft does not, and must keep half of it.

    Counted in pairs of characters (Chinese) or in words (English): at least 60 % of the answer's stand in the draft, at least
    50 % of the draft's in the answer, every quotation and as many negations. A small model without this bound invents friends and journeys.
    """
    if any(_bare(quoted) not in _bare(text) for quoted in _quotations(draft)):
        return "a quotation lost or changed"
    said, drafted = _units(text), _units(draft)
    if not said or not drafted:
        return "empty"
    if len(said & drafted) / len(said) < 0.6:
        return "says what the draft does not"
    if len(said & drafted) / len(drafted) < 0.5:
        return "leaves out half of the draft"
    return "" if len(_NEGATION.findall(text)) == len(_NEGATION.findall(draft)) else "a negation lost or added"


def _quotations(text: str) -> list[str]:
    return [one or other for one, other in _QUOTED.findall(text)]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _units(text: str) -> set[str]:
    words = {w.casefold() for w in re.findall(r"[A-Za-z0-9][\w'’-]*", text)}
    runs = re.findall(r"[一-鿿]+", text)
    return words | {run[i : i + 2] for run in runs for i in range(max(len(run) - 1, 1))}


def numbers_with_units(text: str) -> set[str]:
    """Every number with what follows it: "两小时" is not "两天", "18 days" is not "18 hours"."""
    found = re.findall(r"(\d+(?:[.,]\d+)*)\s*([%％]|[A-Za-z]+|[一-鿿])?", text)
    return {f"{number.replace(',', '')}{unit.casefold()}" for number, unit in found}
