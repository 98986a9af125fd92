"""`check_base`: the project's own base is in order, and each kind of disorder is named with its item."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.knowledge import load
from agent.knowledge.check import Problem, check_base, say
from agent.knowledge.library import Note
from agent.knowledge.model import Base
from agent.locale import t
from agent.resources import knowledge_dir

TODAY = dt.date(2026, 11, 28)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(knowledge_dir(), tmp_path / "knowledge"))


def change(folder: Path, name: str, old: str, new: str) -> list[Problem]:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return check_base(folder, today=TODAY)


def test_our_own_base_has_no_errors() -> None:
    assert [one.message("en") for one in check_base(today=TODAY) if one.severity == "error"] == []


def test_the_module_says_so_and_succeeds() -> None:
    done = subprocess.run([sys.executable, "-m", "agent.knowledge.check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is in order" in done.stdout


NOTE = "notes/practice.yaml"
FIRST = "id: note.smart_plus, topic: measurement"


SHAPE = [
    ("kpis.yaml", "    cadence: weekly", "    cadence: sometimes", "schema", "kpi.reach"),
    ("kpis.yaml", "    cadence: weekly", "    cadence: weekly\n    colour: red", "schema", "kpi.reach"),
    (NOTE, FIRST, "id: note.smart_plus, topic: gossip", "schema", "note.smart_plus"),
    (NOTE, "defaults:", "defaults: [", "unreadable", "practice.yaml"),
    ("platforms/x.yaml", "penalties:", "penaltys:", "missing", "platforms/x.yaml"),
    ("benchmarks/media.yaml", "    title: {zh", "    tittle: {zh", "missing", "benchmarks/media.yaml"),
]  # fmt: skip
"""File, text, what stands there instead, which problem, where: what stops the reading."""
REST = [
    ("tools.yaml", "tools:", "toolz:", "key", "tools.yaml"),
    (NOTE, "id: note.evidence_order", "id: note.smart_plus", "twice", "note.smart_plus"),
    (NOTE, "source: gl.120", "source: gl.999", "no_source", "note.smart_plus"),
    ("sources.yaml", 'publisher: "CharityComms"', 'publisher: ""', "publisher", "gl.120"),
    ("sources.yaml", 'seen: "2026-11-22", url: "slideshare.net/CharityComms', 'url: "slideshare.net/CharityComms', "date", "gl.120"),
    ("sources.yaml", "cn.A2: {", 'cn.NEW: {title: "x", publisher: "x", date: "2026"}\ncn.A2: {', "orphan", "cn.NEW"),
    (NOTE, "source: assumption, confidence: low}", "source: assumption, confidence: high}", "assumed", "note.utm_rules"),
    ("benchmarks/media.yaml", "low: 6, base: 10, high: 15", "low: 16, base: 10, high: 15", "order", "bench.cpm.instagram"),
    ("benchmarks/organic.yaml", "low: 0.0243, base: 0.0486, high: 0.0729", "low: 2.43, base: 4.86, high: 7.29", "fraction", "bench.er.tiktok"),
    ("benchmarks/costs.yaml", "sample: unstated, period: unstated, source: cn.K8", "period: unstated, source: cn.K8", "measured", "bench.production_cost.CN.image_text"),
    ("benchmarks/organic.yaml", "{platform: linkedin, low: 0.0325", "{platform: tiktok, low: 0.0325", "twice", "bench.er.tiktok"),
    ("benchmarks/organic.yaml", "{platform: facebook, low: 0.0254", "{id: bench.again, platform: tiktok, low: 0.0254", "row_twice", "bench.again"),
    ("notes/china.yaml", "metric: dau_mau, platform: douyin", "metric: er, platform: douyin", "against", "bench.er.douyin"),
    (NOTE, "AMEC 评估链：投入到影响", "The chain of inputs and the impact", "language", "note.amec_chain"),
    (NOTE, "15 分钟确认并指派，60 分钟首份口径", "15 分钟确认并指派，90 分钟首份口径", "numbers", "note.first_hours"),
    ("risks.yaml", "laws: [law.cn.ad_9,", "laws: [law.cn.ad_999,", "reference", "risk.ad_words"),
    (NOTE, "platforms: [facebook, instagram]", "platforms: [facebook, myspace]", "reference", "note.meta_learning_budget"),
    (NOTE, "defaults: {verified_at: 2026-11-22", "defaults: {verified_at: 2025-01-01", "stale", "note.smart_plus"),
    ("notes/global.yaml", "defaults: {verified_at: 2026-11-22", "defaults: {verified_at: 2027-06-01", "future", "note.gl.counting_units"),
    ("rhythm.yaml", "about: {source: assumption, confidence: low, verified_at: 2026-11-22}", "", "stray", "rhythm.yaml"),
]  # fmt: skip
"""The same for what can be found side by side."""


def named(found: list[Problem], code: str, where: str) -> None:
    hits = [one for one in found if one.code == code and one.where.endswith(where)]
    assert hits, (code, where, [(one.code, one.where) for one in found])
    for language in ("zh-CN", "en"):
        assert hits[0].message(language)
        assert hits[0].fix(language)


@pytest.mark.parametrize(("name", "old", "new", "code", "where"), SHAPE)
def test_a_wrong_shape_is_named(copy: Path, name: str, old: str, new: str, code: str, where: str) -> None:
    named(change(copy, name, old, new), code, where)


def test_whatever_else_is_not_in_order_is_named_at_once(copy: Path) -> None:
    for name, old, new, _, _ in REST:
        path = copy / name
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = check_base(copy, today=TODAY)
    for _, _, _, code, where in REST:
        named(found, code, where)


def test_what_is_merely_old_or_left_over_does_not_fail(copy: Path) -> None:
    found = change(copy, NOTE, "defaults: {verified_at: 2026-11-22", "defaults: {verified_at: 2025-01-01")
    assert {one.severity for one in found if one.code in ("stale", "orphan", "numbers")} == {"warning"}
    assert "error" not in {one.severity for one in found}


def test_a_disagreement_that_is_told_is_in_order(copy: Path) -> None:
    loud = 'title: {zh: "主要平台日活月活比（用户黏性）"'
    told = 'conflict: {zh: "两种说法", en: "Two accounts"}\n    '
    change(copy, "notes/china.yaml", loud, told + loud)
    found = change(copy, "notes/china.yaml", "metric: dau_mau, platform: douyin", "metric: er, platform: douyin")
    assert "against" not in {one.code for one in found}


def test_every_problem_has_its_words_in_both_languages() -> None:
    for language in ("zh-CN", "en"):
        for code in ("unreadable", "schema", "stray", "key", "missing", "twice", "row_twice", "no_source", "publisher", "date", "orphan", "assumed", "order",
                     "fraction", "against", "language", "numbers", "reference", "stale", "future"):  # fmt: skip
            facts = dict.fromkeys(
                "detail item field file known other source confidence numbers number said found side text zh en name day days".split(),
                "x",
            )
            assert t(language, f"base.problem.{code}.message", **facts)
            assert t(language, f"base.problem.{code}.fix")


def test_the_report_counts() -> None:
    problem = Problem("error", "twice", "a", {"item": "a"})
    assert say([problem], (0, 0), "en").splitlines()[-1] == "The knowledge base has 1 errors and 0 warnings."
    assert "3 items" in say([], (3, 2), "en")


def test_notes_are_items_with_titles_that_can_be_found() -> None:
    base: Base = load().base
    assert len(base.notes) >= 140
    assert all(isinstance(note, Note) and note.id in load().items for note in base.notes)
    titles = [note.title.zh for note in base.notes] + [note.title.en for note in base.notes]
    assert len(set(titles)) == len(titles)


def test_a_citation_of_an_undated_text_says_when_it_was_read() -> None:
    from agent.knowledge import as_source

    undated = as_source("note.csv_google", "en")
    assert undated.date == "undated, read 2026-11-22"
    assert as_source("note.csv_google", "zh-CN").date == "未注明日期，2026-11-22 查阅"
    assert as_source("note.gl.cost_formulas", "zh-CN").publisher == "行业惯例, 行业通用定义"


def test_a_publisher_is_told_by_name_and_not_by_a_path_or_a_version() -> None:
    from agent.knowledge import as_source, load

    told = [as_source(id_, "zh-CN") for id_ in load().items]
    shown = [words for one in told for words in (one.title, one.publisher)]
    assert any("(GitHub)" in words for words in shown)
    assert [words for words in shown if re.search(r"github \S+/|hijridate|lunar-python|holidays \d", words, re.I)] == []
