"""Acceptance: which of the model's words may replace the playbook's, and why not the others."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.checks.language import foreign_characters
from agent.checks.targets import told_as_reached
from agent.checks.terms import occurs, split_terms, squeezed
from agent.data import read_yaml
from agent.locale import base_language, t
from agent.plan.base import bound
from agent.resources import prompts_dir
from agent.words.prompts import load_prompt

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org|io)\b", re.I)
_ZH = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_WORD = re.compile(r"[A-Za-z][\w.&-]*", re.ASCII)
_ZH_NUMERALS = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]+(?=(?:万|亿|千|百)?(?:元|单|份|位|名|个月|周|天|小时|分钟|篇|条|倍|成(?!为|本|功|长|了)|%|％))"
)
_MULTIPLE = re.compile(
    r"翻[了一两三]?[番倍]|成倍|过半|\b(?:doubl|tripl|quadrupl)\w*|\b\w+fold\b|\b(?:dozens|hundreds|thousands|millions)\b",
    re.I,
)
"""A quantity told in a word."""
_OPENS = re.compile(r"(?:^|[.!?:;…\n]|[“”\"'‘’(—–-])\s*$")
"""What stands before a word that opens a sentence or a quotation."""
MARKUP = re.compile(r"[<>{}\[\]|`]|\*\*|#{2,}")
UNSEEN = re.compile(r"[\u0000-\u0009\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_ENDS = tuple('。！？…”』」）.!?)"”’:：')
ECHO = 0.9
"""From this similarity on, a text is the draft again."""
SAME = 0.6
"""From this similarity on, two items of a part say the same."""
LEAST_OWN = 4
"""Letters beside its quotations from which on a text is compared without them."""
LOOP = {"zh": 16, "en": 45}
"""A run of this many letters that comes twice in one text is a loop."""


@dataclass(frozen=True)
class Refusal:
    """Why words are not taken: a stable code and what its sentence names."""

    code: str
    detail: str = ""

    def told(self, language: str) -> str:
        """The reason in `language`, for the model, the log and the reader."""
        return t(language, f"refuse.{self.code}", detail=self.detail)


@dataclass
class Ground:
    """What acceptance compares with: everything the model was allowed to know and must not say."""

    language: str
    known: str
    """Text that holds every number the model may use: the brief, and what the call showed."""
    never_say: Sequence[str] = ()
    embargoed: Sequence[str] = ()
    must_say: Sequence[str] = ()
    """Messages that have to appear: where a draft carries one, its new words have to."""
    targets: Sequence[str] = ()
    """Numbers that the client wants to reach and nobody has reached, without separators."""
    names: re.Pattern[str] | None = None
    """Matches what ties a text to this brief (see agent.checks.specificity), in a squeezed text; None asks for nothing."""
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Words already accepted in this part, each with its draft; a near repetition is refused."""

    def showing(self, text: str) -> Ground:
        """The same ground for a call that showed `text` besides; `taken` stays shared."""
        return replace(self, known=f"{self.known}\n{text}")

    @functools.cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in the known text, without separators."""
        return frozenset(n.replace(",", "") for n in _NUMBER.findall(self.known))

    @functools.cached_property
    def latin_words(self) -> frozenset[str]:
        """Every Latin word of the known text, in lower case."""
        return frozenset(w.casefold() for w in _LATIN_WORD.findall(self.known))

    @functools.cached_property
    def latin_names(self) -> frozenset[str]:
        """The same in parts, without endings: what `strange_name` compares with."""
        return latin_names(self.known)


def latin_names(text: str) -> frozenset[str]:
    """The Latin words of a text as `strange_name` compares them; line by line, since the calls of a run share most lines."""
    return frozenset().union(*map(_names_of_line, text.split("\n")))


@functools.lru_cache(maxsize=4096)
def _names_of_line(line: str) -> frozenset[str]:
    return frozenset(part for word in _LATIN_WORD.findall(line) for part in _spelt(word.strip(".-&_")))


def refuse(
    text: str, draft: str, limit: int, ground: Ground, *, heading: bool = False, language: str = ""
) -> Refusal | None:
    """The reason why `text` may not replace `draft`, or None when it may.

    `limit` is the field's Chinese limit; `language` is the text's own where it differs from the plan's.
    """
    text = text.strip()
    language = language or ground.language
    longest = bound(limit, language)
    if len(text) < (2 if heading else 6):
        return Refusal("empty")
    if len(text) > longest:
        return Refusal("long", f"{len(text)} > {longest}")
    if not heading and not text.endswith(_ENDS) and draft.endswith(_ENDS):
        return Refusal("unended")
    if alike(text, draft) > ECHO:
        return Refusal("echo")
    lost = next((words for words in ground.must_say if occurs(words, draft) and not occurs(words, text)), "")
    if lost:
        return Refusal("must", lost)
    if not heading and ground.names and _names(draft, ground.names) and not _names(text, ground.names):
        return Refusal("generic")
    return (
        _content(text, draft, ground)
        or _language(text, language, ground)
        or (Refusal("name") if strange_name(text, ground.latin_names, language, heading=heading) else None)
        or _target_as_fact(text, ground)
        or _repeats(text, draft, language, ground)
    )


@functools.cache
def _plain_names(language: str) -> frozenset[str]:
    """Latin words that any text may hold."""
    table: dict[str, str] = read_yaml(prompts_dir() / "plain_names.yaml")
    return frozenset(word.casefold() for word in table["any"].split() + table[base_language(language)].split())


def strange_name(text: str, known: frozenset[str], language: str, *, heading: bool = False) -> bool:
    """Whether a text holds a name or code that nobody gave: `known` are Latin words in lower case, without marks.

    In Chinese every Latin word of three letters counts, in English what is written like a name: a capital inside a
    sentence, several of them, a digit among the letters. The word itself is not told: it would come in by the reason.
    """
    for found in _LATIN_WORD.finditer(text):
        word = found.group().strip(".-&_")
        if len(word) < 3 or _spelt(word) <= known | _plain_names(language):
            continue
        inside = any(one.isupper() or one.isdigit() or one == "_" for one in word[1:])
        if language.startswith("zh") or (inside and not (heading and word[1:].islower())):
            return True
        if word[0].isupper() and not heading and not _OPENS.search(text, 0, found.start()):
            return True
    return False


def _spelt(word: str) -> frozenset[str]:
    """What has to be known of a word: itself without an ending, or each part of a compound."""
    parts = [one for one in re.split(r"[.&_-]", word.casefold()) if one]
    return frozenset(re.sub(r"(?<=[a-z]{2})s$", "", one) for one in parts)


def _names(text: str, known: re.Pattern[str]) -> bool:
    return bool(_NUMBER.search(text) or known.search(squeezed(text)))


def _language(text: str, language: str, ground: Ground) -> Refusal | None:
    han, latin = len(_ZH.findall(text)), len(_LATIN.findall(text))
    if language.startswith("zh"):
        foreign = sum(len(w) for w in _LATIN_WORD.findall(text) if w.casefold() not in ground.latin_words)
        if han == 0 or foreign > han:
            return Refusal("language")
    elif han and han > latin / 4:
        return Refusal("language")
    strange = "".join(c for c in foreign_characters(text, language) if c not in ground.known)
    return Refusal("script", strange[:8]) if strange else None


@functools.cache
def _house_rules() -> str:
    """The letters of the prompt that every call begins with."""
    return _letters(load_prompt("system").body)


def gives_away(text: str) -> bool:
    """Whether a text repeats a stretch of the house's own prompt."""
    plain = _letters(text)
    run = LOOP["zh" if _ZH.search(text) else "en"]
    return any(plain[n : n + run] in _house_rules() for n in range(max(len(plain) - run + 1, 0)))


