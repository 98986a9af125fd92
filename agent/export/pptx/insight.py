"""Market, competitors, personas, positioning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent import locale
from agent.export.pptx.charts import label
from agent.export.pptx.deck import Deck
from agent.export.pptx.flow import Cards, Facts, Grid, Points, Stack, beside, first_that_fits, flow
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.locale import Count
from agent.plan.base import Claim
from agent.plan.insight import Competitor, MarketPart, Opening, Persona

ACCOUNT = ("content_style", "engagement_tactics", "follower_growth")
"""Aspects of an account, which only those have who publish."""
_CODE = re.compile(r"(?<![A-Za-z0-9])R\d+(?!\d)")
_FIGURE = re.compile(r"\d[\d,.]*\d?\s?%|\d[\d,]* of \d[\d,]*|\d[\d,]*\.\d+|\d[\d,]*")
_YEAR = re.compile(r"(?:19|20)\d\d")


def market(deck: Deck) -> None:
    """What moves the category, and the openings it leaves; a practice worth borrowing is told where there is room, since "this way" names none."""
    v, part = deck.v, deck.plan.market
    kept = _gap_left(part)
    opening = next((one for one in part.openings if one is not kept), kept)
    title = deck.t(
        "title.market" if opening else "title.market_topics",
        topics=Count(len(part.hot_topics)),
        opening=deck.inner(label(opening.title, 40)) if opening else "",
        brand=label(deck.plan.meta.brand, 24),
    )
    if not part.hot_topics and not part.openings:
        title = deck.t("title.gap", part=v.t("part.market"))
    slide = deck.slide(v.t("chapter.insight"), title, part.truth, part.timing)
    columns = [Column(deck.t("what"), bold=True), Column(deck.t("what_we_do"))]
    guessed = v.t("misc.aside", text=v.t("misc.assumption"))
    marked = [
        (f"{titled(one.title)}{guessed if one.kind == 'assumption' else ''}", one.so_what)
        for one in part.hot_topics[:6]
    ]
    plain = [(titled(one.title), one.so_what) for one in part.hot_topics[:6]]
    openings = [(titled(one.title), one.how) for one in part.openings[:6]]
    head, total = v.t("head.hot_topics"), len(part.hot_topics)
    right: Stack = [Grid(v.t("head.openings"), columns, openings, total=len(part.openings))]
    guesses = [one for one in part.lessons if one.sources == ["assume:market"]]
    lessons = [
        Grid(
            v.t("head.lessons"),
            columns,
            [(one.why if one in told else titled(one.title), one.how) for one in part.lessons],
        )
        for told in (part.lessons, guesses, [])
    ]
    rights = [*([*right, one] for one in lessons if part.lessons), right]
    asked = _called(deck, [one.so_what for one in part.hot_topics])
    tasks: Stack = [Points(v.t("head.unknowns"), asked, most=14)] if asked else []
    lefts: list[Stack] = [
        [Grid(head, columns, topics, total=total), *below] for below in (tasks, []) for topics in (marked, plain)
    ]
    half = deck.house.body.columns((1, 1))[0]
    beside(deck, slide, deck.house.body, first_that_fits(half, lefts[:3]), *rights)
    deck.speak(
        slide,
        [id_ for trend in part.hot_topics for id_ in trend.sources]
        + [id_ for one in part.openings for id_ in one.sources],
    )


def _called(deck: Deck, texts: Sequence[str]) -> list[str]:
    """The research questions that texts call by their code, with it: nobody has the list at hand."""
    called = {code for words in texts for code in _CODE.findall(words)}
    return [f"{task.id} {task.question}" for task in deck.plan.market.unknowns if task.id in called]


def _strongest(part: MarketPart) -> Competitor | None:
    """The competitor with the most followers, as far as they are known; else the first."""
    rivals = [one for one in part.competitors if not one.status_quo]
    return max(rivals, key=lambda one: one.followers.value or 0, default=None)


def _gap_left(part: MarketPart) -> Opening | None:
    """The opening that rests on what is known of the strongest competitor; else the first."""
    rival = _strongest(part)
    words = [seen.text for seen in rival.observations if seen.kind == "brief"] + [rival.name] if rival else []
    named = (one for one in part.openings if any(word and word in one.why for word in words))
    return next(named, part.openings[0] if part.openings else None)


def competitors(deck: Deck) -> None:
    """Each competitor as far as it is known, what is asked about it, and the answer to it."""
    v, part = deck.v, deck.plan.market
    rivals = [one for one in part.competitors if not one.status_quo]
    rival, opening = _strongest(part), _gap_left(part)
    known: dict[str, object] = {"n": Count(len(rivals)), "tasks": Count(len(part.unknowns))}
    title = deck.t("title.competitors" if rivals else "title.no_competitors", **known)
    if rival and opening:
        known |= {"name": label(rival.name, 30), "gap": deck.inner(label(opening.title, 40))}
        known |= {"followers": locale.number(rival.followers.value or 0)}
        title = deck.t("title.rival_followers" if rival.followers.value else "title.rival", **known)
    slide = deck.slide(v.t("chapter.insight"), title)
    slide.notes += [
        f"{task.id} {task.question}（{task.where}）" if v.chinese else f"{task.id} {task.question} ({task.where})"
        for task in part.unknowns
    ]
    columns = [
        Column(deck.t("competitor"), bold=True), Column(deck.t("known")), Column(deck.t("to_find_out")), Column(v.t("col.response")),
    ]  # fmt: skip
    tables = [
        Grid("", columns, [_rival(deck, one, *most) for one in part.competitors]) for most in ((7, 2), (7, 1), (3, 1))
    ]
    blocks = first_that_fits(deck.house.body, [[one] for one in tables])
    if not rivals and part.unknowns:
        tasks = [[task.id, task.question, task.how, deck.who(task.owner), v.due(task.due)] for task in part.unknowns]
        heads = [
            Column(v.t("col.no"), bold=True),
            *(Column(v.t(f"col.{one}")) for one in ("question", "how", "owner", "due")),
        ]
        blocks = [*blocks, Grid(v.t("head.unknowns"), heads, tasks)]
    flow(deck, slide, (deck.house.body, blocks))
    deck.speak(slide, [id_ for one in part.competitors for seen in one.observations for id_ in seen.sources])


def _aspect(deck: Deck, one: Competitor, aspect: str) -> str:
    """What is looked at in a competitor; a habit has a place in people's days and no account."""
    return deck.t("habit") if one.status_quo and aspect == "positioning" else deck.v.label("aspect", aspect)


