"""The live stage table of the command line, on stderr."""

from __future__ import annotations

import re
import sys
from typing import Any

from agent.events import (
    CallDone,
    Estimated,
    Event,
    IntakeDone,
    ModelReady,
    PlaybookDone,
    RunDone,
    SentBack,
    StageChanged,
    StageText,
)
from agent.locale import t
from agent.plan.model import PART_IDS
from agent.terminal import tell, visible

SHOWN = 60
"""Characters of the text being written that the table shows."""
_SHELL = re.compile(r'["{}\[\]\n]+|\bitem\d+\b|\w+(?=": ")')
"""What surrounds the words in a model's answer."""
MARKS = {"waiting": "·", "playbook": "✓", "writing": "…", "model": "✓", "mixed": "≈", "failed": "✗"}


def bare(text: str) -> str:
    """A model's answer as it comes, without the JSON around its words."""
    return _SHELL.sub(" ", visible(text))


class Board:
    """Shows a run while it works: a live table on a terminal, a line an event elsewhere, nothing when quiet."""

    def __init__(self, *, quiet: bool = False, language: str = "en") -> None:
        self.quiet = quiet
        self.language = language
        self.rows: dict[str, StageChanged] = {}
        self.texts: dict[str, str] = {}
        """Stage → the last words as the model writes them."""
        self.spent = ""
        self.lines: list[str] = []
        self.run_dir = ""
        self._live: Any = None

    def __enter__(self) -> Board:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                self._table(),
                console=Console(stderr=True, markup=False, emoji=False, highlight=False),
                refresh_per_second=4,
            )
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.update(self._table())
            self._live.stop()

    def show(self, event: Event) -> None:
        """Takes an event in."""
        line = self.line(event)
        if isinstance(event, StageChanged):
            self.rows[event.stage] = event
            self.texts.pop(event.stage, None)
        if isinstance(event, StageText):
            self._hear(event)
        if isinstance(event, CallDone):
            self.spent = self._t("spent", calls=event.calls, tokens=f"{event.tokens:,}", cost=self._cost(event.cost))
        if line:
            self.lines.append(visible(line))
        if self._live:
            self._live.update(self._table())
        elif line and not self.quiet:
            tell(line + "\n")
            sys.stderr.flush()

    def _hear(self, event: StageText) -> None:
        """Keeps the end of what is being written, without the JSON around it."""
        text = self.texts.get(event.stage, "") + event.text
        self.texts[event.stage] = bare(text)[-SHOWN:] if len(text) > 4 * SHOWN else text

    def _cost(self, cost: float | None) -> str:
        return "" if cost is None else self._t("cost", cost=f"{cost:.4f}")

    def stopped(self) -> None:
        """Says after Ctrl-C where the valid plan is."""
        self._say(self._t("stopped", run_dir=self.run_dir or self._t("folder")))

    def _t(self, key: str, **values: object) -> str:
        return t(self.language, f"cli.{key}", **values)

    def _say(self, line: str) -> None:
        if self._live:
            self._live.console.print(visible(line))
        else:
            tell(line + "\n")

    def line(self, event: Event) -> str:
        """An event in the user's words; "" for one that only the table shows."""
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
            case Estimated():
                return self._t(
                    "estimate",
                    calls=event.calls,
                    read=f"{event.prompt_tokens:,}",
                    written=f"{event.completion_tokens:,}",
                    cost=self._t("cost_unknown") if event.cost is None else self._likely(event),
                )
            case SentBack():
                return self._t("sent_back", stage=self._part(event.stage), reasons=event.reasons)
            case RunDone():
                return self._t("done", seconds=f"{event.seconds:.1f}", errors=event.errors, warnings=event.warnings)
        return ""

    def _likely(self, event: Estimated) -> str:
        return self._t("cost_likely", cost=f"{event.cost or 0:.4f}", most=f"{event.most_cost or 0:.4f}")

    def _part(self, stage: str) -> str:
        return t(self.language, f"part.{stage}")

    def _table(self) -> Any:
        from rich.table import Table

        table = Table(
            title="\n".join(line for line in self.lines if line[:1] not in MARKS.values()),
            title_justify="left",
            title_style="",
            box=None,
            expand=True,
        )
        for heading in ("part", "words", "share", "time"):
            table.add_column(self._t(f"columns.{heading}"), no_wrap=True)
        table.add_column("", ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
        for part in PART_IDS:
            row = self.rows.get(part)
            state = row.state if row else ("playbook" if self.run_dir else "waiting")
            done = row is not None and row.state != "writing"
            table.add_row(
                self._part(part),
                f"{MARKS[state]} {self._t(f'state.{state}')}",
                f"{row.share:.0%}" if row and done else "",
                f"{row.seconds:.0f} s" if row and done else "",
                bare(self.texts.get(part, ""))[-SHOWN:],
            )
        table.caption = self.spent
        table.caption_justify = "left"
        return table
