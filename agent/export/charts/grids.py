"""Draws grids: the calendar's heat map and the map of risks."""

from __future__ import annotations

from agent.export.charts.canvas import SMALL, WIDTH, Canvas, fit, width
from agent.export.plots import Heat, Matrix

STEPS = 4
CELL_MOST = 22.0
GRID, LIST_LEFT = 400.0, 426.0
CROWDED = 8.5
"""Size of the ids in a cell that holds many."""
RISK_ROW = 44.0


def heat(data: Heat, canvas: Canvas) -> float:
    """Weekdays down, weeks across; gives back the height used."""
    left, top = max((width(one, SMALL) for one in data.rows), default=0) + 10, 22.0
    cell = min(CELL_MOST, (WIDTH - left) / max(len(data.columns), 1))
    most = max((value for row in data.values for value in row), default=0)
    most = max(most, 3)
    free = 0.0
    for at, head in enumerate(data.heads):
        x = left + at * cell
        if head and x >= free and x + width(head, SMALL) <= WIDTH:
            canvas.text(x, 14, head, size=SMALL, tone="muted")
            free = x + width(head, SMALL) + 6
    for row, name in enumerate(data.rows):
        y = top + row * CELL_MOST
        canvas.text(left - 8, y + CELL_MOST / 2 + 4, name, size=SMALL, tone="muted", anchor="end")
        for at, value in enumerate(data.values[row]):
            x = left + at * cell
            tip = f"{data.columns[at]} · {name}: {value}"
            canvas.rect(x, y, cell - 2, CELL_MOST - 2, f"h{_step(value, most)}", tip=tip, round_=2)
            if value and cell >= 15:
                tone = "paper" if _step(value, most) >= 3 else "ink"
                canvas.text(x + cell / 2 - 1, y + CELL_MOST / 2 + 3, str(value), size=9.5, tone=tone, anchor="middle")
    return _scale(data, canvas, left, top + len(data.rows) * CELL_MOST + 8)


def _step(value: int, most: int) -> int:
    """0 for none, 1 to STEPS by share of the fullest day."""
    return 0 if not value else max(1, -(-value * STEPS // most))


def _scale(data: Heat, canvas: Canvas, x: float, y: float) -> float:
    """From few to many."""
    canvas.text(x, y + 10, data.less, size=SMALL, tone="muted")
    x += width(data.less, SMALL) + 6
    for step in range(STEPS + 1):
        canvas.rect(x, y, 13, 13, f"h{step}", round_=2)
        x += 16
    canvas.text(x + 3, y + 10, data.more, size=SMALL, tone="muted")
    return y + 20


def matrix(data: Matrix, canvas: Canvas) -> float:
    """Likelihood upward, impact to the right, the risks' titles beside; gives back the height used."""
    left, top = 104.0, 6.0
    w, h = (GRID - left) / 5, RISK_ROW
    height = 5 * h
    canvas.text(12, top + height / 2, data.y_title, size=SMALL, tone="muted", anchor="middle", turned=True, bold=True)
    for likelihood in range(1, 6):
        y = top + (5 - likelihood) * h
        canvas.text(
            left - 8,
            y + h / 2 + 4,
            fit(data.y_labels[likelihood - 1], left - 26, SMALL),
            size=SMALL,
            tone="muted",
            anchor="end",
        )
        for impact in range(1, 6):
            x = left + (impact - 1) * w
            here = [(id_, title) for a, b, id_, title in data.marks if (a, b) == (likelihood, impact)]
            tip = " · ".join([f"{likelihood} × {impact}", *(f"{id_} {title}" for id_, title in here)]) if here else ""
            canvas.rect(x, y, w - 2, h - 2, f"r{_grade(likelihood * impact)}", tip=tip, round_=3)
            _ids([id_ for id_, _ in here], canvas, x, y, w)
    for impact in range(1, 6):
        x = left + (impact - 0.5) * w
        canvas.text(
            x, top + height + 14, fit(data.x_labels[impact - 1], w, SMALL), size=SMALL, tone="muted", anchor="middle"
        )
    canvas.text(left + 2.5 * w, top + height + 32, data.x_title, size=SMALL, tone="muted", anchor="middle", bold=True)
    step = min(18.0, (height + 34) / max(len(data.marks), 1))
    marks = sorted(data.marks, key=lambda one: -one[0] * one[1])
    for at, (_, _, id_, title) in enumerate(marks):
        y = top + 12 + at * step
        canvas.text(LIST_LEFT, y, fit(id_, 28, SMALL), size=SMALL, bold=True)
        canvas.text(LIST_LEFT + 30, y, fit(title, WIDTH - LIST_LEFT - 30, SMALL), size=SMALL)
    return max(top + height + 40, top + 18 + len(marks) * step)


def _grade(score: int) -> int:
    """How grave a score is, 0 to 3."""
    return sum(score >= bound for bound in (5, 10, 15))


def _ids(found: list[str], canvas: Canvas, x: float, y: float, w: float) -> None:
    """The ids in one cell: two a line, from five on three a line in smaller letters."""
    abreast, size, line = (2, SMALL, 13.0) if len(found) <= 4 else (3, CROWDED, 9.5)
    rows = -(-len(found) // abreast)
    line = min(line, (RISK_ROW - 6) / max(rows, 1))
    for at, id_ in enumerate(found):
        row, place = divmod(at, abreast)
        cx = x + (place + 0.5) * (w - 2) / min(abreast, len(found))
        cy = y + RISK_ROW / 2 - 1 + size * 0.36 + (row - (rows - 1) / 2) * line
        canvas.text(cx, cy, fit(id_, (w - 2) / min(abreast, len(found)), size), size=size, anchor="middle", bold=True)
