"""What drop-down lists offer: statuses, owners, platforms, formats, phases, scenarios, RACI letters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from agent.export.xlsx.book import Book, Col, span, width_of

STATUSES = ("planned", "making", "review", "approved", "scheduled", "published", "dropped")
"""A piece's way, in order; "published" and "dropped" end it."""
DONE = ("open", "doing", "done")
CASES = ("low", "base", "high")
WIDEST = 30
"""Width up to which a list is made as wide as its longest entry; the rest goes on to a second line."""
FIRST = 4
"""The first row of every list, counted from 0."""


def lists(book: Book) -> None:
    """The sheet behind the lists; a line added inside a list is offered at once."""
    note = book.t("note.lists")
    sheet = book.sheet("lists", book.tab("lists"), note, columns=6, color="#9AA5A9")
    columns = _columns(book)
    cols = [
        Col(book.t(f"list.{name}"), min(WIDEST, max(19, *(width_of(word) for word in words or [""]))))
        for name, words in columns.items()
    ]
    sheet.columns(cols)
    sheet.head(FIRST - 1, cols)
    for at, (name, words) in enumerate(columns.items()):
        for row, word in enumerate(words or ["–"]):
            sheet.put(FIRST + row, at, word)
        book.define(f"List_{name}", "lists", span(FIRST, FIRST + max(1, len(words)) - 1, at))
    for row, held in enumerate(zip_longest(*columns.values(), fillvalue=""), FIRST):
        sheet.fit(row, cols, held)
    sheet.ws.freeze_panes(FIRST, 0)
    sheet.ws.print_area(0, 0, FIRST + max(len(words) for words in columns.values()), len(cols) - 1)


def _columns(book: Book) -> dict[str, list[str]]:
    v, plan = book.v, book.plan
    entries = plan.calendar.entries
    active = [one.platform for one in plan.platforms.choices if one.role in ("primary", "support")]
    platforms = active + [one.platform for one in entries]
    platforms += [one.platform for one in plan.budget.lines]
    formats = [one.format for one in entries] + [one.format for one in plan.themes.mix]
    roles = [one.id for one in plan.team.roles] + [one.owner for one in entries]
    return {
        "Scenario": [v.t(f"scenario.{name}") for name in CASES],
        "Status": [book.t(f"status.{name}") for name in STATUSES],
        "Done": [book.t(f"done.{name}") for name in DONE],
        "Owner": _unique(v.role(id_) for id_ in roles),
        "Platform": _unique(v.platform(id_) for id_ in platforms),
        "Format": _unique(v.format(id_) for id_ in formats),
        "Phase": _unique(v.named(one.id) for one in plan.phases),
        "Category": _unique(v.t(f"category.{one.category}") for one in plan.budget.lines),
    }


def _unique(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]
