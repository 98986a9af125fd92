"""The common instructions are understood without a model, in both languages, and change what was asked and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.brief.model import BrandBrief
from agent.data import read_yaml
from agent.plan.model import MarketingPlan
from agent.resources import prompts_dir
from agent.revise import paths, understand
from agent.revise.compare import compare
from agent.revise.engine import proposal_for
from agent.revise.model import Edit, Understood
from agent.revise.proposal import Work, open_work
from agent.revise.rebuild import base_of
from tests.revise.scoring import BRIEFS, Row, right, rows

OPEN, HELD = 0.95, 0.85
"""Least share understood of the instructions that the rules were written beside, and of those held out."""
TOUCHES: dict[str, set[str]] = {
    "budget_total": {"budget"}, "budget_limit": {"budget"}, "platform": {"platforms", "budget", "cadence"}, "period": {"period"},
    "cadence": {"cadence"}, "team": {"team"}, "goal": {"objectives"}, "language": {"language"}, "competitor": {"competitors"},
    "audience": {"audience"}, "key_date": {"key_dates"}, "words": {"never_say", "must_say", "tone"},
}  # fmt: skip
"""Kind of edit → fields of the brief that it may change, beside the spans."""
KEPT: dict[str, set[str]] = {
    "budget_limit": {"market", "personas", "themes", "calendar", "adaptations", "production", "engagement"},
    "budget_total": {"personas", "adaptations", "engagement"},
    "goal": {"personas", "adaptations"},
    "key_date": {"platforms", "kpis", "positioning"},
}
"""Kind of edit → parts that it cannot reach: not a byte of them may change."""


_heard: dict[tuple[str, str], Understood] = {}


def _understood(run: Path, row: Row) -> Understood:
    """What was understood, computed once for all tests: it holds the whole plan anew."""
    key = row.plan, row.say
    if key not in _heard:
        _heard[key] = understand(run, row.say)
    return _heard[key]


@pytest.mark.parametrize("row", [*rows("zh"), *rows("en")], ids=lambda row: row.say)
def test_nothing_changes_outside_what_was_asked(made: Callable[[str], Path], row: Row) -> None:
    run = made(row.plan)
    before = {one: one.read_bytes() for one in sorted(run.rglob("*")) if one.is_file()}
    understood = _understood(run, row)
    assert {one: one.read_bytes() for one in sorted(run.rglob("*")) if one.is_file()} == before, "understanding writes nothing"
    if understood.kind != "edit" or understood.edits[0].kind in ("undo", "rerun"):
        return
    work = open_work(run)
    out = proposal_for(work, understood.edits, row.say)
    assert _fields(work.intake.brief, out.intake.brief) <= set().union(*(TOUCHES.get(e.kind, set()) for e in understood.edits))
    seen = compare(work.plan, out.plan, (1, 2))
    if out.new_brief:
        follows = base_of(out.intake, work.plan.meta.as_of, work.knowledge, work.plan.meta.model).plan
        assert out.plan.model_dump(exclude={"findings"}) == follows.model_dump(exclude={"findings"})
        kept = set.intersection(*(KEPT.get(e.kind, set()) for e in understood.edits))
        assert not kept & set(seen.parts)
    else:
        _only_there(work, understood.edits, [one.path for one in seen.changes], out.plan)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_share_understood(made: Callable[[str], Path], language: str) -> None:
    plans = {name: open_work(made(name)).plan for name in BRIEFS}
    found = [(row, right(row, _understood(made(row.plan), row), plans[row.plan])) for row in rows(language)]
    assert len(found) >= 60
    for held_out, least in ((False, OPEN), (True, HELD)):
        mine = [good for row, good in found if row.held_out == held_out]
        print(f"{language} {'held out' if held_out else 'open'}: {sum(mine)} of {len(mine)}")
        assert sum(mine) / len(mine) >= least, f"{sum(mine)} of {len(mine)}"


def test_every_kind_has_an_example_that_is_understood(made: Callable[[str], Path]) -> None:
    kinds = read_yaml(prompts_dir() / "revise.yaml")["kinds"]
    assert len(kinds) >= 15
    lost = [
        said
        for example in kinds.values()
        for said, name in ((example["zh"], "tea"), (example["en"], "b2b"))
        if understand(made(name), said).kind == "unclear" and "unlock" not in said.lower() and "解锁" not in said and "minimum" not in said
    ]
    assert not lost


def _fields(before: BrandBrief, after: BrandBrief) -> set[str]:
    return {name for name in BrandBrief.model_fields if name != "spans" and getattr(before, name) != getattr(after, name)}


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
