"""The production part: how a piece is made, what it has to pass, how long it takes, what is kept."""

from __future__ import annotations

import re
from collections import Counter

from agent.frame.earmarks import SOURCE as EARMARKED
from agent.frame.earmarks import sort_of
from agent.frame.team import make_team
from agent.frame.workload import Effort
from agent.locale import day, localise, t
from agent.plan.execution import ProductionPart, ReviewGate, Turnaround, WorkStep
from agent.words.playbook.context import Context
from agent.words.playbook.crew import law_by_id, laws, main_person, size, who
from agent.words.playbook.facts import price_of
from agent.words.playbook.figures import set_aside
from agent.words.playbook.legal import approvals, declined, handed_in, ids, targeting
from agent.words.playbook.topics import code_name
from agent.words.playbook.voice import clip, join

STEPS: tuple[tuple[str, str, float], ...] = (
    ("topic", "planner", 1.0), ("draft", "copy", 0.75), ("visual", "design", 0.55), ("facts", "planner", 0.4),
    ("gate", "approver", 0.25), ("schedule", "operator", 0.15), ("publish", "operator", 0.0), ("file", "analyst", 0.0),
)  # fmt: skip
"""Step, role, and the part of the lead time that is left when it is done."""
PICTURED = frozenset({"image_text", "carousel", "infographic", "document"})
READ_AFTER = 7
"""Days after publishing when a piece's figures are read and it is filed."""
SOLO_STEPS = ("topic", "draft", "visual", "gate", "publish", "file")
SPEED = {
    "live": "live", "long_video": "slow", "podcast": "slow", "short_video": "slow", "infographic": "slow", "document": "slow",
    "article": "slow", "newsletter": "slow", "carousel": "slow",
}  # fmt: skip
_BINDING = re.compile(
    r"必须|必須|不|只|以.{1,20}为准|以.{1,20}為準|须|須|要|继续|繼續|must|only|never|always|no |not |need|sign|approv|label",
    re.I,
)
_RULE = re.compile(r"不要|不点名|不點名|不能|不得|别|勿|do not|don't|never|no |not ", re.I)
_FORBIDS = re.compile(
    r"不[要得能可准準许許做用提出]|不[点點]名|禁止|严禁|嚴禁|切勿|请勿|請勿|(?<![特分级級类類区區性])[别別](?!人|家)|\bdo not\b|\bdon't\b|\bnever\b|\b(?:must|may|can) ?not\b|\bno\b",
    re.I,
)
"""What makes a client's wish a ban; every other binding wish is something to do."""


def write_production(context: Context) -> ProductionPart:
    """Standards, workflow with days, four gates of yes/no questions from the brief, turnaround, freedom, red lines, archive."""
    return ProductionPart(
        standards=_standards(context),
        workflow=_workflow(context),
        gates=[
            _gate(context, "professionalism"),
            _gate(context, "accuracy"),
            _gate(context, "compliance"),
            _gate(context, "tone"),
        ],
        turnaround=_turnaround(context),
        freedom=context.some("production.freedom", 4, main=main_person(context)),
        red_lines=_red_lines(context),
        archive=_archive(context),
    )


def _formats(context: Context) -> list[tuple[str, int]]:
    """Formats of the calendar, the most frequent first."""
    return Counter(slot.format for slot in context.frame.slots if slot.kind != "buffer" and slot.format).most_common()


def _standards(context: Context) -> list[str]:
    brief = context.brief
    out = context.some("production.standard.open", 1) + context.some("production.standard.one", 1)
    if context.facts.proofs:
        out.append(
            context.say(
                "production.standard.proof", proof=clip(context.facts.proofs[0].text, 50 if context.zh else 150)
            )
        )
    priced = next((p for p in brief.products if price_of(p, context.frame.currency)), None)
    if priced:
        out.append(
            context.say(
                "production.standard.price", product=priced.name, price=price_of(priced, context.frame.currency)
            )
        )
    if brief.must_say:
        out.append(context.say("production.standard.must"))
    out.append(context.say("production.standard.access"))
    out.append(context.say("production.standard.end"))
    out += _paid_for(context)
    for text in [one for one in brief.constraints if _BINDING.search(one) and not _FORBIDS.search(one)][:2]:
        out.append(context.say("production.standard.client", text=clip(text, 45 if context.zh else 135)))
    return out


