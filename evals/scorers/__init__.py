"""Scorers, deterministic: one file per question, and the registry."""

from __future__ import annotations

from evals.scorers import (  # noqa: F401  (importing a module registers its scorers)
    checks,
    completeness,
    delivery,
    grounding,
    platforms,
    prompts,
    reading,
    said,
    specificity,
    style,
)
from evals.scorers.base import Criterion, Scorer, Subject, mean, score, scorers, words_score

__all__ = ["Criterion", "Scorer", "Subject", "mean", "score", "scorers", "words_score"]
