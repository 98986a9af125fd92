"""The budget part: the frame's money with its reasons, the creator and media plans behind it, what is cut first."""

from __future__ import annotations

import math

from agent.frame.model import CreatorFrame, PaidFrame
from agent.locale import day, money, number, percent, t
from agent.plan.results import BudgetPart, CreatorTier, PaidLine
from agent.words.playbook.context import Context
from agent.words.playbook.crew import followers
from agent.words.playbook.figures import amount
from agent.words.playbook.legal import named, targeting
from agent.words.playbook.match import unit_of
from agent.words.playbook.named import say, spelt, visited, word
from agent.words.playbook.voice import clip

CUT_ORDER = ("prizes", "tools", "creators", "ads")
"""What goes first when money is taken away; content, labour and contingency go last."""
PAID_BY = {
    "head": ("head", "person", "employee", "人", "位"), "month": ("month", "月"), "week": ("week", "周", "週"), "day": ("day", "天"), "year": ("year", "年"),
}  # fmt: skip
"""What a price is paid for (`unit_of`), by the word that counts it; anything else is counted in pieces."""
KNOWN = 1000
"""Followers from which an audience of people who know the brand can be bought."""


def write_budget(context: Context) -> BudgetPart:
    """The frame's sums, to the cent, with words around them."""
    budget = context.frame.budget
    context.sources.cite(*(f"kb:{i}" for i in context.frame.sources))
    return BudgetPart(
        currency=budget.currency,
        total_cents=budget.total_cents,
        origin=budget.origin,
        lines=list(budget.lines),
        creators=_creators(context),
        paid=[_paid(context, row) for row in budget.paid],
        scenarios=list(budget.scenarios),
        caps=list(budget.caps),
        reasons=_reasons(context),
        cut_first=_cuts(context),
        labour_hours=budget.labour_hours,
        labour_note=_labour(context),
        break_even=_break_even(context),
        bridge=next((goal.bridge for goal in context.frame.goals if goal.bridge), ""),
    )


def _cash(context: Context, cents: int) -> str:
    return money(cents, context.frame.currency)


def _creators(context: Context) -> list[CreatorTier]:
    """Every row; how a size is chosen and briefed on a platform is said once, later phases point back to it."""
    first: dict[tuple[str, str, str], str] = {}
    out = []
    for row in context.frame.budget.creators:
        known = first.setdefault((row.role, row.tier, row.platform), row.id)
        out.append(_creator(context, row, "" if known == row.id else known))
    return out


def _creator(context: Context, row: CreatorFrame, told: str) -> CreatorTier:
    facts = {
        "platform": context.name(row.platform),
        "number": number(row.number),
        "fee": _cash(context, row.fee_cents),
        "tier": word(
            context, f"budget.size.{'one' if row.number == 1 else 'many'}", tier=t(context.language, f"tier.{row.tier}")
        ),
    }
    kind = "b2b" if context.brief.business == "b2b" else "local" if visited(context) else row.role
    return CreatorTier(
        id=row.id,
        role=row.role,
        tier=row.tier,
        platform=row.platform,
        phase=row.phase,
        number=row.number,
        fee_cents=row.fee_cents,
        total_cents=row.total_cents,
        views=row.views,
        engagements=row.engagements,
        choose=say(context, "budget.creator.again", first=told)
        if told
        else say(context, f"budget.creator.{kind}.choose", **facts),
        brief="" if told else say(context, f"budget.creator.{kind}.brief", **facts),
    )


def _paid(context: Context, row: PaidFrame) -> PaidLine:
    hired = any(creator.platform == row.platform for creator in context.frame.budget.creators)
    facts = {
        "platform": context.name(row.platform),
        "desk": word(
            context,
            f"budget.desk.{'b2c' if context.brief.business == 'local' and not visited(context) else context.brief.business}",
        ),
        "old": word(context, "budget.old") if followers(context) >= KNOWN else None,
        "makers": word(context, "budget.makers") if hired else None,
    }
    near = visited(context) and row.objective != "boost"
    audience = say(context, f"budget.audience.{'local' if near else row.objective}", **facts, **spelt(context))
    return PaidLine(
        id=row.id,
        platform=row.platform,
        objective=row.objective,
        format=say(context, f"budget.format.{row.objective}", **facts),
        audience=_limited(context, audience),
        cents=row.cents,
        cpm=row.cpm,
        impressions=row.impressions,
        clicks=row.clicks,
        results=row.results,
        result_label=row.result_label,
    )


def _limited(context: Context, audience: str) -> str:
    """A targeting with whom law leaves out."""
    limit = targeting(context)
    return f"{audience}{'' if context.zh else ' '}{limit}{'。' if context.zh else '.'}" if limit else audience


def _share(context: Context, category: str) -> str:
    total = context.frame.budget.total_cents
    return percent(context.frame.budget.by(category=category) / total, 0) if total else ""


