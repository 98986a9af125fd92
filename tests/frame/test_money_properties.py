"""Properties of the allocation over random totals, caps, floors and fixed sums."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import money_cases as made
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brief.model import BrandBrief, Budget, FixedLine, Limit
from agent.frame.apportion import NO_LIMIT, Table, between, largest_remainder
from agent.frame.creators import Offer, split
from agent.frame.limits import CATEGORIES, SHARED
from agent.frame.money import build_money
from agent.knowledge import load

PLACES = ("xiaohongshu", "douyin", "wechat")
TOTALS = st.one_of(st.integers(0, 100_000), st.integers(0, 10**11))
BASE = made.tea()


@given(total=st.integers(0, 10**12), weights=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=12))
def test_largest_remainder_is_exact_and_within_one(total: int, weights: list[float]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    whole = sum(weights)
    if whole > 1e-6:
        assert all(
            abs(part - total * weight / whole) <= 1 + total * 1e-9 for part, weight in zip(parts, weights, strict=True)
        )


@given(
    total=st.integers(0, 10**9),
    rows=st.lists(st.tuples(st.floats(0, 10), st.integers(0, 10**8), st.integers(0, 10**9)), min_size=1, max_size=7),
)
def test_between_sums_exactly_and_keeps_bounds_where_they_leave_room(
    total: int, rows: list[tuple[float, int, int]]
) -> None:
    weights = {n: row[0] + 0.01 for n, row in enumerate(rows)}
    low = {n: row[1] for n, row in enumerate(rows)}
    high = {n: max(row[1], row[2]) for n, row in enumerate(rows)}
    parts = between(total, weights, low, high)
    assert sum(parts.values()) == total
    assert all(part >= 0 for part in parts.values())
    if sum(low.values()) <= total <= sum(high.values()):
        assert all(low[n] <= part <= high[n] for n, part in parts.items())


@st.composite
def grids(draw: st.DrawFn) -> tuple[dict[tuple[str, str], int], dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """A table that keeps its bounds, its bounds, and a shuffled start with the same total."""
    rows, columns = ["a", "b", "c"], ["x", "y"]
    final = {(r, c): draw(st.integers(0, 50)) for r in rows for c in columns}
    slack = st.integers(0, 10)
    row_sums = {r: sum(final[r, c] for c in columns) for r in rows}
    column_sums = {c: sum(final[r, c] for r in rows) for c in columns}
    row_bounds = {r: (max(0, value - draw(slack)), value + draw(slack)) for r, value in row_sums.items()}
    column_bounds = {c: (max(0, value - draw(slack)), value + draw(slack)) for c, value in column_sums.items()}
    start = dict(
        zip(final, largest_remainder(sum(final.values()), [draw(st.floats(0, 1)) for _ in final]), strict=True)
    )
    return start, row_bounds, column_bounds


@given(grids())
def test_a_table_whose_bounds_can_be_kept_is_settled(
    grid: tuple[dict[tuple[str, str], int], dict[str, tuple[int, int]], dict[str, tuple[int, int]]],
) -> None:
    start, rows, columns = grid
    total = sum(start.values())
    table = Table(start, total)
    for name, arc in table.rows.items():
        arc.low, arc.high = rows[name]
    for name, arc in table.columns.items():
        arc.low, arc.high = columns[name]
    assert table.settle()
    values = table.values()
    assert sum(values.values()) == total
    assert all(value >= 0 for value in values.values())
    for row, (low, high) in rows.items():
        assert low <= sum(v for (r, _), v in values.items() if r == row) <= high
    for column, (low, high) in columns.items():
        assert low <= sum(v for (_, c), v in values.items() if c == column) <= high


@given(
    cents=st.integers(1, 10**11),
    fees=st.lists(st.integers(1, 10**7), min_size=1, max_size=4),
    cap=st.one_of(st.none(), st.integers(1, 10**7)),
)
def test_creators_multiply_out_to_the_line_below_the_cap(cents: int, fees: list[int], cap: int | None) -> None:
    offers = [
        Offer(f"t{n}", "KOC", min(fee, cap or fee), 1 / len(fees)) for n, fee in enumerate(sorted(fees, reverse=True))
    ]
    rows = split(cents, offers, cap)
    assert sum(number * fee for _, number, fee in rows) == cents
    assert all(number > 0 and fee > 0 for _, number, fee in rows)
    assert cap is None or all(fee <= cap for _, _, fee in rows)


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    """A total from nothing to 1e11 cents, with fixed sums, caps and floors that may or may not fit."""
    total = Decimal(draw(TOTALS)) / 100
    share = st.floats(0, 1).map(lambda value: round(value, 3))
    fixed = [
        FixedLine(purpose=f"fixed {n}", category=draw(st.sampled_from(CATEGORIES)), platform=draw(st.sampled_from(("", *PLACES))),
                  amount=(total * Decimal(str(draw(share))) / 2).quantize(Decimal("0.01")))
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    limits = []
    for n in range(draw(st.integers(0, 4))):
        scope = draw(st.sampled_from(("category", "platform", "creator")))
        of = {"category": draw(st.sampled_from(CATEGORIES)), "platform": draw(st.sampled_from(PLACES)), "creator": ""}[
            scope
        ]
        kind = "cap" if scope == "creator" else draw(st.sampled_from(("cap", "floor")))
        amount = Decimal(draw(st.integers(1, 10**6))) / 100 if scope == "creator" else None
        part = None if scope == "creator" else draw(share)
        limits.append(Limit(kind=kind, scope=scope, of=of, share=part, amount=amount, text=f"limit {n}"))
    return Budget(total=total, currency=draw(st.sampled_from(("CNY", "USD", "TWD", "GBP"))), fixed=fixed, limits=limits)


def possible(budget: Budget, total: int) -> bool:
    """Whether all limits and fixed sums can be kept together: the table of what is not fixed, solved in cents from nothing."""
    from agent.frame.limits import bounds, fixed_lines, span_of

    brief = BrandBrief(brand="x", budget=budget)
    found, fixed = bounds(brief, total), fixed_lines(brief, total)
    if any(row.cents < row.asked for row in fixed):
        return False
    allowed = [(c, p) for c in ("content", "prizes", "ads", "creators") for p in PLACES]
    allowed += [(c, SHARED) for c in CATEGORIES if c not in ("ads", "creators")]
    free = total - sum(row.cents for row in fixed)
    table = Table({cell: free if cell == ("contingency", SHARED) else 0 for cell in allowed}, free)
    for name, arc in [*table.rows.items(), *table.columns.items()]:
        scope = "category" if name in table.rows else "platform"
        low, high = span_of(found, scope, name)
        taken = sum(row.cents for row in fixed if name in (row.category, row.platform))
        if high < taken:
            return False
        arc.low, arc.high = max(0, low - taken), high - taken if high < NO_LIMIT else NO_LIMIT
    return table.settle()


@settings(max_examples=120, deadline=None)
@given(budgets())
def test_any_budget_is_spread_exactly_and_limits_fail_only_when_they_must(budget: Budget) -> None:
    brief: BrandBrief = BASE.brief.model_copy(update={"budget": budget})
    money = build_money(brief, **BASE.given, knowledge=load(), as_of=dt.date(2026, 11, 23))
    total = int((budget.total or 0) * 100)
    frame = money.budget
    assert frame.total_cents == total == sum(line.cents for line in frame.lines)
    assert all(line.cents >= 0 for line in frame.lines)
    for platform in {line.platform for line in frame.lines}:
        assert sum(c.total_cents for c in frame.creators if c.platform == platform) == frame.by("creators", platform)
        assert sum(p.cents for p in frame.paid if p.platform == platform) == frame.by("ads", platform)
    low, base, high = frame.scenarios
    assert low.impressions <= base.impressions <= high.impressions
    assert low.conversions <= base.conversions <= high.conversions
    assert {row.cpm.unit for row in frame.paid} <= {budget.currency}
    if not all(check.kept for check in frame.caps):
        assert not possible(budget, total), [check for check in frame.caps if not check.kept]
