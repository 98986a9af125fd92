"""A model at work on the stale texts alone: every other word stays, byte for byte, and costs nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from agent.brief.model import Intake
from agent.errors import CehuaError, EditError, SetupError
from agent.events import Estimated, Event, ModelReady, StageChanged, StageText
from agent.events import State as StageState
from agent.knowledge import passage_source
from agent.llm import ModelSpec, likely_tokens, open_model, price_of
from agent.locale import t
from agent.plan.base import Words as Marked
from agent.plan.model import PART_IDS, MarketingPlan
from agent.revise import paths
from agent.revise.model import Cost
from agent.revise.proposal import Proposal, Work
from agent.revise.rebuild import Base, listed, mark_hands, told_stale
from agent.revise.state import Hand, State, covers
from agent.run.build import find
from agent.run.desk import Desk
from agent.run.filed import documents_of
from agent.run.finder import in_use, open_finder
from agent.run.folder import RunFolder
from agent.run.journal import Journal
from agent.run.objections import Objections
from agent.run.setting import setting_for
from agent.settings import Settings, load_settings
from agent.stages import BY_ID, STAGES, Stage, in_starting_order
from agent.words.accept import Refusal
from agent.words.asking import Material
from agent.words.evidence import Evidence, Lookups
from agent.words.items import Ask, Group, Item, groups, groups_for
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import Setting, StageWords, StageWriter

if TYPE_CHECKING:
    from agent.revise.engine import Hear

Stopped = CehuaError | asyncio.CancelledError | None
EACH = 3
"""Texts outside the declared ones that one call is asked for."""
RESTORES = 3
PROMPT_OVERHEAD = 3000
"""Tokens of brief, frame and task that a call reads beside its drafts, for an estimate before any prompt is rendered."""


async def rewritten(
    folder: RunFolder,
    work: Work,
    parts: Sequence[str],
    *,
    model: str | None = None,
    on_event: Hear | None = None,
    settings: Settings | None = None,
) -> tuple[Proposal, dict[str, float | None], Stopped]:
    """The run with its stale texts (or the named parts) written again, what that took, and what stopped it, if anything did.

    Cancelled, it gives back the stages that were finished, and raises where none was. Without a model the words stay and the notes say so. Raises
    SetupError before anything is asked.
    """
    language = work.plan.meta.language
    for part in parts:
        if part not in PART_IDS:
            raise EditError(t(language, "revise.error.no_list", path=part), where=part)
    out = Proposal(work.plan.model_copy(deep=True), work.intake, work.state.model_copy(deep=True))
    for part in parts:
        out.state.stale.setdefault(part, t(language, "revise.stale.asked"))
        out.state.waiting[part] = []
    named = model or work.plan.meta.model
    settings = settings.model_copy(update={"model": named}) if settings else load_settings(model=named)
    spec = ModelSpec.parse(settings.model, settings)
    if not out.state.stale:
        out.notes.append(t(language, "revise.note.nothing_stale"))
        return out, {}, None
    if spec.kind == "playbook":
        _without_model(out, parts)
        out.plan.findings = find(out.plan, out.intake, work.knowledge)
        return out, {}, None
    chosen = tuple(parts) or tuple(out.state.stale)
    again = Again(folder, work, out, spec, settings, on_event or (lambda _event: None), chosen)
    usage, stopped = await again.run()
    return out, usage, stopped


def _without_model(out: Proposal, parts: Sequence[str]) -> None:
    guided = {paths.part_of(path) for path in out.state.guidance}
    out.state.stale = {part: why for part, why in out.state.stale.items() if part in guided and part not in parts}
    out.state.waiting = {part: held for part, held in out.state.waiting.items() if part in out.state.stale}
    out.notes.append(t(out.plan.meta.language, "revise.note.rerun_playbook"))


@dataclass
class Again:
    """One rerun: the stages that wait, in their order, each the moment its own inputs are there."""

    folder: RunFolder
    work: Work
    out: Proposal
    spec: ModelSpec
    settings: Settings
    hear: Hear
    parts: tuple[str, ...]
    """Parts that are written again."""
    words: dict[str, StageWords] = field(default_factory=dict)

    async def run(self) -> tuple[dict[str, float | None], Stopped]:
        """Writes; gives back what it took and what stopped it."""
        started = time.monotonic()
        cancelled: Stopped = None
        base: Base = await asyncio.to_thread(self.work.drafts)
        self.drafts = base.plan
        self.setting: Setting = setting_for(base.plan, self.out.intake, base.frame, self.work.knowledge, self.spec)
        self._tell(_estimated(estimate(self.out.plan, self.out.intake, self.out.state, self.parts)))
        model = open_model(self.spec, self.settings)
        self.journal = Journal(model, self.folder.path / "journal")
        self.passages = platform_passages(self.work.knowledge, self.out.plan.meta.language)
        self.lookups = await self._look_up()
        try:
            await model.warm(list(self.setting.prefix))
            self._tell(ModelReady(self.spec.label, time.monotonic() - started))
            try:
                await self._in_order([stage for stage in STAGES if stage.id in self.parts])
            except asyncio.CancelledError as error:
                if not self.words:
                    raise
                cancelled = error
            self._restore()
            self._mark_told()
        finally:
            if self.lookups:
                self.lookups.close()
            await model.aclose()
        self.out.plan.meta.model = self.spec.label
        self.out.plan.findings = find(self.out.plan, self.out.intake, self.work.knowledge)
        spent = model.spent
        usage = {
            "calls": self.journal.calls,
            "journal_hits": self.journal.hits,
            "prompt_tokens": spent.prompt_tokens,
            "completion_tokens": spent.completion_tokens,
            "cached_tokens": spent.cached_tokens,
            "cost": None if spent.cost is None else float(spent.cost),
        }
        return usage, cancelled or self.journal.stopped

    async def _look_up(self) -> Lookups | None:
        """Begins to look up what the stages are shown, where and as the first writing did; an embedded model is shown nothing."""
        if self.spec.kind != "openai":
            return None
        find = await asyncio.to_thread(
            open_finder, self.out.intake, self.folder.workspace, self.settings, documents_of(self.folder.path)
        )
        if find is None:
            return None
        stages = [one for one in in_starting_order() if one in self.parts]
        return Lookups(stages, self.out.intake.filled, in_use(self.out.plan), find)

    def _tell(self, event: Event) -> None:
        if not isinstance(event, StageText):
            self.folder.log(event)
        self.hear(event)

    async def _in_order(self, stages: Sequence[Stage]) -> None:
        ids = {stage.id for stage in stages}
        sorter: TopologicalSorter[str] = TopologicalSorter(
            {stage.id: [one for one in stage.depends_on if one in ids] for stage in stages}
        )
        sorter.prepare()
        running: set[asyncio.Task[str]] = set()
        try:
            while sorter.is_active():
                running |= {asyncio.create_task(self._stage(one)) for one in sorter.get_ready()}
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    sorter.done(task.result())
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _stage(self, stage_id: str) -> str:
        stage, started = BY_ID[stage_id], time.monotonic()
        asked = list(self._asked(stage))
        self._tell(StageChanged(stage_id, "writing"))
        told = "\n".join([upstream(self.out.plan, stage.depends_on), *self._guidance(stage_id)]).strip()
        evidence = await self.lookups.of(stage_id) if self.lookups else Evidence()
        writer = StageWriter(
            Material(stage_id, self.setting.language, told, evidence=evidence),
            self.setting,
            Desk(stage_id, self.journal, self._tell),
            self.passages,
            lambda text: self._tell(StageText(stage_id, text)),
        )
        before = getattr(self.out.plan, stage_id).model_copy(deep=True)
        try:
            found = await writer.ask(asked)
        except asyncio.CancelledError:
            setattr(self.out.plan, stage_id, before)
            raise
        self.words[stage_id] = found
        self._settle(stage)
        if any(one.text for one in found.listed) or not found.listed:
            self.out.state.stale.pop(stage_id, None)
            self.out.state.waiting.pop(stage_id, None)
        part = self.out.plan.words[stage_id]
        state: StageState = "failed" if not part.model_share else "model" if part.source == "model" else "mixed"
        note = part.rejected[0] if part.rejected else ""
        self._tell(StageChanged(stage_id, state, part.model_share, time.monotonic() - started, note))
        return stage_id

    def _guidance(self, stage_id: str) -> Iterator[str]:
        """What the client asks of items of this part, as a block of the material."""
        mine = {path: text for path, text in self.out.state.guidance.items() if paths.part_of(path) == stage_id}
        if mine:
            yield t(self.setting.language, "revise.guidance.head")
            for path, text in mine.items():
                item = paths.find(self.out.plan, path)
                label = getattr(item, "name", "") or getattr(item, "title", "") or path
                yield t(self.setting.language, "revise.guidance.line", place=label, text=text)

    def _asked(self, stage: Stage) -> Iterator[Group]:
        """The stage's texts that wait: the declared ones, and those that guidance names beside them."""
        plan, state = self.out.plan, self.out.state
        waiting = state.waiting.get(stage.id, [])
        part = getattr(plan, stage.id)
        seen: set[str] = set()
        for group in groups_for(part, part, stage.rewrites, self.setting.size):
            asks = [ask for one in group if (ask := self._ask(stage, one, waiting, seen))]
            if asks:
                yield tuple(asks)
        yield from self._beside(stage, seen)

    def _ask(self, stage: Stage, one: Ask, waiting: Sequence[str], seen: set[str]) -> Ask | None:
        names = []
        for name in one.names:
            path = paths.by_id(self.out.plan, f"{stage.id}.{one.item.place}.{name}".replace("..", "."))
            wanted = not waiting or any(covers(place, path) for place in waiting)
            seen.add(path)
            if wanted and not self.out.state.kept(path):
                names.append((name, path))
        if not names:
            return None
        drafts = {name: self._draft(path, one.item.drafts[name]) for name, path in names}
        return Ask(one.label, Item(one.item.place, one.item.target, drafts), tuple(drafts))

    def _draft(self, path: str, now: str) -> str:
        """What the playbook says at a place: what a model's words are measured against."""
        found = paths.find(self.drafts, path)
        return found if isinstance(found, str) and found else now

    def _beside(self, stage: Stage, seen: set[str]) -> Iterator[Group]:
        """Prose that guidance names and that no declaration lists: single texts of the item."""
        for guided in [path for path in self.out.state.guidance if paths.part_of(path) == stage.id]:
            waiting = self.out.state.waiting.get(stage.id, [])
            if waiting and not any(covers(place, guided) or covers(guided, place) for place in waiting):
                continue
            found: dict[str, dict[str, str]] = {}
            for path, value, text in paths.leaves(getattr(self.out.plan, stage.id), stage.id, texts=True):
                holder, _, name = path.rpartition(".")
                if (
                    text
                    and covers(guided, path)
                    and path not in seen
                    and not self.out.state.kept(path)
                    and _prose(paths.find(self.out.plan, holder) if "." in path else None, name)
                ):
                    found.setdefault(holder, {})[name] = str(value)
            for holder, drafts in list(found.items())[:EACH]:
                target = getattr(self.out.plan, stage.id) if holder == stage.id else paths.at(self.out.plan, holder)
                place = holder[len(stage.id) + 1 :]
                for number in range(0, len(drafts), EACH):
                    some = dict(list(drafts.items())[number : number + EACH])
                    yield (Ask("item1", Item(place, target, some), tuple(some)),)

    def _settle(self, stage: Stage) -> None:
        """Brings what follows from new words in line, the client's own excepted; notes whose words the part holds; saves."""
        plan, state = self.out.plan, self.out.state
        if stage.settle:
            stage.settle(plan, self.work.knowledge)
            for path, hand in state.hand.items():
                if paths.find(plan, path) is not None:
                    paths.put(plan, path, hand.text)
        declared = {f"{place}.{name}".lstrip(".") for place, name, _ in listed(getattr(plan, stage.id), stage.rewrites)}
        for one in self.words[stage.id].listed:
            path = paths.by_id(plan, f"{stage.id}.{one.place}")
            if one.text and one.place not in declared:
                state.hand[path] = Hand(text=one.text, draft=one.draft, by="model")
            elif not one.text and path in state.hand and state.hand[path].by == "model":
                del state.hand[path]
        plan.words[stage.id] = self._whose(stage)
        listed_sources = {one.id for one in plan.sources}
        new = [one for one in self.words[stage.id].cites if one.id not in listed_sources]
        plan.sources += [passage_source(one, self.work.knowledge) for one in new]
        mark_hands(plan, state)

    def _whose(self, stage: Stage) -> Any:
        """Whose words the part holds, over all its declared texts."""
        now = self.words[stage.id].summary(self.setting)
        before = self.out.plan.words[stage.id]
        size = own = 0
        for place, name, target in listed(getattr(self.out.plan, stage.id), stage.rewrites):
            path = paths.by_id(self.out.plan, f"{stage.id}.{place}.{name}" if place else f"{stage.id}.{name}")
            text = str(getattr(target, name))
            size += len(text)
            if text != paths.find(self.drafts, path) and path not in self.out.state.hand:
                own += len(text)
        source = "model" if own and own == size else "mixed" if own else "playbook"
        return now.model_copy(
            update={
                "source": source, "model_share": round(own / size, 3) if size else 0.0, "characters": size,
                "model": self.setting.model_name if own else "", "prompt": now.prompt or (before.prompt if own else ""),
                "cites": list(dict.fromkeys([*before.cites, *now.cites])) if own else [],
            }
        )  # fmt: skip

    def _restore(self) -> None:
        """Gives the earlier words back wherever the model's make a new error."""
        objections = Objections(self.work.plan, self.out.intake, self.work.knowledge)
        for _ in range(RESTORES):
            blamed = objections.of(self.out.plan, self.words, errors_only=True)
            if not blamed:
                return
            for stage_id, complaints in blamed.items():
                for one in self.words[stage_id].listed:
                    if one.text and one.place in complaints:
                        one.give_back(Refusal("check", complaints[one.place]))
                self._settle(BY_ID[stage_id])

    def _mark_told(self) -> None:
        """Parts in a model's words that were told of what now reads otherwise and were not written again wait in their turn."""
        plan, state = self.out.plan, self.out.state
        for part in told_stale(self.work.plan, plan):
            if part not in self.parts and plan.words[part].model_share:
                state.stale[part] = t(plan.meta.language, "revise.stale.upstream")
                state.waiting[part] = []


