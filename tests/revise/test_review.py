"""Results against targets: what is due by a day, what counts as behind, which edits are proposed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from agent.errors import BriefError
from agent.revise import review
from agent.revise.model import BudgetLimit, CadenceChange, GoalChange
from agent.run.folder import load_plan

ACTUALS = Path(__file__).parent / "actuals.csv"


def test_a_table_of_kpis_is_held_against_what_is_due(made: Callable[[str], Path]) -> None:
    run = made("tea")
    found = review(run, [ACTUALS], write=False)
    rows = {row.name: row for row in found.rows}
    plan = load_plan(run)
    assert found.until.isoformat() == "2027-05-31"
    assert found.elapsed == pytest.approx(92 / 184)
    target = next(one.target.value for one in plan.kpis.kpis if one.id == "impressions")
    assert target is not None
    assert rows["曝光量"].due == pytest.approx(target * found.published, rel=1e-3)
    assert rows["曝光量"].state == "behind"
    assert rows["小红书互动率"].state == "ahead"
    assert rows["抖音粉丝"].gap == pytest.approx(rows["抖音粉丝"].actual - (rows["抖音粉丝"].due or 0))
    assert 1100 < (rows["抖音粉丝"].due or 0) < 8000
    assert found.unread == ["actuals.csv line 8: 神秘指标"]
    assert found.rows[0].state == "behind"
    assert {one.key for one in found.causes} <= {row.key for row in found.rows if row.state == "behind"}
    assert all(one.text and one.test for one in found.causes)


def test_edits_are_typed_and_computed_from_the_figures(made: Callable[[str], Path]) -> None:
    edits = review(made("tea"), [ACTUALS], write=False).edits
    assert GoalChange(do="set", goal=3, target=1900) in edits, "1,100 + (1,500 − 1,100) ÷ 50 % = 1,900"
    assert any(isinstance(one, BudgetLimit) and one.of == "xiaohongshu" for one in edits)
    assert CadenceChange(platform="douyin", per_week=1.5) in edits


def test_an_export_of_a_back_end_in_a_workbook_is_read(made: Callable[[str], Path], tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "LinkedIn"
    sheet.append(["Date", "Impressions", "Clicks", "Followers"])
    for month, day, seen, clicks, followers in ((2, 28, 9000, 90, 1900), (3, 31, 12000, 130, 2010)):
        sheet.append([f"2027-{month:02d}-{day:02d}", seen, clicks, followers])
    file = tmp_path / "linkedin.xlsx"
    book.save(file)
    found = review(made("b2b"), [file], write=False)
    rows = {row.key: row for row in found.rows}
    assert rows["impressions"].actual == 21000
    assert rows["clicks"].actual == 220
    assert rows["G2"].actual == 2010
    assert rows["followers_net.linkedin"].actual == 160
    assert found.until.isoformat() == "2027-03-31"


def test_a_file_without_figures_or_dates_is_refused_with_the_next_step(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    nothing = tmp_path / "n.csv"
    nothing.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(BriefError, match="nothing that the plan counts"):
        review(made("b2b"), [nothing], write=False)
    undated = tmp_path / "u.csv"
    undated.write_text("KPI,Actual\nLinkedIn followers,2000\nClicks,9\n", encoding="utf-8")
    with pytest.raises(BriefError, match="until"):
        review(made("b2b"), [undated], write=False)
