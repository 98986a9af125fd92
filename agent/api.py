"""The front door for programs and faces: brief in, plan and events out."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.brief.builder import Builder
from agent.brief.correct import correct
from agent.brief.intake import finish, read_raw
from agent.brief.model import Intake
from agent.brief.readers import Raw, read_source
from agent.compliance.lawful import lawful
from agent.errors import ModelError, SetupError
from agent.events import Estimated, Event, IntakeDone, ModelReady, PlaybookDone, RunDone, StageText
from agent.export import export as export_plan
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.llm import ChatModel, ModelSpec, open_model, price_of
from agent.plan.model import Finding, MarketingPlan
from agent.run.build import build_plan, find
from agent.run.filed import file_documents, kept_documents, named_files
from agent.run.finder import in_use, open_finder
from agent.run.folder import RunFolder, load_plan, revision, slug
from agent.run.journal import Journal
from agent.run.looked import STORE as LOOKUPS
from agent.run.looked import Found, look_up_rivals
from agent.settings import Settings, settings_with
from agent.stages import in_starting_order
from agent.words.hush import noticed

if TYPE_CHECKING:
    from agent.words.evidence import Find, Lookups

LEAVING = 0.1
"""Seconds that the first requests get to leave before the playbook takes the processor."""
Source = str | Path | bytes | dict[str, Any]
"""A brief: a path, the text itself, what an uploaded file holds, or a mapping. A program that passes on what somebody typed gives bytes: they are never taken for a path."""


@dataclass
class Result:
    """A finished run."""

    plan: MarketingPlan = field(repr=False)
    run_dir: Path
    intake: Intake = field(repr=False)
    exports: list[Path] = field(default_factory=list)
    usage: dict[str, float | None] = field(default_factory=dict)
    """calls, journal_hits, prompt_tokens, completion_tokens, cached_tokens; cost in US dollars, None when the price is not known."""
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
    answers: dict[str, str] = field(default_factory=dict)
    """Corrections of what was read and answers to questions: field (`agent.brief.correct.FIELDS`) → the client's words."""
    settled: Settings | None = None
    """Settings to start from, for a face that holds a key in memory; the environment's when None."""
    as_of: dt.date | None = None
    """The plan's date; the stored one when a run goes on, else today."""
    fresh: bool = False
    """Forget the journal."""
    documents: tuple[Path, ...] = ()
    """Further files of the client's, beside those that the brief lists: metrics exports, competitor sheets."""
    workspace: str = ""
    """Workspace whose stored documents the plan may use; none when empty."""
    max_cost: Decimal | None = None
    """Most US dollars that the run may spend; the setting CEHUA_MAX_COST when None."""
    max_tokens: int | None = None
    """Most tokens, read and written, that the run may use; the setting CEHUA_MAX_TOKENS when None."""
    search_url: str = ""
    """A SearXNG-compatible endpoint that is asked about the brief's competitors; the setting CEHUA_SEARCH_URL when empty."""
    price: str = ""
    """US dollars per million tokens read and written, "0.25/2"; the setting CEHUA_PRICE, else the price list, when empty."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What the house says where the brief says nothing: a mapping with a brief's keys."""
    shared: ChatModel | None = None
    """A model that is open already, for many plans under the same limits and caps; the run opens its own when None."""

    def settings(self) -> Settings:
        """The settings in force with these options before them. Raises SetupError for a value that cannot be used."""
        return settings_with(
            self.settled,
            model=self.model or None,
            max_cost=self.max_cost,
            max_tokens=self.max_tokens,
            price=self.price or None,
            search_url=self.search_url or None,
        )


@dataclass
class Draft:
    """A brief that was read, its numbers and the plan in the playbook's words: what a run starts from."""

    given: Given
    intake: Intake
    frame: Frame
    plan: MarketingPlan
    found: Found
    """What was looked up of the competitors; empty unless a search endpoint is set."""


@dataclass(frozen=True)
class Given:
    """A brief as it was handed in, with where its documents lie."""

    raw: Raw
    beside: Path | None
    """Folder of the brief's file; None for text and mappings."""

    def builder(self, options: Options, settings: Settings, as_of: dt.date) -> Builder:
        """What code reads out of the brief, its documents filed under it. Raises BriefError."""
        build = read_raw(self.raw, as_of, options.language or settings.lang or None, options.defaults)
        correct(build, options.answers)
        files = self.files(build.brief.documents, options)
        if files or options.workspace:
            file_documents(build, files, options.workspace)
        return build

    def files(self, listed: Sequence[str], options: Options) -> list[Path]:
        """The documents of this run: those that the brief lists, and those that the options name."""
        return [*named_files(listed, self.beside), *options.documents]


