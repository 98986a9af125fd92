"""Chapter 1, insight and positioning: market, personas, brand role and goals."""

from __future__ import annotations

import re
from itertools import zip_longest

from agent.export.reader import Notes, Reader, titled
from agent.export.view import (
    Block,
    Column,
    Heading,
    Inline,
    Note,
    Row,
    bullets,
    join,
    lines,
    pairs,
    paragraph,
    strong,
    table,
    text,
)
from agent.plan.insight import Competitor, Goal, Opening, Persona, Trend, Verdict

SAID_ONCE = 25
"""Letters of a sentence from which it is said once and not with every goal."""
ASPECTS = ("positioning", "content_style", "engagement_tactics", "follower_growth", "user_feedback", "strengths", "weaknesses")  # fmt: skip


def market(v: Reader) -> list[Block]:
    """Market scan and competitor analysis."""
    part = v.plan.market
    return [
        paragraph(strong(v.t("misc.category_truth")), v.t("misc.colon"), part.truth),
        v.head("hot_topics"),
        _trends(v, part.hot_topics),
        v.head("discussion"),
        _trends(v, part.discussion),
        v.head("spread"),
        _trends(v, part.spread),
        paragraph(strong(v.t("misc.timing")), v.t("misc.colon"), part.timing),
        v.head("audit"),
        _audit(v),
        v.head("comparison"),
        _comparison(v),
        v.head("competitors"),
        _competitors(v, part.competitors),
        v.head("openings"),
        bullets(_opening(v, one) for one in part.openings),
        v.head("lessons"),
        bullets(_opening(v, one) for one in part.lessons),
        v.head("unknowns"),
        table(
            [*v.cols("no", "question*4", "where*3", "how*4"), v.both("owner", "due"), *v.cols("decision*3")],
            [
                [
                    task.id,
                    task.question,
                    task.where,
                    task.how,
                    lines([v.role(task.owner), v.due(task.due)]),
                    task.decision,
                ]
                for task in part.unknowns
            ],
        ),
    ]


def _trends(v: Reader, trends: list[Trend]) -> Block:
    """What goes on, and what the brand does with it."""
    rows: list[Row] = [
        [
            lines([strong(titled(one.title)), v.platform(one.platform) if one.platform else None]),
            text(one.what, v.origin(one.kind, one.sources)),
            one.so_what,
        ]
        for one in trends
    ]
    return table(v.cols("topic*2", "what*4", "so_what*4"), rows)


def _audit(v: Reader) -> Block:
    """The brand's own accounts."""
    notes = Notes()
    rows: list[Row] = [
        [
            lines([strong(v.platform(one.platform)), one.handle or v.t("misc.no_account")]),
            v.figure(one.followers, notes),
            v.figure(one.engagement, notes),
            v.figure(one.posts_per_week, notes),
            one.reading,
            one.next_step,
        ]
        for one in v.plan.market.audit
    ]
    columns = v.cols("account*3", ">followers*2", ">engagement*2", ">posts_per_week*2", "reading*6", "next_step*6")
    return table(columns, rows, notes=notes)


def _comparison(v: Reader) -> Block:
    """The brand itself beside its competitors."""
    part = v.plan.market
    ids = list(
        dict.fromkeys([one.id for one in part.competitors] + [id_ for row in part.comparison for id_ in row.others])
    )
    columns = [
        *v.cols("criterion*2"),
        Column(v.plan.meta.brand, width=3),
        *(Column(v.name(id_), width=3) for id_ in ids),
    ]
    return table(
        columns, [[row.criterion, row.brand, *(row.others.get(id_, "") for id_ in ids)] for row in part.comparison]
    )


