"""A plan anew from a changed brief, with every word kept whose inputs did not change: the model's, the hand's, the locked ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from agent.brief import conflicts, gaps
from agent.brief.model import BrandBrief, Intake
from agent.errors import EditError
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import Knowledge
from agent.locale import t
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.model import Clash
from agent.revise.state import Added, State, covers
from agent.run.build import build_plan
from agent.stages import STAGES, Stage
from agent.words.items import Rewrite, groups
from agent.words.upstream import upstream

NUMBERED = re.compile(r"^risks\.risks\[|^calendar\.entries\[|\.topics\[|\[\d+\]$")
"""Lists whose ids are places: another item may stand under the same id after a change."""
WRITTEN_NAMES = ("BRF-C08", "BRF-C17")
"""Contradictions that only the brief's own spelling shows: misspelt and closed platforms."""


def intake_of(brief: BrandBrief, before: Intake, as_of: dt.date) -> Intake:
    """The changed brief with its contradictions resolved and its gaps filled, as it was when it was read."""
    said = brief.model_copy(deep=True)
    successors = [
        one
        for one in before.filled.platforms.may
        if one not in (*before.brief.platforms.must, *before.brief.platforms.may, *brief.platforms.must)
    ]
    said.platforms.may += [
        one for one in successors if one not in (*said.platforms.may, *said.platforms.must, *said.platforms.avoid)
    ]
    resolved, found = conflicts.resolve(said, as_of)
    filled, missing = gaps.fill(resolved, as_of, monthly=_monthly(before))
    kept = [one for one in before.conflicts if one.code in WRITTEN_NAMES]
    return Intake(brief=brief, filled=filled, gaps=missing, conflicts=[*kept, *found], notes=before.notes)


def _monthly(before: Intake) -> Decimal | None:
    """A budget that the brief gives per month and whose total waited for the period."""
    total, period = before.filled.budget.total, before.filled.period
    told = before.brief.budget.total is not None or any(gap.field == "budget.total" for gap in before.gaps)
    if told or total is None or period.start is None or period.end is None:
        return None
    months = Decimal((period.end - period.start).days + 1) / Decimal("30.4")
    return total / max(Decimal(1), Decimal(round(months)) if abs(months - round(months)) < Decimal("0.2") else months)


@dataclass
class Base:
    """A brief with its numbers and the plan in the playbook's words."""

    intake: Intake
    frame: Frame
    plan: MarketingPlan


def base_of(intake: Intake, as_of: dt.date, knowledge: Knowledge, model: str) -> Base:
    """The playbook's plan of a brief; the findings are left to the caller."""
    frame = build_frame(intake.filled, as_of=as_of, knowledge=knowledge, asked=intake.brief)
    return Base(intake, frame, build_plan(intake, knowledge, frame, model=model, checked=False))


@dataclass
class Merged:
    """A plan with the kept words in it, and what could not simply be kept."""

    plan: MarketingPlan
    clashes: list[Clash] = field(default_factory=list)
    stale: dict[str, list[str]] = field(default_factory=dict)
    """Part → paths of its texts that a model wrote before and whose inputs changed; empty: all that a model writes there."""
    missed: list[str] = field(default_factory=list)
    """Added or dropped items for which there is no place any more, by their words."""


def merge(before: MarketingPlan, drafts: MarketingPlan, base: Base, state: State, knowledge: Knowledge) -> Merged:
    """The new base with the words of the plan before it.

    `before` is the plan as it stood, `drafts` the same in the playbook's words. A listed text keeps the model's words while
    its draft is the same in both bases; where the draft changed the new one stands and the text is stale. Without a model's
    words in it nothing is carried over, and the base itself becomes the plan.
    """
    modelled = any(words.model_share for words in before.words.values())
    out = Merged(base.plan.model_copy(deep=True) if modelled else base.plan)
    for stage in STAGES:
        _transplant(stage, before, drafts, base.plan, state, out)
    _settle(out.plan, knowledge)
    _keep_sources(before, out.plan)
    replay(out, state, drafts)
    return out


def _settle(plan: MarketingPlan, knowledge: Knowledge) -> None:
    for stage in STAGES:
        if stage.settle and plan.words[stage.id].model_share:
            stage.settle(plan, knowledge)


def listed(part: BaseModel, rewrites: tuple[Rewrite, ...]) -> Iterator[tuple[str, str, BaseModel]]:
    """(place inside the part, field, the object that holds it) of every text that a model may write."""
    for rewrite in rewrites:
        for group in groups(part, part, rewrite):
            for ask in group:
                for name in ask.names:
                    yield ask.item.place, name, ask.item.target


