"""Errors in the words of whoever reads them in the browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.api import Options, understand
from agent.errors import CehuaError
from agent.resources import prompts_dir
from agent.untrusted.refusal import REFUSALS
from ui.views.errors import phrases, translated

ROOT = Path(__file__).parents[2]
READ = (
    "agent/brief",
    "agent/batch/rows.py",
    "agent/batch/tables.py",
    "agent/documents",
    "ui/batches.py",
    "ui/store.py",
    "ui/gate.py",
)
"""Where errors come from that a marketer meets in the browser."""
OURS = ("Error", "Busy")


def literal(node: ast.expr) -> str:
    """A message as the source has it, {} for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return ""


def raised() -> Iterator[tuple[str, str]]:
    """Messages and hints of errors, with their file."""
    for place in READ:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith(OURS):
                    told = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "hint")]
                    for said in map(literal, told):
                        if " " in said.strip("{} "):
                            yield said, str(file.relative_to(ROOT))


OPERATORS = ("is no name of a workspace", "Use a-z, 0-9")
"""What only an operator can bring about."""


def test_every_error_that_a_marketer_meets_is_said_in_chinese() -> None:
    missing = [
        (said, file)
        for said, file in raised()
        if not re.search("[\u4e00-\u9fff]", translated(said.replace("{}", "7"), "zh-CN")) and not any(one in said for one in OPERATORS)
    ]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("reason", REFUSALS)
def test_every_refusal_is_said_in_chinese_with_nothing_left_over(reason: str) -> None:
    for said in REFUSALS[reason]:
        shown = translated(re.sub(r"\{\w+\}", "7", said), "zh-CN")
        assert re.search("[\u4e00-\u9fff]", shown), shown
        assert not re.search(r"\b(?:the|is|of|and|it)\b", shown), shown


def test_translations_use_all_that_a_sentence_holds() -> None:
    for pattern, zh, en in phrases():
        for said in filter(None, (zh, en)):
            assert len(re.findall(r"\{\d?\}", said)) <= pattern.groups, said
            assert max(map(int, re.findall(r"\{(\d)\}", said)), default=0) < max(1, pattern.groups), said


@pytest.mark.parametrize(
    ("brief", "said"),
    [
        ("", "简报是空的。至少写上品牌名"),
        ('{"brand": "A", "start": "2027-13-45"}', "不是日历上的日期"),
        ('{"brand": "A"', "JSON 有错：缺逗号"),
    ],
)
def test_an_error_comes_as_the_program_raises_it(brief: str, said: str) -> None:
    with pytest.raises(CehuaError) as raised_:
        understand(brief.encode(), Options(model="playbook"))
    shown = translated(f"{raised_.value.message} {raised_.value.hint}", "zh-CN")
    assert said in shown
    assert "日期" in translated("“x” is no date.", "zh-TW")


def test_what_is_not_known_stays() -> None:
    assert translated("Something new went wrong.", "zh-CN") == "Something new went wrong."
    assert translated("Check OPENAI_API_KEY.", "en") == "Check the key."
    assert (prompts_dir() / "locales" / "errors.yaml").is_file()
