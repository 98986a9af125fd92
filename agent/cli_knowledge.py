"""`cehua knowledge`: what a stage would be shown, and a workspace's own documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import CehuaError
from agent.terminal import put, tell

if TYPE_CHECKING:
    from agent.documents import Added

app = typer.Typer(help="The knowledge base and your own documents: search, add, list, remove.", no_args_is_help=True)
Workspace = Annotated[str, typer.Option(help="Whose documents: each workspace sees only its own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]


@contextmanager
def told() -> Iterator[None]:
    """Errors meant for the user: one line, the next step, the exit code of their kind; no traceback."""
    try:
        yield
    except CehuaError as error:
        tell(f"cehua: {error.where + ': ' if error.where else ''}{error.message}\n")
        if error.hint:
            tell(f"       {error.hint}\n")
        raise typer.Exit(error.exit_code) from None


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for, in Chinese or English.")],
    lang: Annotated[str, typer.Option(help="Language of the plan: zh-CN, zh-TW or en.")] = "",
    platform: Annotated[list[str] | None, typer.Option(help="Platform id; may be given several times.")] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Market code (CN, US, EU…); may be given several times.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=50, help="How many passages.")] = 6,
    workspace: Workspace = "default",
    as_json: Json = False,
) -> None:
    """Show what a stage would be shown, with scores and sources."""
    with told():
        from agent.knowledge import open_search
        from agent.settings import load_settings

        _known(lang, platform or [])
        language = lang or ("zh-CN" if any("\u3400" <= char <= "\u9fff" for char in query) else "en")
        finder = open_search(load_settings(), workspace=workspace)
        found = finder.find(
            query, language=language, platforms=platform or (), regions=region or (), k=k, progress=_progress(language)
        )
        finder.close()
    if as_json:
        record = {"query": query, "language": language, "mode": finder.mode, "passages": [asdict(one) for one in found]}
        put(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
        return
    for one in found:
        origin = ", ".join(
            part for part in (one.source.publisher, one.source.date, one.source.url, one.source.place) if part
        )
        put(
            f"{one.score:.2f}  {one.id}  {one.title}\n      {one.text[:200]}\n      [{one.source.confidence}] {origin}\n"
        )


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Word, Excel, PDF, CSV, Markdown or text files.")],
    workspace: Workspace = "default",
    as_json: Json = False,
) -> None:
    """Add your own documents: brand book, past reports, metrics exports, competitor sheets."""
    with told():
        from agent.documents import add as add_documents

        _show(add_documents(files, workspace=workspace), as_json)


@app.command("list")
def list_(workspace: Workspace = "default", as_json: Json = False) -> None:
    """The documents of a workspace."""
    with told():
        from agent.documents import listed

        _show(listed(workspace), as_json)


@app.command()
def remove(
    document: Annotated[str, typer.Argument(help="The id that `list` shows.")], workspace: Workspace = "default"
) -> None:
    """Remove a document: its text, its figures, and every index that holds its words."""
    with told():
        from agent.documents import remove as remove_document
        from agent.errors import BriefError

        if not remove_document(workspace, document):
            raise BriefError(
                "There is no such document in this workspace.", hint="See `cehua knowledge list`.", where=document[:60]
            )
    put(f"{document}\n")


@app.command()
def check(as_json: Json = False) -> None:
    """Check the knowledge base: schema, sources, contradictions, freshness. Errors make 1, warnings do not."""
    with told():
        from agent.knowledge.check import check_base

        problems = check_base()
    if as_json:
        rows = [
            {
                "severity": one.severity,
                "code": one.code,
                "where": one.where,
                "message": one.message("en"),
                "fix": one.fix("en"),
            }
            for one in problems
        ]
        put(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    for one in problems if not as_json else ():
        put(f"{one.severity:<7} {one.code} {one.where}\n        {one.message('en')}\n        → {one.fix('en')}\n")
    raise typer.Exit(1 if any(one.severity == "error" for one in problems) else 0)


def _known(lang: str, platforms: list[str]) -> None:
    from agent.errors import BriefError
    from agent.knowledge import load

    if lang not in ("", "zh-CN", "zh-TW", "en"):
        raise BriefError(
            f"{lang!r} is not a language of a plan.", hint="Give --lang zh-CN, zh-TW or en.", where="--lang"
        )
    for platform in platforms:
        if platform not in load().platforms:
            raise BriefError(
                f"{platform!r} is no platform.", hint=f"Give one of {', '.join(load().platforms)}.", where="--platform"
            )


def _progress(language: str) -> Callable[[int, int], None]:
    """One line on stderr while the index is built."""

    def show(done: int, total: int) -> None:
        from agent.locale import t

        line = t(language, "search.building", done=done, total=total)
        tell(f"\r{line}\n" if done == total or not sys.stderr.isatty() else f"\r{line}")

    return show


def _show(documents: list[Added], as_json: bool) -> None:
    if as_json:
        put(json.dumps([one.model_dump() for one in documents], ensure_ascii=False, indent=1) + "\n")
        return
    for one in documents:
        left = ", ".join(f"{name} {count}" for name, count in one.left_out.items())
        figures = sum(len(audit.metrics) for audit in one.audits)
        put(
            f"{one.id}  {one.added}  {one.name}  passages {one.passages}, figures {figures}, competitor facts {len(one.rivals)}\n"
        )
        if left:
            put(f"      left out: {left}\n")
