"""What money and posts bring: organic, paid and creator streams per platform, in the low, base and high case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.brief.history import Campaign, Channel
from agent.brief.model import Account, BrandBrief
from agent.frame.creators import total_views
from agent.frame.model import CreatorFrame, PaidFrame, PlatformFrame, Slot
from agent.frame.paid import buys
from agent.frame.rates import Rate, Rates, Span, chained, constant, kept
from agent.locale import comma, money_value, number, t
from agent.plan.insight import FunnelStep
from agent.plan.results import Scenario

Metric = Literal["impressions", "engagements", "clicks", "conversions", "followers"]
CHANNELS: tuple[Channel, ...] = ("creators", "paid")
OWN = tuple(f"own_{channel}" for channel in CHANNELS)
"""Names of the rates that are the brand's own cost of a result."""
FEWEST = 0.5
"""Conversions below which a cost of one says nothing."""
METRICS: tuple[Metric, ...] = ("impressions", "engagements", "clicks", "conversions", "followers")


@dataclass(frozen=True)
class Stream:
    """One source on one platform: what it brings, and the arithmetic of each result."""

    source: Literal["organic", "paid", "creators"]
    platform: str
    values: dict[Metric, Span]
    steps: dict[Metric, FunnelStep]
    counted: bool = False
    """Whether its conversions follow from what the brand's own campaigns cost a result, and not from clicks."""


@dataclass(frozen=True)
class Forecast:
    """All streams of a plan."""

    streams: tuple[Stream, ...]
    rates: dict[str, dict[str, Rate]]
    """Platform → rate name → rate, as used."""
    paid: tuple[PaidFrame, ...] = ()
    """The ads behind the paid streams."""

    def total(self, metric: Metric, platform: str = "", source: str = "") -> Span:
        """Sum of a metric over the streams that match."""
        out = Span()
        for stream in self._matching(platform, source):
            out += stream.values.get(metric, Span())
        return out

    def clicked(self) -> Span:
        """The conversions that follow from clicks."""
        out = Span()
        for stream in self.streams:
            out += Span() if stream.counted else stream.values.get("conversions", Span())
        return out

    def steps(self, metric: Metric, platform: str = "", source: str = "") -> list[FunnelStep]:
        """The arithmetic of a metric, one step per stream that brings any."""
        return [
            s.steps[metric] for s in self._matching(platform, source) if metric in s.steps and s.values[metric].high > 0
        ]

    def _matching(self, platform: str, source: str) -> list[Stream]:
        return [s for s in self.streams if platform in ("", s.platform) and source in ("", s.source)]


def forecast(
    brief: BrandBrief,
    *,
    platforms: Sequence[PlatformFrame],
    slots: Iterable[Slot],
    paid: Sequence[PaidFrame],
    creators: Sequence[CreatorFrame],
    rates: Rates,
    history: Sequence[Campaign] = (),
) -> Forecast:
    """Streams of every platform that gets posts or money. `history` are the brand's own campaigns whose results are this plan's conversions:
    what such a result cost goes before the chain of benchmarks.
    """
    posts: dict[str, int] = {}
    for slot in slots:
        if slot.kind != "buffer":
            posts[slot.platform] = posts.get(slot.platform, 0) + 1
    accounts = {account.platform: account for account in brief.accounts}
    streams: list[Stream] = []
    used: dict[str, dict[str, Rate]] = {}
    names = dict.fromkeys([p.id for p in platforms] + [p.platform for p in paid] + [c.platform for c in creators])
    for name in names:
        known = _rates_of(name, accounts.get(name), rates)
        known |= {
            f"own_{channel}": own
            for channel in CHANNELS
            if (own := own_cost(history, channel, name, rates)) is not None
        }
        used[name] = known
        if posts.get(name):
            streams.append(_organic(name, posts[name], known, rates))
        rows = [row for row in paid if row.platform == name]
        if rows:
            streams.append(_paid(name, rows, known, rates))
        views, done = total_views(creators, name)
        if views.high:
            rows_here = [row for row in creators if row.platform == name]
            streams.append(_creators(name, rows_here, views, done, known, rates))
    return Forecast(tuple(streams), used, tuple(paid))


