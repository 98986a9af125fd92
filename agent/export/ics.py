"""The plan's dates as a calendar that any calendar program imports, and updates when it is imported again."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event

from agent.export import inert
from agent.export.reader import Reader, iso_day
from agent.plan.content import Entry
from agent.plan.model import MarketingPlan

LENGTH = {"live": dt.timedelta(minutes=60), "event": dt.timedelta(minutes=120)}
"""How long an entry of a kind takes in the calendar; half an hour for all others."""
EPOCH = dt.date(2020, 1, 1)
NAMESPACE = uuid.UUID("7f0c1ee8-5a3f-4a9e-9e34-3a1f6b1c2d70")
"""Of the ids that events carry: the same plan always gets the same."""
SUMMARY_LIMIT, TEXT_LIMIT = 200, 4000
MORNING = -dt.timedelta(hours=9)
"""A reminder at nine in the morning of an all-day event."""
When = dt.date | dt.datetime


@dataclass(frozen=True)
class Date:
    """One event: a stable key, its category, when, what, and how long before it reminds (None: not at all)."""

    key: str
    category: str
    start: When
    summary: str
    text: str = ""
    length: dt.timedelta = dt.timedelta(days=1)
    remind: dt.timedelta | None = None


def to_ics(plan: MarketingPlan, revision: int = 0) -> bytes:
    """The calendar: entries, deadlines, key dates, reviews, inspections, goals' deadlines, research and first steps.

    `revision` counts the plans that stood in the run before this one. A later one has a higher SEQUENCE and DTSTAMP, so that a
    second import replaces what the first brought. Events are told apart by brand, first day and the plan's own ids.
    """
    v = Reader(plan)
    calendar = Calendar()
    calendar.add("prodid", f"-//cehua//{inert.line(plan.meta.version)[:40]}//{v.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = inert.line(v.t("doc.title", brand=plan.meta.brand))[:SUMMARY_LIMIT]
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", inert.line(plan.calendar.timezone))
    owner = uuid.uuid5(NAMESPACE, f"{inert.line(plan.meta.brand)}\n{plan.meta.start.isoformat()}")
    revision = max(0, revision)
    stamp = dt.datetime.combine(plan.meta.as_of, dt.time(), tzinfo=dt.UTC) + dt.timedelta(minutes=revision)
    sequence = max(0, (plan.meta.as_of - EPOCH).days) * 1000 + min(revision, 999)
    seen: dict[str, int] = {}
    for date in sorted(_dates(v), key=lambda one: (_moment(one.start), one.key)):
        seen[date.key] = seen.get(date.key, 0) + 1
        key = date.key if seen[date.key] == 1 else f"{date.key}:{seen[date.key]}"
        calendar.add_component(_event(date, f"{uuid.uuid5(owner, inert.plain(key))}@cehua", stamp, sequence))
    _add_zones(calendar, plan)
    return bytes(calendar.to_ical())


def _add_zones(calendar: Calendar, plan: MarketingPlan) -> None:
    """The time zone's rules for the plan's years, every change of the clock for itself: lists of changes are not read everywhere."""
    year = dt.timedelta(days=366)
    calendar.add_missing_timezones(first_date=plan.meta.start - year, last_date=plan.meta.end + year)
    for zone_ in calendar.walk("VTIMEZONE"):
        for rule in list(zone_.subcomponents):
            listed = rule.pop("RDATE", [])
            for dates in listed if isinstance(listed, list) else [listed]:
                for one in dates.dts:
                    copied = rule.copy()
                    copied.pop("DTSTART")
                    copied.add("DTSTART", one.dt)
                    zone_.add_component(copied)


def _event(date: Date, uid: str, stamp: dt.datetime, sequence: int) -> Event:
    """An event with its reminder. All-day events do not block the day."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", sequence)
    event.add("summary", inert.line(date.summary)[:SUMMARY_LIMIT])
    event.add("dtstart", date.start)
    event.add("dtend", date.start + date.length)
    event.add("categories", [inert.line(date.category)])
    event.add("transp", "OPAQUE" if isinstance(date.start, dt.datetime) else "TRANSPARENT")
    if date.text:
        event.add("description", inert.plain(date.text)[:TEXT_LIMIT])
    if date.remind is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", inert.line(date.summary)[:SUMMARY_LIMIT])
        alarm.add("trigger", -date.remind)
        event.add_component(alarm)
    return event


def _dates(v: Reader) -> Iterator[Date]:
    """Everything dated."""
    yield from _entries(v)
    yield from _key_dates(v)
    yield from _deadlines(v)
    yield from _reviews(v)
    yield from _tasks(v)


