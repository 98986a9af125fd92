"""The community part: whether this brand is ready for one, where it lives, what happens there, what members bring."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from agent.brief.model import FixedLine
from agent.frame import members
from agent.frame.earmarks import SOURCE as EARMARKED
from agent.frame.members import Ready
from agent.frame.model import DateFrame, Slot
from agent.frame.phases import phase_at
from agent.locale import day
from agent.plan.content import Entry
from agent.plan.execution import CommunityEvent, CommunityPart, JourneyStep, UgcProgramme
from agent.words.playbook.context import Context
from agent.words.playbook.crew import cash, followers, hours, kind_of, laws, other, who
from agent.words.playbook.voice import clip

NOTICE = 14
"""Days before an event in which a post may announce it."""
_OUT = re.compile(
    r"市集|展|一日游|一日遊|茶园|门店|线下|market|fair|stall|open day|visit|expo|conference|days,|in store", re.I
)


def write_community(context: Context) -> CommunityPart:
    """A verdict by followers and hours, a home that fits market and business, events within the prizes line, UGC with rights."""
    ready = readiness(context)
    aimed = _members(context, ready)
    events, ugc_cents = _events(context, ready)
    for event in events:
        event.announced = _announced(context, event)
    hours_week = next((r.capacity for r in context.frame.roles if r.id == "community"), 0.0)
    facts = {
        "followers": f"{followers(context):,}" if followers(context) else _unknown(context),
        "hours": hours(hours_week),
        "members": aimed,
        "start": day(context.frame.start, context.language),
        "gate": _gate(context),
    }
    return CommunityPart(
        ready=ready,
        readiness=context.say(f"community.readiness.{'b2b' if context.brief.business == 'b2b' else ready}", **facts),
        home=_opened(
            context, ready, context.say(f"community.home.{_home(context)}", owner=who(context, "community"), **facts)
        ),
        journey=[_step(context, step, aimed) for step in members.STEPS],
        events=events,
        exclusive=context.some("community.exclusive", 3, owner=who(context, "community")),
        benefits=_benefits(context),
        ugc=_ugc(context, ugc_cents),
        belonging=_belonging(context, aimed),
        rules=_rules(context),
    )


def _opened(context: Context, ready: Ready, home: str) -> str:
    """Where the community lives; where it is not opened yet, where it will."""
    return (
        home if ready == "ready" or context.brief.business == "b2b" else context.say("community.home_later", home=home)
    )


def _unknown(context: Context) -> str:
    """What stands for a follower count that the brief does not give; it never opens a sentence."""
    text = context.say("community.followers_unknown")
    return text[:1].lower() + text[1:]


def readiness(context: Context) -> Ready:
    """ready: 3,000 followers and two hours a week at least (assumptions); not_yet: under 500 followers or under half an hour."""
    hours_week = next((r.capacity for r in context.frame.roles if r.id == "community"), 0.0)
    count = followers(context)
    if count < 500 or hours_week < 0.5:
        return "not_yet"
    return "ready" if count >= 3_000 and hours_week >= 2 and context.brief.business != "b2b" else "prepare"


def _members(context: Context, ready: Ready) -> int:
    """Members aimed at by the end: a share of today's followers, between bounds (assumption)."""
    if context.brief.business == "b2b":
        return members.BUSINESS
    return members.aimed_at(followers(context), ready)


def _gate_date(context: Context) -> dt.date:
    return next(
        (r.date for r in context.frame.reviews if r.kind in ("gate", "quarterly", "monthly")), context.frame.end
    )


def _gate(context: Context) -> str:
    return day(_gate_date(context), context.language)


def _home(context: Context) -> str:
    markets, business = set(context.brief.markets), context.brief.business
    if business in ("b2b", "nonprofit"):
        return business
    if "CN" in markets:
        return "cn_local" if kind_of(context) == "place" else "cn"
    if "TW" in markets or "HK" in markets:
        return "tw"
    return "local" if business == "local" else "global"


