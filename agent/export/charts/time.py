"""Draws what runs over time: workload against capacity week by week, and the phases of the period."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

from agent.export.charts.canvas import SMALL, WIDTH, Canvas, fit, width
from agent.export.plots import Strip, Strips, Timeline

STRIP, GAP = 46.0, 24.0
NAME = 20.0
"""Height of a person's name over the strip."""
LOW = 22.0
"""Least height of a strip before people stand in more columns."""
TALLEST = 880.0
"""Height of a chart that stands on an upright page with its headings."""
GUTTER, ABREAST = 26.0, 6
"""Room between columns of people, and how many columns there are at most."""
LANE = 17.0
LANES = 5


def strips(data: Strips, canvas: Canvas) -> float:
    """A strip a person: bars of hours, a line for the hours at hand; gives back the height used.

    A team whose strips would be taller than a page stands in several columns, one after the other from above.
    """
    top = _strip_legend(data, canvas)
    across, strip = _arranged(len(data.strips), TALLEST - top - 18)
    deep = math.ceil(len(data.strips) / across)
    high, wide = NAME + strip + GAP / 2, (WIDTH - GUTTER * (across - 1)) / across
    for place, one in enumerate(data.strips):
        column, row = divmod(place, deep)
        _strip(one, data, canvas, (column * (wide + GUTTER), top + row * high), (wide, strip))
    bottom = top + deep * high
    for column in range(math.ceil(len(data.strips) / max(deep, 1))):
        _weeks(data, canvas, column * (wide + GUTTER), bottom, wide)
    return bottom + 18


def _arranged(count: int, room: float) -> tuple[int, float]:
    """In how many columns so many people stand, and how high their strips are."""
    for across in range(1, ABREAST + 1):
        strip = min(STRIP, room / max(1, math.ceil(count / across)) - NAME - GAP / 2)
        if strip >= LOW:
            break
    return across, max(strip, LOW / 2)


def _strip(one: Strip, data: Strips, canvas: Canvas, corner: tuple[float, float], size: tuple[float, float]) -> None:
    """One person's weeks, from the upper left corner."""
    (left, y), (wide, high) = corner, size
    step = wide / max(len(data.weeks), 1)
    most = max([*one.hours, *one.capacity, 0.1])
    peak = max(one.hours, default=0)
    hand = one.capacity[one.hours.index(peak)] if one.hours else 0
    said = f"{peak:.1f} / {hand:.1f} h"
    canvas.text(left, y + 12, fit(one.name, wide - width(said, SMALL) - 10), bold=True)
    canvas.text(left + wide, y + 12, said, size=SMALL, tone="muted", anchor="end")
    floor = y + NAME + high
    for at, (hours, capacity) in enumerate(zip(one.hours, one.capacity, strict=True)):
        x, over = left + at * step, hours > capacity
        h = hours / most * high
        tip = f"{one.name} · {data.weeks[at]}: {hours:.1f} / {capacity:.1f}"
        canvas.rect(x + step * 0.12, floor - h, step * 0.76, h, "warn" if over else "s1", tip=tip)
        level = floor - capacity / most * high
        canvas.line(x, level, x + step, level, "ink", 1.4)
    canvas.line(left, floor, left + wide, floor)


def _strip_legend(data: Strips, canvas: Canvas) -> float:
    x = 0.0
    for tone, words in zip(("s1", "ink", "warn"), data.heads, strict=True):
        if tone == "ink":
            canvas.line(x, 8, x + 12, 8, "ink", 2)
        else:
            canvas.rect(x, 3, 11, 10, tone, round_=2)
        canvas.text(x + 17, 12, words, size=SMALL, tone="muted")
        x += width(words, SMALL) + 40
    return 24.0


def _weeks(data: Strips, canvas: Canvas, left: float, y: float, wide: float) -> None:
    """Names of as many weeks as fit below a column, at even distances."""
    step = wide / max(len(data.weeks), 1)
    widest = max((width(name, SMALL) for name in data.weeks), default=0.0)
    stride = max(1, -int(-(widest + 14) // step))
    for at, name in enumerate(data.weeks):
        x = left + at * step
        if at % stride == 0 and x + width(name, SMALL) <= left + wide:
            canvas.text(x, y + 10, name, size=SMALL, tone="muted")


def timeline(data: Timeline, canvas: Canvas) -> float:
    """Months, phases as bars, dates as points; gives back the height used."""
    days = (data.end - data.start).days + 1

    def at(date: dt.date) -> float:
        return (date - data.start).days / days * WIDTH

    free = 0.0
    bottom = 34.0 + len(data.bars) * 30
    for date, name in data.months:
        x = at(date)
        canvas.line(x, 20, x, bottom)
        if x >= free:
            canvas.text(x + 3, 13, name, size=SMALL, tone="muted")
            free = x + width(name, SMALL) + 8
    for number, one in enumerate(data.bars):
        x, y = at(one.start), 28.0 + number * 30
        w = max(at(one.end + dt.timedelta(1)) - x, 3)
        tip = f"{one.name}: {one.said} · {one.remark}"
        canvas.rect(x, y, w, 22, f"s{number % 5}", tip=tip, round_=4)
        words = f"{one.name} · {one.remark}"
        space = width(words)
        if space + 12 <= w:
            canvas.text(x + 8, y + 15, words, tone="paper" if number % 5 != 2 else "ink", bold=True)
        elif WIDTH - x - w >= x:
            canvas.text(x + w + 8, y + 15, fit(words, WIDTH - x - w - 8))
        else:
            canvas.text(x - 8, y + 15, fit(words, x - 8), anchor="end")
    return _points(data, canvas, bottom + 6, at)


def _points(data: Timeline, canvas: Canvas, y: float, at: Callable[[dt.date], float]) -> float:
    """Dots on one line, names below them in as many lanes as are needed; what finds no place keeps its dot."""
    lanes: list[list[tuple[float, float]]] = [[] for _ in range(LANES)]
    canvas.line(0, y, WIDTH, y)
    used = 0
    for date, name, said in data.points:
        x = at(date)
        words = fit(name, 230, SMALL)
        space = width(words, SMALL)
        start = min(max(x - space / 2, 0), WIDTH - space)
        canvas.dot(x, y, 3.5, "warn", tip=f"{said} {name}")
        for lane, taken in enumerate(lanes):
            if all(start > end + 10 or start + space < begin - 10 for begin, end in taken):
                taken.append((start, start + space))
                canvas.text(start, y + 16 + lane * LANE, words, size=SMALL, tone="muted")
                used = max(used, lane + 1)
                break
    return y + 12 + used * LANE
