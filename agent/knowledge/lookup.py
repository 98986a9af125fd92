"""Look-ups over the knowledge base: by id, by the most specific key, by region and category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from agent.errors import SetupError
from agent.knowledge.model import (
    Base,
    Benchmark,
    CreatorTier,
    Item,
    KpiDef,
    Law,
    Norm,
    PlatformSheet,
    RiskItem,
    SourceInfo,
    TeamSize,
)  # fmt: skip

EUROPE = frozenset({"EU", "DE", "FR", "IT", "ES", "NL", "IE", "AT", "BE", "PL", "SE", "DK", "FI", "PT", "GR", "CZ"})
SOUTHEAST_ASIA = frozenset({"SEA", "SG", "MY", "TH", "VN", "ID", "PH"})


class Knowledge:
    """Look-ups over the validated base."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.items: dict[str, Item] = {}
        for item in all_items(base):
            if item.id in self.items:
                raise SetupError(f"Two items are called {item.id}.", hint="Rename one of them.", where=item.id)
            missing = [one for one in item.source if one not in base.sources]
            if missing:
                raise SetupError(
                    f"{item.id} names the source {missing[0]}, which sources.yaml does not hold.",
                    hint="Add the source or correct the id.", where=item.id,
                )  # fmt: skip
            self.items[item.id] = item
        self._benchmarks: dict[tuple[str, str, str, str, str, str], Benchmark] = {}
        for row in base.benchmarks:
            region = "" if row.platform else row.region
            self._benchmarks[row.metric, row.platform, region, row.business, row.tier, row.format] = row
        self._kpis = {one.id.removeprefix("kpi."): one for one in base.kpis}
        self._norms = {one.id.removeprefix("norm."): one for one in base.norms}

    @property
    def platforms(self) -> dict[str, PlatformSheet]:
        """Platform id → sheet, all seventeen."""
        return self.base.platforms

    def platform(self, platform: str) -> PlatformSheet:
        """One platform's sheet. Raises KeyError for an unknown id."""
        return self.base.platforms[platform]

    def benchmark(
        self,
        metric: str,
        platform: str | None = None,
        region: str | None = None,
        business: str | None = None,
        *,
        tier: str | None = None,
        format: str | None = None,
    ) -> Benchmark:
        """The most specific benchmark: platform before region before anywhere; business and format before general rows.

        `region` is CN or a market code (all but CN count as GLOBAL); it follows from the platform when absent.
        Raises KeyError when nothing is known.
        """
        found = self.find_benchmark(metric, platform, region, business, tier=tier, format=format)
        if found is None:
            asked = "/".join(one for one in (metric, platform, region, business, tier, format) if one)
            raise KeyError(f"no benchmark for {asked}")
        return found

    def find_benchmark(
        self,
        metric: str,
        platform: str | None = None,
        region: str | None = None,
        business: str | None = None,
        *,
        tier: str | None = None,
        format: str | None = None,
    ) -> Benchmark | None:
        """The same, None when nothing is known."""
        if platform in self.platforms and region is None:
            region = self.platforms[platform].region
        wide = "CN" if region == "CN" else "GLOBAL"
        places = [(platform or "", ""), ("", wide), ("", "GLOBAL")] if platform else [("", wide), ("", "GLOBAL")]
        for place, area in places:
            for trade in dict.fromkeys((business or "", "")):
                for kind in dict.fromkeys((format or "", "")):
                    row = self._benchmarks.get((metric, place, area, trade, tier or "", kind))
                    if row is not None:
                        return row
        return None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metric ids that have benchmarks."""
        return tuple(dict.fromkeys(row.metric for row in self.base.benchmarks))

    @property
    def tiers(self) -> tuple[CreatorTier, ...]:
        """Creator tiers, the smallest first; `id` is "tier.nano" and so on."""
        return self.base.tiers

    def kpi(self, kpi: str) -> KpiDef:
        """A KPI by id ("er", or "kpi.er"). Raises KeyError for an unknown id."""
        return self._kpis[kpi.removeprefix("kpi.")]

    def norm(self, norm: str) -> Norm:
        """A workload norm by id ("reply", or "norm.reply"). Raises KeyError for an unknown id."""
        return self._norms[norm.removeprefix("norm.")]

    def team_of(self, people: int) -> TeamSize:
        """The usual division of roles for a team of `people`; the largest known for more."""
        return next((one for one in self.base.teams if people <= one.people_high), self.base.teams[-1])

    def laws(self, region: str, category: str = "", contexts: Iterable[str] = ()) -> tuple[Law, ...]:
        """Rules for a market: those for the category or for all, in any of the contexts (every context when none given).

        For GLOBAL every market outside Greater China counts; EU members take EU rules; rules of platforms hold
        everywhere but CN.
        """
        wanted = set(contexts)
        places = areas(region)
        return tuple(
            law
            for law in self.base.laws
            if law.region in places
            and ("all" in law.applies_to or category in law.applies_to)
            and (not wanted or wanted & set(law.contexts))
        )

    @property
    def risks(self) -> tuple[RiskItem, ...]:
        """The risk library."""
        return self.base.risks

    def risks_for(self, tags: Iterable[str]) -> tuple[RiskItem, ...]:
        """Risks of which one condition is among `tags` (category id, b2b, creators, live, small_team…), or is `all`."""
        wanted = {"all", *tags}
        return tuple(risk for risk in self.base.risks if wanted & set(risk.conditions))

    def rate(self, have: str, want: str) -> Decimal:
        """Planning exchange rate: one unit of `have` in `want`. Raises KeyError for a currency without a rate.

        Source: knowledge/benchmarks/fx.yaml, item `fx.planning` (an assumption).
        """
        rates = self.base.rates
        return Decimal(str(rates[want])) / Decimal(str(rates[have]))

    def item(self, item_id: str) -> Item:
        """Any item by its id. Raises KeyError for an unknown id."""
        return self.items[item_id]

    def sources_of(self, item_id: str) -> tuple[SourceInfo, ...]:
        """The publications behind an item; the single source `assumption` when there is none."""
        return tuple(self.base.sources[one] for one in self.items[item_id].source)


def areas(region: str) -> frozenset[str]:
    if region == "CN":
        return frozenset({"CN"})
    if region == "GLOBAL":
        return frozenset({"GLOBAL", "US", "GB", "EU", "SG", "IN"})
    if region in EUROPE:
        return frozenset({"EU", "GLOBAL"})
    if region in SOUTHEAST_ASIA:
        return frozenset({region, "SEA", "GLOBAL"})
    return frozenset({region, "GLOBAL"})


def all_items(base: Base) -> Iterator[Item]:
    """Everything in the base that can be cited."""
    for sheet in base.platforms.values():
        for name in PlatformSheet.model_fields:
            value = getattr(sheet, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Item):
                    yield one
    crisis = base.crisis
    groups: tuple[Iterable[Item], ...] = (
        base.benchmarks, base.studies, base.tiers, base.kpis, base.dates, base.laws, base.risks,
        crisis.levels, crisis.principles, crisis.holding, crisis.roles,
        base.frameworks, base.norms, base.teams, base.review, base.tools, base.notes,
    )  # fmt: skip
    for group in groups:
        yield from group
    yield base.rates_item
