"""Which numbers of a plan's texts come from somewhere: brief, plan, cited items, the house, or the reader's own eyes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from agent import locale
from agent.checks import plan_pools
from agent.checks.base import CheckContext
from agent.checks.looks import look, suspects
from agent.checks.pools import Pool, of_brief, of_house, of_law, of_texts, rounded, shelf_of, told
from agent.checks.terms import occurs
from agent.checks.towards import fields_towards
from agent.checks.walk import Text, once
from agent.frame import members
from agent.frame.experiments import sample_size
from agent.knowledge.model import Benchmark
from agent.plan.model import PART_IDS, MarketingPlan
from agent.quantities import CLOCK, COUNT, DATE, PERCENT, Quantity, may_hold, quantities

COMPUTED = frozenset({"formula", "rates", "basis", "threshold", "cover", "bridge"})
"""Fields that code writes: the computation itself, which other numbers are traced to. Who stands in for a role is prose all the same."""
LAWFUL = ("approvals[", "declined[")
"""Where the prose stands that tells what law asks: its numbers are the rules', the brief's, or sums of the budget."""
PLAIN = frozenset(
    {"topic", "hook", "cta", "text", "brand", "others", "title", "body", "hashtags", "first_frame", "label"}
)
"""Fields without a limit of prose that say something to a reader all the same."""
SHARP = frozenset({PERCENT, "times"})
"""Kinds that make a claim whatever their size; sums of money do as well."""
SMALL = 10
"""Counts up to here ("three photos") are turns of speech or steps of the plan, not claims, unless they concern a competitor."""
ORDINARY: Mapping[str, frozenset[float]] = {
    "hour": frozenset({1, 24, 48, 72}),  # a day or days told in hours: crisis clocks, replies
    "minute": frozenset({10, 15, 20, 30, 60}),  # lengths of a meeting, a round of replies, a quarter of an hour
    "second": frozenset({3, 5}),  # the opening of a video
    "percent": frozenset({0, 100}),  # none and all
}  # fmt: skip
"""Numbers that every plan uses and nobody has to source, with the reason beside them."""


PUBLIC = ("themes.", "calendar.entries", "adaptations.")
"""Where the texts stand that the public sees: goals, budgets and forecasts are none of its business."""
READERS = frozenset({"positioning", "strategy", "platforms", "kpis", "measurement", "risks", "budget"})
"""Parts that read the KPIs and their targets, a week's, a month's or a phase's worth of them."""
UNCOUNTED = frozenset({"community"})
"""Parts whose counts are their own or the brief's: what the plan counts elsewhere (pieces, reach, sales) has no place in them."""
SUMS = frozenset({"budget.break_even", "community.readiness"})
"""Texts that do a sum before the reader's eyes."""
RESEARCH = frozenset({10, 20, 30, 60, 100})
"""How many posts, reviews or quotes a research task reads: the house's sizes, the smaller ones for a small team."""
OUTREACH = (3, 8, 15)
"""Comments that the team leaves elsewhere in a week, by its hours; six minutes each, four times as many in a month."""
APPOINTMENTS = frozenset({16 * 60, 20 * 60})
"""When the team decides about free slots and opens an evening event: the house's hours."""
CLOSE = 60
"""Characters of English, half as many of Chinese, within which a sentence says of a number that it is assumed."""
_ASSUMED = re.compile(r"假设|假設|规划值|規劃值|assum|planning figure|estimate", re.I)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+?(?:[。！？!?；;\n]|\.(?=\s|$)|$)")


@look("number")
def _numbered(text: str, language: str) -> bool:
    return may_hold(text)


def read_texts(plan: MarketingPlan) -> Iterator[Text]:
    """The texts whose numbers are traced, where they may hold any: prose, what is published, and what is said of competitors."""
    for one in suspects(plan, "number"):
        if one.path.startswith(LAWFUL):
            if one.words:
                yield one
            continue
        seen = one.path.partition(".")[0] in PART_IDS and ".verdict." not in one.path
        if seen and not _computed(one) and (one.words or one.name in PLAIN):
            yield one


def _computed(one: Text) -> bool:
    return one.name in COMPUTED and not (one.name == "cover" and one.words)


