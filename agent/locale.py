"""Words of the house in the plan's language: labels, numbers, dates, money; Taiwan wording from the mainland's."""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.resources import prompts_dir

CURRENCY_SIGNS = {"CNY": "¥", "USD": "$", "GBP": "£", "EUR": "€", "TWD": "NT$", "HKD": "HK$", "SGD": "S$", "JPY": "JP¥"}


@functools.cache
def _read(name: str) -> Any:
    from agent.data import read_yaml

    return read_yaml(prompts_dir() / name)


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2twp")


@functools.cache
def _glossary() -> tuple[re.Pattern[str], dict[str, str]]:
    """Mainland-derived wording in traditional characters → Taiwan wording, and the pattern that finds it, longest first."""
    pairs: dict[str, str] = _read("locales/zh-TW.glossary.yaml")
    return re.compile("|".join(re.escape(word) for word in sorted(pairs, key=len, reverse=True))), pairs


@functools.lru_cache(maxsize=20000)
def to_taiwan(text: str) -> str:
    """Mainland Chinese → Taiwan usage: OpenCC s2twp, then the house's glossary, once from left to right."""
    found, pairs = _glossary()
    return found.sub(lambda match: pairs[match[0]], str(_converter().convert(text)))


@functools.cache
def _letters() -> Any:
    import opencc

    return opencc.OpenCC("s2tw")


def in_script(name: str, language: str) -> str:
    """A Chinese name or title in the characters of `language`, its words left as they are; 台 as Taiwan's papers print it."""
    return str(_letters().convert(name)).replace("臺", "台") if language == "zh-TW" else name


_SIGNS = {"，": ", ", "；": "; ", "：": ": ", "、": ", "}
_HAN = re.compile(r"[\u3400-\u9fff]")
_FIELD = re.compile(r"\b[a-z]+(?:_[a-z]+)+(?=: )")


def latin(words: str) -> str:
    """Words of a brief for a reader of English: Latin text that was joined with Chinese signs has Latin ones, "engagement_rate: 2" is read
    "engagement rate: 2".
    """
    if _HAN.search(words):
        return words
    told = re.sub(r"\s*([，；：、])\s*", lambda sign: _SIGNS[sign[1]], words).strip()
    return _FIELD.sub(lambda name: name[0].replace("_", " "), told)


def localise(text: str, language: str) -> str:
    """Text written for zh-CN in the wording of `language` (zh-TW converts, everything else passes)."""
    return to_taiwan(text) if language == "zh-TW" and text else text


def base_language(language: str) -> str:
    """The language whose data files serve `language`: "zh-CN" or "en"."""
    return "zh-CN" if language.startswith("zh") else "en"


