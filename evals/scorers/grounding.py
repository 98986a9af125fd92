"""Grounding: figures and claims say where they come from, and what is not known is a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from agent.checks.walk import figures
from evals.scorers.base import Criterion, Subject, at_least, at_most, scorer, yes


@scorer("grounding", "Figures, claims and what is said of competitors rest on something")
def grounding(subject: Subject) -> Iterator[Criterion]:
    """Kinds of figures; sources cited; competitors' aspects known by a source, or a research task that exists."""
    plan = subject.plan
    found = [one for _, one in figures(plan)]
    known = [one for one in found if one.value is not None or one.low is not None]
    backed = [one for one in known if one.sources or one.formula or one.note]
    yield at_least("figures", len(backed) / max(len(known), 1), 1.0)
    kinds = Counter(one.kind for one in known)
    yield at_most("assumed", kinds["assumption"] / max(len(known), 1), 0.6)
    tasks = {one.id for one in plan.market.unknowns}
    seen = [one for rival in plan.market.competitors for one in rival.observations]
    rests = [one for one in seen if one.sources or one.task in tasks]
    yield at_least("competitors", len(rests) / max(len(seen), 1), 1.0)
    listed = {one.id for one in plan.sources}
    cited = {source for one in found for source in one.sources}
    yield yes("listed", cited <= listed, f"not in the list: {', '.join(sorted(cited - listed)[:5])}")
    dated = [one for one in plan.sources if one.kind == "knowledge"]
    yield at_least("dated", sum(bool(one.date and one.confidence) for one in dated) / max(len(dated), 1), 0.9)
    yield yes(
        "gaps", bool(plan.gaps) or len(subject.brief.text) > 700, "a short brief without an assumption or a question"
    )
