"""Contradictions: each is found, says what the plan does, and is resolved in `filled` while `brief` stays as said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.brief import read_brief
from agent.brief.phrases import raw_phrase

AS_OF = dt.date(2026, 11, 23)
BASE: dict[str, Any] = {
    "brand": "Osk",
    "market": "GB",
    "currency": "GBP",
    "budget": "£10,000",
    "start": "2027-03-01",
    "end": "2027-05-31",
}

# code, what the brief says beside BASE, how to look at `filled`, what is expected there
ROWS: list[tuple[str, dict[str, Any], Any, Any]] = [
    (
        "BRF-C01",
        {"platforms": {"must": ["TikTok", "Instagram"], "avoid": ["TikTok"]}},
        lambda b: b.platforms.must,
        ["instagram"],
    ),
    (
        "BRF-C02",
        {"start": "2027-05-31", "end": "2027-03-01"},
        lambda b: (b.period.start, b.period.end),
        (dt.date(2027, 3, 1), dt.date(2027, 5, 31)),
    ),
    (
        "BRF-C03",
        {"fixed": ["film: £8,000", "stand: £8,000"]},
        lambda b: [x.amount for x in b.budget.fixed],
        [4000, 4000],
    ),
    ("BRF-C04", {"limits": ["ads at most £12,000"]}, lambda b: b.budget.limits, []),
    (
        "BRF-C05",
        {"limits": ["ads at least 60%", "creators at least 60%"]},
        lambda b: sum(x.amount for x in b.budget.limits),
        9000,
    ),
    (
        "BRF-C06",
        {"limits": ["content at most £1,000"], "fixed": ["film: £2,000"]},
        lambda b: b.budget.limits[0].amount,
        2000,
    ),
    (
        "BRF-C07",
        {"limits": ["ads at most 20%", "ads at least 40%"]},
        lambda b: [x.share for x in b.budget.limits],
        [0.2, 0.2],
    ),
    ("BRF-C08", {"platforms": ["Instagram", "Google+"]}, lambda b: b.platforms.may, ["youtube"]),
    (
        "BRF-C09",
        {"start": "2025-03-01", "end": "2025-05-31"},
        lambda b: (b.period.start, b.period.end),
        (dt.date(2026, 12, 7), dt.date(2027, 3, 8)),
    ),
    ("BRF-C10", {"goals": ["Instagram followers 9,000 -> 7,500"]}, lambda b: b.objectives[0].target, 9000),
    (
        "BRF-C11",
        {"limits": ["creators at most £1,000", "no more than £3,000 per creator"]},
        lambda b: b.budget.limits[1].amount,
        1000,
    ),
    (
        "BRF-C12",
        {
            "embargo": ["The Osk 3 must not be public before 1 May 2027"],
            "key_dates": ["2027-04-10 Launch of the Osk 3"],
        },
        lambda b: b.key_dates[0].date,
        dt.date(2027, 5, 1),
    ),
    ("BRF-C13", {"must_say": ["The finest flour"], "never_say": ["finest"]}, lambda b: b.must_say, []),
    ("BRF-C14", {"goals": ["50 orders by 1 December 2027"]}, lambda b: b.objectives[0].deadline, None),
    (
        "BRF-C15",
        {"goals": ["TikTok followers 100 -> 900", "50 orders"], "platforms": {"avoid": ["TikTok"]}},
        lambda b: [o.target for o in b.objectives],
        [50],
    ),
    ("BRF-C16", {"start": "2027-03-01", "end": "2027-03-01"}, lambda b: b.period.end, dt.date(2027, 3, 28)),
    ("BRF-C17", {"platforms": ["Facebok"]}, lambda b: b.platforms.must, ["facebook"]),
    (
        "BRF-C18",
        {"products": ["Osk Finest 1 kg, £4"], "never_say": ["finest"]},
        lambda b: b.products[0].name,
        "Osk Finest 1 kg",
    ),
    ("BRF-C19", {"key_dates": ["2027-12-24 Christmas market"]}, lambda b: b.key_dates, []),
    (
        "BRF-C20",
        {"accounts": [{"platform": "Facebook", "followers": 200}], "platforms": {"avoid": ["Facebook"]}},
        lambda b: b.platforms.must,
        [],
    ),
    ("BRF-C21", {"start": "2027-01-04", "end": "2037-01-01"}, lambda b: b.period.end, dt.date(2028, 1, 2)),
    ("BRF-C22", {"start": "2026-10-01", "end": "2027-01-31"}, lambda b: b.period.start, dt.date(2026, 11, 24)),
]


@pytest.mark.parametrize(("code", "said", "look", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_a_contradiction_is_reported_and_resolved(code: str, said: dict[str, Any], look: Any, expected: Any) -> None:
    intake = read_brief({**BASE, **said}, as_of=AS_OF)
    assert [c.code for c in intake.conflicts] == [code]
    found = intake.conflicts[0]
    assert found.message
    assert found.resolution
    assert "{" not in found.message + found.resolution
    assert look(intake.filled) == expected


def test_a_consistent_brief_has_none() -> None:
    said = {
        "limits": ["ads at most 40%", "ads at least 20%"],
        "fixed": ["film: £2,000"],
        "platforms": {"must": ["Instagram"], "avoid": ["TikTok"]},
        "goals": ["cost per lead from £40 to £25"],
    }
    assert read_brief({**BASE, **said}, as_of=AS_OF).conflicts == []


def test_every_code_has_its_words_in_both_languages_and_a_row_here() -> None:
    for language in ("zh-CN", "en"):
        # BRF-C23 is about documents (tests/run/test_filed.py), BRF-C24 about orders to a machine (tests/injection).
        assert set(raw_phrase("conflicts", language)) - {"BRF-C23", "BRF-C24"} == {row[0] for row in ROWS}
    assert set(raw_phrase("gaps", "en")) == set(raw_phrase("gaps", "zh-CN"))
    assert set(raw_phrase("notes", "en")) == set(raw_phrase("notes", "zh-CN"))


def test_the_resolved_budget_fits_itself() -> None:
    path = Path(__file__).parents[2] / "examples" / "briefs" / "contradictory-en.yaml"
    intake = read_brief(path, as_of=AS_OF)
    budget = intake.filled.budget
    floors = sum((x.amount or Decimal(0) for x in budget.limits if x.kind == "floor"), Decimal(0))
    assert budget.total is not None
    assert floors + sum(x.amount for x in budget.fixed) <= budget.total
    assert {"BRF-C01", "BRF-C03", "BRF-C05", "BRF-C08", "BRF-C10", "BRF-C12", "BRF-C13", "BRF-C17"} <= {
        c.code for c in intake.conflicts
    }
    assert intake.brief.platforms.must == ["instagram", "tiktok"]


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_messages_are_in_the_plans_language(language: str) -> None:
    intake = read_brief(
        {**BASE, "platforms": {"must": ["TikTok"], "avoid": ["TikTok"]}}, as_of=AS_OF, language=language
    )
    start = {"zh-CN": "简报既要求", "zh-TW": "簡報既要求", "en": "The brief both"}[language]
    assert intake.conflicts[0].message.startswith(start)
