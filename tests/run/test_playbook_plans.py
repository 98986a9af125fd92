"""The six example briefs as whole plans in the playbook's words."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.model import PART_IDS, MarketingPlan
from agent.run.build import build_plan
from tests.run.conftest import BRIEFS

AS_OF = dt.date(2026, 11, 23)
EXAMPLES = sorted(path.name for path in BRIEFS.iterdir())
IMPOSSIBLE = {"contradictory-en.yaml": re.compile(r"BRF-C\d\d|FEA-\d+|BUD-0\d\d|FID-0\d\d")}
"""Briefs that ask for what cannot be: the only error findings are the contradictions themselves and what follows from them."""


def made(name: str) -> MarketingPlan:
    knowledge = load()
    intake = read_brief(BRIEFS / name, as_of=AS_OF)
    return build_plan(intake, knowledge, build_frame(intake.filled, as_of=AS_OF, knowledge=knowledge), model="playbook")


@pytest.fixture(scope="module", params=EXAMPLES)
def plan(request: pytest.FixtureRequest) -> MarketingPlan:
    return made(request.param)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_error_is_left_but_what_the_brief_makes_impossible(name: str) -> None:
    errors = [f for f in made(name).findings if f.severity == "error"]
    allowed = IMPOSSIBLE.get(name)
    left = [f"{f.code} {f.where}: {f.message}" for f in errors if not (allowed and allowed.fullmatch(f.code))]
    assert left == []


def test_nothing_is_nearly_told_twice_and_every_number_has_its_source(plan: MarketingPlan) -> None:
    assert not [f for f in plan.findings if f.code in ("DIS-001", "DIS-002", "GRD-005", "LAN-009")]


def test_all_seventeen_parts_are_there(plan: MarketingPlan) -> None:
    assert set(plan.words) == set(PART_IDS)
    assert all(words.source == "playbook" for words in plan.words.values())


def test_a_plan_survives_its_own_json(plan: MarketingPlan) -> None:
    assert MarketingPlan.model_validate_json(plan.model_dump_json()) == plan


def test_every_cited_source_stands_in_the_list(plan: MarketingPlan) -> None:
    listed = {source.id for source in plan.sources}
    cited = set(
        re.findall(r'"((?:kb|brief|calc|assume):[^"]+)"', plan.model_dump_json(exclude={"sources", "gaps", "findings"}))
    )
    assert cited - listed == set()


def test_the_same_brief_gives_the_same_plan_to_the_byte() -> None:
    assert made("tea-zh.yaml").model_dump_json() == made("tea-zh.yaml").model_dump_json()
