"""What the law forbids of the brief: declined openly, said nowhere in public; what it asks for first: planned, dated and shown."""

from __future__ import annotations

from collections.abc import Iterator

from agent.brief.model import Intake
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.terms import is_cjk, occurs, squeezed
from agent.checks.walk import once, published
from agent.compliance import Demand, RulesUnreadable, demands_of, requirements
from agent.plan.model import MarketingPlan

_LEAST = {True: 4, False: 10}
"""Letters from which on the marked words of a point are looked for by themselves: Chinese, other."""


def _intake(ctx: CheckContext) -> Intake:
    return ctx.intake or Intake(brief=ctx.brief, filled=ctx.brief)


def _demands(plan: MarketingPlan, ctx: CheckContext) -> list[Demand]:
    """The client's unlawful points; none when the rules cannot be read, which CPL-001 reports."""

    def find() -> list[Demand]:
        try:
            return demands_of(_intake(ctx))
        except RulesUnreadable:
            return []

    return once(plan, "demands", find)


@check("LEG-001", "error", "Every point of the brief that the law forbids stands among the declined")
def forbidden_declined(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By place in the brief and rule, with law, reason and an offer."""
    told = {(one.where, one.rule) for one in plan.declined if one.status == "declined" and one.instead and one.why}
    for one in _demands(plan, ctx):
        if one.declined and (one.where, one.rule) not in told:
            yield at("declined", text=one.text[:60], law=one.law)


@check("LEG-002", "error", "Every point of the brief that needs proof or a notice is answered")
def doubtful_answered(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """By place in the brief and rule."""
    told = {(one.where, one.rule) for one in plan.declined if one.answer and one.instead}
    for one in _demands(plan, ctx):
        if not one.declined and (one.where, one.rule) not in told:
            yield at("declined", text=one.text[:60], law=one.law)


@check(
    "LEG-003",
    "error",
    "What is declined or held is said in no public text, nor promised in a part that people work from",
)
def declined_unsaid(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """The whole point, or the marked words where they are long enough to be told apart."""
    needles = {(term, one.law) for one in _demands(plan, ctx) for term in _terms(one)}
    public = [(one.path, one.text) for one in published(plan)]
    public += [(f"positioning.proof[{n}]", one.text) for n, one in enumerate(plan.positioning.proof)]
    public += [(f"themes.pillars[{n}].proof", one.proof.text) for n, one in enumerate(plan.themes.pillars)]
    public += [(f"themes.pillars[{n}].message", one.message) for n, one in enumerate(plan.themes.pillars)]
    public += [(f"summary.{name}", getattr(plan.summary, name)) for name in ("headline", "situation", "idea")]
    public += [
        ("positioning.statement", plan.positioning.statement),
        ("positioning.memory_point", plan.positioning.memory_point),
    ]
    public += [(f"strategy.guardrails[{n}]", text) for n, text in enumerate(plan.strategy.guardrails)]
    barred = {squeezed(word) for word in ctx.brief.never_say}
    for path, text in public:
        for term, law in sorted(needles):
            # a guardrail that repeats a word of the client's to bar it is no promise
            if occurs(term, text) and not (path.startswith("strategy.guardrails") and squeezed(term) in barred):
                yield at(path, term=term, law=law)


def _terms(one: Demand) -> list[str]:
    words = one.words.strip()
    return [one.text, words] if len(words) >= _LEAST[is_cjk(words)] else [one.text]


@check(
    "LEG-004",
    "error",
    "Approvals, notices and evidence of the category are planned, and nothing that waits for one runs before it",
)
def approvals_planned(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Against the requirements of the category; the earliest day by weekdays alone, which no market undercuts."""
    planned = {one.requirement: one for one in plan.approvals}
    try:
        wanted = requirements(
            _intake(ctx).said.model_copy(
                update={name: getattr(ctx.brief, name) for name in ("markets", "category", "language")}
            ),
            start=plan.meta.start,
            as_of=plan.meta.as_of,
            creators=bool(plan.budget.creators),
        )
    except RulesUnreadable:
        return
    for need in wanted:
        if need.id not in planned:
            yield at("approvals", text=need.text[:60], law=need.law)
        elif need.workdays and planned[need.id].public_from < need.earliest:
            place = plan.approvals.index(planned[need.id])
            yield at(f"approvals[{place}].public_from", "soon", text=need.text[:60], law=need.law, first=need.earliest)
    for place, one in enumerate(plan.approvals):
        if one.workdays and not any(row.approval == one.id for row in plan.calendar.deadlines):
            yield at(f"approvals[{place}]", "undated", text=one.text[:60], law=one.law)
        for n, entry in enumerate(plan.calendar.entries):
            if one.gates and entry.kind != "buffer" and entry.date < one.public_from:
                facts = {"id": entry.id, "date": entry.date, "first": one.public_from}
                yield at(f"calendar.entries[{n}].date", "early", text=one.text[:60], law=one.law, **facts)


@check("LEG-005", "error", "Every finished post carries the words that the category's law wants on it")
def notices_carried(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """In title, body, call to action or label."""
    for one in plan.approvals:
        if one.carry and one.kind != "audience":
            for place, post in enumerate(plan.adaptations.posts):
                if one.carry not in "\n".join((post.title, post.body, post.cta, post.label)):
                    yield at(f"adaptations.posts[{place}].label", carry=one.carry, law=one.law)
