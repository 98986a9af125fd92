"""Every state of a run, kept whole: brief, plan and memory, byte for byte, and which one the run stands at."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from agent.errors import EditError, SetupError
from agent.files import write_atomically, write_text
from agent.revise.model import Edit, Version
from agent.run.folder import KEPT

HISTORY = "history.json"
Kind = Literal["plan", "revise", "hand", "rerun", "restore"]
_ROWS: TypeAdapter[list[Version]] = TypeAdapter(list[Version])


class Versions:
    """The versions of one run. Who changes them holds the run's lock."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.folder = run / "versions"

    def rows(self) -> list[Version]:
        """All versions, the oldest first, the current one marked; a run that was never revised has one, as it stands."""
        kept, current = self._read()
        if current is None or self._differs(current):
            kept = [*kept, self._found(kept)]
            current = kept[-1].number
        return [row.model_copy(update={"current": row.number == current}) for row in kept]

    def current(self) -> Version:
        """The version that the run stands at."""
        return next(row for row in self.rows() if row.current)

    def settle(self) -> Version:
        """Keeps the run as it stands when it is not kept yet, and says which version that is."""
        kept, current = self._read()
        if current is not None and not self._differs(current):
            return next(row for row in kept if row.number == current)
        row = self._found(kept)
        self._keep(row)
        self._write([*kept, row], row.number)
        return row

    def add(
        self, kind: Kind, *, instruction: str = "", edits: Sequence[Edit] = (), parts: Sequence[str] = ()
    ) -> Version:
        """Keeps the run as it now stands as a new version after the current one."""
        kept, current = self._read()
        row = Version(
            number=self._next(kept),
            at=_now(),
            kind=kind,
            instruction=instruction,
            edits=list(edits),
            parent=current,
            parts=list(parts),
        )
        self._keep(row)
        self._write([*kept, row], row.number)
        return row

    def put_back(self, number: int, *, as_new: bool) -> Version:
        """Puts a version's files into the run, byte for byte. `as_new` makes a version of that step, so that it can be undone.

        Raises EditError when there is no such version or it was kept without its brief.
        """
        kept, current = self._read()
        row = next((one for one in kept if one.number == number), None)
        if row is None:
            raise EditError(f"There is no version {number}.", hint=f"There are {len(kept)}.", where=str(number))
        if not row.restorable:
            raise EditError(
                f"Version {number} was kept without its brief.",
                hint="It can be compared, not restored.",
                where=str(number),
            )
        for name, ending in KEPT.items():
            source = self.folder / f"{number:04d}{ending}"
            if source.exists():
                write_atomically(self.run / name, source.read_bytes())
            else:
                (self.run / name).unlink(missing_ok=True)
        if not as_new:
            self._write(kept, number)
            return row
        made = Version(number=self._next(kept), at=_now(), kind="restore", instruction=f"← {number}", parent=current)
        made.parts = []
        self._keep(made)
        self._write([*kept, made], made.number)
        return made

    def plan_file(self, number: int) -> Path:
        """The plan of a version. Raises EditError when there is none."""
        kept, _ = self._read()
        path = self.folder / f"{number:04d}.json"
        if not path.exists() or number not in {row.number for row in kept}:
            if number == self.current().number:
                return self.run / "plan.json"
            raise EditError(f"There is no version {number}.", where=str(number))
        return path

    def _read(self) -> tuple[list[Version], int | None]:
        """What the history says, with plans that were kept before there was one."""
        path = self.folder / HISTORY
        data: dict[str, Any] = {"versions": [], "current": None}
        if path.exists():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (json.JSONDecodeError, UnicodeDecodeError):
                raise SetupError(f"{path} is damaged.", hint="Remove it: the plans beside it stay readable.") from None
        rows = _ROWS.validate_python(data["versions"])
        known = {row.number for row in rows}
        for file in sorted(self.folder.glob("*.json")) if self.folder.exists() else []:
            if file.stem.isdigit() and int(file.stem) not in known:
                whole = file.with_name(f"{file.stem}.brief.json").exists()
                at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
                rows.append(Version(number=int(file.stem), at=at, kind="plan", restorable=whole))
        return sorted(rows, key=lambda row: row.number), data["current"]

    def _differs(self, number: int) -> bool:
        """Whether the run no longer is what a version kept: a plan was made anew since."""
        for name, ending in KEPT.items():
            live, kept = self.run / name, self.folder / f"{number:04d}{ending}"
            if live.exists() != kept.exists() or (live.exists() and live.read_bytes() != kept.read_bytes()):
                return True
        return False

    def _found(self, kept: Sequence[Version]) -> Version:
        """The run as it stands, as a version of its own."""
        at = dt.datetime.fromtimestamp((self.run / "plan.json").stat().st_mtime, dt.UTC).isoformat(timespec="seconds")
        return Version(number=self._next(kept), at=at, kind="plan")

    @staticmethod
    def _next(kept: Sequence[Version]) -> int:
        return 1 + max((row.number for row in kept), default=0)

    def _keep(self, row: Version) -> None:
        self.folder.mkdir(exist_ok=True)
        for name, ending in KEPT.items():
            live = self.run / name
            if live.exists():
                write_atomically(self.folder / f"{row.number:04d}{ending}", live.read_bytes())

    def _write(self, rows: Sequence[Version], current: int) -> None:
        plain = [row.model_dump(mode="json", exclude={"current"}) for row in rows]
        write_text(
            self.folder / HISTORY, json.dumps({"current": current, "versions": plain}, ensure_ascii=False, indent=1)
        )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
