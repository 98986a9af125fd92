"""The key dates of the plan: the brand's own, the market's, and those on which nothing is published, each with its preparation."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.brief.model import BrandBrief, KeyDate
from agent.frame.calendars import days_of
from agent.frame.earmarks import earmarks
from agent.frame.model import DateFrame
from agent.frame.rhythm import rhythm, step
from agent.frame.workdays import WorkDays, days, statutory
from agent.knowledge import Knowledge
from agent.knowledge.lookup import EUROPE, SOUTHEAST_ASIA
from agent.knowledge.model import DateRule
from agent.locale import localise, t

_KINDS: Mapping[str, str] = {"commerce": "commerce", "holiday": "holiday", "season": "season", "awareness": "season"}

GENERAL = "general"
"""The category of a brand that names none."""
GREAT = 3
"""Weight from which a date matters to whoever sells anything."""
_REGIONS = frozenset({"CN", "TW", "HK", "US", "GB", "EU", "SEA"})
_GENERIC = re.compile(r"[（(].*|大促|节$|節$|\b(sale|day|festival|season|holiday)\b", re.IGNORECASE)
"""What a date's title holds beside its name."""

KICK_OFF = 10
"""Working days before the period on which work on it begins."""


@dataclass(frozen=True)
class Dates:
    """Key dates and what follows from them for the calendar."""

    key_dates: tuple[DateFrame, ...]
    quiet: frozenset[dt.date]
    """Every day on which nothing is published."""
    warmup: Mapping[str, int]
    """Key date id → days before it from which posts may belong to it; only campaigns."""
    sealed: frozenset[str]
    """Key dates before which nothing may be said: the end of an embargo."""
    groups: Mapping[str, frozenset[str]]
    """Key date id → groups of platforms (cn, global) on whose side of the world it matters."""


@dataclass(frozen=True)
class _Draft:
    """A key date before it has an id and its preparation."""

    date: dt.date
    name: str
    kind: str
    use: str
    source: str
    lead: int
    warmup: int = 7
    last: dt.date | None = None
    rank: float = 9.0
    groups: frozenset[str] = frozenset({"cn", "global"})
    earmark: Literal["", "film", "prizes"] = ""


def make_dates(
    brief: BrandBrief,
    knowledge: Knowledge,
    workdays: WorkDays,
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.date,
    hours: float,
) -> Dates:
    """Key dates inside [start, end], by date.

    Market dates apply by region and category affinity; rank = weight + 1 when the category is named. Kept: the brief's own, and
    the best of each month, `dates` a month (knowledge/rhythm.yaml, by hours a week), and the days on which money that the brief set aside is put to use
    (`earmarks`). Campaigns: rank ≥ 4, at least `spacing` days apart, at most
    `campaigns` a month; the brand's own come first.
    prepare_from = date − lead days, not before as_of nor the kick-off; deliver_by = `ready` working days before the date, at least one.
    """
    own = list(_own(brief, start, end))
    every = [draft for draft in _market(brief, knowledge, start, end) if draft.date > as_of]
    market = [draft for draft in every if draft.rank > 0]
    taken = {twin.source for draft in own if (twin := _twin(draft, every, knowledge, brief.language))}
    others = [draft for draft in market if draft.source not in taken]
    own = [_merged(draft, _twin(draft, every, knowledge, brief.language)) for draft in own]
    months = max(1.0, ((end - start).days + 1) / 30.4)
    each = step(rhythm()["dates"], hours)
    others = sorted(others, key=lambda draft: (-draft.rank, draft.date, draft.source))
    others = _monthly(others, each)[: max(1, round(months * each))]
    chosen = _campaigns([*own, *others], max(1, round(months * step(rhythm()["campaigns"], hours))))
    chosen += _closed(brief, workdays, start, end)
    chosen += _set_aside(brief, workdays, chosen, start, end, as_of)
    chosen = chosen or [_opening(brief, start)]
    drafts = sorted(_unique(chosen), key=lambda draft: (draft.date, draft.source, draft.name))
    first = max(as_of, workdays.back(start, KICK_OFF))
    frames = tuple(_prepared(draft, f"D{n}", workdays, as_of, first) for n, draft in enumerate(drafts, 1))
    quiet = {day for draft in drafts if draft.use == "quiet" for day in days(draft.date, draft.last or draft.date)}
    warmup = {frame.id: draft.warmup for frame, draft in zip(frames, drafts, strict=True) if draft.use == "campaign"}
    groups = {frame.id: draft.groups for frame, draft in zip(frames, drafts, strict=True)}
    until = {embargo.until for embargo in brief.embargoes}
    sealed = {
        frame.id
        for frame, draft in zip(frames, drafts, strict=True)
        if draft.date in until and draft.source.startswith("brief:")
    }
    return Dates(frames, frozenset(quiet), warmup, frozenset(sealed), groups)


