"""What in a brief the plan may not carry out: the words, the article, the reason, and what is allowed instead."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from agent.brief.model import BrandBrief, Intake
from agent.compliance.areas import regions_of
from agent.compliance.model import Facts, Finding, Severity
from agent.compliance.reader import read_facts
from agent.compliance.regulated import category_of, offers
from agent.compliance.rules import load_rules
from agent.locale import t


@dataclass(frozen=True)
class Demand:
    """A point of a brief that the plan declines, or takes up only with proof or a notice."""

    where: str
    """Path in the brief, "must_say[1]"."""
    text: str
    """The whole point, as the client wrote it."""
    words: str
    """The client's words in it that are the matter."""
    rule: str
    """Id of the rule."""
    severity: Severity
    """ban: declined; caution, evidence: only as far as the proof or notice goes."""
    law_id: str
    """Id of the provision in laws.yaml."""
    law: str
    """Law and article, in the plan's language."""
    effective: dt.date
    """Since when it binds."""
    source: str
    """Publisher, date, address."""
    checked: dt.date
    """When our summary of the provision was last looked at."""
    why: str
    """The reason, in the plan's language."""
    alternatives: tuple[str, ...]
    """What is allowed instead."""
    message: str
    """One sentence for the plan: what is declined, under which article, what is offered."""

    @property
    def declined(self) -> bool:
        """Whether the plan may not carry it out at all."""
        return self.severity == "ban"


def demands(brief: BrandBrief, *, language: str = "", date: dt.date | None = None) -> list[Demand]:
    """The points of a brief that law or platform rules forbid or hold back, in the brief's order, each place and rule once.

    A figure that the brief gives as proof or as a goal is not held against it. `date` is the plan's first day (the brief's own, else today). Missing notices are no demands: `requirements` plans them.
    """
    book = load_rules()
    laws = {rule.id: rule for rule in book.rules}
    speak = language or brief.language
    base = _facts(brief, date or brief.period.start or dt.date.today())
    platforms: list[str | None] = [*brief.platforms.must, *brief.platforms.may]
    found: list[Demand] = []
    for where, text in _asks(brief):
        seen: set[str] = set()
        for platform in platforms or [None]:
            facts = dataclasses.replace(base, platform=platform)
            for finding in read_facts(text, facts, language=speak, book=book).findings:
                proves = finding.severity == "evidence" and where.startswith(("proof", "objectives"))
                if finding.rule not in seen and not finding.missing and not proves:
                    seen.add(finding.rule)
                    rule = laws[finding.rule]
                    law_id = rule.law_for(facts.regions, facts.platform)
                    found.append(_demand(where, text, law_id, finding, speak))
    return found


def demands_of(intake: Intake) -> list[Demand]:
    """The demands of what a client said, under the markets, the category, the language and the period that the plan works with."""
    filled = intake.filled
    held = {name: getattr(filled, name) for name in ("markets", "category", "language", "period", "platforms")}
    return demands(intake.said.model_copy(update=held))


def _facts(brief: BrandBrief, date: dt.date) -> Facts:
    base = Facts.of(region="", category=category_of(brief), date=date, author="brand", ai_media=False)
    return dataclasses.replace(base, regions=frozenset().union(*(regions_of(market) for market in brief.markets)))


def _asks(brief: BrandBrief) -> Iterator[tuple[str, str]]:
    """What a client wants said or done; what must not be said, and what others do, is left out."""
    yield "strategy", brief.strategy
    yield "about", brief.about
    for name in ("must_say", "constraints", "tone", "proof"):
        for place, text in enumerate(getattr(brief, name)):
            yield f"{name}[{place}]", text
    for place, objective in enumerate(brief.objectives):
        yield f"objectives[{place}]", objective.text
    for place, segment in enumerate(brief.audience):
        yield f"audience[{place}]", ", ".join([segment.name, *segment.traits])
    for place, product in enumerate(brief.products):
        for number, point in enumerate(product.selling_points):
            yield f"products[{place}].selling_points[{number}]", point


def _demand(where: str, text: str, law_id: str, finding: Finding, language: str) -> Demand:
    instead = offers(law_id, where, language) or finding.suggestions
    return Demand(
        where=where,
        text=text,
        law_id=law_id,
        words=finding.words,
        rule=finding.rule,
        severity=finding.severity,
        law=finding.law,
        effective=finding.effective,
        source=finding.source,
        checked=finding.checked,
        why=finding.why,
        alternatives=instead,
        message=t(
            language,
            f"compliance.demand.{'declined' if finding.severity == 'ban' else 'held'}",
            words=finding.words,
            law=finding.law,
            why=finding.why,
            instead=t(language, "compliance.or").join(instead),
        ),
    )
