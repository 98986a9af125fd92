"""The live stage table of the command line, on stderr."""

from __future__ import annotations

import sys
from typing import Any

from agent.events import Event, IntakeDone, ModelReady, PlaybookDone, RunDone, StageChanged
from agent.locale import t
from agent.plan.model import PART_IDS

MARKS = {"waiting": "·", "playbook": "✓", "writing": "…", "model": "✓", "mixed": "≈", "failed": "✗"}


class Board:
    """Shows a run while it works: a live table on a terminal, a line an event elsewhere, nothing when quiet."""

    def __init__(self, *, quiet: bool = False, language: str = "en") -> None:
        self.quiet = quiet
        self.language = language
        self.rows: dict[str, StageChanged] = {}
        self.lines: list[str] = []
        self.run_dir = ""
        self._live: Any = None

    def __enter__(self) -> Board:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(self._table(), console=Console(stderr=True), refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.update(self._table())
            self._live.stop()

    def show(self, event: Event) -> None:
        """Takes an event in."""
        line = self._line(event)
        if isinstance(event, StageChanged):
            self.rows[event.stage] = event
        if line:
            self.lines.append(line)
        if self._live:
            self._live.update(self._table())
        elif line and not self.quiet:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def stopped(self) -> None:
        """Says after Ctrl-C where the valid plan is."""
        self._say(self._t("stopped", run_dir=self.run_dir or self._t("folder")))

    def _t(self, key: str, **values: object) -> str:
        return t(self.language, f"cli.{key}", **values)

    def _say(self, line: str) -> None:
        if self._live:
            self._live.console.print(line)
        else:
            sys.stderr.write(line + "\n")

    def _line(self, event: Event) -> str:
        match event:
            case IntakeDone():
                return self._t("intake", brand=event.brand, gaps=event.gaps, conflicts=event.conflicts)
            case PlaybookDone():
                self.run_dir = event.run_dir
                return self._t("playbook", run_dir=event.run_dir, seconds=f"{event.seconds:.1f}")
            case ModelReady():
                return self._t("ready", model=event.model, seconds=f"{event.seconds:.1f}")
            case StageChanged(state="writing"):
                return f"{MARKS['writing']} {self._part(event.stage)}"
            case StageChanged():
                note = f" ({event.note})" if event.note else ""
                return self._t(
                    "stage",
                    mark=MARKS[event.state],
                    stage=self._part(event.stage),
                    share=f"{event.share:.0%}",
                    seconds=f"{event.seconds:.0f}",
                    note=note,
                )
            case RunDone():
                return self._t("done", seconds=f"{event.seconds:.1f}", errors=event.errors, warnings=event.warnings)
        return ""

    def _part(self, stage: str) -> str:
        return t(self.language, f"part.{stage}")

    def _table(self) -> Any:
        from rich.table import Table

        table = Table(
            title="\n".join(line for line in self.lines if line[:1] not in MARKS.values()),
            title_justify="left",
            title_style="",
            box=None,
        )
        for heading in ("part", "words", "share", "time"):
            table.add_column(self._t(f"columns.{heading}"))
        for part in PART_IDS:
            row = self.rows.get(part)
            state = row.state if row else ("playbook" if self.run_dir else "waiting")
            done = row is not None and row.state != "writing"
            table.add_row(
                self._part(part),
                f"{MARKS[state]} {self._t(f'state.{state}')}",
                f"{row.share:.0%}" if row and done else "",
                f"{row.seconds:.0f} s" if row and done else "",
            )
        return table
