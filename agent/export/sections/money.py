"""Chapters 5 and 6: risks and budget."""

from __future__ import annotations

from agent.export.reader import Notes, Reader, titled
from agent.export.sections import legal, plots
from agent.export.view import (
    Block,
    Column,
    Inline,
    Row,
    Table,
    bullets,
    lines,
    pairs,
    paragraph,
    steps,
    strong,
    table,
    text,
)
from agent.locale import number, percent
from agent.plan.results import BudgetLine, CapCheck, PaidLine, Risk


def risks(v: Reader) -> list[Block]:
    """Risks and contingency."""
    part = v.plan.risks
    return [
        paragraph(part.reading),
        *legal.declined(v),
        v.head("risk_map"),
        plots.risk_matrix(v, _risk_map(v, part.risks)),
        v.head("risk_table"),
        table(
            [v.both("risk", "owner", 4), *v.cols("trigger*4", "prevention*4", "response*5")],
            [_risk(v, risk) for risk in part.risks],
        ),
        v.head("inspections"),
        table(
            v.cols("date*2", "kind*2", "what*6", "owner*2"),
            [
                [v.day(one.date, year=True), v.t(f"inspection.{one.kind}"), one.what, v.role(one.owner)]
                for one in sorted(part.inspections, key=lambda one: one.date)
            ],
        ),
    ]


def _risk_map(v: Reader, risks: list[Risk]) -> Table:
    """Likelihood by impact, risk ids in the cells, only the levels that occur."""
    impacts = sorted({risk.impact for risk in risks})
    rows: list[Row] = []
    for likelihood in sorted({risk.likelihood for risk in risks}, reverse=True):
        row: list[Inline] = [f"{likelihood} {v.label('likelihood', str(likelihood))}"]
        for impact in impacts:
            row.append(v.listed(risk.id for risk in risks if (risk.likelihood, risk.impact) == (likelihood, impact)))
        rows.append(row)
    heads = [Column(f"{impact} {v.label('impact', str(impact))}", "center", 2) for impact in impacts]
    return table([*v.cols("likelihood_impact*2"), *heads], rows)


def _risk(v: Reader, risk: Risk) -> list[Inline]:
    """One risk with its answer."""
    law = text(v.t("misc.law"), v.t("misc.colon"), risk.law) if risk.law else None
    cited = v.cited(risk.prevention, risk.sources)
    drill = v.t("misc.drill_on", date=v.day(risk.drill, weekday=False, year=True)) if risk.drill else None
    return [
        lines(
            [
                strong(f"{risk.id} {risk.title}"),
                v.t(f"risk_kind.{risk.kind}"),
                text(v.t("col.score_li"), v.t("misc.colon"), f"{risk.likelihood} × {risk.impact} = {risk.score}"),
                v.listed([v.role(risk.owner), drill or ""]),
            ]
        ),
        risk.trigger,
        lines([cited, law]),
        steps(risk.response),
    ]


def budget(v: Reader) -> list[Block]:
    """Budget and resources."""
    part = v.plan.budget
    return [
        pairs(
            (v.t("misc.total"), text(strong(v.money(part.total_cents)), v.origin(part.origin))),
            (
                v.t("misc.labour"),
                # The note tells the hours as well, but need not where a model wrote it.
                part.labour_note
                if number(part.labour_hours) in part.labour_note
                else text(
                    v.t("misc.labour_hours", hours=v.hours(part.labour_hours)),
                    None if v.chinese else " ",
                    part.labour_note,
                ),
            ),
            (v.t("misc.break_even"), part.break_even),
        ),
        plots.budget_by_category(v),
        v.head("by_phase"),
        _pivot(v, "phase"),
        v.head("by_platform"),
        plots.budget_by_platform(v),
        _pivot(v, "platform"),
        v.head("reasons"),
        bullets(part.reasons),
        v.head("cut_first"),
        bullets(part.cut_first, ordered=True),
        v.head("caps"),
        table(
            v.cols("cap*4", ">limit*2", ">actual*2", "kept"),
            [
                [
                    titled(one.text),
                    v.money(one.limit_cents),
                    v.money(one.actual_cents),
                    kept(v, one),
                ]
                for one in part.caps
            ],
        ),
        v.head("creators"),
        _creators(v),
        v.head("paid"),
        _paid(v),
        v.head("scenarios"),
        _scenarios(v),
        v.head("budget_lines"),
        _lines(v, part.lines),
    ]


