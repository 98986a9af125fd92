"""Budget lines in the plan's language: what each sum buys, and how it was arrived at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.brief.model import BrandBrief, Member
from agent.frame.apportion import NO_LIMIT
from agent.frame.budget import Cell, Spread
from agent.frame.limits import SHARED, Bound, bounds, excluded, span_of
from agent.frame.model import CreatorFrame, PlatformFrame
from agent.frame.rates import Rates
from agent.locale import has, money, number, percent, t
from agent.plan.results import BudgetLine

HIRED = re.compile(
    r"freelanc|contractor|agency|self-employed|外包|外聘|兼职|兼職|自由职业|自由工作|接案|特约|特約", re.IGNORECASE
)
"""Words for people who send a bill and are on nobody's payroll."""
VIDEO = frozenset({"short_video", "long_video", "live", "podcast"})
TEXT = frozenset({"article", "document", "thread", "newsletter", "qa", "poll"})


def budget_lines(
    brief: BrandBrief,
    spent: Spread,
    creators: Sequence[CreatorFrame],
    platforms: Sequence[PlatformFrame],
    hours: float,
    rates: Rates,
    weeks: float = 0.0,
    asked: BrandBrief | None = None,
) -> tuple[BudgetLine, ...]:
    """One line per cell, in the order of categories; a labour line always, at 0 with its hours when the sum does not pay for labour.

    `asked` is the brief before its contradictions were resolved: a floor that was lowered since is told as lowered.
    Hired hands whose pay the brief does not name are told with hours and their price at the benchmark. Without any money the lines that cost nothing stand there at 0, so that the table says what replaces them.
    """
    cells = list(spent.cells)
    if not spent.total:
        cells = [Cell(name, SHARED, "", 0) for name in ("content", "tools", "ads")]
    if not any(cell.category == "labour" for cell in cells):
        place = next((n for n, cell in enumerate(cells) if cell.category == "contingency"), len(cells))
        cells.insert(place, Cell("labour", SHARED, "", 0))
    hired = hired_hands(brief)
    wanted = bounds(asked or brief, spent.total)
    out = []
    width = 3 if len(cells) > 99 else 2
    for number_, cell in enumerate(cells, 1):
        out.append(
            BudgetLine(
                id=f"B{number_:0{width}d}",
                category=cell.category,
                item=_item(cell, spent, platforms, rates),
                platform=cell.platform,
                phase=cell.phase or spent.first_phase,
                cents=cell.cents,
                fixed=bool(cell.fixed),
                basis=_basis(cell, brief, spent, creators, hours, rates, wanted, asked or brief),
            )
        )
    if hired and not spent.of("labour"):
        place = next(n for n, line in enumerate(out) if line.category == "labour")
        notes = [out[place].basis, *(_unpriced(member, weeks, rates, brief) for member in hired)]
        out[place] = out[place].model_copy(update={"basis": t(rates.language, "budget.joined").join(notes)})
    return tuple(out)


def fixed_cents(brief: BrandBrief, purpose: str) -> int:
    """What a brief sets aside for a purpose, in minor units."""
    return sum(round(one.amount * 100) for one in brief.budget.fixed if one.purpose == purpose)


def carries_hired(brief: BrandBrief) -> bool:
    """Whether the total has to pay hired hands: the brief takes salaries out of it and nothing else of the kind."""
    return "labour" in excluded(brief) and not any(HIRED.search(one) for one in brief.budget.excludes)


def hired_hands(brief: BrandBrief) -> list[Member]:
    """Who of the team sends a bill, with hours that are known."""
    return [member for member in brief.team if HIRED.search(member.title) and member.hours]


def hired_cents(member: Member, weeks: float, each: float) -> int:
    """What a hired hand comes to at `each` an hour: hours a week × people × weeks × each, to a hundred whole units; in minor units."""
    return round(_hired_hours(member, weeks) * each / 100) * 10_000


def _hired_hours(member: Member, weeks: float) -> float:
    return (member.hours or 0.0) * member.count * weeks


def _unpriced(member: Member, weeks: float, rates: Rates, brief: BrandBrief) -> str:
    """Hired hands in the team: the fee is not in the brief, so the line says what it would be, and that a total which leaves out nothing but pay
    has to carry it."""
    row = rates.find("labour_hour")
    key = f"budget.basis.{'hired_inside' if carries_hired(brief) else 'hired'}{'' if row else '_unpriced'}"
    fee = money(hired_cents(member, weeks, row.span.base), rates.currency) if row else ""
    return t(
        rates.language,
        key,
        title=member.title,
        hours=number(_hired_hours(member, weeks)),
        fee=fee,
        each=row.show() if row else "",
    )


