"""Idea, pillars, calendar, platforms, posts."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from pptx.enum.dml import MSO_THEME_COLOR as THEME

from agent import locale
from agent.export.pptx.charts import SHADES, chart, label, timeline
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.flow import Cards, Grid, Points, Stack, first_that_fits, flow
from agent.export.pptx.house import Box
from agent.export.pptx.opening import month
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.locale import Count
from agent.plan.content import Adaptation, KeyDate, Pillar, PlatformChoice

NEUTRAL = 3
"""The score on the brief's wishes of a platform that the brief does not speak of."""


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
    """Pillars with their shares, for whom they are and a post of each; the mix of formats by platform."""
    v, part = deck.v, deck.plan.themes
    largest = max(part.pillars, key=lambda one: one.share)
    found = [entry for entry in deck.plan.calendar.entries if entry.kind != "buffer"]
    title = deck.t(
        "title.pillars",
        name=deck.inner(label(largest.name, 30)),
        share=f"{largest.share}%",
        pieces=Count(len(found)),
        example=deck.inner(label(_example(largest), 60)),
    )
    slide = deck.slide(_section(deck), title, part.say, part.form, part.care)
    slide.notes += [f"{one.id} {one.name}{v.t('misc.colon')}{one.proof.text}" for one in part.pillars]
    left, right = deck.house.body.columns((1.5, 1))
    columns = [
        Column(v.t("col.pillar"), bold=True), Column(v.t("col.share"), "right"), Column(v.t("col.for")), Column(v.t("col.message")),
        Column(deck.t("example")),
    ]  # fmt: skip
    rows = [
        [
            f"{one.id} {one.name}", f"{one.share}%", v.listed(titled(v.name(id_)) for id_ in one.personas), titled(one.message),
            _example(one),
        ]
        for one in part.pillars
    ]  # fmt: skip
    whole, brief = Grid("", columns, rows), Grid("", columns[:2] + columns[3:], [row[:2] + row[3:] for row in rows])
    tables: list[Stack] = [[whole], [brief]] if whole.roomy(left) else [[brief]]
    flow(deck, slide, (left, first_that_fits(left, tables)))
    _mix(
        deck,
        slide,
        deck.heading(slide, right, v.t("head.format_mix")),
        Counter((one.platform, one.format) for one in found),
    )
    deck.speak(slide, [id_ for one in part.pillars for id_ in one.proof.sources])


def _example(one: Pillar) -> str:
    """A post that shows what a pillar is: the second of its topics, since the first opens the series."""
    return one.topics[min(1, len(one.topics) - 1)].title if one.topics else one.message


def _mix(deck: Deck, slide: Slide, box: Box, found: Counter[tuple[str, str]]) -> None:
    """Pieces by platform, stacked by format; what is rare comes together as others. Of one platform a bar a format."""
    v = deck.v
    platforms = [name for name, _ in Counter({p: 0 for p, _ in found} | _by(found, 0)).most_common(10)]
    common = _named(_by(found, 1))
    if not platforms:
        return deck.gap(slide, box)
    series = {v.format(name): [found[platform, name] for platform in platforms] for name in common}
    rest = [sum(n for (p, f), n in found.items() if p == platform and f not in common) for platform in platforms]
    if any(rest):
        series[deck.t("others")] = rest
    if len(platforms) == 1:
        counts = {v.platform(platforms[0]): [sum(values) for values in series.values()]}
        chart(deck, slide, box, "bar", list(series), counts, number="0", labels=True, axis=False)
        return None
    chart(
        deck,
        slide,
        box,
        "stacked_bar",
        [v.platform(name) for name in platforms],
        series,
        number="0",
        labels=True,
        axis=False,
    )
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
        month=_and(deck, [v.month(one) for one in top]),
        n=most,
        pieces=Count(len(found)),
        weeks=Count(deck.v.weeks),
        why=_reason(deck, top[0]) if len(top) == 1 else "",
    )
    slide = deck.slide(_section(deck), title, part.rhythm, part.buffer_rule)
    left, right = deck.house.body.columns((1.2, 1))
    names = _named(Counter(entry.platform for entry in found))
    count = Counter((entry.date.replace(day=1), entry.platform) for entry in found)
    series = {v.platform(name): [count[one, name] for one in months] for name in names}
    rest = [sum(n for (m, p), n in count.items() if m == one and p not in names) for one in months]
    if any(rest):
        series[deck.t("others")] = rest
    chart(
        deck,
        slide,
        deck.heading(slide, left, deck.t("pieces_by_month", free=Count(len(part.entries) - len(found)))),
        "stacked_column",
        [deck.t("month_total", month=month(deck, one), n=by_month[one]) for one in months],
        series,
        number="0",
        labels=len(series) > 1,
        axis=False,
    )
    upper, lower = right.rows((1, 2.3 if len(deck.plan.phases) < 4 else 1.6))
    timeline(deck, slide, deck.heading(slide, upper, deck.t("phases")), deck.plan.phases)
    flow(deck, slide, (lower, first_that_fits(lower, _dates(deck))))
    return deck.speak(slide, [id_ for one in part.key_dates for id_ in one.sources])


