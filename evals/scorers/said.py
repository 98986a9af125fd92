"""Brief fidelity of a document: the client's facts, sum, dates and platforms reach the reader."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from agent.knowledge import load
from evals.brief import Brief
from evals.document import Document, plain
from evals.scorers.base import Criterion, Subject, at_least, scorer, yes

PARTS_NAMED = 0.5
"""Least share of the parts that name the brand: a part that never does could be anybody's."""


@scorer("fidelity", "What the client named, priced and dated stands in the document", words=True)
def fidelity(subject: Subject) -> Iterator[Criterion]:
    """Facts one by one; sum, first and last day in any way of writing them; platforms by either name."""
    want, document = subject.brief.expect, subject.document
    if want.facts:
        kept = [fact for fact in want.facts if holds(document, fact)]
        lost = [fact for fact in want.facts if fact not in kept]
        yield Criterion("facts", len(kept) / len(want.facts), 1.0, f"missing: {', '.join(lost)}" if lost else "")
    if want.budget:
        yield yes("sum", any(holds(document, one) for one in sums(want.budget)), f"{want.budget:,} is nowhere told")
    for name, day in (("first_day", want.start), ("last_day", want.end)):
        if day:
            yield yes(name, any(one in document.plain for one in days(day)), f"{day} is nowhere told")
    for platform in want.must:
        names = load().platforms[platform].names
        yield yes(
            f"platform.{platform}", any(plain(n) in document.plain for n in (names.zh, names.en, platform)), "not named"
        )
    yield _brand_named(subject.brief, document)


def _brand_named(brief: Brief, document: Document) -> Criterion:
    names = [plain(one) for one in [brief.brand, *brief.brand.split()] if len(one) > 1]
    chunks = ["\n".join(rows) for rows in document.parts.values()]
    if len(chunks) == 1:  # no parts: stretches of the document stand in for them
        rows = document.rows
        size = max(1, len(rows) // 17)
        chunks = ["\n".join(rows[n : n + size]) for n in range(0, len(rows), size)]
    named = sum(any(name in plain(chunk) for name in names) for chunk in chunks)
    return at_least("brand_named", named / max(len(chunks), 1), PARTS_NAMED)


def holds(document: Document, words: str) -> bool:
    """Whether the document holds these words, whatever commas stand in its numbers; a number only as a whole one."""
    text = document.plain.replace(",", "")
    wanted = plain(words).replace(",", "")
    if re.fullmatch(r"[\d.]+", wanted):
        return re.search(rf"(?<![\d.]){re.escape(wanted)}(?:\.0+)?(?![\d])", text) is not None
    return wanted in text


def sums(total: Decimal) -> list[str]:
    """A sum as people write it."""
    whole = f"{total.normalize():f}"
    found = [whole]
    if total >= 10_000:
        wan = f"{(total / 10_000).normalize():f}"
        found += [f"{wan}万", f"{wan} 万", f"{wan}萬", f"{wan} 萬"]
    if total >= 1000:
        found += [f"{(total / 1000).normalize():f}k"]
    return found


def days(day: dt.date) -> list[str]:
    """A date as people write it, folded."""
    month, short = day.strftime("%B").lower(), day.strftime("%b").lower()
    return [
        day.isoformat(), f"{day.month}月{day.day}日", f"{day.month} 月 {day.day} 日", f"{day.day} {month}", f"{day.day} {short}",
        f"{month} {day.day}", f"{short} {day.day}", f"{day.month}/{day.day}",
    ]  # fmt: skip