def _step(context: Context, step: str, aimed: int) -> JourneyStep:
    count = members.part_of(aimed, members.STEPS[step])
    facts = {"count": count, "members": aimed, "owner": who(context, "community")}
    kind = "b2b" if context.brief.business == "b2b" else "people"
    key = f"community.journey.{step}"
    return JourneyStep(
        step=context.say(f"{key}.name"), entry=context.say(f"{key}.entry_{kind}", **facts), we_do=context.say(f"{key}.we_do", **facts),
        benefit=context.say(f"{key}.benefit_{kind}", **facts), metric=context.say(f"{key}.metric", **facts),
    )  # fmt: skip


def _events(context: Context, ready: Ready) -> tuple[list[CommunityEvent], int]:
    """Events that the brief pays for, its own dates, and the calendar's community pieces (online rounds from the category where it has none);
    with what is left for UGC.

    Sums fixed by the brief go to their event; of the rest of the prizes line two fifths go to UGC, the remainder to the others (`_each`).
    """
    frame, brief = context.frame, context.brief
    line = frame.budget.by("prizes")
    fixed = [one for one in brief.budget.fixed if one.category == "prizes" and _date_of(context, one)]
    paid = min(line, sum(round(one.amount * 100) for one in fixed))
    rest = line - paid
    ugc = rest * 2 // 5 // 100 * 100
    used: set[dt.date] = set()
    events = []
    left = paid
    for one in fixed:
        found = _date_of(context, one)
        if found:
            cents = min(left, round(one.amount * 100))
            left -= cents
            used.add(found.date)
            events.append(
                _event(
                    context,
                    found.name,
                    found.date,
                    "offline" if _OUT.search(found.name + one.purpose) else "online",
                    "draw" if found.earmark else "paid",
                    cents,
                )
            )
    for key in _own_dates(context):
        if key.date not in used and len(events) < 2:
            used.add(key.date)
            events.append(
                _event(context, key.name, key.date, "offline" if _OUT.search(key.name) else "online", "own", 0)
            )
    meets = all(event.place == "online" for event in events)
    slots = [slot for slot in frame.slots if slot.kind == "event" and slot.date not in used]
    rounds = [slot.date for slot in slots] or _rounds(
        context,
        used,
        {"ready": 4, "prepare": 3, "not_yet": 1}[ready],
        _gate_date(context) if ready != "ready" else frame.start,
    )
    each = _each(context, rounds, rest, rest - ugc)
    if slots:
        titles = _slot_titles(context)
        events += [_slot_event(context, slot, titles.get(slot.id, ""), each[slot.date]) for slot in slots]
    else:
        events += [
            _event(context, name, date, "online", "round_paid" if each[date] else "round_free", each[date])
            for name, date in zip(context.facts.from_pack("events_online", len(rounds)), rounds, strict=False)
        ]
    if meets:
        name, date = (
            context.say("community.event.meeting_name"),
            _meeting_day(context, used | {event.date for event in events}),
        )
        events.append(_event(context, name, date, "offline", f"meeting_{kind_of(context)}", 0))
    return sorted(events, key=lambda event: event.date), ugc


def _announced(context: Context, event: CommunityEvent) -> str:
    """The row that announces an event: the last post in the two weeks before it, a day before at least; "" where the event stands in the calendar
    itself."""
    entries: list[Entry] = context.parts["calendar"].entries if "calendar" in context.parts else []
    dates = {key.id for key in context.frame.key_dates if key.date == event.date}
    own = any(one.kind == "event" and one.date == event.date for one in entries)
    if own or any(one.key_date in dates for one in entries if one.key_date):
        return ""
    near = [one for one in entries if one.kind == "post" and 1 <= (event.date - one.date).days <= NOTICE]
    return near[-1].id if near else ""


