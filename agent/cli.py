"""The command line: progress on stderr, results on stdout or in files, exit codes that mean something.

0 done · 1 done with errors among the findings · 2 bad input · 3 set-up or endpoint · 4 stopped by a cap.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli_batch import batch
from agent.cli_knowledge import app as knowledge_app
from agent.cli_knowledge import told as _told
from agent.cli_revise import chat, review, revise
from agent.cli_serve import mcp, ui, users_app
from agent.cli_stop import run_until_told
from agent.cli_words import as_date as _date
from agent.cli_words import as_language as _language
from agent.cli_words import users_language as _users_language
from agent.secrecy import traceback_of
from agent.terminal import put, tell

if TYPE_CHECKING:
    from agent.api import Options, Result
    from agent.llm.schema import Method
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
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(users_app, name="users")
sys.excepthook = lambda _kind, error, _trace: tell(traceback_of(error))
for command in (batch, revise, chat, review, ui, mcp):
    app.command()(command)
if importlib.util.find_spec("evals.cli") if importlib.util.find_spec("evals") else None:  # in a checkout only
    app.add_typer(importlib.import_module("evals.cli").app, name="eval")


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
    format: Annotated[
        list[str] | None,
        typer.Option(
            help="Exports, separated by commas or asked for one by one: md, json, docx, pdf, html… Default: md,json."
        ),
    ] = None,
    as_of: Annotated[
        str, typer.Option(help="The plan's date (YYYY-MM-DD). Default: today, or the run's own when it goes on.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the journal: ask the model everything again.")] = False,
    documents: Annotated[
        list[Path] | None,
        typer.Option(
            "--with", help="A file of the client's: metrics export, competitor sheet. May be given several times."
        ),
    ] = None,
    workspace: Annotated[
        str, typer.Option(help="Use the documents stored in this workspace (cehua knowledge add).")
    ] = "",
    max_cost: Annotated[float | None, typer.Option(min=0, help="Most US dollars that the run may spend.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Most tokens, read and written, of the run.")] = None,
    price: Annotated[
        str,
        typer.Option(help="US dollars per million tokens read/written, for a model that the price list lacks: 0.25/2."),
    ] = "",
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Say what the run would take; ask nothing, write nothing.")
    ] = False,
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
            formats=tuple(known(",".join(format or ["md,json"]).split(","))),
            as_of=_date(as_of),
            fresh=fresh,
            documents=tuple(documents or ()),
            workspace=workspace,
            max_cost=None if max_cost is None else Decimal(str(max_cost)),
            max_tokens=max_tokens,
            price=price,
        )
        if dry:
            _estimate(brief, options, as_json=as_json)
            return
        result = _run(brief, options, quiet=as_json and not sys.stderr.isatty())
    if as_json:
        put(json.dumps(result.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        for path in result.exports:
            put(f"{path}\n")
    raise typer.Exit(1 if any(f.severity == "error" for f in result.plan.findings) else 0)


def _estimate(brief: str, options: Options, *, as_json: bool) -> None:
    from agent.api import dry_run
    from agent.board import Board

    estimated = dry_run(brief, options)
    if as_json:
        put(json.dumps(estimated.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        put(Board(quiet=True, language=_users_language(options.language)).line(estimated) + "\n")


def _run(brief: str, options: Options, *, quiet: bool) -> Result:
    from agent.api import aplan
    from agent.board import Board

    with Board(quiet=quiet, language=_users_language(options.language)) as board:
        return run_until_told(aplan(brief, options, on_event=board.show), board.stopped)


@app.command()
def check(
    run: Annotated[Path | None, typer.Argument(help="A run folder or a plan.json.")] = None,
    text: Annotated[str, typer.Option(help="Read this text against advertising law instead.")] = "",
    file: Annotated[Path | None, typer.Option("-f", "--file", help="The same with a text file, '-' for stdin.")] = None,
    region: Annotated[str, typer.Option(help="Where the text will be seen: CN, US, GB, EU, IN.")] = "",
    category: Annotated[str, typer.Option(help="What it sells: food, health-food, beauty, alcohol…")] = "",
    paid: Annotated[
        bool | None, typer.Option("--paid/--not-paid", help="Whether money or gifts stand behind it.")
    ] = None,
    author: Annotated[str, typer.Option(help="Whose account runs it: brand, creator, employee or customer.")] = "",
    ai: Annotated[
        bool | None, typer.Option("--ai/--no-ai", help="Whether picture or sound is made by a model.")
    ] = None,
    minors: Annotated[bool | None, typer.Option("--minors/--no-minors", help="Whether it addresses minors.")] = None,
    platform: Annotated[str, typer.Option(help="Platform id.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the answer: zh-CN, zh-TW or en.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check a saved plan again, or read a text against advertising law."""
    with _told():
        if text or file or run is None:
            from agent.cli_check import read_text

            told = {"category": category, "paid": paid, "author": author, "ai_media": ai, "platform": platform}
            facts = {**told, "audience": None if minors is None else ["minors"] * minors}
            asked = _users_language(_language(lang))
            raise typer.Exit(read_text(text, file, region=region, facts=facts, language=asked, as_json=as_json))
        from agent.api import check as check_plan

        findings = check_plan(run)
    if as_json:
        put(json.dumps([f.model_dump() for f in findings], ensure_ascii=False, indent=1) + "\n")
    else:
        _print_findings(findings)
    raise typer.Exit(1 if any(f.severity == "error" for f in findings) else 0)


