"""Edits of the plan's own words: by hand, locks, guidance, items that join or go. Each changes the plan at its place and the memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from agent.errors import EditError
from agent.knowledge import Knowledge
from agent.locale import t
from agent.plan.content import Topic
from agent.plan.model import PART_IDS, MarketingPlan
from agent.plan.results import Risk
from agent.revise import paths
from agent.revise.model import (
    AudienceChange,
    CompetitorChange,
    Edit,
    GoalChange,
    ItemAdd,
    ItemDrop,
    ItemRewrite,
    KeyDateChange,
    LockChange,
    PlatformChange,
    TextEdit,
)
from agent.revise.rebuild import anchors_of, label_of, mark_hands, put_in, take_out
from agent.revise.state import Added, Dropped, Hand, State, covers
from agent.words.playbook.adaptations import recount_limits

_OWNED = {
    "calendar.entries": "slots", "themes.pillars": "pillars", "budget.lines": "money", "kpis.kpis": "kpis", "team.roles": "people",
}  # fmt: skip
"""Lists whose items the frame makes: what to change instead is told."""
RATING = 3
"""Likelihood and impact of a risk that the client adds, until the team rates it: the middle of the scale."""


def routed(edit: Edit, plan: MarketingPlan) -> Edit:
    """An item that the brief owns goes by the brief: a persona, a goal, a competitor, a platform, a key date."""
    if not isinstance(edit, ItemDrop):
        return edit
    holder, place = paths.walk(plan, edit.path)[-1]
    if not isinstance(holder, list):
        return edit
    item = holder[place]
    match edit.path.rpartition("[")[0]:
        case "personas.personas":
            return AudienceChange(do="drop", persona=place + 1)
        case "positioning.goals":
            return GoalChange(do="drop", goal=place + 1)
        case "market.competitors":
            return CompetitorChange(do="drop", name=item.name)
        case "platforms.choices":
            return PlatformChange(platform=item.platform, way="avoid")
        case "calendar.key_dates":
            return KeyDateChange(do="drop", date=item.date, name=item.name)
    return edit


def work(plan: MarketingPlan, state: State, edit: Edit, knowledge: Knowledge) -> None:
    """Makes an edit of words, in place. Raises EditError when it cannot be made."""
    _WORK[type(edit)](plan, state, edit)
    if isinstance(edit, TextEdit) and edit.path.startswith("adaptations."):
        recount_limits(plan, knowledge, state.kept)


def writable(plan: MarketingPlan, path: str) -> bool:
    """Whether a place holds a text that a hand may write."""
    return isinstance(paths.find(plan, path), str) and any(
        here == path and text for here, _, text in paths.leaves(getattr(plan, paths.part_of(path)), paths.part_of(path))
    )


def _text(plan: MarketingPlan, state: State, edit: TextEdit) -> None:
    path = paths.by_id(plan, edit.path)
    if not writable(plan, path):
        raise EditError(t(plan.meta.language, "revise.error.no_text", path=path), where=path)
    _require_free(plan, state, path)
    before = str(paths.at(plan, path))
    draft = state.hand[path].draft if path in state.hand else before
    for outer, label in anchors_of(plan, path).items():
        state.anchors.setdefault(outer, label)
    state.hand[path] = Hand(text=edit.text, draft=draft)
    if edit.text == draft:
        del state.hand[path]
    state.waiting = {part: [one for one in held if one != path] for part, held in state.waiting.items()}
    paths.put(plan, path, edit.text)
    _carry_topic(plan, state, path, before, edit.text)
    mark_hands(plan, state)


def _carry_topic(plan: MarketingPlan, state: State, path: str, before: str, after: str) -> None:
    """A topic's new title or hook goes where the plan shows it: into its calendar rows and core ideas."""
    if ".topics[" not in path:
        return
    topic, name = paths.at(plan, path.rpartition(".")[0]), path.rpartition(".")[2]
    if not isinstance(topic, Topic) or name not in ("title", "hook", "cta"):
        return
    field = "topic" if name == "title" else name
    for number, entry in enumerate(plan.calendar.entries):
        here = f"calendar.entries[{entry.id or number}].{field}"
        if entry.topic_id == topic.id and not state.kept(here):
            setattr(entry, field, getattr(entry, field).replace(before, after))
    for core in plan.adaptations.cores:
        if core.topic_id == topic.id and name == "title":
            core.title = after


def _require_free(plan: MarketingPlan, state: State, path: str) -> None:
    if lock := state.locked(path):
        raise EditError(t(plan.meta.language, "revise.error.locked", path=told(plan, lock)), where=path)