def _monthly(drafts: Sequence[_Draft], most: int) -> list[_Draft]:
    """The drafts in their order without those for which their month has no room."""
    counts: Counter[tuple[int, int]] = Counter()
    kept = []
    for draft in drafts:
        month = draft.date.year, draft.date.month
        if counts[month] < most:
            counts[month] += 1
            kept.append(draft)
    return kept


def _own(brief: BrandBrief, start: dt.date, end: dt.date) -> Iterable[_Draft]:
    words, lead = rhythm()["own_dates"], rhythm()["lead"]
    dated: list[tuple[KeyDate, str]] = [(key, "brief:key_dates") for key in brief.key_dates]
    known = {key.date for key in brief.key_dates}
    for embargo in brief.embargoes:
        if embargo.until not in known:
            open_ended = re.search(words["undecided"], embargo.fact, re.IGNORECASE)
            fact = t(brief.language, f"rhythm.date.{'undecided' if open_ended else 'release'}", fact=embargo.fact)
            dated.append((KeyDate(date=embargo.until, name=fact), "brief:embargoes"))
    for key, source in dated:
        last = key.end or key.date
        if last < start or key.date > end:
            continue
        use, ahead = "post", 0
        if re.search(words["quiet"], key.name, re.IGNORECASE) or (
            source == "brief:embargoes" and re.search(words["undecided"], key.name, re.IGNORECASE)
        ):
            use = "quiet"
        elif re.search(words["production"], key.name, re.IGNORECASE):
            use, ahead = "quiet", lead["post"]
        elif source == "brief:embargoes" or re.search(words["campaign"], key.name, re.IGNORECASE):
            use = "campaign"
        yield _Draft(max(start, key.date), key.name, "brand", use, source, max(ahead, lead[use]), 14, min(last, end))


def _market(brief: BrandBrief, knowledge: Knowledge, start: dt.date, end: dt.date) -> list[_Draft]:
    """Dates of the brand's regions inside the period; rank 0 for those that mean nothing to its category."""
    rules = {rule.id: rule for rule in knowledge.base.dates}
    by_market = {market: _areas(market) for market in brief.markets or ["GLOBAL"]}
    areas = set().union(*by_market.values())
    found = []
    for rule in rules.values():
        if not areas & set(rule.regions):
            continue
        named = brief.category in rule.categories
        here = [market for market, found_in in by_market.items() if found_in & set(rule.regions)]
        groups = frozenset("cn" if market == "CN" else "global" for market in here)
        title = _bare(localise(rule.title.text(brief.language), brief.language))
        names = f"{rule.title.zh} {rule.title.en}"
        solemn = bool(re.search(rhythm()["mourning" if named else "solemn"], names, re.IGNORECASE))
        use = "quiet" if solemn else "post"
        for year in range(start.year, end.year + 1):
            for day in days_of(rule, rules, year):
                if start <= day <= end:
                    lead = rule.lead.strategy if rule.weight >= 4 else rule.lead.creative
                    last = min(end, day + dt.timedelta(days=rule.span - 1))
                    worldwide = here == ["GLOBAL"] and rule.rule.type == "hijri"
                    rank = rule.weight + (1.0 if named else 0.0) if _suits(rule, brief) and not worldwide else 0.0
                    kind = _KINDS[rule.kind_of_day]
                    found.append(_Draft(day, title, kind, use, f"kb:{rule.id}", lead, rule.warmup, last, rank, groups))
    return found


