"""The plan checks itself: one file per family of checks, and the registry."""

from __future__ import annotations

from agent.checks import (  # noqa: F401  (importing a family registers its checks)
    arithmetic,
    capacity,
    complete,
    compliance,
    coverage,
    dates,
    distinct,
    feasibility,
    fidelity,
    grounding,
    language,
    legal,
    limits,
    money,
    references,
    specificity,
    targets,
    words,
)
from agent.checks.base import Check, CheckContext, check, registry, run_checks
from agent.checks.counting import count
from agent.checks.limits import limit_checks

__all__ = ["Check", "CheckContext", "check", "count", "limit_checks", "registry", "run_checks"]
