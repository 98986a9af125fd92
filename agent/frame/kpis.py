"""KPIs of all seven families, each tied to a goal: baseline from the brief or how to measure it, range from the forecast, beside it the
target that the client sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.brief.history import campaigns
from agent.frame.funnel import Metric, shown
from agent.frame.goals import Aims, order_value, owner_of, reply_hours, reply_target
from agent.frame.model import CLOSED, BudgetFrame, GoalFrame, KpiFrame
from agent.frame.outlook import is_sale, price_of, sale_price
from agent.frame.rates import Rates, Span, about, allocation, compared, equals, kept
from agent.locale import money_value, number, percent, t
from agent.plan.base import Figure
from agent.plan.insight import Verdict

Kind = Literal["exposure", "engagement", "content", "conversion", "followers", "service", "roi"]
SERVES: dict[str, tuple[str, ...]] = {
    "exposure": ("awareness", "followers"),
    "engagement": ("engagement", "awareness"),
    "content": ("engagement", "awareness"),
    "conversion": ("conversion", "traffic"),
    "followers": ("followers", "awareness"),
    "service": ("service", "engagement"),
    "roi": ("conversion", "traffic"),
}
"""Kinds of goal that a family of KPIs speaks for, the first that exists."""
MEASURED_BY = {
    "awareness": "impressions",
    "engagement": "er",
    "traffic": "clicks",
    "conversion": "inquiries",
    "followers": "followers_net",
    "service": "response_time",
}
"""Kind of goal → the KPI that reads it where no other does: the client's second of a kind."""
IMPRESSIONS = re.compile(r"impression|曝光", re.IGNORECASE)
"""Goals of awareness that count every showing, not people or plays."""
VIDEO = ("short_video", "long_video", "live")
READING = ("article", "document", "newsletter")
"""Formats that are opened and read."""
NOTES = {"xiaohongshu": ("image_text", "carousel"), "zhihu": ("image_text", "qa")}
"""Platforms that count reads of other formats as well."""


@dataclass(frozen=True)
class Row:
    """A KPI before its definition is looked up."""

    kpi: str
    target: Figure
    baseline: Figure | None = None
    platform: str = ""
    goal: str = ""
    tag: str = ""
    """Tells two rows of one KPI apart that belong to different goals."""
    asked: Figure | None = None


def kpi_frames(aims: Aims, goals: tuple[GoalFrame, ...], budget: BudgetFrame) -> tuple[KpiFrame, ...]:
    """All KPIs in the order of families. Every one has a goal; a baseline that nobody knows has value None and a note on measuring it."""
    rates = aims.setting.rates
    out: list[KpiFrame] = []

    def add(row: Row) -> None:
        definition = rates.knowledge.kpi(row.kpi)
        rates.used[definition.id] = None
        kind: Kind = definition.group
        cadence = "monthly" if definition.cadence == "campaign" else definition.cadence
        unit = rates.currency if definition.unit == "money" else definition.unit
        note = t(rates.language, "kpi.note.measure")
        out.append(
            KpiFrame(
                id=".".join(part for part in (row.kpi, row.platform, row.tag) if part),
                kpi=row.kpi,
                kind=kind,
                platform=row.platform,
                goal=row.goal or goal_for(kind, goals, row.platform),
                baseline=row.baseline or Figure(unit=unit, kind="research", note=note),
                target=row.target,
                cadence=cadence,
                owner=owner_of("service", aims.roles) if kind == "service" else _reader(aims),
                asked=row.asked.model_copy(update={"unit": row.target.unit}) if row.asked else None,
            )
        )

    for row in _rows(aims, goals, budget):
        add(row)
    read = {one.goal for one in out}
    for goal in goals:
        if goal.id not in read:
            kpi, asked = MEASURED_BY[goal.objective.kind], _asked(goal, rates)
            target = _foreseen(goal, rates) if asked else goal.target
            add(Row(kpi, target, goal.baseline, goal=goal.id, tag=goal.id.lower(), asked=asked))
    return tuple(out)


