"""The model's part of a run: let in while the playbook writes, asked beforehand what it can be asked, then rewriting part after part."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from agent.apart import apart
from agent.brief.intake import finish
from agent.brief.model import Intake
from agent.compliance.lawful import lawful
from agent.events import Event, ModelReady, StageText
from agent.handed import Draft, Given, Options, Result, draft_of
from agent.knowledge import load
from agent.llm import ChatModel, ModelSpec, open_model, price_of
from agent.run.filed import kept_documents
from agent.run.finder import in_use, open_finder
from agent.run.folder import RunFolder
from agent.run.journal import Journal
from agent.settings import Settings
from agent.stages import in_starting_order
from agent.words.hush import noticed

if TYPE_CHECKING:
    from agent.words.evidence import Find, Lookups

LEAVING = 0.1
"""Seconds that the first requests get to leave before the playbook takes the processor."""


class Door:
    """A model let in while the playbook writes: opened, and asked what it can be asked before there is a plan."""

    def __init__(
        self, given: Given, options: Options, settings: Settings, spec: ModelSpec, folder: RunFolder, as_of: dt.date
    ) -> None:
        self._given, self._options, self._settings = given, options, settings
        self._spec, self._folder, self._as_of = spec, folder, as_of
        self._work: asyncio.Task[Journal] | None = None
        self._model: ChatModel | None = None
        self.further: Intake | None = None
        """The brief with what the model found in it beside the reader; None when that was nothing."""

    async def __aenter__(self) -> Door:
        if self._spec.kind == "openai":
            self._work = asyncio.create_task(self._open())
            await asyncio.wait({self._work}, timeout=LEAVING)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        if self._model:
            await self._model.aclose()

    async def journal(self) -> Journal:
        """The journalled model, when nothing is left to ask beforehand. Raises what opening it raised.

        An embedded model is opened only now: loading it would take the processor from the playbook.
        """
        self._work = self._work or asyncio.create_task(self._open())
        return await asyncio.shield(self._work)

    async def _open(self) -> Journal:
        from agent.words.reader import read_further

        shared = self._options.shared
        self._model = shared.account() if shared else open_model(self._spec, self._settings)
        journal = Journal(
            self._model, self._folder.path / "journal", fresh=self._options.fresh, beside=shared is not None
        )
        build = self._given.builder(self._options, self._settings, self._as_of)
        _, filled = await asyncio.gather(journal.ready(), read_further(self._given.raw, build, journal))
        if filled:
            self.further = noticed(lawful(finish(build, self._given.raw, self._as_of), self._as_of), self._given.raw)
        return journal


async def with_model(
    result: Result,
    draft: Draft,
    door: Door,
    options: Options,
    settings: Settings,
    spec: ModelSpec,
    folder: RunFolder,
) -> AsyncGenerator[Event, None]:
    """The model's part: rewrites the plan part by part."""
    from agent.run.estimate import estimate
    from agent.run.graph import Rewriting
    from agent.run.setting import setting_for

    started = time.monotonic()
    knowledge = load()
    lookups: Lookups | None = None
    try:
        if spec.kind == "openai":
            lookups = await _look_up(result, draft.given, options, settings, folder)
        journal = await door.journal()
        model = journal.model
        try:
            if door.further:
                draft = await asyncio.to_thread(
                    apart, draft_of, draft.given, door.further, draft.frame.as_of, spec, draft.found, checked=False
                )
                result.intake, result.plan = door.further, draft.plan
                await asyncio.to_thread(keep, folder, door.further, draft)
                if lookups:
                    lookups.close()
                    lookups = await _look_up(result, draft.given, options, settings, folder)
            setting = await asyncio.to_thread(setting_for, result.plan, result.intake, draft.frame, knowledge, spec)
            await model.warm(list(setting.prefix))
            yield logged(folder, ModelReady(spec.label, time.monotonic() - started))
            rewriting = await asyncio.to_thread(
                Rewriting,
                result.plan,
                result.intake,
                setting,
                knowledge,
                journal,
                (lambda: folder.save_plan(result.plan)) if options.watched else None,
                lookups,
                lambda drafts: estimate(drafts, setting, knowledge, price_of(spec, settings)),
            )
            async with aclosing(rewriting.run()) as events:
                async for event in events:
                    yield event if isinstance(event, StageText) else logged(folder, event)
        finally:
            spent = model.spent
            result.usage = {
                "calls": journal.calls,
                "journal_hits": journal.hits,
                "prompt_tokens": spent.prompt_tokens,
                "completion_tokens": spent.completion_tokens,
                "cached_tokens": spent.cached_tokens,
                "cost": None if spent.cost is None else float(spent.cost),
            }
    finally:
        if lookups:
            lookups.close()
    if journal.stopped:
        journal.stopped.hint = f"{journal.stopped.hint} {_saved_hint(folder.path)}".strip()
        raise journal.stopped


async def _look_up(
    result: Result, given: Given, options: Options, settings: Settings, folder: RunFolder
) -> Lookups | None:
    """Begins to look up what the stages are shown; None when nothing is to be shown."""
    from agent.words.evidence import Lookups

    find = await asyncio.to_thread(_finder, result, given, options, settings, folder)
    if find is None:
        return None
    return Lookups(in_starting_order(), result.intake.filled, in_use(result.plan), find)


def _finder(result: Result, given: Given, options: Options, settings: Settings, folder: RunFolder) -> Find | None:
    """What this run's stages look things up in; its documents are read into its folder first."""
    files = given.files(result.intake.brief.documents, options) if settings.passages else []
    return open_finder(result.intake, options.workspace, settings, kept_documents(files, folder.path, settings))


def _saved_hint(path: Path) -> str:
    """Where the plan is that a stopped run leaves."""
    return f"The plan in {path} is complete and holds what was written so far; the same command goes on from there."


def keep(folder: RunFolder, intake: Intake, draft: Draft) -> None:
    """The brief as it was understood, and the plan in the playbook's words."""
    folder.save_brief(intake.model_dump_json(indent=1))
    folder.save_plan(draft.plan)


def logged(folder: RunFolder, event: Event) -> Event:
    """The event, after it stands in the run's log."""
    folder.log(event)
    return event
