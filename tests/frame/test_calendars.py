"""Dates of rules: lunar dates, solar terms, Easter and Islamic months against published tables; statutory days; working days."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.frame.calendars import days_of, easter_sunday, hijri_day, lunar_day
from agent.frame.workdays import statutory, working_days
from agent.knowledge import load


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (2026, 12, 8, "2027-01-15"),  # 腊八
        (2027, 1, 1, "2027-02-06"),  # 春节
        (2027, 1, 15, "2027-02-20"),  # 元宵
        (2027, 5, 5, "2027-06-09"),  # 端午
        (2027, 7, 7, "2027-08-08"),  # 七夕
        (2027, 8, 15, "2027-09-15"),  # 中秋
        (2027, 9, 9, "2027-10-08"),  # 重阳
    ],
)
def test_lunar_days_of_2027(year: int, month: int, day: int, expected: str) -> None:
    assert lunar_day(year, month, day) == dt.date.fromisoformat(expected)


def test_a_lunar_month_of_29_days_has_no_thirtieth() -> None:
    assert lunar_day(2026, 12, 30) is None
    assert lunar_day(2026, 12, 29) == dt.date(2027, 2, 5)  # 除夕


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("date.laba", "2027-01-15"), ("date.new_year_eve", "2027-02-05"), ("date.spring_festival", "2027-02-06"),
        ("date.lantern", "2027-02-20"), ("date.women_day", "2027-03-08"), ("date.consumer_rights", "2027-03-15"),
        ("date.qingming", "2027-04-05"), ("date.may_day", "2027-05-01"), ("date.mothers_day", "2027-05-09"),
        ("date.dragon_boat", "2027-06-09"), ("date.sale_618", "2027-06-18"), ("date.fathers_day", "2027-06-20"),
        ("date.qixi", "2027-08-08"), ("date.mid_autumn", "2027-09-15"), ("date.easter", "2027-03-28"),
        ("date.uk_mothering", "2027-03-07"), ("date.ramadan", "2027-02-08"), ("date.black_friday", "2027-11-26"),
    ],
)  # fmt: skip
def test_rules_of_the_knowledge_base_in_2027(rule: str, expected: str) -> None:
    rules = {one.id: one for one in load().base.dates}
    assert days_of(rules[rule], rules, 2027) == [dt.date.fromisoformat(expected)]


def test_every_rule_falls_in_most_years() -> None:
    rules = {one.id: one for one in load().base.dates}
    for rule in rules.values():
        found = [day for year in (2026, 2027, 2028) for day in days_of(rule, rules, year)]
        assert len(found) >= 2, rule.id


@pytest.mark.parametrize(
    ("year", "expected"), [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2038, "2038-04-25")]
)
def test_easter(year: int, expected: str) -> None:
    assert easter_sunday(year) == dt.date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("hijri", "expected"), [((1448, 9, 1), "2027-02-08"), ((1448, 10, 1), "2027-03-10"), ((1446, 9, 1), "2025-03-01")]
)
def test_islamic_months_within_a_day_of_umm_al_qura(hijri: tuple[int, int, int], expected: str) -> None:
    assert abs((hijri_day(*hijri) - dt.date.fromisoformat(expected)).days) <= 1


def test_statutory_days() -> None:
    assert dt.date(2027, 2, 8) in statutory("CN", 2027)
    assert "Memorial Day" in statutory("US", 2027)[dt.date(2027, 5, 31)]
    europe = statutory("EU", 2027)
    assert dt.date(2027, 12, 25) in europe
    assert dt.date(2027, 7, 14) not in europe  # France alone
    assert dt.date(2027, 12, 25) in statutory("GLOBAL", 2027)
    assert statutory("XX", 2027) == statutory("GLOBAL", 2027)


def test_working_days_step_over_the_spring_festival() -> None:
    china = working_days(["CN"], dt.date(2027, 1, 1), dt.date(2027, 6, 30))
    assert china.back(dt.date(2027, 2, 11), 1) == dt.date(2027, 2, 4)
    assert china.back(dt.date(2027, 2, 6), 0) == dt.date(2027, 2, 4)
    assert china.on_or_after(dt.date(2027, 2, 5)) == dt.date(2027, 2, 11)
    assert china.back(dt.date(2027, 3, 10), 3) == dt.date(2027, 3, 5)
