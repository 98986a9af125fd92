"""The workbook's formulas, calculated again by LibreOffice: the plan's numbers, and what follows from a change."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import convert, example, made
from openpyxl.workbook import Workbook

from agent import locale
from agent.plan.results import Scenario

STEM = "tea-zh"
SPENT = 1234.5
"""Money that the changed workbook's first budget line has spent."""


def tab(book: Workbook, id_: str) -> Any:
    return book[locale.t("zh-CN", f"sheets.tab.{id_}")]


def row_of(sheet: Any, label: str, start: int = 1) -> int:
    found = (row[0].row for row in sheet.iter_rows(min_row=start) if str(row[0].value or "").strip() == label)
    return int(next(found))


def col_of(sheet: Any, title: str, row: int = 4) -> int:
    return int(next(cell.column for cell in sheet[row] if cell.value == title))


def changed(content: bytes) -> bytes:
    """The same workbook with the low case chosen, one sum doubled, two months of a KPI and money spent filled in, a risk made graver."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    tab(book, "budget")["B4"] = locale.t("zh-CN", "scenario.low")
    paid, kpis, risks = tab(book, "paid"), tab(book, "kpis"), tab(book, "risks")
    paid["E5"] = paid["E5"].value * 2
    kpis["S5"], kpis["U5"] = 1000, 3000
    tab(book, "budget_lines")["I5"] = SPENT
    risks["D5"], risks["E5"] = 1, 1
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """The workbook as written, with its formulas' stored values, and as LibreOffice calculates it, unchanged and changed."""
    content = made(STEM, "xlsx")
    files = {"plan.xlsx": content, "changed.xlsx": changed(content)}
    found = convert(tmp_path_factory.mktemp("recalculated"), files, "xlsx:Calc MS Excel 2007 XML")
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    read = {Path(name).stem: openpyxl.load_workbook(path, data_only=True) for name, path in found.items()}
    return {"formulas": formulas, "stored": stored, **read}


def test_every_formula_has_the_value_that_libreoffice_finds(books: dict[str, Workbook]) -> None:
    compared, wrong = 0, []
    for sheet in books["formulas"]:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                compared += 1
                here, there = (books[one][sheet.title][cell.coordinate].value or 0 for one in ("stored", "plan"))
                numbers = isinstance(here, int | float) and isinstance(there, int | float)
                if (abs(here - there) > 1e-6 * max(1, abs(here))) if numbers else here != there:
                    wrong.append((sheet.title, cell.coordinate, cell.value, here, there))
    assert compared > 500
    assert wrong == []


def test_the_totals_are_the_plans(books: dict[str, Workbook]) -> None:
    part, sheet = example(STEM).budget, tab(books["plan"], "budget")
    assert sheet.cell(row_of(sheet, locale.t("zh-CN", "misc.total")), 2).value == part.total_cents / 100
    lines = tab(books["plan"], "budget_lines")
    assert lines["F3"].value == part.total_cents / 100
    start = row_of(sheet, locale.t("zh-CN", "head.by_phase"))
    for category in {line.category for line in part.lines}:
        row = row_of(sheet, locale.t("zh-CN", f"category.{category}"), start)
        shown = [cell.value for cell in sheet[row] if isinstance(cell.value, int | float)]
        assert shown[-2] == pytest.approx(sum(line.cents for line in part.lines if line.category == category) / 100)
    assert tab(books["plan"], "creators")["G3"].value == sum(one.total_cents for one in part.creators) / 100
    assert tab(books["plan"], "paid")["E3"].value == sum(one.cents for one in part.paid) / 100


def results(book: Workbook) -> dict[str, Any]:
    sheet = tab(book, "budget")
    labels = {"impressions": "col.impressions", "engagements": "col.engagements", "clicks": "col.clicks", "conversions": "col.conversions",
              "followers": "col.followers_gained", "cost": "col.cost_per_result", "revenue": "col.revenue", "money": "col.money"}  # fmt: skip
    start = row_of(sheet, locale.t("zh-CN", "head.scenarios"))
    return {name: sheet.cell(row_of(sheet, locale.t("zh-CN", key), start), 2).value for name, key in labels.items()}


def case(name: str) -> Scenario:
    return next(one for one in example(STEM).budget.scenarios if one.name == name)