def _asked(goal: GoalFrame | None, rates: Rates) -> Figure | None:
    """The client's target for a goal; of a number of followers the gain that is missing, which is what is counted. None for a goal that the
    plan proposes, for one without a figure or with the plan's in its place, and for a number of followers whose start nobody knows.
    """
    if goal is None or goal.origin != "brief" or goal.objective.target is None or goal.target.kind != "brief":
        return None
    figure, per = goal.target, goal.objective.per
    if per in ("month", "week", "day"):
        return figure.model_copy(update={"note": t(rates.language, f"kpi.note.rhythm.{per}")})
    if goal.objective.kind != "followers" or per != "level":
        return figure
    if goal.baseline.value is None:
        return None
    gain = max(0.0, goal.objective.target - goal.baseline.value)
    formula = f"{number(goal.objective.target)} − {number(goal.baseline.value)} = {number(gain)}"
    return figure.model_copy(update={"value": gain, "formula": formula})


def _whole(goal: GoalFrame, kind: str) -> bool:
    """Whether a goal of this kind counts the whole period on all platforms, as the KPIs that add up all streams do."""
    objective = goal.objective
    return objective.kind == kind and objective.per == "period" and not objective.platform and objective.unit != "%"


def _foreseen(goal: GoalFrame, rates: Rates) -> Figure:
    """What the verdict forecasts for a goal; without a value where nothing could be forecast."""
    verdict, unit = goal.verdict, goal.target.unit
    if verdict.base is None:
        return Figure(unit=unit, kind="research", note=t(rates.language, "kpi.note.measure"))
    formula = _reckoned(verdict)
    return Figure(value=verdict.base, low=verdict.low, high=verdict.high, unit=unit, kind="computed", formula=formula)


def _reckoned(verdict: Verdict) -> str:
    """The formula that ends in a verdict's figure: the last step's, or the sum where every step is one stream's part of it."""
    parts = [step.base for step in verdict.steps]
    if not parts or verdict.base is None:
        return ""
    if len(parts) == 1 or abs(parts[-1] - verdict.base) < abs(sum(parts) - verdict.base):
        return verdict.steps[-1].formula
    shown = (number(part, 1 if part < 10 else 0) for part in (*parts, verdict.base))
    *terms, total = shown
    return f"{' + '.join(terms)} = {total}"


def goal_for(kind: str, goals: tuple[GoalFrame, ...], platform: str = "") -> str:
    """The most important goal of the kinds that a family serves, on the same platform or on all; a sum over all platforms goes to the first kind
    even where that goal is one platform's, since followers gained and lost are no exposure. Else any goal of these kinds, else the first.
    """
    ranked = [goal for wanted in SERVES[kind] for goal in goals if goal.objective.kind == wanted]
    fitting = [
        goal
        for goal in ranked
        if goal.objective.platform in ("", platform) or (not platform and goal.objective.kind == SERVES[kind][0])
    ]
    return (fitting or ranked or list(goals))[0].id


def _reader(aims: Aims) -> str:
    held = {role.id for role in aims.roles if role.holder}
    return next((one for one in ("analyst", "operator", "strategist", "planner") if one in held), "analyst")


def _rows(aims: Aims, goals: tuple[GoalFrame, ...], budget: BudgetFrame) -> Iterator[Row]:
    yield from _exposure(aims, goals)
    yield from _engagement(aims, goals)
    yield from _content(aims)
    yield from _conversion(aims, goals, budget)
    yield from _followers(aims, goals)
    rates = aims.setting.rates
    solved = rates.assumed("resolution")
    quick = next((g for g in goals if g.objective.kind == "service" and g.target.unit == "min"), None)
    known = quick is not None and quick.target.value is not None
    reply = quick.target if quick and known else reply_target(rates, reply_hours(aims.roles))
    yield Row("response_time", reply, goal=quick.id if quick else "", asked=_asked(quick, rates))
    yield Row("resolution_rate", Figure(value=solved.base, low=solved.low, high=solved.high, unit="%", kind="assumption",
                                        note=t(rates.language, "kpi.note.resolution")))  # fmt: skip
    yield from _returns(aims, budget)


