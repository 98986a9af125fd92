"""Names out of the chapters already written: pillars, personas, who leads, who signs. For sentences on results."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.plan.base import bound
from agent.words.playbook.context import Context
from agent.words.playbook.crew import main_person, who
from agent.words.playbook.facts import head_of, in_passing, short_form, short_name
from agent.words.playbook.voice import clip

_DESCRIBED = re.compile(r"“([Tt]hese [a-z]+)”")
"""People that a sentence describes in passing and that are no name of a persona: they stand without its quotation marks."""

SERVICES = frozenset({"software", "education", "finance", "travel", "culture", "fitness", "medical", "local_service"})
"""Categories that sell nothing that can be out of stock."""

SHIPPED = frozenset({"food", "beverage", "health_food", "apparel", "beauty", "electronics", "baby"})
"""Categories that a local business sends by post as well as over the counter."""


def visited(context: Context) -> bool:
    """Whether people have to come to the place to buy."""
    return context.brief.business == "local" and context.brief.category not in SHIPPED


def names(context: Context) -> dict[str, str]:
    """pillar1…, persona1…, lead and signer as placeholders; worked out once per plan."""
    if "names" not in context.memo:
        context.memo["names"] = _gather(context)
    found: dict[str, str] = context.memo["names"]
    return found


def say(context: Context, key: str, **facts: object) -> str:
    """One phrase with these names at hand; another variant where long names make the first too long for a sentence."""
    return _fitting(context, key, 70, facts)


def say_paragraph(context: Context, key: str, **facts: object) -> str:
    """The same for a paragraph."""
    return _fitting(context, key, 180, facts)


def _fitting(context: Context, key: str, limit: int, facts: Mapping[str, object]) -> str:
    known: dict[str, object] = {**names(context), **facts}
    text = _DESCRIBED.sub(r"\1", context.say(key, **known))
    most = bound(limit, context.language)
    if len(text) <= most:
        return text
    options = [_DESCRIBED.sub(r"\1", option) for option in context.voice.variants(key, **known)]
    return next((option for option in options if len(option) <= most), min(options, key=len))


def spelt(context: Context) -> dict[str, str]:
    """The first audience by its name, for rows that are read on their own: a sheet of ads or rules has no sentence before it that says who
    "these managers" are."""
    names_ = context.facts.names
    full = names_.get("audience1", "")
    return (
        {"audience1": full, "persona1": full, "who": names_.get("who1", full), "who1": names_.get("who1", full)}
        if full
        else {}
    )


def word(context: Context, key: str, **facts: object) -> str:
    """A phrase that stands inside a sentence: its first letter stays small."""
    text = say(context, key, **facts)
    return text[:1].lower() + text[1:]


def some(context: Context, key: str, count: int, **facts: object) -> list[str]:
    """Several different phrases with these names at hand."""
    known: dict[str, object] = {**names(context), **facts}
    return [_DESCRIBED.sub(r"\1", text) for text in context.some(key, count, **known)]


def _gather(context: Context) -> dict[str, str]:
    found = {"lead": main_person(context), "signer": who(context, context.role("approver", "strategist"))}
    if found["signer"] == found["lead"]:
        found.pop("signer")
    room = 20 if context.zh else 56
    facts = context.voice.facts
    if len(facts.get("audience1", "")) > (12 if context.zh else 45):
        found["audience1"] = in_passing(facts.get("who1") or facts["audience1"], context.brief)
    if facts["hero"] == context.brief.brand:
        house = context.say("kpis.place")
        found["hero"] = house[:1].lower() + house[1:]
    goods = context.brief.business == "b2c" or (context.brief.business == "local" and not visited(context))
    if context.intake.brief.products and goods and context.brief.category not in SERVICES:
        found["goods"] = facts["hero"]
    if "themes" in context.parts:
        for place, pillar in enumerate(context.parts["themes"].pillars, 1):
            found[f"pillar{place}"] = clip(_core(context, pillar.name), room)
    if "personas" in context.parts:
        for place, persona in enumerate(context.parts["personas"].personas, 1):
            name = _core(context, persona.name)
            found[f"persona{place}"] = name if len(name) <= room else short_name(name, room, short_form(context.brief))
        if head := head_of(found.get("persona1", "").partition("·")[0].strip()):
            found["persona1"] = head
    return found


def _core(context: Context, name: str) -> str:
    """The name without what a heading adds to it: "The main series: The ten-minute check" → "The ten-minute check"."""
    idea = context.voice.facts.get("idea", "")
    return idea if idea and idea in name else max(name.replace("：", ": ").split(": "), key=len).strip()
