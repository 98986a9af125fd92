"""`cehua eval …`: run, diff, versus, accept, record, rate, judge. Results on stdout and in files, progress on stderr.

0 green · 1 red · 2 bad input · 3 set-up.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.llm import ModelSpec
    from evals.brief import Brief
    from evals.case import Case
    from evals.results import Results
    from evals.run import Run

app = typer.Typer(help="Evals: score plans against a baseline, offline.", no_args_is_help=True)
Briefs = Annotated[
    list[str] | None, typer.Option("--brief", help="Brief id; again for several. Default: all open ones.")
]
OUT = Path("runs/evals")


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


@app.command()
def run(
    model: Annotated[str, typer.Option(help="playbook, local or openai:NAME.")] = "playbook",
    stage: Annotated[str, typer.Option(help="Rewrite this part alone, its upstream frozen.")] = "",
    one_shot: Annotated[
        bool, typer.Option("--one-shot", help="One prompt for the whole plan, the same model.")
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="The model's recorded answers instead of the model.")
    ] = False,
    brief: Briefs = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="The held-out briefs, in aggregate; the run is logged.")
    ] = False,
    against: Annotated[Path | None, typer.Option(help="Results to compare with. Default: the baseline.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for results.json, durations.json, report.html.")] = OUT,
    no_defects: Annotated[bool, typer.Option("--no-defects", help="Leave out the planted defects.")] = False,
    jobs: Annotated[int, typer.Option(help="Processes for the playbook's run; 0: one a core, at most four.")] = 0,
) -> None:
    """Score plans. The playbook and replays run with sockets closed, and a flip against the baseline ends with 1."""
    chosen = _briefs(brief, held_out)
    defects = not (no_defects or brief or held_out)
    done = _done(chosen, model, stage, one_shot=one_shot, replay=replay, defects=defects, jobs=jobs)
    raise typer.Exit(_finish(done, against, out, partial=bool(brief)))


def _done(
    chosen: tuple[Brief, ...], model: str, stage: str, *, one_shot: bool, replay: bool, defects: bool, jobs: int
) -> Run:
    from evals.crew import processes
    from evals.offline import closed
    from evals.run import run_playbook

    if model == "playbook":
        with closed():
            return run_playbook(chosen, _tell, defects=defects, jobs=min(processes(jobs), len(chosen)))
    from agent.llm import open_model
    from agent.settings import load_settings
    from evals import live
    from evals.traffic.writer import replayed

    settings = load_settings(model=model)
    spec = _spec(model)
    if replay:
        with closed():
            if one_shot:
                return live.one_shots(chosen, spec, lambda: replayed(spec), _tell, record_to=False)
            return live.replay(chosen, spec, _tell, stage=stage)
    if one_shot:
        return live.one_shots(chosen, spec, lambda: open_model(spec, settings), _tell)
    return live.live(chosen, spec, lambda: open_model(spec, settings), _tell, stage=stage)


def _finish(done: Run, against: Path | None, out: Path, *, partial: bool) -> int:
    """Writes the files, prints the table; the exit code."""
    from agent.files import write_text
    from evals import gate, report
    from evals.results import BASELINE, dumps, load, save

    now = done.results
    before = load(against or BASELINE) if (against or BASELINE).exists() else None
    gated = before is not None and before.model == now.model and before.held_out == now.held_out
    if before is not None and partial:
        ran = {row.brief for row in now.rows}
        before.rows = [row for row in before.rows if row.brief in ran]
        before.controls, before.defects = {}, {}
    flips = gate.gate(now, before) if before is not None and gated else []
    save(now if not now.held_out else _aggregate(now), out / "results.json")
    write_text(out / "durations.json", dumps({name: round(value, 2) for name, value in done.seconds.items()}) + "\n")
    write_text(out / "report.html", report.page(now, before if gated else None, flips, done.cases))
    sys.stdout.write(report.table(now, before if gated else None, flips) + "\n")
    if now.held_out:
        _log(
            f"held-out run of {now.model}: "
            + ", ".join(f"{name} {value:.3f}" for name, value, _ in report.rows(now, None))
        )
    return 1 if gate.red(flips) else 0


def _aggregate(results: Results) -> Results:
    """Held-out results without what would tell a prompt's author which brief failed where."""
    kept = results.model_copy(deep=True)
    brands = {brand: f"brand-{number}" for number, brand in enumerate(dict.fromkeys(row.brand for row in kept.rows), 1)}
    for number, row in enumerate(sorted(kept.rows, key=lambda row: row.brief), 1):
        row.brief, row.brand = f"held-{number}", brands[row.brand]
        row.error, row.met, row.failed, row.numbers = "", [], {}, {}
    kept.controls = {}
    return kept