def _figure(span: Span, unit: str, formula: str = "", note: str = "", digits: int = 0) -> Figure:
    """A computed range, with one digit as counts are kept; low and high in numerical order (a price is low where it brings more)."""
    low, base, high = (kept(value) if digits == 1 else round(value, digits) for value in span)
    return Figure(
        value=base, low=min(low, high), high=max(low, high), unit=unit, kind="computed", formula=formula, note=note
    )


def _sum(aims: Aims, metric: Metric, platform: str = "") -> tuple[Span, str]:
    """A metric over all streams, or those of one platform, with the sum as formula."""
    total = aims.found.total(metric, platform)
    parts = [s.values[metric].base for s in aims.found.streams if metric in s.values and platform in ("", s.platform)]
    digits = 1 if total.base < 10 else 0
    return total, " + ".join(number(part, digits) for part in parts) + f" = {number(total.base, digits)}"


def _exposure(aims: Aims, goals: tuple[GoalFrame, ...]) -> Iterator[Row]:
    """impressions = Σ streams; reach = impressions ÷ frequency (assumption)."""
    rates = aims.setting.rates
    seen, formula = _sum(aims, "impressions")
    goal = next((g for g in goals if _whole(g, "awareness") and IMPRESSIONS.search(g.objective.metric)), None)
    served = goal.id if goal else ""
    yield Row("impressions", _figure(seen, "count", formula), goal=served, asked=_asked(goal, rates))
    often = rates.assumed("frequency")
    reach = seen / often
    yield Row("reach", _figure(reach, "count", f"{about(seen.base)} ÷ {often.base:g} {equals(seen.base)} {number(reach.base)}",
                               t(rates.language, "kpi.note.frequency")))  # fmt: skip


def _engagement(aims: Aims, goals: tuple[GoalFrame, ...]) -> Iterator[Row]:
    """Rate per platform: own figure or benchmark; likes, comments, saves, shares = interactions × mix (assumption)."""
    rates = aims.setting.rates
    for place in aims.platforms:
        rate = aims.found.rates.get(place.id, {}).get("er")
        if rate is None:
            continue
        bench = rates.find("er", place.id)
        high = max(rate.span.high, bench.span.high) if bench else rate.span.high
        wish = next(
            (
                g
                for g in goals
                if g.objective.unit == "%" and g.objective.kind == "engagement" and g.objective.platform == place.id
            ),
            None,
        )
        target = Figure(
            value=round(rate.span.base, 4), low=round(rate.span.low, 4), high=round(high, 4), unit="%", kind="computed",
            sources=list(dict.fromkeys((*rate.sources, *(bench.sources if bench else ())))),
            formula=compared(rates.language, rate.show() if rate.own else "", bench.ends() if bench else ""),
        )  # fmt: skip
        own = next((a for a in aims.brief.accounts if a.platform == place.id and a.engagement_rate is not None), None)
        baseline = (
            Figure(value=own.engagement_rate, unit="%", kind="brief", sources=["brief:accounts"]) if own else None
        )
        yield Row("er", target, baseline, place.id, wish.id if wish else "", asked=_asked(wish, rates))
    done, _ = _sum(aims, "engagements")
    for name, part in allocation()["assumptions"]["mix"].items():
        span = done * float(part)
        note = t(rates.language, "kpi.note.mix")
        target = _figure(
            span,
            "count",
            f"{about(done.base)} × {percent(float(part), 0)} {equals(done.base)} {number(span.base)}",
            note,
        )
        yield Row(str(name), target.model_copy(update={"kind": "assumption"}))


