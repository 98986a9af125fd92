"""Compliance: every text meant for the public, read against the law of the plan's markets and the rules of its platform."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Iterator

from agent.brief.model import BrandBrief
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.walk import Published, once, published
from agent.compliance import Facts, Reading, RulesUnreadable, category_of, load_rules, read_facts
from agent.compliance.areas import regions_of
from agent.compliance.reader import in_force_since
from agent.locale import comma, has, t
from agent.plan.model import MarketingPlan


def _platform(plan: MarketingPlan, path: str) -> str | None:
    """The platform on which the text at a path runs, where it runs on one."""
    found = re.match(r"(?:calendar\.(entries)|adaptations\.(posts))\[(\d+)\]", path)
    if not found:
        return None
    row = plan.calendar.entries[int(found[3])] if found[1] else plan.adaptations.posts[int(found[3])]
    return row.platform


HELD_BY_PROOF = frozenset(
    {"cn.false.figures", "uk.abs.objective", "us.abs.objective", "west.abs.wide", "west.cos.evidence"}
)
"""Rules that want evidence to be held, not shown: the proof that a brief gives satisfies them."""


def _proof(brief: BrandBrief) -> list[str]:
    """The pieces of the evidence that the brief gives, six characters or more."""
    proofs = [*brief.proof, *(proof for product in brief.products for proof in product.proof)]
    pieces = (piece.strip() for proof in proofs for piece in re.split(r"[：:，,；;。.（(]", proof))
    return [piece for piece in pieces if len(piece) >= 6]


def _base(ctx: CheckContext) -> Facts:
    """The plan's texts run on the brand's own accounts; whether a picture is machine-made is settled when it is made."""
    return Facts(
        regions=frozenset().union(*(regions_of(market) for market in ctx.brief.markets)),
        category=category_of(ctx.brief),
        paid=False,
        author="brand",
        ai_media=False,
        platform=None,
        audience=None,
        evidence=None,
        date=dt.date.min,
    )


Read = tuple[tuple[Published, Reading], ...]


def _outcome(plan: MarketingPlan, ctx: CheckContext) -> tuple[Read, str]:
    """The readings, or none of them and what is wrong with the rules: a torn pattern shows when it is first tried."""

    def read() -> tuple[Read, str]:
        try:
            return tuple(_read_all(plan, ctx)), ""
        except RulesUnreadable as error:
            return (), error.message

    return once(plan, "readings", read)


def _readings(plan: MarketingPlan, ctx: CheckContext) -> Read:
    return _outcome(plan, ctx)[0]


def _read_all(plan: MarketingPlan, ctx: CheckContext) -> Iterator[tuple[Published, Reading]]:
    book = load_rules()
    base, proof = _base(ctx), _proof(ctx.brief)

    @functools.cache
    def facts_of(platform: str | None, held: frozenset[str] | None, day: dt.date) -> Facts:
        return dataclasses.replace(base, platform=platform, evidence=held, date=day)

    for one in published(plan):
        if one.text.strip() and not one.path.endswith(".label"):
            held = HELD_BY_PROOF if any(piece in one.text for piece in proof) else None
            day = in_force_since(one.date, book)  # one reading serves all days under the same law
            facts = facts_of(_platform(plan, one.path), held, day)
            yield one, read_facts(one.text, facts, language=plan.meta.language, book=book)


def _carried(plan: MarketingPlan, one: Published, rule: str) -> bool:
    """Whether what a text lacks is no matter of its own: only a post's body answers for the notices of the whole post."""
    found = re.fullmatch(r"adaptations\.posts\[(\d+)\]\.body", one.path)
    if not found:
        return True
    post = plan.adaptations.posts[int(found[1])]
    whole = "\n".join((post.title, post.body, post.cta, post.label))
    names = next(each.lacks_only for each in load_rules().rules if each.id == rule)
    return any(pattern.search(whole) for name in names for pattern in load_rules().disclosures[name])


def _found(plan: MarketingPlan, ctx: CheckContext, severity: str) -> Iterator[Hit]:
    for one, reading in _readings(plan, ctx):
        for finding in reading.findings:
            if finding.severity == severity and not (finding.missing and _carried(plan, one, finding.rule)):
                yield at(
                    one.path,
                    words=finding.words[:40],
                    law=finding.law,
                    effective=finding.effective,
                    why=finding.why,
                    instead=" / ".join(finding.suggestions),
                )


@check("CPL-001", "error", "The compliance rules can be read: without them nothing counts as clear")
def rules_readable(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Fails closed."""
    _, wrong = _outcome(plan, ctx)
    if wrong:
        yield at("meta", reason=wrong[:200])


@check("CPL-002", "error", "No public text says what the law of its market or the platform forbids")
def nothing_forbidden(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Rules of severity ban."""
    yield from _found(plan, ctx, "ban")


@check("CPL-003", "warning", "No public text says what is likely to be unlawful in its market")
def nothing_doubtful(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Rules of severity caution."""
    yield from _found(plan, ctx, "caution")


@check("CPL-004", "warning", "A claim that needs proof, a source or an approval number carries it")
def proof_shown(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Rules of severity evidence."""
    yield from _found(plan, ctx, "evidence")


@check("CPL-005", "info", "What the compliance rules turn on is known")
def nothing_left_to_ask(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """One hit a fact, at the first text that waits for it; platform questions of texts that run on several are left out. A market without
    rules is no question to the client: its laws are named, which counsel reads the plan against.
    """
    asked: set[str] = set()
    for one, reading in _readings(plan, ctx):
        for question in reading.questions:
            if question.fact not in asked and question.fact != "platform":
                asked.add(question.fact)
                if question.fact == "region":
                    yield at(one.path, "region" if plan.laws else "region_unknown", **_unruled(plan))
                else:
                    yield at(one.path, question=question.text)


def _unruled(plan: MarketingPlan) -> dict[str, str]:
    """The markets in words, and the laws that the plan cites for them."""
    language = plan.meta.language
    names = (t(language, f"market.{code}") if has(language, f"market.{code}") else code for code in plan.meta.markets)
    return {
        "markets": comma(language).join(names),
        "laws": comma(language).join(dict.fromkeys(one.law for one in plan.laws)),
    }
