"""`cehua revise`, `cehua chat`, `cehua review`: change a plan in plain words, talk about it, hold it against what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli_knowledge import told
from agent.terminal import put, tell

if TYPE_CHECKING:
    from agent.revise import Revised, Understood
    from agent.revise.model import Difference, Version

Run = Annotated[Path, typer.Argument(help="A run folder.")]
Model = Annotated[
    str,
    typer.Option(
        help="Model for what no rule knows and for stale parts: openai:NAME, local, auto. Default: rules alone."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
SHOWN = 12
"""Changed places that are printed; the rest is counted."""


def revise(
    run: Run,
    instruction: Annotated[
        str, typer.Argument(help='What to change, in plain words: "把小红书预算提高到50%", "no TikTok".')
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply it. Without this it is only shown.")] = False,
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Have a model write what became stale; alone: what is stale already.")
    ] = False,
    model: Model = "",
    take: Annotated[
        list[str] | None, typer.Option(help="Place where new words replace your own; may be given several times.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Back to the version before.")] = False,
    restore: Annotated[int, typer.Option(min=0, help="Restore this version.")] = 0,
    versions: Annotated[bool, typer.Option("--versions", help="List the versions.")] = False,
    diff: Annotated[
        str, typer.Option(help="Show where two versions differ: 2..5, or 2 (against the current one).")
    ] = "",
    edit: Annotated[
        str, typer.Option(help="Place to edit by hand, with --text: personas.personas[P1].objection.")
    ] = "",
    text: Annotated[str, typer.Option(help="The text for --edit.")] = "",
    lock: Annotated[str, typer.Option(help="Place whose words are kept as they are.")] = "",
    unlock: Annotated[str, typer.Option(help="Place whose words are given free.")] = "",
    as_json: Json = False,
) -> None:
    """Change a plan: an instruction becomes typed edits, shown before they are applied."""
    with told():
        from agent import revise as api
        from agent.errors import BriefError

        if versions:
            _versions(api.versions(run), as_json=as_json)
        elif diff:
            first, _, second = diff.partition("..")
            if not first.isdigit() or (second and not second.isdigit()):
                raise BriefError(f"{diff!r} names no versions.", hint="Give --diff 2..5.", where="--diff")
            _difference(api.difference(run, int(first), int(second) if second else None), as_json=as_json)
        elif undo or restore:
            _version(api.restore(run, restore) if restore else api.undo(run), as_json=as_json)
        elif edit:
            if not text:
                raise BriefError("The text is missing.", hint="Give --text.", where="--text")
            _done(api.edit_item(run, edit, text), as_json=as_json)
        elif lock or unlock:
            _done(api.lock(run, lock) if lock else api.unlock(run, unlock), as_json=as_json)
        elif instruction:
            _instruct(run, instruction, yes=yes, rerun=rerun, model=model, take=take or [], as_json=as_json)
        elif rerun:
            _done(api.rerun(run, model=model or None, on_event=_hear(as_json)), as_json=as_json)
        else:
            raise BriefError("There is nothing to do.", hint="Say what to change, or give --versions, --diff, --undo.")


def _instruct(
    run: Path, instruction: str, *, yes: bool, rerun: bool, model: str, take: list[str], as_json: bool
) -> None:
    from agent import revise as api

    understood = api.understand(run, instruction, model=model or None)
    if understood.kind != "edit" or not yes:
        if as_json:
            _json(understood.model_dump(mode="json"))
        else:
            show(understood)
            if understood.kind == "edit":
                tell(_say(run, "cli.apply") + "\n")
        raise typer.Exit(2 if understood.kind == "unclear" else 0)
    if not as_json:
        show(understood)
    revised = api.apply(
        run,
        understood.edits,
        instruction=instruction,
        rerun="now" if rerun else "later",
        model=model or None,
        take=take,
        on_event=_hear(as_json),
    )
    _done(revised, as_json=as_json)


def _hear(quiet: bool) -> Callable[[Any], None]:
    """Progress on stderr, as a run shows it."""
    from agent.board import Board

    board = Board(quiet=quiet)
    return board.show


def chat(
    run: Run,
    model: Model = "",
) -> None:
    """Talk about a plan: ask, change, undo. Edits are shown and asked about before they are applied; an empty line ends it."""
    with told():
        from agent import revise as api
        from agent.errors import CehuaError

        say = _sayer(run)
        for line in api.suggestions(run)[:4]:
            put(f"  · {line}\n")
        talk = api.conversation(run, model=model or None)
        while line := _line("> "):
            try:
                understood = talk.understand(line)
                show(understood)
                if understood.kind == "edit" and _line(say("cli.ask_apply") + " ").lower() in (
                    "y",
                    "yes",
                    "是",
                    "好",
                    "ok",
                    "行",
                ):
                    _print_done(
                        api.apply(run, understood.edits, instruction=line, model=model or None, on_event=_hear(False))
                    )
            except CehuaError as error:
                put(f"{error.message} {error.hint}\n")


def _line(prompt: str) -> str:
    put(prompt)
    sys.stdout.flush()
    return sys.stdin.readline().strip()


def review(
    run: Run,
    metrics: Annotated[
        list[Path],
        typer.Option(
            help="Actuals: exports of back ends, or a table of KPI and value (CSV, XLSX). May be given several times."
        ),
    ],
    until: Annotated[
        str, typer.Option(help="Last day that the figures cover (YYYY-MM-DD). Default: the last date in the files.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Hold what came of a plan against its targets: attained, gap, causes to test, proposed edits. Writes exports/review-DATE.md."""
    with told():
        import datetime as dt

        from agent import revise as api
        from agent.errors import BriefError

        try:
            day = dt.date.fromisoformat(until) if until else None
        except ValueError:
            raise BriefError(f"{until!r} is not a date.", hint="Give it as YYYY-MM-DD.", where="--until") from None
        found = api.review(run, metrics, until=day)
    if as_json:
        _json(found.model_dump(mode="json"))
    else:
        put(found.markdown)
        tell(f"{found.path}\n")


