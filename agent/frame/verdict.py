"""The verdict on a goal: can this money and these hands reach it, what would the rest cost, and the words that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.brief.history import Campaign
from agent.brief.model import Objective
from agent.frame.apportion import NO_LIMIT
from agent.frame.budget import Spread
from agent.frame.limits import span_of
from agent.frame.outlook import Outlook, in_views
from agent.frame.rates import Rate, Rates, constant, kept, unit_cost
from agent.locale import compact, money, money_value, number, percent, t
from agent.plan.insight import Verdict

Status = Literal["feasible", "stretch", "infeasible", "unknown", "proposed"]
APART = 1.2
"""From this many times the price of one more conversion on, the plan's own cost of a conversion is explained beside it."""
SLIP = 20
"""From this many times the whole budget on, the target is more likely a slip than a wish."""
OFFERED = 0.5
"""Part of the whole budget up to which closing a gap with more money is put to the client; above it the plan says that money does not close it."""


@dataclass(frozen=True)
class Setting:
    """What a verdict has to know beside the goal: the money, the platforms, the posts, the hands."""

    spread: Spread
    platforms: tuple[str, ...]
    posts: int
    rates: Rates
    rivals: int
    """How many goals of the brief draw on the same paid media."""
    hands: bool
    """Whether the one who answers comments has the hours."""
    own: Mapping[str, Rate] = field(default_factory=dict)
    """Platform → what a conversion costs with creators there, by the brand's own campaigns."""
    whole: float = 0.0
    """What a conversion costs when all money of the plan is divided by all its conversions; 0 when unknown."""
    past: tuple[Campaign, ...] = ()
    """The brand's own campaigns that tell what a result cost and that no forecast rests on."""


def status_of(objective: Objective, view: Outlook, setting: Setting) -> Status:
    """feasible: target ≤ base forecast; stretch: ≤ high; infeasible: above high; unknown: no target, no rate, or a level without baseline.

    A service goal depends on hours: feasible when they suffice, else stretch.
    """
    if objective.kind == "service":
        return "feasible" if setting.hands else "stretch"
    if objective.target is None or view.forecast is None:
        return "unknown"
    short = _display(objective, view.forecast.base) < _display(objective, objective.target)
    if not short:
        return "feasible"
    if _needs_baseline(objective) and view.baseline is None:
        return "unknown"
    return "stretch" if view.forecast.high >= objective.target else "infeasible"


def _needs_baseline(objective: Objective) -> bool:
    """Whether the target counts what the brand already has: levels and monthly, weekly or daily rhythms do."""
    return objective.per != "period"


def _display(objective: Objective, value: float) -> float:
    """Compared as they are shown: rates to 0.01 %, counts whole."""
    return round(value, 4) if objective.unit == "%" else kept(value)


@dataclass(frozen=True)
class Rest:
    """What closing the gap of a goal takes."""

    cents: int | None
    """0 when the base forecast reaches the target; None for rates, service goals, and where no price is known."""
    each: float = 0.0
    """Base cost of one more result, in whole units."""
    platform: str = ""
    own: bool = False
    """Whether the price is the brand's own, with creators, and not the benchmarks' for media."""


def rest_of(objective: Objective, view: Outlook, setting: Setting) -> Rest:
    """gap = (target − base forecast) × rhythms ÷ worth; cost = gap × base cost of one more result: the brand's own with creators where its
    past results tell one and it is the lower, else by media on the goal's platform or on the one that carries most of the ads; of paid
    impressions the part `paid_view` becomes a view.
    """
    if objective.target is None or view.forecast is None or objective.unit == "%" or objective.kind == "service":
        return Rest(None)
    gap = (objective.target - view.forecast.base) * view.divisor / (view.worth or 1.0)
    if status_of(objective, view, setting) == "feasible" or gap <= 0:
        return Rest(0)
    price = _media_price(objective, setting)
    if price and in_views(objective):
        price = price[0] / constant("paid_view"), price[1]
    known = [Rest(round(gap * price[0] * 100), *price)] if price else []
    known += [Rest(round(gap * each * 100), each, name, own=True) for name, each in _own_prices(objective, setting)]
    return min(known, key=lambda one: one.each, default=Rest(None))