def _item(cell: Cell, spent: Spread, platforms: Sequence[PlatformFrame], rates: Rates) -> str:
    """The brief's own words for fixed sums; else what the category buys on that platform."""
    if cell.fixed:
        return cell.fixed
    language, name = rates.language, rates.platform(cell.platform)
    if cell.category == "content":
        return t(language, f"budget.item.content.{_making(cell, spent, platforms)}", platform=name)
    if cell.category == "ads" and cell.cents and has(language, f"budget.item.ads.{cell.platform}"):
        return t(language, f"budget.item.ads.{cell.platform}")
    if cell.category in ("ads", "prizes", "labour", "tools") and not cell.cents:
        return t(language, f"budget.item.none.{cell.category}")
    if cell.category in ("ads", "creators"):
        return t(language, f"budget.item.{cell.category}.any", platform=name)
    return t(language, f"budget.item.{cell.category}")


def _making(cell: Cell, spent: Spread, platforms: Sequence[PlatformFrame]) -> str:
    """Which kind of production: none, small (too little for outside help), shared (alone where there is one platform), or what the platform's formats ask for most."""
    if not cell.cents:
        return "none"
    if spent.size == "micro":
        return "small"
    found = next((p for p in platforms if p.id == cell.platform), None)
    if found is None:
        return "alone" if len(platforms) == 1 else "shared"
    video = sum(share for name, share in found.formats if name in VIDEO)
    text = sum(share for name, share in found.formats if name in TEXT)
    return "video" if video >= 0.5 else "text" if text >= 0.5 else "image"


def _basis(
    cell: Cell,
    brief: BrandBrief,
    spent: Spread,
    creators: Sequence[CreatorFrame],
    hours: float,
    rates: Rates,
    wanted: Sequence[Bound],
    asked: BrandBrief,
) -> str:
    """How the sum came about."""
    language = rates.language
    if cell.fixed:
        said = fixed_cents(asked, cell.fixed)
        kept = sum(one.cents for one in spent.cells if one.fixed == cell.fixed)
        key = "fixed_cut" if said > kept else "fixed"
        return t(language, f"budget.basis.{key}", asked=money(said, rates.currency))
    if cell.category == "labour" and not cell.cents:
        key = "labour_out" if "labour" in excluded(brief) else "labour"
        return t(language, f"budget.basis.{key}", hours=number(hours))
    if not spent.total:
        return t(language, f"budget.basis.none.{cell.category}")
    return t(language, "budget.joined").join(_reasons(cell, spent, creators, rates, wanted))


def _reasons(
    cell: Cell, spent: Spread, creators: Sequence[CreatorFrame], rates: Rates, wanted: Sequence[Bound]
) -> Iterator[str]:
    """Tiers for creators; the category's share of the total with what limits it; otherwise the share that was planned."""
    language, currency = rates.language, rates.currency
    if cell.category == "creators":
        rows = [row for row in creators if row.platform == cell.platform and row.phase == cell.phase]
        tiers = [
            t(
                language,
                "budget.tier",
                number=row.number,
                tier=t(language, f"budget.tiers.{row.tier}"),
                fee=money(row.fee_cents, currency),
            )
            for row in rows
        ]
        yield " + ".join(tiers)
    part = spent.of(cell.category)
    yield t(
        language,
        "budget.basis.share",
        category=t(language, f"budget.category.{cell.category}"),
        share=percent(part / spent.total),
    )
    low, high = span_of(spent.bounds, "category", cell.category)
    if high < NO_LIMIT and part >= high - spent.step:
        yield t(language, "budget.basis.cap", limit=money(high, currency))
    elif low and part <= low + spent.step:
        asked, _ = span_of(wanted, "category", cell.category)
        key = "floor_lowered" if asked > low else "floor"
        yield t(language, f"budget.basis.{key}", limit=money(low, currency), asked=money(asked, currency))
    elif cell.category in ("content", "ads", "creators"):
        yield t(language, "budget.basis.assumed", share=percent(spent.shares[cell.category], 0))
