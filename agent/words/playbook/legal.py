"""What law asks of the plan: the points that it declines, the approvals with their days, and what other parts take from both."""

from __future__ import annotations

import datetime as dt
import re

from agent.brief.said import forbidden_words
from agent.checks.terms import occurs
from agent.compliance import Demand, Requirement, demands_of, load_rules, requirements
from agent.compliance.areas import regions_of
from agent.frame.workdays import WorkDays, working_days
from agent.locale import day, has, money, t
from agent.plan.base import bound
from agent.plan.content import Deadline
from agent.plan.legal import Approval, Declined, Statute
from agent.words.playbook.context import Context
from agent.words.playbook.crew import law_text
from agent.words.playbook.voice import clip, join

OWNERS = {
    "approval": ("approver", "strategist", "operator"), "review": ("approver", "strategist", "operator"), "evidence": ("strategist", "planner", "operator"),
    "notice": ("operator", "copy"), "audience": ("operator", "analyst"), "record": ("analyst", "operator"),
}  # fmt: skip
"""Kind of requirement → who sees to it, the first function that somebody holds."""
PAID = {"approval": "approval", "evidence": "evidence"}
"""Kinds that may cost money outside the team."""
HANDED_IN = ("approval", "review")
"""Kinds for which every finished piece is handed in."""


def declined(context: Context) -> list[Declined]:
    """The client's points that the plan does not carry out, in the brief's order."""
    if "declined" not in context.memo:
        context.memo["declined"] = [_declined(context, n, one) for n, one in enumerate(demands_of(context.intake), 1)]
    found: list[Declined] = context.memo["declined"]
    return found


def _declined(context: Context, number: int, one: Demand) -> Declined:
    kind = (
        "held"
        if not one.declined
        else next((name for name in ("audience", "constraint") if one.where.startswith(name)), "declined")
    )
    word = next((word for word in forbidden_words(context.brief) if occurs(word, one.text)), None)
    instead = list(one.alternatives)
    if kind == "held" and word and instead:
        # The client's own prohibition holds beside the law: proof alone does not bring the line back.
        said = context.say("legal.instead", word=word, instead=instead[0])
        kind, instead = "reworded", [said if context.zh else said[:1].lower() + said[1:]]
    return Declined(
        id=f"N{number}",
        status="declined" if one.declined else "held",
        where=one.where,
        text=one.text,
        words=one.words,
        rule=one.rule,
        law=one.law,
        effective=one.effective,
        checked=one.checked,
        why=_ended(context, one.why),
        instead=instead,
        answer=context.say(f"legal.answer.{kind}", word=word),
        sources=context.sources.cite(f"law:{one.law_id}"),
    )


def _ended(context: Context, text: str) -> str:
    plain = text.rstrip("。.")
    return plain[:1].upper() + plain[1:] + ("。" if context.zh else ".")


def calendar_before(context: Context) -> WorkDays:
    """Working days of the brief's markets, from the day of the plan on."""
    frame = context.frame
    return working_days(context.brief.markets, min(frame.as_of, frame.start), frame.end)


def approvals(context: Context) -> list[Approval]:
    """What has to be obtained, shown or kept, the earliest due first."""
    if "approvals" not in context.memo:
        frame, filled = context.frame, context.brief
        held = {name: getattr(filled, name) for name in ("markets", "category", "language")}
        found = requirements(
            context.intake.said.model_copy(update=held),
            start=frame.start,
            as_of=frame.as_of,
            works=calendar_before(context).is_working,
            creators=bool(frame.budget.creators),
        )
        context.memo["approvals"] = [_approval(context, n, one) for n, one in enumerate(found, 1)]
    made: list[Approval] = context.memo["approvals"]
    return made


def _approval(context: Context, number: int, one: Requirement) -> Approval:
    frame = context.frame
    first = calendar_before(context).on_or_after(frame.as_of)
    contingency = frame.budget.by("contingency")
    sum_ = money(contingency, frame.currency) if contingency else None
    return Approval(
        id=f"L{number}",
        requirement=one.id,
        kind=one.kind,
        text=_ended(context, one.text),
        carry=one.carry,
        law=one.law,
        effective=load_rules().laws[one.law_id].effective,
        workdays=one.workdays,
        assumed=one.assumed,
        hand_in=max(one.due, first) if one.workdays else frame.start,
        public_from=max(frame.start, one.earliest) if one.workdays else frame.start,
        gates=one.gates,
        until_then=_ended(context, one.before) if one.before else "",
        owner=context.role(*OWNERS[one.kind]),
        money=context.say(f"legal.money.{PAID.get(one.kind, 'own')}", contingency=sum_),
        sources=context.sources.cite(f"law:{one.law_id}"),
    )


