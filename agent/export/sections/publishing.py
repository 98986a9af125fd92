"""Chapter 2, second half: calendar, platforms, and the finished posts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import groupby, pairwise

from agent.export.reader import Notes, Reader, titled
from agent.export.sections import legal, plots
from agent.export.sections.front import ACTIVE
from agent.export.view import (
    Block,
    Card,
    Column,
    Heading,
    Inline,
    Row,
    bullets,
    join,
    lines,
    pairs,
    paragraph,
    strong,
    table,
    text,
)
from agent.frame.apportion import largest_remainder
from agent.locale import number
from agent.plan.content import Adaptation, Entry, LimitCheck, PlatformChoice


def calendar(v: Reader) -> list[Block]:
    """Content calendar: how it is built, key dates, then one table a month."""
    part = v.plan.calendar
    entries = sorted(part.entries, key=lambda entry: (entry.date, entry.time, entry.id))
    buffers = sum(entry.kind == "buffer" for entry in entries)
    count = v.t(
        "misc.calendar_count", pieces=number(len(entries) - buffers), buffers=buffers, topics=number(part.topics_used)
    )
    rounds, apart = _rounds(entries)
    if rounds > 1:
        count += v.t("misc.calendar_rounds", rounds=rounds, days=apart)
    return [
        paragraph(part.rhythm),
        pairs(
            (v.t("misc.scope"), count),
            (v.t("misc.timezone"), v.t("misc.timezone_text", timezone=v.zones())),
            (v.t("misc.buffer"), part.buffer_rule),
        ),
        plots.calendar_heat(v),
        v.head("key_dates"),
        table(
            v.cols("date*2", "occasion*3", "use*2", "prepare_from*2", "deliver_by*2", "plan*5"),
            [
                [
                    v.span(one.date, one.end) if one.end else v.day(one.date, year=True),
                    lines([text(strong(f"{one.id} {one.name}")), v.t(f"date_kind.{one.kind}")]),
                    v.t(f"date_use.{one.use}"),
                    v.day(one.prepare_from),
                    v.day(one.deliver_by),
                    v.cited(one.plan, one.sources),
                ]
                for one in part.key_dates
            ],
        ),
        *legal.deadlines(v),
        *(block for month in _months(entries) for block in _month(v, month)),
    ]


def _rounds(entries: list[Entry]) -> tuple[int, int]:
    """How often the most used topic comes, and the fewest days between two pieces on one topic; `entries` by date."""
    days: dict[str, list[dt.date]] = {}
    for entry in entries:
        if entry.topic_id:
            days.setdefault(entry.topic_id, []).append(entry.date)
    gaps = [(later - sooner).days for found in days.values() for sooner, later in pairwise(found)]
    return max(map(len, days.values()), default=0), min(gaps, default=0)


def _months(entries: list[Entry]) -> list[list[Entry]]:
    """Entries by calendar month."""
    return [list(group) for _, group in groupby(entries, key=lambda entry: (entry.date.year, entry.date.month))]


def _month(v: Reader, entries: list[Entry]) -> list[Block]:
    """One month of the calendar."""
    phases = v.listed(v.named(id_) for id_ in dict.fromkeys(entry.phase for entry in entries))
    title = (
        f"{v.month(entries[0].date)}{v.t('misc.aside', text=v.t('misc.month_count', n=len(entries), phases=phases))}"
    )
    columns = v.cols(
        "no",
        "date_time*2",
        "platform_format*2",
        "pillar*2",
        "topic_hook*5",
        "cta*3",
        "value_goal*2",
        "owner*2",
        "final*2",
    )
    return [Heading(3, title), table(columns, [_entry(v, entry) for entry in entries])]


def _entry(v: Reader, entry: Entry) -> list[Inline]:
    """One row of the calendar."""
    occasion = v.plan.calendar.occasion(entry)
    kind = v.t(f"entry_kind.{entry.kind}") if entry.kind != "post" else None
    topic = titled(entry.topic) or (v.t("misc.buffer_topic") if entry.kind == "buffer" else "")
    return [
        entry.id,
        lines(
            [f"{v.day(entry.date)} {v.clock(entry)}", strong(occasion) if occasion and occasion not in topic else None]
        ),
        lines([strong(v.platform(entry.platform)), v.format(entry.format), kind]),
        v.named(entry.pillar),
        lines([text(strong(topic), v.t("misc.aside", text=entry.topic_id) if entry.topic_id else None), entry.hook]),
        entry.cta,
        lines([v.t(f"value.{entry.value}"), v.named(entry.goal)]),
        v.role(entry.owner),
        v.day(entry.deadline),
    ]


def platforms(v: Reader) -> list[Block]:
    """Platform choice and mix."""
    part = v.plan.platforms
    mixed = {one.language for one in part.choices} != {v.language}
    return [
        paragraph(part.logic),
        v.head("platform_table"),
        table(
            v.cols("platform*2", "role*2", ">score", ">cadence", ">hours_week", ">money*2", "language", "why*6"),
            [
                [
                    strong(v.platform(one.platform)),
                    v.t(f"platform_role.{one.role}"),
                    f"{one.total:.1f}",
                    v.hours(one.cadence),
                    v.hours(one.hours),
                    v.money(one.budget_cents),
                    v.label("language", one.language) if mixed else None,
                    one.why,
                ]
                for one in part.choices
            ],
        ),
        v.head("scores"),
        plots.platform_scores(v),
        _scores(v, part.choices),
        v.head("platform_detail"),
        *(block for one in part.choices if one.role in ACTIVE for block in _platform(v, one)),
        Heading(4, v.t("misc.other_platforms")),
        table(
            [
                *v.cols("platform*2", "who_is_there*3"),
                v.both("ecology", "spread", 5),
                v.both("strength", "material", 4),
                *v.cols("gate_change*3"),
            ],
            [
                [
                    strong(v.platform(one.platform)),
                    v.claim(one.audience),
                    lines([v.claim(one.ecology), v.claim(one.spread)]),
                    lines([v.claim(one.strength), one.material]),
                    one.gate,
                ]
                for one in part.choices
                if one.role not in ACTIVE
            ],
        ),
        v.head("interplay"),
        bullets(part.interplay),
    ]


def _scores(v: Reader, choices: list[PlatformChoice]) -> Block:
    """Scores by criterion, one column a platform; what most of a platform's scores rest on is said once beside them, and
    once under the table where it is the same for all.

    Where there are more platforms than criteria they stand below each other: their names are long, and a page is narrow.
    """
    notes = Notes(v.language)
    common = {one.platform: _common(one) for one in choices}
    weights: dict[str, set[float]] = {}
    for choice in choices:
        for score in choice.scores:
            weights.setdefault(score.criterion, set()).add(round(score.weight, 4))
    single = {criterion: next(iter(found)) for criterion, found in weights.items() if len(found) == 1}
    parts = dict(zip(single, largest_remainder(100, list(single.values())), strict=True))
    whole_weights = len(single) == len(weights)
    names = [
        v.label("criterion", criterion)
        + (
            v.t("misc.aside", text=f"{parts[criterion]}%" if whole_weights else f"{single[criterion]:.0%}")
            if criterion in single
            else ""
        )
        for criterion in weights
    ]

    def cell(choice: PlatformChoice, criterion: str) -> Inline:
        return join((
            text(
                f"{score.score:g}",
                None if len(weights[criterion]) == 1 else f" × {score.weight:.0%}",
                None if score.basis == common[choice.platform] else v.basis_of(score.basis, notes),
            )
            for score in choice.scores if score.criterion == criterion
        ), " ")  # fmt: skip

    def rest(choice: PlatformChoice) -> Inline:
        return v.basis_of(common[choice.platform], notes) if common[choice.platform] else None

    def total(choice: PlatformChoice) -> Inline:
        return strong(f"{choice.total:.1f}")

    def told() -> list[Inline]:
        last = [join([v.t("misc.other_scores_all"), v.basis_of(once, notes)], "")] if once else []
        return [*notes, *last]

    other, whole = v.t("misc.other_scores"), v.t("misc.weighted_total")
    alike = len(choices) > 1 and len({v.basis_of(one, Notes()) for one in common.values()}) == 1
    once = next(iter(common.values())) if alike else ""
    if len(choices) > len(weights):
        below: list[Row] = [
            [
                strong(v.platform(one.platform)),
                *(cell(one, name) for name in weights),
                *([] if once else [rest(one)]),
                total(one),
            ]
            for one in choices
        ]
        heads = [Column(name, "right") for name in (*names, *([] if once else [other]), whole)]
        return table([*v.cols("platform*2"), *heads], below, notes=told())
    rows: list[Row] = [
        [name, *(cell(one, criterion) for one in choices)] for name, criterion in zip(names, weights, strict=True)
    ]
    last: list[Inline] = [] if once else [rest(one) for one in choices]
    rows += [[other, *last]] if any(last) else []
    rows.append([strong(whole), *(total(one) for one in choices)])
    heads = [Column(v.platform(one.platform), "right") for one in choices]
    return table([*v.cols("criterion*3"), *heads], rows, notes=told(), totals=1)


def _common(choice: PlatformChoice) -> str:
    """The basis that more than one of a platform's scores rest on, the most frequent; none where each has its own."""
    counts = Counter(score.basis for score in choice.scores).most_common(1)
    return counts[0][0] if counts and counts[0][1] > 1 else ""


