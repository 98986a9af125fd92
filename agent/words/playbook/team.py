"""The team part: who does what, in how many hours, who decides, what is missing and what goes first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from agent.frame.model import RoleFrame
from agent.locale import base_language, day, half_up, has, localise, number, percent, t
from agent.plan.execution import Raci, Ritual, Role, TeamGap, TeamPart, WeekLoad
from agent.words.playbook.context import Context
from agent.words.playbook.crew import (
    heads,
    heads_of,
    hours,
    main_person,
    noun,
    outside_hour,
    people,
    round_cash,
    size,
    weekly_day,
    who,
)
from agent.words.playbook.legal import approvals
from agent.words.playbook.topics import coded
from agent.words.playbook.voice import MARK, join

GROUPS = {
    "operator": "desk", "community": "desk", "copy": "make", "design": "make", "video": "make", "presenter": "make",
    "strategist": "think", "planner": "think", "analyst": "think", "approver": "think",
}  # fmt: skip
"""How a role is stood in for: at the desk, in making, in deciding."""
STAND_INS = ("operator", "copy", "planner", "community", "strategist", "approver", "analyst", "design", "video")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMED = 5
"""People whose hours are told one by one; of more the rest stands together."""
DATES = 6
"""Dates of a meeting that are written out; of more the number of the others is told."""
HEAVY = ("live", "long_video", "podcast", "short_video", "infographic", "document", "article", "carousel")


def write_team(context: Context) -> TeamPart:
    """Shape, roles, tasks, load week by week, meetings on real days, gaps with hours and money, and the order of cuts."""
    return TeamPart(
        shape=_shape(context),
        roles=_roles(context),
        raci=_routine(context) if size(context) == "solo" else _raci(context),
        weeks=[
            WeekLoad(week=w.week, holder=w.holder or _vacant(context), hours=w.hours, capacity=w.capacity)
            for w in context.frame.weeks
        ],
        rituals=_rituals(context),
        gaps=_gaps(context),
        cut_order=_cut_order(context),
        slack=_slack(context),
    )


def _vacant(context: Context) -> str:
    """Titles of the roles that nobody holds."""
    return join(
        [t(context.language, f"role.{r.id}") for r in context.frame.roles if not r.holder and r.load > 0],
        context.language,
        last=False,
    )


def _shape(context: Context) -> str:
    crew = people(context)
    shown = list(crew.items())[: NAMED if len(crew) <= NAMED else NAMED - 1]
    named = [
        _inside(noun(context, name), context.say("team.person", who=noun(context, name), hours=hours(value)))
        for name, value in shown
    ]
    if len(shown) < len(crew):
        left = heads(context) - sum(heads_of(context, name) for name, _ in shown)
        named.append(context.say("team.others", count=left))
    listed = join(named, context.language)
    kind: str = size(context)
    signs = next((r.holder for r in context.frame.roles if r.id == "approver"), "")
    least = crew.get(signs, 0.0) < min((value for name, value in crew.items() if name != signs), default=0.0)
    if kind != "solo" and who(context, "approver") == main_person(context):
        kind = "same"
    return context.say(
        f"team.shape.{kind}", people=listed, total=hours(sum(crew.values())), main=main_person(context), signer=who(context, "approver"),
        load=hours(sum(r.load for r in context.frame.roles if r.holder)), count=heads(context), vacant=_vacant(context) or None,
        least=MARK if least else None,
    )  # fmt: skip


def _inside(opening: str, text: str) -> str:
    """A phrase that begins with a name as it stands within a sentence: with the name's own first letter."""
    return opening[:1] + text[1:] if text[:1].lower() == opening[:1].lower() else text


def _roles(context: Context) -> list[Role]:
    """All roles; how somebody is stood in for is told once, and pointed at for their other roles of the kind."""
    told: dict[tuple[str, str, str], str] = {}
    return [_role(context, role, told) for role in context.frame.roles]


def _role(context: Context, role: RoleFrame, told: dict[tuple[str, str, str], str]) -> Role:
    title = t(context.language, f"role.{role.id}")
    return Role(
        id=role.id,
        title=title,
        holder=role.holder,
        people=role.people,
        duties=context.say(
            f"team.duties.{role.id}",
            pieces=number(sum(slot.kind != "buffer" for slot in context.frame.slots)),
            pillars=len(context.frame.pillar_shares),
        ),
        capacity=role.capacity,
        load=role.load,
        peak=role.peak,
        cover=_cover(context, role, title, told),
    )


