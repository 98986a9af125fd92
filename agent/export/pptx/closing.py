"""What happens first, and what the client has to decide."""

from __future__ import annotations

from agent.export.pptx.deck import Deck
from agent.export.pptx.table import Column


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
    title = deck.t("title.next", decisions=len(part.decisions), steps=len(steps), date=when)
    slide = deck.slide(deck.t("section.next"), title)
    left, right = deck.house.body.columns((1.25, 1))
    columns = [Column(v.t("col.date"), 1), Column(v.t("col.action"), 4.2), Column(v.t("col.owner"), 1.2)]
    rows = [[v.day(one.date, weekday=False), one.action, v.role(one.owner)] for one in steps]
    deck.table(slide, deck.heading(slide, left, v.t("head.first_30_days")), columns, rows)
    upper, lower = right.rows((1.5, 1)) if questions else (right, None)
    deck.text(
        slide,
        deck.heading(slide, upper, v.t("head.decisions")),
        part.decisions or [deck.t("gap")],
        most=13,
        bullets=True,
    )
    if lower is not None:
        deck.text(slide, deck.heading(slide, lower, v.t("head.questions")), questions, most=13, bullets=True)
    slide.notes += [f"{gap.id} {gap.question} {gap.assumption}" for gap in deck.plan.gaps]
    deck.speak(slide)
