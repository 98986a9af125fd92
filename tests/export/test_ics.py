"""The calendar, read again by a second parser: everything dated is there, a second import updates, text does nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar
from office import AS_OF, BRIEFS, example, made
from plan_filler import filled

from agent import Options
from agent import plan as make_plan
from agent.cli_export import write
from agent.export.ics import to_ics

HOSTILE = "x\r\nATTENDEE:mailto:a@example.org\r\nURL:javascript:alert(1)\nEND:VEVENT\x07\u202e\ud800;,\\ "


def tea() -> bytes:
    return made("tea-zh", "ics")


def events(content: bytes) -> list[Any]:
    return list(vobject.readOne(content.decode("utf-8")).vevent_list)


def unfolded(content: bytes) -> list[str]:
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")


def test_both_parsers_find_every_entry_deadline_and_review() -> None:
    plan = example("tea-zh")
    found = events(tea())
    assert len(found) == len(Calendar.from_ical(tea()).walk("VEVENT"))
    kinds = [one.categories.value[0] for one in found]
    assert kinds.count("发布") == len(plan.calendar.entries)
    assert kinds.count("定稿") == sum(entry.kind != "buffer" for entry in plan.calendar.entries)
    assert kinds.count("复盘安排") == len(plan.measurement.reviews)
    assert kinds.count("目标") == len(plan.positioning.goals)


def test_a_platform_read_elsewhere_stands_at_its_own_time() -> None:
    plan = example("tea-zh").model_copy(deep=True)
    entry = plan.calendar.entries[0]
    plan.calendar.zones = {entry.platform: "America/New_York"}
    shown = unfolded(to_ics(plan))
    stamp = f"{entry.date:%Y%m%d}T{entry.time.replace(':', '')}00"
    assert f"DTSTART;TZID=America/New_York:{stamp}" in shown


def test_an_entry_stands_at_its_time_in_the_audiences_time_zone() -> None:
    entry = example("tea-zh").calendar.entries[0]
    first = next(
        one
        for one in events(tea())
        if entry.id in getattr(one, "description", one.summary).value and one.categories.value == ["发布"]
    )
    assert first.dtstart.value.replace(tzinfo=None) == dt.datetime.combine(
        entry.date, dt.time.fromisoformat(entry.time)
    )
    assert first.dtstart.value.utcoffset() == dt.timedelta(hours=8)
    assert first.valarm.trigger.value == dt.timedelta(minutes=-30)
    due = next(one for one in events(tea()) if one.categories.value == ["定稿"])
    assert type(due.dtstart.value) is dt.date
    assert due.valarm.trigger.value == dt.timedelta(hours=9)


def test_summer_time_is_in_the_file() -> None:
    content = to_ics(example("b2b-en"))
    zone = vobject.readOne(content.decode("utf-8")).vtimezone
    assert hasattr(zone, "standard")
    assert hasattr(zone, "daylight")
    offsets = {one.dtstart.value.utcoffset() for one in events(content) if isinstance(one.dtstart.value, dt.datetime)}
    assert len(offsets) == 2


def test_a_second_import_updates_what_the_first_brought() -> None:
    plan = example("tea-zh")
    moved = plan.model_copy(deep=True)
    moved.calendar.entries[0].date += dt.timedelta(days=1)
    moved.calendar.entries[0].topic = "另一个选题"
    before, after = ({one.uid.value: one for one in events(content)} for content in (tea(), to_ics(moved, revision=1)))
    assert before.keys() == after.keys()
    assert len(before) == len(events(tea()))
    changed = [uid for uid in before if before[uid].dtstart.value != after[uid].dtstart.value]
    assert len(changed) == 1
    assert all(int(after[uid].sequence.value) > int(before[uid].sequence.value) for uid in before)
    assert all(after[uid].dtstamp.value > before[uid].dtstamp.value for uid in before)
    assert to_ics(plan) == tea()


def test_an_export_of_a_later_version_of_the_run_updates_an_earlier_one(tmp_path: Path) -> None:
    brief, options = BRIEFS / "solo-en.txt", Options(out=tmp_path, model="playbook", as_of=AS_OF, formats=("ics",))
    made = []
    for _ in range(2):
        make_plan(brief, options)
        made.append({one.uid.value: one for one in events((tmp_path / "exports" / "plan.ics").read_bytes())})
    write(tmp_path, "ics", tmp_path / "again", zipped=False, template=None)
    write(tmp_path / "versions" / "0001.json", "ics", tmp_path / "old", zipped=False, template=None)
    made += [
        {one.uid.value: one for one in events((tmp_path / name / "plan.ics").read_bytes())} for name in ("again", "old")
    ]
    sequences = [{int(one.sequence.value) for one in found.values()} for found in made]
    assert made[0].keys() == made[1].keys()
    assert max(sequences[0]) < min(sequences[1])
    assert sequences[2] == sequences[1]
    assert sequences[3] == sequences[0]


def test_two_brands_share_no_event() -> None:
    mine = {one.uid.value for one in events(tea())}
    theirs = {one.uid.value for one in events(to_ics(example("sentence-zh")))}
    assert mine.isdisjoint(theirs)


def test_24_hostile_text_adds_no_property() -> None:
    plan = filled(lambda path: HOSTILE + path)
    content = to_ics(plan)
    names = {re.split(r"[;:]", line)[0] for line in unfolded(content) if line}
    assert names.isdisjoint({"ATTENDEE", "URL", "ORGANIZER", "ATTACH"})
    assert names >= {"BEGIN", "UID", "SUMMARY", "DTSTART", "SEQUENCE"}
    assert b"\x07" not in content
    assert "\u202e" not in content.decode("utf-8")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert len(events(content)) == content.count(b"BEGIN:VEVENT")


@pytest.mark.parametrize(("zone", "time"), [("Nowhere/Atall", "25:99"), ("Asia/Taipei", "morning")])
def test_what_is_no_time_zone_or_time_still_exports(zone: str, time: str) -> None:
    plan = filled()
    plan.calendar.timezone = zone
    plan.calendar.entries[0].time = time
    found = [
        one
        for one in events(to_ics(plan))
        if plan.calendar.entries[0].id in str(getattr(one, "description", one.summary).value)
    ]
    assert any(type(one.dtstart.value) is dt.date for one in found)
