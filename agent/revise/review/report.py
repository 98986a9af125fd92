"""The review: every figure against what is due by now, what may be behind a gap and how to test it, edits that would answer it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from agent.errors import BriefError
from agent.files import write_text
from agent.frame.model import SUMS
from agent.locale import day, has, money_value, number, percent, t
from agent.plan.insight import Goal
from agent.plan.model import MarketingPlan
from agent.revise.changes import Case
from agent.revise.model import BudgetLimit, CadenceChange, Edit, GoalChange, RevisePart
from agent.revise.proposal import open_work
from agent.revise.review.actuals import Actual, Read, read_actuals
from agent.revise.told import preview

ON_PACE = 0.9
"""Share of what is due from which a figure counts as on pace: below it lies outside the noise of a week or two."""
FAR = 0.6
"""Share of what is due below which the target itself is put into question."""
EARLY = 0.15
"""Share of the period before which no target is put into question: there is too little to go by."""
STEP = 0.05
"""Share of the total budget that one proposal moves to the platform ahead."""
SLOWER = 0.75
"""Factor on the cadence of a platform whose posts engage less than forecast."""
LESS_IS_BETTER = frozenset(
    {"cpa", "cpl", "cpc", "cpm", "cpe", "followers_lost", "follower_loss_rate", "response_time", "unsubscribe"}
)

State = Literal["ahead", "on", "behind", "no_target"]


class Row(RevisePart):
    """One figure against its target."""

    key: str
    """KPI or goal id."""
    name: str
    """Its name."""
    unit: str
    """Unit, as in Figure."""
    platform: str = ""
    """Platform id, when it belongs to one."""
    baseline: float | None
    """Where it stood at the start."""
    target: float | None
    """Target at the end of the period."""
    due: float | None
    """What is due by the day of the review: for what adds up, the target times the share of the plan's pieces that are out."""
    actual: float
    """What came of it."""
    attained: float | None
    """actual ÷ due (due ÷ actual where less is better), a fraction."""
    gap: float | None
    """actual − due."""
    state: State
    """ahead: more than is due; on: at least nine tenths of it; behind: less."""
    place: str
    """File and cells of the actual figure."""


class Cause(RevisePart):
    """Something that may be behind a gap, and how to find out."""

    key: str
    """KPI or goal id."""
    text: str
    """What it may be."""
    test: str
    """How to test it."""


class Review(RevisePart):
    """A review of a run."""

    run_dir: str
    """The run."""
    until: dt.date
    """Last day that the figures cover."""
    elapsed: float
    """Share of the period that is over, a fraction."""
    published: float
    """Share of the plan's pieces that were due by then, a fraction."""
    rows: list[Row]
    """Figures with their targets, those behind first."""
    causes: list[Cause]
    """What to test."""
    edits: list[Edit]
    """Proposed edits; nothing is applied."""
    preview: str
    """The edits in words, one a line."""
    missing: list[str]
    """KPIs of the plan that the files hold no figure for."""
    unread: list[str] = Field(default_factory=list)
    """Rows of the files that name nothing of the plan."""
    markdown: str = ""
    """The review as Markdown."""
    path: str = ""
    """Where it was written."""


def review(run: Path, metrics: Sequence[Path], *, until: dt.date | None = None, write: bool = True) -> Review:
    """Actuals against targets. Writes exports/review-DATE.md into the run unless told not to; the plan stays as it is.

    `until` None takes the last date in the files. Raises BriefError when a file cannot be read, holds nothing that the plan
    counts, or says no date.
    """
    work = open_work(run)
    plan = work.plan
    read = read_actuals(metrics, plan)
    if not read.found:
        raise BriefError(t(plan.meta.language, "revise.review.nothing"), where=", ".join(one.name for one in metrics))
    last = until or read.until
    if last is None:
        raise BriefError(t(plan.meta.language, "revise.review.no_date"), where="--until")
    last = min(max(last, plan.meta.start), plan.meta.end)
    rows = sorted(
        _rows(plan, read, last),
        key=lambda row: (row.state != "behind", row.attained if row.attained is not None else 9.0),
    )
    edits = list(_edits(plan, rows, _elapsed(plan, last)))
    out = Review(
        run_dir=str(run), until=last, elapsed=round(_elapsed(plan, last), 4), published=round(_published(plan, last), 4), rows=rows,
        causes=list(_causes(plan, rows)), edits=edits, preview=preview(edits, Case(work.intake, plan, "")), missing=_missing(plan, rows),
        unread=list(read.unread),
    )  # fmt: skip
    out.markdown = _markdown(plan, out)
    if write:
        path = run / "exports" / f"review-{last.isoformat()}.md"
        write_text(path, out.markdown)
        out.path = str(path)
    return out


