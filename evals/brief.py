"""The eval briefs: what a client wrote, and by hand beside it what is plainly in it."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.data import read_yaml

FOLDER = Path(__file__).parent / "briefs"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, frozen=True)


class Secret(_Strict):
    """What may not be public before a day."""

    words: tuple[str, ...]
    """Words that would give it away."""
    until: dt.date
    """First day on which it may be said."""


class Expect(_Strict):
    """What a person reads in the brief. Written by hand, so that the scorers do not lean on cehua's own reading of it."""

    budget: Decimal | None = None
    """Total in whole currency units; None when the brief gives none."""
    currency: str = ""
    """ISO 4217 code."""
    start: dt.date | None = None
    """First day of the period."""
    end: dt.date | None = None
    """Last day, included."""
    language: str = ""
    """Language of the plan; the brief's own when empty."""
    must: tuple[str, ...] = ()
    """Platform ids that have to be used."""
    avoid: tuple[str, ...] = ()
    """Platform ids that may not be used."""
    never: tuple[str, ...] = ()
    """Words that may not stand in anything public."""
    facts: tuple[str, ...] = ()
    """Names, prices and places that a plan for this client cannot leave out."""
    secret: Secret | None = None
    """What is under embargo."""
    flagged: bool = False
    """Whether the brief asks for what cannot be: the plan has to say so."""


class Brief(_Strict):
    """One brief."""

    id: str
    """Unique name."""
    brand: str
    """The brand, and the cluster: briefs of one brand are not independent of each other."""
    held_out: bool
    """Whether it stays out of prompts, thresholds and examples."""
    as_of: dt.date
    """The day the plan is made."""
    language: Literal["zh-CN", "zh-TW", "en"]
    """Language of the plan."""
    form: Literal["txt", "md", "yaml"] = "txt"
    """What the client sent."""
    tags: tuple[str, ...] = ()
    """Industry, size, kind."""
    expect: Expect = Field(default_factory=Expect)
    """What is plainly in it."""
    text: str
    """The brief itself."""

    @property
    def zh(self) -> bool:
        """Whether the plan is in Chinese."""
        return self.language.startswith("zh")


@functools.cache
def all_briefs() -> tuple[Brief, ...]:
    """Every brief, by brand and id. Raises ValueError when an id is used twice."""
    found: list[Brief] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        page = read_yaml(path)
        shared = {name: page[name] for name in ("brand", "held_out", "as_of")}
        found += [Brief.model_validate({**shared, **row}) for row in page["briefs"]]
    ids = [one.id for one in found]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise ValueError(f"brief ids used twice: {', '.join(sorted(twice))}")
    return tuple(found)


def briefs(*, held_out: bool = False, only: tuple[str, ...] = ()) -> tuple[Brief, ...]:
    """The open briefs, or the held-out ones; `only` names ids. Raises KeyError for an id that there is none of."""
    chosen = [one for one in all_briefs() if one.held_out == held_out]
    unknown = set(only) - {one.id for one in chosen}
    if unknown:
        raise KeyError(f"no such brief: {', '.join(sorted(unknown))}")
    return tuple(one for one in chosen if not only or one.id in only)
