"""What the brief ties down: fixed sums, caps and floors in minor units, and afterwards whether each was kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import get_args

from agent.brief.model import BrandBrief, FixedLine, Limit
from agent.frame.apportion import NO_LIMIT
from agent.plan.results import BudgetLine, CapCheck, Category

CATEGORIES: tuple[Category, ...] = get_args(Category)
SHARED = "shared"
KINDS: tuple[tuple[Category, str], ...] = (
    ("labour", r"salar|wage|payroll|\bstaff|personnel|人事|工资|工資|薪|人力|员工|員工"),
    ("prizes", r"prize|giveaway|\bgift|reward|\bevent|奖|獎|礼品|禮品|赠品|贈品|活动|活動"),
    ("creators", r"creator|influencer|\bkol\b|\bkoc\b|blogger|达人|達人|博主|网红|網紅"),
    ("ads", r"\bads?\b|advertis|\bmedia\b|paid social|投放|投流|广告|廣告|信息流"),
    ("tools", r"\btools?\b|software|subscription|licen[cs]e|工具|软件|軟體"),
    (
        "content",
        r"film|photo|shoot|video|design|production|content|拍摄|拍攝|设计|設計|制作|製作|素材|内容|內容|主图|短片",
    ),
)
"""Words by which a purpose or an exclusion shows its category, the clearest first."""


@dataclass(frozen=True)
class Fixed:
    """A sum that the brief ties to a purpose; `cents` is what the total leaves for it."""

    purpose: str
    category: Category
    platform: str
    asked: int
    cents: int


@dataclass(frozen=True)
class Bound:
    """A cap or floor in minor units."""

    kind: str
    scope: str
    of: str
    cents: int
    text: str


def cents_of(amount: Decimal, rounding: str = ROUND_FLOOR) -> int:
    """Whole units → minor units: amount × 100."""
    return int((amount * 100).to_integral_value(rounding))


def category_of(text: str, default: Category = "content") -> Category:
    """The budget category that a purpose speaks of."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, text, re.IGNORECASE)), default)


def excluded(brief: BrandBrief) -> frozenset[str]:
    """Categories that the sum does not cover, from `budget.excludes`."""
    found = {
        kind for text in brief.budget.excludes for kind, pattern in KINDS if re.search(pattern, text, re.IGNORECASE)
    }
    return frozenset(found)


def fixed_lines(brief: BrandBrief, total: int) -> tuple[Fixed, ...]:
    """The fixed sums in the brief's order, each as far as the total still reaches: cents = min(asked, total − Σ earlier)."""
    left, out = total, []
    for row in brief.budget.fixed:
        asked = max(0, cents_of(row.amount))
        granted = min(asked, left)
        left -= granted
        out.append(Fixed(row.purpose, _category(row), row.platform or SHARED, asked, granted))
    return tuple(out)


def _category(row: FixedLine) -> Category:
    return next((name for name in CATEGORIES if name == row.category), None) or category_of(row.purpose)


def bounds(brief: BrandBrief, total: int) -> tuple[Bound, ...]:
    """Caps and floors of the brief: share × total (cap rounded down, floor up) or the amount; the stricter where both stand."""
    return tuple(
        Bound(limit.kind, limit.scope, limit.of, _limit_cents(limit, total), limit.text or limit.of)
        for limit in brief.budget.limits
        if limit.share is not None or limit.amount is not None
    )


def _limit_cents(limit: Limit, total: int) -> int:
    rounding = ROUND_FLOOR if limit.kind == "cap" else ROUND_CEILING
    sums = []
    if limit.amount is not None:
        sums.append(cents_of(limit.amount, rounding))
    if limit.share is not None:
        sums.append(int((Decimal(total) * Decimal(str(limit.share))).to_integral_value(rounding)))
    return max(0, min(sums) if limit.kind == "cap" else max(sums))


def span_of(found: Iterable[Bound], scope: str, of: str) -> tuple[int, int]:
    """Lower and upper bound of a category or platform: the highest floor, the lowest cap."""
    rows = [row for row in found if row.scope == scope and row.of == of]
    low = max((row.cents for row in rows if row.kind == "floor"), default=0)
    high = min((row.cents for row in rows if row.kind == "cap"), default=NO_LIMIT)
    return low, high


def creator_cap(found: Iterable[Bound]) -> int | None:
    """The most that one creator may cost, or None."""
    return min((row.cents for row in found if row.scope == "creator" and row.kind == "cap"), default=None)


def cap_checks(
    lines: Iterable[BudgetLine],
    found: Iterable[Bound],
    fixed: Iterable[Fixed],
    highest_fee: int,
    asked: BrandBrief,
    total: int,
) -> tuple[CapCheck, ...]:
    """Every cap, floor and fixed sum that the client asked for against the finished lines: a cap is kept when actual ≤ limit, a floor when
    actual ≥ limit. `asked` is the brief before contradictions were resolved: a bound that was moved since is shown as lowered.
    """
    rows = list(lines)
    actual: Mapping[str, dict[str, int]] = {"category": {}, "platform": {}}
    for line in rows:
        actual["category"][line.category] = actual["category"].get(line.category, 0) + line.cents
        actual["platform"][line.platform] = actual["platform"].get(line.platform, 0) + line.cents
    held = {(row.kind, row.scope, row.of, row.text): row.cents for row in found}
    out = []
    for bound in bounds(asked, total):
        spent = highest_fee if bound.scope == "creator" else actual[bound.scope].get(bound.of, 0)
        kept = spent <= bound.cents if bound.kind == "cap" else spent >= bound.cents
        now = held.get((bound.kind, bound.scope, bound.of, bound.text), bound.cents)
        moved = None if now == bound.cents else now
        out.append(
            CapCheck(text=bound.text, limit_cents=bound.cents, actual_cents=spent, kept=kept, lowered_cents=moved)
        )
    sums = {row.purpose: max(0, cents_of(row.amount)) for row in asked.budget.fixed}
    for row in fixed:
        wanted = sums.get(row.purpose, row.asked)
        kept = row.cents >= wanted
        moved = None if row.asked == wanted else row.asked
        out.append(
            CapCheck(text=row.purpose, limit_cents=wanted, actual_cents=row.cents, kept=kept, lowered_cents=moved)
        )
    return tuple(out)
