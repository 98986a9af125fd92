"""What stands before the chapters: cover, how to read the marks, executive summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agent.export import tail
from agent.export.reader import Reader, watched
from agent.export.sections import legal
from agent.export.view import Block, Face, Inline, Note, Row, Table, bullets, pairs, paragraph, strong, table, text
from agent.plan.base import Figure

ACTIVE = ("primary", "support")
"""Roles of the platforms that get posts."""
KINDS = ("brief", "knowledge", "computed", "assumption", "research")


class Room(NamedTuple):
    """How many items of its lists the summary shows."""

    goals: int
    steps: int
    risks: int
    declined: int
    decisions: int
    questions: int


ROOMS = (
    Room(8, 8, 3, 5, 10, 5),
    Room(8, 6, 3, 4, 6, 4),
    Room(8, 6, 3, 3, 5, 3),
    Room(7, 5, 3, 2, 4, 2),
    Room(6, 4, 3, 1, 3, 1),
    Room(4, 4, 2, 1, 3, 0),
    Room(3, 3, 2, 1, 2, 0),
    Room(2, 3, 2, 1, 2, 0),
    Room(2, 2, 2, 1, 1, 0),
    Room(2, 1, 2, 1, 1, 0),
)
"""From roomy to tight; the first with which the summary fits its page is taken, else the last."""
PAGE = 68.9
"""Lines that the page of the summary holds, as `tail.height` counts them."""


def cover(v: Reader) -> list[Block]:
    """What the document is, for whom, of when, in whose words, and how to read its marks."""
    meta = v.plan.meta
    return [
        paragraph(strong(meta.brand), "" if meta.category == "general" else f" · {v.label('industry', meta.category)}"),
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
            (v.t("doc.secrets"), v.secrets()),
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
    """One page that a decision-maker can act on: as much of each list as the page holds, and where the rest stands."""
    found = _summary(v, ROOMS[0])
    for room in ROOMS[1:]:
        if sum(tail.height(block, tail.LINE) for block in found) <= PAGE:
            break
        found = _summary(v, room)
    return found


def _summary(v: Reader, room: Room) -> list[Block]:
    """The summary with so many items of its lists."""
    part = v.plan.summary
    risks = {risk.id: risk for risk in v.plan.risks.risks}
    return [
        paragraph(strong(part.headline)),
        v.head("situation", 2),
        paragraph(part.situation),
        v.head("idea", 2),
        paragraph(part.idea),
        v.head("goals", 2),
        _goals(v, room.goals),
        paragraph(part.verdict),
        v.head("money", 2),
        paragraph(part.money),
        v.head("first_30_days", 2),
        steps(v, room.steps),
        v.head("top_risks", 2),
        bullets(
            text(strong(v.named(id_)), v.t("misc.colon"), risks[id_].prevention) if id_ in risks else id_
            for id_ in part.top_risks[: room.risks]
        ),
        *legal.briefly(v, room.declined),
        v.head("decisions", 2),
        bullets(_some(v, part.decisions, room.decisions, "appendix.assumptions"), ordered=True),
        *_questions(v, room.questions),
    ]


def steps(v: Reader, most: int = 0) -> Table:
    """What is done before the start and in the first thirty days, as many steps as `most` says; all when 0."""
    found = v.plan.summary.first_30_days
    shown = found[:most] if most else found
    more = len(found) - len(shown)
    return table(
        v.cols("date*2", "action*6", "owner*2"),
        [[v.day(step.date), step.action, v.role(step.owner)] for step in shown],
        notes=[v.t("doc.more_in", n=more, place=v.t("part.team"))] if more else [],
    )


def _some(v: Reader, items: Sequence[Inline], most: int, place: str) -> list[Inline]:
    """The first items, and where the others stand."""
    if len(items) <= most + 1:
        return list(items)
    return [*items[:most], v.t("doc.more_in", n=len(items) - most, place=v.t(place))]


def _questions(v: Reader, most: int) -> list[Block]:
    """The open questions that matter most; what is assumed meanwhile stands with each in the appendix."""
    gaps = {gap.id: gap for gap in v.plan.gaps}
    asked: list[Inline] = [
        text(strong(id_), " ", gaps[id_].question) if id_ in gaps else id_ for id_ in v.plan.summary.questions
    ]
    if len(asked) > 1 and not most:
        asked = [v.t("doc.questions_in", n=len(asked), place=v.t("appendix.assumptions"))]
    return [v.head("questions", 2), bullets(_some(v, asked, most, "appendix.assumptions"))]


def _goals(v: Reader, most: int) -> Block:
    """The goals that matter most, each with its forecast and verdict, and where the others stand."""
    goals = {goal.id: goal for goal in v.plan.positioning.goals}
    rows: list[Row] = []
    more = len(v.plan.summary.goals) - most
    for id_ in v.plan.summary.goals[:most]:
        if id_ not in goals:
            rows.append([id_, "", "", "", "", ""])
            continue
        goal = goals[id_]
        verdict = goal.verdict
        forecast = v.outlook(verdict, goal.target.unit)
        rows.append([
            v.named(id_), _brief(v, goal.baseline), v.t("misc.no_target") if watched(goal) else _brief(v, goal.target), forecast or v.t("misc.unknown"),
            v.day(goal.deadline, weekday=False, year=True), strong(v.status(goal)),
        ])  # fmt: skip
    columns = v.cols("goal*4", ">baseline*2", ">target*2", ">forecast*3", "deadline*2", "verdict*3")
    notes = [v.t("doc.more_in", n=more, place=v.t("part.positioning"))] if more > 0 else []
    return table(columns, rows, notes=notes, once=v.t("misc.colon"))


def _brief(v: Reader, figure: Figure) -> Inline:
    """A figure, of a range its middle, with the mark of its kind; range, source and sum stand with the goal in part 1.3."""
    single = figure.value is not None
    known = v.range(None if single else figure.low, figure.value, None if single else figure.high, figure.unit)
    return text(known or v.t("misc.unknown"), v.origin(figure.kind))
