"""Dates and periods, as clients write them on 23 November 2026."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brief.dates import find_days, parse_day
from agent.brief.periods import after, parse_period
from agent.errors import BriefError

AS_OF = dt.date(2026, 11, 23)

# written, first day, last day, length in days when no start is given
PERIODS = [
    ("H1 2027", "2027-01-01", "2027-06-30", None),
    ("2027 H2", "2027-07-01", "2027-12-31", None),
    ("first half of 2027", "2027-01-01", "2027-06-30", None),
    ("Q2 2027", "2027-04-01", "2027-06-30", None),
    ("2027年Q3", "2027-07-01", "2027-09-30", None),
    ("二季度", "2027-04-01", "2027-06-30", None),
    ("2027年第三季度", "2027-07-01", "2027-09-30", None),
    ("next quarter", "2027-01-01", "2027-03-31", None),
    ("下季度", "2027-01-01", "2027-03-31", None),
    ("下个月", "2026-12-01", "2026-12-31", None),
    ("明年上半年", "2027-01-01", "2027-06-30", None),
    ("2027年", "2027-01-01", "2027-12-31", None),
    ("spring 2027", "2027-03-01", "2027-05-31", None),
    ("1 Jan 2027 to 30 Jun 2027", "2027-01-01", "2027-06-30", None),
    ("from 1 March to 31 May 2027", "2027-03-01", "2027-05-31", None),
    ("April 3 - June 30, 2027", "2027-04-03", "2027-06-30", None),
    ("Nov 2026 – Jan 2027", "2026-11-01", "2027-01-31", None),
    ("March to May 2027", "2027-03-01", "2027-05-31", None),
    ("mid-March to end of May 2027", "2027-03-11", "2027-05-31", None),
    ("13-15 April 2027", "2027-04-13", "2027-04-15", None),
    ("week of 1 March 2027", "2027-03-01", "2027-03-07", None),
    ("12 weeks from 1 March 2027", "2027-03-01", "2027-05-23", None),
    ("from March for six months", "2027-03-01", "2027-08-31", None),
    ("2027-03-01 ~ 2027-05-31", "2027-03-01", "2027-05-31", None),
    ("2027/3/1-2027/5/31", "2027-03-01", "2027-05-31", None),
    ("2027.3.1-5.31", "2027-03-01", "2027-05-31", None),
    ("2027年3月1日至5月31日", "2027-03-01", "2027-05-31", None),
    ("2027年3月1日到2027年8月31日", "2027-03-01", "2027-08-31", None),
    ("12月1日到1月31日", "2026-12-01", "2027-01-31", None),
    ("3月到5月", "2027-03-01", "2027-05-31", None),
    ("明年3月到5月", "2027-03-01", "2027-05-31", None),
    ("从三月初开始三个月", "2027-03-01", "2027-05-31", None),
    ("明年三月开始", "2027-03-01", None, None),
    ("明年3月開始做三個月", "2027-03-01", "2027-05-31", None),
    ("二零二七年五月", "2027-05-01", "2027-05-31", None),
    ("2027年12月到2028年2月", "2027-12-01", "2028-02-29", None),
    ("until 30 June 2027", None, "2027-06-30", None),
    ("6个月", None, None, 182),
    ("半年", None, None, 182),
    ("三个月", None, None, 91),
    ("two quarters", None, None, 182),
    ("for 90 days", None, None, 90),
]


@pytest.mark.parametrize(("written", "start", "end", "days"), PERIODS)
def test_a_period_is_read(written: str, start: str | None, end: str | None, days: int | None) -> None:
    found = parse_period(written, AS_OF)
    assert found is not None
    value = found.value
    assert (value.start and value.start.isoformat(), value.end and value.end.isoformat(), value.days) == (
        start,
        end,
        days,
    )


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("三月底", "2027-03-21", "2027-03-31"), ("四月中旬", "2027-04-11", "2027-04-20"), ("early March 2027", "2027-03-01", "2027-03-10"), ("12月5日", "2026-12-05", "2026-12-05"),
        ("11月5日", "2027-11-05", "2027-11-05"), ("6月1日至18日", "2027-06-01", "2027-06-18"), ("30/6/2027", "2027-06-30", "2027-06-30"), ("6/30/2027", "2027-06-30", "2027-06-30"), ("March 1st, 2027", "2027-03-01", "2027-03-01"),
    ],
)  # fmt: skip
def test_a_day_without_a_year_is_the_next_one(written: str, start: str, end: str) -> None:
    value = find_days(written, AS_OF)[0].value
    assert (value.start.isoformat(), value.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "written", ["29 Feb 2027", "2027-02-30", "2027年2月29日", "February 31, 2027", "2027-13-01", "13月", "Q7 2027"]
)
def test_a_date_that_does_not_exist_is_refused_by_name(written: str) -> None:
    with pytest.raises(BriefError) as caught:
        find_days(written, AS_OF)
    assert caught.value.hint


def test_29_february_2028_exists() -> None:
    found = parse_day("29 Feb 2028", AS_OF)
    assert found is not None
    assert found.value == dt.date(2028, 2, 29)


def test_an_end_before_the_start_is_kept_as_written() -> None:
    found = parse_period("2027-08-31 to 2027-03-01", AS_OF)
    assert found is not None
    assert (found.value.start, found.value.end) == (dt.date(2027, 8, 31), dt.date(2027, 3, 1))


@pytest.mark.parametrize("written", ["36万", "SOC 2", "we may try YouTube", "冷泡八小时", "2,400 -> 6,000"])
def test_other_words_are_no_dates(written: str) -> None:
    assert find_days(written, AS_OF) == []


@given(st.dates(dt.date(2026, 1, 1), dt.date(2035, 12, 31)))
@settings(deadline=None)
def test_every_date_reads_back_in_each_way_of_writing(date: dt.date) -> None:
    ways = [
        date.isoformat(),
        f"{date.year}年{date.month}月{date.day}日",
        f"{date.day} {date:%B} {date.year}",
        f"{date:%b} {date.day}, {date.year}",
        f"{date.year}/{date.month}/{date.day}",
    ]
    assert [[(f.value.start, f.value.end) for f in find_days(way, AS_OF)] for way in ways] == [[(date, date)]] * len(
        ways
    )


@given(st.dates(dt.date(2026, 1, 1), dt.date(2035, 12, 31)), st.integers(1, 24))
@settings(deadline=None)
def test_whole_months_end_the_day_before(start: dt.date, months: int) -> None:
    end = after(start, (months, "month"))
    assert 27 * months <= (end - start).days < 31 * months


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(BriefError):
        assert all(f.text.strip() and f.start < f.end for f in find_days(text, AS_OF))
