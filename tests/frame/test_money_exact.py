"""The budget to the cent: small sums reckoned by hand, and the whole money half of several briefs as it was looked at and accepted.

`python tests/frame/test_money_exact.py` writes `money_exact.txt` again after a change that is meant; read its diff before you commit it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import money_cases as made
import pytest

from agent.brief.model import Budget, FixedLine, KeyDate, Limit, Member
from agent.frame.apportion import Table, between, largest_remainder
from agent.frame.budget import grain, size_of
from agent.frame.creators import Offer, offers, split
from agent.frame.limits import SHARED, bounds, category_of, fixed_lines, span_of
from agent.frame.money import Money, build_money
from agent.frame.paid import buys
from agent.frame.rates import Rates, allocation, unit_cost
from agent.knowledge import load
from agent.plan.base import Figure

AS_OF = dt.date(2026, 11, 23)
ACCEPTED = Path(__file__).with_name("money_exact.txt")


def variants() -> dict[str, made.Case]:
    """The six briefs, and others that turn on what those leave out."""
    tea, leads, shop, solo, large = made.tea(), made.leads(), made.shop(), made.solo(), made.large()

    def of(case: made.Case, **changes: object) -> made.Case:
        return replace(case, brief=case.brief.model_copy(update=changes))

    hired = [Member(title="freelance editor", hours=10, count=1), Member(title="owner", hours=20, count=1)]
    dated = [KeyDate(date=dt.date(2027, 5, 9), name="母親節")]
    odd = Budget(total=Decimal("97531.27"), currency="CNY", limits=tea.brief.budget.limits[1:])
    tight = Budget(
        total=Decimal(5000), currency="USD",
        fixed=[FixedLine(purpose="June product film", amount=Decimal(1200)), FixedLine(purpose="tools", amount=Decimal(300))],
        limits=[
            Limit(kind="floor", scope="category", of="creators", share=0.1, text="a tenth for creators"),
            Limit(kind="cap", scope="platform", of="youtube", amount=Decimal(600), text="YouTube at most $600"),
        ],
    )  # fmt: skip
    barred = Budget(total=Decimal(30_000), currency="TWD", excludes=["廣告", "工具", "人事"])
    return {
        **{name: build() for name, build in made.CASES.items()},
        "tea, odd cents": of(tea, budget=odd),
        "leads, tight": of(leads, budget=tight),
        "shop, dated": of(shop, key_dates=dated),
        "shop, barred": of(shop, budget=barred),
        "solo, hired": of(solo, team=hired),
        "large, pennies": of(large, budget=Budget(total=Decimal("0.37"), currency="CNY")),
        "tea, past": of(tea, past_results=["2026 年夏天找了 12 位小红书 KOC，花了 1.4 万，带来 310 单"]),
    }


def build(case: made.Case) -> Money:
    return build_money(case.brief, **case.given, knowledge=load(), as_of=AS_OF)


def told(money: Money) -> Iterator[str]:
    """One line a sum: what the plan's budget stands on."""

    def figure(one: Figure) -> str:
        return f"{one.value} [{one.low} … {one.high}] {one.formula or one.note or ''}".rstrip()

    budget = money.budget
    for line in budget.lines:
        mark = " fixed" if line.fixed else ""
        yield f"{line.id} {line.category} {line.platform} {line.phase} {line.cents}{mark} | {line.item} | {line.basis}"
    for one in budget.creators:
        yield f"{one.id} {one.role} {one.tier} {one.platform} {one.phase} {one.number} × {one.fee_cents} = {one.total_cents}"
        yield f"  views {figure(one.views)}; engagements {figure(one.engagements)}"
    for row in budget.paid:
        yield f"{row.id} {row.platform} {row.objective} {row.cents} {row.result_label}"
        for name in ("cpm", "impressions", "clicks", "results"):
            yield f"  {name} {figure(getattr(row, name))}"
    for check in budget.caps:
        yield f"cap {check.text}: {check.actual_cents} of {check.limit_cents} kept={check.kept} lowered={check.lowered_cents}"


def accepted() -> dict[str, list[str]]:
    """What was accepted, by brief."""
    found: dict[str, list[str]] = {}
    for line in ACCEPTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            mine = found.setdefault(line.removeprefix("== "), [])
        elif line:
            mine.append(line)
    return found


