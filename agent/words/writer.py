"""The model writer: asks for a stage's prose item by item, keeps what passes the acceptance, asks again for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel

from agent.errors import CutOff, ModelError
from agent.llm import Message
from agent.orders import NONE, Orders
from agent.plan.base import bound
from agent.plan.model import PartWords
from agent.words import asking
from agent.words.accept import Ground, Refusal, refuse
from agent.words.asking import Material, Words
from agent.words.by_sentence import FieldBySentence
from agent.words.items import HEADING_LIMIT, SLACK, Ask, Group, Item, Rewrite, groups_for, room, schema_for
from agent.words.pace import Pace
from agent.words.prompts import load_prompt

if TYPE_CHECKING:
    from agent.knowledge import Passage

REPAIRS = 2
"""How often at most a refused field is asked for again."""


class Completer(Protocol):
    """The one seam to a model."""

    async def complete(
        self,
        messages: Sequence[Message],
        schema: type[BaseModel],
        *,
        max_tokens: int,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
        at_once: bool = False,
    ) -> Any:
        """A reply whose `.value` is an instance of `schema`; `at_once` waits for nothing that is yet to be found out about the model. Raises ModelError."""


@dataclass(frozen=True)
class Setting:
    """What every call of a run shares."""

    prefix: tuple[Message, ...]
    """The turns all calls begin with: the same bytes for all stages, so that caches hit."""
    language: str
    ground: Ground
    model_name: str
    size: Literal["large", "small"] = "large"
    """Which of the declared rewrites this model writes, and how it is asked: a small one sentence by sentence."""
    fits: Callable[[BaseModel, str, str], str] = lambda _target, _name, _text: ""
    """Names the platform limit that a text would break in a field of an item; "" when none."""
    orders: Orders = NONE
    """Passages of the brief that speak to a machine: no model is shown them, nor a draft that quotes one."""
    pace: Pace = field(default_factory=Pace)
    """The time of a small model's run."""


@dataclass
class Listed:
    """One listed text of a part: a field that the model may write."""

    ask: Ask
    name: str
    text: str = ""
    """The words with the model's in them when any were taken, else ""."""
    written: int = 0
    """Characters of them that are the model's."""
    why: Refusal | None = None
    """Why the last answer was not taken; None before the first and after an accepted one."""

    @property
    def item(self) -> Item:
        """The item that the field belongs to."""
        return self.ask.item

    @property
    def draft(self) -> str:
        """The playbook's words."""
        return self.item.drafts[self.name]

    @property
    def place(self) -> str:
        """Path inside the part, "pillars[0].message"."""
        return f"{self.item.place}.{self.name}".lstrip(".")

    @property
    def limit(self) -> int:
        """The field's Chinese limit."""
        return self.item.limit(self.name)

    def take(self, text: str, written: int = -1) -> None:
        """Puts the model's words into the part; `written` says how many characters are its own where not all are."""
        self.text, self.written, self.why = text, len(text) if written < 0 else written, None
        setattr(self.item.target, self.name, text)

    def give_back(self, why: Refusal) -> None:
        """Puts the playbook's words back into the part."""
        self.text, self.written, self.why = "", 0, why
        setattr(self.item.target, self.name, self.draft)


@dataclass
class StageWords:
    """What a stage's calls brought: every listed text and whose it is now."""

    stage: str
    listed: list[Listed] = field(default_factory=list)
    cites: list[Passage] = field(default_factory=list)
    """Passages that the model says it used, of those that it was shown."""
    uncited: list[str] = field(default_factory=list)
    """Marks that it named and was not shown: such a citation is not taken."""

    def summary(self, setting: Setting) -> PartWords:
        """Whose words the part holds."""
        characters = sum(len(one.text or one.draft) for one in self.listed)
        written = sum(one.written for one in self.listed)
        rejected = [f"{one.place}: {one.why.told(setting.language)}" for one in self.listed if one.why]
        rejected += [Refusal("uncited", mark).told(setting.language) for mark in self.uncited]
        return PartWords(
            source="model" if written and written == characters else "mixed" if written else "playbook",
            model_share=round(written / characters, 3) if characters else 0.0,
            characters=characters,
            model=setting.model_name if written else "",
            prompt=load_prompt(self.stage if setting.size == "large" else "small").stamp if written else "",
            cites=[one.id for one in self.cites] if written else [],
            rejected=rejected,
        )


Tell = Callable[[str], None]
"""Hears text as it is written."""


