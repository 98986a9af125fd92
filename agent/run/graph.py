"""The second pass: a model rewrites part after part, each the moment its own inputs are there; then the whole is checked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from graphlib import TopologicalSorter

from agent.brief.model import Intake
from agent.events import Event, SentBack, StageChanged, StageText, State
from agent.knowledge import Knowledge, passage_source
from agent.llm.schema import json_schema
from agent.loops import beside
from agent.plan.model import MarketingPlan
from agent.run.desk import Desk
from agent.run.journal import Journal
from agent.run.objections import Objections
from agent.stages import BY_ID, STAGES, Stage
from agent.words.accept import Refusal
from agent.words.asking import Material
from agent.words.evidence import Evidence, Lookups
from agent.words.items import Group, groups_for, schema_for
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import Setting, StageWords, StageWriter

UNDER_WAY = 0.5
"""Seconds that the first calls get to leave before the playbook's plan is checked beside them."""
RESTORES = 3
"""Passes in which the playbook gets its word back: taking one text back may show that another was to blame."""


class Rewriting:
    """A model at work on one plan, in place. Cancelling it leaves the plan valid: words are merged item by item."""

    def __init__(
        self,
        plan: MarketingPlan,
        intake: Intake,
        setting: Setting,
        knowledge: Knowledge,
        journal: Journal,
        watcher: Callable[[], None] | None,
        lookups: Lookups | None = None,
        estimate: Callable[[MarketingPlan], Event] | None = None,
    ) -> None:
        """`plan` holds the playbook's words; `watcher` is called after every stage, to store the plan as it stands. Without one the words
        are not told as they come either.

        `lookups` holds what a stage is shown of the knowledge base; without it none is shown anything. `estimate` reckons
        what the run will take from the playbook's plan, in a thread, as soon as the first call is on its way: the caps do not wait for it.
        """
        self._estimate = estimate
        self._lookups = lookups
        self.plan = plan
        self._drafts = plan.model_copy(deep=True)
        self._setting = setting
        self._knowledge = knowledge
        self._journal = journal
        self._watcher = watcher
        self._passages = platform_passages(knowledge, plan.meta.language)
        self._objections = Objections(self._drafts, intake, knowledge)
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        """What happens, and None when the work is over."""
        self._begun = asyncio.Event()
        """Set when the first call is on its way: from then on there is time for what the processor has to do."""
        self._ahead = _ahead(self._drafts, setting.size)
        self._looking: asyncio.Task[None] | None = None
        self._told: dict[str, str] = {}
        """Stage → what its prompt was told of the parts before it."""
        self.words: dict[str, StageWords] = {}

    async def run(self) -> AsyncGenerator[Event, None]:
        """All stages, then the whole-plan check with its one sending back. Yields what happens."""
        work = asyncio.create_task(self._all())
        work.add_done_callback(lambda _: self._queue.put_nowait(None))
        try:
            while event := await self._queue.get():
                yield event
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await beside(self._settled)

    async def _all(self) -> None:
        stages = asyncio.create_task(self._in_order({stage.id: stage.depends_on for stage in STAGES}))
        try:
            await asyncio.wait({stages, asyncio.create_task(self._begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
            if self._estimate and not stages.done():
                self._queue.put_nowait(await asyncio.to_thread(self._estimate, self._drafts))
            await asyncio.sleep(UNDER_WAY)
            self.plan.findings = await asyncio.to_thread(self._objections.prepare)
            await asyncio.to_thread(_prepare_shapes, self._drafts, self._setting, self._lookups is not None)
            await stages
            if self._looking:
                await self._looking
        finally:
            stages.cancel()
            await asyncio.gather(stages, return_exceptions=True)
        await self._send_back()

    async def _in_order(self, needs: dict[str, tuple[str, ...]]) -> None:
        """Runs stages, each as soon as those it needs are done, without rounds."""
        sorter: TopologicalSorter[str] = TopologicalSorter(needs)
        sorter.prepare()
        running: set[asyncio.Task[str]] = set()
        try:
            while sorter.is_active():
                ready = sorted(sorter.get_ready(), key=lambda one: -self._ahead[one])
                running |= {asyncio.create_task(self._stage(stage_id)) for stage_id in ready}
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    sorter.done(task.result())
                if running and len(self._told) + len(running) == len(needs):
                    self._look_ahead()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _look_ahead(self) -> None:
        """Checks the plan as it stands beside the last calls: what was read of it need not be read again when they are done."""
        if self._looking is None:
            snapshot = self.plan.model_copy(deep=True)
            self._looking = asyncio.create_task(asyncio.to_thread(self._objections.look, snapshot))

    async def _stage(self, stage_id: str) -> str:
        stage = BY_ID[stage_id]
        self._queue.put_nowait(StageChanged(stage_id, "writing"))
        started = time.monotonic()
        writer = self._writer(stage, await self._evidence(stage))
        self.words[stage_id] = await writer.write(
            getattr(self.plan, stage_id), getattr(self._drafts, stage_id), stage.rewrites
        )
        self._told[stage_id] = writer.material.upstream
        self._settle(stage)
        part = self.plan.words[stage_id]
        state: State = "playbook" if not part.characters else "failed"
        if part.source in ("model", "mixed"):
            state = "model" if part.source == "model" else "mixed"
        note = part.rejected[0] if part.rejected else ""
        self._queue.put_nowait(StageChanged(stage_id, state, part.model_share, time.monotonic() - started, note))
        return stage_id

    async def _evidence(self, stage: Stage) -> Evidence:
        """What the knowledge base holds for a stage."""
        return await self._lookups.of(stage.id) if self._lookups else Evidence()

    def _writer(self, stage: Stage, evidence: Evidence) -> StageWriter:
        told = upstream(self.plan, stage.depends_on)
        material = Material(stage.id, self._setting.language, told, evidence=evidence)
        desk = Desk(stage.id, self._journal, self._queue.put_nowait, self._begun.set)
        return StageWriter(
            material,
            self._setting,
            desk,
            self._passages,
            (lambda text: self._queue.put_nowait(StageText(stage.id, text))) if self._watcher else None,
        )

    def _settle(self, stage: Stage) -> None:
        """Brings what follows from new words in line with them, notes whose words the part holds, and saves."""
        if stage.settle:
            stage.settle(self.plan, self._knowledge)
        self.plan.words[stage.id] = self.words[stage.id].summary(self._setting)
        listed = {one.id for one in self.plan.sources}
        new = [one for one in self.words[stage.id].cites if one.id not in listed]
        self.plan.sources += [passage_source(one, self._knowledge) for one in new]
        if self._watcher:
            self._watcher()

    async def _send_back(self) -> None:
        """Parts whose new words a check of the whole plan objects to go back once; then those that were told of them."""
        objections = await beside(self._objections.of, self.plan, self.words)
        if not objections or self._journal.stopped:
            return
        for stage_id, complaints in objections.items():
            self._queue.put_nowait(SentBack(stage_id, len(complaints)))
        mended = await asyncio.gather(
            *(
                self._writer(BY_ID[stage_id], Evidence()).mend(self.words[stage_id], told)
                for stage_id, told in objections.items()
            )
        )
        changed = {stage_id for stage_id, one in zip(objections, mended, strict=True) if one}
        for stage_id in changed:
            self._settle(BY_ID[stage_id])
        stale = [
            s for s in STAGES if changed & set(s.depends_on) and upstream(self.plan, s.depends_on) != self._told[s.id]
        ]
        await self._again(stale)

    async def _again(self, stale: Sequence[Stage]) -> None:
        """Writes stages again whose inputs were mended, and whatever depends on what thereby changed."""
        rewritten: set[str] = set()
        for stage in STAGES:
            told_of_new = (
                rewritten & set(stage.depends_on) and upstream(self.plan, stage.depends_on) != self._told[stage.id]
            )
            if stage in stale or told_of_new:
                await self._stage(stage.id)
                rewritten.add(stage.id)

    def _settled(self) -> None:
        """The plan as it is left: without errors of the model's making, and with what is found in it."""
        self._restore()
        self.plan.findings = self._objections.findings(self.plan)

    def _restore(self) -> None:
        """Gives the playbook its word back wherever a model's words still make a new error; such a plan is not left behind."""
        for _ in range(RESTORES):
            objections = self._objections.of(self.plan, self.words, errors_only=True)
            if not objections:
                return
            for stage_id, complaints in objections.items():
                for one in self.words[stage_id].listed:
                    if one.text and one.place in complaints:
                        one.give_back(Refusal("check", complaints[one.place]))
                self._settle(BY_ID[stage_id])


def _groups(stage: Stage, drafts: MarketingPlan, size: str) -> list[Group]:
    """What a stage's calls will ask for."""
    part = getattr(drafts, stage.id)
    return groups_for(part, part, stage.rewrites, size)


def _ahead(drafts: MarketingPlan, size: str) -> dict[str, int]:
    """Stage → characters yet to be written one after another from its start on: of stages that are ready, the longest way goes first."""
    found: dict[str, int] = {}
    for stage in reversed(STAGES):
        lengths = [
            sum(len(ask.item.drafts[name]) for ask in group for name in ask.names)
            for group in _groups(stage, drafts, size)
        ]
        after = [found[one.id] for one in STAGES if stage.id in one.depends_on]
        found[stage.id] = max(lengths, default=0) + max(after, default=0)
    return found


def _prepare_shapes(drafts: MarketingPlan, setting: Setting, citing: bool) -> None:
    """Makes the answer schemas of the calls to come, beside those in flight."""
    if setting.size == "large":
        for stage in STAGES:
            for group in _groups(stage, drafts, setting.size):
                json_schema(schema_for(group, setting.language, citing=citing))