def _cover(context: Context, role: RoleFrame, title: str, told: dict[tuple[str, str, str], str]) -> str:
    stand_in = context.holder(context.other_than(role.id, *STAND_INS))
    kind = "vacant" if not role.holder else "solo" if size(context) == "solo" or stand_in == role.holder else "other"
    other = noun(context, stand_in) if kind == "other" else main_person(context)
    before = told.setdefault((kind, GROUPS[role.id], other), title)
    if before != title:
        return context.say("team.cover.again", title=before if context.zh else before[:1].lower() + before[1:])
    return context.say(f"team.cover.{kind}.{GROUPS[role.id]}", other=other, title=title)


def _routine(context: Context) -> list[Raci]:
    """The week of one person in the order of its days, in place of a matrix with one name in every cell: what is done and as which role; nobody is
    asked or told. Own dates and secrets keep their rows.
    """
    frame, language = context.frame, context.language
    first = weekly_day(frame)
    held = {role.id: role.load for role in frame.roles}
    posted = Counter(slot.date.weekday() for slot in frame.slots if slot.kind != "buffer").most_common(3)
    monthly = [review.date for review in frame.reviews if review.kind in ("monthly", "gate")]
    facts = {
        "weekday": _weekday(context, first), "making": _weekday(context, (first + 3) % 5), "reread": _weekday(context, (first + 4) % 5),
        "rate": hours(sum(platform.cadence for platform in frame.active)),
        "publishing": join([_weekday(context, n) for n in sorted(n for n, _ in posted)], language),
        "dates": _dates(context, monthly),
    }  # fmt: skip
    made = sum(held.get(role, 0.0) for role in ("copy", "design", "video", "presenter"))
    rows: list[tuple[str, str, dict[str, str]]] = [("figures", "analyst", {}), ("topics", "planner", {})]
    if frame.budget.paid:
        rows.append(("ads", "analyst", {}))
    rows += [
        ("make", "copy", {"hours": hours(made)}),
        ("reread", "approver", {}),
        ("publish", "operator", {}),
        ("replies", "community", {"hours": hours(held.get("community", 0.0))}),
    ]
    if frame.budget.creators:
        rows.append(("creators", "operator", {"number": number(sum(row.number for row in frame.budget.creators))}))
    if monthly:
        rows.append(("month", "strategist", {}))
    found = [(context.say(f"team.routine.{key}", **facts | more), role) for key, role, more in rows]
    found += [(row.task, row.responsible) for row in _raci(context, ("embargo", "date", "crisis", "legal.raci"))]
    lead = context.role("approver", "strategist")
    return [
        Raci(
            task=task,
            responsible=context.role(role, *STAND_INS),
            accountable=lead if lead != role else context.role("strategist", "operator"),
            consulted=[],
            informed=[],
        )
        for task, role in found
    ]


def _weekday(context: Context, day_: int) -> str:
    return t(context.language, f"weekday.{WEEKDAYS[day_]}")


def _raci(context: Context, only: Sequence[str] = ()) -> list[Raci]:
    """Real tasks of this plan, or those `only`; who answers for a task is another person than who does it, where there is one; a role that
    nobody holds has no part in any. One person gets fewer rows."""
    brief, frame = context.brief, context.frame
    rows: list[tuple[str, dict[str, str], str, str, tuple[str, ...], tuple[str, ...]]] = [
        ("bank", {}, "planner", "strategist", ("copy", "community"), ("operator",)),
    ]
    for platform in frame.active:
        video = sum(share for kind, share in platform.formats if "video" in kind or kind == "live") > 0.5
        maker = "video" if video else "copy"
        rows.append(
            (
                "posts",
                {"platform": context.name(platform.id), "rate": hours(platform.cadence)},
                maker,
                "operator",
                ("planner", "design"),
                ("community",),
            )
        )
    alone = size(context) == "solo"
    if not alone:
        rows.append(("visuals", {}, "design", "planner", ("copy",), ("operator",)))
    if frame.budget.creators:
        count = sum(row.number for row in frame.budget.creators)
        rows.append(("creators", {"number": number(count)}, "operator", "strategist", ("approver",), ("analyst",)))
    if frame.budget.paid:
        rows.append(("ads", {}, "analyst", "strategist", ("operator",), ("approver",)))
    rows.append(("replies", {}, "community", "operator", ("copy",), ("analyst",)))
    rows.append(("legal", {}, "operator", "approver", ("copy",), ("planner",)))
    if brief.embargoes:
        rows.append(
            (
                "embargo",
                {"until": day(min(e.until for e in brief.embargoes), context.language)},
                "planner",
                "approver",
                ("operator",),
                ("copy", "design"),
            )
        )
    named = [k for k in frame.key_dates if k.source == "brief:key_dates" and k.use != "quiet"][:2]
    for own in [*named, *[k for k in frame.key_dates if k.earmark]]:
        rows.append(
            (
                "date",
                {"name": coded(context, own.name), "deliver": day(own.deliver_by, context.language)},
                "planner",
                "strategist",
                ("design", "video"),
                ("community",),
            )
        )
    rows.append(("crisis", {}, "operator", "approver", ("strategist",), ("community", "analyst")))
    if not alone:
        rows.append(("rights", {}, "community", "operator", ("approver",), ("design",)))
    if any(one.kind != "record" for one in approvals(context)):
        rows.append(("legal.raci", {}, "operator", "approver", ("strategist",), ("copy", "design")))
    rows.append(("report", {}, "analyst", "strategist", ("operator",), ("approver",)))
    found = []
    held = {role.id for role in frame.roles if role.holder}
    for key, facts, does, answers, asked, told in [row for row in rows if not only or row[0] in only]:
        does = context.role(does, *STAND_INS)
        asked, told = (tuple(role for role in roles if role in held) for roles in (asked, told))
        lead = context.other_than(does, answers, "approver", "strategist")
        others = [role for role in asked if role not in (does, lead)]
        found.append(Raci(
            task=context.say(key if "." in key else f"team.task.{key}", **facts), responsible=does, accountable=lead, consulted=others,
            informed=[role for role in told if role not in (does, lead, *others)],
        ))  # fmt: skip
    return found


