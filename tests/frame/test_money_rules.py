"""The rules of the budget's arithmetic, one by one, on sums small enough to reckon in the head."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import money_cases as made
import pytest

from agent.brief.model import BrandBrief, Budget, FixedLine, KeyDate, Limit, Member, Objective
from agent.frame.apportion import NO_LIMIT, Table, between
from agent.frame.budget import (
    Cell,
    Spread,
    _merge_small,
    _minus,
    _over_phases,
    _phase_of,
    _place_rest,
    _pull,
    _row_bounds,
    _wanted,
    column_weights,
    grain,
    shares_of,
    spread,
)
from agent.frame.creators import Offer, creator_plan, offers, reach_of, split, total_views, views_per_post
from agent.frame.limits import (
    CATEGORIES,
    SHARED,
    Bound,
    Fixed,
    bounds,
    cap_checks,
    cents_of,
    creator_cap,
    excluded,
    fixed_lines,
    span_of,
)
from agent.frame.lines import budget_lines, hired_cents, hired_hands
from agent.frame.paid import AIM, Bought, buys, objectives_of, paid_plan
from agent.frame.rates import Rate, Rates, Span, allocation, unit_cost
from agent.knowledge import load
from agent.locale import money, t
from agent.plan.base import Figure
from agent.plan.results import BudgetLine


def rates(currency: str = "CNY") -> Rates:
    return Rates(load(), currency, "b2c", "CN" if currency == "CNY" else "GLOBAL", "en")


def cap(scope: str, of: str, cents: int) -> Bound:
    return Bound("cap", scope, of, cents, of)


def floor(scope: str, of: str, cents: int) -> Bound:
    return Bound("floor", scope, of, cents, of)


def brief(budget: Budget | None = None, **more: Any) -> BrandBrief:
    return BrandBrief(brand="x", budget=budget or Budget(total=Decimal(1000), currency="CNY"), **more)


# Dividing


def test_bounds_that_leave_no_room_still_sum_to_the_total() -> None:
    """The first takes what is over; the last gives what is missing, and then the one before it, never below nothing."""
    assert between(12, {"a": 1, "b": 1}, {}, {"a": 2, "b": 2}) == {"a": 10, "b": 2}
    assert between(10, {"a": 1, "b": 1, "c": 1}, {"a": 8, "b": 6, "c": 3}, {}) == {"a": 8, "b": 2, "c": 0}
    assert between(5, {}, {}, {}) == {}
    assert between(5, {"a": 0, "b": 0}, {}, {}) == {"a": 5, "b": 0}


def test_a_part_on_its_bound_is_inside_it() -> None:
    assert between(10, {"a": 1, "b": 1}, {"a": 5}, {"b": 5}) == {"a": 5, "b": 5}
    assert between(10, {"a": 1, "b": 1}, {"a": 6}, {}) == {"a": 6, "b": 4}
    assert between(10, {"a": 1, "b": 1}, {}, {"b": 4}) == {"a": 6, "b": 4}


def test_a_floor_gives_money_to_a_part_without_weight_and_nothing_else_does() -> None:
    assert between(10, {"a": 1, "b": 0}, {"b": 1}, {}) == {"a": 9, "b": 1}
    assert between(10, {"a": 1, "b": 0}, {}, {}) == {"a": 10, "b": 0}


def test_where_floors_and_caps_are_broken_by_as_much_the_floors_are_set_first() -> None:
    assert between(30, {"a": 1, "b": 1, "c": 1}, {"a": 15}, {"b": 5}) == {"a": 15, "b": 5, "c": 10}
    assert between(12, {"a": 1, "b": 1, "c": 1}, {"a": 6}, {"b": 2, "c": 2}) == {"a": 8, "b": 2, "c": 2}


CELLS = {("ads", "x"): 60, ("ads", "y"): 0, ("content", "x"): 40, ("content", "y"): 0}


def test_a_table_without_bounds_stays_as_it_is() -> None:
    table = Table(CELLS, 100)
    assert table.settle()
    assert table.values() == CELLS
    assert {name: (row.flow, row.low, row.high) for name, row in table.rows.items()} == {
        "ads": (60, 0, NO_LIMIT), "content": (40, 0, NO_LIMIT),
    }  # fmt: skip
    assert {name: (one.flow, one.low, one.high) for name, one in table.columns.items()} == {
        "x": (100, 0, NO_LIMIT), "y": (0, 0, NO_LIMIT),
    }  # fmt: skip


def test_a_table_moves_no_more_than_the_bound_asks() -> None:
    table = Table(CELLS, 100)
    table.columns["y"].low = 7
    assert table.settle(("content", "ads"))
    assert table.values() == {("ads", "x"): 60, ("ads", "y"): 0, ("content", "x"): 33, ("content", "y"): 7}
    table = Table(CELLS, 100)
    table.rows["ads"].high = 59
    assert table.settle(("content", "ads"))
    assert table.values() == {("ads", "x"): 59, ("ads", "y"): 0, ("content", "x"): 41, ("content", "y"): 0}


def test_a_table_goes_to_the_next_row_when_the_first_has_no_more() -> None:
    table = Table(CELLS, 100)
    table.columns["y"].low = 50
    assert table.settle(("content", "ads"))
    assert table.values() == {("ads", "x"): 50, ("ads", "y"): 10, ("content", "x"): 0, ("content", "y"): 40}


def test_a_table_breaks_no_bound_to_mend_another() -> None:
    """A bound that cannot be kept beside the others is left as near as it can be; the others hold, and so does the total."""
    table = Table(CELLS, 100)
    table.columns["x"].low, table.columns["y"].low = 95, 10
    assert not table.settle()
    assert sum(table.values().values()) == 100
    assert table.columns["x"].flow == 95
    assert table.columns["y"].flow == 5
    table = Table(CELLS, 100)
    table.rows["content"].high, table.rows["ads"].high = 30, 65
    assert not table.settle()
    assert sum(table.values().values()) == 100


def test_shared_money_gives_before_any_platform() -> None:
    table = Table({("content", "x"): 20, ("content", "y"): 0, ("content", SHARED): 20}, 40)
    table.columns["y"].low = 10
    assert table.settle()
    assert table.values() == {("content", "x"): 20, ("content", "y"): 10, ("content", SHARED): 10}


def test_a_table_moves_along_a_row_where_its_sum_is_tied() -> None:
    table = Table(CELLS, 100)
    table.rows["ads"].low = table.rows["ads"].high = 60
    table.rows["content"].low = table.rows["content"].high = 40
    table.columns["x"].high = 45
    assert table.settle(("content", "ads"))
    assert table.columns["x"].flow == 45
    assert [row.flow for row in table.rows.values()] == [60, 40]


def test_every_cell_of_a_table_keeps_to_its_own_bound() -> None:
    table = Table(CELLS, 100)
    table.cells["ads", "x"].high = 20
    table.cells["content", "y"].low = 5
    assert table.settle()
    assert table.values()["ads", "x"] == 20
    assert table.values()["content", "y"] >= 5
    assert sum(table.values().values()) == 100


# Creators

BIG, NEXT, LITTLE = Offer("mid", "KOL", 1_000, 0.9), Offer("micro", "KOC", 500, 0.5), Offer("nano", "KOC", 300, 0.1)


def shown(rows: list[tuple[Offer, int, int]]) -> list[tuple[str, int, int]]:
    return [(offer.tier, number, fee) for offer, number, fee in rows]


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (3_100, [("mid", 2, 1_000), ("nano", 3, 300), ("nano", 1, 200)]),  # 3 would leave 100, and nobody works for 100
        (2_300, [("mid", 2, 1_000), ("nano", 1, 300)]),  # what is left is just the smallest fee
        (2_000, [("mid", 2, 1_000)]),  # nothing is left
        (1_299, [("nano", 3, 325), ("nano", 1, 324)]),
        (999, [("nano", 3, 333)]),
    ],
)
def test_a_larger_creator_is_given_up_one_at_a_time_until_the_smallest_can_be_paid(
    cents: int, expected: list[tuple[str, int, int]]
) -> None:
    assert shown(split(cents, (BIG, LITTLE), None)) == expected


def test_no_more_larger_creators_than_the_money_pays() -> None:
    alone = (Offer("mid", "KOL", 8_000, 1.0), Offer("nano", "KOC", 300, 0.0))
    assert shown(split(12_600, alone, None))[0] == ("mid", 1, 8_000)
    assert shown(split(12_600, (Offer("mid", "KOL", 8_000, 0.0), Offer("nano", "KOC", 300, 0.0)), None)) == [
        ("nano", 42, 300)
    ]


def test_three_tiers_share_by_their_parts_and_the_last_takes_the_rest() -> None:
    """Of 15,000: 0.9 ÷ 1.5 for the first, 0.5 ÷ 1.5 for the second."""
    assert shown(split(15_000, (BIG, NEXT, LITTLE), None)) == [("mid", 9, 1_000), ("micro", 10, 500), ("nano", 2, 500)]


@pytest.mark.parametrize(
    ("cents", "fee", "limit", "expected"),
    [
        (90_000, 10_000, None, [(9, 10_000)]),
        (70_000, 10_500, None, [(7, 10_000)]),
        (60_000, 13_000, None, [(6, 10_000)]),  # five would cost 12,000 each, six a rounder sum
        (80_000, 11_500, None, [(8, 10_000)]),  # seven is the wish, one more the third that it may move by
        (40_000, 17_500, None, [(2, 20_000)]),
        (45_000, 15_500, None, [(3, 15_000)]),  # no multiple of 10,000 near: the next rounder sum
        (30_000, 10_000, 7_500, [(5, 6_000)]),  # the cap asks for four; 7,500 is less round than 6,000
        (30_000, 10_000, 7_499, [(6, 5_000)]),  # the cap asks for five
        (2_500, 700, None, [(5, 500)]),
        (700, 350, None, [(1, 400), (1, 300)]),  # a third of two is nobody
        (1_200, 130, None, [(6, 200)]),  # of two numbers as near to nine the smaller
        (1_300, 130, None, [(13, 100)]),  # a third more than the ten that are wished for
        (1_400, 140, None, [(7, 200)]),  # a third fewer; fourteen would be too many
        (1_700, 170, None, [(7, 200), (3, 100)]),  # seventeen are too many
    ],
)
def test_the_smallest_fee_gives_way_to_a_round_sum(
    cents: int, fee: int, limit: int | None, expected: list[tuple[int, int]]
) -> None:
    rows = split(cents, (Offer("nano", "KOC", fee, 1.0),), limit)
    assert [(number, each) for _, number, each in rows] == expected


@pytest.mark.parametrize(
    ("cents", "limit", "expected"),
    [
        (10_100, None, [(2, 3_400), (1, 3_300)]),
        (10_100, 3_400, [(2, 3_400), (1, 3_300)]),
        (10_100, 3_399, [(2, 3_367), (1, 3_366)]),  # whole units would break the cap: cents
        (10_001, None, [(2, 3_334), (1, 3_333)]),
        (199, 99, [(1, 67), (2, 66)]),
        (100, 100, [(1, 100)]),
        (3, 1, [(3, 1)]),
    ],
)
def test_without_a_round_sum_two_rows_differ_by_one_unit_below_the_cap(
    cents: int, limit: int | None, expected: list[tuple[int, int]]
) -> None:
    rows = split(cents, (Offer("nano", "KOC", 3_000, 1.0),), limit)
    assert [(number, each) for _, number, each in rows] == expected


def test_at_most_sixty_creators_more_or_less_for_a_round_fee() -> None:
    """300 are wished for; 360 at 100.00 would be round and is still near, 361 is not."""
    assert [(n, fee) for _, n, fee in split(360 * 10_000, (Offer("nano", "KOC", 12_000, 1.0),), None)] == [
        (360, 10_000)
    ]
    assert (361, 10_000) not in [
        (n, fee) for _, n, fee in split(361 * 10_000, (Offer("nano", "KOC", 12_030, 1.0),), None)
    ]


def test_a_creator_below_one_step_costs_the_fee_itself() -> None:
    known = {one.tier: one.fee for one in offers("xiaohongshu", "large", None, 1, rates())}
    assert known["nano"] == 400_00
    assert {one.tier: one.fee for one in offers("xiaohongshu", "large", None, 401_00, rates())}["nano"] == 400_00
    assert {one.tier: one.fee for one in offers("xiaohongshu", "large", None, 400_00, rates())}["nano"] == 400_00
    assert {one.tier: one.fee for one in offers("xiaohongshu", "large", None, 300_00, rates())}["nano"] == 300_00
    assert [(one.role, one.share) for one in offers("xiaohongshu", "large", None, 1, rates())] == [
        ("KOL", 0.30), ("KOL", 0.40), ("KOC", 0.25), ("KOC", 0.05),
    ]  # fmt: skip


def test_a_cap_of_a_tiers_lowest_fee_lets_it_in_and_a_cent_less_does_not() -> None:
    rate = rates().find("creator_fee", "xiaohongshu", tier="nano")
    assert rate is not None
    least = int(rate.span.high * 100)
    assert [(one.tier, one.fee) for one in offers("xiaohongshu", "large", least, 1, rates())] == [("nano", least)]
    assert offers("xiaohongshu", "large", least - 1, 1, rates()) == ()


def test_only_creator_money_makes_creators_and_every_row_is_number_times_fee() -> None:
    cells = [
        Cell("ads", "xiaohongshu", "F1", 500_00), Cell("creators", "xiaohongshu", "F1", 0), Cell("creators", "xiaohongshu", "F1", 1),
        Cell("creators", "xiaohongshu", "F2", 1_000_00),
    ]  # fmt: skip
    rows = creator_plan(cells, size="small", cap=None, step=1_000, rates=rates())
    assert [row.id for row in rows] == [f"CR{n}" for n in range(1, len(rows) + 1)]
    assert {phase: sum(row.total_cents for row in rows if row.phase == phase) for phase in ("F1", "F2")} == {
        "F1": 1, "F2": 1_000_00,
    }  # fmt: skip
    assert all(row.total_cents == row.number * row.fee_cents for row in rows)
    assert {row.role for row in rows} == {"KOC"}
    large = creator_plan(
        [Cell("creators", "douyin", "F1", 200_000_00)], size="large", cap=None, step=1_000, rates=rates()
    )
    assert {row.tier: row.role for row in large} == {"macro": "KOL", "mid": "KOL", "micro": "KOC", "nano": "KOC"}


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, [("nano", 1, 50_00)]), (20_00, [("nano", 1, 16_00), ("nano", 2, 17_00)])]
)
def test_where_no_tier_is_open_somebody_small_is_paid_below_the_cap(
    limit: int | None, expected: list[tuple[str, int, int]]
) -> None:
    cells = [Cell("creators", "xiaohongshu", "F1", 50_00)]
    rows = creator_plan(cells, size="micro", cap=limit, step=1_000, rates=Rates(load(), "XXX", "b2c", "CN", "en"))
    assert sum(row.total_cents for row in rows) == 50_00
    assert sorted((row.tier, row.number, row.fee_cents) for row in rows) == expected
    assert {row.role for row in rows} == {"KOC"}


def test_reach_is_number_times_views_and_engagements_are_views_times_the_rate() -> None:
    one = rates()
    views, done = reach_of("xiaohongshu", "micro", 3, one)
    assert (views.low, views.value, views.high) == (round(3 * 2494.94), 15_000, round(3 * 11132.67))
    assert done.value == 750
    assert (done.low, done.high) == (round(7484.8150 * 0.0335085), round(33398.018 * 0.0655887))
    assert views.formula == "3 × 5,000 = 15,000"
    assert done.formula == "15,000 × 5% = 750"
    assert set(done.sources) > set(views.sources)
    for figure in reach_of("nowhere", "no such tier", 3, one):
        assert figure.value is None
        assert figure.kind == "assumption"


def test_a_rate_per_follower_is_multiplied_by_the_middle_of_the_following() -> None:
    """√(10,000 × 50,000) followers, of whom a tenth look."""

    class Half(Rates):
        def find(self, metric: str, platform: str = "", *, tier: str = "", format: str = "") -> Rate | None:
            return Rate(Span(0.05, 0.1, 0.2), "%", ("kb:reach",)) if metric == "creator_views" else None

    half = Half(load(), "CNY", "b2c", "CN", "en")
    found = views_per_post("xiaohongshu", "micro", half)
    assert found is not None
    assert found.span.base == pytest.approx(0.1 * (10_000 * 50_000) ** 0.5)
    assert found.span.low == pytest.approx(found.span.base / 2)
    assert found.unit == "count"
    assert found.sources == ("kb:reach", "kb:tier.micro")
    assert views_per_post("xiaohongshu", "unheard of", half) is None
    views, done = reach_of("xiaohongshu", "micro", 1, half)
    assert views.value == round(found.span.base)
    assert done.value is None


def test_the_views_of_a_platform_are_those_of_its_own_creators() -> None:
    cells = [Cell("creators", "xiaohongshu", "F1", 8_000_00), Cell("creators", "douyin", "F1", 9_000_00)]
    rows = creator_plan(cells, size="medium", cap=None, step=1_000, rates=rates())
    views, done = total_views(rows, "douyin")
    mine = [row for row in rows if row.platform == "douyin"]
    assert len(mine) < len(rows)
    assert tuple(views) == tuple(sum(getattr(row.views, end) for row in mine) for end in ("low", "value", "high"))
    assert tuple(done) == tuple(sum(getattr(row.engagements, end) for row in mine) for end in ("low", "value", "high"))
    unknown = Figure(unit="count", kind="assumption")
    assert total_views([replace(row, views=unknown, engagements=unknown) for row in mine], "douyin") == (Span(), Span())


# What the brief ties


def test_amounts_become_cents_on_the_side_that_is_asked() -> None:
    assert cents_of(Decimal("1.239")) == 123
    assert cents_of(Decimal("1.231"), "ROUND_CEILING") == 124


def test_a_fixed_sum_gets_what_the_total_still_has() -> None:
    budget = Budget(
        total=Decimal(100), currency="CNY",
        fixed=[
            FixedLine(purpose="film", amount=Decimal(70), category="ads", platform="douyin"), FixedLine(purpose="prizes", amount=Decimal(-5)),
            FixedLine(purpose="tools", amount=Decimal(50)), FixedLine(purpose="odd", amount=Decimal(1)),
        ],
    )  # fmt: skip
    rows = fixed_lines(brief(budget), 100_00)
    assert [(row.asked, row.cents) for row in rows] == [(70_00, 70_00), (0, 0), (50_00, 30_00), (1_00, 0)]
    assert [(row.category, row.platform) for row in rows] == [
        ("ads", "douyin"), ("prizes", SHARED), ("tools", SHARED), ("content", SHARED),
    ]  # fmt: skip


def test_a_limit_binds_by_amount_or_share_and_never_below_nothing() -> None:
    def cents(kind: str, share: float | None, amount: int | None) -> list[int]:
        limit = Limit.model_validate({"kind": kind, "scope": "category", "of": "ads", "share": share, "amount": amount})
        return [row.cents for row in bounds(brief(Budget(total=Decimal(1), limits=[limit])), 1_001)]

    assert cents("cap", None, None) == []
    assert cents("cap", 0.5, None) == [500]
    assert cents("floor", 0.5, None) == [501]
    assert cents("cap", None, 3) == [300]
    assert cents("cap", 0.0, None) == [0]
    assert cents("cap", None, 0) == [0]
    assert cents("cap", None, -4) == [0]
    assert cents("cap", 0.5, 3) == [300]
    assert cents("floor", 0.5, 3) == [501]


def test_of_several_limits_the_strictest_binds_and_those_of_others_do_not() -> None:
    found = [
        cap("category", "ads", 50), cap("category", "ads", 40), floor("category", "ads", 10), floor("category", "ads", 20),
        cap("category", "tools", 1), cap("platform", "ads", 2), floor("platform", "ads", 30), cap("creator", "", 9), cap("creator", "", 8),
        floor("creator", "", 3),
    ]  # fmt: skip
    assert span_of(found, "category", "ads") == (20, 40)
    assert span_of(found, "category", "prizes") == (0, NO_LIMIT)
    assert creator_cap(found) == 8
    assert creator_cap(found[:7]) is None


def line(category: str, platform: str, cents: int) -> BudgetLine:
    return BudgetLine.model_validate(
        {"id": "B01", "category": category, "item": "x", "platform": platform, "phase": "F1", "cents": cents, "basis": "x"}
    )  # fmt: skip


def test_a_limit_is_kept_up_to_its_border() -> None:
    limits = [
        Limit(kind="cap", scope="category", of="ads", amount=Decimal(10), text="ads"),
        Limit(kind="floor", scope="platform", of="douyin", amount=Decimal(12), text="douyin"),
        Limit(kind="cap", scope="creator", amount=Decimal(3), text="each"),
        Limit(kind="floor", scope="category", of="prizes", amount=Decimal(1), text="prizes"),
    ]
    film = FixedLine(purpose="film", amount=Decimal(5))
    asked = brief(Budget(total=Decimal(40), limits=limits, fixed=[film]))

    def kept(ads: int, other: int, fee: int, granted: int) -> list[bool]:
        rows = [line("ads", "douyin", ads), line("tools", "douyin", other), line("content", SHARED, 7)]
        fixed = [Fixed("film", "content", SHARED, 500, granted)]
        checks = cap_checks(rows, bounds(asked, 40_00), fixed, fee, asked, 40_00)
        assert [one.actual_cents for one in checks] == [ads, ads + other, fee, 0, granted]
        assert [one.limit_cents for one in checks] == [10_00, 12_00, 3_00, 1_00, 5_00]
        assert {one.lowered_cents for one in checks} == {None}
        return [one.kept for one in checks]

    assert kept(10_00, 2_00, 3_00, 5_00) == [True, True, True, False, True]
    assert kept(10_01, 1_98, 3_01, 4_99) == [False, False, False, False, False]
    assert kept(9_99, 2_02, 2_99, 5_01) == [True, True, True, False, True]


def test_a_limit_that_had_to_give_way_is_shown_beside_what_was_asked() -> None:
    limits = [Limit(kind="cap", scope="category", of="ads", amount=Decimal(10), text="ads")]
    film = FixedLine(purpose="film", amount=Decimal(5))
    asked = brief(Budget(total=Decimal(40), limits=limits, fixed=[film]))
    checks = cap_checks(
        [line("ads", SHARED, 11_00)], [cap("category", "ads", 12_00)], [Fixed("film", "content", SHARED, 3_00, 3_00)], 0, asked, 40_00
    )  # fmt: skip
    assert [(one.limit_cents, one.kept, one.lowered_cents) for one in checks] == [
        (10_00, False, 12_00), (5_00, False, 3_00),
    ]  # fmt: skip


# From shares to a grid

PHASES = made.phases(dt.date(2027, 1, 1), dt.date(2027, 4, 10), (0.5, 0.3, 0.2))
"""Twenty days each and five over: 33, 33 and 34."""


def test_a_total_is_divided_in_steps_of_which_it_has_two_thousand() -> None:
    assert grain(199_999_99, "CNY")[0] == 10_00
    assert grain(200_000_00, "CNY")[0] == 100_00
    assert grain(1_999_999_99, "CNY")[0] == 100_00
    assert grain(2_000_000_00, "CNY")[0] == 1_000_00
    assert grain(1_000_00, "CNY")[0] == 10_00
    assert grain(999_99, "CNY")[0] == 1
    assert grain(5_000_00, "XXX")[0] == 1_00
    assert grain(100_00, "USD") == (1_00, 40_00)
    assert grain(39_99, "USD") == (1, 39_99)
    assert grain(0, "USD") == (1, 1)
    assert grain(9_999_00, "USD")[1] == 40_00
    assert grain(100_000_00, "USD")[1] == 400_00
    assert grain(1_000_00, "XXX")[1] == 50_00


def test_shares_sum_to_one_and_follow_the_first_objective() -> None:
    places = [made.platform("xiaohongshu")]
    plain = allocation()["shares"]["small"]["b2c"]
    aware = shares_of(brief(), "small", places)
    assert sum(aware.values()) == pytest.approx(1)
    assert aware["labour"] == 0
    assert aware["creators"] / aware["content"] == pytest.approx(plain["creators"] * 1.15 / plain["content"])
    sold = shares_of(brief(objectives=[made.goal("conversion"), made.goal("engagement")]), "small", places)
    assert sold["ads"] / sold["content"] == pytest.approx(plain["ads"] * 1.1 / plain["content"])
    assert sold["prizes"] / sold["content"] == pytest.approx(plain["prizes"] / plain["content"])


def test_what_the_sum_excludes_and_what_no_platform_sells_gets_no_share() -> None:
    barred = Budget(total=Decimal(1000), currency="CNY", excludes=["广告", "工具"])
    assert excluded(brief(barred)) == {"ads", "tools"}
    shares = shares_of(brief(barred), "small", [made.platform("xiaohongshu")])
    assert [name for name, share in shares.items() if not share] == ["tools", "ads", "labour"]
    assert sum(shares.values()) == pytest.approx(1)
    threads = shares_of(brief(), "small", [made.platform("threads")])
    assert [name for name, share in threads.items() if not share] == ["ads", "creators", "labour"]
    assert shares_of(brief(), "small", [made.platform("threads"), made.platform("x")])["ads"] > 0
    none = shares_of(brief(Budget(total=Decimal(1000), currency="CNY", excludes=["拍摄", "奖品"])), "small", [])
    assert [name for name, share in none.items() if share] == ["tools", "contingency"]


def test_columns_weigh_by_role_score_and_fitness() -> None:
    """Primary 1 × 4.0, support 0.45 × 3.0; a listening post gets nothing."""
    places = [made.platform("xiaohongshu"), made.platform("bilibili", "support"), made.platform("weibo", "listen")]
    assert column_weights("ads", places, "small") == {
        "xiaohongshu": 4.0, "bilibili": pytest.approx(0.675), "weibo": 0,
    }  # fmt: skip
    assert column_weights("creators", places, "micro") == {
        "xiaohongshu": 4.0, "bilibili": pytest.approx(1.215), "weibo": 0,
    }  # fmt: skip
    assert column_weights("ads", [made.platform("nowhere")], "small") == {"nowhere": 0}
    content = column_weights("content", places, "small")
    assert content[SHARED] / sum(content.values()) == pytest.approx(0.35)
    assert content["bilibili"] == pytest.approx(1.35)
    many = [made.platform(f"p{n}") for n in range(6)]
    assert column_weights("content", many, "large")[SHARED] == pytest.approx(24 * 0.4 / 0.6)
    assert column_weights("content", places, "micro") == {SHARED: 1.0}
    assert column_weights("content", [], "small") == {SHARED: 1.0}
    assert column_weights("tools", places, "small") == {SHARED: 1.0}


def test_bounds_of_what_is_not_fixed_are_rounded_to_the_side_that_keeps_them() -> None:
    assert _minus((250, 999), 0, 100) == (3, 9)
    assert _minus((300, 900), 0, 100) == (3, 9)
    assert _minus((250, 999), 100, 100) == (2, 8)
    assert _minus((250, 999), 2_000, 100) == (0, 0)
    assert _minus((0, NO_LIMIT), 50, 100) == (0, NO_LIMIT)
    assert _minus((0, NO_LIMIT - 1), 0, 1) == (0, NO_LIMIT - 1)


def test_contingency_keeps_to_its_band_unless_the_brief_speaks_of_it() -> None:
    def rows(found: list[Bound], fixed: list[Fixed] | None = None, **more: Any) -> dict[str, tuple[int, int]]:
        budget = Budget(total=Decimal(1000), excludes=more.get("excludes", []))
        return _row_bounds(brief(budget), fixed or [], found, 1_000_00, 100, more.get("band", True))

    everything = (0, NO_LIMIT)
    assert rows([]) == dict.fromkeys(CATEGORIES, everything) | {"contingency": (50, 100), "labour": (0, 0)}
    assert rows([], band=False) == dict.fromkeys(CATEGORIES, everything)
    assert rows([floor("category", "contingency", 2_00)])["contingency"] == (2, NO_LIMIT)
    assert rows([cap("category", "contingency", 7_50)])["contingency"] == (0, 7)
    assert rows([], [Fixed("x", "contingency", SHARED, 3_00, 3_00)])["contingency"] == (0, NO_LIMIT)
    assert rows([cap("creator", "", 0)])["creators"] == (0, 0)
    assert rows([cap("creator", "", 1)])["creators"] == everything
    assert rows([cap("creator", "", 0)], [Fixed("x", "creators", SHARED, 3_00, 3_00)])["creators"] == (0, 0)
    assert rows([], excludes=["奖品"])["prizes"] == (0, 0)
    assert rows([], excludes=["奖品"], band=False)["prizes"] == everything
    assert rows([floor("category", "prizes", 2_00)], excludes=["奖品"])["prizes"] == (2, NO_LIMIT)
    assert rows([], [Fixed("x", "labour", SHARED, 3_00, 3_00)])["labour"] == everything
    assert rows([floor("category", "ads", 9_00)], [Fixed("x", "ads", SHARED, 3_50, 3_50)])["ads"] == (6, NO_LIMIT)


def test_a_category_wants_what_its_fixed_sums_leave_of_its_share() -> None:
    shares = dict.fromkeys(CATEGORIES, 0.0) | {"content": 0.6, "ads": 0.4}
    fixed = [Fixed("a", "content", SHARED, 20_00, 20_00), Fixed("b", "content", SHARED, 10_00, 10_00)]
    assert _wanted(shares, fixed, 100_00, 100) == dict.fromkeys(CATEGORIES, 0.0) | {"content": 30.0, "ads": 40.0}
    more = [Fixed("a", "content", SHARED, 70_00, 70_00)]
    assert _wanted(shares, more, 100_00, 100)["content"] == 0
    all_of_it = [*more, Fixed("b", "ads", SHARED, 40_00, 40_00)]
    assert _wanted(shares, all_of_it, 100_00, 100) == shares


def merged(cells: dict[tuple[str, str], int], least: int, **high: int) -> dict[tuple[str, str], int]:
    table = Table(cells, sum(cells.values()))
    for name, bound in high.items():
        table.columns[name].high = bound
    before = table.values()
    _merge_small(table, least)
    after = table.values()
    assert sum(after.values()) == sum(before.values())
    for name, column in table.columns.items():
        assert column.flow == sum(value for (_, place), value in after.items() if place == name)
        assert column.flow <= column.high
    return after


def test_a_cell_too_small_for_a_line_joins_the_largest_of_its_category() -> None:
    cells = {("content", "x"): 9, ("content", "y"): 40, ("content", "z"): 51, ("tools", "x"): 70, ("content", "w"): 0}
    assert merged(cells, 10) == cells | {("content", "x"): 0, ("content", "z"): 60}
    assert merged(cells, 9) == cells
    assert merged(cells, 10, z=59) == cells | {("content", "x"): 0, ("content", "y"): 49}
    assert merged(cells, 10, z=60) == cells | {("content", "x"): 0, ("content", "z"): 60}
    assert merged(cells, 10, z=59, y=48) == cells
    both = {("prizes", "x"): 3, ("prizes", "y"): 2, ("prizes", "z"): 0}
    assert merged(both, 10) == {("prizes", "x"): 3, ("prizes", "y"): 2, ("prizes", "z"): 0} | {
        ("prizes", "x"): 5, ("prizes", "y"): 0,
    }  # fmt: skip
    assert merged({("contingency", "x"): 1, ("contingency", "y"): 9}, 5) == {
        ("contingency", "x"): 1, ("contingency", "y"): 9,
    }  # fmt: skip


def test_ads_and_creators_need_more_for_a_line_than_others() -> None:
    assert merged({("ads", "x"): 29, ("ads", "y"): 60}, 10) == {("ads", "x"): 0, ("ads", "y"): 89}
    assert merged({("ads", "x"): 30, ("ads", "y"): 60}, 10) == {("ads", "x"): 30, ("ads", "y"): 60}
    assert merged({("creators", "x"): 59, ("creators", "y"): 60}, 10) == {("creators", "x"): 0, ("creators", "y"): 119}


def test_a_small_cell_stays_where_its_platform_has_a_floor() -> None:
    table = Table({("content", "x"): 9, ("content", "y"): 40, ("ads", "x"): 30}, 79)
    table.columns["x"].low = 30
    _merge_small(table, 10)
    assert table.values()["content", "x"] == 0
    table = Table({("content", "x"): 9, ("content", "y"): 40, ("ads", "x"): 30}, 79)
    table.columns["x"].low = 31
    _merge_small(table, 10)
    assert table.values()["content", "x"] == 9


def placed(rest: int, found: list[Bound], fixed: list[Fixed] | None = None) -> tuple[dict[tuple[str, str], int], bool]:
    out = {("ads", "x"): 50, ("prizes", "x"): 0, ("content", SHARED): 20, ("contingency", SHARED): 10}
    kept = _place_rest(out, rest, fixed or [], found)
    assert sum(out.values()) == 80 + rest
    return out, kept


def test_the_cents_below_one_step_go_where_no_cap_minds() -> None:
    """Contingency, then content for all, then a cell that has money, then any; and to the first with a word on it where every cap minds."""
    start = {("ads", "x"): 50, ("prizes", "x"): 0, ("content", SHARED): 20, ("contingency", SHARED): 10}
    assert placed(0, [cap("category", "ads", 1)]) == (start, True)
    assert placed(7, []) == (start | {("contingency", SHARED): 17}, True)
    no = [cap("category", "contingency", 16)]
    assert placed(7, [cap("category", "contingency", 17)]) == (start | {("contingency", SHARED): 17}, True)
    assert placed(7, no) == (start | {("content", SHARED): 27}, True)
    tied = [Fixed("x", "contingency", "y", 1, 1), Fixed("x", "content", SHARED, 9, 9)]
    assert placed(7, [cap("category", "contingency", 17)], tied) == (start | {("content", SHARED): 27}, True)
    assert placed(7, [cap("platform", SHARED, 36)]) == (start | {("ads", "x"): 57}, True)
    assert placed(7, [cap("platform", SHARED, 37)]) == (start | {("contingency", SHARED): 17}, True)
    assert placed(7, [cap("platform", SHARED, 45)], tied) == (start | {("ads", "x"): 57}, True)
    assert placed(7, [cap("platform", SHARED, 46)], tied) == (start | {("contingency", SHARED): 17}, True)
    assert placed(7, [cap("platform", SHARED, 36), cap("category", "ads", 56)]) == (start | {("prizes", "x"): 7}, True)
    assert placed(7, [cap("platform", SHARED, 36), cap("platform", "x", 56)]) == (
        start | {("contingency", SHARED): 17}, False,
    )  # fmt: skip


def over(
    category: Any, cents: int, least: int = 10, step: int = 1, pull: dict[str, float] | None = None
) -> dict[str, int]:
    cells = list(_over_phases(category, "x", cents, PHASES, step, least, pull or {}))
    assert sum(cell.cents for cell in cells) == cents
    assert {(cell.category, cell.platform) for cell in cells} <= {(category, "x")}
    return {cell.phase: cell.cents for cell in cells}


def test_money_follows_the_phases_shares_and_makes_no_line_too_small_to_use() -> None:
    assert over("content", 1_000) == {"F1": 500, "F2": 300, "F3": 200}
    assert over("content", 60) == {"F1": 30, "F2": 18, "F3": 12}
    assert over("content", 59) == {"F1": 37, "F2": 22}
    assert over("content", 39) == {"F1": 39}
    assert over("content", 1) == {"F1": 1}
    assert over("content", 0) == {}
    assert over("contingency", 1_000) == {"F2": 600, "F3": 400}
    assert over("contingency", 80) == {"F2": 48, "F3": 32}
    assert over("contingency", 79) == {"F2": 79}
    assert over("tools", 1_000) == {"F1": 330, "F2": 330, "F3": 340}
    assert over("tools", 119) == {"F1": 60, "F2": 59}
    assert over("prizes", 120) == {"F1": 60, "F2": 36, "F3": 24}
    assert over("prizes", 119) == {"F1": 74, "F2": 45}
    assert over("creators", 300) == {"F1": 150, "F2": 90, "F3": 60}
    assert over("creators", 299) == {"F1": 187, "F2": 112}
    assert over("ads", 59) == {"F1": 37, "F2": 22}


def test_what_does_not_divide_by_the_step_comes_with_the_last_phase() -> None:
    assert over("ads", 1_007, step=10) == {"F1": 500, "F2": 300, "F3": 207}
    assert over("ads", 7, step=10) == {"F1": 7}


def test_ads_go_to_the_phases_that_a_date_pulls() -> None:
    assert over("ads", 800, pull={"F3": 2.0, "F1": 0.4}) == {"F1": 178, "F2": 267, "F3": 355}
    assert over("ads", 30, pull={"F3": 3.0}) == {"F3": 30}


def test_a_single_phase_holds_contingency_too() -> None:
    (alone,) = _over_phases("contingency", "x", 90, PHASES[:1], 1, 10, {})
    assert (alone.phase, alone.cents) == ("F1", 90)


def sale(**more: Any) -> Objective:
    return made.goal("conversion", text="sell for 母亲节", **more)


def test_a_goals_own_date_pulls_the_six_weeks_before_it() -> None:
    """Phases of 33, 33 and 34 days; the last begins on 8 March."""
    last = PHASES[2]
    assert [phase.start for phase in PHASES] == [dt.date(2027, 1, 1), dt.date(2027, 2, 3), dt.date(2027, 3, 8)]
    day = dt.date(2027, 4, 10)
    assert _pull(brief(objectives=[sale(deadline=day)]), PHASES) == {
        "F1": 1, "F2": pytest.approx(1 + 9 / 33), "F3": 2,
    }  # fmt: skip
    named = [KeyDate(date=dt.date(2027, 3, 7), name="母亲节"), KeyDate(date=dt.date(2027, 4, 1), name="母")]
    assert _pull(brief(objectives=[sale()], key_dates=named), PHASES) == {
        "F1": pytest.approx(1 + 10 / 33), "F2": 2, "F3": 1,
    }  # fmt: skip
    assert _pull(brief(objectives=[sale()], key_dates=named[1:]), PHASES) == {}
    assert _pull(brief(objectives=[sale()]), PHASES) == {}
    fans = made.goal("followers", text="fans by 母亲节", deadline=day)
    assert _pull(brief(objectives=[fans]), PHASES) == {}
    twice = _pull(brief(objectives=[fans, sale(deadline=day), sale(deadline=day)]), PHASES)
    assert twice[last.id] == 4
    inside = _pull(brief(objectives=[sale(deadline=dt.date(2027, 3, 8))]), PHASES)
    assert inside["F3"] == pytest.approx(1 + 1 / 34)


def test_a_fixed_sum_belongs_to_the_date_or_month_that_it_names() -> None:
    dated = brief(
        key_dates=[KeyDate(date=dt.date(2027, 3, 7), name="open day"), KeyDate(date=dt.date(2027, 9, 1), name="")]
    )
    assert _phase_of("open day prizes", dated, PHASES) == "F2"
    assert _phase_of("open", dated, PHASES) == "F2"
    late = brief(key_dates=[KeyDate(date=dt.date(2027, 9, 1), name="fair")])
    assert _phase_of("fair", late, PHASES) == "F3"
    plain = brief()
    assert _phase_of("3月的片子", plain, PHASES) == "F2"
    assert _phase_of("4 月", plain, PHASES) == "F3"
    assert _phase_of("1月", plain, PHASES) == "F1"
    assert _phase_of("April film", plain, PHASES) == "F3"
    assert _phase_of("film for feb", plain, PHASES) == "F2"
    assert _phase_of("a film for December", plain, PHASES) == "F1"
    assert _phase_of("film", plain, PHASES) == "F1"


def test_a_floor_brings_no_ads_to_a_platform_that_sells_none() -> None:
    """What Threads has to get goes into its content."""
    most = Limit(kind="floor", scope="platform", of="threads", share=0.9, text="most of it to Threads")
    asked = brief(Budget(total=Decimal(50_000), currency="USD", limits=[most]))
    places = [made.platform("instagram"), made.platform("threads")]
    given = spread(asked, phases=PHASES, platforms=places, rates=rates("USD"))
    assert sum(cell.cents for cell in given.cells) == 50_000_00
    assert {cell.category for cell in given.cells if cell.platform == "threads"} <= {"content", "prizes"}
    assert sum(cell.cents for cell in given.cells if cell.platform == "threads") == 45_000_00


def test_ads_are_shared_by_all_only_where_no_platform_sells_them() -> None:
    limits = [
        Limit(kind="floor", scope="category", of="ads", share=0.5, text="half for ads"),
        Limit(kind="cap", scope="platform", of="instagram", share=0.1, text="a tenth for Instagram"),
    ]

    def ads(place: str, *chosen: Limit) -> dict[str, int]:
        asked = brief(Budget(total=Decimal(50_000), currency="USD", limits=list(chosen)))
        given = spread(asked, phases=PHASES, platforms=[made.platform(place)], rates=rates("USD"))
        assert sum(cell.cents for cell in given.cells) == 50_000_00
        return {one: given.of("ads", one) for one in (place, SHARED)}

    assert ads("instagram", *limits)[SHARED] == 0
    assert ads("threads", limits[0]) == {"threads": 0, SHARED: 25_000_00}


@pytest.mark.parametrize(("most", "spent"), [(400, 400_00), (399, 0)])
def test_a_category_that_is_left_with_less_than_a_line_gives_it_to_another(most: int, spent: int) -> None:
    """The smallest line of 100,000 is 400."""
    limit = Limit(kind="cap", scope="category", of="prizes", amount=Decimal(most), text="prizes")
    asked = brief(Budget(total=Decimal(100_000), currency="USD", limits=[limit]))
    given = spread(asked, phases=PHASES, platforms=[made.platform("instagram")], rates=rates("USD"))
    assert given.least == 400_00
    assert given.of("prizes") == spent
    assert sum(cell.cents for cell in given.cells) == 100_000_00


# Lines


def spent(*cells: Cell, total: int = 100_00, found: tuple[Bound, ...] = (), size: str = "small") -> Spread:
    return Spread(total, size, cells, found, (), 1_00, 5_00, dict.fromkeys(CATEGORIES, 0.25), "F1")


def lines_of(given: Spread, asked: BrandBrief | None = None, places: Any = (), weeks: float = 0.0) -> list[BudgetLine]:
    return list(budget_lines(asked or brief(), given, (), places, 12.0, rates("USD"), weeks))


def test_without_money_the_lines_that_cost_nothing_stand_there() -> None:
    rows = lines_of(spent(total=0))
    assert [(row.category, row.cents, row.phase) for row in rows] == [
        ("content", 0, "F1"), ("tools", 0, "F1"), ("ads", 0, "F1"), ("labour", 0, "F1"),
    ]  # fmt: skip
    assert len({row.item for row in rows}) == 4
    assert [row.id for row in rows] == ["B01", "B02", "B03", "B04"]


def test_labour_stands_before_contingency_and_only_once() -> None:
    rows = lines_of(spent(Cell("ads", "instagram", "F1", 90_00), Cell("contingency", SHARED, "F2", 10_00)))
    assert [row.category for row in rows] == ["ads", "labour", "contingency"]
    assert "12" in rows[1].basis
    paid = lines_of(spent(Cell("labour", SHARED, "F1", 90_00, "editor"), Cell("contingency", SHARED, "F2", 10_00)))
    assert [(row.category, row.item, row.fixed) for row in paid] == [
        ("labour", "editor", True), ("contingency", paid[1].item, False),
    ]  # fmt: skip


def test_ids_grow_a_digit_from_a_hundred_lines_on() -> None:
    def first(count: int) -> str:
        cells = [Cell("labour", SHARED, "F1", 1, "x")] * count
        return lines_of(spent(*cells))[0].id

    assert [first(99), first(100)] == ["B01", "B001"]


def test_hired_hands_are_told_with_hours_and_price_where_the_sum_pays_no_labour() -> None:
    team = [
        Member(title="freelance editor", hours=10, count=2),
        Member(title="owner", hours=20),
        Member(title="agency"),
    ]
    asked = brief(team=team)
    assert [one.title for one in hired_hands(asked)] == ["freelance editor"]
    assert hired_cents(team[0], 5, 30) == 3_000_00
    assert hired_cents(team[0], 5, 31) == 3_100_00
    assert hired_cents(team[0], 5, 30.4) == 3_000_00
    assert hired_cents(team[2], 5, 30) == 0
    each = rates("USD").find("labour_hour")
    assert each is not None
    rows = lines_of(spent(Cell("ads", "instagram", "F1", 100_00)), asked, weeks=5)
    basis = next(row for row in rows if row.category == "labour").basis
    assert "freelance editor" in basis
    assert "100" in basis
    assert f"{hired_cents(team[0], 5, each.span.base) // 100:,}" in basis
    others = [row.basis for row in rows if row.category != "labour"]
    assert not [one for one in others if "freelance" in one]
    tied = lines_of(spent(Cell("labour", SHARED, "F1", 100_00, "editor")), asked, weeks=5)
    assert not [row for row in tied if "freelance" in row.basis]


@pytest.mark.parametrize(
    ("formats", "size", "cents", "kind"),
    [
        (made.VIDEO, "small", 9_00, "video"),
        (made.TEXT, "small", 9_00, "text"),
        (made.IMAGE, "small", 9_00, "image"),
        ((("live", 0.5), ("article", 0.5)), "small", 9_00, "video"),
        ((("live", 0.49), ("article", 0.5)), "small", 9_00, "text"),
        (made.VIDEO, "micro", 9_00, "small"),
        (made.VIDEO, "micro", 0, "none"),
    ],
)
def test_a_content_line_buys_what_the_platform_asks_for_most(formats: Any, size: str, cents: int, kind: str) -> None:
    row = lines_of(spent(Cell("content", "youtube", "F1", cents), size=size), places=[made.platform("instagram"), made.platform("youtube", formats=formats)])[0]  # fmt: skip
    assert row.item == t("en", f"budget.item.content.{kind}", platform="YouTube")


def test_items_say_what_money_buys_or_what_does_without() -> None:
    given = [
        Cell("content", SHARED, "F1", 5_00), Cell("ads", "instagram", "F1", 5_00), Cell("ads", "nowhere", "F1", 5_00), Cell("ads", "instagram", "F1", 0),
        Cell("creators", "instagram", "F1", 5_00), Cell("prizes", SHARED, "F1", 0), Cell("prizes", SHARED, "F1", 5_00), Cell("tools", SHARED, "F1", 0),
        Cell("labour", SHARED, "F1", 0), Cell("labour", SHARED, "F1", 5_00),
    ]  # fmt: skip
    assert [row.item for row in lines_of(spent(*given))] == [
        t("en", "budget.item.content.shared"), t("en", "budget.item.ads.instagram"), t("en", "budget.item.ads.any", platform="nowhere"),
        t("en", "budget.item.none.ads"), t("en", "budget.item.creators.any", platform="Instagram"), t("en", "budget.item.none.prizes"),
        t("en", "budget.item.prizes"), t("en", "budget.item.none.tools"), t("en", "budget.item.none.labour"), t("en", "budget.item.labour"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("category", "cents", "found", "named"),
    [
        ("ads", 40_00, (), "assumed"),
        ("ads", 40_00, (cap("category", "ads", 40_00),), "cap"),
        ("ads", 40_00, (cap("category", "ads", 41_00),), "cap"),
        ("ads", 40_00, (cap("category", "ads", 41_01),), "assumed"),
        ("ads", 40_00, (floor("category", "ads", 39_00),), "floor"),
        ("ads", 40_00, (floor("category", "ads", 38_99),), "assumed"),
        ("tools", 40_00, (), ""),
        ("tools", 40_00, (cap("category", "tools", 40_00),), "cap"),
        ("prizes", 40_00, (floor("category", "prizes", 40_00),), "floor"),
    ],
)
def test_a_line_says_which_limit_set_its_category(
    category: Any, cents: int, found: tuple[Bound, ...], named: str
) -> None:
    basis = lines_of(spent(Cell(category, "instagram", "F1", cents), found=found))[0].basis
    share = t("en", "budget.basis.share", category=t("en", f"budget.category.{category}"), share="40%")
    assert basis.startswith(share)
    limit = money(found[0].cents, "USD") if found else ""
    endings = {
        "assumed": t("en", "budget.basis.assumed", share="25%"), "cap": t("en", "budget.basis.cap", limit=limit),
        "floor": t("en", "budget.basis.floor", limit=limit),
    }  # fmt: skip
    assert [name for name, ending in endings.items() if ending in basis] == ([named] if named else [])


# What ads buy


def aims(cents: int, *goals: Objective, least: int = 10, step: int = 1) -> list[tuple[str, int]]:
    given = Spread(1, "small", (), (), (), step, least, {}, "F1")
    rows = objectives_of("douyin", cents, goals, given)
    assert sum(value for _, value in rows) == cents
    return list(rows)


def test_ad_money_follows_the_rank_of_the_goals_and_a_part_lifts_posts() -> None:
    """Weights 3, 2, 1.5, 1, 1 … by rank, and 1 for posts that do well by themselves."""
    kinds = [made.goal(kind) for kind in ("conversion", "followers", "traffic", "awareness")]
    assert aims(1_000, kinds[0]) == [("conversion", 750), ("boost", 250)]
    assert aims(1_700, *kinds) == [
        ("conversion", 600), ("followers", 400), ("traffic", 300), ("awareness", 200), ("boost", 200),
    ]  # fmt: skip
    assert aims(1_000, made.goal("engagement")) == [("boost", 1_000)]
    assert aims(1_000, made.goal("service"), kinds[0]) == [("conversion", 750), ("boost", 250)]
    assert aims(1_000, made.goal("traffic", platform="weibo"), kinds[0]) == [("conversion", 750), ("boost", 250)]
    assert aims(1_000, made.goal("traffic", platform="douyin")) == [("traffic", 750), ("boost", 250)]
    assert aims(1_200, kinds[0], kinds[0]) == [("conversion", 1_000), ("boost", 200)]
    assert aims(1_000) == [("boost", 1_000)]


def test_a_little_ad_money_has_one_aim_and_no_aim_less_than_two_lines() -> None:
    goals = [made.goal(kind) for kind in ("conversion", "followers")]
    assert aims(59, *goals) == [("conversion", 59)]
    assert aims(60, *goals) == [("conversion", 36), ("followers", 24)]
    assert aims(120, *goals) == [("conversion", 60), ("followers", 40), ("boost", 20)]
    assert aims(119, *goals) == [("conversion", 71), ("followers", 48)]
    assert aims(1_007, goals[0], step=10) == [("conversion", 757), ("boost", 250)]
    assert aims(0, goals[0], least=0) == []


def test_a_few_results_keep_a_digit_in_the_formula() -> None:
    class Known(Rates):
        def find(self, metric: str, platform: str = "", *, tier: str = "", format: str = "") -> Rate | None:
            known = {
                "cpm": (Span(20, 10, 5), "CNY"),
                "ctr": (Span(0.01, 0.02, 0.04), "%"),
                "cvr": (Span(0.01, 0.05, 0.1), "%"),
            }
            return Rate(*known[metric], (f"kb:{metric}",)) if metric in known else None

    one = Known(load(), "CNY", "b2c", "CN", "en")

    def formula(cents: int) -> str:
        return buys("x", "conversion", cents, one).formulas[2].rpartition(" = ")[2]

    assert [formula(99_00), formula(100_00), formula(104_00)] == ["9.9", "10", "10"]
    bought = buys("x", "conversion", 100_00, one)
    assert tuple(bought.impressions) == (5_000, 10_000, 20_000)
    assert tuple(bought.clicks) == (50, 200, 800)
    assert tuple(bought.results) == pytest.approx((0.5, 10, 80))
    assert bought.sources == (("kb:cpm",), ("kb:cpm", "kb:ctr"), ("kb:cpm", "kb:ctr", "kb:cvr"))
    for aim in ("boost", "followers"):
        unknown = buys("x", aim, 100_00, one)  # type: ignore[arg-type]
        assert (tuple(unknown.results), unknown.formulas[2]) == ((0, 0, 0), "")
    assert unit_cost("traffic", ["nowhere", "threads", "xiaohongshu"], one) == (pytest.approx(0.5), "xiaohongshu")
    assert unit_cost("conversion", ["xiaohongshu"], one) == (pytest.approx(10), "xiaohongshu")
    assert unit_cost("awareness", ["xiaohongshu"], one) == (pytest.approx(0.01), "xiaohongshu")
    assert unit_cost("followers", ["xiaohongshu"], one) is None
    assert unit_cost("engagement", ["xiaohongshu"], one) is None


def test_what_costs_nothing_is_not_counted_without_end() -> None:
    class Free(Rates):
        def find(self, metric: str, platform: str = "", *, tier: str = "", format: str = "") -> Rate | None:
            return Rate(Span(), "CNY", ())

    free = Free(load(), "CNY", "b2c", "CN", "en")
    for aim in ("awareness", "followers"):
        bought = buys("xiaohongshu", aim, 100_00, free)  # type: ignore[arg-type]
        assert tuple(bought.impressions) == tuple(bought.results) == (0, 0, 0)
    assert unit_cost("awareness", ["xiaohongshu"], free) is None


AIMED = {aim: kind for kind, aim in AIM.items()}


@pytest.mark.parametrize("aim", AIMED)
def test_what_follows_from_an_unknown_price_is_unknown_and_not_nought(aim: Any) -> None:
    """No planning rate for the currency, so no price: "0 × 0.9 % = 0 clicks" would be made up."""
    strange = Rates(load(), "XXX", "b2c", "CN", "en")
    assert strange.find("ctr", "xiaohongshu")
    assert buys("xiaohongshu", aim, 100_00, strange) == Bought(Span(), Span(), Span(), ("", "", ""), ((), (), ()))
    rows = paid_plan(spent(Cell("ads", "xiaohongshu", "F1", 20_00)), [made.goal(AIMED[aim])], strange)
    assert [(row.objective, row.cents) for row in rows] == [(aim, 20_00)]
    row = rows[0]
    for figure in (row.cpm, row.impressions, row.clicks, row.results):
        assert (figure.value, figure.kind) == (None, "assumption")
