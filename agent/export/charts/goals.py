"""Draws goals as ranges: where each stands, what is forecast, what is wanted, every goal on its own scale."""

from __future__ import annotations

from agent.export.charts.canvas import SMALL, WIDTH, Canvas, fit, width, wrap
from agent.export.plots import Range, Ranges

ROW, HEAD = 46, 30
LABEL, TRACK = 158.0, 160.0
NUMBERS = (412.0, 606.0, WIDTH - 2.0)
"""Where the columns of numbers end."""
SPACES = (84.0, 186.0, 108.0)
LEAST = 8.0
"""Type down to which long numbers are set smaller before they are cut."""
CLOSE = 0.25
"""Share of the greatest value below which the spread of a goal's numbers is too narrow to be seen on a scale that begins at 0."""


def draw(data: Ranges, canvas: Canvas) -> float:
    """The rows under a head that is the legend too; gives back the height used."""
    _heads(data, canvas)
    for at, one in enumerate(data.rows):
        y = HEAD + at * ROW + ROW / 2
        canvas.line(0, y + ROW / 2, WIDTH, y + ROW / 2, "soft")
        lines = wrap(one.label, LABEL - 8)
        for row, words in enumerate(lines):
            canvas.text(0, y + 4 + (row - (len(lines) - 1) / 2) * 14, words)
        _track(one, canvas, y)
        for end, space, words in zip(NUMBERS, SPACES, one.shown, strict=True):
            size = max(LEAST, min(SMALL, SMALL * space / (width(words, SMALL) or 1)))
            canvas.text(end, y, fit(words, space, size), size=size, anchor="end")
        tone = "muted" if one.reached is None else "good" if one.reached else "warn"
        canvas.text(WIDTH - 2, y + 15, fit(one.verdict, 230, SMALL), size=SMALL, tone=tone, anchor="end")
    return HEAD + len(data.rows) * ROW + 4


def _heads(data: Ranges, canvas: Canvas) -> None:
    """The columns' names, each with its mark."""
    for at, (end, name) in enumerate(zip(NUMBERS, data.heads, strict=True)):
        words = fit(name, 90, SMALL)
        canvas.text(end, 14, words, size=SMALL, tone="muted", anchor="end", bold=True)
        x = end - width(words, SMALL, bold=True) - 10
        if at == 0:
            canvas.dot(x, 10, 4, "muted", hollow=True)
        elif at == 1:
            canvas.rect(x - 9, 6, 16, 8, "h2", round_=3)
            canvas.rect(x - 2, 5, 3, 10, "accent")
        else:
            canvas.diamond(x, 10, 5, "warn")


def _track(one: Range, canvas: Canvas, y: float) -> None:
    """The range on its scale."""
    least, most = _scale(
        [value for value in (one.baseline, one.low, one.base, one.high, one.target) if value is not None]
    )
    start, space = LABEL, TRACK

    def at(value: float) -> float:
        return start + (value - least) / ((most - least) or 1) * space

    canvas.line(start, y, start + space, y, "line", 2)
    if one.low is not None and one.high is not None:
        canvas.rect(
            at(one.low),
            y - 7,
            max(at(one.high) - at(one.low), 2),
            14,
            "h2",
            tip=f"{one.label}: {one.shown[1]}",
            round_=4,
        )
    if one.base is not None:
        canvas.rect(at(one.base) - 1.5, y - 9, 3, 18, "accent", tip=f"{one.label}: {one.shown[1]}")
    if one.baseline is not None:
        canvas.dot(at(one.baseline), y, 4.5, "muted", hollow=True, tip=f"{one.label}: {one.shown[0]}")
    if one.target is not None:
        canvas.diamond(at(one.target), y, 6, "warn")


def _scale(known: list[float]) -> tuple[float, float]:
    """From 0 or the least value to the greatest; numbers that lie close together have a scale of their own."""
    least, most = min([0.0, *known]), max([0.0, *known])
    spread = most - min(known, default=0.0)
    if least == 0 and 0 < spread < CLOSE * most:
        return most - 1.5 * spread, most + spread / 2
    return least, most