def _platform(v: Reader, one: PlatformChoice) -> list[Block]:
    """What a platform is and what it gets."""
    return [
        Heading(4, f"{v.platform(one.platform)} · {v.t(f'platform_role.{one.role}')}"),
        pairs(
            (v.t("col.who_is_there"), v.claim(one.audience)),
            (v.t("col.ecology"), v.claim(one.ecology)),
            (v.t("col.spread"), v.claim(one.spread)),
            (v.t("col.strength"), v.claim(one.strength)),
            (v.t("col.material"), one.material),
            (v.t("col.gate_change"), one.gate),
        ),
    ]


def adaptations(v: Reader) -> list[Block]:
    """Finished posts: each core idea remade for each platform."""
    part = v.plan.adaptations
    ruled = _ruled(part.posts)
    rules: list[Row] = [[strong(v.platform(id_)), *said] for id_, said in ruled.items()]
    blocks: list[Block] = [
        paragraph(part.principle),
        v.head("platform_rules"),
        table(
            [*v.cols("platform*2"), Column(v.t("misc.link_policy"), width=5), Column(v.t("misc.label"), width=6)], rules
        ),
    ]
    for core in part.cores:
        blocks += [
            Heading(3, f"{core.id} {core.title}"),
            paragraph(
                strong(v.named(core.pillar)),
                v.t("misc.aside", text=v.named(core.topic_id)),
                v.t("misc.colon"),
                core.message,
            ),
            *(_post(v, post, ruled) for post in part.posts if post.core == core.id),
        ]
    known = {core.id for core in part.cores}
    for post in part.posts:
        if post.core not in known:
            blocks += [Heading(3, post.core), paragraph(strong(v.named(post.pillar))), _post(v, post, ruled)]
    return blocks


