"""What the brand once paid for and what came of it, read from its past results: "12 creators, ¥14,000, 310 orders"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.brief import names
from agent.brief.model import BrandBrief
from agent.brief.numbers import find_numbers, plain
from agent.brief.values import find_money, settle

Channel = Literal["creators", "paid"]
Result = Literal["sale", "lead", "followers"]

LEAST = 10
"""Fewer results than these say nothing about what one costs."""
_CHANNELS: tuple[tuple[Channel, re.Pattern[str]], ...] = (
    ("creators", re.compile(r"(?i)KOC|KOL|达人|達人|博主|网红|網紅|创作者|創作者|\bcreators?\b|\binfluencers?\b|\bbloggers?\b")),
    ("paid", re.compile(r"(?i)信息流|投流|投放|广告|廣告|薯条|聚光|千川|DOU\+|表单广告|表單廣告|\bads?\b|\badvert|\bpaid (?:social|media|posts?)|\bboost|\b(?:lead|instant)[- ]?(?:gen )?forms?\b|\bsponsored\b")),
)  # fmt: skip
_COUNTED: tuple[tuple[Result, re.Pattern[str]], ...] = (
    ("sale", re.compile(r"(?i)\s*(?:个|個|笔|筆)?\s*(?:单|單|笔|筆|订单|訂單|orders?\b|sales\b|bookings?\b|tickets?\b)")),
    ("lead", re.compile(r"(?i)\s*(?:条|條|个|個|位)?\s*(?:线索|線索|留资|询盘|詢盤|咨询|諮詢|(?:qualified |sales )?leads?\b|(?:demo|pilot|trial) requests?\b|demos?\b|enquir|inquir|sign-?ups?\b)")),
    ("followers", re.compile(r"(?i)\s*(?:个|個|位|名)?\s*(?:新增)?(?:粉丝|粉絲|关注|關注|(?:new )?followers?\b)")),
)  # fmt: skip
_FURTHER = re.compile(
    r"(?i)(?:^|[\s,;:，；、])([\d,]+)\s+of\s+(?:them|these|those|which|whom)\b|其中(?:有)?\s*([\d,]+)"
)
"""How many of the results went a step further: "6 of them became pilots"."""
_SPENT = re.compile(
    r"(?i)(?:花费了?|花費了?|花了?|投了|投入了?|费用|費用|预算|預算|\bspent|\bcost(?: us)?|\bpaid|\bfor)\s*(?:约|約|大约|大約|about|around|some)?\s*$"
)


@dataclass(frozen=True)
class Campaign:
    """One past result in figures."""

    place: int
    """Its place in the brief's `past_results`, from 0."""
    channel: Channel
    platform: str
    """Platform id; empty where the brief names none."""
    spent: float
    """Whole units of the budget's currency."""
    results: float
    kind: Result
    unit: str = ""
    """The word that the brief counts them in: "leads", "单"."""
    further: float = 0.0
    """How many of the results went a step further, where the brief says so; 0 where it does not."""


def campaigns(brief: BrandBrief) -> tuple[Campaign, ...]:
    """The past results that name a channel, one sum in the budget's currency and one count of results (at least `LEAST`). What names two
    platforms, two sums or two counts of a kind does not tell what one result costs, and is left out."""
    found = (_read(place, text, brief) for place, text in enumerate(brief.past_results))
    return tuple(one for group in found for one in group)


def _read(place: int, text: str, brief: BrandBrief) -> Iterator[Campaign]:
    said = plain(text)
    channels = [name for name, sign in _CHANNELS if sign.search(said)]
    platforms = list(dict.fromkeys(one.value for one in names.find_platforms(text)))
    spent, at = _spent(said, brief)
    if len(channels) != 1 or len(platforms) > 1 or not spent:
        return
    for kind, unit in _COUNTED:
        rows = [
            (one, mark) for one in find_numbers(said) if one.start not in at and (mark := unit.match(said, one.end))
        ]
        if len(rows) != 1 or float(rows[0][0].value) < LEAST:
            continue
        count, mark = rows[0]
        part = _FURTHER.search(said, mark.end())
        further = float((part[1] or part[2]).replace(",", "")) if part else 0.0
        yield Campaign(
            place, channels[0], platforms[0] if platforms else "", spent, float(count.value), kind,
            text[mark.start() : mark.end()].strip(), further if 0 < further < float(count.value) else 0.0,
        )  # fmt: skip


def _spent(text: str, brief: BrandBrief) -> tuple[float, frozenset[int]]:
    """The one sum that was paid, in the budget's currency, and where its digits begin; 0 when there is none or more than one."""
    sums = [one for one in find_money(text) if one.value.amount > 0 and not one.value.per]
    if not sums:
        sums = [
            one
            for one in find_money(text, bare=True)
            if one.value.amount > 0 and not one.value.per and _SPENT.search(text[: one.start])
        ]
    if len(sums) != 1:
        return 0.0, frozenset()
    paid = sums[0].value
    if paid.mark and settle(paid, brief.language, brief.markets) != brief.budget.currency:
        return 0.0, frozenset()
    return float(paid.amount), frozenset(range(sums[0].start, sums[0].end))