def _media_price(objective: Objective, setting: Setting) -> tuple[float, str] | None:
    """Base cost of one more result by media, and the platform: the goal's own, else the one that carries most of the ads."""
    ranked = sorted(setting.platforms, key=lambda name: -setting.spread.of("ads", name))
    return unit_cost(objective.kind, [objective.platform] if objective.platform else ranked, setting.rates)


def _own_prices(objective: Objective, setting: Setting) -> list[tuple[str, float]]:
    """Platform and cost of a conversion with creators, by the brand's own campaigns, where the goal counts it."""
    if objective.kind != "conversion":
        return []
    return [(name, own.span.base) for name, own in setting.own.items() if objective.platform in ("", name)]


def judge(objective: Objective, view: Outlook, setting: Setting, *, proposed: bool) -> Verdict:
    """Status, forecast, cost and words."""
    status: Status = status_of(objective, view, setting)
    if (
        (proposed and status != "unknown")
        or (objective.target is None and view.forecast is not None)
        or holds(objective)
    ):
        status = "proposed"
    rest = Rest(None) if proposed else rest_of(objective, view, setting)
    span = view.forecast
    low, base, high = (
        (round(value, 4) if objective.unit == "%" else kept(value) for value in span) if span else (None, None, None)
    )
    return Verdict(
        status=status,
        low=low,
        base=base,
        high=high,
        target_cost_cents=None if rest.cents is None or _beyond(rest.cents, setting) else _two_figures(rest.cents),
        steps=list(view.steps),
        text=_text(objective, view, setting, status, rest, proposed),
    )


def holds(objective: Objective) -> bool:
    """Whether a level is only to be held at today's figure, which the plan proposes until the client says what is meant."""
    return objective.per == "level" and objective.target is not None and objective.target == objective.baseline


def _beyond(cost: int, setting: Setting) -> bool:
    """Whether a cost is too large beside the whole budget to be put to the client as the way to the target."""
    return cost > OFFERED * setting.spread.total


def _size(part: float, language: str) -> str:
    """How large a cost is beside the whole budget: a share below it, else how many times it, in two significant figures."""
    if part < 1:
        return t(language, "verdict.size.share", share=percent(part, 0))
    step: int = 10 ** max(0, len(str(int(part))) - 2)
    return t(language, "verdict.size.times", times=number(part, 1) if part < 10 else number(round(part / step) * step))


def _two_figures(cents: int) -> int:
    """A forecast price is not known to the cent: two significant figures, whole currency units."""
    size: int = 10 ** max(2, len(str(cents)) - 2)
    return round(cents / size) * size


def _text(
    objective: Objective,
    view: Outlook,
    setting: Setting,
    status: Status,
    rest: Rest,
    proposed: bool,
) -> str:
    """The sentences that apply, in order: what the money buys, against the target, the cost of the rest, what would have to be true."""
    language = setting.rates.language
    joiner = t(language, "verdict.join")
    if objective.kind == "service":
        said = t(language, f"verdict.service.{'enough' if setting.hands else 'short'}")
        return joiner.join([said, t(language, "verdict.proposed_service")]) if proposed else said
    if objective.unit == "%":
        return joiner.join(_rate_text(objective, view, setting, status))
    if view.forecast is None:
        return joiner.join([_bought(objective, view, setting), t(language, "verdict.no_price")])
    out = [_bought(objective, view, setting)]
    for name, own in _own_prices(objective, setting):
        each = money_value(round(own, 2 if own < 10 else 0), setting.rates.currency)
        out.append(t(language, "verdict.told", platform=setting.rates.platform(name), each=each))
    out += _past(objective, setting)
    if view.part < 0.995:
        out.append(t(language, "verdict.part", part=percent(view.part, 0)))
    if view.baseline is not None and not proposed:
        key = "level" if objective.per == "level" else "rhythm" if objective.per != "period" else "sum"
        out.append(
            t(language, f"verdict.own.{key}", baseline=_show(objective, view.baseline), **_three(objective, view))
        )
        again = setting.rates.assumed("own_baseline").low
        if objective.per != "level" and view.forecast.low < view.baseline:
            out.append(t(language, "verdict.own.less", part=percent(again, 0)))
    if proposed:
        out.append(t(language, "verdict.proposed" if objective.target is not None else "verdict.watched"))
        return joiner.join(out)
    if objective.target is None:
        return joiner.join([*out, t(language, "verdict.no_target")])
    target = _show(objective, objective.target)
    if objective.baseline is not None and objective.target < objective.baseline:
        out.append(t(language, "verdict.below", target=target, baseline=_show(objective, objective.baseline)))
        return joiner.join(out)
    if holds(objective):
        out.append(t(language, "verdict.hold", target=target))
        return joiner.join(out)
    gap = _about(objective, objective.target - view.forecast.base)
    if status == "unknown":
        out.append(t(language, "verdict.no_baseline", target=target, missing=gap))
        return joiner.join(out)
    out.append(t(language, f"verdict.{status}", target=target, gap=gap, high=_about(objective, view.forecast.high)))
    if status == "feasible":
        return joiner.join(out)
    out += _rest(objective, setting, rest)
    out += _needs(objective, view, setting)
    if setting.rivals > 1 and setting.spread.of("ads"):
        out.append(t(language, "verdict.shared", number=setting.rivals))
    return joiner.join(out)


