"""What a model says in a conversation is shown only where it could come from what it was shown: no address, markup, name or figure of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from agent.checks.counting import URL
from agent.orders import addressed, fold
from agent.words.accept import MARKUP, UNSEEN, gives_away, latin_names, strange_name

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SMALL = 12
"""Numbers up to this one need no source: "two of three"."""


@dataclass(frozen=True)
class Heard:
    """What a turn was made from: the client's instruction and everything that the model was shown."""

    instruction: str
    shown: str
    """Prompt and what its tools gave back, the instruction included."""
    language: str

    @cached_property
    def names(self) -> frozenset[str]:
        """Latin words that may come up."""
        return latin_names(f"{self.shown}\n{self.instruction}")

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Figures that may come up, without separators."""
        return frozenset(one.replace(",", "") for one in _NUMBER.findall(f"{self.shown}\n{self.instruction}"))

    def fits(self, text: str, *, figures: bool = True) -> bool:
        """Whether a text of the model may be shown; `figures` asks for a source of every number as well."""
        said = fold(self.instruction)
        if any(fold(one.group()) not in said for one in URL.finditer(text)):
            return False
        if (
            set(MARKUP.findall(text)) - set(MARKUP.findall(self.instruction))
            or UNSEEN.search(text)
            or addressed(text)
            or gives_away(text)
        ):
            return False
        if strange_name(text, self.names, self.language):
            return False
        return not figures or all(
            one.replace(",", "") in self.numbers or ("." not in one and "," not in one and int(one) <= SMALL)
            for one in _NUMBER.findall(text)
        )