def _ruled(posts: list[Adaptation]) -> dict[str, tuple[str, str]]:
    """Platform → what holds for links and labels in all of its posts, where it has several."""
    found: dict[str, list[tuple[str, str]]] = {}
    for post in posts:
        found.setdefault(post.platform, []).append((post.link_policy, post.label))
    return {id_: said[0] for id_, said in found.items() if len(said) > 1 and len(set(said)) == 1}


def _post(v: Reader, post: Adaptation, ruled: dict[str, tuple[str, str]]) -> Card:
    """A post as a card: what is published first, then how; not again what is `ruled` for its platform."""
    tags = " ".join(f"#{tag}" for tag in post.hashtags)
    return Card(
        header=text(
            strong(v.platform(post.platform)),
            f" · {v.format(post.format)} · {v.label('language', post.language)} · {_slot(v, post)}",
        ),
        title=post.title,
        body=tuple(piece for piece in [*post.body.split("\n"), tags] if piece.strip()),
        pairs=pairs(
            (v.t("misc.first_frame"), post.first_frame),
            (v.t("misc.cta"), post.cta),
            (v.t("misc.link_policy"), "" if post.platform in ruled else post.link_policy),
            (v.t("misc.label"), "" if post.platform in ruled else post.label),
            (v.t("misc.limits"), join((_limit(v, one, post.format) for one in post.limits), v.t("misc.semicolon"))),
            (v.t("misc.transcreate"), v.t("misc.transcreate_text", tongue=v.label("language", post.transcreate))
             if post.transcreate else ""),
        ).pairs,
    )  # fmt: skip


def _slot(v: Reader, post: Adaptation) -> str:
    """The calendar's row that publishes a post, with its day; that it has none, where it is kept for a free slot."""
    topic = next((core.topic_id for core in v.plan.adaptations.cores if core.id == post.core), "")
    rows = (one for one in v.plan.calendar.entries if topic and (one.topic_id, one.platform) == (topic, post.platform))
    row = next(rows, None)
    return v.t("misc.slot", id=row.id, date=v.day(row.date, weekday=False)) if row else v.t("misc.no_slot")


def _limit(v: Reader, one: LimitCheck, format: str) -> Inline:
    """How much of a hard limit a post uses; of a thread its longest post."""
    used = f"{v.limit_field(one.field, format)} {one.count:,.10g}/{one.limit:,.10g} {v.label('limit_unit', one.unit)}"
    return v.cited(used, [one.source] if one.source else [])
