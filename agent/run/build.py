"""The first pass: a complete plan in the playbook's words, from brief, frame and knowledge alone."""

from __future__ import annotations

import re

from agent.brief.model import Intake
from agent.checks import CheckContext, run_checks
from agent.checks.walk import IDENTIFIERS
from agent.compliance.lawful import lawful
from agent.frame.model import Frame
from agent.knowledge import Knowledge, load
from agent.plan.model import Finding, MarketingPlan, Meta, PartWords
from agent.run.looked import Found, cite_found
from agent.spelling import is_american, respell, words_of
from agent.stages import STAGES
from agent.version import __version__
from agent.words.playbook.adaptations import recount_limits
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.embargoed import secrets_of, unnamed
from agent.words.playbook.legal import approvals, declined, statutes
from agent.words.playbook.proofs import repeat_shortly
from agent.words.playbook.summary import hired_question

_SOURCE_ID = re.compile(r'"((?:kb|law|brief|calc|assume):[^"\s]+)"')


def build_plan(
    intake: Intake, knowledge: Knowledge, frame: Frame, *, model: str, checked: bool = True, found: Found | None = None
) -> MarketingPlan:
    """All seventeen parts by the playbook. Pure: the same brief and date give the same plan.

    `found` is what was looked up of the competitors, when an endpoint is set.
    `checked` False leaves the findings to the caller, who has something better to wait for.
    """
    context = make_context(lawful(intake, frame.as_of), frame, knowledge)
    for stage in STAGES:
        part = stage.write(context)
        context.parts[stage.id] = repeat_shortly(part, stage.id, context.facts.proofs)
    _register_sources(context)
    laws = statutes(context)
    brief = intake.filled
    looked = cite_found(context.parts["market"], found or {}, brief.language)
    plan = MarketingPlan(
        meta=Meta(
            brand=brief.brand,
            language=brief.language,
            as_of=frame.as_of,
            start=frame.start,
            end=frame.end,
            timezone=frame.timezone,
            currency=frame.currency,
            category=brief.category,
            markets=brief.markets,
            model=model,
            version=__version__,
        ),
        phases=list(frame.phases),
        sources=[*context.sources.all(), *looked],
        gaps=[unnamed(brief, one, "assumption", "question") for one in (*intake.gaps, hired_question(context)) if one],
        conflicts=[unnamed(brief, one, "message", "resolution") for one in intake.conflicts],
        declined=declined(context),
        approvals=approvals(context),
        laws=laws,
        secrets=secrets_of(brief),
        words={stage.id: PartWords(source="playbook") for stage in STAGES},
        **context.parts,
    )
    if is_american(brief.language, brief.markets):
        keep = words_of(intake.brief.model_dump_json())
        for part in context.parts.values():
            respell(part, keep, IDENTIFIERS)
        recount_limits(plan, knowledge)
    if checked:
        plan.findings = find(plan, intake, knowledge)
    return plan


def _register_sources(context: Context) -> None:
    """Puts every source id that a part names into the plan's list: figures of the frame bring their own."""
    for part in context.parts.values():
        context.sources.cite(*_SOURCE_ID.findall(part.model_dump_json()))


def find(plan: MarketingPlan, intake: Intake, knowledge: Knowledge | None = None) -> list[Finding]:
    """What the checks find, with the brief's own contradictions in front; held against this process's knowledge base when none is given."""
    conflicts = [
        Finding(
            code=c.code,
            severity=c.severity,
            where=", ".join(f"brief.{name}" for name in c.fields),
            message=c.message,
            fix=c.resolution,
        )
        for c in plan.conflicts
    ]
    return conflicts + run_checks(plan, CheckContext(brief=intake.filled, knowledge=knowledge or load(), intake=intake))
