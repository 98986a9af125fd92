"""Numbers as people write them, in Chinese and English: "2,400", "1.2万", "五万", "3.5k", "a dozen"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value read from a text, with the words it was read from."""

    value: T
    text: str
    start: int
    end: int
    note: str = ""


_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_PLAIN = str.maketrans(
    {**{chr(k): chr(v) for k, v in _WIDE.items()}, "　": " ", "−": "-", "–": "-", "—": "-", "﹣": "-"}
)


def plain(text: str) -> str:
    """Full-width digits and signs made half-width, one character for one, so that offsets hold."""
    return text.translate(_PLAIN)


_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")}
_DIGIT |= {
    "〇": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
    "壹": 1,
    "贰": 2,
    "貳": 2,
    "叁": 3,
    "參": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "陸": 6,
}
_DIGIT |= {"柒": 7, "捌": 8, "玖": 9}
_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SCALE = {
    "千万": 10**7,
    "千萬": 10**7,
    "百万": 10**6,
    "百萬": 10**6,
    "十万": 10**5,
    "十萬": 10**5,
    **_BIG,
    "千": 1000,
    "百": 100,
}
_SCALE |= {
    "k": 10**3,
    "thousand": 10**3,
    "grand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "bn": 10**9,
    "billion": 10**9,
    "w": 10**4,
}
_WORD = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_WORD |= {"ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_WORD |= {"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "a couple of": 2, "a few": 3, "several": 3}
_WORD_SCALE = {"hundred": 100, "thousand": 1000, "million": 10**6, "dozen": 12, "k": 1000, "grand": 1000}

_CN_CHARS = "".join(_DIGIT) + "".join(_UNIT)
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,24})(?:\.\d{1,12})?(?:e[+-]?\d{1,4})?"
"""Every repetition is bounded, so that a page of digits costs no more than a page of words."""
_ARABIC_SCALE = r"(?:\s?(?P<scale>千万|千萬|百万|百萬|十万|十萬|万|萬|亿|億|千|百|thousand|grand|million|billion|mn\b|bn\b|[kKmMwW](?![A-Za-z0-9])))?"
_TAIL = r"(?:(?<=[万萬])(?P<tail>\d)(?P<tailk>千)?(?![\d,.%年月日]))?"
_CN_NUMBER = rf"[{_CN_CHARS}]{{1,16}}(?:[点點][{''.join(_DIGIT)}]{{1,8}})?(?:[万萬亿億](?:[{_CN_CHARS}]{{1,16}})?){{0,3}}(?:半(?=[万萬]))?"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_COUNTED = rf"(?:{_TENS})[- ](?:{_ONES})|{_ONES}|ten|eleven|twelve|fifteen|{_TENS}"
_ENGLISH = rf"\b(?:(?:{_COUNTED}|a couple of|a few|several|an?)(?:\s+(?:{'|'.join(_WORD_SCALE)}))+|(?:{_COUNTED}))\b"
NUMBER = re.compile(
    rf"(?P<arabic>(?:(?<![A-Za-z\d])[-+])?{ARABIC}){_ARABIC_SCALE}{_TAIL}|(?P<cn>{_CN_NUMBER})|(?P<en>{_ENGLISH})", re.I
)


def chinese_number(text: str) -> Decimal | None:
    """Value of a Chinese numeral ("三十六万", "一千二百", "二〇二七", "三点五万"); None when it is not one."""
    total, section, digit, seen, last_big = Decimal(0), Decimal(0), Decimal(0), False, 1
    if len(text) > 1 and all(c in _DIGIT for c in text):
        return Decimal("".join(str(_DIGIT[c]) for c in text))
    if "点" in text or "點" in text:
        head, _, rest = text.replace("點", "点").partition("点")
        digits = "".join(str(_DIGIT[c]) for c in rest if c in _DIGIT)
        scale = next((Decimal(_BIG[c]) for c in rest if c in _BIG), Decimal(1))
        whole = chinese_number(head)
        return None if whole is None or not digits else (whole + Decimal(f"0.{digits}")) * scale
    for char in text:
        if char in _DIGIT:
            digit, seen = Decimal(_DIGIT[char]), True
        elif char in _UNIT:
            section += (digit if digit else Decimal(1)) * _UNIT[char]
            digit, seen, last_big = Decimal(0), True, _UNIT[char]
        elif char in _BIG:
            total += (section + digit if section + digit else Decimal(1)) * _BIG[char]
            section, digit, last_big, seen = Decimal(0), Decimal(0), _BIG[char], True
        elif char == "半" and seen:
            digit += Decimal("0.5")
        else:
            return None
    if digit and last_big >= 100 and len(text) > 1 and text[-2] in "百佰千仟万萬亿億":
        digit *= last_big // 10
    return total + section + digit if seen else None


