"""The budget: a page of results that follow the scenario switch and the lines, and the lines themselves."""

from __future__ import annotations

from agent.export.reader import Reader
from agent.export.xlsx.book import ACCENT, TOP, Book, Cell, Col, Formula, Sheet, cell, span
from agent.export.xlsx.cases import BASE, ratio, three, total
from agent.export.xlsx.lists import CASES
from agent.locale import number
from agent.plan.results import BudgetLine, CapCheck, Scenario

SPARE = 12
"""Empty lines below the plan's, inside every sum."""
NO, CATEGORY, ITEM, PLATFORM, PHASE, MONEY, FIXED, BASIS, SPENT, LEFT, REMARK = range(11)
SWITCH = (3, 1)
"""The cell of the scenario switch."""
LABEL = 30
"""Width of the first column."""
CHART = (480, 340)
"""Width and height of the chart, pixels."""
FIELDS = ("engagements", "clicks", "conversions", "followers")


def lines(book: Book) -> None:
    """Every line, with what has been spent and what is left."""
    v, found = book.v, book.plan.budget.lines
    sheet = book.sheet("budget_lines", v.t("head.budget_lines"), book.t("note.budget_lines"), columns=9, color=ACCENT)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.category"), 14), Col(v.t("col.item"), 26), Col(v.t("col.platform"), 14),
        Col(v.t("col.phase"), 14), Col(v.t("col.money"), 14, "money", entry=True), Col(v.t("misc.fixed"), 8, "center"),
        Col(v.t("col.basis"), 36), Col(book.t("col.spent"), 14, "money", entry=True), Col(book.t("col.left"), 14, "money"),
        Col(book.t("col.remark"), 17, entry=True),
    ]  # fmt: skip
    first, last = _bounds(found)
    rows: list[list[Cell]] = []
    for row, line in enumerate(found, first):
        money = line.cents / 100
        left = Formula(f"{cell(row, MONEY, fixed=False)}-{cell(row, SPENT, fixed=False)}", money)
        fixed = book.t("yes") if line.fixed else ""
        rows.append(
            [line.id, v.t(f"category.{line.category}"), line.item, v.platform(line.platform), v.named(line.phase), money,
             fixed, line.basis, None, left, None]
        )  # fmt: skip
    sheet.table(cols, rows, freeze=3, spare=SPARE, note=book.t("note.budget_lines"))
    sums = [line.cents / 100 for line in found]
    sheet.put(2, PHASE, v.t("misc.sum"), "label")
    sheet.put(2, MONEY, total(first, last, MONEY, sums), "money", bold=True)
    sheet.put(2, SPENT, total(first, last, SPENT, []), "money", bold=True)
    sheet.put(2, LEFT, Formula(f"{cell(2, MONEY)}-{cell(2, SPENT)}", sum(sums)), "money", bold=True)
    for col, source in ((CATEGORY, "Category"), (PLATFORM, "Platform"), (PHASE, "Phase")):
        sheet.choose(first, last, col, f"=List_{source}")
    positive = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": book.t("error.money")}
    sheet.ws.data_validation(first, MONEY, last, MONEY, positive)
    sheet.ws.data_validation(first, SPENT, last, SPENT, positive)
    over = {"type": "cell", "criteria": "<", "value": 0, "format": book.format("money", bg_color="#F8D9D4")}
    sheet.ws.conditional_format(first, LEFT, last, LEFT, over)
    book.define("BudgetTotal", "budget_lines", cell(2, MONEY))
    book.define("BudgetSpent", "budget_lines", cell(2, SPENT))


