"""Adds, lists and removes a workspace's documents, and gives their figures and facts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent.brief import decode
from agent.documents import metrics, rivals, tables
from agent.documents.cut import passages
from agent.documents.facts import Audit, Metric, RivalFact
from agent.errors import BriefError, SetupError
from agent.knowledge.private import Private
from agent.settings import Settings, load_settings
from agent.untrusted import bounds, reader
from agent.untrusted.refusal import FileRefused

Given = Path | tuple[str, bytes]
"""A file, or its name and content (an upload)."""
TABLE_ROWS = 400
"""Rows of a table that are searched as text; its figures come from all of them."""


class Added(BaseModel):
    """A document of a workspace."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    id: str
    """What a plan cites: `doc:` and 16 hex digits, from the content."""
    name: str
    """File name as it was handed in."""
    added: str
    """Day on which it was added, ISO."""
    passages: int
    """Passages that search finds."""
    audits: tuple[Audit, ...] = ()
    """Own accounts that it holds figures of."""
    rivals: tuple[RivalFact, ...] = ()
    """What it says of competitors."""
    left_out: dict[str, int] = {}
    """What was not read, and how often: hidden_sheets, hidden_cells, hidden_text, comments, tracked_changes, embedded, repeated,
    unreadable, beyond, rows."""


def add(files: Iterable[Given], *, workspace: str = "default", settings: Settings | None = None) -> list[Added]:
    """Reads all files, then stores them; one that is refused stores none. The same file again is the same document.

    Raises FileRefused (a BriefError) naming file, reason and next step; BriefError for a missing file; SetupError when
    the data folder cannot be written.
    """
    private = _private(workspace, settings)
    read = [_read(*_opened(one)) for one in files]
    try:
        for document in read:
            private.keep(document)
    except OSError as error:
        raise SetupError(
            f"The documents cannot be stored ({type(error).__name__}).",
            hint="Free some space, or name a folder that can be written.", where="CEHUA_DATA_DIR",
        ) from error  # fmt: skip
    return [_shown(document) for document in read]


def listed(workspace: str = "default", *, settings: Settings | None = None) -> list[Added]:
    """The documents of a workspace, the oldest first."""
    return [_shown(document) for document in _private(workspace, settings).documents()]


def remove(workspace: str, document: str, *, settings: Settings | None = None) -> bool:
    """Removes a document (`doc:ID` or the bare id) from the store and every index. False when there is none of this id.

    An index that holds its words is deleted whole; the next search builds it again from what is left.
    """
    return _private(workspace, settings).forget(document.removeprefix("doc:"))


def metrics_of(source: str | Sequence[Given], *, settings: Settings | None = None) -> list[Metric]:
    """Figures of the brand's own accounts: of a workspace (its name), or of files that are read and not stored."""
    return [metric for audit in audits_of(source, settings=settings) for metric in audit.metrics]


def audits_of(source: str | Sequence[Given], *, settings: Settings | None = None) -> list[Audit]:
    """The same by account, with the best posts."""
    return [audit for one in _all(source, settings) for audit in one.audits]


def competitors_of(source: str | Sequence[Given], *, settings: Settings | None = None) -> list[RivalFact]:
    """What a workspace's documents, or these files, say of competitors, each fact with document, cell and source."""
    return [fact for one in _all(source, settings) for fact in one.rivals]


def _all(source: str | Sequence[Given], settings: Settings | None) -> list[Added]:
    if isinstance(source, str):
        return listed(source, settings=settings)
    return [_shown(_read(*_opened(one))) for one in source]


def _private(workspace: str, settings: Settings | None) -> Private:
    return Private((settings or load_settings()).data_dir, workspace)


def _shown(document: dict[str, Any]) -> Added:
    return Added(
        id=f"doc:{document['id']}",
        name=document["name"],
        added=document["added"],
        passages=len(document["passages"]),
        audits=tuple(Audit.model_validate(one) for one in document["audits"]),
        rivals=tuple(RivalFact.model_validate(one) for one in document["rivals"]),
        left_out=document["left_out"],
    )


