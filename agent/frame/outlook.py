"""What the plan brings for one goal, in the goal's own metric: baseline, what is added, and the arithmetic."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from agent.brief.history import Campaign, campaigns
from agent.brief.model import BrandBrief, GoalKind, Objective
from agent.frame.funnel import Forecast, Metric
from agent.frame.model import PaidFrame, PlatformFrame
from agent.frame.pace import Pace
from agent.frame.rates import Rates, Span, about, compared, constant, equals, kept
from agent.locale import number, rate, t
from agent.plan.insight import FunnelStep

KINDS: tuple[GoalKind, ...] = get_args(GoalKind)
METRIC: dict[str, Metric] = {
    "awareness": "impressions", "engagement": "engagements", "traffic": "clicks", "conversion": "conversions", "followers": "followers",
}  # fmt: skip
LEADS = re.compile(
    r"lead|demo|request|inquir|enquir|sign-?up|registr|download|trial|pilot|subscri|线索|線索|留资|咨询|諮詢|询盘|詢盤|预约|注册|註冊|下载|下載|试用|試用",
    re.IGNORECASE,
)
"""Words for a conversion that is not a sale yet."""
DEEP = re.compile(
    r"demo|pilot|trial|quote|meeting|appointment|演示|试点|試點|试用|試用|询价|詢價|报价|報價|面谈", re.IGNORECASE
)
"""Words for a request that asks more than a contact form."""
VIEWS = re.compile(r"\bviews?\b|watch|播放|观看|觀看|浏览|瀏覽|阅读|閱讀", re.IGNORECASE)
"""Words for exposure that is counted in views, not in impressions."""
REACH = re.compile(r"\breach(?:ed)?\b|触达|觸達|覆盖人|覆蓋人|到达人数|到達人數", re.IGNORECASE)
"""Words for exposure that is counted in people, each once."""
VIDEO = re.compile(r"video|film|clip|episode|视频|影片|短片|播放", re.IGNORECASE)
"""Words for views that only videos can bring."""
SALES = re.compile(r"order|sale|sold|sell|ticket|seat|place|revenue|单|單|筆|笔|销|銷|盒|瓶|套|件|售", re.IGNORECASE)
"""Words for a conversion that is paid for."""


@dataclass(frozen=True)
class Outlook:
    """A goal's forecast before it is judged."""

    forecast: Span | None
    """In the goal's metric and rhythm, baseline included; None when it cannot be computed."""
    added: Span
    """What the plan adds, in single results (orders, followers…) over the time until the deadline."""
    baseline: float | None
    divisor: float
    """Rhythms between start and deadline: months, weeks or days; 1 for a sum or a level."""
    worth: float
    """Goal units per result: the price for goals in money, people per impression for reach, else 1."""
    steps: tuple[FunnelStep, ...]
    media: int | None = None
    """Media money that counts towards the goal, where it is not all of its platform's; minor units."""
    part: float = 1.0
    """Part of the period's results that counts towards the goal."""
    reached: Span | None = None
    """People behind `added`, where the goal counts them and not how often they saw it."""


def in_people(objective: Objective) -> bool:
    """Whether a goal of awareness counts people: its metric is reach."""
    return objective.kind == "awareness" and bool(REACH.search(objective.metric)) and not VIEWS.search(objective.metric)


def in_views(objective: Objective) -> bool:
    """Whether a goal of awareness counts views and not impressions."""
    return objective.kind == "awareness" and bool(VIEWS.search(objective.metric or objective.text))


def in_money(objective: Objective) -> bool:
    """Whether a goal is a sum of money: its unit is a currency."""
    return len(objective.unit) == 3 and objective.unit.isupper()


def is_sale(objective: Objective, brief: BrandBrief) -> bool:
    """Whether a conversion is paid for at once: by its words, else by who buys."""
    text = f"{objective.text} {objective.metric}"
    if in_money(objective):
        return True
    if LEADS.search(text):
        return False
    return bool(SALES.search(text)) or brief.business != "b2b"


