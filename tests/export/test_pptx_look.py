"""What pictures of the slides showed, held where a program can measure it: type, cut sentences, wording, figures, colours, languages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from office import convert, example, made
from plan_filler import filled
from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from rendering import overlapping

from agent import locale
from agent.export.pptx import fit, to_pptx
from agent.export.pptx.charts import SHADES
from agent.export.pptx.ink import READ
from agent.export.pptx.table import Column, Words
from agent.locale import Count

PLANS = ("tea-zh", "sentence-zh", "shop-zh-tw", "b2b-en", "solo-en")
SMALL = 12.0
"""Type below this, in points, has to have a reason: its column is full."""
FULL = 0.8
"""Part of the slide's body that a full column reaches down to."""
BODY = (1.68, 6.78)
"""Upper and lower edge of the body in inches."""


def slides(stem: str) -> list[Any]:
    return list(Presentation(io.BytesIO(made(stem, "pptx"))).slides)


def title(slide: Any) -> str:
    return str(slide.shapes.title.text_frame.text)


def cells(slide: Any) -> Iterator[Any]:
    for shape in slide.shapes:
        if shape.has_table and not any("↑" in cell.text for row in shape.table.rows for cell in row.cells):
            yield from (cell for row in shape.table.rows for cell in row.cells)


def sizes(frame: Any) -> list[float]:
    return [run.font.size.pt for paragraph in frame.paragraphs for run in paragraph.runs if run.text]


def inches(length: int) -> float:
    return length / 914400


def small_type(slide: Any) -> Iterator[str]:
    """Tables and texts of the body in small type although their column ends high up."""
    found = []
    for shape in slide.shapes:
        texts = [cell.text_frame for row in shape.table.rows for cell in row.cells] if shape.has_table else []
        texts += [shape.text_frame] if shape.has_text_frame and not shape.is_placeholder else []
        used = [size for frame in texts for size in sizes(frame)]
        if used and inches(shape.top) > BODY[0] - 0.1 and inches(shape.top) < BODY[1] and "↑" not in words_of(shape):
            found.append((shape, min(used)))
    for shape, size in found:
        right = shape.left + shape.width
        beside = [one for one in slide.shapes if one.left < right and one.left + one.width > shape.left]
        below = [inches(one.top + one.height) for one in beside if inches(one.top) < BODY[1]]
        if size < SMALL and (max(below) - BODY[0]) / (BODY[1] - BODY[0]) < FULL and "…" not in words_of(shape):
            yield f"{title(slide)}: {size} pt, the column ends at {max(below):.1f} in: {words_of(shape)[:40]!r}"


def words_of(shape: Any) -> str:
    if shape.has_table:
        return " ".join(cell.text for row in shape.table.rows for cell in row.cells)
    return str(shape.text_frame.text) if shape.has_text_frame else ""


@pytest.mark.parametrize("stem", [*PLANS, "large"])
def test_type_is_never_below_twelve_points(stem: str) -> None:
    for slide in slides(stem)[1:]:
        assert list(small_type(slide)) == []
        used = [size for cell in cells(slide) for size in sizes(cell.text_frame)]
        assert min(used, default=SMALL) >= SMALL, title(slide)


@pytest.mark.parametrize("stem", [*PLANS, "large"])
def test_no_cell_of_a_table_is_cut_in_its_sentence(stem: str) -> None:
    cut = [(title(slide), cell.text) for slide in slides(stem) for cell in cells(slide) if cell.text.endswith("…")]
    assert cut == []