def _tool(context: Context) -> str:
    if not context.frame.budget.by("tools"):
        return context.say("team.tool.sheet")
    item = context.knowledge.item("tool.project_cn" if "CN" in context.brief.markets else "tool.project")
    context.sources.cite(f"kb:{item.id}")
    return localise(item.title.text(base_language(context.language)), context.language)


def _rituals(context: Context) -> list[Ritual]:
    """The weekly look, the hand-over, the monthly and gate reviews, the drill: on the frame's own days."""
    frame, language, kind = context.frame, context.language, "solo" if size(context) == "solo" else "crew"
    tool = _tool(context)
    spoken = tool if frame.budget.by("tools") or context.zh else tool[:1].lower() + tool[1:]
    weekly = [r for r in frame.reviews if r.kind == "weekly"]
    monthly = [r for r in frame.reviews if r.kind == "monthly"]
    gates = [r for r in frame.reviews if r.kind in ("gate", "quarterly")]
    weekday = t(language, f"weekday.{WEEKDAYS[weekly_day(frame)]}")
    handover = t(language, f"weekday.{WEEKDAYS[(weekly_day(frame) + 3) % 5]}")
    rows: list[tuple[str, dict[str, str], list[str]]] = []
    if weekly:
        rows.append(
            (
                "weekly",
                {"weekday": weekday, "first": day(weekly[0].date, language, weekday=True)},
                ["planner", "operator", "copy", "analyst"],
            )
        )
    rows.append(("handover", {"weekday": handover}, ["copy", "design", "video", "operator"]))
    if monthly:
        rows.append(
            (
                "monthly",
                {"dates": _dates(context, [r.date for r in monthly])},
                ["analyst", "strategist", "operator"],
            )
        )
    if gates:
        rows.append(
            (
                "gate",
                {"dates": _dates(context, [r.date for r in gates])},
                ["strategist", "approver", "analyst"],
            )
        )
    if frame.drills:
        rows.append(
            (
                "drill",
                {"dates": join([day(d, language, weekday=True) for d in frame.drills], language, last=False)},
                ["operator", "approver", "community"],
            )
        )
    return [
        Ritual(
            name=context.say(f"team.ritual.{key}.name"), when=context.say(f"team.ritual.{key}.when_{kind}", **facts), who=who,
            output=context.say(f"team.ritual.{key}.output_{kind}", tool=spoken, **facts), tool=tool,
        )
        for key, facts, who in rows
    ]  # fmt: skip


def _dates(context: Context, dates: Sequence[dt.date]) -> str:
    """The first dates of a meeting, and how many more there are."""
    told = [day(date, context.language) for date in dates[:DATES]]
    if more := len(dates) - len(told):
        told.append(_inside("a", context.say("team.more_dates", count=more)))
    return join(told, context.language, last=False)