def _competitors(v: Reader, competitors: list[Competitor]) -> Block:
    """Seven aspects of every competitor, each known or a research task."""
    notes = Notes()
    heads = [
        one.name + (v.t("misc.aside", text=v.t("misc.status_quo")) if one.status_quo else "") for one in competitors
    ]
    followers = (
        text("–", notes.call(v.basis(one.followers)))
        if one.status_quo and one.followers.value is None
        else v.figure(one.followers, notes)
        for one in competitors
    )
    rows: list[Row] = [[v.t("col.followers"), *followers]]
    for aspect in ASPECTS:
        row: list[Inline] = [v.t(f"aspect.{aspect}")]
        for one in competitors:
            row.append(lines(
                text(seen.text, v.origin(seen.kind, seen.sources), f" → {seen.task}" if seen.task else None)
                for seen in one.observations if seen.aspect == aspect
            ))  # fmt: skip
        rows.append(row)
    rows.append([strong(v.t("col.response")), *(one.response for one in competitors)])
    return table([*v.cols("aspect*2"), *(Column(head, width=4) for head in heads)], rows, notes=notes)


def _opening(v: Reader, one: Opening) -> Inline:
    """An opening or a lesson in one line."""
    return text(strong(one.title), v.t("misc.colon"), one.why, v.origin(one.kind, one.sources), v.t("misc.so"), one.how)


def personas(v: Reader) -> list[Block]:
    """Audience personas, side by side."""
    part = v.plan.personas
    blocks: list[Block] = []
    for one in part.personas:
        title = strong(f"{one.id} {one.name}")
        blocks.append(
            paragraph(title, v.t("misc.aside", text=v.t(f"priority.{one.priority}")), v.t("misc.colon"), one.portrait)
        )
    return [
        *blocks,
        v.head("persona_table"),
        _persona_table(v),
        v.head("evidence"),
        bullets(v.claim(claim) for claim in part.evidence),
        v.head("validation"),
        table(
            [*v.cols("method*2", "how*5", ">sample"), v.both("owner", "due"), *v.cols("changes*4")],
            [
                [one.method, one.how, str(one.sample), lines([v.role(one.owner), v.day(one.due)]), one.changes]
                for one in part.validation
            ],
        ),
        paragraph(strong(v.t("misc.not_for")), v.t("misc.colon"), part.not_for),
    ]


def _persona_table(v: Reader) -> Block:
    """One column a persona, one row an attribute."""
    people = v.plan.personas.personas
    rows: list[Row] = [
        [
            v.t("col.demographics"),
            *(text(_demographics(v, p), v.origin(p.demographics)) for p in people),
        ],
        *([v.t(f"col.{field}"), *(str(getattr(p, field)) for p in people)] for field in ("interests", "lifestyle", "values", "spending")),
        [v.t("col.platforms"), *(v.platforms(p.platforms) for p in people)],
        [v.t("col.formats"), *(v.listed(v.format(one) for one in p.formats) for p in people)],
        [v.t("col.online_hours"), *(p.hours for p in people)],
        [v.t("col.interaction"), *(p.interaction for p in people)],
        [v.t("col.pains"), *(lines(f"· {one}" for one in p.pains) for p in people)],
        [v.t("col.triggers"), *(lines(f"· {one}" for one in p.triggers) for p in people)],
        *([v.t(f"col.{field}"), *(str(getattr(p, field)) for p in people)] for field in ("objection", "answer", "evidence_wanted")),
        [v.t("col.served_by"), *(v.listed(v.named(one) for one in p.pillars) for p in people)],
    ]  # fmt: skip
    return table([*v.cols("aspect"), *(Column(f"{p.id} {p.name}", width=4) for p in people)], rows)


def _demographics(v: Reader, one: Persona) -> str:
    """Age, gender, place and occupation; where all of it is assumed, its mark says so and not every word."""
    pieces = [one.age, one.gender, one.place, one.occupation]
    if one.demographics == "assumption":
        aside = v.t("misc.aside", text=v.t("misc.assumption"))
        pieces = [piece.removesuffix(aside) for piece in pieces]
    return v.listed(pieces)


