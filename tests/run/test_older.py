"""Run folders of other releases: those of the first one open, those of a later one are told apart from damage."""

from __future__ import annotations

import datetime as dt
import json
import tarfile
from pathlib import Path

import pytest

from agent import revise
from agent.api import Options, check, export, plan
from agent.errors import SetupError
from agent.run.folder import FORMAT, RunFolder, load_plan
from agent.settings import Settings

FIRST = Path(__file__).parent / "first-release.tar.gz"
"""A run folder as the first release wrote it, with the brief it was made from."""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    with tarfile.open(FIRST) as packed:
        packed.extraction_filter = getattr(
            tarfile, "data_filter", None
        )  # Python before 3.11.4 has none, and our archive needs none
        packed.extractall(tmp_path)
    folder = tmp_path / "run"
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert "format" not in record
    assert "state" not in record
    return folder


def settings(home: Path) -> Settings:
    return Settings(_env_file=None, model="playbook", openai_api_key=None, data_dir=home / "d", cache_dir=home / "c")


def test_a_folder_of_the_first_release_is_read_checked_exported_and_revised(first: Path) -> None:
    assert load_plan(first).meta.version == "0.1.0"
    assert isinstance(check(first), list)
    (made,) = export(first, ["csv"])
    assert made.stat().st_size > 1000
    home = settings(first.parent)
    understood = revise.understand(first, "Total budget is now £900", model="playbook", settings=home)
    revise.apply(first, understood.edits, instruction="Total budget is now £900", settings=home)
    assert load_plan(first).budget.total_cents == 90_000
    revise.undo(first)
    assert load_plan(first).budget.total_cents != 90_000


def test_the_same_brief_goes_on_in_it_and_keeps_what_stood_there(first: Path) -> None:
    stood = (first / "plan.json").read_bytes()
    brief = first.parent / "brief.txt"
    plan(brief, Options(model="playbook", out=first, formats=(), settled=settings(first.parent)))
    assert (first / "versions" / "0001.json").read_bytes() == stood
    assert json.loads((first / "run.json").read_text(encoding="utf-8"))["format"] == FORMAT


@pytest.mark.parametrize("written", [FORMAT + 1, "next"])
def test_a_folder_of_a_later_cehua_is_left_alone(tmp_path: Path, written: object) -> None:
    record = {"format": written, "brief": "x", "as_of": "2026-11-28", "state": "done"}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    for opens in (lambda: load_plan(tmp_path), lambda: RunFolder(tmp_path).__enter__()):
        with pytest.raises(SetupError, match=f"format {written}; this cehua reads up to {FORMAT}") as told:
            opens()
        assert "Use the cehua that wrote it" in told.value.hint
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == record


def test_a_folder_says_which_format_it_has(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.begin("x", dt.date(2026, 11, 28))
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["format"] == FORMAT
