"""Money and working hours as people write them: "36万", "£1.2k", "NT$50萬", "3000元/月", "half a day a week"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.brief.numbers import NUMBER, Found, chinese_number, number_of, plain

MONTH_WEEKS = Decimal("4.345")


@dataclass(frozen=True)
class Money:
    """A sum in whole currency units."""

    amount: Decimal
    """The sum, or the lower end of a range."""
    currency: str = ""
    """ISO 4217 code, or empty when the mark alone does not tell (see `settle`)."""
    mark: str = ""
    """The currency mark as written ("元", "$"), empty when there was none."""
    upper: Decimal | None = None
    """The upper end when a range was written."""
    per: str = ""
    """month, week, day, quarter, year, or the thing that it buys ("瓶", "creator")."""
    rough: bool = False
    """Whether the words were a manner of speaking ("a few hundred")."""


_SURE = {
    "CNY": ("rmb", "cny", "cn¥", "人民币", "人民幣", "元人民币", "元人民幣"),
    "TWD": ("nt$", "ntd", "twd", "新台币", "新臺幣", "新台幣", "台币", "台幣", "臺幣"),
    "USD": ("us$", "usd", "美元", "美金"),
    "HKD": ("hk$", "hkd", "港币", "港幣", "港元"),
    "GBP": ("£", "gbp", "英镑", "英鎊", "pounds", "pound", "pounds sterling", "quid"),
    "EUR": ("€", "eur", "欧元", "歐元", "euro", "euros"),
    "SGD": ("s$", "sgd", "新币", "新加坡元"),
    "AUD": ("a$", "aud", "澳元"),
    "CAD": ("c$", "cad", "加元"),
    "JPY": ("jpy", "日元", "日圆", "円"),
}
_MARKS = {mark: code for code, marks in _SURE.items() for mark in marks}
_LOOSE = ("¥", "$", "元", "块钱", "块", "塊", "圆", "圓", "dollar", "dollars", "bucks")


def _either(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_PRE = _either([m for m in _MARKS if m not in ("pounds", "pound", "quid", "euro", "euros")] + ["¥", "$"])
_SUF = _either(
    [m for m in _MARKS if not m.endswith("$") and m not in ("£", "€", "cn¥")]
    + [m for m in _LOOSE if m not in ("¥", "$")]
)
_NUM = NUMBER.pattern
_STRIP = re.compile(r"\(\?P<(\w+)>")


def _named(pattern: str, suffix: str) -> str:
    return _STRIP.sub(lambda m: f"(?P<{m[1]}{suffix}>", pattern)


_PER_WORD = r"month|mo|week|wk|day|quarter|year|yr|creator|influencer|person|head|piece|post|[a-z]{2,12}"
MONEY = re.compile(
    rf"(?<![\w.])(?P<neg>-)?(?P<pre>{_PRE})?\s*(?:{_named(_NUM, '1')})"
    rf"(?:\s*(?:-|~|～|至|到|to)\s*(?:{_PRE})?\s*(?:{_named(_NUM, '2')}))?"
    rf"(?:多|左右|以内|以內)?(?:\s*(?P<suf>{_SUF})(?![A-Za-z]))?(?:整|左右)?"
    rf"(?:\s*[/／]\s*(?P<slash>[\u4e00-\u9fff]{{1,3}}|{_PER_WORD})|\s*(?:一|每)(?:个|個)?(?P<zhper>[月周週天年季瓶盒罐人位])"
    rf"|\s+(?:an?|per|each|every)\s+(?P<enper>{_PER_WORD}))?".replace(r"(?<![\w.])", r"(?<![\dA-Za-z.])"),
    re.I,
)
_ZERO = re.compile(
    r"零预算|零預算|没有预算|沒有預算|无预算|無預算|没预算|沒預算|预算为零|預算為零|不花钱|不花錢|"
    r"\b(?:no|zero|without(?: any)?|nil) (?:\w+ )?(?:budget|money)\b",
    re.I,
)
_PERS = {
    "month": "month",
    "mo": "month",
    "月": "month",
    "个月": "month",
    "個月": "month",
    "week": "week",
    "wk": "week",
    "周": "week",
}
_PERS |= {
    "週": "week",
    "星期": "week",
    "day": "day",
    "天": "day",
    "日": "day",
    "quarter": "quarter",
    "季": "quarter",
    "季度": "quarter",
}
_PERS |= {"year": "year", "yr": "year", "年": "year"}
_BEFORE_PER = re.compile(
    r"(每个?月|每個月|每月|每周|每週|每年|每天|每季度?|monthly|a month|weekly|per month)(?:的?(?:预算|預算|费用|花费)|budget|(?:最多|大概|大约|只)?(?:可以|能)?(?:花|投|给|拿出))?(?:是|of|约|大概)?\W{0,6}$",
    re.I,
)
_BEFORE_NAMES = (
    ("月", "month"),
    ("month", "month"),
    ("周", "week"),
    ("週", "week"),
    ("week", "week"),
    ("年", "year"),
    ("天", "day"),
    ("季", "quarter"),
)


@dataclass(frozen=True)
class _Side:
    """One side of a range, under the names that number_of knows."""

    match: re.Match[str]
    side: str

    def __getitem__(self, key: str) -> str | None:
        value: str | None = self.match[key + self.side]
        return value


def _group(match: re.Match[str], side: str) -> Decimal | None:
    return number_of(_Side(match, side))  # type: ignore[arg-type]


def _per(match: re.Match[str], before: str) -> str:
    word = (match["slash"] or match["zhper"] or match["enper"] or "").lower()
    if word:
        return _PERS.get(word, word)
    early = _BEFORE_PER.search(before)
    if early:
        return next((name for sign, name in _BEFORE_NAMES if sign in early[1].lower()), "")
    return ""


def _money(match: re.Match[str], text: str) -> Money | None:
    amount = _group(match, "1")
    if amount is None or not amount.is_finite():
        return None
    upper = _group(match, "2") if match["arabic2"] or match["cn2"] or match["en2"] else None
    if upper is not None and amount < upper:
        scale1, scale2 = match["scale1"], match["scale2"]
        if scale2 and not scale1 and match["arabic1"]:
            head = Decimal(match["arabic2"].replace(",", ""))
            amount *= upper / head if head else 1
            amount = amount.normalize() if amount == amount.to_integral_value() else amount
    elif upper is not None:
        upper = None
    mark = plain(match["pre"] or match["suf"] or "").lower()
    if match["neg"]:
        amount = -amount
    rough = bool(match["en1"]) and match["en1"].lower().startswith(("a few", "a couple", "several"))
    amount = Decimal(int(amount)) if amount == amount.to_integral_value() and abs(amount) < 10**15 else amount
    upper = Decimal(int(upper)) if upper is not None and upper == upper.to_integral_value() else upper
    return Money(
        amount, _MARKS.get(mark, ""), mark, upper, _per(match, text[max(0, match.start() - 20) : match.start()]), rough
    )


def find_money(text: str, *, bare: bool = False) -> list[Found[Money]]:
    """Every sum in the text. A number without a currency mark counts only when `bare` is set."""
    clean = plain(text)
    zero = _ZERO.search(clean)
    found = [Found(Money(Decimal(0)), text[zero.start() : zero.end()], zero.start(), zero.end())] if zero else []
    for match in MONEY.finditer(clean):
        if not (match["pre"] or match["suf"]) and not bare:
            continue
        if _is_date(clean, match) or clean[match.end() :].lstrip()[:1] in ("%",):
            continue
        value = _money(match, clean)
        if value is not None:
            span = text[match.start() : match.end()]
            lead = len(span) - len(span.lstrip())
            found.append(Found(value, span.strip(), match.start() + lead, match.end()))
    return found


def _is_date(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + 1]
    return not match["pre"] and not match["suf"] and after in ("年", "月", "日", "号", "號", "%", "％")


def parse_money(text: str | int | float) -> Found[Money] | None:
    """The first sum in a text that is known to be about money: a bare number counts."""
    words = str(text)
    marked = find_money(words)
    if marked:
        return marked[0]
    found = find_money(words, bare=True)
    return next((f for f in found if f.value.amount != 0 or f.text.strip() in ("0", "零")), None) if found else None


def settle(money: Money, language: str, markets: list[str] | None = None) -> str:
    """ISO code of a sum: its own, or what its mark means to a writer of this language in these markets.

    "元" and "$" are TWD for a Taiwan writer and HKD in Hong Kong; "元" and "¥" are CNY otherwise, "$" USD.
    """
    if money.currency or not money.mark:
        return money.currency
    market = markets[0] if markets else ""
    if money.mark in ("$", "dollar", "dollars", "bucks"):
        local = {"TW": "TWD", "HK": "HKD", "SG": "SGD", "AU": "AUD", "CA": "CAD"}.get(market)
        return local or ("TWD" if language == "zh-TW" else "USD")
    if money.mark == "¥" and market == "JP":
        return "JPY"
    if market == "HK":
        return "HKD"
    return "TWD" if market == "TW" or (language == "zh-TW" and money.mark != "¥") else "CNY"


_HOUR_NUM = r"(?P<n>(?<!\d)\d{1,4}(?:\.\d{1,3})?|[一二两兩三四五六七八九十半]{1,4}|half an|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty)"
_EN_HOURS = re.compile(
    rf"\b{_HOUR_NUM}[\s-]*(?P<unit>hours?|hrs?|h|days?|minutes?|mins?)\b(?:\s+\w+)?\s*(?:an?|per|each|every|/)?\s*(?P<per>weeks?|wk|months?|day)?",
    re.I,
)
_ZH_HOURS = re.compile(
    rf"(?:每(?:个|個)?(?P<per>[周週月天日]|星期)(?:大约|大約|约|約|可投入|投入|有|能投入)?\s*)?{_HOUR_NUM.replace('P<n>', 'P<n>')}\s*个?個?(?P<unit>小时|小時|钟头|鐘頭|天|h(?![a-z]))"
    r"(?:\s*[/／每一]\s*(?P<per2>[周週月天日]|星期))?",
    re.I,
)
_WORDS = (
    (re.compile(r"全职|全職|专职|專職|full[- ]?time", re.I), 40.0),
    (
        re.compile(
            r"半职|半職|half[- ]?time|half a (?:\w+ ){0,2}(?:designer|marketer|editor|person|copywriter|post)|半个人|半個人",
            re.I,
        ),
        20.0,
    ),
)
_SMALL = {
    "half an": 0.5,
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
}
_SMALL |= {
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "twelve": 12.0,
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "forty": 40.0,
    "半": 0.5,
}


def _hours(number: str, unit: str, per: str) -> float | None:
    low = number.lower()
    value = _SMALL.get(low)
    if value is None:
        parsed = Decimal(low) if re.fullmatch(r"\d+(\.\d+)?", low) else chinese_number(low)
        if parsed is None:
            return None
        value = float(parsed)
    if unit.lower().startswith("day") or unit == "天":
        value *= 8
    if unit.lower().startswith("min"):
        value /= 60
    if per.startswith(("month", "月")):
        value /= float(MONTH_WEEKS)
    if per in ("day", "天", "日"):
        value *= 5
    return round(value, 2)


def find_hours(text: str) -> list[Found[float]]:
    """Hours a week: "每周30小时", "18 hours a week", "two days a week" (8 h a day), "full-time" (40 h), "每天2小时" (5 days).

    A period ("for 6 days") without "a week" counts only for hours, not for days.
    """
    clean = plain(text)
    found: list[Found[float]] = []
    for pattern in (_ZH_HOURS, _EN_HOURS):
        for match in pattern.finditer(clean):
            groups = match.groupdict()
            per = (groups.get("per") or groups.get("per2") or "").lower()
            if match["unit"].lower().startswith(("day", "min", "天")) and not per:
                continue
            value = _hours(match["n"], match["unit"], per)
            if value is not None and not any(f.start < match.end() and match.start() < f.end for f in found):
                found.append(Found(value, text[match.start() : match.end()].strip(), match.start(), match.end()))
    if not found:
        for pattern, week in _WORDS:
            worded = pattern.search(clean)
            if worded is not None:
                found.append(Found(week, worded[0], worded.start(), worded.end()))
                break
    return sorted(found, key=lambda f: f.start)
