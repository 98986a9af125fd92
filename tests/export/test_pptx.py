"""The deck: messages as titles, native charts with the plan's numbers, nothing outside its box at any length, inert text."""

from __future__ import annotations

import functools
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import convert, example, made, tool
from PIL import ImageFont
from plan_filler import filled
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from agent import locale
from agent.export.pptx import TemplateError, fit, to_pptx
from agent.export.pptx.flow import BIG
from agent.export.pptx.money import singular
from agent.export.pptx.opening import JUDGED
from agent.export.pptx.operation import closed
from agent.export.reader import Reader

SANS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LONG = {
    "zh-CN": "这是一个写得非常长的句子，里面有Latin words和数字1,234,567，谁也没有想到它会这么长。" * 12,
    "en": "Incomprehensibilities and antidisestablishmentarianism fill this extraordinarily long sentence, 1,234,567 times. "
    * 12,
}


def deck(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def tea() -> bytes:
    return made("tea-zh", "pptx")


@functools.cache
def font(size: float) -> ImageFont.FreeTypeFont:
    if not SANS.exists():
        tool("noto-sans-cjk")
    return ImageFont.truetype(str(SANS), max(1, round(size * 10)))


def lines_of(words: str, size: float, room: float) -> int:
    """Lines by the metrics of Noto Sans CJK: words and Chinese signs one after the other, as many on a line as fit."""
    lines, used = 1, 0.0
    for token in re.findall(r"[\u0021-\u024f]+|.", words):
        wide = font(size).getlength(token) / 10
        if used + wide > room and used:
            lines, used = lines + 1, 0.0
        while wide > room:
            lines, wide = lines + 1, wide - room
        used += wide
    return lines


def tall(frame: Any, room: float) -> float:
    """Height of the text of a frame in points."""
    height = 0.0
    for place, paragraph in enumerate(frame.paragraphs):
        size = max((run.font.size.pt for run in paragraph.runs if run.font.size), default=0.0)
        spacing = paragraph.line_spacing.pt if paragraph.line_spacing is not None else size * 1.45
        indent = int(paragraph._p.pPr.get("marL", "0")) / 12700 if paragraph._p.pPr is not None else 0
        parts = paragraph.text.replace("\v", "\n").split("\n")
        height += sum(lines_of(part, size, room - indent) for part in parts) * spacing if paragraph.text else 0
        if place < len(frame.paragraphs) - 1 and paragraph.space_after is not None:
            height += paragraph.space_after.pt
    return height


def overflows(made: Any) -> Iterator[str]:
    """Frames whose text is taller than they are, tables that reach below their slide, shapes that stand outside it."""
    for number, slide in enumerate(made.slides, 1):
        for shape in slide.shapes:
            if (
                shape.left < 0
                or shape.top < 0
                or shape.left + shape.width > made.slide_width + 9
                or shape.top + shape.height > made.slide_height
            ):
                yield f"{number} {shape.name}: outside the slide"
            if (
                shape.has_text_frame
                and shape.text_frame.text
                and not shape.is_placeholder | (shape.name.startswith("Footer"))
            ):
                frame = shape.text_frame
                room = (shape.width - frame.margin_left - frame.margin_right) / 12700
                if tall(frame, room) > shape.height / 12700 + 1:
                    yield f"{number} {shape.name}: {frame.text[:40]!r}"
            if shape.is_placeholder and shape.placeholder_format.idx == 0 and number > 1:
                room, high = made.slide_width / 12700 - 86.4, shape.height / 12700
                if tall(shape.text_frame, room) > high + 1:
                    yield f"{number} title: {shape.text_frame.text[:40]!r}"
            if shape.has_table:
                high = 0.0
                for row in shape.table.rows:
                    need = 0.0
                    for cell, column in zip(row.cells, shape.table.columns, strict=True):
                        room = (column.width - cell.margin_left - cell.margin_right) / 12700
                        need = max(need, tall(cell.text_frame, room) + (cell.margin_top + cell.margin_bottom) / 12700)
                    if need > row.height / 12700 + 1:
                        yield f"{number} table row: {row.cells[0].text_frame.text[:30]!r} {need:.0f} > {row.height / 12700:.0f}"
                    high += max(need, row.height / 12700)
                if shape.top / 12700 + high > made.slide_height / 12700 - 36:
                    yield f"{number} table ends at {shape.top / 12700 + high:.0f}"


def titles(made: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in made.slides]


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "shop-zh-tw", "b2b-en", "contradictory-en", "large"])
def test_fifteen_to_twenty_slides_each_with_a_message_that_holds_a_number(stem: str) -> None:
    found = titles(deck(made(stem, "pptx")))
    assert 15 <= len(found) <= 20
    assert [title for title in found[1:] if not re.search(r"\d", title) or len(title) < 12] == []
    assert len(set(found)) == len(found)