def statutes(context: Context) -> list[Statute]:
    """For every market without rules of its own, the laws of that market that the parts cite; where they cite none, those that the knowledge
    base holds for the category. To be asked when all parts are written.
    """
    cited = {source.id.removeprefix("kb:") for source in context.sources.all()}
    made: list[Statute] = []
    for market in dict.fromkeys(code.strip().upper() for code in context.brief.markets):
        if regions_of(market):
            continue
        known = context.knowledge.laws(market, context.brief.category)
        own = [law for law in known if law.region == market]
        for law in [law for law in own if law.id in cited] or own:
            name, asks = law_text(context, law)
            made.append(Statute(market=market, law=name, asks=asks, sources=context.sources.cite(f"kb:{law.id}")))
    return made


def carried(context: Context) -> str:
    """The words that law wants on every post; "" for none."""
    return " · ".join(one.carry for one in approvals(context) if one.carry and one.kind != "audience")


def targeting(context: Context) -> str:
    """How every targeting has to be set; "" where nobody has to be left out."""
    return " · ".join(one.carry for one in approvals(context) if one.carry and one.kind == "audience")


def handed_in(context: Context) -> Approval | None:
    """The approval or review that every finished piece waits for, the longest one; None when there is none."""
    found = [one for one in approvals(context) if one.kind in HANDED_IN and one.workdays]
    return max(found, key=lambda one: one.workdays, default=None)


def ids(context: Context) -> str:
    """The ids of the declined points: "N1–N6"."""
    found = [one.id for one in declined(context)]
    return f"{found[0]}–{found[-1]}" if len(found) > 1 else "".join(found)


def fields_of(context: Context) -> str:
    """Under which headings of the brief the declined points stand, so that somebody who has no list of them at hand knows which they are."""
    labels = dict.fromkeys(re.split(r"[\[.]", one.where, maxsplit=1)[0] for one in declined(context))
    told = [
        t(context.language, f"brief_field.{name}") for name in labels if has(context.language, f"brief_field.{name}")
    ]
    quoted = [f"“{name}”" if context.language != "zh-TW" else f"「{name}」" for name in told[:3]]
    return join(quoted, context.language)


def deadlines(context: Context) -> list[Deadline]:
    """Hand-in days and first public days; what is handed in piece by piece has a day for every month's pieces."""
    rows: list[tuple[dt.date, str, str, str, str]] = []
    for one in approvals(context):
        if not one.workdays:
            continue
        what = short(context, one)
        told = context.say(f"legal.deadline.{_way(one)}", what=what)
        rows.append((one.hand_in, "hand_in", told, one.owner, one.id))
        if one.gates or one.public_from > context.frame.start:
            told = context.say("legal.deadline.public_from", what=what)
            rows.append((one.public_from, "public_from", told, one.owner, one.id))
        if one.kind in HANDED_IN:
            rows += _batches(context, one)
    rows.sort(key=lambda row: (row[0], row[4], row[1]))
    return [
        Deadline.model_validate(
            {"id": f"DL{n}", "date": date, "kind": kind, "what": what, "owner": owner, "approval": id_}
        )
        for n, (date, kind, what, owner, id_) in enumerate(rows, 1)
    ]


def _way(one: Approval) -> str:
    """How a requirement is met by its day: handed in, on file, or set up."""
    return {"evidence": "file", "audience": "set_up", "notice": "set_up", "record": "set_up"}.get(one.kind, "hand_in")


def opening(context: Context, one: Approval) -> tuple[str, dict[str, object]]:
    """Phrase and facts of the first step that a requirement takes."""
    return f"legal.start.{_way(one)}", {"what": short(context, one)}


def _batches(context: Context, one: Approval) -> list[tuple[dt.date, str, str, str, str]]:
    """The pieces of every later month, to be handed in before the first of them runs; the first month's go with the first hand-in."""
    firsts: dict[tuple[int, int], dt.date] = {}
    for slot in sorted(context.frame.slots, key=lambda slot: slot.date):
        if slot.kind != "buffer":
            firsts.setdefault((slot.date.year, slot.date.month), slot.date)
    days = calendar_before(context)
    return [
        (
            max(days.back(first, one.workdays), one.hand_in),
            "hand_in",
            context.say("legal.deadline.batch", month=_month(context, first), first=day(first, context.language)),
            one.owner,
            one.id,
        )
        for first in list(firsts.values())[1:]
    ]


def _month(context: Context, first: dt.date) -> str:
    return f"{first.month}月" if context.zh else f"{first:%B}"


def short(context: Context, one: Approval) -> str:
    """A requirement as it is named inside a sentence: its first clause, whole."""
    text = one.text.rstrip("。.").split("：" if context.zh else ": ", 1)[0]
    clause = re.split(r"[；;]", text)[0]
    text = clause if len(clause) <= bound(44, context.language) else clip(clause, bound(34, context.language))
    return text if context.zh or not text[1:2].islower() else text[:1].lower() + text[1:]


def named(context: Context) -> str:
    """The requirements that may cost something, in a row; "" for none."""
    found = [short(context, one) for one in approvals(context) if one.kind in PAID]
    return join(found, context.language)
