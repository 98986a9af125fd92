"""The indexes of a batch: index.csv for programs, index.html for eyes, batch.xlsx with all plans in one workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from agent.batch.ledger import Listed
from agent.batch.likeness import nearest
from agent.batch.page import write_page
from agent.batch.place import Place
from agent.export.csv_ import safe
from agent.files import replacing

COLUMNS = (
    "row", "place", "brand", "state", "folder", "duplicate_of", "idea", "language", "start", "end", "budget", "currency",
    "errors", "warnings", "codes", "nearest", "similarity", "calls", "tokens", "cost_usd", "seconds", "reason",
)  # fmt: skip
"""Columns of index.csv. They stay as they are: programs read them."""


@dataclass(frozen=True)
class Entry:
    """A row as the indexes show it."""

    row: Listed
    near: str = ""
    """Folder of the plan whose wording is most like this one's."""
    likeness: float | None = None
    """How much of the wording they share, 0 to 1."""


Entries = Callable[[], Iterator[Entry]]
"""Gives the rows from the beginning, as often as they are asked for."""


def write_indexes(place: Place, stamp: str, language: str) -> None:
    """Writes all three, each in one step. `language` is that of page and workbook."""
    near = _near(place, stamp)

    def entries() -> Iterator[Entry]:
        for row in place.ledger.rows(stamp):
            found = near.get(row.key) if row.state == "done" else None
            yield Entry(row, *found) if found else Entry(row)

    with replacing(place.file("index", ".csv")) as file:
        _write_csv(file, entries)
    with replacing(place.file("index", ".html")) as file:
        write_page(file, place, entries, language)
    _write_book(place, entries, language)


def _near(place: Place, stamp: str) -> dict[str, tuple[str, float]]:
    """Key of a plan → folder of the plan most like it, and how like."""
    keys, sketches = place.ledger.sketches(stamp)
    folders = {row.key: row.folder for row in place.ledger.rows(stamp)} if keys else {}
    pairs = zip(keys, nearest(sketches), strict=True)
    return {key: (folders[keys[found[0]]], found[1]) for key, found in pairs if found and found[1] > 0}


def _write_csv(file: IO[bytes], entries: Entries) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="replace", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries():
        writer.writerow([safe(cell) for cell in cells(entry)])
    text.detach()


def cells(entry: Entry) -> list[str]:
    """A row as index.csv holds it."""
    row, made = entry.row, entry.row.made
    codes = " ".join(f"{code}x{number}" if number > 1 else code for code, number in made.get("codes", {}).items())
    cost = made.get("cost")
    budget = made.get("budget", 0)
    return [
        str(row.number), row.place, row.name or made.get("brand", ""), row.state, row.folder, str(row.first or ""), made.get("title", ""),
        made.get("language", ""), made.get("start", ""), made.get("end", ""), f"{budget / 100:.2f}" if budget else "",
        made.get("currency", ""), *(str(made[name]) if row.state == "done" else "" for name in ("errors", "warnings")), codes,
        entry.near, "" if entry.likeness is None else f"{entry.likeness:.2f}", str(made.get("calls", "")),
        str(made.get("prompt_tokens", 0) + made.get("completion_tokens", 0)) if made else "", "" if cost is None else f"{cost:.6f}",
        str(made.get("seconds", "")), row.reason,
    ]  # fmt: skip


def _write_book(place: Place, entries: Entries, language: str) -> None:
    """The workbook, where the package that writes it is installed."""
    try:
        from agent.batch.book import write_book
    except ModuleNotFoundError:  # the extra `export` is not installed
        return
    write_book(place, entries, language)
