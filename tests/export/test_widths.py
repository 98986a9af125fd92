"""The columns of tables: shares of the width in which no word has to break."""

from __future__ import annotations

import pytest

from agent.export.charts.canvas import width
from agent.export.view import Column, Section, Table, strong, table
from agent.export.widths import crowded, kin, shares

GOALS = table(
    [Column(name) for name in ("Goal", "What", "Baseline", "Target", "Deadline", "Owner", "Phase", "Verdict")],
    [["G4 Engagement", "How many interactions by the end of May, as the founder counts them each week", "not known yet",
      "65,000 – 90,000 – 130,000", "31 May 2027", "Community manager", "Conversion", strong("proposed, to be confirmed")]],
)  # fmt: skip


@pytest.mark.parametrize("room", [60.0, 64.0, 90.0])
def test_every_column_has_room_for_its_longest_word(room: float) -> None:
    assert not crowded(GOALS, room)
    found = shares(GOALS, room)
    assert sum(found) == pytest.approx(1, abs=0.001)
    for at, word in ((0, "Engagement"), (2, "Baseline"), (3, "130,000"), (5, "Community"), (6, "Conversion")):
        assert found[at] * room >= width(word, 1.0) + 0.5, word
    assert found[7] * room >= width("confirmed", 1.0, bold=True) + 0.5


def test_a_table_whose_words_do_not_fit_beside_each_other_says_so() -> None:
    assert crowded(GOALS, 30.0)
    narrow = Table(GOALS.columns[:2], tuple(row[:2] for row in GOALS.rows))
    assert not crowded(narrow, 30.0)


def test_a_column_of_short_words_leaves_its_room_to_those_whose_lines_break() -> None:
    topics = table(
        [Column("No."), Column("Topic", width=3), Column("Value", width=3)],
        [["T1-01", "Before you choose: evidence from a plant like yours, told in a minute " * 2, "Help"]] * 3,
    )
    number, topic, value = shares(topics, 60.0)
    assert value * 60 <= width("Value", 1.2, bold=True) + 1.2
    assert number * 60 <= width("T1-01", 1.1) + 1.2
    assert topic > 0.8
    short = table([Column("A", width=1), Column("B", width=1)], [["one", "two"]])
    assert sum(shares(short, 60.0)) == pytest.approx(1, abs=0.001)


def test_a_head_is_not_stacked_up_over_short_numbers() -> None:
    hours = table(
        [Column("Hours: at hand / average / peak"), Column("Duties")], [["0.5 / 0.5", "keeps all pillars " * 20]] * 2
    )
    assert shares(hours, 60.0)[0] * 60 >= width("Hours: at hand / average / peak", 1.0) / 2.5


@pytest.mark.parametrize("title", ["頻率與負責人", "频率与负责人的"])
def test_no_character_of_a_chinese_head_stands_alone_on_a_second_line(title: str) -> None:
    kpis = table(
        [
            Column("指標", width=2),
            Column("公式（單位）", width=3),
            Column("預測區間", "right", 3),
            Column(title, width=2),
        ],
        [["互動數", "讚、留言、收藏與分享之和，按自然週統計" * 3, "1,240 – 2,480 – 3,900", "每週\n數據分析"]] * 3,
    )
    assert shares(kpis, 60.0)[3] * 60 >= width(title, 1.0, bold=True) + 0.5


def test_tables_of_a_section_with_the_same_columns_are_measured_as_one() -> None:
    columns = [Column("Day"), Column("Topic", width=4)]
    first, second = table(columns, [["1 Mar", "short"]]), table(columns, [["Wed 31 Mar 2027", "a long topic " * 20]])
    other = table([Column("Day"), Column("Other")], [["x", "y"]])
    section = Section("calendar", 2, "2.3", "Calendar", (first, second, other))
    assert shares(kin(first, section), 60.0) == shares(kin(second, section), 60.0)
    assert shares(kin(first, section), 60.0) != shares(first, 60.0)
    assert kin(other, section) is other
