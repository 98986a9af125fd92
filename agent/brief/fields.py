"""One reader per field of the brief: how a value, a list or a phrase under that field's label is taken in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, cast

from agent.brief import cut, goals, items, money, names, rules, segments, team
from agent.brief.builder import Builder, Polarity, polarity
from agent.brief.dates import parse_day
from agent.brief.items import Item, words
from agent.brief.model import Language
from agent.brief.periods import parse_period
from agent.errors import BriefError


def _brand(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict):
        for key, value in item.items():
            field = names.field_of(str(key)) or ("brand" if names.subfield_of(str(key), ("name",)) else "about")
            self.apply(field, value, place)
        return
    text = cut.bare(words(item))
    if re.match(r"(?:an?|the|we|our)\s+[a-z]", text):
        _about(self, text, place)
        return
    name, rest = split_name(text)
    self.put("brand", name, text, place)
    if rest:
        _about(self, text if len(rest) > 20 else rest, place)


def split_name(text: str) -> tuple[str, str]:
    """ "Tarnwell Instruments makes clamp-on sensors" → the name and what is said of it."""
    quoted = cut.quotes(text[:40])
    if quoted and len(text) > 40:
        return quoted[0], text
    if len(text) <= 40 and not re.search(r"[,，:：—。(（]|\s(?:is|makes|sells|are)\s", text):
        return text, ""
    match = re.match(
        r"(.{1,60}?)(?:\s*[,，:：;；。(（—–]|\s+-\s+|\s+(?:is|are|makes|sells|offers|provides|runs|builds)\s|(?<=[\u3400-\u9fff])(?:是(?=一)|成立于|专注))",
        text,
    )
    name = cut.bare(match[1]) if match else cut.bare(text[:60])
    return name, text[match.end() :].strip() if match else ""


def _about(self: Builder, item: Item, place: str) -> None:
    text = words(item)
    if self.brief.about and text not in self.brief.about:
        joiner = "" if self.context.language.startswith("zh") else " "
        self.brief.about = (self.brief.about + joiner + text)[:1200]
    else:
        self.put("about", text[:1200], text, place)


def _text_field(path: str) -> Callable[[Builder, Item, str], None]:
    def read(self: Builder, item: Item, place: str) -> None:
        self.put(path, words(item)[:1200], words(item), place)

    return read


def _lines_field(path: str, reader: Callable[[Item], list[str]]) -> Callable[[Builder, Item, str], None]:
    def read(self: Builder, item: Item, place: str) -> None:
        self.extend(path, reader(item), words(item), place)

    return read


def _category(self: Builder, item: Item, place: str) -> None:
    text = words(item)
    found = names.ranked("categories", text)
    known = text.strip() if text.strip() in names.table("categories") or text.strip() == "general" else ""
    self.put("category_text", text, text, place)
    if self.brief.category == "general" and (known or found):
        self.brief.category = known or found[0].value
        self.span("category", text, place)


def _regulated(self: Builder, item: Item, place: str) -> None:
    text = words(item).lower()
    self.brief.regulated = (
        not re.match(r"(?:no|false|否|不|无|none)\b|否|不|无", text) if not isinstance(item, bool) else item
    )
    self.span("regulated", text, place)


def _business(self: Builder, item: Item, place: str) -> None:
    text = words(item)
    low = text.strip().lower()
    found = low if low in ("b2c", "b2b", "nonprofit", "local") else names.first_of("business", text)
    if found:
        self.brief.business = found  # type: ignore[assignment]
        self.span("business", text, place)


def _products(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict) and not names.subfield_of(str(next(iter(item), "")), ("name", "price")):
        item = [{"name": k, **v} if isinstance(v, dict) else f"{k}: {words(v)}" for k, v in item.items()]
    aim = ""
    if not isinstance(item, list | dict):
        item, aim = goals.aims_apart(words(item))
    entries = item if isinstance(item, list) else [item] if isinstance(item, dict) else _product_phrases(words(item))
    for entry in entries:
        one = items.product(entry, self.context, f"products[{len(self.brief.products)}]")
        if one and one.name not in [p.name for p in self.brief.products]:
            self.extend("products", [one], words(entry), place)
            if one.price is not None:
                self.span(f"products[{len(self.brief.products) - 1}].price", one.price_note or words(entry), place)
    if aim:
        _goals(self, [aim], place)


def _product_phrases(text: str) -> list[str]:
    parts = [p for line in text.split("\n") for p in cut.pieces(line, ";；。")]
    found: list[str] = []
    for part in parts:
        listed = cut.pieces(part, "、，,", r"\s+and\s+")
        priced = [p for p in listed if re.search(r"\d", p)]
        short = all(len(p) < 24 for p in listed)
        found += (
            listed
            if len(listed) > 1 and short and (len(priced) in (0, len(listed))) and not re.search(r"[:：]", part)
            else [part]
        )
    return found


def _selling_points(self: Builder, item: Item, place: str) -> None:
    if self.brief.products:
        for point in items.entries(item):
            if point not in self.brief.products[0].selling_points:
                self.brief.products[0].selling_points.append(point)
        self.span("products[0].selling_points", words(item), place)
    else:
        self.extend("proof", rules.told_lines(item), words(item), place)


def _markets(self: Builder, item: Item, place: str) -> None:
    found = names.markets_listed(words(item))
    if found:
        self.extend("markets", found, words(item), place)
        self.context.markets = list(self.brief.markets)
    else:
        self.extend("constraints", [words(item)], words(item), place)


def _language(self: Builder, item: Item, place: str) -> None:
    code = names.language_of(words(item))
    if code:
        language: Language = code  # type: ignore[assignment]
        self.brief.language = language
        self.span("language", words(item), place)
    else:
        self.context.note("language_unknown", name=words(item))
        self.extend("constraints", [words(item)], words(item), place)


def _content_languages(self: Builder, item: Item, place: str) -> None:
    pairs = item.items() if isinstance(item, dict) else [(p, p) for p in cut.pieces(words(item))]
    for key, value in pairs:
        platform, code = names.platform_of(str(key)), names.language_of(words(value))
        if platform.id and code:
            self.brief.content_languages[platform.id] = code
            self.span(f"content_languages.{platform.id}", words(value), place)
        else:
            self.extend("constraints", [f"{key}: {words(value)}" if key != value else str(key)], words(item), place)


def _timezone(self: Builder, item: Item, place: str) -> None:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(words(item))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BriefError(
            f"“{words(item)[:60]}” is no time zone.",
            hint="Write a name such as Asia/Shanghai or America/Chicago.",
            where="timezone",
        ) from None
    self.put("timezone", words(item), words(item), place)


def _embargoes(self: Builder, item: Item, place: str) -> None:
    entries: list[Any] = (
        item
        if isinstance(item, list)
        else [item]
        if isinstance(item, dict)
        else [p for s in cut.sentences(words(item)) for p in cut.pieces(s, ";；。")]
    )
    for entry in entries:
        one = rules.embargo(entry, self.context, f"embargoes[{len(self.brief.embargoes)}]")
        if one:
            self.extend("embargoes", [one], words(entry), place)
        else:
            self.extend("never_say", [cut.bare(words(entry))], words(entry), place)
            self.context.note("embargo_dateless", text=cut.bare(words(entry))[:120])


def _competitors(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict) and not names.subfield_of(str(next(iter(item), "")), ("name", "facts", "followers")):
        item = [{"name": k, **v} if isinstance(v, dict) else {k: v} for k, v in item.items()]
    parts = (
        item
        if isinstance(item, list)
        else [p for p in words(item).split("\n") if p.strip()]
        if not isinstance(item, dict)
        else [item]
    )
    for part in parts:
        for one in items.competitors(part, self.context):
            if one.name not in [c.name for c in self.brief.competitors]:
                self.extend("competitors", [one], words(part), place)


def _accounts(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict) and not names.subfield_of(str(next(iter(item), "")), ("platform", "handle", "followers")):
        item = [{k: v} for k, v in item.items()]
    entries = item if isinstance(item, list) else [item] if isinstance(item, dict) else _account_phrases(words(item))
    for entry in entries:
        one = items.account(entry, self.context)
        if isinstance(one, str):
            self.extend("constraints", [one], one, place)
            self.context.note("account_unknown", text=one[:80])
        elif one and one.platform not in [a.platform for a in self.brief.accounts]:
            self.extend("accounts", [one], words(entry), place)


def _account_phrases(text: str) -> list[str]:
    """One phrase an account: a new one begins where another platform is named first in a clause."""
    groups: list[str] = []
    for sentence in [p for s in cut.sentences(text) for p in cut.pieces(s, ";；。")]:
        for part in cut.pieces(sentence, "，,、", r"\s+and\s+(?=an?\s+[A-Z])"):
            named = names.find_platforms(part, expected=True)
            first = named and named[0].start < 14 and not (groups and re.search(r"\bby\b", part))
            if groups and not first:
                groups[-1] += f"，{part}"
            else:
                groups.append(part)
    return groups


def _platforms(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict):
        for key, value in item.items():
            way = names.subfield_of(str(key), ("must", "may", "avoid"))
            if way:
                self.listed_platforms(value, cast(Polarity, way), place)
            elif names.platform_of(str(key)).id:
                self.platforms(f"{key} {words(value)}", place, default="must")
            else:
                self.extend("constraints", [f"{key}: {words(value)}"], words(value), place)
        return
    text = words(item)
    prose = isinstance(item, str) and (
        re.search(r"[。.;；]|(?:\b(?:no|not|open to|first|maybe)\b)|不|可以|必|一定", text, re.I) is not None
    )
    if not prose:
        self.listed_platforms(item, "must", place)
        return
    self.platforms(text, place, default="must")
    for found in names.find_misspelt(text):
        self.written_platforms.append(
            (
                polarity(text, found.start, found.end) or "must",
                names.PlatformName(found.text, found.value, suggested=True),
            )
        )
        self.add_platform(found.value, polarity(text, found.start, found.end) or "must", found.text, place)
    for dead in names.find_dead(text):
        self.written_platforms.append(
            (polarity(text, dead.start, dead.end) or "must", names.PlatformName(dead.text, dead=dead.value))
        )
    for other in names.find_other(text):
        sentence = next((s for s in cut.sentences(text) if other.text in s), other.text)
        self.extend("constraints", [cut.bare(sentence)], sentence, place)
        self.context.note("channel_unknown", name=other.value)


def _listed(way: Polarity) -> Callable[[Builder, Item, str], None]:
    return lambda self, item, place: self.listed_platforms(item, way, place)


def _period(self: Builder, item: Item, place: str) -> None:
    if isinstance(item, dict):
        for key, value in item.items():
            field = names.field_of(str(key))
            if field in ("start", "end"):
                self.apply(field, value, place)
            else:
                _period(self, f"{words(value)}", place)
        return
    text = words(item)
    found = parse_period(text, self.context.as_of)
    period = self.brief.period
    if not found:
        self.extend("constraints", [text], text, place)
        self.context.note("period_unread", text=text[:120])
        return
    span = found.value
    if span.start and not period.start:
        period.start = span.start
        self.span("period.start", found.text, place)
    if span.end and not period.end:
        period.end = span.end
        self.span("period.end", found.text, place)
    if span.days and not period.days:
        period.days = span.days
        self.span("period.days", found.text, place)


def _edge(side: Literal["start", "end"]) -> Callable[[Builder, Item, str], None]:
    def read(self: Builder, item: Item, place: str) -> None:
        text = words(item)
        if side == "start":
            day = parse_day(text, self.context.as_of)
            value = day.value if day else None
        else:
            found = parse_period(text, self.context.as_of)
            value = (found.value.end or found.value.start) if found else None
        if value is None:
            raise BriefError(
                f"“{text[:60]}” is no date.", hint="Write the day, for example 2027-03-01.", where=f"period.{side}"
            )
        if getattr(self.brief.period, side) is None:
            setattr(self.brief.period, side, value)
            self.span(f"period.{side}", text, place)

    return read


def _budget(self: Builder, item: Item, place: str) -> None:
    money.budget(self, item, place)


def _fixed(self: Builder, item: Item, place: str) -> None:
    money.fixed_lines(self, item, place)


def _limits(kind: str) -> Callable[[Builder, Item, str], None]:
    return lambda self, item, place: money.limit_lines(self, item, place, default=kind)


def _currency(self: Builder, item: Item, place: str) -> None:
    code = names.currency_of(words(item))
    if not code:
        raise BriefError(
            f"“{words(item)[:40]}” is no currency.",
            hint="Write a code such as CNY, USD, TWD, GBP or EUR.",
            where="budget.currency",
        )
    self.brief.budget.currency = self.context.currency = code
    self.span("budget.currency", words(item), place)


def _excludes(self: Builder, item: Item, place: str) -> None:
    for entry in rules.plain_list(item):
        if entry not in self.brief.budget.excludes:
            self.brief.budget.excludes.append(entry)
            self.span(f"budget.excludes[{len(self.brief.budget.excludes) - 1}]", entry, place)


def _goals(self: Builder, item: Item, place: str) -> None:
    for one in goals.objectives(item, self.context, "objectives"):
        if one.text not in [o.text for o in self.brief.objectives]:
            self.extend("objectives", [one], one.text, place)


def _audience(self: Builder, item: Item, place: str) -> None:
    for one in segments.audiences(item):
        if one.name not in [a.name for a in self.brief.audience]:
            self.extend("audience", [one], one.name, place)


def _team(self: Builder, item: Item, place: str) -> None:
    for one in team.members(item):
        if one.title not in [m.title for m in self.brief.team]:
            self.extend("team", [one], words(item) if isinstance(item, str) else one.title, place)


def _key_dates(self: Builder, item: Item, place: str) -> None:
    for one in rules.key_dates(item, self.context):
        if (one.date, one.name) not in [(k.date, k.name) for k in self.brief.key_dates]:
            self.extend("key_dates", [one], f"{one.date.isoformat()} {one.name}", place)


def _ask(self: Builder, item: Item, place: str) -> None:
    from agent.brief.prose import read_sentence

    for sentence in cut.sentences(words(item)):
        if not read_sentence(self, sentence, place, asked=True):
            self.extend("constraints", [cut.bare(sentence).rstrip(".")], sentence, place)


APPLY: dict[str, Callable[[Builder, Item, str], None]] = {
    "brand": _brand, "about": _about, "ask": _ask, "strategy": _text_field("strategy"), "category": _category, "regulated": _regulated,
    "business": _business, "products": _products, "selling_points": _selling_points, "proof": _lines_field("proof", rules.told_lines),
    "markets": _markets, "language": _language, "content_languages": _content_languages, "timezone": _timezone,
    "tone": _lines_field("tone", rules.plain_list), "must_say": _lines_field("must_say", rules.required),
    "never_say": _lines_field("never_say", rules.forbidden), "embargoes": _embargoes, "objectives": _goals, "audience": _audience,
    "competitors": _competitors, "accounts": _accounts, "platforms": _platforms, "platforms_must": _listed("must"),
    "platforms_may": _listed("may"), "platforms_avoid": _listed("avoid"), "budget": _budget, "currency": _currency, "fixed": _fixed,
    "limits": _limits(""), "caps": _limits("cap"), "floors": _limits("floor"), "excludes": _excludes, "period": _period,
    "start": _edge("start"), "end": _edge("end"), "team": _team, "agencies": _lines_field("agencies", rules.told_lines),
    "key_dates": _key_dates, "past_results": _lines_field("past_results", rules.told_lines),
    "constraints": _lines_field("constraints", rules.told_lines), "documents": _lines_field("documents", rules.plain_list),
}  # fmt: skip
