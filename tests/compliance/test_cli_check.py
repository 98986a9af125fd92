"""`cehua check --text`: exit codes, JSON, files, the user's language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app

ALL = ["--not-paid", "--author", "brand", "--no-ai", "--platform", "website"]


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *arguments], input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_an_unlawful_text_ends_with_one_and_says_why() -> None:
    code, out, err = run("--text", "顶级大米", "--region", "CN", "--category", "food", "--lang", "zh-CN", *ALL)
    assert code == 1
    assert "广告法 第九条" in out
    assert "可改为" in out
    assert "法律意见" in err


def test_a_clean_text_with_all_facts_ends_with_zero() -> None:
    code, out, _ = run("--text", "新米到了", "--region", "CN", "--category", "food", "--lang", "en", *ALL)
    assert code == 0
    assert "Nothing found" in out


def test_an_open_question_is_no_pass() -> None:
    code, out, _ = run("--text", "新米到了", "--region", "CN", "--category", "food", "--lang", "en")
    assert code == 1
    assert "To answer" in out


def test_json_holds_everything(tmp_path: Path) -> None:
    file = tmp_path / "post.txt"
    file.write_text("治失眠的米", encoding="utf-8")
    code, out, _ = run(
        "-f", str(file), "--region", "CN", "--category", "health-food", "--paid", "--json", "--lang", "en"
    )
    record = json.loads(out)
    assert code == 1
    assert {"clear", "findings", "questions", "disclaimer", "rules_read"} == set(record)
    first = next(one for one in record["findings"] if one["rule"] == "cn.hf.disease")
    assert first["words"] == "治失眠"
    assert (first["start"], first["end"]) == (0, 3)
    assert first["effective"] == "2021-04-29"


def test_text_from_standard_input() -> None:
    code, out, _ = run(
        "-f", "-", "--region", "GB", "--category", "alcohol", "--lang", "en", *ALL, stdin="Down it in one!"
    )
    assert code == 1
    assert "CAP Code" in out


@pytest.mark.parametrize("arguments", [[], ["--text", "x"], ["--text", "x", "--region", "CN", "--author", "me"], ["-f", "nowhere.txt", "--region", "CN"]])  # fmt: skip
def test_bad_input_ends_with_two(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert not out
    assert err.startswith("cehua:")