def positioning(v: Reader) -> list[Block]:
    """Brand role and SMART goals."""
    part = v.plan.positioning
    role = part.role
    return [
        v.head("role"),
        Note(text(part.statement)),
        pairs(
            (
                v.t("misc.role"),
                text(
                    strong(role.title),
                    v.t("misc.aside", text=v.t(f"brand_role.{role.role}")),
                    v.t("misc.colon"),
                    role.why,
                ),
            ),
            (v.t("misc.fit"), part.fit),
            (v.t("misc.memory_point"), part.memory_point),
        ),
        v.head("proof"),
        bullets(v.claim(claim) for claim in part.proof),
        v.head("alternatives"),
        bullets(
            text(strong(one.title), v.t("misc.aside", text=v.t(f"brand_role.{one.role}")), v.t("misc.colon"), one.why)
            for one in part.alternatives
        ),
        v.head("tone"),
        table(v.cols("tone_do", "tone_dont"), _side_by_side(part.tone_do, part.tone_dont)),
        v.head("smart_goals"),
        _goal_table(v, part.goals),
        *_goal_details(v, part.goals),
        v.head("emphasis"),
        table(
            v.cols("phase*2", "goals*2", "emphasis*6"),
            [[v.named(one.phase), ", ".join(one.goals), one.emphasis] for one in part.emphasis],
        ),
    ]


def _side_by_side(left: list[str], right: list[str]) -> list[Row]:
    """Two lists as rows of two cells."""
    return [[one, other] for one, other in zip_longest(left, right, fillvalue="–")]


def _goal_table(v: Reader, goals: list[Goal]) -> Block:
    """All goals with baseline, target, owner and verdict."""
    notes = Notes()
    rows: list[Row] = [
        [
            text(strong(goal.id), "\n", v.t(f"goal_kind.{goal.kind}")),
            text(goal.statement, v.origin(goal.origin)),
            v.figure(goal.baseline, notes),
            v.figure(v.aimed(goal), notes),
            lines(
                [
                    v.day(goal.deadline, weekday=False, year=True),
                    v.role(goal.owner),
                    v.listed([goal.phase, v.t("misc.priority", n=goal.priority)]),
                ]
            ),
            strong(v.t(f"status.{goal.verdict.status}")),
        ]
        for goal in goals
    ]
    columns = [
        *v.cols("goal*2", "statement*5", ">baseline*2", ">target*3"),
        v.both("deadline", "owner", 3),
        *v.cols("verdict*2"),
    ]
    return table(columns, rows, notes=notes)


def _goal_details(v: Reader, goals: list[Goal]) -> list[Block]:
    """All goals in detail; what the verdicts have in common, such as what a proposed goal means, is said with the first."""
    said: set[str] = set()
    blocks: list[Block] = []
    for goal in goals:
        sentences = _sentences(goal.verdict.text)
        blocks += _goal_detail(v, goal, "".join(one for one in sentences if len(one) < SAID_ONCE or one not in said))
        said.update(sentences)
    return blocks


def _sentences(words: str) -> list[str]:
    """A text cut behind its sentences, the spaces with what they follow."""
    return re.findall(r".+?(?:[。！？]|[.!?](?:\s+|$)|$)", words, re.DOTALL)


def _goal_detail(v: Reader, goal: Goal, words: str) -> list[Block]:
    """Why a goal matters and the arithmetic behind its verdict, whose `words` are given."""
    verdict = goal.verdict
    cost = (
        v.t("misc.target_cost", money=v.money(verdict.target_cost_cents))
        if verdict.target_cost_cents and v.money(verdict.target_cost_cents) not in verdict.text
        else ""
    )
    unit = goal.target.unit
    gap = "" if v.chinese else " "
    forecast = v.outlook(verdict, unit)
    return [
        Heading(4, v.named(goal.id)),
        pairs(
            (
                v.t("col.verdict"),
                text(strong(v.t(f"status.{verdict.status}")), v.t("misc.colon"), join([words.strip(), cost], gap)),
            ),
            (v.t("col.forecast"), forecast),
            (v.t("misc.relevance"), goal.relevance),
        ),
        _steps(v, verdict),
    ]


def _steps(v: Reader, verdict: Verdict) -> Block:
    """The funnel arithmetic, low, base and high."""
    rows: list[Row] = [
        [
            step.label,
            v.amount(step.low, step.unit),
            v.amount(step.base, step.unit),
            v.amount(step.high, step.unit),
            v.cited(step.formula, step.sources),
        ]
        for step in verdict.steps
    ]
    return table(v.cols("step*3", ">low", ">base", ">high", "arithmetic*5"), rows)
