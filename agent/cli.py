"""The command line: progress on stderr, results on stdout or in files, exit codes that mean something.

0 done · 1 done with errors among the findings · 2 bad input · 3 set-up or endpoint · 4 stopped by a cap.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import CehuaError

if TYPE_CHECKING:
    from agent.api import Options, Result
    from agent.plan.model import Finding

app = typer.Typer(
    name="cehua",
    help="From a brand brief to a social media plan that can be carried out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="The models: list, fetch, test.", no_args_is_help=True)
app.add_typer(model_app, name="model")


@contextmanager
def _told() -> Iterator[None]:
    """Errors meant for the user: one line, the next step, the exit code of their kind; no traceback."""
    try:
        yield
    except CehuaError as error:
        sys.stderr.write(f"cehua: {error.where + ': ' if error.where else ''}{error.message}\n")
        if error.hint:
            sys.stderr.write(f"       {error.hint}\n")
        raise typer.Exit(error.exit_code) from None


@app.command()
def plan(
    brief: Annotated[
        str,
        typer.Argument(
            help="A brief: YAML, JSON, Markdown, text, Word, Excel or PDF file, '-' for stdin, or the text itself."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder of the run. Default: a new one below runs/.")] = None,
    model: Annotated[str, typer.Option(help="openai:NAME, local, local:/path.gguf, playbook, or auto.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the plan: zh-CN, zh-TW or en. Default: the brief's.")] = "",
    format: Annotated[str, typer.Option(help="Exports, separated by commas: md, json, docx, pdf, html…")] = "md,json",
    as_of: Annotated[
        str, typer.Option(help="The plan's date (YYYY-MM-DD). Default: today, or the run's own when it goes on.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the journal: ask the model everything again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
) -> None:
    """Write a complete plan from a brief."""
    with _told():
        from agent.api import Options
        from agent.export import known

        options = Options(
            out=out,
            model=model,
            language=_language(lang),
            formats=tuple(known(format.split(","))),
            as_of=_date(as_of),
            fresh=fresh,
        )
        result = _run(brief, options, quiet=as_json and not sys.stderr.isatty())
    if as_json:
        sys.stdout.write(json.dumps(result.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        for path in result.exports:
            sys.stdout.write(f"{path}\n")
    raise typer.Exit(1 if any(f.severity == "error" for f in result.plan.findings) else 0)


def _run(brief: str, options: Options, *, quiet: bool) -> Result:
    from agent.api import aplan
    from agent.board import Board

    with Board(quiet=quiet, language=_users_language(options.language)) as board:
        try:
            return asyncio.run(aplan(brief, options, on_event=board.show))
        except KeyboardInterrupt:
            board.stopped()
            raise typer.Exit(130) from None


@app.command()
def check(
    run: Annotated[Path, typer.Argument(help="A run folder or a plan.json.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check a saved plan again."""
    with _told():
        from agent.api import check as check_plan

        findings = check_plan(run)
    if as_json:
        sys.stdout.write(json.dumps([f.model_dump() for f in findings], ensure_ascii=False, indent=1) + "\n")
    else:
        _print_findings(findings)
    raise typer.Exit(1 if any(f.severity == "error" for f in findings) else 0)


def _print_findings(findings: list[Finding]) -> None:
    for finding in findings:
        sys.stdout.write(f"{finding.severity:<7} {finding.code} {finding.where}\n        {finding.message}\n")
        if finding.fix:
            sys.stdout.write(f"        → {finding.fix}\n")
    from agent.locale import t

    counts = {f"{kind}s": sum(f.severity == kind for f in findings) for kind in ("error", "warning")}
    sys.stderr.write(t(_users_language(""), "cli.found", **counts) + "\n")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="A run folder or a plan.json.")],
    format: Annotated[str, typer.Option(help="Formats, separated by commas: md, json, docx, pdf, html…")] = "md",
    out: Annotated[Path | None, typer.Option(help="Folder to write to. Default: the run's exports/.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every format.")] = False,
    zipped: Annotated[bool, typer.Option("--zip", help="Put the files into one plan.zip.")] = False,
    template: Annotated[
        Path | None, typer.Option(help="House template (.docx): its styles, page, header, footer.")
    ] = None,
) -> None:
    """Write a saved plan in other formats."""
    with _told():
        from agent.cli_export import write

        for path in write(run, "" if every else format, out, zipped=zipped, template=template):
            sys.stdout.write(f"{path}\n")


@app.command()
def schema() -> None:
    """Print the JSON schema of a plan."""
    from agent.export.json_ import schema_text

    sys.stdout.write(schema_text())


@model_app.command("list")
def model_list() -> None:
    """The models that can be used, and what is here."""
    with _told():
        from agent.llm import list_models

        for row in list_models():
            sys.stdout.write("  ".join(str(value) for value in row.values()) + "\n")


@model_app.command("fetch")
def model_fetch(
    name: Annotated[str, typer.Argument(help="Model of the catalogue; its first one by default.")] = "",
) -> None:
    """Fetch the embedded model: resumed where it stopped, checked by its SHA-256."""
    with _told():
        from agent.llm import fetch_with_bar

        sys.stdout.write(f"{fetch_with_bar(name or None)}\n")


@model_app.command("test")
def model_test(
    spec: Annotated[str, typer.Argument(help="openai:NAME, local, local:/path.gguf or auto.")] = "auto",
) -> None:
    """Ask a model one small question."""
    with _told():
        from agent.llm import ModelSpec, ping
        from agent.settings import load_settings

        settings = load_settings()
        answer = ping(ModelSpec.parse(spec, settings), settings)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    raise typer.Exit(0 if answer["ok"] else 3)


def _users_language(asked: str) -> str:
    """The language that the user reads: asked for, set (CEHUA_LANG), or the shell's; English otherwise."""
    from agent.settings import load_settings

    shell = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return (
        asked
        or load_settings().lang
        or ("zh-TW" if shell.startswith(("zh_TW", "zh_HK")) else "zh-CN" if shell.startswith("zh") else "en")
    )


def _date(text: str) -> dt.date | None:
    from agent.errors import BriefError

    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BriefError(f"{text!r} is not a date.", hint="Give --as-of as YYYY-MM-DD.", where="--as-of") from None


def _language(text: str) -> str:
    from agent.errors import BriefError

    if text not in ("", "zh-CN", "zh-TW", "en"):
        raise BriefError(
            f"{text!r} is not a language of a plan.", hint="Give --lang zh-CN, zh-TW or en.", where="--lang"
        )
    return text