def _prose(holder: Any, name: str) -> bool:
    """Whether a field of an item is prose with a limit: what a call can ask for."""
    return isinstance(holder, BaseModel) and any(
        isinstance(m, Marked) for m in type(holder).model_fields[name].metadata
    )


def _estimated(cost: Cost) -> Estimated:
    """An estimate as the event that a run tells before its first call."""
    return Estimated(cost.calls, cost.read, cost.tokens - cost.read, cost.cost)


def estimate(plan: MarketingPlan, _intake: Intake, state: State, parts: Sequence[str] = ()) -> Cost:
    """Calls and tokens of the first asking, every text as long as it stands; the cost at the model's price where one is known.

    Of the stale parts, or of the named ones: one that is not stale is written again as a whole.
    """
    calls = written = 0
    for stage in (one for one in STAGES if one.id in (parts or state.stale)):
        waiting = state.waiting.get(stage.id, [])
        part = getattr(plan, stage.id)
        for rewrite in stage.rewrites:
            for group in groups(part, part, rewrite):
                drafts = {}
                for ask in group:
                    for name in ask.names:
                        path = paths.by_id(plan, f"{stage.id}.{ask.item.place}.{name}".replace("..", "."))
                        if not state.kept(path) and (not waiting or any(covers(place, path) for place in waiting)):
                            drafts[path] = ask.item.drafts[name]
                if drafts:
                    calls += 1
                    written += likely_tokens(json.dumps(list(drafts.values()), ensure_ascii=False))
    read = calls * PROMPT_OVERHEAD + written
    cost = None
    if plan.meta.model != "playbook" and calls:
        try:
            settings = load_settings(model=plan.meta.model)
            price = price_of(ModelSpec.parse(plan.meta.model, settings), settings)
            cost = float(price.cost(read, written)) if price else None
        except SetupError:
            cost = None
    return Cost(calls=calls, tokens=read + written, read=read, cost=cost)
