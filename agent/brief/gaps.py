"""What a brief does not say: labelled assumptions that fill it, and the question that each one makes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from agent import locale
from agent.brief import names
from agent.brief.model import Account, Audience, BrandBrief, Gap, GoalKind, Member, Objective, Product
from agent.brief.periods import after
from agent.brief.phrases import defaults, say, words
from agent.brief.segments import offers, whereabouts
from agent.locale import comma, day, money, spread


@dataclass
class _Filler:
    brief: BrandBrief
    as_of: dt.date
    monthly: Decimal | None
    gaps: list[Gap] = field(default_factory=list)

    def gap(self, key: str, path: str | None = None, **values: object) -> None:
        """Records a gap under its phrase key."""
        lang = self.brief.language
        texts = {name: say(f"gaps.{key}.{name}", lang, **values) for name in ("assumption", "question", "why")}
        self.gaps.append(Gap(id="A0", field=path or key, weight=int(defaults("weights")[key]), **texts))

    def value(self, key: str, **values: object) -> str:
        return say(f"values.{key}", self.brief.language, **values)


def fill(brief: BrandBrief, as_of: dt.date, *, monthly: Decimal | None = None) -> tuple[BrandBrief, list[Gap]]:
    """A copy of the brief with every gap filled by its assumption, and the gaps, the most consequential first.

    `monthly` is a budget per month whose total waits for the period.
    """
    filler = _Filler(brief.model_copy(deep=True), as_of, monthly)
    for step in (
        _brand,
        _markets,
        _period,
        _money,
        _category,
        _products,
        _audience,
        _goals,
        _people,
        _platforms,
        _knowledge,
        _voice,
    ):
        step(filler)
    filler.gaps.sort(key=lambda gap: -gap.weight)
    for number, gap in enumerate(filler.gaps, 1):
        gap.id = f"A{number}"
    return filler.brief, filler.gaps


def _brand(f: _Filler) -> None:
    if not f.brief.brand:
        f.brief.brand = f.value("brand")
        f.gap("brand", value=f.brief.brand)


def _markets(f: _Filler) -> None:
    brief = f.brief
    if not brief.markets:
        local = set(defaults("chinese_platforms")) & {*brief.platforms.must, *(a.platform for a in brief.accounts)}
        market = defaults("market_of_currency").get(brief.budget.currency) or ("CN" if local else "")
        market = market or {"zh-CN": "CN", "zh-TW": "TW", "en": "US"}[brief.language]
        brief.markets = [market]
        f.gap("markets", value=market_name(market, brief.language))
    if not brief.timezone:
        brief.timezone = _timezone(brief)


def market_name(code: str, language: str) -> str:
    """A market's name in the language ("US" → "the United States"); the code itself when it has none."""
    try:
        return say(f"values.market.{code}", language)
    except KeyError:
        return code


def _timezone(brief: BrandBrief) -> str:
    zones = defaults("timezone")
    market = brief.markets[0]
    told = names.fold(" ".join([brief.about, *(a.name + " " + a.place for a in brief.audience)]))
    if market in ("US", "CA", "AU"):
        for zone, hints in defaults("timezone_hints").items():
            if names.matcher(hints).search(told) and zone.split("/")[0] == str(zones[market]).split("/")[0]:
                return str(zone)
    return str(zones.get(market, "UTC"))


def first_monday(as_of: dt.date) -> dt.date:
    """First Monday at least `lead_days` after as_of."""
    earliest = as_of + dt.timedelta(days=int(defaults("lead_days")))
    return earliest + dt.timedelta(days=-earliest.weekday() % 7)


def _period(f: _Filler) -> None:
    period, lang = f.brief.period, f.brief.language
    weeks = int(defaults("weeks"))
    length = dt.timedelta(days=(period.days or weeks * 7) - 1)
    if period.start is None and period.end is not None:
        period.start = max(first_monday(f.as_of), period.end - dt.timedelta(days=51 * 7))
        if period.start > period.end - dt.timedelta(days=6):
            period.start = min(f.as_of + dt.timedelta(days=1), period.end)
        f.gap("period.start", value=day(period.start, lang, year=True))
    elif period.start is None:
        period.start = first_monday(f.as_of)
        f.gap("period.start", value=day(period.start, lang, year=True))
    if period.end is None:
        assumed = period.days is None
        months = period.days / 30.4 if period.days else 0.0
        whole = bool(period.days) and abs(months - round(months)) < 0.04 and round(months) >= 1
        period.end = after(period.start, (round(months), "month")) if whole else period.start + length
        if assumed:
            f.gap("period.end", value=day(period.end, lang, year=True), weeks=weeks)


