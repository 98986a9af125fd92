"""The content calendar as CSV: a file for schedulers, and one for Google Calendar's import."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence

from agent.export import inert
from agent.export.ics import moment, zone
from agent.export.reader import Reader
from agent.plan.content import Adaptation, Entry
from agent.plan.model import MarketingPlan

COLUMNS = (
    "id", "date", "time", "timezone", "platform", "format", "pillar", "objective", "copy", "hashtags", "media", "alt_text", "link_utm", "cta",
    "owner", "status", "disclosure", "risk_flags", "source_ids",
)  # fmt: skip
"""Columns of the scheduler's file. Ids stay ids: programs read them."""
GOOGLE = (
    "Subject",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "All Day Event",
    "Description",
    "Location",
    "Private",
)
"""Columns that Google Calendar's import asks for, in English in every language."""
STATUS = {"buffer": "reserved"}
_ACTS = re.compile(r"[\s\u00a0\u3000]*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_LENGTH = {"live": 60, "event": 120}


def to_csv(plan: MarketingPlan) -> bytes:
    """One row an entry for schedulers, UTF-8 with a byte order mark. Copy is the finished post of the entry's topic where there is one, else topic, hook and call to action."""
    v = Reader(plan)
    posts = _posts(plan)
    topics = {topic.id: topic for pillar in plan.themes.pillars for topic in pillar.topics}
    flags = _flags(plan)
    rows = []
    for at, entry in enumerate(plan.calendar.entries):
        post = posts.get(entry.id)
        sources = topics[entry.topic_id].sources if entry.topic_id in topics else []
        rows.append(
            [
                entry.id, entry.date.isoformat(), entry.time, plan.calendar.zone(entry.platform), entry.platform, entry.format,
                v.name(entry.pillar) if entry.pillar else "", v.name(entry.goal) if entry.goal else "", _copy(v, entry, post),
                " ".join(f"#{inert.line(tag)}" for tag in post.hashtags) if post else "", post.first_frame if post else "", "",
                _utm(plan, entry), post.cta if post else entry.cta, v.role(entry.owner), STATUS.get(entry.kind, "planned"),
                post.label if post else "", " ".join(flags.get(at, ())), " ".join(sources),
            ]
        )  # fmt: skip
    return _written(COLUMNS, rows)


def to_google_csv(plan: MarketingPlan) -> bytes:
    """The same entries for Google Calendar's import. Times are those of the plan's time zone, which the description names; a platform that is
    read elsewhere has them converted."""
    v = Reader(plan)
    rows = []
    for entry in plan.calendar.entries:
        start = _start(entry, plan)
        end = start + dt.timedelta(minutes=_LENGTH.get(entry.kind, 30)) if isinstance(start, dt.datetime) else start
        timed = isinstance(start, dt.datetime)
        said = [
            f"{v.t('col.hook')}{v.t('misc.colon')}{inert.line(entry.hook)}" if entry.hook else "",
            f"{v.t('col.cta')}{v.t('misc.colon')}{inert.line(entry.cta)}" if entry.cta else "",
            f"{v.t('col.owner')}{v.t('misc.colon')}{v.role(entry.owner)}",
            f"{v.t('col.final')}{v.t('misc.colon')}{v.day(entry.deadline)}",
            f"{v.t('misc.timezone')}{v.t('misc.colon')}{plan.calendar.timezone}",
            entry.id,
        ]
        rows.append(
            [
                inert.line(f"{v.platform(entry.platform)} · {entry.topic or v.t('misc.buffer_topic')}"), f"{start:%m/%d/%Y}",
                f"{start:%I:%M %p}" if timed else "", f"{end:%m/%d/%Y}", f"{end:%I:%M %p}" if timed else "", str(not timed),
                "\n".join(line for line in said if line), v.platform(entry.platform), "True",
            ]
        )  # fmt: skip
    return _written(GOOGLE, rows)


def safe(words: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before a sign that would start one. Plain numbers stay as they are."""
    words = inert.plain(words).strip()
    return f"'{words}" if _ACTS.match(words) and not _NUMBER.fullmatch(words) else words


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode("utf-8")


def _posts(plan: MarketingPlan) -> dict[str, Adaptation]:
    """Finished posts by the id of the row that publishes them."""
    rows = plan.adaptations.rows(plan.calendar.entries)
    return {rows[post.id].id: post for post in plan.adaptations.posts if post.id in rows}


def _copy(v: Reader, entry: Entry, post: Adaptation | None) -> str:
    if post is not None:
        return "\n".join(part for part in (post.title, post.body) if part)
    if entry.kind == "buffer" and not entry.topic:
        return v.t("misc.buffer_topic")
    return "\n".join(part for part in (entry.topic, entry.hook, entry.cta) if part)


def _utm(plan: MarketingPlan, entry: Entry) -> str:
    """The link parameters of an entry, by the example that the plan gives for its platform; empty where it gives none."""
    for example in plan.measurement.utm:
        query = inert.line(example)
        if f"utm_source={entry.platform}&" in query and query.startswith("?"):
            return re.sub(r"utm_content=[^&]*", lambda _: f"utm_content={entry.id.lower()}", query)
    return ""


def _flags(plan: MarketingPlan) -> dict[int, list[str]]:
    """Codes of the findings about each entry, by its place in the calendar."""
    found: dict[int, list[str]] = {}
    for finding in plan.findings:
        place = re.match(r"calendar\.entries\[(\d+)\]", finding.where)
        if place:
            codes = found.setdefault(int(place[1]), [])
            if finding.code not in codes:
                codes.append(finding.code)
    return found


def _start(entry: Entry, plan: MarketingPlan) -> dt.datetime | dt.date:
    """When an entry is published by the clock of the plan's time zone; the day alone where its time is none."""
    found = moment(entry, zone(plan.calendar.zone(entry.platform)))
    if not isinstance(found, dt.datetime):
        return found
    return found.astimezone(zone(plan.calendar.timezone)).replace(tzinfo=None)