def _transplant(
    stage: Stage, before: MarketingPlan, drafts: MarketingPlan, new: MarketingPlan, state: State, out: Merged
) -> None:
    words = before.words[stage.id]
    if not words.model_share:
        return
    own = 0
    size = 0
    stale: list[str] = []
    for place, name, _ in listed(getattr(new, stage.id), stage.rewrites):
        path = paths.by_id(new, f"{stage.id}.{place}.{name}" if place else f"{stage.id}.{name}")
        draft, fresh = paths.find(drafts, path), paths.find(new, path)
        written = None if path in state.hand else paths.find(before, path)
        if draft == fresh and written is not None and written != draft:
            paths.put(out.plan, path, written)
            own += len(written)
            size += len(written)
            continue
        size += len(fresh)
        if written is not None and written != draft and draft != fresh:
            stale.append(path)
    out.plan.words[stage.id] = words.model_copy(
        update={
            "source": "model" if own and own == size and words.source == "model" else "mixed" if own else "playbook",
            "model_share": round(own / size, 3) if size else 0.0,
            "characters": size,
            "model": words.model if own else "",
            "prompt": words.prompt if own else "",
            "cites": words.cites if own else [],
        }
    )
    if stale:
        out.stale[stage.id] = stale


def _keep_sources(before: MarketingPlan, after: MarketingPlan) -> None:
    """Sources that a model's kept words cite join the new list."""
    known = {one.id for one in after.sources}
    cited = {one for words in after.words.values() for one in words.cites}
    after.sources += [one for one in before.sources if one.id in cited and one.id not in known]


def replay(out: Merged, state: State, drafts: MarketingPlan) -> None:
    """Puts the client's own word back: dropped and added items, hand-written and locked texts.

    `drafts` is the plan before in the playbook's words: a text clashes where the plan would now say something else than it would have.
    """
    for path, dropped in list(state.dropped.items()):
        here = where_is(out.plan, path, dropped.label)
        if here:
            take_out(out.plan, here)
        else:
            out.missed.append(dropped.label)
            del state.dropped[path]
    for added in list(state.added):
        if not put_in(out.plan, added):
            out.missed.append(str(added.item)[:60])
            state.added.remove(added)
    texts = {path: (text, text) for held in state.locks.values() for path, text in held.items()}
    texts |= {path: (hand.text, hand.draft) for path, hand in state.hand.items()}
    now = {path: relocate(out.plan, path, state.anchors) for path in texts}
    for path, (text, draft) in texts.items():
        known = (text, draft, paths.find(drafts, path))
        new = _put_back(out, now[path] or path, text, known, there=bool(now[path]))
        if new and path in state.hand:
            state.hand[path].draft = new
    _follow(state, now)
    mark_hands(out.plan, state)


def _put_back(out: Merged, path: str, text: str, known: Sequence[Any], *, there: bool) -> str:
    """The client's text at its place; a clash where the plan would say something new there, or has no such place. What it would say."""
    now = paths.find(out.plan, path) if there else None
    if now is None:
        out.clashes.append(Clash(path=path, yours=text, new=""))
        return ""
    if now not in known:
        out.clashes.append(Clash(path=path, yours=text, new=str(now)))
    paths.put(out.plan, path, text)
    return str(now)


def _follow(state: State, now: Mapping[str, str]) -> None:
    """Notes under which paths the remembered items stand from here on."""
    moved = {old: new for old, new in now.items() if new and new != old}
    state.hand = {moved.get(path, path): hand for path, hand in state.hand.items()}
    state.locks = {
        lock: {moved.get(path, path): text for path, text in held.items()} for lock, held in state.locks.items()
    }
    for old, new in moved.items():
        for outer, label in list(state.anchors.items()):
            if covers(outer, old):
                state.anchors[_prefix(new, outer)] = label


def _prefix(path: str, outer: str) -> str:
    """As many steps of a path as another has."""
    told = ""
    for step in paths.steps(path)[: len(paths.steps(outer))]:
        told += step if step.startswith("[") or not told else f".{step}"
    return told


def anchors_of(plan: MarketingPlan, path: str) -> dict[str, str]:
    """Every item on the way to a place → what it is known by."""
    found, told, node = {}, "", plan
    for holder, key in paths.walk(plan, path):
        step = f"[{key}]" if not isinstance(holder, BaseModel) else f".{key}" if told else str(key)
        told += step
        node = getattr(holder, key) if isinstance(holder, BaseModel) else holder[key]
        if isinstance(holder, list) and isinstance(node, BaseModel):
            found[paths.by_id(plan, told)] = label_of(node)
    return found