def _bare(title: str) -> str:
    """A title without its bracketed explanation."""
    return re.sub(r"\s*[（(][^）)]*[）)]", "", title)


def _areas(market: str) -> set[str]:
    """Regions whose dates hold in a market; a market of which no region is known takes those that hold everywhere."""
    areas = {market} | ({"EU"} if market in EUROPE else set()) | ({"SEA"} if market in SOUTHEAST_ASIA else set())
    return areas if areas & _REGIONS else areas | {"GLOBAL"}


def _suits(rule: DateRule, brief: BrandBrief) -> bool:
    """Named categories must hold the brand's, unless nobody knows what it sells (category "general") and the date is one of the year's great
    ones; shopping days are nothing for those who sell to firms or collect gifts, unless named."""
    great = brief.category == GENERAL and rule.weight >= GREAT and rule.kind_of_day in ("commerce", "holiday")
    if rule.categories and brief.category not in rule.categories and not great:
        return False
    if brief.business == "b2b":
        return brief.category in rule.categories
    return brief.business != "nonprofit" or rule.kind_of_day != "commerce" or brief.category in rule.categories


def _twin(draft: _Draft, market: Sequence[_Draft], knowledge: Knowledge, language: str) -> _Draft | None:
    """The market date that the brand's own date means, if any: near in time, and named in it."""
    name = draft.name.casefold()
    for other in market:
        title = knowledge.item(other.source.removeprefix("kb:")).title
        names = {
            _GENERIC.sub("", one).strip() for one in (other.name, title.zh, title.en, localise(title.zh, language))
        }
        near = abs((other.date - draft.date).days) <= 20 or draft.date <= other.date <= (draft.last or draft.date)
        if near and any(len(one) > 1 and one.casefold() in name for one in names):
            return other
    return None


def _merged(draft: _Draft, twin: _Draft | None) -> _Draft:
    """The brand's own date with kind, lead and warm-up of the market date that it means. A range counts from its first day, on which the client's
    own begins, whatever the main day of the market.
    """
    return draft if twin is None else replace(draft, kind=twin.kind, lead=twin.lead, warmup=twin.warmup)


def _campaigns(drafts: Sequence[_Draft], most: int) -> list[_Draft]:
    """Which dates carry a campaign: best rank first, never two within `spacing` days, `most` in all; the rest get a post."""
    spacing, out = rhythm()["spacing"], []
    picked: list[dt.date] = []
    for draft in sorted(drafts, key=lambda one: (-one.rank, one.date, one.source)):
        wants = draft.use == "campaign" or (
            draft.use == "post" and 4 <= draft.rank < 9 and draft.kind in ("commerce", "holiday")
        )
        fits = len(picked) < most and all(abs((draft.date - day).days) >= spacing for day in picked)
        if wants and fits:
            picked.append(draft.date)
        use = draft.use if draft.use == "quiet" else "campaign" if wants and fits else "post"
        out.append(replace(draft, use=use))
    return out


