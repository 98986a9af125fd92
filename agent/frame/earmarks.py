"""Money that the brief sets aside for a thing: from which day the calendar puts a film to use, and when prizes are drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from agent.brief.model import BrandBrief
from agent.frame.rhythm import rhythm
from agent.frame.workdays import WorkDays
from agent.locale import t

Sort = Literal["film", "prizes"]
SOURCE = "brief:budget.fixed"
"""Begins the source of a date that money set aside brings with it; the place in the brief's list follows in brackets."""
TUESDAY = 1


@dataclass(frozen=True)
class Earmark:
    """A fixed sum of the brief that buys something for the public, with the days on which the public sees it."""

    sort: Sort
    name: str
    """What the plan calls the day, in its language."""
    source: str
    first: dt.date
    """The film's first showing; the day on which a prize draw opens."""
    last: dt.date
    """The day on which the draw closes; a film has its first day alone."""


def sort_of(purpose: str) -> Literal["film", "prizes", "shoot", ""]:
    """What a fixed sum buys, by the words of knowledge/rhythm.yaml `earmarks`: a film, prizes, pictures, or nothing that the calendar can show."""
    words = rhythm()["earmarks"]["words"]
    return next((sort for sort, pattern in words.items() if re.search(pattern, purpose, re.IGNORECASE)), "")


def earmarks(
    brief: BrandBrief,
    workdays: WorkDays,
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.date,
    taken: Iterable[dt.date] = (),
) -> Iterator[Earmark]:
    """The films and prize draws that the brief has set money aside for, each with its days inside [start, end].

    first = the first Tuesday on or after start + `where` × length of the period, no earlier than `lead` days after as_of and, for a film,
    `edit` days after a day of filming that the brief names; it keeps `apart` days from `taken` dates. A draw lasts `lasts` days, at most
    a quarter of the period. A sum of nothing, one whose own date stands among the brief's key dates, and one for which the period leaves no room
    `after` it have none.
    """
    table, length, held = rhythm()["earmarks"], (end - start).days + 1, set(taken)
    for place, row in enumerate(brief.budget.fixed):
        sort = sort_of(row.purpose)
        dated = any(key.name and (key.name in row.purpose or row.purpose in key.name) for key in brief.key_dates)
        if sort not in ("film", "prizes") or row.amount <= 0 or dated:
            continue
        day = max(
            start + dt.timedelta(days=round(length * table["where"][sort])),
            as_of + dt.timedelta(days=table["lead"][sort]),
            *([_filmed(brief) + dt.timedelta(days=table["edit"])] if sort == "film" and _filmed(brief) > as_of else []),
        )
        lasts = min(int(table["lasts"]), length // 4) if sort == "prizes" else 0
        first = _free(day, end - dt.timedelta(days=lasts + table["after"]), held, workdays)
        if first is None:
            continue
        held.add(first)
        name = t(brief.language, f"rhythm.date.{sort}", what=trimmed(row.purpose))
        yield Earmark(sort, name, f"{SOURCE}[{place}]", first, first + dt.timedelta(days=lasts))


def _filmed(brief: BrandBrief) -> dt.date:
    """The last day on which the brief has something filmed; the first day of all where it names none."""
    words = rhythm()["own_dates"]["production"]
    found = [key.end or key.date for key in brief.key_dates if re.search(words, key.name, re.IGNORECASE)]
    return max(found, default=dt.date.min)


def _free(day: dt.date, latest: dt.date, held: set[dt.date], workdays: WorkDays) -> dt.date | None:
    """The first working Tuesday from a day on that keeps its distance from the dates that are taken, else the first working day; None where
    none is left up to `latest`."""
    apart = rhythm()["earmarks"]["apart"]
    options = [day + dt.timedelta(days=n) for n in range((latest - day).days + 1)]
    working = [one for one in options if workdays.on_or_after(one) == one]
    far = [one for one in working if all(abs((one - other).days) > apart for other in held)]
    return next((one for one in far if one.weekday() == TUESDAY), next(iter(far or working), None))


def trimmed(purpose: str) -> str:
    """A purpose as the name of what it buys: "product film", "春茶季产品主图与短片" without the shooting."""
    for pattern, words in rhythm()["earmarks"]["trim"]:
        purpose = re.sub(pattern, words, purpose, flags=re.IGNORECASE)
    return purpose.strip(" ，,")
