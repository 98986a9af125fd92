"""What a reworded sentence must keep of its draft: figures, names, negations, direction, and nearly all of its content words."""

from __future__ import annotations

import difflib
import functools
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from agent.data import read_yaml
from agent.locale import base_language, localise
from agent.resources import prompts_dir

COPIED = 0.9
"""Trigram similarity above which a sentence counts as its draft typed again."""
LONGEST_CHANGE = 4
"""Most content words (Chinese: characters) that one changed place may lose or gain."""
MOST_LOST = 0.3
MOST_GAINED = 0.35
"""Most of a sentence's content words that may go, and most that may come, as shares of the draft's; one always may."""
_NEGATION = re.compile(
    r"[不没沒未无無别別非勿莫]|\b(?:no|not|never|none|nothing|nobody|without|cannot|nor)\b|n['’]t\b", re.I
)
_CHOICE = re.compile(r"(?<![不没沒])([一-鿿])[不没沒]\1")
"""值不值, 有没有: a question, not a negation."""
_NUMERAL = re.compile(r"[零〇两兩二三四五六七八九十百千万萬亿億几幾]+")
_LATIN = re.compile(r"[A-Za-z][\w&-]*", re.ASCII)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*[%％]?|[A-Za-z]+(?:['’-][A-Za-z]+)*|[一-鿿]")
_CLAUSE = re.compile(r"[，。；：？！,.;:?!]")
_BRITISH = re.compile(r"(?<=\w{3})is(e[drs]?|ing|ations?)$")
_ECHO = re.compile(r"([一-鿿]{2,})\1|\b(\w+ \w+) \2\b")


Kind = Literal[
    "copied",
    "quotation",
    "number",
    "name",
    "negation",
    "condition",
    "leaves_out",
    "strays",
    "twice",
    "seams",
    "leaked",
]


@dataclass(frozen=True)
class Fault:
    """Why a sentence was refused: its kind, and what a record says."""

    kind: Kind
    told: str


@dataclass(frozen=True)
class _Rules:
    function: frozenset[str]
    guard: tuple[frozenset[str], ...]
    same: tuple[tuple[str, str], ...]
    units: dict[str, str]


@functools.cache
def _rules(language: str) -> _Rules:
    table: Any = read_yaml(prompts_dir() / "small_words.yaml")[base_language(language)]
    pairs = [localise(pair, language).split("=") for pair in table["same"]]
    return _Rules(
        _words(table["function"], language),
        tuple(_words(entry, language) for entry in table["guard"]),
        tuple((one, other) for one, other in pairs),
        {name: names[0] for names in table["units"] for name in names},
    )


def _words(entry: str | list[str], language: str) -> frozenset[str]:
    """The characters of a string (Chinese), or the words of a list by their stems (English)."""
    if isinstance(entry, str):
        return frozenset(localise(entry, language))
    return frozenset(_stem(word) for word in entry)


def changed(text: str, draft: str, language: str) -> Fault | None:
    """Why a sentence does not say what its draft says, or None. Both hold their quotations as marks (see agent/words/small.py).

    Purely of words: it sees what was lost, added or turned round, not whether a new word means the same. That is for the
    model's own second look.
    """
    return _figures(text, draft, language) or _direction(text, draft, language) or _content(text, draft, language)


def copied(text: str, draft: str) -> bool:
    """Whether the answer is the draft typed again, apart from a full stop or a particle."""
    return likeness(text, draft) > COPIED


def likeness(text: str, draft: str) -> float:
    """Jaccard similarity of character trigrams, 0 to 1."""
    first, second = _trigrams(text), _trigrams(draft)
    return len(first & second) / max(len(first | second), 1)


def _figures(text: str, draft: str, language: str) -> Fault | None:
    pairs = [(_bare_numbers(draft), _bare_numbers(text))]
    if language.startswith("zh"):
        pairs.append((_NUMERAL.findall(draft), _NUMERAL.findall(text)))
    for drafted, said in pairs:
        wrong = (Counter(drafted) - Counter(said)) + (Counter(said) - Counter(drafted))
        if wrong:
            return Fault("number", f"a number lost, added or doubled: {min(wrong)}")
    loose = _rules(language).function if language.startswith("zh") else frozenset()
    strange = {unit for unit in _measures(text, language) - _measures(draft, language) if unit[-1] not in loose}
    if strange:
        return Fault("number", f"a number with another unit: {min(strange)}")
    if language.startswith("zh") and _names(text) != _names(draft):
        return Fault("name", "a name lost or added")
    return None


def _measures(text: str, language: str) -> set[str]:
    """Its numbers with their units, each unit under one name: "11.7 h" is "11.7 hours", "18 days" is not "18 hours"."""
    names = _rules(language).units
    found = re.findall(r"(\d+(?:[.,:]\d+)*)\s*([%％]|[A-Za-z]+|[一-鿿])?", text)
    return {number.replace(",", "") + names.get(unit.casefold(), unit.casefold()) for number, unit in found}


def _bare_numbers(text: str) -> list[str]:
    return [number.replace(",", "") for number in re.findall(r"\d+(?:[.,:]\d+)*", text)]


def _names(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _LATIN.findall(text))


def _direction(text: str, draft: str, language: str) -> Fault | None:
    if len(_NEGATION.findall(_asked(text))) != len(_NEGATION.findall(_asked(draft))):
        return Fault("negation", "a negation lost or added")
    said, drafted = Counter(_tokens(text, language)), Counter(_tokens(draft, language))
    for words in _rules(language).guard:
        if sum(said[word] for word in words) != sum(drafted[word] for word in words):
            return Fault("condition", f"another condition: {min(words)}")
    return None


def _content(text: str, draft: str, language: str) -> Fault | None:
    said, drafted = _tokens(text, language), _tokens(draft, language)
    function = _rules(language).function
    weighty, named = (
        [word for word in words if word not in function and not _NEGATION.search(word)] for words in (drafted, said)
    )
    lost, gained = Counter(weighty) - Counter(named), Counter(named) - Counter(weighty)
    for _, i, j, k, m in difflib.SequenceMatcher(None, drafted, said, autojunk=False).get_opcodes():
        gone = [word for word in drafted[i:j] if lost[word]]
        new = [word for word in said[k:m] if gained[word]]
        if gone and not new:
            return Fault("leaves_out", f"leaves out: {' '.join(gone)}")
        if len(gone) > LONGEST_CHANGE or len(new) > LONGEST_CHANGE:
            return Fault("strays", "says what the draft does not")
    content = len(weighty)
    if lost.total() > max(content * MOST_LOST, 1) or gained.total() > max(content * MOST_GAINED, 1):
        return Fault("strays", "says what the draft does not")
    again = _pairs(said, function) - _pairs(drafted, function)
    doubled = (_pairs(_tokens(clause, language), function) for clause in _CLAUSE.split(text))
    echo = _ECHO.search(text) and not _ECHO.search(draft)
    if echo or any(times > 1 and again[pair] for clause in doubled for pair, times in clause.items()):
        return Fault("twice", "says a thing twice")
    return None


def _pairs(words: list[str], function: frozenset[str]) -> Counter[tuple[str, str]]:
    """Neighbouring content words; in Chinese the characters of a word."""
    return Counter(pair for pair in pairwise(words) if not function.intersection(pair))


def _tokens(text: str, language: str) -> list[str]:
    """Words of a comparison: Han characters, Latin words by their stem, numbers."""
    text = _asked(text)
    for one, other in _rules(language).same:
        text = text.replace(one, other)
    return [_stem(word.casefold()) for word in _TOKEN.findall(text)]


def _asked(text: str) -> str:
    """The text with its questions of the kind 值不值 as 是否值."""
    return _CHOICE.sub(r"是否\1", text)


@functools.cache
def _stem(word: str) -> str:
    """A word without its ending; "standardised" and "standardized" are one."""
    return str(_stemmer().stemWord(_BRITISH.sub(r"iz\1", re.sub(r"['’]s?$", "", word))))


@functools.cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def _trigrams(text: str) -> set[str]:
    plain = re.sub(r"\W+", "", text.casefold())
    return {plain[i : i + 3] for i in range(max(len(plain) - 2, 1))}
