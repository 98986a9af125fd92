"""Reads one sentence of free text: what it is about is told by its cues, and it may be about several things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.brief import cut, goals, items, money, names, offered, rules, team
from agent.brief.dates import find_days
from agent.brief.model import Member
from agent.brief.numbers import NUMBER, plain
from agent.brief.periods import find_durations, parse_period
from agent.brief.values import find_hours, find_money

if TYPE_CHECKING:
    from agent.brief.builder import Builder, Polarity
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
    if (names.cue("never", text) or _unsaid(text)) and not find_money(text):
        return _never(build, text, place)
    if names.cue("must", text):
        said = cut.quotes(text)
        build.apply("must_say", said or text, place)
        return True
    done = offered.products(build, text, place)
    done |= _money(build, text, place, asked)
    done |= _period(build, text, place, asked)
    done |= _platforms(build, text, place, asked)
    done |= _people(build, text, place)
    done |= _own_or_rival(build, text, place)
    done |= _goal(build, text, place)
    done |= _rest(build, text, place, done)
    return done


_NOT = re.compile(
    r"不|别|勿|禁|避免|一概|(?i:\bleave out\b|\bhate\b|\bnever\b|\b(?:do|ca|wo|must|should)n[’']t\b|\bcan ?not\b|\bmust not\b|\bnot\b|\bno\b|\bavoid\b|\bwon[’']t\b|\boff the table\b|\bsteer clear\b)"
)
_SAY = re.compile(
    r"写|寫|说|說|用|出现|出現|提|称|稱|叫|字眼|字|词|詞|碰|讲|安|(?i:\bleave out\b|\bhate\b|\badvertis|\bcopy\b|\bphrase|\bwrite|\bsay|\bcall|\bdescrib|\buse|\bword|\bappear|\bmention|\bclaim|\boff the table)"
)


def _unsaid(text: str) -> bool:
    """Whether a sentence forbids the words that it quotes."""
    return bool(cut.quotes(text)) and _NOT.search(text) is not None and _SAY.search(text) is not None


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
    sums = find_money(text)
    zero = next((m for m in sums if m.value.amount == 0), None) if all(m.value.amount == 0 for m in sums) else None
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


_OTHERS = re.compile(r"另外有?|另有|还有|還有|外加|\bplus\b")


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
        others = _OTHERS.search(text)
        if others and find_hours(text[others.end() :]):
            build.apply("team", text[others.end() :], place)
        return True
    crew = team.CREW.search(text)
    if crew:
        build.apply("team", text[crew.end() :], place)
        return True
    if not hours or not re.search(r"(?i)week|month|[每一][周週天月]|/周|全职|全職|full|part|half", text):
        return False
    own = re.search(r"(?i)\bI(?:'ve| have| can|'d)\b|^我(?!们|們|和|跟|司)|\bmy (?:own )?(?:evenings|time)", text)
    if (
        own
        and (len(hours) < 2 or find_money(text))
        and not re.search(r"(?i)partner|designer|assistant|colleague|editor|(?-i:\band [A-Z][a-z]+\b)", text)
    ):
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
    near = _neighbours(text)
    if near and not (rival and re.search(r"竞品|競品|对手|對手|(?i:competitor|rival)", text)):
        build.apply("competitors", near, place)
        return True
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
        if names.cue("goal", _WHIM.sub("", text)) and not names.cue("own", text):
            return False
        build.apply("accounts", text, place)
        return True
    return False


_NEAR = re.compile(
    r"(?:隔壁|旁边|旁邊|附近|对面|對面|楼下|同一条街|边上|周边|周邊)[^，。；]{0,6}?(?:有|新开|新開|开|開)(?:了|着)?(?:[一两兩几幾]?(?:家|间|間|个|個))?([^，。；]{2,16})"
)
_NEAR_QUOTED = re.compile(
    r"(?:隔壁|旁边|旁邊|附近|对面|對面|楼下|同一条街|边上|周边|周邊)[^，。；“「\"]{0,6}[“「\"]([^”」\"]{1,16})[”」\"]"
)
"""The shop next door by its name in quotes: 旁边的“拾页”有 1.8 万粉."""
_BUSY = re.compile(r"((?:[\u3400-\u9fffA-Za-z·]{2,10}[、和])+[\u3400-\u9fffA-Za-z·]{2,10}?)(?:也?都|这些|等)")
_BESIDE = re.compile(
    r"拿(?:我们|我們|我)(?:家)?[和跟与與同](.{2,40}?)(?:来|來|做|相)?(?:比|对比|比较|比較)|拿来比的(?:主要)?(?:是|有)([^。；]{2,40})|(?:把我们[和跟与同])(.{2,40}?)放在一起比|(?:比价|比價)(?:时|時)?会?會?提到([^。；，]{2,30})|(?:经常|经常会|常常?)(?:同时)?(?:询|問|问|提到)([^。；，经]{2,24}[和与、跟][^。；，]{2,12})|周边比较强的是([^。；，]{2,30})|跟谁抢[：:]([^。；]{2,30})|(?:对标|對標)(?:的(?:是|有))?([^。；，]{2,40})|([\u3400-\u9fffA-Za-z]{2,10}[和与][\u3400-\u9fffA-Za-z]{2,10}?)(?:就|都)?(?:在|开在)(?:同一条街|附近|对面|隔壁)|(?:同業|同业)的?(?:话|話)?[，,]?([^，。；離离]{2,12})(?=[離离])"
)
_CAPITALS = re.compile(
    r"(?<![.!?]\s)(?<!^)\b(?:The\s)?[A-Z][\w’'-]*(?:\s(?:&\s)?[A-Z][\w’'-]*)*|^(?:The\s)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]*)*(?=\s(?:and|is|are|has|have|opened)\b)"
)
_STREET = re.compile(r"(?i)\b(?:street|road|lane|avenue|square|park|market)$")


def _neighbours(text: str) -> list[dict[str, str]]:
    """Competitors that a sentence tells of without calling them so: the shop next door, "A、B都在做", "PureGym … within a mile"."""
    if named := _NEAR_QUOTED.search(text):
        return [{"name": named[1], "facts": cut.bare(text[named.end() :])}]
    near = _NEAR.search(text)
    if near:
        quoted = cut.quotes(near[1])
        name = quoted[0] if quoted else near[1]
        return [{"name": cut.bare(name), "facts": cut.bare(text[near.end() :])}]
    beside = _BESIDE.search(text)
    if beside:
        listed = next(group for group in beside.groups() if group)
        return [
            {"name": cut.bare(one)} for one in re.split("[、，,和与跟]|以及", listed) if 1 < len(cut.bare(one)) < 16
        ]
    busy = _BUSY.search(text) if re.search(r"竞争|競爭|同行|内容|內容", text) else None
    if busy:
        return [{"name": cut.bare(one)} for one in re.split("[、和]", busy[1]) if cut.bare(one)]
    if not re.search(r"[\u3400-\u9fff]", text) and names.cue("threat", text):
        found = [m[0].strip() for m in _CAPITALS.finditer(text)]
        return [
            {"name": name}
            for name in found
            if not _STREET.search(name)
            and name not in ("I", "We", "The", "It", "They")
            and not names.find_platforms(name)
        ]
    return []


_WHIM = re.compile(r"想到(?:哪|什么|什麼|啥)[^，。；,;]{0,6}|想起来[了才就]?[^，。；,;]{0,4}发")
"""Posts that come as they come to mind: no wish."""


def _goal(build: Builder, text: str, place: str) -> bool:
    numbers = NUMBER.search(plain(text)) is not None
    change = numbers and (_changes(build, text) or _wished(text))
    wants = names.cue("goal", _WHIM.sub("", text)) and names.first_of("goal_kinds", text)
    if not change and _ASKING.search(text):
        return False
    if not (change or wants) or find_hours(text) or names.cue("budget", text):
        return False
    if not change and re.search(r"(?i)\bwould like to know|want to be on\b", text):
        return False
    build.apply("objectives", _goals_in(_from_the_wish(text)), place)
    return True


def _goals_in(text: str) -> list[str]:
    """The goals of a sentence: its parts, when two or more of them name a figure and what it counts."""
    apart = cut.pieces(text, ";；")
    aims = _with_their_starts(apart)
    if len(aims) > 1 and sum(_goal_like(one) for one in aims) > 1:
        return [goal for one in aims if _goal_like(one) for goal in _goals_in(one)]
    if _wished(text):
        return [re.sub(r"[;；]\s*", "，" if not text.isascii() else ", ", text)]
    parts = cut.pieces(text, ",，;；", r"\s+and\s+|并且?|同时")
    parts = _with_their_starts(parts)
    counted = [
        p for p in parts if NUMBER.search(plain(p)) and (names.first_of("goal_kinds", p) or goals.FROM_TO.search(p))
    ]
    whole = [p for p in counted if goals.is_counted(p) or goals.FROM_TO.search(p)]
    return whole if len(whole) > 1 else [text]


def _wished(text: str) -> bool:
    """Whether a sentence sets a number that is wished for against the one that there is: "90 covers; we want 160"."""
    clean = plain(text)
    return any(
        NUMBER.search(clean[: found.start()]) and NUMBER.search(clean[found.end() : found.end() + 30])
        for found in goals.WANT.finditer(clean)
    )


def _goal_like(text: str) -> bool:
    return NUMBER.search(plain(text)) is not None and bool(
        goals.FROM_TO.search(text) or goals.WANT.search(text) or goals.is_counted(text)
    )


_WANTED = re.compile(rf"(?:and |but )?(?:{goals.WANT.pattern})", re.I)


def _undated(clause: str) -> str:
    return plain(
        re.sub(r"20\d\d\s*年?|\d{1,2}\s*月(?:\d{1,2}\s*[日号號])?|[一二三四五六七八九十]+月|第[一二三四]", "", clause)
    )


_START_OF = re.compile(
    r"(?i)^(?:现在|現在|目前|当前|去年|如今|(?:currently|now|today|last year|at the moment|we (?:have|had|booked|sold|did|got)))"
)


def _with_their_starts(parts: list[str]) -> list[str]:
    """The parts of a sentence about goals, "now some 45" joined to what it is the start of."""
    joined: list[str] = []
    for part in parts:
        starts = joined and not _WANTED.search(joined[-1]) and _WANTED.match(part) and NUMBER.search(plain(joined[-1]))
        if joined and (_START_OF.match(part) or starts):
            joined[-1] = f"{joined[-1]}，{part}" if not part.isascii() else f"{joined[-1]}, {part}"
        else:
            joined.append(part)
    return joined


_ASKING = re.compile(
    r"(?:做|排|出|写|策划|帮忙).{0,8}(?:方案|计划|策划|内容)(?!.{0,12}(?:增长|提升))|\b(?:a|the|social|content) plan\b"
)
"""What a sentence holds that asks for the plan itself, which is no goal."""


def _from_the_wish(text: str) -> str:
    """A Chinese sentence from the clause where the wish begins; what stands before tells who speaks."""
    if text.isascii():
        return text
    clauses = cut.pieces(text, "，；")
    if _wished(text):
        numbered = [n for n, clause in enumerate(clauses) if NUMBER.search(_undated(clause))]
        return "，".join(clauses[numbered[0] :]) if numbered else text
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
    match = goals.FROM_TO.search(rest)
    return match is not None and len(NUMBER.findall(rest[match.start() : match.end() + 12])) >= 2


def _rest(build: Builder, text: str, place: str, done: bool) -> bool:
    """What is left: audience, proof, past results, strategy, key dates, prices, and what the brand is."""
    if names.cue("audience", text) or _WHO.search(text):
        text = _WHO.sub("", text, count=1)
        trimmed = re.sub(
            r"(?i)^.*?(?:customers are|audience is|buyers are|aimed at|we sell to|目标人群是?|目标用户是?|目标客户是?|目標客群是?|核心用户是?|主要用户是?|用户主要是|用户是|受众是?|客群是?|客群主要是|来的人(?:大多|主要)?是?|客人(?:主要|大多)?(?:是|以)|客户主要?是|买的人(?:主要|大多)?是|面向|most of our customers are|people who come are)\s*[:：]?\s*",
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
    period = build.brief.period
    told = {day for d in days for day in (d.value.start, d.value.end)}
    if {period.start, period.end} == told:
        return False  # "£7,500, 1 Feb to 30 Apr, Instagram" tells when the plan runs, and no day of its own
    if days and not done and not find_durations(text):
        build.apply("key_dates", text, place)
        return True
    return False


_WHO = re.compile(
    r"^给谁看[：:]|^客户=|^我们面对的是|^我们最想打动的是|^下单的是|^喜[歡欢]我.{0,4}的通常是|^(?:客人|家长)(?:多是|以|大多)|(?i:^(?:most|the) (?:riders|regulars|people who ring) (?:are|is)\s+|^(?:regulars|buyers|our regulars) (?:are\s+|:\s*))|^看我们内容的(?:人)?(?:多|大多|主要)?是|^希望打动的是|^想(?:打动|吸引)的是|(?i:^the people we want are\s+|^typical \w+ are\s+)|^.{0,8}?(?:来的|买的|看的|用的)?(?:主要|大多|多半|一般)?的?(?:客人|顾客|顧客|观众|觀眾|读者|讀者|决策人|学员|學員|买家|買家|消费者)(?:群)?(?:主要|大多|大多数|多半|一般)?(?:是|为|為|以|一是)|^来的(?:主要|大多|多半)?是|^来的人(?:主要|大多|多半)?是"
    r"|(?i:\b(?:our|my|the|most(?: of our)?|typical)?\s*\b(?:customers?|buyers?|drinkers|diners|listeners|readers|viewers|visitors|guests|clients|members|shoppers|users|students|riders|people who (?:come|buy|visit|book))\s+(?:is|are|tend to be)\s+(?:mostly|largely|mainly|usually)?\s*)"
    r"|(?i:^we[’']re mostly (?:feeding|serving|selling to|for|used by)\s+)"
)
"""How a sentence begins that tells who comes and buys."""
_PRICED = re.compile(r"(?i)(?:\bI |\bwe )?(?:teach|sell|offer|make)s?\s+(?:an?\s+)?(.{3,80}?),?\s*$")


def _priced(build: Builder, text: str, place: str) -> bool:
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
