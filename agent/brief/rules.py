"""Reads the strings attached: caps and floors, fixed sums, embargoes, key dates, words that must or must not appear."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from agent.brief import cut, names
from agent.brief.context import Context, checked
from agent.brief.dates import find_days
from agent.brief.items import Item, known, words
from agent.brief.model import Embargo, FixedLine, KeyDate, Limit
from agent.brief.numbers import Found, find_percents, parse_share
from agent.brief.values import Money, find_money, parse_money
from agent.errors import BriefError

CAP = re.compile(
    r"(?i)at most|no more than|not more than|not over|not exceed|maximum|\bmax\b|up to|\bcap(?:ped)?\b|\bunder\b|\bno\b[^.;]{0,60}\b(?:over|above)\b|不超过|不超過|不得超过|不得超過|不能超过|不能超過|最多|上限|以内|以內|封顶|封頂|不高于"
)
FLOOR = re.compile(
    r"(?i)at least|no less than|not less than|minimum|\bmin\b|至少|不低于|不低於|不少于|不少於|最少|下限|起码|保底"
)
_CREATOR = re.compile(
    r"(?i)per (?:creator|influencer|kol|person)|each (?:creator|influencer)|a single (?:creator|influencer)|(?:单个|單個|单位|每位|每个|每個|单一|每名|單一)\s*(?:达人|達人|博主|kol|网红|網紅|创作者)|单条|單篇|单篇"
)


def limit(item: Item, context: Context, *, default: str = "", where: str = "budget.limits") -> Limit | None:
    """ "At most 60% on ads", "KOL 不超过 10万", "单个达人不超过 8000 元", or {kind, of, share, amount}; None when it is no limit."""
    if isinstance(item, dict):
        return _limit_fields(item, context, default, where)
    text = cut.bare(words(item))
    kind = "cap" if CAP.search(text) else "floor" if FLOOR.search(text) else default
    if not kind:
        return None
    shares = find_percents(text)
    money = None if shares else (find_money(text) or _bare_money(text))
    if not shares and not money:
        return None
    if not shares and money and (money[0].value.amount < 0 or money[0].value.amount > 10**12):
        checked(money[0].value.amount, where)
    scope, of = _scope(text)
    if not scope:
        return None
    share = shares[0].value if shares else None
    if share is not None and not 0 <= share <= 1:
        raise BriefError(
            f"{share:.0%} of a budget cannot be spent on one thing.", hint="Write a share from 0% to 100%.", where=where
        )
    return _limit(kind, scope, of, share, money[0].value.amount if money else None, text)


def _limit(kind: str, scope: str, of: str, share: float | None, amount: Decimal | None, text: str) -> Limit:
    fields = {"kind": kind, "scope": scope, "of": of, "share": share, "amount": amount, "text": text[:200]}
    return Limit.model_validate(fields)


def _bare_money(text: str) -> list[Found[Money]]:
    return [f for f in find_money(text, bare=True) if f.value.amount >= 100]


def _scope(text: str) -> tuple[str, str]:
    if _CREATOR.search(text):
        return "creator", ""
    platforms = names.find_platforms(text)
    if platforms:
        return "platform", platforms[0].value
    category = names.first_of("budget_categories", text)
    return ("category", category) if category else ("", "")


def _limit_fields(item: dict[str, Any], context: Context, default: str, where: str) -> Limit | None:
    fields, _ = known(item, ("category", "platforms", "share", "amount", "kind"))
    plain_kind = str(item.get("kind", default))
    kind = plain_kind if plain_kind in ("cap", "floor") else default
    scope = "creator" if item.get("scope") == "creator" else ""
    told = " ".join(
        words(item.get(k)) for k in ("of", "scope", "category", "platform", "类别", "平台", "科目") if item.get(k)
    )
    scope, of = (scope, "") if scope else _scope(told or words(fields.get("category")))
    share = parse_share(words(fields["share"])) if fields.get("share") is not None else None
    amount = parse_money(words(fields["amount"])) if fields.get("amount") is not None else None
    if not kind or not scope or not (share or amount):
        return limit(words(item), context, default=default, where=where)
    total = checked(amount.value.amount, where) if amount else None
    return _limit(kind, scope, of, share.value if share else None, total, words(item))


def limit_by_key(key: str, value: Item, context: Context, where: str) -> Limit | None:
    """{"ads_max": "60%"}, {"KOL上限": "10万"}, and under a heading that says cap or floor, {"ads": "60%"}."""
    low = key.replace("_", " ")
    kind = (
        "cap"
        if re.search(r"(?i)max|cap|上限|最多|不超过|most", low)
        else "floor"
        if re.search(r"(?i)min|floor|下限|最少|至少|least", low)
        else ""
    )
    return limit(f"{low} {words(value)}", context, default=kind, where=where) if kind else None


_SET_ASIDE = re.compile(
    r"(?i)is set aside|set aside|earmarked|reserved|is for|goes to|committed|already spent|预留|預留|留给|專款|专款|固定|已定|用于|用於|花在"
)


def fixed(item: Item, context: Context, where: str = "budget.fixed") -> FixedLine | None:
    """ "$6,000 is set aside for filming", "产品拍摄预留 2万", or {purpose, category, platform, amount}."""
    if isinstance(item, dict):
        fields, rest = known(item, ("purpose", "category", "amount", "platforms"))
        if "amount" not in fields and len(item) == 1:
            key, value = next(iter(item.items()))
            return fixed(f"{key}: {words(value)}", context, where)
        money = parse_money(words(fields.get("amount"))) if fields.get("amount") is not None else None
        if money is None:
            raise BriefError(
                f"“{words(item)[:80]}” names no sum.",
                hint="Write the amount, for example 4.5万 or $6,000.",
                where=where,
            )
        purpose = "；".join(p for p in (words(fields.get("purpose")), *rest) if p) or words(fields.get("category"))
        told = words(fields.get("category"))
        platform = names.find_platforms(words(fields.get("platforms")) or purpose, expected="platforms" in fields)
        category = names.first_of("budget_categories", told) or names.first_of("budget_categories", purpose)
        return FixedLine(
            purpose=purpose[:200],
            category=category,
            platform=platform[0].value if platform else "",
            amount=checked(money.value.amount, where),
        )
    text = cut.bare(words(item))
    sums = find_money(text) or _bare_money(text)
    if not sums:
        return None
    rest_text = cut.without(text, [(sums[0].start, sums[0].end)])
    purpose = cut.bare(re.sub(r"(?i)^\s*(?:for|on|to)\s+", "", cut.bare(_SET_ASIDE.sub(" ", rest_text))))
    platform = names.find_platforms(text)
    return FixedLine(
        purpose=purpose[:200] or text[:200], category=names.first_of("budget_categories", text), platform=platform[0].value if platform else "",
        amount=checked(sums[0].value.amount, where),
    )  # fmt: skip


def is_fixed(text: str) -> bool:
    """Whether a sentence ties a sum to a purpose."""
    return bool(_SET_ASIDE.search(text)) and bool(find_money(text)) and not CAP.search(text) and not FLOOR.search(text)


_WHEN = re.compile(r"(?i)\b(?:not )?(?:before|until|till|prior to|from|after)\s*(?:the\s+)?$|在$|于$|於$|到$|直到$")
_WHEN_AFTER = re.compile(r"^\s*(?:之前|以前|前|之后|以后|后才|起|解禁|公布|官宣)")
_HUSH = re.compile(
    r"(?i),?\s*(?:but|and|so|which|that)?\s*\b(?:it\s+)?(?:must (?:stay|remain|be kept)|has to (?:stay|be kept)|(?:is to |will )?remains?|must ?n[o']t|must not|may not|can ?not|can't|should not|do not|don't|is not to|not to|will not|stays?|is)\s+(?:be\s+)?"
    r"(?:mentioned|public|announced|made public|revealed|said|shown|shared|named|secret|confidential|under embargo)|under embargo|embargo(?:ed)?|confidential|"
    r"(?:绝对|一律)?(?:不得|不能|不可|不要|暂不|严禁)(?:对外|提前|公开)*(?:公布|公开|透露|官宣|泄露|提及|曝光|剧透|宣布|说|提)?|保密|解禁"
)

_LEFT = re.compile(r"\s*在\s*(?:(?:发布|發布|上市|官宣|公布)前?)?\s*(?:出现|出現|露出|露面|曝光)?$")
"""What is left of "E5 在 … 发布前不能出现" once the day and the ban are taken out."""


def embargo(item: Item, context: Context, where: str = "embargoes") -> Embargo | None:
    """ "The P3 sensor must not be mentioned before 12 April 2027", "在3月1日前不得公布新品", or {fact, until, keywords}."""
    if isinstance(item, dict):
        fields, rest = known(item, ("fact", "until", "keywords"))
        fact = words(fields.get("fact")) or "；".join(rest)
        days = find_days(words(fields.get("until")) or fact, context.as_of)
        if not fact or not days:
            raise BriefError(
                f"“{words(item)[:80]}” is no embargo without a date." if fact else "An embargo names no fact.",
                hint="Write what stays unsaid and the first day on which it may be said.", where=where,
            )  # fmt: skip
        keywords = [k for k in (cut.bare(w) for w in _keywords(fields.get("keywords"))) if k] or keywords_of(fact)
        return Embargo(
            fact=fact[:300], until=_first_free(days[0].value.start, days[0].value.end, days[0].text), keywords=keywords
        )
    text = cut.bare(words(item)).rstrip(".")
    days = find_days(text, context.as_of)
    if not days:
        return None
    found = (
        days[-1]
        if len(days) > 1 and _WHEN.search(text[: days[-1].start])
        else next((d for d in days if _WHEN_AFTER.match(text[d.end :]) or _WHEN.search(text[: d.start])), days[0])
    )
    spans = [(found.start, found.end)]
    before, after = _WHEN.search(text[: found.start]), _WHEN_AFTER.match(text[found.end :])
    spans += [before.span()] if before else []
    spans += [(found.end, found.end + after.end())] if after else []
    fact = _HUSH.sub(" ", cut.without(text, spans))
    fact = re.sub(
        r"(?i)^\s*(?:we |i )?(?:have |are planning |plan )?(?:about |on |关于|對外|对外)?", "", cut.bare(fact)
    )
    fact = re.sub(r"\s*([，,])\s*$", "", cut.bare(re.sub(r"\s{2,}", " ", fact)))
    fact = _LEFT.sub("", fact) or fact
    return Embargo(
        fact=fact[:300] or text[:300],
        until=_first_free(found.value.start, found.value.end, found.text),
        keywords=keywords_of(fact or text),
    )


def _keywords(value: Item) -> list[str]:
    return [words(v) for v in value] if isinstance(value, list) else cut.pieces(words(value), "，,、;；")


def _first_free(start: dt.date, end: dt.date, text: str) -> dt.date:
    """The end of "三月底" and "end of March", the first day of everything else."""
    return end if re.search(r"底|末|下旬|\bend\b|\blate\b", text, re.I) else start


def keywords_of(fact: str) -> list[str]:
    """Words that would give the fact away: what is quoted, names and model codes, else its last noun phrase."""
    quoted = cut.quotes(fact)
    if quoted:
        return quoted
    codes = re.findall(
        r"\b(?:[A-Z][A-Za-z]*\s)*[A-Z]*[a-z]*\d[\w-]*\b|\b(?:[A-Z][a-z]+\s){1,3}[A-Z][a-z]+\b",
        re.sub(r"^(?:The|A|An|Our)\s", "", fact),
    )
    codes = [code.strip() for code in codes if not code.strip().isdigit()]  # days and numbers give nothing away
    if codes:
        return list(dict.fromkeys(codes))
    if re.search(r"[\u3400-\u9fff]", fact):
        tail = re.split(r"[的和与與，,、]", fact)[-1].strip()
        return [tail if len(tail) >= 2 else fact.strip()]
    tail_words = re.split(r"(?i)\b(?:on|of|with|about|for|a|an|the|our)\b", fact)[-1].split()
    return [" ".join(tail_words[-3:])] if tail_words else [fact]


_EACH = re.compile(r"(?<=[)）])\s*[,，、]\s*(?=\d)")
"""Between two dates whose names stand in brackets: "18 June 2027 (618), 11 November 2027 (Double 11)"."""


def key_dates(item: Item, context: Context, where: str = "key_dates") -> list[KeyDate]:
    """Dates with names, from a list, a mapping {date: name} or {name: date}, or a phrase that names several."""
    if isinstance(item, list):
        return [k for i, entry in enumerate(item) for k in key_dates(entry, context, f"{where}[{i}]")]
    if isinstance(item, dict):
        fields, _ = known(item, ("date", "name", "end"))
        if "date" in fields and "name" in fields:
            one = _key_date(
                f"{words(fields['date'])}{' - ' + words(fields['end']) if fields.get('end') else ''} {words(fields['name'])}",
                context,
            )
            if one is None:
                raise BriefError(
                    f"“{words(item)[:80]}” names no date.", hint="Write the day, for example 2027-04-20.", where=where
                )
            return [one]
        return [k for key, value in item.items() if (k := _key_date(f"{key} {words(value)}", context))]
    parts = [p for s in cut.sentences(words(item)) for half in cut.pieces(s, ";；。") for p in _EACH.split(half)]
    return [k for k in (_key_date(p, context) for p in parts) if k]


def _key_date(text: str, context: Context) -> KeyDate | None:
    clean = cut.bare(text)
    days: list[Any] = find_days(clean, context.as_of)
    if not days:
        return None
    first, last = days[0].value.start, days[0].value.end
    spans = [(days[0].start, days[0].end)]
    joined = len(days) > 1 and re.fullmatch(r"\s*(?:-|–|—|~|～|至|到|to)\s*", clean[days[0].end : days[1].start])
    if joined:
        last = days[1].value.end
        spans = [(days[0].start, days[1].end)]
    if days[0].value.precision in ("month", "part", "quarter", "half", "year", "season") and not joined:
        last = days[0].value.end
    early = clean[: spans[0][0]].strip(" ,.:-")
    if clean.isascii() and len(early.split()) > 1:
        clean, spans = re.sub(r"(?i)\s+(?:is|takes place|will be)$", "", early), []
        clean = re.sub(r"(?i)\s+(?:is|takes place|will be)?\s*(?:on|in|at|from)$", "", clean)
    name = re.sub(
        r"(?i)^(?:is |on |开始|的|是)\s*|\s+(?:is |takes place )?\s*(?:on|in|at|the|from|is on|is)$",
        "",
        cut.bare(cut.without(clean, spans)),
    )
    bracketed = re.fullmatch(r"[(（]\s*([^()（）]+?)\s*[)）]", name)
    name = bracketed[1] if bracketed else name
    if joined and not cut.bare(name):
        return None  # "Dates: 1 March to 31 May" is the period
    return KeyDate(
        date=first, name=(cut.bare(name) or clean)[:160], end=last if last != first and last > first else None
    )


def required(item: Item) -> list[str]:
    """Words that must appear, read as the forbidden ones; what a Chinese comma parts in two is one line to be said ("好停，也装得下推车")."""
    return forbidden(item, spoken=True)


def forbidden(item: Item, *, spoken: bool = False) -> list[str]:
    """Words, claims or subjects that must not appear: quoted phrases alone, short lists split, sentences whole."""
    if isinstance(item, list):
        return [w for entry in item for w in ([cut.bare(words(entry)).strip("\"'“”「」")] if words(entry) else [])]
    found: list[str] = []
    for sentence in cut.sentences(words(item)):
        quoted = cut.quotes(sentence)
        if quoted:
            found += quoted
            continue
        for part in cut.pieces(sentence, ";；。"):
            marks = "、," if spoken and part.count("，") == 1 else "、，,"
            short = [cut.bare(p) for p in cut.pieces(part, marks, r"\s+or\s+")]
            if len(short) > 1 and all(
                len(p) <= 12 if re.search(r"[\u3400-\u9fff]", p) else len(p.split()) <= 4 for p in short
            ):
                found += short
            else:
                found.append(cut.bare(part).rstrip("."))
    return list(dict.fromkeys(w for w in found if w))


def plain_list(item: Item) -> list[str]:
    """A list of short phrases."""
    if isinstance(item, list):
        return [cut.bare(words(v)) for v in item if words(v)]
    return [cut.bare(p).rstrip(".") for p in cut.pieces(words(item), "，,、;；\n", r"\s+and\s+") if cut.bare(p)]


def told_lines(item: Item) -> list[str]:
    """A list as it stands; a paragraph as its sentences."""
    if isinstance(item, list):
        return [cut.bare(words(v)) for v in item if words(v)]
    if isinstance(item, dict):
        return [f"{k}: {words(v)}" for k, v in item.items()]
    return [s.rstrip("。.；; ") for s in cut.sentences(words(item)) if cut.bare(s)]
