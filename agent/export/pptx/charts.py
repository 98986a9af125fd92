"""Native charts: PowerPoint draws them from data that can be edited."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.oxml.ns import qn
from pptx.util import Pt

from agent.export import inert
from agent.export.pptx import fit
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.house import Box
from agent.plan.content import Phase

SHADES: tuple[Any, ...] = (
    THEME.ACCENT_1, THEME.ACCENT_2, THEME.ACCENT_3, THEME.ACCENT_4, THEME.ACCENT_5, (THEME.ACCENT_4, 0.5), THEME.ACCENT_6, (THEME.ACCENT_1, -0.4),
    (THEME.ACCENT_4, -0.5),
)  # fmt: skip
"""Colours of series in turn, those of the theme first: (colour, lightness from −1 to 1) where it is not the colour itself."""
DARK = (THEME.ACCENT_1, THEME.ACCENT_2, THEME.ACCENT_4, THEME.ACCENT_5, (THEME.ACCENT_1, -0.4), (THEME.ACCENT_4, -0.5))
"""Colours on which words are printed light."""
KINDS = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked_bar": XL_CHART_TYPE.BAR_STACKED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked_column": XL_CHART_TYPE.COLUMN_STACKED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
NARROW = {"stacked_bar": 0.045, "stacked_column": 0.08}
"""Part of the longest stacked bar below which a value does not fit into its own part."""
MANY = 14
"""Categories whose names fit side by side below a chart."""
TICKS = 5
"""Dates that fit below an axis of time."""
SPARSE = {1: 260, 2: 120}
"""Space between few bars, in per cent of a bar, so that none is as fat as a block."""
CROWD = 12
"""Categories up to which a chart's words are set large."""
Series = Mapping[str, Sequence[float | None]]


def label(words: str, most: float = 22) -> str:
    """A category or series name: one short line that the workbook behind a chart takes as text.

    That workbook is written with a writer that makes a formula of "=…" and a link of an address, so nothing may start like one.
    """
    short = fit.clip(inert.line(words), 1, most, 1)
    return (
        short
        if short[:1].isalnum()
        and "://" not in short
        and not short.lower().startswith(("internal:", "external:", "mailto:"))
        else f" {short.replace('://', ' ')}"
    )


