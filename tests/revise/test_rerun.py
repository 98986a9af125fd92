"""A run in a model's words: a change rewrites what depends on it and nothing else; calls are counted."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from agent import revise
from agent.api import Options, plan
from agent.events import Estimated, Event, StageChanged
from agent.plan.model import MarketingPlan
from agent.revise import paths
from agent.revise.model import BudgetTotal, ItemRewrite, TextEdit
from agent.revise.rebuild import listed
from agent.run.folder import load_plan
from agent.stages import STAGES
from tests.run.conftest import SMALL, FakeModel
from tests.run.test_evidence import TITLE, passage


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """A model behind `openai:fake`, no key and no socket."""
    model = FakeModel()
    monkeypatch.setattr("agent.door.open_model", lambda spec, settings: model)
    monkeypatch.setattr("agent.door.open_finder", lambda *_: None)
    monkeypatch.setattr("agent.revise.rewriting.open_model", lambda spec, settings: model)
    monkeypatch.setattr("agent.revise.rewriting.open_finder", lambda *_: None)
    return model


@pytest.fixture
def run(fake: FakeModel, tmp_path: Path) -> Path:
    """A small run in the fake model's words."""
    brief = tmp_path / "brief.yaml"
    brief.write_text(SMALL, encoding="utf-8")
    plan(brief, Options(out=tmp_path / "run", model="openai:fake", as_of=dt.date(2027, 1, 15)))
    fake.asked.clear()
    return tmp_path / "run"


def texts(of: MarketingPlan) -> dict[str, str]:
    """Every text that a model may write, by its place."""
    return {
        paths.by_id(of, f"{stage.id}.{place}.{name}" if place else f"{stage.id}.{name}"): str(getattr(target, name))
        for stage in STAGES
        for place, name, target in listed(getattr(of, stage.id), stage.rewrites)
    }


def test_a_budget_change_writes_again_only_what_depends_on_it(run: Path, fake: FakeModel) -> None:
    before = load_plan(run)
    whole = len(texts(before))
    made = revise.apply(run, [BudgetTotal(total=Decimal(50000))], instruction="总预算改成5万")
    assert not fake.asked, "later: nothing is spent unasked"
    assert made.stale
    assert made.estimate.calls > 0
    kept = {path: text for path, text in texts(before).items() if path in texts(load_plan(run))}
    waiting = [path for held in revise.state(run).waiting.values() for path in held]
    for path, text in texts(load_plan(run)).items():
        part = paths.part_of(path)
        if part not in made.stale or (revise.state(run).waiting[part] and path not in waiting):
            assert text == kept[path], path
    assert not {"market", "personas", "themes", "adaptations", "engagement"} & set(made.stale)
    again = revise.rerun(run, model="openai:fake")
    assert 0 < len(fake.asked) <= made.estimate.calls + 4 < whole
    assert not again.stale
    after = load_plan(run)
    for part in ("market", "personas", "themes", "adaptations", "calendar", "engagement", "production"):
        assert getattr(after, part) == getattr(before, part), part
    assert after.budget.total_cents == 5000000
    assert not [one for one in after.findings if one.severity == "error" and one.code.startswith("BUD")]


def test_now_writes_at_once_and_a_second_time_costs_nothing(run: Path, fake: FakeModel) -> None:
    made = revise.apply(run, [BudgetTotal(total=Decimal(50000))], rerun="now", model="openai:fake")
    calls = len(fake.asked)
    assert calls > 0
    assert not made.stale
    assert made.usage["calls"] == calls
    revise.undo(run)
    revise.undo(run)
    revise.apply(run, [BudgetTotal(total=Decimal(50000))], rerun="now", model="openai:fake")
    assert len(fake.asked) == calls, "the journal answers the same question"


def test_a_text_by_hand_marks_what_was_told_of_it_and_is_never_overwritten(run: Path, fake: FakeModel) -> None:
    made = revise.edit_item(run, "strategy.idea.line", "一泡到底，什么也不加。")
    assert not fake.asked
    assert {"themes", "risks"} <= set(made.stale)
    assert "personas" not in made.stale
    revise.rerun(run, ["strategy"], model="openai:fake")
    after = load_plan(run)
    assert after.strategy.idea.line == "一泡到底，什么也不加。"
    assert after.words["strategy"].source == "hand"
    assert {"themes", "risks"} <= set(revise.state(run).stale)