def _content(text: str, draft: str, ground: Ground) -> Refusal | None:
    if gives_away(text):
        return Refusal("leaked")
    if _LINK.search(text):
        return Refusal("link")
    if set(MARKUP.findall(text)) - set(MARKUP.findall(draft)) or UNSEEN.search(text):
        return Refusal("markup")
    unknown = [n for n in _NUMBER.findall(text) if n.replace(",", "") not in ground.numbers]
    unknown += [n for n in (*_ZH_NUMERALS.findall(text), *_MULTIPLE.findall(text)) if n not in ground.known]
    if unknown:
        return Refusal("number", unknown[0])
    for entry in ground.never_say:
        for term in split_terms(entry):
            if occurs(term, text):
                return Refusal("never", term)
    for word in ground.embargoed:
        if occurs(word, text):
            return Refusal("embargo", word)
    return None


def _target_as_fact(text: str, ground: Ground) -> Refusal | None:
    """A sentence that says of a target's number that it has been reached."""
    hit = told_as_reached(text, ground.targets)
    return Refusal("target", hit) if hit else None


def _repeats(text: str, draft: str, language: str, ground: Ground) -> Refusal | None:
    """A text that says a thing twice, or what another item says. The client's words in quotation marks may come back, and so may what the drafts have in common already."""
    plain, run = _letters(_own(text)), LOOP[language[:2]]
    for n in range(max(len(plain) - 2 * run + 1, 0)):
        if plain[n : n + run] in plain[n + run :] and _letters(draft).count(plain[n : n + run]) < 2:
            return Refusal("loop")
    for other, its_draft in ground.taken:
        shared = alike(_own(text), _own(other))
        if shared > SAME and shared > alike(_own(draft), _own(its_draft)):
            return Refusal("repeat")
    return None


@functools.lru_cache(maxsize=4096)
def _own(text: str) -> str:
    """A text without its quotations, or as it is when it is little else."""
    rest = _QUOTED.sub("", text)
    return rest if len(_letters(rest)) >= LEAST_OWN else text


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


@functools.lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    plain = _letters(text)
    return frozenset(plain[i : i + 3] for i in range(max(len(plain) - 2, 1)))


def alike(a: str, b: str) -> float:
    """Jaccard similarity of character trigrams, 0 to 1."""
    first, second = _grams(a), _grams(b)
    return len(first & second) / max(len(first | second), 1)