def _print_findings(findings: list[Finding]) -> None:
    for finding in findings:
        put(f"{finding.severity:<7} {finding.code} {finding.where}\n        {finding.message}\n")
        if finding.fix:
            put(f"        → {finding.fix}\n")
    from agent.locale import t

    counts = {f"{kind}s": sum(f.severity == kind for f in findings) for kind in ("error", "warning")}
    tell(t(_users_language(""), "cli.found", **counts) + "\n")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="A run folder or a plan.json.")],
    format: Annotated[
        list[str] | None,
        typer.Option(help="Formats, separated by commas or asked for one by one: md, json, docx, pdf… Default: md."),
    ] = None,
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

        for path in write(run, "" if every else ",".join(format or ["md"]), out, zipped=zipped, template=template):
            put(f"{path}\n")


@app.command()
def schema() -> None:
    """Print the JSON schema of a plan."""
    from agent.export.json_ import schema_text

    put(schema_text())


@model_app.command("list")
def model_list(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The models that can be used, and what is here."""
    with _told():
        from agent.llm import list_models
        from agent.settings import load_settings

        rows = list_models(load_settings())
    if as_json:
        put(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    for row in rows:
        put("  ".join(row.values()) + "\n")


@model_app.command("fetch")
def model_fetch(
    name: Annotated[str, typer.Argument(help="Model of the catalogue; its first one by default.")] = "",
) -> None:
    """Fetch the embedded model: resumed where it stopped, checked by its SHA-256."""
    with _told():
        from agent.llm import fetch_with_bar

        put(f"{fetch_with_bar(name or None)}\n")


@model_app.command("test")
def model_test(
    spec: Annotated[str, typer.Argument(help="openai:NAME, local, local:/path.gguf or auto.")] = "auto",
    method: Annotated[str, typer.Option(help="Try only this one: json_schema, tools or json_mode.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
) -> None:
    """Ask a model a few small questions and say what it can do."""
    with _told():
        from agent.llm import ModelSpec, try_model
        from agent.settings import load_settings

        settings = load_settings()
        report = try_model(ModelSpec.parse(spec, settings), settings, method=_method(method))
    if as_json:
        put(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    else:
        for name, value in report.items():
            flat = {f"{name} {key}": fits for key, fits in value.items()} if isinstance(value, dict) else {name: value}
            for label, fact in flat.items():
                put(f"{label.replace('_', ' '):<22} {_in_words(fact)}\n")
    raise typer.Exit(0 if report["ok"] else 3)


def _in_words(value: object) -> str:
    from agent.locale import t

    words = {True: "yes", False: "no", None: "unknown"}
    if value is None or isinstance(value, bool):
        return t(_users_language(""), f"cli.trial.{words[value]}")
    return str(value)


def _method(text: str) -> Method | None:
    from agent.errors import BriefError
    from agent.llm.schema import METHODS

    for method in METHODS:
        if text == method:
            return method
    if text:
        raise BriefError(f"{text!r} is no method.", hint=f"Give one of {', '.join(METHODS)}.", where="--method")
    return None
