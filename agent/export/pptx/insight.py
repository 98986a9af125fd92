"""Market, competitors, personas, positioning."""

from __future__ import annotations

from agent.export.pptx.charts import label
from agent.export.pptx.deck import Deck
from agent.export.pptx.flow import Cards, Grid, Stack, beside, flow
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.locale import Count


def market(deck: Deck) -> None:
    """What moves the category, and the openings it leaves."""
    v, part = deck.v, deck.plan.market
    title = deck.t(
        "title.market",
        topics=Count(len(part.hot_topics)),
        openings=Count(len(part.openings)),
        brand=label(deck.plan.meta.brand, 24),
    )
    if not part.hot_topics and not part.openings:
        title = deck.t("title.gap", part=v.t("part.market"))
    slide = deck.slide(v.t("chapter.insight"), title, part.truth, part.timing)
    columns = [Column(deck.t("what"), bold=True), Column(deck.t("what_we_do"))]
    topics = [(titled(one.title), one.so_what) for one in part.hot_topics[:6]]
    openings = [(titled(one.title), one.how) for one in part.openings[:6]]
    left = Grid(v.t("head.hot_topics"), columns, topics, total=len(part.hot_topics))
    right = Grid(v.t("head.openings"), columns, openings, total=len(part.openings))
    beside(deck, slide, deck.house.body, [left], [right])
    deck.speak(
        slide,
        [id_ for trend in part.hot_topics for id_ in trend.sources]
        + [id_ for one in part.openings for id_ in one.sources],
    )


def competitors(deck: Deck) -> None:
    """Each competitor as far as it is known, and the answer to it."""
    v, part = deck.v, deck.plan.market
    rivals = [one for one in part.competitors if not one.status_quo]
    title = deck.t(
        "title.competitors" if rivals else "title.no_competitors", n=Count(len(rivals)), tasks=Count(len(part.unknowns))
    )
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
        Column(deck.t("competitor"), bold=True), Column(deck.t("known")), Column(deck.t("to_find_out")), Column(v.t("col.response")),
    ]  # fmt: skip
    blocks: Stack = [Grid("", columns, rows)]
    if not rivals and part.unknowns:
        tasks = [[task.id, task.question, task.how, v.role(task.owner), v.due(task.due)] for task in part.unknowns]
        heads = [
            Column(v.t("col.no"), bold=True),
            *(Column(v.t(f"col.{one}")) for one in ("question", "how", "owner", "due")),
        ]
        blocks = [*blocks, Grid(v.t("head.unknowns"), heads, tasks)]
    flow(deck, slide, (deck.house.body, blocks))
    deck.speak(slide, [id_ for one in part.competitors for seen in one.observations for id_ in seen.sources])


def personas(deck: Deck) -> None:
    """A card a persona."""
    v, part = deck.v, deck.plan.personas
    first = next((one for one in part.personas if one.priority == "primary"), part.personas[0])
    title = deck.t("title.personas", n=Count(len(part.personas)), name=label(first.name, 40))
    slide = deck.slide(v.t("chapter.insight"), title)
    slide.notes += [f"{one.name}{v.t('misc.colon')}{one.portrait}" for one in part.personas]
    colon = v.t("misc.colon")
    cards = []
    for one in part.personas:
        said = [
            titled(v.listed([one.age, one.gender, one.place, one.occupation])),
            f"{v.t('col.platforms')}{colon}{v.platforms(one.platforms)}",
            f"{v.t('col.pains')}{colon}{one.pains[0] if one.pains else '—'}",
            f"{v.t('col.triggers')}{colon}{one.triggers[0] if one.triggers else '—'}",
            f"{v.t('col.objection')}{colon}{one.objection}",
            f"{v.t('col.answer')}{colon}{one.answer}",
        ]
        cards.append((f"{one.id} {titled(one.name)}", [words for words in said if words]))
    flow(deck, slide, (deck.house.body, [Cards(cards, leads=True)]))
    deck.speak(slide, [id_ for claim in part.evidence for id_ in claim.sources])


def positioning(deck: Deck) -> None:
    """The role, the statement, what backs it, how it sounds."""
    v, part = deck.v, deck.plan.positioning
    brand, role = deck.plan.meta.brand, part.role.title
    proof = sum(
        claim.kind == "knowledge" or (claim.kind != "assumption" and any("proof" in one for one in claim.sources))
        for claim in part.proof
    )
    title = deck.t(
        "title.positioning_bare" if not proof else "title.positioning_role" if brand in role else "title.positioning", brand=label(brand, 24), role=label(role, 40),
        n=Count(proof), open=Count(max(1, len(part.proof))),
    )  # fmt: skip
    slide = deck.slide(v.t("chapter.insight"), title, part.fit, part.role.why)
    cards = [
        (v.t("head.proof"), [titled(claim.text) for claim in part.proof]),
        (v.t("col.tone_do"), part.tone_do),
        (v.t("col.tone_dont"), part.tone_dont),
    ]
    point = Cards([(v.t("misc.memory_point"), [part.memory_point, part.statement])], accent=True)
    flow(deck, slide, (deck.house.body, [point, Cards(cards)]))
    deck.speak(slide, [id_ for claim in part.proof for id_ in claim.sources])
