"""Reads one objective: metric, baseline, target, unit, what it counts over, platform, deadline."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from agent.brief import cut, names
from agent.brief.context import Context
from agent.brief.dates import find_days
from agent.brief.items import Item, known, words
from agent.brief.model import GoalKind, Objective
from agent.brief.numbers import NUMBER, Found, find_percents, number_of, parse_count, plain
from agent.brief.periods import find_durations
from agent.brief.values import find_hours, find_money
from agent.errors import BriefError


@dataclass(frozen=True)
class _Amount:
    value: float
    unit: str
    start: int
    end: int


def is_counted(text: str) -> bool:
    """Whether a phrase names a figure together with what it counts."""
    return bool(_TRADE.search(plain(text)) or names.first_of("goal_kinds", text)) and bool(NUMBER.search(plain(text)))


def aims_apart(text: str) -> tuple[str, str]:
    """(the rest, what is aimed at) of what is told of a product: "体验卡，现在卖 14 张，想卖到 25 张" → ("体验卡", "现在卖 14 张，想卖到 25 张")."""
    clauses = re.split(r"(?<=[，,；;。])", text)
    told = [NUMBER.search(plain(one)) is not None and not find_money(one) for one in clauses]
    aims = [number and WANT.match(one.strip()) is not None for number, one in zip(told, clauses, strict=True)]
    if not any(aims[1:]):
        return text, ""
    first = aims.index(True, 1)
    while first > 1 and told[first - 1] and _TOLD_NOW.match(clauses[first - 1].strip()):
        first -= 1
    last = first + 1
    while last < len(clauses) and (aims[last] or (told[last] and _TOLD_NOW.match(clauses[last].strip()))):
        last += 1
    return cut.bare("".join(clauses[:first] + clauses[last:])), cut.bare("".join(clauses[first:last]))


_TOLD_NOW = re.compile(
    r"(?i)(?:现在|現在|目前|去年|上[个個]?月|平均|每月|每[个個]月|一[个個]月)[^，,；;。]{0,8}[卖賣]|(?:we )?(?:now |currently )?sell"
)
_COUNTER = re.compile(r"^\s*(?:单|單|笔|筆|盒|件|份|杯|瓶|台|套|条|條|位|人|个|個|家|名|次|组|組|场|場)")
_TRADE = re.compile(r"\d[\d,.]*\s*[万萬kKwW]?\s*(?:单|單|笔|筆|盒|件|份|杯|瓶|台|套|张|張)")
_CHANGE = re.compile(
    r"^\s*(?:[\u3400-\u9fff]{1,2}?|[A-Za-z]+)?\s*(?:/?\s*(?:月|周|a month|per month))?\s*(?:-+>|→|=>|⇒|➜|增长到|增長到|增加到|提升到|提升至|提高到|提高至|提到|成长到|成長到|成长至|拉到|拉高到|涨到|漲到|做到|升到|达到|達到|降到|降至|到|至|to)\s*(?:about |around |约|約)?$",
    re.I,
)
_UP_FROM = re.compile(r"(?:up from|from|compared (?:to|with)|versus|vs\.?|now|today|currently|at present|last (?:half|year|quarter|month)|the last (?:six|three|twelve) months (?:brought|had)|was|were|baseline|"
                      r"目前|现在|現在|现有|現有|当前|當前|去年|上半年|上季度?|上月|原来|原來|基线|sell around|sell about|have|(?:we|they|I) (?:booked|had|sold|did|got|made))\W*(?:[a-z]+\s+){0,2}(?:around |about |约|約|是|为|只有|有|大概|大约|大約|平均|差不多|才|只)*\s*$", re.I)  # fmt: skip
_NOW_AFTER = re.compile(r"^\s*(?:[a-z]+\s+){0,3}(?:today|now|at present|currently)\b", re.I)
_GROWTH = re.compile(
    r"(?:提升|增长|增長|提高|增加|上涨|上漲|涨|漲|up by|up|grow(?:th)?(?: of| by)?|increase(?: of| by| of about)?|raise(?: by)?|by)(?:了|約|约)?\s*$",
    re.I,
)
_MONTH = re.compile(
    r"月销|月銷|每月|一[个個]月(?=[^，,。；;]{0,4}[卖賣])|每个月|每個月|/月|月均|月度|per month|a month|monthly|each month|/mo\b",
    re.I,
)
_WEEK = re.compile(r"每周|每週|周均|per week|a week|weekly", re.I)
_DAY = re.compile(r"日销|日銷|每天|每日|日均|per day|a day|daily", re.I)


def objective(item: Item, context: Context, where: str = "objectives") -> Objective | None:
    """ "LinkedIn followers 2,400 -> 6,000", "月销从900单增长到3000单", "120 demo requests (last half: 31)", or a mapping."""
    if isinstance(item, dict):
        return _from_mapping(item, context, where)
    text = cut.bare(re.sub(r"^\s*(?:\(?\d{1,2}[.)、]|[①-⑨])\s*(?!\d)", "", words(item)))
    if not text:
        return None
    platforms = names.find_platforms(text)
    amounts = _amounts(text, context)
    base, goal = _pair(text, amounts)
    kind = _kind(text, goal)
    result = Objective(
        text=text[:400], kind=kind, platform=platforms[0].value if platforms else "", per=_per(text, kind)
    )
    if goal is not None:
        result.unit = goal.unit or ("followers" if kind == "followers" else "count")
        if goal.unit == "%" and _GROWTH.search(plain(text)[: goal.start]) and not _is_rate(text):
            goal_value = base.value * (1 + goal.value) if base and base.unit != "%" else None
            result.target, result.unit = goal_value, (base.unit or "count") if base else "%"
        else:
            result.target = goal.value
        if base is not None and (base.unit == goal.unit or not base.unit or goal.unit == "%"):
            result.baseline = base.value
    elif base is not None:
        result.baseline = base.value
        result.unit = base.unit or ("followers" if kind == "followers" else "count")
        result.target = base.value * 2 if re.search(r"翻倍|翻一番|\bdoubl", text) else None
    result.metric = _metric(text, [a for a in (base, goal) if a])
    due = re.search(r"(?:\bby|\bbefore|截至|截止|到)\s*$|", "")
    for found in find_days(text, context.as_of):
        before, after = text[max(0, found.start - 8) : found.start], text[found.end : found.end + 3]
        due = re.search(r"\b(?:by|before|until)\s+(?:the )?(?:end of )?$|截至$|截止$|到$|在$", before, re.I)
        if due or re.match(r"前|之前|底|以前", after):
            result.deadline = found.value.end
            break
    _check(result, where)
    return result


def _check(result: Objective, where: str) -> None:
    for name in ("baseline", "target"):
        value = getattr(result, name)
        if value is not None and (value < 0 or value > 1e12):
            raise BriefError(
                f"{value:g} is no {name} that can be measured.",
                hint="Write a number from 0 to 1,000,000,000,000.",
                where=f"{where}.{name}",
            )


def _from_mapping(item: dict[str, Any], context: Context, where: str) -> Objective | None:
    allowed = ("text", "metric", "baseline", "target", "unit", "per", "kind", "platform", "deadline")
    fields, rest = known(item, allowed)
    if not fields and len(item) == 1:
        key, value = next(iter(item.items()))
        return objective(f"{key} {words(value)}", context, where)
    text = words(fields.get("text")) or " ".join(
        p
        for p in (
            words(fields.get("metric")),
            words(fields.get("baseline")),
            "→" if "baseline" in fields else "",
            words(fields.get("target")),
        )
        if p
    )
    result = objective("；".join([text, *rest]), context, where)
    if result is None:
        return None
    if fields.get("metric") is not None:
        result.metric = words(fields["metric"])[:120]
        result.kind = _kind(result.metric + " " + text, None)
    for name in ("baseline", "target"):
        if fields.get(name) is not None:
            value, unit = _single(words(fields[name]), context, f"{where}.{name}")
            setattr(result, name, value)
            result.unit = unit or result.unit or ("followers" if result.kind == "followers" else "count")
    if words(fields.get("kind")) in ("awareness", "engagement", "traffic", "conversion", "service", "followers"):
        result.kind = words(fields["kind"])  # type: ignore[assignment]
    if words(fields.get("unit")):
        unit = words(fields["unit"])
        result.unit = "%" if unit in ("%", "％", "percent") else unit if result.unit in ("", "count") else result.unit
    if fields.get("platform") is not None:
        result.platform = names.platform_of(words(fields["platform"])).id
    if fields.get("deadline") is not None:
        days = find_days(words(fields["deadline"]), context.as_of)
        result.deadline = days[0].value.end if days else None
    told = words(fields.get("per"))
    result.per = told if told in ("period", "month", "week", "day", "level") else _per(f"{told} {text}", result.kind)  # type: ignore[assignment]
    _check(result, where)
    return result


def _single(text: str, context: Context, where: str) -> tuple[float, str]:
    rates = find_percents(text)
    if rates:
        return rates[0].value, "%"
    sums = find_money(text)
    if sums:
        return float(sums[0].value.amount), context.code(sums[0].value)
    count = parse_count(text)
    if count is None:
        raise BriefError(f"“{text[:60]}” is not a number.", hint="Write a number, a percentage or a sum.", where=where)
    return float(count.value), ""


def _masked(text: str, context: Context) -> list[tuple[int, int]]:
    spans = [(f.start, f.end) for f in find_days(text, context.as_of)]
    spans += [(f.start, f.end) for f in find_durations(text)] + [(f.start, f.end) for f in find_hours(text)]
    spans += [
        m.span()
        for m in re.finditer(
            r"\d+\s*[-~]\s*\d+\s*(?:岁|歲|employees)|\b618\b|双11|双十一|\bB2B\b|[Tt]op\s?\d+|第[一二三]|一[个個款瓶家条]|[A-Za-z]+\d+|(?<=\d)-(?=\d)|\bof the \d+|\bof \d+",
            plain(text),
        )
    ]
    return spans


def _amounts(text: str, context: Context) -> list[_Amount]:
    clean, taken, found = plain(text), _masked(text, context), []
    for rate in find_percents(text):
        found.append(_Amount(rate.value, "%", rate.start, rate.end))
    sums: list[Found[Any]] = list(find_money(text))
    for money in sums:
        found.append(_Amount(float(money.value.amount), context.code(money.value), money.start, money.end))
    for match in NUMBER.finditer(clean):
        value = number_of(match)
        covered = any(a < match.end() and match.start() < b for a, b in [*taken, *((f.start, f.end) for f in found)])
        if value is None or covered or not value.is_finite() or abs(value) > 10**15:
            continue
        chinese = match["cn"]
        if chinese and (len(chinese) == 1 and not _COUNTER.match(clean[match.end() :])):
            continue
        if match["en"] and not names.first_of("goal_kinds", clean[match.end() : match.end() + 30]):
            continue
        found.append(_Amount(float(value), "", match.start(), match.end()))
    kept = [f for f in found if f.unit or not any(a <= f.start < b for a, b in taken)]
    return sorted(kept, key=lambda a: a.start)


WANT = re.compile(
    r"想要?(?:做到|达到|拉到|提到|冲到|到)?|希望|目标(?:是|为)?|目標(?:是|為)?|争取|爭取|力争|计划|計畫|(?i:\bwant(?:s|ed)?\b|\b(?:we|I)[’']d (?:like|love)\b|\bwould like\b|\btarget(?: is|:)|\bdream is\b|\bneeds? to (?:hit|reach|be)\b|\bshould (?:get to|reach|be)\b|\bneeds? to be at\b|\b(?:love|like) to see\b|\b(?:thrilled|happy|delighted) with\b|\bcould (?:handle|take|do)\b|\b(?:aim|aiming|hope|hoping|looking) for\b)"
)
"""What leads up to the number that is wished for."""
_FROM_ZERO = re.compile(r"(?i)\bfrom (?:zero|scratch|nothing|a standing start)\b|从零|从0(?!\d)|從零")


def _pair(text: str, amounts: list[_Amount]) -> tuple[_Amount | None, _Amount | None]:
    """(baseline, target) among the amounts of a goal."""
    clean = plain(text)
    for one, two in itertools.pairwise(amounts):
        if _CHANGE.match(clean[one.end : two.start]):
            return one, two
    for one, two in itertools.pairwise(amounts):
        if one.unit == two.unit and WANT.search(clean[one.end : two.start]) and not WANT.search(clean[: one.start]):
            return one, two
    bases = [
        a for a in amounts
        if _UP_FROM.search(clean[: a.start][-50:]) or _NOW_AFTER.match(clean[a.end : a.end + 40])
    ]  # fmt: skip
    others = [a for a in amounts if a not in bases]
    if others and not bases and _FROM_ZERO.search(clean):
        bases = [_Amount(0.0, "", 0, 0)]
    if not others:
        return (bases[0] if bases else None), None
    goal = max(others, key=lambda a: (_nearness(clean, a), -a.start))
    base = next((b for b in bases if _same_kind(clean, b, goal)), None)
    return base, goal


def _nearness(text: str, amount: _Amount) -> int:
    """2 when the next words say what is counted, 1 when the sentence leads up to the number, else 0."""
    after = re.match(r"[\s位名个個]*((?:[A-Za-z\-]+\s*){1,3}|.{0,4})", text[amount.end :])
    if _TRADE.match(text[amount.start :]) or (after and names.first_of("goal_kinds", after[1])):
        return 2
    lead = text[: amount.start][-10:].lower()
    return 1 if re.search(r"(?:到|至|达|達|to|reach|突破|超过|卖出|賣出|sell|with)\s*$", lead) else 0


def _same_kind(text: str, base: _Amount, goal: _Amount) -> bool:
    one = names.first_of("goal_kinds", text[base.end : base.end + 16])
    two = names.first_of("goal_kinds", text[goal.end : goal.end + 16])
    return not (one == "followers" and two and two != one)


def _kind(text: str, goal: _Amount | None) -> GoalKind:
    clean = plain(text)
    near = names.first_of("goal_kinds", clean[goal.end : goal.end + 24].split(",")[0]) if goal else ""
    rate = re.search(r"互动率|互動率|engagement rate", clean, re.I)
    if rate and not near:
        return "engagement"
    if (_TRADE.search(clean) and near != "followers") or (goal and len(goal.unit) == 3):
        return "conversion"
    return cast(GoalKind, near or names.first_of("goal_kinds", clean) or "awareness")


def _is_rate(text: str) -> bool:
    return bool(re.search(r"率|占比|比例|\brate\b|\bshare\b|percentage", text, re.I))


def _per(text: str, kind: str) -> Literal["period", "month", "week", "day", "level"]:
    if kind == "followers" or _is_rate(text):
        return "level"
    if _MONTH.search(text):
        return "month"
    return "week" if _WEEK.search(text) else "day" if _DAY.search(text) else "period"


_VERBS = re.compile(
    r"(?i)\b(?:we want|i want|i'd like|would like|grow|increase|raise|reach|get|from|to|up|in the period|attributable to social|about|around|in h[12]|want|our|the)\b"
    r"|希望|想要|我们|把|将|從|从|由|增长|增長|增加|提升|提高|达到|達到|做到|涨|漲|到(?!店|场|場|访|訪|家|货|貨)|至|以上|左右|单$|達$|[→>=\-]+|\(.*?\)|（.*?）"
)


_LEAD = re.compile(
    r"(?i)^(?:we want to|we want|i want|i'd like|grow|increase|raise|get|希望|想要?|我们|我們|把|将|將|让|讓)\s*"
)


def _metric(text: str, amounts: list[_Amount]) -> str:
    clean = plain(text)
    if len(amounts) == 2 and amounts[0].start > 1 and _CHANGE.match(clean[amounts[0].end : amounts[1].start]):
        head = cut.bare(
            re.sub(
                r"(?i)(?:从|從|由|from|grow|increase)\s*$", "", _LEAD.sub("", text[: amounts[0].start].strip())
            ).strip()
        )
        if head:
            return head[:80]
    rest = cut.without(text, [(a.start, a.end) for a in amounts])
    if amounts:
        after = re.match(r"\s*((?:[A-Za-z\-]+\s?){1,3})", clean[amounts[-1].end :])
        if after and len(amounts) == 1 and names.first_of("goal_kinds", after[1]):
            trimmed = re.sub(r"(?i)\s*\b(?:attributable|in|from|to|by|for|per|a|of|the|on|with)\b.*$", "", after[1])
            return trimmed.strip()
    for amount in amounts:
        noun = re.match(r"\s*(?:of (?:the )?\d+\s*)?((?:[A-Za-z\-]+\s?){1,3})", clean[amount.end :])
        if noun and names.first_of("goal_kinds", noun[1]):
            return re.sub(r"(?i)\s*\b(?:attributable|in|from|to|by|for|per|a|of|the|on|with)\b.*$", "", noun[1]).strip()
    if not amounts:
        kind = names.first_of("goal_kinds", clean)
        clauses = [c for c in cut.pieces(text, "，；") if kind and names.first_of("goal_kinds", c) == kind]
        told = min((_VERBS.sub("", c).strip() for c in clauses), key=len, default="")
        if counted := _wished(told, clean) or _wished(clean):
            return counted
        word = names.ranked("goal_kinds", clean)
        return (
            cut.bare(told)
            if 0 < len(told) <= 14 and not told.isascii()
            else next((w.text for w in word if w.value == kind), "")
        )
    first = cut.pieces(rest, ",，;；。.:：")
    named = [re.sub(r"\s+", " ", _VERBS.sub(" ", piece)).strip() for piece in first]
    cleaned = next((piece for piece in named if _SOLD.match(piece)), named[0] if named else "")
    return _counted(cut.bare(re.sub(r"\s+", " ", cleaned)))[:80]


_SOLD = re.compile(
    r"^(?:现在|現在|目前)?(?P<month>每个月|每個月|每月|一个月|一個月)?(?:大概|大约|大約|平均|能|可以)*(?:卖|賣)(?:出|掉)?\s*(?P<unit>[张張盒件份杯瓶台套])$"
)
_MEASURE = re.compile(r"(?<=[\u3400-\u9fff])(?:\s+(?:半年|全年|一年|每季度?|每月))?\s+[条條个個位次]$")


def _counted(metric: str) -> str:
    """A name for what is left when the figures are out: "现在每个月大概卖 张" → "月销量（张）", "有效询盘 半年 条" → "有效询盘"."""
    if sold := _SOLD.match(metric):
        sale = "銷量" if sold["unit"] == "張" else "销量"
        return f"{'月' if sold['month'] else ''}{sale}（{sold['unit']}）"
    return _MEASURE.sub("", metric)


_MORE = re.compile(
    r"^(?:能|可以)?(?:再)?(?:多(?:来|來)?(?:一些|一点|一點|些|点|點)?|更多的?|增加|提高|提升|带来|帶來|吸引)\s*(?=.{2})"
)
_GUESTS = re.compile(r"^(.*?)的?(?:客人|食客|客流|人流|人)$")
_BUYERS = re.compile(
    r"^(.*?)(?<!人)(顾客|顧客|客户|客戶|用户|用戶|预约|預約|预订|預訂|订单|訂單|报名|報名|咨询|諮詢|会员|會員)$"
)
_EN_GUESTS = re.compile(
    r"(?i)\bmore (?:(?P<before>(?:week-?day|week-?end|(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|afternoon|evening|lunch(?:time)?)s?(?:[- ](?:morning|lunch|afternoon|evening|night)s?)?) )?"
    r"(?:customers|guests|visitors|people|diners|walk-ins)(?: (?:in )?(?:on|in|at|during) (?:the )?(?P<after>(?:quiet )?(?:(?:week|sun|mon|tues|wednes|thurs|fri|satur)[- ]?(?:day|end)s?)?[- ]?(?:mornings?|afternoons?|evenings?|nights?|lunch(?:times?)?)?))?"
)


def _wished(text: str, whole: str = "") -> str:
    """What a wish without a figure counts, as a short name: "多一些工作日下午的客人" → "工作日下午到店人数", "more customers on weekday
    afternoons" → "weekday-afternoon visits"; "" for any other sentence. `whole`: the sentence around it, whose script tells Taiwan's."""
    if not text.isascii():
        rest, more = _MORE.subn("", text.strip())
        guests, buyers = _GUESTS.match(rest), _BUYERS.match(rest)
        if not more or len(rest) > 14:
            return ""
        wide = bool(re.search(r"[個這點來們數週預訂報開帶區廳館讓會員]", text + whole))
        if buyers:
            return f"{rest}{'數' if wide else '数'}"
        return f"{guests[1]}到店{'人數' if wide else '人数'}" if guests else ""
    found = _EN_GUESTS.search(text)
    when = ((found["before"] or found["after"] or "") if found else "").strip().lower()
    return re.sub(r"[\s-]+", "-", re.sub(r"s(?=$|[\s-])", "", when)) + " visits" if when else ""