def _elapsed(plan: MarketingPlan, last: dt.date) -> float:
    return ((last - plan.meta.start).days + 1) / ((plan.meta.end - plan.meta.start).days + 1)


def _published(plan: MarketingPlan, last: dt.date) -> float:
    """Share of the plan's pieces dated up to a day."""
    dated = [one.date for one in plan.calendar.entries if one.kind != "buffer"]
    return sum(one <= last for one in dated) / len(dated) if dated else _elapsed(plan, last)


def _rows(plan: MarketingPlan, read: Read, last: dt.date) -> Iterator[Row]:
    goals = {goal.id: goal for goal in plan.positioning.goals}
    kpis = {kpi.id: kpi for kpi in plan.kpis.kpis}
    for one in read.found:
        if one.key in goals:
            goal = goals[one.key]
            due = _due_goal(plan, goal, last)
            yield _row(
                one,
                goal.metric,
                goal.target.unit,
                "",
                goal.baseline.value,
                goal.target.value,
                due,
                less=goal.kind == "service",
            )
        elif one.key in kpis:
            kpi = kpis[one.key]
            head = kpi.id.split(".", 1)[0]
            target = kpi.target.value
            due = target if target is None or head not in SUMS else target * _published(plan, last)
            yield _row(
                one, kpi.name, kpi.unit, kpi.platform, kpi.baseline.value, target, due, less=head in LESS_IS_BETTER
            )


def _due_goal(plan: MarketingPlan, goal: Goal, last: dt.date) -> float | None:
    """A goal's target line at a day: its months, joined by straight lines; a level without a line is due as a whole."""
    target = goal.target.value
    points = [(one.month, one.target) for one in plan.kpis.curve if one.goal == goal.id and one.target is not None]
    if target is None:
        return None
    if not points:
        return target
    average = any(one.average for one in plan.kpis.curve if one.goal == goal.id)
    level = goal.baseline.value if average or goal.kind == "followers" else None
    start = level if level is not None else 0.0 if average else _first(points, goal)
    line = [
        (plan.meta.start - dt.timedelta(days=1), start),
        *((when, float(value or 0)) for when, value in points),
        (plan.meta.end, target),
    ]
    for (a, low), (b, high) in itertools.pairwise(line):
        if last <= b:
            span = max(1, (b - a).days)
            return low + (high - low) * (last - a).days / span
    return target


def _first(points: Sequence[tuple[dt.date, float | None]], goal: Goal) -> float:
    """Where a goal's line begins: its baseline where it starts from one, else nothing."""
    base = goal.baseline.value
    first = points[0][1] or 0.0
    return base if base is not None and first >= base else 0.0


def _row(
    one: Actual,
    name: str,
    unit: str,
    platform: str,
    baseline: float | None,
    target: float | None,
    due: float | None,
    *,
    less: bool,
) -> Row:
    attained = None
    state: State = "no_target"
    if due:
        attained = (due / one.value if one.value else 0.0) if less else one.value / due
        state = "ahead" if attained > 1 / ON_PACE else "on" if attained >= ON_PACE else "behind"
    return Row(
        key=one.key, name=name, unit=unit, platform=platform, baseline=baseline, target=target, due=None if due is None else round(due, 4),
        actual=one.value, attained=None if attained is None else round(attained, 4), gap=None if due is None else round(one.value - due, 4),
        state=state, place=one.place,
    )  # fmt: skip


def _family(plan: MarketingPlan, row: Row) -> str:
    kinds = {kpi.id: kpi.kind for kpi in plan.kpis.kpis}
    goals = {goal.id: goal.kind for goal in plan.positioning.goals}
    names = {"awareness": "exposure", "traffic": "conversion"}
    found = str(kinds.get(row.key) or goals.get(row.key) or "content")
    return names.get(found, found)


def _causes(plan: MarketingPlan, rows: Sequence[Row]) -> Iterator[Cause]:
    """For every figure behind: what may be behind it, and how to test that; once for a family on a platform."""
    seen: set[tuple[str, str]] = set()
    for row in (one for one in rows if one.state == "behind"):
        family = _family(plan, row)
        if (family, row.platform) in seen:
            continue
        seen.add((family, row.platform))
        for place in range(1, 4):
            key = f"revise.review.causes.{family}.{place}"
            if has(plan.meta.language, f"{key}.text"):
                yield Cause(
                    key=row.key, text=t(plan.meta.language, f"{key}.text"), test=t(plan.meta.language, f"{key}.test")
                )


