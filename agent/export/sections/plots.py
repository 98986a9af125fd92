"""The charts of a plan: each takes its numbers from the same fields as the table beside it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from agent.export.plots import Bar, Bars, Heat, Matrix, Range, Ranges, Series, Strip, Strips, Timeline
from agent.export.reader import Reader, titled, watched
from agent.export.view import Chart, Table
from agent.locale import number, percent
from agent.plan.insight import Goal

GRAVE = 15
"""Score from which a risk counts as grave on the map: 3 × 5."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = dt.timedelta(days=7)


def budget_by_category(v: Reader) -> Chart:
    """Money by category, the largest first."""
    sums: Counter[str] = Counter()
    for line in v.plan.budget.lines:
        sums[line.category] += line.cents
    found = [(name, cents) for name, cents in sums.most_common() if cents]
    total = sum(sums.values())
    shares = [percent(cents / total, 0) for _, cents in found]
    shown = tuple(f"{v.money(cents)} · {share}" for (_, cents), share in zip(found, shares, strict=True))
    data = Bars(
        tuple(v.t(f"category.{name}") for name, _ in found),
        (Series(v.t("col.money"), tuple(float(cents) for _, cents in found), shown),),
        shown,
    )
    said = {"top": data.categories[0], "share": shares[0], "total": v.money(total)} if found else {}
    return Chart("budget-category", v.t("chart.budget_category", **said) if found else "", data)


def budget_by_platform(v: Reader) -> Chart:
    """Money by platform, stacked by phase."""
    lines = v.plan.budget.lines
    whole: Counter[str] = Counter()
    for line in lines:
        whole[line.platform] += line.cents
    platforms = [id_ for id_, cents in whole.most_common() if cents]
    total = sum(whole.values())
    series = []
    for phase in v.plan.phases:
        cents = [sum(one.cents for one in lines if (one.platform, one.phase) == (id_, phase.id)) for id_ in platforms]
        series.append(Series(v.named(phase.id), tuple(map(float, cents)), tuple(map(v.money, cents))))
    data = Bars(
        tuple(v.platform(id_) for id_ in platforms), tuple(series), tuple(v.money(whole[id_]) for id_ in platforms)
    )
    top = next((id_ for id_ in platforms if id_ != "shared"), "")
    said = {"top": v.platform(top), "share": percent(whole[top] / total, 0)} if top else {}
    shared = {"shared": percent(whole["shared"] / total, 0)} if whole["shared"] > whole[top] else {}
    one = "_one" if len([id_ for id_ in platforms if id_ != "shared"]) == 1 else ""
    title = v.t(f"chart.budget_{'shared' if shared else 'platform'}{one}", **said, **shared) if top else ""
    return Chart("budget-platform", title, data)


def goal_ranges(v: Reader) -> Chart:
    """Every goal that has a number: where it stands, what is forecast, what is wanted."""
    goals = [one for one in v.plan.positioning.goals if _numbers(one)]
    rows = tuple(_range(v, one) for one in goals)
    judged = [one.reached for one in rows if one.reached is not None]
    return Chart(
        "goals", _reached(v, judged), Ranges(rows, (v.t("col.baseline"), v.t("col.forecast"), v.t("col.target")))
    )


def _reached(v: Reader, judged: list[bool]) -> str:
    """How many targets the base forecast reaches; of one it says whether."""
    if len(judged) == 1:
        return v.t("chart.goals_one" if judged[0] else "chart.goals_not_one")
    key = "goals_unjudged" if not judged else "goals" if any(judged) else "goals_none"
    return v.t(f"chart.{key}", n=sum(judged), m=len(judged))


def _numbers(goal: Goal) -> bool:
    return goal.verdict.base is not None or (goal.target.value is not None and goal.baseline.value is not None)