def _reason(deck: Deck, first: dt.date) -> str:
    """Why a month is the fullest: the occasions that its pieces belong to, else the phase that most of them fall into."""
    v = deck.v
    found = [
        entry for entry in deck.plan.calendar.entries if entry.kind != "buffer" and entry.date.replace(day=1) == first
    ]
    keys = Counter(entry.key_date for entry in found if entry.key_date)
    phase = Counter(entry.phase for entry in found).most_common(1)[0][0]
    named = [label(v.name(id_), 24) for id_, _ in keys.most_common(2)]
    if named and sum(keys.values()) * 4 >= len(found):
        return deck.t("peak_dates", names=_and(deck, [deck.inner(one) for one in named]))
    return deck.t("peak_phase", name=deck.inner(label(v.name(phase), 24)))


def _dates(deck: Deck) -> list[Stack]:
    """The key dates: all in a table; else the holidays without posts in one line; else the client's own dates and campaigns alone."""
    v = deck.v
    dates = sorted(deck.plan.calendar.key_dates, key=lambda one: one.date)
    columns = [Column(v.t("col.date")), Column(v.t("col.occasion"), bold=True), Column(v.t("col.deliver_by"))]

    def grid(shown: list[KeyDate], total: int = 0) -> Grid:
        rows = [[v.day(one.date, weekday=False), one.name, v.day(one.deliver_by, weekday=False)] for one in shown]
        return Grid(v.t("head.key_dates"), columns, rows, most=14, total=total)

    quiet = [one for one in dates if one.use == "quiet" and one.kind != "brand"]
    none = [deck.t("quiet_days", days=v.listed(v.day(one.date, weekday=False) for one in quiet))] if quiet else []
    ours = [one for one in dates if one.kind in ("brand", "commerce") or one.use == "campaign"]
    busy = [one for one in dates if one not in quiet]
    others = [f"{v.day(one.date, weekday=False)} {one.name}" for one in busy if one not in ours]
    also = [deck.t("other_dates", days=v.listed(others))] if others and ours else []
    return [
        [grid(dates)],
        [grid(busy), Points("", none)],
        [grid(ours or busy), Points("", [*also, *none])],
        [grid(ours or busy, len(dates))],
    ]