def chart(
    deck: Deck,
    slide: Slide,
    box: Box,
    kind: str,
    categories: Sequence[str] | Sequence[dt.date],
    series: Series,
    *,
    number: str = "#,##0",
    labels: bool = False,
    said: Sequence[str] = (),
    legend: bool | None = None,
    colours: Sequence[Any] = SHADES,
    size: float = 0,
    axis: bool = True,
) -> Any:
    """A chart in a box, in the theme's colours; bars read from the top down. `said`: what stands at the points of its only series.

    Categories that are dates stand on an axis of time, which names weeks by their first day.
    """
    data: Any = CategoryChartData(number_format=number)  # type: ignore[no-untyped-call]
    dated = [one for one in categories if isinstance(one, dt.date)]
    data.categories = dated or _distinct([label(str(one)) for one in categories])
    for name, values in series.items():
        data.add_series(label(name), list(values))
    frame = slide.shape.shapes.add_chart(KINDS[kind], box.left, box.top, box.width, box.height, data)
    made = frame.chart
    size = size or (12 if len(categories) <= CROWD else 10)
    made.font.size = Pt(size)
    made.font.color.theme_color = THEME.TEXT_1
    made.has_title = False
    made.has_legend = len(series) > 1 if legend is None else legend
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.BOTTOM
        made.legend.include_in_layout = False
    _axes(made, number, flat="bar" in kind, shown=axis)
    plot = made.plots[0]
    if kind != "line":
        plot.gap_width = SPARSE.get(len(categories), 55)
        if "stacked" in kind:
            plot.overlap = 100
    for at, one in enumerate(plot.series):
        shade = colours[at % len(colours)]
        if kind == "line":
            one.smooth = False
            one.format.line.width = Pt(2.25)
            one.format.line.color.theme_color = shade
            one.marker.format.fill.solid()
            one.marker.format.fill.fore_color.theme_color = shade
            one.marker.format.line.color.theme_color = shade
            one.marker.style = XL_MARKER_STYLE.NONE if len(categories) > MANY else XL_MARKER_STYLE.CIRCLE
        else:
            one.format.fill.solid()
            tone, light = shade if isinstance(shade, tuple) else (shade, 0.0)
            one.format.fill.fore_color.theme_color, one.format.fill.fore_color.brightness = tone, light
    if dated:
        _weeks(deck, made, dated)
    elif len(categories) > MANY:
        _thin(made, -(-len(categories) // MANY))
    for at, words in enumerate(said):
        point = plot.series[0].points[at].data_label
        point.text_frame.text = words
        point.position = XL_LABEL_POSITION.OUTSIDE_END
    if labels:
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number, False
        plot.data_labels.font.size = Pt(size)
        if kind in ("bar", "column"):
            plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        if "stacked" in kind:
            _inside(plot, _counted(kind, series), size, colours)
    return made


def timeline(deck: Deck, slide: Slide, box: Box, phases: Sequence[Phase]) -> None:
    """The phases as bars of days with their share of the budget, one below the other, each behind an invisible bar of the days before it."""
    v, found = deck.v, [one for one in phases if one.end >= one.start]
    if not found:
        return deck.gap(slide, box)
    start = min(one.start for one in found)
    days = {
        deck.t("days_before"): [(one.start - start).days for one in found],
        deck.t("days"): [(one.end - one.start).days + 1 for one in found],
    }
    names = [f"{v.named(one.id)} {v.day(one.start, weekday=False)} – {v.day(one.end, weekday=False)}" for one in found]
    made = chart(deck, slide, box, "stacked_bar", names, days, number="0", legend=False, axis=False)
    before, lasting = made.plots[0].series
    before.format.fill.background()
    lasting.format.fill.fore_color.theme_color = THEME.ACCENT_1
    shares = v.phase_shares()
    for at, one in enumerate(found if shares else ()):
        said = lasting.points[at].data_label
        said.text_frame.text = shares[one.id]
        font = said.text_frame.paragraphs[0].runs[0].font
        font.color.theme_color, font.bold = THEME.BACKGROUND_1, True
        said.position = XL_LABEL_POSITION.CENTER
    return None


def _counted(kind: str, series: Series) -> str:
    """The number format of counts in stacked bars: what has no room in its part of the bar, as nought has none, is not printed."""
    whole = max((sum(value or 0 for value in bar) for bar in zip(*series.values(), strict=True)), default=0)
    return f'[<{max(1, math.ceil(NARROW[kind] * whole))}]"";#,##0'


def _inside(plot: Any, number: str, size: float, colours: Sequence[Any]) -> None:
    """Values in the middle of the parts of stacked bars, light on the dark colours."""
    for at, one in enumerate(plot.series):
        told = one.data_labels
        told.show_value = True
        told.position = XL_LABEL_POSITION.CENTER
        told.number_format, told.number_format_is_linked = number, False
        told.font.size = Pt(size)
        told.font.color.theme_color = THEME.BACKGROUND_1 if colours[at % len(colours)] in DARK else THEME.TEXT_1


def _axes(made: Any, number: str, *, flat: bool, shown: bool) -> None:
    value, category = made.value_axis, made.category_axis
    value.has_major_gridlines = shown
    value.visible = shown
    if shown:
        value.major_gridlines.format.line.color.theme_color = THEME.ACCENT_6
        value.major_gridlines.format.line.width = Pt(0.5)
        value.format.line.fill.background()
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = number, False
    value.minimum_scale = 0 if _from_zero(made) else None
    category.format.line.color.theme_color = THEME.ACCENT_6
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.has_major_gridlines = False
    category.reverse_order = flat
    if flat and shown:
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _weeks(deck: Deck, made: Any, days: Sequence[dt.date]) -> None:
    """A tick with its date every few weeks on an axis of time, from the first week on."""
    axis = made.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = (
        'm"月"d"日"' if deck.v.chinese else "d mmm",
        False,
    )
    every = 7 * (1 + (max(days) - min(days)).days // (7 * TICKS))
    for name, value in (("c:baseTimeUnit", "days"), ("c:majorUnit", str(every)), ("c:majorTimeUnit", "days")):
        for old in axis._element.findall(qn(name)):
            axis._element.remove(old)
        axis._element.append(axis._element.makeelement(qn(name), {"val": value}))


def _thin(made: Any, every: int) -> None:
    """Names only every so many categories below a column or line chart."""
    axis = made.category_axis._element
    for old in axis.findall(qn("c:tickLblSkip")):
        axis.remove(old)
    skip = axis.makeelement(qn("c:tickLblSkip"), {"val": str(every)})
    after = axis.find(qn("c:noMultiLvlLbl"))
    if after is not None:
        after.addprevious(skip)
    else:
        axis.append(skip)


def _from_zero(made: Any) -> bool:
    """Whether bars and lines may start at nothing: no value is below it."""
    return all(value is None or value >= 0 for one in made.plots[0].series for value in one.values)


def _distinct(names: list[str]) -> list[str]:
    """Names with a number where one comes twice, since a chart's categories are told apart by name."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
