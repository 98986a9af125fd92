"""Puts a plan together as a document: cover, summary, six chapters, appendices."""

from __future__ import annotations

from collections.abc import Callable

from agent.export.gaps import lacking
from agent.export.numbering import in_order_of_place
from agent.export.reader import Reader
from agent.export.sections import back, content, execution, front, insight, money, operation, publishing, results
from agent.export.view import Block, Document, Note, Section, strong, text, tidy
from agent.plan.model import MarketingPlan

Builder = Callable[[Reader], list[Block]]

CHAPTERS: tuple[tuple[str, tuple[tuple[str, Builder], ...]], ...] = (
    ("insight", (("market", insight.market), ("personas", insight.personas), ("positioning", insight.positioning))),
    (
        "content",
        (
            ("strategy", content.strategy),
            ("themes", content.themes),
            ("calendar", publishing.calendar),
            ("platforms", publishing.platforms),
            ("adaptations", publishing.adaptations),
        ),
    ),
    (
        "execution",
        (
            ("team", execution.team),
            ("production", execution.production),
            ("engagement", operation.engagement),
            ("community", operation.community),
        ),
    ),
    ("data", (("kpis", results.kpis), ("measurement", results.measurement))),
    ("risk", (("risks", money.risks),)),
    ("budget", (("budget", money.budget),)),
)
"""The six chapters and their parts, in reading order."""

APPENDICES: tuple[tuple[str, Builder], ...] = (
    ("assumptions", back.assumptions),
    ("conflicts", back.conflicts),
    ("sources", back.sources),
    ("findings", back.findings),
    ("words", back.words),
)
"""What stands after the chapters, lettered A, B, C…"""


def document(plan: MarketingPlan) -> Document:
    """The plan as a document in its own language, for any renderer.

    Sources are numbered as they are cited, and anew when all citations are known: what somebody published comes first.
    """
    v = Reader(plan)
    cover, summary = tidy(front.cover(v)), tidy([*front.summary(v), *back.used(v, "summary")])
    sections: list[Section] = []
    for number, (chapter, parts) in enumerate(CHAPTERS, 1):
        sections.append(Section(chapter, 1, str(number), v.t(f"chapter.{chapter}")))
        for place, (part, build) in enumerate(parts, 1):
            blocks = _whole(v, part, tidy([*build(v), *back.used(v, part)]))
            sections.append(Section(part, 2, f"{number}.{place}", v.t(f"part.{part}"), blocks))
    sections.append(Section("appendix", 1, "", v.t("chapter.appendix")))
    for place, (name, build) in enumerate(APPENDICES):
        sections.append(Section(name, 2, "ABCDEFGH"[place], v.t(f"appendix.{name}"), tidy(build(v)) or _gap(v)))
    found = Document(
        language=v.language,
        title=v.t("doc.title", brand=plan.meta.brand),
        contents_title=v.t("doc.contents"),
        face=front.face(v),
        about_title=v.t("page.about"),
        cover=cover,
        summary=Section("summary", 1, "", v.t("part.summary"), _whole(v, "summary", summary)),
        sections=tuple(sections),
        sources=tuple(one.model_copy(update={"title": v.source_title(one)}) for one in v.cited_sources()),
    )
    published = sum(one.kind == "knowledge" for one in found.sources)
    return in_order_of_place(found, published, v.final_numbers())


def _whole(v: Reader, part: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """A part's blocks, and before them what it lacks where it is not whole."""
    missing = lacking(v, part)
    if not blocks or not missing:
        return blocks or _gap(v)
    return (Note(text(strong(v.t("page.lacks", what=missing)))), *blocks)


def _gap(v: Reader) -> tuple[Block, ...]:
    """What stands in a part that is not written yet."""
    return (Note(text(strong(v.t("page.gap")))),)
