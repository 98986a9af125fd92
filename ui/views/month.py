"""The content calendar by month: a grid of days for wide screens that becomes a list on a phone."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict

from agent import locale
from agent.plan.content import Entry, KeyDate
from agent.plan.model import MarketingPlan
from ui.views.words import Words, esc


def months(w: Words, plan: MarketingPlan) -> str:
    """One grid a month of the period, the first one open."""
    days: dict[dt.date, list[Entry]] = defaultdict(list)
    for entry in plan.calendar.entries:
        days[entry.date].append(entry)
    keys: dict[dt.date, list[KeyDate]] = defaultdict(list)
    for key in plan.calendar.key_dates:
        keys[key.date].append(key)
    used = sorted({(one.year, one.month) for one in days} | {(plan.meta.start.year, plan.meta.start.month)})
    language = plan.meta.language
    grids = "".join(
        f"<details class='month'{' open' if not at else ''}><summary>{esc(_title(language, year, month))}</summary>"
        f"{_grid(w, language, year, month, days, keys)}</details>"
        for at, (year, month) in enumerate(used)
    )
    return f'<div class="months" lang="{language}"><h4>{w.h("reader.month_view")}</h4>{grids}</div>'


def _title(language: str, year: int, month: int) -> str:
    return f"{year}年{month}月" if language.startswith("zh") else f"{calendar.month_name[month]} {year}"


def _grid(
    w: Words, language: str, year: int, month: int, days: dict[dt.date, list[Entry]], keys: dict[dt.date, list[KeyDate]]
) -> str:
    cells = []
    for week in calendar.Calendar().monthdatescalendar(year, month):
        for day in week:
            if day.month != month:
                cells.append('<li class="off" aria-hidden="true"></li>')
                continue
            shown = "".join(_key(one) for one in keys.get(day, ())) + "".join(
                _entry(language, one) for one in days.get(day, ())
            )
            empty = "" if shown else " empty"
            cells.append(f'<li class="day{empty}"><b>{_day(day, language)}</b>{shown}</li>')
    return f'<ol class="grid">{"".join(cells)}</ol>'


def _day(day: dt.date, language: str) -> str:
    """A day of a month that stands above: its number and its weekday."""
    told = locale.day(day, language, weekday=True)
    weekday = told.partition("（")[2].rstrip("）") or told.partition(" ")[0]
    return f"{day.day} {esc(weekday)}"


def _key(one: KeyDate) -> str:
    return f'<span class="key-date">{esc(one.name_on(one.date))}</span>'


def _entry(language: str, entry: Entry) -> str:
    platform = (
        locale.t(language, f"platform.{entry.platform}")
        if locale.has(language, f"platform.{entry.platform}")
        else entry.platform
    )
    return f'<span class="entry" title="{esc(entry.topic)}"><i>{esc(entry.time)} {esc(platform)}</i><span>{esc(entry.topic)}</span></span>'