def _range(v: Reader, goal: Goal) -> Range:
    unit, verdict = goal.target.unit, goal.verdict
    unknown = v.t("misc.unknown")

    def said(value: float | None) -> str:
        return unknown if value is None else v.amount(value, unit)

    judged = verdict.status in ("feasible", "stretch", "infeasible")
    return Range(
        v.named(goal.id), goal.baseline.value, verdict.low, verdict.base, verdict.high, goal.target.value,
        (said(goal.baseline.value), v.outlook(verdict, unit) or unknown, v.t("misc.no_target") if watched(goal) else said(goal.target.value)),
        v.status(goal), verdict.status == "feasible" if judged else None,
    )  # fmt: skip


def calendar_heat(v: Reader) -> Chart:
    """Pieces a day: weekdays down, weeks across."""
    days = Counter(one.date for one in v.plan.calendar.entries if one.kind != "buffer")
    if not days:
        return Chart("calendar", "", Heat((), (), (), (), "", ""))
    mondays = _mondays(min(days), max(days))
    weeks = Counter({monday: sum(days[monday + dt.timedelta(n)] for n in range(7)) for monday in mondays})
    heads = [
        _month_name(v, monday) if at == 0 or monday.month != mondays[at - 1].month else ""
        for at, monday in enumerate(mondays)
    ]
    busiest, count = weeks.most_common(1)[0]
    data = Heat(
        tuple(v.t(f"weekday.{name}") for name in WEEKDAYS),
        tuple(v.day(monday) for monday in mondays),
        tuple(tuple(days[monday + dt.timedelta(n)] for monday in mondays) for n in range(7)),
        tuple(heads),
        v.t("chart.less"),
        v.t("chart.more"),
    )
    said = v.t(
        "chart.calendar", n=number(sum(days.values())), weeks=v.weeks, day=v.day(busiest, weekday=False), max=count
    )
    return Chart("calendar", said, data)


