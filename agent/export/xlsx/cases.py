"""Cells that follow the scenario switch: the low, base and high value side by side, and the formula that takes the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.export.xlsx.book import Cell, Formula, cell, span
from agent.export.xlsx.lists import CASES
from agent.plan.base import Figure

BASE = CASES.index("base")
"""The case that the workbook opens with."""


def three(figure: Figure, *, falling: bool = False) -> tuple[float | None, float | None, float | None]:
    """A figure's low, base and high case; ends that are not known repeat the middle. `falling`: a price, whose high end belongs to the low case."""
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return (high, figure.value, low) if falling else (low, figure.value, high)


def chosen(row: int, first: int, values: Iterable[float | None], *, scale: str = "", known: float = 1.0) -> Cell:
    """The chosen one of three cells of a row that begin at column `first`, times `scale` (whose value now is `known`); blank where there are none."""
    base = list(values)[BASE]
    if base is None:
        return None
    picked = f"INDEX({span(row, row, first, first + 2)},1,ScenarioNo)"
    return Formula(f"{picked}*{scale}" if scale else picked, base * known)


def ratio(over: str, under: str, value: float | None) -> Formula:
    """`over` ÷ `under`, empty where the divisor is 0 or missing."""
    return Formula(f'IF(N({under})=0,"",{over}/{under})', "" if value is None else value)


def change(actual: str, planned: str) -> Formula:
    """How far what was reached is from what was planned, empty until something is filled in."""
    return Formula(f'IF(OR({actual}="",N({planned})=0),"",{actual}/{planned}-1)', "")


def total(first: int, last: int, col: int, values: Iterable[float | None]) -> Formula:
    """The sum of a column's rows."""
    return Formula(f"SUM({span(first, last, col)})", sum(value or 0 for value in values))


def name_at(row: int) -> Callable[[int], str]:
    """Names of a row's cells with the column as argument, for formulas."""
    return lambda col: cell(row, col, fixed=False)
