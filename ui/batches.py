"""The batches of a workspace on disk: the input as it was handed in, the choices, the plans that came of it; by opaque ids, as runs are."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import secrets
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.batch import BatchOptions
from agent.batch.place import HIDDEN
from agent.batch.rows import BRIEFS, READERS, Row, check_input, read_rows
from agent.batch.template import ENDINGS, write_template
from agent.brief.defaults import check_defaults
from agent.errors import BriefError, SetupError
from agent.files import replaced_by, write_atomically, write_text
from agent.settings import Settings
from ui.store import Card, Run, Store

CARD, INPUT, PLANS = "batch.json", "input", "plans"
DOWNLOADS = {"csv": "index.csv", "html": "index.html", "xlsx": "batch.xlsx"}
"""What can be downloaded beside the zip → its file."""
MOST_FILES = 500
"""Briefs that are uploaded as files for one batch."""
_BATCH = re.compile(r"b[0-9a-f]{20}")
_ZIPPING = threading.Lock()


class BatchCard(BaseModel):
    """What the desk keeps of a batch beside its plans."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    name: str = ""
    """The input's file name, or how many files there were, for the eye."""
    made: str = ""
    """When it was handed in, ISO 8601 in UTC."""
    source: str = ""
    """The input below the batch's folder."""
    model: str = "playbook"
    """Who writes."""
    language: str = ""
    """Language of all plans; each brief's own when empty."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """What the house says where a row says nothing."""
    formats: list[str] = Field(default_factory=lambda: ["md", "json"])
    """Exports of every plan."""
    max_cost: str = ""
    """Cap of the whole batch in US dollars; empty is none."""
    max_tokens: int | None = None
    """Cap of the whole batch in tokens."""
    price: str = ""
    """Price of the model, when it was given."""
    reader: str = "en"
    """Language of the index."""
    estimate: dict[str, Any] = Field(default_factory=dict)
    """What it was likely to take, before it was begun (`agent.batch.estimate`)."""
    begun: bool = False
    """Whether somebody has started it."""
    over: dict[str, Any] = Field(default_factory=dict)
    """How the last work on it ended (`BatchEnded`); empty as long as none has come to an end."""
    stopped: str = ""
    """Why the last work ended early: "stopped", or the message of an error; empty when it did not."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True)
class Batch:
    """A batch in a workspace."""

    id: str
    path: Path
    card: BatchCard

    @property
    def out(self) -> Path:
        """The folder of its plans and indexes."""
        return self.path / PLANS

    @property
    def source(self) -> Path:
        """Its input: a table, or a folder of briefs."""
        return self.path / self.card.source

    @property
    def unfinished(self) -> bool:
        """Whether it was begun and neither came to an end nor was stopped: a server has ended over it."""
        return self.card.begun and not self.card.over and not self.card.stopped

    def options(self, settings: Settings, *, workers: int, retry_failed: bool = False) -> BatchOptions:
        """How its plans are made."""
        card = self.card
        return BatchOptions(
            out=self.out,
            model=card.model,
            language=card.language,
            formats=tuple(card.formats),
            defaults=card.defaults,
            workers=workers,
            max_cost=Decimal(card.max_cost) if card.max_cost else None,
            max_tokens=card.max_tokens,
            price=card.price,
            retry_failed=retry_failed,
            reader=card.reader,
            settled=settings,
        )

    def rows(self) -> list[dict[str, str]]:
        """The rows of its index, as `agent.batch.indexes.COLUMNS` names them; none before the first work on it has ended."""
        try:
            with (self.out / DOWNLOADS["csv"]).open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error):
            return []

    def file(self, form: str) -> Path:
        """A file to download: an index, or "zip" with everything. Raises BriefError where there is none."""
        path = self.out / DOWNLOADS.get(form, DOWNLOADS["csv"])
        if (form != "zip" and form not in DOWNLOADS) or not path.is_file():
            raise BriefError("There is no such file.", hint="Wait until the batch has ended.", where="batch")
        return self._zip() if form == "zip" else path

    def _zip(self) -> Path:
        """The indexes and every plan's exports; packed again when the index is newer."""
        made = self.path / "all.zip"
        with _ZIPPING:
            index = self.out / DOWNLOADS["csv"]
            if not made.is_file() or made.stat().st_mtime_ns <= index.stat().st_mtime_ns:
                with replaced_by(made) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
                    for path in _handed_over(self.out):
                        packed.write(path, path.relative_to(self.out))
        return made


def _handed_over(out: Path) -> Iterator[Path]:
    """The indexes and the exports below a batch's folder, by name."""
    yield from (out / name for name in DOWNLOADS.values() if (out / name).is_file())
    for folder in sorted(one for one in out.iterdir() if one.is_dir() and one.name != HIDDEN):
        yield from sorted(one for one in (folder / "exports").glob("*") if one.is_file())


