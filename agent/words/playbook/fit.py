"""Phrases that keep their length and the brief's prohibitions: the choice among variants for the chapters on insight."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence

from agent.brief.model import Audience
from agent.frame.workdays import WorkDays, working_days
from agent.locale import t
from agent.plan.base import bound
from agent.words.playbook.context import Context
from agent.words.playbook.facts import short_form, short_name
from agent.words.playbook.topics import guard_of, polish
from agent.words.playbook.voice import clip, join

LINE, SENTENCE, PARAGRAPH = 24, 70, 180
"""Limits of agent.plan.base in Chinese characters."""
RICH = 2
"""Facts of the moment beyond which a variant counts as equally rich."""
_DATED = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May |June|July|August|September|October|November|December|Christmas|Easter|English|British|American"
)
SMALL = 12.0
"""Hours a week of all hands below which a team gets shorter research."""


def fit(context: Context, key: str, limit: int = SENTENCE, /, **facts: object) -> str:
    """A variant of a phrase that keeps its limit and says nothing forbidden; every further call for a key takes the next one."""
    return _choose(context, key, limit, facts, RICH)


def vary(context: Context, key: str, limit: int = SENTENCE, /, **facts: object) -> str:
    """Like `fit`, where a single fact of the moment is enough: more variants stay in, so that brands read less alike."""
    return _choose(context, key, limit, facts, 1)


def _choose(context: Context, key: str, limit: int, facts: Mapping[str, object], rich: int) -> str:
    calls: dict[str, int] = context.memo.setdefault("fit", {})
    guard, most = guard_of(context), bound(limit, context.language)
    place = calls.get(key, 0)
    calls[key] = place + 1
    options = _options(context, key, **facts)
    named = [str(fact) for fact in facts.values() if fact]
    full = min(rich, len(named))

    def told(one: str) -> int:
        return min(rich, sum(fact in one for fact in named))

    fullest = (one for one in options if len(one) <= most and told(one) == full and guard.ok(one))
    short = list(itertools.islice(fullest, place + 1))  # further ones need not be filled
    if not short:
        clean = [one for one in options if guard.ok(one)] or options
        short = [one for one in clean if len(one) <= most] or [min(clean, key=len)]
        richest = max(map(told, short))
        short = [one for one in short if told(one) == richest]
    return short[place % len(short)]


def _options(context: Context, key: str, /, **facts: object) -> Sequence[str]:
    """All fitting variants with their seams mended, the richest in facts first."""

    def mended(one: str) -> str:
        found = polish(one, context.zh)
        return found if context.zh else _OWNED.sub("s'", found)

    found = context.voice.each(key, mended, **facts) or [mended(context.say(key, **facts))]
    return _plain(context, found)


_OWNED = re.compile(r"s's(?=\W)")


def _plain(context: Context, found: Sequence[str]) -> Sequence[str]:
    """Where the brand's name has to stand for its product, the variants that name both are passed over."""
    brand = context.brief.brand
    if context.facts.names["hero"] != brand:
        return found
    least = min(max(one.count(brand), 1) for one in found)
    return [one for one in found if one.count(brand) <= least]


def spread(context: Context, key: str, rows: Sequence[dict[str, object]], limit: int = SENTENCE) -> list[str]:
    """One phrase over several rows of facts: a row starts where the last one stopped, so that neighbours differ in structure."""
    out: list[str] = []
    guard, most = guard_of(context), bound(limit, context.language)
    for place, facts in enumerate(rows):
        options = _options(context, key, **facts)
        places = [(place + n) % len(options) for n in range(len(options))]
        turned = (options[at] for at in places)
        good = next((one for one in turned if len(one) <= most and guard.ok(one) and one not in out), None)
        out.append(min((options[at] for at in places), key=len) if good is None else good)
    return out


def entries(context: Context, key: str, count: int, skip: int = 0) -> list[str]:
    """Entries of the category pack without the forbidden ones, from place `skip`."""
    guard = guard_of(context)
    known = [one for one in context.facts.from_pack(key, 99) if guard.ok(one)]
    return [known[(skip + n) % len(known)] for n in range(min(count, len(known)))]


def inside(context: Context, entry: str) -> str:
    """A sentence of the category pack as it stands inside another: no full stop, in English no capital."""
    text = entry.rstrip("。.")
    plain = (text[1:2].islower() or text.startswith("A ")) and not _DATED.match(text)
    return text if context.zh or not plain else text[:1].lower() + text[1:]


def calendar_of(context: Context) -> WorkDays:
    """The working days of the brief's markets."""
    if "workdays" not in context.memo:
        context.memo["workdays"] = working_days(context.brief.markets, context.frame.start, context.frame.end)
    days: WorkDays = context.memo["workdays"]
    return days


def workday(context: Context, number: int) -> dt.date:
    """The number-th working day of the period, 1 the first; the last one of a period that has fewer."""
    last = min(context.frame.end, context.frame.start + dt.timedelta(days=3 * number + 14))
    found = calendar_of(context).between(context.frame.start, last)
    return found[min(number, len(found)) - 1] if found else context.frame.start


def after_weeks(context: Context, weeks: int) -> dt.date:
    """The working day on which so many full weeks of the period can be read; the last one of a period that is shorter."""
    days, frame = calendar_of(context), context.frame
    wanted = days.on_or_after(frame.start + dt.timedelta(weeks=weeks))
    return wanted if wanted <= frame.end else max(frame.start, days.on_or_before(frame.end))


def small_team(context: Context) -> bool:
    """Whether few hours, or a single person, have to carry everything."""
    return (
        sum(role.capacity for role in context.frame.roles) < SMALL
        or len({r.holder for r in context.frame.roles if r.holder}) == 1
    )


def hours_of(context: Context, platform: str, count: int = 2) -> str:
    """The platform's posting windows that suit the audience: "Tue, Wed 10:00–12:00"."""
    sheet = context.knowledge.platform(platform)
    fits = "b2b" if context.brief.business == "b2b" else "b2c"
    windows = [w for w in sheet.windows if w.audience in ("any", fits)] or list(sheet.windows)
    context.sources.cite(*(f"kb:{w.id}" for w in windows[:count]))
    named = [f"{_days(context, list(w.days))} {w.start}–{w.end}" for w in windows[:count]]
    return ("；" if context.zh else "; ").join(named)


def _days(context: Context, days: list[str]) -> str:
    if len(days) == 7:
        return context.say("personas.every_day")
    if days == ["mon", "tue", "wed", "thu", "fri"]:
        return context.say("personas.weekdays")
    return join([t(context.language, f"weekday.{day}") for day in days], context.language, last=False)


def metric_words(context: Context, text: str, limit: int) -> str:
    """A metric's name as it stands inside a sentence: English ones lose their capital unless a name or acronym opens them."""
    short = clip(text, bound(limit, context.language))
    first = short.split(" ", 1)[0]
    named = {context.name(p.id).split(" ", 1)[0] for p in context.frame.platforms} | {
        context.brief.brand.split(" ", 1)[0]
    }
    return short if context.zh or not first[1:].islower() or first in named else short[:1].lower() + short[1:]


def who(context: Context, segment: Audience, limit: int = 22) -> str:
    """A segment's short name."""
    return short_name(segment.name, bound(limit, context.language), short_form(context.brief))