def _each(context: Context, dates: Sequence[dt.date], rest: int, money: int) -> dict[dt.date, int]:
    """Date → minor units: each phase's part of the free prizes line, less what goes to UGC, in equal parts over its dates; nothing in a phase
    for which the budget has no such line."""
    frame = context.frame
    free = {phase.id: 0 for phase in frame.phases}
    for line in frame.budget.lines:
        if line.category == "prizes" and not line.fixed:
            free[line.phase] += line.cents
    whole = max(sum(free.values()), rest, 1)
    held = Counter(phase_at(frame.phases, date).id for date in dates)
    return {
        date: free[phase] * money // whole // held[phase] // 100 * 100
        for date in dates
        for phase in [phase_at(frame.phases, date).id]
    }


def _slot_titles(context: Context) -> dict[str, str]:
    """Slot id → the topic that stands there in the calendar; {} before the calendar is written."""
    if "calendar" not in context.parts:
        return {}
    topics = {topic.id: topic.title for pillar in context.parts["themes"].pillars for topic in pillar.topics}
    return {entry.id: topics.get(entry.topic_id, "") for entry in context.parts["calendar"].entries}


def _slot_event(context: Context, slot: Slot, title: str, cents: int) -> CommunityEvent:
    """A community piece of the calendar, under the topic that it has there."""
    name = title or context.facts.from_pack("events_online", 1)[0]
    kind = "call" if slot.format == "ugc_call" else "answers"
    return _event(context, name, slot.date, "online", kind, cents, slot)


def _meeting_day(context: Context, used: set[dt.date]) -> dt.date:
    """A Wednesday two thirds into the period for the one small meeting in person, off the quiet and the used days."""
    frame = context.frame
    quiet = {key.date for key in frame.key_dates if key.use == "quiet"} | used
    aim = frame.start + (frame.end - frame.start) * 2 // 3
    days = [frame.start + dt.timedelta(days=n) for n in range((frame.end - frame.start).days + 1)]
    free = [one for one in days if one not in quiet] or days
    return min(free, key=lambda one: (one.weekday() != 2, one.weekday() > 4, abs((one - aim).days)))


def _event(
    context: Context,
    name: str,
    date: dt.date,
    place: Literal["online", "offline"],
    kind: str,
    cents: int,
    slot: Slot | None = None,
) -> CommunityEvent:
    owner = context.role("community", "operator") if place == "online" else context.role("operator", "community")
    title = clip(name, 24 if context.zh else 72)
    what = context.say(
        f"community.event.{kind}_{place}" if kind == "own" else f"community.event.{kind}", event=title, date=day(date, context.language, weekday=True),
        owner=who(context, owner), hour=slot.time if slot else "16:00" if context.brief.business == "b2b" else "20:00",
        platform=context.name(slot.platform) if slot else None,
        money=cash(context, cents) if cents else context.say("community.event.no_cost") if slot or kind.startswith("meeting") else None, before=day(max(date - dt.timedelta(days=14), context.frame.as_of), context.language),
    )  # fmt: skip
    return CommunityEvent(
        name=title[:1].upper() + title[1:], date=date, place=place, what=what, owner=owner, budget_cents=cents
    )


