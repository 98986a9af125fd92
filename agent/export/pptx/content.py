"""Idea, pillars, calendar, platforms, posts."""

from __future__ import annotations

from collections import Counter

from agent.export.pptx.charts import SHADES, chart, label, timeline
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.flow import EASY, Cards, Grid, Stack, first_that_fits, fits, flow
from agent.export.pptx.house import Box
from agent.export.pptx.opening import month
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.locale import Count


def _section(deck: Deck) -> str:
    return deck.v.t("chapter.content")


def _gap(deck: Deck, part: str) -> None:
    slide = deck.slide(_section(deck), deck.t("title.gap", part=deck.v.t(f"part.{part}")))
    deck.gap(slide)
    deck.speak(slide)


def idea(deck: Deck) -> None:
    """The one idea, and the routes not taken."""
    v, part = deck.v, deck.plan.strategy
    title = deck.t(
        "title.idea", name=label(part.idea.name, 40), weeks=Count(deck.v.weeks), routes=Count(len(part.routes))
    )
    slide = deck.slide(_section(deck), title, part.idea.verdict)
    cards = [
        (v.t("col.insight"), [part.idea.insight]),
        (v.t("col.mechanism"), [part.idea.mechanism]),
        (v.t("col.why_ours"), [titled(part.idea.why_ours)]),
    ]
    rows = [[one.name, one.line, one.verdict] for one in part.routes]
    columns = [Column(v.t("col.route"), bold=True), Column(deck.t("line")), Column(v.t("col.route_verdict"))]
    line = Cards([(part.idea.name, [part.idea.line])], accent=True, most=20)
    flow(deck, slide, (deck.house.body, [line, Cards(cards), Grid("", columns, rows)]))
    deck.speak(slide)


def pillars(deck: Deck) -> None:
    """Pillars with their shares; the mix of formats by platform."""
    v, part = deck.v, deck.plan.themes
    largest = max(part.pillars, key=lambda one: one.share)
    found = [entry for entry in deck.plan.calendar.entries if entry.kind != "buffer"]
    title = deck.t(
        "title.pillars",
        n=Count(len(part.pillars)),
        name=label(largest.name, 30),
        share=f"{largest.share}%",
        pieces=Count(len(found)),
    )
    slide = deck.slide(_section(deck), title, part.say, part.form, part.care)
    left, right = deck.house.body.columns((1.25, 1))
    columns = [Column(v.t("col.pillar"), bold=True), Column(v.t("col.share"), "right"), Column(v.t("col.message"))]
    rows = [[f"{one.id} {one.name}", f"{one.share}%", titled(one.message)] for one in part.pillars]
    flow(deck, slide, (left, [Grid("", columns, rows)]))
    _mix(
        deck,
        slide,
        deck.heading(slide, right, v.t("head.format_mix")),
        Counter((one.platform, one.format) for one in found),
    )
    deck.speak(slide, [id_ for one in part.pillars for id_ in one.proof.sources])


def _mix(deck: Deck, slide: Slide, box: Box, found: Counter[tuple[str, str]]) -> None:
    """Pieces by platform, stacked by format; what is rare comes together as others."""
    v = deck.v
    platforms = [name for name, _ in Counter({p: 0 for p, _ in found} | _by(found, 0)).most_common(10)]
    common = _named(_by(found, 1))
    if not platforms:
        return deck.gap(slide, box)
    series = {v.format(name): [found[platform, name] for platform in platforms] for name in common}
    rest = [sum(n for (p, f), n in found.items() if p == platform and f not in common) for platform in platforms]
    if any(rest):
        series[deck.t("others")] = rest
    chart(deck, slide, box, "stacked_bar", [v.platform(name) for name in platforms], series, number="0")
    return None


def _named(found: Counter[str]) -> list[str]:
    """The most frequent first, as many as there are colours; the last colour is for what is left."""
    names = [name for name, _ in found.most_common()]
    return names if len(names) <= len(SHADES) else names[: len(SHADES) - 1]


def _by(found: Counter[tuple[str, str]], place: int) -> Counter[str]:
    out: Counter[str] = Counter()
    for key, times in found.items():
        out[key[place]] += times
    return out


def calendar(deck: Deck) -> None:
    """Pieces month by month, the phases on a time axis, and the dates prepared ahead."""
    v, part = deck.v, deck.plan.calendar
    found = [entry for entry in part.entries if entry.kind != "buffer"]
    if not found:
        return _gap(deck, "calendar")
    months = sorted({entry.date.replace(day=1) for entry in found})
    by_month = Counter(entry.date.replace(day=1) for entry in found)
    most = max(by_month.values())
    top = [one for one in months if by_month[one] == most]
    title = deck.t(
        "title.calendar" if len(top) == 1 else "title.calendar_even",
        month=v.listed(map(v.month, top)),
        n=most,
        pieces=Count(len(found)),
        weeks=Count(deck.v.weeks),
        buffers=Count(len(part.entries) - len(found)),
    )
    slide = deck.slide(_section(deck), title, part.rhythm, part.buffer_rule)
    left, right = deck.house.body.columns((1.35, 1))
    names = _named(Counter(entry.platform for entry in found))
    count = Counter((entry.date.replace(day=1), entry.platform) for entry in found)
    series = {v.platform(name): [count[one, name] for one in months] for name in names}
    rest = [sum(n for (m, p), n in count.items() if m == one and p not in names) for one in months]
    if any(rest):
        series[deck.t("others")] = rest
    chart(
        deck,
        slide,
        deck.heading(slide, left, deck.t("pieces_by_month")),
        "stacked_column",
        [month(deck, one) for one in months],
        series,
        number="0",
    )
    dates = sorted(part.key_dates, key=lambda one: one.date)
    rows = [[v.day(one.date, weekday=False), one.name, v.day(one.deliver_by, weekday=False)] for one in dates]
    columns = [Column(v.t("col.date")), Column(v.t("col.occasion"), bold=True), Column(v.t("col.deliver_by"))]
    upper, lower = right.rows((1, 1.9 if len(deck.plan.phases) < 4 else 1.4))
    timeline(deck, slide, deck.heading(slide, upper, deck.t("phases")), deck.plan.phases)
    flow(deck, slide, (lower, [Grid(v.t("head.key_dates"), columns, rows, most=14)]))
    return deck.speak(slide, [id_ for one in dates for id_ in one.sources])


