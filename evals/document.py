"""A plan as a reader meets it: texts by part. Typed plans, one-shot answers and controls are all scored as documents."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from agent.checks.walk import texts
from agent.plan.model import PART_IDS, MarketingPlan

GRAM = 8
"""Characters of Chinese, or words of English, in a gram: long enough that two plans share one only by the same phrase."""
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?\n]+|\.(?=\s|$)|$)")
_ID = re.compile(r"(?:kb|calc|brief|assume|doc):\S+")
"""A source's id: documents number their sources, and no reader sees the id."""
_UNIT = re.compile(r"[㐀-鿿]|[a-z0-9]+(?:['’.][a-z0-9]+)*")


def plain(text: str) -> str:
    """Compatibility forms and case folded, so that full-width and half-width read alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def units(text: str) -> list[str]:
    """Characters of Chinese and words of Latin script, in order."""
    return _UNIT.findall(plain(text))


def grams(text: str, size: int = GRAM) -> Iterator[tuple[str, ...]]:
    """Runs of `size` units."""
    found = units(text)
    return (tuple(found[n : n + size]) for n in range(len(found) - size + 1))


def sentences(text: str) -> list[str]:
    """Sentences of a text, longer than three units."""
    return [one.strip() for one in _SENTENCE.findall(text) if len(units(one)) > 3]


@dataclass(frozen=True)
class Document:
    """Texts by part id; a document without parts has all its text under ""."""

    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of_plan(cls, plan: MarketingPlan) -> Document:
        """Every text that a reader of the plan sees; the calendar's rows repeat the topic bank and count once."""
        found: dict[str, list[str]] = {}
        seen: set[str] = set()
        for one in texts(plan):
            part = one.path.partition(".")[0].partition("[")[0]
            if _ID.fullmatch(one.text) or (one.path.startswith("calendar.entries") and one.text in seen):
                continue
            seen.add(one.text)
            if part in PART_IDS:
                found.setdefault(part, []).append(one.text)
        return cls({part: tuple(rows) for part, rows in found.items()})

    @classmethod
    def of_text(cls, text: str) -> Document:
        """A text as it stands, one paragraph a row."""
        return cls({"": tuple(row for row in text.splitlines() if row.strip())})

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """All texts."""
        return tuple(row for part in self.parts.values() for row in part)

    @cached_property
    def text(self) -> str:
        """All of it, one text a line."""
        return "\n".join(self.rows)

    @cached_property
    def plain(self) -> str:
        """All of it, folded, without blanks between Chinese characters and digits."""
        return re.sub(r"(?<=[^a-z])\s+|\s+(?=[^a-z])", " ", plain(self.text))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """All sentences."""
        return tuple(one for row in self.rows for one in sentences(row))

    @cached_property
    def grams(self) -> Counter[tuple[str, ...]]:
        """All grams with how often they stand."""
        return Counter(one for row in self.rows for one in grams(row))


def without(text: str, names: Iterable[str]) -> str:
    """A folded text without these names."""
    text = plain(text)
    for name in sorted((plain(one) for one in names if len(one) > 1), key=len, reverse=True):
        text = text.replace(name, " \n ")
    return text
