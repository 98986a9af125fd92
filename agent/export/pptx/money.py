"""Risks, budget, scenarios."""

from __future__ import annotations

import re
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR

from agent.export.pptx import fit
from agent.export.pptx.charts import chart, label
from agent.export.pptx.deck import Deck, Slide
from agent.export.pptx.flow import Cards, Grid, Points, Stack, first_that_fits, flow
from agent.export.pptx.house import Box, emu, points
from agent.export.pptx.ink import LEAST, write
from agent.export.pptx.opening import assumed
from agent.export.pptx.table import Column
from agent.export.reader import titled
from agent.export.sections.money import kept
from agent.locale import Count, number, percent, plain
from agent.plan.results import Risk, Scenario

RESULTS = ("visits", "bookings", "leads", "downloads", "members", "orders")
"""Kinds of results that a metric may count, by its words."""
FIRST = 0.23
"""Part of the matrix that names the likelihoods."""
CELL = 4
"""Ids in a cell of the matrix at most."""
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
    title = deck.t("title.risks", n=Count(len(found)), name=deck.inner(label(found[0].title, 48)), score=found[0].score)
    slide = deck.slide(section, title, part.reading)
    left, right = deck.house.body.columns((1.2, 1.6))
    columns = [
        Column(deck.t("risk_score"), bold=True), Column(v.t("col.prevention")), Column(v.t("col.response")),
    ]  # fmt: skip
    rows = [
        [
            f"{one.id} {one.title}{v.t('misc.aside', text=str(one.score))}",
            one.prevention,
            one.response[0] if one.response else "—",
        ]
        for one in found
    ]
    brief = [row[:2] for row in rows]
    head, total = v.t("head.top_risks"), len(found)
    stacks: list[Stack] = [
        [Grid(head, heads, told[:most], most=14, total=total)]
        for heads, told, counts in ((columns, rows, (6, 5)), (columns[:2], brief, (6, 5, 4, 3)))
        for most in counts
    ]
    stack = first_that_fits(right, stacks)
    shown = found[: len(stack[0].rows)] if isinstance(stack[0], Grid) else found
    _matrix(deck, slide, deck.heading(slide, left, v.t("head.risk_map")), shown)
    flow(deck, slide, (right, stack))
    slide.notes += [
        f"{one.id} {one.title} ({one.score}) · {v.t('col.trigger')}{v.t('misc.colon')}{one.trigger} · {deck.who(one.owner)}"
        for one in found
    ]
    return deck.speak(slide, [id_ for one in shown for id_ in one.sources])