def relocate(plan: MarketingPlan, path: str, anchors: Mapping[str, str]) -> str:
    """Where a remembered place stands now: the item of the same name first, then the same id; "" for nowhere."""
    for outer in sorted((one for one in anchors if covers(one, path)), key=len):
        here = where_is(plan, outer, anchors[outer])
        if here:
            path = paths.by_id(plan, here) + path[len(outer) :]
        elif NUMBERED.search(outer):
            return ""
    return path if paths.find(plan, path) is not None else ""


def mark_hands(plan: MarketingPlan, state: State) -> None:
    """Notes which parts hold words by hand, and which no longer do."""
    by_hand = {paths.part_of(path) for path, hand in state.hand.items() if hand.by == "hand"}
    for part, words in plan.words.items():
        if part in by_hand:
            plan.words[part] = words.model_copy(update={"source": "hand"})
        elif words.source == "hand":
            source = "model" if words.model_share == 1 else "mixed" if words.model_share else "playbook"
            plan.words[part] = words.model_copy(update={"source": source})


def label_of(item: Any) -> str:
    """What an item is known by: its name, title or first words."""
    if isinstance(item, str):
        return item
    for name in ("title", "name", "topic", "what", "question", "situation", "text"):
        if value := getattr(item, name, ""):
            return str(value)
    return str(getattr(item, "id", ""))


def where_is(plan: MarketingPlan, path: str, label: str) -> str:
    """Where an item stands now: at its path when it is still the same, else where its list holds the same words; "" for nowhere."""
    if (there := paths.find(plan, path)) is not None and label_of(there) == label:
        return path
    holder = path.rpartition("[")[0]
    items = paths.find(plan, holder)
    if not isinstance(items, list):
        return ""
    place = next((n for n, one in enumerate(items) if label_of(one) == label), None)
    return "" if place is None else f"{holder}[{place}]"


def take_out(plan: MarketingPlan, path: str) -> None:
    """Takes an item out of its list, and its id out of lists that name it. Raises EditError where the plan needs it."""
    holder, place = paths.walk(plan, path)[-1]
    if not isinstance(holder, list):
        raise EditError(f"{path} is no item of a list.", where=path)
    item = holder[place]
    known = str(getattr(item, "id", "") or "")
    if known and (user := next(_users(plan, known, item), "")):
        raise EditError(t(plan.meta.language, "revise.error.needed", name=label_of(item), user=user), where=path)
    del holder[place]
    if known:
        _forget(plan, known)
    if not _valid(plan, path):
        holder.insert(place, item)
        raise EditError(t(plan.meta.language, "revise.error.least", name=label_of(item)), where=path)


def _users(plan: MarketingPlan, known: str, item: object) -> Iterator[str]:
    """Places outside the item that name its id by itself."""
    for part in (stage.id for stage in STAGES):
        for path, value, text in paths.leaves(getattr(plan, part), part):
            if value == known and not text and not path.endswith(".id") and not path.endswith("]") and value != item:
                yield path


def _forget(node: Any, known: str) -> None:
    """Takes an id out of every list of ids."""
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            _forget(getattr(node, name), known)
    elif isinstance(node, dict):
        for value in node.values():
            _forget(value, known)
    elif isinstance(node, list):
        node[:] = [one for one in node if one != known]
        for one in node:
            _forget(one, known)


def _valid(plan: MarketingPlan, path: str) -> bool:
    part = paths.part_of(path)
    kind = type(getattr(plan, part))
    try:
        kind.model_validate(getattr(plan, part).model_dump())
    except ValueError:
        return False
    return True


def put_in(plan: MarketingPlan, added: Added) -> bool:
    """Puts an item at the end of its list; False where there is no such list."""
    items = paths.find(plan, added.list)
    if not isinstance(items, list):
        return False
    item = added.item
    if isinstance(item, dict):
        if not items:
            return False
        item = type(items[0]).model_validate(item)
    items.append(item)
    return True


def told_stale(before: MarketingPlan, after: MarketingPlan) -> list[str]:
    """Parts whose prompt would be told something else of the parts before them."""
    return [
        stage.id
        for stage in STAGES
        if stage.depends_on and upstream(before, stage.depends_on) != upstream(after, stage.depends_on)
    ]