@pytest.mark.parametrize("stem", [*PLANS, "large"])
def test_a_table_says_how_much_it_leaves_out_and_never_more_than_half(stem: str) -> None:
    """More than half only of risks, key dates and first steps, of which a slide shows the first; then the two numbers make the whole."""
    plan = example(stem)
    wholes = {len(plan.risks.risks), len(plan.calendar.key_dates), len(plan.summary.first_30_days)}
    pattern = re.escape(locale.t(plan.meta.language, "deck.more", n="@")).replace("@", r"(\d+)")
    for slide in slides(stem):
        left = [int(found[1]) for shape in slide.shapes if (found := re.fullmatch(pattern, words_of(shape)))]
        shown = [len(shape.table.rows) - 1 for shape in slide.shapes if shape.has_table]
        told = sum(left) <= sum(shown) or any(sum(left) + rows in wholes for rows in shown)
        assert told, title(slide)


@pytest.mark.parametrize("stem", ["b2b-en", "solo-en", "large"])
def test_titles_count_as_english_does(stem: str) -> None:
    for words in map(title, slides(stem)):
        assert not re.search(r"\b1 (?!of\b)\w+s\b(?! in| of)", words) or re.search(r"\b1 \w+ss\b", words), words
        assert not re.search(r"\b0 of|: \d+(?:[;.](?!\d)|$)", words), words


def test_a_count_chooses_the_wording_for_one_or_for_more() -> None:
    assert f"{Count(1):# post|# posts} {Count(2):# post|# posts} {Count(1200)}" == "1 post 2 posts 1,200"
    assert f"{Count(1):|; none of # goals}" == ""
    assert f"{Count(3):|; none of # goals}" == "; none of 3 goals"


@pytest.mark.parametrize("stem", PLANS)
def test_no_title_begins_with_a_quotation_mark(stem: str) -> None:
    assert [words for words in map(title, slides(stem)) if words[0] in "“‘\"'"] == []


@pytest.mark.parametrize(("stem", "lang"), [("tea-zh", "zh-CN"), ("shop-zh-tw", "zh-TW"), ("b2b-en", "en-US")])
def test_every_run_says_its_language_and_no_sign_hangs_out_of_its_box(stem: str, lang: str) -> None:
    for slide in slides(stem):
        assert {run.get("lang") for run in slide.element.iter(qn("a:rPr"))} == {lang}
        written = [one for one in slide.element.iter(qn("a:p")) if one.find(qn("a:r")) is not None]
        assert all(one.pPr.get("hangingPunct") == "0" for one in written if one.pPr is not None)


@pytest.mark.parametrize("stem", ["tea-zh", "b2b-en"])
def test_a_forecast_is_the_same_figure_on_the_slides_as_in_the_plans_prose(stem: str) -> None:
    plan, made = example(stem), slides(stem)
    goal = next(one for one in plan.positioning.goals if one.verdict.base and one.verdict.base >= 1000)
    said = locale.compact(goal.verdict.base or 0)
    assert said in plan.summary.verdict
    row = [cell.text for cell in cells(made[2])]
    assert any(said in words for words in row)
    exact = f"{goal.verdict.base:,.0f}"
    assert exact == said or not any(exact in words for slide in made for words in map(words_of, slide.shapes))


@pytest.mark.parametrize("stem", PLANS)
def test_the_format_mix_names_every_format_while_colours_last(stem: str) -> None:
    plan = example(stem)
    formats = {entry.format for entry in plan.calendar.entries if entry.kind != "buffer"}
    names = {locale.t(plan.meta.language, f"format.{name}") for name in formats}
    charts = [shape.chart for slide in slides(stem) for shape in slide.shapes if shape.has_chart]
    found = [
        ({one.name for one in chart.plots[0].series}, set(map(str, chart.plots[0].categories))) for chart in charts
    ]
    assert any(names in pair for pair in found)
    assert len(formats) <= len(SHADES)


def test_series_of_one_chart_have_colours_of_their_own() -> None:
    assert len(set(SHADES)) == len(SHADES)


