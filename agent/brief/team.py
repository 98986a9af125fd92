"""Reads who will do the work: one member or a team, with functions, hours a week and head count."""

from __future__ import annotations

import re

from agent.brief import cut, names
from agent.brief.items import SMALL, Item, known, words
from agent.brief.model import Member
from agent.brief.numbers import chinese_number, parse_count, plain
from agent.brief.values import find_hours

_COUNT = re.compile(
    r"(?:[×x*]\s*(\d{1,2}))|(\d{1,2}|[一二两兩三四五六七八九十])\s*(?:人|名|位|个人|個人)|\b(\d{1,2}|one|two|three|four|five|six)\s+(?=[a-z])",
    re.I,
)
ALONE = re.compile(
    r"(?:there's |it's |is )?(?:only|just) me\b|\bon my own\b|\bby myself\b|\bone-(?:person|man|woman)\b|solo founder|就我一个人|就我一個人|只有我一个|只有我一個|一个人做|一個人做|我自己做|一人公司",
    re.I,
)
ALONE_FUNCTIONS = ["strategist", "planner", "copy", "design", "video", "operator", "community", "approver"]


_DOES = re.compile(
    r"(?i)^(?:my|our)\s+|(?<=\w)\s+(?:(?:can|could|will)\s+[a-z]|(?:approves|writes|films|edits|answers|handles|signs|runs|manages|holds)\s).*$"
)
"""What is no part of a title: whose person it is, and what they do."""


def member(item: Item) -> Member | None:
    """ "half a designer", "运营小周，每周 30 小时，写文案" or {title, functions, hours, count}."""
    if isinstance(item, dict):
        if (
            len(item) == 1
            and names.subfield_of(str(next(iter(item))), ("title", "functions", "hours", "count")) is None
        ):
            key, value = next(iter(item.items()))
            return member(f"{key}，{words(value)}")
        fields, rest = known(item, ("title", "functions", "hours", "count"))
        title = words(fields.get("title"))
        if not title:
            return None
        told = " ".join([title, words(fields.get("functions")), *rest])
        written = words(fields.get("hours"))
        found = find_hours(written) or find_hours(told)
        number = parse_count(written)
        count = parse_count(words(fields.get("count"))) if fields.get("count") is not None else None
        return Member(
            title=title[:120], functions=_functions(told), hours=found[0].value if found else float(number.value) if number else None,
            count=max(1, min(count.value, 500)) if count else 1,
        )  # fmt: skip
    text = cut.bare(words(item))
    if not text:
        return None
    if ALONE.search(text):
        hours = find_hours(text)
        return Member(title=text[:120], functions=list(ALONE_FUNCTIONS), hours=hours[0].value if hours else None)
    hours = find_hours(text)
    head = cut.pieces(text)[0]
    named = [h for h in hours if h.text in head and not h.text.lower().startswith("half a ")]
    title = head[: head.index(named[0].text)] if named and head.index(named[0].text) > 1 else head
    title = re.sub(
        r"(?i)\s*\b(?:for|will give|gives|can give|can|has)\s*$|\s*(?:每周|每週|每天|约|約)\s*$|^(?:and |one |an? |the (?=[a-z])|[一两兩][个個位名])",
        "",
        re.sub(r"[（(].*?[）)]?$", "", title).strip(),
    )
    title = cut.bare(_DOES.sub("", title)) or cut.bare(title) or cut.bare(head)
    return Member(
        title=title[:120], functions=_functions(text), hours=hours[0].value if hours else None, count=_count(text)
    )


def _functions(text: str) -> list[str]:
    return names.functions_of(text)


def _count(text: str) -> int:
    match = _COUNT.search(re.sub(r"\d+(?:\.\d+)?\s*(?:小时|小時|hours?|h\b|days?|天|minutes?)", "", plain(text)))
    if not match:
        return 1
    word = next(g for g in match.groups() if g).lower()
    value = SMALL.get(word) or (int(word) if word.isdigit() else int(chinese_number(word) or 1))
    return max(1, min(value, 500))


_STARTS_MEMBER = re.compile(
    r"(?i)^(?:and\s+)?(?:one|two|three|half|an?|the|my|our|\d+|a part-time)\s+[a-z]|(?:^[一两兩半]\s*[个個位名]|设计|設計|文案|客服|兼职|兼職|助理|人$|人[，（(]|师|師|员$|員$|经理|經理|总监|總監|老板|老闆|运营|店长|店長|创始|主理|CEO|实习|實習|工讀|弟弟|妹妹|姐|哥|编导|主播|剪辑)|founder|owner|marketer|manager|intern|designer|editor|freelanc"
)
_TASK = re.compile(
    r"^(?:写|寫|做|回|剪|发|發|拍|定|审|審|负责|負責|每周|每週|兼|管|维护|也|writes?|films?|edits?|answers?|posts?|for|on camera|approves?)"
)


def members(item: Item) -> list[Member]:
    """A team from a list or from one phrase that names several people."""
    if isinstance(item, list):
        return (
            [m for entry in item for m in members(entry)]
            if all(isinstance(e, list) for e in item)
            else [m for m in map(member, item) if m]
        )
    if isinstance(item, dict):
        if names.subfield_of(str(next(iter(item), "")), ("title", "functions", "hours", "count")):
            one = member(item)
            return [one] if one else []
        return [
            m
            for m in (member({"title": k, **v} if isinstance(v, dict) else f"{k}，{words(v)}") for k, v in item.items())
            if m
        ]
    groups: list[str] = []
    text = re.sub(
        r"(?i)^\s*(?:the |our |my )?team\s+(?:is|has|consists of|includes)\s+|^\s*(?:我们的?|我們的?)?(?:团队|團隊)(?:一共)?(?:现?有|現有|是|包括|里有)\s*",
        "",
        words(item),
    )
    joiner = r"\s+and\s+(?=(?:one|two|half|an?|the|my|our|\d)\s)|[和与與](?=[一两兩半]\s*[个個位名])"
    for sentence in cut.pieces(text, ";；。\n", r"(?<=[a-z)])\.\s+"):
        for part in cut.pieces(sentence, ",，、", joiner):
            spent = find_hours(part)
            only_hours = bool(spent) and spent[0].start < 3 and not _functions(part)
            fresh = _STARTS_MEMBER.search(part) and not _TASK.match(part) and not only_hours
            if groups and not fresh:
                groups[-1] += f"，{part}"
            else:
                groups.append(part)
    return [m for m in map(member, groups) if m]
