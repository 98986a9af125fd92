"""The charts: numbers of the plan, words inside the picture, nothing but shapes and text in it."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pytest
from plan_filler import filled

from agent.export import charts, fonts
from agent.export.charts.canvas import WIDTH, fit, width, wrap
from agent.export.document import document
from agent.export.plots import Bars, Heat, Matrix, Range, Ranges, Series, Strip, Strips, Timeline
from agent.export.reader import Reader
from agent.export.sections import plots
from agent.export.typeset import pictures
from agent.export.view import Chart
from agent.plan.model import MarketingPlan

SVG = "{http://www.w3.org/2000/svg}"
IDS = {"budget-category", "budget-platform", "goals", "calendar", "mix", "scores", "risks", "workload", "phases"}


def drawn(plan: MarketingPlan) -> dict[str, Chart]:
    return {one.id: one for part in document(plan).sections for one in part.blocks if isinstance(one, Chart)}


def test_a_full_plan_has_every_chart_with_a_title_that_says_something(tea: MarketingPlan) -> None:
    found = drawn(tea)
    assert found.keys() == IDS
    assert all(len(one.title) > 8 for one in found.values())


@pytest.mark.parametrize("name", sorted(IDS))
def test_words_stay_inside_the_picture(tea: MarketingPlan, english: MarketingPlan, name: str) -> None:
    for plan in (tea, english):
        root = ElementTree.fromstring(charts.svg(drawn(plan)[name]))
        height = float(root.attrib["viewBox"].split()[3])
        for text in root.iter(f"{SVG}text"):
            if "transform" in text.attrib:
                continue
            space = width(text.text or "", float(text.attrib["font-size"]), bold="font-weight" in text.attrib)
            left = float(text.attrib["x"]) - space * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
            assert left >= -1, text.text
            assert left + space <= WIDTH + 1, text.text
            assert float(text.attrib["y"]) <= height, text.text


def test_money_in_the_charts_is_the_plans(tea: MarketingPlan) -> None:
    v = Reader(tea)
    for chart in (plots.budget_by_category(v), plots.budget_by_platform(v)):
        assert isinstance(chart.data, Bars)
        assert sum(value for one in chart.data.series for value in one.values) == tea.budget.total_cents


def test_pieces_in_the_charts_are_the_calendars(tea: MarketingPlan) -> None:
    v = Reader(tea)
    pieces = sum(one.kind != "buffer" for one in tea.calendar.entries)
    heat, mix = plots.calendar_heat(v).data, plots.content_mix(v).data
    assert isinstance(heat, Heat)
    assert isinstance(mix, Bars)
    assert sum(map(sum, heat.values)) == pieces
    assert sum(value for one in mix.series for value in one.values) == sum(
        one.kind != "buffer" and bool(one.pillar) for one in tea.calendar.entries
    )


def test_a_bar_is_as_long_as_its_number() -> None:
    data = Bars(("a", "b"), (Series("s", (30.0, 10.0), ("30", "10")),), ("30", "10"))
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", data)))
    first, second = (float(one.attrib["width"]) for one in root.iter(f"{SVG}rect"))
    assert first == pytest.approx(3 * second, abs=0.2)


def test_a_goal_without_numbers_draws_what_is_known() -> None:
    row = Range("G1", None, None, None, None, 5.0, ("?", "?", "5"), "unknown", None)
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", Ranges((row,), ("a", "b", "c")))))
    assert len(list(root.iter(f"{SVG}polygon"))) == 2


def test_a_week_over_capacity_is_marked() -> None:
    data = Strips(("w1", "w2"), (Strip("p", (9.0, 3.0), (5.0, 5.0)),), ("needed", "at hand", "too much"))
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", data)))
    tips = {one.findtext(f"{SVG}title"): one.attrib["class"] for one in root.iter(f"{SVG}rect") if len(one)}
    assert tips == {"p · w1: 9.0 / 5.0": "f-warn", "p · w2: 3.0 / 5.0": "f-s1"}


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9, 12])
def test_however_many_risks_share_a_cell_their_ids_stay_inside_it(count: int) -> None:
    marks = tuple((3, 4, f"S{at}", "a risk") for at in range(1, count + 1))
    root = ElementTree.fromstring(
        charts.svg(Chart("risks", "Risks", Matrix("x", "y", tuple("abcde"), tuple("12345"), marks)))
    )
    cells = list(root.iter(f"{SVG}rect"))
    cell = cells[2 * 5 + 3]
    left, top, wide, high = (float(cell.attrib[name]) for name in ("x", "y", "width", "height"))
    ids = [
        one
        for one in root.iter(f"{SVG}text")
        if one.attrib["text-anchor"] == "middle" and (one.text or "").startswith("S")
    ]
    assert [one.text for one in ids] == [f"S{at}" for at in range(1, count + 1)]
    places = []
    for one in ids:
        size, x, y = (float(one.attrib[name]) for name in ("font-size", "x", "y"))
        half = width(one.text or "", size, bold=True) / 2
        assert left - 0.5 <= x - half, one.text
        assert x + half <= left + wide + 0.5, one.text
        assert top <= y - 0.72 * size, one.text
        assert y <= top + high, one.text
        places.append((x, y))
    assert len(set(places)) == count


def test_hostile_words_are_text_in_the_picture() -> None:
    plan = filled(lambda path: "<script>alert(1)</script>\x00\u202e\"' &amp; ]]>", "en")
    for chart in drawn(plan).values():
        root = ElementTree.fromstring(charts.svg(chart))
        assert {one.tag for one in root.iter()} <= {
            f"{SVG}{tag}" for tag in ("svg", "rect", "line", "circle", "polygon", "text", "title")
        }


def test_text_is_cut_and_wrapped_to_the_space_there_is() -> None:
    assert fit("短", 100) == "短"
    assert fit("一二三四五六七八九十", 60).endswith("…")
    assert width(fit("一二三四五六七八九十", 60)) <= 60
    assert wrap("a long name of several words", 80)[0] == "a long name"
    assert wrap("a long name of several words", 80)[1].endswith("…")
    assert all(width(line) <= 50 for line in wrap("一二三四五六七八九十", 50))


def test_the_same_picture_comes_out_as_png(tea: MarketingPlan) -> None:
    chart = drawn(tea)["phases"]
    svg = charts.svg(chart)
    (png,) = pictures([svg], fonts.faces(frozenset(svg), "zh-CN"))
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * WIDTH


def test_a_part_with_nothing_in_it_says_so() -> None:
    plan = filled()
    plan.calendar.entries, plan.calendar.key_dates = [], []
    plan.calendar.rhythm = plan.calendar.buffer_rule = plan.calendar.timezone = ""
    section = next(one for one in document(plan).sections if one.id == "calendar")
    assert section.blocks
    assert not any(isinstance(one, Chart) for one in section.blocks)


def test_months_of_a_year_stand_over_the_timeline() -> None:
    plan = filled(language="en")
    plan.meta.start, plan.meta.end = dt.date(2027, 1, 15), dt.date(2027, 12, 31)
    data = plots.phases(Reader(plan)).data
    assert [name for _, name in data.months] == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # type: ignore[union-attr]


@pytest.mark.parametrize("count", [1, 11, 16, 20, 45])
def test_however_large_a_team_its_strips_stand_on_one_page(count: int) -> None:
    weeks = tuple(f"w{at}" for at in range(53))
    people = tuple(Strip(f"person {at}", (9.0,) * 53, (10.0,) * 53) for at in range(count))
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", Strips(weeks, people, ("needed", "at hand", "too much")))))
    high = float(root.attrib["height"])
    assert high <= 900
    assert all(float(one.attrib["y"]) + float(one.attrib["height"]) <= high for one in root.iter(f"{SVG}rect"))
    assert all(float(one.attrib["x"]) + float(one.attrib["width"]) <= 720.5 for one in root.iter(f"{SVG}rect"))
    named = {one.text for one in root.iter(f"{SVG}text")}
    assert {one.name for one in people} <= named


def test_long_numbers_of_a_goal_are_set_smaller_and_not_cut() -> None:
    said = "58,679,306 – 102,465,243 – 180,669,227"
    row = Range("G1", None, 1.0, 2.0, 3.0, 5.0, ("?", said, "5"), "unknown", None)
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", Ranges((row,), ("a", "b", "c")))))
    assert said in {one.text for one in root.iter(f"{SVG}text")}


def boxes(root: ElementTree.Element) -> list[tuple[str, float, float, float]]:
    """Every line of text: its words, where it begins and ends, its baseline."""
    found = []
    for one in root.iter(f"{SVG}text"):
        words, size = one.text or "", float(one.attrib["font-size"])
        space = width(words, size, bold="font-weight" in one.attrib)
        left = float(one.attrib["x"]) - space * {"start": 0, "middle": 0.5, "end": 1}[one.attrib["text-anchor"]]
        found.append((words, left, left + space, float(one.attrib["y"])))
    return found


def test_dates_of_a_timeline_hang_on_lines_that_cross_no_other_name() -> None:
    start = dt.date(2027, 2, 1)
    days = [0, 1, 2, 57, 70, 71, 100, 140, 176, 180]
    points = tuple(
        (start + dt.timedelta(day), f"an occasion number {at}", f"day {day}", f"Mon {day}")
        for at, day in enumerate(days)
    )
    data = Timeline(start, start + dt.timedelta(180), (), points, ())
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", data)))
    names = [box for box in boxes(root) if box[0].startswith("day")]
    lines = [
        (float(one.attrib["x1"]), float(one.attrib["y1"]), float(one.attrib["y2"]))
        for one in root.iter(f"{SVG}line")
        if one.attrib["x1"] == one.attrib["x2"] and float(one.attrib["y1"]) > 30
    ]
    assert len(names) == len(lines) > 6
    assert len(list(root.iter(f"{SVG}circle"))) == len(days)
    for words, left, right, base in names:
        assert left >= 0, words
        assert right <= WIDTH, words
        assert not [x for x, top, end in lines if left + 3.5 < x < right - 3.5 and top < base - 8 < end], words
        assert not [
            other for other, begin, end, y in names if y == base and other != words and begin < right and left < end
        ], words


def test_a_heat_map_is_as_wide_as_the_picture_and_its_legend_shows_the_steps_in_use() -> None:
    values = tuple((1,) * 12 if row == 1 else (0,) * 12 for row in range(7))
    data = Heat(("Mon",) * 7, tuple(map(str, range(12))), values, ("Mar", *[""] * 11), "none", "many")
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", data)))
    cells = list(root.iter(f"{SVG}rect"))
    assert max(float(one.attrib["x"]) + float(one.attrib["width"]) for one in cells) == pytest.approx(
        WIDTH - 2, abs=0.2
    )
    assert [one.attrib["class"] for one in cells[7 * 12 :]] == ["f-h0", "f-h2"]


def test_the_map_of_risks_names_every_risk_in_full_and_its_codes_can_be_read() -> None:
    title = "More asked of the followers than the money of the whole plan buys in the period"
    marks = tuple((3, 4, f"S{at}", title) for at in range(1, 10))
    english = ElementTree.fromstring(
        charts.svg(Chart("x", "x", Matrix("Impact", "Likelihood", tuple("abcde"), tuple("12345"), marks)))
    )
    said = " ".join(box[0] for box in boxes(english) if box[1] > 440)
    assert said.count(title) == 9
    sizes = {float(one.attrib["font-size"]) for one in english.iter(f"{SVG}text") if (one.text or "").startswith("S")}
    assert min(sizes) >= 10
    chinese = ElementTree.fromstring(
        charts.svg(Chart("x", "x", Matrix("影响", "可能性", tuple("abcde"), tuple("12345"), marks[:1])))
    )
    assert [one.text for one in english.iter(f"{SVG}text") if "transform" in one.attrib] == ["Likelihood"]
    assert not [one for one in chinese.iter(f"{SVG}text") if "transform" in one.attrib]
    assert [box[0] for box in boxes(chinese) if box[0] in "可能性"] == ["可", "能", "性"]


@pytest.mark.parametrize(
    ("words", "space", "lines"),
    [
        ("G1 到店人数（12周合计）", 120, ["G1 到店人数", "（12周合计）"]),
        ("净增粉丝数一共是12,345个", 130, ["净增粉丝数一共是", "12,345个"]),
    ],
)
def test_a_label_breaks_before_a_number_and_not_inside_it(words: str, space: float, lines: list[str]) -> None:
    assert wrap(words, space) == lines


def test_numbers_of_a_goal_that_lie_close_together_are_told_apart() -> None:
    row = Range("G2", 9000.0, 9083.0, 9130.0, 9313.0, 9130.0, ("9,000", "9,083 – 9,313", "9,130"), "feasible", True)
    root = ElementTree.fromstring(charts.svg(Chart("x", "x", Ranges((row,), ("a", "b", "c")))))
    tips = {one.findtext(f"{SVG}title"): one for one in root.iter() if one.find(f"{SVG}title") is not None}
    ring = float(tips["G2: 9,000"].attrib["cx"])
    spans = [one for one in root.iter(f"{SVG}rect") if one.attrib["class"] == "f-h2"]
    assert float(spans[-1].attrib["width"]) > 40
    assert float(spans[-1].attrib["x"]) - ring > 10


def test_hours_of_the_fullest_week_have_their_unit_and_room_at_the_edge(tea: MarketingPlan) -> None:
    found = boxes(ElementTree.fromstring(charts.svg(drawn(tea)["workload"])))
    hours = [box for box in found if " / " in box[0]]
    assert hours
    assert all(words.endswith(" 小时") and right <= WIDTH - 3 for words, _, right, _ in hours)


def test_money_that_all_platforms_share_is_not_said_to_be_the_first_platforms(english: MarketingPlan) -> None:
    plan = english.model_copy(deep=True)
    line = plan.budget.lines[0]
    line.platform, line.cents = "shared", plan.budget.total_cents * 10
    assert plots.budget_by_platform(Reader(plan)).title.startswith("What is for no platform alone takes 9")
    ads = next(one for one in plan.budget.lines if one.platform == "instagram" and one.cents)
    plan.budget.lines.append(ads.model_copy(update={"platform": "pinterest"}))
    assert plots.budget_by_platform(Reader(plan)).title.startswith("What all platforms share takes 9")
