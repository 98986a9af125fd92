"""Content themes: the pillars that this business and its idea call for, each with a bank of topics for the whole period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from agent.compliance import barred
from agent.locale import t
from agent.plan.base import Claim
from agent.plan.content import FormatShare, Pillar, ThemesPart, Value
from agent.words.playbook.context import Context
from agent.words.playbook.facts import with_article
from agent.words.playbook.ideas import ideas_of
from agent.words.playbook.topics import Bank, guard_of, polish, sayable
from agent.words.playbook.voice import clip, join

Direction = Literal["insight", "product", "stories", "lifestyle", "interactive", "help", "behind"]

ORDER: dict[str, tuple[Direction, ...]] = {
    "b2c": ("help", "product", "stories", "lifestyle", "interactive", "behind", "insight"),
    "b2b": ("insight", "product", "help", "behind", "stories", "interactive", "lifestyle"),
    "local": ("stories", "product", "behind", "interactive", "help", "lifestyle", "insight"),
    "nonprofit": ("stories", "insight", "help", "behind", "interactive", "product", "lifestyle"),
}
"""Directions by who buys, the most useful first."""
HOME: dict[str, Direction] = {
    "measure": "help", "bench": "help", "moment": "lifestyle", "process": "behind", "label": "help", "question": "help",
    "trial": "interactive", "logbook": "stories", "neighbours": "stories", "hands": "behind", "ledger": "insight",
}  # fmt: skip
"""The direction in which an idea lives."""
VALUES: dict[Direction, Value] = {
    "help": "practical", "product": "knowledge", "stories": "emotion", "lifestyle": "emotion", "insight": "knowledge",
    "behind": "knowledge", "interactive": "entertainment",
}  # fmt: skip
KINDS: dict[Direction, tuple[str, ...]] = {
    "help": ("followers", "engagement", "traffic", "awareness"), "product": ("conversion", "traffic", "awareness"),
    "stories": ("engagement", "conversion", "followers"), "lifestyle": ("followers", "awareness", "engagement"),
    "insight": ("awareness", "conversion", "traffic", "followers"), "behind": ("followers", "engagement", "awareness"),
    "interactive": ("engagement", "followers"),
}  # fmt: skip
"""Kinds of goals that a direction serves; none serves the reply time, which is a matter of hours."""


def directions(context: Context) -> list[Direction]:
    """One direction a pillar: the idea's own first, then those that suit the business."""
    first = HOME[ideas_of(context).mechanism]
    silent = "testimony" in barred(context.brief)
    first = "help" if silent and first == "stories" else first
    rest = [d for d in ORDER[context.brief.business] if d != first and not (silent and d == "stories")]
    return [first, *rest][: len(context.frame.pillar_shares)]


def write_themes(context: Context) -> ThemesPart:
    """The themes part; personas written before are told which pillars serve them."""
    chosen = directions(context)
    personas = _persona_ids(context)
    bank = Bank(context, personas)
    pillars = [_pillar(context, bank, number, direction, personas) for number, direction in enumerate(chosen)]
    _tell_personas(context, pillars)
    counts = Counter(slot.format for slot in context.frame.slots if slot.kind != "buffer")
    top = [t(context.language, f"format.{name}") for name, _ in counts.most_common(2)]
    top = top if context.zh else [name[:1].lower() + name[1:] for name in top]
    return ThemesPart(
        say=context.say("themes.say"),
        form=context.say("themes.form", top_formats=join(top, context.language)),
        care=polish(context.say("themes.care"), context.zh),
        pillars=pillars,
        mix=[
            FormatShare(format=name, pieces=n, role=context.say(f"themes.format.{name}", rate=_rate(context, n)))
            for name, n in counts.most_common()
        ],
        ugc_call=context.say("themes.ugc_call", tag=hashtag(context.brief.brand)),
    )


def _rate(context: Context, pieces: int) -> str:
    """How often pieces come over the period: so many a week, one in so many weeks, or how many in all where they are fewer than three."""
    weeks = ((context.frame.end - context.frame.start).days + 1) / 7
    if pieces < 3:
        return context.say(f"themes.rate.{'twice' if pieces == 2 else 'once'}")
    each = weeks / pieces
    if each < 1.5:
        return context.say("themes.rate.weekly" if each > 0.75 else "themes.rate.often", count=max(2, round(1 / each)))
    return context.say("themes.rate.seldom", count=round(each))


def hashtag(text: str) -> str:
    """A text as a bare hashtag: letters and digits only."""
    return re.sub(r"[^\w]|_", "", text)


