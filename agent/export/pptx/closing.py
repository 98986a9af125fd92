"""What happens first, what the client has to decide, and where the brief contradicts itself."""

from __future__ import annotations

from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.flow import Grid, Points, Stack, flow, whole
from agent.export.pptx.table import Column
from agent.locale import Count

SHARES = (0.6, 0.54, 0.48, 0.42, 0.36)
"""Parts of the slide's width that the first steps may take, beside the decisions."""
FEW = 3
"""Steps of the first month that stand beside the decisions at the least."""


def next_steps(deck: Deck) -> None:
    """Every decision of the client's; beside them as many of the first steps and open questions as there is room for."""
    v, part = deck.v, deck.plan.summary
    steps = sorted(part.first_30_days, key=lambda one: one.date)
    gaps = {gap.id: gap for gap in deck.plan.gaps}
    questions = [gaps[id_].question for id_ in part.questions if id_ in gaps] or [
        gap.question for gap in deck.plan.gaps[:3]
    ]
    first = steps[0].date if steps else deck.plan.meta.start
    title = deck.t(
        "title.next" if part.decisions else "title.next_steps",
        decisions=Count(len(part.decisions)),
        steps=Count(len(steps)),
        date=v.day(first, weekday=False, year=True),
        start=v.day(deck.plan.meta.start, weekday=False, year=True),
    )
    slide = deck.slide(deck.t("section.next"), title)
    columns = [Column(v.t("col.date")), Column(v.t("col.action")), Column(v.t("col.owner"))]
    rows = [[v.day(one.date, weekday=False), one.action, deck.who(one.owner)] for one in steps]
    wanted = Points(v.t("head.decisions"), part.decisions)
    rights: list[Stack] = [
        [wanted, Points(v.t("head.questions"), questions[:most])] for most in range(len(questions), 0, -1)
    ]
    for right in [*rights, [wanted]]:
        if _placed(deck, slide, columns, rows, right):
            break
    else:
        _alone(deck, slide)
    slide.notes += [" · ".join(row) for row in rows]
    slide.notes += [f"{gap.id} {gap.question} {gap.assumption}" for gap in deck.plan.gaps]
    deck.speak(slide)


def _placed(deck: Deck, slide: Slide, columns: list[Column], rows: list[list[str]], right: Stack) -> bool:
    """Puts the first steps beside the decisions where both fit whole, as many steps as do; says whether it did."""
    for most in range(len(rows), min(FEW, len(rows)) - 1, -1):
        grid = Grid(deck.v.t("head.first_30_days"), columns, rows[:most], total=len(rows))
        for share in SHARES:
            one, other = deck.house.body.columns((share, 1 - share))
            if whole(one, [grid]) and whole(other, right):
                flow(deck, slide, (one, [grid]), (other, right))
                return True
    return False


def _alone(deck: Deck, slide: Slide) -> None:
    """The decisions in two columns over the whole slide, where they are too many to leave room for anything else."""
    told, v = deck.plan.summary.decisions, deck.v
    lengths = [sum(map(len, told[:at])) for at in range(len(told) + 1)]
    half = min(range(1, len(told)), key=lambda at: abs(2 * lengths[at] - lengths[-1]), default=1)
    parts = [
        Points(f"{v.t('head.decisions')}{v.t('misc.aside', text=f'{first + 1}–{last}')}", told[first:last])
        for first, last in ((0, half), (half, len(told)))
        if first < last
    ]
    boxes = deck.house.body.columns((1,) * len(parts))
    flow(deck, slide, *((box, [part]) for box, part in zip(boxes, parts, strict=True)), apart=0)


def contradictions(deck: Deck) -> None:
    """What the brief says twice and differently, and what the plan does until the client decides; no slide where it is of a piece."""
    v = deck.v
    found = sorted(deck.plan.conflicts, key=lambda one: one.severity != "error")
    if not found:
        return
    errors = sum(one.severity == "error" for one in found)
    slide = deck.slide(
        deck.t("section.next"),
        deck.t("title.contradictions" if errors else "title.contradictions_mild", n=Count(len(found)), errors=errors),
    )
    columns = [Column(v.t("col.contradiction"), bold=True), Column(v.t("col.resolution"))]
    rows = [[one.message, one.resolution] for one in found]
    flow(deck, slide, (deck.house.body, [Grid("", columns, rows, most=14, total=len(rows))]))
    deck.speak(slide)