def _content(aims: Aims) -> Iterator[Row]:
    """reads = Σ organic impressions × share of formats that are read, on platforms that have any; completion per platform that
    carries video; where nothing is read or watched to the end, the share of subjects above the own median.
    """
    rates = aims.setting.rates
    reads, parts = Span(), []
    for place in aims.platforms:
        share = sum(part for name, part in place.formats if name in (*READING, *NOTES.get(place.id, ())))
        seen = aims.found.total("impressions", place.id, "organic")
        if share and seen.base:
            reads += seen * share
            parts.append(f"{number(seen.base)} × {share:.0%}")
    if parts:
        yield Row(
            "reads",
            _figure(reads, "count", f"{' + '.join(parts)} = {number(reads.base)}", t(rates.language, "kpi.note.reads")),
        )
    watched = False
    for place in aims.platforms:
        form = next(
            (name for name, share in sorted(place.formats, key=lambda row: -row[1]) if name in VIDEO and share >= 0.25),
            None,
        )
        rate = rates.find("completion", place.id, format=form) if form else None
        if rate is not None:
            target = _figure(rate.span, "%", digits=4)
            yield Row(
                "completion",
                target.model_copy(update={"kind": "knowledge", "sources": list(rate.sources)}),
                platform=place.id,
            )
            watched = True
    if not parts and not watched:
        yield Row("topic_hit", Figure(unit="%", kind="research", note=t(rates.language, "kpi.note.measure")))


def _conversion(aims: Aims, goals: tuple[GoalFrame, ...], budget: BudgetFrame) -> Iterator[Row]:
    """clicks and visits (where a post can lead out) = Σ streams; CTR per platform with ads; orders (and sales = orders × price) or leads; CVR; cost per result."""
    rates, brief = aims.setting.rates, aims.brief
    clicks, formula = _sum(aims, "clicks")
    traffic = next((g.id for g in goals if g.objective.kind == "traffic"), "")
    asked = _asked(next((g for g in goals if g.id == traffic and _whole(g, "traffic")), None), rates)
    yield Row("clicks", _figure(clicks, "count", formula), goal=traffic, asked=asked)
    if any(place.id not in CLOSED for place in aims.platforms):
        yield Row("visits", _figure(clicks, "count", formula, t(rates.language, "kpi.note.visits")), goal=traffic)
    for platform in dict.fromkeys(row.platform for row in budget.paid):
        rate = rates.find("ctr", platform)
        if rate is not None:
            target = _figure(rate.span, "%", digits=4).model_copy(
                update={"kind": "knowledge", "sources": list(rate.sources)}
            )
            yield Row("ctr", target, platform=platform)
    done, formula = _sum(aims, "conversions")
    first = next((g for g in goals if g.objective.kind == "conversion"), None)
    sale = is_sale(first.objective, brief) if first else brief.business != "b2b"
    name = "orders" if sale else "leads"
    verdict = first.verdict if first else None
    if first and verdict and first.origin == "brief" and verdict.base is not None and first.objective.unit != "%":
        per = first.objective.per
        rhythm = t(rates.language, f"kpi.note.rhythm.{per}") if per in ("month", "week", "day") else ""
        span = Span(verdict.low or 0.0, verdict.base, verdict.high or 0.0)
        money_goal = len(first.objective.unit) == 3 and first.objective.unit.isupper()
        unit = first.objective.unit if money_goal else "count"
        note = t(rates.language, "budget.joined").join(one for one in (rhythm, first.bridge) if one)
        target = _figure(span, unit, _reckoned(verdict), note, 1)
        yield Row("sales" if money_goal else name, target, first.baseline, goal=first.id, asked=_asked(first, rates))
    else:
        yield Row(name, _figure(done, "count", formula, digits=1), goal=first.id if first else "")
    for goal in goals:
        if goal.objective.kind == "conversion" and goal.origin == "brief" and goal is not first:
            verdict = goal.verdict
            span = Span(verdict.low or 0.0, verdict.base or 0.0, verdict.high or 0.0)
            target = _figure(span, "count", _reckoned(verdict) or formula, goal.bridge or "", digits=1)
            asked = _asked(goal, rates)
            yield Row(name, target, goal.baseline, goal=goal.id, tag=goal.id.lower(), asked=asked)
    price = order_value(aims)
    if sale and price is not None and not (first and first.objective.unit.isupper()):
        money = done.map(shown) * price
        text = f"{about(shown(done.base))} × {price:g} = {number(money.base)}"
        note = _per_order(aims, price)
        yield Row("sales", _figure(money, rates.currency, text, note).model_copy(update={"kind": "assumption"}))
    yield Row("inquiries", Figure(unit="count", kind="research", note=t(rates.language, "kpi.note.inquiries")))
    if clicks.base:
        came = aims.found.clicked()
        yield Row("cvr", _figure(came / clicks, "%", f"{about(came.base)} ÷ {about(clicks.base)}", digits=4))
    if budget.total_cents and done.low > 0:
        each = done.map(lambda count: budget.total_cents / 100 / shown(count))
        text = f"{about(budget.total_cents / 100)} ÷ {about(shown(done.base))} = {number(each.base, 2)}"
        note = t(rates.language, "budget.joined").join(
            one for one in (t(rates.language, "kpi.note.full_cost"), *_past(aims), first.bridge if first else "") if one
        )
        yield Row("cpa" if sale else "cpl", _figure(each, rates.currency, text, note, 2))