def slide_at(stem: str, at: int) -> Any:
    """Of the plan's deck the slide that stands `at` where no slide gives way to the contradictions."""
    return list(deck(made(stem, "pptx")).slides)[at - bool(example(stem).conflicts)]


def named(made: Any, words: str) -> Any:
    """The slide with these words in its title."""
    return next(slide for slide in made.slides if words in slide.shapes.title.text_frame.text)


def tables(slide: Any) -> list[list[list[str]]]:
    """Every table of a slide, row by row."""
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in slide.shapes if shape.has_table
    ]


def test_all_platforms_are_ranked_and_those_used_have_a_colour_of_their_own() -> None:
    plan = example("tea-zh")
    slide = named(deck(tea()), "主攻小红书、抖音，微信公众号辅助")
    bars = next(one.chart for one in slide.shapes if one.has_chart).plots[0]
    order = sorted(plan.platforms.choices, key=lambda one: -one.total)
    assert [str(one) for one in bars.categories] == [Reader(plan).platform(one.platform) for one in order]
    used = next(list(one.values) for one in bars.series if one.name == locale.t("zh-CN", "deck.used"))
    assert [value is not None for value in used] == [one.role in ("primary", "support") for one in order]


@pytest.mark.parametrize(
    ("stem", "named_", "barred"),
    [
        ("shop-zh-tw", [], "小紅書、抖音"),
        ("b2b-en", ["Reddit"], "Facebook and TikTok"),
        ("solo-en", ["Facebook"], "TikTok"),
    ],
)
def test_platforms_that_the_client_speaks_of_come_first_among_those_not_used(
    stem: str, named_: list[str], barred: str
) -> None:
    told = locale.t(example(stem).meta.language, "deck.barred")
    rows = next(
        table[1:]
        for slide in deck(made(stem, "pptx")).slides
        for table in tables(slide)
        if any(told in row for row in table)
    )
    assert [row[0] for row in rows[: len(named_) + 1]] == [*named_, barred]
    assert [told in row for row in rows].index(True) == len(named_)
    assert sum(told in row for row in rows) == 1


@pytest.mark.parametrize("stem", ["solo-en", "shop-zh-tw", "contradictory-en"])
def test_the_money_of_the_platforms_and_the_rest_come_to_the_total(stem: str) -> None:
    plan = example(stem)
    spent = sum(one.budget_cents for one in plan.platforms.choices)
    rest = Reader(plan).money(plan.budget.total_cents - spent)
    said = [words for words in told(deck(made(stem, "pptx"))) if rest in words]
    assert any(Reader(plan).money(plan.budget.total_cents) in words for words in said)


def told(made: Any) -> list[str]:
    """Every text outside tables."""
    return [shape.text_frame.text for slide in made.slides for shape in slide.shapes if shape.has_text_frame]


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "shop-zh-tw", "b2b-en", "solo-en", "contradictory-en"])
def test_no_decision_of_the_clients_is_left_out(stem: str) -> None:
    plan = example(stem)
    made_ = deck(made(stem, "pptx"))
    shown = "\n".join(shape.text_frame.text for shape in list(made_.slides)[-1].shapes if shape.has_text_frame)
    assert [one for one in plan.summary.decisions if one not in shown] == []
    assert str(len(plan.summary.decisions)) in titles(made_)[-1]


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en", "large"])
def test_the_risk_map_shows_the_risks_that_the_table_names_and_no_other(stem: str) -> None:
    grid, table = next(
        found
        for slide in deck(made(stem, "pptx")).slides
        if len(found := tables(slide)) == 2 and any("↑" in cell for row in found[0] for cell in row)
    )
    placed = {id_ for row in grid for cell in row for id_ in re.findall(r"\bS\d+\b", cell)}
    assert placed == {row[0].split(" ")[0] for row in table[1:]}


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en", "solo-en"])
def test_a_research_code_stands_beside_its_question(stem: str) -> None:
    plan = example(stem)
    tasks = {task.id: task.question for task in plan.market.unknowns}
    heading = locale.t(plan.meta.language, "deck.to_find_out")
    table = next(table for slide in deck(made(stem, "pptx")).slides for table in tables(slide) if heading in table[0])
    asked = [row[table[0].index(heading)] for row in table[1:]]
    found = [line for cell in asked for line in cell.split("\n") if line != "—"]
    assert found
    assert all(line == f"{line.split(' ')[0]} {tasks[line.split(' ')[0]]}" for line in found)


