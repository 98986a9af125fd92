"""Slides, tables and sheets tell the same of one plan: what is left out, which case is low, who has hours, what a pillar's share is."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from office import example, made, material
from pptx import Presentation

from agent import locale
from agent.export import FORMATS
from agent.export.material import Material
from agent.export.reader import Reader, by_case
from agent.export.sections import plots
from agent.export.view import Bullets


def words_of(stem: str) -> list[str]:
    """Every text of each slide, tables included."""
    found = []
    for slide in Presentation(io.BytesIO(made(stem, "pptx"))).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        texts += [
            cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
        ]
        found.append("\n".join(texts))
    return found


@pytest.mark.parametrize("stem", ["b2b-en", "shop-zh-tw"])
def test_a_source_has_one_number_in_document_workbook_and_deck(stem: str) -> None:
    doc, language = material(stem).doc, example(stem).meta.language
    lists = (one for part in doc.sections if part.id == "sources" for one in part.blocks if isinstance(one, Bullets))
    listed = ["".join(span.text for span in item) for item in next(lists).items]
    sheet = openpyxl.load_workbook(io.BytesIO(made(stem, "xlsx")))[locale.t(language, "sheets.tab.sources")]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert [row[0] for row in rows] == list(range(1, len(listed) + 1))
    assert [row[2] for row, told in zip(rows, listed, strict=True) if str(row[2]) not in told] == []
    slides = Presentation(io.BytesIO(made(stem, "pptx"))).slides
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in slides)
    cited = re.findall(r"^\[(\d+)\] (.+)", notes, re.MULTILINE)
    assert len(cited) > 20
    assert [(at, told) for at, told in cited if not told.startswith(doc.sources[int(at) - 1].title)] == []


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("b2b-en", r"(\d+) more in the document"),
        ("sentence-zh", r"另有(\d+)项，见文档"),
        ("shop-zh-tw", r"另有(\d+)項"),
    ],
)
def test_the_risks_slide_counts_all_that_it_leaves_out(stem: str, told: str) -> None:
    risks = example(stem).risks.risks
    slide = next(
        words for words in words_of(stem) if all(one.id in words for one in risks[:3]) and re.search(told, words)
    )
    shown = len({one.id for one in risks if f"\n{one.id} {one.title[:8]}" in slide})
    found = re.search(told, slide)
    assert found
    assert shown + int(found[1]) == len(risks)


def test_the_positioning_slide_counts_evidence_only() -> None:
    assert not any("项事实可证" in words for words in words_of("sentence-zh"))
    assert any("proved by" in words for words in words_of("b2b-en"))


def test_the_scenario_slide_leads_to_the_goals_forecast() -> None:
    bridge = example("b2b-en").budget.bridge
    assert bridge
    assert any(bridge[:60] in words for words in words_of("b2b-en"))


def test_a_price_is_ordered_by_the_scenarios_in_the_tracker_as_in_the_budget() -> None:
    plan = example("b2b-en")
    costs = [one.cost_per_result_cents or 0 for one in plan.budget.scenarios]
    kpi = next(one for one in plan.kpis.kpis if one.id == "cpl")
    told = by_case(kpi)
    assert [round(end or 0) for end in (told.low, told.value, told.high)] == [round(cents / 100) for cents in costs]
    book = openpyxl.load_workbook(io.BytesIO(made("b2b-en", "xlsx")))
    row = next(
        row for sheet in book for row in sheet.iter_rows(values_only=True) if row[0] == kpi.name and len(row) > 11
    )
    assert [row[10], row[12]] == [told.low, told.high]


def test_whoever_has_no_hours_is_named_once_and_gets_no_panel() -> None:
    plan = example("b2b-en").model_copy(deep=True)
    for week in plan.team.weeks:
        if week.holder == "applications engineer":
            week.hours = 0.0
    assert "applications engineer" not in {one.holder for one in Reader(plan).busy_weeks()}
    text = FORMATS["md"].render(Material(plan)).decode()
    assert text.count("Applications engineer: no hours planned in any week") == 1


def test_a_vacancy_is_counted_above_the_hours() -> None:
    v = Reader(example("b2b-en"))
    vacant = [role for role in v.plan.team.roles if not role.holder and role.load > 0]
    title = plots.workload(v).title
    assert "Nobody named" in title
    assert bool(vacant) == ("vacant" in title)


@pytest.mark.parametrize("stem", ["b2b-en", "sentence-zh", "solo-en"])
def test_a_pillars_share_is_the_one_of_the_calendar(stem: str) -> None:
    plan = example(stem)
    entries = [one.pillar for one in plan.calendar.entries if one.kind != "buffer"]
    for pillar in plan.themes.pillars:
        assert abs(100 * entries.count(pillar.id) / len(entries) - pillar.share) < 1
    top = max(plan.themes.pillars, key=lambda one: one.share)
    assert f"{top.share}%" in plots.content_mix(Reader(plan)).title


def test_numbers_are_rounded_as_a_spreadsheet_rounds_them() -> None:
    assert [locale.number(value, 1) for value in (6.35, 6.25, 0.05, 54.349999999999994)] == [
        "6.4",
        "6.3",
        "0.1",
        "54.4",
    ]
    assert [locale.percent(0.0325), locale.money_value(2.675, "USD"), locale.plain(2.5, 2)] == ["3.3%", "$2.68", "2.5"]


def test_the_bridge_tells_the_scenarios_conversions() -> None:
    for stem in ("tea-zh", "b2b-en", "solo-en"):
        part = example(stem).budget
        told = {locale.compact(one.conversions) for one in part.scenarios}
        assert any(re.search(rf"(?<![\d,.]){re.escape(one)}(?![\d,.]\d)", part.bridge) for one in told), part.bridge


@pytest.mark.parametrize("stem", ["shop-zh-tw", "b2b-en"])
def test_a_goals_forecast_is_one_number_in_summary_part_and_deck(stem: str) -> None:
    plan, doc = example(stem), material(stem).doc
    parts = {one.id: str(one.blocks).replace("\\xa0", " ").replace("\\u2013", "–") for one in doc.sections}
    summary = str(doc.summary.blocks).replace("\\xa0", " ").replace("\\u2013", "–")
    deck = "\n".join(words_of(stem)).replace("\xa0", " ")
    reader = Reader(plan)
    goals = [one for one in plan.positioning.goals if (one.verdict.base or 0) > 1000]
    assert goals
    for goal in goals:
        told = reader.outlook(goal.verdict, goal.target.unit)
        assert told in parts["positioning"], told
        if reader.named(goal.id) in summary:
            assert told in summary, told
        if f"{goal.id} " in deck:
            assert told in deck, told


def test_an_estimate_below_ten_thousand_is_told_as_it_was_reckoned() -> None:
    assert [locale.compact(value) for value in (2554.9, 9_999, 41_713, 4_396_500)] == [
        "2,555",
        "9,999",
        "41,700",
        "4,400,000",
    ]


def test_the_document_tells_findings_without_codes_and_contradictions_once() -> None:
    plan, doc = example("contradictory-en"), material("contradictory-en").doc
    parts = {one.id: str(one.blocks) for one in doc.sections}
    assert len(plan.conflicts) > 5
    for conflict in plan.conflicts:
        assert conflict.message in parts["conflicts"].replace("\\xa0", " ").replace("\\'", "'")
        assert conflict.message not in parts["findings"].replace("\\xa0", " ").replace("\\'", "'")
    rest = [one for one in plan.findings if one.code not in {conflict.code for conflict in plan.conflicts}]
    assert rest
    assert [one.code for one in rest if one.message not in parts["findings"].replace("\\xa0", " ")] == []
    assert not re.search(r"\b[A-Z]{3}-C?\d{2,3}\b", parts["conflicts"] + parts["findings"])


def test_a_person_stands_once_beside_a_task() -> None:
    v = Reader(example("b2b-en"))
    tasks = {row.task for row in v.plan.team.raci}
    lines = FORMATS["md"].render(material("b2b-en")).decode().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    found = [[name for cell in row[1:] for name in cell.strip("*").split(", ")] for row in rows if row[0] in tasks]
    assert len(found) >= len(tasks)
    people = [[name.partition(" (")[0] for name in names if name not in ("–", "same person")] for names in found]
    assert [names for names in people if len(names) != len(set(names))] == []


def test_nobody_stands_in_for_themselves() -> None:
    text = FORMATS["md"].render(material("solo-en")).decode()
    assert "in absence Nell" not in text
    assert "nobody stands in" in text


def test_platforms_whose_scores_read_the_same_are_named_together() -> None:
    assert plots.platform_scores(Reader(example("b2b-en"))).title.startswith("LinkedIn and YouTube score highest, 4.0")


@pytest.mark.parametrize("stem", ["b2b-en", "tea-zh"])
def test_what_all_scores_rest_on_is_said_once(stem: str) -> None:
    text = FORMATS["md"].render(material(stem)).decode()
    assert len(re.findall(r"Scores without a source beside them rest on|没有另注来源的评分，依据", text)) == 1
    assert not re.search(r"All other scores from|其余评分来源", text)
