"""What happens first, what the client has to decide, and where the brief contradicts itself."""

from __future__ import annotations

from agent.export.pptx.deck import Deck
from agent.export.pptx.flow import Grid, Points, Stack, beside, flow
from agent.export.pptx.table import Column
from agent.locale import Count

MOST = 5
"""Decisions on the slide; the others stand in the notes and in the document."""


def next_steps(deck: Deck) -> None:
    """The first thirty days on the left, decisions and open questions on the right."""
    v, part = deck.v, deck.plan.summary
    steps = sorted(part.first_30_days, key=lambda one: one.date)
    gaps = {gap.id: gap for gap in deck.plan.gaps}
    questions = [gaps[id_].question for id_ in part.questions if id_ in gaps] or [
        gap.question for gap in deck.plan.gaps[:3]
    ]
    when = (
        v.day(steps[0].date, weekday=False, year=True)
        if steps
        else v.day(deck.plan.meta.start, weekday=False, year=True)
    )
    title = deck.t("title.next", decisions=Count(len(part.decisions)), steps=Count(len(steps)), date=when)
    slide = deck.slide(deck.t("section.next"), title)
    columns = [Column(v.t("col.date")), Column(v.t("col.action")), Column(v.t("col.owner"))]
    rows = [[v.day(one.date, weekday=False), one.action, v.role(one.owner)] for one in steps]
    asked = [_asked(deck, most, questions) for most in range(MOST, 0, -1)]
    place = beside(deck, slide, deck.house.body, [Grid(v.t("head.first_30_days"), columns, rows)], *asked)
    slide.notes += part.decisions if len(part.decisions) > MOST - place else []
    slide.notes += [f"{gap.id} {gap.question} {gap.assumption}" for gap in deck.plan.gaps]
    deck.speak(slide)


def _asked(deck: Deck, most: int, questions: list[str]) -> Stack:
    """So many decisions, one more where it is the last, and about half as many questions, each list with what it leaves out."""
    v, decisions = deck.v, deck.plan.summary.decisions
    stack: list[Points] = []
    for head, items, count in (("decisions", decisions, most), ("questions", questions, -(-most // 2))):
        shown = items if len(items) <= count + 1 else items[:count]
        more = len(items) - len(shown)
        if items:
            stack.append(Points(v.t(f"head.{head}"), [*shown, *([deck.t("more", n=more)] if more else [])]))
    return stack


def contradictions(deck: Deck) -> None:
    """What the brief says twice and differently, and what the plan does until the client decides; no slide where it is of a piece."""
    v = deck.v
    found = sorted(deck.plan.conflicts, key=lambda one: one.severity != "error")
    if not found:
        return
    errors = sum(one.severity == "error" for one in found)
    slide = deck.slide(deck.t("section.next"), deck.t("title.contradictions", n=Count(len(found)), errors=errors))
    columns = [Column(v.t("col.contradiction"), bold=True), Column(v.t("col.resolution"))]
    rows = [[one.message, one.resolution] for one in found]
    flow(deck, slide, (deck.house.body, [Grid("", columns, rows, most=14, total=len(rows))]))
    deck.speak(slide)
