"""`cehua knowledge`: search, add, list, remove."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.knowledge import search

RUN = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEHUA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CEHUA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(search, "open_embedder", lambda: None)


def test_a_document_is_added_found_listed_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "tone.md"
    path.write_text("# Heliotrope voice\nWe speak plainly of zyzzyvas.\n", encoding="utf-8")
    added = RUN.invoke(app, ["knowledge", "add", str(path), "--json"])
    assert added.exit_code == 0, added.output
    (document,) = json.loads(added.stdout)
    found = json.loads(RUN.invoke(app, ["knowledge", "search", "zyzzyvas heliotrope", "--json"]).stdout)
    assert found["mode"] == "keyword"
    assert found["passages"][0]["id"] == document["id"]
    assert found["passages"][0]["source"]["place"] == "line 1"
    assert document["id"] in RUN.invoke(app, ["knowledge", "list"]).stdout
    assert RUN.invoke(app, ["knowledge", "list", "--workspace", "other"]).stdout == ""
    assert RUN.invoke(app, ["knowledge", "remove", document["id"]]).exit_code == 0
    assert RUN.invoke(app, ["knowledge", "list"]).stdout == ""
    assert RUN.invoke(app, ["knowledge", "remove", document["id"]]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["search", "x", "--lang", "fr"], 2),
        (["search", "x", "--platform", "blorp"], 2),
        (["add", "nowhere.docx"], 2),
        (["remove", "doc:none"], 2),
    ],
)
def test_errors_name_the_next_step(words: list[str], code: int) -> None:
    result = RUN.invoke(app, ["knowledge", *words])
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) == 2


def test_a_refused_file_ends_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(b"MZ\x90\0" + b"\0" * 600)
    result = RUN.invoke(app, ["knowledge", "add", str(path)])
    assert result.exit_code == 2
    assert "report.docx: This is a program" in result.stderr


def test_search_shows_scores_and_sources() -> None:
    result = RUN.invoke(app, ["knowledge", "search", "广告法第9条", "--k", "2", "--region", "CN"])
    assert result.exit_code == 0
    assert "kb:law.cn.ad_9" in result.stdout.splitlines()[0]
    assert "[high]" in result.stdout
