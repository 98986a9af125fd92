"""Changes a run: every change a new version, the way back byte for byte, the run's lock held while it writes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agent.errors import EditError
from agent.events import Event
from agent.export import FORMATS, export
from agent.files import write_text
from agent.locale import t
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.compare import compare
from agent.revise.model import Cost, Difference, Edit, LockChange, Rerun, Revised, TextEdit, Undo, Version
from agent.revise.proposal import Proposal, Work, new_findings, open_work, propose
from agent.revise.state import FILE, State, dump_state, load_state
from agent.revise.versions import Kind, Versions
from agent.run.folder import RunFolder, load_plan

if TYPE_CHECKING:
    from agent.settings import Settings

QUICK = ("md", "json")
"""Exports that are written again with every version where they are there; the others take longer and are named as outdated."""
When = Literal["now", "later"]
Hear = Callable[[Event], None]
SHOWN = 8
"""Runs whose last proposal is remembered."""
_last: OrderedDict[Path, tuple[str, Proposal]] = OrderedDict()
"""Run → the proposal last computed for it, under what it was made of: understanding and applying need it one after the other."""
_holding = threading.Lock()


def proposal_for(work: Work, edits: Sequence[Edit], instruction: str, take: Sequence[str] = ()) -> Proposal:
    """The run with the edits in it, computed once for an instruction that is first shown and then applied."""
    run = work.run.resolve()
    made_of = "|".join([_stamp(run), instruction, *take, *(edit.model_dump_json() for edit in edits)])
    with _holding:
        held = _last.get(run)
    if held and held[0] == made_of:
        return held[1]
    made = propose(work, edits, instruction=instruction, take=take)
    with _holding:
        _last[run] = (made_of, made)
        _last.move_to_end(run)
        while len(_last) > SHOWN:
            _last.popitem(last=False)
    return made


def proposed(run: Path) -> Proposal | None:
    """What was last proposed for a run, while the run stands as it stood then; not to be changed."""
    with _holding:
        held = _last.get(run.resolve())
    return held[1] if held and held[0].startswith(f"{_stamp(run.resolve())}|") else None


def _stamp(run: Path) -> str:
    """What tells whether a run's files changed."""
    files = [run / name for name in ("plan.json", "brief.json", FILE)]
    return ",".join(f"{one.stat().st_mtime_ns}:{one.stat().st_size}" if one.exists() else "-" for one in files)


def apply(
    run: Path,
    edits: Sequence[Edit],
    *,
    instruction: str = "",
    rerun: When = "later",
    model: str | None = None,
    take: Sequence[str] = (),
    on_event: Hear | None = None,
    settings: Settings | None = None,
) -> Revised:
    """A new version with the edits in it. See the package's docstring.

    Raises EditError when an edit cannot be made: then nothing has changed. `rerun` "now" lets the model write what became
    stale (raises as `rerun` does; the version without its new words stands even then).
    """
    started = time.monotonic()
    undo = next((one for one in edits if isinstance(one, Undo)), None)
    again = next((one for one in edits if isinstance(one, Rerun)), None)
    if undo is not None and len(edits) == 1:
        return _moved(run, undo, started)
    if again is not None and len(edits) == 1:
        return rewrite(run, again.parts, model=model, on_event=on_event, settings=settings)
    with RunFolder(_there(run)) as folder:
        work = open_work(run)
        made = proposal_for(work, edits, instruction, take)
        kind: Kind = "hand" if all(isinstance(one, TextEdit | LockChange) for one in edits) else "revise"
        revised = store(folder, work.plan, made, kind, instruction=instruction, edits=edits)
    if rerun == "now" and made.state.stale:
        second = rewrite(run, (), model=model, on_event=on_event, settings=settings)
        second.difference = difference(run, revised.difference.before, second.version)
        second.changed = second.difference.parts
        second.clashes, second.notes = revised.clashes, [*revised.notes, *second.notes]
        revised = second
    revised.seconds = round(time.monotonic() - started, 3)
    return revised


def store(
    folder: RunFolder,
    before: MarketingPlan,
    made: Proposal,
    kind: Kind,
    *,
    instruction: str = "",
    edits: Sequence[Edit] = (),
) -> Revised:
    """Writes a proposal as a new version; the caller holds the lock."""
    run, versions = folder.path, Versions(folder.path)
    first = versions.settle()
    seen = made.against(before).model_copy(update={"before": first.number})
    folder.save_brief(made.intake.model_dump_json(indent=1))
    folder.save_plan(made.plan)
    write_text(run / FILE, dump_state(made.state))
    version = versions.add(kind, instruction=instruction, edits=edits, parts=seen.parts)
    seen.after = version.number
    written, outdated = write_exports(run, made.plan)
    return Revised(
        run_dir=str(run), version=version.number, changed=seen.parts, stale=made.state.stale, difference=seen, findings=made.plan.findings,
        new_findings=new_findings(before, made.plan), clashes=made.clashes, notes=made.notes, estimate=cost_of(made), exports=written,
        outdated=outdated,
    )  # fmt: skip