def _reasons(context: Context) -> list[str]:
    """Why the money lies where it does: one reason per category that has any, the largest first, and the caps of the brief."""
    budget = context.frame.budget
    if not budget.total_cents:
        return [
            say(context, "budget.no_money"),
            say(context, "budget.no_money_hours", hours=number(budget.labour_hours)),
        ]
    spent = sorted({line.category for line in budget.lines if line.cents}, key=lambda c: (-budget.by(category=c), c))
    reasons = [
        say(
            context,
            f"budget.reason.{category}",
            sum=_cash(context, budget.by(category=category)),
            share=_share(context, category),
            item=_item(context, category),
        )
        for category in spent
    ]
    heaviest = max(context.frame.phases, key=lambda phase: budget.by(phase=phase.id))
    key = "budget.reason_phase_first" if heaviest == context.frame.phases[0] else "budget.reason_phase"
    reasons.append(
        say(
            context,
            key,
            phase=heaviest.name,
            sum=_cash(context, budget.by(phase=heaviest.id)),
            start=day(heaviest.start, context.language),
        )
    )
    if named(context):
        reasons.append(say(context, "legal.reason", items=named(context)))
    if budget.caps:
        kept = sum(cap.kept for cap in budget.caps)
        lowered = sum(cap.lowered_cents is not None for cap in budget.caps)
        way = "kept" if kept == len(budget.caps) else "lowered" if kept + lowered == len(budget.caps) else "broken"
        reasons.append(say(context, f"budget.caps_{way}", count=len(budget.caps), kept=str(kept), lowered=lowered))
    return reasons


def _item(context: Context, category: str) -> str | None:
    """What the client himself wants a category's money for; None where the sum is the plan's own."""
    lines = sorted(
        (line for line in context.frame.budget.lines if line.category == category and line.fixed),
        key=lambda line: -line.cents,
    )
    return clip(lines[0].item, 20 if context.zh else 60) if lines else None


def _cuts(context: Context) -> list[str]:
    """In order, with the sum each cut frees; sums that the brief fixed are not touched."""
    budget = context.frame.budget
    free = {c: sum(line.cents for line in budget.lines if line.category == c and not line.fixed) for c in CUT_ORDER}
    order = [c for c in CUT_ORDER if free[c]]
    if not order:
        return [say(context, "budget.cut_none")]
    return [
        say(
            context,
            f"budget.cut.{c}",
            sum=_cash(context, free[c] // 2),
            whole=_cash(context, free[c]),
            **(_later(context) if c == "creators" else {}),
        )
        for c in order
    ]


def _later(context: Context) -> dict[str, str]:
    """The phase of the first creators, and what their later phases hold; {} where all of them work in one phase."""
    lines = [
        line for line in context.frame.budget.lines if line.category == "creators" and not line.fixed and line.cents
    ]
    order = [phase.id for phase in context.frame.phases]
    first = min((line.phase for line in lines), key=order.index)
    later = sum(line.cents for line in lines if line.phase != first)
    name = next(phase.name for phase in context.frame.phases if phase.id == first)
    return {"batch": name, "later": _cash(context, later)} if later else {}


def _labour(context: Context) -> str:
    budget = context.frame.budget
    paid = budget.by(category="labour")
    hours = number(budget.labour_hours)
    if paid:
        return say(context, "budget.labour_inside", hours=hours, sum=_cash(context, paid))
    return say(context, "budget.labour_outside", hours=hours)


def _break_even(context: Context) -> str:
    """total ÷ (price × margin), rounded up to whole units of the price (a head, a month, a piece): the sales that pay the money back; said
    plainly where the price is unknown."""
    budget, brief = context.frame.budget, context.brief
    base = next(s for s in budget.scenarios if s.name == "base")
    hero = next((p for p in brief.products if p.price), None)
    if not budget.total_cents:
        return say(context, "budget.even_free", hours=f"{budget.labour_hours:,.0f}")
    if brief.business == "nonprofit" or hero is None or hero.price is None:
        return say(context, "budget.even_unknown", sum=_cash(context, budget.total_cents))
    gain = float(hero.price) * (hero.margin if hero.margin is not None else 1.0)
    needed = math.ceil(round(budget.total_cents / 100 / gain, 6))
    paid_by = unit_of(hero.price_note)
    per = next((name for name, words in PAID_BY.items() if paid_by in words), "piece")
    facts = {
        "sum": _cash(context, budget.total_cents),
        "product": hero.name,
        "price": _cash(context, round(hero.price * 100)),
        "needed": number(needed),
        "units": word(context, f"budget.unit.{per}.{'one' if needed == 1 else 'many'}"),
        "forecast": amount(base.conversions, "count", context.language),
        "made": word(context, f"budget.made.{brief.business}"),
    }
    if hero.margin is not None:
        return say(
            context,
            "budget.even_margin",
            margin=percent(hero.margin, 0),
            gain=amount(gain, budget.currency, context.language),
            **facts,
        )
    return say(context, "budget.even_price", **facts)