class Grounds:
    """All numbers that the texts of one plan may hold."""

    def __init__(self, plan: MarketingPlan, ctx: CheckContext) -> None:
        self.plan = plan
        self._of: dict[str, tuple[Pool, ...]] = {}
        self._cites: dict[tuple[str, ...], Pool] = {}
        self.brief = of_brief(ctx.brief, ctx.brief.budget.currency)
        self.rivals = {one.name: of_brief(one, plan.meta.currency) for one in ctx.brief.competitors}
        self.shelf = shelf_of(ctx.knowledge.items)
        self.parts = plan_pools.parts(plan)
        self.open = plan_pools.outline(plan, self.parts)
        self.open.update(self.brief)
        self.shared = plan_pools.headline(plan)
        self.shared.update(self.open)
        self.shared.update(self.brief)
        self.sources = dict(_cited(plan))
        self.cited = {part: self.shelf.pools(id_ for path, ids in self.sources.items() if path.startswith(part) for id_ in ids)
                      for part in PART_IDS}  # fmt: skip
        noticed = [words for one in plan.conflicts for words in (one.message, one.resolution)]
        self.parts["summary"].update(of_texts([*noticed, *(gap.assumption for gap in plan.gaps)]))
        self._derived()
        self._benchmarks()
        self._laws_dates_windows()
        self._labour(ctx)
        self._trade(ctx)
        self.times = self.shared.without(COUNT, PERCENT, plan.meta.currency)
        self.money = plan_pools.split(plan)
        self.money.add("hour", plan.budget.labour_hours)
        self.plain = self.shared.without(COUNT)
        self.plain.update(self.brief)

    def _derived(self) -> None:
        """What follows from the plan's numbers, and the computations that code wrote out."""
        self.parts["measurement"].update(plan_pools.on_the_way(self.plan))
        at_gates = plan_pools.on_the_way(self.plan, gates_only=True)
        for part in ("strategy", "platforms"):
            self.parts[part].update(at_gates)
        self.parts["strategy"].add(COUNT, locale.weeks(self.plan.meta.start, self.plan.meta.end))  # "until week 25"
        self.parts["risks"].add(COUNT, len(self.plan.risks.risks) - 2)  # all but the two that the reading names
        self.parts["kpis"].add(COUNT, sum(kpi.baseline.value is None for kpi in self.plan.kpis.kpis))
        rates, shares, hours = (
            make(self.plan) for make in (plan_pools.rates, plan_pools.shares, plan_pools.hours_in_use)
        )
        for part in READERS:
            self.parts[part].update(rates)
        for part in ("budget", "strategy", "summary"):
            self.parts[part].update(shares)
        for part in ("team", "budget", "strategy", "summary", "calendar"):
            self.parts[part].update(hours)
        for part, pool in plan_pools.calendar_pools(self.plan).items():
            self.parts[part].update(pool)
        for one in suspects(self.plan, "number"):
            computed = _computed(one) or one.name == "note" or ".verdict." in one.path
            part = one.path.partition(".")[0] if computed else ""
            if part in self.parts:
                told(self.parts[part], one.text)
            elif one.name in ("times", "hours", "when"):
                told(self.open, one.text)
                told(self.shared, one.text)

    def _benchmarks(self) -> None:
        """Benchmarks that the plan stands on, for the parts that read numbers."""
        named = [source.id for source in self.plan.sources if source.id.startswith("kb:bench.")]
        pool = self.shelf.pools(named)
        for part in READERS:
            self.parts[part].update(pool)
        self.parts["market"].update(self.shelf.pools(one for one in named if one.startswith("kb:bench.er")))

    def _laws_dates_windows(self) -> None:
        """Articles and titles of the laws that the plan cites, names of key dates, windows of the platforms it considers."""
        plan = self.plan
        used, named = {choice.platform for choice in plan.platforms.choices}, {source.id for source in plan.sources}
        self._everywhere(self.shelf.titles)
        for name, item in self.shelf.listed.items():
            if name.startswith("law."):
                cited = f"kb:{name}" in named
                articles = self.shelf.pool(f"kb:{name}").values["article"]
                self.parts["adaptations"].add("article", *articles)
                if cited:
                    self.shared.add("article", *articles)
                    self.parts["production"].update(self.shelf.pool(f"kb:{name}"))  # the gates ask what it asks
                    self._everywhere(of_texts([item.title.zh, item.title.en]))
            elif name.startswith("norm."):
                self.parts["production"].update(self.shelf.pool(f"kb:{name}"))
            elif ".disclosure." in name and set(item.platforms) & used:
                self.parts["adaptations"].update(self.shelf.pool(f"kb:{name}"))
            elif ".windows." in name and set(item.platforms) & used:
                for part in ("market", "personas", "engagement", "calendar"):
                    self.parts[part].update(self.shelf.pool(f"kb:{name}"))
        self._everywhere(of_texts(key.name for key in plan.calendar.key_dates))
        self.shared.update(of_texts(_by_law(plan)))
        self.parts["adaptations"].update(of_texts(one.carry for one in plan.approvals))

    def _labour(self, ctx: CheckContext) -> None:
        """What an hour costs by the benchmark, in the plan's currency, what the hours that are missing would cost, in how many weeks."""
        weeks = locale.weeks(self.plan.meta.start, self.plan.meta.end)
        over = Counter(week.holder for week in self.plan.team.weeks if week.hours > week.capacity)
        for kind in ("week", COUNT):
            self.parts["team"].add(kind, *range(1, max(over.values(), default=0) + 1))
        for item in ctx.knowledge.items.values():
            if isinstance(item, Benchmark) and item.metric == "labour_hour":
                rate = item.base * float(ctx.knowledge.rate(item.currency, self.plan.meta.currency))
                near = [gap.hours + step / 100 for gap in self.plan.team.gaps for step in range(-5, 6)]
                costs = [rate, *(rate * hours * length for hours in near for length in (1, weeks))]
                self.parts["team"].add(
                    self.plan.meta.currency, *costs, *(rounded(cost, 2) for cost in costs if cost >= 100)
                )

    def _trade(self, ctx: CheckContext) -> None:
        """How many sales pay the money back, how many members a share of the followers makes, how much outreach the hours allow."""
        total = self.plan.budget.total_cents / 100
        for product in ctx.brief.products:
            price = float(product.price or 0)
            earned = price * (product.margin or 1)
            if earned:
                needed = (total / price, total / earned)
                whole = [math.ceil(round(one, 6)) for one in needed]
                self.parts["budget"].add(COUNT, *needed, *whole)
                for kind in ("day", "week", "month", "year"):  # what a price by time is counted in
                    self.parts["budget"].add(kind, *whole)
                self.parts["budget"].add(self.plan.meta.currency, earned)
        self.parts["strategy"].add(COUNT, *OUTREACH)
        self.parts["engagement"].add(COUNT, *OUTREACH, *(weekly * 4 for weekly in OUTREACH))
        self.parts["engagement"].add("minute", *(weekly * 6 for weekly in OUTREACH))
        active = {choice.platform for choice in self.plan.platforms.choices if choice.role in ("primary", "support")}
        followers = sum(one.followers or 0 for one in ctx.brief.accounts if one.platform in active)
        ready = self.plan.community.ready
        aimed = members.BUSINESS if ctx.brief.business == "b2b" else members.aimed_at(followers, ready)
        shares = (*members.STEPS.values(), members.ACTIVE, members.SPEAKING, members.CONTRIBUTING)
        parts = (members.part_of(aimed, one) for one in shares)
        self.parts["community"].add(COUNT, followers, aimed, members.asked_of(aimed), *parts)

    def _everywhere(self, pool: Pool) -> None:
        self.open.update(pool)
        self.shared.update(pool)

    def of(self, path: str) -> tuple[Pool, ...]:
        """The pools for a text: brief and headline, its own part, what its object or its part cites, the house's phrases."""
        if path not in self._of:
            self._of[path] = self._pools_of(path)
        return self._of[path]

    def _pools_of(self, path: str) -> tuple[Pool, ...]:
        part, meta = path.partition(".")[0], self.plan.meta
        if path == "summary.money":
            return self.money, self.times, self.brief
        if path.startswith(LAWFUL):
            return of_law(), self.money, self.brief, of_house("legal", meta.language, meta.category)
        if part == "summary":
            house = [of_house(one, meta.language, meta.category) for one in PART_IDS]
            others = [self.parts[one] for one in ("summary", "market", "kpis", "community")]
            return (self.shared, *others, *house)
        own = self.own(path)
        alone = plan_pools.named(self.plan, path)
        if alone is not None:
            return alone, self.brief, self.times, self._pool(own), of_house(part, meta.language, meta.category)
        cited = self._pool(own) if own else self.cited[part]
        base = self.open if path.startswith(PUBLIC) else self.plain if part in UNCOUNTED else self.shared
        return base, self.parts[part], cited, of_house(part, meta.language, meta.category)

    def _pool(self, own: list[str]) -> Pool:
        """Numbers of the items that an object cites, put together once for all its texts."""
        key = tuple(own)
        if key not in self._cites:
            self._cites[key] = self.shelf.pools(own)
        return self._cites[key]

    def own(self, path: str) -> list[str]:
        """Knowledge items that the object of this text cites itself."""
        while path:
            if path in self.sources:
                return [one for one in self.sources[path] if one.startswith("kb:")]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return []

    def elsewhere(self, path: str) -> bool:
        """Whether the object cites a document that neither the brief nor the knowledge base is: what it holds cannot be seen here."""
        while path:
            if path in self.sources:
                return any(one.partition(":")[0] not in ("kb", "brief", "calc", "assume") for one in self.sources[path])
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return False

    def traced(self, one: Quantity, path: str, text: str) -> bool:
        """Whether the number comes from somewhere."""
        if path.startswith("measurement.experiments") and self.brief.holds(one):
            return True  # a strength or a share of the client's own: "the cider with 5.2 %"
        if path.startswith("measurement.experiments") and one.kind == PERCENT and self._rates(one, text):
            return self._tested(one, path, text) or self.brief.holds(one)
        return (
            _ordinary(one, path)
            or any(pool.holds(one) for pool in self.of(path))
            or (not path.startswith(PUBLIC) and _assumed(one, text))
            or (path in SUMS and _worked(one, text))
        )

    def _tested(self, one: Quantity, path: str, text: str) -> bool:
        """Whether an experiment looks for this rate: with the other one of its text it needs the sample that it names."""
        test = self.plan.measurement.experiments[int(re.findall(r"\d+", path)[0])]
        for other in self._rates(one, text):
            (low, high), (least, most) = _ends(one), _ends(other)
            needed = [sample_size(a, b) for a in (low, high) for b in (least, most) if a != b]
            bound = (
                max(needed) if high < least or most < low else math.inf
            )  # rates that may be the same need no end of readers
            if min(needed) * 0.95 <= test.sample <= bound * 1.05:
                return True
        return False

    def _rates(self, one: Quantity, text: str) -> list[Quantity]:
        """The other rates of a text that a test can look for, where this one is such a rate itself."""
        fit = [other for other in quantities(text) if other.kind == PERCENT and 0 <= other.value < 100]
        return [other for other in fit if other.value != one.value] if 0 <= one.value < 100 else []


