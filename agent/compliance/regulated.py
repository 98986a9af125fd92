"""What a regulated category has to have before it may be advertised: approvals, notices, evidence, with the day each is due."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.brief.model import BrandBrief
from agent.compliance.areas import regions_of
from agent.compliance.rules import Both, Law, RulesUnreadable, load_rules
from agent.data import read_yaml
from agent.locale import base_language, localise
from agent.resources import knowledge_dir

Kind = Literal["approval", "notice", "evidence", "audience", "review", "record"]
WorkDay = Callable[[dt.date], bool]


class _Requirement(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    region: tuple[str, ...]
    categories: tuple[str, ...]
    when: Literal["", "creators", "green"] = ""
    kind: Kind
    law: str
    law_in: dict[str, str] = Field(default_factory=dict)
    workdays: int
    basis: Literal["law", "assumption"] = "law"
    parts: tuple[str, ...]
    gates: bool = False
    bars: tuple[Literal["creators", "testimony"], ...] = ()
    before: Both | None = None
    carry: Both | None = None
    zh: str
    en: str


class _Offer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    law: str
    where: str
    zh: str
    en: str


class _Named(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    age: str


class _Audience(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    law: str
    zh: _Named
    en: _Named


@dataclass(frozen=True)
class _Table:
    requirements: tuple[_Requirement, ...]
    signs: dict[str, re.Pattern[str]]
    offers: tuple[_Offer, ...]
    audiences: tuple[_Audience, ...]
    testimony: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Requirement:
    """Something to obtain, to show or to keep, and when."""

    id: str
    kind: Kind
    """approval: an authority's leave; notice: words to carry; evidence: a file to hold; audience: whom to leave out; review, record."""
    text: str
    """What has to be done, in the plan's language."""
    law_id: str
    """Id of the provision in laws.yaml."""
    law: str
    """Law and article."""
    workdays: int
    """Working days it takes."""
    assumed: bool
    """Whether that time is our assumption, not a rule's."""
    due: dt.date
    """The last day to hand it in so that the plan can start on time; the start itself for what copy has to carry."""
    earliest: dt.date
    """The first day on which the copy may run when work starts on the day of the plan."""
    late: bool
    """Whether that is after the plan's start: the calendar has to move or begin with uncontroversial pieces."""
    parts: tuple[str, ...]
    """Parts of the plan that it belongs into."""
    gates: bool
    """Whether nothing of the brand's may run before it is there."""
    before: str
    """What may be shown until then, in the plan's language; "" where it gates nothing."""
    carry: str
    """Words that every post has to show (kind audience: that every targeting has to hold); "" for none."""


@functools.cache
def _data(path: Path) -> _Table:
    try:
        data = read_yaml(path)
        return _Table(
            requirements=tuple(_Requirement.model_validate(row) for row in data["requirements"]),
            signs={name: re.compile("|".join(one.values()), re.IGNORECASE) for name, one in data["signs"].items()},
            offers=tuple(_Offer.model_validate(row) for row in data["offers"]),
            testimony={tongue: tuple(words) for tongue, words in data["testimony"].items()},
            audiences=tuple(_Audience.model_validate(row) for row in data["audiences"]),
        )
    except (OSError, ValidationError, KeyError, TypeError, AttributeError, re.error) as error:
        raise RulesUnreadable(f"{path.name} is not in order: {error}", where=path.name) from error


def _table() -> _Table:
    return _data(knowledge_dir() / "compliance" / "regulated.yaml")


def barred(brief: BrandBrief) -> dict[str, str]:
    """What law bars in the brief's category and markets, "creators" or "testimony", each with the provision's id."""
    markets = frozenset().union(*(regions_of(market) for market in brief.markets))
    category = category_of(brief)
    rows = [row for row in _table().requirements if markets.intersection(row.region) and category in row.categories]
    return {name: row.law for row in rows for name in row.bars}


def reasons() -> Iterator[str]:
    """In both languages, what the rules say for themselves and what may be shown before a requirement is met. Raises RulesUnreadable."""
    for row in _table().requirements:
        if row.before:
            yield from (row.before.zh, row.before.en)
    for rule in load_rules().rules:
        yield from (rule.why.zh, rule.why.en)


def testimony(language: str) -> tuple[str, ...]:
    """Words by which a phrase calls for users' testimony."""
    return tuple(localise(word, language) for word in _table().testimony[base_language(language)[:2]])


def offers(law_id: str, where: str, language: str) -> tuple[str, ...]:
    """What may stand in the place of a declined point; () where the rule's own suggestion serves. `where` is its path in the brief."""
    tongue = base_language(language)[:2]
    return tuple(
        localise(getattr(row, tongue), language)
        for row in _table().offers
        if row.law == law_id and row.where in where.rsplit(".", 1)[-1]
    )