def _closed(brief: BrandBrief, workdays: WorkDays, start: dt.date, end: dt.date) -> list[_Draft]:
    """Days on which firms cannot be reached: public holidays, the turn of the year, and the month's close where finance people are addressed."""
    if brief.business != "b2b":
        return []
    language, lead = brief.language, rhythm()["lead"]["quiet"]
    found: list[_Draft] = []
    names: dict[dt.date, str] = {}
    for market in reversed(brief.markets or ["GLOBAL"]):
        for year in range(start.year, end.year + 1):
            names.update(statutory(market, year, language))
    for day in sorted(day for day in names if start <= day <= end and day.weekday() < 5):
        plain = re.split(r"\s*[(（;；]", names[day])[0]
        label = t(language, "rhythm.date.public", name=plain)
        previous = found[-1] if found else None
        if previous and (day - (previous.last or day)).days <= 3 and previous.name == label:
            found[-1] = replace(previous, last=day)
        else:
            found.append(_Draft(day, label, "close", "quiet", "calc:holidays", lead, 0, day))
    if set(brief.markets) - {"CN", "TW", "HK", "SG"}:
        for year in range(start.year - 1, end.year + 1):
            first, last = max(start, dt.date(year, 12, 24)), min(end, dt.date(year + 1, 1, 1))
            if first <= last:
                found = [draft for draft in found if not first <= draft.date <= last]
                found.append(
                    _Draft(first, t(language, "rhythm.date.year_end"), "close", "quiet", "calc:holidays", lead, 0, last)
                )
    if re.search(rhythm()["books"], " ".join(segment.name for segment in brief.audience), re.IGNORECASE):
        for first in _month_starts(start, end):
            day = workdays.on_or_after(first)
            if day <= end and all(not draft.date <= day <= (draft.last or draft.date) for draft in found):
                found.append(
                    _Draft(day, t(language, "rhythm.date.books"), "close", "quiet", "calc:holidays", lead, 0, day)
                )
    return found


def _set_aside(
    brief: BrandBrief, workdays: WorkDays, chosen: Sequence[_Draft], start: dt.date, end: dt.date, as_of: dt.date
) -> list[_Draft]:
    """A date for each film and prize draw that the brief has set money aside for, away from those that are chosen."""
    held = {day for draft in chosen for day in days(draft.date, draft.last or draft.date)}
    lead = rhythm()["earmarks"]["lead"]
    return [
        _Draft(one.first, one.name, "brand", "post", one.source, lead[one.sort], 0, one.last, earmark=one.sort)
        for one in earmarks(brief, workdays, start=start, end=end, as_of=as_of, taken=held)
    ]


def _opening(brief: BrandBrief, start: dt.date) -> _Draft:
    """The one date of a period that no holiday, shopping day or date of the brand's falls into: the day on which it all begins."""
    name = t(brief.language, "rhythm.date.opening")
    return _Draft(start, name, "brand", "post", "calc:rhythm", rhythm()["lead"]["post"], 0, start)


def _month_starts(start: dt.date, end: dt.date) -> Iterable[dt.date]:
    month = start.replace(day=1)
    while month <= end:
        if month >= start:
            yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)


def _unique(drafts: Sequence[_Draft]) -> list[_Draft]:
    """One row for a day and name; where something happens, the day is not quiet."""
    busy = {
        draft.date
        for draft in drafts
        if draft.use == "campaign" or (draft.source.startswith("brief:") and draft.use == "post")
    }
    seen: dict[tuple[dt.date, str], _Draft] = {}
    for draft in drafts:
        if not (draft.use == "quiet" and not draft.source.startswith("brief:") and draft.date in busy):
            seen.setdefault((draft.date, draft.name.casefold()), draft)
    return list(seen.values())


def _prepared(draft: _Draft, date_id: str, workdays: WorkDays, as_of: dt.date, first: dt.date) -> DateFrame:
    """The date with its days of preparation, none before `first`, the day of the kick-off."""
    table = rhythm()
    deliver = workdays.back(
        draft.date, table["earmarks"]["ready"][draft.earmark] if draft.earmark else table["ready"][draft.use]
    )
    if deliver < as_of:
        deliver = workdays.back(draft.date, 1)
    prepare = workdays.on_or_after(max(first, draft.date - dt.timedelta(days=draft.lead)))
    spans = draft.last is not None and draft.last > draft.date and not draft.source.startswith("kb:")
    return DateFrame(
        id=date_id, date=draft.date, name=draft.name, kind=draft.kind, use=draft.use,  # type: ignore[arg-type]
        prepare_from=min(prepare, deliver), deliver_by=deliver, source=draft.source,
        end=draft.last if spans else None, earmark=draft.earmark,
    )  # fmt: skip
