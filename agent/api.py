"""The front door for programs and faces: brief in, plan and events out."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.brief.intake import finish, read_raw
from agent.brief.model import Intake
from agent.brief.readers import Raw, read_source
from agent.errors import ModelError, SetupError
from agent.events import Event, IntakeDone, ModelReady, PlaybookDone, RunDone
from agent.export import export as export_plan
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.llm import ModelSpec, open_model
from agent.plan.model import Finding, MarketingPlan
from agent.run.build import build_plan, find
from agent.run.folder import RunFolder, load_plan, slug
from agent.run.journal import Journal
from agent.settings import Settings, load_settings


@dataclass
class Result:
    """A finished run."""

    plan: MarketingPlan
    run_dir: Path
    intake: Intake
    exports: list[Path] = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=dict)
    """calls, journal_hits, prompt_tokens, completion_tokens, cached_tokens."""
    seconds: float = 0.0

    def record(self) -> dict[str, Any]:
        """The object that `cehua plan --json` prints."""
        return {
            "run_dir": str(self.run_dir),
            "parts": {name: {"source": w.source, "model_share": w.model_share} for name, w in self.plan.words.items()},
            "findings": [f.model_dump() for f in self.plan.findings],
            "usage": self.usage,
            "seconds": round(self.seconds, 3),
            "exports": [str(p) for p in self.exports],
        }


@dataclass(frozen=True)
class Options:
    """How a plan is made."""

    out: Path | None = None
    """Run folder; a new one below the runs folder when None."""
    model: str = ""
    """"openai:NAME", "local", "local:/path.gguf", "playbook" or "auto"; the setting CEHUA_MODEL when empty."""
    language: str = ""
    """The plan's language; the brief's when empty."""
    formats: tuple[str, ...] = ("md", "json")
    """Exports to write."""
    as_of: dt.date | None = None
    """The plan's date; the stored one when a run goes on, else today."""
    fresh: bool = False
    """Forget the journal."""


async def stream_plan(
    source: str | Path | dict[str, Any], options: Options | None = None
) -> AsyncIterator[Event | Result]:
    """Makes a plan and tells what happens; the last thing it yields is the Result.

    The brief is read and checked before anything is paid for (BriefError). A complete plan in the playbook's words is
    saved before a model is asked. Raises SetupError for what the operator has to mend, and ModelError when a model was
    asked for and contributed nothing: the playbook's plan is saved even then.
    """
    options = options or Options()
    settings = load_settings(model=options.model or None)
    spec = ModelSpec.parse(settings.model, settings)
    started = time.monotonic()
    today = options.as_of or dt.date.today()
    language = options.language or settings.lang or None
    raw = read_source(source)
    intake = finish(read_raw(raw, today, language), raw, today)
    print_of_brief = hashlib.sha256(intake.brief.model_dump_json().encode()).hexdigest()
    path = options.out or Path(settings.runs_dir) / slug(intake.brief.brand, print_of_brief)
    with RunFolder(path) as folder:
        as_of = options.as_of or folder.as_of(print_of_brief, today)
        if as_of != today:
            intake = finish(read_raw(raw, as_of, language), raw, as_of)
        yield _logged(folder, IntakeDone(intake.filled.brand, len(intake.gaps), len(intake.conflicts)))
        knowledge = load()
        frame = build_frame(intake.filled, as_of=as_of, knowledge=knowledge, asked=intake.brief)
        plan = build_plan(intake, knowledge, frame, model=spec.label)
        folder.keep_version()
        folder.save_brief(intake.model_dump_json(indent=1))
        folder.save_plan(plan)
        yield _logged(folder, PlaybookDone(str(path), time.monotonic() - started))
        result = Result(plan, path, intake)
        try:
            if spec.kind != "playbook":
                work = ModelWork(raw, as_of, language, spec, settings, options.fresh)
                async for event in _with_model(result, frame, work, folder):
                    yield event
        finally:
            result.plan.findings = find(result.plan, result.intake, knowledge)
            folder.save_plan(result.plan)
            result.exports = export_plan(result.plan, path / "exports", options.formats)
            result.seconds = time.monotonic() - started
        plan = result.plan
        if spec.kind != "playbook" and not any(words.model_share for words in plan.words.values()):
            raise ModelError(
                f"The model {spec.label} contributed nothing to this plan; it holds the playbook's words.",
                hint=f"The plan is in {path}. Try `cehua model test {spec.label}`, then run the same command again.",
            )
        errors = sum(f.severity == "error" for f in plan.findings)
        warnings = sum(f.severity == "warning" for f in plan.findings)
        yield _logged(folder, RunDone(str(path), errors, warnings, result.seconds))
        yield result