def _weeks(brief: BrandBrief) -> int:
    start, end = cast(dt.date, brief.period.start), cast(dt.date, brief.period.end)
    return locale.weeks(start, end)


def _money(f: _Filler) -> None:
    brief, budget = f.brief, f.brief.budget
    if not budget.currency:
        budget.currency = defaults("currency").get(brief.markets[0], "USD")
        if budget.total or f.monthly or budget.fixed:
            f.gap("budget.currency", value=budget.currency)
    if budget.total is None and f.monthly is not None:
        days = (cast(dt.date, brief.period.end) - cast(dt.date, brief.period.start)).days + 1
        months = (
            Decimal(max(1, round(days / 30.4)))
            if abs(days / 30.4 - round(days / 30.4)) < 0.2
            else Decimal(days) / Decimal("30.4")
        )
        budget.total = (f.monthly * months).quantize(Decimal(1))
    if budget.total is None:
        table = defaults("budget").get(budget.currency) or defaults("budget")["USD"]
        weeks = _weeks(brief)
        size = table["local"] if brief.business == "b2c" and _alone(brief) else table[brief.business]
        amount = Decimal(size) * weeks / Decimal(defaults("weeks"))
        step = Decimal(1000 if size >= 10000 else 100)
        floor = sum((line.amount for line in budget.fixed), Decimal(0)) * 2
        budget.total = max((amount / step).quantize(Decimal(1)) * step, floor)
        f.gap("budget.total", value=money(int(budget.total * 100), budget.currency), weeks=weeks)


def _alone(brief: BrandBrief) -> bool:
    return len(brief.team) == 1 and brief.team[0].count == 1


def _category(f: _Filler) -> None:
    if f.brief.category == "general" and f.brief.category_text:
        f.gap("category.named", "category", value=category_name(f.brief))
    elif f.brief.category == "general":
        f.gap("category")
    elif not f.brief.category_text and (span := f.brief.spans.get("category")) and len(span.text) <= 30:
        f.brief.category_text = span.text
    if f.brief.language.startswith("zh") and f.brief.category_text.strip().casefold() == f.brief.category:
        f.brief.category_text = ""  # our own id of the category, no word of the client's language
    if f.brief.regulated is None:
        f.brief.regulated = f.brief.category in names.table("regulated")


def category_name(brief: BrandBrief) -> str:
    """The category in the client's words, as it stands inside a sentence, else in the plan's language."""
    told = brief.category_text or say(f"values.category.{brief.category}", brief.language)
    return told[:1].lower() + told[1:] if told[1:].islower() else told


def _products(f: _Filler) -> None:
    brief = f.brief
    if not brief.products:
        told = (
            brief.category_text
            if "category_text" in brief.spans and len(brief.category_text) <= 30 and brief.business != "local"
            else ""
        )
        name = told or f.value(f"product_{brief.business}", brand=brief.brand)
        brief.products = [Product(name=name, selling_points=offers(brief.about))]
        f.gap("products", value=name)
    elif all(p.price is None for p in brief.products):
        f.gap("products.price", "products[0].price", value=brief.products[0].name)


def _audience(f: _Filler) -> None:
    brief = f.brief
    if not brief.audience:
        place = whereabouts(brief.about) if brief.business == "local" else ""
        kind = f"audience_{brief.business}" + ("_at" if place else "")
        name = f.value(kind, category=category_name(brief), place=place)
        brief.audience = _hinted(f, place) or [Audience(name=name, place=place)]
        f.gap("audience", value=comma(brief.language).join(one.name for one in brief.audience))


