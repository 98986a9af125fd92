"""The engagement part: when to publish, how fast to answer, what to say, and what to do when it goes wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

from agent.frame.model import CLOSED
from agent.knowledge.model import Tool
from agent.knowledge.model import Window as KnownWindow
from agent.locale import base_language, day, localise, t
from agent.plan.execution import EngagementPart, Reply, ServiceLevel, ToolUse, Window
from agent.words.playbook.context import Context
from agent.words.playbook.crew import Kind, as_one, kind_of, other, size, who
from agent.words.playbook.crisis import clock, level, principles, statements, watch
from agent.words.playbook.facts import NAMED, turns_of
from agent.words.playbook.fit import fit
from agent.words.playbook.match import compares, occasions, proof_kind
from agent.words.playbook.particulars import Answer, answers, open_criteria, replies
from agent.words.playbook.voice import clip, join

Cover = Literal["day", "rounds", "round"]
HALF_DAY, DAY = 480, 1440
"""Minutes of a promise from which two rounds a day keep it, and one."""
MOST = 4
"""Pieces that a window's test names by their numbers."""
FEW = 4
"""Days that a window is told with."""
MOST_REPLIES = 8
"""Situations in the reply bank at most."""
SCHEDULING = ("定时", "排期", "后台", "Studio", "Suite", "schedul")


def write_engagement(context: Context) -> EngagementPart:
    """Windows, tools, service levels that the hours carry, outreach, replies from the brief's facts, the crisis plan."""
    return EngagementPart(
        windows=[_window(context, p.id) for p in context.frame.active],
        tools=_tools(context),
        service=_service(context),
        outreach=_outreach(context),
        replies=_replies(context),
        feedback=context.some(
            "engagement.feedback",
            3,
            community=who(context, "community"),
            planner=who(context, "planner"),
            lead=who(context, "strategist"),
            first=_first_monthly(context),
        ),
        negative=[
            as_one(context, one)
            for one in context.some(
                "engagement.negative",
                4,
                community=who(context, "community"),
                lead=other(context, "approver", "community"),
            )
        ],
        principles=principles(context),
        levels=[level(context, n, cover(context)[0]) for n in (1, 2, 3)],
        watch=watch(context, cover(context)[0]),
        clock=clock(context),
        statements=statements(context),
        drill=context.frame.drills[0]
        if context.frame.drills
        else next((r.date for r in context.frame.reviews), context.frame.start),
    )


def promise(context: Context) -> int:
    """Minutes to the first reply: the target that the goal and its KPI name."""
    row = next(kpi for kpi in context.frame.kpis if kpi.kpi == "response_time")
    return round(row.target.value or DAY)


def cover(context: Context) -> tuple[Cover, int]:
    """How comments are covered, as the promised reply time needs it: all working day, two rounds a day, or one; and the minutes of a round."""
    minutes = promise(context)
    if minutes < HALF_DAY:
        return "day", 540
    if minutes < DAY:
        return "rounds", _block(context, 2)
    return "round", _block(context, 1)


def _block(context: Context, rounds: int) -> int:
    """Minutes of a round: what the week plans for replies over five days, in steps of five: more is promised by nobody who has no hours for it."""
    planned = sum(role.load for role in context.frame.roles if role.id == "community")
    return max(5, min(30, int(planned * 60 / 5 / rounds / 5) * 5))


def _fits(context: Context, window: KnownWindow) -> bool:
    return window.audience in ("any", "b2b" if context.brief.business == "b2b" else "b2c")


def _days(context: Context, window: KnownWindow) -> str:
    if len(window.days) == 7:
        return context.say("engagement.every_day")
    return join([t(context.language, f"weekday.{name}") for name in window.days], context.language, last=False)


def _window(context: Context, platform: str) -> Window:
    """The first window of the sheet that suits the audience, and the pieces of the calendar that try another one."""
    sheet = context.knowledge.platform(platform)
    known = [w for w in sheet.windows if _fits(context, w)] or list(sheet.windows)
    best = known[0]
    tried = [slot for slot in context.frame.slots if slot.platform == platform and slot.trial]
    other = next((w for w in known[1:] if tried and w.start <= tried[0].time <= w.end), None)
    trial = next((e for e in context.frame.experiments if e.kind == "window" and e.platform == platform), None)
    first = trial.start if trial else context.frame.start
    last = trial.end if trial else min(first + dt.timedelta(days=27), context.frame.end)
    facts: dict[str, object] = {
        "platform": context.name(platform),
        "other": _told(context, other, best) if other else None,
        "tried": _some(context, [slot.id for slot in tried]) if other else None,
        "from_day": day(first, context.language),
        "until": day(last, context.language),
    }
    context.sources.cite(f"kb:{best.id}")
    return Window(
        platform=platform, days=_days(context, best), times=f"{best.start}–{best.end}", source=f"kb:{best.id}",
        test=fit(context, "engagement.window.other" if other else "engagement.window.single", **facts),
    )  # fmt: skip