def _ends(rate: Quantity) -> tuple[float, float]:
    """The least and the most, as fractions, that a rate can be which is shown to so many digits."""
    half = rate.step / 2
    return max(rate.value - half, 1e-6) / 100, min(rate.value + half, 99.999) / 100


def _by_law(plan: MarketingPlan) -> Iterator[str]:
    """What the plan's lists of approvals and declined points say of law: other parts repeat it."""
    for need in plan.approvals:
        yield from (need.text, need.law, need.carry, need.until_then, str(need.workdays))
    for point in plan.declined:
        yield from (point.text, point.law)


def _ordinary(one: Quantity, path: str) -> bool:
    if one.kind == COUNT and one.value <= SMALL and one.value == int(one.value):
        return True
    if path.startswith("market.unknowns") and one.kind == COUNT and one.value in RESEARCH:
        return True
    if one.kind == CLOCK and one.value in APPOINTMENTS:
        return True
    if one.kind == PERCENT and path.startswith(PUBLIC):  # "100 % natural" is a claim like any other
        return False
    return one.value in ORDINARY.get(one.kind, ())


def _assumed(one: Quantity, text: str) -> bool:
    """Whether the sentence itself, close by, calls the number an assumption, which is where it then comes from."""
    for sentence in _SENTENCE.finditer(text):
        if sentence.start() <= one.start < sentence.end():
            near = CLOSE if text.isascii() else CLOSE // 2
            start = max(sentence.start(), one.start - near)
            return _ASSUMED.search(text, start, min(sentence.end(), one.start + len(one.words) + near)) is not None
    return False


