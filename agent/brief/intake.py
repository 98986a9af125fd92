"""The way of a brief through this package: source → raw → brief → gaps and conflicts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast, get_args

from agent.brief import conflicts, gaps, names
from agent.brief.builder import Builder
from agent.brief.context import Context
from agent.brief.defaults import beneath, fill_in
from agent.brief.language import detect
from agent.brief.model import BrandBrief, Conflict, Intake, Language, Product
from agent.brief.phrases import say
from agent.brief.readers import Raw, read_source
from agent.brief.structured import read_mapping
from agent.brief.text import read_text
from agent.brief.values import parse_money
from agent.errors import BriefError


def take_in(source: str | Path | bytes | dict[str, Any], *, as_of: dt.date, language: str | None = None) -> Intake:
    """See `agent.brief.read_brief`."""
    raw = read_source(source)
    return finish(read_raw(raw, as_of, language), raw, as_of)


def read_raw(
    raw: Raw, as_of: dt.date, language: str | None = None, defaults: Mapping[str, Any] | None = None
) -> Builder:
    """Everything that code can read out of a raw source; `language` overrides the brief's own, `defaults` fill what it leaves open."""
    if language is not None and language not in get_args(Language):
        raise BriefError(
            f"“{language}” is not a language that plans are written in.",
            hint="Choose zh-CN, zh-TW or en.",
            where="language",
        )
    raw = beneath(raw, defaults or {})
    whole = raw.all_text()
    context = Context(
        as_of,
        detect(whole),
        markets=names.markets_of(whole[:20_000]),
        reader="key" if raw.kind == "mapping" else "text",
    )
    build = Builder(context)
    if raw.kind == "mapping":
        read_mapping(raw, build)
    else:
        read_text(raw, build)
        fill_in(build, defaults or {})
    _settle(build, whole)
    if language:
        build.brief.language = cast(Language, language)
    return build


def _settle(build: Builder, whole: str) -> None:
    """What only the whole brief can tell: a monthly budget's total, the category, who buys."""
    brief = build.brief
    if build.monthly is not None and brief.budget.total is None and brief.period.start and brief.period.end:
        months = max(1, round((brief.period.end - brief.period.start).days / 30.4))
        brief.budget.total = (build.monthly * months).quantize(Decimal(1))
        build.context.note("budget_monthly", months=str(months), total=f"{brief.budget.total:,f}")
    _offer(build, whole)
    own = " ".join([brief.category_text, brief.about, *(p.name for p in brief.products), brief.brand])
    if brief.category == "general":
        found = (
            names.ranked("categories", brief.category_text)
            or names.ranked("categories", re.sub(r"[(（][^)）]*[)）]", " ", own))
            or names.ranked("categories", own)
            or names.ranked("categories", _head(build, whole))
        )
        if found:
            brief.category = found[0].value
            build.span("category", found[0].text, "")
    if brief.category == "beverage" and re.search(r"到店|门店|門店|coffee shop|our shop|堂食", whole):
        brief.category = "restaurant"
    if "business" not in brief.spans:
        brief.business = cast(Any, _business(brief, whole))


_WORTH = re.compile(
    r"(?i)(?:\bACV\b|(?:annual )?contract value|average order(?: value)?|\bAOV\b|average ticket|客单价|客單價|人均|平均订单)\D{0,14}?"
    r"((?:NT\$|US\$|HK\$|[$£€¥￥])?\s?\d[\d,.]*\s*[万萬kK]?\s*(?:元)?)"
)
_OFFER = re.compile(
    r"^(?:(?!\s(?:is|are|makes?|sells?|runs?|we)\s)[^,，]){1,60},\s+((?!a |an |the |based |is )[a-z][\w\- ]{6,50}?)(?:\s+for\s|\s*[(.,]|$)"
)


def _offer(build: Builder, whole: str) -> None:
    """A brief without a list of products still says what is sold ("Osk, inventory software for opticians") and what a sale is worth."""
    brief = build.brief
    if brief.products:
        return
    offer, worth = _OFFER.match(brief.about), _WORTH.search(whole)
    if offer is None and worth is None:
        return
    name = offer[1].strip() if offer else brief.category_text or build.brief.brand
    if not name:
        return
    place = brief.spans["about"].place if "about" in brief.spans else ""
    money = parse_money(worth[1].strip(" ,.")) if worth else None
    one = Product(
        name=name, price=money.value.amount if money else None, price_note=worth[0].strip(" ,.") if worth else ""
    )
    build.extend("products", [one], one.price_note or name, place)
    if offer and not brief.category_text:
        brief.category_text = name


def _head(build: Builder, whole: str) -> str:
    return " ".join(
        [
            build.brief.strategy,
            *(a.name for a in build.brief.audience),
            *(o.text for o in build.brief.objectives),
            whole[:1500],
        ]
    )


def _business(brief: BrandBrief, whole: str) -> str:
    told = " ".join(
        [
            brief.about,
            brief.category_text,
            *(a.name for a in brief.audience),
            *(o.text for o in brief.objectives),
            whole[:3000],
        ]
    )
    if brief.category in ("software", "b2b_industrial") and names.ranked("business", told):
        first = [f.value for f in names.ranked("business", told)]
        return "b2b" if "b2b" in first or brief.category == "b2b_industrial" else first[0]
    if brief.category == "b2b_industrial":
        return "b2b"
    if brief.category == "nonprofit":
        return "nonprofit"
    if brief.category in ("restaurant", "local_service"):
        return "local"
    local = re.search(
        r"工作室|门店|門店|开了一家|開了一家|到店|在[\u3400-\u9fff]{2,6}(?:开店|開店)|\bmy (?:shop|studio|workshop)\b|\bworkshops?\b|our shop",
        told,
    )
    found = names.ranked("business", told)
    enquiries = brief.category == "education" and found and found[0].text.casefold() in ("线索", "leads")
    if found and found[0].value == "b2b" and not enquiries:  # a school counts its applicants as leads too
        return "b2b"
    return "local" if local else "b2c"


def finish(build: Builder, raw: Raw, as_of: dt.date) -> Intake:
    """Finds the contradictions, resolves them in a copy, fills the copy's gaps, and says what the reader did."""
    brief = build.brief
    if not brief.markets and build.context.markets and build.context.markets[0] != "GLOBAL":
        text_markets = [m for m in build.context.markets if m != "GLOBAL"]
        brief.markets = text_markets[:1]
        build.span("markets[0]", _market_words(raw.all_text(), text_markets[0]), "")
    said = brief.model_copy(deep=True)
    found: list[Conflict] = conflicts.written_names(build.written_platforms, said)
    resolved, more = conflicts.resolve(said, as_of)
    filled, missing = gaps.fill(resolved, as_of, monthly=build.monthly)
    notes = [say(f"notes.{key}", brief.language, **values) for key, values in [*raw.notes, *build.context.notes]]
    return Intake(brief=brief, filled=filled, gaps=missing, conflicts=[*found, *more, *build.differences], notes=notes)


def _market_words(text: str, market: str) -> str:
    folded = names.fold(text[:20_000])
    for key, pattern in names.market_patterns():
        match = pattern.search(text[:20_000] if pattern.flags & re.DOTALL else folded) if key == market else None
        if match:
            return text[match.start() : match.end()]
    return market