def _told(context: Context, window: KnownWindow, beside: KnownWindow) -> str:
    """A window by its times; by its days too, where they are few and not those of the window that it stands beside."""
    times = f"{window.start}–{window.end}"
    return times if window.days == beside.days or len(window.days) > FEW else f"{_days(context, window)} {times}"


def _some(context: Context, ids: list[str]) -> str:
    """The pieces by their numbers; of many the first ones and how many there are."""
    if len(ids) <= MOST:
        return join(ids, context.language)
    first = join(ids[: MOST - 1], context.language, last=False)
    return context.say("engagement.window.some", first=first, count=len(ids))


def _title(context: Context, tool: Tool) -> str:
    return localise(tool.title.text(base_language(context.language)), context.language)


def _tools(context: Context) -> list[ToolUse]:
    """The platform's own scheduler for every platform, creators' and ad tools where they are used, then third parties and the brand's own."""
    language, kb, out = context.language, context.knowledge, []
    for platform in context.frame.active:
        name = context.name(platform.id)
        natives = [tool for tool in kb.base.tools if tool.native and platform.id in tool.platforms]
        planner = next((tool for tool in natives if "scheduling" in tool.purpose), None)
        if planner:
            context.sources.cite(f"kb:{planner.id}")
            label = _title(context, planner)
        else:
            names = [one.text(base_language(language)) for one in kb.platform(platform.id).tools]
            label = localise(
                next((one for one in names if any(word in one for word in SCHEDULING)), names[-1]), language
            )
        out.append(
            ToolUse(
                platform=platform.id,
                tool=label,
                use=context.say("engagement.tool.schedule", platform=name),
                kind="native",
            )
        )
        for purpose, wanted in (
            ("creators", any(c.platform == platform.id for c in context.frame.budget.creators)),
            ("ads", any(p.platform == platform.id for p in context.frame.budget.paid)),
        ):
            tool = next((one for one in natives if purpose in one.purpose), None)
            if wanted and tool:
                context.sources.cite(f"kb:{tool.id}")
                out.append(
                    ToolUse(
                        platform=platform.id,
                        tool=_title(context, tool),
                        use=context.say(f"engagement.tool.{purpose}", platform=name),
                        kind="native",
                    )
                )
    paid = context.frame.budget.by("tools") > 0
    linked = [context.name(one.id) for one in context.frame.active if one.id not in CLOSED]
    extra = (["tool.utm"] if linked else []) + (
        ["tool.design_cn" if "CN" in context.brief.markets else "tool.design"] if paid else []
    )
    if paid and "CN" not in context.brief.markets and len(context.frame.active) > 1:
        extra.append("tool.schedule")
    for item_id in extra:
        item = next(one for one in kb.base.tools if one.id == item_id)
        context.sources.cite(f"kb:{item_id}")
        out.append(
            ToolUse(
                platform="",
                tool=_title(context, item),
                use=context.say(
                    f"engagement.tool.{item_id.split('.')[1].removesuffix('_cn').replace('schedule', 'schedule_all')}",
                    **({"platforms": join(linked, context.language)} if item_id == "tool.utm" else {}),
                ),
                kind="third_party",
            )
        )
    out.append(
        ToolUse(
            platform="",
            tool=context.say("engagement.tool.log_name"),
            use=context.say("engagement.tool.log", community=who(context, "community")),
            kind="own",
        )
    )
    return out


def _service(context: Context) -> list[ServiceLevel]:
    """The goal's reply time on every channel, twice as long for reviews, which want a look at the records."""
    way, block = cover(context)
    active = [p.id for p in context.frame.active]
    first = promise(context)
    minutes = (first, first, first, first if context.brief.business == "b2b" else 2 * first)
    owner = context.role("community", "operator")
    hours = context.say(
        f"engagement.cover.{way}_{'work' if context.brief.business == 'b2b' else 'home'}", minutes=block
    )
    channels = ["comments", "messages", "mentions", "reviews" if context.brief.business != "b2b" else "leads"]
    lead = context.other_than(owner, "strategist", "approver", "operator")
    alone = who(context, lead) == who(context, owner)
    return [
        ServiceLevel(
            channel=context.say(f"engagement.channel.{key}.name"), platforms=active, minutes=length, cover=hours, owner=owner,
            escalate=context.say(f"engagement.channel.{key}.{'alone' if alone else 'escalate'}", lead=who(context, lead), owner=who(context, owner)),
        )
        for key, length in zip(channels, minutes, strict=True)
    ]  # fmt: skip


def outreach(context: Context) -> int:
    """Useful comments a week under other people's posts, by how many hours there are for answers."""
    return {"day": 15, "rounds": 8, "round": 3}[cover(context)[0]]