@dataclass(frozen=True)
class StageWriter:
    """Writes one stage: first calls side by side, then repairs, each round merged in declared order.

    What is accepted must not depend on which call came back first: two items that say the same are told apart by their
    place, not by their time.
    """

    material: Material
    setting: Setting
    model: Completer
    passages: Callable[[Sequence[Item]], str]
    tell: Tell | None = None

    async def write(self, part: BaseModel, drafts: BaseModel, rewrites: Sequence[Rewrite]) -> StageWords:
        """Rewrites a part's listed prose in place; `drafts` is the same part in the playbook's words.

        A field that is refused after the last repair keeps the playbook's words, and so does a group whose call fails for
        good. Raises nothing of the model's but what ends the run (see agent.run.journal).
        """
        return await self.ask(groups_for(part, drafts, rewrites, self.setting.size))

    async def ask(self, asked: Sequence[Group]) -> StageWords:
        """Rewrites these items in place; else as `write`."""
        ground = replace(self.setting.ground, taken=[])
        asked = [group for one in asked if (group := _shown(one, self.setting.orders))]
        if self.setting.size == "small":
            return await self._by_sentence(asked, ground)
        calls = [Call(self, group, ground) for group in asked]
        await self._round(calls, 0)
        for round in range(1, REPAIRS + 1):
            await self._round([call for call in calls if call.open], round)
        cites, uncited = self.material.evidence.cited([mark for call in calls for mark in call.marks])
        return StageWords(self.material.stage, [one for call in calls for one in call.listed], cites, uncited)

    async def _by_sentence(self, asked: Sequence[Group], ground: Ground) -> StageWords:
        """The same for a small model: every text by itself, the open sentences of all of them side by side."""
        listed = [Listed(ask, name) for group in asked for ask in group for name in ask.names]
        fields = [
            FieldBySentence(
                one,
                ground,
                self.setting.language,
                self.setting.prefix,
                self.model,
                self.setting.pace,
                self.material.stage,
            )
            for one in listed
        ]
        for round in range(1 + REPAIRS):
            answers = await asyncio.gather(*(one.ask(round, self.tell) for one in fields))
            for one, found in zip(fields, answers, strict=True):
                one.merge(found)
        return StageWords(self.material.stage, listed)

    async def mend(self, words: StageWords, complaints: Mapping[str, str]) -> bool:
        """Asks once more for texts that a check of the whole plan complains of (place → complaint); says whether any changed.

        A small model cannot use a complaint: the playbook gets its word back at once.
        """
        told = [one for one in words.listed if one.text and one.place in complaints]
        if self.setting.size == "small":
            for one in told:
                one.give_back(Refusal("check", complaints[one.place]))
            return bool(told)
        kept = [(one.text, one.draft) for one in words.listed if one.text and one not in told]
        ground = replace(self.setting.ground, taken=kept)
        calls = []
        for ask in dict.fromkeys(one.ask for one in told):
            call = Call(self, (ask,), ground, [one for one in told if one.ask is ask])
            call.answer = {ask.label: {one.name: one.text or one.draft for one in words.listed if one.ask is ask}}
            for one in call.listed:
                one.why = Refusal("check", complaints[one.place])
            calls.append(call)
        before = [one.text for one in told]
        await self._round(calls, 1)
        return [one.text for one in told] != before

    async def _round(self, calls: Sequence[Call], round: int) -> None:
        """Asks all at once; an answer is merged as soon as those declared before it are, beside the rest on their way."""
        asked = [asyncio.create_task(call.send(round)) for call in calls]
        try:
            for call, reply in zip(calls, asked, strict=True):
                call.merge(await reply)
        finally:
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)


