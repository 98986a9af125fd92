"""Grounding: every figure has a source that holds it, every number in the prose comes from somewhere, and nothing about a
competitor is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.pools import says
from agent.checks.terms import is_cjk, squeezed
from agent.checks.towards import fields_towards
from agent.checks.traced import SMALL, Loose, claims, grounds_of, loose
from agent.checks.walk import figures
from agent.plan.base import Claim
from agent.plan.insight import Observation, Trend
from agent.plan.model import PART_IDS, MarketingPlan
from agent.quantities import DATE, quantities


@check("GRD-001", "error", "A source that is cited exists: the item in the knowledge base, the field in the brief")
def sources_exist(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Items are renamed and withdrawn; a plan that cites one that is gone cites nothing."""
    fields = set(type(ctx.brief).model_fields)
    for path, ids in grounds_of(plan, ctx).sources.items():
        for one in ids:
            kind, _, name = one.partition(":")
            if kind == "kb" and name not in ctx.knowledge.items:
                yield at(path, id=one)
            elif kind == "brief" and re.split(r"[.\[]", name)[0] not in fields:
                yield at(path, "field", id=one)


@check("GRD-002", "error", "A figure that rests on the knowledge base is what the cited item says, in its unit")
def figures_hold(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Value, low and high each stand in one of the items, or lie within the range that a benchmark gives."""
    shelf = grounds_of(plan, ctx).shelf
    for part in PART_IDS:
        for path, figure in figures(getattr(plan, part), part):
            items = [
                ctx.knowledge.items[name]
                for one in figure.sources
                if (name := one.removeprefix("kb:")) in ctx.knowledge.items
            ]
            if figure.kind != "knowledge" or not items:
                continue
            pool = shelf.pools(figure.sources)
            for value in (figure.low, figure.value, figure.high):
                if value is not None and not says(pool, items, value, figure.unit, ctx.knowledge.rate):
                    yield at(path, value=f"{value:g}", unit=figure.unit, id=", ".join(figure.sources))
                    break


@check("GRD-003", "error", "A claim holds no number that its own sources do not hold")
def claims_hold(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """For claims, trends and observations that name the brief or the knowledge base as their source."""
    known = grounds_of(plan, ctx)
    for path, claim in claims_of(plan):
        if claim.kind not in ("brief", "knowledge") or known.elsewhere(path):
            continue
        text = claim.what + claim.so_what if isinstance(claim, Trend) else claim.text
        pool = known.shelf.pools(claim.sources)
        for number in quantities(text):
            held = pool.holds(number) or known.brief.holds(number) or (isinstance(claim, Trend) and number.kind == DATE)
            if claims(number) and not held and not (isinstance(claim, Trend) and known.traced(number, path, text)):
                yield at(path, words=number.words, id=", ".join(claim.sources))


@check(
    "GRD-004",
    "error",
    "Every share, multiple, sum of money and large count in the prose is the brief's, the plan's own or a cited item's",
)
def numbers_traced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Counts up to ten are turns of speech, and a sentence may call its number an assumption."""
    for one in loose(plan, ctx):
        if not one.rival and claims(one.number):
            yield at(one.text.path, words=one.number.words, text=_near(one))


@check(
    "GRD-005",
    "warning",
    "Every date, duration and time of day in the prose comes from the plan, the brief or a cited item",
)
def times_traced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A wrong one costs less than a wrong claim."""
    for one in loose(plan, ctx):
        if not one.rival and not claims(one.number):
            yield at(one.text.path, words=one.number.words, text=_near(one))


@check("GRD-006", "error", "No number is said of a competitor that neither the brief nor a cited source says")
def rivals_numbers(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """In observations, in the comparison, and in every sentence that names a competitor; followers as well."""
    for one in loose(plan, ctx):
        if one.rival:
            yield at(one.text.path, words=one.number.words, text=_near(one))
    told = {squeezed(one.name): one.followers for one in ctx.brief.competitors}
    known = grounds_of(plan, ctx)
    for place, rival in enumerate(plan.market.competitors):
        path, value = f"market.competitors[{place}].followers", rival.followers.value
        if value is None or rival.status_quo or known.elsewhere(path):
            continue
        if told.get(squeezed(rival.name)) != value:
            yield at(path, words=f"{value:g}", text=rival.name)


@check("GRD-007", "error", "What is said of a competitor is the brief's words or a source's, or it is a research task")
def rivals_sourced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """An assumption about a competitor is an invention."""
    told = {
        squeezed(one.name): squeezed(" ".join([*one.facts, *one.platforms, str(one.followers)]))
        for one in ctx.brief.competitors
    }
    known = grounds_of(plan, ctx)
    for place, rival in enumerate(plan.market.competitors):
        if rival.status_quo:
            continue
        for number, seen in enumerate(rival.observations):
            path = f"market.competitors[{place}].observations[{number}]"
            if seen.kind not in ("brief", "knowledge", "research"):
                yield at(path, name=rival.name, text=seen.text[:40])
            elif (
                seen.kind == "brief"
                and not known.elsewhere(path)
                and not _echoes(seen.text, told.get(squeezed(rival.name), ""))
            ):
                yield at(path, "unsaid", name=rival.name, text=seen.text[:40])


def _echoes(text: str, told: str) -> bool:
    """Whether some stretch of the text is what the brief says: half of its letters in runs of the brief's, or its number."""
    key = squeezed(text)
    size = 2 if is_cjk(text) else 5
    grams = [key[n : n + size] for n in range(max(len(key) - size + 1, 1))]
    share = sum(gram in told for gram in grams) / len(grams)
    return share >= 0.5 or any(re.sub(r"\D", "", one.words) in told for one in quantities(text) if one.value > SMALL)


@check("GRD-008", "warning", "The list of sources says of each item what the knowledge base says: confidence and date")
def sources_current(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A low confidence that is lost here is lost wherever the source is cited."""
    for place, source in enumerate(plan.sources):
        item = ctx.knowledge.items.get(source.id.removeprefix("kb:"))
        if item is not None and source.id.startswith("kb:") and source.confidence != item.confidence:
            yield at(f"sources[{place}]", id=source.id, said=source.confidence or "-", found=item.confidence)


def claims_of(plan: MarketingPlan) -> Iterator[tuple[str, Claim | Observation | Trend]]:
    """(path, claim, observation or trend) of every part."""
    for part in PART_IDS:
        yield from _below(getattr(plan, part), part)


def _is_claim(model: type[BaseModel], name: str, atom: Any) -> bool:
    return atom in (Claim, Observation, Trend)


def _below(value: Any, path: str) -> Iterator[tuple[str, Claim | Observation | Trend]]:
    if isinstance(value, Claim | Observation | Trend):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in fields_towards(type(value), _is_claim):
            yield from _below(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _below(inner, f"{path}[{place}]")


def _near(one: Loose) -> str:
    """The words around a number."""
    text, start = one.text.text, one.number.start
    return text[max(0, start - 15) : start + len(one.number.words) + 15].replace("\n", " ")
