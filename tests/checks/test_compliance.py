"""The compliance family: closed when the rules are torn, evidence of the brief counts, public texts only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.checks import run_checks
from agent.plan.legal import Statute
from agent.resources import OVERRIDE, knowledge_dir, prompts_dir
from tests.checks import sample
from tests.checks.sample import put

CODES = {"CPL-001", "CPL-002", "CPL-003", "CPL-004", "CPL-005"}


def found(path: str, text: str) -> list[tuple[str, str]]:
    plan = sample.plan()
    put(plan, path, text)
    return [(one.code, one.where) for one in run_checks(plan, sample.context(), only=CODES)]


def unbalanced(rules: Path) -> None:
    """A pattern that is no regular expression; it shows when a text holds its words."""
    file = rules / "1-absolutes.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    zh:\n", "    zh:\n      - (贝果\n", 1), encoding="utf-8")


@pytest.mark.parametrize("tear", [lambda rules: (rules / "5-endorsement.yaml").unlink(), unbalanced])
def test_torn_rules_are_an_error_of_the_plan(tear: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(knowledge_dir() / "compliance", tmp_path / "knowledge" / "compliance")
    (tmp_path / "prompts").symlink_to(prompts_dir())
    tear(tmp_path / "knowledge" / "compliance")  # type: ignore[operator]
    monkeypatch.setenv(OVERRIDE, str(tmp_path))
    findings = run_checks(sample.plan(), sample.context(), only=CODES)
    assert [one.code for one in findings] == ["CPL-001"]


def test_the_message_names_words_article_day_and_other_words() -> None:
    plan = sample.plan()
    put(plan, "adaptations.posts[0].body", "顶级贝果。")
    (one,) = run_checks(plan, sample.context(), only={"CPL-002"})
    assert "顶级" in one.message
    assert "广告法 第九条" in one.message
    assert "2021-04-29" in one.message
    assert "法律意见" in one.fix


def test_proof_that_the_brief_gives_is_evidence() -> None:
    ctx = sample.context()
    ctx.brief.proof.append("累计卖出两百万只贝果")
    plan = sample.plan()
    put(plan, "adaptations.posts[0].body", "累计卖出两百万只贝果，谢谢街坊。")
    assert "CPL-004" not in {one.code for one in run_checks(plan, ctx, only=CODES)}
    assert ("CPL-004", "adaptations.posts[0].body") in found(
        "adaptations.posts[0].body", "累计卖出三百万只贝果，谢谢街坊。"
    )


def test_a_rule_quoted_in_the_risk_part_is_no_claim() -> None:
    assert found("risks.risks[0].prevention", "发布前查有没有“全网最低价”“最佳”。") == []


def test_a_health_foods_notice_is_asked_of_the_post_as_a_whole_and_once() -> None:
    ctx = sample.context()
    ctx.brief.category = "health_food"
    plan = sample.plan()
    places = [one.where for one in run_checks(plan, ctx, only={"CPL-002"})]
    assert places == [f"adaptations.posts[{n}].body" for n in range(len(plan.adaptations.posts))]
    put(plan, "adaptations.posts[0].label", "本品不能代替药物")
    assert "adaptations.posts[0].body" not in {one.where for one in run_checks(plan, ctx, only={"CPL-002"})}


def test_a_market_without_rules_is_named_with_the_laws_for_counsel() -> None:
    ctx, plan = sample.context(), sample.plan()
    ctx.brief.markets = plan.meta.markets = ["TW"]
    (bare,) = run_checks(plan, ctx, only={"CPL-005"})
    assert "台湾" in bare.message
    plan.laws = [Statute(market="TW", law="《公平交易法》第21条", asks="不得引人错误", sources=[])]
    (one,) = run_checks(plan, ctx, only={"CPL-005"})
    assert "没有自动规则可查" in one.message
    assert "《公平交易法》第21条" in one.fix
    assert "法务" in one.fix