def _edits(plan: MarketingPlan, rows: Sequence[Row], elapsed: float) -> Iterator[Edit]:
    """Edits that would answer the gaps; each is a proposal with the figures of the files behind it."""
    yield from _targets(plan, rows, elapsed)
    yield from _money(plan, rows)
    for row in rows:
        choice = next((one for one in plan.platforms.choices if one.platform == row.platform), None)
        if row.key.startswith("er.") and row.state == "behind" and choice and choice.cadence > 1:
            yield CadenceChange(platform=row.platform, per_week=round(choice.cadence * SLOWER * 4) / 4)


def _targets(plan: MarketingPlan, rows: Sequence[Row], elapsed: float) -> Iterator[Edit]:
    """A goal far behind with enough of the period over: its target at the pace so far."""
    ids = [goal.id for goal in plan.positioning.goals]
    for row in rows:
        if row.key not in ids or row.attained is None or row.attained >= FAR or elapsed < EARLY or row.target is None:
            continue
        base = row.baseline or 0.0
        pace = base + (row.actual - base) / elapsed if row.due is not None and row.unit != "%" else row.actual
        value = round(pace, 3) if row.unit == "%" else _two_figures(pace)
        if 0 < value < row.target:
            yield GoalChange(do="set", goal=ids.index(row.key) + 1, target=value)


def _two_figures(value: float) -> float:
    if value < 100:
        return float(round(value))
    step = 10.0 ** (len(str(int(value))) - 2)
    return round(value / step) * step


def _money(plan: MarketingPlan, rows: Sequence[Row]) -> Iterator[Edit]:
    """Money from the platform furthest behind to the one furthest ahead, where both are measured by the same figure."""
    total = plan.budget.total_cents
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.platform and row.attained is not None:
            groups.setdefault(row.key.split(".", 1)[0], []).append(row)
    for mine in groups.values():
        ordered = sorted(mine, key=lambda row: row.attained or 0.0)
        weak, strong = ordered[0], ordered[-1]
        if len(ordered) < 2 or weak.state != "behind" or strong.state == "behind" or not total:
            continue
        spent = sum(line.cents for line in plan.budget.lines if line.platform == strong.platform)
        yield BudgetLimit(scope="platform", of=strong.platform, share=round(min(0.9, spent / total + STEP), 2))
        return


def _missing(plan: MarketingPlan, rows: Sequence[Row]) -> list[str]:
    held = {row.key for row in rows}
    return [kpi.name for kpi in plan.kpis.kpis if kpi.id not in held and kpi.target.value is not None]


def _markdown(plan: MarketingPlan, found: Review) -> str:
    language = plan.meta.language

    def say(key: str, **values: object) -> str:
        return t(language, f"revise.review.{key}", **values)

    lines = [f"# {say('title', brand=plan.meta.brand)}", "", say(
        "covers", until=day(found.until, language, year=True), elapsed=percent(found.elapsed), published=percent(found.published)
    ), "", f"## {say('figures')}", "", f"| {say('head')} |", "|---|---:|---:|---:|---:|---:|---|---|"]  # fmt: skip
    for row in found.rows:
        cells = [row.name, *(_shown(v, row, plan) for v in (row.target, row.due, row.actual)), "–" if row.attained is None else percent(row.attained),
                 _shown(row.gap, row, plan), say(f"state.{row.state}"), row.place]  # fmt: skip
        lines.append("| " + " | ".join(one.replace("|", "\\|").replace("\n", " ") for one in cells) + " |")
    if found.causes:
        lines += ["", f"## {say('causes_head')}", "", say("causes_note"), ""]
        names = {row.key: row.name for row in found.rows}
        lines += [f"- **{names[one.key]}**{say('colon')}{one.text} {say('test')}{one.test}" for one in found.causes]
    lines += ["", f"## {say('edits_head')}", ""]
    lines += [f"- {line}" for line in found.preview.splitlines()] or [say("no_edits")]
    if found.missing:
        lines += ["", f"## {say('missing_head')}", "", t(language, "revise.joiner").join(found.missing)]
    if found.unread:
        lines += ["", f"## {say('unread_head')}", "", *(f"- {one}" for one in found.unread)]
    return "\n".join(lines) + "\n"


def _shown(value: float | None, row: Row, plan: MarketingPlan) -> str:
    if value is None:
        return "–"
    if row.unit == "%":
        return percent(value)
    return (
        money_value(value, row.unit)
        if row.unit == plan.meta.currency
        else number(value, 0 if abs(value) >= 10 or value == int(value) else 1)
    )