def platforms(deck: Deck) -> None:
    """Scores, roles, and what each platform gets."""
    v, part = deck.v, deck.plan.platforms
    if not part.choices:
        return _gap(deck, "platforms")
    active = [one for one in part.choices if one.role in ("primary", "support")]
    first = max(part.choices, key=lambda one: (one.role == "primary", one.total))
    lead = [one for one in active if one.role == first.role]
    support = [one for one in active if one not in lead]
    spent, total = sum(one.budget_cents for one in active), deck.plan.budget.total_cents
    title = deck.t(
        "title.platforms_support" if support else "title.platforms",
        name=_and(deck, [v.platform(one.platform) for one in lead]),
        support=_and(deck, [v.platform(one.platform) for one in support]),
        lead=Count(len(lead)),
        others=Count(len(support)),
        n=Count(len(active)),
        of=len(part.choices),
        money=v.money(spent),
        total=v.money(total),
    )
    slide = deck.slide(_section(deck), title, part.logic, *part.interplay)
    left, right = deck.house.body.columns((1, 1.9))
    _ranking(deck, slide, deck.heading(slide, left, v.t("misc.weighted_total")))
    columns = [
        Column(v.t("col.platform"), bold=True), Column(v.t("col.role")), Column(deck.t("pieces_weekly"), "right"),
        Column(v.t("col.hours_week"), "right"), Column(v.t("col.money"), "right"), Column(v.t("col.why")),
    ]  # fmt: skip
    made = Counter(entry.platform for entry in deck.plan.calendar.entries if entry.kind != "buffer")
    rows = [
        [
            v.platform(one.platform),
            v.t(f"platform_role.{one.role}"),
            locale.plain(made[one.platform] / v.weeks, 1),
            v.hours(one.hours),
            v.money(one.budget_cents),
            one.why,
        ]
        for one in active
    ]
    head = v.t("head.platform_table")
    if 0 < spent < total:
        head += v.t("misc.aside", text=deck.t("untied", money=v.money(total - spent), total=v.money(total)))
    others = sorted(
        (one for one in part.choices if one not in active),
        key=lambda one: (_weight(one), not _open(deck, one), -one.total),
    )
    whole: Stack = [Grid(head, columns, rows, most=14)]
    told: Stack = [Grid(head, columns[:3] + columns[4:], [row[:3] + row[4:] for row in rows], most=14)]
    brief: Stack = [Grid(head, columns[:-1], [row[:-1] for row in rows], most=14)]
    heads = [Column(v.t(f"col.{name}"), bold=name == "platform") for name in ("platform", "role", "why")]
    unused, counts = _unused(deck, others)
    least = sum(_weight(one) == 0 for one in others) + any(_weight(one) == 1 for one in others)
    stacks: list[Stack] = [
        [*top, Grid(_not_used(deck, counts[n - 1], len(others)), heads, unused[:n], most=14)]
        for top, fewest in ((whole, least), (told, least), (brief, least), (whole, 1))
        for n in range(min(6, len(unused)), max(0, fewest - 1), -1)
        if n
    ]
    flow(deck, slide, (right, first_that_fits(right, [*stacks, whole, brief])))
    slide.notes += [
        f"{v.platform(one.platform)} · {v.t(f'platform_role.{one.role}')}{v.t('misc.colon')}{one.why}"
        for one in part.choices
    ]
    return deck.speak(slide, [id_ for one in active for id_ in one.audience.sources])


def _and(deck: Deck, names: list[str]) -> str:
    """Names in a sentence."""
    if deck.v.chinese or len(names) < 2:
        return deck.v.listed(names)
    return f"{deck.v.listed(names[:-1])} and {names[-1]}"


def _barred(one: PlatformChoice) -> bool:
    """Whether the client has excluded a platform: the score on the brief's wishes is the lowest there is."""
    return one.role == "excluded" and any(score.criterion == "wish" and score.score <= 1 for score in one.scores)


def _weight(one: PlatformChoice) -> int:
    """Which of the unused platforms the client looks for first: 0 one that the brief is open to or has an account on, 1 one that it excludes,
    2 any other.
    """
    if _barred(one):
        return 1
    asked = any(score.criterion == "wish" and score.score > NEUTRAL for score in one.scores)
    return 0 if asked or any(score.basis.startswith("brief:accounts[") for score in one.scores) else 2


def _unused(deck: Deck, others: list[PlatformChoice]) -> tuple[list[list[str]], list[int]]:
    """A row for each unused platform, one for all that are excluded alike, and how many platforms the rows down to each one hold.

    Why the client excludes some needs no telling, so that the reasons of the others have room.
    """
    v = deck.v
    rows: list[list[str]] = []
    counts: list[int] = []
    names: dict[str, list[str]] = {}
    for one in others:
        role = _bar(deck, one) if _barred(one) else v.t(f"platform_role.{one.role}")
        if _barred(one) and role in names:
            names[role].append(v.platform(one.platform))
            rows[-1][0] = _and(deck, names[role])
            counts[-1] += 1
            continue
        if _barred(one):
            names[role] = [v.platform(one.platform)]
        plain = _barred(one) and not _open(deck, one)
        rows.append([v.platform(one.platform), role, deck.t("barred_why") if plain else one.why])
        counts.append((counts[-1] if counts else 0) + 1)
    return rows, counts


