"""Specificity: what would fit another brand as well is not worth paying for."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from agent.knowledge import load
from evals.brief import Brief
from evals.document import grams, plain, units, without
from evals.scorers.base import Criterion, Subject, at_least, at_most, scorer

SHARED_MOST = 0.5
"""Largest share of a document that may stand word for word in the nearest other brand's document."""
SHARED_MEAN = 0.4
"""The same, over all other brands of its language."""
NAMED = 0.3
"""Least share of sentences that name something of this brief."""


@functools.cache
def sourced() -> frozenset[tuple[str, ...]]:
    """Grams of the knowledge base: a sourced fact about a platform reads the same in every plan, and should."""
    texts = re.findall(r'"(?:zh|en)":\s*"((?:[^"\\]|\\.)*)"', load().base.model_dump_json())
    return frozenset(one for text in texts for one in grams(text))


@functools.lru_cache(maxsize=200)
def own(rows: tuple[str, ...], names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Grams of a document, names and sourced facts left out."""
    return frozenset(one for row in rows for one in grams(without(row, names))) - sourced()


@functools.cache
def anchors(brief: Brief) -> re.Pattern[str]:
    """What ties a sentence to this brief: runs of four Chinese characters, pairs of longer English words, names, numbers."""
    known = {plain(one) for one in (brief.brand, *brief.expect.facts)}
    for line in brief.text.splitlines():
        for run in re.findall(r"[㐀-鿿]{4,}", line):
            known |= {run[n : n + 4] for n in range(len(run) - 3)}
        words = re.findall(r"[a-z][a-z'-]+", plain(line))
        known |= {f"{a} {b}" for a, b in itertools.pairwise(words) if len(a) > 3 and len(b) > 3}
        known |= {one for one in re.findall(r"\d[\d,.]*\d", line) if len(one) > 2}
    return re.compile("|".join(re.escape(one) for one in sorted(known, key=len, reverse=True) if len(one) > 1))


@scorer("specificity", "The document could not be another brand's", words=True)
def specificity(subject: Subject) -> Iterator[Criterion]:
    """Overlap with other brands' documents by the same writer, names taken out; sentences that name something of the brief."""
    rows = subject.document.rows
    mine = own(rows, subject.names)
    shares = {
        id: len(mine & own(other.rows, subject.names)) / min(len(mine), max(len(own(other.rows, subject.names)), 1))
        for id, other in sorted(subject.others.items())
        if mine
    }
    worst = max(shares, key=lambda id: shares[id], default="")
    if subject.others:
        nearest = shares.get(worst, 1.0)
        average = sum(shares.values()) / len(shares) if shares else 1.0
        yield at_most("nearest", nearest, SHARED_MOST, f"{nearest:.3f} with {worst or 'every other'}")
        yield at_most("mean", average, SHARED_MEAN)
    pattern = anchors(subject.brief)
    said = [one for one in subject.document.sentences if len(units(one)) > 5]
    named = sum(pattern.search(plain(one)) is not None for one in said)
    yield at_least("named", named / max(len(said), 1), NAMED)
