"""Grounding: every figure has a source that holds it, every number in the prose comes from somewhere, and nothing about a
competitor is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from agent.checks import grounds
from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.grounds import Pool
from agent.checks.terms import is_cjk, occurs, squeezed
from agent.checks.walk import Text, figures, once, texts
from agent.frame.experiments import sample_size
from agent.plan.base import Claim
from agent.plan.insight import Observation, Trend
from agent.plan.model import PART_IDS, MarketingPlan
from agent.quantities import CLOCK, COUNT, DATE, PERCENT, Quantity, quantities

COMPUTED = frozenset({"formula", "rates", "basis", "threshold", "cover"})
"""Fields that code writes: the computation itself, which other numbers are traced to."""
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
SUMS = frozenset({"budget.break_even", "community.readiness"})
"""Texts that do a sum before the reader's eyes."""
RESEARCH = frozenset({10, 20, 30, 60, 100})
"""How many posts, reviews or quotes a research task reads: the house's sizes, the smaller ones for a small team."""
APPOINTMENTS = frozenset({16 * 60, 20 * 60})
"""When the team decides about free slots and opens an evening event: the house's hours."""
_ASSUMED = re.compile(r"假设|假設|规划值|規劃值|assum|planning figure|estimate", re.I)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")


def _read(plan: MarketingPlan) -> Iterator[Text]:
    """The texts whose numbers are traced: prose, what is published, and what is said of competitors."""
    for one in texts(plan):
        if one.path.partition(".")[0] in PART_IDS and one.name not in COMPUTED and (one.words or one.name in PLAIN):
            if ".verdict." not in one.path:
                yield one


class Grounds:
    """All numbers that the texts of one plan may hold."""

    def __init__(self, plan: MarketingPlan, ctx: CheckContext) -> None:
        self.plan = plan
        self.brief = grounds.of_brief(ctx.brief)
        self.shelf = grounds.shelf_of(ctx.knowledge.items)
        self.open = grounds.outline(plan)
        self.open.update(self.brief)
        self.shared = grounds.headline(plan)
        self.shared.update(self.brief)
        self.parts = grounds.parts(plan)
        self.sources = dict(_cited(plan))
        self.cited = {part: self.shelf.pools(id_ for path, ids in self.sources.items() if path.startswith(part) for id_ in ids)
                      for part in PART_IDS}  # fmt: skip
        noticed = [words for one in plan.conflicts for words in (one.message, one.resolution)]
        self.parts["summary"].update(grounds.of_texts([*noticed, *(gap.assumption for gap in plan.gaps)]))
        self._derived()
        self._benchmarks()
        self._laws_dates_windows()

    def _derived(self) -> None:
        """What follows from the plan's numbers, and the computations that code wrote out."""
        rates, shares = grounds.rates(self.plan), grounds.shares(self.plan)
        for part in READERS:
            self.parts[part].update(rates)
        for part in ("team", "budget", "strategy", "summary", "calendar"):
            self.parts[part].update(shares)
        for part, pool in grounds.calendar_pools(self.plan).items():
            self.parts[part].update(pool)
        for one in texts(self.plan):
            part = one.path.partition(".")[0]
            if part in self.parts and (one.name in COMPUTED or one.name == "note" or ".verdict." in one.path):
                self.parts[part].update(grounds.of_texts([one.text]))
            elif one.name in ("times", "hours", "when"):
                self._everywhere(grounds.of_texts([one.text]))

    def _benchmarks(self) -> None:
        """Benchmarks that the plan stands on, for the parts that read numbers."""
        named = [source.id for source in self.plan.sources if source.id.startswith("kb:bench.")]
        pool = self.shelf.pools(named)
        for part in READERS | {"market", "team"}:
            self.parts[part].update(pool)

    def _laws_dates_windows(self) -> None:
        """Articles and titles of the laws that the plan cites, names of key dates, windows of the platforms it considers."""
        plan = self.plan
        used, named = {choice.platform for choice in plan.platforms.choices}, {source.id for source in plan.sources}
        for name, item in self.shelf.items.items():
            if name.startswith("law."):
                cited = f"kb:{name}" in named
                articles = self.shelf.pool(f"kb:{name}").values["article"]
                self.parts["adaptations"].add("article", *articles)
                if cited:
                    self.shared.add("article", *articles)
                    self._everywhere(grounds.of_texts([item.title.zh, item.title.en]))
            elif name.startswith("date."):
                self._everywhere(grounds.of_texts([item.title.zh, item.title.en]))
            elif ".windows." in name and set(item.platforms) & used:
                for part in ("market", "personas", "engagement", "calendar"):
                    self.parts[part].update(self.shelf.pool(f"kb:{name}"))
        self._everywhere(grounds.of_texts(key.name for key in plan.calendar.key_dates))

    def _everywhere(self, pool: Pool) -> None:
        self.open.update(pool)
        self.shared.update(pool)

    def of(self, path: str) -> tuple[Pool, ...]:
        """The pools for a text: brief and headline, its own part, what its object or its part cites, the house's phrases."""
        part, meta = path.partition(".")[0], self.plan.meta
        if part == "summary":
            house = [grounds.of_house(one, meta.language, meta.category) for one in PART_IDS]
            return (self.shared, *self.parts.values(), *self.cited.values(), *house)
        own = self.own(path)
        cited = self.shelf.pools(own) if own else self.cited[part]
        base = self.open if path.startswith(PUBLIC) else self.shared
        return base, self.parts[part], cited, grounds.of_house(part, meta.language, meta.category)

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
        return (
            _ordinary(one, path)
            or any(pool.holds(one) for pool in self.of(path))
            or _assumed(one, text)
            or (path in SUMS and _worked(one, text))
            or (path.startswith("measurement.experiments") and self._tested(one, path, text))
        )

    def _tested(self, one: Quantity, path: str, text: str) -> bool:
        """Whether an experiment looks for this rate: with the other one of its text it needs the sample that it names."""
        test = self.plan.measurement.experiments[int(re.findall(r"\d+", path)[0])]
        rates = [other.value / 100 for other in quantities(text) if other.kind == PERCENT and other.value != one.value]
        return one.kind == PERCENT and any(
            abs(sample_size(rate, one.value / 100) - test.sample) <= 0.05 * test.sample
            for rate in rates
            if 0 < rate < 1 and 0 < one.value < 100
        )


