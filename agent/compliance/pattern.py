"""Patterns of the rules: regular expressions with word classes and gaps, and the literals that make each worth trying."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

GAPS = {"zh": (10, 24, 60), "en": (40, 80, 160)}
"""Characters that "~", "~~" and "~~~" may stand for, by language."""

ACROSS = "~~~"
"""The gap that may run on into the next sentences of a paragraph. Words beside an English gap are whole."""

_EDGES = (r"(?<!\w)(?:", r")(?!\w)")
"""What keeps an English pattern to whole words."""

_WRITTEN_GAP = re.compile(r"\[\^[^\]]*\]\{0,\d\d+\}(?=\()")
_NO_PART = r"(?:(?<!\w)|(?!\w))"
"""What keeps the words after a gap written as "[^.]{0,40}" from beginning inside another word ("ill" in "will")."""

ALWAYS = "__always__"
"""Written in place of a pattern by a rule about something that is missing."""


def expand(pattern: str, tongue: str, lexicon: Mapping[str, str | Sequence[str]]) -> str:
    """The regular expression behind a pattern: classes spelled out, gaps, trailing stars, word boundaries.

    A class is a list of words, or, where the form of a word tells ("\\w+est"), one expression that stands as it is.
    """

    def words(found: re.Match[str]) -> str:
        form = lexicon[found[1]]
        if isinstance(form, str):
            return f"(?:{folded(form)})"
        return "(?:" + "|".join(re.escape(w).replace(r"\ ", " ").replace(r"\*", "*") for w in ordered(found[1])) + ")"

    def ordered(name: str) -> list[str]:
        return sorted((str(word).lower() for word in lexicon[name]), key=len, reverse=True)

    gaps = dict(zip((ACROSS, "~~", "~"), reversed(GAPS[tongue]), strict=True))
    edges = ("", "") if tongue == "zh" else (r"(?!\w)", r"(?<!\w)")
    made = re.sub(r"<([a-z]+)>", words, folded(pattern))
    made = re.sub("~+", lambda gap: f".{{0,{gaps[gap[0]]}}}?".join(edges), made)
    if tongue == "zh":
        return made
    made = _WRITTEN_GAP.sub(lambda gap: gap[0] + _NO_PART, made)
    made = re.sub(r"(?<=[a-z])(?<!\\[sdw])\*", r"\\w*", made)
    return made.join(_EDGES)


def folded(pattern: str) -> str:
    """A pattern in the width and case of a levelled text."""
    return unicodedata.normalize("NFKC", pattern).replace("\\W", "\0").lower().replace("\0", "\\W")


_Literals = frozenset[str] | None
"""Literals of which every match holds at least one; None when there are none."""


Way = tuple[_Literals, _Literals]
"""Literals of which a match of a branch holds one, its anchors, and those of another part of the branch, of which it holds one as well: its partners."""


def signs(regex: str) -> tuple[Way, ...]:
    """The ways in which a pattern can match, by the literals that say whether it is worth trying: every match is one of them.

    None for the anchors: the pattern is always tried, and that is its only way; for the partners: an anchor does.
    Raises IndexError for a pattern that breaks off.
    """
    opening, closing = _EDGES
    inner = regex[len(opening) : -len(closing)] if regex.startswith(opening) and regex.endswith(closing) else regex
    branches, _ = _branches(inner, 0)
    alone: set[str] = set()
    pairs: list[Way] = []
    for first, second in branches:
        if first is None:
            return ((None, None),)
        if second is None:
            alone |= first
        else:
            pairs.append((first, second))
    return (*(((frozenset(alone), None),) if alone else ()), *dict.fromkeys(pairs))


def anchors(regex: str) -> _Literals:
    """Literals of which every match of a pattern holds one; None when there are none."""
    return _all_of(first for first, _ in signs(regex))


def _branches(regex: str, place: int) -> tuple[list[Way], int]:
    """The best literals of each branch of an alternation that starts at a place, with its second best, and where it ends."""
    branches: list[Way] = []
    while True:
        best, second, place = _sequence(regex, place)
        branches.append((best, second))
        if place >= len(regex) or regex[place] == ")":
            return branches, place
        place += 1


def _all_of(branches: Iterable[_Literals]) -> _Literals:
    """The literals of all branches; None when a branch has none."""
    found: set[str] = set()
    for branch in branches:
        if branch is None:
            return None
        found |= branch
    return frozenset(found)


_LITERALS = re.compile(r"[^\\()\[\]|.^$?*+{}]+")
_QUANTIFIER = re.compile(r"[?*+]\??|\{\d*,?\d*\}\??")
_AT_LEAST_ONE = re.compile(r"\+|\{0*[1-9]")


def _sequence(regex: str, place: int) -> tuple[_Literals, _Literals, int]:
    """The best literals of one branch, the second best, and where it ends."""
    options: list[frozenset[str]] = []
    run = ""
    while place < len(regex) and regex[place] not in "|)":
        literal: str | None = None
        group: _Literals = None
        char = regex[place]
        if char == "(":
            group, place = _group(regex, place)
        elif char == "[":
            place = _class_end(regex, place)
        elif (run_on := _LITERALS.match(regex, place)) and run_on.end() - place > 1:
            # all but the last, which a quantifier may follow
            run += run_on.group()[:-1]
            place = run_on.end() - 1
            continue
        elif char == "\\":
            literal = regex[place + 1] if not regex[place + 1].isalnum() else None
            place += 2
        else:
            literal = None if char in ".^$" else char
            place += 1
        quantifier = _QUANTIFIER.match(regex, place)
        if quantifier:
            place = quantifier.end()
            if not _AT_LEAST_ONE.match(quantifier.group()):
                literal = group = None
        if literal is not None:
            run += literal
            if not quantifier:
                continue  # of one that is repeated another may follow, and not what comes next
        if run:
            options.append(frozenset({run}))
            run = ""
        if group:
            options.append(group)
    if run:
        options.append(frozenset({run}))
    options = [option for option in options if all(_telling(word) for word in option)]
    options.sort(key=_worth, reverse=True)
    best, second, *_ = [*options, None, None]
    return best, second, place


_COMMON = frozenset(
    "a all an and any are as at be but by can do er est for from get go has he her his i if in ing is it its just me more my no not now of "
    "on one only or our out she so that the their them they this to try up us was we will with you your".split()
)


def _worth(option: frozenset[str]) -> tuple[bool, int, int]:
    """How seldom the literals stand in a text: none of them an everyday word, long ones, few of them."""
    return not any(word.strip() in _COMMON for word in option), min(map(len, option)), -len(option)


def _telling(word: str) -> bool:
    """Whether a literal is rare enough to look for: any Chinese character, a mark that few sentences hold, two of others."""
    bare = word.strip()
    return len(bare) > 1 or (bool(bare) and ("\u3400" <= bare <= "\u9fff" or bare in _RARE))


_RARE = "#@+➕❤"


_FLAT = re.compile(r"\((?:\?:)?([^\\()\[\].^$?*+{}]+)\)")
"""A group of plain words: most are classes of the lexicon, which come back in many patterns."""


def _group(regex: str, place: int) -> tuple[_Literals, int]:
    if flat := _FLAT.match(regex, place):
        return _plain(flat[1]), flat.end()
    look = re.match(r"\(\?(?:<?[=!])", regex[place:])
    opening = re.match(r"\((?:\?:|\?<?[=!])?", regex[place:])
    assert opening is not None
    branches, end = _branches(regex, place + opening.end())
    return (None if look else _all_of(first for first, _ in branches)), end + 1


@functools.lru_cache(maxsize=512)
def _plain(words: str) -> _Literals:
    found = frozenset(map(sys.intern, words.split("|")))
    return found if all(_telling(word) for word in found) else None


def _class_end(regex: str, place: int) -> int:
    place += 2 if regex[place + 1] in "^]" else 1
    while regex[place] != "]":
        place += 2 if regex[place] == "\\" else 1
    return place + 1