def price_of(brief: BrandBrief, objective: Objective | None = None) -> float | None:
    """Price of what the goal sells: the product whose name the goal speaks, else the first product with a price; None when unknown."""
    priced = [product for product in brief.products if product.price]
    text = f"{objective.text} {objective.metric}".lower() if objective else ""
    for product in priced:
        words = [product.name, *re.findall(r"[\w]{2,}", product.name)]
        if any(word.lower() in text for word in words if len(word) >= 2 and not word.isdigit()):
            return float(product.price or 0)
    named = [
        product
        for product in priced
        if any(text[n : n + 2] in product.name for n in range(len(text) - 1)) and not text.isascii()
    ]
    chosen = (named or priced)[:1]
    return float(chosen[0].price or 0) if chosen else None


def is_deep(brief: BrandBrief) -> bool:
    """Whether the plan's conversions, by its first conversion goal, are demo, pilot or quote requests of a business."""
    goal = next((one for one in brief.objectives if one.kind == "conversion"), None)
    return goal is not None and not is_sale(goal, brief) and bool(DEEP.search(f"{goal.text} {goal.metric}"))


def sells(brief: BrandBrief) -> bool:
    """Whether the plan's conversions are sales: by its first conversion goal, else by who buys."""
    goal = next((one for one in brief.objectives if one.kind == "conversion"), None)
    return is_sale(goal, brief) if goal else brief.business != "b2b"


def own_history(brief: BrandBrief) -> tuple[Campaign, ...]:
    """The brand's own campaigns that counted what the plan counts as conversions: sales or leads, and demo requests only with their like."""
    kind, deep = "sale" if sells(brief) else "lead", is_deep(brief)
    return tuple(
        one for one in campaigns(brief) if one.kind == kind and (kind == "sale" or bool(DEEP.search(one.unit)) == deep)
    )


def other_history(brief: BrandBrief) -> tuple[Campaign, ...]:
    """The brand's own campaigns that counted sales or leads of another kind than the plan's conversions: they tell a cost, but not this one."""
    used = own_history(brief)
    return tuple(one for one in campaigns(brief) if one.kind != "followers" and one not in used)


def sale_price(brief: BrandBrief) -> float | None:
    """Price behind the plan's conversions: that of the first conversion goal if it is a sale, of the first product when none is set."""
    goal = next((one for one in brief.objectives if one.kind == "conversion"), None)
    if goal is None:
        return None if brief.business in ("b2b", "nonprofit") else price_of(brief)
    return price_of(brief, goal) if is_sale(goal, brief) else None


def outlook(
    objective: Objective,
    brief: BrandBrief,
    *,
    found: Forecast,
    platforms: Sequence[PlatformFrame],
    pace: Pace,
    deadline: dt.date,
    rates: Rates,
    share: float | None = None,
) -> Outlook:
    """forecast = baseline × own repeat + added ÷ rhythms × worth; reach = added ÷ frequency (assumption), as in the KPI; a level keeps its baseline whole; a rate follows `_rate`. `share` is the
    part of the period's results that counts; without it, what is in by the deadline.
    """
    baseline = _baseline(objective, brief, platforms)
    if objective.kind == "service":
        return Outlook(None, Span(), baseline, 1, 1, ())
    if objective.unit == "%":
        return _rate(objective, baseline, platforms, rates)
    metric = METRIC[objective.kind]
    share, media = pace.upto(deadline) if share is None else share, None
    fresh = _fresh(objective, brief, platforms, baseline)
    organic = found.total(metric, objective.platform, "organic")
    total = found.total(metric, objective.platform)
    steps = found.steps(metric, objective.platform)
    if in_views(objective):
        watched = _watched(objective, platforms)
        rows = [row for row in found.paid if objective.platform in ("", row.platform) and row.objective != "conversion"]
        paid, media = _bought(rows), sum(row.cents for row in rows)
        organic = organic * watched
        total = organic + paid * constant("paid_view")
        steps = found.steps(metric, objective.platform, "organic")
        steps.append(_views(rates, total, organic, watched, paid))
    added = (total + organic * (fresh - 1)) * share
    price = price_of(brief, objective) if in_money(objective) else 1.0
    divisor = _rhythms(objective.per, pace.start, min(deadline, pace.end))
    steps += _counted(rates, total, organic, fresh, share, added)
    often = rates.assumed("frequency") if in_people(objective) else None
    reached = added / often if often else None
    if often and reached:
        steps.append(_reached(rates, added, often, reached))
    if price is None:
        return Outlook(None, added, baseline, divisor, 1.0, tuple(steps))
    counted = reached or added
    result = counted * (price / divisor)
    if price != 1.0 or divisor != 1:
        steps.append(_per_rhythm(objective, rates, counted, result, divisor, price))
    if baseline is not None:
        old = (
            Span(baseline, baseline, baseline) if objective.per == "level" else rates.assumed("own_baseline") * baseline
        )
        steps.append(_own(rates, objective.per, baseline, old, result))
        result = result + old
    worth = price / often.base if often else price
    return Outlook(result, added, baseline, divisor, worth, tuple(steps), media, share, reached)


