"""One number is told one way: shares come to a hundred, a forecast is rounded alike wherever it stands, one platform is one."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path

import pytest

from agent import locale
from agent.brief import read_brief
from agent.export.markdown import to_markdown
from agent.export.reader import Reader
from agent.frame import build_frame
from agent.knowledge import load
from agent.locale import Count
from agent.plan.insight import Verdict
from agent.plan.model import MarketingPlan
from agent.run.build import build_plan

BRIEFS = sorted((Path(__file__).parents[2] / "examples" / "briefs").iterdir())
DAY = dt.date(2026, 11, 23)


@functools.cache
def made(source: Path) -> MarketingPlan:
    taken, knowledge = read_brief(source, as_of=DAY), load()
    return build_plan(taken, knowledge, build_frame(taken.filled, as_of=DAY, knowledge=knowledge), model="playbook")


@functools.cache
def written(source: Path) -> str:
    return to_markdown(made(source))


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_the_weights_of_the_criteria_come_to_a_hundred(source: Path) -> None:
    rows = re.findall(r"^\| [^|]*?[（(](\d+)%[）)] \|", written(source), re.M)
    heads = [line for line in written(source).split("\n") if line.startswith("| ") and line.count("%") >= 9]
    shown = [int(part) for part in rows or re.findall(r"[（(](\d+)%[）)]", heads[0])]
    assert len(shown) == 9
    assert sum(shown) == 100


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_forecast_is_told_in_three_figures_outside_its_working(source: Path) -> None:
    plan, text = made(source), written(source)
    plain = "\n".join(line for line in text.split("\n") if not re.search(r" [=+×÷] |→", line))
    for goal in plan.positioning.goals:
        for value in (goal.verdict.low, goal.verdict.base, goal.verdict.high):
            if value and value >= 1000 and goal.target.unit != "%" and locale.three(value) != value:
                exact = f"{round(value):,}"
                assert not re.search(rf"(?<![\d,]){re.escape(exact)}(?![\d,])", plain), (goal.id, exact)


def test_estimates_keep_what_is_no_count() -> None:
    view = Reader(made(BRIEFS[0]))
    assert view.estimate(2554.7, "count") == "2,555"
    assert view.estimate(25547.0, "count") == "25,500"
    assert view.estimate(999.0, "count") == "999"
    assert view.estimate(1234.0, "min") == view.amount(1234.0, "min")
    assert view.outlook(Verdict(status="unknown", text="", steps=[]), "count") == ""


@pytest.mark.parametrize(("number", "told"), [(1, "platform in use"), (2, "platforms in use")])
def test_one_platform_is_one(number: int, told: str) -> None:
    assert locale.t("en", "deck.active_platforms", n=Count(number)) == told


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_nobody_leads_who_shares_the_first_place(source: Path) -> None:
    plan = made(source)
    active = [one for one in plan.platforms.choices if one.role in ("primary", "support")]
    tied = [one for one in active if f"{one.total:.1f}" == f"{active[0].total:.1f}"]
    assert len(tied) == 1 or not re.search(r"leads with|comes out ahead|居前|排在前面", plan.platforms.logic)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_an_assumption_of_one_kind_is_one_line_of_the_sources(source: Path) -> None:
    text = written(source)
    lines = re.findall(r"^\d+\. (?:〔[设設]〕|\[A\] )(.+)$", text, re.M)
    assert len(lines) > 5
    heads = [re.split(r" · |（|\(|(?<=[a-z]) \(", line)[0] for line in lines]
    assert {head for head in heads if heads.count(head) > 1} == set()


def test_a_line_of_several_assumptions_names_them_all() -> None:
    text = written(next(one for one in BRIEFS if one.name.startswith("tea")))
    line = next(line for line in text.split("\n") if "每千次触达净增粉" in line and "策划假设" in line)
    assert "（小红书、抖音" in line
    numbers = [int(number) for number in re.findall(r"^(\d+)\. (?:〔|\[)", text, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    cited = {int(one) for group in re.findall(r"\[(\d+(?:, \d+)*)\]", text) for one in group.split(", ")}
    assert cited <= set(numbers), "every number cited stands in the list"
