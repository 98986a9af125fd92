"""Dates: everything inside the period, in order, on days on which people work, and weekdays told right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.looks import look, suspects
from agent.checks.terms import holds_any
from agent.checks.workdays import is_working_day
from agent.plan.model import MarketingPlan


def _works(date: dt.date, plan: MarketingPlan) -> bool:
    return is_working_day(date, plan.meta.markets[0] if plan.meta.markets else "")


@check("DAT-001", "error", "Every calendar row and key date lies inside the period")
def inside_period(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """First and last day included."""
    rows = [(f"calendar.entries[{n}].date", e.date) for n, e in enumerate(plan.calendar.entries)]
    rows += [(f"calendar.key_dates[{n}].date", k.date) for n, k in enumerate(plan.calendar.key_dates)]
    for where, date in rows:
        if not plan.meta.start <= date <= plan.meta.end:
            yield at(where, date=date, start=plan.meta.start, end=plan.meta.end)


@check("DAT-002", "error", "A key date is prepared, then delivered, then comes; delivery is a working day")
def key_dates_ordered(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """prepare_from ≤ deliver_by < date, and deliver_by is no holiday or weekend."""
    for place, key in enumerate(plan.calendar.key_dates):
        where = f"calendar.key_dates[{place}]"
        if not key.prepare_from <= key.deliver_by < key.date:
            yield at(where, name=key.name, prepare=key.prepare_from, deliver=key.deliver_by, date=key.date)
        elif not _works(key.deliver_by, plan):
            yield at(f"{where}.deliver_by", "holiday", name=key.name, deliver=key.deliver_by)


@check("DAT-003", "error", "A row's material is final before it is published and not before the plan was made")
def deadlines_before(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """as_of ≤ deadline < date; slots kept free need no material before their day."""
    for place, entry in enumerate(plan.calendar.entries):
        late = entry.deadline > entry.date or (entry.deadline == entry.date and entry.kind != "buffer")
        if late or entry.deadline < plan.meta.as_of:
            where = f"calendar.entries[{place}].deadline"
            yield at(where, id=entry.id, deadline=entry.deadline, date=entry.date, as_of=plan.meta.as_of)


@check("DAT-004", "error", "Production deadlines fall on working days")
def deadlines_work(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By the market's statutory holidays."""
    for place, entry in enumerate(plan.calendar.entries):
        if entry.kind != "buffer" and not _works(entry.deadline, plan):
            yield at(f"calendar.entries[{place}].deadline", id=entry.id, deadline=entry.deadline)


