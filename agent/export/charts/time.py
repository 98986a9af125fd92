"""Draws what runs over time: workload against capacity week by week, and the phases of the period."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

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
EDGE = 4.0
"""Room between a label and the edge of the picture."""
LANE, LANES = 17.0, 6
"""Height of a line of dates' names, and how many there are at most."""
LABEL, APART = 250.0, 8.0
"""Width of a date with its name at most, and the least room between two."""


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
    said = data.said.format(peak=f"{peak:.1f}", hand=f"{hand:.1f}")
    canvas.text(left, y + 12, fit(one.name, wide - width(said, SMALL) - 10), bold=True)
    canvas.text(left + wide - EDGE, y + 12, said, size=SMALL, tone="muted", anchor="end")
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


@dataclass(frozen=True)
class Flag:
    """A date's name on the line that falls from its dot: to the right of it, or to the left near the picture's edge."""

    x: float
    words: str
    tip: str
    left: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Where the name begins and ends."""
        space = width(self.words, SMALL) + 3
        return (self.x - space, self.x) if self.left else (self.x, self.x + space)


def _points(data: Timeline, canvas: Canvas, y: float, at: Callable[[dt.date], float]) -> float:
    """Dots on one line, and below them dates and names on lines of their own that no other crosses. Where there are too many, the last in
    rank keep their dots only.
    """
    canvas.line(0, y, WIDTH, y)
    flags = [
        Flag(at(date), fit(f"{day} {name}", LABEL, SMALL), f"{said} {name}") for date, name, day, said in data.points
    ]
    shown = next(
        (found for n in range(len(flags), -1, -1) if max((found := hung(flags[:n])).values(), default=0) < LANES), {}
    )
    for one, lane in shown.items():
        base = y + 16 + lane * LANE
        canvas.line(one.x, y, one.x, base + 2)
        canvas.text(
            one.x + (-3 if one.left else 3),
            base,
            one.words,
            size=SMALL,
            tone="muted",
            anchor="end" if one.left else "start",
        )
    for one in flags:
        canvas.dot(one.x, y, 3.5, "warn", tip=one.tip)
    return y + 12 + (max(shown.values(), default=-1) + 1) * LANE


def hung(flags: Sequence[Flag]) -> dict[Flag, int]:
    """Flag → its lane from above. A name stands deeper than those of all later dates that its own would run into, so that it crosses no line."""
    ordered = sorted(flags, key=lambda one: one.x)
    edge = float(WIDTH)
    right: list[Flag] = []
    left: list[Flag] = []
    for one in reversed(ordered):
        if one.ends[1] + APART > edge and one.ends[1] - one.x + APART <= one.x:
            left.insert(0, replace(one, left=True))
            edge = one.x
        else:
            right.append(one)
    lanes: dict[Flag, int] = {}
    for one in right:
        lanes[one] = _below([lane for other, lane in lanes.items() if other.x < one.ends[1] + APART])
    for one in left:
        lanes[one] = _below([lane for other, lane in lanes.items() if other.ends[1] > one.ends[0] - APART])
    return lanes


def _below(lanes: Iterable[int]) -> int:
    return max(lanes, default=-1) + 1