def _rival(deck: Deck, one: Competitor, facts: int, questions: int) -> list[str]:
    """A row: name, so much of what is known, so many of the open questions, the answer. Going on as before has no account to tell of."""
    v = deck.v
    known = [
        f"{_aspect(deck, one, seen.aspect)}{v.t('misc.colon')}{seen.text}"
        for seen in one.observations
        if seen.kind != "research" and not (one.status_quo and seen.aspect in ACCOUNT)
    ]
    tasks = {seen.task for seen in one.observations if seen.task}
    open_ = [f"{task.id} {task.question}" for task in deck.plan.market.unknowns if task.id in tasks]
    name = v.t("misc.status_quo") if one.status_quo and not one.name else one.name
    return [
        name,
        "\n".join(known[:facts]) or deck.t("nothing_known"),
        "\n".join(open_[:questions]) or "—",
        _answer(one),
    ]


def _answer(one: Competitor) -> str:
    """What the brand does about it, without a first sentence that only says again what stands two columns before: a short cell would hold nothing
    else.
    """
    told = r"[“「][^”」]*(?:[.!?。！？][”」]|[”」][.。])\s*(?=\S)"
    found = re.match(rf"{re.escape(one.name)}\s?[:：]\s?{told}", one.response) if one.name else None
    return titled(one.response[found.end() :]) if found else one.response