@check("DAT-005", "error", "Reviews, inspections and drills are working days inside the period")
def meetings_work(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """People have to be there."""
    rows = [(f"measurement.reviews[{n}].date", r.date) for n, r in enumerate(plan.measurement.reviews)]
    rows += [(f"risks.inspections[{n}].date", i.date) for n, i in enumerate(plan.risks.inspections)]
    rows += [(f"risks.risks[{n}].drill", r.drill) for n, r in enumerate(plan.risks.risks) if r.drill]
    rows.append(("engagement.drill", plan.engagement.drill))
    for where, date in rows:
        if not plan.meta.start <= date <= plan.meta.end:
            yield at(where, "outside", date=date, start=plan.meta.start, end=plan.meta.end)
        elif not _works(date, plan):
            yield at(where, date=date)


@check("DAT-006", "error", "The calendar reaches the last week of the period")
def last_week(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A planned row stands in the last seven days."""
    last = max((entry.date for entry in plan.calendar.entries if entry.kind != "buffer"), default=plan.meta.as_of)
    if last < plan.meta.end - dt.timedelta(days=6):
        yield at("calendar.entries", last=last, end=plan.meta.end)


@check("DAT-007", "error", "Phases follow each other without gap or overlap and cover the period")
def phases_cover(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """From the first day to the last."""
    expected = plan.meta.start
    for place, phase in enumerate(plan.phases):
        if phase.start != expected or phase.end < phase.start:
            yield at(f"phases[{place}].start", name=phase.name, start=phase.start, expected=expected)
        expected = phase.end + dt.timedelta(days=1)
    if not plan.phases or plan.phases[-1].end != plan.meta.end:
        yield at("phases", "end", end=plan.meta.end)


@check("DAT-008", "error", "A calendar row belongs to the phase of its date and has a time")
def phase_of_entry(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The time is HH:MM in the audience's time zone."""
    spans = {phase.id: (phase.start, phase.end) for phase in plan.phases}
    for place, entry in enumerate(plan.calendar.entries):
        start, end = spans.get(entry.phase, (entry.date, entry.date))
        if not start <= entry.date <= end:
            yield at(f"calendar.entries[{place}].phase", id=entry.id, date=entry.date, phase=entry.phase)
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", entry.time):
            yield at(f"calendar.entries[{place}].time", "time", id=entry.id, time=entry.time)


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_EN_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_ZH_DAY = re.compile(
    r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]\s*[（(]\s*(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])"
)
_EN_DAY = re.compile(
    r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (\d{1,2})(?:st|nd|rd|th)? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"(?:,? (\d{4}))?"
)


def weekday_claims(text: str) -> tuple[tuple[str, int | None, int, int, int], ...]:
    """Dates told with their weekday: (words, year or None, month, day, weekday with Monday 0)."""
    return tuple(_weekday_claims(text))


_ZH_WEEK = ("周", "週", "星期", "礼拜", "禮拜")


def _weekday_claims(text: str) -> Iterator[tuple[str, int | None, int, int, int]]:
    for found in _ZH_DAY.finditer(text) if "月" in text and holds_any(text, _ZH_WEEK) else ():
        year, month, day, weekday = found.groups()
        yield (
            found.group(),
            int(year) if year else None,
            int(month),
            int(day),
            "一二三四五六日".find(weekday.replace("天", "日")),
        )
    for found in _EN_DAY.finditer(text) if holds_any(text, _EN_DAYS) else ():
        weekday, day, name, year = found.groups()
        place = _EN_DAYS.index(weekday)
        yield found.group(), int(year) if year else None, _MONTHS.index(name) + 1, int(day), place


@look("weekday")
def _told_with_weekday(text: str, language: str) -> object:
    return weekday_claims(text)


def _right(years: range | tuple[int, ...], month: int, day: int, weekday: int) -> bool:
    for year in years:
        try:
            if dt.date(year, month, day).weekday() == weekday:
                return True
        except ValueError:
            continue
    return False


@check("DAT-009", "error", "A date told with its weekday has that weekday")
def weekdays_right(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Without a year, any year from the plan's making to its end may be meant."""
    years = range(plan.meta.as_of.year, plan.meta.end.year + 1)
    for one in suspects(plan, "weekday"):
        for words, year, month, day, weekday in weekday_claims(one.text):
            if not _right((year,) if year else years, month, day, weekday):
                yield at(one.path, words=words)


@check("DAT-010", "error", "Tasks, experiments, events and first steps lie between the plan's making and its end")
def dated_work(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Work may begin before the first post; nothing lies in the past or after the end."""
    rows = [(f"personas.validation[{n}].due", v.due) for n, v in enumerate(plan.personas.validation)]
    rows += [(f"positioning.goals[{n}].deadline", g.deadline) for n, g in enumerate(plan.positioning.goals)]
    rows += [(f"community.events[{n}].date", e.date) for n, e in enumerate(plan.community.events)]
    rows += [(f"summary.first_30_days[{n}].date", s.date) for n, s in enumerate(plan.summary.first_30_days)]
    for n, trial in enumerate(plan.measurement.experiments):
        rows += [(f"measurement.experiments[{n}].start", trial.start), (f"measurement.experiments[{n}].end", trial.end)]
    for where, date in rows:
        if not plan.meta.as_of <= date <= plan.meta.end:
            yield at(where, date=date, as_of=plan.meta.as_of, end=plan.meta.end)
    for n, task in enumerate(plan.market.unknowns):
        if not plan.meta.as_of.isoformat() <= task.due <= plan.meta.end.isoformat():
            yield at(f"market.unknowns[{n}].due", date=task.due, as_of=plan.meta.as_of, end=plan.meta.end)


@check("DAT-011", "error", "Nothing is published on a day that the plan keeps quiet")
def quiet_days(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Key dates whose use is `quiet`, from their first day to their last."""
    quiet = {
        key.date + dt.timedelta(days=n): key.name
        for key in plan.calendar.key_dates
        if key.use == "quiet"
        for n in range(((key.end or key.date) - key.date).days + 1)
    }
    for place, entry in enumerate(plan.calendar.entries):
        if entry.date in quiet and entry.kind != "buffer":
            yield at(f"calendar.entries[{place}].date", id=entry.id, date=entry.date, name=quiet[entry.date])


@check("DAT-012", "warning", "Preparation of a key date does not begin in the past")
def preparation_possible(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The plan cannot ask for work before it was made."""
    for place, key in enumerate(plan.calendar.key_dates):
        if key.prepare_from < plan.meta.as_of:
            yield at(
                f"calendar.key_dates[{place}].prepare_from",
                name=key.name,
                prepare=key.prepare_from,
                as_of=plan.meta.as_of,
            )
