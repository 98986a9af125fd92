"""The command line: exit codes, one JSON object, messages without tracebacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.errors import CapReached
from tests.run.conftest import BRIEFS, FakeModel

runner = CliRunner()


def run(*args: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = runner.invoke(app, list(args), input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_json_is_one_object_on_stdout(tmp_path: Path) -> None:
    code, out, _ = run(
        "plan",
        str(BRIEFS / "tea-zh.yaml"),
        "--model",
        "playbook",
        "--as-of",
        "2026-11-23",
        "--out",
        str(tmp_path / "r"),
        "--json",
    )
    record = json.loads(out)
    assert code == 0
    assert record["run_dir"] == str(tmp_path / "r")
    assert len(record["parts"]) == 17
    assert [Path(p).name for p in record["exports"]] == ["plan.md", "plan.json"]


def test_errors_among_the_findings_make_one(tmp_path: Path) -> None:
    code, out, _ = run(
        "plan",
        str(BRIEFS / "contradictory-en.yaml"),
        "--model",
        "playbook",
        "--as-of",
        "2026-11-23",
        "--out",
        str(tmp_path / "r"),
        "--json",
    )
    assert code == 1
    assert any(f["severity"] == "error" for f in json.loads(out)["findings"])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("brand: [a\n", "line"),
        ("brand: A\nbrand: B\n", "brand"),
        ("brand: A\nbudget: -5\n", "budget"),
    ],
)
def test_bad_input_is_two_and_says_what_to_do(text: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    code, out, err = run("plan", str(path), "--model", "playbook", "--out", str(tmp_path / "r"))
    assert code == 2
    assert out == ""
    assert word in err.lower()
    assert "Traceback" not in err
    assert not (tmp_path / "r").exists()


def test_a_brief_comes_from_stdin(tmp_path: Path) -> None:
    code, out, _ = run(
        "plan",
        "-",
        "--model",
        "playbook",
        "--out",
        str(tmp_path / "r"),
        "--format",
        "md",
        stdin="给开在泉州的手冲咖啡店“慢潮”做三个月小红书方案",
    )
    assert code == 0
    assert out.strip().endswith("plan.md")


@pytest.mark.parametrize("wrong", [["--as-of", "tomorrow"], ["--lang", "fr"], ["--format", "docxx"]])
def test_a_wrong_option_is_bad_input(wrong: list[str], tmp_path: Path) -> None:
    code, _, err = run("plan", str(BRIEFS / "tea-zh.yaml"), "--model", "playbook", "--out", str(tmp_path / "r"), *wrong)
    assert code == 2
    assert "Traceback" not in err


def test_an_unknown_model_is_a_setup_error(tmp_path: Path) -> None:
    code, _, err = run("plan", str(BRIEFS / "tea-zh.yaml"), "--model", "gpt", "--out", str(tmp_path / "r"))
    assert code == 3
    assert "openai:NAME" in err


def test_checking_and_exporting_a_saved_run(tmp_path: Path) -> None:
    run(
        "plan",
        str(BRIEFS / "solo-en.txt"),
        "--model",
        "playbook",
        "--as-of",
        "2026-11-23",
        "--out",
        str(tmp_path / "r"),
    )
    code, out, _ = run("check", str(tmp_path / "r"), "--json")
    assert code == 0
    assert all({"code", "severity", "where", "message", "fix"} <= set(f) for f in json.loads(out))
    run("export", str(tmp_path / "r"), "--format", "ics", "--format", "csv,gcal", "--out", str(tmp_path / "several"))
    assert len(list((tmp_path / "several").iterdir())) == 3
    code, out, _ = run("export", str(tmp_path / "r"), "--format", "json", "--out", str(tmp_path / "x"))
    assert code == 0
    assert (tmp_path / "x" / "plan.json").is_file()


def test_a_folder_without_a_plan_is_a_setup_error(tmp_path: Path) -> None:
    code, _, err = run("check", str(tmp_path))
    assert code == 3
    assert "no plan" in err


def test_models_are_listed() -> None:
    code, out, _ = run("model", "list")
    assert code == 0
    assert "qwen" in out.lower()


def test_a_dry_run_says_what_a_run_would_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.chdir(tmp_path)
    words = ("plan", str(BRIEFS / "solo-en.txt"), "--model", "openai:unheard-of", "--dry-run", "--lang", "en")
    code, out, _ = run(*words, "--price", "1/2")
    assert code == 0
    assert "calls" in out
    assert "at most $" in out
    _, unpriced, _ = run(*words)
    assert "--price" in unpriced
    code, out, _ = run(*words, "--price", "1/2", "--json")
    record = json.loads(out)
    assert record["event"] == "Estimated"
    assert 0 < record["cost"] < record["most_cost"]
    assert list(tmp_path.iterdir()) == []


def test_a_cap_is_four_and_the_plan_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spent(_messages: object, _values: object) -> None:
        raise CapReached("The run may spend 1 USD.")

    model = FakeModel(spoil=spent)
    monkeypatch.setattr("agent.door.open_model", lambda spec, settings: model)
    out = tmp_path / "r"
    code, _, err = run("plan", str(BRIEFS / "tea-zh.yaml"), "--model", "openai:fake", "--out", str(out))
    assert code == 4
    assert "The run may spend 1 USD." in err
    assert str(out) in err
    assert (out / "exports" / "plan.md").is_file()


def test_a_cap_without_a_price_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    words = ("plan", str(BRIEFS / "solo-en.txt"), "--model", "openai:unheard-of", "--out", str(tmp_path / "r"))
    code, _, err = run(*words, "--max-cost", "1")
    assert code == 3
    assert "--price" in err