def _worked(one: Quantity, text: str) -> bool:
    """Whether the text works the number out before the reader's eyes: the product, quotient, sum or difference of two others,
    or the sum of all."""
    others = [
        q for q in quantities(text) if q.start != one.start and q.kind not in (DATE, CLOCK, "article") and q.value
    ]
    if not 2 <= len(others) <= 7 or one.kind in (DATE, CLOCK, "article") or one.value < 2:
        return False
    made = {sum(q.value for q in others if q.kind == one.kind)}
    for a in others:
        for b in others:
            if a is not b:
                share = b.value / 100 if b.kind == PERCENT else b.value
                made |= {a.value * share, a.value / share}
                made |= {a.value - b.value, a.value + b.value} if a.kind == b.kind == one.kind else set()
    return any(abs(one.value - value) <= max(one.step / 2, 0.005 * value) for value in made if value > 0)


def _is_citation(model: type[BaseModel], name: str, atom: Any) -> bool:
    return name in ("sources", "source")


def _cited(value: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """(path of an object, the source ids that it names itself)."""
    if isinstance(value, BaseModel):
        held = vars(value)
        for name in fields_towards(type(value), _is_citation):
            if not path and name not in PART_IDS:
                continue
            inner = held[name]
            if name in ("sources", "source") and inner and isinstance(inner, list | str):
                yield path, [inner] if isinstance(inner, str) else inner
            elif isinstance(inner, BaseModel | list | dict):
                yield from _cited(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _cited(inner, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _cited(inner, f"{path}[{key}]")


def grounds_of(plan: MarketingPlan, ctx: CheckContext) -> Grounds:
    return once(plan, "grounds", lambda: Grounds(plan, ctx))


@dataclass(frozen=True)
class Loose:
    """A number of a text that comes from nowhere."""

    text: Text
    number: Quantity
    rival: str
    """The competitor that its sentence speaks of, if any."""


def loose(plan: MarketingPlan, ctx: CheckContext) -> tuple[Loose, ...]:
    """Every number of the texts that comes from nowhere; about a competitor only the brief and cited sources count."""
    return once(plan, "loose", lambda: tuple(_search(plan, ctx)))


def _search(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Loose]:
    known = grounds_of(plan, ctx)
    rivals = [one.name for one in ctx.brief.competitors if len(one.name) > 1]
    for text in read_texts(plan):
        numbers = quantities(text.text)
        there = [name for name in rivals if occurs(name, text.text)] if numbers else []
        for number in numbers:
            rival = _rival(text, number, there, plan)
            if not rival or _method(number, text):
                if not known.traced(number, text.path, text.text):
                    yield Loose(text, number, "")
            elif not _said_of_rival(number, rival, text, known):
                yield Loose(text, number, rival)


def _rival(text: Text, number: Quantity, rivals: list[str], plan: MarketingPlan) -> str:
    """The competitor that a number is said of: whose observation it stands in, or whom its sentence names."""
    if text.path.startswith("market.competitors[") and ".observations" in text.path:
        one = plan.market.competitors[int(re.findall(r"\d+", text.path)[0])]
        return "" if one.status_quo else one.name
    if text.path.startswith("market.comparison") and ".others[" in text.path:
        id_ = text.path.rpartition("[")[2].rstrip("]")
        return next((one.name for one in plan.market.competitors if one.id == id_ and not one.status_quo), "")
    if not rivals:
        return ""
    for sentence in _SENTENCE.finditer(text.text):
        if sentence.start() <= number.start < sentence.end():
            return next((name for name in rivals if occurs(name, sentence.group())), "")
    return ""


def _method(number: Quantity, text: Text) -> bool:
    """Whether the number says how and when something is found out, not what a competitor is or has."""
    return text.path.startswith("market.unknowns") or number.kind in (DATE, CLOCK) or not claims(number)


def claims(number: Quantity) -> bool:
    """Whether a number asserts something by itself: a share, a multiple, money, or more than a handful."""
    return (
        number.kind in SHARP
        or (len(number.kind) == 3 and number.kind.isupper())
        or (number.kind == COUNT and number.value > SMALL)
    )


def _said_of_rival(number: Quantity, rival: str, text: Text, known: Grounds) -> bool:
    """In the analysis only what the brief says of this competitor, and cited sources, count; elsewhere the plan's own numbers may
    stand beside its name."""
    told_there = ".observations" in text.path or ".others[" in text.path
    if not told_there and known.traced(number, text.path, text.text):
        return True
    said = known.rivals.get(rival, known.brief)
    return said.holds(number) or known.shelf.pools(known.own(text.path)).holds(number) or known.elsewhere(text.path)
