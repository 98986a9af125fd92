"""When files come onto the disk: one by one, or together before the file that says they are whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.files import sync_waiting, synced_together, write_text


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what has been brought onto the disk, in order."""
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: names.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    return names


pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which file a handle is")


def test_each_file_is_on_the_disk_before_the_next(tmp_path: Path, synced: list[str]) -> None:
    write_text(tmp_path / "one", "1")
    assert synced[0].startswith(".one.")
    assert synced[1:] == [tmp_path.name]


def test_what_waits_comes_before_the_file_that_says_it_is_whole(tmp_path: Path, synced: list[str]) -> None:
    with synced_together():
        write_text(tmp_path / "one", "1")
        write_text(tmp_path / "two", "2")
        write_text(tmp_path / "one", "3")
        assert synced == []
        assert (tmp_path / "one").read_text(encoding="utf-8") == "3"
        sync_waiting()
        assert synced == ["one", tmp_path.name, "two"]
        write_text(tmp_path / "last", "4")
    assert synced[3:] == ["last", tmp_path.name]
    write_text(tmp_path / "after", "5")
    assert len(synced) == 7


def test_an_error_inside_leaves_nothing_waiting(tmp_path: Path, synced: list[str]) -> None:
    def broken() -> None:
        with synced_together():
            write_text(tmp_path / "one", "1")
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    sync_waiting()
    assert synced == []
