"""Targets: what the client wants is never told as if it were so already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.checks.base import CheckContext, Hit, at, check
from agent.checks.looks import look, suspects
from agent.checks.terms import holds_any
from agent.plan.model import MarketingPlan

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?\n]|\.(?=\s|$)|$)")
_REACHED = re.compile(
    r"已经|已達|已达|达到了|達到了|做到了|实现了|實現了|完成了|突破[了至到]?|增长到了|涨到了|升到了|从.{1,20}(?:涨|升|增长|提高)到了"
    r"|\b(?:reached|achieved|hit|grew to|rose to|climbed to|delivered|generated|surpassed|exceeded|now (?:has|have|at))\b",
    re.I,
)
_DEEDS = (
    "了",
    "已",
    "突破",
    "reached",
    "achieved",
    "hit",
    "grew",
    "rose",
    "climbed",
    "delivered",
    "generated",
    "surpassed",
    "exceeded",
    "now ha",
    "now at",
)
"""Of which _REACHED never finds anything without one."""
_AIM = re.compile(
    r"目标|目標|计划|計畫|预计|預計|预测|預測|争取|力争|希望|达不到|未达|要到|将|如果|若|才|之前|以前"
    r"|\b(?:target|goal|aim|plan|forecast|expect|need|would|will|could|should|to reach|to be reached|has to|have to|must|until|if|when|not|short of|by)\w*\b",
    re.I,
)


def told_as_reached(text: str, targets: Sequence[str]) -> str:
    """The target's number of which a sentence says that it has been reached; "" when none does."""
    for sentence in _SENTENCE.findall(text):
        told = {n.replace(",", "") for n in _NUMBER.findall(sentence)}
        hit = next((number for number in targets if number in told), "")
        if hit and _REACHED.search(sentence) and not _AIM.search(sentence):
            return hit
    return ""


@look("success")
def _tells_success(text: str, language: str) -> bool:
    """Whether anything in a text has been reached: in most texts nothing has, whatever the targets are."""
    small = text.casefold()
    return holds_any(small, _DEEDS) and _REACHED.search(text) is not None


def target_numbers(objectives: Sequence[Mapping[str, float | None]]) -> list[str]:
    """The numbers of targets that are above their baseline or have none, as digits: 4200 → "4200", 0.045 → "4.5"."""
    found: list[str] = []
    for one in objectives:
        target, baseline = one["target"], one["baseline"]
        if target is None or target == baseline:
            continue
        found += [f"{target:g}" if target < 1e6 else f"{target:.0f}"]
        if 0 < target < 1:
            found.append(f"{target * 100:g}")
        if target >= 10000:
            found.append(f"{target / 10000:g}")
    return list(dict.fromkeys(found))


@check("FID-014", "error", "No target of the brief is told as if it had been reached")
def targets_open(plan: MarketingPlan, ctx: CheckContext) -> Iterator[Hit]:
    """Targets of two digits and more; a sentence that speaks of aims, forecasts or conditions is none."""
    rows = [{"target": one.target, "baseline": one.baseline} for one in ctx.brief.objectives]
    known = [one for one in target_numbers(rows) if len(one) > 1]
    if not known:
        return
    for one in suspects(plan, "success"):
        number = told_as_reached(one.text, known)
        if number:
            yield at(one.path, number=number, text=one.text[:40])