def _paid_for(context: Context) -> list[str]:
    """What the brief has set money aside for, each with the day on which it is final and the pieces of the calendar that use it; pictures are
    there before the first post."""
    frame, language, out = context.frame, context.language, []
    for place, row in enumerate(context.brief.budget.fixed):
        cents = sum(line.cents for line in frame.budget.lines if line.fixed and line.item == row.purpose)
        key = next((one for one in frame.key_dates if one.source == f"{EARMARKED}[{place}]"), None)
        sort = key.earmark if key else sort_of(row.purpose)
        pieces = [one for one in frame.slots if one.kind != "buffer"]
        if key:
            used = [one.id for one in pieces if one.key_date == key.id]
            days = {
                "prepare": key.prepare_from,
                "deliver": key.deliver_by,
                "first": key.date,
                "last": key.end or key.date,
            }
        elif sort == "shoot":
            first = sorted((one for one in pieces if one.format in PICTURED), key=lambda one: one.date)[:3]
            used = [one.id for one in first]
            days = {"deliver": min((one.deadline for one in first), default=frame.start)}
        else:
            continue
        if cents and used:
            out.append(
                context.say(
                    f"production.standard.earmark.{sort}",
                    sum=set_aside(context, row.purpose, cents),
                    purpose=clip(row.purpose, 24 if context.zh else 60),
                    uses=join(used, language, last=False),
                    **{name: day(date, language) for name, date in days.items()},
                )
            )
    return out


def _workflow(context: Context) -> list[WorkStep]:
    """Working days before publishing from the lead time of the plan's most frequent format."""
    formats = _formats(context)
    main = formats[0][0] if formats else "image_text"
    norm = context.knowledge.norm(f"lead_time.{main}")
    context.sources.cite(f"kb:{norm.id}")
    alone = size(context) == "solo"
    rows = [row for row in STEPS if not alone or row[0] in SOLO_STEPS]
    out = []
    for place, (key, role, part) in enumerate(rows, 1):
        days = -READ_AFTER if key == "file" else max(round(norm.value * part), 1 if part else 0)
        owner = "video" if key == "visual" and "video" in main else role
        out.append(WorkStep(
            id=f"W{place}", name=context.say(f"production.step.{key}.name"), owner=owner, days_before=days,
            output=context.say(f"production.step.{key}.{'solo' if alone else 'crew'}", owner=who(context, owner), format=_format(context, main)),
        ))  # fmt: skip
    return _with_hand_in(context, out)


def _with_hand_in(context: Context, steps: list[WorkStep]) -> list[WorkStep]:
    """The workflow with the hand-in after the house's own gate; what stands before it begins earlier by as many days."""
    waits = handed_in(context)
    if waits is None:
        return steps
    after = next(place for place, step in enumerate(steps) if step.owner == "approver" or place == len(steps) - 3) + 1
    for step in steps[:after]:
        step.days_before += waits.workdays
    rest = steps[after].days_before if after < len(steps) else 0
    output = context.say(
        f"legal.step.{waits.kind}", owner=who(context, waits.owner), law=waits.law, count=waits.workdays
    )
    made = WorkStep(
        id="", name=context.say("legal.step.name"), owner=waits.owner, days_before=waits.workdays + rest, output=output
    )
    found = [*steps[:after], made, *steps[after:]]
    for place, step in enumerate(found, 1):
        step.id = f"W{place}"
    return found


def _format(context: Context, format_id: str) -> str:
    """A format's name inside a sentence."""
    name = t(context.language, f"format.{format_id}")
    return name if context.zh or name[1:2].isupper() else name[:1].lower() + name[1:]


def _gate(context: Context, kind: str) -> ReviewGate:
    signers = {
        "professionalism": ("planner", "strategist", "approver"), "accuracy": ("approver", "strategist", "planner"),
        "compliance": ("approver", "strategist", "operator"), "tone": ("strategist", "approver", "operator"),
    }  # fmt: skip
    checks = {"professionalism": _professional, "accuracy": _accurate, "compliance": _lawful, "tone": _toned}[kind](
        context
    )
    owner = context.other_than("copy", *signers[kind])
    if size(context) == "solo":
        owner = "approver"
    return ReviewGate.model_validate({"kind": kind, "owner": owner, "checks": checks})


def _professional(context: Context) -> list[str]:
    first = context.frame.active[0].id if context.frame.active else ""
    out = [
        context.say("production.check.audience"),
        context.say("production.check.one_point"),
        context.say("production.check.limits", platform=context.name(first) if first else None),
    ]
    out.append(context.say("production.check.cta"))
    return [*out, context.say("production.check.second")] if size(context) == "solo" else out


def _accurate(context: Context) -> list[str]:
    limit = 55 if context.zh else 165
    out = [context.say("production.check.proof", proof=clip(proof.text, limit)) for proof in context.facts.proofs[:3]]
    priced = [
        f"{p.name} {price_of(p, context.frame.currency)}"
        for p in context.brief.products
        if price_of(p, context.frame.currency)
    ]
    if priced:
        out.append(context.say("production.check.prices", prices=join(priced[:3], context.language)))
    out.append(context.say("production.check.numbers"))
    if context.facts.points:
        out.append(context.say("production.check.points", count=len(context.facts.points)))
    spare = [one for one in context.some("production.check.numbers", 3) if one not in out]
    out += spare[: max(0, 3 - len(out))]
    return out


