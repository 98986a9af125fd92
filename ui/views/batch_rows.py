"""The rows of a batch at rest: what came of each, with what it resembles; those that have a plan can be opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agent.batch.page import ALIKE
from ui.batches import Batch
from ui.views.words import Words, esc, placed, seconds

ROWS = 50
"""Rows of a page of the table."""
STATES = ("done", "failed", "bad", "duplicate", "stopped", "todo")
Row = dict[str, str]


def row_tone(state: str) -> str:
    """The colour of a row's chip."""
    return {"bad": "failed", "duplicate": "quiet", "todo": "waiting"}.get(state, state)


def table(w: Words, batch: Batch, rows: Sequence[Row], only: str, page: int) -> str:
    """The rows at rest: all of them, or those of one state."""
    if not rows:
        return ""
    only = only if only in STATES else ""
    found = Counter(row["state"] for row in rows)
    shown = [row for row in rows if not only or row["state"] == only]
    page = min(max(page, 0), max(0, (len(shown) - 1) // ROWS))
    names = {row["folder"]: row["brand"] for row in rows if row["folder"]}
    filters = _filter(w, batch, "", len(rows), only) + "".join(
        _filter(w, batch, state, found[state], only) for state in STATES if found[state]
    )
    head = "".join(f'<th scope="col">{w.h(f"batch.column.{one}")}</th>' for one in ("row", "brand", "state", "findings", "likeness", "open"))  # fmt: skip
    body = "".join(_row(w, batch, row, names) for row in shown[page * ROWS : (page + 1) * ROWS])
    over = batch.card.over
    told = f'<p class="status">{w.h("batch.ended", made=over["made"], time=seconds(w, over["seconds"]))}{_spent(w, batch)}</p>' if over else ""  # fmt: skip
    return (
        f'{told}<div class="filters" role="group" aria-label="{w.h("batch.filter")}">{filters}</div>'
        f'<div class="rows" tabindex="0" role="region" aria-label="{w.h("batch.results")}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_pages(w, batch, only, page, len(shown))}"
    )


def _spent(w: Words, batch: Batch) -> str:
    over = batch.card.over
    if batch.card.model == "playbook":
        return ""
    cost = w.h("batch.tokens", n=f"{over['tokens']:,}") if over["cost"] is None else f"${over['cost']:.2f}"
    return f" · {cost}"


def _filter(w: Words, batch: Batch, state: str, count: int, only: str) -> str:
    label = w.label(f"batch.state.{state}") if state else w.h("batch.all")
    pressed = "true" if state == only else "false"
    return f'<button type="button" data-do="rows" data-batch="{batch.id}" data-only="{state}" aria-pressed="{pressed}">{label} {count}</button>'


def _pages(w: Words, batch: Batch, only: str, page: int, rows: int) -> str:
    if rows <= ROWS:
        return ""
    data = f'data-do="rows" data-batch="{batch.id}" data-only="{only}"'
    last = (rows - 1) // ROWS
    before = f'<button type="button" {data} data-page="{page - 1}">←</button>' if page else ""
    after = f'<button type="button" {data} data-page="{page + 1}">→</button>' if page < last else ""
    told = w.h("batch.rows_shown", a=page * ROWS + 1, b=min(rows, (page + 1) * ROWS), n=rows)
    return f'<div class="do pages">{before}<span>{told}</span>{after}</div>'


def _row(w: Words, batch: Batch, row: Row, names: dict[str, str]) -> str:
    name = row["state"]
    state = f'<span class="chip s-{row_tone(name)}">{w.label(f"batch.state.{name}")}</span>'
    if row["duplicate_of"]:
        state += f"<small>{w.h('batch.same_as', row=row['duplicate_of'])}</small>"
    elif row["reason"]:
        state += f'<p class="reason">{w.told(row["reason"])}</p>'
    findings = w.h("library.findings", errors=row["errors"], warnings=row["warnings"]) if row["errors"] else ""
    near = ""
    if row["similarity"]:
        share = float(row["similarity"])
        mark = f' <span class="chip s-found">{w.h("batch.alike")}</span>' if share >= ALIKE else ""
        near = f"{share:.0%} <small>{esc(names.get(row['nearest'], row['nearest']))}</small>{mark}"
    open_ = (
        f'<button type="button" data-do="read" data-batch="{batch.id}" data-row="{row["row"]}">{w.h("library.open")}</button>'
        if row["state"] in ("done", "duplicate") and row["folder"]
        else ""
    )
    brand = f"{esc(row['brand'])}<small>{esc(row['idea'])}</small>"
    cells = (f"{esc(row['row'])}<small>{placed(w, row['place'])}</small>", brand, state, findings, near, open_)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