def _hinted(f: _Filler, place: str) -> list[Audience]:
    """Whom a local business means by what it says of itself and wishes for: who is free at the hour that it wants to fill, who comes with a dog."""
    brief = f.brief
    if brief.business != "local":
        return []
    wishes = " ".join(f"{goal.metric} {goal.text}" for goal in brief.objectives)
    told = " ".join([brief.about, *(point for product in brief.products for point in product.selling_points)])
    near = f.value("hint_near", place=place) if place else f.value("hint_nearby")
    found: list[Audience] = []
    for key, pattern in defaults("audience_hints").items():
        hit = re.search(pattern, wishes if key == "time" else told, re.IGNORECASE)
        if hit and len(found) < 2:
            facts = {"near": near, "time": hit[0].lower().replace("day-", "day ").replace("end-", "end ")}
            traits = f.value(f"hint_{key}_traits", **facts).split("|")
            found.append(Audience(name=f.value(f"hint_{key}", **facts), place=place, traits=traits, primary=not found))
    return found


def _named(goal: Objective, most: int = 45) -> str:
    """A goal inside a question: its own words, or what it counts where they are a whole paragraph."""
    return goal.metric if goal.metric and spread(goal.text) > 2 * most else _short(goal.text)


def _short(text: str, most: int = 90) -> str:
    """A goal's words inside a question: whole where they fit, else cut at a word."""
    if len(text) <= most:
        return text
    head = text[:most]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head) + "…"


def _goals(f: _Filler) -> None:
    brief = f.brief
    if not brief.objectives:
        kinds = (("awareness", ""), ("engagement", ""), ("conversion", f"_{brief.business}"))
        for kind, tail in kinds:
            text, metric = f.value(f"objective_{kind}{tail}", brand=brief.brand), f.value(f"metric_{kind}{tail}")
            brief.objectives.append(Objective(text=text, kind=cast(GoalKind, kind), metric=metric, unit="count"))
        f.gap("objectives")
        return
    for index, goal in enumerate(brief.objectives):
        if goal.kind == "followers" and goal.baseline is None:
            held = next((a for a in brief.accounts if a.platform == goal.platform and a.followers is not None), None)
            goal.baseline = float(held.followers) if held and held.followers is not None else None
        if goal.target is None:
            f.gap("objectives.target", f"objectives[{index}].target", value=_named(goal))
        elif goal.baseline is None:
            f.gap("objectives.baseline", f"objectives[{index}].baseline", value=_named(goal))


def _people(f: _Filler) -> None:
    brief, table = f.brief, defaults("team")
    if not brief.team:
        operator, designer = table["operator_hours"], table["designer_hours"]
        brief.team = [
            Member(
                title=f.value("operator"),
                functions=["strategist", "planner", "copy", "video", "operator", "community", "analyst"],
                hours=operator,
            ),
            Member(title=f.value("designer"), functions=["design"], hours=designer),
        ]
        f.gap("team", value=operator, more=designer)
        return
    for index, member in enumerate(brief.team):
        if not member.functions:
            member.functions = ["planner", "copy", "operator", "community"]
        if member.hours is None:
            member.hours = float(table["approver_hours"] if member.functions == ["approver"] else table["member_hours"])
            f.gap("team.hours", f"team[{index}].hours", value=member.title, more=f"{member.hours:g}")


def _platforms(f: _Filler) -> None:
    chosen = f.brief.platforms
    held = {account.platform for account in f.brief.accounts}
    for goal in f.brief.objectives:
        if goal.kind == "followers" and goal.platform and goal.baseline is not None and goal.platform not in held:
            f.brief.accounts.append(Account(platform=goal.platform, followers=int(goal.baseline)))
            held.add(goal.platform)
    if not chosen.must and not chosen.may:
        f.gap("platforms")
    if not f.brief.accounts:
        f.gap("accounts")


def _knowledge(f: _Filler) -> None:
    brief = f.brief
    if not brief.competitors:
        f.gap("competitors")
    if not brief.proof and not any(p.proof for p in brief.products):
        f.gap("proof")
    if not brief.past_results:
        f.gap("past_results")
    if not brief.key_dates:
        f.gap("key_dates")
    if not brief.never_say:
        f.gap("never_say")


def _voice(f: _Filler) -> None:
    brief = f.brief
    if not brief.strategy:
        brief.strategy = f.value("strategy", category=category_name(brief), brand=brief.brand)
        f.gap("strategy", value=brief.strategy)
    if not brief.tone:
        brief.tone = words("values.tone_b2b" if brief.business == "b2b" else "values.tone", brief.language)
        f.gap("tone", value=locale.comma(brief.language).join(brief.tone))
