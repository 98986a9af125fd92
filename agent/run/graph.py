"""The second pass: a model rewrites part after part, each the moment its own inputs are there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from graphlib import TopologicalSorter

from agent.brief.model import Intake
from agent.events import Event, StageChanged, State
from agent.frame.model import Frame
from agent.knowledge import Knowledge
from agent.llm import Message, ModelSpec
from agent.plan.model import MarketingPlan
from agent.run.journal import Journal
from agent.stages import BY_ID, STAGES
from agent.words.accept import Ground
from agent.words.digest import brief_digest, frame_digest
from agent.words.playbook.calendar import refresh_topics
from agent.words.prompts import load_prompt
from agent.words.small import prefix as small_prefix
from agent.words.upstream import platform_passages, upstream
from agent.words.writer import Setting, write_stage


def setting_for(intake: Intake, frame: Frame, plan: MarketingPlan, spec: ModelSpec) -> Setting:
    """What all calls of a run share: the prefix (byte-identical for every stage) and the ground words are held against."""
    language = intake.filled.language
    digest = f"{brief_digest(intake)}\n{frame_digest(frame)}"
    small = spec.kind == "local"
    whole = (Message("system", load_prompt("system").render({"language": language, "digest": digest})),)
    prefix = tuple(small_prefix(language)) if small else whole
    embargoed = [word for e in intake.filled.embargoes for word in (e.keywords or [e.fact])]
    known = "\n".join(
        [
            digest,
            intake.filled.model_dump_json(exclude={"spans"}),
            plan.model_dump_json(exclude={"sources", "gaps", "findings"}),
        ]
    )
    return Setting(
        prefix, language, Ground(language, known, list(intake.filled.never_say), embargoed), spec.label, small
    )


async def rewrite_plan(
    plan: MarketingPlan, setting: Setting, knowledge: Knowledge, model: Journal, save: Callable[[], None]
) -> AsyncIterator[Event]:
    """Lets the model write into `plan` in place; saves after every stage; yields what happens.

    A stage starts as soon as the stages it depends on are done, without rounds. Cancelling it leaves the plan valid:
    words are merged item by item.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter({stage.id: stage.depends_on for stage in STAGES})
    sorter.prepare()
    queue: asyncio.Queue[Event] = asyncio.Queue()
    running: set[asyncio.Task[str]] = set()
    passages = platform_passages(knowledge, plan.meta.language)

    async def work(stage_id: str) -> str:
        queue.put_nowait(StageChanged(stage_id, "writing"))
        started = time.monotonic()
        stage = BY_ID[stage_id]
        words = await write_stage(
            stage_id,
            getattr(plan, stage_id),
            stage.rewrites,
            setting,
            model,
            passages,
            upstream(plan, stage.depends_on),
        )
        plan.words[stage_id] = words
        if stage_id == "themes":
            refresh_topics(plan)
        save()
        state: State = "model" if words.source == "model" else "mixed" if words.source == "mixed" else "failed"
        note = words.rejected[0] if words.rejected else ""
        queue.put_nowait(StageChanged(stage_id, state, words.model_share, time.monotonic() - started, note))
        return stage_id

    try:
        while sorter.is_active():
            running |= {asyncio.create_task(work(stage_id)) for stage_id in sorter.get_ready()}
            getter = asyncio.create_task(queue.get())
            done, _ = await asyncio.wait({*running, getter}, return_when=asyncio.FIRST_COMPLETED)
            if getter in done:
                yield getter.result()
            else:
                getter.cancel()
            for task in [one for one in running if one.done()]:
                running.discard(task)
                sorter.done(task.result())
            while not queue.empty():
                yield queue.get_nowait()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
