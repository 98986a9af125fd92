"""Says a plan's ids, figures, dates and sources the way a reader wants to see them, in the plan's language."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from agent import locale
from agent.checks.limits import BODY_FIELDS
from agent.export.view import Column, Heading, Inline, Span, Text, join, text
from agent.frame.apportion import largest_remainder
from agent.locale import spread
from agent.plan.base import Claim, Figure, Kind, Source
from agent.plan.content import Entry
from agent.plan.execution import WeekLoad
from agent.plan.insight import Goal, Verdict
from agent.plan.model import Finding, MarketingPlan
from agent.plan.results import CreatorTier, Kpi
from agent.spelling import american, is_american

_ISO = re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\d-])")


EXACT = frozenset({"%", "min", "h", "s", "x"})
"""Units in which a thousand is no count to be rounded."""


class Reader:
    """One plan, looked up by id. Unknown ids are shown as they are, never dropped."""

    def __init__(self, plan: MarketingPlan) -> None:
        self.plan = plan
        self.language = plan.meta.language
        self.chinese = self.language.startswith("zh")
        self.comma = locale.comma(self.language)
        self._american = is_american(self.language, plan.meta.markets)
        self.currency = plan.budget.currency
        self._sources = {source.id: source for source in plan.sources}
        self._first: dict[tuple[str, ...], str] = {}
        """How a source reads → the id of the first that reads so: two that read the same are one to a reader."""
        self._numbers: dict[str, int] = {}
        self._alike: dict[str, dict[str, None]] = {}
        """Id of an assumption → what it is made for, where one of its kind is made for several platforms or groups: one line to a reader."""
        self._low = {source.id for source in plan.sources if source.confidence == "low"}
        self._names = {
            **{phase.id: phase.name for phase in plan.phases},
            **{pillar.id: pillar.name for pillar in plan.themes.pillars},
            **{topic.id: topic.title for pillar in plan.themes.pillars for topic in pillar.topics},
            **{persona.id: persona.name for persona in plan.personas.personas},
            **{goal.id: titled(goal.metric) for goal in plan.positioning.goals},
            **{risk.id: risk.title for risk in plan.risks.risks},
            **{core.id: core.title for core in plan.adaptations.cores},
            **{key_date.id: key_date.name for key_date in plan.calendar.key_dates},
            **{one.id: one.name for one in plan.market.competitors},
        }
        self._roles = {role.id: role.title for role in plan.team.roles}
        held = Counter(role.holder for role in plan.team.roles if role.holder)
        self._persons = {role.id: titled(role.holder) for role in plan.team.roles if held[role.holder] > 1}
        self._holders = {role.id: titled(role.holder) for role in plan.team.roles if role.holder}
        self._alone = len(held) == 1

    @property
    def weeks(self) -> int:
        """Length of the period in weeks, to the nearest: 1 March to 31 May is 13."""
        meta = self.plan.meta
        return locale.weeks(meta.start, meta.end)

    # Words

    def t(self, key: str, **values: object) -> str:
        """A label."""
        words = locale.t(self.language, key)
        words = american(words) if self._american else words
        return words.format(**values) if values else words

    def label(self, group: str, key: str) -> str:
        """The label `group.key`, or the key itself where the locale has none."""
        name = f"{group}.{key}"
        return self.t(name) if locale.has(self.language, name) else key

    def head(self, key: str, level: int = 3) -> Heading:
        """A heading inside a part."""
        return Heading(level, self.t(f"head.{key}"))

    def cols(self, *specs: str) -> tuple[Column, ...]:
        """Columns from label keys: ">key" right, "^key" centred, "key*3" three times as wide."""
        found = []
        for spec in specs:
            name, _, width = spec.lstrip(">^").partition("*")
            align = {">": "right", "^": "center"}.get(spec[0], "left")
            found.append(Column(self.t(f"col.{name}"), align, int(width or 1)))  # type: ignore[arg-type]
        return tuple(found)

    def both(self, first: str, second: str, width: int = 2) -> Column:
        """A column in which two things stand below each other."""
        return Column(f"{self.t(f'col.{first}')} · {self.t(f'col.{second}')}", width=width)

    def listed(self, words: Iterable[str]) -> str:
        """Words in a row, with the language's comma."""
        return self.comma.join(word for word in words if word)

    # Ids

    def name(self, id_: str) -> str:
        """The name of a phase, pillar, topic, persona, goal, risk, core idea, key date or competitor."""
        return self._names.get(id_, id_)

    def named(self, id_: str) -> str:
        """Id and name: "G1 demo requests"."""
        return f"{id_} {self._names[id_]}" if id_ in self._names else id_

    def platform(self, id_: str) -> str:
        """A platform's name; "all platforms" for none."""
        return self.label("platform", id_ or "all")

    def platforms(self, ids: Iterable[str]) -> str:
        """Platform names in a row."""
        return self.listed(self.platform(id_) for id_ in ids)

    def creators(self, one: CreatorTier) -> str:
        """Creators of one size as the trade of the language calls them: "Nano creators", "KOC · 素人"."""
        tier = self.label("tier", one.tier)
        if self.chinese:
            return f"{one.role} · {tier}"
        told = self.t("misc.creators", tier=tier)
        return told[:1].upper() + told[1:]

    def format(self, id_: str) -> str:
        """A format's name."""
        return self.label("format", id_) if id_ else ""

    def title(self, id_: str) -> str:
        """A role's title."""
        title = self._roles.get(id_, id_)
        return self.label("role", id_) if title in ("", id_) else title

    def role(self, id_: str, *, named: bool = False) -> str:
        """Who answers for something: the role's title, beside the person where one holds several roles; the person alone in a team of one.
        `named`: beside the person of every role, where others stand by their names.
        """
        person, title = (self._holders if named else self._persons).get(id_, ""), self.title(id_)
        if not person or person.casefold() == title.casefold():
            return title
        return (
            person if self._alone else f"{person}{self.t('misc.aside', text=title if self.chinese else _small(title))}"
        )

    def post(self, id_: str) -> str:
        """The same inside brackets: "Ana, data analyst", since brackets within brackets are hard to read."""
        person, title = self._persons.get(id_, ""), self.title(id_)
        if not person or person == title or self._alone:
            return self.role(id_)
        return self.comma.join((person, title if self.chinese else _small(title)))

    def person(self, id_: str) -> str:
        """Who holds a role, also where it is the only one of that person; the role's title where nobody does."""
        return self._holders.get(id_) or self.title(id_)

    def roles(self, ids: Iterable[str]) -> str:
        """Who takes part, each person once."""
        return self.listed(dict.fromkeys(self._persons.get(id_) or self.title(id_) for id_ in ids))

    def place(self, where: str) -> str:
        """Where a path in the plan leads: the part's title and the id of what it names, or the fields of the brief; the path itself where it
        names neither."""
        if where.startswith("brief."):
            return self.listed(dict.fromkeys(self.brief_field(one.removeprefix("brief.")) for one in where.split(", ")))
        steps = re.findall(r"[^.\[\]]+", where)
        title = self.label("part", steps[0]) if steps else where
        if not steps or title == steps[0]:
            return where
        at: object = self.plan
        found = ""
        for step in steps:
            at = (
                at[int(step)]
                if isinstance(at, list | tuple) and step.isdigit() and int(step) < len(at)
                else getattr(at, step, None)
            )
            id_ = getattr(at, "id", "")
            found = id_ if isinstance(id_, str) and id_ else found
        name, _, platform = found.partition("-")
        if platform and self.platform(platform) != platform:
            found = self.listed([name, self.platform(platform)])
        return f"{title} · {found}" if found else title

    def brief_field(self, path: str) -> str:
        """A field of the brief by its name: "objectives[1].target" is "objectives 2"; a path that has none as it is."""
        name, _, rest = path.partition("[")
        first = name.split(".", 1)[0]
        if not locale.has(self.language, f"brief_field.{first}"):
            return path
        label = self.t(f"brief_field.{first}")
        return f"{label} {int(rest.split(']')[0]) + 1}" if rest[:1].isdigit() else label

    # Numbers and dates

    def money(self, cents: int | None) -> str:
        """A sum in the plan's currency."""
        return "" if cents is None else locale.money(cents, self.currency)

    def cost(self, cents: int | None) -> str:
        """A computed sum, as the KPIs print it: whole units from ten on, since an estimate knows no cents."""
        return "" if cents is None else locale.money_value(cents / 100, self.currency)

    def day(self, date: dt.date, *, weekday: bool = True, year: bool = False) -> str:
        """A date; `year` adds the year."""
        return locale.day(date, self.language, weekday=weekday, year=year)

    def limit_field(self, field: str, format: str) -> str:
        """What a limit counts; of a thread the text of its longest post."""
        return self.label("limit_field", "part" if format == "thread" and field in BODY_FIELDS else field)

    def span(self, start: dt.date, end: dt.date) -> str:
        """From one day to another."""
        return f"{self.day(start, weekday=False, year=True)} – {self.day(end, weekday=False, year=True)}"

    def due(self, iso: str) -> str:
        """An ISO date for readers; anything else as it is."""
        found = iso_day(iso)
        return self.day(found) if found else iso

    def dated(self, words: str) -> str:
        """Words with their ISO dates and months as readers write them."""
        return _ISO.sub(lambda found: self._iso(*map(int, found[0].split("-"))), words)

    def _iso(self, year: int, month: int, day: int = 0) -> str:
        try:
            date = dt.date(year, month, day or 1)
        except ValueError:
            return f"{year}-{month:02}-{day:02}"
        return self.day(date, weekday=False, year=True) if day else self.month(date)

    def month(self, date: dt.date) -> str:
        """A month with its year."""
        return f"{date.year}年{date.month}月" if self.chinese else f"{date:%B %Y}"

    def open_findings(self) -> list[Finding]:
        """What the plan's own checks found, but for the brief's contradictions, which are told with how the plan resolves them."""
        told = {(one.code, one.message) for one in self.plan.conflicts}
        return [one for one in self.plan.findings if (one.code, one.message) not in told]

    def busy_weeks(self) -> list[WeekLoad]:
        """The weeks of those who have work in at least one of them; everybody's where nobody has any."""
        weeks = self.plan.team.weeks
        busy = {one.holder for one in weeks if one.hours > 0}
        return [one for one in weeks if one.holder in busy] or list(weeks)

    def zones(self) -> str:
        """The time zone of the calendar's times, then those of the platforms that are read elsewhere."""
        part = self.plan.calendar
        others: dict[str, list[str]] = {}
        for platform, zone in part.zones.items():
            others.setdefault(zone, []).append(platform)
        told = [f"{self.platforms(ids)}{self.t('misc.colon')}{self.zone(zone)}" for zone, ids in others.items()]
        return ("；" if self.chinese else "; ").join([self.zone(part.timezone), *told])

    def secrets(self) -> str:
        """What the plan's code names stand for and who puts the full names in; empty where there are none."""
        told = [
            self.t("doc.secret", code=one.code, place=one.place, date=self.day(one.until, weekday=False, year=True))
            for one in self.plan.secrets
        ]
        return self.t("doc.secrets_text", secrets=("；" if self.chinese else "; ").join(told)) if told else ""

    def zone(self, name: str) -> str:
        """A time zone for readers, with its distance from universal time during the plan: "China time (UTC+8)"; an unknown one as it is."""
        try:
            zone = zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return name
        meta = self.plan.meta
        days = [meta.start + (meta.end - meta.start) * part / 4 for part in range(5)]
        ends = dict.fromkeys(_distance(dt.datetime.combine(day, dt.time(12), tzinfo=zone)) for day in days)
        known = self.label("zone", name)
        said = known if known != name else name.rpartition("/")[2].replace("_", " ")
        return f"{said}{self.t('misc.aside', text=' / '.join(ends))}"

    def clock(self, entry: Entry) -> str:
        """An entry's time; where its platform is read in another zone than the plan's, with that zone's short name on the day."""
        part = self.plan.calendar
        try:
            zone = zoneinfo.ZoneInfo(part.zones[entry.platform])
        except (KeyError, zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return entry.time
        return f"{entry.time} {dt.datetime.combine(entry.date, dt.time(12), tzinfo=zone).tzname()}"

    def hours(self, value: float) -> str:
        """Hours, one decimal where there is one."""
        return locale.plain(value, 1 if abs(value) < 1000 else 0)

    def minutes(self, value: int) -> str:
        """Minutes, or hours from two hours on."""
        return self.amount(value, "min")

    def phase_shares(self) -> dict[str, str]:
        """Phase id → its share of the budget as the lines add up, in whole per cent that come to 100; empty where no phase has money."""
        cents = {phase.id: 0 for phase in self.plan.phases}
        for line in self.plan.budget.lines:
            cents[line.phase] = cents.get(line.phase, 0) + line.cents
        if not any(cents.values()):
            return {}
        parts = largest_remainder(100, list(cents.values()))
        return {id_: locale.percent(part / 100, 0) for id_, part in zip(cents, parts, strict=True)}

    def amount(self, value: float, unit: str) -> str:
        """A number with its unit."""
        if unit == "%":
            return locale.rate(value).replace("-", "−")
        if len(unit) == 3 and unit.isascii() and unit.isupper():
            return locale.money_value(value, unit)
        if unit == "min" and value >= 120:
            value, unit = value / 60, "h"
        digits = 0 if value == int(value) or abs(value) >= 10 else (2 if unit == "x" or abs(value) < 1 else 1)
        shown = locale.plain(value, digits)
        if unit in ("", "count", "followers"):
            return shown
        pattern = f"amount.{unit}"
        return self.t(pattern, n=shown) if locale.has(self.language, pattern) else f"{shown} {unit}"

    def estimate(self, value: float, unit: str) -> str:
        """A forecast as the plan's prose tells it: a count from a thousand on in three figures."""
        return self.amount(locale.three(round(value)) if unit not in EXACT and abs(value) >= 1000 else value, unit)

    def from_nothing(self, baseline: Figure) -> bool:
        """Whether a count begins at nothing with the plan: nobody knows where it stands, or what is known is the last period's result."""
        return baseline.value is None or baseline.note == self.t("kpi.last_period")

    def range(self, low: float | None, value: float | None, high: float | None, unit: str) -> str:
        """ "low – value – high", as much of it as is known."""
        return _ends([self.amount(one, unit) for one in (low, value, high) if one is not None])

    def outlook(self, verdict: Verdict, unit: str) -> str:
        """A goal's forecast, its counts as the plan's sentences tell them."""
        ends = (verdict.low, verdict.base, verdict.high)
        low, base, high = ends if unit == "%" else (one if one is None else locale.three(one) for one in ends)
        return self.range(low, base, high, unit)

    # Sources

    def tag(self, kind: Kind | str) -> Span:
        """The short mark of where a statement comes from."""
        return Span(self.t(f"tag.{kind}"), "tag")

    def number(self, id_: str) -> int:
        """The number of a source: sources count from 1 in the order in which the document first cites them."""
        source = self._sources.get(id_)
        if source is not None:
            id_ = self._first.setdefault(reads(source), id_)
            if tail := _assumed(source)[1]:
                self._alike.setdefault(id_, {}).setdefault(tail)
        return self._numbers.setdefault(id_, len(self._numbers) + 1)

    def cited_sources(self) -> list[Source]:
        """The sources cited so far: what somebody published, then the rest, both in the order of their first citation."""
        return sorted((self._sources[id_] for id_ in self._numbers), key=lambda one: one.kind != "knowledge")

    def source_title(self, source: Source) -> str:
        """A source's title; of an assumption made for several platforms or groups, what is assumed and for which."""
        tails = list(self._alike.get(source.id, ()))
        if len(tails) < 2:
            return source.title
        head = _assumed(source)[0]
        return f"{head[:1].upper()}{head[1:]}{self.t('misc.aside', text=self.listed(tails))}"

    def final_numbers(self) -> dict[int, int]:
        """The number under which a source was cited → its place among the cited sources."""
        return {self._numbers[one.id]: place for place, one in enumerate(self.cited_sources(), 1)}

    def cite(self, ids: Iterable[str]) -> Text:
        """ "[2, 5]", and the label where one of them is of low confidence."""
        found = list(dict.fromkeys(ids))
        if not found:
            return ()
        known = [str(number) for number in sorted({self.number(id_) for id_ in found if id_ in self._sources})]
        marks = ", ".join(known + [id_ for id_ in found if id_ not in self._sources])
        shown = Span(f"[{marks}]", "cite" if known else "tag", ",".join(known))
        low = Span(self.t("confidence.label_low"), "tag") if self._low.intersection(found) else None
        return text(shown, " " if low and not self.chinese else None, low)

    def cited(self, words: str, ids: Iterable[str]) -> Text:
        """Words and what they are cited from."""
        found = self.cite(ids)
        return text(words, " " if found and not self.chinese else None, found)

    def origin(self, kind: Kind | str, ids: Iterable[str] = ()) -> Text:
        """Mark and citation together, with the space before them that the language wants."""
        cited = self.cite(ids)
        gap = None if self.chinese else " "
        return text(gap, self.tag(kind), gap if cited else None, cited)

    def claim(self, claim: Claim) -> Text:
        """A statement and where it comes from."""
        return text(claim.text, self.origin(claim.kind, claim.sources))

    def figure(self, figure: Figure, notes: Notes | None = None) -> Text:
        """A figure with its mark; formula and note go to the table's notes, or in brackets where there are none."""
        reckoned = figure.kind == "computed" and None not in (figure.low, figure.high)
        ends = [one for one in (figure.low, figure.value, figure.high) if one is not None]
        shown = (
            _ends([self.estimate(one, figure.unit) for one in ends])
            if reckoned
            else self.range(figure.low, figure.value, figure.high, figure.unit)
        ) or self.t("misc.unknown")
        basis = self.basis(figure)
        if notes is not None:
            return text(shown, self.origin(figure.kind, figure.sources), notes.call(basis))
        aside = self.t("misc.aside", text=basis) if basis else ""
        return text(shown, self.origin(figure.kind, figure.sources), aside)

    def status(self, goal: Goal) -> str:
        """The verdict on a goal in words; what is only read is no proposal."""
        return self.t(f"status.{'watched' if watched(goal) else goal.verdict.status}")

    def aimed(self, goal: Goal) -> Figure:
        """A goal's target, as one number where the plan set it: its range is the forecast's."""
        ours = goal.target.kind in ("computed", "assumption")
        return goal.target.model_copy(update={"low": None, "high": None}) if ours else goal.target

    def target(self, goal: Goal, notes: Notes) -> Text:
        """A goal's target; "no target" where the plan only reads how the figure grows, since that is settled and not unknown."""
        if not watched(goal):
            return self.figure(self.aimed(goal), notes)
        return text(self.t("misc.no_target"), notes.call(self.basis(goal.target)))

    def basis_of(self, id_: str, notes: Notes) -> Text:
        """What a single number rests on: the number of its source, or the planning assumption's name in the notes."""
        if id_ in self._sources and not id_.startswith("calc:"):
            return text(Span(f" [{self.number(id_)}]", "cite", str(self.number(id_))))
        return notes.call(self.label("calc", id_.removeprefix("calc:")) if id_.startswith("calc:") else id_)

    def basis(self, figure: Figure) -> str:
        """How a figure was computed and what a reader has to know."""
        return (" · ").join(part for part in (figure.formula, figure.note) if part)


def watched(goal: Goal) -> bool:
    """Whether a goal has a forecast and on purpose no target: its growth is too slight to aim at."""
    return goal.verdict.status == "proposed" and goal.target.value is None and goal.verdict.base is not None


def iso_day(words: str) -> dt.date | None:
    """The day that an ISO date names; None for anything else."""
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        return None


def _ends(shown: list[str]) -> str:
    """A range as it is printed: one number where all are alike, else all of them, since a reader takes the middle of three for the base case."""
    return shown[0] if shown and len(set(shown)) == 1 else " – ".join(shown if len(shown) > 2 else dict.fromkeys(shown))


def _distance(moment: dt.datetime) -> str:
    """How far a moment's zone is from universal time: "UTC+5:30"."""
    minutes = round((moment.utcoffset() or dt.timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def reads(one: Source) -> tuple[str, ...]:
    """What a reader sees of a source: two that read the same are one, assumptions of one kind among them."""
    return one.kind, _assumed(one)[0], one.publisher, one.date, one.confidence or "", one.url


def _assumed(source: Source) -> tuple[str, str]:
    """What a planning assumption is about and for whom it is made, "CPM" and "Weibo"; the whole title of any other source, and "".

    A benchmark is titled "metric · for whom", a platform's sheet "for whom: section".
    """
    if source.kind != "assumption" or source.url:
        return source.title, ""
    head, mark, tail = source.title.partition(" · ")
    if mark:
        return head, tail
    tail, mark, head = source.title.partition("：" if "：" in source.title else ": ")
    return (head, tail) if mark else (source.title, "")


def _small(title: str) -> str:
    """A title inside a line: "Data analyst" loses its capital, "PR lead" keeps it."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def titled(name: str) -> str:
    """A name as it opens a line: "places" gets a capital, "iPhone orders" keeps its own."""
    first = name.split(" ", 1)[0]
    return name[:1].upper() + name[1:] if first.isascii() and first.islower() else name


PRICES = frozenset({"cpm", "cpc", "cpe", "cpl", "cpa", "cost_per_follower", "response_time"})
"""KPIs that cost most, or take longest, in the low case."""


def by_case(kpi: Kpi) -> Figure:
    """A KPI's target in the order of the scenarios: what a result costs is highest in the low case, and an answer takes longest."""
    found = kpi.target
    if kpi.id.split(".")[0] not in PRICES or found.low is None or found.high is None:
        return found
    low, high = sorted((found.low, found.high), reverse=True)
    return found.model_copy(update={"low": low, "high": high})


REPEATED = 60
"""Width of words, a Chinese character as two, from which what one note says is not said again in another."""
_SEAMS = re.compile(r"( · |; |；)")


class Notes:
    """The notes under one table: the same words are written once and called by letter."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: dict[str, str] = {}

    def call(self, words: str) -> Text:
        """The letter that calls these words, or nothing when there are none."""
        if not words:
            return ()
        mark = self._words.setdefault(words, _letter(len(self._words)))
        return (Span(f" ({mark})", "tag"),)

    def __iter__(self) -> Iterator[Inline]:
        """The notes in the order of their letters; what a note has said before, all of it or a statement in it, is called by its letter."""
        told: list[tuple[str, str]] = []
        pieces: dict[str, str] = {}
        for words, mark in self._words.items():
            whole, first = next(
                ((one, by) for one, by in told if spread(one) > REPEATED and words.startswith(one)), ("", "")
            )
            again = locale.t(self._language, "misc.note_same", mark=first) if first else ""
            said = again + self._once(_SEAMS.split(words[len(whole) :]), pieces)
            told.append((words, mark))
            for piece in _SEAMS.split(words):
                pieces.setdefault(_bare(piece), mark)
            yield join([f"({mark})", said], " ")

    def _once(self, parts: list[str], told: dict[str, str]) -> str:
        """Statements with the seams between them; where several in a row stand in one note before, that note's letter."""
        said: list[str] = []
        seams = ["", *parts[1::2]]
        for seen, found in groupby(zip(seams, parts[::2], strict=True), lambda one: told.get(_bare(one[1]))):
            run = list(found)
            if seen and spread("".join(piece for _, piece in run)) > REPEATED:
                run = [(run[0][0], locale.t(self._language, "misc.note_see", mark=seen))]
            said += [seam + piece for seam, piece in run]
        return "".join(said)


def _bare(piece: str) -> str:
    return piece.strip().rstrip(".。")


def _letter(index: int) -> str:
    """0 → a, 25 → z, 26 → aa."""
    head, tail = divmod(index, 26)
    return (_letter(head - 1) if head else "") + "abcdefghijklmnopqrstuvwxyz"[tail]
