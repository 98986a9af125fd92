"""Figures in prose: a number, a range, money or a rate as a planner would write it."""

from __future__ import annotations

from collections.abc import Iterable

from agent.frame.lines import fixed_cents
from agent.locale import compact, money, money_value, number, plain, rate, t
from agent.plan.base import Figure
from agent.words.playbook.context import Context


def set_aside(context: Context, purpose: str, cents: int) -> str:
    """A sum that the brief ties to a purpose, as the plan spends it; with the brief's own where the total has room for less."""
    currency = context.frame.currency
    said, kept = fixed_cents(context.intake.brief, purpose), money(cents, currency)
    return context.say("set_aside.cut", sum=kept, asked=money(said, currency)) if said > cents else kept


def amount(value: float, unit: str, language: str) -> str:
    """One value in its unit: "4.2%", "¥1,200", "12,400", "30 min", "24 h": hours from two hours on."""
    if unit == "%":
        return rate(value)
    if len(unit) == 3 and unit.isupper():
        return money_value(value, unit)
    if unit == "min" and value >= 120:
        value, unit = value / 60, "h"
    if unit == "x":
        return t(language, "unit.x", value=plain(value, 2) if abs(value) < 10 else compact(value))
    text = compact(value)
    return t(language, f"unit.{unit}", value=text) if unit in ("min", "h", "s") else text


def tempo(cadence: float) -> str:
    """Posts a week as every part of the plan tells them: whole, else to a tenth."""
    return number(cadence, 0 if cadence == int(cadence) else 1)


def figure(value: Figure, language: str) -> str:
    """A figure in prose: its range where it has one, its value otherwise; "" when it is not known yet."""
    if value.low is not None and value.high is not None and value.low != value.high:
        low, high = amount(value.low, value.unit, language), amount(value.high, value.unit, language)
        return t(language, "unit.between", low=low, high=high) if value.low < 0 else f"{low}–{high}"
    return amount(value.value, value.unit, language) if value.value is not None else ""


def doubt(context: Context, sources: Iterable[str]) -> str:
    """The label that a figure carries when an item that it is read from is of low confidence; "" otherwise."""
    items = context.knowledge.items
    low = any(items[name].confidence == "low" for one in sources if (name := one.removeprefix("kb:")) in items)
    label = t(context.language, "confidence.label_low") if low else ""
    return label if context.zh or not label else f" {label}"


def read_doubt(context: Context, value: Figure) -> str:
    """The same for a figure that is read from the knowledge base; what is computed carries its formula instead."""
    return doubt(context, value.sources) if value.kind == "knowledge" else ""


def rough(value: float) -> float:
    """Three figures at most, a tenth below ten: what a planner would write of an estimate."""
    size = 10.0 ** max(len(str(int(abs(value)))) - 3, 0)
    return round(value, 1) if abs(value) < 10 else float(round(value / size) * size)