def _english_number(text: str) -> Decimal | None:
    words = " ".join(text.lower().replace("-", " ").split())
    head = next((w for w in sorted(_WORD, key=len, reverse=True) if words == w or words.startswith(w + " ")), None)
    if head is None:
        return None
    value = Decimal(_WORD[head])
    for word in words[len(head) :].split():
        value = value * _WORD_SCALE[word] if word in _WORD_SCALE else value + _WORD[word]
    return value


def number_of(match: re.Match[str]) -> Decimal | None:
    """Value of a match of NUMBER."""
    if match["arabic"]:
        value = Decimal(match["arabic"].replace(",", ""))
        scale = (match["scale"] or "").lower()
        value *= _SCALE.get(scale, 1)
        if match["tail"]:
            value += Decimal(match["tail"]) * 1000
        return value
    return chinese_number(match["cn"]) if match["cn"] else _english_number(match["en"])


def find_numbers(text: str) -> list[Found[Decimal]]:
    """Every number in the text, in order."""
    found = []
    clean = plain(text)
    for match in NUMBER.finditer(clean):
        value = number_of(match)
        if value is not None and value.is_finite():
            found.append(Found(value, text[match.start() : match.end()], match.start(), match.end()))
    return found


_BARE_WORD = {"两", "兩", "千", "百", "十", "万", "零", "一"}


def parse_count(text: str | int | float) -> Found[int] | None:
    """The first count in the text ("1.2万", "3.5k followers", "2,400"); None when there is none or it is negative."""
    words = str(text)
    for item in find_numbers(words):
        if item.value < 0 or item.value > 10**12:
            return None
        return Found(int(item.value.to_integral_value()), item.text, item.start, item.end)
    return None


_PERCENT = re.compile(
    rf"(?P<n>[-+]?{ARABIC})\s*(?:%|percent\b|per cent\b|pct\b)|百分之(?P<cn>[{_CN_CHARS}\d.]{{1,12}}(?:点[{_CN_CHARS}]{{1,8}})?)"
    rf"|(?P<cheng>[{_CN_CHARS}\d]{{1,4}})成(?P<half>半)?(?![为為功本立交员員绩績])|\b(?P<word>half|a third|a quarter|two thirds|three quarters) of\b",
    re.I,
)
_FRACTION = {"half": 0.5, "a third": 1 / 3, "a quarter": 0.25, "two thirds": 2 / 3, "three quarters": 0.75}


def find_percents(text: str) -> list[Found[float]]:
    """Every percentage in the text, as a fraction: "60%", "六成", "百分之六十", "half of"."""
    found: list[Found[float]] = []
    for match in _PERCENT.finditer(plain(text)):
        value: float | None = None
        if match["n"]:
            value = float(match["n"].replace(",", "")) / 100
        elif match["word"]:
            value = _FRACTION[match["word"].lower()]
        else:
            words = match["cn"] or match["cheng"]
            parsed = Decimal(words) if re.fullmatch(r"\d+(\.\d+)?", words) else chinese_number(words)
            if parsed is not None:
                value = float(parsed) / 100 if match["cn"] else (float(parsed) + (0.5 if match["half"] else 0)) / 10
        if value is not None:
            found.append(Found(round(value, 6), text[match.start() : match.end()], match.start(), match.end()))
    return found


def parse_share(text: str | int | float) -> Found[float] | None:
    """A fraction from "60%", "六成", 0.6 or "0.6"; None when the text holds neither."""
    words = str(text)
    percents = find_percents(words)
    if percents:
        return percents[0]
    try:
        value = float(words)
    except ValueError:
        return None
    return Found(value, words, 0, len(words)) if 0 <= value <= 1 else None