def _gaps(context: Context) -> list[TeamGap]:
    """Roles that nobody holds, weeks that overflow, the second pair of eyes, evenings and weekends."""
    frame = context.frame
    price, source = outside_hour(context)
    context.sources.cite(source)
    gaps = []
    for role in (r for r in frame.roles if not r.holder and r.load > 0):
        title = t(context.language, f"role.{role.id}")
        gaps.append(
            _gap(
                context,
                "role",
                role.load,
                {"title": title, "peak": hours(role.peak), "other": main_person(context)},
                price,
            )
        )
    full = [w for w in frame.weeks if w.holder and w.hours > w.capacity + 0.05]
    if full:
        worst = max(full, key=lambda w: w.hours - w.capacity)
        facts = {
            "who": noun(context, worst.holder),
            "week": day(worst.week, context.language),
            "over": hours(worst.hours - worst.capacity),
            "count": str(len(full)),
        }
        gaps.append(_gap(context, "week", worst.hours - worst.capacity, facts, price))
    holders = {r.id: r.holder for r in frame.roles}
    if holders.get("approver") == holders.get("copy"):
        weeks = frame.weeks_count
        review = context.knowledge.norm("review_piece")
        context.sources.cite(f"kb:{review.id}")
        pieces = sum(slot.kind != "buffer" for slot in frame.slots)
        gaps.append(
            _gap(
                context,
                "reader",
                round(review.low * pieces / weeks, 1),
                {"main": main_person(context), "pieces": number(pieces)},
                price,
            )
        )
    gaps.append(_gap(context, "evenings", 1.0, {"main": who(context, "community")}, price))
    return gaps


def _gap(context: Context, key: str, missing: float, facts: dict[str, str], price: float) -> TeamGap:
    weeks = context.frame.weeks_count
    known = {**facts, "hours": hours(missing), "price": round_cash(context, price) if price else None}
    cost = round_cash(context, price * missing * (1 if key == "week" else weeks)) if price else None
    paid = "paid" if context.frame.budget.total_cents and price else "free"
    return TeamGap(
        what=context.say(f"team.gap.{key}.what", **known),
        hours=float(half_up(missing, 1)),
        options=context.say(f"team.gap.{key}.options_{paid}", cost=cost, **known),
        default=context.say(f"team.gap.{key}.default", **known),
    )


def _cut_order(context: Context) -> list[str]:
    """The lightest platform first, then the heaviest format, then creators and ads; what is never cut stands last. A film that the brief has set
    money aside for is paid for and no part of what gives way.
    """
    frame, language = context.frame, context.language
    out = []
    paid = {one.id for one in frame.key_dates if one.earmark == "film"}
    films = {slot.format for slot in frame.slots if slot.key_date in paid}
    counted: dict[str, int] = {}
    for slot in frame.slots:
        if slot.kind != "buffer" and slot.key_date not in paid:
            counted[slot.format] = counted.get(slot.format, 0) + 1
    heavy = next((kind for kind in HEAVY if counted.get(kind)), "")
    if len(frame.active) > 1:
        last = frame.active[-1]
        out.append(
            context.say(
                "team.cut.platform",
                platform=context.name(last.id),
                hours=hours(last.hours),
                rate=hours(last.cadence),
                half=hours(last.hours / 2),
            )
        )
    if heavy and has(language, f"format.{heavy}"):
        out.append(
            context.say(
                "team.cut.format",
                format=inside(context, t(language, f"format.{heavy}")),
                count=number(counted[heavy]) if counted[heavy] > 1 and heavy not in films else None,
            )
        )
    out.append(context.say("team.cut.buffer", count=sum(slot.kind == "buffer" for slot in frame.slots)))
    if frame.budget.creators:
        out.append(context.say("team.cut.creators", number=number(sum(row.number for row in frame.budget.creators))))
    out.append(context.say("team.cut.main", platform=context.name(frame.active[0].id) if frame.active else None))
    out.append(context.say("team.cut.never", main=who(context, "community")))
    return out


def inside(context: Context, name: str) -> str:
    """A name of a kind of thing within a sentence: English writes it small, "Carousel" but "two pieces in carousel"."""
    return name if context.zh or name[1:2].isupper() else name[:1].lower() + name[1:]


def _slack(context: Context) -> str:
    crew = people(context)
    total = sum(crew.values())
    used = sum(r.load for r in context.frame.roles if r.holder) / total if total else 0.0
    norm = context.knowledge.norm("utilisation")
    context.sources.cite(f"kb:{norm.id}")
    key = "solo" if size(context) == "solo" else "crew"
    free = max(0.0, total - used * total)
    tight = "tight" if used > norm.value else "free"
    return context.say(
        f"team.slack.{key}_{tight}",
        used=percent(used, 0),
        norm=percent(norm.value, 0),
        free=hours(free),
        main=main_person(context),
        total=hours(total),
    )