def cost_of(made: Proposal) -> Cost:
    """What writing the stale parts again is likely to take."""
    from agent.revise.rewriting import estimate

    return estimate(made.plan, made.intake, made.state)


def write_exports(run: Path, plan: MarketingPlan) -> tuple[list[str], list[str]]:
    """Writes the quick exports that are there again; the others' paths are given back as outdated."""
    folder = run / "exports"
    there = {
        name: folder / f"plan{form.suffix}"
        for name, form in FORMATS.items()
        if (folder / f"plan{form.suffix}").exists()
    }
    quick = [name for name in QUICK if name in there]
    written = [str(one) for one in export(plan, folder, quick)] if quick else []
    return written, [str(path) for name, path in there.items() if name not in QUICK]


def _there(run: Path) -> Path:
    """The run's folder. Raises SetupError when it holds no plan: a typing error must not make a folder."""
    if not (run / "plan.json").is_file():
        load_plan(run)
    return run


def edit_item(run: Path, path: str, text: str) -> Revised:
    """A text by hand, as a new version."""
    return apply(run, [TextEdit(path=path, text=text)])


def lock(run: Path, path: str) -> Revised:
    """Keeps the words at a place as they are, as a new version."""
    return apply(run, [LockChange(path=path)])


def unlock(run: Path, path: str) -> Revised:
    """Gives the words at a place free again, as a new version."""
    return apply(run, [LockChange(path=path, on=False)])


def rewrite(
    run: Path,
    parts: Sequence[str] = (),
    *,
    model: str | None = None,
    on_event: Hear | None = None,
    settings: Settings | None = None,
) -> Revised:
    """Writes the stale parts (or the named ones) again, as a new version.

    Raises SetupError and CapReached as a run does; what was written until then stands.
    """
    return asyncio.run(arewrite(run, parts, model=model, on_event=on_event, settings=settings))


async def arewrite(
    run: Path,
    parts: Sequence[str] = (),
    *,
    model: str | None = None,
    on_event: Hear | None = None,
    settings: Settings | None = None,
) -> Revised:
    """As `rewrite`, for callers with an event loop. Cancelled, it keeps the parts that were finished."""
    from agent.revise.rewriting import rewritten

    started = time.monotonic()
    with RunFolder(_there(run)) as folder:
        work = open_work(run)
        made, usage, stopped = await rewritten(folder, work, parts, model=model, on_event=on_event, settings=settings)
        revised = store(folder, work.plan, made, "rerun", edits=[Rerun(parts=list(parts))])
    if stopped:
        raise stopped
    revised.usage = usage
    revised.seconds = round(time.monotonic() - started, 3)
    return revised


def undo(run: Path) -> Version:
    """Back to the version before, byte for byte. Raises EditError when there is none."""
    with RunFolder(_there(run)):
        versions = Versions(run)
        current = versions.settle()
        if current.parent is None:
            raise EditError(t(load_plan(run).meta.language, "revise.error.no_version_before"))
        made = versions.put_back(current.parent, as_new=False)
        write_exports(run, load_plan(run))
    return made.model_copy(update={"current": True})


def restore(run: Path, version: int) -> Version:
    """The run as a version had it, byte for byte, as a new version. Raises EditError for a number that there is not."""
    with RunFolder(_there(run)):
        versions = Versions(run)
        versions.settle()
        made = versions.put_back(version, as_new=True)
        write_exports(run, load_plan(run))
    return made.model_copy(update={"current": True})


def _moved(run: Path, edit: Undo, started: float) -> Revised:
    """Undo and restore as an edit."""
    before = load_plan(_there(run))
    was = Versions(run).current().number
    made = undo(run) if edit.version is None else restore(run, edit.version)
    plan = load_plan(run)
    seen = compare(before, plan, (was, made.number))
    written, outdated = write_exports(run, plan)
    return Revised(
        run_dir=str(run), version=made.number, changed=seen.parts, stale=load_state(run).stale, difference=seen, findings=plan.findings,
        new_findings=new_findings(before, plan), exports=written, outdated=outdated,
        seconds=round(time.monotonic() - started, 3),
    )  # fmt: skip


def versions(run: Path) -> list[Version]:
    """All versions, the oldest first, the current one marked."""
    return Versions(_there(run)).rows()


def difference(run: Path, a: int, b: int | None = None) -> Difference:
    """Where two versions differ; `b` None is the run as it stands."""
    held = Versions(_there(run))
    number = held.current().number if b is None else b
    return compare(load_plan(held.plan_file(a)), load_plan(run if b is None else held.plan_file(number)), (a, number))


def state(run: Path) -> State:
    """What the run remembers: hand-written texts, locks, guidance, stale parts."""
    return load_state(_there(run))


__all__ = [
    "apply",
    "arewrite",
    "difference",
    "edit_item",
    "lock",
    "paths",
    "proposed",
    "restore",
    "rewrite",
    "state",
    "undo",
    "unlock",
    "versions",
]
