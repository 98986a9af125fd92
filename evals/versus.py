"""Writers side by side over the briefs that all of them have: the table in evals/README.md, from committed results alone."""

from __future__ import annotations

from evals.report import differences
from evals.results import Results

ROW = "| {} |"


def versus(first: Results, others: list[Results]) -> str:
    """Markdown: the means of every writer by scorer, and what the first is better by, with 95 % intervals over brands, wins and losses.

    Briefs that one of them lacks, or whose recording is stale, are left out. A scorer that needs a typed plan is left out where a writer has none.
    Raises ValueError when no brief is left, or when the results come from different scorers.
    """
    if len({one.scorers for one in (first, *others)}) > 1:
        raise ValueError("the results come from different scorers: score the older plans again")
    every = [_fresh(one) for one in (first, *others)]
    shared = sorted(set.intersection(*({row.brief for row in one.rows} for one in every)))
    if not shared:
        raise ValueError("no brief stands in all of the results")
    for one in every:
        one.rows = [row for row in one.rows if row.brief in shared]
    brands = {row.brand for row in every[0].rows}
    head = [
        "scorer",
        *(one.model for one in every),
        *(f"{every[0].model} − {one.model}, 95 % interval, +/−" for one in every[1:]),
    ]
    lines = [
        f"{len(shared)} briefs of {len(brands)} brands: {', '.join(shared)}.",
        "",
        ROW.format(" | ".join(head)),
        ROW.format(" | ".join("---" for _ in head)),
    ]
    told = [dict(differences(every[0], one)) for one in every[1:]]
    for name in ["words", *every[0].scorers_used()]:
        cells = [name, *(_mean(one, name) for one in every)]
        for found in told:
            gap = found.get(name)
            cells.append(f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}] {gap.wins}/{gap.losses}" if gap else "")
        lines.append(ROW.format(" | ".join(cells)))
    return "\n".join(lines)


def _fresh(results: Results) -> Results:
    kept = results.model_copy(deep=True)
    kept.rows = [row for row in kept.rows if not row.stale]
    return kept


def _mean(results: Results, scorer: str) -> str:
    if scorer == "words":
        return f"{sum(row.words for row in results.rows) / len(results.rows):.3f}"
    value = results.mean(scorer)
    return "" if value is None else f"{value:.3f}"
