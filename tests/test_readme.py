"""The README tells the truth: its tree, its links, its commands, its excerpt."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return [body for found, body in re.findall(r"^```(\w*)\n(.*?)^```", README, re.S | re.M) if found == kind]


def test_the_tree_names_what_is_there() -> None:
    tree = next(block for block in blocks("") if "stages.py" in block)
    top = [line.split()[0] for line in tree.splitlines() if line and not line.startswith(" ")]
    inner = [line.split()[0] for line in tree.splitlines() if line.startswith("  ") and line.strip()]
    there = {
        f"{p.name}/"
        for p in ROOT.iterdir()
        if p.is_dir() and not p.name.startswith((".", "_")) and p.name not in ("runs", "dist", "build")
    }
    assert set(top) == there
    packages = {f"{p.name}/" for p in (ROOT / "agent").iterdir() if p.is_dir() and not p.name.startswith("_")}
    assert set(inner) == packages


def test_links_resolve() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in "\n".join(blocks("sh")).splitlines():
        if line.startswith("make "):
            assert re.search(rf"^{line.split()[1]}:", makefile, re.M), line


@pytest.mark.parametrize(
    "line", [line for line in "\n".join(blocks("sh")).splitlines() if line.startswith(".venv/bin/cehua")]
)
def test_commands_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command as it stands, in an empty folder that holds the examples and a sample run."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    words = shlex.split(line)[1:]
    if "runs/sample" in words:
        runner.invoke(app, ["plan", "examples/briefs/solo-en.txt", "--model", "playbook", "--out", "runs/sample"])
    result = runner.invoke(app, words)
    assert result.exit_code in (0, 1), result.output
    assert "Traceback" not in result.output


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("python")[0], "README", "exec"), {})
    assert re.search(r"\d+\n$", capsys.readouterr().out)


def test_the_excerpt_stands_in_the_plan() -> None:
    found = re.search(r"<!-- excerpt: (\S+) -->\n(.*?)<!-- /excerpt -->", README, re.S)
    assert found
    plan = (ROOT / found.group(1)).read_text(encoding="utf-8")
    lines = [line.removeprefix("> ").strip() for line in found.group(2).splitlines() if line.strip(" >")]
    assert len(lines) >= 5
    for line in lines:
        assert line in plan, line
