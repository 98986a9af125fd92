"""Recall and precision of the reader on the corpus: `python -m tests.compliance.measure [--misses]`; misses are told of the open part only."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable

from agent.compliance import Reading, RuleBook, load_rules, read
from tests.compliance.corpus import HANDS, NAMES, Sample, everything, later, samples, second

DAY = dt.date(2026, 11, 23)


def reading(sample: Sample, book: RuleBook | None = None) -> Reading:
    """The reading of a text with the facts of its entry; by the house's rules once for all tests."""
    return _fresh(sample, book) if book else _known(sample)


def _fresh(sample: Sample, book: RuleBook | None) -> Reading:
    return read(sample.text, language="en", book=book, learned=False, **{"date": DAY, **dict(sample.facts)})


@functools.cache
def _known(sample: Sample) -> Reading:
    return _fresh(sample, None)


def right(sample: Sample, book: RuleBook | None = None) -> bool:
    """A bad text has a finding of its group, a missing approval number not counted; a clean one has none at all."""
    findings = reading(sample, book).findings
    if not sample.bad:
        return not findings
    return any(str(f.group) == sample.group and f.rule != "cn.hf.approval" for f in findings)


def figures(chosen: Iterable[Sample], book: RuleBook | None = None) -> tuple[int, int, int, int]:
    """Bad texts, those caught, clean texts, those wrongly marked."""
    bad = caught = clean = false = 0
    for one in chosen:
        hit = right(one, book)
        if one.bad:
            bad, caught = bad + 1, caught + hit
        else:
            clean, false = clean + 1, false + (not hit)
    return bad, caught, clean, false


def rates(counts: tuple[int, int, int, int]) -> tuple[float, float]:
    """Recall and precision."""
    bad, caught, _, false = counts
    return caught / bad if bad else 1.0, caught / (caught + false) if caught + false else 1.0


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main() -> None:
    book = load_rules()
    table: dict[str, dict[bool, tuple[int, int, int, int]]] = defaultdict(dict)
    for name in NAMES:
        for held in (False, True):
            table[name][held] = figures((s for s in samples(name) if s.held_out is held), book)
    for held in (False, True):
        tell("held out" if held else "open")
        for name in NAMES:
            recall, precision = rates(table[name][held])
            tell(f"  {name}  recall {recall:.3f}  precision {precision:.3f}  {table[name][held]}")
        total = tuple(sum(table[n][held][i] for n in NAMES) for i in range(4))
        tell("  all   recall {:.3f}  precision {:.3f} ".format(*rates(total)), total)
    for hand, held in itertools.product(HANDS, (False, True)):
        counts = figures((s for s in later(hand) if s.held_out is held), book)
        tell(
            hand,
            "hand,",
            "held out" if held else "open",
            "recall {:.3f}  precision {:.3f} ".format(*rates(counts)),
            counts,
        )
    traps = samples("traps")
    tell("traps", len(traps), "wrongly marked", sum(not right(s, book) for s in traps))
    if "--misses" in sys.argv:
        for one in [s for s in everything() if not s.held_out] + [s for s in second() if not s.held_out] + list(traps):
            if not right(one, book):
                said = ", ".join(f"{f.rule}«{f.words[:30]}»" for f in reading(one, book).findings)
                tell(f"{one.group}-{one.tongue} {'MISS ' if one.bad else 'FALSE'} {one.text}   {said}")


if __name__ == "__main__":
    main()