def test_columns_with_short_words_keep_them_on_one_line() -> None:
    for stem in PLANS:
        now = locale.t(example(stem).meta.language, "col.baseline")
        for shape in slides(stem)[2].shapes:
            if shape.has_table:
                heads = [cell.text for cell in shape.table.rows[0].cells]
                at = heads.index(now)
                for row in list(shape.table.rows)[1:]:
                    cell = row.cells[at]
                    room = (shape.table.columns[at].width - cell.margin_left - cell.margin_right) / 12700
                    assert fit.count(cell.text, sizes(cell.text_frame)[0], room) == 1, cell.text


@pytest.mark.parametrize("stem", PLANS)
def test_the_day_of_all_goals_is_said_once(stem: str) -> None:
    plan = example(stem)
    day = locale.day(plan.positioning.goals[0].deadline, plan.meta.language, year=True)
    others = [one for one in plan.positioning.goals if one.deadline != plan.positioning.goals[0].deadline]
    said = [
        cell.text
        for shape in slides(stem)[2].shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert day not in said
    told = [shape.text_frame.text for shape in slides(stem)[2].shapes if shape.has_text_frame]
    line = next(words for words in told if day in words)
    assert all(f"{one.id} {locale.day(one.deadline, plan.meta.language)}" in line for one in others)


@pytest.mark.parametrize("stem", PLANS)
def test_a_number_keeps_off_the_words_to_its_right(stem: str) -> None:
    for slide in slides(stem):
        for shape in slide.shapes:
            for row in shape.table.rows if shape.has_table else ():
                for left, right in pairwise(row.cells):
                    if (_side(left), _side(right)) == (PP_ALIGN.RIGHT, PP_ALIGN.LEFT):
                        assert (left.margin_right + right.margin_left) / 12700 >= 20, (left.text, right.text)


def _side(cell: Any) -> Any:
    return cell.text_frame.paragraphs[0].alignment


def test_text_is_shortened_to_whole_sentences_before_any_is_cut() -> None:
    words = "See whether reach is throttled. If it is not, half of it changes to the form that works better there."
    assert fit.sentences(words, 10, 150, 2) == "See whether reach is throttled."
    assert fit.sentences("一句话。另一句话说得很长很长很长很长很长很长很长很长。", 10, 100, 1) == "一句话。"
    assert fit.sentences("One long sentence that no line holds but that is kept whole", 10, 100, 1).endswith("whole")


def test_latin_letters_are_measured_as_wide_as_the_font_that_stands_in() -> None:
    assert fit.width("iiii", 10) < fit.width("nnnn", 10) < fit.width("mmmm", 10)
    assert fit.width("Reviews", 10) < fit.width("Reviews", 10, bold=True)
    assert fit.width("品牌", 10) == fit.width("品牌", 10, bold=True) == 20
    assert fit.width("27周", 10) > fit.width("27", 10) + 10


def test_rendered_words_of_slides_do_not_run_over_each_other(tmp_path: Path) -> None:
    files = {f"{stem}.pptx": made(stem, "pptx") for stem in ("tea-zh", "b2b-en", "shop-zh-tw")}
    files["filled.pptx"] = to_pptx(filled(lambda path: f"Some words about {path}. And more of them.", "en"))
    for path in convert(tmp_path, files, "pdf").values():
        assert overlapping(path) == [], path.name


def test_a_table_is_shortened_to_whole_sentences_before_it_gets_hard_to_read() -> None:
    said = "The marketing manager finds the first post and the most shared one. Then they tell the owner. Then they write it down."
    columns = [Column("Level", bold=True), Column("Steps"), Column("Then")]
    long = Words(columns, [[f"Level {at}", said, said] for at in range(8)])
    size, _, kept, heights = long.squeeze(600, 300, 10)
    assert size == READ
    assert 4 <= len(kept) < 8
    assert not [cell for row in kept for cell in row if cell.endswith("…")]
    assert sum(heights) <= 300
    few = Words(columns, [[f"Level {at}", said, said] for at in range(4)])
    size, _, kept, _ = few.squeeze(400, 220, 10)
    assert (size < READ, len(kept)) == (True, 4)