def _log(line: str) -> None:
    from evals.results import HERE

    path = HERE / "LOG.md"
    with path.open("a", encoding="utf-8") as log:
        log.write(f"- {dt.date.today().isoformat()}: {line}\n")


@app.command()
def diff(
    a: Annotated[Path, typer.Argument(help="Results.")],
    b: Annotated[Path, typer.Argument(help="Results to compare with.")],
) -> None:
    """A against B: differences with intervals clustered by brand, the sign test, what it could have seen, and every flip."""
    from evals import report

    sys.stdout.write(report.diff_table(_load(a), _load(b)) + "\n")


@app.command()
def versus(
    results: Annotated[
        list[Path],
        typer.Argument(help="Results of writers over the same briefs; the first against each of the others."),
    ],
) -> None:
    """Writers side by side as a Markdown table: means, differences with intervals, wins and losses."""
    from evals.versus import versus as table

    loaded = [_load(path) for path in results]
    try:
        sys.stdout.write(table(loaded[0], loaded[1:]) + "\n")
    except ValueError as error:
        _fail(2, f"{error}.")


@app.command()
def accept(
    why: Annotated[str, typer.Option(help="Why the baseline changes: what was done, what got better or worse.")],
    results: Annotated[Path, typer.Option(help="The run to accept.")] = OUT / "results.json",
) -> None:
    """Make a run the baseline, and write down why. Nothing else changes baseline.json."""
    from evals import report
    from evals.results import BASELINE, save

    if len(why.split()) < 3 and len(why) < 10:
        _fail(2, "Say in a sentence why the baseline changes.")
    now = _load(results)
    if now.held_out or now.model != "playbook":
        _fail(2, f"The baseline is the playbook's over the open briefs; these are {now.model}'s.")
    before = _load(BASELINE) if BASELINE.exists() else None
    changes = [
        f"{name} {old:.3f} → {value:.3f}"
        for name, value, old in report.rows(now, before)
        if old is not None and abs(value - old) >= 0.0005
    ]
    save(now, BASELINE)
    _log(f"baseline: {why} ({', '.join(changes) or 'no score moved'})")
    sys.stdout.write(f"{BASELINE.name} is the run of {results}.\n")


@app.command()
def record(
    model: Annotated[str, typer.Option(help="The model whose answers are recorded.")] = "local",
    stage: Annotated[str, typer.Option(help="Record this part alone, its upstream frozen.")] = "",
    brief: Briefs = None,
    one_shot: Annotated[
        bool, typer.Option("--one-shot", help="Record the one prompt for the whole plan instead.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is stale and what it would take.")] = False,
) -> None:
    """Ask a model what the cassettes do not hold any more, and keep its answers. Broken off (also from outside), it keeps what it has."""
    import signal

    from agent.llm import open_model
    from agent.settings import load_settings
    from evals import live

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings, spec = load_settings(model=model), _spec(model)
    chosen = _briefs(brief or list(live.RECORDED), held_out=False)
    if one_shot:
        missing = live.stale_one_shots(chosen, spec)
        _tell(f"{len(missing)} answers are stale or new")
        if not dry_run and missing:
            live.one_shots(missing, spec, lambda: open_model(spec, settings), _tell, record_to=True)
        return
    wanted = live.estimate(chosen, spec, stage)
    calls = sum(one.stale for one in wanted)
    _tell(
        f"{calls} calls are stale or new, in {sum(one.stale > 0 for one in wanted)} briefs: about {calls * live.SECONDS_A_CALL / 60:.0f} minutes with the embedded model; answers to answers come on top"
    )
    stale = {one.brief for one in wanted if one.stale}
    if not dry_run and stale:
        live.record([one for one in chosen if one.id in stale], spec, settings, _tell, stage=stage)


