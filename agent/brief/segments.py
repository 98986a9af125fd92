"""Reads whom the client wants to reach: one audience segment or several."""

from __future__ import annotations

import re

from agent.brief import cut, names
from agent.brief.items import Item, entries, known, words
from agent.brief.model import Audience
from agent.brief.numbers import plain

_AGE = re.compile(
    r"(?:aged?\s*)?(?<!\d)([1-9]\d)\s*(?:-|~|到|至|to)\s*([1-9]\d)(?![\d,%万萬k])\s*(?:岁|歲|years? old|周岁)?(?!\s*(?:employees|people|人|名|staff|家))"
)
_GENDER = re.compile(
    r"(?:mostly |mainly )?\b(?:women|men|female|male|mums|mothers|fathers|dads)\b|女性(?:[约約占]?[^，,、。；;]{0,5}成)?|男性|女生|男生|妈妈|媽媽|宝妈|爸爸",
    re.I,
)
_PLACE = re.compile(
    r"(?:住在|位于|生活在|来自)([^，,、。的]{2,14})|(?:\baround|\bin the|\bin|\bacross)\s+((?:the\s+)?[A-Z][\w\s]*?(?:\s+and\s+[A-Z]\w+)?)(?=[,.;]|\s+(?:who|with|aged)|$)|\b(?:around|in|across)\s+(?:the\s+)?((?:[a-z-]+\s+){1,2}(?:states|counties|provinces|regions|suburbs|coast|countryside|highlands|lowlands))\b|(一线城市|二线城市|新一线(?:城市)?|三四线城市|下沉市场)"
)

_SHOP_AT = re.compile(
    r"在(?!网|线|家|這|这|那|做|找|等)([一-鿿]{2,8}?)(?:新?开[了着设]?|新?開[了著設]?|经营|經營|有一?[家间間]|的一?[家间間])"
    r"|\b(?:shop|store|caf[eé]|bar|restaurant|studio|salon|bakery|clinic|workshop|gym|bookshop|school|hotel)s?\b"
    r"[^.!?]{0,24}?\b(?:in|near)\s+(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Spring|Summer|Autumn|Winter|English)\w*\b)((?:[A-Z][\w’'-]+)(?:,?\s+(?:and\s+)?[A-Z][\w’'-]+)*)"
)
"""Where a shop says it is: the words between "in" and what it does there."""


def whereabouts(about: str) -> str:
    """The place that a business names as its own ("我们在成都玉林开了一家…" → "成都玉林"); "" when it names none."""
    found = _SHOP_AT.search(about)
    return next((group for group in found.groups() if group), "") if found else ""


_OFFERS = re.compile(
    r"((?:可以|可|能)(?!能)[一-鿿]{2,10}?)的(?!话|時候|时候)|\b([a-z]+-friendly)\b|\bwhere (you can [^.,;!?]{4,60})"
)
"""What a shop says of itself in passing: "可以带狗来的", "dog-friendly", "where you can bring your dog"."""


def offers(about: str) -> list[str]:
    """What sets a business apart by its own description, in its words, each once; [] when it says nothing of the kind."""
    found = (next(group for group in match.groups() if group) for match in _OFFERS.finditer(about))
    return list(dict.fromkeys(found))


def audience(item: Item, *, primary: bool = True) -> Audience | None:
    """One segment from a phrase or a mapping."""
    if isinstance(item, dict):
        fields, rest = known(item, ("name", "age", "gender", "place", "traits", "primary"))
        name = words(fields.get("name")) or words(
            {k: v for k, v in fields.items() if k in ("age", "gender", "place")}
        ).replace("；", "，")
        if not name and not rest:
            return None
        lead = fields.get("primary")
        main = (
            lead
            if isinstance(lead, bool)
            else not re.match(r"(?i)否|no\b|次要|secondary|false", words(lead))
            if lead is not None
            else primary
        )
        return Audience(
            name=(name or rest[0])[:200], age=words(fields.get("age")), gender=words(fields.get("gender")), place=words(fields.get("place")),
            traits=[*entries(fields.get("traits")), *rest], primary=main,
        )  # fmt: skip
    text = _MANY.sub("", _MOSTLY.sub("", cut.bare(words(item))))
    if not text:
        return None
    text += "人" if _OPEN.search(text) else ""
    clean = plain(text)
    age, gender, place = _AGE.search(clean), _GENDER.search(clean), _PLACE.search(text)
    who = re.search(r"\bwho(?:'ve|'re| have| are| do| want| sign)?\b.*", text, re.I)
    parts = (
        [cut.bare(p) for p in cut.pieces(text, "，；;")]
        if not text.isascii()
        else ["", cut.bare(who[0])]
        if who
        else [""]
    )
    return Audience(
        name=text[:200], age=age[0].strip() if age else "", gender=gender[0].strip() if gender else "",
        place=next((g for g in place.groups() if g), "").strip() if place else "", traits=[p for p in parts[1:] if p], primary=primary,
    )  # fmt: skip


_MOSTLY = re.compile(
    r"^(?:多半?是|多为|多為|主要是|基本(?:上)?(?:都)?是|大多(?:数|數)?是|大部分(?:都)?是|都是)(?=[\u3400-\u9fff])"
)
"""How a sentence leads up to who comes, which is no part of their name."""
_MANY = re.compile(r"(?:(?<=的)|(?<=人)|(?<=员)|(?<=員)|(?<=族))(?:比较|比較|偏|居)?多$|(?:为|為)主$")
"""The same at its end: 久坐腰不好的多, 上班族居多, 年轻人为主."""
_OPEN = re.compile(r"^[\u3400-\u9fff]{2,8}的$")
"""People told by what they do alone: 备考的."""
_ALSO = re.compile(r"[，,]\s*(?:还有|還有|也有)(?=[\u3400-\u9fff]{2,12}的?$)")
_SECOND = re.compile(
    r"(?i)[;；。.,，]?\s*(?:secondary|second(?:ary)? audience|次要(?:受众|受眾|人群|客群)?|第二(?:人群|类)?|其次(?:是)?)\s*[:：是]?\s*"
)


def audiences(item: Item) -> list[Audience]:
    """Segments from a list or a phrase; "secondary: …" begins the next one."""
    if isinstance(item, list):
        return [
            a
            for i, entry in enumerate(item)
            for a in ([audience(entry)] if isinstance(entry, dict) else _split_audience(words(entry), i == 0))
            if a
        ]
    if isinstance(item, dict):
        if names.subfield_of(str(next(iter(item), "")), ("name", "age", "gender", "place", "traits")):
            one = audience(item)
            return [one] if one else []
        return [
            a
            for a in (
                audience(v if isinstance(v, dict) else words(v), primary=not names.cue("secondary", str(k)))
                for k, v in item.items()
            )
            if a
        ]
    return _split_audience(words(item), True)


def _split_audience(text: str, primary: bool) -> list[Audience]:
    parts = _SECOND.split(text)
    lead = [
        p
        for p in (re.sub(r"(?i)^(?:primary|main|主要)\s*[:：]\s*", "", x) for x in re.split(r"[;；\n]", parts[0]))
        if p.strip()
    ]
    first = [_ALSO.split(p)[0] for p in lead]
    also = [more for p in lead for more in _ALSO.split(p)[1:]]
    found = [audience(p, primary=primary or not _SECOND.match(text)) for p in first]
    found += [audience(p, primary=False) for p in (*also, *parts[1:])]
    return [a for a in found if a]