def test_going_on_as_before_has_no_account_to_be_described() -> None:
    plan = example("solo-en")
    name = next(one.name for one in plan.market.competitors if one.status_quo)
    row = next(
        row
        for slide in deck(made("solo-en", "pptx")).slides
        for table in tables(slide)
        for row in table
        if row[0] == name
    )
    assert locale.t("en", "aspect.strengths") in row[1]
    assert locale.t("en", "aspect.content_style") not in row[1]


@pytest.mark.parametrize("stem", ["solo-en", "shop-zh-tw", "sentence-zh", "contradictory-en"])
def test_people_are_whole_results_as_reckoned_with_and_the_title_says_what_one_costs(stem: str) -> None:
    plan, made_ = example(stem), deck(made(stem, "pptx"))
    base = next(one for one in plan.budget.scenarios if one.name == "base")
    cost = Reader(plan).cost(base.cost_per_result_cents)
    slide = named(made_, cost)
    title = slide.shapes.title.text_frame.text
    if base.revenue_cents:
        worth = (base.cost_per_result_cents or 0) * base.revenue_cents / base.total_cents
        assert Reader(plan).amount(worth / 100, plan.budget.currency) in title
        times = base.total_cents / base.revenue_cents
        said = locale.plain(times, int(times < 10))
        assert (locale.t(plan.meta.language, "deck.twice") if said == "2" else said) in title
    results = [
        locale.plain(one.conversions, 1) if one.conversions < 10 else locale.number(one.conversions)
        for one in plan.budget.scenarios
    ]
    rows = tables(slide)[0][1:]
    assert results in [row[1:] for row in rows]
    others = [cell for row in rows if row[1:] != results for cell in row[1:] if re.fullmatch(r"[\d,.]+", cell)]
    assert others
    assert [cell for cell in others if "." in cell] == []


@pytest.mark.parametrize("stem", ["solo-en", "shop-zh-tw"])
def test_sales_name_the_price_that_they_are_counted_at(stem: str) -> None:
    plan = example(stem)
    base = next(one for one in plan.budget.scenarios if one.name == "base")
    price = Reader(plan).amount((base.revenue_cents or 0) / 100 / base.conversions, plan.budget.currency)
    rows = [row for slide in deck(made(stem, "pptx")).slides for table in tables(slide) for row in table]
    heading = next(row[0] for row in rows if row[0].startswith(locale.t(plan.meta.language, "col.revenue")))
    said = float(re.sub(r"[^\d.]", "", heading.partition(locale.CURRENCY_SIGNS[plan.budget.currency])[2].split(" ")[0]))
    assert said == pytest.approx(float(re.sub(r"[^\d.]", "", price)), rel=0.02)


def test_titles_of_market_and_competitors_name_an_opening_each() -> None:
    for stem in ("tea-zh", "b2b-en", "shop-zh-tw"):
        plan = example(stem)
        names = [one.title[:12] for one in plan.market.openings]
        market, rivals = titles(deck(made(stem, "pptx")))[3:5]
        named_ = [next(name for name in names if name in words) for words in (market, rivals)]
        assert len(set(named_)) == 2
        most = max(plan.market.competitors, key=lambda one: one.followers.value or 0)
        assert most.name in rivals


def test_where_every_goal_is_ours_the_title_says_the_first_target() -> None:
    goal = min(example("sentence-zh").positioning.goals, key=lambda one: one.priority)
    assert f"{goal.target.value:g}" in titles(deck(made("sentence-zh", "pptx")))[2]


def test_few_openings_leave_their_room_to_practices_worth_borrowing() -> None:
    plan = example("sentence-zh")
    shown = [row[0] for table in tables(list(deck(made("sentence-zh", "pptx")).slides)[3]) for row in table]
    assert [one.why for one in plan.market.lessons if one.why not in shown] == [], "which practice it is"


@pytest.mark.parametrize("stem", ["tea-zh", "shop-zh-tw", "b2b-en"])
def test_latin_letters_have_a_font_that_is_on_every_machine(stem: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(stem, "pptx"))) as files:
        theme = files.read("ppt/theme/theme1.xml").decode("utf-8")
    assert re.findall(r'<a:latin typeface="([^"]+)"', theme)[:2] == ["Arial", "Arial"]


