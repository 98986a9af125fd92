"""What the item readers share: the date, the language, the markets, and a place for notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from agent.brief.model import Language
from agent.brief.values import Money, settle
from agent.errors import BriefError

MAX_MONEY = Decimal(10) ** 12
Note = tuple[str, dict[str, str]]


@dataclass
class Context:
    """Passed to every item reader."""

    as_of: dt.date
    language: Language
    markets: list[str] = field(default_factory=list)
    currency: str = ""
    """The budget's currency once it is known."""
    reader: Literal["key", "text", "model", "argument"] = "key"
    notes: list[Note] = field(default_factory=list)

    def note(self, phrase: str, /, **values: str) -> None:
        """Records something noticed, once."""
        if (phrase, values) not in self.notes:
            self.notes.append((phrase, values))

    def code(self, money: Money) -> str:
        """ISO code of a sum written by this client."""
        return settle(money, self.language, self.markets)


def checked(amount: Decimal, where: str) -> Decimal:
    """The amount, or a BriefError when no budget can be that."""
    if not amount.is_finite() or amount < 0 or amount > MAX_MONEY:
        shown = f"{amount:.6g}" if amount.is_finite() else str(amount)
        raise BriefError(
            f"{shown} is outside the range of sums that a plan can hold (0 to 1,000,000,000,000).",
            hint="Write the sum in whole currency units, 0 for none.",
            where=where,
        )
    return amount
