"""What money buys: creators and paid media, planned by scenario and compared with what came of it."""

from __future__ import annotations

from agent.export.xlsx.book import TOP, Book, Cell, Col, Formula, Sheet, Styled, cell, span
from agent.export.xlsx.cases import BASE, change, chosen, name_at, ratio, three, total
from agent.export.xlsx.lists import CASES
from agent.plan.results import CreatorTier, PaidLine

COLOR = "#5B93A3"
LED_OUT = ("conversion", "traffic")
"""Aims whose ads lead to the destination; the others lead to the post or the account, and the plan's clicks leave theirs out."""
Case3 = tuple[float | None, float | None, float | None]


def creators(book: Book) -> None:
    """Creators by size and platform; number and fee can be changed, views and engagements follow."""
    v, found = book.v, book.plan.budget.creators
    note = book.t("note.creators")
    sheet = book.sheet("creators", v.t("head.creators"), note, columns=8, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.tier"), 16), Col(v.t("col.platform"), 13), Col(v.t("col.phase"), 13),
        Col(v.t("col.number"), 8, "int", entry=True), Col(v.t("col.fee"), 13, "price", entry=True), Col(v.t("col.total"), 13, "money"),
        Col(v.t("col.choose_brief"), 50), Col(v.t("col.views"), 13, "int"), Col(v.t("col.engagements"), 12, "int", joined=True),
        Col(book.t("col.cpv"), 11, "price", joined=True), Col(book.t("col.cpe"), 11, "price", joined=True),
        Col(book.t("col.creator"), 18, entry=True), Col(book.t("col.state"), 12, entry=True), Col(book.t("col.paid_actual"), 13, "money", entry=True),
        Col(book.t("col.views_actual"), 13, "int", entry=True), Col(book.t("col.engagements_actual"), 13, "int", entry=True),
        Col(book.t("col.views_change"), 11, "change"), Col(book.t("col.planned_number"), 9, "int"),
        *_cases(book, v.t("col.views")), *_cases(book, v.t("col.engagements")),
    ]  # fmt: skip
    first, last = TOP + 1, TOP + max(1, len(found))
    rows = [_creator(book, row, one) for row, one in enumerate(found, first)]
    sheet.table(cols, rows, freeze=3, note=note, shown=18)
    _folded(sheet, 18, len(cols) - 1)
    sheet.choose(first, last, 13, "=List_Status")
    sheet.put(2, 5, v.t("misc.sum"), "label")
    sums: list[tuple[int, list[float | None], str]] = [
        (6, [one.total_cents / 100 for one in found], "money"),
        (8, [one.views.value for one in found], "int"),
        (9, [one.engagements.value for one in found], "int"),
        (14, [], "money"), (15, [], "int"), (16, [], "int"),
    ]  # fmt: skip
    for col, values, style in sums:
        sheet.put(2, col, total(first, last, col, values), style, bold=True)
    sheet.put(2, 7, _against(book, "creators", 6, sum(one.total_cents for one in found)), "text", bold=True)
    book.define("CreatorViews", "creators", cell(2, 8))
    book.define("CreatorFees", "creators", span(first, last, 5))


def _creator(book: Book, row: int, one: CreatorTier) -> list[Cell]:
    """One row of the creator plan."""
    v, at = book.v, name_at(row)
    views, done = three(one.views), three(one.engagements)
    money, scale = one.total_cents / 100, f"{at(4)}/{at(18)}"
    return [
        one.id, v.creators(one), v.platform(one.platform), v.named(one.phase), one.number,
        one.fee_cents / 100, Formula(f"{at(4)}*{at(5)}", money), f"{one.choose}\n{one.brief}",
        chosen(row, 19, views, scale=scale), chosen(row, 22, done, scale=scale),
        ratio(at(6), at(8), _per(money, views)), ratio(at(6), at(9), _per(money, done)),
        None, None, None, None, None, change(at(15), at(8)),
        one.number, *views, *done,
    ]  # fmt: skip