@pytest.mark.parametrize("stem", ["tea-zh", "shop-zh-tw", "b2b-en", "solo-en", "contradictory-en"])
def test_the_slide_of_the_crisis_has_both_tables_in_every_language(stem: str) -> None:
    plan = example(stem)
    levels, service = tables(slide_at(stem, 13))
    assert len(levels) == 1 + len(plan.engagement.levels)
    assert all("(1)" in row[-1] and "(2)" in row[-1] for row in levels[1:])
    said = [cell for row in service for cell in row]
    for one in plan.engagement.service:
        assert one.channel in said
        assert Reader(plan).minutes(one.minutes) in said


@pytest.mark.parametrize(
    ("metric", "one"),
    [("Pilot requests", "pilot request"), ("enquiries", "enquiry"), ("online orders", "online order"), ("MQLs", "MQL"), ("class", ""),
     ("Sales from all the shops we have", ""), ("footfall", "")],
)  # fmt: skip
def test_one_of_what_a_metric_counts(metric: str, one: str) -> None:
    assert singular(metric) == one


@pytest.mark.parametrize("stem", ["tea-zh", "contradictory-en", "b2b-en"])
def test_the_title_of_the_posts_is_true_and_none_of_them_is_cut(stem: str) -> None:
    plan = example(stem)
    posts = plan.adaptations.posts
    cores = {one.title: one.id for one in plan.adaptations.cores}
    inner = str.maketrans("“”", "‘’")
    made_ = deck(made(stem, "pptx"))
    slide = next(
        slide
        for slide in made_.slides
        if any(name.translate(inner)[:40] in slide.shapes.title.text_frame.text for name in cores)
        and not any(shape.has_table for shape in slide.shapes)
    )
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    shown = [one for one in posts if any(_said(one) == words.replace("\v", "\n") for words in texts)]
    assert str(len(shown)) in slide.shapes.title.text_frame.text
    cards = [words for words in texts if " · " in words and len(words) < 40 and words != plan.meta.brand]
    assert len(shown) == len(cards) >= 2


@pytest.mark.parametrize("stem", ["solo-en", "b2b-en", "shop-zh-tw"])
def test_the_posts_shown_have_no_place_to_fill_in(stem: str) -> None:
    blank = re.compile(r"［|\[\D")
    posts = example(stem).adaptations.posts
    shown = [
        one
        for slide in deck(made(stem, "pptx")).slides
        for shape in slide.shapes
        if shape.has_text_frame
        for one in posts
        if _said(one) == shape.text_frame.text.replace("\v", "\n")
    ]
    assert shown
    assert not [one.id for one in shown if blank.search(one.body)]


def _said(post: Any) -> str:
    lines = [post.title, *post.body.split("\n"), " ".join(f"#{tag}" for tag in post.hashtags)]
    return "\n".join(line.strip() for line in lines if line.strip())


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en"])
def test_bars_say_their_values_and_months_their_totals(stem: str) -> None:
    plan, found = example(stem), charts(deck(made(stem, "pptx")))
    pieces = [entry for entry in plan.calendar.entries if entry.kind != "buffer"]
    stacked = [
        one for one in found if sum(value or 0 for line in one.plots[0].series for value in line.values) == len(pieces)
    ]
    assert len(stacked) == 2
    assert all(line.data_labels.show_value for one in stacked for line in one.plots[0].series)
    totals = [int(re.findall(r"\d+", str(name))[-1]) for name in stacked[1].plots[0].categories]
    assert sum(totals) == len(pieces)


def test_a_value_without_room_in_its_part_of_the_bar_is_not_printed() -> None:
    found = charts(deck(made("large", "pptx")))
    months = next(
        one for one in found if len(list(one.plots[0].series)) == 9 and len(list(one.plots[0].categories)) == 12
    )
    least = re.fullmatch(r'\[<(\d+)\]"";#,##0', next(iter(months.plots[0].series)).data_labels.number_format)
    tallest = max(sum(bar) for bar in zip(*(one.values for one in months.plots[0].series), strict=True))
    assert least
    assert 0.05 * tallest < int(least[1]) < 0.1 * tallest


def test_the_axis_of_weeks_starts_on_the_first_of_them() -> None:
    plan = example("solo-en")
    hours = next(one for one in charts(deck(made("solo-en", "pptx"))) if "dateAx" in one._chartSpace.xml)
    assert next(iter(hours.plots[0].categories)) is not None
    assert "majorTimeUnit" in hours._chartSpace.xml
    unit = re.search(
        r'majorUnit val="(\d+)"/><c:majorTimeUnit val="days"', re.sub(r"\s*\n\s*", "", hours._chartSpace.xml)
    )
    assert unit
    assert int(unit[1]) % 7 == 0
    peak = max(
        {one.week for one in plan.team.weeks},
        key=lambda week: sum(one.hours for one in plan.team.weeks if one.week == week),
    )
    assert locale.day(peak, "en") in hours._chartSpace.xml