@dataclass(frozen=True)
class ModelWork:
    """What the model's part of a run needs beside the plan."""

    raw: Raw
    as_of: dt.date
    language: str | None
    spec: ModelSpec
    settings: Settings
    fresh: bool


async def _with_model(result: Result, frame: Frame, work: ModelWork, folder: RunFolder) -> AsyncIterator[Event]:
    """The model's part: reads a free-text brief once more, then rewrites the plan part by part."""
    from agent.run.graph import rewrite_plan, setting_for

    started = time.monotonic()
    model = open_model(work.spec, work.settings)
    journal = Journal(model, folder.path / "journal", fresh=work.fresh)
    frame = await _read_again(result, frame, work, journal, folder)
    setting = setting_for(result.intake, frame, result.plan, work.spec)
    await model.warm(list(setting.prefix))
    yield _logged(folder, ModelReady(work.spec.label, time.monotonic() - started))
    try:
        async for event in rewrite_plan(result.plan, setting, load(), journal, lambda: folder.save_plan(result.plan)):
            folder.log(event)
            yield event
    finally:
        spent = model.spent
        result.usage = {
            "calls": journal.calls,
            "journal_hits": journal.hits,
            "prompt_tokens": spent.prompt_tokens,
            "completion_tokens": spent.completion_tokens,
            "cached_tokens": spent.cached_tokens,
        }


async def _read_again(result: Result, frame: Frame, work: ModelWork, journal: Journal, folder: RunFolder) -> Frame:
    """Lets the model point at what the first reader passed over; makes frame and plan anew when it found anything."""
    from agent.words.reader import read_further

    build = read_raw(work.raw, work.as_of, work.language)
    if not await read_further(work.raw, build, journal):
        return frame
    knowledge = load()
    result.intake = finish(build, work.raw, work.as_of)
    frame = build_frame(result.intake.filled, as_of=work.as_of, knowledge=knowledge)
    result.plan = build_plan(result.intake, knowledge, frame, model=work.spec.label)
    folder.save_brief(result.intake.model_dump_json(indent=1))
    folder.save_plan(result.plan)
    return frame


def _logged(folder: RunFolder, event: Event) -> Event:
    """The event, after it stands in the run's log."""
    folder.log(event)
    return event


async def aplan(
    source: str | Path | dict[str, Any],
    options: Options | None = None,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """Makes a plan; `on_event` hears what happens. Raises as `stream_plan` does."""
    async for event in stream_plan(source, options):
        if isinstance(event, Result):
            return event
        if on_event:
            on_event(event)
    raise AssertionError("stream_plan ends with its result")


def plan(
    source: str | Path | dict[str, Any],
    options: Options | None = None,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """`aplan` for programs without an event loop."""
    return asyncio.run(aplan(source, options, on_event=on_event))


def check(run: Path) -> list[Finding]:
    """What the checks find in a saved plan. Raises SetupError when there is none."""
    saved = load_plan(run)
    stored = (run if run.is_dir() else run.parent) / "brief.json"
    if not stored.is_file():
        raise SetupError(
            f"There is no brief.json beside {run}.", hint="Give the run's folder: a plan is checked against its brief."
        )
    return find(saved, Intake.model_validate_json(stored.read_text(encoding="utf-8")), load())


def export(run: Path, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """Writes a saved plan in the given formats, into the run's exports folder unless `out` says otherwise."""
    saved = load_plan(run)
    folder = out or (run if run.is_dir() else run.parent) / "exports"
    return export_plan(saved, folder, formats)