def paid(book: Book) -> None:
    """Paid media line by line; the spend can be changed, impressions, clicks and results follow in proportion."""
    v, found = book.v, book.plan.budget.paid
    note = book.t("note.paid")
    sheet = book.sheet("paid", v.t("head.paid"), note, columns=8, color=COLOR)
    cols = [
        Col(v.t("col.no"), 7), Col(v.t("col.platform"), 14), Col(v.t("col.objective"), 26), Col(v.t("col.audience"), 34),
        Col(v.t("col.money"), 13, "money", entry=True), Col(v.t("col.cpm"), 11, "price"), Col(v.t("col.impressions"), 13, "int"),
        Col(book.t("col.all_clicks"), 11, "int"), Col(book.t("col.to_destination"), 12, "int"), Col(v.t("col.results"), 11, "decimal"), Col(book.t("col.result_is"), 14),
        Col(book.t("col.per_result"), 12, "price"), Col(book.t("col.paid_actual"), 13, "money", entry=True),
        Col(book.t("col.impressions_actual"), 13, "int", entry=True), Col(book.t("col.clicks_actual"), 12, "int", entry=True),
        Col(book.t("col.results_actual"), 12, "decimal", entry=True), Col(book.t("col.results_change"), 11, "change"),
        Col(book.t("col.cost_change"), 11, "change"), Col(book.t("col.planned_money"), 12, "money"),
        *_cases(book, v.t("col.cpm")), *_cases(book, v.t("col.impressions")), *_cases(book, v.t("col.clicks")),
        *_cases(book, v.t("col.results")),
    ]  # fmt: skip
    first, last = TOP + 1, TOP + max(1, len(found))
    rows = [_paid(book, row, one) for row, one in enumerate(found, first)]
    sheet.table(cols, rows, freeze=3, note=note, shown=18)
    _folded(sheet, 18, len(cols) - 1)
    sheet.put(2, 3, v.t("misc.sum"), "label")
    sums: list[tuple[int, list[float | None], str]] = [
        (4, [one.cents / 100 for one in found], "money"),
        (6, [one.impressions.value for one in found], "int"),
        (7, [one.clicks.value for one in found], "int"),
        (8, [one.clicks.value for one in found if one.objective in LED_OUT], "int"),
        (12, [], "money"), (13, [], "int"), (14, [], "int"),
    ]  # fmt: skip
    for col, values, style in sums:
        sheet.put(2, col, total(first, last, col, values), style, bold=True)
    sheet.put(2, 2, _against(book, "ads", 4, sum(one.cents for one in found)), "text", bold=True)
    book.define("PaidImpressions", "paid", cell(2, 6))


def _paid(book: Book, row: int, one: PaidLine) -> list[Cell]:
    """One row of the paid-media plan."""
    v, at = book.v, name_at(row)
    price, seen, clicks, results = (
        three(one.cpm, falling=True),
        three(one.impressions),
        three(one.clicks),
        three(one.results),
    )
    money, scale = one.cents / 100, f"IF({at(18)}=0,0,{at(4)}/{at(18)})"
    kept = 1.0 if one.cents else 0.0
    each = _per(money, results)
    per_result = f'IF(OR(N({at(12)})=0,N({at(15)})=0,N({at(11)})=0),"",{at(12)}/{at(15)}/{at(11)}-1)'
    bought = [
        chosen(row, 22 + 3 * place, values, scale=scale, known=kept)
        for place, values in enumerate((seen, clicks, results))
    ]
    led_out = Formula(at(7), (one.clicks.value or 0.0) * kept) if one.objective in LED_OUT else None
    return [
        one.id, v.platform(one.platform), f"{v.t(f'objective.{one.objective}')}\n{one.format}", one.audience, money,
        chosen(row, 19, price), bought[0], bought[1], led_out, bought[2],
        one.result_label, Styled(ratio(at(4), at(9), each), "price" if each is None or each < 10 else "money"),
        None, None, None, None, change(at(15), at(9)), Formula(per_result, ""), money, *price, *seen, *clicks, *results,
    ]  # fmt: skip


def _cases(book: Book, what: str) -> list[Col]:
    """Three columns for the low, base and high case of something."""
    style = "price" if what == book.v.t("col.cpm") else "decimal" if what == book.v.t("col.results") else "int"
    return [Col(f"{what}\n{book.v.t(f'scenario.{name}')}", 12, style) for name in CASES]


def _per(money: float, values: Case3) -> float | None:
    base = values[BASE]
    return money / base if base else None


def _against(book: Book, category: str, col: int, cents: int) -> Formula:
    """Says whether the rows add up to what the budget holds for them."""
    planned = sum(line.cents for line in book.plan.budget.lines if line.category == category)
    label = book.v.t(f"category.{category}").replace('"', '""')
    first, last = TOP + 1, TOP + len(book.plan.budget.lines) + 12
    lines = (book.ref("budget_lines", span(first, last, at)) for at in (1, 5))
    budgeted = f'SUMPRODUCT(({next(lines)}="{label}")*1,{next(lines)})'
    good, bad = (book.t(key).replace('"', '""') for key in ("matches", "differs"))
    said = book.t("matches") if planned == cents else book.t("differs")
    return Formula(f'IF(ABS({cell(2, col)}-{budgeted})<0.005,"{good}","{bad}")', said)


def _folded(sheet: Sheet, first: int, last: int) -> None:
    """Folds the columns that the formulas draw on."""
    sheet.ws.set_column(first, last, 12, None, {"level": 1, "hidden": True})
    sheet.ws.set_column(last + 1, last + 1, 3, None, {"collapsed": True})
