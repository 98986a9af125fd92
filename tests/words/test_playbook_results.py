"""KPIs, measurement, risks and budget by the playbook: said once, read by the week, true to the brief."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from example_plans import BRIEFS, DAY, made

from agent.brief import read_brief
from agent.checks.walk import prose
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.base import bound
from agent.run.build import build_plan
from agent.words.playbook.kpis import TOLD

PARTS = ("kpis", "measurement", "risks", "budget")


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_prose_keeps_to_the_length_of_its_field(source: Path) -> None:
    plan, _ = made(source)
    long = [
        (one.path, one.text)
        for one in prose(plan)
        if one.path.split(".")[0] in PARTS and len(one.text) > bound(one.words, plan.meta.language)
    ]
    assert long == []


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_reading_is_said_of_few_kpis_and_never_twice(source: Path) -> None:
    plan, _ = made(source)
    said = [kpi.reading for kpi in plan.kpis.kpis if kpi.reading]
    assert 8 <= len(said) < len(plan.kpis.kpis)
    assert len(set(said)) == len(said)
    assert max(Counter(kpi.kind for kpi in plan.kpis.kpis if kpi.reading).values()) <= 4 * TOLD


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_sum_of_the_period_is_no_weekly_threshold(source: Path) -> None:
    plan, frame = made(source)
    rows = {row.metric: row.threshold for row in plan.measurement.rules}
    months = max(1.0, (frame.end - frame.start).days / 30.44)
    for kpi, row in zip(plan.kpis.kpis, frame.kpis, strict=True):
        if kpi.name in rows and row.kpi in ("impressions", "clicks", "followers_net", "reads"):
            number = float("".join(c for c in rows[kpi.name] if c.isdigit() or c == "."))
            assert 0 < number <= (row.target.low or 0.0) / months * 1.1 + 0.1


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_creators_of_one_size_are_briefed_once_on_a_platform(source: Path) -> None:
    plan, _ = made(source)
    kinds = [(row.role, row.tier, row.platform) for row in plan.budget.creators]
    for place, row in enumerate(plan.budget.creators):
        assert bool(row.brief) == (kinds.index(kinds[place]) == place)
        assert row.choose


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_weekly_reviews_ask_different_things(source: Path) -> None:
    plan, _ = made(source)
    asked = [review.question for review in plan.measurement.reviews if review.kind == "weekly"]
    assert all(first != second for first, second in pairwise(asked))
    assert len(set(asked)) >= min(len(asked), 12)


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_money_limits_are_told_as_they_stand(source: Path) -> None:
    plan, frame = made(source)
    hired = {row.platform for row in frame.budget.creators}
    for line in plan.budget.paid:
        assert line.platform in hired or not any(word in line.format for word in ("达人", "達人", "創作者", "creators"))
    assert sum(line.cents for line in plan.budget.lines) == plan.budget.total_cents


def test_a_shop_that_loses_hardly_a_follower_is_told_so() -> None:
    """A range that rounds to nothing has no figures to name; found by generated briefs."""
    brief = {
        "brand": "森丘露營", "about": "苗栗親子露營區", "language": "zh-TW", "markets": ["TW"], "budget": "NT$34500",
        "products": [{"name": "週末營位", "price": "NT$1,600"}], "platforms": {"must": ["Instagram", "Facebook"]},
        "period": "2027-05-31 to 2027-07-18", "team": [{"title": "小編", "hours": 27}],
    }  # fmt: skip
    intake = read_brief(brief, as_of=DAY)
    frame = build_frame(intake.filled, as_of=DAY, knowledge=load())
    plan = build_plan(intake, load(), frame, model="playbook")
    lost = [kpi for kpi in plan.kpis.kpis if kpi.id.startswith("followers_lost") or "lost" in kpi.id]
    assert any(kpi.reading for kpi in lost) or not lost
    assert [f for f in plan.findings if f.severity == "error"] == []


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_less_than_one_of_what_is_counted_is_told_as_none(source: Path) -> None:
    plan, _ = made(source)
    told = [kpi.reading for kpi in plan.kpis.kpis] + [row.threshold for row in plan.measurement.rules]
    assert [words for words in told if re.search(r"每[周週月天]0\.|(?<![\d.])0\.\d+ a (?:week|month|day)", words)] == []


@pytest.mark.parametrize("source", BRIEFS, ids=lambda p: p.name)
def test_a_clients_target_stands_beside_the_forecast_and_sales_say_whose_they_are(source: Path) -> None:
    plan, _ = made(source)
    wanted = {one.id: one.target for one in plan.positioning.goals if one.origin == "brief"}
    for kpi in plan.kpis.kpis:
        if kpi.asked and kpi.asked.value is not None and wanted[kpi.goal].value is not None:
            assert kpi.asked.sources == wanted[kpi.goal].sources
        if kpi.id == "sales" and kpi.target.kind == "assumption":
            assert re.search("本方案|attributed to this plan", kpi.name)
    assert [words for words in plan.measurement.utm if "<" in words] == []


def test_a_plan_for_a_market_without_rules_lists_its_laws_and_no_other_does() -> None:
    found = {source.name: made(source)[0] for source in BRIEFS}
    assert {name for name, plan in found.items() if plan.laws} == {
        name for name, plan in found.items() if "TW" in plan.meta.markets
    }
    laws = next(plan for plan in found.values() if "TW" in plan.meta.markets).laws
    assert any("食品安全" in one.law and one.asks for one in laws)


def test_one_person_alone_has_no_stand_in_against_a_risk() -> None:
    plan, _ = made(next(one for one in BRIEFS if one.name.startswith("solo-en")))
    told = [words for one in plan.risks.risks if one.kind == "brief" for words in (one.prevention, *one.response)]
    assert [one for one in told if re.search(r"stand-in|somebody (?:else|other)|two people|outside help", one)] == []
