"""Batches of a workspace: handed in, looked through, made, stopped and gone on with, opened in the library."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from agent.batch import BatchEnded, RowEnded
from agent.errors import BriefError, SetupError
from agent.events import Event
from tests.batch.conftest import ROW, Inline
from ui import batching
from ui.batches import BatchCard, Batches, template
from ui.batching import Crew, Work
from ui.handlers import Handlers, Lot
from ui.store import Store

WAIT = 600


def lines(*rows: dict[str, Any] | str) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows) + "\n"


def upload(tmp_path: Path, text: str, name: str = "spring.jsonl") -> str:
    """A file where the server would have put it."""
    folder = tmp_path / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def work(does: Handlers, batch: str) -> Work:
    return does.house.crew._works["default", batch]


def over(does: Handlers, batch: str) -> str:
    held = work(does, batch)
    held.thread.join(WAIT)
    assert not held.standing.live
    return held.standing.status


def test_nothing_is_made_before_the_estimate_was_seen(does: Handlers, tmp_path: Path) -> None:
    text = lines({**ROW, "品牌": "甲"}, '{"brand"', {**ROW, "品牌": "甲"})
    path = upload(tmp_path, text)
    shown = does.hand_in(Lot(files=[path], max_cost=5))
    assert "1 of 3 rows would be planned" in shown["batch"]
    assert "1 repeat an earlier row" in shown["batch"]
    assert "line 2" in shown["batch"]
    assert "This is no JSON" in shown["batch"]
    assert 'data-do="start"' in shown["batch"]
    assert not shown["batch_timer"]
    assert not Path(path).exists(), "the upload is kept once"
    (held,) = Batches(does.store).all()
    assert not held.out.exists()
    assert held.card.max_cost == "5"


def test_two_clicks_hand_in_one_batch_and_other_choices_another(does: Handlers, tmp_path: Path) -> None:
    text = lines({**ROW, "品牌": "甲"})
    first = does.hand_in(Lot(files=[upload(tmp_path, text)]))["batch_open"]
    assert does.hand_in(Lot(files=[upload(tmp_path, text)]))["batch_open"] == first
    assert does.hand_in(Lot(files=[upload(tmp_path, text)], language="en"))["batch_open"] != first


@pytest.mark.parametrize(
    ("lot", "said"),
    [
        (Lot(), "No file is chosen"),
        (Lot(house="shoe size: 40"), "no field that a house can set"),
        (Lot(house="- a\n- b"), "could not be read"),
        (Lot(model="openai"), "no name"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_kept(does: Handlers, tmp_path: Path, lot: Lot, said: str) -> None:
    if lot != Lot():
        lot.files = [upload(tmp_path, lines({**ROW, "品牌": "甲"}))]
    assert said in does.hand_in(lot)["batch_told"]
    assert Batches(does.store).all() == []


@pytest.mark.parametrize("names", [["a.csv", "b.csv"], ["a.exe"], ["a.md", "b.jsonl"], []])
def test_a_batch_is_one_table_or_several_briefs(tmp_path: Path, names: list[str]) -> None:
    held = Batches(Store(tmp_path))
    with pytest.raises(BriefError):
        held.new([(name, b"Brand: A") for name in names], BatchCard())
    assert held.all() == []


def test_briefs_as_files_keep_apart_whatever_they_are_called(tmp_path: Path) -> None:
    files = [("../../a.md", b"Brand: A"), ("a.md", b"Brand: B"), (".~hidden.txt", b"Brand: C")]
    made = Batches(Store(tmp_path)).new(files, BatchCard())
    assert sorted(one.name for one in made.source.iterdir()) == ["_hidden.txt", "a (2).md", "a.md"]
    assert {one.read_bytes() for one in made.source.iterdir()} == {b"Brand: A", b"Brand: B", b"Brand: C"}


def test_a_batch_is_made_read_downloaded_and_deleted(quick: Inline, does: Handlers, tmp_path: Path) -> None:
    text = lines({**ROW, "品牌": "甲"}, {**ROW, "品牌": "!乙"}, "[]")
    batch = does.hand_in(Lot(files=[upload(tmp_path, text)]))["batch_open"]
    button = {"batch": batch}
    live = does.act_on_batch(batch, {**button, "do": "start"})
    assert live["batch_open"] == batch
    assert over(does, batch) == "done"
    shown = does.batch_tick(batch, -1)
    assert not shown["batch_timer"]
    assert "It was not to be." in shown["batch"]
    assert "line 3" in shown["batch"]
    assert does.act_on_batch(batch, {**button, "do": "rows", "only": "failed"})["batch"].count("<tr>") == 2

    read = does.act_on_batch(batch, {**button, "do": "read", "row": "1"})
    assert read["tabs"] == "plan"
    assert "甲" in read["head"]
    assert does.act_on_batch(batch, {**button, "do": "read", "row": "1"})["run"] == read["run"]
    assert [one.id for one in does.store.all()] == [read["run"]]
    assert json.loads(does.store.get(read["run"]).source())["品牌"] == "甲"
    for row in ("2", "3", "99", "../x"):
        assert does.act_on_batch(batch, {**button, "do": "read", "row": row})["failed"]

    held = Batches(does.store).get(batch)
    with zipfile.ZipFile(io.BytesIO(held.file("zip").read_bytes())) as packed:
        names = packed.namelist()
    assert {"index.csv", "index.html", "batch.xlsx"} < set(names)
    assert any(name.endswith("exports/plan.md") for name in names)
    assert not any(name.startswith((".batch", "/")) for name in names)
    with pytest.raises(BriefError):
        held.file("row.json")

    quick.asked.clear()
    does.act_on_batch(batch, {**button, "do": "retry"})
    over(does, batch)
    assert quick.asked == ["line 2"]
    does.act_on_batch(batch, {**button, "do": "delete"})
    assert not held.path.exists()
    assert [one.id for one in does.store.all()] == [read["run"]], "a plan that was opened stays"


class Slow:
    """A batch that never ends by itself."""

    def __init__(self) -> None:
        self.begun = 0

    async def __call__(self, source: Path, options: Any) -> AsyncGenerator[Event, None]:
        self.begun += 1
        yield RowEnded(1, "line 1", "甲", "failed", reason="It was not to be.")
        await asyncio.sleep(WAIT)
        raise AssertionError("it was stopped")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(batching, "stream_batch", made)
    return made


def started(does: Handlers, tmp_path: Path) -> str:
    batch: str = does.hand_in(Lot(files=[upload(tmp_path, lines({**ROW, "品牌": "甲"}))]))["batch_open"]
    for _ in range(3):
        does.act_on_batch(batch, {"batch": batch, "do": "start"})
    return batch


def test_clicks_begin_it_once_and_a_stop_lets_it_go_on(slow: Slow, does: Handlers, tmp_path: Path) -> None:
    batch = started(does, tmp_path)
    does.act_on_batch(batch, {"batch": batch, "do": "stop"})
    assert over(does, batch) == "stopped"
    assert slow.begun <= 1
    shown = does.batch(batch)["batch"]
    assert "Stopped. What is finished stands." in shown
    assert 'data-do="go-on"' in shown
    assert Crew(does.desk.gate).take_up(Batches(does.store), does.house.settings) == [], "what somebody stopped stays"


def test_a_server_that_ends_leaves_it_to_the_next(slow: Slow, does: Handlers, tmp_path: Path) -> None:
    batch = started(does, tmp_path)
    does.house.crew.close()
    held = Batches(does.store)
    assert held.get(batch).unfinished
    crew = Crew(does.desk.gate)
    assert crew.take_up(held, does.house.settings) == [batch]
    crew.forget(held, batch)


def test_a_cap_that_ended_it_can_be_raised(does: Handlers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def capped(source: Path, options: Any) -> AsyncGenerator[Event, None]:
        asked.append(options.max_cost)
        yield BatchEnded("", 1, 0, 0, 0, 0, 1, 0, 0.1, 0.5, 10, stopped="$0.5 of $0.5 are spent; the next request may cost up to $0.1.")  # fmt: skip

    monkeypatch.setattr(batching, "stream_batch", capped)
    batch = does.hand_in(Lot(files=[upload(tmp_path, lines({**ROW, "品牌": "甲"}))], max_cost=0.5))["batch_open"]
    does.act_on_batch(batch, {"batch": batch, "do": "start"})
    assert over(does, batch) == "failed"
    shown = Handlers(does.house, "zh-CN").batch(batch)["batch"]
    assert "已花 $0.5，上限 $0.5" in shown
    assert 'name="max_cost"' in shown
    assert does.act_on_batch(batch, {"batch": batch, "do": "go-on", "form": {"max_cost": "no"}})["failed"]
    does.act_on_batch(batch, {"batch": batch, "do": "go-on", "form": {"max_cost": "2"}})
    over(does, batch)
    assert [str(one) for one in asked] == ["0.5", "2"]


def test_another_workspaces_batch_is_none(does: Handlers, tmp_path: Path) -> None:
    batch = does.hand_in(Lot(files=[upload(tmp_path, lines({**ROW, "品牌": "Canary"}))]))["batch_open"]
    does.house.who = lambda: "other"
    for data in ({"do": "start"}, {"do": "stop"}, {"do": "delete"}, {"do": "read", "row": "1"}, {"do": "rows"}):
        shown = does.act_on_batch(batch, {"batch": batch, **data})
        assert shown["failed"]
        assert "Canary" not in str(shown)
    assert "Canary" not in str(does.batch(batch)) + str(does.batch_tick(batch, 0))
    does.house.who = lambda: "default"
    assert Batches(does.store).get(batch).path.exists()


@pytest.mark.parametrize("name", ["", "..", "b" + "0" * 20, "b" + "0" * 19 + "/", None, 7, "b" + "0" * 20 + "\n"])
def test_only_an_id_of_the_workspace_is_a_batch(tmp_path: Path, name: object) -> None:
    with pytest.raises(BriefError):
        Batches(Store(tmp_path)).get(name)


def test_words_of_a_batch_are_text(quick: Inline, does: Handlers, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    text = lines({**ROW, "品牌": hostile}, hostile)
    batch = does.hand_in(Lot(files=[upload(tmp_path, text, "a&b.jsonl")], house=f"tone: '{hostile}'"))["batch_open"]
    does.act_on_batch(batch, {"batch": batch, "do": "start"})
    over(does, batch)
    assert "<img" not in str(does.batch(batch))


def test_a_template_can_be_handed_in_as_it_is(does: Handlers, tmp_path: Path) -> None:
    for ending in ("csv", "jsonl", "xlsx"):
        path = tmp_path / f"t.{ending}"
        path.write_bytes(template(ending))
        assert "1 of 1 rows would be planned" in does.hand_in(Lot(files=[str(path)]))["batch"]
    with pytest.raises(BriefError):
        template("../x")


def test_the_key_reaches_no_file_of_a_batch(does: Handlers, tmp_path: Path) -> None:
    lot = Lot(model="openai", name="any", key="sk-very-secret", base_url="http://127.0.0.1:9/v1", max_tokens=1)
    lot.files = [upload(tmp_path, lines({**ROW, "品牌": "甲"}))]
    shown = does.hand_in(lot)
    assert shown["key"] == ""
    assert "sk-very-secret" not in str(shown)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-very-secret" not in path.read_bytes(), path


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "default").write_text("a file where a folder should be")
    with pytest.raises(SetupError):
        Batches(Store(tmp_path)).new([("a.csv", b"brand\nA\n")], BatchCard())