def _given(source: Source) -> Given:
    path = Path(source) if isinstance(source, Path) or (isinstance(source, str) and len(source) < 500) else None
    try:
        beside = path.resolve().parent if path is not None and path.is_file() else None
    except (OSError, ValueError):
        beside = None
    return Given(read_source(source), beside)


def _read(given: Given, options: Options, settings: Settings, today: dt.date) -> Intake:
    return noticed(lawful(finish(given.builder(options, settings, today), given.raw, today), today), given.raw)


def _draft(
    given: Given, intake: Intake, as_of: dt.date, spec: ModelSpec, found: Found | None = None, *, checked: bool = True
) -> Draft:
    knowledge = load()
    frame = build_frame(intake.filled, as_of=as_of, knowledge=knowledge, asked=intake.brief)
    plan = build_plan(intake, knowledge, frame, model=spec.label, checked=checked, found=found)
    return Draft(given, intake, frame, plan, found or {})


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
    given = _given(source)
    intake = _read(given, options, settings, today)
    fingerprint = _fingerprint(intake)
    path = options.out or Path(settings.runs_dir) / slug(intake.brief.brand, fingerprint)
    with RunFolder(path) as folder:
        as_of = folder.begin(fingerprint, today, given=options.as_of, workspace=options.workspace)
        if as_of != today:
            intake = _read(given, options, settings, as_of)
        yield _logged(folder, IntakeDone(intake.filled.brand, len(intake.gaps), len(intake.conflicts)))
        async with _Door(given, options, settings, spec, folder, as_of) as door:
            found = await asyncio.to_thread(look_up_rivals, intake.filled, settings, as_of, path / LOOKUPS)
            draft = await asyncio.to_thread(_draft, given, intake, as_of, spec, found, checked=spec.kind == "playbook")
            folder.save_brief(intake.model_dump_json(indent=1))
            folder.save_plan(draft.plan)
            yield _logged(folder, PlaybookDone(str(path), time.monotonic() - started))
            result = Result(draft.plan, path, intake)
            try:
                if spec.kind != "playbook":
                    async with aclosing(_with_model(result, draft, door, options, settings, spec, folder)) as events:
                        async for event in events:
                            yield event
            finally:
                if spec.kind != "playbook":
                    folder.save_plan(result.plan)
                if options.formats:
                    result.exports = export_plan(
                        result.plan, path / "exports", options.formats, revision=revision(path)
                    )
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
        yield _logged(folder, RunDone(str(path), errors, warnings, result.seconds))
        yield result


class _Door:
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

    async def __aenter__(self) -> _Door:
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
        journal = Journal(self._model, self._folder.path / "journal", fresh=self._options.fresh)
        build = self._given.builder(self._options, self._settings, self._as_of)
        _, filled = await asyncio.gather(journal.ready(), read_further(self._given.raw, build, journal))
        if filled:
            self.further = noticed(lawful(finish(build, self._given.raw, self._as_of), self._as_of), self._given.raw)
        return journal


async def _with_model(
    result: Result,
    draft: Draft,
    door: _Door,
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
                    _draft, draft.given, door.further, draft.frame.as_of, spec, draft.found, checked=False
                )
                result.intake, result.plan = door.further, draft.plan
                folder.save_brief(door.further.model_dump_json(indent=1))
                folder.save_plan(draft.plan)
                if lookups:
                    lookups.close()
                    lookups = await _look_up(result, draft.given, options, settings, folder)
            setting = setting_for(result.plan, result.intake, draft.frame, knowledge, spec)
            await model.warm(list(setting.prefix))
            yield _logged(folder, ModelReady(spec.label, time.monotonic() - started))
            rewriting = Rewriting(
                result.plan,
                result.intake,
                setting,
                knowledge,
                journal,
                lambda: folder.save_plan(result.plan),
                lookups,
                lambda drafts: estimate(drafts, setting, knowledge, price_of(spec, settings)),
            )
            async with aclosing(rewriting.run()) as events:
                async for event in events:
                    yield event if isinstance(event, StageText) else _logged(folder, event)
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


def understand(source: Source, options: Options | None = None) -> Intake:
    """What is read out of a brief, with its gaps and contradictions; nothing is written. Raises BriefError."""
    options = options or Options()
    settings = options.settings()
    return _read(_given(source), options, settings, options.as_of or dt.date.today())


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
    given = _given(source)
    intake = _read(given, options, settings, today)
    draft, knowledge = _draft(given, intake, today, spec), load()
    return estimate(
        draft.plan, setting_for(draft.plan, intake, draft.frame, knowledge, spec), knowledge, price_of(spec, settings)
    )


def _saved_hint(path: Path) -> str:
    """Where the plan is that a stopped run leaves."""
    return f"The plan in {path} is complete and holds what was written so far; the same command goes on from there."


def _logged(folder: RunFolder, event: Event) -> Event:
    """The event, after it stands in the run's log."""
    folder.log(event)
    return event


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