def _opened(given: Given) -> tuple[str, bytes]:
    """Name and content. A link, a folder or a device is no document."""
    if not isinstance(given, Path):
        return safe_name(given[0]), given[1]
    name = safe_name(given.name)
    try:
        if not given.exists():
            raise BriefError("There is no such file.", hint="Check the path.", where=name)
        if not given.is_file():
            raise BriefError("This is a folder or a device, not a document.", hint="Name the file.", where=name)
        if given.stat().st_size > bounds.MAX_BYTES:
            raise FileRefused("large", name)
        return name, given.read_bytes()
    except OSError as error:
        raise BriefError(
            f"The file cannot be opened ({type(error).__name__}).", hint="Check its permissions.", where=name
        ) from None
    except ValueError:
        raise BriefError("This is no path of a file.", hint="Check the path.", where=name) from None


def safe_name(name: str) -> str:
    """A file's own name without folders, controls and direction marks, at most 120 characters; it never becomes a path."""
    last = decode.clean(name.replace("\\", "/").rsplit("/", 1)[-1]).text.replace("\n", " ").strip(". ")
    return last[:120] or "document"


def _read(name: str, content: bytes) -> dict[str, Any]:
    """A document as it is stored."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    left_out: Counter[str] = Counter()
    if reader.sniff(content, name) == "text":
        text = decode.clean(decode.decode(content, name)[0]).text
        grid = tables.of_csv(text, name)
        grids = [grid] if grid else []
        parts = (
            list(tables.as_lines(grid, TABLE_ROWS))
            if grid
            else [(line, f"line {n}") for n, line in enumerate(text.split("\n"), 1)]
        )
    else:
        found = reader.read(content, name)
        left_out.update(found["left_out"])
        grids, parts = _grids_and_parts(found, name)
    if any(len(grid.rows) > TABLE_ROWS for grid in grids):
        left_out["rows"] += sum(max(0, len(grid.rows) - TABLE_ROWS) for grid in grids)
    source = f"doc:{digest}"
    audits = [audit for grid in grids for audit in metrics.audits(grid, source, name)]
    facts = [fact for grid in grids for fact in rivals.facts(grid, source, name)]
    return {
        "id": digest,
        "name": name,
        "added": dt.date.today().isoformat(),
        "passages": passages(parts, left_out),
        "audits": [audit.model_dump() for audit in audits],
        "rivals": [fact.model_dump() for fact in facts],
        "left_out": {key: count for key, count in sorted(left_out.items()) if count},
    }


def _grids_and_parts(found: dict[str, Any], name: str) -> tuple[list[tables.Grid], list[tuple[str, str]]]:
    """Tables and running text of what the child read."""
    if found["kind"] == "pdf":
        return [], [(page, f"page {number}") for number, page in enumerate(found["pages"], 1)]
    if found["kind"] == "excel":
        grids = tables.of_sheets(found["sheets"])
        return grids, [line for grid in grids for line in tables.as_lines(grid, TABLE_ROWS)]
    grids, parts = [], []
    for block in found["blocks"]:
        if "rows" in block:
            rows = [
                tables.Row(n, {c: v.strip() for c, v in enumerate(row, 1) if v.strip()})
                for n, row in enumerate(block["rows"], 1)
            ]
            grid = tables.Grid(block["place"], tuple(row for row in rows if row.values), True)
            grids.append(grid)
            parts += list(tables.as_lines(grid, TABLE_ROWS))
        else:
            parts.append((block["text"], block["place"]))
    return grids, parts


def grids_of(source: Sequence[Given]) -> list[tuple[str, tables.Grid]]:
    """The tables of files that are read and not stored, as (file name, table): for what is no export of a back end.

    Raises as `add` does.
    """
    found: list[tuple[str, tables.Grid]] = []
    for name, content in map(_opened, source):
        if reader.sniff(content, name) == "text":
            grid = tables.of_csv(decode.clean(decode.decode(content, name)[0]).text, name)
            found += [(name, grid)] if grid else []
        else:
            found += [(name, grid) for grid in _grids_and_parts(reader.read(content, name), name)[0]]
    return found
