"""The runs of a workspace on disk: each in a folder of an opaque id, beside what it was made from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import BriefError, SetupError
from agent.files import write_atomically, write_new, write_text

CARD, SOURCE = "desk.json", "source.bin"
_RUN = re.compile(r"r[0-9a-f]{20}")
_WORKSPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
State = Literal["done", "writing", "failed", "none"]


class Card(BaseModel):
    """What the desk keeps of a run beside the run itself."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)

    title: str = ""
    """What the library calls it; the brand when empty."""
    made: str = ""
    """When it was made, ISO 8601 in UTC."""
    kind: Literal["text", "file", "form"] = "text"
    """How the brief came."""
    name: str = ""
    """File name of an upload, for the eye."""
    model: str = "playbook"
    """The model asked for."""
    language: str = ""
    """The plan's language; empty follows the brief."""
    answers: dict[str, str] = Field(default_factory=dict)
    """Corrections and answers by field."""
    documents: bool = False
    """Whether the workspace's own documents may be used."""
    max_cost: str = ""
    """Cap in US dollars; empty is none."""
    max_tokens: int | None = None
    """Cap in tokens."""
    price: str = ""
    """Price of the model, when it was given."""
    stopped: str = ""
    """Why the last work ended early: "stopped", or the message of an error; empty when it did not."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True)
class Run:
    """A run in a workspace."""

    id: str
    path: Path
    card: Card

    @property
    def state(self) -> State:
        """done; writing (at work, or broken off); failed (no plan came of it); none (not begun)."""
        record = _json(self.path / "run.json")
        if not (self.path / "plan.json").is_file():
            return "failed" if self.card.stopped else "none"
        return "done" if record.get("state", "done") == "done" else "writing"  # the first release noted no state

    def source(self) -> bytes:
        """The brief as it was handed in."""
        return (self.path / SOURCE).read_bytes()


class Store:
    """One workspace's runs. Ids come from here alone; nothing that a browser names becomes a path."""

    def __init__(self, root: Path, workspace: str = "default") -> None:
        """`root` holds a folder a workspace. Raises SetupError for a name that is none."""
        if not _WORKSPACE.fullmatch(workspace):
            raise SetupError(f"{workspace!r} is no name of a workspace.", hint="Use a-z, 0-9 and -.")
        self.workspace = workspace
        self.root = root / workspace

    def new(self, source: bytes, card: Card) -> Run:
        """Keeps a brief under a new id."""
        run_id = f"r{secrets.token_hex(10)}"
        path = self.root / run_id
        try:
            path.mkdir(parents=True)
            write_new(path / SOURCE, source)
        except OSError as error:
            raise SetupError(
                f"The runs folder cannot be written ({error.strerror}).", hint="Set CEHUA_RUNS_DIR."
            ) from error
        return self.keep(Run(run_id, path, card.model_copy(update={"made": _now()})))

    def keep(self, run: Run, **changes: Any) -> Run:
        """Writes a run's card, changed."""
        run = Run(run.id, run.path, run.card.model_copy(update=changes))
        write_text(run.path / CARD, run.card.model_dump_json(indent=1))
        return run

    def get(self, run_id: object) -> Run:
        """The run of this id. Raises BriefError when the workspace has none: an id of another workspace is none."""
        if isinstance(run_id, str) and _RUN.fullmatch(run_id) and (self.root / run_id / CARD).is_file():
            path = self.root / run_id
            try:
                return Run(run_id, path, Card.model_validate_json((path / CARD).read_text(encoding="utf-8")))
            except (ValidationError, UnicodeDecodeError):
                return Run(run_id, path, Card())
        raise BriefError("There is no such run.", hint="It may have been deleted.", where="run")

    def all(self) -> list[Run]:
        """All runs, the newest first."""
        found = [self.get(one.parent.name) for one in self.root.glob(f"*/{CARD}") if _RUN.fullmatch(one.parent.name)]
        return sorted(found, key=lambda run: run.card.made, reverse=True)

    def duplicate(self, run_id: object, title: str) -> Run:
        """A copy under a new id: brief, plan, versions; the journal too, so that going on pays nothing twice."""
        run = self.get(run_id)
        new = f"r{secrets.token_hex(10)}"
        path = self.root / new
        shutil.copytree(run.path, path, ignore=shutil.ignore_patterns(".lock", ".owner", ".*.part"))
        return self.keep(Run(new, path, run.card.model_copy(update={"made": _now(), "title": title})))

    def adopt(self, folder: Path, source: bytes, card: Card, *, made_of: str) -> Run:
        """A finished run from elsewhere as one of this workspace: a copy, the same one again for the same `made_of`."""
        new = f"r{hashlib.sha256(made_of.encode()).hexdigest()[:20]}"
        path, part = self.root / new, self.root / f".{new}.{secrets.token_hex(4)}"
        if not (path / CARD).is_file():
            try:
                shutil.copytree(folder, part, ignore=shutil.ignore_patterns(".lock", ".owner", ".*.part"))
                write_atomically(part / SOURCE, source)
                write_text(part / CARD, card.model_copy(update={"made": _now()}).model_dump_json(indent=1))
                part.replace(path)
            except OSError as error:
                if not (path / CARD).is_file():  # not made by a second click meanwhile
                    raise SetupError(
                        f"The runs folder cannot be written ({error.strerror}).", hint="Set CEHUA_RUNS_DIR."
                    ) from error
            finally:
                shutil.rmtree(part, ignore_errors=True)
        return self.get(new)

    def delete(self, run_id: object) -> None:
        """Removes a run with all that belongs to it, for good."""
        shutil.rmtree(self.get(run_id).path)


def workspaces(root: Path) -> list[str]:
    """Names of the workspaces that hold anything."""
    if not root.is_dir():
        return []
    return sorted(one.name for one in root.iterdir() if one.is_dir() and _WORKSPACE.fullmatch(one.name))


def facts(run: Run) -> dict[str, Any]:
    """Brand, period, language and findings of a run's plan, without reading it as a plan; {} when there is none."""
    plan = _json(run.path / "plan.json")
    if not plan:
        return {}
    counts = {kind: sum(one["severity"] == kind for one in plan["findings"]) for kind in ("error", "warning")}
    return {**plan["meta"], **counts, "parts": len(plan["words"])}


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