def _rates_of(platform: str, account: Account | None, rates: Rates) -> dict[str, Rate]:
    """The rates of a platform: the account's own views per post and engagement rate before benchmarks."""
    found = {name: rates.find(name, platform) for name in ("cpm", "ctr", "cvr", "er", "follower_gain", "link_clicks")}
    found["views"] = views_per_post(platform, account, rates)
    own = own_rate(account, found["views"], rates)
    if own is not None:
        found["er"] = own
    return {name: rate for name, rate in found.items() if rate is not None}


def own_cost(history: Sequence[Campaign], channel: Channel, platform: str, rates: Rates) -> Rate | None:
    """What a result costs by the brand's own campaigns: Σ spent ÷ Σ results of those on the platform (else of those that name none)
    × assumption `own_cost`; None without any.
    """
    rows = [one for one in history if one.channel == channel and one.platform == platform]
    rows = rows or [one for one in history if one.channel == channel and not one.platform]
    if not rows:
        return None
    spent, results, again = sum(one.spent for one in rows), sum(one.results for one in rows), rates.assumed("own_cost")
    sources = tuple(f"brief:past_results[{one.place}]" for one in rows)
    note = f"{money_value(spent, rates.currency)} ÷ {number(results)} × {again.base:g}"
    return Rate(again * (spent / results), rates.currency, sources, own=True, note=note)


def _counted(stream: Stream, cents: int, own: Rate, rates: Rates) -> Stream:
    """The stream with conversions = money ÷ own cost of a result."""
    money = cents / 100
    orders = own.span.map(lambda each: money / each)
    formula = f"{money_value(money, rates.currency)} ÷ ({own.note}) = {_figure(orders.base)}"
    step = _step(stream.source, stream.platform, "conversions", orders, formula, own.sources, rates)
    return Stream(
        stream.source,
        stream.platform,
        {**stream.values, "conversions": orders},
        {**stream.steps, "conversions": step},
        counted=True,
    )


def views_per_post(platform: str, account: Account | None, rates: Rates) -> Rate | None:
    """Views of one organic post: own average × own range; else the larger of followers × organic reach and the small-account floor."""
    if account is not None and account.average_views:
        return Rate(rates.assumed("own_views") * float(account.average_views), "count", ("brief:accounts",), own=True)
    floor, reach = rates.find("organic_floor", platform), rates.find("organic_reach", platform)
    followers = float(account.followers or 0) if account else 0.0
    if reach is not None and followers and (floor is None or followers * reach.span.base > floor.span.base):
        return Rate(reach.span * followers, "count", ("brief:accounts", *reach.sources), own=True)
    return floor


def own_rate(account: Account | None, views: Rate | None, rates: Rates) -> Rate | None:
    """The account's engagement rate per view: as given, or × followers ÷ views per post when it is counted per follower."""
    if account is None or account.engagement_rate is None:
        return None
    rate = account.engagement_rate
    if account.rate_basis == "followers":
        if views is None or not account.followers or not views.span.base:
            return None
        rate = min(0.5, rate * account.followers / views.span.base)
    return Rate(rates.assumed("own_views") * rate, "%", ("brief:accounts",), own=True)


def _organic(platform: str, posts: int, known: dict[str, Rate], rates: Rates) -> Stream:
    """impressions = posts × views per post; then as in `_chain`."""
    views = known.get("views")
    if views is None:
        return Stream("organic", platform, {}, {})
    impressions = views.span * float(posts)
    head = f"{posts} × {views.show()} = {number(impressions.base)}"
    return _chain("organic", platform, impressions, head, views.sources, known, 1.0, rates, None)


def _creators(
    platform: str, rows: Sequence[CreatorFrame], views: Span, done: Span, known: dict[str, Rate], rates: Rates
) -> Stream:
    """impressions = Σ number × views per post; engagements from the tiers' own rates; followers at the spill of `spill.creators`."""
    parts = [f"{row.number} × {(row.views.value or 0) / row.number:,.0f}" for row in rows]
    head = f"{' + '.join(parts[:3])}{' + …' if len(parts) > 3 else ''} = {number(views.base)}"
    sources = tuple(dict.fromkeys(source for row in rows for source in row.views.sources))
    stream = _chain("creators", platform, views, head, sources, known, constant("spill", "creators"), rates, done)
    own = known.get("own_creators")
    return _counted(stream, sum(row.total_cents for row in rows), own, rates) if own else stream


