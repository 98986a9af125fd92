"""A batch on the page: what it would take, how far it is, which rows failed and why, what came of each; and the list of all batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from agent.batch import RowEnded
from ui.batches import DOWNLOADS, Batch
from ui.batching import Standing
from ui.views.batch_rows import Row, row_tone, table
from ui.views.library import when
from ui.views.words import Words, esc, loading, notice, placed, seconds

StandingOf = Callable[[str], Standing | None]


def nothing(w: Words) -> str:
    """Before there is a batch."""
    return notice("empty", w.h("batch.none"), w.h("batch.none_hint"))


def state_of(batch: Batch, standing: Standing | None) -> str:
    """What a batch's chip says."""
    if standing and standing.live:
        return standing.status
    card = batch.card
    if not card.begun:
        return "ready"
    return "done" if card.over else "stopped" if card.stopped in ("", "stopped") else "failed"


def batch_page(w: Words, batch: Batch, standing: Standing | None, line: int, *, only: str = "", page: int = 0) -> str:
    """One batch; `line` is its place among those that wait, `only` and `page` choose rows of the table."""
    live = bool(standing and standing.live)
    rows = [] if live else batch.rows()
    return (
        f'<section class="batch" aria-label="{w.h("batch.title")}">{_head(w, batch, standing, rows)}'
        f"{_told(w, batch, standing)}{'' if batch.card.begun else _estimate(w, batch)}"
        f"{_live(w, standing, line) if standing and live else table(w, batch, rows, only, page)}</section>"
    )


def _head(w: Words, batch: Batch, standing: Standing | None, rows: Sequence[Row]) -> str:
    card, state = batch.card, state_of(batch, standing)
    chips = [f'<span class="chip s-{_tone(state)}">{w.h(f"batch.status.{state}")}</span>', _quiet(w.model(card.model))]
    chips.append(_quiet(w.h(f"language.{card.language or 'auto'}")))
    if card.max_cost:
        chips.append(_quiet(w.h("batch.cap", n=card.max_cost)))
    if card.defaults:
        chips.append(_quiet(w.h("batch.house", keys=w.listed(sorted(map(str, card.defaults))))))
    return (
        f'<div class="head"><div><h2>{esc(card.name)}</h2><div class="chips">{"".join(chips)}</div></div>'
        f'<div class="do">{_buttons(w, batch, standing, rows)}</div></div>'
    )


def _tone(state: str) -> str:
    return {"working": "writing", "ready": "waiting"}.get(state, state)


def _quiet(text: str) -> str:
    return f'<span class="chip quiet">{text}</span>'


def _buttons(w: Words, batch: Batch, standing: Standing | None, rows: Sequence[Row]) -> str:
    def button(do: str, style: str = "") -> str:
        return f'<button type="button"{style} data-do="{do}" data-batch="{batch.id}">{w.h(f"batch.do.{do}")}</button>'

    if standing and standing.live:
        return "" if standing.status == "stopping" else button("stop")
    main, found = ' class="main"', Counter(row["state"] for row in rows)
    if not batch.card.begun:
        return button("start", main) if batch.card.estimate.get("todo") else ""
    open_ = not batch.card.over or found["todo"] or found["stopped"]
    do = button("go-on", main) if open_ else ""
    do += button("retry") if found["failed"] else ""
    return do + (_downloads(w, batch) if rows else "")


def _downloads(w: Words, batch: Batch) -> str:
    links = "".join(
        f'<a href="../desk/batch/{batch.id}/{form}" download{style}>{w.h(f"batch.file.{form}")} <small>.{form}</small></a>'
        for form, style in (("zip", ' class="main"'), *((one, "") for one in DOWNLOADS if (batch.out / DOWNLOADS[one]).is_file()))
    )  # fmt: skip
    return f'<details class="menu"><summary>{w.h("batch.download")}</summary><div>{links}</div></details>'


def _told(w: Words, batch: Batch, standing: Standing | None) -> str:
    """Why it ended early, and how it goes on."""
    card = batch.card
    if standing and standing.live:
        return ""
    if card.stopped == "stopped":
        return notice("info", w.h("batch.stopped"), w.h("batch.stopped_hint"))
    if not card.stopped:
        return ""
    raised = (
        f'<div class="ask"><label>{w.h("batch.new_cap")} <input name="max_cost" inputmode="decimal" value="{esc(card.max_cost)}"></label>'
        f'<button type="button" data-do="go-on" data-batch="{batch.id}" data-form="1">{w.h("batch.do.go-on")}</button></div>'
        if card.max_cost
        else ""
    )
    return notice("error", w.told(card.stopped), w.told(card.hint), raised)


def _estimate(w: Words, batch: Batch) -> str:
    """What it would take: rows to do, calls and cost, and the rows that cannot be read."""
    one = batch.card.estimate
    if not one:
        return ""
    facts = [w.h("batch.would", todo=one["todo"], rows=one["rows"])]
    if one["duplicates"]:
        facts.append(w.h("batch.repeated", n=one["duplicates"]))
    if one["bad"]:
        facts.append(w.h("batch.unreadable", n=one["bad"]))
    said = _cost(w, batch, one) if one["todo"] else w.h("batch.nothing_to_do")
    bad = "".join(f"<li><b>{placed(w, place)}</b> {w.told(reason)}</li>" for place, reason in one["unreadable"])
    more = one["bad"] - len(one["unreadable"])
    bad += f"<li>{w.h('versions.more', n=more)}</li>" if more > 0 else ""
    kind = "info" if one["todo"] else "warning"
    return notice(kind, " · ".join(facts), said, f'<ul class="bad-rows">{bad}</ul>' if bad else "")


