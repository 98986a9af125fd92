"""Money and tokens of a whole batch: one meter over all its plans and over all commands that go on with it.

Before a request leaves, the most that will then have been spent stands on the disk, rounded up to a step. A batch that is killed
therefore counts too much rather than too little, and no cap is passed however often it is killed.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from agent.batch.ledger import Ledger
from agent.files import write_text
from agent.llm import ModelSpec, open_meter
from agent.llm.meter import Meter
from agent.settings import Settings

STEPS = 100
"""Into how many steps a cap is divided; at most one is counted without having been spent, for each kill."""
FREE_STEP = (Decimal("0.05"), 20_000)
"""USD and tokens of a step where there is no cap."""
NOTE = "spent"


class Purse:
    """The batch's meter, and what of it stands in the ledger."""

    def __init__(self, ledger: Ledger, spec: ModelSpec, settings: Settings, beside: Path) -> None:
        """`beside` is a file that holds the same: a ledger may be lost, what was spent may not.

        Raises SetupError when money is capped and the model's price is not known.
        """
        self._ledger, self._beside = ledger, beside
        noted = (_read(ledger.note(NOTE)), _read(_stored(beside)))
        self._money, self._tokens = max(money for money, _ in noted), max(tokens for _, tokens in noted)
        self._step = (
            settings.max_cost / STEPS if settings.max_cost else FREE_STEP[0],
            settings.max_tokens // STEPS if settings.max_tokens else FREE_STEP[1],
        )
        self.meter: Meter = open_meter(spec, settings, secure=self._secure)
        self.meter.cost, self.meter.tokens = self._money, self._tokens
        self.before = (self._money, self._tokens)
        """USD and tokens of earlier commands."""

    @property
    def cost(self) -> float | None:
        """USD of the whole batch so far; None when the price is not known."""
        return float(self.meter.cost) if self.meter.price else None

    def _secure(self, money: Decimal, tokens: int) -> None:
        if money > self._money or tokens > self._tokens:
            self._note(money + self._step[0], tokens + self._step[1])

    def _note(self, money: Decimal, tokens: int) -> None:
        self._money, self._tokens = money, tokens
        told = json.dumps([str(money), tokens])
        write_text(self._beside, told)
        self._ledger.keep(NOTE, told)

    def close(self) -> None:
        """Notes what was really spent: nothing is in flight any more."""
        self._note(self.meter.cost, self.meter.tokens)


def _stored(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _read(text: str) -> tuple[Decimal, int]:
    """USD and tokens of a note; nothing where there is none, or a torn one."""
    try:
        money, tokens = json.loads(text)
        return Decimal(money), int(tokens)
    except (ValueError, TypeError, ArithmeticError):
        return Decimal(0), 0