def _baseline(objective: Objective, brief: BrandBrief, platforms: Sequence[PlatformFrame]) -> float | None:
    """The goal's own baseline, else what the accounts say: followers of its platform (or of all active ones), engagement rate."""
    if objective.baseline is not None:
        return objective.baseline
    places = {objective.platform} if objective.platform else {p.id for p in platforms}
    rows = [account for account in brief.accounts if account.platform in places]
    if objective.kind == "followers":
        known = [account.followers for account in rows if account.followers is not None]
        return float(sum(known)) if known else None
    if objective.kind == "engagement" and objective.unit == "%":
        return next((account.engagement_rate for account in rows if account.engagement_rate is not None), None)
    return None


def _fresh(
    objective: Objective, brief: BrandBrief, platforms: Sequence[PlatformFrame], baseline: float | None
) -> float:
    """Part of the planned posts that the baseline does not hold yet: 1 − posts a week now ÷ posts a week planned (1 without a baseline,
    and for levels, which grow by every post).
    """
    if baseline is None or objective.per == "level":
        return 1.0
    places = [p for p in platforms if objective.platform in ("", p.id)]
    planned = sum(p.cadence for p in places)
    now = sum(account.posts_per_week or 0.0 for account in brief.accounts if account.platform in {p.id for p in places})
    return max(0.0, 1 - now / planned) if planned else 1.0


def _rhythms(per: str, start: dt.date, end: dt.date) -> float:
    """Months (30.44 days), weeks or days from start to end; 1 for a sum and for a level."""
    days = max(1, (end - start).days + 1)
    return {"month": max(1.0, round(days / 30.44, 2)), "week": max(1.0, days / 7), "day": float(days)}.get(per, 1.0)


def _rate(objective: Objective, baseline: float | None, platforms: Sequence[PlatformFrame], rates: Rates) -> Outlook:
    """A rate is not bought: base = own rate (else benchmark), low = the lower of both lows, high = the higher of both highs."""
    platform = objective.platform or (platforms[0].id if platforms else "")
    bench = rates.find({"conversion": "cvr", "traffic": "ctr"}.get(objective.kind, "er"), platform)
    own = rates.assumed("own_views") * baseline if baseline is not None else None
    if bench is None and own is None:
        return Outlook(None, Span(), baseline, 1, 1, ())
    if own is None or bench is None:
        span = own or (bench.span if bench else Span())
    else:
        span = Span(min(own.low, bench.span.low), own.base, max(own.high, bench.span.high))
    sources = (["brief:accounts"] if own else []) + list(bench.sources if bench else ())
    formula = compared(rates.language, rate(baseline) if baseline is not None else "", bench.ends() if bench else "")
    step = FunnelStep(label=t(rates.language, "funnel.rate_step"), low=round(span.low, 4), base=round(span.base, 4), high=round(span.high, 4), unit="%",
                      formula=formula, sources=sources)  # fmt: skip
    return Outlook(span, Span(), baseline, 1, 1, (step,))


def _watched(objective: Objective, platforms: Sequence[PlatformFrame]) -> float:
    """Part of the own posts that a goal in views counts: videos only, where it speaks of videos."""
    places = [p for p in platforms if objective.platform in ("", p.id)]
    if not VIDEO.search(f"{objective.text} {objective.metric}") or not places:
        return 1.0
    planned = sum(p.cadence for p in places) or 1.0
    return (
        sum(
            p.cadence * share
            for p in places
            for name, share in p.formats
            if name in ("short_video", "long_video", "live")
        )
        / planned
    )