class Call:
    """One group of items: its first call, its repairs, and what came of each field."""

    def __init__(self, writer: StageWriter, group: Group, ground: Ground, listed: list[Listed] | None = None) -> None:
        self._writer = writer
        self._group = group
        upstream = writer.setting.orders.quiet(writer.material.upstream)
        passages = writer.passages([ask.item for ask in group])
        self._material = replace(writer.material, passages=passages, upstream=upstream)
        self._first = asking.first(writer.setting.prefix, group, self._material)
        self._ground = ground.showing("\n".join(m.content for m in self._first))
        self.listed = listed or [Listed(ask, name) for ask in group for name in ask.names]
        self.answer: dict[str, dict[str, str]] = {}
        """The last answer, by item and field."""
        self.marks: list[str] = []
        """Marks of the passages that the answers name."""

    @property
    def open(self) -> bool:
        """Whether a repair could bring something: an answer came, and some of it was refused."""
        return bool(self.answer) and any(one.why and one.why.code != "failed" for one in self.listed)

    async def send(self, round: int) -> Words | ModelError:
        """The answer to the first call (round 0) or to a repair, by item and field; the error when there is none."""
        setting = self._writer.setting
        if round == 0:
            return await self._ask(self._group, self._first, round)
        refused = [(one.ask, one.name, one.why) for one in self.listed if one.why]
        again = asking.again(self._first, self.answer, refused, setting.language)
        wanted: dict[Ask, tuple[str, ...]] = {}
        for ask, name, _ in refused:
            wanted[ask] = (*wanted.get(ask, ()), name)
        return await self._ask(tuple(replace(ask, names=names) for ask, names in wanted.items()), again, round)

    async def _ask(self, group: Group, messages: list[Message], round: int) -> Words | ModelError:
        """One request. An answer that was cut off for length is asked for in halves, each with its own room."""
        setting, writer = self._writer.setting, self._writer
        try:
            reply = await writer.model.complete(
                messages,
                schema_for(group, setting.language, citing=bool(self._material.evidence.passages)),
                max_tokens=room(group, setting.language),
                temperature=asking.temperature(round),
                on_text=writer.tell,
            )
        except CutOff as error:
            halves = _halves(group)
            if not halves or round:
                return error
            firsts = [asking.first(setting.prefix, half, self._material) for half in halves]
            parts = await asyncio.gather(*(self._ask(h, m, round) for h, m in zip(halves, firsts, strict=True)))
            found: dict[str, dict[str, str]] = {}
            for part in parts:
                for label, fields in ({} if isinstance(part, ModelError) else part).items():
                    found.setdefault(label, {}).update(fields)
            return found or error
        except ModelError as error:
            return error
        self.marks += getattr(reply.value, "sources", [])
        return {ask.label: {n: str(getattr(getattr(reply.value, ask.label), n)) for n in ask.names} for ask in group}

    def merge(self, reply: Words | ModelError) -> None:
        """Takes what passes and notes why the rest does not. Fields that were not asked for stay as they are."""
        if isinstance(reply, ModelError):
            for one in self.listed:
                one.why = None if one.text else one.why or Refusal("failed", reply.message)
            return
        for one in self.listed:
            new = reply.get(one.ask.label, {}).get(one.name)
            if new is None:
                if not one.text and not one.why:
                    one.why = Refusal("empty")
                continue
            self.answer.setdefault(one.ask.label, {})[one.name] = new
            self._judge(one, new)

    def _judge(self, one: Listed, answer: str) -> None:
        setting = self._writer.setting
        language = one.item.language(setting.language)
        new = ended(answer.strip(), one.limit, language)
        heading = one.limit <= HEADING_LIMIT
        why = refuse(new, one.draft, one.limit, self._ground, heading=heading, language=language)
        over = "" if why else setting.fits(one.item.target, one.name, new)
        why = why or (Refusal("limit", over) if over else None)
        if why is None:
            one.take(new)
            self._ground.taken.append((new, one.draft))
        else:
            one.why = None if one.text else why


def _shown(group: Group, orders: Orders) -> Group:
    """A group without the drafts that quote a passage that speaks to a machine: they stay the playbook's."""
    asks = []
    for ask in group:
        names = tuple(name for name in ask.names if not orders.hold(ask.item.drafts[name]))
        if names:
            asks.append(ask if names == ask.names else replace(ask, names=names))
    return tuple(asks)


def _halves(group: Group) -> list[Group]:
    """A group in two: by items, or a single item by fields; [] when there is nothing left to divide."""
    if len(group) > 1:
        return [group[: len(group) // 2], group[len(group) // 2 :]]
    ask = group[0]
    middle = len(ask.names) // 2
    return [(replace(ask, names=ask.names[:middle]),), (replace(ask, names=ask.names[middle:]),)] if middle else []


def ended(text: str, limit: int, language: str) -> str:
    """The text with the full stop that its writer forgot: a string that the grammar did not cut off was meant to end there."""
    if (
        limit <= HEADING_LIMIT
        or not text
        or len(text) >= round(bound(limit, language) * SLACK)
        or not text[-1].isalnum()
    ):
        return text
    return text + ("。" if language.startswith("zh") else ".")
