"""Reads one sentence of free text: what it is about is told by its cues, and it may be about several things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.brief import cut, goals, items, money, names, rules, team
from agent.brief.dates import find_days
from agent.brief.model import Member
from agent.brief.numbers import NUMBER, plain
from agent.brief.periods import find_durations, parse_period
from agent.brief.values import find_hours, find_money

if TYPE_CHECKING:
    from agent.brief.builder import Builder, Polarity

_FROM_TO = re.compile(r"->|→|从.{1,30}(?:到|至)|由.{1,30}(?:到|至)|從.{1,30}(?:到|至)|\bfrom\b.{1,40}\bto\b", re.I)
_CAMPAIGN = re.compile(
    r"(?i)\bplan\b|campaign|period|run(?:s|ning)? (?:from|until)|from .+ (?:to|until)|until|spring|summer|over the next|for the next|周期|周期|期间|期間|执行|開始|开始|起|为期|為期|持续|持續|做到|上半年|下半年|季度"
)
_WITH_SUM = re.compile(r"(?i)\bwith (?:about |around |roughly |only |just |a )*[£$€¥]\s?\d")
_AGE_OF = re.compile(
    r"(?i)开店|開店|成立|已经|已經|经营|經營|做了|开了|開了|創立|创立|for the (?:past|last)|\bbeen\b|since|\bago\b|founded"
)
_GREETING = re.compile(
    r"(?i)^(?:hi|hello|dear|hey|thanks|thank you|regards|best(?: wishes)?|cheers|kind regards|你好|您好|谢谢|謝謝|祝好|此致)\b.{0,30}$|^(?-i:[A-Z][a-z]{1,12}(?:\s[A-Z][a-z]{1,14})?)$"
)


def read_sentence(build: Builder, sentence: str, place: str, *, asked: bool = False) -> bool:
    """Adds what the sentence says to the brief; returns whether anything was taken.

    `asked` marks a sentence that describes the task itself, where a platform at the head is one that is wanted.
    """
    text = cut.bare(sentence)
    if not text or (_GREETING.match(text) and not names.find_platforms(text) and not names.find_misspelt(text)):
        return True
    if names.cue("embargo", text) and find_days(text, build.context.as_of):
        build.apply("embargoes", text, place)
        return True
    if names.cue("never", text) and not find_money(text):
        return _never(build, text, place)
    if names.cue("must", text):
        said = cut.quotes(text)
        build.apply("must_say", said or text, place)
        return True
    done = _money(build, text, place, asked)
    done |= _period(build, text, place, asked)
    done |= _platforms(build, text, place, asked)
    done |= _people(build, text, place)
    done |= _own_or_rival(build, text, place)
    done |= _goal(build, text, place)
    done |= _rest(build, text, place, done)
    return done


def _never(build: Builder, text: str, place: str) -> bool:
    quoted = cut.quotes(text)
    words = quoted or [text.rstrip(".")]
    second = re.search(r"(?i)\bor call (?:me|us) (\w+)", text)
    if second:
        words.append(second[1])
    build.apply("never_say", words, place)
    return True


def _money(build: Builder, text: str, place: str, asked: bool) -> bool:
    """Budget sentences: cued ("budget", "to spend"), or a cap, a floor or a fixed sum."""
    regular = (
        any(m.value.per in ("month", "week") for m in find_money(text))
        and not names.cue("product_price", text)
        and not team.ALONE.search(text)
    )
    cued = names.cue("budget", text) is not None or (asked and regular) or _WITH_SUM.search(text) is not None
    strings = (rules.CAP.search(text) or rules.FLOOR.search(text) or rules.is_fixed(text)) and (
        find_money(text) or "%" in text or "成" in text
    )
    zero = next((m for m in find_money(text) if m.value.amount == 0), None)
    if zero and re.search(r"(?i)budget|money|预算|預算|不花钱|不花錢", zero.text):
        money.total(build, zero.value, zero.text, place)
        return True
    if not cued and not strings:
        return False
    if cued and _sells(text) and not strings:
        return False
    return money.sentence_budget(build, text, place, labelled=False)


def _sells(text: str) -> bool:
    return names.cue("product_price", text) is not None and not re.search(r"(?i)budget|预算|預算", text)


def _period(build: Builder, text: str, place: str, asked: bool) -> bool:
    period = build.brief.period
    if period.start and period.end:
        return False
    if not (asked or _CAMPAIGN.search(text)):
        return False
    found = parse_period(text, build.context.as_of)
    if not found or (
        not asked
        and found.value.days
        and not find_days(text, build.context.as_of)
        and not re.search(r"(?i)over|for the next|为期|為期|周期|计划|計劃|plan", text)
    ):
        return False
    value = found.value
    if value.days and (value.days > 750 or _AGE_OF.search(text)):
        return False
    long = value.end is not None and value.start is not None and (value.end - value.start).days >= 6
    starts = (
        value.start is not None and value.end is None and re.search(r"(?i)开始|開始|起|start|from|begin|kick", text)
    )
    past = value.end is not None and value.end < build.context.as_of
    if past or not (long or starts or value.days or (asked and value.end)):
        return False
    build.apply("period", text, place)
    return True


def _platforms(build: Builder, text: str, place: str, asked: bool) -> bool:
    from agent.brief.builder import speaks_of

    done = False
    if names.cue("account", text) and not re.search(r"(?i)\bopen to\b|don't want|do not want|不做|不想", text):
        found = speaks_of(text, None)
        return bool([build.add_platform(key, way, text, place) for key, way in found if way == "avoid"])
    heads = names.find_platforms(text)
    default: Polarity | None = "must" if asked and heads and heads[0].start < 6 else None
    done = build.platforms(text, place, default=default)
    for other in names.find_dead(text):
        build.written_platforms.append(("must", names.PlatformName(other.text, dead=other.value)))
        done = True
    for guess in names.find_misspelt(text):
        build.written_platforms.append(("may", names.PlatformName(guess.text, guess.value, suggested=True)))
        done = True
    return done


def _people(build: Builder, text: str, place: str) -> bool:
    hours = find_hours(text)
    alone = team.ALONE.search(text)
    if alone:
        if not any(m.functions == team.ALONE_FUNCTIONS for m in build.brief.team):
            hours_told = hours[0].value if hours else None
            build.extend(
                "team",
                [Member(title=_self_title(build, text), functions=list(team.ALONE_FUNCTIONS), hours=hours_told)],
                text,
                place,
            )
        elif hours:
            build.brief.team[0].hours = build.brief.team[0].hours or hours[0].value
        return True
    if not hours or not re.search(r"(?i)week|month|每[周週天月]|/周|全职|全職|full|part|half", text):
        return False
    own = re.search(r"(?i)\bI(?:'ve| have| can|'d)\b|^我|\bmy (?:own )?(?:evenings|time)", text)
    if own and not re.search(r"(?i)partner|designer|assistant|colleague|editor", text):
        lone = next((m for m in build.brief.team if m.functions == team.ALONE_FUNCTIONS), None)
        if lone:
            lone.hours = lone.hours or hours[0].value
        else:
            build.extend(
                "team",
                [Member(title=_self_title(build, text), functions=list(team.ALONE_FUNCTIONS), hours=hours[0].value)],
                text,
                place,
            )
        return True
    build.apply("team", text, place)
    return True


_OWN_NAME = re.compile(r"\b(?:I'm|I’m|I am|[Mm]y name is|[Mm]y name's) ([A-Z][a-z]+)(?= [A-Z][a-z]+\b| and I\b|,)")


def _self_title(build: Builder, text: str) -> str:
    """The first name that the writer of an English brief gives ("I'm Nell Ashdown and I run"), else a word for them."""
    if build.context.language != "en":
        return "本人"
    named = _OWN_NAME.search(text)
    return named[1] if named else "the owner"


_SUBJECT = re.compile(
    r"(?:^|[,，.。]\s*)((?:The |A )?[A-Z][\w'&]*(?:\s+[A-Z][\w'&]*){0,4}),?\s+(?:has|have|posts?|runs?|are|is)\b"
)


def _own_or_rival(build: Builder, text: str, place: str) -> bool:
    rival = names.cue("competitor", text)
    platforms = names.find_platforms(text)
    count = items.followers(text)
    if rival:
        subject = _SUBJECT.search(text)
        if subject and subject[1] not in ("I", "We", "They"):
            rest = text[subject.end(1) :].strip(" ,")
            build.apply("competitors", {"name": subject[1], "facts": cut.pieces(rest, ",，", r"\s+and\s+")}, place)
        else:
            trimmed = re.sub(
                r"(?i)^.*?(?:competitors?(?: are| is| include)?|rivals?(?: are| include)?|竞品|競品|竞争对手|競爭對手|对手|對手|同行)(?:主要)?(?:是|有|包括|为|為|：|:)?\s*",
                "",
                text,
            )
            build.apply("competitors", trimmed or text, place)
        return True
    if platforms and count is not None and names.cue("account", text) and not _changes(build, text):
        if names.cue("goal", text) and not names.cue("own", text):
            return False
        build.apply("accounts", text, place)
        return True
    return False


def _goal(build: Builder, text: str, place: str) -> bool:
    numbers = NUMBER.search(plain(text)) is not None
    change = numbers and _changes(build, text)
    wants = names.cue("goal", text) and names.first_of("goal_kinds", text)
    if not (change or wants) or find_hours(text) or names.cue("budget", text):
        return False
    if not change and re.search(r"(?i)\bwould like to know|want to be on\b", text):
        return False
    build.apply("objectives", _goals_in(_from_the_wish(text)), place)
    return True


def _goals_in(text: str) -> list[str]:
    """The goals of a sentence: its parts, when two or more of them name a figure and what it counts."""
    parts = cut.pieces(text, ",，;；", r"\s+and\s+|并且?|同时")
    counted = [p for p in parts if NUMBER.search(plain(p)) and (names.first_of("goal_kinds", p) or _FROM_TO.search(p))]
    whole = [p for p in counted if goals.is_counted(p)]
    return whole if len(whole) > 1 else [text]


def _from_the_wish(text: str) -> str:
    """A Chinese sentence from the clause where the wish begins; what stands before tells who speaks."""
    if text.isascii():
        return text
    clauses = cut.pieces(text, "，；")
    first = next((i for i, c in enumerate(clauses) if names.cue("goal", c)), 0)
    return "，".join(clauses[first:])


def goes_on(build: Builder, text: str, place: str) -> bool:
    """Whether the sentence gives the numbers of the goal before it; if so, that goal is read again with them."""
    goal = build.brief.objectives[-1] if build.brief.objectives else None
    if (
        goal is None
        or goal.target is not None
        or not NUMBER.search(plain(text))
        or not names.first_of("goal_kinds", text)
    ):
        return False
    again = goals.objective(f"{goal.text}. {text}", build.context)
    if again is None or again.target is None:
        return False
    build.brief.objectives[-1] = again
    return True


def _changes(build: Builder, text: str) -> bool:
    """Whether "from … to …" in the text joins two numbers rather than two dates."""
    rest = cut.without(plain(text), [(d.start, d.end) for d in find_days(text, build.context.as_of)])
    match = _FROM_TO.search(rest)
    return match is not None and len(NUMBER.findall(rest[match.start() : match.end() + 12])) >= 2


def _rest(build: Builder, text: str, place: str, done: bool) -> bool:
    """What is left: audience, proof, past results, strategy, key dates, prices, and what the brand is."""
    if names.cue("audience", text):
        trimmed = re.sub(
            r"(?i)^.*?(?:customers are|audience is|buyers are|aimed at|we sell to|目标人群是?|目标用户是?|目標客群是?|受众是?|客群是?|面向)\s*[:：]?\s*",
            "",
            text,
        )
        build.apply("audience", trimmed, place)
        return True
    if names.cue("strategy", text) and not build.brief.strategy:
        build.apply("strategy", text, place)
        return True
    if names.cue("past", text) and NUMBER.search(plain(text)) and not done:
        build.apply("past_results", [text], place)
        return True
    if names.cue("proof", text) and not done:
        build.apply("proof", [text], place)
        return True
    if _priced(build, text, place):
        return True
    days = [
        d
        for d in find_days(text, build.context.as_of)
        if d.value.precision in ("day", "days") and d.value.start >= build.context.as_of
    ]
    if days and not done and not find_durations(text):
        build.apply("key_dates", text, place)
        return True
    return False


_ZH_PRICED = re.compile(r"([\u3400-\u9fffA-Za-z0-9]{2,24})[（(](\d[\d.,]*\s*元[^）)]{0,10})[）)]")
_PRICED = re.compile(r"(?i)(?:\bI |\bwe )?(?:teach|sell|offer|make)s?\s+(?:an?\s+)?(.{3,80}?),?\s*$")


def _priced(build: Builder, text: str, place: str) -> bool:
    inside = _ZH_PRICED.search(text)
    if inside and find_money(inside[2]):
        name = re.sub(r"^.*?(?:推出?新品|主推|推出|新品|推广|推|卖|做)", "", inside[1])
        build.apply("products", [{"name": name or inside[1], "price": inside[2]}], place)
        return True
    sums = find_money(text)
    if not sums or names.cue("budget", text) or not names.cue("product_price", text + " " + sums[0].text):
        return False
    before = text[: sums[0].start].rstrip(" ,，:：")
    match = _PRICED.search(re.split(r",\s+and\s+|;\s*|。", before)[-1].removeprefix("and "))
    name = match[1] if match else re.split(r"[,，。;；]", before)[-1]
    name = re.sub(r"(?:售价|定价|卖|只要|priced at|sells for|costs?)\s*$", "", cut.bare(name)).strip()
    if not name:
        return False
    build.apply("products", [{"name": name, "price": text[sums[0].start :].split(".")[0].strip(" ,，。")[:60]}], place)
    return True