def _lawful(context: Context) -> list[str]:
    """Never-say words, embargoes, laws by name, labels for creators and AI, rights."""
    brief = context.brief
    out = _by_law(context)
    words, _ = _forbidden(context)
    if words:
        out.append(context.say("production.check.never", words=_quoted(context, words[:5])))
    for place, embargo in enumerate(brief.embargoes[:2]):
        out.append(
            context.say(
                "production.check.embargo",
                until=day(embargo.until, context.language, year=True),
                fact=code_name(context, place),
            )
        )
    claims = laws(context, "claims", "health", "review", "price", most=2)
    if "CN" in brief.markets:
        claims.insert(0, law_by_id(context, "law.cn.ad_9"))
    for name, asks in claims:
        out.append(context.say("production.check.law", law=name, asks=clip(asks, 44 if context.zh else 150)))
    if context.frame.budget.creators or "creator" in " ".join(brief.constraints):
        label = next(iter(laws(context, "creator", "paid", most=1)), None)
        out.append(context.say("production.check.creator", law=label[0] if label else None))
    ai = next(iter(laws(context, "ai", most=1)), None)
    out.append(context.say("production.check.ai", law=ai[0] if ai else None))
    out.append(context.say("production.check.rights"))
    return out


def _by_law(context: Context) -> list[str]:
    """Questions that the category's law and the declined points add."""
    out = []
    waits = handed_in(context)
    if waits:
        out.append(context.say(f"legal.check.{waits.kind}", law=waits.law))
    if declined(context):
        out.append(context.say("legal.check.declined", ids=ids(context)))
    out += [
        context.say("legal.check.carry", carry=one.carry)
        for one in approvals(context)
        if one.carry and one.kind != "audience"
    ]
    if targeting(context):
        out.append(context.say("legal.check.audience", carry=targeting(context)))
    return out


def _quoted(context: Context, words: list[str]) -> str:
    """Words in the quotation marks of the plan's language."""
    left, right = tuple(localise("“”", context.language))
    return join([f"{left}{word}{right}" for word in words], context.language)


def _forbidden(context: Context) -> tuple[list[str], list[str]]:
    """The brief's forbidden words, and what it forbids in whole sentences."""
    rules = [text for text in context.brief.never_say if _RULE.match(text) or len(text) > (12 if context.zh else 40)]
    return [text for text in context.brief.never_say if text not in rules], rules


def _toned(context: Context) -> list[str]:
    out = [
        context.say("production.check.tone"),
        context.say("production.check.aloud"),
        context.say("production.check.fog"),
    ]
    if context.brief.must_say:
        out.append(context.say("production.check.must", must=clip(context.brief.must_say[0], 30 if context.zh else 90)))
    return out


def _turnaround(context: Context) -> list[Turnaround]:
    effort = Effort(make_team(context.brief), context.knowledge)
    out = []
    for format_id, _ in _formats(context):
        norm = context.knowledge.norm(f"lead_time.{format_id}")
        context.sources.cite(f"kb:{norm.id}")
        slot = next(s for s in context.frame.slots if s.format == format_id and s.platform)
        key = f"production.rush.{SPEED.get(format_id, 'fast')}"
        out.append(Turnaround(
            format=format_id, days=round(norm.value), hours=round(effort.total(slot.platform, format_id), 1),
            rush=context.say(key, low=round(norm.low), format=t(context.language, f"format.{format_id}"), signer=who(context, "approver")),
        ))  # fmt: skip
    return out


def _red_lines(context: Context) -> list[str]:
    brief = context.brief
    limit = 30 if context.zh else 90
    out = []
    words, rules = _forbidden(context)
    if words:
        out.append(context.say("production.line.never", words=_quoted(context, words[:6])))
    for place, embargo in enumerate(brief.embargoes[:2]):
        out.append(
            context.say(
                "production.line.embargo",
                until=day(embargo.until, context.language, year=True),
                fact=code_name(context, place),
            )
        )
    if brief.competitors:
        out.append(
            context.say("production.line.rival", rivals=join([c.name for c in brief.competitors[:3]], context.language))
        )
    for text in [*rules[:2], *[c for c in brief.constraints if _FORBIDS.search(c)][:2]]:
        out.append(context.say("production.line.constraint", text=clip(text, limit + 15)))
    if declined(context):
        out.append(context.say("legal.line"))
    out += [
        context.say("production.line.result"),
        context.say("production.line.fake"),
        context.say("production.line.people"),
    ]
    if brief.category in ("food", "beverage", "health_food", "beauty", "medical", "baby", "fitness"):
        out.append(context.say("production.line.health"))
    return out


def _archive(context: Context) -> str:
    """Records the law wants: three years for advertising in mainland China; elsewhere a house rule, said as such."""
    if "CN" in context.brief.markets:
        law = next(one for one in context.knowledge.base.laws if one.id == "law.cn.internet_9")
        context.sources.cite(f"kb:{law.id}")
        return context.say("production.archive.cn", main=who(context, "analyst"))
    return context.say("production.archive.other", main=who(context, "analyst"))
