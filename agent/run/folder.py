"""The run folder: brief, plan, versions, journal, events and exports, written so that a kill leaves no half file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from agent.errors import Locked, SetupError
from agent.events import Event
from agent.files import UNFINISHED, mend_lines, write_atomically, write_text
from agent.holding import Holding, held
from agent.plan.model import SCHEMA_VERSION, MarketingPlan, to_json
from agent.secrecy import scrub

REVISION = "revision.json"
"""What the revisions of a run remember beside brief and plan (agent.revise)."""
KEPT = {"plan.json": ".json", "brief.json": ".brief.json", REVISION: ".revision.json"}
"""File of a run that makes up a version → its ending under versions/."""
FORMAT = 2
"""Version of the run folder, in run.json. The first release wrote none and no state: such a folder is read as it is, and what is written into
it is of this version. Raise it when an older cehua would misread a folder, and say here how the older ones are read."""


def slug(brand: str, salt: str) -> str:
    """A folder name that any file system takes: the brand's letters and a hash, never a path or a device name."""
    plain = re.sub(r"[^\w一-鿿-]+", "-", brand.strip().lower()).strip("-_")[:40] or "plan"
    return f"{plain}-{hashlib.sha256(f'{brand}|{salt}'.encode()).hexdigest()[:8]}"


class RunFolder:
    """One run on disk. Use as a context manager: the lock is held inside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._holding = Holding(path, path / ".lock", path / ".owner", self._taken)

    def __enter__(self) -> RunFolder:
        """Raises SetupError when the folder cannot be written, Locked when another process holds it."""
        refuse_newer(self.path)
        self._holding.take(lambda: self.path.rglob(UNFINISHED))
        try:
            mend_lines(self.path / "events.jsonl")
        except OSError as error:
            raise self._holding.unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._holding.let_go()

    def _taken(self, holder: str) -> Locked:
        return Locked(f"The run in {self.path} is locked by {holder}.", hint="Wait for it, or choose another --out.")

    def begin(self, fingerprint: str, today: dt.date, *, given: dt.date | None = None, workspace: str = "") -> dt.date:
        """Opens the run for a brief and says its date: the given one, the stored one when the same brief goes on, else today.

        `workspace` is noted, so that parts written again later find what the first writing found. A finished plan that stands here is kept under versions/; nothing is ever lost.
        """
        stored = self._read("run.json") or {}
        same = stored.get("brief") == fingerprint and "as_of" in stored
        as_of = given or (dt.date.fromisoformat(stored["as_of"]) if same else today)
        if stored.get("state") != "writing":
            self._keep_version()
        self._record(fingerprint, as_of, "writing", workspace)
        return as_of

    def finish(self) -> None:
        """Notes that the run is over and its plan whole."""
        stored = self._read("run.json") or {}
        self._record(stored["brief"], dt.date.fromisoformat(stored["as_of"]), "done", self.workspace)

    @property
    def workspace(self) -> str:
        """The workspace whose documents the run may use; "" for none."""
        return str((self._read("run.json") or {}).get("workspace", ""))

    def _record(self, fingerprint: str, as_of: dt.date, state: str, workspace: str) -> None:
        record: dict[str, Any] = {
            "format": FORMAT,
            "brief": fingerprint,
            "as_of": as_of.isoformat(),
            "state": state,
        }
        if workspace:
            record["workspace"] = workspace
        write_text(self.path / "run.json", json.dumps(record, indent=1))

    def save_brief(self, text: str) -> None:
        """Stores what was understood of the brief."""
        write_text(self.path / "brief.json", text)

    def save_plan(self, plan: MarketingPlan) -> None:
        """Stores the plan as it stands, as the export of the same name does."""
        write_text(self.path / "plan.json", to_json(plan))

    def _keep_version(self) -> None:
        """Copies the plan that stands here into versions/, numbered, with its brief and what its revisions remember.

        A plan that is made anew starts without the locks and hand-written texts of the one before.
        """
        if (self.path / "plan.json").exists():
            folder = self.path / "versions"
            folder.mkdir(exist_ok=True)
            number = revision(self.path) + 1
            for name, ending in KEPT.items():
                if (self.path / name).exists():
                    write_atomically(folder / f"{number:04d}{ending}", (self.path / name).read_bytes())
        (self.path / REVISION).unlink(missing_ok=True)

    def log(self, event: Event) -> None:
        """Appends an event to events.jsonl."""
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(scrub(json.dumps(event.record(), ensure_ascii=False)) + "\n")

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.path / name
        if not path.exists():
            return None
        try:
            value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            return None
        return value


def refuse_newer(folder: Path) -> None:
    """Raises SetupError for a run folder that a newer cehua has written in another way; older ones are read."""
    try:
        written = json.loads((folder / "run.json").read_text(encoding="utf-8")).get("format", 1)
    except (OSError, ValueError, AttributeError):
        return
    if not isinstance(written, int) or written > FORMAT:
        raise SetupError(
            f"{folder} is a run folder of format {written}; this cehua reads up to {FORMAT}.",
            hint="Use the cehua that wrote it, or a newer one.",
        )


def at_work(path: Path) -> bool:
    """Whether somebody, in this process or another, is writing a run."""
    return held(path / ".lock")


def revision(path: Path) -> int:
    """How many plans stood in a run before the one at `path`: a run folder, its plan.json, or a file under versions/."""
    if path.parent.name == "versions" and path.stem.isdigit():
        return max(0, int(path.stem) - 1)
    folder = (path if path.is_dir() else path.parent) / "versions"
    return max((int(one.stem) for one in folder.glob("*.json") if one.stem.isdigit()), default=0)


def load_plan(path: Path) -> MarketingPlan:
    """Reads a plan from a run folder or a plan.json. Raises SetupError when there is none or it is of another schema."""
    from pydantic import ValidationError

    file = path / "plan.json" if path.is_dir() else path
    if not file.is_file():
        raise SetupError(
            f"There is no plan in {path}.", hint="Give a run folder or a plan.json; `cehua plan BRIEF` makes one."
        )
    refuse_newer(file.parent)
    try:
        plan = MarketingPlan.model_validate_json(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise SetupError(f"{file} is no text in UTF-8.", hint="Make the plan again from the brief.") from None
    except ValidationError as error:
        raise SetupError(
            f"{file} is not a plan of this version ({error.error_count()} problems, first at {'.'.join(map(str, error.errors()[0]['loc']))}).",
            hint="Make it again from the brief.",
        ) from error
    if plan.meta.schema_version != SCHEMA_VERSION:
        raise SetupError(
            f"{file} is a plan of schema {plan.meta.schema_version}; this cehua reads {SCHEMA_VERSION}.",
            hint="Make it again from the brief, or use the cehua that wrote it.",
        )
    return plan
