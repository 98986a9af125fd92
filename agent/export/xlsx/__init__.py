"""The plan as a workbook that a team works from: one sheet a table, with live formulas where numbers depend on each other."""

from __future__ import annotations

from collections.abc import Callable

from agent.export.material import Material
from agent.export.reader import Reader
from agent.export.xlsx import back, buying, calendar, cover, kpis, legal, lists, money, people, posts, reviews, risks
from agent.export.xlsx.book import Book
from agent.plan.model import MarketingPlan

SHEETS: tuple[tuple[str, Callable[[Book], None]], ...] = (
    ("overview", cover.overview),
    ("budget", money.budget),
    ("budget_lines", money.lines),
    ("calendar", calendar.calendar),
    ("key_dates", calendar.key_dates),
    ("kpis", kpis.tracker),
    ("goals", kpis.goals),
    ("charts", kpis.charts),
    ("adaptations", posts.adaptations),
    ("creators", buying.creators),
    ("paid", buying.paid),
    ("risks", risks.risks),
    ("risk_map", risks.risk_map),
    ("inspections", risks.inspections),
    ("legal", legal.legal),
    ("declined", legal.declined),
    ("raci", people.raci),
    ("workload", people.workload),
    ("reviews", reviews.reviews),
    ("rules", reviews.rules),
    ("tests", reviews.tests),
    ("report", reviews.report),
    ("sources", back.sources),
    ("assumptions", back.assumptions),
    ("findings", back.findings),
    ("lists", lists.lists),
)
"""Sheets in the order of their tabs: the id names the tab in the locale. A table each, since a sheet repeats one row of headings on paper."""


def to_xlsx(plan: MarketingPlan, material: Material | None = None) -> bytes:
    """The plan as an Excel workbook, in the plan's language. Every formula carries its value, for readers that do not calculate."""
    held = {"inspections": plan.risks.inspections, "declined": plan.declined, "rules": plan.measurement.rules,
            "tests": plan.measurement.experiments}  # fmt: skip
    sheets = [(name, build) for name, build in SHEETS if held.get(name, True)]
    book = Book(Reader(plan), [name for name, _ in sheets], (material or Material(plan)).doc.sources)
    for _, build in sheets:
        build(book)
    return book.bytes()
