"""Reads products that sentences tell of: what a shop is known for, with the prices that stand beside or behind the names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.brief import cut, names
from agent.brief.numbers import plain
from agent.brief.values import find_money

if TYPE_CHECKING:
    from agent.brief.builder import Builder

_HAN = "\u3400-\u9fff"
_LEAD = re.compile(
    r"(?:招牌(?!上|下)(?:菜|款|产品|產品)?|核心(?:单品|單品|产品|產品|课程|課程|款)|主推(?:款|产品|產品)?|主打(?:款|产品|產品)?|主营|主營"
    r"|主要(?:产品|產品|做|卖|賣)|拳头产品|明星(?:产品|單品|单品)|爆款|主力(?:产品|產品|款)|最好卖的|最好賣的|卖得最好的|賣得最好的|卖的是|賣的是)"
    r"\s*(?:就|主要)?(?:是|有|为|為|包括|：|:)?\s*"
    r"|(?i:\b(?:(?:our|my|the)\s+)?(?:best-?\s?sellers?|main (?:product|line|service)s?|hero products?|core products?|signature \w+|the one we want to push|flagship(?: product)?|bread and butter)"
    r"\s+(?:is|are|includes?)\s+(?:the |our |an? )?)"
)
"""What stands in front of the names."""
_END = re.compile(r"[。；;！!]|[，,](?![^（(]*[）)])|\.(?=\s|$)|\s[–—-]\s|(?i:\b(?:and|but) (?:we|I|it|they)\b)")
_JOIN = r"\s+(?:and|plus|&)\s+(?:the |our |an? )?|(?<=[）)\u3400-\u9fff])(?:和|与|與|以及|还有|還有)(?=[\u3400-\u9fffA-Z「“])"
_TAIL = re.compile(
    r"(?:这|這)?[一两兩二三四五六几幾\d]+(?:款|种|種|样|樣|个|個)(?:产品|產品)?$|等等?$|之类$|為主$|为主$"
)
_SOLD = re.compile(
    r"(?i)(?:售价|定价|零售价|券后|到手价?|(?:单台)?报价|单价|一?[瓶盒袋节晚杯位碗份件]|每[瓶盒袋节晚杯位碗份件]|at|for|from|priced at|sells for)\s*(?:约|大概)?\s*$"
)
LONGEST = 30
"""Characters of a product's name; a longer run of words is a description."""
NEAR = 26
"""Characters behind a name within which its price stands."""


def products(build: Builder, text: str, place: str) -> bool:
    """Adds the products that a sentence names as what is made or sold; returns whether any was added.

    Where one of them has a price, those without stay out: "known for sourdough, bestsellers are the seeded loaf (£4.60)".
    """
    found: list[dict[str, Any]] = []
    for lead in _LEAD.finditer(text):
        rest = text[lead.end() :]
        stop = _END.search(rest)
        listed = rest[: stop.start()] if stop else rest
        for piece in cut.pieces(listed, "、，,", _JOIN):
            one = _one(piece, text)
            if one:
                found.append(one)
    for match in _PRICED.finditer(text):
        name = _clean(match[1])
        if name and find_money(match[2]) and not any(one["name"] in name for one in found):
            found.append({"name": name, "price": match[2]})
    apart = not names.cue("budget", text)
    several = [(m[1], m[2]) for pattern in (_EACH, _ZH_EACH) for m in pattern.finditer(text)] if apart else []
    only = _ONE.search(text) if apart and not several else None
    several += [(only[1] or only[3], only[2] or only[4])] if only else []
    if len(several) > 1 or only:
        held = [one["name"] for one in found]
        found += [
            {"name": name, "price": price} for one, price in several if (name := _clean(one)) and name not in held
        ]
    priced = [one for one in found if one.get("price")]
    known = [product.name for product in build.brief.products]
    fresh = [one for one in priced or found if not any(name in one["name"] for name in known)]
    if fresh and (priced or not known):
        build.apply("products", fresh, place)
    return bool(fresh)