def test_dates_of_the_client_come_before_public_holidays() -> None:
    plan = example("b2b-en")
    slide = next(
        slide for slide in deck(made("b2b-en", "pptx")).slides if "fullest month" in slide.shapes.title.text_frame.text
    )
    shown = [row[1] for row in tables(slide)[0][1:]]
    assert [one.name for one in plan.calendar.key_dates if one.kind == "brand" and one.name not in shown] == []
    quiet = next(words for words in told(deck(made("b2b-en", "pptx"))) if "Nothing is published on" in words)
    assert "31 May" in quiet


@pytest.mark.parametrize("stem", ["contradictory-en", "solo-en", "tea-zh"])
def test_the_summary_says_idea_money_verdict_and_decisions(stem: str) -> None:
    plan = example(stem)
    words = "\n".join(
        shape.text_frame.text for shape in deck(made(stem, "pptx")).slides[1].shapes if shape.has_text_frame
    )
    assert plan.strategy.idea.line in words or plan.summary.idea in words
    assert plan.summary.money in words
    assert plan.summary.verdict in words
    assert plan.summary.decisions[0] in words
    assert ("contradicts itself" in words) is (stem == "contradictory-en")


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en", "solo-en", "shop-zh-tw"])
def test_no_gate_is_left_out(stem: str) -> None:
    plan = example(stem)
    gates = [one for one in plan.measurement.reviews if one.kind == "gate"]
    name = locale.t(plan.meta.language, "review.gate")
    rows = [row for table in tables(slide_at(stem, 15)) for row in table if name in row]
    assert len(rows) == len(gates)


def test_what_the_plan_assumes_is_marked_where_it_is_counted() -> None:
    mark = locale.t("zh-CN", "misc.assumption")
    for stem, marked in (("sentence-zh", True), ("tea-zh", False)):
        texts = [shape.text_frame.text for shape in deck(made(stem, "pptx")).slides[1].shapes if shape.has_text_frame]
        total = locale.t("zh-CN", "misc.total")
        assert any(words.startswith(total) and mark in words for words in texts) is marked
        assert (mark in slide_at(stem, 12).shapes.title.text_frame.text) is marked
        assert any(mark in row[0] for row in tables(slide_at(stem, 17))[0]) is marked


def test_a_platform_that_the_brief_wants_and_refuses_is_on_hold() -> None:
    rows = [row for table in tables(slide_at("contradictory-en", 10)) for row in table]
    told = {row[0]: row[1] for row in rows if len(row) == 3}
    assert told["TikTok"] == locale.t("en", "deck.barred_open")
    assert told["LinkedIn"] == locale.t("en", "deck.barred")


def test_a_count_from_nothing_is_told_as_a_part_of_its_target() -> None:
    for stem, said in (("b2b-en", r"\d% of the target at"), ("solo-en", r"\d% of the way to the target at")):
        goal = min(example(stem).positioning.goals, key=lambda one: one.priority)
        assert Reader(example(stem)).from_nothing(goal.baseline) is ("way" not in said)
        assert any(re.search(said, words) for words in titles(deck(made(stem, "pptx"))))


def test_a_goal_that_the_high_case_reaches_is_not_counted_as_missed() -> None:
    plan = example("tea-zh").model_copy(deep=True)
    goals = plan.positioning.goals
    for goal, status in zip(goals, ("infeasible", "stretch", "stretch", "feasible"), strict=False):
        goal.verdict = goal.verdict.model_copy(update={"status": status})
    made_ = titles(deck(to_pptx(plan)))
    assert "1个可达成、2个需冲刺、1个达不到" in made_[1]
    assert "1个可达成、2个需冲刺" in made_[14]


def test_a_goal_that_is_only_read_says_that_it_has_no_target() -> None:
    row = next(row for row in tables(slide_at("solo-en", 2))[0] if row[0].startswith("G6"))
    assert locale.t("en", "misc.no_target") in row
    assert locale.t("en", "status.watched") in row[-1].lower()
    assert all(all(cell for cell in row) for row in tables(slide_at("solo-en", 2))[0])


def test_a_rival_s_answer_begins_with_what_the_brand_does() -> None:
    answers = [row[-1] for row in tables(slide_at("b2b-en", 4))[0][1:]]
    rivals = [one.name for one in example("b2b-en").market.competitors if not one.status_quo]
    assert [one for one in answers if any(one.startswith(f"{name}:") for name in rivals)] == []


