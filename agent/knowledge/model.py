"""Everything the knowledge base holds, as one model; the shapes themselves lie in atoms, sheet and library."""

from __future__ import annotations

from typing import Literal

from agent.knowledge.atoms import (
    ASSUMPTION,
    Bi,
    Confidence,
    Criterion,
    Day,
    Entry,
    Filled,
    FormatId,
    FunctionId,
    Item,
    SourceInfo,
)  # fmt: skip
from agent.knowledge.library import (
    Crisis,
    CrisisLevel,
    DateRule,
    Framework,
    KpiDef,
    Law,
    Lead,
    Measure,
    Norm,
    Note,
    ReviewStep,
    RiskItem,
    Rule,
    Study,
    TeamSize,
    Tool,
)  # fmt: skip
from agent.knowledge.sheet import Effort, Fit, Limit, PlatformSheet, Style, Window

__all__ = [
    "ASSUMPTION",
    "Base",
    "Benchmark",
    "Bi",
    "Confidence",
    "CreatorTier",
    "Crisis",
    "CrisisLevel",
    "Criterion",
    "DateRule",
    "Day",
    "Effort",
    "Entry",
    "Fit",
    "FormatId",
    "Framework",
    "FunctionId",
    "Item",
    "KpiDef",
    "Law",
    "Lead",
    "Limit",
    "Measure",
    "Norm",
    "Note",
    "PlatformSheet",
    "ReviewStep",
    "RiskItem",
    "Rule",
    "SourceInfo",
    "Study",
    "Style",
    "TeamSize",
    "Tool",
    "Window",
]


class Benchmark(Item):
    """A planning range for one metric: low and high are the plausible ends, base the middle case."""

    metric: Filled
    """Metric id: cpm, ctr, er, cvr…"""
    platform: str = ""
    """Platform id; empty for any."""
    business: str = ""
    """b2c or b2b; empty for any."""
    tier: str = ""
    """Creator tier id; empty for none."""
    format: str = ""
    """Format id; empty for any."""
    low: float
    """Lower end."""
    base: float
    """Planning value."""
    high: float
    """Upper end."""
    unit: Filled
    """"%" (fraction in [0, 1]), "count", or an ISO currency code."""
    definition: Bi
    """What is divided by what."""
    sample: str = ""
    """Sample as the source gives it."""
    period: str = ""
    """Period of the data."""

    @property
    def currency(self) -> str:
        """ISO currency code when the benchmark is money, else empty."""
        return self.unit if len(self.unit) == 3 and self.unit.isupper() else ""


class CreatorTier(Item):
    """A size class of creators."""

    role: Literal["KOL", "KOC"]
    """KOL lends reach and authority; KOC lends everyday credibility."""
    followers_low: int
    """Smallest following."""
    followers_high: int
    """Largest following."""


class Base(Entry):
    """The whole base, as read from the files."""

    sources: dict[str, SourceInfo]
    platforms: dict[str, PlatformSheet]
    benchmarks: tuple[Benchmark, ...]
    studies: tuple[Study, ...]
    tiers: tuple[CreatorTier, ...]
    rates: dict[str, float]
    rates_item: Item
    kpis: tuple[KpiDef, ...]
    dates: tuple[DateRule, ...]
    laws: tuple[Law, ...]
    risks: tuple[RiskItem, ...]
    crisis: Crisis
    frameworks: tuple[Framework, ...]
    norms: tuple[Norm, ...]
    teams: tuple[TeamSize, ...]
    review: tuple[ReviewStep, ...]
    tools: tuple[Tool, ...]
    notes: tuple[Note, ...] = ()
