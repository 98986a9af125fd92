"""The front door for programs and faces: brief in, plan and events out."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from agent.apart import apart
from agent.brief.model import Intake
from agent.door import Door, keep, logged, with_model
from agent.errors import ModelError, SetupError
from agent.events import Estimated, Event, IntakeDone, PlaybookDone, RunDone
from agent.export import export as export_plan
from agent.handed import Options, Result, Source, draft_of, given_by, read_in
from agent.knowledge import load
from agent.llm import ModelSpec, price_of
from agent.loops import beside
from agent.plan.model import Finding
from agent.run.build import find
from agent.run.folder import RunFolder, load_plan, revision, slug
from agent.run.looked import STORE as LOOKUPS
from agent.run.looked import look_up_rivals

__all__ = ["Options", "Result", "Source", "aplan", "check", "dry_run", "export", "plan", "stream_plan", "understand"]


def _fingerprint(intake: Intake) -> str:
    return hashlib.sha256(intake.said.model_dump_json().encode()).hexdigest()


async def stream_plan(source: Source, options: Options | None = None) -> AsyncGenerator[Event | Result, None]:
    """Makes a plan and tells what happens; the last thing it yields is the Result.

    The brief is read and checked before anything is paid for (BriefError). A complete plan in the playbook's words is
    saved before a model writes; what it is asked beforehand (how it gives answers, what the reader passed over in a
    free-text brief) it is asked meanwhile. Raises SetupError for what the operator has to mend, CapReached when a cap ended the
    run, EndpointLost when the endpoint did, and ModelError when a model was asked for and contributed nothing: the plan
    as it stands is saved even then.
    """
    options = options or Options()
    settings = options.settings()
    spec = ModelSpec.parse(settings.model, settings)
    started = time.monotonic()
    today = options.as_of or dt.date.today()
    given = given_by(source)
    intake = await asyncio.to_thread(read_in, given, options, settings, today)
    fingerprint = _fingerprint(intake)
    path = options.out or Path(settings.runs_dir) / slug(intake.brief.brand, fingerprint)
    with RunFolder(path) as folder:
        as_of = folder.begin(fingerprint, today, given=options.as_of, workspace=options.workspace)
        if as_of != today:
            intake = await asyncio.to_thread(read_in, given, options, settings, as_of)
        yield logged(folder, IntakeDone(intake.filled.brand, len(intake.gaps), len(intake.conflicts)))
        async with Door(given, options, settings, spec, folder, as_of) as door:
            found = await asyncio.to_thread(look_up_rivals, intake.filled, settings, as_of, path / LOOKUPS)
            draft = await asyncio.to_thread(
                apart, draft_of, given, intake, as_of, spec, found, checked=spec.kind == "playbook"
            )
            await asyncio.to_thread(keep, folder, intake, draft)
            yield logged(folder, PlaybookDone(str(path), time.monotonic() - started))
            result = Result(draft.plan, path, intake)
            try:
                if spec.kind != "playbook":
                    async with aclosing(with_model(result, draft, door, options, settings, spec, folder)) as events:
                        async for event in events:
                            yield event
            finally:
                await beside(_finish, folder, result, options, anew=spec.kind != "playbook")
                result.seconds = time.monotonic() - started
        plan = result.plan
        if spec.kind != "playbook" and not any(words.model_share for words in plan.words.values()):
            raise ModelError(
                f"The model {spec.label} contributed nothing to this plan; it holds the playbook's words.",
                hint=f"The plan is in {path}. Try `cehua model test {spec.label}`, then run the same command again.",
            )
        folder.finish()
        errors = sum(f.severity == "error" for f in plan.findings)
        warnings = sum(f.severity == "warning" for f in plan.findings)
        yield logged(folder, RunDone(str(path), errors, warnings, result.seconds))
        yield result


def _finish(folder: RunFolder, result: Result, options: Options, *, anew: bool) -> None:
    """The plan as it stands, where it was written `anew` since it was kept, and its exports."""
    if anew:
        folder.save_plan(result.plan)
    if options.formats:
        result.exports = export_plan(
            result.plan,
            folder.path / "exports",
            options.formats,
            revision=revision(folder.path),
            kept=folder.path / "plan.json",
        )


def understand(source: Source, options: Options | None = None) -> Intake:
    """What is read out of a brief, with its gaps and contradictions; nothing is written. Raises BriefError."""
    options = options or Options()
    settings = options.settings()
    return read_in(given_by(source), options, settings, options.as_of or dt.date.today())


def dry_run(source: Source, options: Options | None = None) -> Estimated:
    """What a run would take, without a call and without a trace on the disk. Raises SetupError for the playbook."""
    from agent.run.estimate import estimate
    from agent.run.setting import setting_for

    options = options or Options()
    settings = options.settings()
    spec = ModelSpec.parse(settings.model, settings)
    if spec.kind == "playbook":
        raise SetupError("The playbook asks no model; there is nothing to estimate.", hint="Name a model with --model.")
    today = options.as_of or dt.date.today()
    given = given_by(source)
    intake = read_in(given, options, settings, today)
    draft, knowledge = draft_of(given, intake, today, spec), load()
    return estimate(
        draft.plan, setting_for(draft.plan, intake, draft.frame, knowledge, spec), knowledge, price_of(spec, settings)
    )


async def aplan(
    source: Source,
    options: Options | None = None,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """Makes a plan; `on_event` hears what happens. Raises as `stream_plan` does."""
    async with aclosing(stream_plan(source, options)) as events:
        async for event in events:
            if isinstance(event, Result):
                return event
            if on_event:
                on_event(event)
    raise AssertionError("stream_plan ends with its result")


def plan(
    source: Source,
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
    return export_plan(saved, folder, formats, revision=revision(run))
