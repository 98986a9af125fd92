"""Risks, budget, scenarios."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR

from agent.export import inert
from agent.export.pptx import fit
from agent.export.pptx.charts import chart, label
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.house import Box, emu, points
from agent.export.pptx.ink import write
from agent.export.pptx.table import Column
from agent.locale import percent

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
        "title.risks", n=len(found), high=high, least=GRAVE, name=label(found[0].title, 36), score=found[0].score
    )
    slide = deck.slide(section, title, part.reading)
    left, right = deck.house.body.columns((1, 1.55))
    _matrix(deck, slide, deck.heading(slide, left, v.t("head.risk_map")))
    columns = [
        Column(v.t("col.risk"), 1.6, bold=True), Column(deck.t("score"), 0.75, "right"), Column(v.t("col.trigger"), 2.2), Column(v.t("col.response"), 2.6),
        Column(v.t("col.owner"), 1),
    ]  # fmt: skip
    rows = [
        [
            f"{one.id} {one.title}",
            str(one.score),
            one.trigger,
            one.response[0] if one.response else one.prevention,
            v.role(one.owner),
        ]
        for one in found[:6]
    ]
    deck.table(slide, deck.heading(slide, right, v.t("head.top_risks")), columns, rows)
    slide.notes += [f"{one.id} {one.title} ({one.score})" for one in found[6:]]
    return deck.speak(slide, [id_ for one in found[:6] for id_ in one.sources])


def _matrix(deck: Deck, slide: Slide, box: Box) -> None:
    """Five by five as a native table, ids in coloured cells."""
    v, found = deck.v, deck.plan.risks.risks
    side = min(box.height, int(emu(330)))
    shape = slide.shape.shapes.add_table(6, 6, box.left, box.top, box.width, side)
    table, first = shape.table, int(box.width * 0.2)
    table.first_row = False
    for col in range(6):
        table.columns[col].width = first if col == 0 else (box.width - first) // 5
    for row in range(6):
        table.rows[row].height = side // 6
        for col in range(6):
            likely, impact = 5 - row, col
            edge = row == 5 or col == 0
            if row == 5:
                words = v.label("impact", str(col)) if col else deck.t("matrix")
            elif col == 0:
                words = v.label("likelihood", str(likely))
            else:
                words = " ".join(one.id for one in found if (one.likelihood, one.impact) == (likely, impact))
            shade = "F1F5F6" if edge else next(tint for least, tint in TINTS if likely * impact >= least)
            room = (points(table.columns[col].width), points(side // 6))
            _square(table.cell(row, col), words, shade, room, bold=not edge)


def _square(cell: Any, words: str, shade: str, box: tuple[float, float], *, bold: bool) -> None:
    """One cell of the matrix; `box`: its width and height in points."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(shade)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_left = cell.margin_right = emu(3)
    cell.margin_top = cell.margin_bottom = emu(2)
    fitted = fit.fit([inert.line(words)], box[0] - 6, box[1] - 4, most=11 if bold else 8, least=8, bold=bold)
    said = fitted.paragraphs[0] if fitted.paragraphs else ""
    write(cell.text_frame.paragraphs[0], said, fitted.size, bold=bold, colour=_rgb("22292C"), align="center")


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
    )
    upper, lower = right.rows((1.25, 1))
    columns = [
        Column(v.t("col.category"), 2, bold=True),
        Column(v.t("col.money"), 1.5, "right"),
        Column(v.t("col.share"), 1, "right"),
    ]
    rows = [[v.t(f"category.{one}"), v.money(sums[one]), percent(sums[one] / part.total_cents)] for one in shown]
    rows.append([v.t("misc.sum"), v.money(sum(sums.values())), "100%"])
    deck.table(slide, upper, columns, rows)
    caps = [
        f"{cap.text}{v.t('misc.colon')}{v.money(cap.actual_cents)} / {v.money(cap.limit_cents)}, {v.t('misc.kept') if cap.kept else v.t('misc.broken')}"
        for cap in part.caps
    ]
    rest = deck.heading(slide, lower, v.t("head.caps") if caps else v.t("head.cut_first"))
    deck.text(slide, rest, caps or part.cut_first, most=12, bullets=True)
    return deck.speak(slide)


def scenarios(deck: Deck) -> None:
    """Low, base and high."""
    v, part = deck.v, deck.plan.budget
    cases = sorted(part.scenarios, key=lambda one: ("low", "base", "high").index(one.name))
    sold = any(one.conversions for one in cases)
    what = "conversions" if sold else "impressions"
    values = [getattr(one, what) for one in cases]
    title = deck.t(
        "title.scenarios", money=v.money(cases[1].total_cents), what=v.t(f"col.{what}").lower(), low=v.amount(values[0], "count"),
        base=v.amount(values[1], "count"), high=v.amount(values[2], "count"),
    )  # fmt: skip
    slide = deck.slide(
        v.t("chapter.budget"),
        title,
        part.break_even,
        *(f"{v.t(f'scenario.{one.name}')}{v.t('misc.colon')}{one.rates}" for one in cases),
    )
    left, right = deck.house.body.columns((1, 1.5))
    names = [v.t(f"scenario.{one.name}") for one in cases]
    chart(
        deck,
        slide,
        deck.heading(slide, left, v.t(f"col.{what}")),
        "column",
        names,
        {v.t(f"col.{what}"): values},
        labels=True,
        axis=False,
        size=11,
    )
    fields = ("impressions", "engagements", "clicks", "conversions", "followers")
    rows = [[v.t("col.money"), *(v.money(one.total_cents) for one in cases)]]
    rows += [
        [
            v.t("col.followers_gained" if field == "followers" else f"col.{field}"),
            *(v.amount(getattr(one, field), "count") for one in cases),
        ]
        for field in fields
    ]
    rows.append([v.t("col.cost_per_result"), *(v.money(one.cost_per_result_cents) or "—" for one in cases)])
    if any(one.revenue_cents is not None for one in cases):
        rows.append([v.t("col.revenue"), *(v.money(one.revenue_cents) or "—" for one in cases)])
    upper, lower = right.rows((3, 1.2))
    columns = [Column(v.t("col.aspect"), 1.6, bold=True), *(Column(name, 1.2, "right") for name in names)]
    bottom = deck.table(slide, upper, columns, rows, most=13)
    top = max(bottom + emu(12), lower.top)
    deck.card(
        slide, Box(lower.left, top, lower.width, lower.bottom - top), v.t("misc.break_even"), [part.break_even], most=12
    )
    return deck.speak(slide, ["calc:scenarios"])
