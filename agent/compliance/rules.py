"""The rules as data: read from knowledge/compliance/, checked to the last key; what cannot be read closes the reader."""

from __future__ import annotations

import datetime as dt
import functools
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml.error import YAMLError

from agent.compliance.areas import KNOWN
from agent.compliance.model import Severity
from agent.compliance.normal import Variants
from agent.compliance.pattern import ACROSS, ALWAYS, Way, expand, folded, signs
from agent.data import read_yaml
from agent.errors import SetupError
from agent.resources import knowledge_dir

TONGUES = ("zh", "en")
FOLDER = "compliance"


class RulesUnreadable(SetupError):
    """A rule file is missing, torn or wrong. Nothing may be called clear while it is."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Words = Annotated[tuple[str, ...], BeforeValidator(lambda value: [str(v) for v in value or []])]


class Both(_Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Ways(_Strict):
    """Suggested words in both languages."""

    zh: tuple[str, ...] = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=1)


class Publication(_Strict):
    """Who publishes a provision, and where."""

    publisher: str
    address: str


class Law(_Strict):
    """A provision: law and article, since when, from where."""

    zh: str
    en: str
    effective: dt.date
    """Since when it binds."""
    dated: dt.date
    """The date of the text."""
    source: str
    """Id of the publication."""
    check: bool = False
    """Whether the official text still has to be compared."""


class Rule(_Strict):
    """One rule, as its file has it."""

    id: str
    group: int = Field(ge=1, le=8)
    region: tuple[Literal["CN", "US", "UK", "EU", "IN"], ...] = Field(min_length=1)
    law: str
    """Id in laws.yaml."""
    law_on: Mapping[str, str] = Field(default_factory=dict)
    """Platform id → id in laws.yaml, where each platform has a provision of its own."""
    law_in: Mapping[Literal["CN", "US", "UK", "EU", "IN"], str] = Field(default_factory=dict)
    """Region → id in laws.yaml, where a rule rests on another provision than its first region's."""
    severity: Severity
    categories: tuple[str, ...] = ()
    """Categories that it binds; all when empty."""
    not_categories: tuple[str, ...] = ()
    """Categories that it leaves to rules of their own."""
    platforms: tuple[str, ...] = ()
    """Platforms that it binds; all when empty."""
    when: Mapping[Literal["paid", "author", "ai_media", "minors"], bool | str] = Field(default_factory=dict)
    """Facts that have to hold."""
    why: Both
    suggest: Ways
    needs: tuple[str, ...] = ()
    """Facts to ask for when it matches."""
    ask: tuple[str, ...] = ()
    """Facts to ask for whenever it applies and its notice is missing."""
    exempt: tuple[str, ...] = ()
    """Contexts in which a match is no claim."""
    lacks: tuple[str, ...] = ()
    """Disclosures of which one makes a match lawful."""
    lacks_only: tuple[str, ...] = ()
    """Disclosures that a text has to carry whatever it says."""
    zh: Words = ()
    en: Words = ()
    about: Words = ()
    """What the text has to name for the rule to bind: goods that are sold under many categories (zh word classes)."""
    unless: Words = ()
    """Longer wording in which a match means something else; in either language."""
    words_of: Words = ()
    """Ids of rules whose patterns, longer wordings and contexts it shares: the same words may break two provisions."""

    def law_for(self, regions: frozenset[str], platform: str | None = None) -> str:
        """Id of the provision that binds: the platform's, else that of the first region of the rule that is asked for."""
        if platform and platform in self.law_on:
            return self.law_on[platform]
        first = next((region for region in self.region if region in regions), self.region[0])
        return self.law_in.get(first, self.law)


