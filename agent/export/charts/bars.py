"""Draws horizontal bars, single or stacked, with a legend where there are several series."""

from __future__ import annotations

from agent.export.charts.canvas import SERIES, SMALL, WIDTH, Canvas, fit, width, wrap
from agent.export.plots import Bars

ROW, BAR = 30, 18
TWO_LINES = 37
"""Height of a row where a name takes two lines."""
LABEL_MOST, TOTAL_MOST = 190, 170


def draw(data: Bars, canvas: Canvas) -> float:
    """The bars; gives back the height used."""
    left = min(max((width(one) for one in data.categories), default=0), LABEL_MOST) + 12
    right = min(max((width(one, SMALL) for one in data.totals), default=0), TOTAL_MOST) + 10
    top = legend(canvas, [one.name for one in data.series]) if len(data.series) > 1 else 4.0
    sums = [sum(one.values[at] for one in data.series) for at in range(len(data.categories))]
    scale = (WIDTH - left - right) / (max(sums, default=0) or 1)
    step = TWO_LINES if any(len(wrap(one, LABEL_MOST)) > 1 for one in data.categories) else ROW
    for at, name in enumerate(data.categories):
        y = top + at * step
        lines = wrap(name, LABEL_MOST)
        for row, words in enumerate(lines):
            canvas.text(left - 10, y + BAR / 2 + 4 + (row - (len(lines) - 1) / 2) * 13, words, anchor="end")
        x = left
        for number, one in enumerate(data.series):
            w = one.values[at] * scale
            tone = f"s{number % SERIES}"
            tip = f"{name} · {one.name}: {one.shown[at]}"
            if w > 0:
                canvas.rect(x, y, w, BAR, tone, tip=tip, mark=one.name)
            x += w
        canvas.text(x + 7, y + BAR / 2 + 4, fit(data.totals[at], right, SMALL), size=SMALL, tone="muted")
    return top + len(data.categories) * step


def legend(canvas: Canvas, names: list[str]) -> float:
    """Colours and names in rows; gives back the height used."""
    x, y = 0.0, 12.0
    for number, name in enumerate(names):
        words = fit(name, WIDTH / 2, SMALL)
        space = width(words, SMALL) + 34
        if x and x + space > WIDTH:
            x, y = 0.0, y + 18
        canvas.rect(x, y - 9, 10, 10, f"s{number % SERIES}", mark=name, round_=2)
        canvas.text(x + 15, y, words, size=SMALL, tone="muted")
        x += space
    return y + 16