def test_a_rule_of_one_day_names_the_day() -> None:
    decks = [deck(made(stem, "pptx")) for stem in ("tea-zh", "shop-zh-tw", "sentence-zh")]
    shown = [cell for one in decks for slide in one.slides for table in tables(slide) for row in table for cell in row]
    dated = [cell for cell in shown if re.search("[该該]日[预預]", cell)]
    assert dated
    assert [cell for cell in dated if not re.match(r"\d+月\d+日：", cell)] == []


def test_owners_are_the_people_of_the_brief() -> None:
    plan = example("tea-zh")
    holders = {role.holder for role in plan.team.roles}
    head = locale.t("zh-CN", "col.owner")
    columns = [
        (table[0].index(head), table) for slide in deck(tea()).slides for table in tables(slide) if head in table[0]
    ]
    assert len(columns) >= 2
    assert {row[at] for at, table in columns for row in table[1:]} <= holders


def test_a_proof_shows_its_figure_and_a_claim_without_evidence_none() -> None:
    def large(stem: str) -> list[str]:
        shapes = [shape for shape in slide_at(stem, 6).shapes if shape.has_text_frame]
        runs = [
            run
            for shape in shapes
            if not shape.is_placeholder
            for one in shape.text_frame.paragraphs
            for run in one.runs
        ]
        return [run.text for run in runs if run.font.size.pt == BIG]

    assert large("b2b-en") == ["41%"]
    assert large("solo-en") == ["38 of 41"]
    assert large("contradictory-en") == []


def test_nothing_overflows_in_a_real_plan() -> None:
    assert list(overflows(deck(tea()))) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_overflows_however_long_the_text_is(language: str) -> None:
    made = deck(to_pptx(filled(lambda path: LONG[language], language)))
    assert list(overflows(made)) == []
    assert 15 <= len(made.slides) <= 20


def test_every_shape_of_a_slide_has_an_id_of_its_own() -> None:
    for slide in deck(tea()).slides:
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(set(ids)) == len(ids)


def test_what_a_slide_leaves_out_stands_in_its_notes() -> None:
    made = deck(to_pptx(filled(lambda path: f"{LONG['zh-CN']}{path}。")))
    personas = next(slide for slide in made.slides if "人群" in slide.shapes.title.text_frame.text)
    assert "personas.personas[0].objection" in personas.notes_slide.notes_text_frame.text


def charts(made: Any) -> list[Any]:
    return [shape.chart for slide in made.slides for shape in slide.shapes if shape.has_chart]


def test_charts_are_native_and_hold_the_plans_numbers() -> None:
    plan, made = example("tea-zh"), deck(tea())
    found = charts(made)
    assert len(found) >= 6
    money = next(
        shape.chart
        for slide in made.slides
        if "广告投放占总额" in slide.shapes.title.text_frame.text
        for shape in slide.shapes
        if shape.has_chart
    )
    assert sum(sum(one.values) for one in money.plots[0].series) == plan.budget.total_cents / 100
    hours = next(chart for chart in found if next(iter(chart.plots[0].series)).name == "所需工时")
    assert sum(next(iter(hours.plots[0].series)).values) == pytest.approx(sum(one.hours for one in plan.team.weeks))
    spans = next(
        chart
        for chart in found
        if len(chart.plots[0].categories) == len(plan.phases)
        and all(
            str(told).startswith(f"{one.id} {one.name}")
            for told, one in zip(chart.plots[0].categories, plan.phases, strict=True)
        )
    )
    before, lasting = (list(one.values) for one in spans.plots[0].series)
    assert before == [(one.start - plan.meta.start).days for one in plan.phases]
    assert lasting == [(one.end - one.start).days + 1 for one in plan.phases]
    pieces = sum(entry.kind != "buffer" for entry in plan.calendar.entries)
    stacked = [
        chart for chart in found if sum(value or 0 for one in chart.plots[0].series for value in one.values) == pieces
    ]
    assert len(stacked) == 2


def test_every_slide_has_its_number_and_speaker_notes_name_sources() -> None:
    made = deck(tea())
    slides = list(made.slides)
    assert all('type="sldNum"' in slide.part.blob.decode("utf-8") for slide in slides[1:])
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides]
    assert sum("来源：\n[" in note for note in notes) >= 6
    assert "sectionLst" in made.part.blob.decode("utf-8")


