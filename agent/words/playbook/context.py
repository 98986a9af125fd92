"""What every playbook chapter works with: brief, frame, knowledge, voice, the one idea, and the list of sources."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from agent.brief.model import BrandBrief, Intake
from agent.brief.said import as_said
from agent.compliance import load_rules
from agent.frame.model import Frame, PlatformFrame
from agent.knowledge import Knowledge, as_source
from agent.locale import has, latin, localise, t
from agent.plan.base import Claim, Kind, Source, Task
from agent.words.playbook.facts import (
    Facts,
    examples_of,
    gather,
    in_passing,
    offer,
    offers_in_turn,
    platform_name,
    turns_of,
)
from agent.words.playbook.match import MOVING
from agent.words.playbook.voice import MARK, Voice, clip, nest


class Sources:
    """Collects what is cited; every id is registered once, in order of first use."""

    def __init__(self, intake: Intake, as_of: dt.date) -> None:
        self._intake = intake
        self._as_of = as_of
        self._found: dict[str, Source] = {}

    def cite(self, *ids: str) -> list[str]:
        """Registers source ids ("kb:…", "brief:…", "calc:…", "assume:…") and gives them back, doubles removed."""
        unique = list(dict.fromkeys(i for i in ids if i))
        for source_id in unique:
            if source_id not in self._found:
                self._found[source_id] = self._make(source_id)
        return unique

    def all(self) -> list[Source]:
        """Every source cited so far."""
        return list(self._found.values())

    def _make(self, source_id: str) -> Source:
        language = self._intake.filled.language
        kind, _, rest = source_id.partition(":")
        if kind == "kb":
            return as_source(rest, language, by=self._as_of)
        if kind == "law":
            return _provision(source_id, rest, language)
        if kind == "brief":
            spans = self._intake.filled.spans
            span = spans.get(rest) or next((one for path, one in spans.items() if path.startswith(f"{rest}[")), None)
            label = rest.split("[", 1)[0].split(".", 1)[0]
            title = t(language, f"brief_field.{label}") if has(language, f"brief_field.{label}") else rest
            told = t(language, "source.brief", field=title)
            if span and span.reader == "document":
                told = t(language, "source.document", place=span.place)
            chinese = language.startswith("zh")
            words = clip(span.text if chinese else latin(span.text), 60 if chinese else 120) if span else ""
            said = nest(t(language, "source.quoted", title=told, words=words)) if words else told
            return Source(id=source_id, kind="brief", title=said)
        if kind == "assume":
            gap = next((g for g in self._intake.gaps if rest in (g.id, g.field)), None)
            return Source(
                id=source_id, kind="assumption", title=gap.assumption if gap else t(language, "source.assumption")
            )
        label = f"calc.{rest}"
        return Source(
            id=source_id,
            kind="computed",
            title=t(language, label) if has(language, label) else t(language, "source.computed"),
        )


def _provision(source_id: str, law_id: str, language: str) -> Source:
    """A provision of the compliance rules as a source; medium where nobody has compared our summary with the official text."""
    book = load_rules()
    law = book.laws[law_id]
    publication = book.publications[law.source]
    return Source(
        id=source_id,
        kind="knowledge",
        title=localise(law.zh if language.startswith("zh") else law.en, language),
        publisher=publication.publisher,
        date=law.dated.isoformat(),
        url=publication.address,
        confidence="medium" if law.check else "high",
    )


@dataclass
class Context:
    """Brief, numbers, knowledge and voice of one plan, and the parts written so far."""

    intake: Intake
    frame: Frame
    knowledge: Knowledge
    facts: Facts
    voice: Voice
    sources: Sources
    parts: dict[str, Any] = field(default_factory=dict)
    """Part id → part, in the order written; a chapter reads the parts it depends on."""
    tasks: list[Task] = field(default_factory=list)
    """Research tasks, numbered over the whole plan."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What a chapter works out once for later ones (the ideas, the facts behind topics); no part of the plan."""

    @property
    def brief(self) -> BrandBrief:
        """The brief with its gaps filled."""
        return self.intake.filled

    @property
    def language(self) -> str:
        """The plan's language."""
        return self.intake.filled.language

    @property
    def zh(self) -> bool:
        """Whether the plan is in Chinese."""
        return self.language.startswith("zh")

    def say(self, key: str, **facts: object) -> str:
        """One phrase of the playbook, filled with this brand's facts."""
        return self.voice.say(key, **facts)

    def some(self, key: str, count: int, **facts: object) -> list[str]:
        """Several different phrases of the playbook."""
        return self.voice.some(key, count, **facts)

    def claim(self, text: str, kind: Kind, *sources: str) -> Claim:
        """A claim whose sources are registered."""
        return Claim(text=text, kind=kind, sources=self.sources.cite(*sources))

    def platform(self, platform_id: str) -> PlatformFrame:
        """The frame's row of a platform. Raises StopIteration when it was not considered."""
        return next(p for p in self.frame.platforms if p.id == platform_id)

    def name(self, platform_id: str) -> str:
        """A platform's name in the plan's language."""
        return platform_name(platform_id, self.language)

    def role(self, *functions: str) -> str:
        """The first of the functions that somebody holds; the first one when nobody holds any."""
        held = {r.id for r in self.frame.roles if r.holder}
        return next((f for f in functions if f in held), functions[0])

    def holder(self, role_id: str) -> str:
        """Who holds a role, in the brief's words; the role's title when nobody does."""
        found = next((r.holder for r in self.frame.roles if r.id == role_id), "") or t(self.language, f"role.{role_id}")
        named = found[:1].isupper() or found.split(" ", 1)[0] in ("the", "a", "an", "our", "my", "half")
        return found if self.zh or named or re.search(r"\d", found) else f"the {found}"

    def other_than(self, role_id: str, *functions: str) -> str:
        """The first of the functions held by another person than `role_id`'s; else the first other function."""
        holders = {r.id: r.holder for r in self.frame.roles}
        author = holders.get(role_id, "")
        others = [f for f in functions if f != role_id]
        return next((f for f in others if holders.get(f) and holders[f] != author), others[0] if others else role_id)

    def task(self, key: str, due: dt.date, owner: str, **facts: object) -> Task:
        """A research task from the phrases `task.KEY.{question,where,how,decision}`, numbered R1, R2…"""
        made = Task(
            id=f"R{len(self.tasks) + 1}",
            question=self.say(f"task.{key}.question", **facts),
            where=self.say(f"task.{key}.where", **facts),
            how=self.say(f"task.{key}.how", **facts),
            owner=owner,
            due=due.isoformat(),
            decision=self.say(f"task.{key}.decision", **facts),
        )
        self.tasks.append(made)
        return made


