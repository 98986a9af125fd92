"""Lists of what a workspace holds: runs, own documents, versions of a run, sample briefs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from agent.documents import Added
from agent.plan.model import PART_IDS
from agent.revise.model import Difference, Version
from ui.store import Run, facts
from ui.views.words import Words, esc, notice
from ui.work import Progress

APART = {"gaps": "assumptions"}
"""What stands beside the parts and is printed under another name."""
LONG = 40
"""Characters of an item's name in a difference."""
MANY = 40
"""Changes of a difference that are shown at once."""


def when(w: Words, iso: str) -> str:
    """A time of the server's for the eye; the page shows it in the reader's own time zone."""
    try:
        at = dt.datetime.fromisoformat(iso)
    except ValueError:
        return ""
    return f'<time datetime="{esc(at.isoformat(timespec="seconds"))}">{at:%Y-%m-%d %H:%M} UTC</time>'


def title_of(w: Words, run: Run) -> str:
    """What a run is called."""
    return run.card.title or facts(run).get("brand") or run.card.name or w("library.untitled")


def runs(w: Words, held: Sequence[Run], at_work: Callable[[str], Progress | None], current: str) -> str:
    """The library."""
    if not held:
        return notice("empty", w.h("library.empty"), w.h("library.empty_hint"))
    return f'<ul class="cards">{"".join(_run(w, run, at_work(run.id), run.id == current) for run in held)}</ul>'


def _run(w: Words, run: Run, progress: Progress | None, current: bool) -> str:
    plan = facts(run)
    state = (
        progress.status
        if progress and progress.live
        else {"writing": "stopped", "none": "failed"}.get(run.state, run.state)
    )
    chips = f'<span class="chip s-{state}">{w.h(f"status.{state}")}</span>'
    if plan:
        chips += f'<span class="chip quiet">{esc(plan["language"])}</span><span class="chip quiet">{w.model(run.card.model)}</span>'
        if plan["error"] or plan["warning"]:
            chips += f'<span class="chip quiet">{w.h("library.findings", errors=plan["error"], warnings=plan["warning"])}</span>'
    period = (
        f"{esc(plan['start'])} – {esc(plan['end'])}"
        if plan
        else w.told(run.card.stopped if run.card.stopped != "stopped" else "")
    )
    title = esc(title_of(w, run))
    here = ' aria-current="true"' if current else ""
    return (
        f'<li class="run"{here}><h3>{title}</h3><p>{period} · {when(w, run.card.made)}</p><div class="chips">{chips}</div>'
        f'<div class="do" data-run="{run.id}"><button type="button" class="main" data-do="open" data-run="{run.id}">{w.h("library.open")}</button>'
        f'<button type="button" data-do="duplicate" data-run="{run.id}">{w.h("library.duplicate")}</button>'
        f'<button type="button" data-ask="rename-{run.id}">{w.h("library.rename")}</button>'
        f'<button type="button" class="danger" data-ask="delete-{run.id}">{w.h("library.delete")}</button></div>'
        f'<div class="ask" id="rename-{run.id}" hidden><label>{w.h("library.new_name")} <input name="title" maxlength="120" value="{title}"></label>'
        f'<button type="button" class="main" data-do="rename" data-run="{run.id}" data-form="1">{w.h("save")}</button>'
        f'<button type="button" data-cancel="1">{w.h("cancel")}</button></div>'
        f'<div class="ask" id="delete-{run.id}" hidden role="group" aria-label="{w.h("library.delete")}"><p>{w.h("library.sure", title=title_of(w, run))}</p>'
        f'<button type="button" class="danger" data-do="delete" data-run="{run.id}">{w.h("library.delete_now")}</button>'
        f'<button type="button" data-cancel="1">{w.h("cancel")}</button></div></li>'
    )