def zone(name: str) -> dt.tzinfo:
    """The time zone; UTC where the name is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def moment(entry: Entry, where: dt.tzinfo) -> When:
    """When an entry is published; the day alone where its time is none."""
    try:
        return dt.datetime.combine(entry.date, dt.time.fromisoformat(entry.time).replace(tzinfo=None), tzinfo=where)
    except ValueError:
        return entry.date


def _entries(v: Reader) -> Iterator[Date]:
    """Publishing, and the day on which the material is final."""
    part = v.plan.calendar
    publish, due = v.t("ics.publish"), v.t("ics.deadline")
    for entry in part.entries:
        what = entry.topic or v.t("misc.buffer_topic")
        head = f"{v.platform(entry.platform)} · {what}"
        start, timed = moment(entry, zone(part.zone(entry.platform))), LENGTH.get(entry.kind, dt.timedelta(minutes=30))
        length = timed if isinstance(start, dt.datetime) else dt.timedelta(days=1)
        text = _told(
            v, ("col.format", v.format(entry.format)), ("col.pillar", v.name(entry.pillar)), ("col.hook", entry.hook), ("col.cta", entry.cta),
            ("col.owner", v.role(entry.owner)), ("col.final", v.day(entry.deadline)), ("col.no", entry.id),
        )  # fmt: skip
        yield Date(f"entry:{entry.id}", publish, start, head, text, length, dt.timedelta(minutes=30))
        if entry.kind != "buffer":
            told = _told(v, ("col.owner", v.role(entry.owner)), ("col.date", v.day(entry.date)), ("col.no", entry.id))
            yield Date(
                f"deadline:{entry.id}", due, entry.deadline, f"{due}{v.t('misc.colon')}{head}", told, remind=MORNING
            )


def _key_dates(v: Reader) -> Iterator[Date]:
    """The dates prepared ahead, and when their preparation starts and ends."""
    colon = v.t("misc.colon")
    for one in v.plan.calendar.key_dates:
        kind = v.t("head.key_dates")
        yield Date(
            f"date:{one.id}",
            kind,
            one.date,
            one.name_on(one.date),
            _told(v, ("col.plan", one.plan), ("col.use", v.t(f"date_use.{one.use}"))),
        )
        yield Date(
            f"prepare:{one.id}",
            kind,
            one.prepare_from,
            f"{v.t('col.prepare_from')}{colon}{one.name}",
            one.plan,
            remind=MORNING,
        )
        yield Date(
            f"deliver:{one.id}",
            kind,
            one.deliver_by,
            f"{v.t('col.deliver_by')}{colon}{one.name}",
            one.plan,
            remind=MORNING,
        )


def _deadlines(v: Reader) -> Iterator[Date]:
    """Hand-in days of approvals and proofs, and the first days on which what needs them may run."""
    needs = {one.id: one for one in v.plan.approvals}
    for one in v.plan.calendar.deadlines:
        need = needs.get(one.approval)
        told = _told(
            v,
            ("col.owner", v.role(one.owner)),
            ("col.required", need.text if need else ""),
            ("col.legal_law", need.law if need else ""),
        )
        name = v.t(f"deadline_kind.{one.kind}")
        yield Date(
            f"legal:{one.id}",
            v.t("head.deadlines"),
            one.date,
            f"{name}{v.t('misc.colon')}{one.what}",
            told,
            remind=MORNING,
        )


def _reviews(v: Reader) -> Iterator[Date]:
    """Reviews, inspections, drills."""
    colon = v.t("misc.colon")
    for one in v.plan.measurement.reviews:
        name = v.t(f"review.{one.kind}")
        yield Date(f"review:{one.kind}:{one.date}", v.t("head.reviews"), one.date, f"{name}{colon}{one.question}",
                   _told(v, ("col.owner", v.role(one.owner)), ("col.review_question", one.question)), remind=MORNING)  # fmt: skip
    for check in v.plan.risks.inspections:
        name = v.t(f"inspection.{check.kind}")
        yield Date(f"{check.kind}:{check.date}", v.t("head.inspections"), check.date, f"{name}{colon}{check.what}",
                   _told(v, ("col.owner", v.role(check.owner))), remind=MORNING)  # fmt: skip


def _tasks(v: Reader) -> Iterator[Date]:
    """Goals' deadlines, research tasks, checks of the personas, experiments' ends, community events, first steps."""
    plan, colon = v.plan, v.t("misc.colon")
    for goal in plan.positioning.goals:
        yield Date(f"goal:{goal.id}", v.t("col.goal"), goal.deadline, f"{v.t('col.goal')}{colon}{v.named(goal.id)}",
                   _told(v, ("col.statement", goal.statement), ("col.owner", v.role(goal.owner))), remind=MORNING)  # fmt: skip
    for task in plan.market.unknowns:
        due = iso_day(task.due)
        if due:
            yield Date(f"task:{task.id}", v.t("ics.task"), due, f"{task.id} {task.question}",
                       _told(v, ("col.where", task.where), ("col.how", task.how), ("col.owner", v.role(task.owner))), remind=MORNING)  # fmt: skip
    for number, one in enumerate(plan.personas.validation, 1):
        yield Date(f"validation:{number}", v.t("ics.task"), one.due, f"{v.t('head.validation')}{colon}{one.method}",
                   _told(v, ("col.how", one.how), ("col.owner", v.role(one.owner))), remind=MORNING)  # fmt: skip
    for test in plan.measurement.experiments:
        yield Date(f"experiment:{test.id}", v.t("head.experiments"), test.end, f"{test.id} {test.hypothesis}",
                   _told(v, ("col.experiment_decision", test.decision)), remind=MORNING)  # fmt: skip
    for number, event in enumerate(plan.community.events, 1):
        yield Date(f"event:{number}", v.t("head.events"), event.date, event.name,
                   _told(v, ("col.what", event.what), ("col.owner", v.role(event.owner))), remind=MORNING)  # fmt: skip
    for number, step in enumerate(plan.summary.first_30_days, 1):
        yield Date(
            f"step:{number}",
            v.t("head.first_30_days"),
            step.date,
            step.action,
            _told(v, ("col.owner", v.role(step.owner))),
            remind=MORNING,
        )


def _told(v: Reader, *pairs: tuple[str, str]) -> str:
    """Labelled lines, without those that hold nothing."""
    colon = v.t("misc.colon")
    return "\n".join(f"{v.t(key)}{colon}{inert.line(words)}" for key, words in pairs if words)


def _moment(when: When) -> str:
    return when.isoformat()