def _ordinary(one: Quantity, path: str) -> bool:
    if one.kind == COUNT and one.value <= SMALL and one.value == int(one.value):
        return True
    if path.startswith("market.unknowns") and one.kind == COUNT and one.value in RESEARCH:
        return True
    if one.kind == CLOCK and one.value in APPOINTMENTS:
        return True
    return one.value in ORDINARY.get(one.kind, ())


def _assumed(one: Quantity, text: str) -> bool:
    """Whether the sentence itself calls the number an assumption, which is where it then comes from."""
    for sentence in _SENTENCE.finditer(text):
        if sentence.start() <= one.start < sentence.end():
            return _ASSUMED.search(sentence.group()) is not None
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


def _cited(value: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """(path of an object, the source ids that it names itself)."""
    if isinstance(value, BaseModel):
        for name, inner in value:
            if not path and name not in PART_IDS:
                continue
            if name in ("sources", "source") and inner and isinstance(inner, list | str):
                yield path, [inner] if isinstance(inner, str) else inner
            else:
                yield from _cited(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _cited(inner, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _cited(inner, f"{path}[{key}]")


def _grounds(plan: MarketingPlan, ctx: CheckContext) -> Grounds:
    return once(plan, "grounds", lambda: Grounds(plan, ctx))


@dataclass(frozen=True)
class Loose:
    """A number of a text that comes from nowhere."""

    text: Text
    number: Quantity
    rival: str
    """The competitor that its sentence speaks of, if any."""


def _loose(plan: MarketingPlan, ctx: CheckContext) -> tuple[Loose, ...]:
    """Every number of the texts that comes from nowhere; about a competitor only the brief and cited sources count."""
    return once(plan, "loose", lambda: tuple(_search(plan, ctx)))


def _search(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Loose]:
    known = _grounds(plan, ctx)
    rivals = [one.name for one in ctx.brief.competitors if len(one.name) > 1]
    for text in _read(plan):
        for number in quantities(text.text):
            rival = _rival(text, number, rivals, plan)
            if not rival or _method(number, text):
                if not known.traced(number, text.path, text.text):
                    yield Loose(text, number, "")
            elif not _said_of_rival(number, text, known):
                yield Loose(text, number, rival)


def _rival(text: Text, number: Quantity, rivals: list[str], plan: MarketingPlan) -> str:
    """The competitor that a number is said of: whose observation it stands in, or whom its sentence names."""
    if text.path.startswith("market.competitors[") and ".observations" in text.path:
        one = plan.market.competitors[int(re.findall(r"\d+", text.path)[0])]
        return "" if one.status_quo else one.name
    if text.path.startswith("market.comparison") and ".others[" in text.path:
        id_ = text.path.rpartition("[")[2].rstrip("]")
        return next((one.name for one in plan.market.competitors if one.id == id_ and not one.status_quo), "")
    for sentence in _SENTENCE.finditer(text.text):
        if sentence.start() <= number.start < sentence.end():
            return next((name for name in rivals if occurs(name, sentence.group())), "")
    return ""


def _method(number: Quantity, text: Text) -> bool:
    """Whether the number says how and when something is found out, not what a competitor is or has."""
    return text.path.startswith("market.unknowns") or number.kind in (DATE, CLOCK) or not _claims(number)


def _claims(number: Quantity) -> bool:
    """Whether a number asserts something by itself: a share, a multiple, money, or more than a handful."""
    return (
        number.kind in SHARP
        or (len(number.kind) == 3 and number.kind.isupper())
        or (number.kind == COUNT and number.value > SMALL)
    )


def _said_of_rival(number: Quantity, text: Text, known: Grounds) -> bool:
    """In the analysis of competitors only brief and cited sources count; elsewhere the number may be the plan's own."""
    if not text.path.startswith(("market.competitors", "market.comparison")) and known.traced(
        number, text.path, text.text
    ):
        return True
    own = known.own(text.path)
    return known.brief.holds(number) or known.shelf.pools(own).holds(number) or known.elsewhere(text.path)


@check("GRD-001", "error", "A source that is cited exists: the item in the knowledge base, the field in the brief")
def sources_exist(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Items are renamed and withdrawn; a plan that cites one that is gone cites nothing."""
    fields = set(type(ctx.brief).model_fields)
    for path, ids in _grounds(plan, ctx).sources.items():
        for one in ids:
            kind, _, name = one.partition(":")
            if kind == "kb" and name not in ctx.knowledge.items:
                yield at(path, id=one)
            elif kind == "brief" and re.split(r"[.\[]", name)[0] not in fields:
                yield at(path, "field", id=one)


@check("GRD-002", "error", "A figure that rests on the knowledge base is what the cited item says, in its unit")
def figures_hold(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Value, low and high each stand in one of the items, or lie within the range that a benchmark gives."""
    shelf = _grounds(plan, ctx).shelf
    for part in PART_IDS:
        for path, figure in figures(getattr(plan, part), part):
            items = [
                ctx.knowledge.items[name]
                for one in figure.sources
                if (name := one.removeprefix("kb:")) in ctx.knowledge.items
            ]
            if figure.kind != "knowledge" or not items:
                continue
            pool = shelf.pools(figure.sources)
            for value in (figure.low, figure.value, figure.high):
                if value is not None and not grounds.says(pool, items, value, figure.unit, ctx.knowledge.rate):
                    yield at(path, value=f"{value:g}", unit=figure.unit, id=", ".join(figure.sources))
                    break


@check("GRD-003", "error", "A claim holds no number that its own sources do not hold")
def claims_hold(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """For claims, trends and observations that name the brief or the knowledge base as their source."""
    known = _grounds(plan, ctx)
    for path, claim in _claims_of(plan):
        if claim.kind not in ("brief", "knowledge") or known.elsewhere(path):
            continue
        text = claim.what + claim.so_what if isinstance(claim, Trend) else claim.text
        pool = known.shelf.pools(claim.sources)
        for number in quantities(text):
            held = pool.holds(number) or known.brief.holds(number) or (isinstance(claim, Trend) and number.kind == DATE)
            if _claims(number) and not held and not (isinstance(claim, Trend) and known.traced(number, path, text)):
                yield at(path, words=number.words, id=", ".join(claim.sources))


@check(
    "GRD-004",
    "error",
    "Every share, multiple, sum of money and large count in the prose is the brief's, the plan's own or a cited item's",
)
def numbers_traced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Counts up to ten are turns of speech, and a sentence may call its number an assumption."""
    for one in _loose(plan, ctx):
        if not one.rival and _claims(one.number):
            yield at(one.text.path, words=one.number.words, text=_near(one))


@check(
    "GRD-005",
    "warning",
    "Every date, duration and time of day in the prose comes from the plan, the brief or a cited item",
)
def times_traced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A wrong one costs less than a wrong claim."""
    for one in _loose(plan, ctx):
        if not one.rival and not _claims(one.number):
            yield at(one.text.path, words=one.number.words, text=_near(one))


@check("GRD-006", "error", "No number is said of a competitor that neither the brief nor a cited source says")
def rivals_numbers(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """In observations, in the comparison, and in every sentence that names a competitor; followers as well."""
    for one in _loose(plan, ctx):
        if one.rival:
            yield at(one.text.path, words=one.number.words, text=_near(one))
    told = {squeezed(one.name): one.followers for one in ctx.brief.competitors}
    known = _grounds(plan, ctx)
    for place, rival in enumerate(plan.market.competitors):
        path, value = f"market.competitors[{place}].followers", rival.followers.value
        if value is None or rival.status_quo or known.elsewhere(path):
            continue
        if told.get(squeezed(rival.name)) != value:
            yield at(path, words=f"{value:g}", text=rival.name)


@check("GRD-007", "error", "What is said of a competitor is the brief's words or a source's, or it is a research task")
def rivals_sourced(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """An assumption about a competitor is an invention."""
    told = {
        squeezed(one.name): squeezed(" ".join([*one.facts, *one.platforms, str(one.followers)]))
        for one in ctx.brief.competitors
    }
    known = _grounds(plan, ctx)
    for place, rival in enumerate(plan.market.competitors):
        if rival.status_quo:
            continue
        for number, seen in enumerate(rival.observations):
            path = f"market.competitors[{place}].observations[{number}]"
            if seen.kind not in ("brief", "knowledge", "research"):
                yield at(path, name=rival.name, text=seen.text[:40])
            elif seen.kind == "brief" and not known.elsewhere(path):
                if not _echoes(seen.text, told.get(squeezed(rival.name), "")):
                    yield at(path, "unsaid", name=rival.name, text=seen.text[:40])


def _echoes(text: str, told: str) -> bool:
    """Whether some stretch of the text is what the brief says: half of its letters in runs of the brief's, or its number."""
    key = squeezed(text)
    size = 2 if is_cjk(text) else 5
    grams = [key[n : n + size] for n in range(max(len(key) - size + 1, 1))]
    share = sum(gram in told for gram in grams) / len(grams)
    return share >= 0.5 or any(re.sub(r"\D", "", one.words) in told for one in quantities(text) if one.value > SMALL)


@check("GRD-008", "warning", "The list of sources says of each item what the knowledge base says: confidence and date")
def sources_current(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A low confidence that is lost here is lost wherever the source is cited."""
    for place, source in enumerate(plan.sources):
        item = ctx.knowledge.items.get(source.id.removeprefix("kb:"))
        if item is not None and source.id.startswith("kb:") and source.confidence != item.confidence:
            yield at(f"sources[{place}]", id=source.id, said=source.confidence or "-", found=item.confidence)


def _claims_of(plan: MarketingPlan) -> Iterator[tuple[str, Claim | Observation | Trend]]:
    for part in PART_IDS:
        yield from _below(getattr(plan, part), part)


def _below(value: Any, path: str) -> Iterator[tuple[str, Claim | Observation | Trend]]:
    if isinstance(value, Claim | Observation | Trend):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, inner in value:
            yield from _below(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _below(inner, f"{path}[{place}]")


def _near(one: Loose) -> str:
    """The words around a number."""
    text, start = one.text.text, one.number.start
    return text[max(0, start - 15) : start + len(one.number.words) + 15].replace("\n", " ")
