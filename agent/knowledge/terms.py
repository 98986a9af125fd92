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

    @cached_property
    def lower(self) -> str:
        return self.text.lower()


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
        self._han: list[_Entry] = []
        self._latin: dict[str, list[_Entry]] = {}
        """First word of a term → the terms that begin with it."""
        place = 0
        for texts in groups:
            group = tuple(Said(text, tuple(dict.fromkeys(tokens.of(text)))) for text in texts)
            for said in group:
                entry = (place, said, group)
                place += 1
                if said.chinese:
                    self._han.append(entry)
                elif said.words:
                    self._latin.setdefault(said.words[0], []).append(entry)

    @classmethod
    def read(cls, path: Path, tokens: Tokens) -> Glossary:
        """The glossary of a file of `terms`, each with `zh` and `en`."""
        return cls([[*row["zh"], *row["en"]] for row in read_yaml(path)["terms"]], tokens)

    def meanings(self, query: str, words: Sequence[str]) -> list[Meaning]:
        """The terms that a query holds, the longest first; a term inside a longer one does not count.

        `words` are the query's, cut as the glossary's are.
        """
        text = simplified(query).lower()
        held = [entry for entry in self._han if entry[1].lower in text]
        held += [
            entry for word in dict.fromkeys(words) for entry in self._latin.get(word, ()) if _holds(words, entry[1])
        ]
        held.sort(key=lambda entry: (-len(entry[1].text), entry[0]))
        taken: list[Meaning] = []
        for _, said, group in held:
            if not any(said.text in one.said.text for one in taken):
                taken.append(Meaning(said, tuple(one for one in group if one is not said)))
        return taken


def _holds(words: Sequence[str], said: Said) -> bool:
    """Whether a Latin term stands in a query: a run of whole words in any inflection."""
    size = len(said.words)
    return any(tuple(words[i : i + size]) == said.words for i in range(len(words) - size + 1))


_Entry = tuple[int, Said, tuple[Said, ...]]
"""A term with its place in the glossary and all the ways to say it."""