class _Context(_Strict):
    before: dict[str, str] = Field(default_factory=dict)
    inside: dict[str, str] = Field(default_factory=dict)
    after: dict[str, str] = Field(default_factory=dict)
    sentence: dict[str, str] = Field(default_factory=dict)
    text: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Trigger:
    """A pattern of a rule; compiled when it is first tried, for a plan meets few of the rules of other regions."""

    rule: int
    """Place of the rule in the book."""
    source: str
    """The regular expression; regions that share a pattern share the string."""
    tongue: str
    across: bool = False
    """Whether it may run on into the next sentences."""

    @functools.cached_property
    def regex(self) -> re.Pattern[str]:
        """Raises RulesUnreadable when it is no regular expression."""
        return _compiled(self.source)

    @property
    def signs(self) -> tuple[Way, ...]:
        """The ways in which it can match. Raises RulesUnreadable."""
        return _signs(self.source)


@dataclass(frozen=True)
class Context:
    """The compiled conditions of a context, each over one stretch of the text."""

    before: tuple[re.Pattern[str], ...]
    inside: tuple[re.Pattern[str], ...]
    after: tuple[re.Pattern[str], ...]
    sentence: tuple[re.Pattern[str], ...]
    text: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, eq=False)
class RuleBook:
    """Everything the reader needs."""

    rules: tuple[Rule, ...]
    laws: Mapping[str, Law]
    publications: Mapping[str, Publication]
    checked: dt.date
    triggers: tuple[Trigger, ...]
    unless: tuple[tuple[re.Pattern[str], ...], ...]
    """For each rule, the wordings in which a match means something else."""
    about: tuple[tuple[re.Pattern[str], ...], ...]
    """For each rule, what the text has to name; empty when it binds whatever the text is about."""
    contexts: Mapping[str, Context]
    labels: tuple[re.Pattern[str], ...]
    """What opens a line and says where it stands ("cover slide:")."""
    disclosures: Mapping[str, tuple[re.Pattern[str], ...]]
    questions: Mapping[str, Both]
    variants: Variants


def load_rules(folder: Path | None = None) -> RuleBook:
    """The rule book of a folder, the house's own by default. Raises RulesUnreadable when any file is not in order."""
    return _load(folder or knowledge_dir() / FOLDER)


@functools.lru_cache(maxsize=4)
def _load(folder: Path) -> RuleBook:
    files = sorted(folder.glob("[1-8]-*.yaml"))
    if [path.name[0] for path in files] != list("12345678"):
        raise RulesUnreadable(f"{folder} does not hold one rule file for each of the eight groups.", where=str(folder))
    names = ("laws", "lexicon", "contexts", "variants")
    return build({path.stem: _yaml(path) for path in [*files, *(folder / f"{name}.yaml" for name in names)]})


def _yaml(path: Path) -> Any:
    try:
        return read_yaml(path)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise RulesUnreadable(f"The rule file {path.name} cannot be read: {error}", where=path.name) from error


def build(data: Mapping[str, Any], *, whole: bool = True) -> RuleBook:
    """The rule book of the parsed files, by their names without ending; `whole` wants every region covered. Raises RulesUnreadable."""
    try:
        return _build(data, whole)
    except (ValidationError, KeyError, TypeError, AttributeError, re.error, ValueError) as error:
        raise RulesUnreadable(
            f"The compliance rules are not in order: {error}", hint="See knowledge/compliance/README.md."
        ) from error


def _build(data: Mapping[str, Any], whole: bool) -> RuleBook:
    rules = _sharing(
        tuple(
            Rule.model_validate({**one, "group": data[name]["group"]})
            for name in sorted(n for n in data if n[0].isdigit())
            for one in data[name]["rules"]
        )
    )
    laws = {key: Law.model_validate(value) for key, value in data["laws"]["laws"].items()}
    publications = {key: Publication.model_validate(value) for key, value in data["laws"]["sources"].items()}
    contexts = {key: _context(value) for key, value in data["contexts"]["contexts"].items()}
    disclosures = {
        key: tuple(re.compile(folded(pattern)) for pattern in value.values())
        for key, value in data["contexts"]["disclosures"].items()
    }
    questions = {key: Both.model_validate(value) for key, value in data["contexts"]["questions"].items()}
    lexicon = data["lexicon"]
    book = RuleBook(
        rules=rules,
        laws=laws,
        publications=publications,
        checked=data["laws"]["checked"],
        triggers=tuple(_triggers(rules, lexicon)),
        unless=tuple(tuple(re.compile(folded(one)) for one in rule.unless) for rule in rules),
        about=tuple(tuple(re.compile(expand(one, "zh", lexicon["zh"])) for one in rule.about) for rule in rules),
        contexts=contexts,
        labels=_any_of(data["contexts"]["labels"].values()),
        disclosures=disclosures,
        questions=questions,
        variants=Variants(**data["variants"]),
    )
    _named(book)
    if whole and not set(KNOWN) <= {region for rule in rules for region in rule.region}:
        raise ValueError("a region has no rule")
    return book


