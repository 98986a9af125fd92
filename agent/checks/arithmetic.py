"""Arithmetic of the plan outside the budget: shares, scores, ranges, curves, samples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.walk import figures
from agent.plan.model import MarketingPlan


@check("ARI-001", "error", "Every range has low ≤ value ≤ high, and every number is finite")
def ranges_ordered(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """All figures of the plan, KPI targets included."""
    for where, figure in figures(plan):
        known = [v for v in (figure.low, figure.value, figure.high) if v is not None]
        if known != sorted(known) or not all(math.isfinite(v) for v in known):
            yield at(where, numbers=" / ".join(f"{v:g}" for v in known))


@check("ARI-002", "error", "Pillar shares sum to 100")
def pillar_shares(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """In per cent, whole numbers."""
    total = sum(pillar.share for pillar in plan.themes.pillars)
    if total != 100:
        yield at("themes.pillars", total=total)


@check("ARI-003", "error", "Phase shares of the budget sum to 1")
def phase_shares(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Within a thousandth."""
    total = sum(phase.share for phase in plan.phases)
    if abs(total - 1) > 0.001:
        yield at("phases", total=f"{total:.3f}")


@check("ARI-004", "error", "A risk's score is likelihood × impact, both from 1 to 5")
def risk_scores(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Each risk by itself."""
    for place, risk in enumerate(plan.risks.risks):
        sane = 1 <= risk.likelihood <= 5 and 1 <= risk.impact <= 5
        if not sane or risk.score != risk.likelihood * risk.impact:
            yield at(
                f"risks.risks[{place}].score",
                id=risk.id, likelihood=risk.likelihood, impact=risk.impact, score=risk.score,
            )  # fmt: skip


@check("ARI-005", "error", "Risks stand with the highest score first, and the summary names the highest")
def risk_order(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """A risk in the summary may not score lower than one left out of it."""
    scores = [risk.score for risk in plan.risks.risks]
    for place in range(1, len(scores)):
        if scores[place] > scores[place - 1]:
            yield at(f"risks.risks[{place}]", id=plan.risks.risks[place].id, score=scores[place])
            break
    named = [risk.score for risk in plan.risks.risks if risk.id in plan.summary.top_risks]
    left = [risk.score for risk in plan.risks.risks if risk.id not in plan.summary.top_risks]
    if named and left and min(named) < max(left):
        yield at("summary.top_risks", "summary", score=max(left), lowest=min(named))


@check("ARI-006", "error", "A platform's total is the sum of weight × score, and its weights sum to 1")
def platform_totals(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Within five hundredths, the rounding of the table."""
    for place, choice in enumerate(plan.platforms.choices):
        if not choice.scores:
            continue
        total = sum(score.weight * score.score for score in choice.scores)
        weight = sum(score.weight for score in choice.scores)
        if abs(total - choice.total) > 0.05 or abs(weight - 1) > 0.01:
            yield at(
                f"platforms.choices[{place}].total",
                platform=choice.platform, said=f"{choice.total:.2f}", found=f"{total:.2f}", weight=f"{weight:.2f}",
            )  # fmt: skip


@check("ARI-007", "error", "An experiment is called conclusive exactly when its observations suffice")
def experiments_honest(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """conclusive == (available ≥ sample), and a sample is a positive number."""
    for place, trial in enumerate(plan.measurement.experiments):
        if trial.sample <= 0 or trial.conclusive != (trial.available >= trial.sample):
            yield at(
                f"measurement.experiments[{place}].conclusive",
                id=trial.id,
                available=trial.available,
                sample=trial.sample,
            )


@check("ARI-008", "error", "The forecast curve of a goal runs one way, month after month")
def curve_monotone(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Counts and averages only grow; a goal measured in time may only fall. The target likewise, where the curve has one."""
    for goal in {point.goal: None for point in plan.kpis.curve}:
        points = [point for point in plan.kpis.curve if point.goal == goal]
        values = [point.forecast for point in points]
        months = [point.month for point in points]
        wanted = [point.target for point in points if point.target is not None]
        for one in (values, wanted):
            if one not in (sorted(one), sorted(one, reverse=True)) or months != sorted(set(months)):
                yield at("kpis.curve", goal=goal, values=", ".join(f"{v:g}" for v in one))
                break


@check("ARI-009", "error", "The forecast curve of a goal ends at the goal's base forecast")
def curve_ends(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Within one per cent, or one unit where the numbers are small."""
    goals = {goal.id: goal for goal in plan.positioning.goals}
    last = {point.goal: point for point in sorted(plan.kpis.curve, key=lambda point: point.month)}
    for name, point in last.items():
        base = goals[name].verdict.base if name in goals else None
        if base is not None and abs(point.forecast - base) > max(0.01 * abs(base), 1 if abs(base) > 5 else 0.01):
            yield at("kpis.curve", goal=name, said=f"{point.forecast:g}", found=f"{base:g}")


@check("ARI-010", "error", "The calendar's and the format mix's own counts are right")
def counts_right(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """topics_used counts different topics; mix[].pieces counts rows of that format."""
    used = len({entry.topic_id for entry in plan.calendar.entries if entry.topic_id})
    if plan.calendar.topics_used != used:
        yield at("calendar.topics_used", said=plan.calendar.topics_used, found=used)
    pieces = Counter(entry.format for entry in plan.calendar.entries if entry.kind != "buffer")
    for place, share in enumerate(plan.themes.mix):
        if share.pieces != pieces[share.format]:
            yield at(f"themes.mix[{place}].pieces", said=share.pieces, found=pieces[share.format])


@check("ARI-011", "error", "A verdict has its forecast: low ≤ base ≤ high, and a status only where there is a number")
def verdicts_follow(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """`unknown` needs no forecast, nor does a service goal, which hours decide and not media."""
    for place, goal in enumerate(plan.positioning.goals):
        verdict, where = goal.verdict, f"positioning.goals[{place}].verdict"
        known = [v for v in (verdict.low, verdict.base, verdict.high) if v is not None]
        if known != sorted(known):
            yield at(where, goal=goal.id, numbers=" / ".join(f"{v:g}" for v in known))
        elif verdict.status != "unknown" and verdict.base is None and goal.kind != "service":
            yield at(where, "status", goal=goal.id, status=verdict.status)
