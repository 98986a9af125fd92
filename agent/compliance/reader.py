"""Reads a text against the rules: Aho-Corasick says which patterns are worth trying where, contexts say what a match means."""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
import functools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import ahocorasick_rs

from agent.compliance.learned import Likeness, Suspicion, heaviest, load_likeness, weighed
from agent.compliance.model import Account, Facts, Finding, Question, Reading
from agent.compliance.normal import Levelled, level
from agent.compliance.rules import TONGUES, Context, Law, Rule, RuleBook, Trigger, load_rules
from agent.locale import base_language, localise, t

_SENTENCE = re.compile(r"(?:[^。！？!?\n；;.]|\.(?!\s|$|[\u3400-\u9fff])|\.(?= ?\d))+[。！？!?；;.]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_REACH = 3
"""Sentences that a pattern with a gap across sentences may run on into: an aside or two stand between a thing and the word on it."""
_LATIN = re.compile(r"[a-z]{2}|#\w|[$£€]")
_QUOTED = re.compile(r'(?<!\d)"[^"\n]+"|「[^」\n]+」|『[^』\n]+』')
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9'.,%$£€]+")
_TERM = {"zh": 7, "en": 3}
"""Characters or words up to which a quotation is a term of the sentence around it; what is longer is a sentence of its own."""


def read(
    text: str,
    *,
    region: str,
    category: str | None,
    paid: bool | None = None,
    author: Account | None = None,
    ai_media: bool | None = None,
    platform: str | None = None,
    audience: Iterable[str] | None = None,
    evidence: Iterable[str] | None = None,
    language: str = "en",
    date: dt.date | None = None,
    book: RuleBook | None = None,
    learned: bool = True,
) -> Reading:
    """What the rules of a region say about a text that is to be shown to the public.

    A fact that is None becomes a question where a rule turns on it. `evidence` names the ids of rules for which proof is held; `date` is the
    day of publication (today). Messages come in `language`. `learned` adds passages that read like texts that break a provision, as mild
    findings, and turns mild findings in passages that read like lawful ones into a question. Raises RulesUnreadable when the rules or the
    weights cannot be read: nothing is clear then.
    """
    facts = Facts.of(
        region=region,
        category=category,
        paid=paid,
        author=author,
        ai_media=ai_media,
        platform=platform,
        audience=audience,
        evidence=evidence,
        date=date or dt.date.today(),
    )
    return read_facts(
        text, facts, language=language, book=book or load_rules(), likeness=load_likeness() if learned else None
    )


@functools.lru_cache(maxsize=16384)
def read_facts(text: str, facts: Facts, *, language: str, book: RuleBook, likeness: Likeness | None = None) -> Reading:
    """As `read`, with the facts already made into ids and the rule book at hand; by the rules alone unless `likeness` is given."""
    waiting: dict[str, list[str]] = {}
    found: list[tuple[int, Finding]] = []
    answered: set[int] = set()
    open_facts, wanted = _applying(facts, book)
    scan = _scanned(text, facts.regions, book)
    levelled, said = scan.levelled, scan.said
    matches = _matches(scan, wanted, facts.regions, book)
    for place in sorted({*matches, *(_notices(book) & wanted)}):
        rule, missing = book.rules[place], open_facts[place]
        if book.about[place] and not any(pattern.search(said) for pattern in book.about[place]):
            continue
        spans = matches.get(place, [])
        if rule.lacks_only:
            bare = text.strip() and not _says(rule.lacks_only, levelled.text, book)
            spans = [(0, len(levelled.text))] if bare and not _no_advert(rule, levelled.text, book) else []
        elif rule.lacks and spans and _says(rule.lacks, levelled.text, book):
            spans = []
        if not spans:
            continue
        for fact in missing:
            waiting.setdefault(fact, []).append(rule.id)
        if missing:
            continue
        for fact in rule.ask:
            waiting.setdefault(fact, []).append(rule.id)
        if facts.evidence is not None and rule.id in facts.evidence:
            answered.add(rule.group)
            continue
        if facts.evidence is None:
            for fact in rule.needs:
                waiting.setdefault(fact, []).append(rule.id)
        for start, end in spans:
            found.append((place, _finding(rule, text, levelled.span(start, end), facts, language, book)))
    if not facts.regions:
        waiting.setdefault("region", [])
    found.sort(key=lambda pair: (pair[1].start, pair[0]))
    findings = [finding for _, finding in _without_doubles(found)]
    if likeness is not None and facts.regions:
        findings, doubtful = _compared(
            text, levelled, scan.sentences, findings, answered, facts, language, book, likeness
        )
        if doubtful:
            waiting["doubt"] = doubtful
    return Reading(
        findings=tuple(findings),
        questions=tuple(
            Question(fact, localise(getattr(book.questions[fact], base_language(language)[:2]), language), tuple(ids))
            for fact, ids in waiting.items()
        ),
        disclaimer=t(language, "compliance.disclaimer", date=book.checked.isoformat()),
        rules_read=len(open_facts),
    )


@functools.lru_cache(maxsize=16)
def _notices(book: RuleBook) -> frozenset[int]:
    """The rules that speak of what a text lacks, whatever it says."""
    return frozenset(place for place, rule in enumerate(book.rules) if rule.lacks_only)


def _compared(
    text: str,
    levelled: Levelled,
    sentences: Spans,
    found: list[Finding],
    answered: Set[int],
    facts: Facts,
    language: str,
    book: RuleBook,
    likeness: Likeness,
) -> tuple[list[Finding], list[str]]:
    """The findings with the suspicions of the learned reader, and the rules whose findings it holds for lawful, the mild ones or all:
    those become a question. Nothing is suspected of the groups in which proof has answered a rule.
    """
    kept, doubtful = list(found), []
    for passage in weighed(levelled.text, sentences, facts, likeness):
        start, end = levelled.span(passage.start, passage.end)
        here = [one for one in found if one.start < end and start < one.end and not one.missing]
        if passage.surely or (passage.clean and not any(one.severity == "ban" for one in here)):
            doubtful += [one.rule for one in here]
            kept = [one for one in kept if one not in here]
        groups = {one.group for one in here} | answered
        for one in passage.suspicions:
            law = book.laws[likeness.settings.law(one.group, facts)]
            if one.group not in groups and law.effective <= facts.date:
                span = levelled.span(*heaviest(levelled.text, passage, one.group, likeness))
                kept.append(_suspected(one, law, text, span, language, book, likeness))
    kept.sort(key=lambda one: (one.start, one.learned))
    return kept, list(dict.fromkeys(doubtful))


def _without_doubles(found: list[tuple[int, Finding]]) -> list[tuple[int, Finding]]:
    """Of findings of a group that overlap under the same provision, the first; they come sorted by place."""
    kept: list[tuple[int, Finding]] = []
    ends: dict[tuple[int, str, str, bool], int] = {}
    for place, one in found:
        key = (one.group, one.law, one.severity, one.missing)
        if one.start >= ends.get(key, 0):
            kept.append((place, one))
            ends[key] = one.end
    return kept


@functools.lru_cache(maxsize=16)
def _turns(book: RuleBook) -> list[dt.date]:
    """The days on which a provision begins to bind, in order."""
    return sorted({law.effective for law in book.laws.values()})


def in_force_since(day: dt.date, book: RuleBook) -> dt.date:
    """The latest day up to `day` on which anything began to bind: texts of all days from it on are read alike."""
    turns = _turns(book)
    place = bisect.bisect_right(turns, day)
    return turns[place - 1] if place else dt.date.min


@functools.lru_cache(maxsize=512)
def _applying(facts: Facts, book: RuleBook) -> tuple[Mapping[int, list[str]], frozenset[int]]:
    """As `_open_facts`, for facts with their evidence and on any day."""
    return _open_facts(dataclasses.replace(facts, evidence=None, date=in_force_since(facts.date, book)), book)


@functools.lru_cache(maxsize=512)
def _open_facts(facts: Facts, book: RuleBook) -> tuple[Mapping[int, list[str]], frozenset[int]]:
    """The rules that apply as things stand, each with the facts that it waits for. `evidence` plays no part in it."""
    found = {
        place: missing for place, rule in enumerate(book.rules) if (missing := _missing(rule, facts, book)) is not None
    }
    return found, frozenset(found)


def _missing(rule: Rule, facts: Facts, book: RuleBook) -> list[str] | None:
    """The facts that a rule waits for; none when it applies as things stand; None when it does not apply."""
    if not facts.regions.intersection(rule.region) or book.laws[rule.law_for(facts.regions)].effective > facts.date:
        return None
    missing = []
    if rule.categories or rule.not_categories:
        if facts.category is None:
            missing.append("category")
        elif facts.category in rule.not_categories or (rule.categories and facts.category not in rule.categories):
            return None
    if rule.platforms:
        if facts.platform is None:
            missing.append("platform")
        elif facts.platform not in rule.platforms:
            return None
    for name, wanted in rule.when.items():
        given = getattr(facts, name)
        if given is None:
            missing.append(name)
        elif given != wanted:
            return None
    return missing


def _says(names: Iterable[str], text: str, book: RuleBook) -> bool:
    return any(pattern.search(text) for name in names for pattern in book.disclosures[name])


def _no_advert(rule: Rule, text: str, book: RuleBook) -> bool:
    """Whether a context of the rule says that the whole text is none that needs the notice."""
    return any(pattern.search(text) for name in rule.exempt for pattern in book.contexts[name].text)


@dataclass(frozen=True)
class _Pattern:
    """A pattern of some regions' rules, with all of its triggers: rules of several regions share it."""

    first: Trigger
    triggers: tuple[int, ...]
    """Places in the book of the first and of those that share its words."""


@dataclass(frozen=True)
class _Index:
    """The automaton over all literals of some regions' rules, and what each makes worth trying. Sets of ways in which patterns match are the bits of
    a number; those of a pattern stand side by side.
    """

    automaton: ahocorasick_rs.AhoCorasick
    patterns: tuple[_Pattern, ...]
    owners: tuple[int, ...]
    """For each way, its pattern."""
    ways: tuple[int, ...]
    """For each pattern, its ways."""
    firsts: tuple[int, ...]
    """For each literal, the ways of which it is an anchor."""
    seconds: tuple[int, ...]
    """For each literal, the ways of which it is a partner."""
    always: int
    single: int
    """The ways that an anchor does for."""
    across: int

    def due(self, bits: int) -> Iterator[int]:
        """The patterns of which any of the ways is set, in their order."""
        while bits:
            number = self.owners[(bits & -bits).bit_length() - 1]
            yield number
            bits &= ~self.ways[number]


@functools.lru_cache(maxsize=16)
def _index(book: RuleBook, regions: frozenset[str]) -> _Index:
    bound: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(book.triggers):
        if regions.intersection(book.rules[one.rule].region):
            bound.setdefault((one.source, one.tongue), []).append(place)
    patterns = [_Pattern(book.triggers[places[0]], tuple(places)) for places in bound.values()]
    literals: dict[str, list[int]] = {}
    owners: list[int] = []
    ways: list[int] = []
    always = single = across = 0
    for number, pattern in enumerate(patterns):
        mine = 0
        for way in pattern.first.signs:
            bit = 1 << len(owners)
            owners.append(number)
            mine |= bit
            for rank, words in enumerate(way):
                for literal in words or ():
                    literals.setdefault(literal, [0, 0])[rank] |= bit
            always |= bit if way[0] is None else 0
            single |= bit if way[1] is None else 0
        ways.append(mine)
        across |= mine if pattern.first.across else 0
    return _Index(
        ahocorasick_rs.AhoCorasick(list(literals)),
        tuple(patterns),
        tuple(owners),
        tuple(ways),
        _each_once(pair[0] for pair in literals.values()),
        _each_once(pair[1] for pair in literals.values()),
        always,
        single,
        across,
    )


def _each_once(numbers: Iterable[int]) -> tuple[int, ...]:
    """Long numbers, each kept once: the words of a class stand for the same ways."""
    kept: dict[int, int] = {}
    return tuple(kept.setdefault(one, one) for one in numbers)


@functools.lru_cache(maxsize=64)
def _allowed(book: RuleBook, regions: frozenset[str], wanted: frozenset[int]) -> dict[str, int]:
    """The ways of the patterns of the rules that apply, by language."""
    found = dict.fromkeys(TONGUES, 0)
    index = _index(book, regions)
    for pattern, ways in zip(index.patterns, index.ways, strict=True):
        if any(book.triggers[one].rule in wanted for one in pattern.triggers):
            found[pattern.first.tongue] |= ways
    return found


Spans = list[tuple[int, int]]
Dues = list[tuple[int, int]]


@dataclass(frozen=True)
class _Scan:
    """What reading a text begins with, whatever rules apply."""

    levelled: Levelled
    sentences: Spans
    dues: Dues
    """The ways of patterns that each sentence makes worth trying."""
    vain: list[int]
    """Those of patterns that have been tried on a sentence and stand nowhere in it; it grows with every reading."""
    aside: Spans
    """Stretches that are a sentence of their own inside another: quotations, and the label of a line that says where it stands ("cover slide:")."""
    said: str
    """The text without the labels of its lines."""


@functools.lru_cache(maxsize=1024)
def _scanned(text: str, regions: frozenset[str], book: RuleBook) -> _Scan:
    """A text levelled and looked through for signs: the same on every platform and for every category."""
    levelled = level(text, book.variants)
    sentences = [m.span() for m in _SENTENCE.finditer(levelled.text)]
    dues = _due(levelled.text, sentences, _index(book, regions))
    labels = [m.span() for label in book.labels for m in label.finditer(levelled.text)]
    said = _unlabelled(levelled.text, book) if labels else levelled.text
    return _Scan(levelled, sentences, dues, [0] * len(sentences), [*labels, *_quoted(levelled.text)], said)


def _matches(scan: _Scan, wanted: frozenset[int], regions: frozenset[str], book: RuleBook) -> dict[int, Spans]:
    """For each rule that applies, the spans in the levelled text that no context excuses. Regions share patterns: each is matched once."""
    index = _index(book, regions)
    text, sentences, dues, vain = scan.levelled.text, scan.sentences, scan.dues, scan.vain
    found: dict[int, list[tuple[int, int]]] = {}
    allowed = _allowed(book, regions, wanted)
    told: dict[tuple[str, int, int], bool] = {}
    for place, (start, end) in enumerate(sentences):
        sentence = text[start:end]
        may = 0
        for tongue in _tongues(sentence):
            may |= allowed[tongue]
        first, second = dues[place]
        due = first & (second | index.single) & ~index.across
        beyond, late = first, second
        for one in dues[place + 1 : place + _REACH + 1]:
            beyond, late = beyond | one[0], late | one[1]
        due |= beyond & (late | index.single) & index.across
        due &= may & ~vain[place]
        if not due:
            continue
        last = sentences[min(place + _REACH, len(sentences) - 1)][1]
        far = last if (line := text.find("\n", start, last)) < 0 else max(end, line)
        near = [(left - start, right - start) for left, right in scan.aside if left < far and start < right]
        raw: list[tuple[int, Spans, int]] = []
        for number in index.due(due):
            pattern = index.patterns[number]
            until = far if pattern.first.across else end
            window = text[start:until] if pattern.first.across else sentence
            if pattern.first.regex.search(window) is None:
                vain[place] |= index.ways[number]
                continue
            spans = _whole(pattern.first.regex, window, near)
            spans = [(left, right) for left, right in spans if left < right and start + left < end]
            if spans:
                raw.extend((one, spans, until) for one in pattern.triggers if book.triggers[one].rule in wanted)
        for number, spans, until in sorted(raw, key=operator.itemgetter(0)):
            trigger = book.triggers[number]
            for span in _spans(trigger, spans, text, start, until, book, told):
                _keep(found.setdefault(trigger.rule, []), span)
    return found


def _quoted(text: str) -> Spans:
    """Quotations that are a sentence of their own inside another: those longer than a term or after a colon."""
    found: Spans = []
    for quoted in _QUOTED.finditer(text):
        words = _WORD.findall(quoted.group())
        most = _TERM["zh" if _HAN.search(quoted.group()) else "en"]
        if len(words) > most or text[max(0, quoted.start() - 2) : quoted.start()].rstrip().endswith(":"):
            found.append(quoted.span())
    return found


def _unlabelled(text: str, book: RuleBook) -> str:
    """A text without the labels of its lines."""
    for label in book.labels:
        text = label.sub("", text)
    return text


def _whole(regex: re.Pattern[str], window: str, aside: Spans) -> Spans:
    """The matches in a window but for those that run over the edge of a stretch set apart: they join what nobody said together."""
    if not aside:
        return [m.span() for m in regex.finditer(window)]
    spans, place = [], 0
    while match := regex.search(window, place):
        left, right = match.span()
        if any(_over_edge(left, right, first, last) for first, last in aside):
            place = left + 1
        else:
            spans.append((left, right))
            place = max(right, left + 1)
    return spans


def _over_edge(left: int, right: int, first: int, last: int) -> bool:
    """Whether a match shares a part of a stretch, without lying in it or holding all of it and words before it."""
    within, around = first <= left and right <= last, left < first and last <= right
    return first < right and left < last and not within and not around


def _due(text: str, sentences: Spans, index: _Index) -> Dues:
    """The ways of which each sentence holds an anchor, and those of which it holds a partner."""
    hits = index.automaton.find_matches_as_indexes(text, overlapping=True)
    if len(sentences) > 1:
        hits.sort(key=operator.itemgetter(1))
    firsts, seconds = index.firsts, index.seconds
    dues: Dues = []
    place = 0
    for _, end in sentences:
        first, second = index.always, 0
        while place < len(hits) and hits[place][1] < end:
            literal = hits[place][0]
            first |= firsts[literal]
            second |= seconds[literal]
            place += 1
        dues.append((first, second))
    return dues


def _tongues(sentence: str) -> list[str]:
    return [tongue for tongue, sign in (("zh", _HAN), ("en", _LATIN)) if sign.search(sentence)]


def _spans(
    trigger: Trigger,
    spans: list[tuple[int, int]],
    text: str,
    start: int,
    end: int,
    book: RuleBook,
    told: dict[tuple[str, int, int], bool],
) -> Iterator[tuple[int, int]]:
    """Those of a pattern's matches in text[start:end] that no longer wording and no context excuses."""
    sentence = text[start:end]
    spared = [found.span() for pattern in book.unless[trigger.rule] for found in pattern.finditer(sentence)]
    for left, right in spans:
        if any(first < right and left < last for first, last in spared):
            continue
        if not _excused(book.rules[trigger.rule], text, sentence, start, left, right, book, told):
            yield start + left, start + right


@functools.lru_cache(maxsize=64)
def _anywhere(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text holds a pattern; asked again for every match."""
    return pattern.search(text) is not None


def _excused(
    rule: Rule,
    text: str,
    sentence: str,
    start: int,
    left: int,
    right: int,
    book: RuleBook,
    told: dict[tuple[str, int, int], bool],
) -> bool:
    """Whether a context of the rule says that the match is no claim; `told` remembers, for rules of several regions ask alike."""

    def around(context: Context) -> bool:
        return (
            any(p.search(sentence[:left]) for p in context.before)
            or any(p.search(sentence[left:right]) for p in context.inside)
            or any(p.search(text[start + right : start + right + 40]) for p in context.after)
        )

    for name in rule.exempt:
        context = book.contexts[name]
        here, whole = (name, start + left, start + right), (name, start, -len(sentence))
        if here not in told:
            told[here] = around(context)
        if not told[here] and whole not in told:
            told[whole] = any(p.search(sentence.strip()) for p in context.sentence) or any(
                _anywhere(p, text) for p in context.text
            )
        if told[here] or told[whole]:
            return True
    return False


def _keep(spans: list[tuple[int, int]], span: tuple[int, int]) -> None:
    """Adds a span unless it overlaps one that is there."""
    if all(span[1] <= left or right <= span[0] for left, right in spans):
        spans.append(span)


def _finding(rule: Rule, text: str, span: tuple[int, int], facts: Facts, language: str, book: RuleBook) -> Finding:
    tongue = base_language(language)[:2]
    law = book.laws[rule.law_for(facts.regions, facts.platform)]
    publication = book.publications[law.source]
    start, end = span if span[1] else (0, len(text))
    return Finding(
        rule=rule.id,
        group=rule.group,
        severity=rule.severity,
        start=start,
        end=end,
        words=text[start:end],
        law=localise(getattr(law, tongue), language),
        effective=law.effective,
        source=f"{publication.publisher}, {law.dated.isoformat()}, {publication.address}",
        checked=book.checked,
        why=localise(getattr(rule.why, tongue), language),
        suggestions=tuple(localise(one, language) for one in getattr(rule.suggest, tongue)),
        missing=bool(rule.lacks_only),
        unchecked=law.check,
    )


def _suspected(
    one: Suspicion, law: Law, text: str, span: tuple[int, int], language: str, book: RuleBook, likeness: Likeness
) -> Finding:
    """A suspicion as the mildest of findings: it says what it rests on."""
    tongue = base_language(language)[:2]
    publication = book.publications[law.source]
    name = localise(getattr(law, tongue), language)
    kind = localise(getattr(likeness.settings.groups[one.group], tongue), language)
    ways = (t(language, f"compliance.learned.{way}") for way in ("prove", "disclose", "leave"))
    return Finding(
        rule=f"learned.{one.group}",
        group=one.group,
        severity="caution",
        start=span[0],
        end=span[1],
        words=text[span[0] : span[1]],
        law=name,
        effective=law.effective,
        source=f"{publication.publisher}, {law.dated.isoformat()}, {publication.address}",
        checked=book.checked,
        why=t(language, "compliance.learned.why", law=name, kind=kind),
        suggestions=tuple(ways),
        unchecked=law.check,
        learned=True,
        score=one.score,
    )