@functools.cache
def _labels(language: str) -> dict[str, str]:
    """Flat label table, "section.key" → text, from all locales/*.LANGUAGE.yaml. A key stands in one file only (a test holds it)."""
    flat: dict[str, str] = {}

    def walk(prefix: str, node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(f"{prefix}.{key}" if prefix else str(key), value)
        else:
            flat[prefix] = localise(str(node), language)

    for path in sorted((prompts_dir() / "locales").glob(f"*.{base_language(language)}.yaml")):
        walk("", _read(f"locales/{path.name}"))
    return flat


def t(language: str, key: str, **values: object) -> str:
    """The label `key` in `language`, with {placeholders} filled. Raises KeyError for an unknown key."""
    text = _labels(language)[key]
    return text.format(**values) if values else text


def pairs_of_labels() -> list[tuple[str, str]]:
    """Every label in Chinese and English."""
    chinese, english = _labels("zh-CN"), _labels("en")
    return [(text, english[key]) for key, text in chinese.items() if key in english]


def has(language: str, key: str) -> bool:
    """Whether the label exists."""
    return key in _labels(language)


def comma(language: str) -> str:
    """What stands between the members of a list: "、" or ", "."""
    return "、" if language.startswith("zh") else ", "


def half_up(value: float, digits: int = 0) -> Decimal:
    """A number rounded as spreadsheets do it: 6.35 → 6.4. A sum's dust of the machine is blown off first."""
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return rounded + 0


@functools.lru_cache(maxsize=4096)
def number(value: float, digits: int = 0) -> str:
    """1234567.0 → "1,234,567"; digits after the point as asked."""
    return f"{half_up(value, digits):,f}"


class Count(int):
    """A whole number for labels: "{n}" prints it, "{n:# post|# posts}" chooses the wording for one or for more."""

    def __format__(self, spec: str) -> str:
        one, bar, more = (spec or "#").partition("|")
        return (one if self == 1 or not bar else more).replace("#", number(int(self)))


def plain(value: float, digits: int) -> str:
    """The same without noughts at the end: "2.5", not "2.50"."""
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def compact(value: float) -> str:
    """A count for prose: below ten one decimal where it matters, from 10,000 on three figures."""
    return (
        number(value, 1 if abs(value) < 10 and value != int(value) else 0)
        if abs(value) < 1000
        else number(three(value))
    )


def three(value: float) -> float:
    """A number from 10,000 on with three figures, as an estimate is told; a smaller one stays as tables and sheets have it."""
    if abs(value) < 10_000:
        return value
    magnitude = 10 ** max(0, len(str(int(abs(value)))) - 3)
    return float(round(value / magnitude) * magnitude)


def percent(fraction: float, digits: int = 1) -> str:
    """0.0325 → "3.3%"; drops a trailing ".0"."""
    text = number(fraction * 100, digits).replace(",", "")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def rate(fraction: float) -> str:
    """A rate for readers: "0.78%", "1.16%", "3.1%"; the second decimal counts below two per cent."""
    return percent(fraction, 2 if abs(fraction) < 0.02 else 1)


def money(cents: int, currency: str) -> str:
    """36000000, "CNY" → "¥360,000"; cents shown only when there are any."""
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    whole, rest = divmod(abs(cents), 100)
    text = f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")
    return f"-{text}" if cents < 0 else text


def money_value(value: float, currency: str) -> str:
    """A sum in whole units → "¥1,234" or "¥1.25" below ten; what would read as nought keeps four decimals: "¥0.0028"."""
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    if 0 < abs(value) < 0.005:
        return sign + plain(value, 4)
    return sign + number(value, 2 if abs(value) < 10 and value != int(value) else 0)


def weeks(start: dt.date, end: dt.date) -> int:
    """Length of a period in weeks, both days counted, to the nearest: 1 March to 31 May is 13. At least 1."""
    return max(1, round(((end - start).days + 1) / 7))


def spread(words: str) -> int:
    """Letters of a text; a Chinese character counts as two."""
    return len(words) if words.isascii() else len(words) + len(_WIDE.findall(words))


_WIDE = re.compile("[\u2e80-\U0010ffff]")


def days(first: dt.date, last: dt.date | None, language: str) -> str:
    """A day or a span of days for prose: "6月1日至6月18日", "1 Jun to 18 Jun"; the one day where there is no later last one."""
    if last is None or last <= first:
        return day(first, language)
    return f"{day(first, language)}{'至' if language.startswith('zh') else ' to '}{day(last, language)}"


def day(date: dt.date, language: str, *, weekday: bool = False, year: bool = False) -> str:
    """A date for prose: "3月8日（周一）" or "Mon 8 Mar"; `year` adds the year."""
    if language.startswith("zh"):
        text = f"{date.year}年{date.month}月{date.day}日" if year else f"{date.month}月{date.day}日"
        names = "週一週二週三週四週五週六週日" if language == "zh-TW" else "周一周二周三周四周五周六周日"
        return text + (f"（{names[date.weekday() * 2 : date.weekday() * 2 + 2]}）" if weekday else "")
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    text = f"{date.day} {months[date.month - 1]}" + (f" {date.year}" if year else "")
    return f"{'Mon Tue Wed Thu Fri Sat Sun'.split()[date.weekday()]} {text}" if weekday else text
