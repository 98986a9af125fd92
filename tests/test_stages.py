"""The stages as data: seventeen, acyclic, each with its prompt, each rewriting prose that exists."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from agent.plan.model import PART_IDS, MarketingPlan
from agent.stages import STAGES, Stage
from agent.words.items import limit_of
from agent.words.prompts import load_prompt


def test_there_is_one_stage_a_part() -> None:
    assert sorted(stage.id for stage in STAGES) == sorted(PART_IDS)


def test_the_order_of_writing_respects_what_each_needs() -> None:
    assert list(TopologicalSorter({s.id: s.depends_on for s in STAGES}).static_order())
    seen: set[str] = set()
    for stage in STAGES:
        assert set(stage.depends_on) <= seen
        seen.add(stage.id)


def test_at_most_six_calls_follow_one_another() -> None:
    depth: dict[str, int] = {}
    for stage in STAGES:
        depth[stage.id] = 1 + max((depth[needed] for needed in stage.depends_on), default=0)
    assert max(depth.values()) <= 6


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.id)
def test_what_a_prompt_declares_is_what_it_uses(stage: Stage) -> None:
    prompt = load_prompt(stage.prompt)
    used = set(re.findall(r"\{\{ *([a-z_]+)", prompt.body)) | set(re.findall(r"\{% if ([a-z_]+)", prompt.body))
    assert used == set(prompt.needs)
    assert prompt.why


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.id)
def test_every_rewrite_names_prose(stage: Stage) -> None:
    part = MarketingPlan.model_fields[stage.id].annotation
    assert isinstance(part, type)
    for rewrite in stage.rewrites:
        model: type[BaseModel] = part
        for step in filter(None, rewrite.path.split(".")):
            annotation = model.model_fields[step.removesuffix("[*]")].annotation
            inner = get_args(annotation)[0] if get_origin(annotation) is list else annotation
            assert isinstance(inner, type)
            assert step.endswith("[*]") == (get_origin(annotation) is list)
            model = inner
        assert all(limit_of(model, name) > 0 for name in rewrite.fields)