def kept(v: Reader, one: CapCheck) -> str:
    """Whether what the client asked for is kept; where it had to give way, the bound that the plan works with."""
    if one.kept:
        return v.t("misc.kept")
    if one.lowered_cents is None:
        return v.t("misc.broken")
    return v.t("misc.lowered", asked=v.money(one.limit_cents), money=v.money(one.lowered_cents))


def _pivot(v: Reader, across: str) -> Block:
    """Category by phase or platform, with totals both ways and each category's share."""
    sums = v.plan.budget.lines
    columns = list(dict.fromkeys(str(getattr(line, across)) for line in sums))
    if across == "phase":
        known = [phase.id for phase in v.plan.phases]
        columns = [id_ for id_ in known if id_ in columns] + [id_ for id_ in columns if id_ not in known]
    total = sum(line.cents for line in sums)

    def row(name: Inline, lines_: list[BudgetLine]) -> list[Inline]:
        cells = [sum(line.cents for line in lines_ if getattr(line, across) == id_) for id_ in columns]
        whole = sum(line.cents for line in lines_)
        return [name, *(v.money(cell) for cell in cells), v.money(whole), percent(whole / total if total else 0.0)]

    rows: list[Row] = [
        row(v.t(f"category.{category}"), [line for line in sums if line.category == category])
        for category in dict.fromkeys(line.category for line in sums)
    ]
    rows.append([strong(str(cell)) for cell in row(v.t("misc.sum"), list(sums))])
    heads = [Column(v.named(id_) if across == "phase" else v.platform(id_), "right", 2) for id_ in columns]
    return table([*v.cols("category*2"), *heads, *v.cols(">total*2", ">share")], rows, totals=1)


def _lines(v: Reader, sums: list[BudgetLine]) -> Block:
    """Every line of the budget; what is bought for several phases stands in one row, a column a phase."""
    phases = [phase.id for phase in v.plan.phases]
    phases += [id_ for id_ in dict.fromkeys(line.phase for line in sums) if id_ not in phases]
    bought: dict[tuple[str, str, str, bool], list[BudgetLine]] = {}
    for line in sums:
        bought.setdefault((line.category, line.item, line.platform, line.fixed), []).append(line)

    def money(lines_: list[BudgetLine]) -> list[str]:
        by_phase = [sum(line.cents for line in lines_ if line.phase == id_) for id_ in phases]
        return [*(v.money(cents) if cents else "" for cents in by_phase), v.money(sum(line.cents for line in lines_))]

    rows: list[Row] = [
        [
            lines(line.id for line in found),
            lines(
                [
                    strong(titled(item) + (v.t("misc.aside", text=v.t("misc.fixed")) if fixed else "")),
                    f"{v.t(f'category.{category}')} · {v.platform(platform)}",
                ]
            ),
            *money(found),
            _basis(v, found),
        ]
        for (category, item, platform, fixed), found in bought.items()
    ]
    rows.append([strong(v.t("misc.sum")), "", *(strong(sum_) for sum_ in money(sums)), ""])
    heads = [Column(v.named(id_), "right") for id_ in phases]
    columns = [*v.cols("no", "item*4"), *heads, *v.cols(">total", "basis*5")]
    return table(columns, rows, totals=1)


