"""What the compliance reader takes and gives: the facts of a text, its findings, the questions that stay open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.compliance.areas import regions_of

Severity = Literal["ban", "caution", "evidence"]
Author = Literal["brand", "creator"]
Account = Literal["brand", "creator", "employee", "customer"]
"""Whose account a text runs on, as people say it: staff and customers who post for a brand have to disclose it as creators have to."""


@dataclass(frozen=True)
class Facts:
    """What is known about a text. None means unknown: a rule that turns on it then asks."""

    regions: frozenset[str]
    """Region codes with rules of their own: CN, US, UK, EU, IN."""
    category: str | None
    """Category id of the brief, or drug, device, alcohol, property, franchise, medical_beauty."""
    paid: bool | None
    """Whether money, gifts or another tie stands behind it."""
    author: Author | None
    """Whose account it runs on: the brand's, or that of somebody else who posts for it."""
    ai_media: bool | None
    """Whether picture or sound is made by a model."""
    platform: str | None
    """Platform id."""
    audience: frozenset[str] | None
    """"minors", where the text addresses them."""
    evidence: frozenset[str] | None
    """Ids of rules for which proof is held."""
    date: dt.date
    """The first day on which it may be seen."""

    @property
    def minors(self) -> bool | None:
        """Whether the text addresses minors."""
        return None if self.audience is None else "minors" in self.audience

    @classmethod
    def of(
        cls,
        *,
        region: str,
        category: str | None,
        date: dt.date,
        paid: bool | None = None,
        author: Account | None = None,
        ai_media: bool | None = None,
        platform: str | None = None,
        audience: Iterable[str] | None = None,
        evidence: Iterable[str] | None = None,
    ) -> Facts:
        """Region and category as people write them ("GB", "health-food") made into ids."""
        return cls(
            regions=regions_of(region),
            category=category.strip().lower().replace("-", "_") if category else None,
            paid=paid,
            author="brand" if author == "brand" else "creator" if author else None,
            ai_media=ai_media,
            platform=platform,
            audience=frozenset(audience) if audience is not None else None,
            evidence=frozenset(evidence) if evidence is not None else None,
            date=date,
        )


@dataclass(frozen=True)
class Finding:
    """A place in a text that a rule forbids or holds back."""

    rule: str
    """Id of the rule, "cn.abs.superlative"."""
    group: int
    """1 to 8, as in knowledge/compliance/."""
    severity: Severity
    """ban: unlawful as written; caution: likely to be; evidence: unlawful without proof or a notice."""
    start: int
    """Offset of the first character in the original text."""
    end: int
    """Offset after the last one. The whole text where something is missing from it."""
    words: str
    """The marked words, as they stand in the text."""
    law: str
    """Law and article, in the reader's language."""
    effective: dt.date
    """Since when the provision binds."""
    source: str
    """Publisher, date and address of the provision."""
    checked: dt.date
    """When our summary was last looked at."""
    why: str
    """The reason in plain words."""
    suggestions: tuple[str, ...]
    """Words or ways that are allowed."""
    missing: bool = False
    """Whether the text lacks something, rather than saying something."""
    unchecked: bool = False
    """Whether nobody has yet compared the rule with the official text."""
    learned: bool = False
    """Whether no rule marks it, but its likeness to texts that break the provision: a suspicion. Never a ban."""
    score: float | None = None
    """How like such texts, 0 to 1, where it is learned."""

    def record(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data |= {"effective": self.effective.isoformat(), "checked": self.checked.isoformat()}
        return data | {"suggestions": list(self.suggestions)}


@dataclass(frozen=True)
class Question:
    """A fact that a rule turns on and nobody gave."""

    fact: str
    """paid, author, category, evidence, platform, ai_media, minors, approval, prior_price, region; doubt, where the learned reader disagrees with a rule."""
    text: str
    """The question, in the reader's language."""
    rules: tuple[str, ...]
    """The rules that wait for the answer."""


@dataclass(frozen=True)
class Reading:
    """The result of reading one text."""

    findings: tuple[Finding, ...]
    """What was found, in the order of the text."""
    questions: tuple[Question, ...]
    """What has to be answered before the text can be called clear."""
    disclaimer: str
    """That this is no legal advice, and the day the rules were looked at."""
    rules_read: int = field(default=0)
    """How many rules applied to the text."""

    @property
    def clear(self) -> bool:
        """Nothing found and nothing left to ask."""
        return not self.findings and not self.questions

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "clear": self.clear,
            "findings": [one.record() for one in self.findings],
            "questions": [{"fact": q.fact, "text": q.text, "rules": list(q.rules)} for q in self.questions],
            "disclaimer": self.disclaimer,
            "rules_read": self.rules_read,
        }