class Batches:
    """One workspace's batches, beside its runs. Ids come from here alone; nothing that a browser names becomes a path."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def new(self, files: Sequence[tuple[str, bytes]], card: BatchCard) -> Batch:
        """Keeps an input under a new id: one table, or several briefs. Raises BriefError for what is neither."""
        table = _table(files)
        check_defaults(card.defaults)
        batch_id = f"b{secrets.token_hex(10)}"
        path = self.store.root / batch_id
        source = f"{INPUT}{Path(table).suffix.lower()}" if table else INPUT
        try:
            path.mkdir(parents=True)
            if table:
                write_atomically(path / source, files[0][1])
            else:
                (path / source).mkdir()
                for name, content in _named(files):
                    write_atomically(path / source / name, content)
        except OSError as error:
            raise SetupError(
                f"The runs folder cannot be written ({error.strerror}).", hint="Set CEHUA_RUNS_DIR."
            ) from error
        made = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        batch = Batch(batch_id, path, card.model_copy(update={"source": source, "made": made}))
        check_input(batch.source)
        return self.keep(batch)

    def keep(self, batch: Batch, **changes: Any) -> Batch:
        """Writes a batch's card, changed."""
        batch = Batch(batch.id, batch.path, batch.card.model_copy(update=changes))
        write_text(batch.path / CARD, batch.card.model_dump_json(indent=1))
        return batch

    def get(self, batch_id: object) -> Batch:
        """The batch of this id. Raises BriefError when the workspace has none: an id of another workspace is none."""
        root = self.store.root
        if isinstance(batch_id, str) and _BATCH.fullmatch(batch_id) and (root / batch_id / CARD).is_file():
            path = root / batch_id
            try:
                return Batch(batch_id, path, BatchCard.model_validate_json((path / CARD).read_text(encoding="utf-8")))
            except (ValidationError, UnicodeDecodeError):
                return Batch(batch_id, path, BatchCard(stopped="failed"))
        raise BriefError("There is no such batch.", hint="It may have been deleted.", where="batch")

    def all(self) -> list[Batch]:
        """All batches, the newest first."""
        root = self.store.root
        found = [self.get(one.parent.name) for one in root.glob(f"*/{CARD}") if _BATCH.fullmatch(one.parent.name)]
        return sorted(found, key=lambda one: one.card.made, reverse=True)

    def delete(self, batch_id: object) -> None:
        """Removes a batch with its input and plans, for good; plans that were opened in the library stay there."""
        shutil.rmtree(self.get(batch_id).path)

    def open_row(self, batch: Batch, number: int) -> Run:
        """A finished row's plan as a run of the library: a copy, made once. Raises BriefError where the row has no plan."""
        row = next((one for one in batch.rows() if one["row"] == str(number)), None)
        folder = batch.out / row["folder"] if row and row["state"] in ("done", "duplicate") and row["folder"] else None
        if folder is None or folder.parent != batch.out or not (folder / "plan.json").is_file():
            raise BriefError("This row has no plan.", hint="Wait until it is made.", where="batch")
        card = Card(model=batch.card.model, language=batch.card.language, kind="text")
        return self.store.adopt(folder, _brief(batch, number), card, made_of=f"{batch.id}/{folder.name}")


def template(ending: str) -> bytes:
    """A table to start from, "xlsx", "csv" or "jsonl". Raises BriefError for another ending."""
    if f".{ending}" not in ENDINGS:
        raise BriefError("There is no such file.", where="batch")
    with tempfile.TemporaryDirectory(prefix="cehua-template-") as folder:
        return write_template(Path(folder) / f"briefs.{ending}").read_bytes()


def _table(files: Sequence[tuple[str, bytes]]) -> str:
    """The name of the one file that holds a row a brief; "" for briefs as files. Raises BriefError."""
    names = [name for name, _ in files]
    tables = [name for name in names if Path(name).suffix.lower() in READERS]
    if len(names) == 1 and tables:
        return names[0]
    strange = [name for name in names if Path(name).suffix.lower() not in BRIEFS]
    if not names or strange or len(names) > MOST_FILES:
        raise BriefError(
            "A batch is one table, or several briefs.",
            hint=f"Give one .jsonl, .csv or .xlsx file with a brief a row, or up to {MOST_FILES} files with a brief each.",
            where="batch",
        )
    return ""


def _named(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files under names that a folder can hold, each once, in the order of their names."""
    used: set[str] = set()
    for name, content in files:
        plain = re.sub(r"[^\w.()\- ]", "_", Path(name).name).lstrip(".~ ")[-120:] or "brief.txt"
        stem, ending, at = Path(plain).stem, Path(plain).suffix, 1
        while plain.lower() in used:
            at += 1
            plain = f"{stem} ({at}){ending}"
        used.add(plain.lower())
        yield plain, content


def _brief(batch: Batch, number: int) -> bytes:
    """A row's brief as a run is handed one."""
    for row in read_rows(batch.source, batch.card.defaults):
        if isinstance(row, Row) and row.number == number:
            if isinstance(row.source, Path):
                return row.source.read_bytes()
            plain = row.source if isinstance(row.source, str) else json.dumps(row.source, ensure_ascii=False)
            return plain.encode("utf-8", "replace")
    return b""
