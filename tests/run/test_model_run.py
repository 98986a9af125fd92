"""The model's part of a run: the journal under damage, what ends a run, what is sent back, what is taken back."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from agent.api import Options, Result, dry_run, stream_plan
from agent.api import plan as make_plan
from agent.errors import CapReached, CutOff, EndpointLost, ModelError, SetupError
from agent.events import CallDone, Estimated, Event, SentBack, StageText
from agent.llm import Message
from agent.plan.model import MarketingPlan
from agent.run import journal as journals
from agent.run.folder import load_plan
from tests.run.conftest import FakeModel

AS_OF = dt.date(2026, 11, 23)


def options(out: Path, **more: object) -> Options:
    return Options(out=out, model="openai:fake", as_of=AS_OF, **more)  # type: ignore[arg-type]


def run(brief: Path, out: Path, **more: object) -> tuple[Result, list[Event]]:
    events: list[Event] = []
    return make_plan(brief, options(out, **more), on_event=events.append), events


def bare(plan: MarketingPlan) -> dict[str, object]:
    return plan.model_dump()


def records(out: Path) -> list[Path]:
    return sorted((out / "journal").glob("*.json"))


# The journal


def test_a_damaged_record_is_put_aside_and_asked_for_again(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    first, _ = run(brief, tmp_path / "run")
    flipped, torn, whole = records(tmp_path / "run")[:3]
    flipped.write_text(flipped.read_text(encoding="utf-8").replace("重新", "重心"), encoding="utf-8")
    torn.write_text(torn.read_text(encoding="utf-8")[:40], encoding="utf-8")
    asked = len(fake.asked)
    again, _ = run(brief, tmp_path / "run")
    assert len(fake.asked) == asked + 2
    assert bare(again.plan) == bare(first.plan)
    assert {path.name for path in (tmp_path / "run/journal/damaged").iterdir()} == {flipped.name, torn.name}
    assert whole.exists()


def test_a_cut_off_answer_is_not_paid_for_twice(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    def cut(_messages: list[Message], values: dict[str, dict[str, str]]) -> None:
        if len(values) > 1:
            raise CutOff("openai:fake did not finish.", raw="{")

    fake.spoil = cut
    first, _ = run(brief, tmp_path / "run")
    asked = len(fake.asked)
    again, _ = run(brief, tmp_path / "run")
    assert len(fake.asked) == asked
    assert bare(again.plan) == bare(first.plan)


def test_another_model_has_its_own_answers(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    run(brief, tmp_path / "run")
    asked, fake.label = len(fake.asked), "openai:other"
    run(brief, tmp_path / "run")
    assert len(fake.asked) == 2 * asked


# What ends a run


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (CapReached("The run may spend 1 USD and has."), CapReached),
        (EndpointLost("The quota is used up."), EndpointLost),
        (SetupError("The endpoint refused the key."), SetupError),
    ],
)
def test_what_ends_a_run_makes_no_further_call_and_leaves_a_valid_plan(
    brief: Path, tmp_path: Path, fake: FakeModel, error: Exception, kind: type[Exception]
) -> None:
    def end(_messages: list[Message], _values: dict[str, dict[str, str]]) -> None:
        if len(fake.asked) > 12:
            raise error

    fake.spoil, fake.delay = end, 0.01
    with pytest.raises(kind) as caught:
        run(brief, tmp_path / "run")
    assert str(tmp_path / "run") in caught.value.hint  # type: ignore[attr-defined]
    saved = load_plan(tmp_path / "run")
    in_flight = len(fake.asked) - 12
    assert 1 <= in_flight <= 24
    assert any(words.model_share for words in saved.words.values())
    assert (tmp_path / "run" / "exports" / "plan.md").is_file()
    fake.spoil = lambda _messages, _values: None
    asked, kept = len(fake.asked), len(records(tmp_path / "run"))
    again, _ = run(brief, tmp_path / "run")
    assert again.usage["journal_hits"] == kept > 0
    assert len(fake.asked) - asked == again.usage["calls"]
    clean, _ = run(brief, tmp_path / "clean")
    assert bare(again.plan) == bare(clean.plan)


def test_a_full_disk_stops_the_run_before_the_next_call(
    brief: Path, tmp_path: Path, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(journals, "write_text", full)
    fake.delay = 0.01
    with pytest.raises(SetupError, match="No space left on device"):
        run(brief, tmp_path / "run")
    first_wave = sum(1 for messages in fake.asked if "已经定下的内容" not in messages[-1].content)
    assert len(fake.asked) == first_wave


def test_no_call_is_made_on_a_disk_that_is_almost_full(
    brief: Path, tmp_path: Path, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    with pytest.raises(SetupError, match="is full"):
        run(brief, tmp_path / "run")
    assert fake.asked == []


# Whose words


def test_a_model_that_wrote_less_than_half_is_an_error_finding(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    def break_off(messages: list[Message], values: dict[str, dict[str, str]]) -> None:
        for fields in values.values():
            for name in fields:
                if name not in ("title", "truth"):
                    fields[name] = "断在半路上，"

    fake.spoil = break_off
    result, _ = run(brief, tmp_path / "run")
    assert "WRD-001" in {f.code for f in result.plan.findings if f.severity == "error"}


def test_a_field_is_asked_for_three_times_at_most(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    def break_off(_messages: list[Message], values: dict[str, dict[str, str]]) -> None:
        if "north_star" in values.get("item1", {}):
            values["item1"]["north_star"] = f"断在半路上{'呀' * len(fake.asked)}，"

    fake.spoil = break_off
    result, _ = run(brief, tmp_path / "run")
    asked = [m for m in fake.asked if "north_star" in m[1].content]
    assert len(asked) == 3
    assert result.plan.words["kpis"].source == "playbook"
    assert result.plan.words["kpis"].rejected[0].startswith("north_star: ")


# The check of the whole plan


def doubled(fake: FakeModel, answers: set[int]) -> None:
    """Lets one hook hold a doubled comma, which only the check of the whole plan sees, in answers to so many messages."""

    def spoil(messages: list[Message], values: dict[str, dict[str, str]]) -> None:
        first = values.get("item1", {})
        if "hook" in first and len(messages) in answers:
            first["hook"] = f"{first['hook'][:-1]}，，看完再说。"

    fake.spoil = spoil


def test_a_part_that_the_whole_plan_objects_to_is_sent_back_once(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    doubled(fake, {2})
    result, events = run(brief, tmp_path / "run")
    sent = [event.stage for event in events if isinstance(event, SentBack)]
    assert "themes" in sent
    assert len(sent) == len(set(sent))
    asked = [m for m in fake.asked if len(m) == 4 and "，，" in m[2].content]
    assert asked
    assert all("item1.hook" in m[3].content for m in asked)
    assert "，，" not in result.plan.model_dump_json(exclude={"words"})
    assert result.plan.words["themes"].source == "model"


def test_what_still_makes_a_new_error_gives_way_to_the_playbook(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    doubled(fake, {2, 4})
    result, _ = run(brief, tmp_path / "run")
    assert [f for f in result.plan.findings if f.severity == "error"] == []
    told = [reason.partition(".hook")[0] for reason in result.plan.words["themes"].rejected]
    assert told
    drafts = make_plan(brief, Options(out=tmp_path / "playbook", model="playbook", as_of=AS_OF)).plan
    for place in told:
        pillar, topic = (int(number) for number in re.findall(r"\d+", place))
        hook = drafts.themes.pillars[pillar].topics[topic].hook
        assert result.plan.themes.pillars[pillar].topics[topic].hook == hook


# What faces hear


def test_an_estimate_and_every_call_are_told(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    result, events = run(brief, tmp_path / "run")
    estimated = next(event for event in events if isinstance(event, Estimated))
    calls = [event for event in events if isinstance(event, CallDone)]
    assert len(calls) == len(fake.asked) == result.usage["calls"] >= estimated.calls > 20
    assert calls[-1].calls == len(calls)
    assert any(isinstance(event, StageText) for event in events)
    logged = [json.loads(line)["event"] for line in (tmp_path / "run/events.jsonl").read_text("utf-8").splitlines()]
    assert "StageText" not in logged
    assert logged.count("CallDone") == len(calls)


def test_a_dry_run_makes_no_call_and_leaves_no_trace(
    brief: Path, tmp_path: Path, fake: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    estimated = dry_run(brief, Options(model="openai:fake", as_of=AS_OF, price="1/2"))
    assert fake.asked == []
    assert list(Path().iterdir()) == []
    assert estimated.calls > 20
    assert estimated.cost is not None
    assert estimated.most_cost is not None
    assert 0 < estimated.cost < estimated.most_cost
    with pytest.raises(SetupError, match="playbook"):
        dry_run(brief, Options(model="playbook", as_of=AS_OF))


def test_a_stopped_run_lets_the_next_one_in(brief: Path, tmp_path: Path, fake: FakeModel) -> None:
    """An abandoned generator must not keep the lock."""
    fake.fail = True
    for _ in range(2):
        with pytest.raises(ModelError, match="contributed nothing"):
            run(brief, tmp_path / "run")

    async def abandon() -> None:
        async for _event in stream_plan(brief, options(tmp_path / "run")):
            break

    asyncio.run(abandon())
    fake.fail = False
    run(brief, tmp_path / "run")


def test_caps_reach_the_settings(tmp_path: Path) -> None:
    settings = Options(model="openai:x", max_cost=Decimal("0.5"), max_tokens=1000, price="1/2").settings()
    assert (settings.max_cost, settings.max_tokens, settings.price) == (Decimal("0.5"), 1000, "1/2")