def hashtags(texts: Iterable[str]) -> list[str]:
    """Texts as hashtags, without those whose number would become another one: 11.9 would read 119."""
    return [hashtag(text) for text in texts if not re.search(r"\d[.,]\d", text)]


def _persona_ids(context: Context) -> list[str]:
    part = context.parts.get("personas")
    if part is not None:
        return [persona.id for persona in part.personas]
    return [f"P{n}" for n in range(1, max(2, len(context.brief.audience)) + 1)]


def _tell_personas(context: Context, pillars: list[Pillar]) -> None:
    part = context.parts.get("personas")
    if part is not None:
        for persona in part.personas:
            persona.pillars = [pillar.id for pillar in pillars if persona.id in pillar.personas]


def _pillar(context: Context, bank: Bank, number: int, direction: Direction, personas: list[str]) -> Pillar:
    pillar_id = f"T{number + 1}"
    slots = [slot for slot in context.frame.slots if slot.pillar == number and slot.kind != "buffer"]
    formats = [name for name, _ in Counter(slot.format for slot in slots).most_common()] or [
        context.frame.active[0].formats[0][0]
    ]
    topics = bank.fill(pillar_id, direction, slots, formats)
    served = Counter(topic.persona for topic in topics)
    mine = [one for one in personas if served[one]]
    if len(personas) > number and personas[number] not in mine:
        mine.append(personas[number])
    return Pillar(
        id=pillar_id,
        name=_name(context, number, direction),
        direction=direction,
        share=context.frame.pillar_shares[number],
        message=context.say(f"themes.message.{direction}"),
        proof=_proof(context, number, direction),
        value=VALUES[direction],
        why_care=polish(context.say(f"themes.why.{direction}"), context.zh),
        not_this=context.say(f"themes.not_this.{direction}"),
        formats=formats,
        personas=mine,
        goals=_goals(context, direction),
        topics=topics,
    )


def _name(context: Context, number: int, direction: Direction) -> str:
    """The first pillar bears the idea's name; a name too long for a heading gives way to the next."""
    longest = 24 if context.zh else 72
    keys = ["themes.lead"] if number == 0 else []
    about = _about(context) if direction == "product" else {}
    options = [v for key in [*keys, f"themes.name.{direction}"] for v in context.voice.variants(key, **about)]
    guard = guard_of(context)
    return next((o for o in options if len(o) <= longest and guard.ok(o)), min(options, key=len))


def _about(context: Context) -> dict[str, str]:
    """What the pillar on the products is about where they are several: both of two, the brand's own where they are more."""
    names = [said for one in context.intake.brief.products if (said := sayable(context, one.name))]
    if len(names) < 2:
        return {}
    both = join([with_article(name) for name in names], context.language)
    return {"hero": both if len(names) == 2 and len(both) <= (12 if context.zh else 36) else context.brief.brand}


def _proof(context: Context, number: int, direction: Direction) -> Claim:
    """Evidence where the brief gives some, a selling point otherwise, and an open assumption when there is neither."""
    guard, facts = guard_of(context), context.facts
    owner = context.holder(context.role("strategist", "approver", "operator"))
    proofs = [p for p in facts.proofs if guard.ok(p.text)]
    points = [p for p in facts.points if guard.ok(p.text)]
    if proofs and (direction in ("insight", "product", "stories", "help") or not points):
        proof = proofs[number % len(proofs)]
        text = context.say("themes.proof.proof", proof=clip(proof.text, 44 if context.zh else 120), owner=owner)
        return context.claim(polish(text, context.zh), "brief", proof.source)
    if points:
        point = points[number % len(points)]
        place = next(i for i, p in enumerate(context.brief.products) if p.name == point.product)
        text = context.say("themes.proof.point", point=point.text, product=point.product, owner=owner)
        return context.claim(polish(text, context.zh), "brief", f"brief:products[{place}].selling_points")
    return context.claim(context.say("themes.proof.none", owner=owner), "assumption", "assume:proof")


def _goals(context: Context, direction: Direction) -> list[str]:
    """Goals that the direction serves; every goal that content can move is served by one pillar at least."""
    kinds = KINDS[direction]
    chosen = directions(context)
    goals = [goal for goal in context.frame.goals if goal.objective.kind != "service"] or list(context.frame.goals)
    mine = [goal.id for goal in goals if goal.objective.kind in kinds]
    if direction == chosen[0]:
        others = {goal.id for goal in goals for d in chosen[1:] if goal.objective.kind in KINDS[d]}
        mine += [goal.id for goal in goals if goal.id not in mine and goal.id not in others]
    return mine or [goal.id for goal in goals[:1]]