def documents(w: Words, held: Sequence[Added]) -> str:
    """A workspace's own documents."""
    if not held:
        return notice("empty", w.h("documents.empty"), w.h("documents.empty_hint"))
    rows = "".join(
        f'<li class="run"><h3>{esc(one.name)}</h3><p>{esc(one.added)} · {w.h("documents.holds", passages=one.passages, figures=sum(len(a.metrics) for a in one.audits), facts=len(one.rivals))}</p>'
        f'<div class="do"><button type="button" class="danger" data-ask="forget-{esc(one.id[4:])}">{w.h("documents.remove")}</button></div>'
        f'<div class="ask" id="forget-{esc(one.id[4:])}" hidden><p>{w.h("documents.sure", name=one.name)}</p>'
        f'<button type="button" class="danger" data-do="forget" data-document="{esc(one.id)}">{w.h("documents.remove_now")}</button>'
        f'<button type="button" data-cancel="1">{w.h("cancel")}</button></div></li>'
        for one in held
    )
    return f'<ul class="cards">{rows}</ul>'


def versions(w: Words, held: Sequence[Version]) -> str:
    """The versions of a run, the newest first."""
    rows = []
    for one in reversed(held):
        what = esc(one.instruction) if one.instruction and one.kind != "restore" else w.h(f"version.{one.kind}")
        parts = w.listed([w.label(f"part.{part}") for part in one.parts])
        now = f'<span class="chip s-done">{w.h("versions.current")}</span>' if one.current else ""
        compare = (
            ""
            if one.current
            else f'<button type="button" data-do="compare" data-version="{one.number}">{w.h("versions.compare")}</button>'
        )
        if not compare and one.parent:
            compare = f'<button type="button" data-do="compare" data-version="{one.parent}">{w.h("versions.what_changed")}</button>'
        back = (
            f'<button type="button" data-do="restore" data-version="{one.number}">{w.h("versions.restore")}</button>'
            if one.restorable and not one.current
            else ""
        )
        rows.append(
            f"<li><h4>{w.h('versions.number', n=one.number)} {now}</h4><p>{what}</p><small>{when(w, one.at)}{f' · {parts}' if parts else ''}</small>"
            f'<div class="do">{compare}{back}</div></li>'
        )
    return f'<ol class="versions">{"".join(rows)}</ol>'


def _items(path: str) -> str:
    """The items that a place lies in, as the plan numbers them: "G1" for "positioning.goals[G1].verdict"."""
    return " · ".join(one[:LONG] for one in re.findall(r"\[([^\[\]]+)\]", path))


def difference(w: Words, seen: Difference) -> str:
    """Where two versions differ: the main figures, then words and numbers by part."""
    title = w.h("versions.difference", a=seen.before, b=seen.after)
    if not seen.changes:
        return f'<section class="difference"><h4>{title}</h4><p>{w.h("versions.same")}</p></section>'
    top = "".join(f"<li>{esc(line)}</li>" for line in seen.summary)
    groups = []
    for part in dict.fromkeys(one.part for one in seen.changes):
        changes = [one for one in seen.changes if one.part == part]
        rows = "".join(
            f'<li class="{one.kind}"><code title="{esc(one.path)}">{esc(_items(one.path))}</code>'
            f"{f'<del>{esc(one.before)}</del>' if one.before else ''}{f'<ins>{esc(one.after)}</ins>' if one.after else ''}</li>"
            for one in sorted(changes, key=lambda one: not one.prose)[:MANY]
        )
        rest = f"<li>{w.h('versions.more', n=len(changes) - MANY)}</li>" if len(changes) > MANY else ""
        name = w.label(f"part.{part}" if part in PART_IDS else f"appendix.{APART.get(part, part)}")
        groups.append(f"<details><summary>{name} · {len(changes)}</summary><ul>{rows}{rest}</ul></details>")
    return f'<section class="difference" tabindex="-1"><h4>{title}</h4><ul class="top">{top}</ul>{"".join(groups)}</section>'