def _date_of(context: Context, line: FixedLine) -> DateFrame | None:
    """The date on which a fixed sum is put to use, else the brief's own date that it speaks of: most pairs of characters in common, at least two."""
    for place, row in enumerate(context.brief.budget.fixed):
        drawn = next((key for key in context.frame.key_dates if key.source == f"{EARMARKED}[{place}]"), None)
        if drawn and row.purpose == line.purpose:
            return drawn
    pairs = {line.purpose[n : n + 2] for n in range(len(line.purpose) - 1)}
    scored = [
        (len(pairs & {key.name[n : n + 2] for n in range(len(key.name) - 1)}), key)
        for key in context.frame.key_dates
        if key.kind == "brand"
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= (2 if context.zh else 6) else None


def _own_dates(context: Context) -> list[DateFrame]:
    """The brand's own days that members can share in: no embargo's end, nothing that is still under one."""
    ends = {embargo.until for embargo in context.brief.embargoes}
    hidden = [word for embargo in context.brief.embargoes for word in (embargo.keywords or [embargo.fact])]
    return [
        key for key in context.frame.key_dates
        if key.kind == "brand" and key.use != "quiet" and not key.earmark and key.date not in ends and not any(word in key.name for word in hidden)
    ]  # fmt: skip


def _rounds(context: Context, used: set[dt.date], most: int, after: dt.date) -> list[dt.date]:
    """Evenly spaced Thursdays (Tuesdays for business customers) after the first month and after `after`, off the quiet and the used days."""
    frame = context.frame
    quiet = {key.date for key in frame.key_dates if key.use == "quiet"} | used
    weekday = 1 if context.brief.business == "b2b" else 3
    first = frame.start + dt.timedelta(days=28 if (frame.end - frame.start).days > 56 else 14)
    days = [first + dt.timedelta(days=n) for n in range((frame.end - first).days + 1)]
    free = [one for one in days if one.weekday() == weekday and one not in quiet]
    free = [one for one in free if one > after] or free
    count = min(most, max(1, len(free) // 4), len(free))
    return [free[n * len(free) // count] for n in range(count)] if count else []


def _benefits(context: Context) -> list[str]:
    kind = "b2b" if context.brief.business == "b2b" else "free" if not context.frame.budget.by("prizes") else "people"
    return context.some(f"community.benefit.{kind}", 3, owner=who(context, "community"))


def _ugc(context: Context, cents: int) -> UgcProgramme:
    wanted = context.facts.from_pack("ugc", 2)
    law = next(iter(laws(context, "ugc", "data", most=1)), None)
    label = next(iter(laws(context, "creator", "paid", most=1)), None)
    facts: dict[str, object] = {
        "ugc": wanted[0] if wanted else None, "other": wanted[1] if len(wanted) > 1 else None, "owner": who(context, "community"), "lead": other(context, "approver", "community"),
        "money": cash(context, cents) if cents else None, "law": law[0] if law else None, "label": label[0] if label else None,
        "count": members.part_of(_members(context, readiness(context)), members.CONTRIBUTING),
    }  # fmt: skip
    return UgcProgramme(
        call=context.say("community.ugc.call", **facts),
        mechanics=context.say("community.ugc.mechanics", **facts),
        reward=context.say("community.ugc.reward" if cents else "community.ugc.reward_free", **facts),
        budget_cents=cents,
        rights=context.say(f"community.ugc.rights{'_b2b' if context.brief.business == 'b2b' else ''}", **facts),
        disclosure=context.say("community.ugc.disclosure", **facts),
        moderation=context.say("community.ugc.moderation", **facts),
        metric=context.say("community.ugc.metric", **facts),
    )


def _belonging(context: Context, aimed: int) -> list[str]:
    b2b = context.brief.business == "b2b"
    facts = {
        "members": aimed,
        "active": members.part_of(aimed, members.ACTIVE),
        "speak": members.part_of(aimed, members.SPEAKING),
        "ask": members.asked_of(aimed),
    }
    keys = ("active", "speak", "return_b2b" if b2b else "return", "ask")
    return [
        context.say(f"community.belonging.{key}", gate=_gate(context), owner=who(context, "analyst"), **facts)
        for key in keys
    ]


def _rules(context: Context) -> list[str]:
    owner = who(context, "community")
    out = context.some(f"community.rule.{'b2b' if context.brief.business == 'b2b' else 'open'}", 4, owner=owner)
    if context.brief.competitors and context.brief.business != "b2b":
        out.append(context.say("community.rule.rivals", owner=owner))
    return [*out, context.say("community.rule.out", owner=owner)]
