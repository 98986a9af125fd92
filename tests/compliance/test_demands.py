"""Briefs whose owners ask for the unlawful: each point is declined with its article and an offer, and the approvals get their days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.brief.model import BrandBrief
from agent.compliance import Demand, category_of, demands, demands_of, load_rules, requirements

BRIEFS = Path(__file__).parent / "briefs"
AS_OF = dt.date(2026, 11, 23)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "briefs"


def brief(name: str) -> BrandBrief:
    return read_brief(BRIEFS / f"{name}.yaml", as_of=AS_OF).brief


WANTED = {
    "health-food-cn": (
        {"must_say[0]", "must_say[1]", "must_say[2]", "constraints[0]", "products[0].selling_points[0]", "products[0].selling_points[1]"},
        "广告法 第十八条",
        {"cn.hf.review", "cn.hf.notice", "cn.hf.function"},
    ),
    "alcohol-uk": (
        {"must_say[0]", "must_say[1]", "constraints[0]", "audience[0]", "products[0].selling_points[0]"},
        "CAP Code s. 18",
        {"uk.alcohol.audience", "uk.alcohol.notice", "uk.copy.advice"},
    ),
    "skincare-koc-cn": (
        {"must_say[0]", "constraints[0]", "constraints[1]", "constraints[2]", "products[0].selling_points[0]", "products[0].selling_points[1]"},
        "广告法 第十四条",
        {"cn.koc.label", "cn.beauty.record", "cn.ad.file"},
    ),
    "green-us": (
        {"must_say[0]", "must_say[1]", "constraints[0]", "products[0].selling_points[0]"},
        "16 CFR 260",
        {"us.green.file"},
    ),
    "training-cn": (
        {"must_say[0]", "must_say[1]", "constraints[0]", "products[0].selling_points[0]", "products[0].selling_points[1]"},
        "广告法 第二十四条",
        {"cn.education"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WANTED)
def test_each_unlawful_point_is_found_and_nothing_else(name: str) -> None:
    places, law, _ = WANTED[name]
    found = demands(brief(name))
    assert {one.where for one in found} == places
    assert any(law in one.law for one in found)
    assert all(one.why and one.alternatives and one.words in one.message and one.law in one.message for one in found)


@pytest.mark.parametrize("name", WANTED)
def test_the_plan_gets_approvals_notices_and_days(name: str) -> None:
    one = brief(name)
    start = one.period.start
    assert start is not None
    rows = requirements(one, start=start, as_of=AS_OF)
    assert {row.id for row in rows} >= WANTED[name][2]
    assert all(row.due <= start and row.text and row.law and row.parts for row in rows)
    assert [row.due for row in rows] == sorted(row.due for row in rows)


def test_due_days_are_counted_back_in_working_days_and_lateness_is_told() -> None:
    one = brief("health-food-cn")
    start = dt.date(2027, 3, 1)
    review = next(row for row in requirements(one, start=start, as_of=AS_OF) if row.id == "cn.hf.review")
    assert review.due == dt.date(2027, 2, 8)
    assert not review.late
    holiday = {dt.date(2027, 2, day) for day in range(5, 12)}
    shifted = requirements(one, start=start, as_of=AS_OF, works=lambda day: day.weekday() < 5 and day not in holiday)
    assert next(row for row in shifted if row.id == "cn.hf.review").due < dt.date(2027, 2, 5)
    late = next(row for row in requirements(one, start=start, as_of=dt.date(2027, 2, 22)) if row.id == "cn.hf.review")
    assert late.late
    assert late.earliest == dt.date(2027, 3, 15)


def test_declined_and_held_points_are_told_apart() -> None:
    found: list[Demand] = demands(brief("skincare-koc-cn"))
    assert {one.where: one.declined for one in found}["products[0].selling_points[1]"] is False
    assert {one.where: one.declined for one in found}["constraints[0]"] is True


@pytest.mark.parametrize(("name", "category"), [("alcohol-uk", "alcohol"), ("health-food-cn", "health_food"), ("training-cn", "education")])  # fmt: skip
def test_the_words_of_a_brief_tell_the_category_more_finely(name: str, category: str) -> None:
    assert category_of(brief(name)) == category


def test_what_must_not_be_said_is_no_demand() -> None:
    one = brief("training-cn").model_copy(
        update={"must_say": [], "constraints": [], "products": [], "never_say": ["包过", "通过率98%"]}
    )
    assert demands(one) == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_the_example_briefs_demand_nothing_unlawful(path: Path) -> None:
    assert [one.message for one in demands(read_brief(path, as_of=AS_OF).brief) if one.declined] == []


@pytest.mark.parametrize("name", [*WANTED, "contradictory"])
def test_a_point_cites_the_provision_that_it_names(name: str) -> None:
    """Rules that several regions share have an article in each."""
    laws = load_rules().laws
    if name == "contradictory":
        found = demands_of(read_brief(EXAMPLES / "contradictory-en.yaml", as_of=AS_OF))
    else:
        found = demands(brief(name), date=AS_OF)
    assert found
    for one in found:
        law = laws[one.law_id]
        assert one.law in (law.zh, law.en), one