def budget(book: Book) -> None:
    """Switch, results, category by phase and by platform, the client's limits, charts."""
    v, part = book.v, book.plan.budget
    sheet = book.sheet("budget", v.t("part.budget"), book.t("note.budget"), columns=6, color=ACCENT)
    label, figure = _widths(book)
    sheet.columns([label, *[figure] * 24])
    sheet.height(1, book.t("note.budget"), label.width + 5 * figure.width)
    row = _results(sheet, book, _switch(sheet, book))
    across = list(dict.fromkeys(line.category for line in part.lines))
    first = _pivot(sheet, book, row + 2, "by_phase", "category", "phase")
    _charts(sheet, book, first[0], len(across), first[2])
    second = _pivot(sheet, book, first[1] + 2, "by_platform", "platform", "category")
    end = _caps(sheet, book, second[1] + 2)
    last = max(6 + CHART[0] // figure.pixels, first[2], second[2])
    sheet.ws.print_area(0, 0, end, last)
    sheet.turn([row + 2], [label, *[figure] * last])
    sheet.ws.freeze_panes(SWITCH[0] + 1, 1)


def _widths(book: Book) -> tuple[Col, Col]:
    """The column of labels, and the columns of figures, wide enough for the longest."""
    part = book.plan.budget
    longest = [book.v.money(part.total_cents), *(number(one.impressions) for one in part.scenarios)]
    return Col("", LABEL), Col("", max(13.5, 3 + max(map(len, longest))))


def _switch(sheet: Sheet, book: Book) -> int:
    """The scenario cell, its number, and the money in all; the row after it."""
    v, part = book.v, book.plan.budget
    row, col = SWITCH
    sheet.put(row, 0, book.t("switch"), "label")
    sheet.put(row, col, v.t(f"scenario.{CASES[BASE]}"), "switch")
    sheet.ws.data_validation(
        row, col, row, col,
        {"validate": "list", "source": "=List_Scenario", "input_title": book.t("switch"), "input_message": book.t("switch_hint")},
    )  # fmt: skip
    sheet.ws.set_row(row, 24)
    sheet.put(row, 2, Formula("MATCH(Scenario,List_Scenario,0)", BASE + 1), "int", font_color="#9AA5A9")
    book.define("Scenario", "budget", cell(row, col))
    book.define("ScenarioNo", "budget", cell(row, 2))
    money = part.total_cents / 100
    pairs: list[tuple[str, Cell, str]] = [
        (v.t("misc.total"), Formula("BudgetTotal", money), "money"),
        (book.t("planned_total"), money, "money"),
        (book.t("moved"), Formula(f"{cell(row + 1, 1)}-{cell(row + 2, 1)}", 0), "money"),
        (book.t("col.spent"), Formula("BudgetSpent", 0), "money"),
    ]
    for at, (label, value, style) in enumerate(pairs, row + 1):
        sheet.put(at, 0, label, "label")
        sheet.put(at, 1, value, style, bold=True)
    book.define("BudgetPlanned", "budget", cell(row + 2, 1))
    return row + len(pairs) + 2


def _results(sheet: Sheet, book: Book, row: int) -> int:
    """What the chosen scenario brings; impressions follow the ads and creators sheets, costs follow the money."""
    v, cases = book.v, _cases(book)
    sheet.section(row, v.t("head.scenarios"))
    cols = [
        Col(book.t("col.result")),
        *(Col(name, style="int") for name in [book.t("col.chosen"), *(v.t(f"scenario.{one}") for one in CASES)]),
    ]
    sheet.head(row + 1, cols)
    paid = [_sum(book, "paid", case) for case in range(3)]
    creators = [_sum(book, "creators", case) for case in range(3)]
    at = row + 2

    def put(label: str, values: list[float | None], style: str, chosen: Formula | None = None) -> int:
        nonlocal at
        sheet.put(at, 0, label, "label")
        for place, value in enumerate(values):
            sheet.put(at, 2 + place, value, style)
        base = values[BASE]
        picked = Formula(f"INDEX({span(at, at, 2, 4)},1,ScenarioNo)", base or 0.0)
        sheet.put(at, 1, None if base is None else chosen or picked, style, bold=True, bg_color="#E4EEF1")
        at += 1
        return at - 1

    same = all(one.total_cents == book.plan.budget.total_cents for one in cases)
    money = put(
        v.t("col.money"), [one.total_cents / 100 for one in cases], "money",
        Formula("BudgetTotal", cases[BASE].total_cents / 100) if same else None,
    )  # fmt: skip
    own = [one.impressions - p - c for one, p, c in zip(cases, paid, creators, strict=True)]
    streams = at + 1
    put(
        v.t("col.impressions"), [one.impressions for one in cases], "int",
        Formula(f"SUM({span(streams, streams + 2, 1)})", cases[BASE].impressions),
    )  # fmt: skip
    put(f"  {book.t('stream.own')}", list(own), "int")
    put(f"  {book.t('stream.paid')}", list(paid), "int", Formula("PaidImpressions", paid[BASE]))
    put(f"  {book.t('stream.creators')}", list(creators), "int", Formula("CreatorViews", creators[BASE]))
    for field in FIELDS:
        values = [getattr(one, field) for one in cases]
        whole = all(value == int(value) for value in values)
        put(
            v.t("col.followers_gained" if field == "followers" else f"col.{field}"),
            values,
            "int" if whole else "decimal",
        )
    costs = [None if one.cost_per_result_cents is None else one.cost_per_result_cents / 100 for one in cases]
    moved = f"{cell(money, 1)}/INDEX({span(money, money, 2, 4)},1,ScenarioNo)"
    put(
        v.t("col.cost_per_result"), costs, "price",
        Formula(f"INDEX({span(at, at, 2, 4)},1,ScenarioNo)*{moved}", costs[BASE] or 0.0),
    )  # fmt: skip
    if any(one.revenue_cents is not None for one in cases):
        sums = [None if one.revenue_cents is None else one.revenue_cents / 100 for one in cases]
        sales, base = put(v.t("col.revenue"), sums, "price"), cases[BASE]
        back = None if base.revenue_cents is None or not base.total_cents else base.revenue_cents / base.total_cents
        returned = ratio(cell(sales, 1), cell(money, 1), back)
        put(v.t("col.roi", unit=v.money(100)), [one.roi for one in cases], "ratio", returned)
    note = "\n".join(one for one in (book.plan.budget.bridge, book.t("note.results")) if one)
    sheet.prose(at, 0, 6, note)
    sheet.height(at, note, LABEL + 5 * 12)
    return at


def _cases(book: Book) -> list[Scenario]:
    """The scenarios as low, base, high, whatever their order in the plan."""
    known = {one.name: one for one in book.plan.budget.scenarios}
    return [known.get(name, book.plan.budget.scenarios[at]) for at, name in enumerate(CASES)]  # type: ignore[call-overload]


def _sum(book: Book, which: str, case: int) -> float:
    """Impressions bought, or creators' views, of one case."""
    part = book.plan.budget
    figures = [one.impressions for one in part.paid] if which == "paid" else [one.views for one in part.creators]
    return sum(three(figure)[case] or 0.0 for figure in figures)


def _pivot(sheet: Sheet, book: Book, row: int, head: str, down: str, across: str) -> tuple[int, int, int]:
    """The lines' money by two of their fields, summed by formula; (first row, row after, last column)."""
    v, found = book.v, book.plan.budget.lines
    ids = list(dict.fromkeys(getattr(line, across) for line in found))
    sides = list(dict.fromkeys(getattr(line, down) for line in found))
    sheet.section(row, v.t(f"head.{head}"))
    heads = [
        Col(v.t(f"col.{down}"), LABEL),
        *(Col(_name(v, across, id_), 12.5, "money") for id_ in ids),
        Col(v.t("col.total"), 12.5, "money"),
        Col(v.t("col.share"), 12.5, "percent"),
    ]
    sheet.head(row + 1, heads)
    top, last = row + 2, len(ids)
    end = top + len(sides)
    for at, side in enumerate(sides, top):
        sheet.put(at, 0, _name(v, down, side), "label")
        for col, id_ in enumerate(ids, 1):
            value = sum(one.cents for one in found if (getattr(one, down), getattr(one, across)) == (side, id_)) / 100
            test = f"({_column(book, down)}={cell(at, 0)})*({_column(book, across)}={cell(row + 1, col)})"
            sheet.put(at, col, Formula(f"SUMPRODUCT({test},{_range(book, MONEY)})", value), "money")
        whole = sum(line.cents for line in found if getattr(line, down) == side) / 100
        sheet.put(at, last + 1, Formula(f"SUM({span(at, at, 1, last)})", whole), "money", bold=True)
        part = ratio(cell(at, last + 1), cell(end, last + 1), _part(book, whole))
        sheet.put(at, last + 2, part, "percent")
    sheet.put(end, 0, v.t("misc.sum"), "label")
    for col in range(1, last + 2):
        ids_here = ids if col > last else [ids[col - 1]]
        value = sum(line.cents for line in found if getattr(line, across) in ids_here) / 100
        sheet.put(end, col, Formula(f"SUM({span(top, end - 1, col)})" if end > top else "0", value), "money", bold=True)
    sheet.put(
        end, last + 2, ratio(cell(end, last + 1), cell(end, last + 1), 1.0 if found else None), "percent", bold=True
    )
    return top, end + 1, last + 2


def _name(v: Reader, field: str, id_: str) -> str:
    """What stands for a line's phase, platform or category, in the lines and in the tables that sum them."""
    match field:
        case "phase":
            return v.named(id_)
        case "platform":
            return v.platform(id_)
        case _:
            return v.t(f"category.{id_}")


def _column(book: Book, field: str) -> str:
    """The lines' column of a field."""
    return _range(book, {"phase": PHASE, "platform": PLATFORM}.get(field, CATEGORY))


def _part(book: Book, whole: float) -> float | None:
    everything = sum(line.cents for line in book.plan.budget.lines) / 100
    return whole / everything if everything else None


def _caps(sheet: Sheet, book: Book, row: int) -> int:
    """What the client asked of the money: limit, what the plan spends now, the room (below a cap, above a floor), and whether it was kept."""
    v, caps, figure = book.v, book.plan.budget.caps, _widths(book)[1]
    sheet.section(row, v.t("head.caps"))
    cols = [
        Col(v.t("col.cap"), LABEL), Col(v.t("col.limit"), 12.5, "money"), Col(book.t("col.now"), 12.5, "money"), Col(book.t("col.room"), 12.5, "money"),
        Col(v.t("col.kept"), 2 * figure.width, over=2), Col(book.t("col.counted"), 2 * figure.width, over=2),
    ]  # fmt: skip
    sheet.head(row + 1, cols)
    at = row + 2
    for cap in caps:
        formula, counted = _spent(book, cap)
        limit, actual = cap.limit_cents / 100, cap.actual_cents / 100
        sheet.put(at, 0, cap.text, "text")
        sheet.put(at, 1, limit, "money")
        sheet.put(at, 2, Formula(formula, actual) if formula else actual, "money")
        floor = actual > limit if cap.kept else actual < limit
        room = (2, 1) if floor else (1, 2)
        difference = f"{cell(at, room[0])}-{cell(at, room[1])}"
        sheet.put(at, 3, Formula(difference, actual - limit if floor else limit - actual), "money")
        state = _kept(book, cap)
        sheet.over(at, 4, cols[4], state, "text", bg_color="#DDEFE1" if cap.kept else "#F8D9D4")
        said = counted or book.t("as_planned")
        sheet.over(at, 6, cols[5], said, "text")
        sheet.fit(at, [cols[0], *cols[4:]], [cap.text, state, said])
        at += 1
    if not caps:
        sheet.put(at, 0, book.t("no_caps"), "gap")
        at += 1
    return at


def _kept(book: Book, cap: CapCheck) -> str:
    v = book.v
    if cap.kept:
        return v.t("misc.kept")
    if cap.lowered_cents is None:
        return v.t("misc.broken")
    return v.t("misc.lowered", asked=v.money(cap.limit_cents), money=v.money(cap.lowered_cents))


def _spent(book: Book, cap: CapCheck) -> tuple[str, str]:
    """The sum that a limit is about, as a live formula with what it counts, where exactly one sum of the plan has that value."""
    v, part = book.v, book.plan.budget
    found: list[tuple[str, str]] = []
    for category in dict.fromkeys(line.category for line in part.lines):
        label = v.t(f"category.{category}")
        if cap.actual_cents == sum(line.cents for line in part.lines if line.category == category):
            quoted = label.replace('"', '""')
            found.append((f'SUMPRODUCT(({_range(book, CATEGORY)}="{quoted}")*1,{_range(book, MONEY)})', label))
    if part.creators and cap.actual_cents == max(one.fee_cents for one in part.creators):
        found.append(("MAX(CreatorFees)", v.t("col.fee")))
    if cap.actual_cents == part.total_cents:
        found.append(("BudgetTotal", v.t("misc.total")))
    return found[0] if len(found) == 1 and cap.actual_cents else ("", "")


def _range(book: Book, col: int) -> str:
    first, last = _bounds(book.plan.budget.lines)
    return book.ref("budget_lines", span(first, last, col))


def _bounds(found: list[BudgetLine]) -> tuple[int, int]:
    """First and last row of the lines with the spare ones."""
    return TOP + 1, TOP + len(found) + SPARE


def _charts(sheet: Sheet, book: Book, top: int, categories: int, last: int) -> None:
    """Money by category and phase, stacked, beside the results."""
    if not categories:
        return
    v = book.v
    chart = book.chart("bar", "stacked")
    shades = ("#1F5A6B", "#5B93A3", "#A9C8D1", "#D9B36C", "#B7791F", "#6B7478")
    for col in range(1, last - 1):
        chart.add_series(
            {
                "name": [book.tab("budget"), top - 1, col],
                "categories": [book.tab("budget"), top, 0, top + categories - 1, 0],
                "values": [book.tab("budget"), top, col, top + categories - 1, col],
                "fill": {"color": shades[(col - 1) % len(shades)]},
                "gap": 60,
            }
        )
    font = {"name": book.format("text").font_name, "size": 9}
    chart.set_title({"name": v.t("head.by_phase"), "name_font": {**font, "size": 11}, "overlay": False})
    chart.set_x_axis(
        {"num_font": font, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E7E9"}}}
    )
    chart.set_y_axis({"num_font": font, "reverse": True})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": CHART[0], "height": CHART[1]})
    sheet.ws.insert_chart(
        SWITCH[0], 6, chart, {"x_offset": 12, "y_offset": 2, "object_position": 2, "description": v.t("head.by_phase")}
    )
