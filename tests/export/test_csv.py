"""The CSV files: the columns that schedulers and Google Calendar ask for, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from office import example
from plan_filler import filled

from agent.export.csv_ import COLUMNS, GOOGLE, safe, to_csv, to_google_csv
from agent.plan.model import MarketingPlan


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_schedulers_file_has_a_row_an_entry_and_the_finished_copy() -> None:
    plan, found = example("tea-zh"), rows(to_csv(example("tea-zh")))
    assert tuple(found[0]) == COLUMNS
    assert [row["id"] for row in found] == [entry.id for entry in plan.calendar.entries]
    first, entry = found[0], plan.calendar.entries[0]
    assert (first["date"], first["time"], first["timezone"]) == (entry.date.isoformat(), entry.time, "Asia/Shanghai")
    assert {row["status"] for row in found} == {"planned", "reserved"}
    bodies = {post.body.strip() for post in plan.adaptations.posts}
    assert any(body in row["copy"].replace("\r\n", "\n") for row in found for body in bodies)
    linked = [row for row in found if row["link_utm"]]
    assert linked
    assert all(row["link_utm"].endswith(f"utm_content={row['id'].lower()}") for row in linked)


def test_google_calendar_gets_its_own_columns_and_dates() -> None:
    found = rows(to_google_csv(example("tea-zh")))
    assert tuple(found[0]) == GOOGLE
    assert found[0]["Start Date"] == "03/02/2027"
    assert found[0]["Start Time"] == "09:00 PM"
    assert found[0]["End Time"] == "09:30 PM"
    assert found[0]["All Day Event"] == "False"
    assert "Asia/Shanghai" in found[0]["Description"]


def test_a_platform_read_elsewhere_keeps_its_clock_and_is_converted_for_google() -> None:
    plan = example("tea-zh").model_copy(deep=True)
    entry = plan.calendar.entries[0]
    plan.calendar.zones = {entry.platform: "America/New_York"}
    assert rows(to_csv(plan))[0]["timezone"] == "America/New_York"
    assert entry.time == "21:00"
    converted = rows(to_google_csv(plan))[0]
    assert (converted["Start Date"], converted["Start Time"]) == ("03/03/2027", "10:00 AM")


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(1)", " =1+1", "\t=1", "＝1+1", "\u200b=1", "\n=1", "-小标题"],
)
def test_21_what_a_spreadsheet_would_run_is_escaped(words: str) -> None:
    assert safe(words).startswith("'")
    assert safe(words)[1:] == words.strip().replace("\u200b", "")


@pytest.mark.parametrize(
    "words", ["普通的文字", "a = b", "1+1", "-5", "+3.5%", "-1,200", "'quoted'", "me@example.org", "", "#标签"]
)
def test_ordinary_text_and_numbers_stay_as_they_are(words: str) -> None:
    assert safe(words) == words


@pytest.mark.parametrize("make", [to_csv, to_google_csv])
def test_21_no_cell_of_a_hostile_plan_acts_or_breaks_the_file(make: Callable[[MarketingPlan], bytes]) -> None:
    plan = filled(lambda path: f'=HYPERLINK("x")\r\n"quoted",{path}\x00\ud800')
    content = make(plan)
    found = rows(content)
    assert len(found) == len(plan.calendar.entries)
    assert all(None not in row and None not in row.values() for row in found)
    assert [cell for row in found for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert b"\x00" not in content


@pytest.mark.parametrize("make", [to_csv, to_google_csv])
def test_a_plan_without_entries_gives_the_headings_alone(make: Callable[[MarketingPlan], bytes]) -> None:
    plan = filled()
    plan.calendar.entries = []
    assert len(make(plan).decode("utf-8-sig").splitlines()) == 1