def _mondays(first: dt.date, last: dt.date) -> list[dt.date]:
    """The Mondays of the weeks from one day to another."""
    monday = first - dt.timedelta(days=first.weekday())
    return [monday + WEEK * at for at in range((last - monday).days // 7 + 1)]


def _month_name(v: Reader, date: dt.date) -> str:
    """A month for an axis; the year with each January and where the period starts is left to the title."""
    return v.t(f"month.{date.month}")


def content_mix(v: Reader) -> Chart:
    """Pieces by pillar, stacked by format."""
    entries = [one for one in v.plan.calendar.entries if one.kind != "buffer" and one.pillar]
    pillars = [one.id for one in v.plan.themes.pillars if any(entry.pillar == one.id for entry in entries)]
    cells = Counter((one.pillar, one.format) for one in entries)
    formats = [id_ for id_, _ in Counter(one.format for one in entries).most_common()]
    series = tuple(
        Series(v.format(id_) or id_, tuple(float(cells[one, id_]) for one in pillars), tuple(str(cells[one, id_]) for one in pillars))
        for id_ in formats
    )  # fmt: skip
    sums = [sum(cells[one, id_] for id_ in formats) for one in pillars]
    whole = sum(sums)
    shares = {one.id: f"{one.share}%" for one in v.plan.themes.pillars}
    totals = tuple(f"{number(n)} · {shares[one]}" for n, one in zip(sums, pillars, strict=True))
    title = ""
    if whole:
        top = max(range(len(sums)), key=sums.__getitem__)
        title = v.t("chart.mix", n=number(whole), top=v.named(pillars[top]), share=shares[pillars[top]])
    return Chart("mix", title, Bars(tuple(v.named(one) for one in pillars), series, totals))


def platform_scores(v: Reader) -> Chart:
    """Weighted scores, stacked by criterion, best first; the title names all whose score reads the same as the best."""
    choices = sorted(v.plan.platforms.choices, key=lambda one: -one.total)
    criteria = list(dict.fromkeys(score.criterion for one in choices for score in one.scores))
    found = [{score.criterion: score.weight * score.score for score in one.scores} for one in choices]
    series = tuple(
        Series(v.label("criterion", name), tuple(one.get(name, 0.0) for one in found), tuple(f"{one.get(name, 0.0):.2f}" for one in found))
        for name in criteria
    )  # fmt: skip
    totals = tuple(f"{one.total:.1f} · {v.t(f'platform_role.{one.role}')}" for one in choices)
    best = [v.platform(one.platform) for one in choices if f"{one.total:.1f}" == f"{choices[0].total:.1f}"]
    key = "chart.scores_tied" if len(best) > 1 else "chart.scores"
    title = (
        v.t(key, top=v.comma.join(best[:-1] or best), last=best[-1], score=f"{choices[0].total:.1f}") if choices else ""
    )
    return Chart("scores", title, Bars(tuple(v.platform(one.platform) for one in choices), series, totals))


def risk_matrix(v: Reader, instead: Table) -> Chart:
    """Risks on a grid of five by five."""
    risks = v.plan.risks.risks
    scale = range(1, 6)
    data = Matrix(
        v.t("chart.impact"),
        v.t("chart.likelihood"),
        tuple(v.label("impact", str(n)) for n in scale),
        tuple(v.label("likelihood", str(n)) for n in scale),
        tuple((one.likelihood, one.impact, one.id, one.title) for one in risks),
    )
    grave = sum(one.likelihood * one.impact >= GRAVE for one in risks)
    return Chart("risks", v.t("chart.risks", n=len(risks), k=grave, score=GRAVE), data, instead)


def workload(v: Reader) -> Chart:
    """Hours needed against hours at hand, a strip a person with any; who has work but no name is said in the title."""
    weeks = v.busy_weeks()
    mondays = sorted({one.week for one in weeks})
    cells = {(one.week, one.holder): one for one in weeks}
    strips = [
        Strip(
            titled(v.label("role", holder)),
            tuple(cells[monday, holder].hours if (monday, holder) in cells else 0.0 for monday in mondays),
            tuple(cells[monday, holder].capacity if (monday, holder) in cells else 0.0 for monday in mondays),
        )
        for holder in dict.fromkeys(one.holder for one in weeks)
    ]
    over = sum(one.hours > one.capacity for one in weeks)
    names = tuple(v.day(monday, weekday=False) for monday in mondays)
    vacant = [role for role in v.plan.team.roles if not role.holder and role.load > 0]
    title = v.t("chart.load_over", n=over, m=len(weeks)) if over else v.t("chart.load_kept")
    if vacant:
        open_ = v.listed(v.role(role.id) for role in vacant)
        title = v.t("chart.load_vacant", kept=title, roles=open_, hours=v.hours(sum(role.load for role in vacant)))
    heads = (v.t("chart.hours"), v.t("chart.at_hand"), v.t("chart.too_much"))
    said = v.t("amount.h", n="{peak} / {hand}")
    return Chart("workload", title, Strips(names, tuple(strips), heads, said))


def phases(v: Reader) -> Chart:
    """The phases on a time axis, with the dates that get a campaign or a post."""
    start, end, shares = v.plan.meta.start, v.plan.meta.end, v.phase_shares()
    bars = tuple(
        Bar(v.named(one.id), one.start, one.end, shares.get(one.id, ""), v.span(one.start, one.end))
        for one in v.plan.phases
        if one.end >= one.start
    )
    points = tuple(
        (one.date, one.name, v.day(one.date, weekday=False), v.day(one.date))
        for one in sorted(v.plan.calendar.key_dates, key=lambda one: (one.use != "campaign", one.date))
        if start <= one.date <= end and one.use != "quiet"
    )
    data = Timeline(start, end, bars, points, tuple(_months(v, start, end)))
    return Chart("phases", v.t("chart.phases", n=len(bars), span=v.span(start, end)), data)


def _months(v: Reader, start: dt.date, end: dt.date) -> Iterable[tuple[dt.date, str]]:
    """The months of a period, the first from its first day on."""
    day = start
    while day <= end:
        yield day, v.t(f"month.{day.month}")
        day = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
