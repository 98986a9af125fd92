"""Draws grids: the calendar's heat map and the map of risks."""

from __future__ import annotations

from agent.export.charts.canvas import SMALL, WIDTH, Canvas, fit, width, wrap
from agent.export.plots import Heat, Matrix

STEPS = 4
CELL, CELL_MOST = 22.0, 96.0
"""Height of a day, and its width where the weeks are few."""
DAY, COUNT = 10.0, 9.5
"""Type of the days' names and of the figures."""
GRID, LIST_LEFT, ID = 400.0, 426.0, 30.0
RISK_ROW, TITLE_LINE, TITLE_GAP = 44.0, 13.0, 5.0
"""Least height of a row of the map; of a line of a risk's title, and between two titles."""
ABREAST, ID_LINE = 2, 13.0
"""How many ids stand side by side in a cell, and the height of their line."""


def heat(data: Heat, canvas: Canvas) -> float:
    """Weekdays down, weeks across; gives back the height used."""
    left, top = max((width(one, DAY) for one in data.rows), default=0) + 10, 22.0
    cell = min(CELL_MOST, (WIDTH - left) / max(len(data.columns), 1))
    most = max((value for row in data.values for value in row), default=0)
    most = max(most, 3)
    free = 0.0
    for at, head in enumerate(data.heads):
        x = left + at * cell
        if head and x >= free and x + width(head, DAY) <= WIDTH:
            canvas.text(x, 14, head, size=DAY, tone="muted")
            free = x + width(head, DAY) + 6
    for row, name in enumerate(data.rows):
        y = top + row * CELL
        canvas.text(left - 8, y + CELL / 2 + 3, name, size=DAY, tone="muted", anchor="end")
        for at, value in enumerate(data.values[row]):
            x = left + at * cell
            tip = f"{data.columns[at]} · {name}: {value}"
            canvas.rect(x, y, cell - 2, CELL - 2, f"h{_step(value, most)}", tip=tip, round_=2)
            if value and cell >= 15:
                tone = "paper" if _step(value, most) >= 3 else "ink"
                canvas.text(x + cell / 2 - 1, y + CELL / 2 + 2.5, str(value), size=COUNT, tone=tone, anchor="middle")
    used = sorted({_step(value, most) for row in data.values for value in row})
    return _scale(data, canvas, used, (left, top + len(data.rows) * CELL + 8))


def _step(value: int, most: int) -> int:
    """0 for none, 1 to STEPS by share of the fullest day."""
    return 0 if not value else max(1, -(-value * STEPS // most))


def _scale(data: Heat, canvas: Canvas, used: list[int], at: tuple[float, float]) -> float:
    """From none to many, in the steps that are used."""
    x, y = at
    canvas.text(x, y + 10, data.less, size=DAY, tone="muted")
    x += width(data.less, DAY) + 6
    for step in used:
        canvas.rect(x, y, 13, 13, f"h{step}", round_=2)
        x += 16
    canvas.text(x + 3, y + 10, data.more, size=DAY, tone="muted")
    return y + 20


def matrix(data: Matrix, canvas: Canvas) -> float:
    """Likelihood upward, impact to the right, the risks' titles beside; gives back the height used."""
    left, top = 104.0, 6.0
    w = (GRID - left) / 5
    cells: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for likelihood, impact, id_, title in data.marks:
        cells.setdefault((likelihood, impact), []).append((id_, title))
    y = top
    for likelihood in range(5, 0, -1):
        fullest = max(len(cells.get((likelihood, impact), ())) for impact in range(1, 6))
        h = max(RISK_ROW, -(-fullest // ABREAST) * ID_LINE + 10)
        name = fit(data.y_labels[likelihood - 1], left - 26, SMALL)
        canvas.text(left - 8, y + h / 2 + 4, name, size=SMALL, tone="muted", anchor="end")
        for impact in range(1, 6):
            x = left + (impact - 1) * w
            here = cells.get((likelihood, impact), [])
            tip = " · ".join([f"{likelihood} × {impact}", *(f"{id_} {title}" for id_, title in here)]) if here else ""
            canvas.rect(x, y, w - 2, h - 2, f"r{_grade(likelihood * impact)}", tip=tip, round_=3)
            _ids([id_ for id_, _ in here], canvas, (x, y), (w - 2, h - 2))
        y += h
    _upright(data.y_title, canvas, 12, (top + y) / 2)
    for impact in range(1, 6):
        x = left + (impact - 0.5) * w
        name = fit(data.x_labels[impact - 1], w, SMALL)
        canvas.text(x, y + 14, name, size=SMALL, tone="muted", anchor="middle")
    canvas.text(left + 2.5 * w, y + 32, data.x_title, size=SMALL, tone="muted", anchor="middle", bold=True)
    return max(y + 40, _titles(data, canvas, top + 12))


def _titles(data: Matrix, canvas: Canvas, y: float) -> float:
    """The risks by their titles, the gravest first, each as long as it is; gives back where they end."""
    for _, _, id_, title in sorted(data.marks, key=lambda one: -one[0] * one[1]):
        canvas.text(LIST_LEFT, y, fit(id_, ID - 2, SMALL), size=SMALL, bold=True)
        for words in wrap(title, WIDTH - LIST_LEFT - ID, SMALL, most=3):
            canvas.text(LIST_LEFT + ID, y, words, size=SMALL)
            y += TITLE_LINE
        y += TITLE_GAP
    return y


def _upright(words: str, canvas: Canvas, x: float, y: float) -> None:
    """The name of the axis that runs upward: Latin letters turned, Chinese ones below each other."""
    if words.isascii():
        canvas.text(x, y, words, size=SMALL, tone="muted", anchor="middle", turned=True, bold=True)
        return
    for at, one in enumerate(words):
        line = y + 4 + (at - (len(words) - 1) / 2) * 14
        canvas.text(x, line, one, size=SMALL, tone="muted", anchor="middle", bold=True)


def _grade(score: int) -> int:
    """How grave a score is, 0 to 3."""
    return sum(score >= bound for bound in (5, 10, 15))


def _ids(found: list[str], canvas: Canvas, corner: tuple[float, float], size: tuple[float, float]) -> None:
    """The ids in one cell, two a line."""
    (x, y), (wide, high) = corner, size
    rows, abreast = -(-len(found) // ABREAST), min(ABREAST, len(found))
    for at, id_ in enumerate(found):
        row, place = divmod(at, ABREAST)
        cx = x + (place + 0.5) * wide / abreast
        cy = y + high / 2 + SMALL * 0.36 + (row - (rows - 1) / 2) * ID_LINE
        canvas.text(cx, cy, fit(id_, wide / abreast, SMALL), size=SMALL, anchor="middle", bold=True)
