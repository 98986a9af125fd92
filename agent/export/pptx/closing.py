"""What happens first, and what the client has to decide."""

from __future__ import annotations

from agent.export.pptx.deck import Deck
from agent.export.pptx.flow import Grid, Points, Stack, beside
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
    first = part.decisions[:MOST] if len(part.decisions) > MOST + 1 else part.decisions
    more = len(part.decisions) - len(first)
    asked: Stack = [Points(v.t("head.decisions"), [*first, *([deck.t("more", n=more)] if more else [])])]
    if questions:
        asked = [*asked, Points(v.t("head.questions"), questions)]
    beside(deck, slide, deck.house.body, [Grid(v.t("head.first_30_days"), columns, rows)], asked)
    slide.notes += part.decisions if more else []
    slide.notes += [f"{gap.id} {gap.question} {gap.assumption}" for gap in deck.plan.gaps]
    deck.speak(slide)