def _chain(
    source: Literal["organic", "creators"],
    platform: str,
    impressions: Span,
    head: str,
    sources: tuple[str, ...],
    known: dict[str, Rate],
    spill: float,
    rates: Rates,
    engagements: Span | None,
) -> Stream:
    """engagements = impressions × ER; clicks = impressions × link clicks; conversions = clicks × CVR;
    followers = impressions ÷ 1000 × net gain × spill.
    """
    values: dict[Metric, Span] = {"impressions": impressions}
    steps: dict[Metric, FunnelStep] = {
        "impressions": _step(source, platform, "impressions", impressions, head, sources, rates)
    }
    er, link, cvr, gain = (known.get(name) for name in ("er", "link_clicks", "cvr", "follower_gain"))
    if engagements is not None:
        values["engagements"] = engagements
        formula = f"{number(impressions.base)} × {engagements.base / impressions.base:.2%} = {number(engagements.base)}"
        steps["engagements"] = _step(source, platform, "engagements", engagements, formula, sources, rates)
    elif er:
        values["engagements"] = impressions * er.span
        formula = f"{head} × {er.show()} = {number(values['engagements'].base)}"
        steps["engagements"] = _step(
            source, platform, "engagements", values["engagements"], formula, (*sources, *er.sources), rates
        )
    if link:
        values["clicks"] = impressions * link.span
        formula = f"{head} × {link.show()} = {_figure(values['clicks'].base)}"
        steps["clicks"] = _step(source, platform, "clicks", values["clicks"], formula, (*sources, *link.sources), rates)
        if cvr:
            values["conversions"] = values["clicks"] * cvr.span
            formula = f"{formula} × {cvr.show()} = {_figure(values['conversions'].base)}"
            sums = (*sources, *link.sources, *cvr.sources)
            steps["conversions"] = _step(source, platform, "conversions", values["conversions"], formula, sums, rates)
    if gain:
        values["followers"] = impressions * gain.span * (spill / 1000)
        part = "" if spill == 1 else f" × {spill:g}"
        formula = f"{head} ÷ 1,000 × {gain.show()}{part} = {_figure(values['followers'].base)}"
        steps["followers"] = _step(
            source, platform, "followers", values["followers"], formula, (*sources, *gain.sources), rates
        )
    return Stream(source, platform, values, steps)


def _paid(platform: str, rows: Sequence[PaidFrame], known: dict[str, Rate], rates: Rates) -> Stream:
    """Sums of the paid lines. Clicks to the destination come from traffic and conversion lines only, and only these convert
    (clicks × CVR, or money ÷ the brand's own cost of a result); followers from follower lines, and at the spill of `spill.paid` from the others; engagements = impressions × ER
    × `paid_er`.
    """
    values: dict[Metric, Span] = {metric: Span() for metric in METRICS}
    formulas: dict[Metric, list[str]] = {metric: [] for metric in METRICS}
    sources: dict[Metric, dict[str, None]] = {metric: {} for metric in METRICS}

    def add(metric: Metric, span: Span, formula: str, found: Iterable[str]) -> None:
        values[metric] += span
        formulas[metric].append(formula)
        sources[metric].update(dict.fromkeys(found))

    cvr, gain, er = known.get("cvr"), known.get("follower_gain"), rates.find("er", platform)
    part, spill = constant("paid_er"), constant("spill", "paid")
    for row in rows:
        bought = buys(platform, row.objective, row.cents, rates)
        one, two, three = bought.formulas
        seen = number(bought.impressions.base)
        add("impressions", bought.impressions, one, bought.sources[0])
        if row.objective in ("traffic", "conversion") and two:
            chain = one + two.removeprefix(seen)
            add("clicks", bought.clicks, chain, bought.sources[1])
            if cvr:
                orders = bought.clicks * cvr.span
                found = (*bought.sources[1], *cvr.sources)
                add("conversions", orders, f"{chain} × {cvr.show()} = {_figure(orders.base)}", found)
        if er:
            done = bought.impressions * er.span * part
            add(
                "engagements",
                done,
                f"{one} × {er.show()} × {part:g} = {number(done.base)}",
                (*bought.sources[0], *er.sources),
            )
        if row.objective == "followers":
            add("followers", bought.results, three, bought.sources[2])
        elif gain:
            fans = bought.impressions * gain.span * (spill / 1000)
            formula = f"{seen} ÷ 1,000 × {gain.show()} × {spill:g} = {_figure(fans.base)}"
            add("followers", fans, formula, (*bought.sources[0], *gain.sources))
    steps = {
        metric: _step(
            "paid",
            platform,
            metric,
            values[metric],
            "; ".join(f for f in formulas[metric] if f),
            tuple(sources[metric]),
            rates,
        )
        for metric in METRICS
        if formulas[metric]
    }
    stream, own = Stream("paid", platform, values, steps), known.get("own_paid")
    asked = sum(row.cents for row in rows if row.objective in ("traffic", "conversion"))
    return _counted(stream, asked, own, rates) if own and asked else stream