def _cost(w: Words, batch: Batch, one: dict[str, Any]) -> str:
    if not one["calls"]:
        return w.h("batch.free")
    unknown = one["cost"] is None or one["most_cost"] is None
    cost = (
        w("board.cost_unknown") if unknown else w("board.cost", n=f"{one['cost']:.2f}", most=f"{one['most_cost']:.2f}")
    )
    read, written = f"{one['prompt_tokens']:,}", f"{one['completion_tokens']:,}"
    calls = f"{one['calls']:,}"
    said = f"{w.h('board.estimate', calls=calls, cost=cost)} · {w.h('estimate.tokens', read=read, written=written)}"
    cap = Decimal(batch.card.max_cost) if batch.card.max_cost else None
    return said + (f" {w.h('batch.cap_low')}" if cap is not None and not unknown and one["cost"] > cap else "")


def _live(w: Words, standing: Standing, line: int) -> str:
    """Counts, rate, cost, time left; what is being made; which rows ended last; which failed."""
    begun, now = standing.begun, standing.now
    if begun is None:
        waits = w.h("batch.in_line", n=line) if line else w.h(f"batch.status.{standing.status}")
        return loading(w, waits)
    done, failed = (now.done, now.failed) if now else (begun.done, begun.failed + begun.bad)
    left = now.left if now else begun.todo
    ended = max(0, begun.rows - begun.duplicates - left)
    bits = [w.h("batch.counts", done=done, failed=failed, left=left)]
    if now and now.rate:
        bits.append(w.h("batch.rate", n=f"{now.rate * 60:.1f}".removesuffix(".0")))
    if now and begun.model != "playbook":
        bits.append(w.h("batch.tokens", n=f"{now.tokens:,}") if now.cost is None else f"${now.cost:.2f}")
        bits.append(w.h("batch.in_flight", n=now.in_flight))
    if now and now.seconds_left and left:
        bits.append(w.h("batch.time_left", time=seconds(w, now.seconds_left)))
    names = list(standing.writing.values())
    making = f"<p>{w.h('batch.making', names=w.listed(names[:6]))}</p>" if names else ""
    bar = f'<progress max="{max(1, begun.rows - begun.duplicates)}" value="{ended}" aria-label="{w.h("batch.progress")}"></progress>'
    failures = _failed(w, list(standing.failed))
    return f'{bar}<p class="status" role="status">{" · ".join(bits)}</p>{making}{_latest(w, standing)}{failures}'


def _latest(w: Words, standing: Standing) -> str:
    rows = "".join(
        f'<li><span class="chip s-{row_tone(one.state)}">{w.label(f"batch.state.{one.state}")}</span> {esc(one.name)} <small>{placed(w, one.place)}</small></li>'
        for one in standing.latest
    )
    return f'<h3>{w.h("batch.latest")}</h3><ul class="latest">{rows}</ul>' if rows else ""


def _failed(w: Words, rows: Sequence[RowEnded]) -> str:
    told = "".join(f"<li><b>{placed(w, one.place)}</b> {esc(one.name)}: {w.told(one.reason)}</li>" for one in rows)
    return f'<h3>{w.h("batch.failed")}</h3><ul class="bad-rows">{told}</ul>' if told else ""


def batches(w: Words, held: Sequence[Batch], standing_of: StandingOf, current: str) -> str:
    """All batches of the workspace, the newest first; nothing where there is none."""
    if not held:
        return ""
    cards = "".join(_card(w, one, standing_of(one.id), one.id == current) for one in held)
    return f'<h3>{w.h("batch.yours")}</h3><ul class="cards">{cards}</ul>'


def _card(w: Words, batch: Batch, standing: Standing | None, current: bool) -> str:
    state, title = state_of(batch, standing), esc(batch.card.name)
    chips = (
        f'<span class="chip s-{_tone(state)}">{w.h(f"batch.status.{state}")}</span>{_quiet(w.model(batch.card.model))}'
    )
    over, rows = batch.card.over, batch.card.estimate.get("rows", 0)
    told = w.h("batch.counts", done=over["done"], failed=over["failed"] + over["bad"], left=over["left"]) if over else w.h("batch.n_rows", n=rows)  # fmt: skip
    here = ' aria-current="true"' if current else ""
    return (
        f'<li class="run"{here}><h3>{title}</h3><p>{told} · {when(w, batch.card.made)}</p><div class="chips">{chips}</div>'
        f'<div class="do"><button type="button" class="main" data-do="open" data-batch="{batch.id}">{w.h("library.open")}</button>'
        f'<button type="button" class="danger" data-ask="delete-{batch.id}">{w.h("library.delete")}</button></div>'
        f'<div class="ask" id="delete-{batch.id}" hidden role="group" aria-label="{w.h("library.delete")}"><p>{w.h("batch.sure", name=batch.card.name)}</p>'
        f'<button type="button" class="danger" data-do="delete" data-batch="{batch.id}">{w.h("library.delete_now")}</button>'
        f'<button type="button" data-cancel="1">{w.h("cancel")}</button></div></li>'
    )


def templates(w: Words) -> str:
    """Where a table to start from is."""
    links = " ".join(f'<a href="../desk/template/{form}" download>.{form}</a>' for form in ("xlsx", "csv", "jsonl"))
    return f'<p class="templates">{w.h("batch.template")} {links}</p>'