def adults_of(law_id: str, place: str, language: str) -> tuple[str, str] | None:
    """Whom to address where a provision forbids the audience that was asked for: name and age; None where the table knows nobody."""
    row = next((row for row in _table().audiences if row.law == law_id), None)
    if row is None:
        return None
    tongue = base_language(language)[:2]
    named: _Named = getattr(row, tongue)
    return localise(named.name.format(place=place), language), localise(named.age, language)


def category_of(brief: BrandBrief) -> str:
    """The category under which a brief's goods are regulated: finer than its own id where its words say so ("beverage" → alcohol)."""
    read_from = brief.spans["category"].text if "category" in brief.spans else ""
    products = [product.name for product in brief.products]
    return _finer(brief.category, " ".join([brief.brand, brief.category_text, read_from, brief.about, *products]))


@functools.lru_cache(maxsize=256)
def _finer(category: str, told: str) -> str:
    signs = _table().signs
    order = [name for name in signs if category in _OPEN or (category, name) in _FINER]
    return next((name for name in order if signs[name].search(told)), category)


_OPEN = frozenset({"general", "food", "beverage", "local_service", "software"})
"""Categories wide enough to hold regulated goods; a restaurant that pours beer stays a restaurant."""

_FINER = frozenset(
    {("medical", "drug"), ("medical", "device"), ("medical", "medical_beauty"), ("beauty", "medical_beauty")}
)
"""Regulated kinds that a narrow category may turn out to be."""


def requirements(
    brief: BrandBrief,
    *,
    start: dt.date,
    as_of: dt.date,
    language: str = "",
    works: WorkDay | None = None,
    creators: bool = False,
) -> list[Requirement]:
    """What the brief's category and markets ask for before `start`, the earliest due first.

    `works` says whether a day is a working day (Monday to Friday unless given); `language` is the plan's (the brief's unless given);
    `creators` says that the plan hires some, whether the brief speaks of them or not.
    """
    rows = _table().requirements
    laws = load_rules().laws
    markets = frozenset().union(*(regions_of(market) for market in brief.markets))
    category = category_of(brief)
    made = [
        _made(row, law_id, laws[law_id], start, as_of, language or brief.language, works or _weekday)
        for row in rows
        for law_id in [_provision(row, markets)]
        if markets.intersection(row.region)
        and (not row.categories or category in row.categories)
        and (not row.when or (row.when == "creators" and creators) or _WHEN[row.when](brief))
    ]
    return sorted(made, key=lambda one: (one.due, one.id))


def _provision(row: _Requirement, markets: frozenset[str]) -> str:
    """The provision for the first of the row's regions that the plan is for."""
    region = next((one for one in row.region if one in markets), "")
    return row.law_in.get(region, row.law)


def _made(
    row: _Requirement, law_id: str, law: Law, start: dt.date, as_of: dt.date, language: str, works: WorkDay
) -> Requirement:
    tongue = base_language(language)[:2]

    def said(both: Both | None) -> str:
        return localise(getattr(both, tongue), language) if both else ""

    due = _shift(start, -row.workdays, works)
    earliest = _shift(as_of, row.workdays, works)
    return Requirement(
        id=row.id,
        kind=row.kind,
        text=localise(getattr(row, tongue), language),
        law_id=law_id,
        law=localise(getattr(law, tongue), language),
        workdays=row.workdays,
        assumed=row.basis == "assumption",
        due=due,
        earliest=earliest,
        late=bool(row.workdays) and earliest > start,
        parts=row.parts,
        gates=row.gates,
        before=said(row.before),
        carry=said(row.carry),
    )


def _weekday(day: dt.date) -> bool:
    return day.weekday() < 5


def _shift(day: dt.date, workdays: int, works: WorkDay) -> dt.date:
    step = dt.timedelta(days=1 if workdays > 0 else -1)
    left = abs(workdays)
    while left:
        day += step
        left -= works(day)
    return day


def _told(brief: BrandBrief) -> Iterator[str]:
    yield from (
        brief.strategy,
        brief.about,
        *brief.must_say,
        *brief.constraints,
        *(one.text for one in brief.objectives),
    )
    for product in brief.products:
        yield from product.selling_points


_CREATORS = re.compile(r"kol|koc|达人|博主|种草|网红|主播|influencer|creator|ambassador|seeding", re.IGNORECASE)
_GREEN = re.compile(
    r"\b(?:eco|green|sustainab\w+|carbon|climate|biodegradable|recycl\w+|planet)\b|环保|低碳|可降解", re.IGNORECASE
)
_WHEN: dict[str, Callable[[BrandBrief], bool]] = {
    "creators": lambda brief: any(_CREATORS.search(text) for text in _told(brief)),
    "green": lambda brief: any(_GREEN.search(text) for text in _told(brief)),
}
