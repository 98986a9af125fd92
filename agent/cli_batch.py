"""`cehua batch`: many briefs in, a folder of plans and an index out; progress on stderr, a summary or JSON on stdout."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli_knowledge import told
from agent.cli_stop import run_until_told
from agent.terminal import put

if TYPE_CHECKING:
    from agent.batch import BatchEnded, BatchOptions


def batch(
    source: Annotated[
        Path | None, typer.Argument(metavar="INPUT", help="A .jsonl, .csv or .xlsx file, or a folder of briefs.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the batch.")] = Path("runs/batch"),
    model: Annotated[str, typer.Option(help="openai:NAME, local, playbook, or auto.")] = "",
    lang: Annotated[str, typer.Option(help="Language of all plans. Default: each brief's.")] = "",
    formats: Annotated[
        list[str] | None, typer.Option("--formats", "--format", help="Exports of every plan. Default: md,json.")
    ] = None,
    defaults: Annotated[Path | None, typer.Option(help="YAML or JSON with what holds where a brief is silent.")] = None,
    as_of: Annotated[str, typer.Option(help="The plans' date. Default: today, or the batch's own.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=512, help="Processes without a model. 0: every core.")] = 0,
    parallel: Annotated[
        int,
        typer.Option(
            min=0, max=65536, help="Most requests at once, 256 but over a cluster. 0: what the endpoint takes."
        ),
    ] = 0,
    max_cost: Annotated[float | None, typer.Option(min=0, help="Most US dollars of the whole batch.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Most tokens of the whole batch.")] = None,
    max_time: Annotated[float | None, typer.Option(min=1, help="Most minutes of this command.")] = None,
    price: Annotated[str, typer.Option(help="US dollars per million tokens read/written: 0.25/2.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed rows again.")] = False,
    only: Annotated[str, typer.Option(help="Keep to these rows: 3,7-9, or folder names.")] = "",
    shard: Annotated[str, typer.Option(help="Keep to one part of the input: 2/4.")] = "",
    cluster: Annotated[
        str, typer.Option(help="Have the workers of a Dask cluster make the plans: tcp://host:8786.")
    ] = "",
    local_cluster: Annotated[int, typer.Option(min=0, max=256, help="The same with N workers on this machine.")] = 0,
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what it would take; make nothing.")] = False,
    template: Annotated[Path | None, typer.Option(help="Write a table to start from (.xlsx, .csv, .jsonl).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
) -> None:
    """Write plans from many briefs. Repeat the command to go on after a stop: what is done is not done again."""
    from agent.cli_words import as_date, as_language, users_language

    with told():
        from agent.batch import BatchOptions, Only, Shard
        from agent.export import known

        reader = users_language("")
        if template is not None:
            from agent.batch.template import write_template

            _say("template", reader, path=write_template(template))
            return
        if source is None:
            from agent.errors import BriefError

            raise BriefError("No input is named.", hint="Give a .jsonl, .csv or .xlsx file, or a folder of briefs.")
        options = BatchOptions(
            out=out,
            model=model,
            language=as_language(lang),
            formats=tuple(known(",".join(formats or ["md,json"]).split(","))),
            as_of=as_date(as_of),
            defaults=_defaults(defaults),
            workers=workers,
            parallel=parallel,
            max_cost=None if max_cost is None else Decimal(str(max_cost)),
            max_tokens=max_tokens,
            max_seconds=None if max_time is None else max_time * 60,
            price=price,
            retry_failed=retry_failed,
            only=Only.parse(only),
            shard=Shard.parse(shard) if shard else None,
            reader=reader,
            cluster=cluster,
            local_cluster=local_cluster,
        )
        if dry:
            _estimate(source, options, as_json=as_json)
            return
        ended = _run(source, options, quiet=as_json and not sys.stderr.isatty())
    if as_json:
        put(json.dumps(ended.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        put(f"{ended.index}\n")
    raise typer.Exit(ended.exit_code)


def _defaults(path: Path | None) -> dict[str, Any]:
    """The house's file as a mapping. Raises BriefError."""
    if path is None:
        return {}
    from agent.brief.readers import read_source
    from agent.errors import BriefError

    raw = read_source(path)
    if raw.kind != "mapping":
        raise BriefError("The defaults have to be a mapping with a brief's keys.", where=path.name)
    return raw.data


def _estimate(source: Path, options: BatchOptions, *, as_json: bool) -> None:
    from agent.batch.estimate import estimate_batch
    from agent.locale import t

    found = estimate_batch(source, options)
    if as_json:
        put(json.dumps(found.record(), ensure_ascii=False, indent=1) + "\n")
        return
    reader = options.reader
    if not found.calls:
        _say("estimate_none", reader, todo=found.todo, rows=found.rows)
        return
    unknown = found.cost is None or found.most_cost is None
    cost = (
        t(reader, "batch.estimate_unknown")
        if unknown
        else t(reader, "batch.estimate_cost", cost=f"{found.cost:.2f}", most=f"{found.most_cost:.2f}")
    )
    read, written = f"{found.prompt_tokens:,}", f"{found.completion_tokens:,}"
    _say(
        "estimate",
        reader,
        todo=found.todo,
        rows=found.rows,
        calls=f"{found.calls:,}",
        read=read,
        written=written,
        cost=cost,
    )


def _say(key: str, language: str, **values: object) -> None:
    from agent.locale import t

    put(t(language, f"batch.{key}", **values) + "\n")


def _run(source: Path, options: BatchOptions, *, quiet: bool) -> BatchEnded:
    from agent.batch import abatch
    from agent.batch.board import BatchBoard

    with BatchBoard(quiet=quiet, language=options.reader) as board:
        return run_until_told(abatch(source, options, on_event=board.show), board.interrupted)