def _basis(v: Reader, found: list[BudgetLine]) -> Inline:
    """What the sums of one row rest on: what is the same in every phase is said once, at the end."""
    mark = v.t("misc.semicolon")
    said = [line.basis.split(mark) for line in found]
    common = [piece for piece in said[0] if all(piece in other for other in said)]
    own = [
        f"{line.phase}{v.t('misc.colon')}{mark.join(rest)}"
        for line, pieces in zip(found, said, strict=True)
        if (rest := [piece for piece in pieces if piece not in common])
    ]
    return lines([*own, mark.join(common)])


def _creators(v: Reader) -> Block:
    """The creator plan behind the creator lines."""
    notes = Notes(v.language)
    colon = v.t("misc.colon")
    rows: list[Row] = [
        [
            one.id,
            lines(
                [
                    strong(v.creators(one)),
                    f"{v.platform(one.platform)} · {v.named(one.phase)}",
                ]
            ),
            lines([f"{one.number} × {v.money(one.fee_cents)}", strong(v.money(one.total_cents))]),
            lines(
                [
                    text(v.t("col.views"), colon, v.figure(one.views, notes)),
                    text(v.t("col.engagements"), colon, v.figure(one.engagements, notes)),
                ]
            ),
            lines([one.choose, one.brief]),
        ]
        for one in v.plan.budget.creators
    ]
    return table(v.cols("no", "tier*3", ">fees*2", "results*5", "choose_brief*6"), rows, notes=notes)


def _paid(v: Reader) -> Block:
    """The paid-media plan behind the ads lines; a result that is one of its impressions or clicks is told once."""
    notes = Notes(v.language)
    colon = v.t("misc.colon")

    def told(one: PaidLine) -> bool:
        return one.results in (one.impressions, one.clicks)

    rows: list[Row] = [
        [
            one.id,
            lines(
                [
                    strong(f"{v.platform(one.platform)} · {v.t(f'objective.{one.objective}')}"),
                    one.format,
                    text(v.t("col.audience"), colon, one.audience),
                ]
            ),
            strong(v.money(one.cents)),
            v.figure(one.cpm, notes),
            lines(
                [
                    text(v.t("col.impressions"), colon, v.figure(one.impressions, notes)),
                    text(v.t("col.clicks"), colon, v.figure(one.clicks, notes)),
                    *(
                        []
                        if told(one)
                        else [text(titled(one.result_label) or v.t("col.results"), colon, v.figure(one.results, notes))]
                    ),
                ]
            ),
        ]
        for one in v.plan.budget.paid
    ]
    return table(v.cols("no", "objective*5", ">money", ">cpm*2", "results*6"), rows, notes=notes)


def _scenarios(v: Reader) -> Block:
    """Low, base and high side by side."""
    cases, bridge = v.plan.budget.scenarios, v.plan.budget.bridge
    rows: list[Row] = [
        [v.t("col.money"), *(v.money(one.total_cents) for one in cases)],
        *([v.t(f"col.{field}"), *(v.estimate(getattr(one, field), "count") for one in cases)]
          for field in ("impressions", "engagements", "clicks", "conversions")),
        [v.t("col.followers_gained"), *(v.estimate(round(one.followers), "count") for one in cases)],
        [v.t("col.cost_per_result"), *(v.cost(one.cost_per_result_cents) for one in cases)],
        [v.t("col.revenue"), *(v.cost(one.revenue_cents) for one in cases)],
        [v.t("col.roi", unit=v.money(100)), *("" if one.roi is None else v.amount(one.roi, v.currency) for one in cases)],
    ]  # fmt: skip
    rows = [row for row in rows if any(row[1:])]
    rates = [
        text(v.t("col.rates"), v.t("misc.aside", text=v.t(f"scenario.{one.name}")), v.t("misc.colon"), one.rates)
        for one in cases
        if one.rates
    ]
    return table(
        [*v.cols("aspect*2"), *(Column(v.t(f"scenario.{one.name}"), "right", 3) for one in cases)],
        rows,
        notes=[*([bridge] if bridge else []), *rates],
    )