def _bought(objective: Objective, view: Outlook, setting: Setting) -> str:
    """What posts and money bring before any baseline."""
    language = setting.rates.language
    spread, currency = setting.spread, setting.rates.currency
    media = view.media
    if media is None:
        media = spread.of("ads", objective.platform) + spread.of("creators", objective.platform)
    what = t(
        language, f"verdict.what.{'reach' if view.reached else 'views' if in_views(objective) else objective.kind}"
    )
    key = "plan" if media else "organic"
    added = view.reached or view.added
    return t(
        language, f"verdict.{key}", posts=number(setting.posts), money=money(media, currency), what=what,
        low=_count(added.low), base=_count(added.base), high=_count(added.high),
    )  # fmt: skip


def _rest(objective: Objective, setting: Setting, rest: Rest) -> list[str]:
    """What the gap costs, and whether the brief's cap on that kind of money and the total leave room for it."""
    language, currency, spread = setting.rates.language, setting.rates.currency, setting.spread
    cost, each = rest.cents, rest.each
    if cost is None:
        return [t(language, "verdict.no_cost")]
    shown = money(_two_figures(cost), currency)
    what = t(language, f"verdict.one.{'views' if in_views(objective) else objective.kind}")
    if objective.kind == "awareness":
        each *= 1000
    price = money_value(round(each, 2 if each < 10 else 0), currency)
    facts = {"platform": setting.rates.platform(rest.platform), "each": price, "what": what}
    way = "creators" if rest.own else "media"
    if spread.total == 0:
        return [t(language, f"verdict.cost.{way}", **facts, cost=shown), t(language, "verdict.none")]
    marginal = _against_whole(objective, setting, rest)
    if _beyond(cost, setting):
        slip = cost > SLIP * spread.total
        size = _size(cost / spread.total, language)
        end = "slip" if slip else "conversion" if objective.kind == "conversion" else "other"
        out = [t(language, f"verdict.beyond.{way}", **facts, size=size)]
        return [*out, *([] if slip else marginal), t(language, f"verdict.instead.{end}")]
    out = [t(language, f"verdict.cost.{way}", **facts, cost=shown), *marginal]
    category = "creators" if rest.own else "ads"
    spent = spread.of(category)
    _, cap = span_of(spread.bounds, "category", category)
    if cap < NO_LIMIT and spent + cost > cap:
        room = max(0, cap - spent)
        key = "cap" if room else "cap_full"
        out.append(
            t(
                language,
                f"verdict.{key}.{way}",
                cap=money(cap, currency),
                spent=money(spent, currency),
                room=money(room, currency),
            )
        )
    else:
        part = cost / spread.total
        out.append(t(language, "verdict.share", share=percent(part, 0 if part >= 0.01 else 1)))
    return out


