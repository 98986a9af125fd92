"""Arithmetic of the budget: sums to the cent, caps recomputed, scenarios that follow from their own numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from agent.brief.model import FixedLine, Limit
from agent.checks.base import CheckContext, Hit, at, check
from agent.locale import money
from agent.plan.model import MarketingPlan
from agent.plan.results import BudgetLine


def _sum(lines: Iterable[BudgetLine], category: str = "", platform: str = "") -> int:
    return sum(line.cents for line in lines if category in ("", line.category) and platform in ("", line.platform))


def _differ(plan: MarketingPlan, where: str, said: int, found: int, **facts: object) -> Iterator[Hit]:
    """A hit when two sums differ, with both written out."""
    if said != found:
        currency = plan.budget.currency
        yield at(where, said=money(said, currency), found=money(found, currency), **facts)


@check("BUD-001", "error", "Budget lines sum to the total, to the cent")
def lines_sum(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Nothing is lost in rounding, and no line is negative."""
    yield from _differ(plan, "budget.total_cents", plan.budget.total_cents, _sum(plan.budget.lines))
    for place, line in enumerate(plan.budget.lines):
        if line.cents < 0:
            yield at(f"budget.lines[{place}].cents", "negative", item=line.item)


@check("BUD-002", "error", "A platform's money is the sum of its budget lines")
def platform_money(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Lines marked "shared" belong to no platform."""
    for place, choice in enumerate(plan.platforms.choices):
        found = _sum(plan.budget.lines, platform=choice.platform)
        where = f"platforms.choices[{place}].budget_cents"
        yield from _differ(plan, where, choice.budget_cents, found, platform=choice.platform)


@check("BUD-003", "error", "A creator tier's total is number × fee")
def tier_totals(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """In minor units."""
    for place, tier in enumerate(plan.budget.creators):
        where = f"budget.creators[{place}].total_cents"
        yield from _differ(plan, where, tier.total_cents, tier.number * tier.fee_cents, id=tier.id)


@check("BUD-004", "error", "Creator tiers sum to the creator lines, in all and per platform")
def creators_sum(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """To the cent."""
    platforms = {tier.platform for tier in plan.budget.creators}
    for platform in ("", *sorted(platforms - {"shared"})):
        said = sum(tier.total_cents for tier in plan.budget.creators if platform in ("", tier.platform))
        found = _sum(plan.budget.lines, "creators", platform)
        yield from _differ(plan, "budget.creators", said, found, platform=platform or "-")
        if said != found:
            return


@check("BUD-005", "error", "Paid media sums to the ads lines, in all and per platform")
def paid_sum(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """To the cent."""
    platforms = {line.platform for line in plan.budget.paid}
    for platform in ("", *sorted(platforms - {"shared"})):
        said = sum(line.cents for line in plan.budget.paid if platform in ("", line.platform))
        found = _sum(plan.budget.lines, "ads", platform)
        yield from _differ(plan, "budget.paid", said, found, platform=platform or "-")
        if said != found:
            return


@check("BUD-006", "error", "Community events and UGC rewards stay within the prizes line")
def prizes_within(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The money of the community part comes from the prizes line."""
    said = plan.community.ugc.budget_cents + sum(event.budget_cents for event in plan.community.events)
    found = _sum(plan.budget.lines, "prizes")
    if said > found:
        yield from _differ(plan, "community.ugc.budget_cents", said, found)


def limit_cents(limit: Limit, total_cents: int) -> Decimal | None:
    """What a cap or floor of the brief comes to, in minor units and unrounded: the stricter of share and sum.

    None when it names neither.
    """
    sums = [limit.amount * 100] if limit.amount is not None else []
    sums += [Decimal(str(limit.share)) * total_cents] if limit.share is not None else []
    return (min(sums) if limit.kind == "cap" else max(sums)) if sums else None


def spent_under(limit: Limit, plan: MarketingPlan) -> int:
    """What the plan spends where a cap or floor binds, in minor units; the dearest creator for scope creator."""
    if limit.scope == "creator":
        return max((tier.fee_cents for tier in plan.budget.creators), default=0)
    if limit.scope == "platform":
        return _sum(plan.budget.lines, platform=limit.of)
    return _sum(plan.budget.lines, category=limit.of)


@check("BUD-007", "error", "Every cap and floor of the brief is kept, recomputed from the lines")
def limits_kept(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Does not trust the plan's own table of caps."""
    for limit in ctx.brief.budget.limits:
        bound = limit_cents(limit, plan.budget.total_cents)
        if bound is None:
            continue
        spent = spent_under(limit, plan)
        if spent > bound if limit.kind == "cap" else spent < bound:
            words = limit.text or f"{limit.kind} {limit.of}"
            yield from _differ(plan, "budget.caps", int(bound), spent, text=words)


def _within(limit: Limit, spent: int, bound: float) -> bool:
    return spent <= bound if limit.kind == "cap" else spent >= bound


@check("BUD-008", "error", "The table of caps agrees with the lines, and its verdicts with its own figures")
def cap_table(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Each cap and floor of the brief needs a row with the recomputed limit and spending."""
    rows = plan.budget.caps
    for limit in ctx.brief.budget.limits:
        bound = limit_cents(limit, plan.budget.total_cents)
        if bound is None:
            continue
        spent = spent_under(limit, plan)
        near = [
            row
            for row in rows
            if abs((row.limit_cents if row.lowered_cents is None else row.lowered_cents) - bound) <= 1
        ]
        if not any(row.actual_cents == spent and row.kept == _within(limit, spent, row.limit_cents) for row in near):
            yield at(
                "budget.caps",
                text=limit.text or f"{limit.kind} {limit.of}",
                limit=money(int(bound), plan.budget.currency), spent=money(spent, plan.budget.currency),
            )  # fmt: skip


@check("BUD-009", "error", "Every sum that the brief ties to a purpose is a fixed line of that size")
def fixed_lines(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A fixed sum may be spread over phases: what counts is the sum of fixed lines of its category and platform."""
    groups: dict[tuple[str, str], list[FixedLine]] = {}
    for line in ctx.brief.budget.fixed:
        groups.setdefault((line.category, line.platform), []).append(line)
    fixed = [line for line in plan.budget.lines if line.fixed]
    for (category, platform), wanted in groups.items():
        want = int(sum(line.amount for line in wanted) * 100)
        have = _sum(fixed, category, platform)
        if have < want:
            yield from _differ(plan, "budget.lines", have, want, text="; ".join(line.purpose for line in wanted))
    total = int(sum((line.amount for line in ctx.brief.budget.fixed), Decimal(0)) * 100)
    if _sum(fixed) > total:
        yield from _differ(plan, "budget.lines", _sum(fixed), total, text="Σ")


_COUNTS = ("impressions", "engagements", "clicks", "conversions", "followers")


@check("BUD-010", "error", "Scenarios stand as low, base, high, and none gets less than the one before")
def scenarios_ordered(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Every count of the forecast is monotone."""
    rows = plan.budget.scenarios
    if [row.name for row in rows] != ["low", "base", "high"]:
        yield at("budget.scenarios", "names", names=", ".join(row.name for row in rows))
        return
    for name in _COUNTS:
        values = [float(getattr(row, name)) for row in rows]
        if values != sorted(values) or values[0] < 0:
            yield at("budget.scenarios", name=name, values=" / ".join(f"{v:g}" for v in values))


@check("BUD-011", "error", "ROI and cost per result follow from the scenario's own money and results")
def scenario_ratios(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Within two per cent, and as much as rounding the results makes out."""
    for place, row in enumerate(plan.budget.scenarios):
        where = f"budget.scenarios[{place}]"
        if row.roi is not None and (row.revenue_cents is None or not row.total_cents):
            yield at(f"{where}.roi", "unfounded", name=row.name)
        elif row.roi is not None and row.revenue_cents is not None:
            found = row.revenue_cents / row.total_cents
            if abs(row.roi - found) > max(0.02 * found, 0.006):
                yield at(f"{where}.roi", name=row.name, said=f"{row.roi:.2f}", found=f"{found:.2f}")
        if row.cost_per_result_cents is not None and row.conversions > 0:
            found = row.total_cents / row.conversions
            rounding = (0.05 if row.conversions % 1 else 0.5) / row.conversions
            if abs(row.cost_per_result_cents - found) > max((0.02 + rounding) * found, 1):
                yield at(
                    f"{where}.cost_per_result_cents",
                    name=row.name, said=f"{row.cost_per_result_cents / 100:.2f}", found=f"{found / 100:.2f}",
                )  # fmt: skip


@check("BUD-012", "error", "Paid impressions are the spend ÷ CPM × 1,000")
def paid_impressions(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Base case, within two per cent."""
    for place, line in enumerate(plan.budget.paid):
        if line.cpm.value and line.impressions.value is not None:
            found = line.cents / 100 / line.cpm.value * 1000
            if abs(line.impressions.value - found) > max(0.02 * found, 1):
                where = f"budget.paid[{place}].impressions"
                yield at(where, id=line.id, said=f"{line.impressions.value:,.0f}", found=f"{found:,.0f}")


@check("BUD-013", "error", "One currency throughout: the budget's, the plan's and every price's")
def one_currency(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A CPM in dollars in a plan in yuan is an error, never a conversion left to the reader."""
    want = plan.meta.currency
    seen = [("budget.currency", plan.budget.currency)]
    seen += [(f"budget.paid[{n}].cpm", line.cpm.unit) for n, line in enumerate(plan.budget.paid)]
    if ctx.brief.budget.currency:
        seen.append(("meta.currency", ctx.brief.budget.currency))
    for where, unit in seen:
        if unit != want:
            yield at(where, unit=unit, currency=want)


@check("BUD-014", "error", "The four strategies together put in no more money than there is")
def strategy_inputs(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Money is not counted twice between content, engagement, growth and conversion."""
    said = sum(line.input_cents for line in plan.strategy.lines)
    if said > plan.budget.total_cents:
        yield from _differ(plan, "strategy.lines", said, plan.budget.total_cents)
