"""The registry of checks: a check is a pure function over the plan, with a code, a severity and a one-line description."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from agent.brief.model import BrandBrief, Intake
from agent.checks.walk import walked_once
from agent.knowledge.model import Item, PlatformSheet
from agent.locale import has, localise, t
from agent.plan.model import Finding, MarketingPlan

Severity = Literal["error", "warning", "info"]


class PlatformBook(Protocol):
    """What the checks need of the knowledge base: the platforms' sheets, every item by its id, planning rates of exchange."""

    @property
    def platforms(self) -> Mapping[str, PlatformSheet]: ...

    @property
    def items(self) -> Mapping[str, Item]: ...

    def rate(self, have: str, want: str) -> Decimal: ...


@dataclass(frozen=True)
class CheckContext:
    """What a plan is held against: the filled brief it was made from, and the knowledge base."""

    brief: BrandBrief
    knowledge: PlatformBook
    intake: Intake | None = None
    """What the client said beside it; None where only the filled brief is known."""

    @property
    def said(self) -> BrandBrief:
        """What the client said, with what the plan declines."""
        return self.intake.said if self.intake else self.brief


@dataclass(frozen=True)
class Hit:
    """What a check noticed: the place in the plan and the facts that its message names."""

    where: str
    facts: Mapping[str, object]
    say: str = ""
    """Name of another message of the same code, and of its fix where it has one; empty for the usual ones."""


def at(where: str, say: str = "", /, **facts: object) -> Hit:
    """A hit at a path of the plan ("budget.lines[3].cents"), with the name of its message where a code has several."""
    return Hit(where, facts, say)


Run = Callable[[MarketingPlan, CheckContext], Iterator[Finding]]
Look = Callable[[MarketingPlan, CheckContext], Iterator[Hit]]


@dataclass(frozen=True)
class Check:
    """A registered check."""

    code: str
    severity: Severity
    about: str
    """What it makes sure of, in one English line."""
    family: str
    """The module that holds it."""
    run: Run


_REGISTRY: dict[str, Check] = {}


def check(code: str, severity: Severity, about: str) -> Callable[[Look], Run]:
    """Registers a function of (plan, context) that yields hits; what is registered yields findings in the plan's language.

    Message and fix stand in prompts/locales/checks.*.yaml under the code. Raises ValueError when a code is used twice.
    """

    def register(look: Look) -> Run:
        @functools.wraps(look)
        def run(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Finding]:
            for hit in look(plan, ctx):
                yield _finding(code, severity, hit, plan.meta.language, ctx)

        if code in _REGISTRY:
            raise ValueError(f"The check {code} is registered twice.")
        _REGISTRY[code] = Check(code, severity, about, look.__module__.rpartition(".")[2], run)
        return run

    return register


def _finding(code: str, severity: Severity, hit: Hit, language: str, ctx: CheckContext) -> Finding:
    suffix = f"_{hit.say}" if hit.say else ""
    own = suffix if has(language, f"check.{code}.fix{suffix}") else ""
    facts = dict(hit.facts)
    sheet = ctx.knowledge.platforms.get(str(facts.get("platform", "")))
    if sheet:
        facts["platform"] = localise(sheet.names.text(language), language)
    return Finding(
        code=code,
        severity=severity,
        where=hit.where,
        message=t(language, f"check.{code}.message{suffix}", **facts),
        fix=t(language, f"check.{code}.fix{own}", **facts),
    )


def registry() -> dict[str, Check]:
    """All checks by code, in the order of the codes."""
    return dict(sorted(_REGISTRY.items()))


_RANK = {"error": 0, "warning": 1, "info": 2}


def run_checks(plan: MarketingPlan, ctx: CheckContext, only: set[str] | None = None) -> list[Finding]:
    """What the checks find, errors first, then by code and place; `only` names the codes to run."""
    with walked_once():
        found = [
            finding
            for code, one in registry().items()
            if only is None or code in only
            for finding in one.run(plan, ctx)
        ]
    return sorted(found, key=lambda f: (_RANK[f.severity], f.code))
