"""The first sheet: what the plan is, what it costs and promises, what is missing, and where everything stands."""

from __future__ import annotations

from typing import Any

from agent.export.reader import titled
from agent.export.xlsx.book import ACCENT, ENTRY, PROPOSED, Book, Cell, Col, Formula, Sheet, Styled
from agent.export.xlsx.kpis import long
from agent.locale import Count

WIDTH = 6


def overview(book: Book) -> None:
    """One page to open with."""
    v, plan = book.v, book.plan
    sheet = book.sheet("overview", v.t("doc.title", brand=plan.meta.brand), "", color=ACCENT)
    cols = [Col("", width) for width in (26, 58, 14, 14, 14, 26)]
    sheet.columns(cols)
    all_wide = sum(col.width for col in cols)
    sheet.prose(1, 0, WIDTH, plan.summary.headline, "big")
    sheet.height(1, plan.summary.headline, all_wide * 0.8)
    meta = plan.meta
    pairs: list[tuple[str, Cell]] = [
        (v.t("doc.period"), v.span(meta.start, meta.end)),
        (v.t("misc.total"), Styled(Formula("BudgetTotal", sum(line.cents for line in plan.budget.lines) / 100), "money")),
        (v.t("col.platforms"), v.platforms(one.platform for one in plan.platforms.choices if one.role in ("primary", "support"))),
        (v.t("doc.as_of"), v.day(meta.as_of, weekday=False, year=True)),
        (v.t("misc.timezone"), v.zones()),
    ]  # fmt: skip
    row = 3
    for label, value in pairs:
        sheet.put(row, 0, label, "label")
        sheet.put(row, 1, value, "text", align="left", indent=1)
        row += 1
    row = _goals(book, sheet, row + 1)
    row = _gaps(book, sheet, row + 1)
    sheet.turn([row], cols)
    sheet.section(row, book.t("sheets_here"))
    row += 1
    for id_ in book.ids[1:]:
        target = f"internal:{book.ref(id_, 'A1')}"
        sheet.ws.write_url(row, 0, target, book.format("link"), book.tab(id_))
        sheet.ws.merge_range(row, 1, row, WIDTH - 1, "", book.format("text"))
        sheet.put(row, 1, book.t(f"about.{id_}"), "text")
        row += 1
    row += 1
    sheet.section(row, book.t("legend"))
    looks: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("text", ENTRY, "entry"),
        ("text", {}, "plan"),
        ("text", PROPOSED, "proposed"),
        ("switch", {"font_size": 10}, "switch"),
    )
    for place, (style, extra, key) in enumerate(looks, 1):
        sheet.put(row + place, 0, book.t(f"legend_{key}.name"), style, **extra)
        sheet.ws.merge_range(row + place, 1, row + place, WIDTH - 1, "", book.format("text"))
        sheet.put(row + place, 1, book.t(f"legend_{key}.text"), "text")
    sheet.ws.print_area(0, 0, row + len(looks) + 1, WIDTH - 1)
    sheet.ws.activate()


def _goals(book: Book, sheet: Sheet, row: int) -> int:
    """The goals with forecast and verdict."""
    v = book.v
    sheet.section(row, v.t("head.goals"))
    cols = [
        Col(v.t("col.goal"), 26, "bold"), Col(v.t("col.statement"), 58), Col(v.t("col.baseline"), 14, "int"), Col(v.t("col.target"), 14, "int"),
        Col(f"{v.t('col.forecast')}{v.t('misc.aside', text=v.t('scenario.base'))}", 14, "int"), Col(v.t("col.verdict"), 26),
    ]  # fmt: skip
    sheet.head(row + 1, cols)
    rows: list[list[Cell]] = []
    for goal in sorted(book.plan.positioning.goals, key=lambda one: one.priority):
        values = [goal.baseline.value, goal.target.value, goal.verdict.base]
        shown = [
            long(value, goal.target.unit, proposed=at == 1 and goal.origin != "brief")
            for at, value in enumerate(values)
        ]
        rows.append([v.named(goal.id), goal.statement, *shown, titled(v.status(goal))])
    end = sheet.rows(row + 2, cols, rows)
    if not rows:
        sheet.gap(end)
        end += 1
    return end


def _gaps(book: Book, sheet: Sheet, row: int) -> int:
    """Tables that the plan leaves empty, and how many findings and questions are open."""
    v, plan = book.v, book.plan
    found = v.open_findings()
    errors = sum(one.severity == "error" for one in found)
    said = [
        book.t(
            "open_points",
            errors=errors,
            findings=Count(len(found)),
            conflicts=Count(len(plan.conflicts)),
            declined=Count(len(plan.declined)),
            questions=Count(len(plan.gaps)),
            tasks=Count(len(plan.market.unknowns)),
        )
    ]
    held = {
        "calendar": plan.calendar.entries, "budget_lines": plan.budget.lines, "kpis": plan.kpis.kpis, "adaptations": plan.adaptations.posts,
        "risks": plan.risks.risks, "raci": plan.team.raci, "workload": plan.team.weeks, "reviews": plan.measurement.reviews,
    }  # fmt: skip
    empty = [book.tab(id_) for id_, rows in held.items() if not rows]
    if empty:
        said.append(book.t("empty_sheets", sheets=v.listed(empty)))
    sheet.section(row, book.t("open_head"))
    for at, words in enumerate(said, row + 1):
        sheet.prose(at, 0, WIDTH, words, "gap" if at > row + 1 else "plain")
    return row + 1 + len(said)