@pytest.mark.parametrize("name", variants())
def test_the_money_is_what_was_accepted(name: str) -> None:
    assert list(told(build(variants()[name]))) == accepted()[name]


def rates(currency: str = "CNY") -> Rates:
    return Rates(load(), currency, "b2c", "CN" if currency == "CNY" else "GLOBAL", "en")


def test_largest_remainders_go_to_the_largest_fractions_and_ties_to_the_first() -> None:
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert largest_remainder(11, [1, 1, 1]) == [4, 4, 3]
    assert largest_remainder(10, [3, 3.9, 3.1]) == [3, 4, 3]
    assert largest_remainder(7, [0, 0]) == [7, 0]
    assert largest_remainder(7, [-1, 1]) == [0, 7]
    assert largest_remainder(7, []) == []


def test_between_sets_the_worse_side_first_and_shares_the_rest() -> None:
    assert between(100, {"a": 1, "b": 1, "c": 2}, {}, {}) == {"a": 25, "b": 25, "c": 50}
    assert between(100, {"a": 1, "b": 1, "c": 2}, {"a": 40}, {}) == {"a": 40, "b": 20, "c": 40}
    assert between(100, {"a": 1, "b": 1, "c": 2}, {}, {"c": 20}) == {"a": 40, "b": 40, "c": 20}
    assert between(100, {"a": 1, "b": 1, "c": 2}, {"a": 35}, {"c": 30}) == {"a": 35, "b": 35, "c": 30}
    assert between(100, {"a": 0, "b": 1}, {"a": 10}, {}) == {"a": 10, "b": 90}
    assert between(10, {"a": 1, "b": 1}, {}, {"a": 2, "b": 2}) == {"a": 8, "b": 2}
    assert between(10, {"a": 1, "b": 1}, {"a": 8, "b": 8}, {}) == {"a": 8, "b": 2}


def test_a_table_gives_from_what_is_preferred_and_from_shared_money_first() -> None:
    cells = {("ads", "x"): 60, ("ads", "y"): 0, ("content", "x"): 0, ("content", "y"): 20, ("content", SHARED): 20}
    table = Table(cells, 100)
    table.columns["y"].low = 30
    assert table.settle(("content", "ads"))
    assert table.values() == {**cells, ("content", "y"): 30, ("content", SHARED): 10}
    table = Table(cells, 100)
    table.rows["ads"].high = 50
    assert table.settle(("content", "ads"))
    assert sum(table.values().values()) == 100
    assert table.values()["ads", "x"] == 50
    table = Table(cells, 100)
    table.rows["ads"].low, table.rows["content"].low = 70, 70
    assert not table.settle()


LARGE, SMALL = Offer("mid", "KOL", 8_000_00, 0.5), Offer("nano", "KOC", 300_00, 0.5)


@pytest.mark.parametrize(
    ("cents", "cap", "expected"),
    [
        (16_000_00, None, [("mid", 1, 8_000_00), ("nano", 20, 400_00)]),
        (8_000_00, None, [("nano", 20, 400_00)]),
        (9_000_00, 8_000_00, [("mid", 1, 8_000_00), ("nano", 2, 500_00)]),
        (300_00, None, [("nano", 1, 300_00)]),
        (100_00, None, [("nano", 1, 100_00)]),
        (8_100_00, None, [("nano", 27, 300_00)]),
        (1_000_01, 300_00, [("nano", 1, 250_01), ("nano", 3, 250_00)]),
    ],
)
def test_creators_multiply_out_to_their_line(cents: int, cap: int | None, expected: list[tuple[str, int, int]]) -> None:
    rows = split(cents, (LARGE, SMALL), cap)
    assert sum(number * fee for _, number, fee in rows) == cents
    assert [(offer.tier, number, fee) for offer, number, fee in rows] == expected