def _against_whole(objective: Objective, setting: Setting, rest: Rest) -> list[str]:
    """Why one more conversion costs less than the scenarios' cost of a conversion, which carries all money of the plan."""
    if objective.kind != "conversion" or setting.whole < APART * rest.each:
        return []
    whole = money_value(round(setting.whole, 2 if setting.whole < 10 else 0), setting.rates.currency)
    return [t(setting.rates.language, f"verdict.whole.{'creators' if rest.own else 'media'}", whole=whole)]


def _past(objective: Objective, setting: Setting) -> list[str]:
    """The brand's own campaigns whose results are not this goal's, with what one cost, beside the benchmark that the plan reckons with."""
    if objective.kind != "conversion":
        return []
    language, currency = setting.rates.language, setting.rates.currency
    out = []
    for one in setting.past:
        each = money_value(round(one.spent / one.results), currency)
        facts = {
            "spent": money_value(one.spent, currency),
            "results": number(one.results),
            "each": each,
            "unit": one.unit,
        }
        out.append(t(language, "verdict.past.told", **facts))
        if one.further:
            further = money_value(round(one.spent / one.further), currency)
            out.append(t(language, "verdict.past.further", further=number(one.further), each=further))
    if not out:
        return []
    price = _media_price(objective, setting)
    if price is None:
        return [*out, t(language, "verdict.past.why")]
    each = money_value(round(price[0]), currency)
    return [*out, t(language, "verdict.past.beside", each=each, platform=setting.rates.platform(price[1]))]


def _needs(objective: Objective, view: Outlook, setting: Setting) -> list[str]:
    """The factor by which the plan's own results would have to beat the base rates: (target − what is there) ÷ what is added."""
    if view.forecast is None or objective.target is None or view.added.base <= 0:
        return []
    added = view.added.base * view.worth / view.divisor
    factor = (objective.target - (view.forecast.base - added)) / added
    return [t(setting.rates.language, "verdict.needs", factor=number(factor, 1 if factor < 20 else 0))]


def _rate_text(objective: Objective, view: Outlook, setting: Setting, status: Status) -> list[str]:
    """A rate: own figure, benchmark range, and that money does not buy it."""
    language = setting.rates.language
    if view.forecast is None:
        return [t(language, "verdict.no_rate")]
    own = "own" if view.baseline is not None else "bench"
    metric = {"conversion": "cvr", "traffic": "ctr"}.get(objective.kind, "er")
    bench = setting.rates.find(metric, objective.platform or next(iter(setting.platforms), ""))
    known = (bench.published or bench.span) if bench else None
    usual = f"{percent(known.low)}–{percent(known.high)}" if known else ""
    own = "own_bench" if own == "own" and usual else own
    out = [t(language, f"verdict.rate.{own}", usual=usual, **_three(objective, view))]
    if objective.target is not None:
        out.append(t(language, f"verdict.rate.{status}", target=_show(objective, objective.target)))
    return out


def _three(objective: Objective, view: Outlook) -> dict[str, str]:
    if view.forecast is None:
        return {}
    low, base, high = view.forecast
    return {"low": _about(objective, low), "base": _about(objective, base), "high": _about(objective, high)}


def _count(value: float) -> str:
    """A count in prose, as the verdict's figures keep it."""
    return compact(kept(value))


def _show(objective: Objective, value: float) -> str:
    if objective.unit == "%":
        return percent(value)
    if len(objective.unit) == 3 and objective.unit.isupper():
        return money_value(round(value), objective.unit)
    return number(value, 1 if value < 10 and value != int(value) else 0)


def _about(objective: Objective, value: float) -> str:
    """A forecast for prose: from a thousand on in three figures, as everywhere else."""
    return (
        compact(round(value))
        if value >= 1000 and objective.unit != "%" and not objective.unit.isupper()
        else _show(objective, value)
    )


def rivals(objectives: Sequence[Objective]) -> int:
    """Goals of the brief that ads can serve: all but service goals and rates."""
    return sum(1 for one in objectives if one.kind != "service" and one.unit != "%")