def _lock(plan: MarketingPlan, state: State, edit: LockChange) -> None:
    path = edit.path if edit.path in PART_IDS else paths.by_id(plan, edit.path)
    if not edit.on:
        held = [one for one in state.locks if covers(path, one)]
        inner = [(one, texts) for one, texts in state.locks.items() if covers(one, path) and one not in held]
        if not held and not inner:
            raise EditError(t(plan.meta.language, "revise.error.not_locked", path=told(plan, path)), where=path)
        for one in held:
            del state.locks[one]
        for one, texts in inner:
            state.locks.pop(one)
            for here in [here for here in texts if not covers(path, here)]:
                state.locks[here] = {here: texts[here]}
        return
    found = {here: str(value) for here, value, text in _texts(plan, path) if text}
    if not found:
        raise EditError(t(plan.meta.language, "revise.error.no_words", path=told(plan, path)), where=path)
    for here in found:
        for outer, label in anchors_of(plan, here).items():
            state.anchors.setdefault(outer, label)
    state.locks = {one: texts for one, texts in state.locks.items() if not covers(path, one)}
    state.locks[path] = found


def _texts(plan: MarketingPlan, path: str) -> list[tuple[str, Any, bool]]:
    part = paths.part_of(path)
    return [one for one in paths.leaves(getattr(plan, part), part, texts=True) if covers(path, one[0])]


def _rewrite(plan: MarketingPlan, state: State, edit: ItemRewrite) -> None:
    path = edit.path if edit.path in PART_IDS else paths.by_id(plan, edit.path)
    _require_free(plan, state, path)
    if not any(text for _, _, text in _texts(plan, path)):
        raise EditError(t(plan.meta.language, "revise.error.no_words", path=told(plan, path)), where=path)
    for outer, label in anchors_of(plan, path).items() if path not in PART_IDS else ():
        state.anchors.setdefault(outer, label)
    state.guidance[path] = edit.guidance
    part = paths.part_of(path)
    state.stale[part] = t(plan.meta.language, "revise.stale.guidance", path=told(plan, path), guidance=edit.guidance)
    if part not in state.waiting or state.waiting[part]:
        state.waiting[part] = list(dict.fromkeys([*state.waiting.get(part, []), path]))


def _drop(plan: MarketingPlan, state: State, edit: ItemDrop) -> None:
    path = paths.by_id(plan, edit.path)
    owner = _OWNED.get(re.sub(r"\[[^\]]*\]$", "", path))
    if owner:
        raise EditError(
            t(plan.meta.language, f"revise.error.owned.{owner}", name=label_of(paths.at(plan, path))), where=path
        )
    _require_free(plan, state, path)
    label = label_of(paths.at(plan, path))
    take_out(plan, path)
    mine = next((one for one in state.added if covers(one.list, path) and _same(one, label)), None)
    if mine:
        state.added.remove(mine)
    else:
        state.dropped[path] = Dropped(label=label)
    for memory in (state.hand, state.locks, state.guidance):
        for here in [here for here in memory if covers(path, here)]:
            del memory[here]


def _same(added: Added, label: str) -> bool:
    item = added.item
    return label in ((item,) if isinstance(item, str) else (item.get("title"), item.get("name")))


def _add(plan: MarketingPlan, state: State, edit: ItemAdd) -> None:
    items = paths.find(plan, edit.path)
    if not isinstance(items, list) or not items:
        raise EditError(t(plan.meta.language, "revise.error.no_list", path=edit.path), where=edit.path)
    if isinstance(items[0], str):
        added = Added(list=edit.path, item=edit.text)
    elif isinstance(items[0], Risk):
        added = Added(list=edit.path, item=_risk(plan, edit.text))
    else:
        raise EditError(t(plan.meta.language, "revise.error.no_adding", path=told(plan, edit.path)), where=edit.path)
    put_in(plan, added)
    state.added.append(added)


def _risk(plan: MarketingPlan, text: str) -> dict[str, Any]:
    """A risk of the client's own: its words, the middle of the scale until the team rates it, and who looks after it."""
    known = {one.id for one in plan.risks.risks}
    number = next(n for n in range(1, 1000) if f"own{n}" not in known)
    owner = plan.risks.risks[0].owner
    language = plan.meta.language
    return {
        "id": f"own{number}",
        "kind": "brief",
        "title": text,
        "likelihood": RATING,
        "impact": RATING,
        "score": RATING * RATING,
        "trigger": t(language, "revise.risk.trigger", text=text),
        "prevention": t(language, "revise.risk.prevention"),
        "response": [t(language, "revise.risk.first"), t(language, "revise.risk.then")],
        "owner": owner,
    }


def told(plan: MarketingPlan, path: str) -> str:
    """A place as a reader calls it: the part, and the item by its name."""
    part = paths.part_of(path)
    name = t(plan.meta.language, f"part.{part}")
    labels = (
        list(anchors_of(plan, path).values()) if path not in PART_IDS and paths.find(plan, path) is not None else []
    )
    return f"{name} › {labels[-1][:40]}" if labels else name


_WORK: dict[type[Any], Callable[[MarketingPlan, State, Any], None]] = {
    TextEdit: _text, LockChange: _lock, ItemRewrite: _rewrite, ItemDrop: _drop, ItemAdd: _add,
}  # fmt: skip
