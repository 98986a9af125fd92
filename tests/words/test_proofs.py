"""Evidence: its kind, its name for repeats, and quotations that keep their conditions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agent.brief import read_brief
from agent.frame import build_frame
from agent.knowledge import load
from agent.plan.base import Claim
from agent.plan.insight import Opening
from agent.words.playbook.context import Context, make_context
from agent.words.playbook.proofs import Proof, clause, handle_of, kind_of, make_proof, quotable, shorten
from agent.words.playbook.summary import write_summary
from agent.words.playbook.topics import coded

LOG = "pilot plants cut unplanned pump stops by 41% over 9 months (n=17 plants, 2026 customer log)"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LOG, "figure"), ("3-A sanitary clamp certificate", "certificate"), ("Listed supplier at two dairy co-operatives", "listing"),
        ("38 of 41 Google reviews are five stars", "rating"), ("ISO 27001 certified", "certificate"), ("盲测：63% 的人更愿意复购（n=212）", "figure"),
        ("2026 年 SGS 检测报告：均未检出蔗糖", "certificate"), ("店铺评分 4.9，累计评价 1.8 万条", "rating"), ("2026 年回購率 38%（會員 640 人）", "figure"),
        ("made by the same family", "other"),
    ],
)  # fmt: skip
def test_the_kind_of_evidence(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "language", "handle"),
    [
        (LOG, "en", "the 2026 customer log (n=17 plants)"), ("3-A sanitary clamp certificate", "en", "the clamp certificate"),
        ("2026 年 9 月杭州写字楼盲测：63% 的人更愿意复购（n=212）", "zh-CN", "2026年的盲测（n=212）"), ("Listed supplier at two dairies", "en", "that listing"),
    ],
)  # fmt: skip
def test_a_handle_names_the_source_and_never_the_claim(text: str, language: str, handle: str) -> None:
    assert handle_of(text, language) == handle
    assert "41%" not in handle
    assert "63%" not in handle


def test_a_quotation_is_whole_or_missing() -> None:
    proof = make_proof(LOG, "brief:proof", "en")
    assert quotable(proof, 200) == LOG
    assert quotable(proof, 80) == ""
    assert quotable(proof, 60) == ""
    assert (
        quotable(make_proof("First result, n=20. Second result with much more to say.", "", "en"), 30)
        == "First result, n=20"
    )


def test_the_first_person_of_the_client_is_left_out() -> None:
    assert (
        make_proof("38 of my 41 Google reviews are five stars", "", "en").text
        == "38 of 41 Google reviews are five stars"
    )


def test_a_part_quotes_evidence_in_full_once_and_then_by_its_handle() -> None:
    proof: Proof = make_proof(LOG, "brief:proof", "en")
    part = Opening(id="o", title="t", why=f"First “{LOG}”.", how=f"Then “{LOG}”. “P{LOG[1:]}” again.", sources=[])
    shortened = shorten(part, (proof,))
    assert LOG in shortened.why
    assert shortened.how == "Then the 2026 customer log (n=17 plants). The 2026 customer log (n=17 plants) again."
    claim = Claim(text=f"“{LOG}” can be checked.", kind="brief", sources=["brief:proof"])
    more = Opening(id="o", title="t", why=f"“{LOG}”.", how=f"“{LOG}”.", sources=[claim.text])
    assert shorten(more, (proof,)).sources == ["The 2026 customer log (n=17 plants) can be checked."]


def _context(name: str) -> Context:
    knowledge = load()
    intake = read_brief(Path(__file__).parents[2] / "examples" / "briefs" / name, as_of=dt.date(2026, 11, 23))
    return make_context(intake, build_frame(intake.filled, as_of=dt.date(2026, 11, 23), knowledge=knowledge), knowledge)


def test_the_summary_asks_for_every_contradiction_that_only_the_client_can_settle() -> None:
    context = _context("contradictory-en.yaml")
    decisions = " ".join(write_summary(context).decisions)
    errors = [coded(context, c.message.rstrip(".")) for c in context.intake.conflicts if c.severity == "error"]
    assert len(errors) > 3
    assert [message for message in errors if message not in decisions] == []


def test_a_full_brief_is_not_called_poor_and_its_evidence_is_not_cut() -> None:
    summary = write_summary(_context("b2b-en.md"))
    assert "few facts" not in summary.situation
    assert "clamp-on vibration sensors" in summary.situation
    assert not any("41%" in text and LOG[1:] not in text for text in (summary.idea, *summary.decisions))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LOG, "pilot plants cut unplanned pump stops by 41% over 9 months (n=17 plants, 2026)"),
        ("2026 年 9 月盲测：63% 的人更愿意复购（n=212，杭州写字楼）", "2026 年 9 月盲测：63% 的人更愿意复购（n=212）"), ("3-A sanitary clamp certificate", "3-A sanitary clamp certificate"),
        ("38 of 41 Google reviews are five stars", "38 of 41 Google reviews are five stars"),
    ],
)  # fmt: skip
def test_a_claim_repeated_near_the_whole_keeps_its_sample_and_year(text: str, told: str) -> None:
    assert clause(text) == told
