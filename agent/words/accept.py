"""Acceptance: which of the model's words may replace the playbook's, and why not the others."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from agent.checks.terms import occurs, split_terms
from agent.plan.base import bound

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org|io)\b", re.I)
_ZH = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_WORD = re.compile(r"[A-Za-z][\w.&-]*", re.ASCII)
_ZH_NUMERALS = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]+(?=(?:万|亿|千|百)?(?:元|单|份|位|名|个月|周|天|小时|分钟|篇|条|倍|成|%|％))"
)
_MARKUP = re.compile(r"[<>{}\[\]|`]|\*\*|#{2,}")
_ENDS = tuple('。！？…”」）.!?)"”’:：')


@dataclass
class Ground:
    """What acceptance compares with: everything the model was allowed to know and must not say."""

    language: str
    known: str
    """Text that holds every number the model may use: brief, frame digest, drafts, passages."""
    never_say: list[str] = field(default_factory=list)
    embargoed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """Words already accepted in this part; a near repetition is refused."""

    @functools.cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in the known text, without separators."""
        return frozenset(n.replace(",", "") for n in _NUMBER.findall(self.known))

    @functools.cached_property
    def latin_words(self) -> frozenset[str]:
        """Every Latin word of the known text, in lower case."""
        return frozenset(w.casefold() for w in _LATIN_WORD.findall(self.known))


def refuse(text: str, draft: str, limit: int, ground: Ground, *, heading: bool = False, may_echo: bool = False) -> str:
    """The reason why `text` may not replace `draft`, or "" when it may. `limit` is the field's Chinese limit."""
    text = text.strip()
    longest = bound(limit, ground.language)
    if len(text) < (2 if heading else 6):
        return "empty"
    if len(text) > longest:
        return f"too long ({len(text)} > {longest})"
    if not heading and not text.endswith(_ENDS):
        return "not a complete sentence"
    if not may_echo and _alike(text, draft) > 0.9:
        return "the draft again"
    return _content(text, ground) or _language(text, ground) or _repeats(text, ground)


def _language(text: str, ground: Ground) -> str:
    han, latin = len(_ZH.findall(text)), len(_LATIN.findall(text))
    if ground.language.startswith("zh"):
        foreign = sum(len(w) for w in _LATIN_WORD.findall(text) if w.casefold() not in ground.latin_words)
        return "wrong language" if han == 0 or foreign > han else ""
    return "wrong language" if han and han > latin / 4 else ""


def _content(text: str, ground: Ground) -> str:
    if _LINK.search(text):
        return "a link outside its field"
    if _MARKUP.search(text):
        return "markup"
    unknown = [n for n in _NUMBER.findall(text) if n.replace(",", "") not in ground.numbers]
    unknown += [n for n in _ZH_NUMERALS.findall(text) if n not in ground.known]
    if unknown:
        return f"a number from nowhere: {unknown[0]}"
    for entry in ground.never_say:
        for term in split_terms(entry):
            if occurs(term, text):
                return f"never say: {term}"
    for word in ground.embargoed:
        if occurs(word, text):
            return f"under embargo: {word}"
    return ""


def _repeats(text: str, ground: Ground) -> str:
    return "repeats another item" if any(_alike(text, other) > 0.6 for other in ground.taken) else ""


def _grams(text: str) -> set[str]:
    plain = re.sub(r"\W+", "", text.casefold())
    return {plain[i : i + 3] for i in range(max(len(plain) - 2, 1))}


def _alike(a: str, b: str) -> float:
    """Jaccard similarity of character trigrams, 0 to 1."""
    first, second = _grams(a), _grams(b)
    return len(first & second) / max(len(first | second), 1)
