"""Reading: what a person sees in the brief is what the plan is built on."""

from __future__ import annotations

from collections.abc import Iterator

from agent.checks.terms import occurs, squeezed
from agent.checks.walk import published
from evals.scorers.base import Criterion, Subject, scorer, yes

TOLD = ("FEA-001", "BRF-C", "CPL-", "CAP-")
"""Beginnings of the codes by which a plan says that something asked for cannot be."""


@scorer("reading", "Brand, budget, period, platforms, prohibitions and embargoes are those of the brief")
def reading(subject: Subject) -> Iterator[Criterion]:
    """Held against what was written beside the brief by hand, not against cehua's own reading."""
    plan, want = subject.plan, subject.brief.expect
    brand = squeezed(plan.meta.brand)
    yield yes("brand", bool(brand) and brand in squeezed(subject.brief.brand), f"read as {plan.meta.brand}")
    language = want.language or subject.brief.language
    yield yes("language", plan.meta.language == language, f"read as {plan.meta.language}")
    if want.budget is not None:
        yield yes(
            "budget", plan.budget.total_cents == int(want.budget * 100), f"read as {plan.budget.total_cents / 100:,.2f}"
        )
    if want.currency:
        yield yes("currency", plan.meta.currency == want.currency, f"read as {plan.meta.currency}")
    if want.start:
        yield yes("start", plan.meta.start == want.start, f"read as {plan.meta.start}")
    if want.end:
        yield yes("end", plan.meta.end == want.end, f"read as {plan.meta.end}")
    used = {one.platform for one in plan.platforms.choices if one.role in ("primary", "support")}
    if want.must:
        yield yes("must", set(want.must) <= used, f"not used: {', '.join(sorted(set(want.must) - used))}")
    if want.avoid:
        wrong = set(want.avoid) & (used | {one.platform for one in plan.calendar.entries})
        yield yes("avoid", not wrong, f"used: {', '.join(sorted(wrong))}")
    yield from _unsaid(subject)
    if want.flagged:
        told = [one.code for one in plan.findings if one.code.startswith(TOLD)]
        yield yes("flagged", bool(told), "nothing says that the brief asks for what cannot be")


def _unsaid(subject: Subject) -> Iterator[Criterion]:
    want = subject.brief.expect
    public = list(published(subject.plan))
    if want.never:
        said = [f"{word} at {one.path}" for word in want.never for one in public if occurs(word, one.text)]
        yield yes("never", not said, "; ".join(said[:3]))
    if want.secret:
        early = [
            one.path
            for word in want.secret.words
            for one in public
            if one.date < want.secret.until and occurs(word, one.text)
        ]
        yield yes("secret", not early, f"told too early at {', '.join(early[:3])}")
