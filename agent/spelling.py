"""American spelling for plans that are read in the United States alone: the house writes British English, as its sources do."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection

from pydantic import BaseModel

from agent.data import read_yaml
from agent.resources import prompts_dir

_WORD = re.compile(r"[A-Za-z]+")


def is_american(language: str, markets: Collection[str]) -> bool:
    """Whether a plan in `language` for these markets (codes as in the brief) is read in the United States and nowhere else."""
    return language == "en" and set(markets) == {"US"}


@functools.cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    """British → American, lower case; and the pattern of the keys that are several words."""
    pairs: dict[str, str] = read_yaml(prompts_dir() / "locales" / "american.yaml")
    several = sorted((key for key in pairs if " " in key), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, several))})\b", re.I), pairs


def american(text: str, keep: Collection[str] = ()) -> str:
    """A text with the house's British words in American spelling; words in `keep` (lower case, those of the brief) stay as they are."""
    if not text:
        return text
    several, pairs = _words()

    def put(match: re.Match[str]) -> str:
        found = match[0]
        new = pairs.get(found.lower())
        if new is None or found.lower() in keep:
            return found
        if found.isupper() and len(found) > 1:
            return new.upper()
        return new[:1].upper() + new[1:] if found[:1].isupper() else new

    return _WORD.sub(put, several.sub(put, text))


def words_of(text: str) -> frozenset[str]:
    """The words of a brief, lower case: its own spelling is not touched."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def respell(part: BaseModel, keep: Collection[str], skip: Collection[str]) -> None:
    """Puts every text of a part into American spelling, in place; texts in fields named in `skip` are ids or others' names and stay."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        new = _respelled(value, keep, skip, named=name in skip)
        if new is not value:
            setattr(part, name, new)


def _respelled(value: object, keep: Collection[str], skip: Collection[str], *, named: bool) -> object:
    """A text respelled, unless it is `named` one that stays; what is inside a list or a model is respelled in its place."""
    if isinstance(value, str):
        return value if named else american(value, keep)
    if isinstance(value, BaseModel):
        respell(value, keep, skip)
    elif isinstance(value, list):
        value[:] = [_respelled(one, keep, skip, named=named) for one in value]
    return value