def _bought(rows: Sequence[PaidFrame]) -> Span:
    """Impressions of ads that show posts: not those that ask for a conversion."""
    out = Span()
    for row in rows:
        base = row.impressions.value or 0.0
        out += Span(row.impressions.low or base, base, row.impressions.high or base)
    return out


def _views(rates: Rates, total: Span, organic: Span, watched: float, paid: Span) -> FunnelStep:
    """Own posts' views (videos only, where the goal says so) + paid impressions × `paid_view`; creators' own channels do not count."""
    low, base, high = map(kept, total)
    own = f"{number(organic.base / watched if watched else 0)} × {watched:.0%}" if watched < 1 else number(organic.base)
    formula = f"{own} + {number(paid.base)} × {constant('paid_view'):g} = {number(base)}"
    return FunnelStep(
        label=t(rates.language, "funnel.views"), low=low, base=base, high=high, unit="count", formula=formula
    )


def _counted(rates: Rates, total: Span, organic: Span, fresh: float, share: float, added: Span) -> list[FunnelStep]:
    """(sum of the streams − own posts that the baseline already holds) × share of the period until the deadline."""
    if fresh == 1 and share > 0.999:
        return []
    low, base, high = map(kept, added)
    formula, sign = about(total.base), equals(total.base)
    if fresh != 1:
        formula += f" − {about(organic.base)} × {100 * (1 - fresh):.3g}%"
        sign = equals(total.base, organic.base)
    if share <= 0.999:
        formula = f"({formula}) × {share:.1%}" if fresh != 1 else f"{formula} × {share:.1%}"
    return [
        FunnelStep(
            label=t(rates.language, "funnel.counted"),
            low=low,
            base=base,
            high=high,
            unit="count",
            formula=f"{formula} {sign} {number(added.base, 1)}",
        )
    ]


def _reached(rates: Rates, added: Span, often: Span, reached: Span) -> FunnelStep:
    """impressions ÷ how often one person sees them (assumption)."""
    low, base, high = (round(value, 1) for value in reached)
    return FunnelStep(
        label=t(rates.language, "funnel.reach"),
        low=min(low, base),
        base=base,
        high=max(high, base),
        unit="count",
        formula=f"{number(added.base)} ÷ {often.base:g} = {number(base)}",
    )


def _per_rhythm(
    objective: Objective, rates: Rates, added: Span, total: Span, divisor: float, price: float
) -> FunnelStep:
    """added ÷ rhythms (× price)."""
    low, base, high = map(kept, total)
    formula = about(added.base)
    formula += f" ÷ {divisor:g}" if divisor != 1 else ""
    formula += f" × {price:g}" if price != 1.0 else ""
    label = t(rates.language, f"funnel.per.{objective.per if divisor != 1 else 'money'}")
    unit = objective.unit if price != 1.0 else "count"
    return FunnelStep(
        label=label,
        low=low,
        base=base,
        high=high,
        unit=unit,
        formula=f"{formula} {equals(added.base)} {number(total.base, 1)}",
    )


def _own(rates: Rates, per: str, baseline: float, old: Span, added: Span) -> FunnelStep:
    """baseline (× own repeat) + added, in each case on its own."""
    whole = old + added
    low, base, high = map(kept, whole)
    formula = f"{baseline:,.10g} + {number(added.base, 1)} = {number(whole.base, 1)}"
    if old.low != old.high:
        ends = [
            f"{number(was, 0 if was >= 10 else 1)} + {number(new, 1)}"
            for was, new in ((old.low, added.low), (old.high, added.high))
        ]
        formula = t(rates.language, "funnel.cases", low=ends[0], base=formula, high=ends[1])
    return FunnelStep(
        label=t(rates.language, f"funnel.own.{per}"),
        low=low,
        base=base,
        high=high,
        unit="count",
        formula=formula,
        sources=["brief:objectives"],
    )
