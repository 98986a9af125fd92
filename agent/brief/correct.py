"""Corrections and answers to a brief that was read: what the client says of a field now replaces what was read there."""

from __future__ import annotations

from collections.abc import Mapping

from agent.brief.builder import Builder
from agent.brief.items import Item
from agent.brief.model import Audience, BrandBrief
from agent.errors import BriefError

FIELDS: dict[str, tuple[str, ...]] = {
    "brand": ("brand",),
    "about": ("about",),
    "category": ("category", "category_text"),
    "products": ("products",),
    "markets": ("markets",),
    "objectives": ("objectives",),
    "audience": ("audience",),
    "competitors": ("competitors",),
    "platforms_must": ("platforms.must",),
    "platforms_may": ("platforms.may",),
    "platforms_avoid": ("platforms.avoid",),
    "budget": ("budget.total", "budget.currency"),
    "period": ("period",),
    "start": ("period.start",),
    "end": ("period.end",),
    "team": ("team",),
    "accounts": ("accounts",),
    "strategy": ("strategy",),
    "tone": ("tone",),
    "must_say": ("must_say",),
    "never_say": ("never_say",),
    "proof": ("proof",),
    "past_results": ("past_results",),
    "key_dates": ("key_dates",),
    "constraints": ("constraints",),
}
"""What can be corrected → the places of the brief that it stands for."""
LISTS = frozenset(
    {
        "products",
        "objectives",
        "audience",
        "competitors",
        "team",
        "accounts",
        "proof",
        "past_results",
        "key_dates",
        "constraints",
    }
)
"""Fields whose entries are told one a line."""
QUESTIONS = {
    "budget.total": "budget",
    "period.start": "start",
    "period.end": "end",
    "platforms": "platforms_must",
    **{name: name for name in FIELDS if name not in ("budget", "period")},
}
"""Field of a gap → what an answer to its question corrects; a gap that is not here is answered in the brief itself."""


def correct(build: Builder, told: Mapping[str, str], place: str = "") -> None:
    """Replaces fields by what was told of them, each read as the same field of a brief file is.

    Raises BriefError naming the field when a text cannot be read as that field.
    """
    for name, text in told.items():
        if name not in FIELDS:
            raise BriefError(f"“{name}” is no field that can be corrected.", where=name)
        for path in FIELDS[name]:
            _clear(build, path)
        if not text.strip():
            continue
        reader, build.context.reader = build.context.reader, "argument"
        try:
            if name == "audience":
                _audience(build, text, place)
            else:
                build.apply(name, _item(name, text), place)
        finally:
            build.context.reader = reader


def _item(name: str, text: str) -> Item:
    lines = [line.strip(" ·-•\t") for line in text.splitlines() if line.strip(" ·-•\t")]
    return lines if name in LISTS else "，".join(lines) if len(lines) > 1 else lines[0]


def _audience(build: Builder, text: str, place: str) -> None:
    """One segment a line, each in the client's words."""
    for line in filter(None, (one.strip() for one in text.splitlines())):
        build.extend("audience", [Audience(name=line, primary=not build.brief.audience)], line, place)


def _clear(build: Builder, path: str) -> None:
    """Puts a field back to its default and forgets where it was read."""
    brief = build.brief
    if path == "period.end":
        brief.period.days = None
    if path == "budget.total":
        build.monthly = None
    holder = brief if "." not in path else getattr(brief, path.split(".")[0])
    name = path.rsplit(".", 1)[-1]
    blank = BrandBrief(brand="", language=brief.language)
    empty = blank if "." not in path else getattr(blank, path.split(".")[0])
    setattr(holder, name, getattr(empty, name))
    for known in [one for one in brief.spans if one == path or one.startswith((f"{path}[", f"{path}."))]:
        del brief.spans[known]
