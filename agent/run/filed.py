"""Files a client's documents under a brief: exports of back ends become what is known of own accounts, competitor sheets become facts.

The brief's own words come first: a document fills what they leave open, and where the two differ the plan says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.brief.builder import Builder
from agent.brief.conflicts import differing
from agent.brief.model import Account, Competitor, Span
from agent.brief.phrases import say
from agent.errors import BriefError
from agent.locale import number, percent, t

if TYPE_CHECKING:
    from agent.documents import Audit, Metric, RivalFact
    from agent.knowledge.private import Private
    from agent.settings import Settings

APART = 0.05
"""Share by which a document's figure may differ from the brief's before that is told."""
RUN = "run"
"""Name under which a run's folder keeps its own documents."""
VIEWS = ("views", "reads", "impressions", "reach")
"""Metrics that say how many a post reaches, the closest first."""


def file_documents(build: Builder, files: Sequence[Path], workspace: str = "") -> None:
    """Reads the files and what the workspace holds, and files their figures and facts. Raises BriefError naming a file that is refused."""
    from agent.documents import audits_of, competitors_of

    sources: tuple[str | Sequence[Path], ...] = (files, workspace)
    for source in sources:
        for audit in audits_of(source) if source else ():
            _file_account(build, audit)
        for fact in competitors_of(source) if source else ():
            _file_rival(build, fact)


def named_files(documents: Sequence[str], beside: Path | None) -> list[Path]:
    """The documents that a brief lists, as files beside it; absolute paths and paths that climb out of its folder are refused."""
    found = []
    for name in documents:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or beside is None:
            raise BriefError(
                f"The document {path.name!r} cannot be taken from there.",
                hint="Put it beside the brief and name it without folders above, or give it with --with.",
                where="documents",
            )
        found.append(beside / path)
    return found


def kept_documents(files: Sequence[Path], folder: Path, settings: Settings) -> Private | None:
    """The files as passages that this run's stages find, stored in the run's folder and nowhere else; None without files.

    What an earlier attempt stored and the brief no longer names is forgotten. Raises BriefError naming a file that is refused.
    """
    from agent.documents import add
    from agent.knowledge.private import Private

    private = Private(folder / "documents", RUN)
    named = add(files, workspace=RUN, settings=settings.model_copy(update={"data_dir": folder / "documents"}))
    for one in private.documents():
        if f"doc:{one['id']}" not in {document.id for document in named}:
            private.forget(str(one["id"]))
    return private if named else None


def documents_of(folder: Path) -> Private | None:
    """The documents that a run was made with, as `kept_documents` stored them; None when there are none."""
    from agent.knowledge.private import Private

    private = Private(folder / "documents", RUN)
    return private if private.documents() else None


def _file_account(build: Builder, audit: Audit) -> None:
    brief = build.brief
    if not audit.platform:
        return
    place = next((n for n, one in enumerate(brief.accounts) if one.platform == audit.platform), None)
    if place is None:
        brief.accounts.append(Account(platform=audit.platform, handle=audit.account))
        place = len(brief.accounts) - 1
        _span(build, f"accounts[{place}]", audit.metrics[0])
    account = brief.accounts[place]
    if followers := audit.metric("followers"):
        _fill(build, account, place, "followers", round(followers.value), followers)
        for n, goal in enumerate(brief.objectives):
            if goal.kind == "followers" and goal.platform == audit.platform and goal.baseline is not None:
                _compare(build, f"objectives[{n}].baseline", "followers", goal.baseline, followers)
    if rate := audit.metric("er"):
        if account.engagement_rate is None:
            account.rate_basis = "unknown"
        _fill(build, account, place, "engagement_rate", rate.value, rate)
    reached = next(
        (found for name in VIEWS if (found := audit.metric(name)) and found.basis == "median_per_post"), None
    )
    if reached:
        _fill(build, account, place, "average_views", round(reached.value), reached)
    for metric in audit.metrics:
        if metric.metric == "posts" and metric.basis == "rate_per_week":
            _fill(build, account, place, "posts_per_week", metric.value, metric)


def _fill(build: Builder, account: Account, place: int, field: str, value: float, metric: Metric) -> None:
    said = getattr(account, field)
    if said is None:
        setattr(account, field, value)
        _span(build, f"accounts[{place}].{field}", metric)
    else:
        _compare(build, f"accounts[{place}].{field}", field, said, metric)


def _compare(build: Builder, path: str, field: str, said: float, metric: Metric) -> None:
    """Tells it when a document's figure is not what the brief or an earlier document says; what was said first stays."""
    if abs(said - metric.value) <= APART * max(abs(said), abs(metric.value)):
        return
    language, span = build.context.language, build.brief.spans.get(path)
    filed = span is not None and span.reader == "document"
    build.differences.append(
        differing(
            path,
            language,
            what=say(f"differs.{field}", language, platform=t(language, f"platform.{metric.platform}")),
            by=span.place if span is not None and filed else say("differs.brief", language),
            said=percent(said) if metric.unit == "%" else number(said),
            found=_told(metric),
            place=_place(metric),
        )
    )


def _file_rival(build: Builder, fact: RivalFact) -> None:
    brief = build.brief
    place = next(
        (n for n, one in enumerate(brief.competitors) if one.name.casefold() == fact.competitor.casefold()), None
    )
    if place is None:
        brief.competitors.append(Competitor(name=fact.competitor))
        place = len(brief.competitors) - 1
        _span(build, f"competitors[{place}]", fact)
    rival = brief.competitors[place]
    if fact.platform and fact.platform not in rival.platforms:
        rival.platforms.append(fact.platform)
    if fact.field == "followers" and fact.value is not None and rival.followers is None:
        rival.followers = round(fact.value)
        _span(build, f"competitors[{place}].followers", fact)
    told = _rival_words(fact, brief.language)
    if told and told not in rival.facts:
        rival.facts.append(told)
        _span(build, f"competitors[{place}].facts[{len(rival.facts) - 1}]", fact)


def _rival_words(fact: RivalFact, language: str) -> str:
    """A fact as a brief would state it; a bare number gets its name, a note stands as it is."""
    if fact.field == "note" or fact.value is None:
        return fact.text.strip()
    value = percent(fact.value) if fact.field == "er" else number(fact.value, 0 if fact.value == int(fact.value) else 1)
    platform = t(language, f"platform.{fact.platform}") if fact.platform else ""
    return t(language, f"filed.{fact.field}", value=value, platform=platform).strip()


def _told(metric: Metric) -> str:
    return percent(metric.value) if metric.unit == "%" else number(metric.value)


def _place(fact: Metric | RivalFact) -> str:
    """File and cell, with the source and date that the sheet itself gives."""
    more = [part for part in (getattr(fact, "url", ""), getattr(fact, "date", "")) if part]
    return ", ".join([f"{fact.name} {fact.place}".strip(), *more])


def _span(build: Builder, path: str, fact: Metric | RivalFact) -> None:
    text = fact.text if hasattr(fact, "text") else f"{fact.metric} {_told(fact)}"
    build.brief.spans[path] = Span(text=text.strip()[:200] or fact.name, place=_place(fact)[:200], reader="document")
