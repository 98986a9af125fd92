"""Reads who will do the work: one member or a team, with functions, hours a week and head count."""

from __future__ import annotations

import re

from agent.brief import cut, names
from agent.brief.items import SMALL, Item, known, words
from agent.brief.model import Member
from agent.brief.numbers import chinese_number, parse_count, plain
from agent.brief.values import find_hours

_COUNT = re.compile(
    r"(?:[×x*]\s*(\d{1,2}))|^[\u3400-\u9fff]{2,8}\s*(\d{1,2})(?=$|[（(])|(\d{1,2}|[一二两兩三四五六七八九十])\s*(?:人|名|位|个人|個人|[个個](?=[\u3400-\u9fff]))|\b(\d{1,2}|one|two|three|four|five|six)\s+(?=[a-z])",
    re.I,
)
ALONE = re.compile(
    r"(?:there's |it's |is )?(?:only|just) me\b(?! and| plus|, and)|\bon my own\b|\bby myself\b|\bone-(?:person|man|woman)\b|solo founder|就我一个人|就我一個人|只有我一个|只有我一個|一个人做|一個人做|我自己做|一人公司",
    re.I,
)
ALONE_FUNCTIONS = ["strategist", "planner", "copy", "design", "video", "operator", "community", "approver"]


_DOES = re.compile(
    r"(?i)^(?:my|our)\s+|(?<=\w)\s+(?:(?:can|could|will)\s+[a-z]|(?:approves|writes|films|edits|answers|handles|signs|runs|manages|holds)\s).*$"
)
"""What is no part of a title: whose person it is, and what they do."""


_HALF = re.compile(r"(?<=[\u3400-\u9fff])\s*半([个個])$")
"""Half a post behind its title, as people say it; read as a title it sounds like half a person."""
_HEADS = re.compile(r"(?<=[\u3400-\u9fff])\s*(?:\d+|[一二两兩三四五六七八九十])\s*[人名位]$")
"""How many people bear a title, which is no part of it."""


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
        r"(?i)\s*\b(?:for|will give|gives|can give|can|has)\s*$|\s*(?:(?:大概|最多|能|可以|能抽|可以做|做|抽|花)?(?:每周|每週|每天|一周|一週)(?:大概|最多|能|可以|能抽|可以做|做|抽|花|合计)*|约|約|大概|最多)\s*$|(?:自己|是[^，]{2,8}出身).*$|^(?:and |one |an? |the (?=[a-z])|[一两兩][个個位名])",
        "",
        re.sub(r"[（(].*?[）)]?$", "", title).strip(),
    )
    title = cut.bare(_DOES.sub("", title)) or cut.bare(title) or cut.bare(head)
    title = re.sub(r"(?i)\s+(?:who|that|which|on the|for this)\b.*$|(?<=[\u3400-\u9fff])\s*\d+$", "", title) or title
    if _READERS.search(title) and not hours:
        return None
    title = _HALF.sub(lambda hit: "（半職）" if hit[1] == "個" else "（半职）", title)
    title = _HEADS.sub("", title) or title
    title = _PRONOUN.sub("负责内容的同事", title)
    if _ONESELF.fullmatch(title):
        title = "本人" if title[:1] > "\u2e80" else "the owner"
    return Member(
        title=title[:120], functions=_functions(text), hours=hours[0].value if hours else None, count=_count(text)
    )


def _functions(text: str) -> list[str]:
    return names.functions_of(text)


def _count(text: str) -> int:
    match = _COUNT.search(
        re.sub(
            r"(?:\d+(?:\.\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)|[一二两兩三四五六七八九十]+个?)\s*(?:小时|小時|hours?|h\b|days?|天|minutes?)",
            "",
            plain(text),
        )
    )
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


_PERSON = re.compile(
    r"(?:and\s+)?(?:[A-Z][a-z]+ (?:on|who|in|at|can|will|does)\b|I(?:[’']ll|[’']d| can| do| will)\b|[Mm]e\b|我(?:们|們)?(?:自己)?$|[\u3400-\u9fff]{2,5}(?:每|可以|能|会|會|负责|負責))"
)
_GOES_ON = re.compile(r"(?:但|不过|也|又|还能|而且|可以|能|自己|没时间|沒時間|就是)")
"""How a clause begins that says more of the person before."""


