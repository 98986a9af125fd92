"""Runs of a workspace on disk: opaque ids, walls between workspaces, nothing left after deletion."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import BriefError, SetupError
from ui.store import Card, Store


@pytest.mark.parametrize(
    "asked",
    ["", "..", "../other", "/etc", "r" + "0" * 20, "r" + "0" * 19 + "/", None, 7, {"run": "x"}, "r" + "0" * 20 + "\n"],
)
def test_only_an_id_of_the_workspace_is_a_run(tmp_path: Path, asked: object) -> None:
    with pytest.raises(BriefError):
        Store(tmp_path).get(asked)


def test_another_workspaces_run_is_none(tmp_path: Path) -> None:
    mine, theirs = Store(tmp_path, "mine"), Store(tmp_path, "theirs")
    run = theirs.new(b"a brief", Card())
    assert theirs.get(run.id).source() == b"a brief"
    with pytest.raises(BriefError):
        mine.get(run.id)
    assert mine.all() == []


@pytest.mark.parametrize("name", ["..", "a/b", "", "A", "a" * 60, "-a"])
def test_a_workspace_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(SetupError):
        Store(tmp_path, name)


def test_duplicate_and_delete(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run = store.new(b"a brief", Card(answers={"brand": "Osk"}))
    copy = store.duplicate(run.id, "second")
    assert [one.card.title for one in store.all()] == ["second", ""]
    assert store.get(copy.id).card.answers == {"brand": "Osk"}
    store.delete(run.id)
    assert [one.id for one in store.all()] == [copy.id]
    assert not run.path.exists()
