"""The top of the page and of the plan: languages, appearance; title, state, what can be done, exports."""

from __future__ import annotations

from agent.export import FORMATS
from agent.export.reader import Reader
from agent.plan.model import MarketingPlan
from agent.revise.model import Cost
from agent.revise.state import State
from ui.store import Run
from ui.views.chat import cost
from ui.views.library import title_of
from ui.views.words import LANGUAGES, Words, esc, notice
from ui.work import Progress


def bar(w: Words) -> str:
    """Name, languages, light or dark."""
    links = "".join(
        f'<a href="../{one}/" hreflang="{one}" lang="{one}"{" aria-current=page" if one == w.language else ""}>{w.h(f"language.{one}")}</a>'
        for one in LANGUAGES
    )
    return (
        f'<header class="bar"><h1>cehua <span lang="zh-CN">策划</span></h1><p>{w.h("tagline")}</p>'
        f'<nav aria-label="{w.h("settings.language")}">{links}</nav>'
        f'<button type="button" data-theme-switch="1" aria-label="{w.h("settings.dark")}" title="{w.h("settings.dark")}">◐</button></header>'
    )


def nothing(w: Words) -> str:
    """The plan's page before there is a plan."""
    return notice("empty", w.h("plan.none"), w.h("plan.none_hint"))


def head(
    w: Words,
    run: Run,
    progress: Progress | None,
    plan: MarketingPlan | None,
    state: State | None,
    again: Cost | None = None,
) -> str:
    """The head of a run's page; `again` is what a model would take to write the stale parts, where one can."""
    live = bool(progress and progress.live)
    status = (
        progress.status
        if progress and progress.live
        else {"writing": "stopped", "none": "failed"}.get(run.state, run.state)
    )
    chips = [
        f'<span class="chip s-{status}">{w.h(f"status.{status}")}</span>',
        f'<span class="chip quiet">{w.model(run.card.model)}</span>',
    ]
    if plan:
        v = Reader(plan)
        chips += [
            f'<span class="chip quiet">{esc(v.span(plan.meta.start, plan.meta.end))}</span>',
            f'<span class="chip quiet">{esc(v.money(plan.budget.total_cents))}</span>',
            f'<span class="chip quiet">{w.h("plan.pieces", n=sum(one.kind != "buffer" for one in plan.calendar.entries))}</span>',
        ]
        errors = sum(one.severity == "error" for one in plan.findings)
        warnings = sum(one.severity == "warning" for one in plan.findings)
        if errors or warnings:
            chips.append(
                f'<button type="button" class="chip s-found" data-open-part="findings">{w.h("library.findings", errors=errors, warnings=warnings)}</button>'
            )
    do = ""
    if live:
        do += f'<button type="button" data-do="stop">{w.h("plan.stop")}</button>'
    elif run.state != "done":
        do += f'<button type="button" class="main" data-do="go-on">{w.h("plan.go_on")}</button>'
    if plan:
        do += _exports(w, run)
    told = (
        notice("error", w.told(run.card.stopped), w.told(run.card.hint))
        if not live and run.card.stopped not in ("", "stopped") and not progress
        else ""
    )
    stale = _stale(w, state, again) if state and not live else ""
    title = w("plan.making") if live and not plan and not run.card.title else title_of(w, run)
    jump = f'<a class="to-chat" href="#chat-title">{w.h("chat.jump")}</a>' if plan else ""
    return f'<section class="head" data-run="{run.id}"><div><h2>{esc(title)}</h2><div class="chips">{"".join(chips)}</div></div><div class="do">{do}</div></section>{told}{stale}{jump}'


def _stale(w: Words, state: State, again: Cost | None) -> str:
    if not state.stale:
        return ""
    names = w.listed([w.label(f"part.{part}") for part in state.stale])
    button = (
        f'<div class="do"><button type="button" data-do="rerun">{w.h("plan.rerun")}</button>'
        f"<small>{esc(cost(w, again))}</small></div>"
        if again
        else ""
    )
    return notice("info", w.h("plan.stale"), names, button)


def _exports(w: Words, run: Run) -> str:
    items = "".join(
        f'<a href="../desk/export/{run.id}/{name}" data-export="{w.h("export.making")}" download>{w.h(f"export.{name}")} <small>{esc(form.suffix)}</small></a>'
        for name, form in FORMATS.items()
    )
    whole = f'<a class="main" href="../desk/export/{run.id}/zip" data-export="{w.h("export.making")}" download>{w.h("export.zip")} <small>.zip</small></a>'
    return f'<details class="menu"><summary>{w.h("export.title")}</summary><div>{whole}{items}<p class="told" role="status" data-failed="{w.h("export.failed")}"></p></div></details>'