def _per_order(aims: Aims, price: float) -> str:
    """How a conversion is valued: a unit of one product, or the mean of the products that the goals sell."""
    rates, plain = aims.setting.rates, price == sale_price(aims.brief)
    each = money_value(price if plain else round(price), rates.currency)
    return t(rates.language, f"kpi.note.{'order' if plain else 'order_mix'}", price=each)


def _past(aims: Aims) -> list[str]:
    """What the brand's own campaigns paid for a sale or a lead, to stand beside the plan's full cost of a result."""
    rates = aims.setting.rates
    return [
        t(
            rates.language, "kpi.note.own_past", spent=money_value(one.spent, rates.currency), results=number(one.results),
            unit=one.unit, each=money_value(round(one.spent / one.results, 2 if one.spent < 10 * one.results else 0), rates.currency),
        )
        for one in campaigns(aims.brief)
        if one.kind != "followers"
    ]  # fmt: skip


def _followers(aims: Aims, goals: tuple[GoalFrame, ...]) -> Iterator[Row]:
    """net = Σ streams; lost = monthly loss × months × (start + half of the net gain); gained = net + lost; one row per follower goal."""
    rates = aims.setting.rates
    for goal in goals:
        objective = goal.objective
        if objective.kind == "followers" and objective.platform:
            net, formula = _sum(aims, "followers", objective.platform)
            yield Row(
                "followers_net",
                _figure(net, "count", formula),
                _stock(goal.baseline.value, rates),
                objective.platform,
                goal.id,
                asked=_asked(goal, rates),
            )
    net, formula = _sum(aims, "followers")
    places = {place.id for place in aims.platforms}
    known = [
        account.followers
        for account in aims.brief.accounts
        if account.platform in places and account.followers is not None
    ]
    now = float(sum(known))
    whole = next((g for g in goals if g.objective.kind == "followers" and not g.objective.platform), None)
    stock, served = _stock(now if known else None, rates), whole.id if whole else ""
    yield Row("followers_net", _figure(net, "count", formula), stock, goal=served, asked=_asked(whole, rates))
    loss = rates.find("follower_loss", aims.platforms[0].id) if aims.platforms else None
    if loss is None:
        return
    months = max(1.0, round(len(aims.pace.shares) / 30.44, 2))
    lost = Span(*((now + gain / 2) * rate * months for gain, rate in zip(net, loss.span, strict=True)))
    text = (
        f"({number(now)} + {about(net.base)} ÷ 2) × {loss.show()} × {months:g} {equals(net.base)} {number(lost.base)}"
    )
    yield Row(
        "followers_gained",
        _figure(net + lost, "count", f"{number(net.base)} + {number(lost.base)} = {number(net.base + lost.base)}"),
    )
    yield Row("followers_lost", _figure(lost, "count", text).model_copy(update={"sources": list(loss.sources)}))
    rate = _figure(loss.span, "%", digits=4).model_copy(update={"kind": "knowledge", "sources": list(loss.sources)})
    yield Row("follower_loss_rate", rate)