def personas(deck: Deck) -> None:
    """A card a persona."""
    v, part = deck.v, deck.plan.personas
    first = next((one for one in part.personas if one.priority == "primary"), part.personas[0])
    title = deck.t("title.personas", n=Count(len(part.personas)), name=label(first.name, 40))
    slide = deck.slide(v.t("chapter.insight"), title)
    slide.notes += [f"{one.name}{v.t('misc.colon')}{one.portrait}" for one in part.personas]
    richest = [[_card(deck, one, most) for one in part.personas] for most in range(4, -1, -1)]
    stacks: list[Stack] = [[Cards(cards, leads=True, grows=True)] for cards in richest]
    flow(deck, slide, (deck.house.body, first_that_fits(deck.house.body, stacks)))
    deck.speak(slide, [id_ for claim in part.evidence for id_ in claim.sources])


def _card(deck: Deck, one: Persona, most: int) -> tuple[str, list[str]]:
    """A persona: who it is, what stops and moves it, what answers it. `most`: with the evidence that counts, how the money is spent, more
    than one pain and trigger, the scene, as many of them.
    """
    v, apart = deck.v, "" if deck.v.chinese else " "
    told = [
        ("platforms", v.platforms(one.platforms)),
        ("pains", apart.join(one.pains[: 3 if most > 2 else 1])),
        ("triggers", apart.join(one.triggers[: 3 if most > 2 else 1])),
        ("spending", one.spending if most > 1 else ""),
        ("objection", one.objection),
        ("answer", one.answer),
        ("evidence_wanted", one.evidence_wanted if most > 0 else ""),
    ]
    said = [f"{v.t(f'col.{name}')}{v.t('misc.colon')}{words}" for name, words in told if words]
    who = titled(v.listed([one.age, one.gender, one.place, one.occupation]))
    scene = one.portrait if most > 3 else ""
    return f"{one.id} {titled(one.name)}", [words for words in (who, scene, *said) if words]


def positioning(deck: Deck) -> None:
    """The role, the statement, what backs it, how it sounds."""
    v, part = deck.v, deck.plan.positioning
    brand, role = deck.plan.meta.brand, part.role.title
    proof = sum(map(_proved, part.proof))
    title = deck.t(
        "title.positioning_bare" if not proof else "title.positioning_role" if brand in role else "title.positioning", brand=label(brand, 24), role=label(role, 40),
        n=Count(proof), open=Count(max(1, len(part.proof))),
    )  # fmt: skip
    slide = deck.slide(v.t("chapter.insight"), title, part.fit, part.role.why)
    point = Cards([(v.t("misc.memory_point"), [part.memory_point, part.statement])], accent=True)
    brief = Cards([(v.t("misc.memory_point"), [part.memory_point])], accent=True)
    facts = Facts(
        v.t("head.proof"),
        [(_figure(claim.text) if _proved(claim) else "", titled(claim.text)) for claim in part.proof]
        or [("", deck.t("gap"))],
    )
    stacks: list[Stack] = [
        [
            top,
            facts,
            Cards(
                [
                    (v.t(f"col.{name}"), said[:most])
                    for name, said in (("tone_do", part.tone_do), ("tone_dont", part.tone_dont))
                ],
                grows=True,
            ),
        ]
        for top in (point, brief)
        for most in (max(len(part.tone_do), len(part.tone_dont)), 3, 2)
    ]
    slide.notes += [part.statement, *part.tone_do, *part.tone_dont]
    flow(deck, slide, (deck.house.body, first_that_fits(deck.house.body, stacks)))
    deck.speak(slide, [id_ for claim in part.proof for id_ in claim.sources])


def _proved(claim: Claim) -> bool:
    """Whether evidence backs a statement: published, or given with the brief as proof."""
    return claim.kind == "knowledge" or (claim.kind != "assumption" and any("proof" in one for one in claim.sources))


def _figure(words: str) -> str:
    """The figure of a proof, to be set large: a share, so many of so many, a count; "" where it gives none. A year is no proof."""
    found: list[str] = [one for one in _FIGURE.findall(words) if not _YEAR.fullmatch(one)]
    shares = [one for one in found if "%" in one or " of " in one]
    return (shares or [one for one in found if len(one) > 2] or [""])[0]