def _figure(value: float) -> str:
    return number(value, 1 if value < 10 else 0)


def _step(
    source: str, platform: str, metric: Metric, span: Span, formula: str, sources: tuple[str, ...], rates: Rates
) -> FunnelStep:
    label = t(
        rates.language,
        f"funnel.{source}",
        platform=rates.platform(platform),
        what=t(rates.language, f"funnel.metric.{metric}"),
    )
    low, base, high = map(kept, span)
    return FunnelStep(
        label=label,
        low=low,
        base=base,
        high=high,
        unit="count",
        formula=chained(formula),
        sources=list(dict.fromkeys(sources)),
    )


def scenarios(total: int, found: Forecast, *, price: float | None, rates: Rates) -> tuple[Scenario, ...]:
    """Low, base and high: sums of all streams; revenue = conversions × price; ROI = revenue ÷ money; cost = money ÷ conversions, each of the
    conversions as they are shown, so that a reader who multiplies gets what stands there.
    """
    sums = {metric: found.total(metric) for metric in METRICS}
    out = []
    for case in ("low", "base", "high"):
        value = {metric: float(getattr(span, case)) for metric, span in sums.items()}
        orders = shown(value["conversions"])
        revenue = None if price is None else round(orders * price * 100)
        out.append(
            Scenario(
                name=case, total_cents=total, rates=rates_text(found, case, rates),
                impressions=round(value["impressions"]), engagements=round(value["engagements"]), clicks=round(value["clicks"]),
                conversions=orders, followers=round(value["followers"]), revenue_cents=revenue,
                roi=round(revenue / total, 4) if revenue is not None and total else None,
                cost_per_result_cents=round(total / orders) if total and orders >= FEWEST else None,
            )
        )  # fmt: skip
    return tuple(out)


def shown(conversions: float) -> float:
    """Conversions as tables show them; so few that they would read as nought stay as they were reckoned."""
    return kept(conversions) or round(conversions, 4)


def rates_text(found: Forecast, case: str, rates: Rates) -> str:
    """The rates that a case stands on, platform by platform."""
    parts = []
    for platform in dict.fromkeys(stream.platform for stream in found.streams):
        bought = any(s.source == "paid" and s.platform == platform for s in found.streams)
        names = (["cpm", "ctr"] if bought else []) + ["views", "link_clicks", "cvr", "er", "follower_gain", *OWN]
        told = [
            f"{t(rates.language, f'funnel.rate.{name}')} {found.rates[platform][name].case(case)}"
            for name in names
            if name in found.rates[platform]
        ]
        parts.append(
            t(
                rates.language,
                "funnel.rates",
                platform=rates.platform(platform),
                rates=comma(rates.language).join(told),
            )
        )
    return t(rates.language, "funnel.joined").join(parts)
