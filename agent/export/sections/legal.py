"""What the plan will not do and what it has to obtain first: briefly in the summary, in full where people work with it."""

from __future__ import annotations

import datetime as dt

from agent.export.reader import Reader, titled
from agent.export.view import Block, Note, bullets, lines, paragraph, strong, table, text
from agent.locale import localise
from agent.plan.legal import Approval, Declined

BRIEF = 40, 110
"""Longest quotation of a client's point in the summary: Chinese characters, others."""


def briefly(v: Reader, most: int) -> list[Block]:
    """For the summary: the points under one law with what is offered, of `most` laws, and that this is no legal advice."""
    found: dict[tuple[str, str, tuple[str, ...]], list[Declined]] = {}
    for one in v.plan.declined:
        found.setdefault((one.status, one.law, tuple(one.instead)), []).append(one)
    if not found:
        return []
    return [
        v.head("declined", 2),
        bullets(
            v.cited(
                v.t(
                    "legal.summary" if status == "declined" else "legal.summary_held",
                    words=v.listed(dict.fromkeys(_quoted(v, one.text) for one in rows)),
                    law=law,
                    effective=v.day(rows[0].effective, weekday=False, year=True),
                    instead=v.t("legal.or").join(instead),
                ),
                rows[0].sources,
            )
            for (status, law, instead), rows in list(found.items())[:most]
        ),
        paragraph(v.t("legal.more"), "" if v.chinese else " ", _note(v)),
    ]


def _quoted(v: Reader, words: str) -> str:
    """A client's words in the quotation marks of the plan's language, shortened with dots."""
    most = BRIEF[0] if v.chinese else BRIEF[1]
    marks = localise("“”", v.language)
    return f"{marks[0]}{words if len(words) <= most else words[:most].rstrip() + '…'}{marks[1]}"


def _note(v: Reader) -> str:
    checked = max(one.checked for one in v.plan.declined)
    if checked > v.plan.meta.as_of:
        return v.t("legal.note_undated")
    return v.t("legal.note", date=v.day(checked, weekday=False, year=True))


def declined(v: Reader) -> list[Block]:
    """For the risk part: every point with law, source, reason and offer."""
    if not v.plan.declined:
        return []
    return [
        v.head("declined_table"),
        Note(text(_note(v))),
        table(
            v.cols("no", "client_words*4", "answered*3", "legal_law*3", "legal_why*4", "offered*4"),
            [
                [
                    one.id,
                    _quoted(v, one.text),
                    lines([strong(v.t(f"declined_status.{one.status}")), one.answer]),
                    lines([v.cited(one.law, one.sources), v.day(one.effective, weekday=False, year=True)]),
                    one.why,
                    lines(way[:1].upper() + way[1:] for way in one.instead),
                ]
                for one in v.plan.declined
            ],
        ),
    ]


def approvals(v: Reader) -> list[Block]:
    """For production: what has to be obtained, shown or kept, by when, by whom, at whose cost."""
    return [
        v.head("approvals"),
        table(
            [*v.cols("no", "required*5", "takes*2"), v.both("hand_in", "public_from", 3), *v.cols("owner*2", "paid_how*3")],
            [
                [
                    one.id,
                    lines([
                        strong(titled(v.t(f"approval_kind.{one.kind}"))),
                        v.cited(text_of(v, one), one.sources),
                        text(v.t("col.until_then"), v.t("misc.colon"), one.until_then) if one.until_then else None,
                    ]),
                    takes(v, one),
                    lines([
                        v.day(one.hand_in, year=True) if one.workdays else v.t("legal.with_piece"),
                        v.day(one.public_from, year=True),
                    ]),
                    v.role(one.owner),
                    one.money,
                ]
                for one in v.plan.approvals
            ],
        ),
    ]  # fmt: skip


def statutes(v: Reader) -> list[Block]:
    """For production: the laws of markets without rules of their own, for counsel to read the plan against."""
    found = v.plan.laws
    if not found:
        return []
    markets = v.listed(dict.fromkeys(v.label("market", one.market) for one in found))
    return [
        v.head("statutes"),
        Note(text(v.t("sheets.note.legal_unruled", markets=markets))),
        table(
            v.cols("market*2", "law_name*4", "law_asks*6"),
            [[v.label("market", one.market), v.cited(one.law, one.sources), one.asks] for one in found],
        ),
    ]


def text_of(v: Reader, one: Approval) -> str:
    """What has to be done, with its law."""
    return f"{one.text}{'' if v.chinese else ' '}{v.t('misc.aside', text=one.law).strip()}"


def dated_law(v: Reader, law: str, effective: dt.date) -> str:
    """A law with the day since when it is in force."""
    return law + v.t("misc.aside", text=v.day(effective, weekday=False, year=True))


def takes(v: Reader, one: Approval) -> str:
    """How long it takes, and whether that is assumed."""
    if not one.workdays:
        return v.t("legal.with_piece")
    return v.t("legal.assumed" if one.assumed else "legal.takes", count=one.workdays)


def deadlines(v: Reader) -> list[Block]:
    """For the calendar: hand-in days and first public days."""
    return [
        v.head("deadlines"),
        table(
            v.cols("date*2", "kind*2", "what*6", "owner*2", "no"),
            [
                [
                    v.day(one.date, year=True),
                    strong(titled(v.t(f"deadline_kind.{one.kind}"))),
                    one.what,
                    v.role(one.owner),
                    one.approval,
                ]
                for one in v.plan.calendar.deadlines
            ],
        ),
    ]
