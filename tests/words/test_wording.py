"""How the playbook says what it knows: wishes, lists, figures, shortened quotations, the pack that speaks for a kind of shop."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.export.reader import Reader
from agent.export.sections.results import _hypothesis
from agent.frame import build_frame
from agent.knowledge import load
from agent.locale import percent, rate
from agent.plan.base import Figure
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan
from agent.words.playbook.facts import gather
from agent.words.playbook.figures import amount, figure
from agent.words.playbook.match import finer_pack, wish
from agent.words.playbook.voice import clip, join

BRIEFS = Path(__file__).parents[2] / "examples" / "briefs"
AS_OF = dt.date(2026, 11, 23)


def made(stem: str) -> MarketingPlan:
    intake = read_brief(next(path for path in BRIEFS.iterdir() if path.stem == stem), as_of=AS_OF)
    knowledge = load()
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge)
    return build_plan(intake, knowledge, frame, model="playbook")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("What I'd like is to fill the workshops. They run twice a month", "fill the workshops"),
        ("We want to double our orders", "double our orders"),
        ("Our goal is 30 pre-orders a week", "30 pre-orders a week"),
        ("LinkedIn followers 1,850 -> 4,000", "LinkedIn followers 1,850 -> 4,000"),
        ("views of 2.4% or more", "views of 2.4% or more"),
        ("想从明年三月开始把小红书做起来，多一些客人", "从明年三月开始把小红书做起来，多一些客人"),
        ("想象力", "想象力"),
        ("希望三年内线上订单占一半。另外开店", "三年内线上订单占一半"),
    ],
)
def test_a_wish_is_told_without_its_lead_in(said: str, wanted: str) -> None:
    assert wish(said) == wanted


@pytest.mark.parametrize(
    ("text", "limit", "wanted"),
    [
        ("一品原浆 9.9 元/瓶（东北非转基因大豆，整豆磨，不滤渣）", 26, "一品原浆 9.9 元/瓶"),
        ("Dry cider (5.2%, £3 a bottle, from Devon)", 24, "Dry cider"),
        ("先泡茶（八小时），再装瓶，装好后放进冰柜里慢慢卖", 14, "先泡茶（八小时），再装瓶"),
    ],
)
def test_a_cut_leaves_no_bracket_open(text: str, limit: int, wanted: str) -> None:
    assert clip(text, limit) == wanted


def test_reply_times_are_hours_from_two_hours_on() -> None:
    assert [amount(value, "min", "en") for value in (30, 119, 120, 1440)] == ["30 min", "119 min", "2 h", "24 h"]
    assert [amount(value, "min", "zh-CN") for value in (30, 480)] == ["30分钟", "8小时"]


def test_rates_keep_a_second_decimal_below_two_per_cent() -> None:
    assert [rate(value) for value in (0.0078, 0.0116, 0.0209, 0.031, -0.974)] == [
        "0.78%",
        "1.16%",
        "2.1%",
        "3.1%",
        "-97.4%",
    ]


def test_a_range_below_nothing_is_told_in_words() -> None:
    loss = Figure(value=-0.99, low=-0.998, high=-0.974, unit="%", kind="assumption")
    assert figure(loss, "zh-CN") == "-99.8%到-97.4%"
    assert figure(loss, "en") == "-99.8% to -97.4%"


def test_a_figure_before_the_last_item_has_a_space_behind_it() -> None:
    assert (
        join(["小红书 3,200", "抖音 1,100", "微信公众号 5,400"], "zh-CN")
        == "小红书 3,200、抖音 1,100 和微信公众号 5,400"
    )
    assert join(["小红书", "抖音"], "zh-CN") == "小红书和抖音"


def test_a_cafe_has_a_pack_of_its_own() -> None:
    assert finer_pack("restaurant", "社区咖啡馆") == finer_pack("restaurant", "a café in Leeds") == "cafe"
    assert finer_pack("restaurant", "川菜馆") == finer_pack("beverage", "咖啡") == ""
    intake = read_brief(BRIEFS / "sentence-zh.txt", as_of=AS_OF)
    frame = build_frame(intake.filled, as_of=AS_OF, knowledge=load())
    questions = gather(intake.filled, frame).pack["questions"]
    assert "不喝咖啡可以点什么？" in questions
    assert "不吃辣可以点什么？" not in questions


def test_what_the_client_wants_reads_on() -> None:
    plan = made("solo-en")
    assert "fill the workshops" in plan.summary.situation
    assert "What I'd like" not in plan.summary.situation


def test_sources_quote_as_their_language_does() -> None:
    quoted = [one.title for one in made("shop-zh-tw").sources if one.id.startswith("brief:") and "：" in one.title]
    assert quoted
    assert [title for title in quoted if "“" in title or '"' in title] == []
    assert all("：「" in title for title in quoted)


def test_titles_of_sources_are_in_the_plans_characters() -> None:
    told = " ".join(f"{one.title} {one.publisher}" for one in made("shop-zh-tw").sources if one.id.startswith("kb:"))
    assert set(told) & set("书户态荐说报总备广发条网与红") == set()
    assert "own computation" not in told


def test_a_verdict_tells_the_figure_of_its_table() -> None:
    goal = made("sentence-zh").positioning.goals[0]
    assert goal.verdict.base is not None
    assert f"约带来 {round(goal.verdict.base)} 个转化" in goal.verdict.text


def test_an_experiment_starts_from_one_rate() -> None:
    """The hypothesis and the line below it, which names the source, tell the same figure."""
    plan = made("solo-en")
    told = ["".join(span.text for span in _hypothesis(Reader(plan), one)) for one in plan.measurement.experiments]
    assert told
    for one, words in zip(plan.measurement.experiments, told, strict=True):
        assert one.base is not None
        assert words.count(percent(one.base.value or 0.0, 2)) >= 2
