"""Which place of the plan an instruction is about: a part, an item by its number or name, one of its texts."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from agent.brief.names import fold
from agent.brief.numbers import chinese_number
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.rebuild import label_of
from agent.revise.rules.talk import Talk, data

LEAST_NAME = 2
"""Characters that an item's name needs to be recognised in an instruction."""


@dataclass(frozen=True)
class Place:
    """A place in the plan and where the instruction names it."""

    path: str
    start: int
    end: int
    field: bool = False
    """Whether it is one text of an item, or a text by itself."""
    whole: bool = False
    """Whether it is a whole part."""


@functools.cache
def _nouns() -> list[tuple[str, re.Pattern[str]]]:
    number = r"(?P<{0}>\d{{1,2}}|[一二三四五六七八九十两]{{1,2}})"
    ranks = "|".join(data()["ordinals"])
    found = []
    for path, nouns in data()["items"].items():
        noun = rf"(?:{nouns})"
        form = (
            rf"第\s*{number.format('a')}\s*(?:个|条|类|位|项|大|号|款)?\s*(?:内容|用户|人群|目标)?{noun}"
            rf"|\b(?P<b>{ranks})\s+(?:content |quality |top |main )?{noun}\b"
            rf"|{noun}\s*(?:no\.?|number|#|第)?\s*{number.format('c')}(?!\d|\s*(?:%|万|元|k\b))"
        )
        found.append((path, re.compile(form)))
    return found


@functools.cache
def _patterns(section: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(path, re.compile(form)) for path, form in data()[section].items()]


def _number(match: re.Match[str]) -> int:
    if match["b"]:
        return int(data()["ordinals"][match["b"]])
    words = match["a"] or match["c"]
    return int(words) if words.isdigit() else int(chinese_number(words) or 0)


def find_item(talk: Talk) -> Place | None:
    """An item by its number ("第三个支柱", "risk 4"), by its id ("T3"), or by its name."""
    best: Place | None = None
    for path, form in _nouns():
        for match in form.finditer(talk.low):
            items = paths.find(talk.plan, path)
            number = _number(match)
            if isinstance(items, list) and 1 <= number <= len(items):
                place = Place(f"{path}[{number - 1}]", match.start(), match.end())
                if best is None or place.end - place.start > best.end - best.start:
                    best = place
    return best or _by_name(talk)


def _by_name(talk: Talk) -> Place | None:
    """An item whose name, or quoted first words, stand in the instruction; the longest name wins."""
    best: tuple[int, Place] | None = None
    for path in data()["items"]:
        items = paths.find(talk.plan, path)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            name = fold(label_of(item)).strip()
            if len(name) < LEAST_NAME or path == "calendar.entries":
                continue
            start = talk.low.find(name)
            if start >= 0 and (best is None or len(name) > best[0]):
                best = (len(name), Place(f"{path}[{number}]", start, start + len(name)))
    return best[1] if best else None


def find_list(talk: Talk) -> tuple[str, int] | None:
    """The list that an instruction names, and where the name ends: the longest name first."""
    found: list[tuple[int, str, int]] = []
    for path, nouns in data()["items"].items():
        if match := re.search(rf"(?:{nouns})", talk.low):
            found.append((match.end() - match.start(), path, match.end()))
    return (max(found)[1], max(found)[2]) if found else None


def find_place(talk: Talk) -> Place | None:
    """The closest place that an instruction names: a text of an item, an item, a text by itself, a part."""
    item = find_item(talk)
    if item:
        return _field(talk, item) or item
    for path, form in _patterns("places"):
        if match := form.search(talk.low):
            value = paths.find(talk.plan, path)
            return Place(path, match.start(), match.end(), field=isinstance(value, str))
    return find_part(talk)


def _field(talk: Talk, item: Place) -> Place | None:
    fields = data()["fields"].get(item.path.rpartition("[")[0], {})
    for name, form in fields.items():
        if match := re.search(form, talk.low):
            path = f"{item.path}.{name}"
            value: Any = paths.find(talk.plan, path)
            if isinstance(value, list):
                path, value = f"{path}[0]", value[0] if value else None
            if isinstance(value, str):
                return Place(path, min(item.start, match.start()), max(item.end, match.end()), field=True)
    return None


def find_part(talk: Talk) -> Place | None:
    """The part that an instruction names; the longest name first."""
    found = [
        Place(part, match.start(), match.end(), whole=True)
        for part, form in _patterns("parts")
        if (match := form.search(talk.low))
    ]
    return max(found, key=lambda one: one.end - one.start) if found else None


def known_name(names: list[str], talk: Talk) -> int | None:
    """Which of the names stands in the instruction: whole, or by its telling half."""
    for number, name in enumerate(names):
        if fold(name) and fold(name) in talk.low:
            return number
    for number, name in enumerate(names):
        words = re.findall(r"[a-z][a-z'-]{3,}", fold(name))
        if words and all(re.search(rf"\b{re.escape(word)}", talk.low) for word in words[:2]):
            return number
    return None


def goal_names(plan: MarketingPlan) -> list[str]:
    """The goals as the plan calls them."""
    return [goal.metric for goal in plan.positioning.goals]
