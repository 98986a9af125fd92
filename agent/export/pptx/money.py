"""Risks, budget, scenarios."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR

from agent.export.pptx import fit
from agent.export.pptx.charts import chart, label
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.flow import Cards, Grid, Points, Stack, first_that_fits, flow
from agent.export.pptx.house import Box, emu, points
from agent.export.pptx.ink import LEAST, write
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.export.sections.money import kept
from agent.locale import Count, number, percent

FIRST = 0.23
"""Part of the matrix that names the likelihoods."""
CELL = 4
"""Ids in a cell of the matrix at most."""
GRAVE = 12
"""From this likelihood × impact on a risk is counted as high."""
TINTS = ((15, "E9A79E"), (10, "F5CFA6"), (5, "FBEBB5"), (0, "D5EBD8"))


def risks(deck: Deck) -> None:
    """The matrix, and what is done about the gravest."""
    v, part = deck.v, deck.plan.risks
    found = sorted(part.risks, key=lambda one: -one.score)
    section = v.t("chapter.risk")
    if not found:
        slide = deck.slide(section, deck.t("title.gap", part=v.t("part.risks")))
        deck.gap(slide)
        return deck.speak(slide)
    high = sum(one.score >= GRAVE for one in found)
    title = deck.t(
        "title.risks_all" if high == len(found) else "title.risks",
        n=Count(len(found)),
        high=high,
        least=GRAVE,
        name=label(found[0].title, 36),
        score=found[0].score,
    )
    slide = deck.slide(section, title, part.reading)
    left, right = deck.house.body.columns((1.2, 1.6))
    _matrix(deck, slide, deck.heading(slide, left, v.t("head.risk_map")))
    columns = [
        Column(v.t("col.risk"), bold=True), Column(deck.t("score"), "right"), Column(v.t("col.response")), Column(v.t("col.owner")),
    ]  # fmt: skip
    rows = [
        [
            f"{one.id} {one.title}",
            str(one.score),
            one.response[0] if one.response else one.prevention,
            v.role(one.owner),
        ]
        for one in found[:6]
    ]
    slide.notes += [f"{one.id} {v.t('col.trigger')}{v.t('misc.colon')}{one.trigger}" for one in found[:6]]
    flow(deck, slide, (right, [Grid(v.t("head.top_risks"), columns, rows, most=14, total=len(found))]))
    slide.notes += [f"{one.id} {one.title} ({one.score})" for one in found[6:]]
    return deck.speak(slide, [id_ for one in found[:6] for id_ in one.sources])


def _matrix(deck: Deck, slide: Slide, box: Box) -> None:
    """Five by five as a native table, ids in coloured cells."""
    v, found = deck.v, deck.plan.risks.risks
    side = min(box.height, int(emu(330)))
    shape = slide.shape.shapes.add_table(6, 6, box.left, box.top, box.width, side)
    table, first = shape.table, int(box.width * FIRST)
    table.first_row = False
    for col in range(6):
        table.columns[col].width = first if col == 0 else (box.width - first) // 5
    named = {col: v.label("impact", str(col)) for col in range(1, 6)}
    words_at = [(deck.t("matrix"), first), *((v.label("likelihood", str(n)), first) for n in range(1, 6))]
    words_at += [(name, (box.width - first) // 5) for name in named.values()]
    least = max(LEAST, min([12.0, *(_largest(words, points(wide) - 4) for words, wide in words_at)]) // 0.5 * 0.5)
    for row in range(6):
        table.rows[row].height = side // 6
        for col in range(6):
            likely, impact = 5 - row, col
            edge = row == 5 or col == 0
            if row == 5:
                words = named[col] if col else deck.t("matrix")
            elif col == 0:
                words = v.label("likelihood", str(likely))
            else:
                words = _ids([one.id for one in found if (one.likelihood, one.impact) == (likely, impact)])
            shade = "F1F5F6" if edge else next(tint for least, tint in TINTS if likely * impact >= least)
            room = (points(table.columns[col].width), points(side // 6))
            _square(table.cell(row, col), words, shade, room, least if edge else 13, bold=not edge)


def _ids(ids: list[str]) -> str:
    """Ids that a cell of the matrix holds at a size that can be read; of more the number of the others."""
    return " ".join(ids if len(ids) <= CELL else [*ids[: CELL - 1], f"+{len(ids) - CELL + 1}"])


def _largest(words: str, room: float) -> float:
    """The largest size at which no word of a label is broken."""
    return room * fit.SLACK / max(fit.longest(one, 1) for one in words.split("\n"))


def _square(cell: Any, words: str, shade: str, box: tuple[float, float], most: float, *, bold: bool) -> None:
    """One cell of the matrix; `box`: its width and height in points."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(shade)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_left = cell.margin_right = emu(2)
    cell.margin_top = cell.margin_bottom = emu(2)
    fitted = fit.fit(words.split("\n"), box[0] - 4, box[1] - 4, most=most, least=LEAST, bold=bold)
    for at, one in enumerate(fitted.paragraphs):
        place = cell.text_frame.paragraphs[0] if at == 0 else cell.text_frame.add_paragraph()
        write(place, one, fitted.size, bold=bold, colour=_rgb("22292C"), align="center")


def _rgb(shade: str) -> Any:
    return RGBColor.from_string(shade)  # type: ignore[no-untyped-call]


