"""Whole runs: events, folder, journal, failure, stopping."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
from pathlib import Path

import pytest

from agent.api import Options, Result, aplan, check, stream_plan
from agent.api import plan as make_plan
from agent.errors import BriefError, ModelError, SetupError
from agent.events import PlaybookDone, RunDone, StageChanged
from agent.plan.model import PART_IDS, MarketingPlan
from agent.run.folder import RunFolder, load_plan, slug
from agent.stages import STAGES
from tests.run.conftest import FakeModel

AS_OF = dt.date(2026, 11, 23)


def options(out: Path, model: str = "playbook", **more: object) -> Options:
    return Options(out=out, model=model, as_of=AS_OF, **more)  # type: ignore[arg-type]


def test_a_playbook_run_leaves_a_whole_folder(tea: Path, tmp_path: Path) -> None:
    result = make_plan(tea, options(tmp_path / "run"))
    names = {path.relative_to(tmp_path / "run").as_posix() for path in (tmp_path / "run").rglob("*") if path.is_file()}
    assert {"brief.json", "plan.json", "events.jsonl", "exports/plan.md", "exports/plan.json"} <= names
    assert load_plan(tmp_path / "run") == result.plan
    assert result.usage == {}


def test_checking_a_saved_run_finds_what_the_run_found(tea: Path, tmp_path: Path) -> None:
    result = make_plan(tea, options(tmp_path / "run"))
    assert check(tmp_path / "run") == result.plan.findings


def test_the_plan_stands_before_the_model_is_asked(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    async def first_moments() -> int:
        async for event in stream_plan(tea, options(tmp_path / "run", "openai:fake")):
            if isinstance(event, PlaybookDone):
                assert len(load_plan(tmp_path / "run").words) == len(PART_IDS)
                return len(fake.asked)
        raise AssertionError("no playbook plan was announced")

    assert asyncio.run(first_moments()) == 0


def test_the_models_words_replace_the_playbooks(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    result = make_plan(tea, options(tmp_path / "run", "openai:fake"))
    assert fake.asked
    assert {words.source for words in result.plan.words.values()} <= {"model", "mixed"}
    assert "重新写了一遍" in result.plan.market.truth
    assert result.plan.words["market"].prompt.startswith("market v")


def test_all_calls_share_one_prefix(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    make_plan(tea, options(tmp_path / "run", "openai:fake"))
    assert len({messages[0].content for messages in fake.asked}) == 1


def test_the_journal_answers_the_same_run_again(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    first = make_plan(tea, options(tmp_path / "run", "openai:fake"))
    asked = len(fake.asked)
    again = make_plan(tea, options(tmp_path / "run", "openai:fake"))
    assert len(fake.asked) == asked
    assert again.usage["journal_hits"] == asked
    assert again.plan.model_dump(exclude={"findings"}) == first.plan.model_dump(exclude={"findings"})


def test_fresh_forgets_the_journal(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    make_plan(tea, options(tmp_path / "run", "openai:fake"))
    asked = len(fake.asked)
    make_plan(tea, options(tmp_path / "run", "openai:fake", fresh=True))
    assert len(fake.asked) == 2 * asked


def test_a_model_that_contributes_nothing_is_a_failure_and_the_plan_is_kept(
    tea: Path, tmp_path: Path, fake: FakeModel
) -> None:
    fake.fail = True
    with pytest.raises(ModelError, match="contributed nothing"):
        make_plan(tea, options(tmp_path / "run", "openai:fake"))
    saved = load_plan(tmp_path / "run")
    assert all(words.source == "playbook" for words in saved.words.values())
    assert (tmp_path / "run" / "exports" / "plan.md").is_file()


def test_a_stage_waits_for_its_inputs_and_for_nothing_else(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    fake.delay = 0.01
    seen: list[StageChanged] = []
    make_plan(
        tea,
        options(tmp_path / "run", "openai:fake"),
        on_event=lambda e: seen.append(e) if isinstance(e, StageChanged) else None,
    )
    order = [(event.stage, event.state == "writing") for event in seen]
    for stage in STAGES:
        for needed in stage.depends_on:
            assert order.index((needed, False)) < order.index((stage.id, True))
    assert order.index(("personas", True)) < order.index(("market", False))


def test_stopping_in_the_middle_leaves_a_valid_plan(tea: Path, tmp_path: Path, fake: FakeModel) -> None:
    fake.delay = 0.02

    async def stop_after_the_first_part() -> None:
        run = stream_plan(tea, options(tmp_path / "run", "openai:fake"))
        async for event in run:
            if isinstance(event, StageChanged) and event.state != "writing":
                await run.aclose()  # type: ignore[attr-defined]
                return

    asyncio.run(stop_after_the_first_part())
    saved = load_plan(tmp_path / "run")
    assert any(words.model_share for words in saved.words.values())
    assert any(not words.model_share for words in saved.words.values())


def test_events_are_logged_and_the_last_is_the_end(tea: Path, tmp_path: Path) -> None:
    make_plan(tea, options(tmp_path / "run"))
    kinds = [
        json.loads(line)["event"]
        for line in (tmp_path / "run" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert kinds[0] == "IntakeDone"
    assert kinds[-1] == RunDone.__name__


def test_a_second_run_keeps_the_first_as_a_version(tea: Path, tmp_path: Path) -> None:
    first = make_plan(tea, options(tmp_path / "run"))
    make_plan(tea, options(tmp_path / "run"))
    kept = MarketingPlan.model_validate_json((tmp_path / "run" / "versions" / "0001.json").read_text(encoding="utf-8"))
    assert kept == first.plan


def test_a_run_keeps_its_date(tea: Path, tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        assert folder.begin("print", dt.date(2026, 11, 23)) == dt.date(2026, 11, 23)
        assert folder.begin("print", dt.date(2026, 12, 24)) == dt.date(2026, 11, 23)
        assert folder.begin("another brief", dt.date(2026, 12, 24)) == dt.date(2026, 12, 24)


def test_a_run_has_one_writer(tmp_path: Path) -> None:
    told = f"locked by PID {os.getpid()}"
    with RunFolder(tmp_path / "run"), pytest.raises(SetupError, match=told), RunFolder(tmp_path / "run"):
        pass


def test_a_brief_is_refused_before_anything_is_made(tmp_path: Path, fake: FakeModel) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("brand: [unclosed\n", encoding="utf-8")
    with pytest.raises(BriefError):
        make_plan(bad, options(tmp_path / "run", "openai:fake"))
    assert not (tmp_path / "run").exists()
    assert fake.asked == []


@pytest.mark.parametrize("brand", ["../../x", "CON", "a/b\\c", "名" * 300, "<b>", ""])
def test_22_a_brand_never_becomes_a_path(brand: str) -> None:
    name = slug(brand, "salt")
    assert "/" not in name
    assert "\\" not in name
    assert ".." not in name
    assert 8 < len(name) <= 49


def test_22_the_run_of_any_brand_lies_in_the_folder_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEHUA_RUNS_DIR", str(tmp_path / "runs"))
    brief = {"brand": "../../CON/" + "x" * 290, "language": "en", "platforms": ["instagram"], "budget": "£900"}
    made = make_plan(brief, Options(model="playbook", as_of=AS_OF, formats=("json",))).run_dir
    assert made.resolve().parent == (tmp_path / "runs").resolve()
    assert [one.name for one in tmp_path.iterdir()] == ["runs"]
    assert list((tmp_path / "runs").iterdir()) == [made]


def test_the_result_record_is_what_the_command_line_promises(tea: Path, tmp_path: Path) -> None:
    result = asyncio.run(aplan(tea, options(tmp_path / "run")))
    assert isinstance(result, Result)
    record = result.record()
    assert set(record) == {"run_dir", "parts", "findings", "usage", "seconds", "exports"}
    assert set(record["parts"]) == set(PART_IDS)
    assert all(set(part) == {"source", "model_share"} for part in record["parts"].values())


def test_what_a_kill_left_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / "run" / "journal").mkdir(parents=True)
    left = tmp_path / "run" / "journal" / ".x.json.abc.part"
    left.write_text("{", encoding="utf-8")
    with RunFolder(tmp_path / "run"):
        assert not left.exists()
