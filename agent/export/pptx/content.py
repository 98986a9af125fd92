"""Idea, pillars, calendar, platforms, posts."""

from __future__ import annotations

from collections import Counter

from agent.export.pptx.charts import chart, label, timeline
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.house import Box
from agent.export.pptx.opening import month, weeks
from agent.export.pptx.table import Column
from agent.locale import number


def _section(deck: Deck) -> str:
    return deck.v.t("chapter.content")


def _gap(deck: Deck, part: str) -> None:
    slide = deck.slide(_section(deck), deck.t("title.gap", part=deck.v.t(f"part.{part}")))
    deck.gap(slide)
    deck.speak(slide)


def idea(deck: Deck) -> None:
    """The one idea, and the routes not taken."""
    v, part = deck.v, deck.plan.strategy
    title = deck.t("title.idea", name=label(part.idea.name, 40), weeks=weeks(deck), routes=len(part.routes))
    slide = deck.slide(_section(deck), title, part.idea.verdict)
    upper, middle, lower = deck.house.body.rows((1.15, 1.8, 1.7))
    deck.card(slide, upper, part.idea.name, [part.idea.line], most=16, accent=True)
    cards = [
        (v.t("col.insight"), [part.idea.insight]),
        (v.t("col.mechanism"), [part.idea.mechanism]),
        (v.t("col.why_ours"), [part.idea.why_ours]),
    ]
    deck.cards(slide, middle.columns((1, 1, 1), 200_000), cards)
    rows = [[one.name, one.line, one.verdict] for one in part.routes]
    columns = [
        Column(v.t("col.route"), 1.4, bold=True),
        Column(deck.t("line"), 3),
        Column(v.t("col.route_verdict"), 3.4),
    ]
    deck.table(slide, lower, columns, rows)
    deck.speak(slide)


def pillars(deck: Deck) -> None:
    """Pillars with their shares; the mix of formats by platform."""
    v, part = deck.v, deck.plan.themes
    largest = max(part.pillars, key=lambda one: one.share)
    found = [entry for entry in deck.plan.calendar.entries if entry.kind != "buffer"]
    title = deck.t(
        "title.pillars",
        n=len(part.pillars),
        name=label(largest.name, 30),
        share=f"{largest.share}%",
        pieces=number(len(found)),
    )
    slide = deck.slide(_section(deck), title, part.say, part.form, part.care)
    left, right = deck.house.body.columns((1.25, 1))
    columns = [
        Column(v.t("col.pillar"), 1.7, bold=True),
        Column(v.t("col.share"), 0.6, "right"),
        Column(v.t("col.message"), 2.6),
    ]
    rows = [[f"{one.id} {one.name}", f"{one.share}%", one.message] for one in part.pillars]
    deck.table(slide, left, columns, rows, most=13)
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
    common = [name for name, _ in _by(found, 1).most_common(5)]
    if not platforms:
        return deck.gap(slide, box)
    series = {v.format(name): [found[platform, name] for platform in platforms] for name in common}
    rest = [sum(n for (p, f), n in found.items() if p == platform and f not in common) for platform in platforms]
    if any(rest):
        series[deck.t("others")] = rest
    chart(deck, slide, box, "stacked_bar", [v.platform(name) for name in platforms], series, number="0")
    return None


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
    top = max(months, key=lambda one: by_month[one])
    title = deck.t(
        "title.calendar",
        month=v.month(top),
        n=by_month[top],
        pieces=number(len(found)),
        weeks=weeks(deck),
        buffers=len(part.entries) - len(found),
    )
    slide = deck.slide(_section(deck), title, part.rhythm, part.buffer_rule)
    left, right = deck.house.body.columns((1.35, 1))
    names = [name for name, _ in Counter(entry.platform for entry in found).most_common(5)]
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
        [month(deck, one, first=at == 0) for at, one in enumerate(months)],
        series,
        number="0",
    )
    dates = sorted(part.key_dates, key=lambda one: one.date)
    rows = [[v.day(one.date, weekday=False), one.name, v.day(one.deliver_by, weekday=False)] for one in dates]
    columns = [Column(v.t("col.date"), 1), Column(v.t("col.occasion"), 2, bold=True), Column(v.t("col.deliver_by"), 1)]
    upper, lower = right.rows((1, 1.7))
    timeline(deck, slide, deck.heading(slide, upper, deck.t("phases")), deck.plan.phases)
    deck.table(slide, deck.heading(slide, lower, v.t("head.key_dates")), columns, rows)
    return deck.speak(slide, [id_ for one in dates for id_ in one.sources])


def platforms(deck: Deck) -> None:
    """Scores, roles, and what each platform gets."""
    v, part = deck.v, deck.plan.platforms
    if not part.choices:
        return _gap(deck, "platforms")
    first = max(part.choices, key=lambda one: (one.role == "primary", one.total))
    active = [one for one in part.choices if one.role in ("primary", "support")]
    money = v.money(sum(one.budget_cents for one in active))
    title = deck.t(
        "title.platforms",
        name=v.platform(first.platform),
        score=f"{first.total:.1f}",
        n=len(active),
        of=len(part.choices),
        money=money,
    )
    slide = deck.slide(_section(deck), title, part.logic, *part.interplay)
    left, right = deck.house.body.columns((1, 1.7))
    scored = sorted(part.choices, key=lambda one: -one.total)[:12]
    box = deck.heading(slide, left, v.t("misc.weighted_total"))
    chart(deck, slide, box, "bar", [v.platform(one.platform) for one in scored], {v.t("col.score"): [round(one.total, 2) for one in scored]},
          number="0.0", labels=True, axis=False)  # fmt: skip
    columns = [
        Column(v.t("col.platform"), 1.7, bold=True), Column(v.t("col.role"), 1.1), Column(v.t("col.cadence"), 1.1, "right"),
        Column(v.t("col.hours_week"), 1.1, "right"), Column(v.t("col.money"), 1.6, "right"), Column(v.t("col.why"), 4),
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
    others = [one for one in part.choices if one.role not in ("primary", "support")]
    rest = deck.heading(slide, right, v.t("head.platform_table"))
    deck.table(slide, rest, columns, rows)
    slide.notes += [
        f"{v.platform(one.platform)} · {v.t(f'platform_role.{one.role}')}{v.t('misc.colon')}{one.why}" for one in others
    ]
    return deck.speak(slide, [id_ for one in active for id_ in one.audience.sources])


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
        n=len(part.posts),
        platforms=len({one.platform for one in part.posts}),
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
    deck.cards(slide, deck.house.body.columns([1] * len(shown), 200_000), cards, most=14)
    return deck.speak(slide, [limit.source for one in shown for limit in one.limits])