def _bar(deck: Deck, one: PlatformChoice) -> str:
    """Who excluded a platform: the client, or the plan until a brief that both wants and refuses it is settled."""
    return deck.t("barred_open" if _open(deck, one) else "barred")


def _open(deck: Deck, one: PlatformChoice) -> bool:
    """Whether the brief both wants and refuses a platform, so that the client has to decide."""
    name = deck.v.platform(one.platform)
    found = (two for two in deck.plan.conflicts if two.severity == "error" and "platforms.avoid" in two.fields)
    return any(name in two.message for two in found)


def _ranking(deck: Deck, slide: Slide, box: Box) -> None:
    """The scores of all platforms, the best first; those used in colour, the others pale."""
    v = deck.v
    scored = sorted(deck.plan.platforms.choices, key=lambda one: (-one.total, one.platform))
    groups = {
        deck.t("used"): (("primary", "support"), THEME.ACCENT_1),
        deck.t("unused"): (("listen", "excluded"), THEME.ACCENT_6),
    }
    series: dict[str, list[float | None]] = {
        name: [round(one.total, 2) if one.role in roles else None for one in scored]
        for name, (roles, _) in groups.items()
    }
    series = {name: values for name, values in series.items() if any(value is not None for value in values)}
    made = chart(
        deck, slide, box, "bar", [v.platform(one.platform) for one in scored], series, number="0.0", labels=True, axis=False, legend=True,
        colours=[groups[name][1] for name in series],
    )  # fmt: skip
    made.plots[0].overlap = 100


def _not_used(deck: Deck, shown: int, whole: int) -> str:
    """The heading over the platforms without posts, with how many of them the table holds where that is not all."""
    aside = deck.v.t("misc.aside", text=deck.t("part_of", n=shown, of=whole)) if shown < whole else ""
    return deck.t("not_used") + aside


def posts(deck: Deck) -> None:
    """Finished posts side by side: one idea on each platform, or the first ones where there is one platform. Posts that still have a place to fill in
    are shown only where there are no others."""
    v, part = deck.v, deck.plan.adaptations
    if not part.posts:
        return _gap(deck, "adaptations")
    platforms = {one.platform for one in part.posts}
    cores = list(dict.fromkeys(one.core for one in part.posts))
    found = [one for one in part.posts if not _TO_FILL.search(one.body)] or part.posts
    ideas = [[one for one in found if one.core == core] for core in cores] if len(platforms) > 1 else []
    sets = [group[:most] for groups in (ideas, [found]) for most in (3, 2) for group in groups if len(group) >= most]
    sets += [[one] for one in found]
    stacks: list[Stack] = [[Cards([_post(deck, one) for one in shown], most=16, grows=True)] for shown in sets]
    stack = first_that_fits(deck.house.body, stacks)
    shown = sets[stacks.index(stack)]
    one_idea = len({one.core for one in shown}) == 1
    title = deck.t(
        "title.posts"
        if one_idea and len(shown) > 1
        else "title.posts_all"
        if len(shown) == len(part.posts)
        else "title.posts_first",
        n=Count(len(part.posts)),
        shown=Count(len(shown)),
        core=deck.inner(label(v.name(shown[0].core), 48)),
    )
    slide = deck.slide(_section(deck), title, part.principle)
    flow(deck, slide, (deck.house.body, stack))
    return deck.speak(slide, [limit.source for one in shown for limit in one.limits])


_TO_FILL = re.compile(r"［|\[\D")
"""A place in a post that the client's people fill in; seconds of a film, "[0-3s]", are none."""


def _post(deck: Deck, one: Adaptation) -> tuple[str, list[str]]:
    """A finished post: where it stands, its words."""
    v = deck.v
    words = [one.title, *one.body.split("\n"), " ".join(f"#{tag}" for tag in one.hashtags)]
    return f"{v.platform(one.platform)} · {v.format(one.format)}", words
