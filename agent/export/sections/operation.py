"""Chapter 3, second half: publishing, interaction, crisis response, community."""

from __future__ import annotations

from agent.export.reader import Reader
from agent.export.view import (
    Block,
    Card,
    Column,
    Heading,
    Row,
    bullets,
    lines,
    pairs,
    paragraph,
    steps,
    strong,
    table,
    text,
)
from agent.plan.execution import CommunityEvent, CrisisLevel


def engagement(v: Reader) -> list[Block]:
    """Publishing, interaction and crisis response."""
    part = v.plan.engagement
    return [
        v.head("windows"),
        table(
            v.cols("platform*2", "days*2", "times*2", "test*5"),
            [
                [
                    v.platform(one.platform),
                    one.days,
                    text(one.times, " ", v.cite([one.source] if one.source else [])),
                    one.test,
                ]
                for one in part.windows
            ],
        ),
        v.head("publishing_tools"),
        table(
            v.cols("platform*2", "tool*3", "kind*2", "use*5"),
            [[v.platform(one.platform), one.tool, v.t(f"tool_kind.{one.kind}"), one.use] for one in part.tools],
        ),
        v.head("service"),
        table(
            v.cols("channel*2", "platform*3", ">first_answer*2", "cover_hours*2", "owner*2", "escalate*4"),
            [
                [
                    one.channel,
                    v.platforms(one.platforms),
                    v.minutes(one.minutes),
                    one.cover,
                    v.role(one.owner),
                    one.escalate,
                ]
                for one in part.service
            ],
            once=v.t("misc.colon"),
        ),
        v.head("outreach"),
        bullets(part.outreach),
        v.head("replies"),
        table(
            v.cols("situation*3", "reply*6", "owner*2"),
            [[one.situation, one.reply, v.role(one.owner)] for one in part.replies],
        ),
        v.head("feedback"),
        bullets(part.feedback),
        v.head("negative"),
        bullets(part.negative),
        *_crisis(v),
    ]


def _lead(v: Reader, one: CrisisLevel) -> str:
    """Who leads a level and who stands in; that nobody does, where the same person holds both roles."""
    holders = {role.id: role.holder for role in v.plan.team.roles}
    same = holders.get(one.owner) and holders.get(one.owner) == holders.get(one.backup)
    return v.t("misc.lead_alone" if same else "misc.lead_text", owner=v.role(one.owner), backup=v.role(one.backup))


def _crisis(v: Reader) -> list[Block]:
    """The crisis plan: principles, levels, clock, statements, drill."""
    part = v.plan.engagement
    levels = part.levels
    rows: list[Row] = [
        [v.t("col.signs"), *(one.signs for one in levels)],
        [v.t("col.trigger"), *(one.trigger for one in levels)],
        [v.t("col.first_answer"), *(v.minutes(one.first_minutes) for one in levels)],
        [
            v.t("col.lead"),
            *(_lead(v, one) for one in levels),
        ],
        [v.t("col.approver"), *(v.role(one.approver) for one in levels)],
        [v.t("col.stop_publishing"), *(v.t("misc.yes" if one.stop_publishing else "misc.no") for one in levels)],
        [v.t("col.steps"), *(steps(one.steps) for one in levels)],
    ]
    return [
        v.head("crisis"),
        pairs((v.t("misc.first_drill"), v.day(part.drill, year=True))),
        Heading(4, v.t("head.principles")),
        bullets(part.principles),
        Heading(4, v.t("head.levels")),
        table(
            [*v.cols("aspect"), *(Column(f"{v.t(f'level.{one.level}')} {one.name}", width=4) for one in levels)], rows
        ),
        Heading(4, v.t("head.clock")),
        *([paragraph(part.watch)] if part.watch else []),
        table(
            v.cols("after", "action*6", "owner*2"),
            [[v.minutes(one.minutes), one.action, v.role(one.owner)] for one in part.clock],
        ),
        Heading(4, v.t("head.statements")),
        *(
            Card(
                header=text(
                    strong(one.case), v.t("misc.aside", text=v.platforms(one.channels)) if one.channels else None
                ),
                title="",
                body=tuple(piece for piece in one.text.split("\n") if piece.strip()),
            )
            for one in part.statements
        ),
    ]


def _announcement(v: Reader, event: CommunityEvent) -> str:
    """Which post of the calendar announces an event."""
    row = next((one for one in v.plan.calendar.entries if event.announced and one.id == event.announced), None)
    return v.t("misc.announced", id=row.id, date=v.day(row.date, weekday=False)) if row else event.announced


def community(v: Reader) -> list[Block]:
    """Community and incentives."""
    part = v.plan.community
    ugc = part.ugc
    return [
        paragraph(strong(v.t(f"ready.{part.ready}")), v.t("misc.colon"), part.readiness),
        pairs((v.t("misc.home"), part.home)),
        *([] if part.ready == "ready" else [paragraph(v.t("doc.community_later"))]),
        v.head("journey"),
        table(
            v.cols("member_step*2", "entry*3", "we_do*3", "benefit*3", "metric*3"),
            [[strong(one.step), one.entry, one.we_do, one.benefit, one.metric] for one in part.journey],
        ),
        v.head("events"),
        table(
            v.cols("date*2", "event*3", "what*6", "owner*2", ">money"),
            [
                [
                    v.day(one.date, year=True),
                    lines([strong(one.name), v.t(f"place.{one.place}")]),
                    lines(filter(None, (one.what, _announcement(v, one)))),
                    v.role(one.owner),
                    v.money(one.budget_cents),
                ]
                for one in part.events
            ],
        ),
        v.head("exclusive"),
        bullets(part.exclusive),
        v.head("benefits"),
        bullets(part.benefits),
        v.head("ugc"),
        pairs(
            (v.t("misc.ugc_ask"), ugc.call),
            (v.t("misc.mechanics"), ugc.mechanics),
            (v.t("misc.reward"), text(ugc.reward, v.t("misc.reward_text", money=v.money(ugc.budget_cents)))),
            (v.t("misc.rights"), ugc.rights),
            (v.t("misc.disclosure"), ugc.disclosure),
            (v.t("misc.moderation"), ugc.moderation),
            (v.t("misc.metric"), ugc.metric),
        ),
        v.head("belonging"),
        bullets(part.belonging),
        v.head("house_rules"),
        bullets(part.rules),
    ]