def _sharing(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules with the words that they share with others, and what excuses those; KeyError for a rule that does not exist."""
    by_id = {rule.id: rule for rule in rules}

    def together(rule: Rule) -> Rule:
        if not rule.words_of:
            return rule
        parts = [rule, *(by_id[name] for name in rule.words_of)]
        made = {name: sum((getattr(part, name) for part in parts), ()) for name in ("zh", "en", "unless")}
        return rule.model_copy(update=made | {"exempt": tuple(dict.fromkeys(sum((one.exempt for one in parts), ())))})

    return tuple(together(rule) for rule in rules)


def _context(value: Mapping[str, Any]) -> Context:
    one = _Context.model_validate(value)
    made = {name: _any_of(getattr(one, name).values()) for name in ("before", "inside", "after", "sentence", "text")}
    return Context(**made)


def _any_of(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Patterns as one, which is quicker to look for; none when there are none. Raises re.error."""
    each = [folded(pattern) for pattern in patterns]
    return (re.compile("|".join(f"(?:{pattern})" for pattern in each)),) if each else ()


@functools.cache
def _compiled(regex: str) -> re.Pattern[str]:
    """Regions share patterns: each is compiled once."""
    try:
        return re.compile(regex)
    except re.error as error:
        raise _torn(regex, error) from error


@functools.cache
def _signs(regex: str) -> tuple[Way, ...]:
    try:
        return signs(regex)
    except IndexError as error:
        raise _torn(regex, error) from error


def _torn(regex: str, error: Exception) -> RulesUnreadable:
    return RulesUnreadable(
        f"The compliance rules are not in order: {error} in {regex[:80]}", hint="See knowledge/compliance/README.md."
    )


def _triggers(rules: tuple[Rule, ...], lexicon: Mapping[str, Any]) -> list[Trigger]:
    found = []
    for place, rule in enumerate(rules):
        for tongue in TONGUES:
            for pattern in getattr(rule, tongue):
                if pattern != ALWAYS:
                    source = sys.intern(expand(pattern, tongue, lexicon[tongue]))
                    found.append(Trigger(place, source, tongue, ACROSS in pattern))
    return found


def _named(book: RuleBook) -> None:
    """Every name that a rule uses exists, ids are unique, and no rule is empty. Raises ValueError."""
    ids = [rule.id for rule in book.rules]
    if len(set(ids)) != len(ids):
        raise ValueError("two rules have the same id")
    used = {trigger.rule for trigger in book.triggers}
    for place, rule in enumerate(book.rules):
        for names, known in (
            ((rule.law, *rule.law_on.values(), *rule.law_in.values()), book.laws),
            (rule.exempt, book.contexts),
            ((*rule.lacks, *rule.lacks_only), book.disclosures),
            ((*rule.needs, *rule.ask, *rule.when), book.questions),
        ):
            missing = [name for name in names if name not in known]
            if missing:
                raise ValueError(f"{rule.id} names {', '.join(missing)}, which does not exist")
        if place not in used and not rule.lacks_only:
            raise ValueError(f"{rule.id} has no pattern")
    for law in book.laws.values():
        if law.source not in book.publications:
            raise ValueError(f"{law.en} names the source {law.source}, which does not exist")