_PRICED = re.compile(rf"([{_HAN}A-Za-z0-9· ]{{2,24}})[（(](\d[\d.,]*\s*元[^）)]{{0,10}})[）)]")
"""A Chinese name with its price in brackets."""
_EACH = re.compile(
    r"(?:\b(?:the|an?|our|and|is|are|cans|bottles|sizes|products)\b:?\s+|[,:]\s+(?:and\s+)?(?:the\s+)?)((?:(?!and\b|a\b|session\b|month\b)[A-Za-z][\w’'-]*\s){0,3}?(?!session\b|month\b|pair\b)[A-Za-z][\w’'-]*)\s*(?:,?\s*(?:from|at|for)\s+|\(\s*)([£$€]\s?\d[\d,.]*\d|[£$€]\s?\d)"
)
"""A short name with a price behind it; two or more in one sentence are a list of what is sold."""
_ZH_EACH = re.compile(
    r"(?:^|[，,、；;：:]|和|与)\s*([\u3400-\u9fff][\u3400-\u9fffA-Za-z0-9 ]{1,13}?)\s*(?:每[小课节份杯盒瓶袋][时時]?)?\s*((?:NT\$\s?|¥\s?)\d[\d,.]*|\d[\d,.]*\s*元)(?:起|[/／一每][^，,；;。]{1,3})?(?=[，,、；;。]|$)"
)
"""The same in Chinese: "软底学步鞋189元、机能运动鞋259元"."""
_ONE = re.compile(
    r"(?:\b(?:the|our|is|a)\s+)((?:[a-z][\w-]*\s){0,3}[a-z][\w-]*)\s\(([£$€]\s?\d[\d,.]*\d?)\)|(?i:^(?:the|our)\s)((?:[a-z][\w-]*\s){1,3}[a-z][\w-]*)\s(?:is|costs)\s([£$€]\d[\d,.]*\d)"
)
"""A name whose price leaves no doubt that it is sold, though it stands alone."""


def _one(piece: str, text: str) -> dict[str, Any] | None:
    """A name with its price: in brackets behind it, or told of it later in the sentence."""
    head, inside = cut.brackets(piece)
    name = _clean(head if inside else piece)
    if not name:
        return None
    sums = find_money(inside) if inside else find_money(piece)
    if sums:
        price = inside or piece[sums[0].start :]
        name = name if inside else _clean(piece[: sums[0].start])
        return {"name": name, "price": price.strip(" ，,")} if name else None
    for found in re.finditer(re.escape(name), text):
        behind = text[found.end() : found.end() + NEAR]
        later = find_money(behind)
        gap = behind[: later[0].start] if later else ""
        if later and (not gap.strip(' ，,」”"') or _SOLD.search(gap) or re.fullmatch(r"[」”\"]?[，,]?\s*", gap)):
            return {"name": name, "price": later[0].text}
    return {"name": name}


def _clean(name: str) -> str:
    """A name without articles, counts and what leads up to it; "" when it is no name."""
    lead = _LEAD.search(name)
    name = name[lead.end() :] if lead else name
    name = re.sub(
        r"^(?:.*?(?:推出?新品|推出|新品|推广|卖|做))(?=[\u3400-\u9fff])|^(?:和|与|與|及|还有)(?=[\u3400-\u9fff]{3})",
        "",
        name,
    )
    name = cut.unquoted(_TAIL.sub("", cut.bare(name)).strip())
    name = re.sub(r"^[】\]）)\d.]+\s*|^(?:a|an|the|our|and)\s+", "", name)
    name = re.sub(r"[，,\s]*(?:售价|定价|券后|单台报价|报价|单价|at|from|for)?\s*$", "", name)
    plainly = plain(name)
    said = re.search(r"我们|我們|我|目标|预算|(?i:\b(?:we|you|they|our customers)\b)", plainly)
    return (
        "" if said or len(name) > LONGEST or len(name) < 2 or not re.search(r"[A-Za-z\u3400-\u9fff]{2}", name) else name
    )


_CONTRACT = re.compile(r"(?i)contract value|\bACV\b")
"""What is sold by contract is read from what a contract is worth."""
_PLACE = re.compile(
    r"(?i)\b(?:shop|store|firm|clinic|brewery|bakery|studio|caf[eé]|restaurant|company|board|gym|brand|business|broker|school|hotel|charity|museum|team|label)\b"
)
"""What a business is, which is nothing that it sells."""
_SERVICE = re.compile(r"(?i)software|\bapp\b|platform|tool|service|saas|agency|charity|软件|平台|系统|服务")


def from_about(build: Builder, lines: list[str]) -> None:
    """Where nothing else is sold by name: "Fennel & Fig, a fragrance-free moisturiser for …, €34" is a moisturiser; software goes by its own name."""
    brief = build.brief
    if brief.products or not brief.brand or brief.business == "nonprofit" or any(map(_CONTRACT.search, lines)):
        return
    said = re.compile(
        rf"{re.escape(brief.brand)}(?:,| is| are| makes| sells)\s+(?:an?\s+|the\s+)?((?:[a-z][\w-]*\s?){{1,5}}?)(?=\s(?:for|that|which|in|from|with)\b|[,.;])"
    )
    for line in lines:
        found = said.search(line)
        if not found or _PLACE.search(found[1]):
            continue
        kind = found[1].strip()
        sums = [
            one
            for one in find_money(line)
            if not re.search(r"(?i)budget|total|k\b|creators", line[one.start - 12 : one.end + 12])
        ]
        each = next((one.text for one in sums if one.value.amount < 100_000), "")
        if _SERVICE.search(kind):
            build.apply("products", [{"name": brief.brand, "price": each} if each else {"name": brief.brand}], "")
        elif each:
            build.apply("products", [{"name": kind, "price": each}], "")
        return