def _matrix(deck: Deck, slide: Slide, box: Box, found: list[Risk]) -> None:
    """Five by five as a native table, the ids of the risks that the table beside it names in coloured cells."""
    v = deck.v
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
    back = next((kpi.target.value for kpi in deck.plan.kpis.kpis if kpi.id == "roas"), None)
    losing = top == "ads" and back is not None and back < 1
    title = deck.t(
        "title.budget_losing" if losing else "title.budget",
        back=v.amount(back or 0, "x"),
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
    rows.append(
        [
            v.t("misc.sum") + assumed(deck, "budget.total"),
            v.money(sum(sums.values())),
            _share(sum(sums.values()), part.total_cents),
        ]
    )
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
    result = _result(deck) if sold else ("", v.t("col.impressions"))
    title = _return(deck, cases, result)
    slide = deck.slide(
        v.t("chapter.budget"),
        title,
        part.bridge,
        part.break_even,
        *(f"{v.t(f'scenario.{one.name}')}{v.t('misc.colon')}{one.rates}" for one in cases),
    )
    left, right = deck.house.body.columns((1, 1.5))
    names = [v.t(f"scenario.{one.name}") for one in cases]
    box = deck.heading(slide, left, result[1])
    told = deck.results if sold else deck.people
    said = [told(one) for one in values]
    chart(deck, slide, box, "column", names, {result[1]: values}, said=said, axis=False, size=14)
    fields = ("impressions", "engagements", "clicks", "conversions", "followers")
    rows = [[v.t("col.money"), *(v.money(one.total_cents) for one in cases)]]
    rows += [
        [
            result[1] if field == what else v.t("col.followers_gained" if field == "followers" else f"col.{field}"),
            *((told if field == what else deck.people)(getattr(one, field)) for one in cases),
        ]
        for field in fields
    ]
    rows.append(
        [
            deck.t("cost_each", one=result[0]) if result[0] else v.t("col.cost_per_result"),
            *(deck.sum(one.cost_per_result_cents) for one in cases),
        ]
    )
    if any(one.revenue_cents is not None for one in cases):
        rows.append([_sales(deck, cases[1]), *(deck.sum(one.revenue_cents) for one in cases)])
    columns = [Column(v.t("col.aspect"), bold=True), *(Column(name, "right") for name in names)]
    even = Cards([(v.t("misc.break_even"), [one for one in (part.bridge, part.break_even) if one])], most=16)
    flow(deck, slide, (right, [Grid("", columns, rows), even]))
    return deck.speak(slide, ["calc:scenarios"])


def _times(deck: Deck, times: float) -> str:
    """So many times as much: "twice", "2.6 times", "29 times"."""
    said = plain(times, 1 if times < 10 else 0)
    return deck.t("twice") if said == "2" else deck.t("times", n=said)


def _sales(deck: Deck, base: Scenario) -> str:
    """The heading of the sales, with the price that every result is counted at."""
    if not base.revenue_cents or not base.cost_per_result_cents:
        return deck.v.t("col.revenue")
    worth = base.cost_per_result_cents * base.revenue_cents / base.total_cents
    return f"{deck.v.t('col.revenue')}{deck.v.t('misc.aside', text=deck.t('at_price', worth=deck.v.amount(worth / 100, deck.v.currency)))}"


def _result(deck: Deck) -> tuple[str, str]:
    """What the plan is to bring, as the client counts it: one of it, and the name of all; orders or leads where the goals count several things."""
    metrics = [goal.metric for goal in deck.plan.positioning.goals if goal.kind == "conversion"]
    kind = "leads" if any(kpi.id.split(".")[0] == "leads" for kpi in deck.plan.kpis.kpis) else "orders"
    words = metrics[0] if len(metrics) == 1 else ""
    one = "" if deck.v.chinese else singular(words)
    if one:
        return one, titled(words)
    named = next((name for name in RESULTS if words and re.search(deck.t(f"result.{name}.found"), words.lower())), kind)
    return deck.t(f"result.{named}.one"), deck.t(f"result.{named}.many")


def singular(words: str) -> str:
    """One of what an English metric of at most three words counts in the plural: "pilot requests" is "pilot request"; "" for any other."""
    last = words.rpartition(" ")[2]
    if len(words.split()) > 3 or not re.fullmatch(r"[A-Za-z-]{2,}[^s\W]s", last):
        return ""
    one = words[:-3] + "y" if last.endswith("ies") else words[:-1]
    return one if one[1:2].isupper() else one[:1].lower() + one[1:]


def _return(deck: Deck, cases: list[Scenario], result: tuple[str, str]) -> str:
    """The title of the scenarios: what one result costs and, where a price is known, how many times that is what it brings in."""
    v, base = deck.v, cases[1]
    known: dict[str, object] = {
        "one": result[0], "what": result[1].lower(), "money": v.money(base.total_cents), "cost": deck.sum(base.cost_per_result_cents),
        "n": deck.results(base.conversions) if base.conversions else deck.people(base.impressions), "low": deck.people(cases[0].impressions), "high": deck.people(cases[2].impressions),
    }  # fmt: skip
    if not base.conversions or not base.cost_per_result_cents:
        return deck.t("title.scenarios", **known)
    if not base.revenue_cents:
        return deck.t("title.scenarios_cost", **known)
    times = base.total_cents / base.revenue_cents
    worth = base.cost_per_result_cents / times
    known |= {"worth": deck.v.amount(worth / 100, deck.v.currency), "times": _times(deck, times)}
    return deck.t("title.scenarios_loss" if round(times, 1) > 1 else "title.scenarios_gain", **known)
