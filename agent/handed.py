"""What a run is handed and starts from: the brief as it came, how its plan is made, and the first draft of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.brief.builder import Builder
from agent.brief.correct import correct
from agent.brief.intake import finish, read_raw
from agent.brief.model import Intake
from agent.brief.readers import Raw, read_source
from agent.compliance.lawful import lawful
from agent.frame import build_frame
from agent.frame.model import Frame
from agent.knowledge import load
from agent.llm import ChatModel, ModelSpec
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan
from agent.run.filed import file_documents, named_files
from agent.run.looked import Found
from agent.settings import Settings, settings_with
from agent.words.hush import noticed

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
    watched: bool = True
    """Whether somebody follows the run: its words are told as they come, and plan.json holds each part as soon as it stands. Otherwise
    plan.json is written at the beginning and at the end; the journal keeps what was paid for either way."""

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


@dataclass
class Draft:
    """A brief that was read, its numbers and the plan in the playbook's words: what a run starts from."""

    given: Given
    intake: Intake
    frame: Frame
    plan: MarketingPlan
    found: Found
    """What was looked up of the competitors; empty unless a search endpoint is set."""


def given_by(source: Source) -> Given:
    """A source as it was handed in. Raises BriefError for what cannot be read."""
    path = Path(source) if isinstance(source, Path) or (isinstance(source, str) and len(source) < 500) else None
    try:
        beside = path.resolve().parent if path is not None and path.is_file() else None
    except (OSError, ValueError):
        beside = None
    return Given(read_source(source), beside)


def read_in(given: Given, options: Options, settings: Settings, today: dt.date) -> Intake:
    """What is understood of it, with its gaps and contradictions."""
    return noticed(lawful(finish(given.builder(options, settings, today), given.raw, today), today), given.raw)


def draft_of(
    given: Given, intake: Intake, as_of: dt.date, spec: ModelSpec, found: Found | None = None, *, checked: bool = True
) -> Draft:
    """Its numbers, and the plan in the playbook's words."""
    knowledge = load()
    frame = build_frame(intake.filled, as_of=as_of, knowledge=knowledge, asked=intake.brief)
    plan = build_plan(intake, knowledge, frame, model=spec.label, checked=checked, found=found)
    return Draft(given, intake, frame, plan, found or {})