@app.command()
def rate(
    a: Annotated[str, typer.Option(help="Writer: playbook, or a model whose answers are recorded.")] = "playbook",
    b: Annotated[str, typer.Option(help="The other writer.")] = "local",
    brief: Briefs = None,
    seed: Annotated[int, typer.Option(help="Order of briefs and sides.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for the sheet, the plans and the key.")] = Path("runs/rating"),
) -> None:
    """A blind rating sheet for people: plans of two writers in random order, the key in a file apart."""
    from evals import live
    from evals.offline import closed
    from evals.rate import sheet

    chosen = _briefs(brief or list(live.RECORDED), held_out=False)
    with closed():
        sides = [_cases(writer, chosen) for writer in (a, b)]
    try:
        files = sheet(sides[0], sides[1], (a, b), out, seed)
    except ValueError as error:
        _fail(2, f"{error}.")
    for path in files:
        sys.stdout.write(f"{path}\n")


@app.command()
def judge(
    model: Annotated[
        str, typer.Option(help="The judge: openai:NAME or local. Of another family than the writers, to count.")
    ],
    a: Annotated[str, typer.Option(help="Writer: playbook, a recorded model, or MODEL/one-shot.")] = "local",
    b: Annotated[str, typer.Option(help="The writer to compare with.")] = "playbook",
    brief: Briefs = None,
    defects: Annotated[
        list[str] | None, typer.Option("--class", help="Class of planted defects; default: all.")
    ] = None,
    per_class: Annotated[int, typer.Option(help="Pairs of each class that the judge is tried on; 0: none.")] = 20,
    out: Annotated[Path, typer.Option(help="File for what it said.")] = Path("runs/evals/judge.json"),
) -> None:
    """Ask a model which of two writers is better, brief by brief, and try the judge itself on planted defects. Ends with 1 only when a judge that passed finds A worse."""
    import asyncio

    from agent.llm import open_model
    from agent.settings import load_settings
    from evals import judge as judging
    from evals import live
    from evals.case import checked, draft
    from evals.offline import closed
    from evals.results import save

    settings, spec = load_settings(model=model), _spec(model)
    chosen = _briefs(brief or list(live.RECORDED), held_out=False)
    with closed():
        documents = [{id: case.document for id, case in _cases(one, chosen).items()} for one in (a, b)]
        clean = [checked(draft(one)) for one in chosen] if per_class else []
    told = judging.Judged(judge=spec.label, a=_named(a), b=_named(b))

    async def asked() -> None:
        opened = open_model(spec, settings)
        try:
            await judging.compare(judging.asker(opened), judging.document_pairs(*documents), told)
            if per_class:
                await judging.qualify(judging.asker(opened), clean, told, classes=defects or (), count=per_class)
        finally:
            await opened.aclose()

    asyncio.run(asked())
    save(told, out)
    sys.stdout.write(told.told() + "\n")
    raise typer.Exit(1 if told.red else 0)


ONE_SHOT = "/one-shot"


def _named(writer: str) -> str:
    return writer if writer == "playbook" else _spec(writer.removesuffix(ONE_SHOT)).label


def _cases(writer: str, chosen: tuple[Brief, ...]) -> dict[str, Case]:
    """What a writer made of the briefs: the playbook anew, a model from its recorded answers."""
    from evals import live
    from evals.case import draft
    from evals.traffic.writer import replayed

    if writer == "playbook":
        return {one.id: draft(one) for one in chosen}
    spec = _spec(writer.removesuffix(ONE_SHOT))
    if writer.endswith(ONE_SHOT):
        return live.one_shots(chosen, spec, lambda: replayed(spec), _tell, record_to=False).cases
    return live.replay(chosen, spec, _tell).cases


def _briefs(ids: list[str] | None, held_out: bool) -> tuple[Brief, ...]:
    from evals.brief import briefs

    try:
        return briefs(held_out=held_out, only=tuple(ids or ()))
    except KeyError as error:
        _fail(2, str(error.args[0]))
        raise


def _spec(model: str) -> ModelSpec:
    from agent.errors import CehuaError
    from agent.llm import ModelSpec

    try:
        return ModelSpec.parse(model)
    except CehuaError as error:
        _fail(error.exit_code, error.message)
        raise


def _load(path: Path) -> Results:
    from pydantic import ValidationError

    from evals.results import load

    try:
        return load(path)
    except (OSError, ValidationError) as error:
        _fail(2, f"{path} holds no results ({type(error).__name__}).")
        raise


def _fail(code: int, message: str) -> None:
    sys.stderr.write(message + "\n")
    raise typer.Exit(code)
