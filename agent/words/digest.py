"""What the model is told of the brief and the frame: facts, targets and prohibitions in blocks of their own."""

from __future__ import annotations

import re

from agent.brief.model import Intake
from agent.brief.said import as_said
from agent.frame.model import Frame
from agent.locale import day, money, t
from agent.orders import NONE
from agent.plan.model import MarketingPlan
from agent.words.hush import hushed, orders_of
from agent.words.playbook.facts import platform_name
from agent.words.playbook.voice import clip, join

_TURN = re.compile(r"<\|[^|<>]{0,40}\|>|</?(?:system|user|assistant|brief|tool|s|think)[^<>]{0,40}>|\[/?INST\]", re.I)
_APART = str.maketrans("<>|[]", "〈〉¦〔〕")


def brief_digest(intake: Intake) -> str:
    """The brief in labelled blocks, at most about 1,200 Chinese characters; the same bytes for every stage."""
    language, orders = intake.filled.language, orders_of(intake)
    brief = as_said(hushed(intake.filled, orders) if orders.pieces else intake.filled)
    wide = 1 if language.startswith("zh") else 3
    facts = [
        f"{brief.brand}：{brief.about or brief.category_text}"
        if wide == 1
        else f"{brief.brand}: {brief.about or brief.category_text}"
    ]
    facts += [
        f"- {p.name} {p.price_note} {join([clip(s, 40 * wide) for s in p.selling_points], language, last=False)}".rstrip()
        for p in brief.products[:5]
    ]
    facts += [
        f"- {clip(text, 70 * wide)}" for text in [*(x for p in brief.products for x in p.proof), *brief.proof][:5]
    ]
    facts += [f"- {clip(text, 70 * wide)}" for text in brief.past_results[:2]]
    audience = [
        f"- {a.name} {a.age} {a.place} {join(a.traits[:4], language, last=False)}".strip() for a in brief.audience[:3]
    ]
    rivals = [
        f"- {c.name}: {join([clip(f, 40 * wide) for f in c.facts], language, last=False)}"
        for c in brief.competitors[:4]
    ]
    goals = [f"- {clip(o.text, 60 * wide)}" for o in brief.objectives[:5]]
    limits = [
        f"- {text}"
        for text in [
            *brief.never_say,
            *[f"{e.fact} < {e.until.isoformat()}" for e in brief.embargoes],
            *brief.constraints[:3],
        ]
    ]
    blocks = [
        ("facts", facts),
        ("audience", audience),
        ("rivals", rivals),
        ("targets", goals),
        ("tone", [join(brief.tone, language)] if brief.tone else []),
        ("must_say", [f"- {clip(text, 60 * wide)}" for text in brief.must_say[:5]]),
        ("prohibited", limits),
    ]
    told = "\n".join(f"[{t(language, f'digest.{name}')}]\n" + "\n".join(lines) for name, lines in blocks if lines)
    return inert(orders.quiet(told))


def declined_digest(plan: MarketingPlan) -> str:
    """What the client asked for and the plan declines, each with what is offered instead; "" for none."""
    if not plan.declined:
        return ""
    language = plan.meta.language
    told = [f"- {one.text} ({one.law}) → {'; '.join(one.instead)}" for one in plan.declined]
    return inert(NONE.quiet("\n".join([f"[{t(language, 'digest.declined')}]", *told])))


def inert(text: str) -> str:
    """A client's words without the marks by which chat templates tell turns apart: they are material, not turns."""
    return _TURN.sub(lambda mark: mark.group().translate(_APART), text)


def frame_digest(frame: Frame) -> str:
    """Period, platforms, money and phases in a few lines; the numbers the model may use."""
    language = frame.brief.language
    lines = [
        f"{t(language, 'digest.period')}: {frame.start.isoformat()} – {frame.end.isoformat()}",
        f"{t(language, 'digest.platforms')}: "
        + join(
            [f"{platform_name(p.id, language)} {p.cadence:g}/{t(language, 'digest.week')}" for p in frame.active],
            language,
            last=False,
        ),
        f"{t(language, 'digest.budget')}: {money(frame.budget.total_cents, frame.currency)}",
        f"{t(language, 'digest.phases')}: "
        + join(
            [f"{p.name} {day(p.start, language)}–{day(p.end, language)}" for p in frame.phases], language, last=False
        ),
    ]
    return f"[{t(language, 'digest.frame')}]\n" + "\n".join(lines)