def _outreach(context: Context) -> list[str]:
    """Numbers follow the hours of whoever answers: a useful comment counts as six minutes (assumption)."""
    weekly = outreach(context)
    kind = "b2b" if context.brief.business == "b2b" else "people"
    out = context.some(
        f"engagement.outreach.{kind}",
        2,
        weekly=weekly,
        owner=who(context, "community"),
        half=max(2, weekly // 3),
        month=weekly * 4,
    )
    return [
        *out,
        context.say("engagement.outreach.time", weekly=weekly, minutes=weekly * 6),
        context.say("engagement.outreach.never"),
    ]


def _replies(context: Context) -> list[Reply]:
    """Up to eight answers from the brief's facts. What the plan itself asks first, and the objection that it expects, is answered by a fact that
    fits, else by a blank that the team fills before the launch; only what nobody foresaw waits for somebody who checks.

    What the brief makes certain (its price, its proof, its secret, its forbidden words) comes before what any brand hears.
    """
    brief, facts = context.brief, context.facts
    wide = 1 if context.zh else 3
    owner, lead = context.role("community", "operator"), context.other_than("community", "approver", "strategist")
    rows: list[tuple[str, dict[str, str | None], str]] = []
    if "hero_price" in facts.names:
        rows.append(("price", {}, owner))
    if best := _best_proof(context):
        rows.append(("proof", {"proof": clip(best, 40 * wide)}, owner))
    own = _own_points(context)
    led: dict[str, str | None] = {"point1": own[0] if own else None, "point2": own[1] if len(own) > 1 else None}
    if own:
        rows.append(("point", led, owner))
    questions = facts.from_pack("questions", 99)
    told = {one: _told_by_brief(context, one, answers) for one in questions}

    def asked(one: str) -> tuple[str, dict[str, str | None], str]:
        known: dict[str, str | None] = {"question": clip(one, 20 * wide), "told": told[one]}
        return "known" if told[one] else "blank", known, owner

    rows += [asked(one) for one in questions[:1]]
    if brief.embargoes:
        rows.append(("news", {}, lead))
    if brief.never_say:
        rows.append(("overclaim", led, owner))
    for one in facts.from_pack("objections", 1):
        answer = _told_by_brief(context, one, replies)
        key = "objection" if answer else "worry"
        rows.append((key, {"objection": clip(one, 20 * wide), "told": answer}, owner))
    kind: Kind = kind_of(context)
    rows.append((f"complaint_{kind}", {"checker": _checker(context, owner)}, owner))
    rows += [asked(one) for one in questions[1:] if told[one]][:1]
    rows.append(("unknown", {"checker": _checker(context, lead)}, owner))
    rows += [("compare", open_criteria(context), owner), ("thanks", {}, owner), ("start", {}, owner)]
    return [
        Reply(
            situation=context.say(f"engagement.reply.{key.replace(f'_{kind}', '')}.situation", **known),
            reply=as_one(context, context.say(f"engagement.reply.{key}.answer", **known)), owner=holder,
        )
        for key, known, holder in rows[:MOST_REPLIES]
    ]  # fmt: skip


def _best_proof(context: Context) -> str:
    """What a doubter is shown: a figure with its sample, else a certificate, else whatever there is; how many come back proves nothing about a claim."""
    found = [proof.text for proof in context.facts.proofs]
    order = ("figure", "certificate", "rating", "listing", "repeat")
    return min(found, key=lambda text: order.index(proof_kind(text)), default="")


def _told_by_brief(context: Context, ask: str, known: Callable[[Context, str], list[Answer]]) -> str | None:
    """What the brief answers to a question or an objection of the pack, by whichever product; None where it says nothing. A question about pets,
    children or elders is answered by the point that speaks of them."""
    about = occasions(ask) & NAMED if known is answers else frozenset()
    if point := next((p.text for p in context.facts.points if about & occasions(p.text)), None):
        return context.say("engagement.reply.yes", told=point)
    names = [product.name for product in context.intake.brief.products if product.name] or [""]
    wanted = ask.rstrip("。.")
    return next((one.text for name in names for one in known(context, name) if one.ask == wanted), None)


def _own_points(context: Context) -> list[str]:
    """Selling points of the leading product itself that say something alone: not another product's, nor a bare "smaller"."""
    hero = next((product.name for product in context.brief.products), "")
    _, sayable = turns_of(context.facts)
    found = [one.text for one in context.facts.points if one.product == hero and one.text in sayable]
    return [one for one in found if not compares(one)]


def _checker(context: Context, role_id: str) -> str | None:
    """Who looks an answer up; nobody is named where the one who answers is the only person there is."""
    return None if size(context) == "solo" else who(context, role_id)


def _first_monthly(context: Context) -> str | None:
    found = next((r.date for r in context.frame.reviews if r.kind == "monthly"), None)
    return day(found, context.language) if found else None
