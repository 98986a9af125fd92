"""Reads one product, competitor or account from a phrase or a mapping."""

from __future__ import annotations

import re
from typing import Any

from agent.brief import cut, names
from agent.brief.context import Context, checked
from agent.brief.model import Account, Competitor, Product
from agent.brief.numbers import NUMBER, chinese_number, find_percents, number_of, parse_count, parse_share, plain
from agent.brief.values import find_money, parse_money

Item = str | int | float | dict[str, Any] | list[Any] | None


SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
"""Number words that stand before a noun."""


def words(value: Item) -> str:
    """A scalar or list as text."""
    if isinstance(value, list):
        return "、".join(words(v) for v in value)
    if isinstance(value, dict):
        return "；".join(f"{k}：{words(v)}" for k, v in value.items())
    return "" if value is None else str(value).strip()


def entries(value: Item) -> list[str]:
    """A list as its entries, a phrase as its pieces."""
    if isinstance(value, list):
        return [cut.bare(words(v)) for v in value if words(v)]
    return [cut.bare(p) for p in cut.pieces(words(value))] if value is not None else []


def known(item: dict[str, Any], allowed: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """A mapping under the model's field names, and what it says beside them."""
    fields: dict[str, Any] = {}
    rest: list[str] = []
    for key, value in item.items():
        name = names.subfield_of(str(key), allowed)
        if name and name not in fields:
            fields[name] = value
        elif words(value):
            rest.append(
                f"{key}：{words(value)}" if re.search(r"[\u3400-\u9fff]", str(key)) else f"{key}: {words(value)}"
            )
    return fields, rest


def product(item: Item, context: Context, where: str = "products") -> Product | None:
    """ "Latte, £3.50: oat milk at no charge" or {名称, 价格, 卖点, 证明, 毛利率}."""
    if isinstance(item, dict):
        if (
            len(item) == 1
            and names.subfield_of(str(next(iter(item))), ("name", "price", "selling_points", "proof", "margin")) is None
        ):
            key, value = next(iter(item.items()))
            return product(f"{key}: {words(value)}", context, where)
        fields, rest = known(item, ("name", "price", "selling_points", "proof", "margin"))
        name = words(fields.get("name"))
        if not name:
            return None
        result = Product(
            name=name, selling_points=[*entries(fields.get("selling_points")), *rest], proof=_lines(fields.get("proof"))
        )
        _price(result, words(fields.get("price")), context, where)
        margin = parse_share(words(fields.get("margin"))) if fields.get("margin") is not None else None
        result.margin = margin.value if margin and 0 <= margin.value <= 1 else None
        return result
    text = cut.bare(words(item))
    if not text:
        return None
    sums = find_money(text)
    if not sums:
        parts = re.split(r"\s*(?:[:：]|\s[-–—]\s|——)\s*", text, maxsplit=1)
        name, inside = cut.brackets(parts[0])
        points = [*cut.pieces(inside), *(cut.pieces(parts[1]) if len(parts) > 1 else [])]
        return Product(name=cut.bare(name)[:120] or text[:120], selling_points=[cut.bare(p) for p in points])
    money = sums[0]
    name = re.sub(
        r"[\s,，:：(（\-–—]+(?:from|at|只要|仅|售价|定价|价格|每[瓶罐盒份]|卖)?[\s,，:：(（\-–—]*$",
        "",
        text[: money.start],
    )
    # "Dry (5.2%, £3 a bottle)": the bracket closes behind the price, so what stands in it is no part of the name.
    opened = None if re.search(r"[)）]", name) else re.match(r"(.+?)\s*[(（](.*)$", name)
    name, inside = opened.groups() if opened else (name, "")
    tail = text[money.start :]
    stop = re.search(r"[:：;；，、。)）]|,\s|\.\s", tail[len(money.text) :])
    note_end = len(money.text) + (stop.start() if stop else len(tail))
    result = Product(
        name=cut.bare(name)[:120] or text[:120],
        selling_points=[cut.bare(p) for p in [*cut.pieces(inside), *cut.pieces(tail[note_end + 1 :])] if cut.bare(p)],
    )
    _price(result, tail[:note_end].strip(), context, where)
    return result


def _lines(value: Item) -> list[str]:
    if isinstance(value, list):
        return [words(v) for v in value if words(v)]
    return [words(value)] if words(value) else []


def _price(result: Product, written: str, context: Context, where: str) -> None:
    money = parse_money(written) if written else None
    if money:
        result.price = checked(money.value.amount, f"{where}.price")
    plain_number = re.fullmatch(r"[\d.,]+", written)
    result.price_note = "" if plain_number else written[:120]


_FOLLOWER_WORD = r"(?:粉丝|粉絲|粉|关注者|追蹤|追踪|订阅者?|訂閱者?|好友|followers?|subscribers?|subs|fans|likes|members|人(?=$|[，,、。；;]))"
_FOLLOWERS = re.compile(rf"(?:{NUMBER.pattern})\s*(?:位|名|个|個)?\s*(?:[A-Za-z]+\s+){{0,2}}{_FOLLOWER_WORD}", re.I)
_FOLLOWERS_BEFORE = re.compile(
    rf"(?:粉丝|粉絲|关注|followers|subscribers)(?:数|數|量)?\s*(?:有|约|約|为|[:：])?\s*(?:{NUMBER.pattern})", re.I
)


def followers(text: str) -> int | None:
    """ "11k followers", "3.1 萬粉絲", "粉丝 3200"; None when the text gives no such number."""
    clean = plain(text)
    for pattern in (_FOLLOWERS, _FOLLOWERS_BEFORE):
        for match in pattern.finditer(clean):
            value = number_of(match)
            if value is not None and value >= 0:
                return int(value)
    return None


def competitors(item: Item, context: Context) -> list[Competitor]:
    """ "Adaptive (posts 4x/week, 11k followers), Stampli (brand ads)" or mappings; several names in one phrase are several."""
    if isinstance(item, dict):
        one = _competitor_fields(item)
        return [one] if one else []
    if isinstance(item, list):
        return [c for entry in item for c in competitors(entry, context)]
    text = cut.bare(words(item))
    if not text:
        return []
    headed = re.match(r"([^:：()（）,，。]{1,60}?)(?:[:：]|\s[-–—]\s|——)\s*(.+)", text, re.S)
    if headed and len(headed[1].split()) <= 6:
        return [_competitor(headed[1], headed[2])]
    joined = r"\s+(?:and|以及)\s+|(?<=[)）])\s*(?:和|与|及|and)\s*|(?<=[)）])\.?\s+(?=[A-Z])"
    if len(text) <= 30 and not re.search(r"[(（]", text):
        joined += r"|(?<=[\u3400-\u9fff]{2})[和与與及跟](?=[\u3400-\u9fffA-Z])"
    parts = cut.pieces(text, ",，、;；。", joined)
    found: list[Competitor] = []
    for part in parts:
        name, inside = cut.brackets(part)
        name = cut.bare(re.sub(r"^(?:and|主要是|包括|有|such as|like|mainly)\s*", "", name, flags=re.I))
        new = bool(inside) or (_is_name(name) and (name.isascii() or ("（" not in text and "(" not in text)))
        if new and name:
            found.append(_competitor(name, inside))
        elif found:
            facts = [] if _ORDER.search(part) else [cut.bare(part)]
            found[-1] = _competitor(found[-1].name, "，".join([*found[-1].facts, *facts]))
        elif name:
            owner = None if name.isascii() or _is_name(name) else re.match(r"([^的，,]{2,8})的.", name)
            found.append(_competitor(owner[1], "") if owner else _competitor(name, inside))
    return found


_ORDER = re.compile(r"帮我|我们|咱们|你们|自己|也帮|一点$|越.{1,4}越|随便|不要|别(?:说|写|提|放|用|让)")
"""What stands in a Chinese order and in no name."""


def _is_name(text: str) -> bool:
    latin = text.isascii()
    if latin:
        return bool(text) and len(text.split()) <= 5 and (text[0].isupper() or text[0].isdigit())
    return 0 < len(text) <= 14 and not NUMBER.search(plain(text)) and not _ORDER.search(text)


def _competitor(name: str, told: str) -> Competitor:
    facts = [cut.bare(f) for f in cut.pieces(told, ",，;；。") if cut.bare(f)]
    return Competitor(
        name=cut.bare(name)[:120],
        facts=facts,
        platforms=list(dict.fromkeys(f.value for f in names.find_platforms(told))),
        followers=followers(told),
    )


def _competitor_fields(item: dict[str, Any]) -> Competitor | None:
    allowed = ("name", "facts", "platforms", "followers")
    if len(item) == 1 and names.subfield_of(str(next(iter(item))), allowed) is None:
        key, value = next(iter(item.items()))
        return _competitor(str(key), words(value))
    fields, rest = known(item, allowed)
    name = words(fields.get("name"))
    if not name:
        return None
    facts = [*entries(fields.get("facts")), *rest]
    listed = [p.value for p in names.find_platforms(words(fields.get("platforms")), expected=True)]
    told = [p.value for p in names.find_platforms("，".join(facts))]
    count = parse_count(words(fields.get("followers"))) if fields.get("followers") is not None else None
    return Competitor(
        name=name[:120],
        facts=facts,
        platforms=list(dict.fromkeys([*listed, *told])),
        followers=count.value if count else followers("，".join(facts)),
    )


_POSTS = re.compile(
    r"(?:每[周週]|weekly)\s*(?:发布|发|發|更新|更)?\s*(\d+(?:\.\d+)?|[一二两三四五六七])\s*(?:篇|条|條|次|支|则|則|posts?)?"
    r"|(\d+(?:\.\d+)?|one|two|three|four|five)\s*(?:x|times|posts?|videos?|reels?)\s*(?:an?|per|/|each)\s*week|(\d+(?:\.\d+)?)x/week",
    re.I,
)
_VIEWS = re.compile(
    rf"(?:平均(?:播放|阅读|閱讀|曝光|浏览)(?:量)?|average views?|avg\.? views?)\s*(?:of|为|約|约|[:：])?\s*(?:{NUMBER.pattern})",
    re.I,
)
_BASES = (
    ("impressions", r"impression|曝光|展现|展現"),
    ("reach", r"by reach|触达|觸及"),
    ("views", r"by views|播放量|阅读量|按播放|按阅读"),
    ("followers", r"by followers|按粉丝|粉丝数计"),
)


def account(item: Item, context: Context) -> Account | str | None:
    """One own account; the phrase itself when it names no platform that a plan is made for."""
    if isinstance(item, dict):
        allowed = ("platform", "handle", "followers", "engagement_rate", "posts_per_week", "average_views", "note")
        fields, rest = known(_account_keys(item), allowed)
        written = words(fields.get("platform"))
        platform = names.platform_of(written)
        if not platform.id:
            return words(item)
        if platform.suggested:
            context.note("platform_guess", written=written, platform=names.platform_name(platform.id, context.language))
        told = " ".join([words(fields.get("engagement_rate")), *rest, words(fields.get("note"))])
        rate = parse_share(words(fields.get("engagement_rate"))) if fields.get("engagement_rate") is not None else None
        result = Account(
            platform=platform.id,
            handle=words(fields.get("handle"))[:80],
            note="；".join([*rest, words(fields.get("note"))]).strip("；"),
        )
        count, views = parse_count(words(fields.get("followers"))), parse_count(words(fields.get("average_views")))
        result.followers, result.average_views = (count.value if count else None), (views.value if views else None)
        result.engagement_rate = rate.value if rate and 0 <= rate.value <= 1 else None
        posts = re.search(r"\d+(?:\.\d+)?", plain(words(fields.get("posts_per_week"))))
        result.posts_per_week = float(posts[0]) if posts else None
        return _basis(result, told)
    text = cut.bare(words(item))
    found = names.find_platforms(text, expected=True)
    if not found:
        return text or None
    result = Account(platform=found[0].value)
    handle = re.search(r"@[\w.\-]{2,40}", text)
    result.handle = handle[0].rstrip(".") if handle else ""
    result.followers = followers(text)
    rates = [p for p in find_percents(text) if 0 <= p.value <= 1]
    result.engagement_rate = rates[0].value if rates and re.search(r"互动|互動|engagement|ER\b", text) else None
    match = _POSTS.search(plain(text))
    if match:
        word = next(g for g in match.groups() if g).lower()
        result.posts_per_week = float(
            SMALL.get(word) or (word if re.fullmatch(r"[\d.]+", word) else chinese_number(word) or 0)
        )
    viewed = _VIEWS.search(plain(text))
    number = number_of(viewed) if viewed else None
    result.average_views = int(number) if number is not None else None
    result.note = text[:200]
    return _basis(result, text)


def _account_keys(item: dict[str, Any]) -> dict[str, Any]:
    """{"小红书": "3200粉丝"} and {"LinkedIn": {...}} as {platform: …}."""
    if len(item) == 1:
        key, value = next(iter(item.items()))
        if names.platform_of(str(key)).id:
            return {"platform": key, **value} if isinstance(value, dict) else {"platform": key, "followers": value}
    return item


def _basis(result: Account, told: str) -> Account:
    for basis, pattern in _BASES:
        if result.engagement_rate is not None and re.search(pattern, told, re.I):
            result.rate_basis = basis  # type: ignore[assignment]
            break
    return result