def test_the_base_case_shows_the_plans_results(books: dict[str, Workbook]) -> None:
    shown, base = results(books["plan"]), case("base")
    for field in ("impressions", "engagements", "clicks", "conversions", "followers"):
        assert shown[field] == pytest.approx(getattr(base, field)), field
    assert shown["money"] == base.total_cents / 100
    assert round(shown["cost"] * 100) == base.cost_per_result_cents
    assert round(shown["revenue"] * 100) == base.revenue_cents


def test_the_switch_and_a_changed_sum_recompute_the_results(books: dict[str, Workbook]) -> None:
    shown, low, first = results(books["changed"]), case("low"), example(STEM).budget.paid[0]
    for field in ("engagements", "clicks", "conversions", "followers"):
        assert shown[field] == pytest.approx(getattr(low, field)), field
    assert shown["impressions"] == pytest.approx(low.impressions + (first.impressions.low or 0))
    assert round(shown["cost"] * 100) == low.cost_per_result_cents
    assert tab(books["changed"], "paid")["G5"].value == pytest.approx(2 * (first.impressions.low or 0))
    assert tab(books["changed"], "paid")["C3"].value == locale.t("zh-CN", "sheets.differs")
    assert tab(books["plan"], "paid")["C3"].value == locale.t("zh-CN", "sheets.matches")


def test_actuals_give_variances(books: dict[str, Workbook]) -> None:
    sheet, kpi = tab(books["changed"], "kpis"), example(STEM).kpis.kpis[0]
    share = sheet["S3"].value + sheet["U3"].value
    assert sheet["O5"].value == 4000
    assert sheet["P5"].value == pytest.approx((kpi.target.value or 0) * share)
    assert sheet["Q5"].value == pytest.approx(4000 / ((kpi.target.value or 0) * share) - 1)
    assert sheet["R5"].value == locale.t("zh-CN", "sheets.judge.below")


def test_the_tracker_expects_what_the_goal_curves_do(books: dict[str, Workbook]) -> None:
    """A sum by the share of the results that is in, a goal that is an average by what its curve asks of the month."""
    plan, sheet = example(STEM), tab(books["plan"], "kpis")
    shares = [sheet.cell(3, col).value for col in range(19, 31, 2)]
    assert sum(shares) == pytest.approx(1)
    curve = [one.forecast for one in plan.kpis.curve if one.goal == "G5"]
    base = next(one.target.value for one in plan.kpis.kpis if one.id == "impressions")
    assert [round(base * sum(shares[: at + 1])) for at in range(6)] == pytest.approx(curve, abs=1)
    orders = next(one for one in plan.kpis.kpis if one.id == "orders")
    formula = books["formulas"][sheet.title].cell(row_of(sheet, orders.name), 20).value
    first = next(one.forecast for one in plan.kpis.curve if one.goal == "G1")
    part = float(re.findall(r",([\d.]+)\)\)", formula)[-1])
    assert part * (orders.target.value or 0) == pytest.approx(first, abs=1)


def test_clicks_to_the_destination_are_those_of_conversion_and_traffic(books: dict[str, Workbook]) -> None:
    sheet, found = tab(books["plan"], "paid"), example(STEM).budget.paid
    led = sum(one.clicks.value or 0 for one in found if one.objective in ("conversion", "traffic"))
    assert sheet["I3"].value == pytest.approx(led)
    assert led < (case("base").clicks or 0) < sheet["H3"].value


def test_a_risk_moves_on_the_map(books: dict[str, Workbook]) -> None:
    risk = example(STEM).risks.risks[0]
    before, after = (tab(books[one], "risk_map") for one in ("plan", "changed"))
    place = (4 + 6 - risk.likelihood, 1 + risk.impact)
    said = f"{risk.id} {risk.title}"
    assert said in before.cell(*place).value.split("\n")
    assert said not in str(after.cell(*place).value).split("\n")
    assert said in after.cell(9, 2).value.split("\n")
    assert tab(books["changed"], "risks")["F5"].value == 1


def test_money_spent_reaches_what_is_left_and_the_report(books: dict[str, Workbook]) -> None:
    part = example(STEM).budget
    before, after = (tab(books[one], "report")["B6"].value for one in ("plan", "changed"))
    assert before == 0
    assert after == pytest.approx(SPENT * 100 / part.total_cents)
    assert tab(books["changed"], "budget_lines")["J5"].value == pytest.approx(part.lines[0].cents / 100 - SPENT)
