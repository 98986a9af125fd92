"""What came of a plan against its targets: attained, gap, likely causes to test, proposed edits."""

from __future__ import annotations

from agent.revise.review.report import Cause, Review, Row, review

__all__ = ["Cause", "Review", "Row", "review"]
