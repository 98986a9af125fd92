"""What a chart shows, as numbers and printed labels: drawn as a picture by `charts`, made native by the deck."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """One number a category, and how each is printed."""

    name: str
    values: tuple[float, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, one a category; several series are stacked."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    totals: tuple[str, ...]
    """What stands at the end of each bar."""


@dataclass(frozen=True)
class Range:
    """One goal on its own scale: where it stands, what is forecast, what is wanted. None: not known."""

    label: str
    baseline: float | None
    low: float | None
    base: float | None
    high: float | None
    target: float | None
    shown: tuple[str, str, str]
    """Baseline, forecast and target as they are printed."""
    verdict: str
    reached: bool | None
    """Whether the base forecast reaches the target; None where that cannot be said."""


@dataclass(frozen=True)
class Ranges:
    """Goals one below the other. `heads`: the words for baseline, forecast, target."""

    rows: tuple[Range, ...]
    heads: tuple[str, str, str]


@dataclass(frozen=True)
class Heat:
    """How much falls on each cell of a grid: row by row, from the left."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    heads: tuple[str, ...]
    """A label over a column; empty for most."""
    less: str
    more: str
    """The words at the two ends of the scale."""


@dataclass(frozen=True)
class Matrix:
    """Risks by likelihood (upward) and impact (to the right), both 1 to 5."""

    x_title: str
    y_title: str
    x_labels: tuple[str, ...]
    y_labels: tuple[str, ...]
    marks: tuple[tuple[int, int, str, str], ...]
    """Likelihood, impact, id, title."""


@dataclass(frozen=True)
class Strip:
    """Hours of one person, week by week, against the hours at hand."""

    name: str
    hours: tuple[float, ...]
    capacity: tuple[float, ...]


@dataclass(frozen=True)
class Strips:
    """Several people over the same weeks. `weeks`: the weeks' printed names."""

    weeks: tuple[str, ...]
    strips: tuple[Strip, ...]
    heads: tuple[str, str, str]
    """The words for hours needed, hours at hand, and too much."""
    said: str = "{peak} / {hand} h"
    """How the hours of the fullest week and those at hand in it are printed."""


@dataclass(frozen=True)
class Bar:
    """A stretch of time with a name and a remark."""

    name: str
    start: dt.date
    end: dt.date
    remark: str
    said: str
    """The dates as readers write them."""


@dataclass(frozen=True)
class Timeline:
    """Phases over the period, with the dates that matter."""

    start: dt.date
    end: dt.date
    bars: tuple[Bar, ...]
    points: tuple[tuple[dt.date, str, str, str], ...]
    """Date, name, and the date as readers write it, short and with its weekday; the most important first."""
    months: tuple[tuple[dt.date, str], ...]
    """The first day of each month in the period, and its name."""


Data = Bars | Ranges | Heat | Matrix | Strips | Timeline