def make_context(intake: Intake, frame: Frame, knowledge: Knowledge) -> Context:
    """A context with the facts gathered and the one idea chosen; products bear the names that the public reads."""
    intake = intake.model_copy(update={"brief": as_said(intake.brief), "filled": as_said(intake.filled)})
    facts = gather(intake.filled, frame, unnamed=not intake.brief.products)
    if not intake.brief.products:
        facts.names.update(dict.fromkeys(("hero", "product1", "products"), offer(intake.filled, facts.pack)))
        facts.names.pop("hero_short", None)
    named = bool(intake.brief.products) and facts.names["hero"] != intake.filled.brand
    facts.names["hero_named"] = facts.names["hero"] if named else ""
    voice = Voice(intake.filled.language, intake.filled.brand, facts.names)
    voice.filmless = not any(slot.format in MOVING for slot in frame.slots)
    voice.turns = {"point1": turns_of(facts)} if "point1" in facts.names else {}
    voice.turns |= examples_of(facts)
    people = {name: text for name, text in facts.names.items() if re.fullmatch(r"(?:who|audience)\d?", name)}
    short = {name: in_passing(text, intake.filled) for name, text in people.items()}
    voice.short = {name: text for name, text in short.items() if len(text) < len(people[name])}
    if not intake.brief.products and (others := offers_in_turn(intake.filled)):
        every = (facts.names["hero"], *others)
        voice.turns["hero"] = (every, every)
    context = Context(intake, frame, knowledge, facts, voice, Sources(intake, frame.as_of))
    from agent.words.playbook.crew import busy, size
    from agent.words.playbook.ideas import ideas_of
    from agent.words.playbook.topics import VENUES

    if busy(context):
        context.facts.names["few"] = context.voice.facts["few"] = MARK

    if size(context) != "solo":
        context.facts.names["several"] = context.voice.facts["several"] = MARK
    comes = intake.filled.business == "local" and intake.filled.category in VENUES and not facts.names["hero_named"]
    offered = "visit" if comes else "ware"
    context.facts.names[offered] = context.voice.facts[offered] = MARK
    places = "many" if len(frame.active) > 1 else "alone"
    context.facts.names[places] = context.voice.facts[places] = MARK
    blank = context.say(f"post.blank.{'owner' if context.brief.business == 'local' else 'team'}")
    context.facts.names["fill"] = context.voice.facts["fill"] = blank
    context.voice.facts.update(ideas_of(context).facts())
    return context
