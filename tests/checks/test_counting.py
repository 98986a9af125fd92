"""Each platform's way of counting, row by row, and the limits of a post."""

from __future__ import annotations

import pytest

from agent.checks import count, limit_checks
from agent.checks.limits import TAG_FIELDS
from tests.checks import sample

FAMILY = "👨‍👩‍👧‍👦"  # four people joined to one emoji: 7 code points, 25 bytes, 11 UTF-16 units

ROWS: list[tuple[str, str, float]] = [
    # unit, text, how much of the limit it uses
    ("chars", "", 0),
    ("chars", "hello", 5),
    ("chars", "冷泡茶", 3),
    ("chars", "e\u0301", 1),  # NFC joins the accent
    ("chars", "😀", 1),
    ("chars", FAMILY, 7),
    ("chars", "a\nb", 3),
    ("xhs_weighted", "", 0),
    ("xhs_weighted", "海盐贝果", 4),
    ("xhs_weighted", "ab", 1),
    ("xhs_weighted", "abc", 2),  # 1.5 rounded up
    ("xhs_weighted", "3分钟早餐", 5),  # 0.5 + 4, rounded up
    ("xhs_weighted", "第2杯，半价", 6),  # 0.5 + 5: the full-width comma is one
    ("xhs_weighted", "OOTD穿搭", 4),
    ("xhs_weighted", "a" * 40, 20),
    ("x_weighted", "", 0),
    ("x_weighted", "hello world", 11),
    ("x_weighted", "冷泡茶", 6),
    ("x_weighted", "café", 4),
    ("x_weighted", "cafe\u0301", 4),
    ("x_weighted", "😀", 2),
    ("x_weighted", FAMILY, 2),
    ("x_weighted", "👍🏽", 2),
    ("x_weighted", "🇬🇧", 2),
    ("x_weighted", "1️⃣", 2),
    ("x_weighted", "https://example.com/a/very/long/path?with=query", 23),
    ("x_weighted", "see example.com now", 31),  # 4 + 23 + 4
    ("x_weighted", "看https://example.com/茶", 27),  # 2 + 23 + 2: an address ends before Chinese
    ("x_weighted", "one https://a.co two https://b.co", 55),  # 4 + 23 + 5 + 23
    ("x_weighted", "“quoted” – dash", 15),  # curly quotes and the dash are light
    ("x_weighted", "한국어", 6),
    ("bytes", "abc", 3),
    ("bytes", "茶", 3),
    ("bytes", "😀", 4),
    ("bytes", "é", 2),
    ("utf16", "abc", 3),
    ("utf16", "茶", 1),
    ("utf16", "😀", 2),
    ("utf16", FAMILY, 11),
    ("threads_chars", "abc", 3),
    ("threads_chars", "茶", 1),
    ("threads_chars", "😀", 4),
    ("threads_chars", "hi 😀😀", 11),  # 3 + 4 + 4
    ("threads_chars", FAMILY, 25),
    ("threads_chars", "© 2027", 6),
    ("count", "one two three", 3),
    ("count", "", 0),
]


@pytest.mark.parametrize(("unit", "text", "expected"), ROWS)
def test_count(unit: str, text: str, expected: float) -> None:
    assert count(text, unit) == expected


@pytest.mark.parametrize("unit", ["minutes", "seconds", "words"])
def test_a_unit_that_counts_no_text_is_refused(unit: str) -> None:
    with pytest.raises(KeyError):
        count("text", unit)


def used(
    platform: str, format: str, title: str = "", body: str = "", tags: tuple[str, ...] = ()
) -> dict[str, tuple[float, float]]:
    rows = limit_checks(sample.book(), platform, format, title, body, tags)
    return {row.field: (row.count, row.limit) for row in rows}


def test_a_post_is_held_against_every_text_limit_of_its_platform() -> None:
    assert used("xiaohongshu", "image_text", "3分钟早餐", "热的。", ("早餐", "贝果")) == {
        "title": (5, 20), "body": (3, 1000), "hashtags": (2, 10),
    }  # fmt: skip


def test_a_thread_is_counted_by_its_fullest_part() -> None:
    assert used("x", "thread", body="a" * 200 + "\n\n" + "茶" * 120) == {"body": (240, 280)}


def test_the_formats_own_limit_wins_over_the_general_one() -> None:
    assert used("tiktok", "image_text", "Title", "x")["body"][1] == 4000
    assert used("tiktok", "short_video", "", "x") == {"body": (1, 2200)}


def test_an_unknown_platform_has_no_limits() -> None:
    assert used("nowhere", "image_text", "t", "b") == {}


def test_tags_may_be_limited_by_their_letters() -> None:
    from agent.checks.limits import _used

    limit = sample.limit("youtube", "tags", 500, "chars")
    assert limit.field in TAG_FIELDS
    assert _used(limit, "long_video", "", "", ["tea", "cold brew"]) == 13


def test_every_platform_of_the_real_base_limits_body_and_hashtags() -> None:
    from agent.knowledge import load

    base = load()
    for platform, sheet in base.platforms.items():
        rows = limit_checks(base, platform, sheet.formats[0], "A plain title", "A plain body.", ["tag"])
        assert {"body", "hashtags"} <= {row.field for row in rows}, platform
        assert all(row.source.removeprefix("kb:") in base.items for row in rows)
