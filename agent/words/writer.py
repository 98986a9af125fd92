"""The model writer: asks for a stage's prose item by item and keeps what passes the acceptance."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from agent.errors import ModelError
from agent.llm import Message
from agent.plan.base import bound
from agent.plan.model import PartWords
from agent.words import small
from agent.words.accept import Ground, refuse
from agent.words.items import Item, Rewrite, items, limit_of, schema_for
from agent.words.prompts import load_prompt

HEADING_LIMIT = 24


class Completer(Protocol):
    """The one seam to a model."""

    async def complete(self, messages: Sequence[Message], schema: type[BaseModel], *, max_tokens: int) -> Any:
        """A reply whose `.value` is an instance of `schema`. Raises ModelError."""


@dataclass(frozen=True)
class Setting:
    """What every call of a run shares."""

    prefix: tuple[Message, ...]
    """The turns all calls begin with: the same bytes for all stages, so that caches hit."""
    language: str
    ground: Ground
    model_name: str
    small: bool = False
    """A small model only says drafts in other words (see agent/words/small.py) and is held to the draft's own numbers."""


@dataclass
class Outcome:
    """What a stage's calls brought."""

    written: int = 0
    """Characters of prose that are now the model's."""
    prose: int = 0
    """Characters of all listed prose after the merge."""
    rejected: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def write_stage(
    stage_id: str,
    part: BaseModel,
    rewrites: Sequence[Rewrite],
    setting: Setting,
    model: Completer,
    passages: Callable[[Sequence[Item]], str],
    upstream: str,
) -> PartWords:
    """Rewrites a part's listed prose in place and says whose words it holds now.

    Items are asked for in groups, the groups side by side. An item's field that fails the acceptance keeps the
    playbook's words; a call that fails for good leaves its whole group as it was. Raises nothing of the model's.
    """
    outcome = Outcome()
    groups: list[list[Item]] = []
    for rewrite in rewrites:
        if rewrite.size not in ("any", "small" if setting.small else "large"):
            continue
        found = items(part, rewrite)
        groups += [found[i : i + rewrite.each] for i in range(0, len(found), rewrite.each)]
    prompt = load_prompt(stage_id)
    replies = await asyncio.gather(
        *(_ask(stage_id, group, setting, model, passages(group), upstream) for group in groups)
    )
    ground = replace(setting.ground, taken=[])
    for group, reply in zip(groups, replies, strict=True):
        _take(stage_id, group, reply, setting, ground, outcome)
    share = outcome.written / outcome.prose if outcome.prose else 0.0
    source: Literal["playbook", "model", "mixed"] = (
        "playbook" if not outcome.written else "model" if not outcome.rejected and not outcome.failed else "mixed"
    )
    return PartWords(
        source=source,
        model_share=round(share, 3),
        model=setting.model_name if outcome.written else "",
        prompt=prompt.stamp if outcome.written else "",
        rejected=outcome.rejected + outcome.failed,
    )


async def _ask(
    stage_id: str, group: list[Item], setting: Setting, model: Completer, passages: str, upstream: str
) -> Any:
    """The model's reply for a group, or the ModelError that stands for it."""
    try:
        return await model.complete(
            messages(stage_id, group, setting, passages, upstream),
            schema_for(group, setting.language),
            max_tokens=_room(group, setting.language),
        )
    except ModelError as error:
        return error


def _take(stage_id: str, group: list[Item], reply: Any, setting: Setting, ground: Ground, outcome: Outcome) -> None:
    """Merges a reply, group by group in declared order: what is accepted must not depend on which call came back first."""
    if isinstance(reply, ModelError):
        outcome.failed += [f"{item.place or stage_id}: {reply.message}" for item in group]
        outcome.prose += sum(len(text) for item in group for text in item.draft().values())
        return
    for number, item in enumerate(group, 1):
        _merge(item, getattr(reply.value, f"item{number}"), setting, ground, outcome)


def _merge(item: Item, words: BaseModel, setting: Setting, ground: Ground, outcome: Outcome) -> None:
    for name, old in item.draft().items():
        limit = limit_of(type(item.target), name)
        new = _ended(str(getattr(words, name)).strip(), limit, setting.language)
        why = refuse(new, old, limit, ground, heading=limit <= HEADING_LIMIT)
        if not why and setting.small:
            why = _refuse_small(new, old, setting)
        if why:
            outcome.rejected.append(f"{item.place}.{name}".lstrip(".") + f": {why}")
            outcome.prose += len(old)
            continue
        setattr(item.target, name, new)
        ground.taken.append(new)
        outcome.written += len(new)
        outcome.prose += len(new)


def messages(stage_id: str, group: Sequence[Item], setting: Setting, passages: str, upstream: str) -> list[Message]:
    """The rendered messages of one call: shared prefix, then dependencies, passages, task, drafts."""
    if setting.small:
        return [*setting.prefix, small.ask(group)]
    prompt = load_prompt(stage_id)
    drafts = {
        f"item{n}": {
            name: {"draft": text, "at_most": round(bound(limit_of(type(item.target), name), setting.language) * 0.8)}
            for name, text in item.draft().items()
        }
        for n, item in enumerate(group, 1)
    }
    task = prompt.render(
        {
            "drafts": json.dumps(drafts, ensure_ascii=False, indent=1),
            "passages": passages,
            "upstream": upstream,
            "language": setting.language,
        }
    )
    return [*setting.prefix, Message(role="user", content=task)]


def _ended(text: str, limit: int, language: str) -> str:
    """The text with the full stop that its writer forgot: a string that the grammar did not cut off was meant to end there."""
    if limit <= HEADING_LIMIT or not text or len(text) >= round(bound(limit, language) * 1.5) or not text[-1].isalnum():
        return text
    return text + ("。" if language.startswith("zh") else ".")


def _refuse_small(new: str, old: str, setting: Setting) -> str:
    if small.leaks(new, setting.language):
        return "the example leaked"
    if small.broken(new):
        return "shows its seams"
    astray = small.strays(new, old)
    if astray:
        return astray
    strange = small.numbers_with_units(new) - small.numbers_with_units(old)
    return f"a number with another unit: {sorted(strange)[0]}" if strange else ""


def _room(group: Sequence[Item], language: str) -> int:
    """Tokens for the reply: every field at its bound (about 1 token per Chinese character, 1 per 3 in English) and JSON around it."""
    characters = sum(
        bound(limit_of(type(item.target), name), language) * 1.5 for item in group for name in item.draft()
    )
    return round(characters / (1 if language.startswith("zh") else 3) * 1.2) + 40 * sum(
        len(item.draft()) for item in group
    )
