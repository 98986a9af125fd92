"""The run folder: brief, plan, versions, journal, events and exports, written so that a kill leaves no half file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from agent.errors import SetupError
from agent.events import Event
from agent.files import write_text
from agent.plan.model import MarketingPlan


def slug(brand: str, salt: str) -> str:
    """A folder name that any file system takes: the brand's letters and a hash, never a path or a device name."""
    plain = re.sub(r"[^\w一-鿿-]+", "-", brand.strip().lower()).strip("-_")[:40] or "plan"
    return f"{plain}-{hashlib.sha256(f'{brand}|{salt}'.encode()).hexdigest()[:8]}"


class RunFolder:
    """One run on disk. Use as a context manager: the lock is held inside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / ".lock", timeout=2)

    def __enter__(self) -> RunFolder:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise SetupError(
                f"The run in {self.path} is being written by another process.",
                hint="Wait for it, or choose another --out.",
            ) from None
        except OSError as error:
            raise SetupError(
                f"The folder {self.path} cannot be written ({error.strerror}).", hint="Choose another --out."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def as_of(self, fingerprint: str, today: dt.date) -> dt.date:
        """The date of this run: today for a new one, the stored one when the same brief goes on."""
        stored = self._read("run.json")
        if stored and stored.get("brief") == fingerprint:
            return dt.date.fromisoformat(stored["as_of"])
        write_text(self.path / "run.json", json.dumps({"brief": fingerprint, "as_of": today.isoformat()}, indent=1))
        return today

    def save_brief(self, text: str) -> None:
        """Stores what was understood of the brief."""
        write_text(self.path / "brief.json", text)

    def save_plan(self, plan: MarketingPlan) -> None:
        """Stores the plan as it stands."""
        write_text(self.path / "plan.json", plan.model_dump_json(indent=1))

    def keep_version(self) -> None:
        """Moves an earlier run's finished plan into versions/, numbered; nothing is ever lost."""
        current = self.path / "plan.json"
        if current.exists():
            folder = self.path / "versions"
            folder.mkdir(exist_ok=True)
            number = 1 + max((int(p.stem) for p in folder.glob("*.json") if p.stem.isdigit()), default=0)
            write_text(folder / f"{number:04d}.json", current.read_text(encoding="utf-8"))

    def log(self, event: Event) -> None:
        """Appends an event to events.jsonl."""
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(event.record(), ensure_ascii=False) + "\n")

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self.path / name
        if not path.exists():
            return None
        try:
            value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            return None
        return value


def load_plan(path: Path) -> MarketingPlan:
    """Reads a plan from a run folder or a plan.json. Raises SetupError when there is none or it is of another schema."""
    from pydantic import ValidationError

    file = path / "plan.json" if path.is_dir() else path
    if not file.is_file():
        raise SetupError(
            f"There is no plan in {path}.", hint="Give a run folder or a plan.json; `cehua plan BRIEF` makes one."
        )
    try:
        return MarketingPlan.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise SetupError(
            f"{file} is not a plan of this version ({error.error_count()} problems, first at {'.'.join(map(str, error.errors()[0]['loc']))}).",
            hint="Make it again from the brief.",
        ) from error
