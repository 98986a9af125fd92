"""Language, readability, diversity and own words of a document."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator

from agent.checks.language import foreign_characters
from evals.document import grams, plain, sentences, units
from evals.scorers.base import Criterion, Subject, at_least, at_most, scorer, yes

SENTENCE = {"zh": (9, 60), "en": (6, 30)}
"""Median length of a sentence, in characters of Chinese or words of English."""
LONG = {"zh": 100, "en": 45}
"""A sentence beyond this is too long."""
ENDS = tuple('。！？…；：”」）.!?;:)"')
"""How a text that is more than a name ends."""
GLUE_ZH = frozenset("的了在是和不就也都有到个这那把被给对从为与用要会能先再")
GLUE_EN = frozenset(
    "the a an of to and in is are was were be been it its that this for on with as at by from or not no "
    "you your we our they their who which what when if so but than then each every one per".split()
)
"""Words that make sentences of nouns; a list of keywords has hardly any."""
LEAST_GLUE = {"zh": 0.05, "en": 0.24}


def _key(subject: Subject) -> str:
    return "zh" if subject.brief.zh else "en"


@scorer("language", "The document is in its language and script", words=True)
def language(subject: Subject) -> Iterator[Criterion]:
    """Posts may be in their platform's language; the rest is the plan's."""
    wanted = subject.brief.expect.language or subject.brief.language
    rows = [
        row
        for part, texts in subject.document.parts.items()
        if part not in ("adaptations", "calendar", "themes")
        for row in texts
    ]
    text = "\n".join(rows)
    han, latin = len(re.findall(r"[㐀-鿿]", text)), len(re.findall(r"[A-Za-z]", text))
    share = (han if wanted.startswith("zh") else latin) / max(han + latin, 1)
    yield at_least("script", share, 0.6 if wanted.startswith("zh") else 0.95)
    if wanted.startswith("zh"):
        wrong = [one for row in rows for one in foreign_characters(_quoted_out(row, subject), wanted)]
        yield at_most("variant", len(wrong) / max(han, 1), 0.002, f"{''.join(dict.fromkeys(wrong))[:20]}")
    yield yes("there", len(units(text)) > 400, f"{len(units(text))} characters or words")


def _quoted_out(row: str, subject: Subject) -> str:
    for one in (subject.brief.brand, *subject.names):
        row = row.replace(one, "")
    return row


@scorer("readability", "Sentences of a length that people read, made of sentences rather than of keywords", words=True)
def readability(subject: Subject) -> Iterator[Criterion]:
    """Length in the middle and at the far end; share of the small words that hold a sentence together."""
    kind = _key(subject)
    counts = [len(units(one)) for one in subject.document.sentences]
    low, high = SENTENCE[kind]
    middle = statistics.median(counts) if counts else 0
    yield yes("middle", low <= middle <= high, f"the median sentence has {middle:g}")
    yield at_most("long", sum(n > LONG[kind] for n in counts) / max(len(counts), 1) if counts else 1.0, 0.03)
    rows = [row.strip() for row in subject.document.rows if len(units(row)) > (24 if kind == "zh" else 12)]
    ended = sum(row.endswith(ENDS) for row in rows)
    yield at_least("ends", ended / max(len(rows), 1), 0.6)
    glue = GLUE_ZH if kind == "zh" else GLUE_EN
    said = [one for row in subject.document.rows if len(units(row)) > 8 for one in units(row)]
    yield at_least("glue", min(1.0, sum(one in glue for one in said) / max(len(said), 1) / LEAST_GLUE[kind]), 1.0)


@scorer("diversity", "The document does not say the same thing over and over", words=True)
def diversity(subject: Subject) -> Iterator[Criterion]:
    """Sentences told more than once; grams told more than once; different beginnings of sentences."""
    said = Counter(plain(one) for one in subject.document.sentences)
    total = sum(said.values())
    again = sum(n - 1 for n in said.values())
    yield at_most("sentences", again / total if total else 1.0, 0.15)
    every = subject.document.grams
    unique = len(every) / max(sum(every.values()), 1)
    yield at_least("grams", unique, 0.6)
    openings = {tuple(units(one)[:3]) for one in said}
    yield at_least("openings", len(openings) / max(len(said), 1), 0.5)


COPIED = 0.2
"""Largest share of a document that may be the brief's own words."""


@scorer("own_words", "The document is a plan, not the brief said again", words=True)
def own_words(subject: Subject) -> Iterator[Criterion]:
    """Grams that stand in the brief, and sentences that are the brief's."""
    theirs = set(grams(subject.brief.text))
    every = subject.document.grams
    share = sum(n for one, n in every.items() if one in theirs) / max(sum(every.values()), 1)
    yield at_most("grams", share if every else 1.0, COPIED)
    lines = {plain(one) for row in subject.brief.text.splitlines() for one in sentences(row)}
    said = [plain(one) for one in subject.document.sentences]
    yield at_most("sentences", sum(one in lines for one in said) / len(said) if said else 1.0, 0.1)