def show(understood: Understood) -> None:
    """What was understood, on stdout."""
    if understood.kind == "question":
        put(understood.answer + "\n")
        for one in understood.citations:
            source = " · ".join(part for part in (one.title, one.publisher, one.date, one.url) if part)
            put(f"  [{one.source or one.path}] {source}\n")
        return
    for question in understood.questions:
        put(f"? {question.text}\n")
        for option in question.options:
            put(f"  · {option}\n")
    if understood.preview:
        put("".join(f"→ {line}\n" for line in understood.preview.splitlines()))
    for consequence in understood.consequences:
        put(f"  {MARK[consequence.severity]} {consequence.text}\n")
    for clash in understood.clashes:
        put(f"  ! {clash.path}: “{clash.yours}” ≠ “{clash.new}”\n")


MARK = {"error": "✗", "warning": "!", "info": "·"}


def _done(revised: Revised, *, as_json: bool) -> None:
    if as_json:
        _json(revised.model_dump(mode="json"))
    else:
        _print_done(revised)
    raise typer.Exit(1 if any(one.severity == "error" for one in revised.new_findings) else 0)


def _print_done(revised: Revised) -> None:
    say = _sayer(Path(revised.run_dir))
    put(say("cli.version", number=revised.version, seconds=f"{revised.seconds:.1f}") + "\n")
    _print_difference(revised.difference, say)
    for part, why in revised.stale.items():
        put(f"  … {say('cli.stale', part=_part(say, part), why=why)}\n")
    if revised.stale and revised.estimate.calls:
        cost = f", ${revised.estimate.cost:.3f}" if revised.estimate.cost is not None else ""
        put(
            "  "
            + say("cli.estimate", calls=revised.estimate.calls, tokens=f"{revised.estimate.tokens:,}", cost=cost)
            + "\n"
        )
    for clash in revised.clashes:
        put("  ! " + say("cli.clash", path=clash.path, yours=clash.yours[:80], new=clash.new[:80]) + "\n")
    for note in revised.notes:
        put(f"  · {note}\n")
    for path in revised.outdated:
        put("  · " + say("cli.outdated", path=path) + "\n")


def _print_difference(found: Difference, say: Callable[..., str]) -> None:
    for line in found.summary:
        put(f"  {line}\n")
    words = [
        one for one in found.changes if one.prose and one.part not in ("sources", "gaps", "conflicts", "meta", "phases")
    ]
    for one in words[:SHOWN]:
        put(f"  {one.path}\n    - {one.before[:120]}\n    + {one.after[:120]}\n")
    put("  " + say("cli.changed", places=len(found.changes), words=len(words), parts=len(found.parts)) + "\n")


def _versions(rows: list[Version], *, as_json: bool) -> None:
    if as_json:
        _json([row.model_dump(mode="json") for row in rows])
        return
    for row in rows:
        mark = "*" if row.current else " "
        put(
            f"{mark} {row.number:>3}  {row.at}  {row.kind:<7} {row.instruction or ', '.join(e.kind for e in row.edits)}\n"
        )


def _difference(found: Difference, *, as_json: bool) -> None:
    if as_json:
        _json(found.model_dump(mode="json"))
        return
    for line in found.summary:
        put(f"{line}\n")
    for one in found.changes:
        put(f"{one.path}\n  - {one.before}\n  + {one.after}\n")


def _version(row: Version, *, as_json: bool) -> None:
    if as_json:
        _json(row.model_dump(mode="json"))
    else:
        put(f"* {row.number}  {row.kind}  {row.instruction}\n")


def _json(value: Any) -> None:
    put(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _sayer(run: Path) -> Callable[..., str]:
    """Sentences in the plan's language."""
    from agent.locale import t
    from agent.run.folder import load_plan

    language = load_plan(run).meta.language
    return lambda key, **values: t(language, key if key.startswith("part.") else f"revise.{key}", **values)


def _say(run: Path, key: str) -> str:
    return _sayer(run)(key)


def _part(say: Callable[..., str], part: str) -> str:
    return say(f"part.{part}")
