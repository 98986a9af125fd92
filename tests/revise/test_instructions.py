"""The common instructions are understood without a model, in both languages, and change what was asked and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.brief.model import BrandBrief
from agent.data import read_yaml
from agent.plan.model import PART_IDS, MarketingPlan
from agent.resources import prompts_dir
from agent.revise import paths
from agent.revise.compare import compare
from agent.revise.model import Edit, LockChange, Understood
from agent.revise.proposal import Work, open_work, propose
from agent.revise.rebuild import base_of
from agent.revise.rules.talk import Talk
from agent.revise.understanding import meant
from tests.revise.scoring import BRIEFS, Row, right, rows

OPEN, HELD = 0.95, 0.85
"""Least share understood of the instructions that the rules were written beside, and of those held out."""
TOUCHES: dict[str, set[str]] = {
    "budget_total": {"budget"}, "budget_limit": {"budget"}, "platform": {"platforms", "budget", "cadence"}, "period": {"period"},
    "cadence": {"cadence"}, "team": {"team"}, "goal": {"objectives"}, "language": {"language"}, "competitor": {"competitors"},
    "audience": {"audience"}, "key_date": {"key_dates"}, "words": {"never_say", "must_say", "tone"},
}  # fmt: skip
"""Kind of edit → fields of the brief that it may change, beside the spans."""
KEPT = {
    "budget_limit": {"market", "personas", "themes", "calendar", "adaptations", "production", "engagement"},
    "budget_total": {"market", "adaptations", "engagement"},
    "goal": {"market", "adaptations"},
    "audience": {"positioning", "strategy", "platforms", "kpis", "risks", "budget", "summary"},
    "competitor": set(PART_IDS) - {"market", "strategy", "production", "summary"},
    "words": set(PART_IDS) - {"positioning", "strategy", "adaptations", "production", "risks"},
}  # fmt: skip
"""Kind of edit → parts that it cannot reach: not a byte of them may change, but for posts that are set in another format, where the calendar may change."""
POST = re.compile(r"(adaptations\.posts\[[^]]+\])\.\w+.*")
"""A field of a finished post."""


def heard(work: Work, said: str) -> Understood:
    """What the rules make of an instruction."""
    return meant(Talk(said, work.plan, work.intake))


@pytest.fixture(scope="module")
def works(made: Callable[[str], Path]) -> dict[str, Work]:
    """The runs, read once."""
    return {name: open_work(made(name)) for name in BRIEFS}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_share_understood(works: dict[str, Work], language: str) -> None:
    found = [(row, right(row, heard(works[row.plan], row.say), works[row.plan].plan)) for row in rows(language)]
    assert len(found) >= 60
    for held_out, least in ((False, OPEN), (True, HELD)):
        mine = [good for row, good in found if row.held_out == held_out]
        assert sum(mine) / len(mine) >= least, f"{sum(mine)} of {len(mine)}"


def test_every_kind_has_an_example_that_is_understood(works: dict[str, Work]) -> None:
    kinds = read_yaml(prompts_dir() / "revise.yaml")["kinds"]
    assert len(kinds) >= 15
    lost = [
        said
        for example in kinds.values()
        for said, name in ((example["zh"], "tea"), (example["en"], "b2b"))
        if (found := heard(works[name], said)).kind == "unclear" or (found.kind == "question" and not found.citations)
    ]
    assert not lost


@pytest.mark.parametrize("row", [*rows("zh"), *rows("en")], ids=lambda row: row.say)
def test_nothing_changes_outside_what_was_asked(works: dict[str, Work], row: Row) -> None:
    work = works[row.plan]
    before = work.plan.model_dump_json(), work.intake.model_dump_json(), work.state.model_dump_json()
    understood = heard(work, row.say)
    if understood.kind != "edit" or any(_waits(edit) for edit in understood.edits):
        return
    out = propose(work, understood.edits, instruction=row.say, checked=False)
    assert (work.plan.model_dump_json(), work.intake.model_dump_json(), work.state.model_dump_json()) == before
    assert _fields(work.intake.brief, out.intake.brief) <= set().union(
        *(TOUCHES.get(e.kind, set()) for e in understood.edits)
    )
    if not out.new_brief:
        _only_there(
            work, understood.edits, [one.path for one in compare(work.plan, out.plan, (1, 2)).changes], out.plan
        )
    elif kept := set.intersection(*(KEPT.get(edit.kind, set()) for edit in understood.edits)):
        seen = compare(work.plan, out.plan, (1, 2))
        # the principle says how the posts that the calendar runs are told, and changes with them
        there = [one.path for one in seen.changes if one.part == "adaptations" and one.path != "adaptations.principle"]
        posts = [found[1] if (found := POST.fullmatch(path)) else "" for path in there]
        followed = "calendar" not in kept and all(f"{post}.format" in there for post in posts)
        assert not kept & set(seen.parts) - ({"adaptations"} if followed else set()), there
    if out.new_brief and row.held_out:
        follows = base_of(out.intake, work.plan.meta.as_of, work.knowledge, work.plan.meta.model).plan
        assert out.plan.model_dump(exclude={"findings"}) == follows.model_dump(exclude={"findings"})


def _waits(edit: Edit) -> bool:
    """What these runs hold nothing for: they have no earlier version, nothing stale and no lock."""
    return edit.kind in ("undo", "rerun") or (isinstance(edit, LockChange) and not edit.on)


def _fields(before: BrandBrief, after: BrandBrief) -> set[str]:
    return {
        name for name in BrandBrief.model_fields if name != "spans" and getattr(before, name) != getattr(after, name)
    }


def _only_there(work: Work, edits: list[Edit], changed: list[str], after: MarketingPlan) -> None:
    """Words by hand change their place alone; an item that goes leaves the lists that named it too."""
    for edit in edits:
        if edit.kind in ("lock", "rewrite"):
            assert not changed
        elif edit.kind == "text":
            assert changed == [paths.by_id(work.plan, edit.path)]
        elif edit.kind in ("drop", "add"):
            holder = edit.path.rpartition("[")[0] or edit.path
            assert all(one.startswith((holder, "summary.top_risks")) for one in changed)
            gone, stays = paths.at(work.plan, holder), paths.at(after, holder)
            assert len(stays) - len(gone) == (1 if edit.kind == "add" else -1)
