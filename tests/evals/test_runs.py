"""Whole runs: what they report, and what they compare with."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.llm import ModelSpec
from agent.settings import load_settings
from evals import gate, live
from evals.brief import briefs
from evals.report import page, table
from evals.results import HERE, Results, Row, load, save
from evals.traffic.writer import replayed
from evals.versus import versus
from tests.evals.conftest import made
from tests.evals.test_gate import results

RUNNER = CliRunner()
VERSUS = HERE / "releases" / "versus"
ROOT = HERE.parent


def test_reports_hold_scores_flips_and_nothing_from_outside() -> None:
    now = results(met=["a.one"], failed={"a.two": "too <long>"})
    told = gate.gate(now, results())
    text = table(now, results(), told)
    assert "FLIP      x a.two: too <long>" in text
    assert "gate: red" in text
    html = page(
        now,
        results(),
        told,
        {"northshore-walk": made("northshore-walk"), "beimai-impossible": made("beimai-impossible")},
    )
    assert "too &lt;long&gt;" in html
    assert "http" not in html.replace("https://", "").replace("http://", "") or "src=" not in html
    assert "<script" not in html


def test_run_compares_with_what_it_is_given(tmp_path: Path) -> None:
    command = ["eval", "run", "--brief", "beimai-impossible", "--out", str(tmp_path / "one")]
    first = RUNNER.invoke(app, [*command, "--against", str(tmp_path / "none.json")])
    assert first.exit_code == 0, first.output
    kept = load(tmp_path / "one" / "results.json")
    kept.rows[0].met.append("checks.ZZZ-999")
    save(kept, tmp_path / "before.json")
    again = RUNNER.invoke(app, [*command, "--against", str(tmp_path / "before.json")])
    assert again.exit_code == 1
    assert "checks.ZZZ-999: it is not asked any more" in again.output
    assert (tmp_path / "one" / "report.html").stat().st_size > 5_000


def writer(model: str, words: list[float], **more: object) -> Results:
    """Results of a writer over briefs of as many brands."""
    rows = [
        Row(
            brief=f"b{n}",
            brand=f"B{n}",
            language="en",
            words=value,
            scores={"fidelity": value, **({} if "/" in model else {"schema": 1.0})},
        )
        for n, value in enumerate(words)
    ]
    return Results.model_validate({"model": model, "rows": rows, **more})


def test_writers_stand_side_by_side_over_the_briefs_that_all_have() -> None:
    model, playbook, single = (
        writer("m", [0.8, 0.6, 0.9]),
        writer("playbook", [0.7, 0.7]),
        writer("m/one-shot", [0.3, 0.5]),
    )
    lines = versus(model, [playbook, single]).splitlines()
    assert lines[0] == "2 briefs of 2 brands: b0, b1."
    assert lines[4] == "| words | 0.700 | 0.700 | 0.400 | +0.000 [-0.100, +0.100] 1/1 | +0.300 [+0.100, +0.500] 2/0 |"
    assert [line for line in lines if line.startswith("| schema | 1.000 | 1.000 |  |")]
    model.rows[0].stale = True
    assert versus(model, [playbook]).startswith("1 briefs of 1 brands: b1.")


def test_writers_without_a_brief_in_common_or_of_other_scorers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no brief"):
        versus(writer("m", [0.8]), [writer("playbook", [])])
    with pytest.raises(ValueError, match="different scorers"):
        versus(writer("m", [0.8], scorers="a"), [writer("playbook", [0.8], scorers="b")])
    save(writer("m", []), tmp_path / "m.json")
    refused = RUNNER.invoke(app, ["eval", "versus", str(tmp_path / "m.json"), str(tmp_path / "m.json")])
    assert refused.exit_code == 2
    assert "no brief" in refused.output


@pytest.mark.parametrize("which", ["", "held-out-"])
def test_the_tables_in_the_readme_are_what_the_committed_results_give(which: str) -> None:
    first, *others = (load(VERSUS / f"{which}{name}.json") for name in ("local", "playbook", "one-shot"))
    table = versus(first, others)
    assert table in (HERE / "README.md").read_text(encoding="utf-8")
    shown = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| words |")
    ]
    assert len(shown) == 2
    assert sum(line in table.splitlines() for line in shown) == 1


def test_what_one_prompt_scored_is_what_its_recordings_give() -> None:
    kept, spec = load(VERSUS / "one-shot.json"), ModelSpec.parse("local", load_settings(model="local"))
    chosen = briefs(only=live.RECORDED)
    assert not live.stale_one_shots(chosen, spec)
    now = live.one_shots(chosen, spec, lambda: replayed(spec), record_to=False).results
    assert now.scorers != kept.scorers or sorted(now.rows, key=_id) == sorted(kept.rows, key=_id)


def test_every_recorded_brief_stands_in_every_writers_results() -> None:
    for name in ("local", "playbook", "one-shot"):
        kept = load(VERSUS / f"{name}.json")
        assert {row.brief for row in kept.rows} == set(live.RECORDED)
        assert not any(row.stale for row in kept.rows)


def _id(row: Row) -> str:
    return row.brief
