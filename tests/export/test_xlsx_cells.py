"""The workbook's cells: text that stays text, a sheet a table, lists and colours to work with, gaps that are marked."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from office import example, made
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from plan_filler import filled

from agent import locale
from agent.export.xlsx import SHEETS, to_xlsx
from agent.export.xlsx.book import A4, LETTER
from agent.plan.model import MarketingPlan

HOSTILE = '=HYPERLINK("javascript:alert(1)","x")\x07\u202e\ud800 @SUM(1+1)'


def opened(content: bytes, **options: Any) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def formulas(book: Workbook) -> dict[str, str]:
    return {
        f"{sheet.title}!{cell.coordinate}": str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.fixture(scope="module")
def tea() -> Workbook:
    return opened(made("tea-zh", "xlsx"))


def tab(book: Workbook, id_: str, language: str = "zh-CN") -> Any:
    return book[locale.t(language, f"sheets.tab.{id_}")]


def test_21_text_of_a_plan_is_never_a_formula_a_link_or_a_control_character() -> None:
    content = to_xlsx(filled(lambda path: HOSTILE + path))
    book = opened(content)
    assert [text for text in formulas(book).values() if re.search(r"HYPERLINK|alert|SUM\(1\+1", text)] == []
    texts = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")
    ]
    assert len(texts) > 100
    assert all(cell.data_type == "s" and cell._style.quotePrefix for cell in texts)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        parts = {
            name: files.read(name).decode("utf-8") for name in files.namelist() if name.endswith((".xml", ".rels"))
        }
    assert [name for name, text in parts.items() if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", text)] == []
    assert [name for name, text in parts.items() if re.search(r'Target="(?!https?://)[^"]*:', text)] == []


def test_only_web_addresses_become_links() -> None:
    plan = filled()
    addresses = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://example.org/a?b=1",
        "example.org/page",
        "\\\\host\\x",
    ]
    base = plan.sources[0]
    plan.sources = [base.model_copy(update={"id": f"kb:{at}", "url": one}) for at, one in enumerate(addresses)]
    plan.market.hot_topics[0].sources = [one.id for one in plan.sources]
    sheet = tab(opened(to_xlsx(plan)), "sources")
    targets = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert targets == ["https://example.org/a?b=1", "https://example.org/page"]


def test_a_brand_sets_nothing_in_the_footer() -> None:
    plan = filled()
    plan.meta.brand = "360 & Co &D&Z"
    with zipfile.ZipFile(io.BytesIO(to_xlsx(plan))) as files:
        sheet = files.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "&amp;L&amp;8 360 &amp;&amp; Co &amp;&amp;D&amp;&amp;Z&amp;C" in sheet


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_table_has_its_sheet_in_the_language_of_the_plan(language: str) -> None:
    book = opened(to_xlsx(filled(lambda path: f"text {path}", language)))
    assert book.sheetnames == [locale.t(language, f"sheets.tab.{id_}") for id_, _ in SHEETS]
    if language == "en":
        shown = [
            str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert [words for words in shown if re.search(r"[\u3400-\u9fff]", words)] == []


def test_every_sheet_is_set_up_for_printing(tea: Workbook) -> None:
    for sheet in tea:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert sheet.page_setup.paperSize == 9, sheet.title
        assert sheet.print_area, sheet.title
    for id_ in (
        "calendar",
        "kpis",
        "goals",
        "adaptations",
        "sources",
        "risks",
        "inspections",
        "reviews",
        "rules",
        "report",
    ):
        assert tab(tea, id_).print_title_rows, id_


def test_a_sheet_that_repeats_its_headings_on_paper_holds_one_table(tea: Workbook) -> None:
    """The headings of one table, repeated above another, would name its columns wrongly."""
    for sheet in tea:
        if not sheet.print_title_rows:
            continue
        row = int(sheet.print_title_rows.strip("$").split(":")[0])
        filled = {(cell.fill.fgColor.rgb, bool(cell.font.b)) for cell in sheet[row] if cell.value}
        below = [
            line
            for line in range(row + 1, sheet.max_row + 1)
            if filled and {(one.fill.fgColor.rgb, bool(one.font.b)) for one in sheet[line] if one.value} == filled
        ]
        assert below == [], sheet.title


def _printed(sheet: Worksheet) -> int:
    """The number of the last column that is printed."""
    last = re.search(r":\$([A-Z]+)\$", sheet.print_area)
    assert last is not None
    return int(openpyxl.utils.column_index_from_string(last[1]))


def _pixels(sheet: Worksheet, column: int) -> float:
    """How wide a column is, as the file says it: the widest digit of the default font takes seven pixels."""
    for one in sheet.column_dimensions.values():
        if one.min <= column <= one.max:
            return float(7 * one.width)
    return 64.0


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en", "large"])
def test_what_is_printed_can_be_read_and_no_page_across_runs_over(stem: str) -> None:
    page = LETTER if example(stem).meta.markets[0] == "US" else A4
    for sheet in opened(made(stem, "xlsx")):
        assert sheet.page_setup.paperSize == page.size, sheet.title
        starts = [1, *(one.id + 1 for one in sheet.col_breaks.brk), _printed(sheet) + 1]
        again = _pixels(sheet, 1) if sheet.print_title_cols else 0.0
        pages = [
            sum(_pixels(sheet, column) for column in range(first, last)) + (again if first > 1 else 0.0)
            for first, last in pairwise(starts)
        ]
        scale = sheet.page_setup.scale or 100
        if sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert len(pages) == 1, sheet.title
            scale = 100 * page.width / pages[0]
        assert scale >= page.least - 2, sheet.title
        assert max(pages) * scale / 100 <= 1.02 * page.width or len(pages) == 1, sheet.title


def test_the_chart_of_the_hours_is_printed_whole(tea: Workbook) -> None:
    people = {one.holder for one in example("tea-zh").team.weeks}
    assert _printed(tab(tea, "workload")) >= 4 + 2 * len(people)


def test_words_and_numbers_keep_off_each_other(tea: Workbook) -> None:
    """Text is indented, and a number has the room of a nought behind it."""
    for sheet in tea:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.border.left.style and cell.alignment.horizontal == "right":
                    assert "_0" in cell.number_format, (sheet.title, cell.coordinate)
                elif cell.border.left.style and cell.alignment.horizontal == "left":
                    assert cell.alignment.indent == 1, (sheet.title, cell.coordinate)


def test_no_id_of_the_plans_data_is_shown_to_a_client(tea: Workbook) -> None:
    shown = [str(cell.value) for sheet in tea for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [words for words in shown if re.match(r"(kb|brief|calc|assume|law):", words)] == []


def test_a_market_without_rules_gets_its_laws_for_counsel_in_place_of_an_empty_sheet() -> None:
    plan = filled()
    plan.approvals, plan.declined = [], []
    sheet = tab(opened(to_xlsx(plan)), "legal")
    shown = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for one in plan.laws:
        assert one.law in shown
        assert one.asks in shown
    assert not any("表格为空" in words for words in shown)


def test_a_sheet_printed_several_pages_across_has_its_title_and_its_numbers_on_every_page(tea: Workbook) -> None:
    several = [sheet for sheet in tea if sheet.col_breaks.brk]
    assert tab(tea, "calendar") in several
    for sheet in several:
        assert sheet.oddHeader.left.text == sheet["A1"].value, sheet.title
        assert "$A$3:" in sheet.print_area, sheet.title
        assert sheet.print_title_cols == "$A:$A", sheet.title
    single = (
        "overview",
        "budget",
        "budget_lines",
        "key_dates",
        "goals",
        "risk_map",
        "raci",
        "reviews",
        "rules",
        "sources",
        "assumptions",
    )
    assert [id_ for id_ in single if tab(tea, id_) in several] == []


def test_the_calendar_is_made_to_work_in(tea: Workbook) -> None:
    sheet, plan = tab(tea, "calendar"), example("tea-zh")
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")
    listed = {check.formula1 for check in sheet.data_validations.dataValidation if check.type == "list"}
    assert listed == {"List_Status", "List_Owner", "List_Platform", "List_Format", "List_Phase"}
    assert len(sheet.conditional_formatting) >= 3
    ids = [row[0].value for row in sheet.iter_rows(min_row=5) if row[0].value]
    assert ids == [entry.id for entry in plan.calendar.entries]
    first = plan.calendar.entries[0]
    assert sheet["B5"].value.date() == first.date
    assert f"{sheet['D5'].value:%H:%M}" == first.time


def test_the_cells_that_everything_hangs_on_have_names(tea: Workbook) -> None:
    names = set(tea.defined_names)
    assert names >= {
        "Scenario", "ScenarioNo", "BudgetTotal", "BudgetPlanned", "BudgetSpent", "PaidImpressions", "CreatorViews", "List_Scenario",
    }  # fmt: skip


def test_reviews_stand_on_their_dates_with_room_for_what_was_decided(tea: Workbook) -> None:
    sheet, part = tab(tea, "reviews"), example("tea-zh").measurement
    found = sorted(part.reviews, key=lambda one: one.date)
    rows = list(sheet.iter_rows(min_row=5, max_row=4 + len(found), values_only=True))
    assert [row[0].date() for row in rows] == [one.date for one in found]
    assert [(row[2], row[3]) for row in rows] == [
        (locale.t("zh-CN", f"review.{one.kind}"), one.question) for one in found
    ]
    assert {row[5] for row in rows} == {locale.t("zh-CN", "sheets.done.open")}
    assert {row[6:8] for row in rows} == {(None, None)}
    rules = {row[0] for row in tab(tea, "rules").iter_rows(min_row=5, values_only=True)}
    assert rules >= {one.id for one in part.rules}
    assert {check.formula1 for check in sheet.data_validations.dataValidation} == {"List_Done"}


def test_the_report_template_asks_what_the_plan_asks_and_leaves_room_for_the_answers(tea: Workbook) -> None:
    sheet, part = tab(tea, "report"), example("tea-zh").measurement
    labels = [locale.t("zh-CN", f"sheets.report.{one}") for one in ("period", "author", "spent")]
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == labels
    assert sheet["B4"].value is sheet["B5"].value is None
    assert sheet["B6"].value == '=IF(BudgetTotal=0,"",BudgetSpent/BudgetTotal)'
    heads = [
        locale.t("zh-CN", f"col.{one}") for one in ("report_section", "report_ask", "data_source", "fill", "owner")
    ]
    assert [cell.value for cell in sheet[8]][:5] == heads
    rows = [row[:5] for row in sheet.iter_rows(min_row=9, values_only=True) if row[0]]
    assert rows == [(one.section, one.ask, one.source, None, None) for one in part.report]
    assert len(rows) >= 5
    assert all(sheet.row_dimensions[9 + at].height == 54 for at in range(len(rows)))
    assert sheet.freeze_panes == "B9"


def test_an_empty_table_says_that_the_plan_holds_nothing_there() -> None:
    whole = filled()
    part: MarketingPlan = whole.model_copy(deep=True)
    for owner, field in (
        (part.calendar, "entries"), (part.calendar, "key_dates"), (part.adaptations, "posts"), (part.budget, "lines"), (part.budget, "creators"),
        (part.budget, "paid"), (part.risks, "risks"), (part.team, "raci"), (part.team, "weeks"), (part.kpis, "kpis"), (part.kpis, "curve"),
        (part.measurement, "reviews"), (part.measurement, "report"), (part.positioning, "goals"), (part, "gaps"), (part, "findings"),
        (part.budget, "caps"), (part, "sources"),
    ):  # fmt: skip
        setattr(owner, field, [])
    book = opened(to_xlsx(part))
    said = locale.t("zh-CN", "sheets.gap")
    marked = {sheet.title for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == said}
    for id_ in (
        "calendar",
        "adaptations",
        "budget_lines",
        "creators",
        "paid",
        "risks",
        "raci",
        "workload",
        "kpis",
        "goals",
        "report",
    ):
        assert locale.t("zh-CN", f"sheets.tab.{id_}") in marked


def test_a_large_plan_keeps_every_row() -> None:
    plan = example("large")
    assert len(plan.calendar.entries) >= 900
    sheet = tab(opened(made("large", "xlsx"), read_only=True), "calendar", "en")
    ids = [row[0] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert ids == [entry.id for entry in plan.calendar.entries]


def test_the_risk_map_is_even_and_its_rows_hold_their_risks(tea: Workbook) -> None:
    sheet = tab(tea, "risk_map")
    assert len({sheet.column_dimensions[letter].width for letter in "BCDEF" if letter in sheet.column_dimensions}) == 1
    risks = example("tea-zh").risks.risks
    shown = " ".join(
        str(cell.value)
        for row in opened(made("tea-zh", "xlsx"), data_only=True)[sheet.title].iter_rows()
        for cell in row
    )
    assert [one.id for one in risks if f"{one.id} {one.title}" not in shown] == []
    for row, likelihood in zip(range(5, 10), range(5, 0, -1), strict=True):
        fullest = max(
            sum((one.likelihood, one.impact) == (likelihood, impact) for one in risks) for impact in range(1, 6)
        )
        assert sheet.row_dimensions[row].height >= 13 * fullest, likelihood


def test_the_overview_gives_long_times_in_hours_and_counts_as_english_does() -> None:
    plan, sheet = example("b2b-en"), tab(opened(made("b2b-en", "xlsx")), "overview", "en")
    goal = next(one for one in plan.positioning.goals if one.target.unit == "min")
    row = next(row for row in sheet.iter_rows() if str(row[0].value).startswith(f"{goal.id} "))
    assert row[3].value == (goal.target.value or 0) / 60
    assert row[3].number_format == '#,##0" h"_0'
    assert len(plan.gaps) == 2
    assert any("2 questions to the client" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en"])
def test_the_budgets_chart_stands_inside_what_is_printed(stem: str) -> None:
    language = example(stem).meta.language
    sheet = tab(opened(made(stem, "xlsx")), "budget", language)
    assert sheet._charts[0].anchor.to.col < _printed(sheet)


def test_a_count_of_the_period_adds_up_whatever_the_last_period_brought() -> None:
    plan, sheet = example("b2b-en"), tab(opened(made("b2b-en", "xlsx")), "kpis", "en")
    leads = next(one for one in plan.kpis.kpis if one.baseline.note == locale.t("en", "kpi.last_period"))
    row = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == leads.name)
    assert row[13].value == locale.t("en", "sheets.mode.sum")


def test_every_goal_with_a_curve_has_its_chart_and_its_months_on_one_page(tea: Workbook) -> None:
    goals = list(dict.fromkeys(one.goal for one in example("tea-zh").kpis.curve))
    assert len(tab(tea, "charts")._charts) == len(goals)
    sheet = tab(tea, "goals")
    for one in sheet.row_breaks.brk:
        assert sheet.cell(one.id, 1).value != sheet.cell(one.id + 1, 1).value


def test_a_field_of_the_brief_is_named_and_not_addressed() -> None:
    sheet = tab(opened(made("contradictory-en", "xlsx")), "declined", "en")
    assert [row[4].value for row in sheet.iter_rows(min_row=5) if "[" in str(row[4].value)] == []


def test_every_goal_has_a_row_of_the_tracker_with_its_target() -> None:
    """Goals that no KPI counts have a row of their own; what the plan proposes is in grey italics."""
    plan, sheet = example("b2b-en"), tab(opened(made("b2b-en", "xlsx")), "kpis", "en")
    rows = [row for row in sheet.iter_rows(min_row=5) if row[0].value]
    held = {str(row[7].value).split(" ")[0]: row for row in rows if row[9].value is not None}
    assert set(held) == {goal.id for goal in plan.positioning.goals}
    for goal in plan.positioning.goals:
        assert bool(held[goal.id][9].font.i) == (goal.origin != "brief")
    own = next(goal for goal in plan.positioning.goals if goal.kind == "awareness")
    assert (held[own.id][0].value, held[own.id][9].value) == (own.metric, own.target.value)


def test_people_reached_do_not_add_up_and_the_low_case_answers_latest(tea: Workbook) -> None:
    plan, sheet = example("tea-zh"), tab(tea, "kpis")
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    names = {one.id: one.name for one in plan.kpis.kpis}
    assert rows[names["reach"]][13].value == locale.t("zh-CN", "sheets.mode.to_date")
    reply = rows[names["response_time"]]
    assert reply[10].value > reply[11].value > reply[12].value


def test_questions_stand_first_and_every_row_is_due_on_a_date() -> None:
    plan, sheet = example("contradictory-en"), tab(opened(made("contradictory-en", "xlsx")), "assumptions", "en")
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert [row[0] for row in rows[: len(plan.conflicts)]] == [f"B{at}" for at in range(1, len(plan.conflicts) + 1)]
    assert {type(row[6]).__name__ for row in rows} == {"datetime"}
    overview = tab(opened(made("contradictory-en", "xlsx")), "overview", "en")
    said = " ".join(str(cell.value) for row in overview.iter_rows() for cell in row)
    assert f"{len(plan.conflicts)} contradictions" in said
    assert f"{len(plan.declined)} point" in said


def test_a_source_is_opened_by_its_number_and_its_address_is_whole(tea: Workbook) -> None:
    for row in tab(tea, "sources").iter_rows(min_row=5):
        if row[0].hyperlink:
            assert isinstance(row[0].value, int)
            assert "\n" not in row[6].value
            assert row[6].hyperlink is None


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en"])
def test_owners_stand_whole_in_their_list_and_only_the_plans_platforms_are_offered(stem: str) -> None:
    plan = example(stem)
    language = plan.meta.language
    sheet = tab(opened(made(stem, "xlsx")), "lists", language)
    heads = [cell.value for cell in sheet[4]]
    shown = {
        row[heads.index(locale.t(language, "sheets.list.Platform"))]
        for row in sheet.iter_rows(min_row=5, values_only=True)
    }
    left_out = {
        locale.t(language, f"platform.{one.platform}")
        for one in plan.platforms.choices
        if one.role not in ("primary", "support")
    }
    assert not shown & left_out
    at = heads.index(locale.t(language, "sheets.list.Owner"))
    width = sheet.column_dimensions[openpyxl.utils.get_column_letter(at + 1)].width
    for row in sheet.iter_rows(min_row=5):
        words = str(row[at].value or "")
        if len(words) * (2 if language != "en" else 0.8) > width:
            assert (sheet.row_dimensions[row[at].row].height or 15) > 20, words
