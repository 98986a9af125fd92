"""Walks that look only where something can be find what walks through everything find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from agent.checks.grounding import claims_of
from agent.checks.references import _kind, _references
from agent.checks.towards import fields_towards
from agent.checks.walk import IDENTIFIERS, _limits, figures, texts
from agent.plan.base import Claim, Figure
from agent.plan.insight import Observation, Trend
from agent.plan.model import PART_IDS, MarketingPlan
from tests.checks.test_grounding import made


def everything(value: Any, path: str, name: str = "", model: str = "") -> Iterator[tuple[str, str, str, Any]]:
    """(path, field, model that has the field, value) of all there is below a value, whatever its type."""
    yield path, name, model, value
    if isinstance(value, BaseModel):
        for field, inner in vars(value).items():
            yield from everything(inner, f"{path}.{field}" if path else field, field, type(value).__name__)
    elif isinstance(value, list | dict):
        rows = value.items() if isinstance(value, dict) else enumerate(value)
        for place, inner in rows:
            yield from everything(inner, f"{path}[{place}]", name, model)


@pytest.fixture(params=("tea-zh.yaml", "b2b-en.md"), scope="module")
def plan(request: pytest.FixtureRequest) -> MarketingPlan:
    """A plan with money, creators and competitors, in either language."""
    return made(request.param)[1]


def test_every_figure_is_found(plan: MarketingPlan) -> None:
    there = [(path, value) for path, _, _, value in everything(plan, "") if isinstance(value, Figure)]
    assert len(there) > 50
    assert list(figures(plan)) == there


def test_every_text_is_found(plan: MarketingPlan) -> None:
    models = {type(value).__name__: type(value) for *_, value in everything(plan, "") if isinstance(value, BaseModel)}
    there = [
        path
        for path, name, model, value in everything(plan, "")
        if isinstance(value, str)
        and model in models
        and path.partition(".")[0].partition("[")[0] not in ("sources", "findings", "words", "meta")
        and ((value and name not in IDENTIFIERS) or _limits(models[model])[name])
    ]
    assert len(there) > 500
    assert [one.path for one in texts(plan)] == there


def test_every_reference_is_found(plan: MarketingPlan) -> None:
    for part in PART_IDS:
        there = [
            (path, _kind(model, name), value)
            for path, name, model, value in everything(getattr(plan, part), part, part)
            if isinstance(value, str) and value and model and _kind(model, name)
        ]
        found: list[tuple[str, str, str]] = []
        _references(found, getattr(plan, part), part, "")
        assert found == there


def test_every_claim_is_found(plan: MarketingPlan) -> None:
    there = [
        path
        for part in PART_IDS
        for path, _, _, value in everything(getattr(plan, part), part)
        if isinstance(value, Claim | Observation | Trend)
    ]
    assert there
    assert [path for path, _ in claims_of(plan)] == there


def test_fields_that_lead_nowhere_are_left_out() -> None:
    class Leaf(BaseModel):
        number: float = 0
        name: str = ""

    class Tree(BaseModel):
        title: str = ""
        leaves: list[Leaf] = []
        by_name: dict[str, Leaf | None] = {}
        anything: Any = None

    def is_number(model: type[BaseModel], name: str, atom: Any) -> bool:
        return atom is float

    assert fields_towards(Leaf, is_number) == ("number",)
    assert fields_towards(Tree, is_number) == ("leaves", "by_name", "anything")
