"""What can be done in one workspace, for whoever asks: other programs over MCP and HTTP, and the desk's own calls.

Everything goes by ids of this workspace; no path comes in or goes out. Errors are CehuaErrors; `ui.problems` says them to a program.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent import revise
from agent.api import Options, check
from agent.brief.readers import MAX_BYTES
from agent.documents import Added, add, listed, remove
from agent.errors import BriefError, CehuaError, Locked, SetupError
from agent.export import FORMATS, export_zip, known, rendered
from agent.knowledge import load, open_search
from agent.llm import ModelSpec
from agent.plan.model import PART_IDS, MarketingPlan
from agent.revise.model import Revised, Understood
from agent.run.folder import load_plan, revision, slug
from agent.settings import Settings
from ui.results import (
    SHOWN,
    Asked,
    Changed,
    Checked,
    DocumentInfo,
    Found,
    PartInfo,
    Passages,
    PlanData,
    Reading,
    Revision,
    RunInfo,
    State,
    Told,
    VersionInfo,
)
from ui.store import Card, Run, Store, facts
from ui.tail import Tail
from ui.work import Desk

MEDIA = {
    "md": "text/markdown", "json": "application/json", "csv": "text/csv", "gcal": "text/csv", "ics": "text/calendar", "html": "text/html",
    "pdf": "application/pdf", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
"""Format of an export → its media type."""


AT_ONCE = threading.BoundedSemaphore(2)
"""What takes a core for a second takes its turn, so that the loop that answers everybody stays quick."""
ASKED = threading.BoundedSemaphore(6)
"""Briefs that are taken in at once: a hundred threads side by side would leave the loop that answers a hundredth of the time."""


class NotFound(BriefError):
    """There is no such thing in this workspace; what another workspace has is not there either."""


class TooEarly(CehuaError):
    """The run holds no plan yet, or is being written."""

    exit_code = 2


@dataclass(frozen=True)
class File:
    """An export."""

    name: str
    """File name for the eye."""
    media_type: str
    content: bytes


class Actions:
    """The actions of one workspace."""

    def __init__(self, store: Store, desk: Desk, settings: Settings | Callable[[], Settings]) -> None:
        """`settings` may be a function, where a key that was entered in a workspace changes them."""
        self.store, self.desk = store, desk
        self._settings = settings if callable(settings) else lambda: settings

    @property
    def settings(self) -> Settings:
        """The settings that count now."""
        return self._settings()

    # Making

    def make(self, asked: Asked) -> RunInfo:
        """Begins a run. Raises BriefError for a brief that cannot be read, SetupError for a model that cannot be used, Busy.

        While others wait in line the brief is read when its turn comes; the run then fails with the same message.
        """
        settings = self.settings
        spec = ModelSpec.parse(asked.model or settings.model, settings)
        if spec.kind == "openai" and not (settings.openai_api_key or settings.openai_base_url):
            raise SetupError("No key is set for a hosted model.", hint="Set OPENAI_API_KEY, or ask for the playbook.")
        source = asked.brief.encode("utf-8", "replace")
        if len(source) > MAX_BYTES:
            raise BriefError("The brief is too large.", where="brief")
        self.desk.glance(
            source, Options(model="playbook", language=asked.language, answers=asked.answers, settled=settings)
        )
        card = Card(
            kind="text",
            model=spec.label,
            language=asked.language,
            answers=asked.answers,
            documents=asked.documents,
            max_cost="" if asked.max_cost is None else str(asked.max_cost),
            max_tokens=asked.max_tokens,
            price=asked.price,
        )
        with ASKED:
            return self.info(self.desk.begin(self.store, source, card, settings).id)

    def go_on(self, run_id: str) -> RunInfo:
        """Goes on with a run that was stopped or interrupted; what was paid for is not paid for again."""
        self.desk.go_on(self.store, self._run(run_id), self.settings)
        return self.info(run_id)

    def stop(self, run_id: str) -> RunInfo:
        """Stops a run; the plan as it stands is kept."""
        self.desk.stop(self.store, self._run(run_id).id)
        return self.info(run_id)

    def delete(self, run_id: str) -> None:
        """Removes a run for good."""
        run = self._run(run_id)
        self.desk.forget(self.store, run.id)
        self.store.delete(run.id)

    # Looking

    def runs(self, limit: int = 50) -> list[RunInfo]:
        """The runs of the workspace, the newest first."""
        return [self._info(run, parts=False) for run in self.store.all()[:limit]]

    def info(self, run_id: str) -> RunInfo:
        """One run: where it stands, whose words its parts hold."""
        return self._info(self._run(run_id), parts=True)

    def state(self, run_id: str) -> State:
        """Where a run stands, without reading its plan."""
        return self._state(self._run(run_id))

    def read(self, run_id: str, part: str = "") -> Reading:
        """The plan, or a part, as Markdown in the plan's language."""
        from agent.export.markdown import part_markdown, to_markdown

        run, plan = self._plan(run_id, part)
        text = part_markdown(plan, part) if part else to_markdown(plan)
        return Reading(run=run.id, part=part, version=_version(run), markdown=text)

    def data(self, run_id: str, part: str = "") -> PlanData:
        """The plan, or a part, as data by the published schema."""
        run, plan = self._plan(run_id, part)
        plain = plan.model_dump(mode="json")
        return PlanData(run=run.id, version=_version(run), plan=plain[part] if part else plain)

    def check(self, run_id: str) -> Checked:
        """What the checks find in the plan as it stands."""
        run, _ = self._plan(run_id)
        with AT_ONCE:
            found = check(run.path)
        counts = {kind: sum(one.severity == kind for one in found) for kind in ("error", "warning")}
        return Checked(run=run.id, errors=counts["error"], warnings=counts["warning"], findings=found)

    def versions(self, run_id: str) -> list[VersionInfo]:
        """The versions of a run, the oldest first."""
        run, _ = self._plan(run_id)
        names = VersionInfo.model_fields
        return [VersionInfo(**one.model_dump(include=set(names))) for one in revise.versions(run.path)]

    def events(self, run_id: str, after: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """What happened in a run, numbered from 1, beyond number `after`: plain values without paths."""
        for number, event in self.tail(run_id).read():
            if number > after:
                yield number, event

    def tail(self, run_id: str) -> Tail:
        """The run's events, to be read on."""
        return Tail(self._run(run_id).path / "events.jsonl")

    def glimpse(self, run_id: str) -> tuple[State, int]:
        """Where a run stands and its place in the line, from memory while it is at work: cheap enough to be asked all the time."""
        progress = self.desk.progress(self.store, run_id)
        if progress and progress.live:
            return progress.status, self.desk.place(self.store, run_id)
        return self.state(run_id), 0

    def problem(self, run_id: str) -> tuple[str, str]:
        """Why a run failed or ended early, and what to do about it."""
        return self._problem(self._run(run_id))

    # Changing

    def revise(self, run_id: str, told: Told) -> Revision:
        """Says what an instruction would do, and does it unless `apply` is False or it has to be asked back."""
        run, _ = self._plan(run_id, free=True)
        model, settings = run.card.model, self.settings
        understood = revise.understand(run.path, told.instruction, model=model, settings=settings)
        if understood.kind != "edit" or not told.apply:
            return _revision(run, understood, None)
        made = revise.apply(
            run.path, understood.edits, instruction=told.instruction, rerun="now" if told.rewrite else "later",
            model=model if told.rewrite else None, take=told.take, settings=settings,
        )  # fmt: skip
        return _revision(run, understood, made)

    def undo(self, run_id: str) -> RunInfo:
        """Back to the version before. Raises EditError when there is none."""
        run, _ = self._plan(run_id, free=True)
        revise.undo(run.path)
        return self.info(run_id)

    def restore(self, run_id: str, version: int) -> RunInfo:
        """The plan as a version had it, as a new version. Raises EditError for a number that there is not."""
        run, _ = self._plan(run_id, free=True)
        revise.restore(run.path, version)
        return self.info(run_id)

    # Handing over

    def export(self, run_id: str, form: str) -> File:
        """The plan in a format, or in all of them as one zip. Raises FormatError for a format that there is none of."""
        run, plan = self._plan(run_id)
        name = slug(plan.meta.brand, run.id).rsplit("-", 1)[0]
        if form == "zip":
            with AT_ONCE:
                packed = export_zip(plan, run.path / "exports", list(FORMATS), revision=revision(run.path))
            return File(f"{name}.zip", MEDIA["zip"], packed.read_bytes())
        (asked,) = known([form.split(",")[0]])
        with AT_ONCE:
            ((_, content),) = rendered(plan, [asked], revision=revision(run.path)).items()
        return File(f"{name}{FORMATS[asked].suffix}", MEDIA[asked], content)

    # Knowledge

    def search(
        self,
        query: str,
        *,
        language: str = "",
        platforms: Sequence[str] = (),
        regions: Sequence[str] = (),
        k: int = 6,
        documents: bool = True,
    ) -> Passages:
        """The best passages of the knowledge base and, unless `documents` is False, of the workspace's own documents."""
        unknown = [one for one in platforms if one not in load().platforms]
        if unknown:
            raise BriefError(
                "That is no platform.", hint=f"Give one of {', '.join(load().platforms)}.", where="platforms"
            )
        finder = open_search(self.settings, workspace=self.store.workspace if documents else "none")
        tongue = language or ("zh-CN" if any("\u3400" <= char <= "\u9fff" for char in query) else "en")
        try:
            found = finder.find(query, language=tongue, platforms=platforms, regions=regions, k=k)
        finally:
            finder.close()
        passages = [
            Found(
                id=one.id, title=one.title, text=one.text, score=one.score, publisher=one.source.publisher, date=one.source.date,
                url=one.source.url, confidence=one.source.confidence,
            )
            for one in found
        ]  # fmt: skip
        return Passages(query=query, mode="hybrid" if finder.mode == "hybrid" else "keyword", passages=passages)

    def documents(self) -> list[DocumentInfo]:
        """The workspace's own documents."""
        return [_document(one) for one in listed(self.store.workspace, settings=self.settings)]

    def add_document(self, name: str, content: bytes) -> DocumentInfo:
        """Reads and keeps a document. Raises FileRefused for one that cannot be read."""
        (kept,) = add([(name, content)], workspace=self.store.workspace, settings=self.settings)
        return _document(kept)

    def remove_document(self, document: str) -> None:
        """Removes a document for good. Raises NotFound."""
        if not remove(self.store.workspace, document, settings=self.settings):
            raise NotFound("There is no such document.", where="document")

    # Inside

    def _run(self, run_id: str) -> Run:
        try:
            return self.store.get(run_id)
        except BriefError as error:
            raise NotFound(error.message, hint=error.hint, where="run") from None

    def _plan(self, run_id: str, part: str = "", *, free: bool = False) -> tuple[Run, MarketingPlan]:
        run = self._run(run_id)
        if part and part not in PART_IDS:
            raise NotFound("There is no such part.", hint=f"Parts: {', '.join(PART_IDS)}.", where="part")
        if not (run.path / "plan.json").is_file():
            raise TooEarly("There is no plan yet.", hint="Ask again when the run is done.", where="run")
        progress = self.desk.progress(self.store, run_id)
        if free and progress and progress.live:
            raise Locked("The plan is being written.", hint="Wait until it is done, or stop it.", where="run")
        return run, load_plan(run.path)

    def _state(self, run: Run) -> State:
        progress = self.desk.progress(self.store, run.id)
        if progress and (progress.live or progress.status == "failed"):
            return progress.status
        if run.state == "done":
            return "done"
        if run.card.stopped:
            return "stopped" if run.card.stopped == "stopped" else "failed"
        return "stopped" if progress and progress.status == "stopped" else "interrupted"

    def _info(self, run: Run, *, parts: bool) -> RunInfo:
        plan, state = facts(run), self._state(run)
        card = run.card
        problem, hint = self._problem(run)
        return RunInfo(
            id=run.id,
            title=card.title or plan.get("brand", ""),
            state=state,
            place=self.desk.place(self.store, run.id),
            made=card.made,
            model=card.model,
            language=plan.get("language", ""),
            start=plan.get("start", ""),
            end=plan.get("end", ""),
            errors=plan.get("error", 0),
            warnings=plan.get("warning", 0),
            version=_version(run) if plan and parts else 0,
            parts=_parts(run) if plan and parts else {},
            problem=problem,
            hint=hint,
        )

    def _problem(self, run: Run) -> tuple[str, str]:
        progress, card = self.desk.progress(self.store, run.id), run.card
        told = (progress.message if progress else "") or ("" if card.stopped == "stopped" else card.stopped)
        return told, (progress.hint if progress else "") or card.hint


def _version(run: Run) -> int:
    return next((one.number for one in revise.versions(run.path) if one.current), 0)


def _parts(run: Run) -> dict[str, PartInfo]:
    words, stale = load_plan(run.path).words, _stale(run)
    return {
        part: PartInfo(source=one.source, model_share=one.model_share, stale=stale.get(part, ""))
        for part, one in words.items()
    }


def _stale(run: Run) -> Mapping[str, str]:
    return revise.state(run.path).stale


def _revision(run: Run, understood: Understood, made: Revised | None) -> Revision:
    changes = made.difference.changes if made else []
    return Revision(
        run=run.id,
        kind=understood.kind,
        applied=made is not None,
        version=made.version if made else _version(run),
        preview=understood.preview,
        answer=understood.answer,
        citations=understood.citations,
        questions=understood.questions,
        consequences=understood.consequences,
        clashes=[one.path for one in (made.clashes if made else understood.clashes)],
        parts=made.changed if made else understood.parts,
        stale=list(made.stale) if made else understood.stale,
        changes=[
            Changed(path=one.path, kind=one.kind, before=one.before[:400], after=one.after[:400])
            for one in changes[:SHOWN]
        ],
        more_changes=max(0, len(changes) - SHOWN),
        new_findings=made.new_findings if made else [],
        notes=made.notes if made else [],
        estimate=made.estimate if made else understood.estimate,
    )


def _document(one: Added) -> DocumentInfo:
    return DocumentInfo(
        id=one.id,
        name=one.name,
        added=one.added,
        passages=one.passages,
        figures=sum(len(audit.metrics) for audit in one.audits),
        rivals=len(one.rivals),
    )
