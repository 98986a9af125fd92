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


@pytest.mark.parametrize("stem", ["tea-zh", "sentence-zh", "shop-zh-tw", "b2b-en", "large"])
def test_fifteen_to_twenty_slides_each_with_a_message_that_holds_a_number(stem: str) -> None:
    found = titles(deck(made(stem, "pptx")))
    assert 15 <= len(found) <= 20
    assert [title for title in found[1:] if not re.search(r"\d", title) or len(title) < 12] == []
    assert len(set(found)) == len(found)


def test_platforms_that_lead_alike_are_both_named_and_unused_ones_have_no_bar() -> None:
    plan = example("tea-zh").model_copy(deep=True)
    active = [one for one in plan.platforms.choices if one.role in ("primary", "support")]
    for one in active[:2]:
        one.role, one.total = "primary", 3.8
    made_ = deck(to_pptx(plan))
    title = next(one for one in titles(made_) if "3.8" in one)
    assert "小红书" in title
    assert "抖音" in title
    slide = next(one for one in made_.slides if one.shapes.title is not None and one.shapes.title.text == title)
    bars = next(one.chart for one in slide.shapes if one.has_chart)
    assert len(list(bars.plots[0].categories)) == len(active)


def test_nothing_overflows_in_a_real_plan() -> None:
    assert list(overflows(deck(tea()))) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_overflows_however_long_the_text_is(language: str) -> None:
    made = deck(to_pptx(filled(lambda path: LONG[language], language)))
    assert list(overflows(made)) == []
    assert 15 <= len(made.slides) <= 21  # one more where the brief contradicts itself


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
        if "总额" in slide.shapes.title.text_frame.text
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
    made = deck(to_pptx(part))
    assert len(made.slides) == 20 + bool(part.conflicts)
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
        assert len(pages) == (21 if path.stem == "long" else 20)
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
    assert len(grave) >= 5
    assert all(message in shown for message in grave)
    assert not any("contradicts" in title for title in titles(deck(to_pptx(example("solo-en")))))