def _untogether(sentence: str) -> str:
    """A sentence about people without the clause that gives their hours all together: that is nobody's own."""
    parts = cut.pieces(sentence, ",，")
    kept = [part for part in parts if not (_TOGETHER.search(part) and find_hours(part))]
    return "，".join(kept) if len(kept) < len(parts) else sentence


_ONESELF = re.compile(r"(?i)(?:just )?me|I|I[’']ll\b.*|I\s.*|我(?:自己)?|就我|本人自己")
"""A title that is no title but the writer."""
_READERS = re.compile(r"\d[\d,]*\s*[万萬]?\s*(?:个|個|位)?(?:读者|讀者|粉丝|粉絲|好友|关注|關注)")
"""A sentence about an account's followers, who are nobody of the team."""
_PRONOUN = re.compile(r"^[她他].*")
_APPOSED = re.compile(r"\b([A-Z][a-z]+), (?:who is )?(?:our|my|the|one of the) ([a-z][^,]{2,30}),")
"""A name with who that is between commas: "Anita, our practice manager, has …"."""
_NOT_IN = re.compile(
    r"^(?:so|call it|say|that[’']s|就这些人|一共)\b.{0,14}$|不参与|不參與|不算我|不参加|没时间做|(?i:\bnot involved\b|\bdon[’']t count\b)"
)


CREW = re.compile(
    r"(?:能干活|能做事|会动手|會動手|动手|動手)的人?(?:就|只有)?(?:是|有)|^.{0,8}?[一共]共?[一二两兩三四五六七八九十\d]+(?:个|個)?人[：:]|(?i:^(?:on our side|in-house|running this)[^,:]{0,24}?\b(?:have|is|are|be)\s)|(?:人手|人力)(?:方面|上)?(?:就|只有|是|有|：|:)*|(?:负责|負責|执行|執行|干活|做这件事|做内容)的人?(?:就|只有|是|有)+|^(?:团队|團隊)(?:就|只有|是|有)+|(?i:^(?:the team is|it[’']s (?=me\b|just me and\b)|(?=just me and\b)|we have (?=one |two |a (?:part|full)-time )))"
)
"""How a sentence begins that tells who does the work."""
_TOGETHER = re.compile(r"加起来|加起來|合计|合計|一共|总共|總共|between us|in total|all together|combined")


def _shared(text: str, found: list[Member]) -> list[Member]:
    """Hours that a sentence gives for all together, in equal parts."""
    hours = find_hours(text)
    if len(found) < 2 or not _TOGETHER.search(text) or len(hours) != 1:
        return found
    heads = sum(one.count for one in found)
    for one in found:
        one.hours = round(hours[0].value / heads, 2)
    return found


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
    joiner = r"\s+(?:and|plus)\s+(?=(?:one|two|half|an?|the|my|our|\d)\s|(?-i:[A-Z])[a-z]+\b|I[’']?)|[和与與跟](?=[一两兩半]\s*[个個位名])|(?<=[我们們本人])[和与與跟]"
    text = re.sub(r"\b([A-Z][a-z]+), who [^,]{3,40},", r"\1", _APPOSED.sub(r"\1 (\2)", text))
    for sentence in cut.pieces(text, ";；。\n", r"(?<=[a-z)])\.\s+"):
        for part in cut.pieces(_untogether(sentence), ",，、", joiner):
            spent = find_hours(part)
            only_hours = bool(spent) and spent[0].start < 3 and not _functions(part)
            busy = bool(spent) and bool(groups) and bool(find_hours(groups[-1])) and not only_hours
            named = _PERSON.match(part) is not None
            opens = (_STARTS_MEMBER.search(part) is not None or named) and not _TASK.match(part) and not only_hours
            fresh = busy or (opens and not (groups and _GOES_ON.match(part)))
            if groups and not fresh:
                groups[-1] += f"，{part}"
            else:
                groups.append(part)
    taking_part = [group for group in groups if not _NOT_IN.search(group)]
    return _shared(words(item), [m for m in map(member, taking_part) if m])
