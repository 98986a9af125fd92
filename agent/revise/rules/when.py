"""Rules about time: the whole plan earlier or later, its first and last day, its length; the client's own key dates."""

from __future__ import annotations

import datetime as dt
import re

from agent.brief.dates import Days, find_days
from agent.brief.numbers import Found
from agent.brief.periods import after, find_durations, parse_period
from agent.errors import BriefError
from agent.revise.model import KeyDateChange, PeriodChange
from agent.revise.rules.talk import Answer, Talk, pattern
from agent.revise.rules.talk import after as rest_after


def _days(talk: Talk) -> list[Found[Days]]:
    try:
        return find_days(talk.low, talk.as_of)
    except BriefError:
        return []


def _shifted(day: dt.date, length: tuple[float, str], sign: int) -> dt.date:
    """A day moved by a length of time; months by the calendar, the last day of a month to the last of the other."""
    number, unit = length
    if unit == "day":
        return day + dt.timedelta(days=sign * round(number))
    index = day.year * 12 + day.month - 1 + sign * int(number)
    month_start = dt.date(index // 12, index % 12 + 1, 1)
    following = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    last = following - dt.timedelta(days=1)
    ends = (day + dt.timedelta(days=1)).day == 1
    return last if ends else month_start.replace(day=min(day.day, last.day))


def _lengths(talk: Talk) -> list[Found[tuple[float, str]]]:
    found = find_durations(talk.low)
    if not found and (match := re.search(r"\b(?:a|one|an) (week|month|fortnight)\b", talk.low)):
        value = (1.0, "month") if match[1] == "month" else (14.0 if match[1] == "fortnight" else 7.0, "day")
        found = [Found(value, match[0], match.start(), match.end())]
    return found


def shift(talk: Talk) -> Answer:
    """The whole plan earlier or later by a length of time, or to a new first day."""
    later, earlier = talk.has("shift_later"), talk.has("shift_earlier")
    if not (later or earlier):
        return None
    start, end = talk.plan.meta.start, talk.plan.meta.end
    lengths = _lengths(talk)
    if lengths:
        sign = 1 if later else -1
        moved = _shifted(start, lengths[0].value, sign), _shifted(end, lengths[0].value, sign)
        return [PeriodChange(start=moved[0], end=None if talk.has("end_kept") else moved[1])]
    days = _days(talk)
    if days:
        first = days[0].value.start
        return [PeriodChange(start=first, end=None if talk.has("end_kept") else end + (first - start))]
    return talk.ask("which_period")


def edges(talk: Talk) -> Answer:
    """First day, last day, or both."""
    days = _days(talk)
    if not days or talk.has("key_date", "goal"):
        return None
    try:
        found = parse_period(talk.low, talk.as_of)
    except BriefError:
        return None
    if len(days) > 1 and found and found.value.start and found.value.end:
        return [PeriodChange(start=found.value.start, end=found.value.end)]
    if (
        len(days) == 1
        and found
        and found.value.start
        and found.value.end
        and re.search(r"[到至~–-]|\bto\b", found.text)
        and days[0].value.precision not in ("day",)
        and found.text != days[0].text
    ):
        return [PeriodChange(start=found.value.start, end=found.value.end)]
    start, end = talk.cue("start"), None if talk.has("end_kept") else talk.cue("end")
    value = days[0].value
    if start and (not end or abs(start.start() - days[0].start) < abs(end.start() - days[0].start)):
        return [PeriodChange(start=value.start)]
    if end or talk.has("length"):
        part = value.precision == "part" and re.search(r"\bmid\b|中", days[0].text)
        last = value.start + dt.timedelta(days=4) if part else value.end
        return [PeriodChange(end=last)]
    return None


def length(talk: Talk) -> Answer:
    """Another length from the same first day, or longer or shorter by some time."""
    lengths = _lengths(talk)
    if not lengths or not talk.has("length") or (talk.has("per_week", "per_month") and talk.has("posts")):
        return None
    if talk.platforms and not talk.has("extend", "shorten"):
        return None
    value = lengths[0].value
    by = re.search(r"\bby\b|\banother\b|\bmore\b|(?:延长|缩短|拉长|压缩)(?!到|至|成|为)", talk.low)
    if by and talk.has("extend", "shorten"):
        return [PeriodChange(end=_shifted(talk.plan.meta.end, value, -1 if talk.has("shorten") else 1))]
    return [PeriodChange(end=after(talk.plan.meta.start, value))]


def key_date(talk: Talk) -> Answer:
    """A date of the client's that joins or goes."""
    if not talk.has("key_date"):
        return None
    days = _days(talk)
    if talk.has("drop") and not talk.has("add"):
        known = next((k for k in talk.plan.calendar.key_dates if k.name and k.name.lower() in talk.low), None)
        if known:
            return [KeyDateChange(do="drop", name=known.name, date=known.date)]
        return [KeyDateChange(do="drop", date=days[0].value.start)] if days else None
    if not days:
        return talk.ask("which_period")
    colon = re.search(r"[:：]", talk.text)
    name = rest_after(talk, colon.end()) if colon else ""
    inside = _days(talk.clause(name)) if name else []
    if inside:
        name = rest_after(talk.clause(name), inside[0].end)
    if not name:
        gone = [
            (days[0].start, days[0].end),
            *(m.span() for n in ("key_date", "add") for m in pattern(n).finditer(talk.low)),
        ]
        name = _without(talk.text, gone)
    return [KeyDateChange(do="add", date=days[0].value.start, name=name)]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept = "".join(char for n, char in enumerate(text) if not any(a <= n < b for a, b in spans))
    return re.sub(r"^\W*(?:a|an|the|on|for|一个|个|的|为|是)?\s*|\W+$", "", kept.strip()).strip()
