"""Chapter 3, first half: team and production."""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent.export.reader import Reader, titled
from agent.export.sections import front, legal, plots
from agent.export.view import Block, Column, Inline, Row, bullets, lines, paragraph, strong, table, text
from agent.plan.execution import Raci, Role, WeekLoad

ABREAST = 8
"""People side by side in a table of weeks."""


def _holder(v: Reader, role: Role) -> str:
    """Who holds a role; where several do, the first and how many they are."""
    if role.people > 1:
        return titled(role.holder) + v.t("misc.aside", text=v.t("misc.people", n=role.people))
    return titled(role.holder or v.t("misc.vacant"))


def team(v: Reader) -> list[Block]:
    """Team and division of work."""
    part = v.plan.team
    return [
        paragraph(part.shape),
        v.head("roles"),
        table(
            v.cols("role*2", "holder*2", "duties*6", ">role_hours*2", "cover*5"),
            [
                [
                    strong(v.title(one.id)),
                    _holder(v, one),
                    one.duties,
                    text(
                        " / ".join(v.hours(hours) for hours in (one.capacity, one.load, one.peak)),
                        " ▲" if one.peak > one.capacity else None,
                    ),
                    one.cover,
                ]
                for one in part.roles
            ],
            notes=[v.t("misc.hours_note")],
        ),
        v.head("routine" if alone(v.plan.team.raci) else "raci"),
        _raci(v),
        v.head("first_30_days"),
        front.steps(v),
        v.head("workload"),
        plots.workload(v),
        *_weeks(v),
        v.head("rituals"),
        table(
            v.cols("ritual*2", "when*3", "who*3", "output*4", "tool*2"),
            [[one.name, one.when, v.roles(one.who), one.output, one.tool] for one in part.rituals],
            once=v.t("misc.colon"),
        ),
        v.head("team_gaps"),
        table(
            v.cols("missing*3", ">hours_week", "options*4", "default*4"),
            [[one.what, v.hours(one.hours), one.options, one.default] for one in part.gaps],
        ),
        v.head("cut_order"),
        bullets(part.cut_order, ordered=True),
        paragraph(strong(v.t("misc.slack")), v.t("misc.colon"), part.slack),
    ]


def alone(rows: Sequence[Raci]) -> bool:
    """Whether the tasks are the week of one person: nobody is asked before or told after any of them."""
    return not any(one.consulted or one.informed for one in rows)


def _raci(v: Reader) -> Block:
    """Who is responsible, accountable, consulted and informed; by name, since a column a role needs a page on its side. A person stands once in a
    row: nobody is asked or told about their own work. One person has a week instead: what is done, and as which role.
    """
    if alone(v.plan.team.raci):
        rows: list[Row] = [[one.task, v.title(one.responsible)] for one in v.plan.team.raci]
        return table(v.cols("task*8", "role*2"), rows)
    found: list[tuple[Inline, Inline, Inline, list[str], list[str]]] = []
    for one in v.plan.team.raci:
        does, answers = (v.person(id_) if id_ else "" for id_ in (one.responsible, one.accountable))
        asked = _others(v, one.consulted, {does, answers})
        told = _others(v, one.informed, {does, answers, *asked})
        answerable = (
            v.t("misc.same_person")
            if does and does == answers
            else v.role(one.accountable, named=True)
            if answers
            else "–"
        )
        found.append((one.task, strong(v.role(one.responsible, named=True)) if does else "–", answerable, asked, told))
    # A column in which nobody stands goes; where somebody does, an empty cell would look forgotten.
    some_asked, some_told = any(row[3] for row in found), any(row[4] for row in found)
    return table(
        v.cols("task*5", "responsible*3", "accountable*3", "consulted*3", "informed*3"),
        [
            [
                task, does, answerable,
                (v.listed(asked) or "–") if some_asked else None, (v.listed(told) or "–") if some_told else None,
            ]
            for task, does, answerable, asked, told in found
        ],
    )  # fmt: skip


def _others(v: Reader, ids: Sequence[str], but: set[str]) -> list[str]:
    """The people behind these roles, each once, without those who have a part in the task already."""
    return [name for name in dict.fromkeys(map(v.person, ids)) if name not in but]


def _weeks(v: Reader) -> list[Block]:
    """Hours needed against hours at hand, week by week, one column a person; a large team takes several tables."""
    weeks = v.busy_weeks()
    holders = list(dict.fromkeys(one.holder for one in weeks))
    idle = {one.holder: one.capacity for one in v.plan.team.weeks if one.holder not in holders}
    notes = [
        v.t("misc.load_note"),
        *(v.t("misc.load_idle", who=titled(v.label("role", who)), hours=v.hours(free)) for who, free in idle.items()),
    ]
    cells = {(one.week, one.holder): one for one in weeks}
    tables = max(1, math.ceil(len(holders) / ABREAST))
    many = math.ceil(len(holders) / tables)
    found: list[Block] = []
    for at in range(tables):
        group = holders[at * many : (at + 1) * many]
        rows: list[Row] = [
            [v.day(week, weekday=False, year=True), *(_load(v, cells.get((week, holder))) for holder in group)]
            for week in sorted({one.week for one in weeks})
        ]
        columns = [*v.cols("week*2"), *(Column(titled(v.label("role", holder)), "right", 2) for holder in group)]
        found.append(table(columns, rows, notes=notes if at == tables - 1 else []))
    return found


def _load(v: Reader, one: WeekLoad | None) -> Inline:
    """Hours needed of hours at hand; marked where they are too many, empty where there are none."""
    if one is None:
        return ""
    said = f"{v.hours(one.hours)} / {v.hours(one.capacity)}"
    return strong(f"{said} ▲") if one.hours > one.capacity else said


def production(v: Reader) -> list[Block]:
    """Production and quality gate."""
    part = v.plan.production
    return [
        v.head("standards"),
        bullets(part.standards),
        v.head("workflow"),
        table(
            v.cols("step*3", "owner*2", ">days_before", "output*5"),
            [
                [
                    f"{one.id} {one.name}",
                    v.role(one.owner),
                    f"D{-one.days_before:+d}" if one.days_before else "D",
                    one.output,
                ]
                for one in part.workflow
            ],
        ),
        v.head("gates"),
        table(
            v.cols("gate*2", "signer*2", "checks*7"),
            [
                [strong(v.t(f"gate.{one.kind}")), v.role(one.owner), lines(f"□ {check}" for check in one.checks)]
                for one in part.gates
            ],
            notes=[v.t("misc.gate_rule")],
        ),
        *legal.approvals(v),
        *legal.statutes(v),
        v.head("turnaround"),
        table(
            v.cols("format*2", ">workdays", ">work_hours", "rush*6"),
            [[v.format(one.format), str(one.days), v.hours(one.hours), one.rush] for one in part.turnaround],
        ),
        v.head("freedom"),
        bullets(part.freedom),
        v.head("red_lines"),
        bullets(part.red_lines),
        paragraph(strong(v.t("misc.archive")), v.t("misc.colon"), part.archive),
    ]