FROM_TO = re.compile(r"->|→|[从從由].{1,30}[到至]|\bfrom\b.{1,40}\bto\b", re.I)
"""How a sentence leads from one figure to another."""
_STEP = re.compile(rf"{FROM_TO.pattern}|\d\s*[到至]\s*\d", re.I)


def _several(text: str) -> list[str]:
    """A labelled goal as the goals in it, where two or more of its clauses go from one figure to another or count something."""
    parts = cut.pieces(text, "，,", r"\s+and\s+(?=[a-z]+\s+[\d,]+)|并且?|同时")
    whole = [p for p in parts if NUMBER.search(plain(p)) and (_STEP.search(p) or is_counted(p))]
    loose = [p for p in parts if NUMBER.search(plain(p)) and p not in whole]
    return whole if len(whole) > 1 and not loose else [text]


def objectives(item: Item, context: Context, where: str = "objectives") -> list[Objective]:
    """Goals from a list or from a phrase that states several."""
    if isinstance(item, list):
        found = [objective(entry, context, f"{where}[{i}]") for i, entry in enumerate(item)]
    elif isinstance(item, dict):
        if names.subfield_of(str(next(iter(item), "")), ("text", "metric", "baseline", "target", "kind")):
            found = [objective(item, context, where)]
        else:
            found = [
                objective({"metric": k, **v} if isinstance(v, dict) else f"{k} {words(v)}", context, where)
                for k, v in item.items()
            ]
    else:
        parts = [p for s in cut.sentences(words(item)) for p in cut.pieces(s, ";；。")]
        if len(parts) == 1 and len(re.findall(r"\d", plain(parts[0]))) and len(cut.pieces(parts[0], "，、")) > 1:
            listed = cut.pieces(parts[0], "，、")
            if all(re.search(r"\d", plain(p)) for p in listed):
                parts = listed
        found = [objective(p, context, where) for part in parts for p in _several(part)]
    return [o for o in found if o]
