"""What stands before the chapters: cover, how to read the marks, executive summary."""

from __future__ import annotations

from collections import Counter

from agent.export.reader import Reader
from agent.export.sections import legal
from agent.export.view import Block, Face, Inline, Note, Row, bullets, pairs, paragraph, strong, table, text
from agent.plan.base import Figure

ACTIVE = ("primary", "support")
"""Roles of the platforms that get posts."""
KINDS = ("brief", "knowledge", "computed", "assumption", "research")


def cover(v: Reader) -> list[Block]:
    """What the document is, for whom, of when, in whose words, and how to read its marks."""
    meta = v.plan.meta
    return [
        paragraph(strong(meta.brand), f" · {v.label('industry', meta.category)}"),
        pairs(
            (v.t("doc.period"), v.span(meta.start, meta.end)),
            (v.t("doc.markets"), v.listed(v.label("market", code) for code in meta.markets)),
            (v.t("doc.as_of"), v.day(meta.as_of, weekday=False, year=True)),
            (
                v.t("doc.settings"),
                v.t(
                    "doc.settings_text",
                    tongue=v.label("language", meta.language),
                    timezone=v.zones(),
                    currency=meta.currency,
                ),
            ),
            (v.t("doc.words"), words_line(v)),
            (v.t("doc.made_with"), v.t("doc.made_with_text", version=meta.version, schema=meta.schema_version)),
        ),
        paragraph(v.t("doc.confidential", brand=meta.brand)),
        Note(text(strong(v.t("doc.marks")), v.t("misc.colon"), marks(v))),
    ]


def face(v: Reader) -> Face:
    """The first page: brand, what this is, the plan in one sentence, period and version."""
    meta = v.plan.meta
    day = v.day(meta.as_of, weekday=False, year=True)
    facts = (
        (v.t("doc.period"), v.span(meta.start, meta.end)),
        (v.t("page.platforms"), v.platforms(one.platform for one in v.plan.platforms.choices if one.role in ACTIVE)),
        (v.t("page.budget"), v.money(v.plan.budget.total_cents)),
        (v.t("page.version"), day),
    )
    return Face(
        meta.brand,
        v.t("page.kind"),
        v.plan.summary.headline,
        tuple((label, value) for label, value in facts if value),
        v.t("page.version_of", date=day),
        v.t("doc.confidential", brand=meta.brand),
    )


def marks(v: Reader) -> str:
    """The marks and what they mean, in one sentence."""
    said = v.listed(f"{v.t(f'tag.{kind}')} {v.t(f'source_kind.{kind}')}" for kind in KINDS)
    return v.t("doc.marks_text", marks=said, low=v.t("confidence.label_low"))


def words_line(v: Reader) -> str:
    """Whose words the plan holds, in one line."""
    counts = Counter(words.source for words in v.plan.words.values())
    said = v.listed(
        v.t(f"doc.words_{source}", n=counts[source])
        for source in ("model", "mixed", "hand", "playbook")
        if counts[source]
    )
    return v.t("doc.words_text", said=said, model=v.label("model", v.plan.meta.model))


def summary(v: Reader) -> list[Block]:
    """One page that a decision-maker can act on."""
    part = v.plan.summary
    risks = {risk.id: risk for risk in v.plan.risks.risks}
    gaps = {gap.id: gap for gap in v.plan.gaps}
    return [
        paragraph(strong(part.headline)),
        v.head("situation", 2),
        paragraph(part.situation),
        v.head("idea", 2),
        paragraph(part.idea),
        v.head("goals", 2),
        _goals(v),
        paragraph(part.verdict),
        v.head("money", 2),
        paragraph(part.money),
        v.head("first_30_days", 2),
        table(
            v.cols("date*2", "action*6", "owner*2"),
            [[v.day(step.date), step.action, v.role(step.owner)] for step in part.first_30_days],
        ),
        v.head("top_risks", 2),
        bullets(
            text(strong(v.named(id_)), v.t("misc.colon"), risks[id_].prevention) if id_ in risks else id_
            for id_ in part.top_risks
        ),
        *legal.briefly(v),
        v.head("decisions", 2),
        bullets(part.decisions, ordered=True),
        v.head("questions", 2),
        bullets(
            text(strong(id_), " ", gaps[id_].question, v.t("misc.aside", text=v.t("misc.assumed_now", text=gaps[id_].assumption)))
            if id_ in gaps
            else id_
            for id_ in part.questions
        ),
    ]  # fmt: skip


def _goals(v: Reader) -> Block:
    """The goals that matter most, each with its forecast and verdict."""
    goals = {goal.id: goal for goal in v.plan.positioning.goals}
    rows: list[Row] = []
    for id_ in v.plan.summary.goals:
        if id_ not in goals:
            rows.append([id_, "", "", "", "", ""])
            continue
        goal = goals[id_]
        verdict = goal.verdict
        forecast = v.forecast(verdict, goal.target.unit)
        rows.append([
            v.named(id_), _brief(v, goal.baseline), _brief(v, goal.target), forecast or v.t("misc.unknown"),
            v.day(goal.deadline, weekday=False, year=True), strong(v.t(f"status.{verdict.status}")),
        ])  # fmt: skip
    return table(v.cols("goal*3", ">baseline*2", ">target*2", ">forecast*3", "deadline*2", "verdict*3"), rows)


def _brief(v: Reader, figure: Figure) -> Inline:
    """A figure, of a range its middle, with the mark of its kind; range, source and sum stand with the goal in part 1.3."""
    single = figure.value is not None
    known = v.range(None if single else figure.low, figure.value, None if single else figure.high, figure.unit)
    return text(known or v.t("misc.unknown"), v.origin(figure.kind))