def budget(deck: Deck) -> None:
    """Where the money goes: by category and phase; the reasons and the client's limits."""
    v, part = deck.v, deck.plan.budget
    section = v.t("chapter.budget")
    if not part.lines or not part.total_cents:
        slide = deck.slide(section, deck.t("title.gap", part=v.t("part.budget")))
        deck.gap(slide)
        return deck.speak(slide)
    sums: dict[str, int] = {}
    for line in part.lines:
        sums[line.category] = sums.get(line.category, 0) + line.cents
    order = sorted(sums, key=lambda category: -sums[category])
    top = order[0]
    title = deck.t(
        "title.budget",
        category=v.t(f"category.{top}"),
        share=percent(sums[top] / part.total_cents, 0),
        money=v.money(sums[top]),
        total=v.money(part.total_cents),
    )
    slide = deck.slide(section, title, *part.reasons, part.labour_note)
    left, right = deck.house.body.columns((1.35, 1))
    phases = [phase.id for phase in deck.plan.phases]
    phases += [id_ for id_ in dict.fromkeys(line.phase for line in part.lines) if id_ not in phases]
    shown = [category for category in order if sums[category]]
    series = {
        v.named(phase): [
            sum(line.cents for line in part.lines if (line.category, line.phase) == (category, phase)) / 100
            for category in shown
        ]
        for phase in phases
    }
    chart(
        deck,
        slide,
        deck.heading(slide, left, v.t("head.by_phase")),
        "stacked_bar",
        [v.t(f"category.{one}") for one in shown],
        series,
        axis=False,
    )
    columns = [
        Column(v.t("col.category"), bold=True),
        Column(v.t("col.money"), "right"),
        Column(v.t("col.share"), "right"),
    ]
    rows = [[v.t(f"category.{one}"), v.money(sums[one]), _share(sums[one], part.total_cents)] for one in shown]
    rows.append([v.t("misc.sum"), v.money(sum(sums.values())), _share(sum(sums.values()), part.total_cents)])
    caps = [
        deck.t(
            "cap",
            text=titled(cap.text),
            spent=v.money(cap.actual_cents),
            limit=v.money(cap.limit_cents),
            state=kept(v, cap),
        )
        for cap in part.caps
    ]
    broken = [said for said, cap in zip(caps, part.caps, strict=True) if not cap.kept]
    caps = [*broken, *(said for said in caps if said not in broken)]
    head, items = (v.t("head.caps"), caps) if caps else (v.t("head.cut_first"), list(part.cut_first))
    sums_of = Grid("", columns, rows, most=14)
    stacks: list[Stack] = [
        [
            sums_of,
            Points(
                head, [*items[:most], *([deck.t("more", n=len(items) - most)] if most < len(items) else [])], most=14
            ),
        ]
        for most in range(len(items), 0, -1)
    ]
    stack = first_that_fits(right, stacks) if stacks else [sums_of]
    slide.notes += items if stack not in stacks[:1] else []
    flow(deck, slide, (right, stack))
    return deck.speak(slide)


def _share(cents: int, whole: int) -> str:
    """A share for a column, whose numbers all have one decimal."""
    return f"{number(100 * cents / whole, 1)}%"


def scenarios(deck: Deck) -> None:
    """Low, base and high."""
    v, part = deck.v, deck.plan.budget
    cases = sorted(part.scenarios, key=lambda one: ("low", "base", "high").index(one.name))
    sold = any(one.conversions for one in cases)
    what = "conversions" if sold else "impressions"
    values = [getattr(one, what) for one in cases]
    title = deck.t(
        "title.scenarios", money=v.money(cases[1].total_cents), what=v.t(f"col.{what}").lower(), low=deck.forecast(values[0]),
        base=deck.forecast(values[1]), high=deck.forecast(values[2]),
    )  # fmt: skip
    slide = deck.slide(
        v.t("chapter.budget"),
        title,
        part.break_even,
        *(f"{v.t(f'scenario.{one.name}')}{v.t('misc.colon')}{one.rates}" for one in cases),
    )
    left, right = deck.house.body.columns((1, 1.5))
    names = [v.t(f"scenario.{one.name}") for one in cases]
    box = deck.heading(slide, left, v.t(f"col.{what}"))
    said = [deck.forecast(one) for one in values]
    chart(deck, slide, box, "column", names, {v.t(f"col.{what}"): values}, said=said, axis=False, size=14)
    fields = ("impressions", "engagements", "clicks", "conversions", "followers")
    rows = [[v.t("col.money"), *(v.money(one.total_cents) for one in cases)]]
    rows += [
        [
            v.t("col.followers_gained" if field == "followers" else f"col.{field}"),
            *(deck.forecast(getattr(one, field)) for one in cases),
        ]
        for field in fields
    ]
    rows.append([v.t("col.cost_per_result"), *(deck.sum(one.cost_per_result_cents) for one in cases)])
    if any(one.revenue_cents is not None for one in cases):
        rows.append([v.t("col.revenue"), *(deck.sum(one.revenue_cents) for one in cases)])
    columns = [Column(v.t("col.aspect"), bold=True), *(Column(name, "right") for name in names)]
    even = Cards([(v.t("misc.break_even"), [one for one in (part.bridge, part.break_even) if one])], most=16)
    flow(deck, slide, (right, [Grid("", columns, rows), even]))
    return deck.speak(slide, ["calc:scenarios"])
