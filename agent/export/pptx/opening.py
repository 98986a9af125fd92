"""Cover, summary, goals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from agent import locale
from agent.export.pptx.charts import label
from agent.export.pptx.deck import Deck, kept
from agent.export.pptx.flow import Cards, Grid, Stack, beside, first_that_fits, flow
from agent.export.pptx.table import Column
from agent.export.reader import titled, watched
from agent.locale import Count
from agent.plan.insight import Goal

JUDGED = ("feasible", "stretch", "infeasible")
"""Verdicts of goals that can be held against a forecast."""


def month(deck: Deck, day: dt.date) -> str:
    """A month on an axis: "3月" or "Mar", with its year in January."""
    short = f"{day.month}月" if deck.v.chinese else f"{day:%b}"
    if day.month > 1:
        return short
    return f"{day.year}年{short}" if deck.v.chinese else f"{short} {day.year}"


def pieces(deck: Deck) -> int:
    """Pieces in the calendar without the free slots."""
    return sum(entry.kind != "buffer" for entry in deck.plan.calendar.entries)


def assumed(deck: Deck, field: str) -> str:
    """The mark of what the plan assumes because the brief does not say it; "" where it does."""
    missing = any(gap.field == field for gap in deck.plan.gaps)
    return deck.v.t("misc.aside", text=deck.v.t("misc.assumption")) if missing else ""


def ranked(deck: Deck) -> list[Goal]:
    """The goals, the most important first."""
    return sorted(deck.plan.positioning.goals, key=lambda goal: goal.priority)


def cover(deck: Deck) -> None:
    """Brand, headline, period, date."""
    v, plan = deck.v, deck.plan
    period = f"{v.t('doc.period')}{v.t('misc.colon')}{v.span(plan.meta.start, plan.meta.end)}"
    made = f"{v.t('doc.as_of')}{v.t('misc.colon')}{v.day(plan.meta.as_of, weekday=False, year=True)}"
    slide = deck.cover(v.t("doc.title", brand=plan.meta.brand), [plan.summary.headline, period, made])
    slide.notes.append(plan.summary.situation)
    deck.speak(slide)


def summary(deck: Deck) -> None:
    """The plan on one slide: money, time, pieces, platforms; the idea, what it costs, what it reaches, what the client decides."""
    v, plan = deck.v, deck.plan
    judged = [goal for goal in plan.positioning.goals if goal.verdict.status in JUDGED]
    reached = [goal for goal in judged if goal.verdict.status == "feasible"]
    total, number = v.money(plan.budget.total_cents), pieces(deck)
    known = {
        "money": total,
        "weeks": Count(deck.v.weeks),
        "pieces": Count(number),
        "goals": Count(len(judged)),
        "reached": len(reached),
        "stretch": Count(stretched(judged)),
        "missed": len(judged) - len(reached) - stretched(judged),
    }
    title = deck.t(
        "title.summary_stretch" if stretched(judged) else f"title.summary_{how_many(len(reached), len(judged))}",
        **known,
    )
    slide = deck.slide(v.t("part.summary"), title, plan.summary.headline, plan.summary.money)
    active = [one for one in plan.platforms.choices if one.role in ("primary", "support")]
    upper, lower = deck.house.body.rows((1.1, 3.6))
    judged_tile = (
        (f"{len(reached)} / {len(judged)}", deck.t("goals_in_reach"))
        if judged
        else (str(len(plan.positioning.goals)), deck.t("goals_set"))
    )
    deck.tiles(
        slide, upper,
        [(total, v.t("misc.total") + assumed(deck, "budget.total")), (str(deck.v.weeks), deck.t("weeks")), (locale.number(number), deck.t("pieces")),
         (str(len(active)), deck.t("active_platforms", n=Count(len(active)))), judged_tile],
    )  # fmt: skip
    short = deck.t("named_idea", name=deck.inner(plan.strategy.idea.name), line=plan.strategy.idea.line)
    ideas = [
        _pair((v.t("head.idea"), [words]), (v.t("head.money"), [plan.summary.money]))
        for words in (plan.summary.idea, short)
    ]
    wanted = plan.summary.decisions
    asked = [
        _pair((deck.t("verdict"), [plan.summary.verdict]), _decisions(deck, most)) for most in range(len(wanted), 0, -1)
    ]
    alone: Stack = [Cards([(deck.t("verdict"), [plan.summary.verdict])], grows=True)]
    half = lower.columns((1, 1))[0]
    beside(deck, slide, lower, first_that_fits(half, ideas), *(asked or [alone]))
    slide.notes += [plan.summary.situation, *wanted]
    slide.notes += [
        f"{one.id} {v.t(f'declined_status.{one.status}')}{v.t('misc.colon')}{one.text} ({one.law})"
        for one in plan.declined
    ]
    deck.speak(slide, _sources(deck))


def _pair(*cards: tuple[str, list[str]]) -> Stack:
    """Cards one below the other, over the whole height."""
    return [Cards([one], grows=True) for one in cards]


def _decisions(deck: Deck, most: int) -> tuple[str, list[str]]:
    """The first decisions under a heading that says how many there are; before them how often the brief contradicts itself, where it does."""
    wanted, conflicts = deck.plan.summary.decisions, deck.plan.conflicts
    grave = sum(one.severity == "error" for one in conflicts)
    told = [deck.t("contradicts", n=Count(len(conflicts)), errors=grave)] if grave else []
    aside = deck.v.t("misc.aside", text=deck.t("part_of", n=most, of=len(wanted))) if most < len(wanted) else ""
    return f"{deck.v.t('head.decisions')}{aside}", [*told, *wanted[:most]]


def stretched(judged: Sequence[Goal]) -> int:
    """Goals that only the high case reaches."""
    return sum(goal.verdict.status == "stretch" for goal in judged)


def how_many(part: int, whole: int) -> str:
    """Which wording suits a part of a whole."""
    return "own" if not whole else "none" if not part else "all" if part == whole else "some"


def goals(deck: Deck) -> None:
    """Every goal: where it stands, what is wanted, what the plan brings."""
    v, found = deck.v, ranked(deck)
    if not found:
        slide = deck.slide(v.t("chapter.insight"), deck.t("title.gap", part=v.t("head.smart_goals")))
        deck.gap(slide)
        deck.speak(slide)
        return
    first = next((goal for goal in found if goal.verdict.status in JUDGED and goal.target.value is not None), None)
    title = (
        deck.t("title.goal", metric=label(titled(first.metric), 30), forecast=deck.forecast(first.verdict.base or 0, first.target.unit),
               target=v.amount(first.target.value or 0, first.target.unit), status=v.t(f"status.{first.verdict.status}"))
        if first else _proposed(deck, found)
    )  # fmt: skip
    slide = deck.slide(v.t("chapter.insight"), title, *(f"{goal.id} {goal.verdict.text}" for goal in found))
    cases = " – ".join(v.t(f"scenario.{case}") for case in ("low", "base", "high"))
    day, times = Counter(goal.deadline for goal in found).most_common(1)[0]
    late = [goal for goal in found if goal.deadline != day]
    together = len(late) < 3 and times > len(late)
    columns = [
        Column(v.t("col.goal"), bold=True), Column(v.t("col.baseline"), "right"), Column(v.t("col.target"), "right"),
        Column(f"{v.t('col.forecast')}{v.t('misc.aside', text=cases)}", "right"), *([] if together else [Column(v.t("col.due"))]),
        Column(v.t("col.owner")), Column(v.t("col.verdict")),
    ]  # fmt: skip
    rows = [
        [
            v.named(goal.id), v.range(goal.baseline.low, goal.baseline.value, goal.baseline.high, goal.target.unit) or v.t("misc.unknown"),
            _target(deck, goal), deck.span(goal.verdict.low, goal.verdict.base, goal.verdict.high, goal.target.unit),
            *([] if together else [v.day(goal.deadline, weekday=False, year=True)]), deck.who(goal.owner), _verdict(deck, goal),
        ]
        for goal in found
    ]  # fmt: skip
    others = v.listed(f"{goal.id} {v.day(goal.deadline, weekday=False)}" for goal in late)
    due = (
        deck.t("all_due_but" if late else "all_due", date=v.day(day, weekday=False, year=True), others=others)
        if together
        else ""
    )
    flow(deck, slide, (deck.house.body, [Grid(due, columns, rows)]))
    deck.speak(slide, [id_ for goal in found for step in goal.verdict.steps for id_ in step.sources])


def _proposed(deck: Deck, found: list[Goal]) -> str:
    """The title where every target is the plan's own: the first of them with its forecast."""
    first = next((goal for goal in found if goal.target.value is not None), None)
    if first is None:
        return deck.t("title.goals", n=Count(len(found)))
    return deck.t(
        "title.goal_own",
        metric=label(titled(first.metric), 30),
        target=deck.v.amount(first.target.value or 0, first.target.unit),
    )


def _target(deck: Deck, goal: Goal) -> str:
    """What is wanted: one number where the plan set it, as in the document."""
    target = deck.v.aimed(goal)
    if watched(goal):
        return deck.v.t("misc.no_target")
    if target.value is not None and goal.verdict.base is not None:
        return deck.v.amount(target.value, target.unit)
    return kept(deck.v.range(target.low, target.value, target.high, target.unit)) or deck.v.t("misc.unknown")


def _verdict(deck: Deck, goal: Goal) -> str:
    """The verdict, and what the target would cost."""
    said = titled(deck.v.status(goal))
    cost = goal.verdict.target_cost_cents
    return (
        said
        if not cost or goal.verdict.status == "feasible"
        else f"{said}\n{deck.t('would_cost', money=locale.money(cost, deck.v.currency))}"
    )


def _sources(deck: Deck) -> list[str]:
    return [id_ for goal in deck.plan.positioning.goals for id_ in (*goal.baseline.sources, *goal.target.sources)]
