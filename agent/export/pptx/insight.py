"""Market, competitors, personas, positioning."""

from __future__ import annotations

from agent.export.pptx.charts import label
from agent.export.pptx.deck import Deck
from agent.export.pptx.table import Column


def market(deck: Deck) -> None:
    """What moves the category, and the openings it leaves."""
    v, part = deck.v, deck.plan.market
    title = deck.t(
        "title.market", topics=len(part.hot_topics), openings=len(part.openings), brand=label(deck.plan.meta.brand, 24)
    )
    if not part.hot_topics and not part.openings:
        title = deck.t("title.gap", part=v.t("part.market"))
    slide = deck.slide(v.t("chapter.insight"), title, part.truth, part.timing)
    left, right = deck.house.body.columns((1, 1))
    for box, head, rows in (
        (left, v.t("head.hot_topics"), [(one.title, one.so_what) for one in part.hot_topics]),
        (right, v.t("head.openings"), [(one.title, one.how) for one in part.openings]),
    ):
        rest = deck.heading(slide, box, head)
        columns = [Column(deck.t("what"), 1.1, bold=True), Column(deck.t("what_we_do"), 2)]
        deck.table(slide, rest, columns, rows[:6], most=14)
    deck.speak(
        slide,
        [id_ for trend in part.hot_topics for id_ in trend.sources]
        + [id_ for one in part.openings for id_ in one.sources],
    )


def competitors(deck: Deck) -> None:
    """Each competitor as far as it is known, and the answer to it."""
    v, part = deck.v, deck.plan.market
    rivals = [one for one in part.competitors if not one.status_quo]
    title = deck.t("title.competitors" if rivals else "title.no_competitors", n=len(rivals), tasks=len(part.unknowns))
    slide = deck.slide(v.t("chapter.insight"), title)
    slide.notes += [
        f"{task.id} {task.question}（{task.where}）" if v.chinese else f"{task.id} {task.question} ({task.where})"
        for task in part.unknowns
    ]
    rows = []
    for one in part.competitors:
        known = [
            f"{v.label('aspect', seen.aspect)}{v.t('misc.colon')}{seen.text}"
            for seen in one.observations
            if seen.kind != "research"
        ]
        open_ = [seen.task for seen in one.observations if seen.kind == "research" and seen.task]
        name = v.t("misc.status_quo") if one.status_quo and not one.name else one.name
        rows.append(
            [name, "\n".join(known[:3]) or deck.t("nothing_known"), v.listed(dict.fromkeys(open_)) or "—", one.response]
        )
    columns = [
        Column(deck.t("competitor"), 1.4, bold=True), Column(deck.t("known"), 4), Column(deck.t("to_find_out"), 1.3), Column(v.t("col.response"), 3),
    ]  # fmt: skip
    upper, lower = deck.house.body, None
    if not rivals and part.unknowns:
        upper, lower = deck.house.body.rows((1, 2))
    deck.table(slide, upper, columns, rows, most=13)
    if lower is not None:
        tasks = [[task.id, task.question, task.how, v.role(task.owner), v.due(task.due)] for task in part.unknowns]
        heads = [
            Column(v.t("col.no"), 0.5, bold=True), Column(v.t("col.question"), 3), Column(v.t("col.how"), 4), Column(v.t("col.owner"), 1.2),
            Column(v.t("col.due"), 1.2),
        ]  # fmt: skip
        deck.table(slide, deck.heading(slide, lower, v.t("head.unknowns")), heads, tasks)
    deck.speak(slide, [id_ for one in part.competitors for seen in one.observations for id_ in seen.sources])


def personas(deck: Deck) -> None:
    """A card a persona."""
    v, part = deck.v, deck.plan.personas
    first = next((one for one in part.personas if one.priority == "primary"), part.personas[0])
    slide = deck.slide(
        v.t("chapter.insight"), deck.t("title.personas", n=len(part.personas), name=label(first.name, 40))
    )
    slide.notes += [f"{one.name}{v.t('misc.colon')}{one.portrait}" for one in part.personas]
    colon = v.t("misc.colon")
    cards = []
    for one in part.personas:
        said = [
            v.listed([one.age, one.gender, one.place, one.occupation]),
            f"{v.t('col.platforms')}{colon}{v.platforms(one.platforms)}",
            f"{v.t('col.pains')}{colon}{one.pains[0] if one.pains else '—'}",
            f"{v.t('col.triggers')}{colon}{one.triggers[0] if one.triggers else '—'}",
            f"{v.t('col.objection')}{colon}{one.objection}",
            f"{v.t('col.answer')}{colon}{one.answer}",
        ]
        cards.append((f"{one.id} {one.name}", said))
    deck.cards(slide, deck.house.body.columns([1] * len(cards), 200_000), cards)
    deck.speak(slide, [id_ for claim in part.evidence for id_ in claim.sources])


def positioning(deck: Deck) -> None:
    """The role, the statement, what backs it, how it sounds."""
    v, part = deck.v, deck.plan.positioning
    title = deck.t(
        "title.positioning", brand=label(deck.plan.meta.brand, 24), role=label(part.role.title, 30), n=len(part.proof)
    )
    slide = deck.slide(v.t("chapter.insight"), title, part.fit, part.role.why)
    upper, lower = deck.house.body.rows((1, 2))
    deck.card(slide, upper, v.t("misc.memory_point"), [part.memory_point, part.statement], most=15, accent=True)
    cards = [
        (v.t("head.proof"), [claim.text for claim in part.proof]),
        (v.t("col.tone_do"), part.tone_do),
        (v.t("col.tone_dont"), part.tone_dont),
    ]
    deck.cards(slide, lower.columns((1, 1.3, 1.3), 200_000), cards)
    deck.speak(slide, [id_ for claim in part.proof for id_ in claim.sources])
