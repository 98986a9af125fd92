"""Draws the charts of a document once, as SVG; the typesetter makes PNG of it where a format takes no SVG.

Own drawing rather than a chart library: the words are measured in ems of the face that travels with the document, a
page recolours the shapes for dark mode and explains them on pointing, and nothing but text is needed to make it.
"""

from __future__ import annotations

from agent.export.charts import bars, goals, grids, time
from agent.export.charts.canvas import COLOURS, WIDTH, Canvas
from agent.export.plots import Bars, Heat, Matrix, Ranges, Strips, Timeline
from agent.export.view import Chart


def svg(chart: Chart, families: tuple[str, ...] = ("sans-serif",)) -> str:
    """The chart as SVG, 720 units wide, set in `families`."""
    canvas = Canvas()
    match chart.data:
        case Bars():
            height = bars.draw(chart.data, canvas)
        case Ranges():
            height = goals.draw(chart.data, canvas)
        case Heat():
            height = grids.heat(chart.data, canvas)
        case Matrix():
            height = grids.matrix(chart.data, canvas)
        case Strips():
            height = time.strips(chart.data, canvas)
        case Timeline():
            height = time.timeline(chart.data, canvas)
    return canvas.svg(height, chart.title, families)


def broad(chart: Chart) -> bool:
    """Whether a chart takes the whole width of a page on its side: it is low however wide it is."""
    return isinstance(chart.data, Heat)


__all__ = ["COLOURS", "WIDTH", "broad", "svg"]
