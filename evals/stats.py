"""Statistics of live comparisons: a sign test over brands, a paired bootstrap over brands, and what they could have seen."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

ALPHA = 0.05
DRAWS = 2000
SEED = 20261123


@dataclass(frozen=True)
class Comparison:
    """A against B on one scorer; positive differences are in favour of A."""

    mean: float
    """Mean difference over brands."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end."""
    wins: int
    """Brands on which A is better."""
    losses: int
    """Brands on which B is better."""
    p_worse: float
    """One-sided sign test: chance of so many losses if neither were better."""
    power_5: float
    """Chance to see a drop of 5 points at ALPHA with so many brands and this spread."""
    power_10: float
    """The same for 10 points."""


def sign_test(wins: int, losses: int) -> float:
    """One-sided exact p-value that losses outnumber wins by chance; ties are left out."""
    n = wins + losses
    return sum(math.comb(n, k) for k in range(losses, n + 1)) / 2**n if n else 1.0


def by_brand(values: Mapping[str, float], brands: Mapping[str, str]) -> dict[str, float]:
    """Mean of each brand: briefs of one brand are not independent."""
    found: dict[str, list[float]] = defaultdict(list)
    for brief, value in values.items():
        found[brands[brief]].append(value)
    return {brand: sum(rows) / len(rows) for brand, rows in sorted(found.items())}


def compare(a: Mapping[str, float], b: Mapping[str, float], brands: Mapping[str, str]) -> Comparison:
    """Paired comparison of two writers; briefs that only one of them has are left out. Raises ValueError without any pair."""
    pairs = {brief: a[brief] - b[brief] for brief in a if brief in b}
    if not pairs:
        raise ValueError("no brief stands in both")
    clusters = list(by_brand(pairs, brands).values())
    wins, losses = sum(d > 1e-9 for d in clusters), sum(d < -1e-9 for d in clusters)
    low, high = bootstrap(clusters)
    return Comparison(
        mean=sum(clusters) / len(clusters),
        low=low,
        high=high,
        wins=wins,
        losses=losses,
        p_worse=sign_test(wins, losses),
        power_5=power(clusters, 0.05),
        power_10=power(clusters, 0.10),
    )


def bootstrap(clusters: list[float], draws: int = DRAWS) -> tuple[float, float]:
    """95 % interval of the mean over clusters, drawn with replacement; the seed is fixed."""
    rng = random.Random(SEED)
    means = sorted(sum(rng.choices(clusters, k=len(clusters))) / len(clusters) for _ in range(draws))
    return means[round(0.025 * (draws - 1))], means[round(0.975 * (draws - 1))]


def power(clusters: list[float], drop: float, trials: int = 400) -> float:
    """Chance that the sign test rejects when every brand loses `drop` beside the spread seen here."""
    rng = random.Random(SEED)
    middle = sum(clusters) / len(clusters)
    spread = [value - middle for value in clusters]
    seen = 0
    for _ in range(trials):
        drawn = [value - drop for value in rng.choices(spread, k=len(spread))]
        seen += sign_test(sum(d > 0 for d in drawn), sum(d < 0 for d in drawn)) <= ALPHA
    return seen / trials