def _stock(now: float | None, rates: Rates) -> Figure | None:
    """The baseline of a net gain is not the number of followers: it is unknown, and the note gives the stock."""
    if now is None:
        return None
    return Figure(
        unit="count",
        kind="research",
        sources=["brief:accounts"],
        note=t(rates.language, "kpi.note.stock", number=number(now)),
    )


def _returns(aims: Aims, budget: BudgetFrame) -> Iterator[Row]:
    """ROI = (revenue × margin − money) ÷ money; ROAS = revenue ÷ ads; CPM and CPE over all paid media; all None where a part is unknown."""
    rates = aims.setting.rates
    price, margin = order_value(aims), _margin(aims)
    total, media = budget.total_cents / 100, (budget.by("ads") + budget.by("creators")) / 100
    orders = aims.found.total("conversions").map(shown)
    if not total:
        yield Row("roi", Figure(unit="%", kind="research", note=t(rates.language, "kpi.note.no_money")))
        return
    if price is None or margin is None:
        yield Row(
            "roi",
            Figure(unit="%", kind="research", note=t(rates.language, f"kpi.note.{_missing(aims, price, margin)}")),
        )
    else:
        profit = (orders * (price * margin)).map(lambda value: (value - total) / total)
        text = f"({about(orders.base)} × {price:g} × {percent(margin)} − {about(total)}) ÷ {about(total)}"
        note = _per_order(aims, price)
        target = _figure(profit, "%", text, note, 4).model_copy(update={"kind": "assumption"})
        if max(profit) <= 0:
            # One piece an order never earns the money back: nothing to steer by until the worth of an order is known.
            target = Figure(unit="%", kind="assumption", note=t(rates.language, "kpi.note.unearned"))
        yield Row("roi", target)
    ads = budget.by("ads") / 100
    if price is not None and ads:
        sold = aims.found.total("conversions", source="paid") * price
        text = f"{about(sold.base)} ÷ {about(ads)}"
        yield Row("roas", _figure(sold.map(lambda value: value / ads), "x", text, digits=2))
    bought = aims.found.total("impressions", source="paid")
    if ads and bought.low:
        each = bought.map(lambda count: ads / count * 1000)
        yield Row("cpm", _figure(each, rates.currency, f"{about(ads)} ÷ {about(bought.base)} × 1,000", digits=2))
    done = aims.found.total("engagements", source="paid") + aims.found.total("engagements", source="creators")
    if media and done.low:
        each = done.map(lambda count: media / count)
        yield Row("cpe", _figure(each, rates.currency, f"{about(media)} ÷ {about(done.base)}", digits=2))
    yield Row(
        "budget_pace",
        Figure(value=1.0, low=0.9, high=1.1, unit="%", kind="assumption", note=t(rates.language, "kpi.note.pace")),
    )


def _missing(aims: Aims, price: float | None, margin: float | None) -> str:
    """What keeps ROI from being computed: the margin, with leads the part of them that buys, or the price."""
    if price is not None:
        return "no_margin"
    if price_of(aims.brief) is None:
        return "no_price"
    return "no_sale" if margin is None else "no_part"


def _margin(aims: Aims) -> float | None:
    """Gross margin of the product whose price is used; the mean of known margins when that one has none."""
    price = price_of(aims.brief)
    known = [p.margin for p in aims.brief.products if p.margin is not None]
    same = [
        p.margin
        for p in aims.brief.products
        if p.margin is not None and p.price is not None and float(p.price) == price
    ]
    return same[0] if same else sum(known) / len(known) if known else None
