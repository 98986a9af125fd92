"""The batch on stderr: one live line on a terminal, a line now and then elsewhere, and every row that has no plan."""

from __future__ import annotations

import sys
import time
from typing import Any

from agent.batch.events import BatchBegun, BatchEnded, BatchProgress, RowEnded
from agent.events import Event
from agent.export import inert
from agent.locale import t
from agent.terminal import tell, visible

RARE = 15.0
"""Seconds between two lines of progress where there is no terminal."""


class BatchBoard:
    """Shows a batch while it works."""

    def __init__(self, *, quiet: bool = False, language: str = "en") -> None:
        self.quiet = quiet
        self.language = language
        self._bar: Any = None
        self._task: Any = None
        self._said = time.monotonic()
        self._begun: BatchBegun | None = None
        self._left = 0

    def __enter__(self) -> BatchBoard:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._bar = Progress(
                BarColumn(), TextColumn("{task.description}", markup=False), console=Console(stderr=True)
            )
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, event: Event) -> None:
        """Takes an event in."""
        match event:
            case BatchBegun():
                self._begun, self._left = event, event.todo
                self._say(self._t("begun", **_values(event, "rows", "todo", "done", "failed", "bad", "duplicates")))
                if self._bar:
                    self._task = self._bar.add_task("", total=max(event.todo, 1))
            case RowEnded() if event.state in ("failed", "stopped") and event.reason:
                self._say(
                    self._t("reason", place=event.place, name=inert.line(event.name), reason=inert.line(event.reason))
                )
            case BatchProgress():
                self._progress(event)
            case BatchEnded():
                self._left = event.left
                names = ("made", "seconds", "done", "rows", "failed", "bad", "duplicates", "left")
                self._say(self._t("ended", **{**_values(event, *names), "seconds": f"{event.seconds:.1f}"}))
                if event.stopped:
                    self._say(self._t("stopped", reason=event.stopped))
                if event.failed:
                    self._say(self._t("retry"))

    def interrupted(self) -> None:
        """Says after Ctrl-C how to go on."""
        out = self._begun.out if self._begun else ""
        self._say(self._t("interrupted", left=self._left, out=out))

    def _progress(self, event: BatchProgress) -> None:
        self._left = event.left
        line = self.line(event)
        if self._bar and self._task is not None and self._begun:
            self._bar.update(self._task, completed=self._begun.todo - event.left, description=line)
        elif time.monotonic() - self._said >= RARE:
            self._said = time.monotonic()
            self._say(line)

    def line(self, event: BatchProgress) -> str:
        """Progress in the user's words."""
        left = ""
        if event.seconds_left is not None and event.left:
            minutes, seconds = divmod(round(event.seconds_left), 60)
            hours, minutes = divmod(minutes, 60)
            left = self._t("time_left", time=f"{hours}:{minutes:02d}:{seconds:02d}")
        model = self._begun.model if self._begun else ""
        cost = (
            self._t("no_cost")
            if model == "playbook"
            else self._t("cost_unknown", tokens=f"{event.tokens:,}")
            if event.cost is None
            else self._t("cost", cost=f"{event.cost:.2f}")
        )
        rate = f"{event.rate * 60:.0f}"
        return self._t("progress", **_values(event, "done", "failed", "left"), rate=rate, cost=cost, left_time=left)

    def _t(self, key: str, **values: object) -> str:
        return t(self.language, f"batch.{key}", **values)

    def _say(self, line: str) -> None:
        if self.quiet:
            return
        if self._bar:
            self._bar.console.print(visible(line), markup=False, highlight=False)
        else:
            tell(line + "\n")
            sys.stderr.flush()


def _values(event: Event, *names: str) -> dict[str, object]:
    return {name: getattr(event, name) for name in names}