def test_what_a_partial_plan_lacks_is_marked() -> None:
    part = filled()
    for owner, field in (
        (part.calendar, "entries"), (part.platforms, "choices"), (part.adaptations, "posts"), (part.team, "weeks"), (part.risks, "risks"),
        (part.budget, "lines"), (part.positioning, "goals"), (part.kpis, "curve"), (part.measurement, "reviews"), (part.market, "hot_topics"),
        (part.market, "openings"), (part.market, "competitors"), (part.positioning, "proof"), (part.engagement, "service"),
    ):  # fmt: skip
        setattr(owner, field, [])
    part.conflicts = []
    made = deck(to_pptx(part))
    assert len(made.slides) == 20
    empty = [title for title in titles(made) if title.endswith("方案在这一部分还没有内容")]
    assert len(empty) == 10
    assert list(overflows(made)) == []


HOSTILE = '=HYPERLINK("javascript:x")\x0b\x07\u202e\ud800\uffff'


def test_21_23_hostile_text_stays_text() -> None:
    content = to_pptx(filled(lambda path: HOSTILE + path))
    made = deck(content)
    for chart in charts(made):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
        assert all(cell.hyperlink is None for sheet in book for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        rels = [files.read(name).decode() for name in files.namelist() if name.endswith(".rels")]
        slides = [
            files.read(name).decode("utf-8")
            for name in files.namelist()
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
    assert [one for one in rels if 'TargetMode="External"' in one] == []
    assert [one for one in slides if "\u202e" in one or "_x000" in one or "hlinkClick" in one] == []


def test_a_house_template_gives_layouts_size_and_theme() -> None:
    house = Presentation()
    house.slide_width, house.slide_height = Inches(13.333), Inches(7.5)
    house.slides.add_slide(house.slide_layouts[0]).shapes.title.text = "left over"
    saved = io.BytesIO()
    house.save(saved)
    made = deck(to_pptx(example("tea-zh"), saved.getvalue()))
    assert len(made.slides) == 20
    assert "left over" not in titles(made)
    assert {slide.slide_layout.name for slide in list(made.slides)[1:]} == {"Title Only"}
    assert made.slides[0].slide_layout.name == "Title Slide"
    with pytest.raises(TemplateError):
        to_pptx(filled(), b"no presentation")


def test_rendered_slides_keep_their_text_above_the_footer(tmp_path: Path) -> None:
    plans = {"tea.pptx": tea(), "long.pptx": to_pptx(filled(lambda path: LONG["en"], "en"))}
    for path in convert(tmp_path, plans, "pdf").values():
        listed = subprocess.run(
            [tool("pdftotext"), "-bbox", str(path), "-"], check=True, capture_output=True, text=True
        ).stdout
        pages = listed.split("<page ")[1:]
        assert len(pages) == 20
        for number, page in enumerate(pages[1:], 2):
            wide, high = (float(one) for one in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
            words = re.findall(r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
            out = [
                word
                for x, y, right, bottom, word in words
                if float(x) < 0 or float(right) > wide or float(bottom) > high
            ]
            assert out == [], (path.name, number)
            foot = [
                word
                for _, y, _, bottom, word in words
                if float(bottom) > high * 6.9 / 7.5 and float(y) < high * 6.94 / 7.5
            ]
            assert foot == [], (path.name, number)
            assert "\ufffd" not in page


def test_clipping_ends_with_a_sentence() -> None:
    words = "第一句话说完了。第二句话也说完了。第三句话很长很长很长很长很长很长很长。"
    assert fit.clip(words, 10, 100, 2) == "第一句话说完了。第二句话也说完了。"
    assert fit.clip("One long sentence without any end that goes on and on", 10, 100, 1).endswith("…")
    assert fit.clip("short", 10, 100, 1) == "short"


def test_shapes_of_the_deck_are_text_tables_charts_and_panels_only() -> None:
    kinds = {shape.shape_type for slide in deck(tea()).slides for shape in slide.shapes}
    assert kinds <= {
        MSO_SHAPE_TYPE.PLACEHOLDER,
        MSO_SHAPE_TYPE.TEXT_BOX,
        MSO_SHAPE_TYPE.TABLE,
        MSO_SHAPE_TYPE.CHART,
        MSO_SHAPE_TYPE.AUTO_SHAPE,
    }


def test_a_clipped_text_does_not_end_in_a_semicolon() -> None:
    for words in (
        "See whether reach is throttled; if not, half of it changes to the form that works.",
        "各平台的链接都建好并点过一遍；命名按同一张表，单列一组，不再改动。",
    ):
        assert not fit.clip(words, 10, 150, 2).rstrip("…").endswith((";", "；"))


def test_phases_are_told_with_their_days_beside_the_bar_and_their_share_in_it() -> None:
    plan = example("tea-zh")
    told = [
        (
            list(shape.chart.plots[0].categories),
            [point.data_label.text_frame.text for point in _points(shape.chart, len(plan.phases))],
        )
        for slide in Presentation(io.BytesIO(made("tea-zh", "pptx"))).slides
        for shape in slide.shapes
        if shape.has_chart and any(plan.phases[0].name in str(one) for one in shape.chart.plots[0].categories)
    ]
    shares = [int(one.rstrip("%")) for one in told[0][1]]
    money = [sum(line.cents for line in plan.budget.lines if line.phase == one.id) for one in plan.phases]
    assert len(told) == 1
    assert sum(shares) == 100
    assert all(abs(share - 100 * cents / sum(money)) < 1 for share, cents in zip(shares, money, strict=True))
    assert all(
        f"{one.start.month}月{one.start.day}日" in str(name) for one, name in zip(plan.phases, told[0][0], strict=True)
    )


def _points(chart: Any, count: int) -> list[Any]:
    return [list(chart.plots[0].series)[1].points[at] for at in range(count)]


def test_goals_of_the_brief_and_our_own_have_a_colour_each_on_the_way_to_the_target() -> None:
    plan = example("tea-zh")
    way = next(
        chart
        for chart in charts(deck(tea()))
        if [one.name for one in chart.plots[0].series]
        == [locale.t("zh-CN", f"deck.{key}") for key in ("asked", "proposed")]
    )
    asked, own = (list(one.values) for one in way.plots[0].series)
    assert [(one is None) for one in asked] == [(one is not None) for one in own]
    judged = sum(one.verdict.status in JUDGED for one in plan.positioning.goals)
    assert [one is not None for one in asked] == [True] * judged + [False] * (len(asked) - judged)


def test_the_way_to_a_target_does_not_count_what_is_there_already() -> None:
    plan = example("tea-zh")
    goal = plan.positioning.goals[0].model_copy(deep=True)
    goal.baseline.value, goal.target.value, goal.verdict.base = 85, 160, 89
    assert closed(Reader(plan), goal) == pytest.approx(4 / 75)
    goal.baseline.value = None
    assert closed(Reader(plan), goal) == pytest.approx(89 / 160)
    goal.baseline.value = 160
    assert closed(Reader(plan), goal) == pytest.approx(89 / 160)
    goal.baseline.value, goal.baseline.note = 85, locale.t("zh-CN", "kpi.last_period")
    assert closed(Reader(plan), goal) == pytest.approx(89 / 160)


def test_phases_without_money_have_no_share() -> None:
    plan = example("tea-zh").model_copy(deep=True)
    assert set(Reader(plan).phase_shares()) == {phase.id for phase in plan.phases}
    plan.budget.lines = []
    assert Reader(plan).phase_shares() == {}


def test_a_brief_that_contradicts_itself_has_a_slide_for_it() -> None:
    plan = example("contradictory-en")
    found = deck(to_pptx(plan))
    slide = next(one for one in found.slides if "contradicts itself" in one.shapes.title.text_frame.text)
    shown = " ".join(
        cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
    )
    grave = [one.message for one in plan.conflicts if one.severity == "error"]
    assert f"first {len(grave)} only" in slide.shapes.title.text_frame.text
    assert [row[0] for row in tables(slide)[0][1:]][: len(grave)] == grave
    assert len(grave) >= 5
    assert all(message in shown for message in grave)
    assert not any("contradicts" in title for title in titles(deck(to_pptx(example("solo-en")))))


@pytest.mark.parametrize("stem", ["contradictory-en", "sentence-zh", "solo-en", "tea-zh"])
def test_the_fullest_week_is_named_clear_of_the_line_above_it(stem: str) -> None:
    plan = example(stem)
    weeks = sorted({one.week for one in plan.team.weeks})
    need, have = (
        [sum(getattr(one, name) for one in plan.team.weeks if one.week == week) for week in weeks]
        for name in ("hours", "capacity")
    )
    at = max(range(len(weeks)), key=lambda place: need[place])
    near = 0.85 * have[at] < need[at] <= have[at]
    name = locale.t(plan.meta.language, "deck.needed")
    chart_ = next(one for one in charts(deck(made(stem, "pptx"))) if one.plots[0].series[0].name == name)
    told_ = [one for one in chart_.plots[0].series if "c:dLbl>" in one._element.xml]
    assert [one.name == name for one in told_] == [not near]