def platforms(deck: Deck) -> None:
    """Scores, roles, and what each platform gets."""
    v, part = deck.v, deck.plan.platforms
    if not part.choices:
        return _gap(deck, "platforms")
    first = max(part.choices, key=lambda one: (one.role == "primary", one.total))
    active = [one for one in part.choices if one.role in ("primary", "support")]
    money = v.money(sum(one.budget_cents for one in active))
    tied = [one for one in part.choices if one.role == first.role and f"{one.total:.1f}" == f"{first.total:.1f}"]
    title = deck.t(
        "title.platforms" if len(tied) == 1 else "title.platforms_tied",
        name=(v.comma if v.chinese else " and ").join(v.platform(one.platform) for one in tied),
        score=f"{first.total:.1f}",
        n=Count(len(active)),
        of=len(part.choices),
        money=money,
    )
    slide = deck.slide(_section(deck), title, part.logic, *part.interplay)
    left, right = deck.house.body.columns((1, 1.9))
    scored = sorted(active, key=lambda one: -one.total)
    box = deck.heading(slide, left, v.t("misc.weighted_total"))
    chart(deck, slide, box, "bar", [v.platform(one.platform) for one in scored], {v.t("col.score"): [round(one.total, 2) for one in scored]},
          number="0.0", labels=True, axis=False)  # fmt: skip
    columns = [
        Column(v.t("col.platform"), bold=True), Column(v.t("col.role")), Column(v.t("col.cadence"), "right"),
        Column(v.t("col.hours_week"), "right"), Column(v.t("col.money"), "right"), Column(v.t("col.why")),
    ]  # fmt: skip
    rows = [
        [
            v.platform(one.platform),
            v.t(f"platform_role.{one.role}"),
            v.hours(one.cadence),
            v.hours(one.hours),
            v.money(one.budget_cents),
            one.why,
        ]
        for one in active
    ]
    others = sorted((one for one in part.choices if one not in active), key=lambda one: -one.total)
    whole: Stack = [Grid(v.t("head.platform_table"), columns, rows, most=14)]
    brief: Stack = [Grid(v.t("head.platform_table"), columns[:-1], [row[:-1] for row in rows], most=14)]
    heads = [Column(v.t(f"col.{name}"), bold=name == "platform") for name in ("platform", "role", "why")]
    unused = [[v.platform(one.platform), v.t(f"platform_role.{one.role}"), one.why] for one in others]
    stacks: list[Stack] = [
        [*whole, Grid(_not_used(deck, len(unused) - n), heads, unused[:n], most=12)]
        for n in range(min(6, len(unused)), 0, -1)
    ]
    blocks = first_that_fits(right, stacks, EASY) if stacks else whole
    if not fits(right, blocks, EASY):
        blocks = first_that_fits(right, [whole, brief])
    flow(deck, slide, (right, blocks))
    slide.notes += [
        f"{v.platform(one.platform)} · {v.t(f'platform_role.{one.role}')}{v.t('misc.colon')}{one.why}"
        for one in part.choices
    ]
    return deck.speak(slide, [id_ for one in active for id_ in one.audience.sources])


def _not_used(deck: Deck, more: int) -> str:
    """The heading over the platforms without posts, with how many of them the slide has no room for."""
    aside = deck.v.t("misc.aside", text=deck.t("more", n=more)) if more else ""
    return deck.t("not_used") + aside


def posts(deck: Deck) -> None:
    """Three finished posts of one idea, side by side."""
    v, part = deck.v, deck.plan.adaptations
    if not part.posts:
        return _gap(deck, "adaptations")
    counts = Counter(one.core for one in part.posts)
    core = counts.most_common(1)[0][0]
    shown = [one for one in part.posts if one.core == core][:3]
    title = deck.t(
        "title.posts",
        n=Count(len(part.posts)),
        platforms=Count(len({one.platform for one in part.posts})),
        core=label(v.name(core), 44),
    )
    slide = deck.slide(_section(deck), title, part.principle)
    cards = [
        (
            f"{v.platform(one.platform)} · {v.format(one.format)}",
            [one.title, *one.body.split("\n"), " ".join(f"#{tag}" for tag in one.hashtags)],
        )
        for one in shown
    ]
    flow(deck, slide, (deck.house.body, [Cards(cards, most=16)]))
    return deck.speak(slide, [limit.source for one in shown for limit in one.limits])
