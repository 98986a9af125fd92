"""The glossary of the trade at work: what a query says, in the other words and the other language that say the same.

`prompts/locales/search_terms.yaml` holds it. The learned dictionary (`lexicon`) knows words; this knows terms: 完播率 is
"completion rate", and "hacked" is "taken over".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agent.data import read_yaml
from agent.knowledge.tokens import Tokens, simplified

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Said:
    """One way to say a term."""

    text: str
    words: tuple[str, ...]
    """Its words as search cuts them."""

    @cached_property
    def chinese(self) -> bool:
        return bool(_HAN.search(self.text))


@dataclass(frozen=True)
class Meaning:
    """A term that a query holds, and how else it is said."""

    said: Said
    others: tuple[Said, ...]

    def translation(self) -> str:
        """The first way to say it in the other language."""
        return next((one.text for one in self.others if one.chinese is not self.said.chinese), "")


class Glossary:
    """Terms that mean the same, found in queries."""

    def __init__(self, groups: Sequence[Sequence[str]], tokens: Tokens) -> None:
        self._groups = [tuple(Said(text, tuple(dict.fromkeys(tokens.of(text)))) for text in group) for group in groups]

    @classmethod
    def read(cls, path: Path, tokens: Tokens) -> Glossary:
        """The glossary of a file of `terms`, each with `zh` and `en`."""
        return cls([[*row["zh"], *row["en"]] for row in read_yaml(path)["terms"]], tokens)

    def meanings(self, query: str, words: Sequence[str]) -> list[Meaning]:
        """The terms that a query holds, the longest first; a term inside a longer one does not count.

        `words` are the query's, cut as the glossary's are.
        """
        text = simplified(query).lower()
        held = [(said, group) for group in self._groups for said in group if _holds(text, words, said)]
        held.sort(key=lambda pair: -len(pair[0].text))
        taken: list[Meaning] = []
        for said, group in held:
            if not any(said.text in one.said.text for one in taken):
                taken.append(Meaning(said, tuple(one for one in group if one is not said)))
        return taken


def _holds(text: str, words: Sequence[str], said: Said) -> bool:
    """Chinese wherever it stands; Latin words as a run of whole words in any inflection."""
    if said.chinese:
        return said.text.lower() in text
    size = len(said.words)
    return size > 0 and any(tuple(words[i : i + size]) == said.words for i in range(len(words) - size + 1))
