"""What a model's tokens cost: the dated file, or what the operator says with `--price`."""

from __future__ import annotations

import datetime as dt
import fnmatch
import functools
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from agent.data import read_yaml
from agent.errors import SetupError
from agent.llm.spec import ModelSpec
from agent.llm.tokens import likely_tokens, token_bound
from agent.resources import prompts_dir
from agent.settings import Settings

__all__ = ["FREE", "Price", "likely_tokens", "price_of", "read_price", "token_bound"]

MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Price:
    """USD per million tokens."""

    input: Decimal
    """For prompt tokens."""
    output: Decimal
    """For answer tokens, hidden thinking included."""
    cached: Decimal
    """For prompt tokens that the endpoint had read before; the input price where none is known."""
    source: str
    """Where the price comes from, with publisher and confidence."""
    date: dt.date | None = None
    """When the source was read; None for the operator's own figure."""

    def cost(self, prompt: int, completion: int, cached: int = 0) -> Decimal:
        """USD for one request; `cached` is the part of `prompt` that was read before."""
        fresh = prompt - cached
        return (fresh * self.input + cached * self.cached + completion * self.output) / MILLION


FREE = Price(Decimal(0), Decimal(0), Decimal(0), source="runs on this machine")


def price_of(spec: ModelSpec, settings: Settings) -> Price | None:
    """The price of a model, or None when nobody knows it. What runs on this machine costs 0.

    Raises SetupError when `settings.price` cannot be read.
    """
    if spec.kind != "openai":
        return FREE
    if settings.price:
        return read_price(settings.price)
    host = urlsplit(settings.openai_base_url or "").hostname or ""
    host = "" if host == "api.openai.com" else host
    for pattern, hosts, price in _table():
        if fnmatch.fnmatchcase(spec.name.lower(), pattern) and host in hosts:
            return price
    return None


def read_price(text: str) -> Price:
    """Reads "IN/OUT" or "IN/OUT/CACHED", USD per million tokens."""
    try:
        numbers = [Decimal(part.strip()) for part in text.split("/")]
    except InvalidOperation:
        numbers = []
    if len(numbers) not in (2, 3) or not all(number.is_finite() and number >= 0 for number in numbers):
        raise SetupError(
            f"{text!r} is not a price.",
            hint="Give IN/OUT or IN/OUT/CACHED in USD per million tokens, as in 0.25/2.00.",
            where="--price",
        )
    cached = numbers[2] if len(numbers) == 3 else numbers[0]
    return Price(numbers[0], numbers[1], cached, source="given with --price or CEHUA_PRICE")


@functools.cache
def _table() -> list[tuple[str, tuple[str, ...], Price]]:
    data: dict[str, Any] = read_yaml(prompts_dir() / "prices.yaml")
    rows = []
    for row in data["prices"]:
        origin = data["sources"][row["from"]]
        price = Price(
            input=Decimal(row["input"]),
            output=Decimal(row["output"]),
            cached=Decimal(row["cached"]),
            source=f"{origin['source']} ({origin['publisher']}; confidence {origin['confidence']})",
            date=origin["date"],
        )
        rows.append((row["model"], tuple(row["hosts"]), price))
    return rows
