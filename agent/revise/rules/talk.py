"""One instruction as the rules see it: folded for comparing, with the words of the plan it is about."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import Any

from agent.brief import cut
from agent.brief.model import Intake
from agent.brief.names import find_platforms, first_of, fold
from agent.brief.numbers import Found, find_numbers, find_percents
from agent.brief.values import Money, find_hours, find_money
from agent.data import read_yaml
from agent.locale import t
from agent.plan.model import MarketingPlan
from agent.resources import prompts_dir
from agent.revise.model import Edit, Question

Answer = list[Edit] | Question | None
"""What a rule makes of an instruction: edits, a question back, or nothing."""


@functools.cache
def data() -> dict[str, Any]:
    """prompts/revise.yaml."""
    found: dict[str, Any] = read_yaml(prompts_dir() / "revise.yaml")
    return found


@functools.cache
def pattern(name: str) -> re.Pattern[str]:
    """A cue's pattern."""
    return re.compile(data()["cues"][name])


@dataclass
class Talk:
    """An instruction, or a clause of one."""

    text: str
    plan: MarketingPlan
    intake: Intake
    reader: str = ""
    """Language of the one who reads; the plan's when empty."""

    @functools.cached_property
    def low(self) -> str:
        """Lower case, half-width, simplified; letter for letter the text."""
        return fold(self.text).replace("’", "'")

    @property
    def language(self) -> str:
        """The language in which it is told."""
        return self.reader or self.plan.meta.language

    @property
    def as_of(self) -> dt.date:
        """Dates without a year are counted from the plan's date."""
        return self.plan.meta.as_of

    def has(self, *names: str) -> bool:
        """Whether any of the cues stands in it."""
        return any(pattern(name).search(self.low) for name in names)

    def cue(self, name: str) -> re.Match[str] | None:
        """The first place of a cue."""
        return pattern(name).search(self.low)

    @functools.cached_property
    def platforms(self) -> list[Found[str]]:
        """Platforms named in it."""
        return find_platforms(self.text) or [
            one for one in find_platforms(self.text, expected=True) if len(one.text) > 1 or one.text == "X"
        ]

    @functools.cached_property
    def category(self) -> str:
        """The budget category that it names, "" when none."""
        return first_of("budget_categories", self.text) or ("ads" if re.search(r"\bad\b", self.low) else "")

    @functools.cached_property
    def shares(self) -> list[Found[float]]:
        """Percentages, "half the budget" among them."""
        found = find_percents(self.text)
        if not found and (match := re.search(r"\bhalf\b(?! (?:a|an) )|一半", self.low)):
            found = [Found(0.5, match[0], match.start(), match.end())]
        return found

    @functools.cached_property
    def money(self) -> list[Found[Money]]:
        """Sums: with a mark, or numbers that nothing else claims."""
        marked = find_money(self.text)
        if marked:
            return marked
        taken = [(f.start, f.end) for f in (*self.shares, *self.hours)]
        return [
            f
            for f in find_money(self.text, bare=True)
            if f.value.amount >= 10 and not any(a < f.end and f.start < b for a, b in taken)
        ]

    @functools.cached_property
    def hours(self) -> list[Found[float]]:
        """Hours a week."""
        return find_hours(self.text)

    @functools.cached_property
    def numbers(self) -> list[Found[Any]]:
        """Every number."""
        return list(find_numbers(self.text))

    @functools.cached_property
    def quotes(self) -> list[str]:
        """What stands in quotation marks."""
        return cut.quotes(self.text)

    def ask(self, key: str, *options: str, **values: object) -> Question:
        """A question back."""
        return Question(text=t(self.language, f"revise.ask.{key}", **values), options=list(options))

    def clause(self, text: str) -> Talk:
        """A part of it."""
        return Talk(text, self.plan, self.intake, self.reader)


def after(talk: Talk, position: int) -> str:
    """What stands behind a position, without marks at its edges."""
    return cut.bare(talk.text[position:].lstrip(" :：,，-—"))


def listed(text: str) -> list[str]:
    """A list of words: quoted ones, or what commas and "and" part."""
    quoted = cut.quotes(text)
    if quoted:
        return quoted
    return [
        cut.bare(one) for one in cut.pieces(text, "，,、;；", r"\s+(?:and|or)\s+|[和与跟及](?=\S)") if cut.bare(one)
    ]