def test_a_tier_is_offered_at_its_fee_up_to_the_cap_in_round_sums() -> None:
    free = {one.tier: one.fee for one in offers("xiaohongshu", "large", None, 100_00, rates())}
    capped = {one.tier: one.fee for one in offers("xiaohongshu", "large", 1_050_00, 100_00, rates())}
    assert free
    assert all(fee % 100_00 == 0 for fee in free.values())
    assert set(capped) < set(free)
    assert all(fee == min(free[tier], 1_000_00) for tier, fee in capped.items())
    assert list(free) == [
        tier for tier in reversed([one.id.removeprefix("tier.") for one in load().tiers]) if tier in free
    ]


def test_steps_and_sizes() -> None:
    assert grain(100, "CNY") == (1, 100)
    assert grain(360_000_00, "CNY")[0] == 100_00
    assert grain(10_000_000_00, "CNY")[0] > grain(360_000_00, "CNY")[0]
    limits = {name: float(limit) for name, limit in allocation()["sizes"].items()}
    names = list(limits)
    for name, following in itertools.pairwise(names):
        assert size_of(round(limits[name] * 100) - 1, "USD", rates("USD")) == name
        assert size_of(round(limits[name] * 100), "USD", rates("USD")) == following


@pytest.mark.parametrize("aim", ["awareness", "traffic", "conversion", "boost", "followers"])
def test_what_an_ad_buys(aim: str) -> None:
    """1,000 yuan on Xiaohongshu, by the rates themselves."""
    one = rates()
    known = {name: one.find(name, "xiaohongshu") for name in ("cpm", "ctr", "cvr", "er", "cost_per_follower")}
    cpm, ctr, cvr, er, each = (rate.span.base for rate in known.values() if rate)
    bought = buys("xiaohongshu", aim, 1_000_00, one)  # type: ignore[arg-type]
    seen = 1_000 / cpm * 1_000
    part = float(allocation()["assumptions"]["paid_er"])
    results = {
        "awareness": seen,
        "traffic": seen * ctr,
        "conversion": seen * ctr * cvr,
        "boost": seen * er * part,
        "followers": 1_000 / each,
    }
    assert bought.impressions.base == pytest.approx(seen)
    assert bought.clicks.base == pytest.approx(seen * ctr)
    assert bought.results.base == pytest.approx(results[aim])
    assert bought.results.low <= bought.results.base <= bought.results.high
    behind = {
        "awareness": ["cpm"],
        "traffic": ["cpm", "ctr"],
        "conversion": ["cpm", "ctr", "cvr"],
        "boost": ["cpm", "er"],
        "followers": ["cost_per_follower"],
    }
    assert list(bought.sources[2]) == [
        source for name in behind[aim] if (rate := known[name]) for source in rate.sources
    ]
    cost = unit_cost(aim.replace("boost", "engagement"), ["wechat_nobody", "xiaohongshu"], one)
    price = {"awareness": seen, "followers": 1_000 / each}.get(aim, results[aim])
    assert cost == (pytest.approx(1_000 / price), "xiaohongshu")


def test_no_price_is_named_for_a_platform_that_takes_no_ads() -> None:
    assert unit_cost("conversion", ["nowhere"], rates()) is None


def test_limits_are_read_to_the_stricter_side() -> None:
    brief = made.tea().brief
    both = Limit(kind="cap", scope="category", of="ads", share=0.3333, amount=Decimal(50), text="ads")
    floor = Limit(kind="floor", scope="category", of="ads", share=0.3333, amount=Decimal(20), text="ads")
    brief = brief.model_copy(update={"budget": brief.budget.model_copy(update={"limits": [both, floor]})})
    assert span_of(bounds(brief, 10_000), "category", "ads") == (3_333, 3_333)
    assert span_of(bounds(brief, 10_001), "category", "ads") == (3_334, 3_333)
    assert span_of(bounds(brief, 1_000), "category", "ads") == (2_000, 333)
    assert [row.cents for row in fixed_lines(made.tea().brief, 50_000_00)] == [45_000_00, 5_000_00]
    assert [category_of(text) for text in ("KOL fees", "giveaway", "payroll", "a film", "licences", "media", "odd")] == [
        "creators", "prizes", "labour", "content", "tools", "ads", "content",
    ]  # fmt: skip


if __name__ == "__main__":
    text = "\n\n".join("\n".join([f"== {name}", *told(build(case))]) for name, case in variants().items())
    ACCEPTED.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{ACCEPTED.name} written\n")
