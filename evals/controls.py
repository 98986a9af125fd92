"""Negative controls: plans with the right frame and worthless words. A scorer that likes them measures nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent.checks.walk import IDENTIFIERS
from agent.plan.base import Words
from agent.plan.model import PART_IDS, MarketingPlan
from evals.brief import Brief
from evals.case import Case
from evals.document import Document
from evals.scorers.completeness import rows

FLOOR = 0.45
"""Words score below which every control has to stay; the playbook's own stands far above it."""

Say = Callable[[], str]
"""Gives the next text."""


def control(name: str, case: Case) -> Document:
    """A control's document for a case. Raises ValueError for a case without a plan, KeyError for a control that there is none of."""
    if case.plan is None:
        raise ValueError(f"{case.brief.id} has no plan")
    return Document.of_plan(rewritten(case.plan, CONTROLS[name](case.brief)))


def rewritten(plan: MarketingPlan, words: Say) -> MarketingPlan:
    """The plan with every text of every part replaced; identifiers and numbers stay as they are."""
    return plan.model_copy(update={part: _replaced(getattr(plan, part), "", words) for part in PART_IDS})


def _replaced(value: Any, name: str, words: Say) -> Any:
    if isinstance(value, BaseModel):
        prose = {inner for inner, info in type(value).model_fields.items() if _is_prose(info)}
        return value.model_copy(
            update={inner: _replaced(one, "" if inner in prose else inner, words) for inner, one in value}
        )
    if isinstance(value, list):
        return [_replaced(one, name, words) for one in value]
    if isinstance(value, dict):
        return {key: _replaced(one, name, words) for key, one in value.items()}
    return words() if isinstance(value, str) and name not in IDENTIFIERS else value


def _is_prose(info: FieldInfo) -> bool:
    marks = [*info.metadata, *(mark for argument in get_args(info.annotation) for mark in get_args(argument))]
    return any(isinstance(mark, Words) for mark in marks)


def _empty(brief: Brief) -> Say:
    return lambda: ""


def _copied(brief: Brief) -> Say:
    """The brief's own lines, over and over."""
    lines = itertools.cycle([line.strip() for line in brief.text.splitlines() if line.strip()])
    return lambda: next(lines)


def _stuffed(brief: Brief) -> Say:
    """The client's names and every word by which a scorer knows a complete plan."""
    signs = [sign for row in rows() for sign in (row.zh if brief.zh else row.en).split("|") if sign.isalnum()]
    names = [brief.brand, *brief.expect.facts]
    every = itertools.cycle([*names, *signs])
    return lambda: " ".join(itertools.islice(every, 9))


CONTROLS: dict[str, Callable[[Brief], Say]] = {"copied": _copied, "empty": _empty, "stuffed": _stuffed}
"""Name → what says every text of the plan."""
