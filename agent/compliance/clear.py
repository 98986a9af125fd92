"""Which of the house's own phrases the law of a brief's markets and category lets stand."""

from __future__ import annotations

import datetime as dt
import functools

from agent.brief.model import BrandBrief
from agent.compliance.areas import regions_of
from agent.compliance.model import Facts
from agent.compliance.reader import read_facts
from agent.compliance.regulated import category_of
from agent.compliance.rules import load_rules


def allowed(texts: tuple[str, ...], brief: BrandBrief) -> tuple[str, ...]:
    """The texts that no rule of severity ban marks, in their order; all of them when none would be left."""
    regions = frozenset().union(*(regions_of(market) for market in brief.markets))
    if not regions:
        return texts
    category = category_of(brief)
    return tuple(text for text in texts if not _banned(text, regions, category)) or texts


@functools.lru_cache(maxsize=20_000)
def _banned(text: str, regions: frozenset[str], category: str) -> bool:
    facts = Facts(
        regions=regions, category=category, paid=False, author="brand", ai_media=False, platform=None, audience=None,
        evidence=None, date=dt.date.max,
    )  # fmt: skip
    found = read_facts(text, facts, language="en", book=load_rules()).findings
    return any(one.severity == "ban" and not one.missing for one in found)