def test_guidance_reaches_the_model_and_changes_its_item_alone(run: Path, fake: FakeModel) -> None:
    before = load_plan(run)
    item = before.themes.pillars[1]
    revise.apply(run, [ItemRewrite(path="themes.pillars[1]", guidance="突出制茶师傅的手艺")])
    revise.rerun(run, model="openai:fake")
    assert fake.asked
    assert all(any("突出制茶师傅的手艺" in one.content for one in asked) for asked in fake.asked)
    after = load_plan(run)
    changed = {path for path, text in texts(after).items() if texts(before).get(path) != text}
    assert changed
    assert all(path.startswith(f"themes.pillars[{item.id}]") for path in changed)


def test_guidance_for_a_text_outside_what_a_model_writes_by_itself_is_kept(run: Path, fake: FakeModel) -> None:
    revise.apply(run, [ItemRewrite(path="personas.personas[P1].lifestyle", guidance="写夜班")])
    revise.rerun(run, model="openai:fake")
    text = load_plan(run).personas.personas[0].lifestyle
    assert "重新写了一遍" in text
    revise.apply(run, [BudgetTotal(total=Decimal(52000))])
    assert load_plan(run).personas.personas[0].lifestyle == text
    assert load_plan(run).words["personas"].source != "hand", "nobody's hand wrote it"


def test_a_failing_model_leaves_the_words_and_the_marks(run: Path, fake: FakeModel) -> None:
    revise.apply(run, [TextEdit(path="strategy.idea.line", text="只有茶和水。")])
    before = load_plan(run)
    stale = revise.state(run).stale
    fake.fail = True
    revise.rerun(run, model="openai:fake")
    after = load_plan(run)
    assert after.themes == before.themes
    assert set(revise.state(run).stale) == set(stale)


def test_parts_written_again_are_shown_passages_and_cite_what_they_used(
    run: Path, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.revise.rewriting.open_finder", lambda *_: lambda _query: [passage(TITLE)])
    fake.marks = ("S1",)
    revise.rerun(run, ["themes"], model="openai:fake")
    assert fake.asked
    assert all("[S1] 小红书：标题字数上限" in asked[-1].content for asked in fake.asked)
    after = load_plan(run)
    assert after.words["themes"].cites == [TITLE]
    assert [one.id for one in after.sources].count(TITLE) == 1


def test_what_is_finished_when_writing_again_is_stopped_stands(run: Path, fake: FakeModel) -> None:
    revise.apply(run, [TextEdit(path="strategy.idea.line", text="只有茶和水。")])
    waiting = set(revise.state(run).stale)
    heard: list[Event] = []

    async def stopped() -> None:
        work = asyncio.current_task()
        assert work

        def hear(event: Event) -> None:
            heard.append(event)
            if isinstance(event, StageChanged) and event.state != "writing":
                work.cancel()

        await revise.arewrite(run, model="openai:fake", on_event=hear)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())
    assert next(one for one in heard if isinstance(one, Estimated)).calls > 0
    done = {one.stage for one in heard if isinstance(one, StageChanged) and one.state != "writing"}
    left = set(revise.state(run).stale)
    assert done
    assert waiting - left <= done
    assert waiting - done <= left, "the rest waits"
    assert revise.versions(run)[-1].kind == "rerun", "what is finished is a version"
    revise.rerun(run, model="openai:fake")
    assert not revise.state(run).stale


def test_the_estimate_needs_no_event_loop(run: Path) -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    assert revise.understand(run, "总预算改成5万").estimate.calls > 0


def test_a_hand_over_a_models_words_clashes_only_when_the_draft_changed(run: Path) -> None:
    revise.apply(
        run,
        [
            TextEdit(path="strategy.idea.line", text="只有茶和水。"),
            TextEdit(path="budget.labour_note", text="工时照旧。"),
        ],
    )
    made = revise.apply(run, [BudgetTotal(total=Decimal(40000))])
    after = load_plan(run)
    assert after.strategy.idea.line == "只有茶和水。"
    assert after.budget.labour_note == "工时照旧。"
    assert "strategy.idea.line" not in [one.path for one in made.clashes]
